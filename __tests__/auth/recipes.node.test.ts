/** Every recipe of docs/authentication.md, taken from the page and run: its files, its variables, its code. */
import { readFileSync } from 'node:fs';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { getDefaultRoleAssumer, getDefaultRoleAssumerWithWebIdentity } from '@aws-sdk/nested-clients/sts';
import { type BedrockProvider, createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock, type LocalBedrockOptions } from 'bedrock-ai-provider/local';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type IdentityServers, startIdentityServers } from '../support/aws-identity-servers.ts';
import type { TestKeys } from '../support/sts.ts';
import { enterHome, type Home } from './home.ts';

const page = readFileSync(new URL('../../docs/authentication.md', import.meta.url), 'utf8');

interface Section {
  /** `ini` blocks by the file that their first line names. */
  readonly files: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly code: string;
}

const sections = new Map<string, Section>(
  page
    .split(/^### /m)
    .slice(1)
    .map(section => [section.slice(0, section.indexOf('\n')), readSection(section.split(/^## /m)[0] ?? '')]),
);

function readSection(section: string): Section {
  const blocks = [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  const ofLanguage = (name: string) =>
    blocks.flatMap(([, language, text = '']) => (language === name ? text : []));
  return {
    files: Object.fromEntries(
      ofLanguage('ini').map(text => [/^# ~\/(.*)$/m.exec(text)?.[1] ?? 'unnamed', text]),
    ),
    environment: Object.fromEntries(
      ofLanguage('sh').flatMap(text =>
        [...text.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
      ),
    ),
    code: ofLanguage('ts').join('\n'),
  };
}

/** What a recipe takes for granted. */
interface Recipe {
  /** Who has to arrive at Bedrock. */
  readonly expected: LocalBedrockOptions;
  /** Makes the world of the recipe; gives what stands in this world for names of the page. */
  readonly prepare?: () => Readonly<Record<string, string>> | undefined;
  /** Names that the code uses. */
  readonly scope?: Readonly<Record<string, unknown>>;
}

let home: Home;
let servers: IdentityServers;

beforeAll(async () => {
  servers = await startIdentityServers();
});
afterAll(() => servers.close());
beforeEach(() => {
  home = enterHome();
  servers.sts.roles.clear();
  servers.sts.callers.length = 0;
  servers.ssoSessions.clear();
  servers.instanceKeys = undefined;
  servers.container = undefined;
});
afterEach(() => {
  vi.unstubAllEnvs();
  home.remove();
});

const temporary = (name: string): TestKeys => ({
  accessKeyId: `ASIA${name.toUpperCase()}`,
  secretAccessKey: `secret-of-${name}`,
  sessionToken: `token-of-${name}/+==`,
});
const baseKeys = { accessKeyId: 'AKIABASE', secretAccessKey: 'secret-of-base' };

/** A role whose keys are named after it, assumed by the holder of `caller`. */
function trustedRole(
  arn: string,
  caller: TestKeys | typeof baseKeys,
  more: { externalId?: string; mfa?: { serial: string; code: string } } = {},
): void {
  servers.sts.callers.push(caller);
  servers.sts.roles.set(arn, { keys: temporary('role'), trusts: [caller.accessKeyId], ...more });
}

const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;

const recipes: Record<string, Recipe> = {
  'A Bedrock API key': { expected: { apiKeys: ['bedrock-api-key-from-the-console'] } },
  'An API key from a secret store': {
    expected: { apiKeys: ['short-term-key'] },
    scope: { secrets: { read: async () => 'short-term-key' } },
  },
  'Keys in the environment': {
    expected: {
      credentials: { accessKeyId: 'AKIAENVIRONMENT', secretAccessKey: 'secret-of-the-environment' },
    },
  },
  'Keys in the settings': {
    expected: {
      credentials: { accessKeyId: 'of-aws-access-key-id', secretAccessKey: 'of-aws-secret-access-key' },
    },
    scope: { secrets: { read: (name: string) => `of-${name}` } },
  },
  'Keys from your own function': {
    expected: { credentials: temporary('vault') },
    scope: {
      vault: {
        lease: async () => ({
          keyId: 'ASIAVAULT',
          secret: 'secret-of-vault',
          token: 'token-of-vault/+==',
          endsAt: new Date(Date.now() + 900_000).toISOString(),
        }),
      },
    },
  },
  'A profile with keys': {
    expected: { credentials: { accessKeyId: 'AKIAPROFILE', secretAccessKey: 'secret-of-the-profile' } },
  },
  'A profile chosen in code': {
    expected: { credentials: { accessKeyId: 'AKIAPRODUCTION', secretAccessKey: 'secret-of-production' } },
  },
  'IAM Identity Center (SSO)': {
    expected: { credentials: temporary('sso') },
    prepare: () => {
      home.login('acme', { accessToken: 'token-of-the-login' });
      servers.ssoSessions.set('token-of-the-login', { '111122223333/BedrockUser': temporary('sso') });
      return undefined;
    },
  },
  'A role, with the keys of another profile': {
    expected: { credentials: temporary('role') },
    prepare: () => {
      trustedRole(role('bedrock'), baseKeys);
      return undefined;
    },
  },
  'A role that asks for MFA': {
    expected: { credentials: temporary('role') },
    prepare: () => {
      const serial = 'arn:aws:iam::111122223333:mfa/alice';
      trustedRole(role('careful'), baseKeys, { mfa: { serial, code: '123456' } });
      return undefined;
    },
    scope: { ask: async (question: string) => (question.includes('mfa/alice') ? '123456' : '') },
  },
  'A role, with the keys of the place where the code runs': {
    expected: { credentials: temporary('role') },
    prepare: () => {
      servers.instanceKeys = temporary('instance');
      trustedRole('arn:aws:iam::444455556666:role/bedrock', temporary('instance'));
      return undefined;
    },
  },
  'A program that gives keys': {
    expected: { credentials: temporary('program') },
    prepare: () => {
      const { accessKeyId, secretAccessKey, sessionToken } = temporary('program');
      const reply = {
        Version: 1,
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        SessionToken: sessionToken,
        Expiration: new Date(Date.now() + 900_000).toISOString(),
      };
      const account = '[ "$1 $2" = "--account 111122223333" ] || exit 1';
      const script = home.write(
        'aws-keys',
        `#!/bin/sh\n${account}\necho '${JSON.stringify(reply)}'\n`,
        0o700,
      );
      return { '/opt/acme/bin/aws-keys': script };
    },
  },
  'Kubernetes on EKS: roles for service accounts (IRSA)': {
    expected: { credentials: temporary('pod') },
    prepare: () => {
      servers.sts.roles.set(role('pod'), { keys: temporary('pod'), trusts: ['token-of-the-pod'] });
      const path = '/var/run/secrets/eks.amazonaws.com/serviceaccount/token';
      return { [path]: home.write('token', 'token-of-the-pod') };
    },
  },
  'Containers on ECS and EKS Pod Identity': {
    expected: { credentials: temporary('container') },
    prepare: () => {
      servers.container = { keys: temporary('container'), token: 'token-of-the-container' };
      const path = '/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token';
      return {
        'http://169.254.170.23/v1/credentials': `${servers.url}/container`,
        [path]: home.write('token', 'token-of-the-container'),
      };
    },
  },
  'EC2 instances': {
    expected: { credentials: temporary('instance') },
    prepare: () => {
      servers.instanceKeys = temporary('instance');
      return undefined;
    },
  },
  'Vercel, by OIDC': {
    expected: { credentials: temporary('vercel') },
    prepare: () => {
      vi.stubEnv('VERCEL_OIDC_TOKEN', 'token-of-the-deployment');
      servers.sts.roles.set(role('vercel'), {
        keys: temporary('vercel'),
        trusts: ['token-of-the-deployment'],
      });
      return undefined;
    },
    scope: {
      // Stands for Vercel's package: the same exchange, by the same library.
      awsCredentialsProvider:
        ({ roleArn }: { roleArn: string }) =>
        () =>
          getDefaultRoleAssumerWithWebIdentity({ region: 'us-east-1' })({
            RoleArn: roleArn,
            RoleSessionName: 'vercel',
            WebIdentityToken: process.env['VERCEL_OIDC_TOKEN'] ?? '',
          }),
    },
  },
  "The AWS SDK's credential providers": {
    expected: { credentials: temporary('role') },
    prepare: () => {
      home.write(
        '.aws/credentials',
        '[default]\naws_access_key_id=AKIABASE\naws_secret_access_key=secret-of-base',
      );
      trustedRole(role('bedrock'), baseKeys);
      return undefined;
    },
    scope: {
      // Stands for the function of `@aws-sdk/credential-providers`, of the same parts.
      fromTemporaryCredentials:
        ({ params }: { params: { RoleArn: string } }) =>
        async () =>
          getDefaultRoleAssumer({ region: 'us-east-1' })(await defaultProvider()(), {
            ...params,
            RoleSessionName: 'sdk',
          }),
    },
  },
  'Code written for the official package': {
    expected: { credentials: temporary('instance') },
    prepare: () => {
      servers.instanceKeys = temporary('instance');
      return undefined;
    },
    // `@aws-sdk/credential-providers` exports it under this name.
    scope: { fromNodeProviderChain: defaultProvider },
  },
  'A role for each tenant': {
    expected: { credentials: temporary('role') },
    prepare: () => {
      servers.instanceKeys = temporary('instance');
      trustedRole('arn:aws:iam::777788889999:role/bedrock-for-acme', temporary('instance'), {
        externalId: 'acme-42',
      });
      return undefined;
    },
  },
  'Edge runtimes': {
    expected: { credentials: { accessKeyId: 'AKIABINDING', secretAccessKey: 'secret-of-the-binding' } },
    scope: { env: { AWS_ACCESS_KEY_ID: 'AKIABINDING', AWS_SECRET_ACCESS_KEY: 'secret-of-the-binding' } },
  },
};

/** Runs the code of a recipe, which ends with a provider in `bedrock`. */
function run(code: string, scope: Readonly<Record<string, unknown>>): BedrockProvider {
  const names = Object.keys(scope);
  const body = `${code.replace(/^import .*$/gm, '')}\nreturn bedrock;`;
  return new Function(...names, body)(...names.map(name => scope[name]));
}

describe('docs/authentication.md', () => {
  it('has a test for every recipe', () => {
    expect([...sections.keys()]).toEqual(Object.keys(recipes));
  });

  it.each(Object.entries(recipes))('works as it says: %s', async (heading, { expected, prepare, scope }) => {
    const { files, environment, code } = sections.get(heading) as Section;
    const replaced = Object.entries(prepare?.() ?? {});
    const here = (text: string) => replaced.reduce((result, [from, to]) => result.replaceAll(from, to), text);
    const local = await createLocalBedrock(expected).listen();
    try {
      for (const [path, text] of Object.entries(files)) home.write(path, here(text));
      const variables = {
        ...environment,
        ...servers.environment,
        AWS_ENDPOINT_URL_BEDROCK_RUNTIME: local.url,
      };
      for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, here(value));

      const bedrock = run(code, { createBedrock, ...scope });
      const { finishReason } = await bedrock('amazon.nova-lite-v1:0').doGenerate({
        prompt: [{ role: 'user', content: [{ type: 'text', text: 'Hello!' }] }],
      });
      expect(finishReason.unified).toBe('stop');
    } finally {
      await local.close();
    }
  });
});
