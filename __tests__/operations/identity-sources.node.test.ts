/** What AWS's chain has found, named after the source; and API keys as AWS's signer makes them. */
import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { type BedrockIdentity, type BedrockProviderSettings, createBedrock } from 'bedrock-ai-provider';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { enterHome, type Home } from '../auth/home.ts';
import { type IdentityServers, startIdentityServers } from '../support/aws-identity-servers.ts';

let home: Home;
let servers: IdentityServers;
beforeAll(async () => {
  servers = await startIdentityServers();
});
afterAll(() => servers.close());
beforeEach(() => {
  home = enterHome(servers.environment);
});
afterEach(() => {
  vi.unstubAllEnvs();
  home.remove();
  servers.container = undefined;
  servers.instanceKeys = undefined;
});

const temporary = { accessKeyId: 'ASIATEMPORARYKEYS', secretAccessKey: 'secret', sessionToken: 'token' };
const role = 'arn:aws:iam::111122223333:role/bedrock';
const identify = (settings: BedrockProviderSettings = {}) =>
  createBedrock({ region: 'us-east-1', ...settings }).getIdentity();

/** What the signer asks for, made of Node's own hashes. */
class Sha256 {
  readonly #hash;
  constructor(secret?: Uint8Array | string) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(data: Uint8Array | string): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

interface Case {
  readonly name: string;
  readonly prepare: () => Pick<BedrockProviderSettings, 'profile'>;
  readonly expected: Partial<BedrockIdentity>;
}

const ini = (name: string, lines: string) => {
  home.write('.aws/config', `[${name === 'default' ? name : `profile ${name}`}]\n${lines}\n`);
};

const cases: Case[] = [
  {
    name: 'keys of the default profile',
    prepare: () => {
      ini('default', 'aws_access_key_id = AKIAPROFILEKEYS\naws_secret_access_key = s');
      return {};
    },
    expected: { kind: 'keys', source: 'the profile default', renews: false },
  },
  {
    name: 'keys of the profile that the environment names',
    prepare: () => {
      ini('work', 'aws_access_key_id = AKIAPROFILEKEYS\naws_secret_access_key = s');
      vi.stubEnv('AWS_PROFILE', 'work');
      return {};
    },
    expected: { kind: 'keys', source: 'the profile work (AWS_PROFILE)' },
  },
  {
    name: 'SSO',
    prepare: () => {
      home.write(
        '.aws/config',
        '[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://corp.example\n' +
          '[profile work]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Dev\n',
      );
      home.login('corp', { accessToken: 'sso-token' });
      servers.ssoSessions.set('sso-token', { '111122223333/Dev': temporary });
      return { profile: 'work' };
    },
    expected: { kind: 'sso', source: 'the profile work', renews: true, isTemporary: true },
  },
  {
    name: 'a process',
    prepare: () => {
      const json = JSON.stringify({ Version: 1, AccessKeyId: 'AKIAPROCESSKEYS', SecretAccessKey: 's' });
      ini('work', `credential_process = cat ${home.write('keys.json', json)}`);
      return { profile: 'work' };
    },
    expected: { kind: 'process', source: 'the profile work' },
  },
  {
    name: 'a role of a profile',
    prepare: () => {
      const base = { accessKeyId: 'AKIABASE', secretAccessKey: 'secret-of-base' };
      servers.sts.callers.push(base);
      servers.sts.roles.set(role, { keys: temporary, trusts: [base.accessKeyId] });
      home.write(
        '.aws/credentials',
        '[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = secret-of-base\n',
      );
      ini('work', `role_arn = ${role}\nsource_profile = base\nregion = us-east-1`);
      return { profile: 'work' };
    },
    expected: { kind: 'role', source: 'the profile work', renews: true },
  },
  {
    name: 'a web identity',
    prepare: () => {
      servers.sts.roles.set(role, { keys: temporary, trusts: ['web-token'] });
      vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', home.write('token', 'web-token'));
      vi.stubEnv('AWS_ROLE_ARN', role);
      vi.stubEnv('AWS_REGION', 'us-east-1');
      return {};
    },
    expected: {
      kind: 'web-identity',
      source: 'the environment variable AWS_WEB_IDENTITY_TOKEN_FILE',
      renews: true,
    },
  },
  {
    name: 'a container',
    prepare: () => {
      servers.container = { keys: temporary, token: 'container-token' };
      vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${servers.url}/container`);
      vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN', 'container-token');
      return {};
    },
    expected: {
      kind: 'container',
      source: 'the environment variable AWS_CONTAINER_CREDENTIALS_FULL_URI',
      renews: true,
    },
  },
  {
    name: 'an instance',
    prepare: () => {
      servers.instanceKeys = temporary;
      return {};
    },
    expected: { kind: 'instance', source: 'the metadata service of the EC2 instance', renews: true },
  },
];

describe('getIdentity', () => {
  it.each(cases)('tells $name', async ({ prepare, expected }) => {
    const settings = prepare();
    expect(await identify(settings)).toMatchObject(expected);
  });

  it('reads the end and the Region of a short-term API key', async () => {
    const signedAt = new Date('2026-11-29T08:00:00Z');
    const signer = new SignatureV4({
      service: 'bedrock',
      region: 'eu-west-1',
      credentials: { accessKeyId: 'ASIAKEY', secretAccessKey: 'secret', sessionToken: 'a/b+c=' },
      sha256: Sha256 as never,
    });
    const request = {
      method: 'POST',
      protocol: 'https:',
      hostname: 'bedrock.amazonaws.com',
      path: '/',
      headers: { host: 'bedrock.amazonaws.com' },
      query: { Action: 'CallWithBearerToken' },
    };
    const { hostname, path, query } = await signer.presign(request, {
      expiresIn: 43_200,
      signingDate: signedAt,
    });
    const url = `${hostname}${path}?${new URLSearchParams(query as Record<string, string>)}&Version=1`;
    expect(await identify({ apiKey: `bedrock-api-key-${btoa(url)}` })).toMatchObject({
      kind: 'api-key',
      apiKeyType: 'short-term',
      apiKeyRegion: 'eu-west-1',
      expiration: new Date('2026-11-29T20:00:00Z'),
    });
  });
});
