/** What is left of tiny amounts after arithmetic with fractions must not refuse a call. */
const TOLERANCE = 1e-6;

/**
 * Holds one period's worth and refills evenly. Without timers: the level follows from the time that has
 * passed, so that fake clocks work and an idle server does nothing.
 */
export class Bucket {
  readonly #capacity: number;
  readonly #perMs: number;
  #level: number;
  #at: number;

  constructor(capacity: number, periodMs: number, now: number) {
    this.#capacity = capacity;
    this.#perMs = capacity / periodMs;
    this.#level = capacity;
    this.#at = now;
  }

  /** Below zero after a long answer. */
  level(now: number): number {
    // A clock that was set back refills nothing.
    const elapsed = Math.max(0, now - this.#at);
    this.#level = Math.min(this.#capacity, this.#level + elapsed * this.#perMs);
    this.#at = now;
    return this.#level;
  }

  has(amount: number, now: number): boolean {
    return this.level(now) + TOLERANCE >= amount;
  }

  /** @param amount below zero gives back, up to what the bucket holds */
  take(amount: number, now: number): void {
    this.#level = Math.min(this.#capacity, this.level(now) - amount);
  }
}
