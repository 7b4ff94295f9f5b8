/**
 * Slows calls down while Bedrock lacks capacity (503), and lets go step by step. The quotas stay what they are: what
 * lacks is not the caller's share.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/scaling-throughput-best-practices.html
 */
export class Brake {
  /** Calls a millisecond; Infinity: not braking. */
  #rate = Number.POSITIVE_INFINITY;
  #releaseAt = Number.POSITIVE_INFINITY;
  #steppedAt = Number.NEGATIVE_INFINITY;
  #lastSent = Number.NEGATIVE_INFINITY;
  /** Calls since the last step for which there was capacity. */
  #answered = 0;

  /** @param recentRate calls a millisecond of late */
  press(recentRate: number, sentAt: number, now: number): void {
    // Calls that went out before the last step say the same once more.
    if (sentAt <= this.#steppedAt) return;
    if (this.#rate === Number.POSITIVE_INFINITY) this.#releaseAt = recentRate * 2;
    // One of many says little: to slow down for it as for an outage would lose more than it does.
    const share = 1 / (1 + this.#answered);
    const step = 1 - (1 - STEP) * Math.min(1, share / MANY);
    this.#rate = Math.max(Math.min(this.#rate, recentRate) * step, SLOWEST);
    this.#steppedAt = now;
    this.#answered = 0;
  }

  /** There was capacity for a call. */
  answered(): void {
    this.#answered += 1;
  }

  /**
   * Milliseconds until the next call may go; 0: now.
   * @param ahead how many go before it
   */
  wait(now: number, ahead = 0): number {
    if (this.#rate === Number.POSITIVE_INFINITY) return 0;
    this.#release(now);
    return Math.max(0, this.#lastSent + (1 + ahead) / this.#rate - now);
  }

  sent(now: number): void {
    this.#lastSent = now;
  }

  #release(now: number): void {
    const seconds = (now - this.#steppedAt) / 1000;
    if (seconds < 1) return;
    this.#steppedAt = now;
    this.#rate *= RELEASE_PER_SECOND ** seconds;
    if (this.#rate >= this.#releaseAt) this.#rate = Number.POSITIVE_INFINITY;
  }
}

const STEP = 0.7;
/** From this share of refused calls on, the whole step is taken. */
const MANY = 0.2;
const RELEASE_PER_SECOND = 1.1;
/** A call in two seconds: enough to notice that there is capacity again. */
const SLOWEST = 1 / 2000;
