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
  /** Until when silence says nothing, because nobody could listen. */
  #deafUntil = Number.NEGATIVE_INFINITY;
  /** Neither answered nor old enough, oldest first. */
  readonly #young = new Set<Call>();

  /** Milliseconds until the next call may go; 0: now. */
  wait(now: number): number {
    let wait = 0;
    for (const call of this.#young) {
      wait = Math.max(call.sentAt + this.#patience, this.#deafUntil) - now;
      if (wait > 0) break;
      this.#young.delete(call);
      this.#grow(1);
    }
    return this.#young.size < this.#size ? 0 : wait;
  }

  sent(call: Call): void {
    this.#young.add(call);
  }

  /** The process was busy for `ms` milliseconds: refusals may have come that it has not read yet. */
  wasBusy(ms: number, now: number): void {
    this.#deafUntil = now + Math.min(ms, this.#patience);
  }

  answered(call: Call): void {
    if (this.#young.delete(call)) this.#grow(PER_ANSWER);
  }

  /** Those of which it is not known yet whether they were let in. */
  get unheard(): Iterable<Call> {
    return this.#young;
  }

  /** @returns whether it had been taken for let in */
  refused(call: Call, now: number): boolean {
    this.#slowest = Math.max(this.#slowest * 0.9, now - call.sentAt);
    this.#patience = Math.min(LONGEST_REFUSAL_MS, Math.max(SHORTEST_REFUSAL_MS, 3 * this.#slowest));
    return !this.#young.delete(call);
  }

  /** Far more were let out than the quota has room for. */
  startAgain(): void {
    this.#size = 1;
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
