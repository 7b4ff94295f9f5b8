/**
 * Lets calls out in growing numbers while no quota is known. A refusal comes within a fraction of a second, so a call
 * that has heard nothing for that long was let in, long before its reply begins; only those that are younger can
 * turn out to have been too many.
 */
export class Ramp<Call extends { readonly sentAt: number }> {
  #size = FIRST_SIZE;
  /** How long a refusal may take. */
  #patience = LONGEST_REFUSAL_MS;
  #slowest = 0;
  /** Neither answered nor old enough, oldest first. */
  readonly #young = new Set<Call>();

  /** Milliseconds until the next call may go; 0: now. */
  wait(now: number): number {
    let wait = 0;
    for (const call of this.#young) {
      wait = call.sentAt + this.#patience - now;
      if (wait > 0) break;
      this.#young.delete(call);
      this.#grow(1);
    }
    return this.#young.size < this.#size ? 0 : wait;
  }

  sent(call: Call): void {
    this.#young.add(call);
  }

  answered(call: Call): void {
    if (this.#young.delete(call)) this.#grow(PER_ANSWER);
  }

  /** @param isFarOff whether far more were let out than the quota has room for */
  refused(call: Call, isFarOff: boolean, now: number): void {
    this.#young.delete(call);
    if (isFarOff) this.#size = 1;
    this.#slowest = Math.max(this.#slowest * 0.9, now - call.sentAt);
    this.#patience = Math.min(LONGEST_REFUSAL_MS, Math.max(SHORTEST_REFUSAL_MS, 3 * this.#slowest));
  }

  #grow(by: number): void {
    this.#size = Math.min(this.#size + by, LARGEST);
  }
}

/** Few enough that their refusals do no harm, enough for what an application usually does at once. */
const FIRST_SIZE = 16;
/** Milliseconds that a refusal takes. Where some have been seen, three times the slowest of late. */
const LONGEST_REFUSAL_MS = 200;
const SHORTEST_REFUSAL_MS = 20;
/** Silence doubles the size in the time of a refusal; quick answers, which free a place themselves, need less. */
const PER_ANSWER = 0.1;
const LARGEST = 256;
