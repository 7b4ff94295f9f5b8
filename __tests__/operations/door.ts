import type { BedrockProvider, BedrockProviderSettings } from 'bedrock-ai-provider';
import { createBedrock } from 'bedrock-ai-provider';
import type { LocalBedrock, LocalBedrockOptions } from 'bedrock-ai-provider/local';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { jsonResponse } from '../support/replies.ts';

/** A provider at a local Bedrock that refuses what AWS does not know. */
export function openDoor(
  options: LocalBedrockOptions = {},
  settings: BedrockProviderSettings = {},
): { local: LocalBedrock; bedrock: BedrockProvider } {
  const local = createLocalBedrock({ strict: true, ...options });
  return { local, bedrock: createBedrock({ ...local.settings, ...settings }) };
}

export interface SentRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: bodies are read by path, and the assertions say what is expected
  readonly body: any;
}

/** A provider whose calls are answered by `answer`, and what it sent. */
export function answering(
  answer: (sent: SentRequest, count: number) => unknown,
  settings: BedrockProviderSettings = {},
): { bedrock: BedrockProvider; sent: SentRequest[] } {
  const sent: SentRequest[] = [];
  const bedrock = createBedrock({
    region: 'us-east-1',
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'secret',
    fetch: async (input, init = {}) => {
      const { body } = init;
      const text = typeof body === 'string' ? body : undefined;
      const request: SentRequest = {
        method: init.method ?? 'GET',
        url: new URL(String(input)),
        headers: new Headers(init.headers),
        body: text === undefined ? undefined : JSON.parse(text),
      };
      sent.push(request);
      const reply = await answer(request, sent.length);
      return reply instanceof Response ? reply : jsonResponse(reply);
    },
    ...settings,
  });
  return { bedrock, sent };
}

/** An error reply of AWS's. */
export function awsError(name: string, status: number, message: string): Response {
  return jsonResponse({ message }, { status, headers: { 'x-amzn-errortype': name } });
}
