/** The `roleArn` setting: Bedrock is called with the keys of a role, which STS gives. */
import { LoadSettingError } from '@ai-sdk/provider';
import type { BedrockProviderSettings } from 'bedrock-ai-provider';
import { CredentialsError } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSts, type TestRole } from '../support/sts.ts';
import { call, callOf, errorOf } from './calls.ts';
import { stubAwsEnvironment } from './environment.ts';

beforeEach(() => stubAwsEnvironment());
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

const MINUTE = 60_000;
const roleArn = 'arn:aws:iam::111122223333:role/bedrock';
const caller = { accessKeyId: 'CALLER', secretAccessKey: 'secret-of-the-caller' };
const roleKeys = {
  accessKeyId: 'ROLE',
  secretAccessKey: 'secret/of+the=role',
  sessionToken: 'token&of<the>role',
};

/** STS and Bedrock behind one fetch: Bedrock lets only the role in, STS only the caller. */
function aws(role: Partial<TestRole> = {}, region = 'us-east-1') {
  const sts = createSts();
  sts.region = region;
  sts.callers.push(caller);
  sts.roles.set(roleArn, { keys: roleKeys, trusts: [caller.accessKeyId], ...role });
  const local = createLocalBedrock({ credentials: roleKeys, region });
  const hosts: string[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { host } = new URL(String(input));
    hosts.push(host);
    return host.startsWith('sts') ? sts.handle(new Request(input, init)) : local.fetch(input, init);
  };
  const settings: BedrockProviderSettings = { region, fetch, roleArn };
  return { sts, local, hosts, settings };
}

describe('the role', () => {
  it.each<[string, BedrockProviderSettings]>([
    ['keys in the settings', caller],
    ['credentials', { credentials: caller }],
    ['a function', { credentials: async () => caller }],
    ['a credentialProvider', { credentialProvider: async () => caller }],
  ])('is assumed with %s', async (_, own) => {
    const { settings, sts } = aws();
    await call({ ...settings, ...own });
    expect(sts.calls).toEqual([
      {
        Action: 'AssumeRole',
        Version: '2011-06-15',
        RoleArn: roleArn,
        RoleSessionName: 'bedrock-ai-provider',
      },
    ]);
  });

  it('is assumed with the keys of the environment, whose API key cannot do that', async () => {
    stubAwsEnvironment({
      AWS_ACCESS_KEY_ID: caller.accessKeyId,
      AWS_SECRET_ACCESS_KEY: caller.secretAccessKey,
      AWS_BEARER_TOKEN_BEDROCK: 'ambient-token',
    });
    const { settings, local } = aws();
    await call(settings);
    expect(local.requests.map(({ authentication }) => authentication)).toEqual(['sigv4']);
  });

  it('gets the session name and the external id of the settings', async () => {
    const { settings, sts } = aws({ externalId: 'acme-42' });
    await call({ ...settings, ...caller, roleSessionName: 'tenant-42', externalId: 'acme-42' });
    expect(sts.calls[0]).toMatchObject({ RoleSessionName: 'tenant-42', ExternalId: 'acme-42' });
  });

  it.each([
    ['eu-west-1', 'sts.eu-west-1.amazonaws.com'],
    ['cn-north-1', 'sts.cn-north-1.amazonaws.com.cn'],
  ])('is assumed in the Region of the settings, %s', async (region, host) => {
    const { settings, hosts } = aws({}, region);
    await call({ ...settings, ...caller });
    expect(hosts).toEqual([host, expect.stringMatching(`bedrock-runtime.${region}`)]);
  });

  it('is assumed at the STS endpoint of the settings, and not at the base URL', async () => {
    const { settings, hosts } = aws();
    const endpoints = { sts: 'https://sts.internal.example' };
    await call({ ...settings, ...caller, endpoints, baseURL: 'https://bedrock.internal.example' });
    expect(hosts).toEqual(['sts.internal.example', 'bedrock.internal.example']);
  });

  it('is assumed once for all calls that wait, and again when its keys end', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { settings, sts } = aws({ lifetime: 15 * MINUTE });
    const callAgain = callOf({ ...settings, ...caller });
    await Promise.all(Array.from({ length: 10 }, callAgain));
    vi.setSystemTime(Date.now() + 13 * MINUTE);
    await callAgain();
    expect(sts.calls).toHaveLength(1);
    vi.setSystemTime(Date.now() + MINUTE);
    await callAgain();
    expect(sts.calls).toHaveLength(2);
  });

  it('keeps its keys in their last minute while STS is down', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { settings, sts } = aws({ lifetime: 15 * MINUTE });
    const callAgain = callOf({ ...settings, ...caller });
    await callAgain();
    sts.roles.clear();
    vi.setSystemTime(Date.now() + 14.5 * MINUTE);
    await callAgain();
    vi.setSystemTime(Date.now() + MINUTE);
    expect(CredentialsError.isInstance(await errorOf(callAgain()))).toBe(true);
  });

  it('is assumed with newer keys when STS refuses those of the caller', async () => {
    const { settings, sts } = aws();
    const credentials = vi
      .fn()
      .mockResolvedValueOnce({ ...caller, accessKeyId: 'OLD' })
      .mockResolvedValue(caller);
    await call({ ...settings, credentials });
    expect(sts.calls).toHaveLength(2);
  });

  it('is not asked for twice with the same keys', async () => {
    const { settings, sts } = aws();
    sts.callers.length = 0;
    const error = await errorOf(call({ ...settings, credentials: async () => caller }));
    expect(error.message).toMatch(/InvalidClientTokenId/);
    expect(sts.calls).toHaveLength(1);
  });

  it('is assumed with the right time when the clock is wrong', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { settings, sts, hosts } = aws();
    const { fetch } = settings;
    const ahead: typeof globalThis.fetch = async (input, init) => {
      const ours = Date.now();
      vi.setSystemTime(ours + 60 * MINUTE);
      const response = await fetch?.(input, init);
      vi.setSystemTime(ours);
      return response ?? Response.error();
    };
    await call({ ...settings, ...caller, fetch: ahead });
    expect(sts.calls).toHaveLength(2);
    expect(hosts).toHaveLength(3);
  });
});

describe('a role that cannot be assumed', () => {
  it('is an error that names the role, the reason and what to allow', async () => {
    const { settings } = aws({ trusts: [] });
    const error = await errorOf(call({ ...settings, ...caller }));
    expect(CredentialsError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ setting: 'roleArn', cause: { name: 'StsError', code: 'AccessDenied' } });
    expect(error.message).toMatch(/role\/bedrock gave no credentials: AccessDenied: .*trust policy/s);
  });

  it('because STS cannot be reached says where STS was looked for', async () => {
    const fetch = async () =>
      Promise.reject(new TypeError('fetch failed', { cause: new Error('ENOTFOUND') }));
    const error = await errorOf(call({ region: 'us-east-1', ...caller, roleArn, fetch }));
    expect(error.message).toMatch(/no reply from sts\.us-east-1\.amazonaws\.com: ENOTFOUND/);
  });

  it('because of a proxy names the status', async () => {
    const fetch = async () => new Response('<html>denied</html>', { status: 407 });
    const error = await errorOf(call({ region: 'us-east-1', ...caller, roleArn, fetch }));
    expect(error.message).toContain('HTTP 407');
  });

  it('because the reply is none of STS names the member that is missing', async () => {
    const fetch = async () => new Response('<html>hello</html>');
    const error = await errorOf(call({ region: 'us-east-1', ...caller, roleArn, fetch }));
    expect(error.message).toMatch(/accessKeyId of the reply of STS/);
  });

  it('does not show the session token, which STS repeats for wrong signatures', async () => {
    const sessionToken = 'token/of+the=caller';
    const fetch: typeof globalThis.fetch = async (_, init) =>
      new Response(
        `<Error><Code>SignatureDoesNotMatch</Code><Message>The String should have been ${JSON.stringify(init?.headers)}</Message></Error>`,
        { status: 403 },
      );
    const error = await errorOf(call({ region: 'us-east-1', ...caller, sessionToken, roleArn, fetch }));
    expect(error.message).toContain('x-amz-security-token');
    expect(error.message).not.toContain(sessionToken);
  });
});

describe('settings around roleArn', () => {
  it.each<[BedrockProviderSettings, RegExp]>([
    [{ roleArn, apiKey: 'key' }, /apiKey and roleArn exclude each other/],
    [{ externalId: 'acme', ...caller }, /externalId need roleArn/],
    [{ roleSessionName: 'acme', ...caller }, /roleSessionName and externalId need roleArn/],
    [{ roleArn: 'bedrock', ...caller }, /roleArn setting is "bedrock"/],
    [{ roleArn: 'arn:aws:iam::111122223333:user/x', ...caller }, /no ARN of a role/],
    [{ roleArn: '', ...caller }, /no ARN of a role/],
  ])('%j is an error before anything is sent', async (settings, message) => {
    const fetch = vi.fn();
    const error = await errorOf(call({ region: 'us-east-1', fetch, ...settings }));
    expect(LoadSettingError.isInstance(error)).toBe(true);
    expect(error.message).toMatch(message);
    expect(fetch).not.toHaveBeenCalled();
  });
});
