/** How each contestant reads a chat's stream, as its users would: from the bytes of a reply to what came of them. */
import type { LanguageModelV4, ProviderV4 } from '@ai-sdk/provider';
import type { BedrockRuntimeClient, BedrockRuntimeClientConfig } from '@aws-sdk/client-bedrock-runtime';
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
  ours: async reply => readModel((await oursWith({ fetch: fetchOf(reply) })).languageModel(MODEL_ID)),
  official: async reply => readModel((await officialWith({ fetch: fetchOf(reply) })).languageModel(MODEL_ID)),
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
  'floor+RS': async reply => async () =>
    gather(floorStream(reply().body as ReadableStream<Uint8Array>), new Gathered()),
};

type ReaderOf = (reply: Reply) => Promise<StreamReader>;

function fetchOf(reply: Reply): typeof fetch {
  return async () => reply();
}

/** What the providers are told beside their Region; without keys they have an API key. */
export interface ProviderSettings {
  readonly fetch?: typeof fetch;
  readonly baseURL?: string;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
}

/** How the AWS SDK is told so. */
export const SDK_BY_API_KEY: BedrockRuntimeClientConfig = {
  region: REGION,
  token: { token: API_KEY },
  authSchemePreference: ['httpBearerAuth'],
};

/** The built package, by its own name. */
export async function oursWith(settings: ProviderSettings): Promise<ProviderV4> {
  const { createBedrock } = await import('bedrock-ai-provider');
  return createBedrock({ ...identityOf(settings), ...settings });
}

export async function officialWith(settings: ProviderSettings): Promise<ProviderV4> {
  const { createAmazonBedrock } = await import('@ai-sdk/amazon-bedrock');
  return createAmazonBedrock({ ...identityOf(settings), ...settings });
}

function identityOf({ accessKeyId }: ProviderSettings): { region: string; apiKey?: string } {
  return { region: REGION, ...(accessKeyId === undefined && { apiKey: API_KEY }) };
}

export function readModel(model: LanguageModelV4): StreamReader;
export function readModel<G extends Gathered>(model: LanguageModelV4, start: () => G): () => Promise<G>;
export function readModel(model: LanguageModelV4, start = () => new Gathered()): StreamReader {
  const options = smallRequest();
  return async () => {
    // What is timed from the start begins before the call.
    const gathered = start();
    return gather((await model.doStream(options)).stream, gathered);
  };
}

export async function gather<G extends Gathered>(
  stream: Awaited<ReturnType<LanguageModelV4['doStream']>>['stream'],
  gathered: G,
): Promise<G> {
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
    ...SDK_BY_API_KEY,
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

/** With an endpoint of its own it speaks HTTP/2, as it does with Bedrock. */
export async function awsSdkAt(endpoint: string): Promise<BedrockRuntimeClient> {
  const { BedrockRuntimeClient } = await import('@aws-sdk/client-bedrock-runtime');
  return new BedrockRuntimeClient({ ...SDK_BY_API_KEY, endpoint });
}

export function readClient(client: BedrockRuntimeClient): Promise<StreamReader>;
export function readClient<G extends Gathered>(
  client: BedrockRuntimeClient,
  start: () => G,
): Promise<() => Promise<G>>;
export async function readClient(
  client: BedrockRuntimeClient,
  start = () => new Gathered(),
): Promise<StreamReader> {
  const { ConverseStreamCommand } = await import('@aws-sdk/client-bedrock-runtime');
  return async () => {
    const gathered = start();
    const command = new ConverseStreamCommand({
      modelId: MODEL_ID,
      system: [{ text: 'Answer in one sentence.' }],
      messages: [{ role: 'user', content: [{ text: 'Good morning. How are you today?' }] }],
      inferenceConfig: { maxTokens: 100, temperature: 0.5 },
    });
    const { stream } = await client.send(command);
    for await (const event of stream ?? []) gathered.event(event);
    return gathered;
  };
}
