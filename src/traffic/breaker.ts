/** When a target counts as down. */
export interface BreakerOptions {
  /**
   * Failures in a row after which no more calls go to the target.
   * @default 5
   */
  readonly failures?: number | undefined;
  /**
   * Milliseconds until one call tries it again. Doubles, up to two minutes, each time that one fails too.
   * @default 10_000
   */
  readonly openMs?: number | undefined;
}

const LONGEST_OPEN_MS = 120_000;

/** Keeps calls from a target that is down, and lets one through from time to time to see whether it still is. */
export class Breaker {
  readonly #failuresAllowed: number;
  readonly #firstOpenMs: number;
  #failures = 0;
  #openMs: number;
  #openUntil = Number.NEGATIVE_INFINITY;
  #isTrying = false;
  /** The last one, for the error of calls that are not sent. */
  lastFailure: unknown;

  constructor({ failures = 5, openMs = 10_000 }: BreakerOptions) {
    this.#failuresAllowed = failures;
    this.#firstOpenMs = openMs;
    this.#openMs = openMs;
  }

  get isClosed(): boolean {
    return this.#failures < this.#failuresAllowed;
  }

  /** Milliseconds until a call may be sent; 0: now. */
  wait(now: number): number {
    if (this.isClosed) return 0;
    return Math.max(0, this.#openUntil - now);
  }

  /** A call is about to be sent. */
  sending(now: number): void {
    if (this.isClosed) return;
    this.#isTrying = true;
    // Should the one that tries never end, another one may.
    this.#openUntil = now + this.#openMs;
  }

  /** @returns whether it was open */
  succeeded(): boolean {
    const wasOpen = !this.isClosed;
    this.#failures = 0;
    this.#isTrying = false;
    this.#openMs = this.#firstOpenMs;
    return wasOpen;
  }

  /** @returns for how long it opens, where this failure opens it */
  failed(error: unknown, now: number): number | undefined {
    this.lastFailure = error;
    const wasOpen = !this.isClosed;
    this.#failures += 1;
    if (this.isClosed || (wasOpen && !this.#isTrying)) return undefined;
    if (this.#isTrying) this.#openMs = Math.min(this.#openMs * 2, LONGEST_OPEN_MS);
    this.#isTrying = false;
    this.#openUntil = now + this.#openMs;
    return this.#openMs;
  }

  /** The call that was sent says nothing about the target: it was aborted, or refused for what it asked. */
  undecided(): void {
    this.#isTrying = false;
  }
}
