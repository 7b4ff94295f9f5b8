/** Who calls, for every combination of settings and surroundings. */
import type { BedrockProviderSettings } from 'bedrock-ai-provider';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type IdentityServers, startIdentityServers } from '../support/aws-identity-servers.ts';
import type { TestKeys } from '../support/sts.ts';
import { answer, call, identityOf } from './calls.ts';
import { stubAwsEnvironment } from './environment.ts';
import { enterHome, type Home } from './home.ts';

const staticKeys = (name: string) => ({ accessKeyId: name, secretAccessKey: `secret-of-${name}` });
const temporary = (name: string): TestKeys => ({ ...staticKeys(name), sessionToken: `token-of-${name}` });
const asProfile = (name: string, keys: TestKeys) =>
  `[${name}]\naws_access_key_id=${keys.accessKeyId}\naws_secret_access_key=${keys.secretAccessKey}\n` +
  `aws_session_token=${keys.sessionToken}\n`;

const roleArn = 'arn:aws:iam::111122223333:role/tenant';

/** The explicit settings, in the order in which they count, and who arrives by each. */
const explicit: ReadonlyArray<readonly [settings: BedrockProviderSettings, identity: string]> = [
  [{ apiKey: 'setting-key' }, 'Bearer setting-key'],
  [{ credentials: async () => temporary('FUNCTION') }, 'FUNCTION token-of-FUNCTION'],
  [{ credentialProvider: async () => temporary('PROVIDER') }, 'PROVIDER token-of-PROVIDER'],
  [staticKeys('SETTING'), 'SETTING'],
  [{ profile: 'chosen' }, 'CHOSEN token-of-CHOSEN'],
];

/** What the surroundings may hold, in the order in which it counts. */
const ambient: ReadonlyArray<readonly [environment: Record<string, string>, identity: string]> = [
  [{ AWS_BEARER_TOKEN_BEDROCK: 'ambient-key' }, 'Bearer ambient-key'],
  [
    { AWS_ACCESS_KEY_ID: 'AMBIENT', AWS_SECRET_ACCESS_KEY: 'secret-of-AMBIENT' },
    'AMBIENT token-of-the-environment',
  ],
  [{ AWS_PROFILE: 'named' }, 'NAMED token-of-NAMED'],
  [
    { AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/pod', AWS_WEB_IDENTITY_TOKEN_FILE: '~/token' },
    'POD token-of-POD',
  ],
  [
    { AWS_CONTAINER_CREDENTIALS_FULL_URI: '~/container', AWS_CONTAINER_AUTHORIZATION_TOKEN: 'token' },
    'CONTAINER token-of-CONTAINER',
  ],
];
/** An instance role is always there, at last. So is a session token, which belongs to the environment's keys. */
const instance = 'INSTANCE token-of-INSTANCE';
const strayToken = { AWS_SESSION_TOKEN: 'token-of-the-environment' };

let home: Home;
let servers: IdentityServers;

beforeAll(async () => {
  servers = await startIdentityServers();
  servers.instanceKeys = temporary('INSTANCE');
  servers.container = { keys: temporary('CONTAINER'), token: 'token' };
  servers.sts.roles.set('arn:aws:iam::111122223333:role/pod', {
    keys: temporary('POD'),
    trusts: ['web-token'],
  });
});
afterAll(() => servers.close());
beforeEach(() => {
  home = enterHome();
  home.write('token', 'web-token');
  home.write(
    '.aws/credentials',
    asProfile('chosen', temporary('CHOSEN')) + asProfile('named', temporary('NAMED')),
  );
});
afterEach(() => {
  vi.unstubAllEnvs();
  home.remove();
});

/** All subsets, each in the order of the list. */
function subsets<T>([first, ...rest]: readonly T[]): T[][] {
  if (first === undefined) return [[]];
  const without = subsets(rest);
  return [...without.map(subset => [first, ...subset]), ...without];
}

/** Bedrock and, for the `roleArn` setting, STS: both say who has come. */
function listeningFetch() {
  const arrived: string[] = [];
  const fetch: typeof globalThis.fetch = async (url, init) => {
    const identity = identityOf(init?.headers as Record<string, string>);
    if (!String(url).includes('/sts')) {
      arrived.push(identity);
      return answer();
    }
    const [keyId = ''] = identity.split(' ');
    return new Response(
      `<AccessKeyId>ROLE-OF-${keyId}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>` +
        `<SessionToken>token-for-${keyId}</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration>`,
    );
  };
  return { fetch, arrived };
}

/** Who should arrive, or the message of the error. */
function expectedIdentity(set: typeof explicit, around: typeof ambient, assumes: boolean): string | RegExp {
  const candidates = [...set, ...around].map(([, identity]) => identity);
  if (!assumes) return candidates[0] ?? instance;
  if (set[0]?.[1].startsWith('Bearer')) return /apiKey and roleArn exclude each other/;
  const [keyId] = (candidates.find(identity => !identity.startsWith('Bearer')) ?? instance).split(' ');
  return `ROLE-OF-${keyId} token-for-${keyId}`;
}

function enter(around: typeof ambient): void {
  stubAwsEnvironment({ ...servers.environment, ...strayToken, AWS_REGION: 'us-east-1' });
  for (const [environment] of around) {
    for (const [name, value] of Object.entries(environment)) {
      const path = value === '~/container' ? `${servers.url}/container` : value.replace(/^~/, home.path);
      vi.stubEnv(name, path);
    }
  }
}

const nameOf = (set: typeof explicit) =>
  set.flatMap(([settings]) => Object.keys(settings)).join(', ') || 'nothing';

describe.each([
  ['', false],
  [' and roleArn', true],
])('with%s', (more, assumes) => {
  it.each(subsets(explicit).map(set => [nameOf(set), set] as const))(
    `%s${more} set, the order decides in all 32 surroundings`,
    async (_, set) => {
      for (const around of subsets(ambient)) {
        enter(around);
        const { fetch, arrived } = listeningFetch();
        const settings = Object.assign({}, ...set.map(([setting]) => setting), { fetch });
        const outcome = await call({ ...settings, ...(assumes && { roleArn }) }).then(
          () => arrived.join(),
          (error: Error) => error.message,
        );
        const expected = expectedIdentity(set, around, assumes);
        const variables = around.flatMap(([environment]) => Object.keys(environment)).join(', ');
        if (typeof expected === 'string') expect(outcome, `with ${variables}`).toBe(expected);
        else expect(outcome, `with ${variables}`).toMatch(expected);
      }
    },
  );
});

it('of static credentials is never mixed with a session token of the environment', async () => {
  enter([]);
  const { fetch, arrived } = listeningFetch();
  await call({ fetch, credentials: staticKeys('STATIC') });
  await call({ fetch, credentials: { ...staticKeys('STATIC'), sessionToken: undefined } });
  await call({ fetch, credentials: async () => staticKeys('STATIC') });
  expect(arrived).toEqual(['STATIC', 'STATIC', 'STATIC']);
});
