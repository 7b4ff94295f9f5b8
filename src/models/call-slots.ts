/**
 * Lets only so many calls run at a time, however many callers there are; the others wait in line.
 *
 * `concurrently` bounds the calls of one request. This bounds requests that are made at once, as the AI SDK
 * makes them by the thousand where it is not told otherwise.
 */
export class CallSlots {
  #free: number;
  /** Those who wait, in the order in which they came. */
  readonly #waiting = new Set<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  /** @throws the reason of the signal, also while waiting; else what the call rejects with */
  async run<Result>(call: () => Promise<Result>, abortSignal: AbortSignal | undefined): Promise<Result> {
    abortSignal?.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#turn(abortSignal);
    try {
      return await call();
    } finally {
      this.#passOn();
    }
  }

  #turn(abortSignal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        abortSignal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.delete(enter);
        reject(abortSignal?.reason);
      };
      this.#waiting.add(enter);
      abortSignal?.addEventListener('abort', leave, { once: true });
    });
  }

  #passOn(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
