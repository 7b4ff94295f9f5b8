/** What calls take of a quota of tokens. */
import type { ModelLimits } from './limits.ts';

/** What is known of a model that chats. */
export interface CallTraits {
  /** What is reserved where a call sets no `max_tokens`. */
  readonly maxOutputTokens: number;
  /** Tokens of the quota that a token of output takes in the end. */
  readonly outputBurndown: number;
}

export interface CallCost {
  /** Null: the call does not set it. */
  readonly maxTokens: number | null;
  /** When the call starts. */
  readonly reservedTokens: number;
  /** When it ends, if all of `maxTokens` is written. */
  readonly mostTokens: number;
  /** Calls that may start before the first has ended; null without a known quota. */
  readonly callsAtOnce: number | null;
  /** In the long run, if every answer is as long as it may be; null without a known quota. */
  readonly callsPerMinute: number | null;
}

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/quotas-token-burndown.html */
export function costOfCall(
  input: number,
  maxTokens: number | null,
  { maxOutputTokens, outputBurndown }: CallTraits,
  limits: Pick<ModelLimits, 'requestsPerMinute' | 'tokensPerMinute'>,
): CallCost {
  const output = maxTokens ?? maxOutputTokens;
  const reservedTokens = input + output;
  const mostTokens = input + output * outputBurndown;
  const requests = limits.requestsPerMinute?.value ?? Number.POSITIVE_INFINITY;
  const tokens = limits.tokensPerMinute?.value ?? Number.POSITIVE_INFINITY;
  const atOnce = Math.min(requests, Math.floor(tokens / reservedTokens));
  const aMinute = Math.min(requests, Math.round((tokens / mostTokens) * 10) / 10);
  return {
    maxTokens,
    reservedTokens,
    mostTokens,
    callsAtOnce: Number.isFinite(atOnce) ? atOnce : null,
    callsPerMinute: Number.isFinite(aMinute) ? aMinute : null,
  };
}
