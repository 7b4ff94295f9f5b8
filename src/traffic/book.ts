import { type Bucket, giveBack, newBucket, refill, setRate, take, waitFor } from './bucket.ts';

/** What one call takes from the quotas. */
export interface Cost {
  readonly requests: number;
  readonly tokens: number;
}

export const NOTHING: Cost = { requests: 0, tokens: 0 };

/** The quotas per second or minute. The daily one is apart: nobody waits for tomorrow. */
export type Resource = 'requests' | 'tokens';
export const RESOURCES: readonly Resource[] = ['requests', 'tokens'];

export interface Quota {
  /** Units a millisecond. */
  readonly rate: number;
  readonly capacity: number;
  /** What is left now; as much as before when absent. */
  readonly level?: number;
}

/**
 * The account that Bedrock keeps of one quota family, as far as it is known here: what is taken when a call starts
 * and given back when it ends. There is one in the process, or one in Redis for several.
 */
export interface Book {
  /**
   * Takes the cost and answers 0, or says after how many milliseconds it may fit. `Infinity`: not today.
   * A book that is shared keeps the place of who asked in vain among the processes, until it asks again or leaves.
   */
  ask(cost: Cost, now: number): number | Promise<number>;
  leave(): void;
  /** Negative amounts take what was used beyond what was reserved. */
  giveBack(cost: Cost, now: number): void;
  /** Changes a quota: for all processes, where the book is shared. */
  limit(resource: Resource, quota: Quota, now: number): void;
  /** The state as it was last seen; not to be changed. */
  readonly buckets: Readonly<Record<Resource, Readonly<Bucket>>>;
}

/** The book of one process. */
export class LocalBook implements Book {
  readonly buckets: Record<Resource, Bucket>;
  /** The tokens of a day. */
  readonly day: Bucket;

  constructor(now: number, tokensPerDay: number | undefined) {
    this.buckets = { requests: newBucket(now), tokens: newBucket(now) };
    this.day = newBucket(now);
    if (tokensPerDay !== undefined) {
      setRate(this.day, { rate: tokensPerDay / DAY_MS, capacity: tokensPerDay }, now);
    }
  }

  ask(cost: Cost, now: number): number {
    if (waitFor(this.day, cost.tokens, now) > 0) return Number.POSITIVE_INFINITY;
    const { requests, tokens } = this.buckets;
    const wait = Math.max(waitFor(requests, cost.requests, now), waitFor(tokens, cost.tokens, now));
    if (wait > 0) return wait;
    take(requests, cost.requests);
    take(tokens, cost.tokens);
    take(this.day, cost.tokens);
    return 0;
  }

  leave(): void {}

  giveBack(cost: Cost, now: number): void {
    const { requests, tokens } = this.buckets;
    // What overdraws a full bucket is not paid by the time that went before.
    for (const bucket of [requests, tokens, this.day]) refill(bucket, now);
    giveBack(requests, cost.requests);
    giveBack(tokens, cost.tokens);
    giveBack(this.day, cost.tokens);
  }

  limit(resource: Resource, quota: Quota, now: number): void {
    setRate(this.buckets[resource], quota, now);
  }
}

const DAY_MS = 24 * 60 * 60_000;
