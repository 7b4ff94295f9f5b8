import { APICallError, InvalidArgumentError, LoadAPIKeyError, LoadSettingError } from '@ai-sdk/provider';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAuthenticator } from '../../src/auth/authenticator.ts';
import { BedrockError } from '../../src/errors.ts';
import type { BedrockProviderSettings } from '../../src/settings/settings.ts';
import { createTransport, type TransportCall } from '../../src/transport/transport.ts';
import { VERSION } from '../../src/version.ts';
import { stubAwsEnvironment } from '../auth/environment.ts';
import { errorOf, recordingFetch } from './recording-fetch.ts';

beforeEach(() => stubAwsEnvironment());
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

const call: TransportCall = {
  service: 'bedrock-runtime',
  method: 'POST',
  path: '/model/amazon.nova-lite-v1%3A0/converse',
  body: '{"messages":[]}',
  bodyValues: { messages: [] },
};
const bearer: BedrockProviderSettings = { region: 'us-east-1', apiKey: 'setting-token' };
const userAgent = `ai-sdk-bedrock-ai-provider/${VERSION}`;

const transport = (settings: BedrockProviderSettings) =>
  createTransport({ settings, authenticate: createAuthenticator(settings) });

/** Sends one call and gives the request that reached fetch. */
async function sent(settings: BedrockProviderSettings = {}, parts: Partial<TransportCall> = {}) {
  const { fetch, requests } = recordingFetch(() => new Response('{}'));
  await transport({ ...bearer, fetch, ...settings })({ ...call, ...parts });
  expect(requests).toHaveLength(1);
  return requests[0] as (typeof requests)[number];
}

describe('a request', () => {
  it('goes to the service in the Region, with method, path and body as given', async () => {
    const request = await sent();
    expect(request).toMatchObject({
      method: 'POST',
      url: 'https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-lite-v1%3A0/converse',
      body: '{"messages":[]}',
    });
  });

  it('goes to the Region of the call before that of the settings', async () => {
    expect((await sent({}, { region: 'eu-west-3' })).url).toContain(
      'bedrock-runtime.eu-west-3.amazonaws.com',
    );
  });

  it('goes to the FIPS and dual-stack endpoints that the settings ask for', async () => {
    const settings = { useFipsEndpoint: true, useDualstackEndpoint: true };
    expect((await sent(settings)).url).toContain('https://bedrock-runtime-fips.us-east-1.api.aws/model/');
  });

  it('goes to the URL of its service', async () => {
    const endpoints = { runtime: 'https://vpce-1.example.com', control: 'https://vpce-2.example.com' };
    const settings = { baseURL: 'https://gateway.example.com', endpoints };
    expect((await sent(settings)).url).toContain('https://vpce-1.example.com/model/');
    expect((await sent(settings, { service: 'bedrock' })).url).toContain('https://vpce-2.example.com/');
    expect((await sent(settings, { service: 'bedrock-agent-runtime' })).url).toContain(
      'https://gateway.example.com/',
    );
  });

  it('goes to the base URL, with its path', async () => {
    const { url } = await sent({ baseURL: 'https://gateway.example.com/aws/' });
    expect(url).toBe('https://gateway.example.com/aws/model/amazon.nova-lite-v1%3A0/converse');
  });

  it('needs no Region with a base URL and an API key', async () => {
    const request = await sent({ region: undefined, baseURL: 'https://gateway.example.com' });
    expect(request.headers['authorization']).toBe('Bearer setting-token');
  });

  it('is signed for the Region it goes to and the name of its service', async () => {
    const keys = { apiKey: undefined, accessKeyId: 'SETTINGKEY', secretAccessKey: 'setting-secret' };
    const { headers } = await sent(keys, { service: 'bedrock-mantle', region: 'eu-west-3' });
    expect(headers['authorization']).toMatch(/SETTINGKEY\/\d{8}\/eu-west-3\/bedrock-mantle\/aws4_request/);
  });

  it('has its query percent-encoded as AWS canonicalizes it', async () => {
    const { url } = await sent(
      {},
      { method: 'GET', body: undefined, query: { nextToken: "a+b/c= '*é", type: 'A' } },
    );
    expect(new URL(url).search).toBe('?nextToken=a%2Bb%2Fc%3D%20%27%2A%C3%A9&type=A');
  });

  it('may have a body of bytes', async () => {
    const body = new TextEncoder().encode('{}');
    expect((await sent({}, { body })).body).toBe(body);
  });

  it('has neither body nor content type where there is none', async () => {
    const request = await sent({}, { method: 'GET', body: undefined });
    expect(request.init).not.toHaveProperty('body');
    expect(request.headers).not.toHaveProperty('content-type');
  });

  it('does not let redirects take the credentials to another host', async () => {
    expect((await sent()).init.redirect).toBe('manual');
  });

  it('carries a signal that follows the one of the caller until the reply is let go', async () => {
    const { fetch, requests } = recordingFetch(() => new Response('{}'));
    const aborted = async (letGo: boolean) => {
      const controller = new AbortController();
      const reply = await transport({ ...bearer, fetch })({ ...call, abortSignal: controller.signal });
      if (letGo) reply.release();
      controller.abort(new Error('user left'));
      return requests.at(-1)?.init.signal;
    };
    expect(await aborted(false)).toMatchObject({ aborted: true, reason: new Error('user left') });
    expect(await aborted(true)).toMatchObject({ aborted: false });
  });

  it('leaves no listener on the signal of a caller when it fails', async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    const fetch = async () => new Response('{}', { status: 500 });
    await errorOf(transport({ ...bearer, fetch })({ ...call, abortSignal: signal }));
    expect(added).toHaveBeenCalledTimes(1);
    expect(removed.mock.calls).toEqual(added.mock.calls);
  });

  it('uses the fetch that is global at the time of the call', async () => {
    const send = transport(bearer);
    const { fetch, requests } = recordingFetch(() => new Response('{}'));
    vi.stubGlobal('fetch', fetch);
    await send(call);
    expect(requests).toHaveLength(1);
  });
});

describe('the headers', () => {
  it('are those of the package without any from the caller', async () => {
    expect((await sent()).headers).toEqual({
      'content-type': 'application/json',
      'user-agent': userAgent,
      authorization: 'Bearer setting-token',
    });
  });

  it('of the call win over those of the settings, whatever their case', async () => {
    const { headers } = await sent(
      { headers: { 'X-Tenant': 'setting', 'x-only-setting': '1' } },
      { headers: { 'x-TENANT': 'call', 'x-only-call': '2' } },
    );
    expect(headers).toMatchObject({ 'x-tenant': 'call', 'x-only-setting': '1', 'x-only-call': '2' });
  });

  it('that are undefined are left out and take nothing away', async () => {
    const { headers } = await sent(
      { headers: { 'x-tenant': 'setting' } },
      { headers: { 'x-tenant': undefined } },
    );
    expect(headers['x-tenant']).toBe('setting');
  });

  it.each([
    ['a function', () => ({ 'x-tenant': 'made' })],
    ['an async function', async () => ({ 'x-tenant': 'made' })],
  ])('of the settings may come from %s', async (_, headers) => {
    expect((await sent({ headers })).headers['x-tenant']).toBe('made');
  });

  it.each<[string, (name: string, value: string) => Iterable<readonly [string, string]>]>([
    ['Headers', (name, value) => new Headers({ [name]: value })],
    ['a Map', (name, value) => new Map([[name, value]])],
    ['pairs', (name, value) => [[name, value]]],
  ])('may be %s, of the settings and of a call', async (_, make) => {
    const setting = make('X-Setting', '1') as never;
    const ofCall = { headers: make('X-Call', '2') };
    expect((await sent({ headers: setting }, ofCall)).headers).toMatchObject({
      'x-setting': '1',
      'x-call': '2',
    });
    expect((await sent({ headers: () => setting })).headers['x-setting']).toBe('1');
  });

  it('let a call set its content type', async () => {
    expect((await sent({}, { headers: { 'Content-Type': 'text/plain' } })).headers['content-type']).toBe(
      'text/plain',
    );
  });

  it('join the user agents of settings, call and package', async () => {
    const { headers } = await sent(
      { headers: { 'User-Agent': 'my-app/1' } },
      { headers: { 'user-agent': 'ai/7.0.0' } },
    );
    expect(headers['user-agent']).toBe(`my-app/1 ai/7.0.0 ${userAgent}`);
  });

  it('name the package once, however often the call is sent', async () => {
    const { fetch, requests } = recordingFetch(() => new Response('{}'));
    const send = transport({ ...bearer, fetch });
    await send(call);
    await send(call);
    expect(requests.map(({ headers }) => headers['user-agent'])).toEqual([userAgent, userAgent]);
  });

  it('that were forwarded from another request do not come through where they would break this one', async () => {
    const { headers } = await sent(
      {},
      {
        headers: {
          Host: 'my-app.example.com',
          'Content-Length': '7',
          Connection: 'keep-alive',
          'Transfer-Encoding': 'chunked',
          Authorization: 'Bearer of-my-app',
          'X-Amz-Date': '20200101T000000Z',
          accept: 'text/html',
        },
      },
    );
    expect(headers).toEqual({
      'content-type': 'application/json',
      'user-agent': userAgent,
      accept: 'text/html',
      authorization: 'Bearer setting-token',
    });
  });

  it('are trimmed', async () => {
    expect((await sent({ headers: { 'x-tenant': ' a\n' } })).headers['x-tenant']).toBe('a');
  });

  it.each([
    ['x-tenant', 'hidden-secret\r\nx-injected: 1'],
    ['x-tenant', 'hidden-secret 語'],
    ['x-tenant', 42],
    ['bad name', 'hidden-secret'],
    ['', 'hidden-secret'],
  ])('with the name %j and the value %j are refused before anything is sent', async (name, value) => {
    const { fetch, requests } = recordingFetch(() => new Response('{}'));
    const error = await errorOf(transport({ ...bearer, fetch, headers: { [name]: value as string } })(call));
    expect(InvalidArgumentError.isInstance(error)).toBe(true);
    expect(error.message).toContain(`"${name}"`);
    expect(error.message).not.toContain('hidden-secret');
    expect(requests).toEqual([]);
  });
});

describe('nothing is sent', () => {
  it.each<[string, BedrockProviderSettings, (error: unknown) => boolean]>([
    ['without a Region', { apiKey: 'setting-token' }, LoadSettingError.isInstance],
    ['without credentials', { region: 'us-east-1' }, LoadAPIKeyError.isInstance],
    [
      'to a Region that is none',
      { ...bearer, region: 'us-east-1.evil.example/' },
      LoadSettingError.isInstance,
    ],
    ['to a base URL that is none', { ...bearer, baseURL: 'gateway' }, InvalidArgumentError.isInstance],
  ])('%s', async (_, settings, isExpected) => {
    const { fetch, requests } = recordingFetch(() => new Response('{}'));
    expect(isExpected(await errorOf(transport({ ...settings, fetch })(call)))).toBe(true);
    expect(requests).toEqual([]);
  });

  it.each<[string, BedrockProviderSettings, string | undefined]>([
    ['of the settings', bearer, undefined],
    ['of the environment', { region: 'us-east-1' }, 'ambient-token'],
  ])('to a service that takes no API keys, with one %s', async (_, settings, token) => {
    vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', token);
    const { fetch, requests } = recordingFetch(() => new Response('{}'));
    const error = await errorOf(
      transport({ ...settings, fetch })({ ...call, service: 'bedrock-agent-runtime' }),
    );
    expect(LoadSettingError.isInstance(error)).toBe(true);
    expect(error.message).toMatch(
      /bedrock-agent-runtime takes no Bedrock API keys.*AWS_BEARER_TOKEN_BEDROCK/,
    );
    expect(requests).toEqual([]);
  });

  it.each<[string, BedrockProviderSettings, Partial<TransportCall>]>([
    ['idleTimeoutMs', { idleTimeoutMs: -1 }, {}],
    ['idleTimeoutMs', { idleTimeoutMs: Number.NaN }, {}],
    ['idleTimeoutMs', { idleTimeoutMs: '5' as never }, {}],
    ['connectTimeoutMs', { connectTimeoutMs: Number.POSITIVE_INFINITY }, { streams: true }],
  ])('with an %s that is no number of milliseconds', async (name, settings, parts) => {
    const { fetch, requests } = recordingFetch(() => new Response('{}'));
    const error = await errorOf(transport({ ...bearer, ...settings, fetch })({ ...call, ...parts }));
    expect(InvalidArgumentError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ argument: name, message: expect.stringContaining('milliseconds') });
    expect(requests).toEqual([]);
  });

  it('when the call is aborted before it begins', async () => {
    const { fetch, requests } = recordingFetch(() => new Response('{}'));
    const reason = new Error('changed my mind');
    const error = await errorOf(
      transport({ ...bearer, fetch })({ ...call, abortSignal: AbortSignal.abort(reason) }),
    );
    expect(error).toBe(reason);
    expect(requests).toEqual([]);
  });

  it('when the call is aborted while credentials are loaded, and the caller does not wait for them', async () => {
    const { fetch, requests } = recordingFetch(() => new Response('{}'));
    const controller = new AbortController();
    const credentialProvider = () => {
      controller.abort();
      return new Promise<never>(() => {});
    };
    const send = transport({ region: 'us-east-1', credentialProvider, fetch });
    expect((await errorOf(send({ ...call, abortSignal: controller.signal }))).name).toBe('AbortError');
    expect(requests).toEqual([]);
  });
});

it('an API key goes to a gateway in the place of a service that takes none', async () => {
  const settings = { endpoints: { agentRuntime: 'https://gateway.example.com' } };
  const { headers } = await sent(settings, { service: 'bedrock-agent-runtime' });
  expect(headers['authorization']).toBe('Bearer setting-token');
});

describe('a reply', () => {
  it('is given with its URL, its headers by lower-case names, and its body unread', async () => {
    const response = new Response('{"ok":true}', { headers: { 'X-Amzn-RequestId': 'r-1' } });
    const reply = await transport({ ...bearer, fetch: async () => response })(call);
    expect(reply.url).toBe(
      'https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-lite-v1%3A0/converse',
    );
    expect(reply.headers['x-amzn-requestid']).toBe('r-1');
    expect(reply.response.bodyUsed).toBe(false);
    expect(await reply.response.json()).toEqual({ ok: true });
  });

  it('with an error status is thrown as a BedrockError that knows the call', async () => {
    const fetch = async () =>
      new Response('{"message":"Too many requests"}', {
        status: 429,
        headers: { 'x-amzn-errortype': 'ThrottlingException:http://internal', 'x-amzn-requestid': 'r-2' },
      });
    const error = await errorOf(transport({ ...bearer, fetch })(call));
    expect(BedrockError.isInstance(error)).toBe(true);
    expect(APICallError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      code: 'ThrottlingException',
      statusCode: 429,
      isRetryable: true,
      requestId: 'r-2',
      requestBodyValues: { messages: [] },
      url: 'https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-lite-v1%3A0/converse',
    });
  });

  it.each([301, 302, 303, 307, 308])(
    'with the redirect status %i is thrown and not followed',
    async status => {
      const { fetch, requests } = recordingFetch(
        () =>
          new Response(null, {
            status,
            headers: { location: 'https://evil.example/collect?token=hidden-secret' },
          }),
      );
      const error = await errorOf(transport({ ...bearer, fetch })(call));
      expect(error).toMatchObject({ code: 'Redirect', isRetryable: false, statusCode: status });
      expect(error.message).toMatch(
        /bedrock-runtime\.us-east-1\.amazonaws\.com redirects to evil\.example\./,
      );
      expect(error.message).not.toContain('hidden-secret');
      expect(requests).toHaveLength(1);
    },
  );
});

describe('the wait for a reply', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  /** A fetch that gives no reply, and whether it knows of signals. */
  const silent =
    (knowsSignals: boolean): typeof globalThis.fetch =>
    (_, init) =>
      new Promise((_, reject) => {
        if (!knowsSignals) return;
        init?.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      });

  it.each([true, false])(
    'ends after connectTimeoutMs for a stream, whether fetch knows of signals: %s',
    async knowsSignals => {
      const send = transport({ ...bearer, fetch: silent(knowsSignals), connectTimeoutMs: 1000 });
      const outcome = errorOf(send({ ...call, streams: true }));
      await vi.advanceTimersByTimeAsync(1000);
      const error = await outcome;
      expect(BedrockError.isInstance(error)).toBe(true);
      expect(error).toMatchObject({ code: 'ConnectTimeout', isRetryable: true });
      expect(error.message).toContain(
        'ConnectTimeout: No reply from bedrock-runtime.us-east-1.amazonaws.com within 1000 ms.',
      );
    },
  );

  it('is five minutes when nothing else is set', async () => {
    let isOver = false;
    const send = transport({ ...bearer, fetch: silent(true) });
    const outcome = errorOf(send({ ...call, streams: true })).finally(() => {
      isOver = true;
    });
    await vi.advanceTimersByTimeAsync(299_999);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await outcome).toMatchObject({ code: 'ConnectTimeout' });
  });

  it.each<[string, BedrockProviderSettings, boolean]>([
    ['for a call that does not stream', { connectTimeoutMs: 1000 }, false],
    ['with a limit of 0', { connectTimeoutMs: 0 }, true],
  ])('has no end %s, and no timer', async (_, settings, streams) => {
    const controller = new AbortController();
    const send = transport({ ...bearer, fetch: silent(true), ...settings });
    const outcome = errorOf(send({ ...call, streams, abortSignal: controller.signal }));
    await vi.advanceTimersByTimeAsync(1);
    expect(vi.getTimerCount()).toBe(0);
    controller.abort();
    expect((await outcome).name).toBe('AbortError');
  });

  it('leaves no timer behind', async () => {
    const fetch = async () => new Response('{}');
    await transport({ ...bearer, fetch })({ ...call, streams: true });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a connection that fails', () => {
  const failing = (error: unknown, parts: Partial<TransportCall> = {}) =>
    errorOf(transport({ ...bearer, fetch: () => Promise.reject(error) })({ ...call, ...parts }));

  it('is a retryable BedrockError that names the host and keeps the cause', async () => {
    const cause = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:443') });
    const error = await failing(cause);
    expect(error).toMatchObject({ code: 'NetworkError', isRetryable: true, cause, statusCode: undefined });
    expect(error.message).toMatch(
      /^NetworkError: No reply from bedrock-runtime\.us-east-1\.amazonaws\.com: connect ECONNREFUSED 127\.0\.0\.1:443\. /,
    );
  });

  it('tells the code where the reason has no message', async () => {
    const reason = Object.assign(new Error(''), { code: 'ECONNREFUSED' });
    expect((await failing(new TypeError('fetch failed', { cause: reason }))).message).toContain(
      'ECONNREFUSED',
    );
  });

  it('may reject with anything', async () => {
    expect((await failing('offline')).message).toContain('No reply from');
  });

  it.each(['AbortError', 'TimeoutError'])('because of an %s passes it on unchanged', async name => {
    const abort = new DOMException('stopped', name);
    expect(await failing(abort)).toBe(abort);
  });

  it('because the caller aborts passes the reason on unchanged', async () => {
    const controller = new AbortController();
    const reason = new Error('user left');
    const fetch = async () => {
      controller.abort(reason);
      throw reason;
    };
    const error = await errorOf(transport({ ...bearer, fetch })({ ...call, abortSignal: controller.signal }));
    expect(error).toBe(reason);
  });

  it('with an error of the AI SDK, from a fetch that knows better, passes it on unchanged', async () => {
    const known = new APICallError({
      message: 'budget used up',
      url: '',
      requestBodyValues: {},
      isRetryable: false,
    });
    expect(await failing(known)).toBe(known);
  });
});
