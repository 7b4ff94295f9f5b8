/** What happens when AWS refuses keys or the time of a signature. */
import { type AwsCredentials, BedrockError, createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock, LOCAL_CREDENTIALS } from 'bedrock-ai-provider/local';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answer, callOf, errorOf, hello, identityOf } from './calls.ts';
import { stubAwsEnvironment } from './environment.ts';

beforeEach(() => stubAwsEnvironment());
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

const region = 'us-east-1';
const MINUTE = 60_000;

const keys = (name: string): AwsCredentials => ({
  accessKeyId: name,
  secretAccessKey: `secret-of-${name}`,
});

/** A Bedrock that knows only these access keys, and refuses others as AWS does. */
function bedrockOf(known: readonly string[], code = 'ExpiredTokenException') {
  const seen: string[] = [];
  const fetch = async (_: unknown, init: RequestInit = {}) => {
    const identity = identityOf(init.headers as Record<string, string>);
    seen.push(identity);
    if (known.includes(identity)) return answer();
    return Response.json(
      { message: 'The security token included in the request is expired' },
      { status: 403, headers: { 'x-amzn-errortype': code, date: new Date().toUTCString() } },
    );
  };
  return { fetch, seen };
}

describe('keys that AWS refuses', () => {
  it.each(['ExpiredToken', 'ExpiredTokenException', 'UnrecognizedClientException', 'InvalidClientTokenId'])(
    'with %s are read anew at once, and the call is sent once more',
    async code => {
      const { fetch, seen } = bedrockOf(['NEW'], code);
      const credentials = vi.fn().mockResolvedValueOnce(keys('OLD')).mockResolvedValue(keys('NEW'));
      await callOf({ region, fetch, credentials })();
      expect(seen).toEqual(['OLD', 'NEW']);
    },
  );

  it('are asked for with forceRefresh, so that a provider of the AWS SDK does not answer from memory', async () => {
    const { fetch } = bedrockOf(['NEW']);
    let kept = keys('OLD');
    const credentials = vi.fn(async (options?: { forceRefresh?: boolean }) => {
      if (options?.forceRefresh) kept = keys('NEW');
      return kept;
    });
    await callOf({ region, fetch, credentials })();
    expect(credentials.mock.calls).toEqual([[], [{ forceRefresh: true }]]);
  });

  it.each([
    ['a function gives again', { credentials: async () => keys('OLD') }],
    ['a credentialProvider gives again', { credentialProvider: async () => keys('OLD') }],
    ['are set', { credentials: keys('OLD') }],
    ['are set one by one', keys('OLD')],
  ])('that %s are not sent twice', async (_, settings) => {
    const { fetch, seen } = bedrockOf(['NEW']);
    const error = await errorOf(callOf({ region, fetch, ...settings })());
    expect(BedrockError.isInstance(error)).toBe(true);
    expect(error['code']).toBe('ExpiredTokenException');
    expect(seen).toEqual(['OLD']);
  });

  it('twice in one call are an error', async () => {
    const { fetch, seen } = bedrockOf([]);
    let count = 0;
    const error = await errorOf(callOf({ region, fetch, credentials: async () => keys(`KEY${++count}`) })());
    expect(error['code']).toBe('ExpiredTokenException');
    expect(seen).toEqual(['KEY1', 'KEY2']);
  });

  it('in many calls at once are read anew once', async () => {
    const { fetch, seen } = bedrockOf(['NEW']);
    const credentials = vi.fn().mockResolvedValueOnce(keys('OLD')).mockResolvedValue(keys('NEW'));
    const call = callOf({ region, fetch, credentials });
    await Promise.all(Array.from({ length: 20 }, call));
    expect(credentials).toHaveBeenCalledTimes(2);
    expect(seen).toHaveLength(40);
  });

  it('are not kept: the next call reads them again', async () => {
    const known: string[] = [];
    const { fetch, seen } = bedrockOf(known);
    let current = keys('OLD');
    const call = callOf({ region, fetch, credentials: async () => current });
    await errorOf(call());
    current = keys('NEW');
    known.push('NEW');
    await call();
    expect(seen).toEqual(['OLD', 'OLD', 'NEW']);
  });

  it('of the environment are read anew too', async () => {
    stubAwsEnvironment({ AWS_ACCESS_KEY_ID: 'OLD', AWS_SECRET_ACCESS_KEY: 'secret' });
    const { fetch, seen } = bedrockOf(['NEW']);
    const rotating: typeof fetch = async (url, init) => {
      const response = await fetch(url, init);
      stubAwsEnvironment({ AWS_ACCESS_KEY_ID: 'NEW', AWS_SECRET_ACCESS_KEY: 'secret' });
      return response;
    };
    await callOf({ region, fetch: rotating })();
    expect(seen).toEqual(['OLD', 'NEW']);
  });

  it('and cannot be replaced end in the error of their source, which says why', async () => {
    const { fetch } = bedrockOf(['NEW']);
    const cause = new Error('the login has ended');
    const credentials = vi.fn().mockResolvedValueOnce(keys('OLD')).mockRejectedValue(cause);
    const error = await errorOf(callOf({ region, fetch, credentials })());
    expect(error).toMatchObject({ name: 'AI_CredentialsError', cause });
  });

  it('do not matter to other errors: those are thrown, and nothing is read anew', async () => {
    const { fetch, seen } = bedrockOf(['NEW'], 'AccessDeniedException');
    const refusing: typeof fetch = async (url, init) => {
      const { status, headers } = await fetch(url, init);
      return Response.json({ message: 'not authorized' }, { status, headers });
    };
    const credentials = vi.fn(async () => keys('OLD'));
    const error = await errorOf(callOf({ region, fetch: refusing, credentials })());
    expect(error['code']).toBe('AccessDeniedException');
    expect(credentials).toHaveBeenCalledTimes(1);
    expect(seen).toEqual(['OLD']);
  });

  it('count for a stream as for a whole reply', async () => {
    const local = createLocalBedrock({
      credentials: { accessKeyId: 'NEW', secretAccessKey: 'secret-of-NEW' },
    });
    const credentials = vi.fn().mockResolvedValueOnce(keys('OLD')).mockResolvedValue(keys('NEW'));
    const bedrock = createBedrock({ region, fetch: local.fetch, credentials, traffic: 'off' });
    const { stream } = await bedrock('amazon.nova-lite-v1:0').doStream(hello);
    const types: string[] = [];
    await stream.pipeTo(new WritableStream({ write: ({ type }) => void types.push(type) }));
    expect(types.at(-1)).toBe('finish');
    expect(local.requests.map(({ status }) => status)).toEqual([403, 200]);
  });

  it('stop waiting for new ones when the call is aborted', async () => {
    const { fetch } = bedrockOf(['NEW']);
    const controller = new AbortController();
    const credentials = vi
      .fn()
      .mockResolvedValueOnce(keys('OLD'))
      .mockImplementation(() => {
        controller.abort(new Error('no longer wanted'));
        return new Promise(() => {});
      });
    const model = createBedrock({ region, fetch, credentials, traffic: 'off' })('amazon.nova-lite-v1:0');
    const error = await errorOf(
      Promise.resolve(model.doGenerate({ ...hello, abortSignal: controller.signal })),
    );
    expect(error.message).toBe('no longer wanted');
  });
});

describe('a key that a function gives', () => {
  it('is asked for again when AWS says that the token has ended', async () => {
    const { fetch, seen } = bedrockOf(['Bearer NEW']);
    const apiKey = vi.fn().mockResolvedValueOnce('OLD').mockResolvedValue('NEW');
    await callOf({ region, fetch, apiKey })();
    expect(seen).toEqual(['Bearer OLD', 'Bearer NEW']);
  });
});

describe('a clock that is wrong', () => {
  const local = createLocalBedrock();

  /** A Bedrock whose clock is ahead of ours. */
  function ahead(skew: number, date?: string | null) {
    vi.useFakeTimers({ toFake: ['Date'] });
    const bedrock = {
      skew,
      /** How many requests came. */
      requests: 0,
      fetch: async (...request: Parameters<typeof globalThis.fetch>) => {
        bedrock.requests++;
        const ours = Date.now();
        vi.setSystemTime(ours + bedrock.skew);
        const theirs = new Date().toUTCString();
        const response = await local.fetch(...request);
        vi.setSystemTime(ours);
        const headers = new Headers(response.headers);
        headers.set('date', date ?? theirs);
        if (date === null) headers.delete('date');
        return new Response(response.body, { status: response.status, headers });
      },
    };
    return bedrock;
  }

  const callAt = (bedrock: ReturnType<typeof ahead>) => callOf({ ...local.settings, fetch: bedrock.fetch });

  it.each([
    ['slow', 2 * 60 * MINUTE],
    ['slow by six minutes', 6 * MINUTE],
    ['fast', -2 * 60 * MINUTE],
  ])(
    'because it is %s is corrected by the date of the reply, and the call sent once more',
    async (_, skew) => {
      const bedrock = ahead(skew);
      await callAt(bedrock)();
      expect(bedrock.requests).toBe(2);
    },
  );

  it('is corrected for all calls that follow', async () => {
    const bedrock = ahead(3 * 60 * MINUTE);
    const call = callAt(bedrock);
    await call();
    await call();
    expect(bedrock.requests).toBe(3);
  });

  it('is corrected again when it is set right in the meantime', async () => {
    const bedrock = ahead(3 * 60 * MINUTE);
    const call = callAt(bedrock);
    await call();
    bedrock.skew = 0;
    await call();
    await call();
    expect(bedrock.requests).toBe(5);
  });

  it.each([
    ['without a date', null],
    ['with a date that is none', 'soon'],
    ['whose date is that of the signature', new Date().toUTCString()],
  ])('cannot be corrected by a reply %s: the error says what is wrong', async (_, date) => {
    const bedrock = ahead(2 * 60 * MINUTE, date);
    const error = await errorOf(callAt(bedrock)());
    expect(error.message).toMatch(/Signature expired.*clock/s);
    expect(bedrock.requests).toBe(1);
  });

  it('counts for the expiration of keys as well', async () => {
    const bedrock = ahead(2 * 60 * MINUTE);
    const { accessKeyId, secretAccessKey } = LOCAL_CREDENTIALS;
    const credentials = vi.fn(async () => {
      // Good for 15 minutes from now, which is two hours later than this machine believes.
      return { accessKeyId, secretAccessKey, expiration: new Date(Date.now() + bedrock.skew + 15 * MINUTE) };
    });
    const call = callOf({ region, fetch: bedrock.fetch, credentials });
    await call();
    expect(credentials).toHaveBeenCalledTimes(1);
    vi.setSystemTime(Date.now() + 15 * MINUTE);
    await call();
    expect(credentials).toHaveBeenCalledTimes(2);
  });
});
