import { LoadAPIKeyError, LoadSettingError } from '@ai-sdk/provider';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAuthenticator, type UnauthenticatedRequest } from '../../src/auth/authenticator.ts';
import type { IdentitySettings } from '../../src/auth/identity-settings.ts';
import { CredentialsError } from '../../src/errors.ts';
import { stubAwsEnvironment } from './environment.ts';

beforeEach(() => stubAwsEnvironment());
afterEach(() => {
  vi.unstubAllGlobals(); // First, because the environment is part of one.
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

const isEdge = 'EdgeRuntime' in globalThis;

const request: UnauthenticatedRequest = {
  method: 'POST',
  url: 'https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-lite-v1%3A0/converse',
  headers: { 'content-type': 'application/json' },
  body: '{}',
  signingName: 'bedrock',
  region: () => 'us-east-1',
};

/** An authenticator reduced to the headers it gives. */
function headersOf(settings: IdentitySettings) {
  const authenticateRequest = createAuthenticator(settings);
  return async (parts: UnauthenticatedRequest) => (await authenticateRequest(parts)).headers;
}

const authenticate = (settings: IdentitySettings, parts: Partial<UnauthenticatedRequest> = {}) =>
  headersOf(settings)({ ...request, ...parts });

async function errorOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => Promise.reject(new Error('nothing was thrown')),
    (error: Error) => error,
  );
}

/** Who a request says it is from: `Bearer key`, or the access key id and session token of a signature. */
function identityOf(headers: Record<string, string>): string {
  const authorization = headers['authorization'] ?? '';
  const keyId = /Credential=([^/]+)/.exec(authorization)?.[1];
  if (keyId === undefined) return authorization;
  return [keyId, headers['x-amz-security-token']].filter(part => part !== undefined).join(' ');
}

const keys = { accessKeyId: 'SETTINGKEY', secretAccessKey: 'setting-secret' };
const ambientToken = { AWS_BEARER_TOKEN_BEDROCK: 'ambient-token' };
const ambientKeys = { AWS_ACCESS_KEY_ID: 'AMBIENTKEY', AWS_SECRET_ACCESS_KEY: 'ambient-secret' };
const ambientSession = { AWS_SESSION_TOKEN: 'ambient-session' };
const everything = { ...ambientToken, ...ambientKeys, ...ambientSession };
const provider = () => ({ accessKeyId: 'PROVIDEDKEY', secretAccessKey: 'provided-secret' });

describe('who calls', () => {
  it.each<[string, IdentitySettings, Parameters<typeof stubAwsEnvironment>[0], string]>([
    ['apiKey', { apiKey: 'setting-token' }, {}, 'Bearer setting-token'],
    [
      'apiKey over all',
      { apiKey: 'setting-token', ...keys, credentialProvider: provider },
      everything,
      'Bearer setting-token',
    ],
    ['apiKey of a function', { apiKey: () => 'made-token' }, everything, 'Bearer made-token'],
    ['apiKey of an async function', { apiKey: async () => 'made-token' }, everything, 'Bearer made-token'],
    ['keys', keys, {}, 'SETTINGKEY'],
    ['keys over the environment, without its session token', keys, everything, 'SETTINGKEY'],
    [
      'keys with their session token',
      { ...keys, sessionToken: 'setting-session' },
      everything,
      'SETTINGKEY setting-session',
    ],
    ['credentials', { credentials: { ...keys, accessKeyId: 'OBJECTKEY' } }, {}, 'OBJECTKEY'],
    [
      'credentials over credentialProvider, keys and environment',
      {
        credentials: { ...keys, accessKeyId: 'OBJECTKEY', sessionToken: 'object-session' },
        credentialProvider: provider,
        ...keys,
      },
      everything,
      'OBJECTKEY object-session',
    ],
    [
      'credentials that are a function',
      {
        credentials: async () => ({ ...provider(), accessKeyId: 'FUNCTIONKEY' }),
        credentialProvider: provider,
      },
      everything,
      'FUNCTIONKEY',
    ],
    ['credentialProvider', { credentialProvider: provider }, {}, 'PROVIDEDKEY'],
    [
      'credentialProvider over keys and environment',
      { credentialProvider: provider, ...keys },
      everything,
      'PROVIDEDKEY',
    ],
    [
      'credentialProvider with a session token',
      { credentialProvider: async () => ({ ...provider(), sessionToken: 'provided-session' }) },
      everything,
      'PROVIDEDKEY provided-session',
    ],
    ['AWS_BEARER_TOKEN_BEDROCK', {}, ambientToken, 'Bearer ambient-token'],
    ['AWS_BEARER_TOKEN_BEDROCK over the keys of the environment', {}, everything, 'Bearer ambient-token'],
    ['the keys of the environment', {}, ambientKeys, 'AMBIENTKEY'],
    [
      'the keys of the environment with their session token',
      {},
      { ...ambientKeys, ...ambientSession },
      'AMBIENTKEY ambient-session',
    ],
    ['what comes after a blank token', {}, { ...ambientKeys, AWS_BEARER_TOKEN_BEDROCK: '  ' }, 'AMBIENTKEY'],
    [
      'settings that are undefined as absent',
      { apiKey: undefined, accessKeyId: undefined },
      ambientKeys,
      'AMBIENTKEY',
    ],
  ])('is decided by %s', async (_, settings, environment, identity) => {
    stubAwsEnvironment(environment);
    expect(identityOf(await authenticate(settings))).toBe(identity);
  });

  it('is decided at each call, so that a later environment counts', async () => {
    const later = headersOf({});
    stubAwsEnvironment(ambientKeys);
    expect(identityOf(await later(request))).toBe('AMBIENTKEY');
    stubAwsEnvironment(ambientToken);
    expect(identityOf(await later(request))).toBe('Bearer ambient-token');
  });

  it('is an error that names everything looked at, when there is nobody', async () => {
    const error = await errorOf(authenticate({}));
    expect(LoadAPIKeyError.isInstance(error)).toBe(true);
    for (const name of [
      'apiKey',
      'credentials',
      'credentialProvider',
      'accessKeyId',
      'secretAccessKey',
      'AWS_BEARER_TOKEN_BEDROCK',
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
    ]) {
      expect(error.message).toContain(name);
    }
  });

  it.runIf(isEdge)('says on edge runtimes which sources they do not have', async () => {
    expect((await errorOf(authenticate({}))).message).toMatch(/not Node.*profiles/s);
    stubAwsEnvironment(everything);
    const error = await errorOf(authenticate({ profile: 'work' }));
    expect(LoadSettingError.isInstance(error)).toBe(true);
    expect(error.message).toMatch(/profile setting cannot be used here/);
  });

  // Node always has an environment, and AWS's chain reads it.
  it.runIf(isEdge)('is that error too where the runtime has no environment', async () => {
    vi.stubGlobal('process', { ...process, env: undefined });
    expect(LoadAPIKeyError.isInstance(await errorOf(authenticate({})))).toBe(true);
  });

  it.each<[IdentitySettings, Parameters<typeof stubAwsEnvironment>[0], RegExp]>([
    [{ accessKeyId: 'HALF' }, everything, /accessKeyId and secretAccessKey.*secretAccessKey is missing/s],
    [
      { secretAccessKey: 'half-secret' },
      everything,
      /accessKeyId and secretAccessKey.*accessKeyId is missing/s,
    ],
    [{ sessionToken: 'half-session' }, everything, /sessionToken needs both/],
    [{}, { AWS_ACCESS_KEY_ID: 'HALF' }, /AWS_SECRET_ACCESS_KEY is missing/],
    [{}, { AWS_SECRET_ACCESS_KEY: 'half-secret' }, /AWS_ACCESS_KEY_ID is missing/],
  ])('is not made of halves: %j with %j', async (settings, environment, message) => {
    stubAwsEnvironment(environment);
    const error = await errorOf(authenticate(settings));
    expect(LoadSettingError.isInstance(error)).toBe(true);
    expect(error.message).toMatch(message);
  });
});

describe('a malformed secret', () => {
  const bad = ['', ' padded-secret', 'trailing-secret\n', 'two secret-words', 'secret\u200b', 'sécret'];

  it.each<[string, (value: string) => IdentitySettings]>([
    ['apiKey', value => ({ apiKey: value })],
    ['apiKey', value => ({ apiKey: () => value })],
    ['accessKeyId', value => ({ ...keys, accessKeyId: value })],
    ['secretAccessKey', value => ({ ...keys, secretAccessKey: value })],
    ['sessionToken', value => ({ ...keys, sessionToken: value })],
    [
      'secretAccessKey of the credentials setting',
      value => ({ credentials: { ...keys, secretAccessKey: value } }),
    ],
    [
      'sessionToken of the credentials result',
      value => ({ credentials: async () => ({ ...keys, sessionToken: value }) }),
    ],
    [
      'secretAccessKey of the credentialProvider',
      value => ({ credentialProvider: () => ({ ...keys, secretAccessKey: value }) }),
    ],
  ])('in %s is an error that names the setting and not the value', async (setting, settings) => {
    for (const value of bad) {
      const error = await errorOf(authenticate(settings(value)));
      expect(LoadSettingError.isInstance(error)).toBe(true);
      expect(error.message).toContain(setting);
      if (value !== '') expect(error.message).not.toContain(value.trim());
    }
  });

  it.each([
    'AWS_BEARER_TOKEN_BEDROCK',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
  ] as const)('in %s is an error that names the variable and not the value', async variable => {
    stubAwsEnvironment({ ...ambientKeys, [variable]: 'hidden-secret\n' });
    const error = await errorOf(authenticate({}));
    expect(LoadSettingError.isInstance(error)).toBe(true);
    expect(error.message).toContain(variable);
    expect(error.message).not.toContain('hidden-secret');
  });

  it.each([42, {}, Symbol('x')])('that is no string is an error', async value => {
    const error = await errorOf(authenticate({ apiKey: value as never }));
    expect(error.message).toContain('apiKey setting is not a string');
  });

  it.each([null, undefined, {}])('is found when the credentialProvider gives %j', async value => {
    const error = await errorOf(authenticate({ credentialProvider: () => value as never }));
    expect(error.message).toContain('accessKeyId of the credentialProvider result is not a string');
  });
});

describe('credentialProvider', () => {
  const MINUTE = 60_000;

  function counting(lifetime: number | undefined) {
    let calls = 0;
    const credentialProvider = async () => {
      calls++;
      const expiration = lifetime === undefined ? undefined : new Date(Date.now() + lifetime);
      return { accessKeyId: `KEY${calls}`, secretAccessKey: 'provided-secret', expiration };
    };
    return { authenticate: headersOf({ credentialProvider }), calls: () => calls };
  }

  it('is asked again one minute before the credentials expire', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { authenticate: call } = counting(15 * MINUTE);
    expect(identityOf(await call(request))).toBe('KEY1');
    vi.setSystemTime(Date.now() + 14 * MINUTE - 1);
    expect(identityOf(await call(request))).toBe('KEY1');
    vi.setSystemTime(Date.now() + 1);
    expect(identityOf(await call(request))).toBe('KEY2');
  });

  it('is asked again after five minutes when the credentials name no expiration', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { authenticate: call } = counting(undefined);
    await call(request);
    vi.setSystemTime(Date.now() + 5 * MINUTE - 1);
    expect(identityOf(await call(request))).toBe('KEY1');
    vi.setSystemTime(Date.now() + 1);
    expect(identityOf(await call(request))).toBe('KEY2');
  });

  it('is asked once for all calls that wait', async () => {
    const { authenticate: call, calls } = counting(15 * MINUTE);
    await Promise.all(Array.from({ length: 20 }, () => call(request)));
    expect(calls()).toBe(1);
  });

  it('fails all calls that wait with its error as the cause, and is asked again by the next', async () => {
    const cause = new Error('the token service is down');
    let broken = true;
    const call = headersOf({
      credentialProvider: async () => {
        if (broken) throw cause;
        return provider();
      },
    });
    const errors = await Promise.all([errorOf(call(request)), errorOf(call(request))]);
    for (const error of errors) {
      expect(CredentialsError.isInstance(error)).toBe(true);
      expect(error).toMatchObject({ cause, message: expect.stringContaining('credentialProvider') });
    }
    broken = false;
    expect(identityOf(await call(request))).toBe('PROVIDEDKEY');
  });

  it('may fail before it gives a promise', async () => {
    const cause = new TypeError('not a function');
    const credentialProvider = () => {
      throw cause;
    };
    expect(await errorOf(authenticate({ credentialProvider }))).toMatchObject({ cause });
  });

  it('may not give an expiration that is no date', async () => {
    const credentialProvider = () => ({ ...provider(), expiration: 'soon' as never });
    expect((await errorOf(authenticate({ credentialProvider }))).message).toContain('expiration');
  });
});

describe('an apiKey function', () => {
  it('is asked before every call', async () => {
    let calls = 0;
    const call = headersOf({ apiKey: () => `rotating-${++calls}` });
    expect(identityOf(await call(request))).toBe('Bearer rotating-1');
    expect(identityOf(await call(request))).toBe('Bearer rotating-2');
  });

  it('that fails is the cause of the error', async () => {
    const cause = new Error('vault is sealed');
    const error = await errorOf(authenticate({ apiKey: () => Promise.reject(cause) }));
    expect(CredentialsError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ cause, setting: 'apiKey' });
  });
});

describe('the headers of a request', () => {
  const signedHeadersOf = (headers: Record<string, string>) =>
    /SignedHeaders=([^,]+)/.exec(headers['authorization'] ?? '')?.[1]?.split(';');

  it('are all sent, with only those of AWS and the content type signed', async () => {
    const given = {
      'content-type': 'application/json',
      'user-agent': 'test',
      traceparent: '00-1-1-01',
      'x-amzn-trace-id': 'Root=1',
      'x-amzn-bedrock-trace': 'ENABLED',
      'x-tenant': 'é',
    };
    const headers = await authenticate(keys, { headers: given });
    expect(headers).toMatchObject(given);
    expect(signedHeadersOf(headers)).toEqual(['content-type', 'host', 'x-amz-date', 'x-amzn-bedrock-trace']);
  });

  it.each(['authorization', 'x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256'])(
    'lose a %s of the caller, for signatures and bearer keys alike',
    async name => {
      const headers = { [name]: 'of the caller' };
      for (const settings of [keys, { apiKey: 'setting-token' }]) {
        expect(Object.values(await authenticate(settings, { headers }))).not.toContain('of the caller');
      }
    },
  );

  it('are the same for a bearer key, plus the key', async () => {
    expect(await authenticate({ apiKey: 'setting-token' })).toEqual({
      'content-type': 'application/json',
      authorization: 'Bearer setting-token',
    });
  });

  it('need no region for a bearer key', async () => {
    const region = () => {
      throw new Error('the region was asked for');
    };
    expect(identityOf(await authenticate({ apiKey: 'setting-token' }, { region }))).toBe(
      'Bearer setting-token',
    );
    expect((await errorOf(authenticate(keys, { region }))).message).toBe('the region was asked for');
  });
});

describe('a signature', () => {
  const signAt = async (parts: Partial<UnauthenticatedRequest>, sessionToken?: string) => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-03-04T05:06:07.890Z') });
    return authenticate({ ...keys, sessionToken }, parts);
  };

  it('is what the AWS SDK signs for the same POST', async () => {
    expect(await signAt({})).toEqual({
      'content-type': 'application/json',
      'x-amz-date': '20260304T050607Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=SETTINGKEY/20260304/us-east-1/bedrock/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=b7f166d38b6133e771833b091b353acdc613622c5e71b2a6cb4923df32f02a50',
    });
  });

  it('is what the AWS SDK signs for a GET with a query, a session token and no body', async () => {
    const url =
      'https://bedrock.us-east-1.amazonaws.com/inference-profiles/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ax%2Fy?type=A&nextToken=a%2Bb%20%C3%A9';
    expect(await signAt({ method: 'GET', url, headers: {}, body: undefined }, 'setting-session')).toEqual({
      'x-amz-date': '20260304T050607Z',
      'x-amz-security-token': 'setting-session',
      authorization:
        'AWS4-HMAC-SHA256 Credential=SETTINGKEY/20260304/us-east-1/bedrock/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=afb2c042c899c0f98bbf56f29562e784c593bf769210e220cf877c6725558e90',
    });
  });

  it('covers the body', async () => {
    const [one, other] = [await signAt({ body: '{"a":1}' }), await signAt({ body: '{"a":2}' })];
    expect(one['authorization']).not.toBe(other['authorization']);
  });

  it('is the same for a body of text and its bytes', async () => {
    const body = '{"text":"héllo 😀"}';
    expect(await signAt({ body })).toEqual(await signAt({ body: new TextEncoder().encode(body) }));
  });
});
