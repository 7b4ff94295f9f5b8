/** AWS's own chain under the public API: what is kept, what is read again, and what errors say. */
import { LoadAPIKeyError, LoadSettingError } from '@ai-sdk/provider';
import { fromIni } from '@aws-sdk/credential-provider-ini';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { CredentialsError } from 'bedrock-ai-provider';
import { createLocalBedrock, type ListeningBedrock, type LocalBedrock } from 'bedrock-ai-provider/local';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type IdentityServers, startIdentityServers } from '../support/aws-identity-servers.ts';
import type { TestKeys } from '../support/sts.ts';
import { call, callOf, errorOf, identityOf } from './calls.ts';
import { enterHome, type Home } from './home.ts';

const temporary = (name: string): TestKeys => ({
  accessKeyId: `ASIA${name.toUpperCase()}`,
  secretAccessKey: `secret-of-${name}`,
  sessionToken: `token-of-${name}`,
});
const profileOf = (name: string) =>
  `aws_access_key_id = AKIA${name.toUpperCase()}\naws_secret_access_key = secret-of-${name}\n`;
const staticKeys = (name: string) => ({
  accessKeyId: `AKIA${name.toUpperCase()}`,
  secretAccessKey: `secret-of-${name}`,
});

const MINUTE = 60_000;
const roleArn = 'arn:aws:iam::111122223333:role/bedrock';

let home: Home;
let servers: IdentityServers;
let bedrock: LocalBedrock;
let listening: ListeningBedrock;

beforeAll(async () => {
  servers = await startIdentityServers();
  const credentials = [
    ...['one', 'two', 'base'].map(staticKeys),
    ...['role', 'instance', 'container', 'pod', 'sso'].map(temporary),
  ];
  bedrock = createLocalBedrock({ credentials, region: 'eu-west-1' });
  listening = await bedrock.listen();
});
afterAll(async () => {
  await listening.close();
  await servers.close();
});
beforeEach(() => {
  home = enterHome({
    ...servers.environment,
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: listening.url,
    AWS_REGION: 'eu-west-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
  home.remove();
  bedrock.reset();
  servers.broken.clear();
  servers.ssoSessions.clear();
  servers.sts.roles.clear();
  servers.sts.calls.length = 0;
  servers.sts.callers.length = 0;
  servers.instanceKeys = undefined;
  servers.container = undefined;
  servers.requests.length = 0;
});

const statuses = () => bedrock.requests.map(({ status }) => status);

describe('the Region', () => {
  const config = (region: string) =>
    home.write('.aws/config', `[default]\nregion = ${region}\n${profileOf('one')}`);

  it('is that of the profile when nothing else names one', async () => {
    vi.stubEnv('AWS_REGION', undefined);
    config('eu-west-1');
    await call();
    expect(statuses()).toEqual([200]);
  });

  it('is that of the profile that is set, also for keys that are not of the profile', async () => {
    vi.stubEnv('AWS_REGION', undefined);
    home.write('.aws/config', '[profile a]\nregion = us-east-2\n[profile b]\nregion = eu-west-1\n');
    vi.stubEnv('AWS_PROFILE', 'a');
    await call({ profile: 'b', credentials: staticKeys('one') });
    expect(statuses()).toEqual([200]);
  });

  it('of the environment beats that of the profile', async () => {
    config('us-east-2');
    await call();
    expect(statuses()).toEqual([200]);
  });

  it('is found in a file that is made after a first call has failed', async () => {
    vi.stubEnv('AWS_REGION', undefined);
    const again = callOf({ credentials: staticKeys('one') });
    expect((await errorOf(again())).message).toMatch(/No AWS Region.*~\/\.aws\/config/s);
    config('eu-west-1');
    await again();
    expect(statuses()).toEqual([200]);
  });

  it('that is none names the profile', async () => {
    vi.stubEnv('AWS_REGION', undefined);
    config('europe/west');
    const error = await errorOf(call());
    expect(LoadSettingError.isInstance(error)).toBe(true);
    expect(error.message).toMatch(/region of the profile is "europe\/west"/);
  });

  it('of the settings is where a role without one is assumed', async () => {
    vi.stubEnv('AWS_REGION', 'ap-south-1');
    servers.sts.region = 'eu-west-1';
    servers.sts.callers.push(staticKeys('base'));
    servers.sts.roles.set(roleArn, { keys: temporary('role'), trusts: ['AKIABASE'] });
    home.write(
      '.aws/config',
      `[profile base]\n${profileOf('base')}\n[profile r]\nrole_arn = ${roleArn}\nsource_profile = base\n`,
    );
    await call({ profile: 'r', region: 'eu-west-1' });
    expect(statuses()).toEqual([200]);
    servers.sts.region = 'us-east-1';
  });
});

describe('the keys of a file', () => {
  const write = (name: string) => home.write('.aws/credentials', `[default]\n${profileOf(name)}`);

  it('are read again after five minutes', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    write('one');
    const keyIds: string[] = [];
    const again = callOf({
      fetch: (url, init) => {
        keyIds.push(identityOf(init?.headers as Record<string, string>));
        return fetch(url, init);
      },
    });
    await again();
    write('two');
    vi.setSystemTime(Date.now() + 5 * MINUTE - 1);
    await again();
    vi.setSystemTime(Date.now() + 1);
    await again();
    expect(keyIds).toEqual(['AKIAONE', 'AKIAONE', 'AKIATWO']);
  });

  it('are read again at once when AWS refuses them', async () => {
    write('old');
    const again = callOf();
    expect((await errorOf(again()))['code']).toBe('UnrecognizedClientException');
    write('one');
    await again();
    expect(statuses()).toEqual([403, 403, 200]);
  });

  it('that were wrong and are put right are taken by the next call', async () => {
    write('old');
    const again = callOf({ profile: 'default' });
    await errorOf(again());
    write('two');
    await again();
    expect(statuses().at(-1)).toBe(200);
  });

  it('that was not there are found once it is', async () => {
    const again = callOf();
    expect(LoadAPIKeyError.isInstance(await errorOf(again()))).toBe(true);
    write('one');
    await again();
    expect(statuses()).toEqual([200]);
  });
});

describe('the keys of a role', () => {
  beforeEach(() => {
    servers.sts.region = 'eu-west-1';
    servers.sts.callers.push(staticKeys('base'));
    servers.sts.roles.set(roleArn, { keys: temporary('role'), trusts: ['AKIABASE'], lifetime: 15 * MINUTE });
    home.write(
      '.aws/config',
      `[profile base]\n${profileOf('base')}\n[default]\nrole_arn = ${roleArn}\nsource_profile = base\n`,
    );
  });

  it('are got once for all calls that wait, and again one minute before they end', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const again = callOf();
    await Promise.all(Array.from({ length: 20 }, again));
    expect(servers.sts.calls).toHaveLength(1);
    vi.setSystemTime(Date.now() + 14 * MINUTE);
    await Promise.all(Array.from({ length: 20 }, again));
    expect(servers.sts.calls).toHaveLength(2);
    expect(new Set(statuses())).toEqual(new Set([200]));
  });

  it('are asked for with a new code of the device each time', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const mfa = { serial: 'arn:aws:iam::111122223333:mfa/alice', code: '1' };
    servers.sts.roles.set(roleArn, { keys: temporary('role'), trusts: ['AKIABASE'], mfa });
    home.write(
      '.aws/config',
      `[profile base]\n${profileOf('base')}\n[default]\nrole_arn = ${roleArn}\nsource_profile = base\nmfa_serial = ${mfa.serial}\n`,
    );
    const mfaCodeProvider = vi.fn(async () => mfa.code);
    const again = callOf({ mfaCodeProvider });
    await Promise.all([again(), again(), again()]);
    expect(mfaCodeProvider.mock.calls).toEqual([[mfa.serial]]);
    vi.setSystemTime(Date.now() + 60 * MINUTE);
    mfa.code = '2';
    await again();
    expect(mfaCodeProvider).toHaveBeenCalledTimes(2);
  });
});

describe("the AWS SDK's own providers", () => {
  it.each([
    ['the default chain', defaultProvider()],
    ['a profile', fromIni({ profile: 'default' })],
  ])('fit into the settings: %s', async (_, provider) => {
    home.write('.aws/credentials', `[default]\n${profileOf('one')}`);
    await call({ credentials: provider });
    await call({ credentialProvider: provider });
    expect(statuses()).toEqual([200, 200]);
  });

  it('read changed files when AWS refuses what they have kept', async () => {
    const write = (name: string) => home.write('.aws/credentials', `[default]\n${profileOf(name)}`);
    write('old');
    const again = callOf({ credentials: defaultProvider({ ignoreCache: true }) });
    await errorOf(again());
    write('one');
    await again();
    expect(statuses()).toEqual([403, 403, 200]);
  });
});

describe('an explicit profile', () => {
  beforeEach(() => {
    servers.instanceKeys = temporary('instance');
    servers.container = { keys: temporary('container'), token: 'token' };
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', undefined);
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${servers.url}/container`);
    vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN', 'token');
  });

  it('without keys is an error; the roles of the machine are not taken in its place', async () => {
    home.write('.aws/config', '[profile empty]\nregion = eu-west-1\n');
    const error = await errorOf(call({ profile: 'empty' }));
    expect(CredentialsError.isInstance(error)).toBe(true);
    expect(error.message).toMatch(/profile empty gave no credentials: Could not resolve credentials/);
    expect(servers.requests).toEqual([]);
  });

  it('that does not exist is an error that names the files and the profiles there are', async () => {
    home.write('.aws/config', '[profile dev]\n[profile prod]\nregion = eu-west-1\n');
    home.write('.aws/credentials', `[dev]\n${profileOf('one')}`);
    const error = await errorOf(call({ profile: 'production' }));
    expect(error).toMatchObject({ name: 'AI_CredentialsError', setting: 'profile' });
    expect(error.message).toMatch(
      /profile production .* ~\/\.aws\/config and ~\/\.aws\/credentials; they hold prod, dev/,
    );
  });

  it.each(['', 5 as never])('%j is no name', async profile => {
    vi.stubEnv('AWS_PROFILE', 'dev');
    home.write('.aws/credentials', `[dev]\n${profileOf('one')}`);
    const error = await errorOf(call({ profile }));
    expect(LoadSettingError.isInstance(error)).toBe(true);
    expect(error.message).toContain('profile setting');
  });
});

describe('a login that has ended', () => {
  const sso = 'sso_account_id = 111122223333\nsso_role_name = User\n';
  const session = '[sso-session acme]\nsso_start_url = https://acme.example/start\nsso_region = eu-west-1\n';
  const past = new Date(Date.now() - MINUTE);

  it.each<[string, string, (() => void)?]>([
    ['was never there', `[profile dev]\nsso_session = acme\n${sso}${session}`],
    [
      'is over',
      `[profile dev]\nsso_session = acme\n${sso}${session}`,
      () => home.login('acme', { accessToken: 'over', expiresAt: past }),
    ],
    [
      'is over, in the older form of a profile',
      `[profile dev]\nsso_start_url = https://acme.example/start\nsso_region = eu-west-1\n${sso}`,
      () => home.login('https://acme.example/start', { accessToken: 'over', expiresAt: past }),
    ],
    [
      'was ended by the server',
      `[profile dev]\nsso_session = acme\n${sso}${session}`,
      () => home.login('acme', { accessToken: 'revoked' }),
    ],
  ])('because it %s names the command to run', async (_, config, prepare) => {
    home.write('.aws/config', config);
    prepare?.();
    for (const settings of [{ profile: 'dev' }, {}]) {
      vi.stubEnv('AWS_PROFILE', 'profile' in settings ? undefined : 'dev');
      const error = await errorOf(call(settings));
      expect(CredentialsError.isInstance(error)).toBe(true);
      expect(error['advice']).toBe('Log in: aws sso login --profile dev');
      expect(error.message).toMatch(/The profile dev.* gave no credentials: .*aws sso login --profile dev$/s);
      expect(error.cause).toBeInstanceOf(Error);
    }
  });

  it('behind a role is that of the profile the role is assumed with', async () => {
    home.write(
      '.aws/config',
      `[profile login]\nsso_session = acme\n${sso}${session}[profile role]\nrole_arn = ${roleArn}\nsource_profile = login\n`,
    );
    const error = await errorOf(call({ profile: 'role' }));
    expect(error['advice']).toBe('Log in: aws sso login --profile login');
  });

  it('is seen as soon as it is renewed', async () => {
    home.write('.aws/config', `[default]\nsso_session = acme\n${sso}${session}`);
    const again = callOf();
    await errorOf(again());
    home.login('acme', { accessToken: 'fresh' });
    servers.ssoSessions.set('fresh', { '111122223333/User': temporary('sso') });
    await again();
    expect(statuses()).toEqual([200]);
  });

  it('is not blamed when the account does not give the role', async () => {
    home.write('.aws/config', `[profile dev]\nsso_session = acme\n${sso}${session}`);
    home.login('acme', { accessToken: 'fresh' });
    servers.ssoSessions.set('fresh', {});
    const error = await errorOf(call({ profile: 'dev' }));
    expect(error.message).toContain('No access');
    expect(error['advice']).toBeUndefined();
  });

  it('of `aws login` names that command', async () => {
    home.write('.aws/config', '[profile dev]\nlogin_session = arn:aws:iam::111122223333:user/alice\n');
    const error = await errorOf(call({ profile: 'dev' }));
    expect(error['advice']).toBe('Log in: aws login --profile dev');
  });
});

describe('a source that fails', () => {
  it('for the want of an MFA code names the setting', async () => {
    home.write(
      '.aws/config',
      `[profile base]\n${profileOf('base')}\n[profile r]\nrole_arn = ${roleArn}\nsource_profile = base\nmfa_serial = x\n`,
    );
    expect((await errorOf(call({ profile: 'r' })))['advice']).toContain('mfaCodeProvider');
  });

  it('in the function for MFA codes keeps its error as the cause', async () => {
    home.write(
      '.aws/config',
      `[profile base]\n${profileOf('base')}\n[profile r]\nrole_arn = ${roleArn}\nsource_profile = base\nmfa_serial = x\n`,
    );
    const cause = new Error('nobody is there to type it');
    const error = await errorOf(call({ profile: 'r', mfaCodeProvider: () => Promise.reject(cause) }));
    expect(error).toMatchObject({ name: 'AI_CredentialsError', cause });
  });

  it('because the role does not trust the caller says so', async () => {
    servers.sts.region = 'eu-west-1';
    servers.sts.callers.push(staticKeys('base'));
    home.write(
      '.aws/config',
      `[profile base]\n${profileOf('base')}\n[profile r]\nrole_arn = ${roleArn}\nsource_profile = base\n`,
    );
    const error = await errorOf(call({ profile: 'r' }));
    expect(error.message).toMatch(/not authorized to perform: sts:AssumeRole.*trust policy/s);
    expect(error.cause).toMatchObject({ name: 'AccessDenied' });
  });

  it.each([
    ['a profile in code', { profile: 'p' }],
    ['AWS_PROFILE', {}],
  ])('as the program of %s shows what it wrote, and not how it was called', async (_, settings) => {
    if (!('profile' in settings)) vi.stubEnv('AWS_PROFILE', 'p');
    const script = home.write('keys', '#!/bin/sh\necho "vault is sealed" >&2\nexit 3\n', 0o700);
    home.write('.aws/config', `[profile p]\ncredential_process = ${script} --pin hidden-pin\n`);
    const error = await errorOf(call(settings));
    expect(error.message).toContain('vault is sealed');
    expect(error.message).not.toContain('hidden-pin');
    expect(String(error.cause)).not.toContain('hidden-pin');
  });

  it('as a web identity names its variables', async () => {
    vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', `${home.path}/no-such-token`);
    vi.stubEnv('AWS_ROLE_ARN', roleArn);
    const error = await errorOf(call());
    expect(CredentialsError.isInstance(error)).toBe(true);
    expect(error.message).toMatch(/AWS_WEB_IDENTITY_TOKEN_FILE.* gave no credentials: .*no-such-token/s);
  });

  it('as the endpoint of a container names the variable', async () => {
    servers.container = { keys: temporary('container'), token: 'right' };
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${servers.url}/container`);
    vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN', 'wrong');
    const error = await errorOf(call());
    expect(error.message).toMatch(/container \(AWS_CONTAINER_CREDENTIALS_FULL_URI\) gave no keys/);
  });

  it('as the metadata service is named', async () => {
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', undefined);
    servers.broken.set('/latest', { status: 500, body: '' });
    const error = await errorOf(call());
    expect(LoadAPIKeyError.isInstance(error)).toBe(true);
    expect(error.message).toMatch(/instance metadata service/);
  });
});

describe('no identity anywhere', () => {
  it('is an error that names everything that was looked at, with the error of the chain as its cause', async () => {
    const error = await errorOf(call());
    expect(LoadAPIKeyError.isInstance(error)).toBe(true);
    for (const name of [
      'apiKey',
      'credentials',
      'credentialProvider',
      'accessKeyId',
      'secretAccessKey',
      'profile',
      'AWS_BEARER_TOKEN_BEDROCK',
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      '[default]',
      'Web identity',
      'EC2 Instance Metadata',
    ]) {
      expect(error.message).toContain(name);
    }
    expect(error.cause).toMatchObject({ name: 'CredentialsProviderError' });
  });

  it('because AWS_PROFILE is misspelled says that there is no such profile', async () => {
    home.write('.aws/credentials', `[work]\n${profileOf('one')}`);
    vi.stubEnv('AWS_PROFILE', 'wrok');
    const error = await errorOf(call());
    expect(error.message).toMatch(/AWS_PROFILE is wrok: there is no such profile in .*; they hold work\./);
  });

  it('writes nothing to the console', async () => {
    const methods = ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const;
    const spies = methods.map(method => vi.spyOn(console, method));
    await errorOf(call());
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAONE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret-of-one');
    await errorOf(call({ profile: 'nobody' }));
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });
});
