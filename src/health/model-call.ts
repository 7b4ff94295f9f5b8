import type { LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import type { BedrockProvider } from '../provider.ts';
import type { ModelCallCheck } from './report.ts';

/** The smallest call there is. Rejects with what the call fails with. */
export async function callModel(
  bedrock: BedrockProvider,
  { modelId, kind, timeoutMs }: { modelId: string; kind: 'text' | 'embedding'; timeoutMs: number },
  abortSignal: AbortSignal,
): Promise<ModelCallCheck> {
  const settings = await settingsFor(bedrock, modelId, abortSignal);
  // A call that waits for its quota shall say so before it is given up.
  const options = { abortSignal, providerOptions: { bedrock: { queueTimeoutMs: Math.ceil(timeoutMs / 2) } } };
  return kind === 'text'
    ? chat(bedrock.languageModel(modelId, settings), options)
    : embed(bedrock.embeddingModel(modelId, settings), options);
}

type CallOptions = Pick<LanguageModelV4CallOptions, 'abortSignal' | 'providerOptions'>;

/** What is behind an application inference profile decides how it is called; it may be called without knowing. */
async function settingsFor(bedrock: BedrockProvider, modelId: string, abortSignal: AbortSignal) {
  if (!modelId.includes(':application-inference-profile/')) return {};
  return bedrock.resolveModel(modelId, { abortSignal }).catch(() => ({}));
}

async function chat(
  model: ReturnType<BedrockProvider['languageModel']>,
  options: CallOptions,
): Promise<ModelCallCheck> {
  const startedAt = performance.now();
  const since = () => Math.round(performance.now() - startedAt);
  const { stream } = await model.doStream({
    prompt: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    maxOutputTokens: 1,
    ...options,
  });
  let timeToFirstTokenMs: number | undefined;
  let finish: (LanguageModelV4StreamPart & { type: 'finish' }) | undefined;
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const part = next.value;
    if (part.type === 'error') throw part.error;
    if (isContent(part)) timeToFirstTokenMs ??= since();
    if (part.type === 'finish') finish = part;
  }
  const latencyMs = since();
  return {
    status: 'ok',
    message:
      `Answered in ${latencyMs} ms` +
      (timeToFirstTokenMs === undefined ? '' : `, first token after ${timeToFirstTokenMs} ms`),
    latencyMs,
    timeToFirstTokenMs,
    inputTokens: finish?.usage.inputTokens.total,
    outputTokens: finish?.usage.outputTokens.total,
  };
}

function isContent({ type }: LanguageModelV4StreamPart): boolean {
  return type === 'text-delta' || type === 'reasoning-delta' || type === 'tool-input-start';
}

async function embed(
  model: ReturnType<BedrockProvider['embeddingModel']>,
  options: CallOptions,
): Promise<ModelCallCheck> {
  const startedAt = performance.now();
  const { usage } = await model.doEmbed({ values: ['Hi'], ...options });
  const latencyMs = Math.round(performance.now() - startedAt);
  return {
    status: 'ok',
    message: `Embedded a word in ${latencyMs} ms`,
    latencyMs,
    inputTokens: usage?.tokens,
  };
}
