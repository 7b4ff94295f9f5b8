import { AISDKError } from '@ai-sdk/provider';

const queueFullMarker = Symbol.for('bedrock-ai-provider.QueueFullError');
const queueTimeoutMarker = Symbol.for('bedrock-ai-provider.QueueTimeoutError');
const quotaExceededMarker = Symbol.for('bedrock-ai-provider.QuotaExceededError');
const targetDownMarker = Symbol.for('bedrock-ai-provider.TargetDownError');

/** As many calls wait as `traffic.maxQueue` allows. Nothing was sent. The AI SDK does not try again. */
export class QueueFullError extends AISDKError {
  /** How many calls wait. */
  readonly queued: number;

  constructor({ modelId, queued }: { modelId: string; queued: number }) {
    super({
      name: 'AI_BedrockQueueFullError',
      message:
        `${queued} calls of ${modelId} wait for their turn, which is all that traffic.maxQueue allows. Make calls ` +
        'more slowly, raise traffic.maxQueue, or ask AWS for a larger quota.',
    });
    this.queued = queued;
    mark(this, queueFullMarker);
  }

  static override isInstance(error: unknown): error is QueueFullError {
    return isMarked(error, queueFullMarker);
  }
}

/** The turn of a call did not come within `queueTimeoutMs`. Nothing was sent since it began to wait. */
export class QueueTimeoutError extends AISDKError {
  readonly waitedMs: number;

  /** @param cause the refusal after which it waited again, if any */
  constructor({ modelId, waitedMs, cause }: { modelId: string; waitedMs: number; cause?: unknown }) {
    super({
      name: 'AI_BedrockQueueTimeoutError',
      message:
        `The turn of this call of ${modelId} did not come within ${Math.round(waitedMs)} ms ` +
        '(queueTimeoutMs). Make fewer calls, give it a higher priority, set maxOutputTokens (it is taken from the ' +
        'quota when a call starts), or ask AWS for a larger quota.',
      cause,
    });
    this.waitedMs = waitedMs;
    mark(this, queueTimeoutMarker);
  }

  static override isInstance(error: unknown): error is QueueTimeoutError {
    return isMarked(error, queueTimeoutMarker);
  }
}

/** The tokens of the day are used up, by `tokensPerDay` or by what AWS answered a short while ago. Nothing was sent. */
export class QuotaExceededError extends AISDKError {
  constructor({ modelId, cause }: { modelId: string; cause?: unknown }) {
    super({
      name: 'AI_BedrockQuotaExceededError',
      message:
        `The tokens that this account has in a day are used up for ${modelId}. Call another model or Region, or ` +
        'raise the quota in Service Quotas.',
      cause,
    });
    mark(this, quotaExceededMarker);
  }

  static override isInstance(error: unknown): error is QuotaExceededError {
    return isMarked(error, quotaExceededMarker);
  }
}

/** All targets of a call failed so often of late that none is tried. Nothing was sent. `cause` is the last failure. */
export class TargetDownError extends AISDKError {
  /** Milliseconds until a target is tried again. */
  readonly retryAfterMs: number;

  constructor({
    modelId,
    retryAfterMs,
    cause,
  }: {
    modelId: string;
    retryAfterMs: number;
    cause: unknown;
  }) {
    super({
      name: 'AI_BedrockTargetDownError',
      message:
        `Calls of ${modelId} failed so often that none is sent for another ${Math.ceil(retryAfterMs / 1000)} s ` +
        `(traffic.breaker). The last failure: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    });
    this.retryAfterMs = retryAfterMs;
    mark(this, targetDownMarker);
  }

  static override isInstance(error: unknown): error is TargetDownError {
    return isMarked(error, targetDownMarker);
  }
}

function mark(error: object, marker: symbol): void {
  Object.defineProperty(error, marker, { value: true });
}

function isMarked(error: unknown, marker: symbol): boolean {
  return typeof error === 'object' && error !== null && marker in error;
}
