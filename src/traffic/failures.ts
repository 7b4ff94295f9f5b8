/** What the failure of a call says about quotas, capacity, and trying again. */
import { isAbortError } from '@ai-sdk/provider-utils';
import { BedrockError } from '../errors.ts';
import type { Resource } from './book.ts';
import { QueueFullError, QuotaExceededError, TargetDownError } from './traffic-errors.ts';

export type Failure =
  /** Refused for a quota (429). `day`: waiting does not help. */
  | {
      readonly kind: 'throttled';
      readonly resource: Resource | 'day';
      readonly retryAfterMs: number | undefined;
    }
  /**
   * It may pass. `lacksCapacity`: 503. `mayMove`: another target may be tried, because this one surely did not do
   * the work. `mayBeBilled`: it may have been done, at least in part.
   */
  | {
      readonly kind: 'transient';
      readonly lacksCapacity: boolean;
      readonly mayMove: boolean;
      readonly mayBeBilled: boolean;
      readonly retryAfterMs: number | undefined;
    }
  /** The gate did not let it through; another target's may. */
  | { readonly kind: 'no-room' }
  | { readonly kind: 'aborted' }
  /** Trying again would fail again. */
  | { readonly kind: 'final' };

/** Replies that did not come in time: the work may be done all the same. */
const TIMEOUTS: ReadonlySet<string> = new Set([
  'IdleTimeout',
  'ModelTimeoutException',
  'RequestTimeoutException',
]);

const NO_ROOM = [QueueFullError, QuotaExceededError, TargetDownError];

export function readFailure(error: unknown, abortSignal: AbortSignal | undefined): Failure {
  if (abortSignal?.aborted || isAbortError(error)) return { kind: 'aborted' };
  if (NO_ROOM.some(kind => kind.isInstance(error))) return { kind: 'no-room' };
  if (!BedrockError.isInstance(error)) return { kind: 'final' };
  const { code, message, statusCode, retryAfterMs, isRetryable } = error;
  if (isThrottle(error)) return { kind: 'throttled', resource: quotaOf(message), retryAfterMs };
  if (!isRetryable) return { kind: 'final' };
  const isTimeout = TIMEOUTS.has(code);
  return {
    kind: 'transient',
    lacksCapacity: statusCode === 503 || statusCode === 529,
    mayMove: !isTimeout,
    mayBeBilled: isTimeout || code === 'ConnectTimeout',
    retryAfterMs,
  };
}

/** A model that is still being loaded answers 429, too, and has nothing to do with quotas. */
function isThrottle({ statusCode, code }: BedrockError): boolean {
  return statusCode === 429 && code !== 'ModelNotReadyException';
}

function quotaOf(message: string): Resource | 'day' {
  if (/per day/i.test(message)) return 'day';
  return /too many tokens/i.test(message) ? 'tokens' : 'requests';
}

/**
 * The error of a call that was tried as often as it may be: trying it once more, as the AI SDK would, would only
 * multiply that.
 * @param tried a sentence that says what was done, which goes before the advice
 */
export function givenUp(error: unknown, tried: string): unknown {
  if (!BedrockError.isInstance(error)) return error;
  const { message, advice = '' } = error;
  const isAdvised = advice !== '' && message.includes(advice);
  const end = isAdvised ? message.lastIndexOf(advice) : message.length;
  const sentences = [message.slice(0, end).trimEnd().replace(/[.]?$/, '.'), tried, message.slice(end)];
  return new BedrockError({
    ...error,
    message: sentences.join(' ').trimEnd(),
    isRetryable: false,
    cause: error,
  });
}
