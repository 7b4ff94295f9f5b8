/** How each contestant reads a chat's stream, as its users would: from the bytes of a reply to what came of them. */
import type { LanguageModelV4, ProviderV4 } from '@ai-sdk/provider';
import { smallRequest } from './fixtures/prompts.ts';
import { floorReader, floorStream } from './floor/parts.ts';
import { Gathered } from './gathered.ts';

/** Claude, because its rules are the most. */
export const MODEL_ID = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
export const REGION = 'us-east-1';
export const API_KEY = 'nobody-checks-it';

/** Where the bytes of the next reply come from; called once for every iteration. */
export type Reply = () => Response;

export type StreamReader = () => Promise<Gathered>;

export const readers: Readonly<Record<'ours' | 'official' | 'AWS SDK' | 'floor' | 'floor+RS', ReaderOf>> = {
  ours: async reply => readModel((await oursWith(fetchOf(reply))).languageModel(MODEL_ID)),
  official: async reply => readModel((await officialWith(fetchOf(reply))).languageModel(MODEL_ID)),
  'AWS SDK': readAwsSdk,
  floor: async reply => async () => {
    const gathered = new Gathered();
    const reader = floorReader(part => gathered.part(part));
    const bytes = (reply().body as ReadableStream<Uint8Array>).getReader();
    for (;;) {
      const { done, value } = await bytes.read();
      if (done) break;
      reader.push(value);
    }
    reader.end();
    return gathered;
  },
  'floor+RS': async reply => async () => gather(floorStream(reply().body as ReadableStream<Uint8Array>)),
};

type ReaderOf = (reply: Reply) => Promise<StreamReader>;

function fetchOf(reply: Reply): typeof fetch {
  return async () => reply();
}

/** The built package, by its own name. */
export async function oursWith(fetch: typeof globalThis.fetch, baseURL?: string): Promise<ProviderV4> {
  const { createBedrock } = await import('bedrock-ai-provider');
  return createBedrock({ region: REGION, apiKey: API_KEY, fetch, baseURL });
}

export async function officialWith(fetch: typeof globalThis.fetch, baseURL?: string): Promise<ProviderV4> {
  const { createAmazonBedrock } = await import('@ai-sdk/amazon-bedrock');
  return createAmazonBedrock({ region: REGION, apiKey: API_KEY, fetch, ...(baseURL && { baseURL }) });
}

export function readModel(model: LanguageModelV4): StreamReader {
  const options = smallRequest();
  return async () => gather((await model.doStream(options)).stream);
}

export async function gather(
  stream: Awaited<ReturnType<LanguageModelV4['doStream']>>['stream'],
): Promise<Gathered> {
  const gathered = new Gathered();
  const parts = stream.getReader();
  for (;;) {
    const { done, value } = await parts.read();
    if (done) return gathered;
    gathered.part(value);
  }
}

async function readAwsSdk(reply: Reply): Promise<StreamReader> {
  const { BedrockRuntimeClient } = await import('@aws-sdk/client-bedrock-runtime');
  const { HttpResponse } = await import('@smithy/core/transport');
  const client = new BedrockRuntimeClient({
    region: REGION,
    token: { token: API_KEY },
    authSchemePreference: ['httpBearerAuth'],
    requestHandler: {
      handle: async () => {
        const { status, headers, body } = reply();
        const response = { statusCode: status, headers: Object.fromEntries(headers), body };
        return { response: new HttpResponse(response) };
      },
    },
  });
  return readClient(client);
}

export async function readClient(
  client: import('@aws-sdk/client-bedrock-runtime').BedrockRuntimeClient,
): Promise<StreamReader> {
  const { ConverseStreamCommand } = await import('@aws-sdk/client-bedrock-runtime');
  return async () => {
    const command = new ConverseStreamCommand({
      modelId: MODEL_ID,
      system: [{ text: 'Answer in one sentence.' }],
      messages: [{ role: 'user', content: [{ text: 'Good morning. How are you today?' }] }],
      inferenceConfig: { maxTokens: 100, temperature: 0.5 },
    });
    const { stream } = await client.send(command);
    const gathered = new Gathered();
    for await (const event of stream ?? []) gathered.event(event);
    return gathered;
  };
}
