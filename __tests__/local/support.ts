import { EventStreamCodec } from '@smithy/eventstream-codec';
import type { LocalBedrock, LocalBedrockOptions } from 'bedrock-ai-provider/local';
import { createLocalBedrock } from 'bedrock-ai-provider/local';

export const MODEL = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const HOST = 'https://bedrock-runtime.us-east-1.amazonaws.com';

/** A server that asks for no signature, for tests of what comes behind it. */
export function openServer(options: LocalBedrockOptions = {}): LocalBedrock {
  return createLocalBedrock({ authentication: 'off', ...options });
}

export type Route = 'converse' | 'converse-stream' | 'invoke' | 'invoke-with-response-stream';

export function ask(
  server: LocalBedrock,
  route: Route,
  body: unknown,
  { modelId = MODEL, signal }: { modelId?: string; signal?: AbortSignal } = {},
): Promise<Response> {
  return server.fetch(`${HOST}/model/${encodeURIComponent(modelId)}/${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal && { signal }),
  });
}

export interface Request {
  messages: { role: string; content: { text: string }[] }[];
}

export const say = (text: string): Request => ({ messages: [{ role: 'user', content: [{ text }] }] });

// biome-ignore lint/suspicious/noExplicitAny: replies are read by path, and the assertions say what is expected
export type Json = any;

export async function converse(server: LocalBedrock, body: unknown, modelId?: string): Promise<Json> {
  return (await ask(server, 'converse', body, modelId === undefined ? {} : { modelId })).json();
}

/** The text of a whole reply. */
export async function converseText(server: LocalBedrock, body: unknown): Promise<string> {
  const { output } = await converse(server, body);
  return output.message.content.map((block: { text?: string }) => block.text ?? '').join('');
}

/** Status, exception and message of an error reply. */
export async function failureOf(response: Response): Promise<[number, string | undefined, string]> {
  const body = (await response.json()) as { message?: string; Message?: string };
  const name = response.headers.get('x-amzn-errortype')?.split(':')[0];
  return [response.status, name, body.message ?? body.Message ?? ''];
}

/** The message of a request that is refused with a ValidationException. */
export async function refusal(server: LocalBedrock, body: unknown, modelId?: string): Promise<string> {
  const [status, name, message] = await failureOf(
    await ask(server, 'converse', body, modelId === undefined ? {} : { modelId }),
  );
  if (status !== 400 || name !== 'ValidationException') throw new Error(`${status} ${name}: ${message}`);
  return message;
}

export interface ReadFrame {
  headers: Record<string, unknown>;
  payload: Json;
}

/** Decodes frames with AWS's codec, which verifies both checksums. */
export function decodeFrames(bytes: Uint8Array): ReadFrame[] {
  const codec = new EventStreamCodec(
    input => new TextDecoder().decode(typeof input === 'string' ? new TextEncoder().encode(input) : input),
    text => new TextEncoder().encode(text),
  );
  const frames: ReadFrame[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const length = new DataView(bytes.buffer, bytes.byteOffset + offset).getUint32(0);
    const { headers, body } = codec.decode(bytes.subarray(offset, offset + length));
    const text = new TextDecoder().decode(body);
    frames.push({
      headers: Object.fromEntries(Object.entries(headers).map(([name, { value }]) => [name, value])),
      payload: text === '' ? undefined : JSON.parse(text),
    });
    offset += length;
  }
  return frames;
}

export async function framesOf(response: Response): Promise<ReadFrame[]> {
  return decodeFrames(new Uint8Array(await response.arrayBuffer()));
}

/** The events of a stream as one-member objects, without padding. */
export async function eventsOf(response: Response): Promise<Json[]> {
  return (await framesOf(response)).map(({ headers, payload: { p: _, ...payload } }) => ({
    [String(headers[':event-type'] ?? headers[':exception-type'])]: payload,
  }));
}

/** The JSON inside the chunks of an InvokeModel stream. */
export async function chunksOf(response: Response): Promise<Json[]> {
  return (await framesOf(response)).map(({ payload }) => {
    const bytes = Uint8Array.from(atob(payload.bytes), char => char.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  });
}

export interface TestTool {
  toolSpec: {
    name: string;
    description: string;
    inputSchema: { json: { type: 'object'; properties: Record<string, object & Json>; required: string[] } };
  };
}

export const weatherTool: TestTool = {
  toolSpec: {
    name: 'get_weather',
    description: 'The weather in a city',
    inputSchema: {
      json: {
        type: 'object',
        properties: { city: { type: 'string' }, unit: { enum: ['celsius', 'fahrenheit'] } },
        required: ['city'],
      },
    },
  },
};

export const stockTool: TestTool = {
  toolSpec: {
    name: 'stock_price',
    description: 'Price of a share',
    inputSchema: {
      json: { type: 'object', properties: { symbol: { type: 'string' } }, required: ['symbol'] },
    },
  },
};
