import { BedrockError, type BedrockProviderSettings, createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock, LOCAL_API_KEY } from 'bedrock-ai-provider/local';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { errorOf } from '../auth/calls.ts';
import { stubAwsEnvironment } from '../auth/environment.ts';
import { createSts } from '../support/sts.ts';

beforeEach(() => stubAwsEnvironment());
afterEach(() => vi.unstubAllEnvs());

const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret-of-the-key' };
const noFetch: typeof globalThis.fetch = async () => {
  throw new Error('nothing is to be sent');
};
const identify = (settings: BedrockProviderSettings) =>
  createBedrock({ region: 'us-east-1', fetch: noFetch, ...settings }).getIdentity();

describe('getIdentity', () => {
  it.each<[string, BedrockProviderSettings, object]>([
    ['keys in the settings', keys, { kind: 'keys', source: 'the accessKeyId setting', isTemporary: false }],
    [
      'credentials',
      { credentials: { ...keys, sessionToken: 'token' } },
      { kind: 'keys', source: 'the credentials setting', isTemporary: true, renews: false },
    ],
    [
      'a function',
      { credentials: async () => ({ ...keys, sessionToken: 't', expiration: new Date('2030-01-01') }) },
      { kind: 'function', renews: true, expiration: new Date('2030-01-01') },
    ],
    [
      'a provider of AWS, which says what it is',
      { credentialProvider: async () => ({ ...keys, $source: { CREDENTIALS_PROFILE_SSO: 'r' } }) },
      { kind: 'sso', source: 'the credentialProvider setting' },
    ],
    ['an API key', { apiKey: 'ABSKsecret' }, { kind: 'api-key', apiKeyType: 'long-term', renews: false }],
    ['a function for API keys', { apiKey: async () => 'other' }, { kind: 'api-key', renews: true }],
  ])('tells %s', async (_, settings, expected) => {
    expect(await identify(settings)).toMatchObject(expected);
  });

  it.each([
    ['AWS_ACCESS_KEY_ID', { AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: 'secret' }, 'keys'],
    ['AWS_BEARER_TOKEN_BEDROCK', { AWS_BEARER_TOKEN_BEDROCK: 'key' }, 'api-key'],
  ])('tells what is from the environment variable %s', async (name, environment, kind) => {
    stubAwsEnvironment(environment);
    expect(await identify({})).toMatchObject({ kind, source: `the environment variable ${name}` });
  });

  it('tells a role, and with whose keys it was assumed', async () => {
    const sts = createSts();
    const roleArn = 'arn:aws:iam::111122223333:role/bedrock';
    sts.callers.push(keys);
    sts.roles.set(roleArn, {
      keys: { accessKeyId: 'ASIAROLE', secretAccessKey: 's', sessionToken: 't' },
      trusts: [keys.accessKeyId],
    });
    const fetch: typeof globalThis.fetch = (input, init) => sts.handle(new Request(input, init));
    expect(await identify({ ...keys, roleArn, fetch })).toMatchObject({
      kind: 'role',
      source: `the roleArn setting (${roleArn}), assumed with the keys of the accessKeyId setting`,
      isTemporary: true,
      expiration: expect.any(Date),
      renews: true,
    });
  });

  it('shows no secret, and of the access key id its ends', async () => {
    const text = JSON.stringify(await identify({ ...keys, sessionToken: 'token-of-the-key' }));
    expect(text).toContain('AKIA…MPLE');
    for (const secret of [keys.accessKeyId, keys.secretAccessKey, 'token-of-the-key']) {
      expect(text).not.toContain(secret);
    }
  });

  it('takes a short-term API key that is cut off for one whose end is not known', async () => {
    expect(await identify({ apiKey: 'bedrock-api-key-%%%' })).toMatchObject({
      apiKeyType: 'short-term',
      expiration: undefined,
    });
  });
});

describe('getCallerIdentity', () => {
  it('tells whom AWS takes the caller for', async () => {
    const bedrock = createBedrock(createLocalBedrock().settings);
    expect(await bedrock.getCallerIdentity()).toEqual({
      account: '123456789012',
      arn: 'arn:aws:iam::123456789012:user/local',
      userId: 'AIDALOCALBEDROCK',
    });
  });

  it.each([
    ['a wrong secret', { secretAccessKey: 'wrong' }, 'SignatureDoesNotMatch', /secret access key/],
    ['an unknown key', { accessKeyId: 'AKIANOBODY' }, 'InvalidClientTokenId', /does not know these/],
  ])('rejects %s by the name of STS, with advice', async (_, change, code, advice) => {
    const bedrock = createBedrock({ ...createLocalBedrock().settings, ...change });
    const error = await errorOf(bedrock.getCallerIdentity());
    expect(BedrockError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ code, statusCode: 403, advice: expect.stringMatching(advice) });
    expect(error.message).not.toContain('xml');
  });

  it('sends no API key to STS, not even to one of your own', async () => {
    const { region } = createLocalBedrock().settings;
    const endpoints = { sts: 'http://sts.example' };
    const bedrock = createBedrock({ region, apiKey: LOCAL_API_KEY, endpoints, fetch: noFetch });
    await expect(bedrock.getCallerIdentity()).rejects.toThrow(/sts takes no Bedrock API keys/);
  });

  it('sends STS no headers that are for a gateway', async () => {
    const local = createLocalBedrock();
    const bedrock = createBedrock({ ...local.settings, headers: { 'x-gateway-key': 'secret' } });
    await bedrock.getCallerIdentity();
    expect(local.requests[0]?.headers).not.toHaveProperty('x-gateway-key');
  });

  it('says so when what answers is not STS', async () => {
    const bedrock = createBedrock({
      region: 'us-east-1',
      ...keys,
      fetch: async () => new Response('<html>'),
    });
    await expect(bedrock.getCallerIdentity()).rejects.toMatchObject({ code: 'InvalidReply' });
  });
});
