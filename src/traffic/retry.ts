/** How calls are tried again that failed in a way that may pass. */
export interface RetryOptions {
  /**
   * How often a call is sent at most, all targets together; refusals for a quota do not count.
   * @default 3
   */
  readonly maxAttempts?: number | undefined;
  /**
   * Milliseconds that the first pause has at most; it doubles from pause to pause. Each pause is a random part of
   * that, so that calls that failed together do not come back together.
   * @default 1_000
   */
  readonly baseDelayMs?: number | undefined;
  /** @default 20_000 */
  readonly maxDelayMs?: number | undefined;
}

/**
 * Milliseconds to wait before another try: full jitter, but not less than Bedrock asked for.
 * @param tries how often it was sent
 * @see https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
 */
export function retryDelay(
  { baseDelayMs = 1_000, maxDelayMs = 20_000 }: RetryOptions,
  tries: number,
  retryAfterMs: number | undefined,
): number {
  const longest = Math.min(maxDelayMs, baseDelayMs * 2 ** (tries - 1));
  return Math.max(Math.random() * longest, Math.min(retryAfterMs ?? 0, maxDelayMs));
}

/**
 * Bounds the retries of all calls together: when most calls fail, trying each of them again only adds to the load.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export class RetryBudget {
  #left = CAPACITY;

  /** @returns whether there was enough */
  take(): boolean {
    if (this.#left < RETRY_COST) return false;
    this.#left -= RETRY_COST;
    return true;
  }

  succeeded(): void {
    this.#left = Math.min(CAPACITY, this.#left + 1);
  }
}

const CAPACITY = 500;
const RETRY_COST = 5;
