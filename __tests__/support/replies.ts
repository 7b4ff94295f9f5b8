import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4StreamPart,
} from '@ai-sdk/provider';
import { type BedrockModelSettings, type BedrockProviderSettings, createBedrock } from 'bedrock-ai-provider';
import { encodeFrame } from '../../src/codec/event-stream/frame.ts';
import { expectValidConverseRequest } from './aws-schema.ts';

const encoder = new TextEncoder();

/** An event of a stream, by its type and payload. */
export type Event = readonly [type: string, payload: object];

export function eventFrame([type, payload]: Event): Uint8Array<ArrayBuffer> {
  return encodeFrame(
    { ':message-type': 'event', ':event-type': type, ':content-type': 'application/json' },
    encoder.encode(JSON.stringify(payload)),
  );
}

export function exceptionFrame(type: string, payload: object | string): Uint8Array<ArrayBuffer> {
  return encodeFrame(
    { ':message-type': 'exception', ':exception-type': type, ':content-type': 'application/json' },
    encoder.encode(typeof payload === 'string' ? payload : JSON.stringify(payload)),
  );
}

export function errorFrame(code: string, message: string): Uint8Array<ArrayBuffer> {
  return encodeFrame(
    { ':message-type': 'error', ':error-code': code, ':error-message': message },
    new Uint8Array(),
  );
}

export const replyHeaders: Record<string, string> = {
  'x-amzn-requestid': '46d2eeeb-6008-434b-8270-93d4b27e2a56',
  date: 'Wed, 19 Aug 2026 14:36:11 GMT',
};

/** A stream of bytes, one chunk per pull, so that a reader who stops reading stops the source. */
export function byteStream(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  const left = [...chunks];
  return new ReadableStream({
    pull(controller) {
      const chunk = left.shift();
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
  });
}

export function streamResponse(chunks: readonly Uint8Array[] | ReadableStream<Uint8Array>): Response {
  const body = chunks instanceof ReadableStream ? chunks : byteStream(chunks);
  return new Response(body, {
    headers: { ...replyHeaders, 'content-type': 'application/vnd.amazon.eventstream' },
  });
}

export function jsonResponse(body: unknown, init: ResponseInit = {}): Response {
  return new Response(JSON.stringify(body), {
    ...init,
    headers: { ...replyHeaders, 'content-type': 'application/json', ...init.headers },
  });
}

/** The usual end of a stream. */
export const stopEvents: Event[] = [
  ['messageStop', { stopReason: 'end_turn' }],
  ['metadata', { usage: { inputTokens: 3, outputTokens: 5, totalTokens: 8 }, metrics: { latencyMs: 7 } }],
];

export function textEvents(...deltas: string[]): Event[] {
  return [
    ['messageStart', { role: 'assistant' }],
    ...deltas.map((text): Event => ['contentBlockDelta', { contentBlockIndex: 0, delta: { text } }]),
    ['contentBlockStop', { contentBlockIndex: 0 }],
  ];
}

export interface Sent {
  url: string;
  headers: Headers;
  body: Record<string, unknown>;
}

/** A model whose calls are answered by `answer`, and what it sent. */
export function modelAnswering(
  answer: (sent: Sent, init: RequestInit) => Response | Promise<Response>,
  options: { modelId?: string; provider?: BedrockProviderSettings; model?: BedrockModelSettings } = {},
): { model: LanguageModelV4; sent: Sent[] } {
  const sent: Sent[] = [];
  const provider = createBedrock({
    region: 'us-east-1',
    apiKey: 'test-key',
    // A refusal is to show, and not to be waited out.
    traffic: 'off',
    fetch: async (input, init = {}) => {
      const body =
        typeof init.body === 'string' ? init.body : new TextDecoder().decode(init.body as Uint8Array);
      const request = { url: String(input), headers: new Headers(init.headers), body: JSON.parse(body) };
      // Whatever a test is about: what it sends must be a request that AWS knows.
      const operation = request.url.endsWith('/converse-stream') ? 'ConverseStream' : 'Converse';
      expectValidConverseRequest(request.body, operation);
      sent.push(request);
      return answer(request, init);
    },
    ...options.provider,
  });
  return {
    model: provider(options.modelId ?? 'anthropic.claude-sonnet-4-5-20250929-v1:0', options.model),
    sent,
  };
}

export const hello: LanguageModelV4CallOptions = {
  prompt: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
};

export async function readParts(
  stream: ReadableStream<LanguageModelV4StreamPart>,
): Promise<LanguageModelV4StreamPart[]> {
  const parts: LanguageModelV4StreamPart[] = [];
  const reader = stream.getReader();
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    parts.push(value as LanguageModelV4StreamPart);
  }
  return parts;
}

/** The parts of a reply to `hello` (or to `options`) that consists of these frames. */
export async function partsOf(
  frames: readonly Uint8Array[],
  options: LanguageModelV4CallOptions = hello,
): Promise<LanguageModelV4StreamPart[]> {
  const { model } = modelAnswering(() => streamResponse(frames));
  const { stream } = await model.doStream(options);
  return readParts(stream);
}

export async function errorOf(promise: Promise<unknown> | PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('Expected a rejection, but the promise was fulfilled.');
}
