/** Servers, proxies and fetches that repeat what they were sent, at every place of an error. */
import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { BedrockError, type BedrockProviderSettings } from 'bedrock-ai-provider';
import { describe, expect, it } from 'vitest';
import {
  errorFrame,
  errorOf,
  eventFrame,
  exceptionFrame,
  hello,
  jsonResponse,
  modelAnswering,
  readParts,
  streamResponse,
  textEvents,
} from '../support/replies.ts';
import { everythingOf } from './everything-of.ts';

const SECRET = 'SECRET-of/the+caller==';

/** What may be told of the headers of a request. */
type Reply = (echo: string, init: RequestInit) => Response;

const replies: Record<string, Reply> = {
  'an error reply': echo => jsonResponse({ message: echo, echo: [{ echo }] }, { status: 400 }),
  'a page instead of an answer': echo => new Response(`<p>${echo}</p>`),
  'a page that is cut inside of the secret': () => new Response(`${'x'.repeat(185)}${SECRET}`),
  'the headers of a reply that is no answer': echo =>
    new Response('no', { headers: { 'x-echo': echo.replaceAll('\n', ' ') } }),
  'a JSON text': echo => jsonResponse(echo),
  'a redirect': echo =>
    new Response('', { status: 302, headers: { location: `https://x/?${encodeURIComponent(echo)}` } }),
  'an exception of a stream': echo =>
    streamResponse([exceptionFrame('validationException', { message: echo, deep: [{ echo }] })]),
  'an exception after content': echo =>
    streamResponse([
      ...textEvents('Hello').map(eventFrame),
      exceptionFrame('validationException', { message: echo }),
    ]),
  'an error message of a stream': echo => streamResponse([errorFrame('InternalError', echo)]),
  'a fetch that fails': echo => {
    throw new TypeError(`fetch failed: ${echo}`);
  },
  'a fetch that fails deep inside': echo => {
    throw new TypeError('fetch failed', {
      cause: Object.assign(new Error(`socket: ${echo}`), { code: 'ECONNRESET' }),
    });
  },
  'a fetch that fails with its request': (_, init) => {
    throw Object.assign(new Error('failed'), { request: { headers: init.headers } });
  },
  'a fetch that fails with an object that hides its request': (_, init) => {
    throw Object.assign(new Error('failed'), { request: new Request('https://x/', init) });
  },
  'a fetch that throws a text': echo => {
    throw echo;
  },
  'a body that breaks off': echo =>
    streamResponse(
      new ReadableStream({
        pull: controller => controller.error(new TypeError(`terminated: ${echo}`)),
      }),
    ),
};

const senders: Record<string, BedrockProviderSettings> = {
  'an API key': { apiKey: SECRET },
  'a session token': { apiKey: undefined, accessKeyId: 'AKID', secretAccessKey: 'x', sessionToken: SECRET },
  'a key of a gateway': { headers: { 'X-Api-Key': SECRET } },
  "a gateway's bearer token": { headers: { 'x-gateway-authorization': `Bearer ${SECRET}` } },
  'a cookie': { headers: { cookie: `theme=dark; session=${SECRET}` } },
};

/** The error of a call, thrown or in its stream. */
async function failureOf(provider: BedrockProviderSettings, reply: Reply, method: 'doGenerate' | 'doStream') {
  const { model } = modelAnswering(
    ({ headers }, init) => reply(`${[...headers].join('\n')}\n${SECRET}`, init),
    { provider },
  );
  if (method === 'doGenerate') return errorOf(model.doGenerate(hello));
  const parts = await model.doStream(hello).then(
    ({ stream }) => readParts(stream),
    (error: unknown): LanguageModelV4StreamPart[] => [{ type: 'error', error }],
  );
  return parts.find(part => part.type === 'error')?.error;
}

describe.each(Object.keys(senders))('%s', sender => {
  it.each(Object.keys(replies))('does not show in the error of %s', async kind => {
    for (const method of ['doGenerate', 'doStream'] as const) {
      const error = await failureOf(senders[sender] ?? {}, replies[kind] as Reply, method);
      expect(BedrockError.isInstance(error), method).toBe(true);
      expect(everythingOf(error), method).not.toMatch(/SECRET-of/);
    }
  });
});

describe('the cause of an error', () => {
  const causeOf = async (cause: unknown) => {
    const fail = () => {
      throw cause;
    };
    return ((await failureOf({ apiKey: SECRET }, fail, 'doGenerate')) as Error).cause;
  };

  it('is the error itself where it holds no secret', async () => {
    const cause = new TypeError('fetch failed', {
      cause: Object.assign(new Error('reset'), { code: 'ECONNRESET', socket: { localPort: 1 } }),
    });
    expect(await causeOf(cause)).toBe(cause);
  });

  it('keeps names, messages and codes where it holds one', async () => {
    const inner = Object.assign(new Error(`of ${SECRET}`), { code: 'ECONNRESET' });
    expect(await causeOf(new TypeError('fetch failed', { cause: inner }))).toMatchObject({
      name: 'TypeError',
      message: 'fetch failed',
      cause: { message: 'of [redacted]', code: 'ECONNRESET' },
    });
  });

  it('may be its own cause, or fail when it is looked at', async () => {
    const loop = new Error('loop');
    loop.cause = loop;
    expect(await causeOf(loop)).toBe(loop);
    const hostile = Object.defineProperty(new Error('x'), 'request', {
      enumerable: true,
      get: () => {
        throw new Error(SECRET);
      },
    });
    expect(await causeOf(hostile)).toBeUndefined();
  });
});

it('headers that are no proof of identity show', async () => {
  const error = await failureOf(
    { headers: { 'x-tenant': 'tenant-number-1' } },
    replies['an error reply'] as Reply,
    'doGenerate',
  );
  expect(everythingOf(error)).toContain('tenant-number-1');
});

it('a reply that is nested without end is an error like any other', async () => {
  const body = '['.repeat(30_000) + ']'.repeat(30_000);
  const error = await failureOf({}, () => new Response(body, { status: 400 }), 'doGenerate');
  expect(error).toMatchObject({ code: 'HttpError', statusCode: 400 });
});
