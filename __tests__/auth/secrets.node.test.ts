/** Every secret is marked, everything that can fail fails, and all that can be seen is searched for the mark. */
import { inspect } from 'node:util';
import { serialize } from 'node:v8';
import { type BedrockProviderSettings, createBedrock } from 'bedrock-ai-provider';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type IdentityServers, startIdentityServers } from '../support/aws-identity-servers.ts';
import { hello } from './calls.ts';
import { enterHome, type Home } from './home.ts';

/** Dense, so that an excerpt of a few letters shows it too. */
const MARK = 'QXZ';
const mark = (source: string) => `${MARK.repeat(8)}/${source}+${MARK.repeat(8)}==`;
const markedKeys = (source: string) => ({
  accessKeyId: `AKIA${source.toUpperCase()}`,
  secretAccessKey: mark(`${source}-secret`),
  sessionToken: mark(`${source}-session`),
});
const asProfile = (name: string, { accessKeyId, secretAccessKey, sessionToken } = markedKeys(name)) =>
  `[${name}]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n` +
  `aws_session_token=${sessionToken}\n`;

const roleArn = 'arn:aws:iam::111122223333:role/bedrock';

let home: Home;
let servers: IdentityServers;

beforeAll(async () => {
  servers = await startIdentityServers();
});
afterAll(() => servers.close());
beforeEach(() => {
  home = enterHome({ ...servers.environment, AWS_REGION: 'us-east-1', AWS_EC2_METADATA_DISABLED: 'true' });
  servers.broken.clear();
  servers.sts.roles.clear();
  servers.sts.callers.length = 0;
  servers.ssoSessions.clear();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  home.remove();
});

const setEnvironment = (variables: Readonly<Record<string, string>>) => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
};

/** A role that `caller` may assume, with marked keys. */
function trustedRole(caller: ReturnType<typeof markedKeys>): void {
  servers.sts.callers.push(caller);
  servers.sts.roles.set(roleArn, { keys: markedKeys('role'), trusts: [caller.accessKeyId] });
}

function program(reply: string): void {
  const script = home.write('keys', `#!/bin/sh\ncat ${home.write('reply', reply)}\n`, 0o700);
  home.write('.aws/config', `[default]\ncredential_process = ${script}\n`);
}

const programReply = () => {
  const { accessKeyId, secretAccessKey, sessionToken } = markedKeys('program');
  return {
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
  };
};

/** Every source of an identity. What it prepares is full of marks; what it gives is for `createBedrock`. */
const sources: Record<string, () => BedrockProviderSettings> = {
  'an apiKey': () => ({ apiKey: mark('apiKey') }),
  'an apiKey function': () => ({ apiKey: async () => mark('apiKey') }),
  credentials: () => ({ credentials: markedKeys('credentials') }),
  'a credentials function': () => ({ credentials: async () => markedKeys('function') }),
  'a credentialProvider': () => ({ credentialProvider: async () => markedKeys('provider') }),
  'keys in the settings': () => markedKeys('settings'),
  'an API key of the environment': () => {
    setEnvironment({ AWS_BEARER_TOKEN_BEDROCK: mark('environment-key') });
    return {};
  },
  'keys of the environment': () => {
    const { accessKeyId, secretAccessKey, sessionToken } = markedKeys('environment');
    setEnvironment({
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    });
    return {};
  },
  'a profile with keys': () => {
    home.write('.aws/credentials', asProfile('default'));
    return {};
  },
  'a profile of a role': () => {
    trustedRole(markedKeys('base'));
    home.write('.aws/credentials', asProfile('base'));
    home.write('.aws/config', `[profile r]\nrole_arn=${roleArn}\nsource_profile=base\nmfa_serial=x\n`);
    const { keys, trusts } = servers.sts.roles.get(roleArn) ?? { keys: markedKeys('role'), trusts: [] };
    servers.sts.roles.set(roleArn, { keys, trusts, mfa: { serial: 'x', code: mark('code') } });
    return { profile: 'r', mfaCodeProvider: async () => mark('code') };
  },
  'IAM Identity Center': () => {
    home.write(
      '.aws/config',
      '[default]\nsso_session=s\nsso_account_id=1\nsso_role_name=r\n[sso-session s]\nsso_start_url=https://x\nsso_region=us-east-1\n',
    );
    home.login('s', { accessToken: mark('login') });
    servers.ssoSessions.set(mark('login'), { '1/r': markedKeys('sso') });
    return {};
  },
  'a program': () => {
    program(JSON.stringify(programReply()));
    return {};
  },
  'a web identity': () => {
    const token = mark('web-token');
    servers.sts.roles.set(roleArn, { keys: markedKeys('web'), trusts: [token] });
    setEnvironment({ AWS_ROLE_ARN: roleArn, AWS_WEB_IDENTITY_TOKEN_FILE: home.write('token', token) });
    return {};
  },
  'a container': () => {
    servers.container = { keys: markedKeys('container'), token: mark('container-token') };
    setEnvironment({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${servers.url}/container`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: mark('container-token'),
    });
    return {};
  },
  'an instance': () => {
    servers.instanceKeys = markedKeys('instance');
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', undefined);
    return {};
  },
  'a roleArn': () => {
    trustedRole(markedKeys('caller'));
    return { roleArn, credentials: markedKeys('caller') };
  },
};

/** A Bedrock that answers with everything it was sent, as AWS does for wrong signatures; STS is passed on. */
const echo =
  (status: number, code = 'InvalidSignatureException'): typeof fetch =>
  async (url, init) => {
    if (String(url).startsWith(servers.url)) return globalThis.fetch(url, init);
    const sent = JSON.stringify({ url: String(url), headers: init?.headers, body: init?.body });
    return new Response(JSON.stringify({ message: sent, headers: init?.headers }), {
      status,
      headers: {
        'x-amzn-errortype': code,
        'x-echo': sent,
        ...(status < 400 && { location: 'https://other/' }),
      },
    });
  };

/** Every way in which a call can fail that has its keys. */
const failures: Record<string, BedrockProviderSettings> = {
  'a wrong signature': { fetch: echo(403) },
  'keys that have ended': { fetch: echo(403, 'ExpiredTokenException') },
  'a wrong clock': { fetch: echo(403, 'RequestTimeTooSkewed') },
  'a bad request': { fetch: echo(400, 'ValidationException') },
  'a throttle': { fetch: echo(429, 'ThrottlingException') },
  'a fault': { fetch: echo(500, 'InternalServerException') },
  'a redirect': { fetch: echo(307) },
  'a reply that is none': {
    fetch: async (...request) => new Response(`<p>${await (await echo(403)(...request)).text()}`),
  },
  'a broken connection': { baseURL: 'http://127.0.0.1:1' },
  'a wrong Region': { region: 'no region', fetch: echo(200) },
  'a wrong base URL': { baseURL: `https://user:${mark('baseURL')}@host/`, fetch: echo(200) },
  'a wrong header': { headers: { 'x-key': `${mark('header')}\u0000` }, fetch: echo(200) },
};

/** Ways in which a source itself can fail while it holds or gives secrets. */
const brokenSources: Record<string, () => BedrockProviderSettings> = {
  ...Object.fromEntries(
    [
      ['no JSON', 200, `{"accessKeyId":"AKIA","SecretAccessKey":"${mark('reply')}",}`],
      ['a short text', 200, `${MARK}${MARK}`],
      ['JSON without the keys', 200, JSON.stringify({ roleCredentials: {}, note: mark('reply') })],
      ['no XML', 200, `<A><SecretAccessKey>${mark('reply')}</A>`],
      ['XML without the keys', 200, `<A><Secret>${mark('reply')}</Secret></A>`],
      ['an error with secrets', 400, `<Error><Code>X</Code><Note>${mark('reply')}</Note></Error>`],
      ['an error in JSON with secrets', 400, JSON.stringify({ Code: 'X', Note: mark('reply') })],
    ].flatMap(([name, status, body]) =>
      [
        ['STS for a profile', 'a profile of a role', '/sts'],
        ['STS for a web identity', 'a web identity', '/sts'],
        ['STS for roleArn', 'a roleArn', '/sts'],
        ['IAM Identity Center', 'IAM Identity Center', '/sso'],
        ['the instance', 'an instance', '/latest/meta-data'],
      ].map(([server, source, path]) => [
        `${server} answers ${name}`,
        () => {
          const settings = sources[source as string]?.() ?? {};
          servers.broken.set(path as string, { status: status as number, body: body as string });
          return settings;
        },
      ]),
    ),
  ),
  'the container answers no JSON': () => {
    const settings = sources['a container']?.() ?? {};
    servers.broken.set('/container', { status: 200, body: `{"SecretAccessKey":"${mark('reply')}",}` });
    return settings;
  },
  'a program writes no JSON': () => {
    program(`{"SecretAccessKey":"${mark('reply')}",}`);
    return {};
  },
  'a program in code writes no JSON': () => {
    program(`${MARK}${MARK}`);
    return { profile: 'default' };
  },
  'a program gives keys that have ended': () => {
    program(JSON.stringify({ ...programReply(), Expiration: '2020-01-01T00:00:00Z' }));
    return { profile: 'default' };
  },
  'a program is called with a secret and fails': () => {
    home.write('.aws/config', `[default]\ncredential_process = sh -c "exit 3" --pin ${mark('pin')}\n`);
    return { profile: 'default' };
  },
  'a file holds keys that no key can be': () => {
    home.write(
      '.aws/credentials',
      `[default]\naws_access_key_id=A\naws_secret_access_key=${mark('file')} é\n`,
    );
    return {};
  },
  'a file holds a session token that no token can be': () => {
    home.write(
      '.aws/credentials',
      asProfile('default', { ...markedKeys('x'), sessionToken: `${mark('file')}é` }),
    );
    return {};
  },
  'the token of a login is cut off': () => {
    sources['IAM Identity Center']?.();
    home.login('s', { accessToken: mark('login'), expiresAt: new Date(0) });
    return {};
  },
  'the role refuses the code': () => {
    const settings = sources['a profile of a role']?.() ?? {};
    return { ...settings, mfaCodeProvider: async () => mark('wrong-code') };
  },
  'the role refuses the web identity': () => {
    sources['a web identity']?.();
    servers.sts.roles.clear();
    return {};
  },
  'STS does not know the caller': () => {
    const settings = sources['a roleArn']?.() ?? {};
    servers.sts.callers.length = 0;
    return settings;
  },
  'a function gives half of its keys': () => ({
    credentials: async () => ({ ...markedKeys('half'), accessKeyId: undefined as never }),
  }),
  'a function gives a date that is none': () => ({
    credentials: async () => ({ ...markedKeys('date'), expiration: mark('date') as never }),
  }),
  'a setting has a line break': () => ({ ...markedKeys('line'), secretAccessKey: `${mark('line')}\n` }),
  'a setting is half of an identity': () => ({ secretAccessKey: mark('half') }),
  'an API key has a line break': () => ({ apiKey: `${mark('line')}\n` }),
};

/** All that a log, a trace, a debugger or a message to a worker may show of a value. */
function everythingOf(value: unknown): string {
  const shown = [inspect(value, { depth: Infinity, showHidden: true, getters: true, maxStringLength: null })];
  shown.push(
    attempt(() => JSON.stringify(value)),
    String(value),
  );
  shown.push(attempt(() => serialize(structuredClone(value)).toString('latin1')));
  for (const object of chainOf(value)) {
    for (const key of Reflect.ownKeys(object)) shown.push(String(Reflect.get(object, key)));
  }
  return shown.join('\n');
}

const attempt = (show: () => string | undefined) => {
  try {
    return show() ?? '';
  } catch (error) {
    return String(error);
  }
};

/** An error and its causes. */
function chainOf(value: unknown): object[] {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return [];
  return [value, ...chainOf((value as { cause?: unknown }).cause)];
}

/** What the AI SDK's workflows write down of a model, where it lets them. */
function workflowForm(model: object): unknown {
  const write = Reflect.get(model.constructor, Symbol.for('workflow-serialize'));
  return typeof write === 'function' ? write(model) : undefined;
}

/** Fails, and gives all that can be seen of it. */
async function failAndShow(settings: BedrockProviderSettings): Promise<{ error: unknown; shown: string }> {
  const printed: unknown[] = [];
  for (const method of ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const) {
    vi.spyOn(console, method).mockImplementation((...words) => printed.push(words));
  }
  const bedrock = createBedrock({ ...settings, traffic: 'off' });
  const model = bedrock('amazon.nova-lite-v1:0');
  const error = await caught(() => model.doGenerate(hello));
  const workflow = await caught(async () => workflowForm(model));
  return { error, shown: [error, bedrock, model, workflow, printed].map(everythingOf).join('\n') };
}

async function caught(run: () => PromiseLike<unknown>): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    return error;
  }
}

const combinations = Object.keys(sources).flatMap(source =>
  Object.keys(failures).map(failure => ({ source, failure })),
);

describe('secrets', () => {
  it.each(combinations)('of $source do not show after $failure', async ({ source, failure }) => {
    const settings = sources[source]?.() ?? {};
    const more = failures[failure] ?? {};
    const endpoints = { sts: `${servers.url}/sts` };
    const { error, shown } = await failAndShow({ endpoints, ...settings, ...more });
    // It failed as meant to, and not for the want of an identity.
    expect(error).toBeInstanceOf(Error);
    expect(['AI_LoadAPIKeyError', 'AI_CredentialsError']).not.toContain((error as Error).name);
    expect(shown).not.toContain(MARK);
    expect(shown).not.toMatch(/Signature=[0-9a-f]{64}/);
  });

  it.each(Object.keys(brokenSources))('do not show when %s', async name => {
    const settings = brokenSources[name]?.() ?? {};
    const { error, shown } = await failAndShow({
      region: 'us-east-1',
      endpoints: { sts: `${servers.url}/sts` },
      ...settings,
    });
    expect(error).toBeInstanceOf(Error);
    expect(shown).not.toContain(MARK);
  });

  it('do show where nothing hides them, so that the tests above can fail', () => {
    const hidden = Object.defineProperty(new Error('x'), 'hidden', { value: { deep: [mark('test')] } });
    expect(everythingOf(new Error('y', { cause: hidden }))).toContain(MARK);
    expect(everythingOf({ toJSON: () => mark('test') })).toContain(MARK);
  });
});
