import {
  type AmazonBedrockChatModelSettings,
  type AmazonBedrockProviderSettings,
  createAmazonBedrock,
} from '@ai-sdk/amazon-bedrock';
import type { LanguageModelV4 } from '@ai-sdk/provider';
import { createBedrock } from 'bedrock-ai-provider';
import { eventFrame, jsonResponse, stopEvents, streamResponse, textEvents } from '../support/replies.ts';
import type { MigrationCase } from './cases.ts';
import type { Outcome } from './compare.ts';

/** Makes a provider of either package: their factories take the same settings. */
type Factory = (
  settings: AmazonBedrockProviderSettings,
) => (modelId: string, settings?: AmazonBedrockChatModelSettings) => LanguageModelV4;

/** What the official package makes of a case, and what this one does. */
export async function outcomesOf(migrated: MigrationCase): Promise<{ theirs: Outcome; ours: Outcome }> {
  return {
    theirs: await outcomeOf(migrated, createAmazonBedrock),
    ours: await outcomeOf(migrated, createBedrock),
  };
}

async function outcomeOf({ modelId, settings, call }: MigrationCase, create: Factory): Promise<Outcome> {
  const requests: Array<{ path: string; body: object }> = [];
  const provider = create({
    region: 'us-east-1',
    apiKey: 'test-key',
    fetch: async (input, init) => {
      const path = new URL(String(input)).pathname;
      const body = await new Response(init?.body ?? null).text();
      requests.push({ path, body: JSON.parse(body) });
      return replyTo(path);
    },
  });
  try {
    await call(provider(modelId, settings));
  } catch (error) {
    if (requests.length === 0) return { refused: String(error) };
    throw error;
  }
  const [request, ...others] = requests;
  if (request === undefined || others.length > 0) throw new Error(`${requests.length} requests were sent.`);
  return request;
}

/** An answer that is text and an object alike. */
const answer = '{"name":"Soup","minutes":30}';

function replyTo(path: string): Response {
  if (path.endsWith('/converse-stream')) {
    return streamResponse([...textEvents(answer), ...stopEvents].map(eventFrame));
  }
  return jsonResponse({
    output: { message: { role: 'assistant', content: [{ text: answer }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 3, outputTokens: 5, totalTokens: 8 },
    metrics: { latencyMs: 7 },
  });
}
