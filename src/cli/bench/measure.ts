import type { LanguageModelV4, LanguageModelV4StreamPart, LanguageModelV4Usage } from '@ai-sdk/provider';
import { BudgetExceededError, type Cost } from '../../cost/index.ts';
import { failureName } from '../failure.ts';
import type { CallSample } from './report.ts';
import { rounded } from './statistics.ts';

export interface CallOptions {
  readonly prompt: string;
  readonly maxOutputTokens: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What one call took, and why it failed. */
export interface MeasuredCall {
  readonly sample: CallSample;
  readonly failure: unknown;
}

/**
 * Makes one call and reads its stream to the end. What fails is a sample too.
 * @throws the reason of the signal, BudgetExceededError
 */
export async function measureCall(model: LanguageModelV4, options: CallOptions): Promise<MeasuredCall> {
  const { prompt, maxOutputTokens, timeoutMs, signal } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  const startedAt = performance.now();
  const call = new CallTimes(startedAt);
  try {
    const { stream } = await model.doStream({
      prompt: [{ role: 'user', content: [{ type: 'text', text: prompt }] }],
      maxOutputTokens,
      abortSignal: AbortSignal.any([signal, timeout]),
    });
    for await (const part of stream) call.add(part);
  } catch (error) {
    signal.throwIfAborted();
    if (BudgetExceededError.isInstance(error)) throw error;
    call.failed(timeout.aborted ? new CallTimeout(timeoutMs) : error);
  }
  return { sample: call.sample(), failure: call.failure };
}

class CallTimeout extends Error {
  override readonly name = 'Timeout';

  constructor(timeoutMs: number) {
    super(`The answer was not whole after ${timeoutMs} ms (--timeout-ms).`);
  }
}

class CallTimes {
  readonly #startedAt: number;
  #firstTokenAt: number | undefined;
  #usage: LanguageModelV4Usage | undefined;
  #cost: Cost | undefined;
  failure: unknown;

  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  add(part: LanguageModelV4StreamPart): void {
    switch (part.type) {
      case 'text-delta':
      case 'reasoning-delta':
      case 'tool-input-delta':
        this.#firstTokenAt ??= performance.now();
        return;
      case 'error':
        this.failed(part.error);
        return;
      case 'finish':
        this.#usage = part.usage;
        this.#cost = part.providerMetadata?.['bedrock']?.['cost'] as unknown as Cost | undefined;
        return;
      default:
        return;
    }
  }

  failed(error: unknown): void {
    this.failure ??= error ?? new Error('unknown');
  }

  sample(): CallSample {
    const now = performance.now();
    const outputTokens = this.#usage?.outputTokens.total ?? null;
    const writingMs = now - (this.#firstTokenAt ?? now);
    return {
      timeToFirstTokenMs:
        this.#firstTokenAt === undefined ? null : rounded(this.#firstTokenAt - this.#startedAt),
      latencyMs: rounded(now - this.#startedAt),
      inputTokens: this.#usage?.inputTokens.total ?? null,
      outputTokens,
      // The first token does not count: its time is that to the first token.
      tokensPerSecond:
        outputTokens === null || outputTokens < 2 || writingMs <= 0
          ? null
          : rounded((outputTokens - 1) / (writingMs / 1000)),
      costUsd: this.#cost?.known ? this.#cost.usd : null,
      error: this.failure === undefined ? null : failureName(this.failure),
    };
  }
}
