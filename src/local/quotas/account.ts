/** The books of one model: its buckets, and what became of its calls. */
import { AwsError } from '../aws-error.ts';
import { Bucket } from './bucket.ts';
import { defaultBurndown } from './burndown.ts';
import type { LocalQuota } from './quota.ts';

/** `admitted` is `active + settledCalls + releasedCalls` at any time. */
export interface LocalCounters {
  /** Calls that the quota let in. */
  readonly admitted: number;
  /** Calls that it refused with a ThrottlingException. They consumed nothing. */
  readonly throttled: { readonly requests: number; readonly tokens: number; readonly daily: number };
  /** Calls that were refused with a ServiceUnavailableException while the model was unavailable. */
  readonly unavailable: number;
  /** Calls that are open now. */
  readonly active: number;
  /** Tokens that they hold. */
  readonly reservedTokens: number;
  /** Tokens that were charged, with the burndown. */
  readonly settledTokens: number;
  readonly settledCalls: number;
  /** Calls that failed before the model ran, e.g. by a fault, and gave back all that they held. */
  readonly releasedCalls: number;
  /** What is left now of the tightest limit of each kind; absent where there is no limit. Can be below zero. */
  readonly levels: {
    readonly requests?: number;
    readonly tokens?: number;
    readonly day?: number;
  };
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

export class Account {
  readonly #modelId: string;
  /** When the days of daily limits begin. */
  readonly #startedAt: number;
  #quota: LocalQuota | undefined;
  #requestBuckets: readonly Bucket[] = [];
  #tokenBuckets: readonly Bucket[] = [];
  #day = 0;
  #chargedToday = 0;
  readonly #throttled = { requests: 0, tokens: 0, daily: 0 };
  #admitted = 0;
  #unavailable = 0;
  #reservedTokens = 0;
  #settledTokens = 0;
  #settledCalls = 0;
  #releasedCalls = 0;

  constructor(modelId: string, startedAt: number) {
    this.#modelId = modelId;
    this.#startedAt = startedAt;
  }

  /** Undefined: the model's calls are neither limited nor counted. */
  get quota(): LocalQuota | undefined {
    return this.#quota;
  }

  get active(): number {
    return this.#admitted - this.#settledCalls - this.#releasedCalls;
  }

  get burndown(): number {
    return this.#quota?.burndown ?? defaultBurndown(this.#modelId);
  }

  /** New limits start full, but for what open calls hold. */
  limit(quota: LocalQuota | undefined, now: number): void {
    const bucketsOf = (...limits: readonly [number | undefined, number][]) =>
      limits.flatMap(([limit, periodMs]) => (limit === undefined ? [] : [new Bucket(limit, periodMs, now)]));
    this.#quota = quota;
    this.#requestBuckets = bucketsOf([quota?.requestsPerSecond, SECOND], [quota?.requestsPerMinute, MINUTE]);
    this.#tokenBuckets = bucketsOf([quota?.tokensPerSecond, SECOND], [quota?.tokensPerMinute, MINUTE]);
    for (const bucket of this.#tokenBuckets) bucket.take(this.#reservedTokens, now);
  }

  /**
   * Takes one request and the tokens, or nothing.
   * @throws AwsError ThrottlingException
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html
   */
  admit(tokens: number): void {
    const now = Date.now();
    if (!this.#requestBuckets.every(bucket => bucket.has(1, now))) throw this.#refuse('requests');
    if (!this.#tokenBuckets.every(bucket => bucket.has(tokens, now))) throw this.#refuse('tokens');
    if (this.#leftToday(now) < tokens) throw this.#refuse('daily');
    for (const bucket of this.#requestBuckets) bucket.take(1, now);
    for (const bucket of this.#tokenBuckets) bucket.take(tokens, now);
    this.#reservedTokens += tokens;
    this.#admitted++;
  }

  /** The end of a call that ran. */
  settle(reserved: number, charged: number): void {
    const now = Date.now();
    for (const bucket of this.#tokenBuckets) bucket.take(charged - reserved, now);
    this.#reservedTokens -= reserved;
    this.#turnDay(now);
    this.#chargedToday += charged;
    this.#settledTokens += charged;
    this.#settledCalls++;
  }

  /** The end of a call that did not run. */
  release(reserved: number): void {
    const now = Date.now();
    for (const bucket of this.#requestBuckets) bucket.take(-1, now);
    for (const bucket of this.#tokenBuckets) bucket.take(-reserved, now);
    this.#reservedTokens -= reserved;
    this.#releasedCalls++;
  }

  countUnavailable(): void {
    this.#unavailable++;
  }

  counters(): LocalCounters {
    const now = Date.now();
    const lowest = (buckets: readonly Bucket[]) => Math.min(...buckets.map(bucket => bucket.level(now)));
    return {
      admitted: this.#admitted,
      throttled: { ...this.#throttled },
      unavailable: this.#unavailable,
      active: this.active,
      reservedTokens: this.#reservedTokens,
      settledTokens: this.#settledTokens,
      settledCalls: this.#settledCalls,
      releasedCalls: this.#releasedCalls,
      levels: {
        ...(this.#requestBuckets.length > 0 && { requests: lowest(this.#requestBuckets) }),
        ...(this.#tokenBuckets.length > 0 && { tokens: lowest(this.#tokenBuckets) }),
        ...(this.#quota?.tokensPerDay !== undefined && { day: this.#leftToday(now) }),
      },
    };
  }

  #refuse(limit: keyof LocalCounters['throttled']): AwsError {
    this.#throttled[limit]++;
    return new AwsError('ThrottlingException', REFUSALS[limit]);
  }

  /** Reservations count until they are settled, on whichever day that is. */
  #leftToday(now: number): number {
    this.#turnDay(now);
    return (
      (this.#quota?.tokensPerDay ?? Number.POSITIVE_INFINITY) - this.#chargedToday - this.#reservedTokens
    );
  }

  #turnDay(now: number): void {
    const day = Math.floor((now - this.#startedAt) / DAY);
    if (day === this.#day) return;
    this.#day = day;
    this.#chargedToday = 0;
  }
}

const REFUSALS = {
  requests: 'Too many requests, please wait before trying again.',
  tokens: 'Too many tokens, please wait before trying again.',
  daily: 'Too many tokens per day, please wait before trying again.',
} as const;
