/** Calls through the public API, and who they arrive as. */
import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { type BedrockProviderSettings, createBedrock } from 'bedrock-ai-provider';

export const hello: LanguageModelV4CallOptions = {
  prompt: [{ role: 'user', content: [{ type: 'text', text: 'Hello!' }] }],
};

/** One call of a chat model, by a provider of its own. */
export const call = (settings: BedrockProviderSettings = {}): Promise<unknown> => callOf(settings)();

/** Calls of one provider. */
export function callOf(settings: BedrockProviderSettings = {}): () => Promise<unknown> {
  const model = createBedrock({ traffic: 'off', ...settings })('amazon.nova-lite-v1:0');
  return async () => model.doGenerate(hello);
}

/** The error that a call rejects with; a call that does not is a failed test. */
export async function errorOf(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  return promise.then(
    () => Promise.reject(new Error('nothing was thrown')),
    (error: Error & Record<string, unknown>) => error,
  );
}

/** What Converse answers. */
export const answer = (): Response =>
  Response.json({
    output: { message: { role: 'assistant', content: [{ text: 'Hello!' }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
    metrics: { latencyMs: 1 },
  });

/** Who a request says it is from: `Bearer key`, or the access key id and session token of a signature. */
export function identityOf(headers: Readonly<Record<string, string>>): string {
  const authorization = headers['authorization'] ?? '';
  const keyId = /Credential=([^/]+)/.exec(authorization)?.[1];
  if (keyId === undefined) return authorization;
  return [keyId, headers['x-amz-security-token']].filter(part => part !== undefined).join(' ');
}
