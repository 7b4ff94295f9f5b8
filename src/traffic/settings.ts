import type { BreakerOptions } from './breaker.ts';
import type { TrafficListener } from './events.ts';
import type { RedisClient } from './redis-client.ts';
import type { RetryOptions } from './retry.ts';

/**
 * Quotas of one model in one Region, as Service Quotas shows them. A limit per minute is a bucket that holds a
 * minute's worth and refills steadily; one per second holds a second's worth. What is left out is learned.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/quotas-runtime.html
 */
export interface TrafficQuota {
  readonly requestsPerMinute?: number | undefined;
  readonly requestsPerSecond?: number | undefined;
  /** Input and output together. */
  readonly tokensPerMinute?: number | undefined;
  readonly tokensPerSecond?: number | undefined;
  /** Calls fail at once when it is used up, by the count of this process or of those that share a book. */
  readonly tokensPerDay?: number | undefined;
  /**
   * How many tokens of the quota one token of output takes in the end.
   * @default what AWS publishes for the model: 5 to 15 for Claude, 1 for the others
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/quotas-token-burndown.html
   */
  readonly outputBurndown?: number | undefined;
}

export const QUOTA_MEMBERS: readonly (keyof TrafficQuota)[] = [
  'requestsPerMinute',
  'requestsPerSecond',
  'tokensPerMinute',
  'tokensPerSecond',
  'tokensPerDay',
  'outputBurndown',
];

/** Where else a call may go. At least one member. */
export interface FailoverTarget {
  /** A Region. Adds its quota and survives the loss of the first; data leave the Region. */
  readonly region?: string | undefined;
  /**
   * A model or profile, e.g. `global.anthropic.claude-sonnet-4-5-20250929-v1:0`. Another model than the one that is
   * called takes the place of chat models only.
   */
  readonly modelId?: string | undefined;
}

/**
 * How calls are paced, so that they are not refused. Without any of this, calls are paced too: `quota: 'adaptive'`.
 * `traffic: 'off'` sends every call at once.
 */
export interface TrafficSettings {
  /**
   * - `'adaptive'`: learned from refusals (429) and from silence.
   * - `'service-quotas'`: asked of AWS's Service Quotas at the first call of a model, which needs the permission
   *   `servicequotas:ListServiceQuotas` and AWS credentials; `'adaptive'` where that fails.
   * - figures, for every model or by model: `{ 'anthropic.claude-*': { requestsPerMinute: 200 }, '*': { … } }`. A
   *   name is a model id with or without the geography in front, an ARN, or a beginning of one with `*`; of several
   *   that fit, the longest counts.
   * @default 'adaptive'
   */
  readonly quota?:
    | 'adaptive'
    | 'service-quotas'
    | TrafficQuota
    | Readonly<Record<string, TrafficQuota>>
    | undefined;

  /**
   * Calls of one model in one Region that may run at once; a stream runs until it has been read.
   * @default Infinity; 64 for embedding models
   */
  readonly maxConcurrency?: number | undefined;

  /**
   * Calls of one model in one Region that may wait; more fail at once with a `QueueFullError`.
   * @default 10_000; Infinity for embedding models, of which `embedMany` makes all calls at once
   */
  readonly maxQueue?: number | undefined;

  /**
   * Milliseconds that a call may wait in all, before it fails with a `QueueTimeoutError`; 0: for ever. Calls can set
   * their own: `providerOptions.bedrock.queueTimeoutMs`.
   * @default 300_000; 0 for embedding models
   */
  readonly queueTimeoutMs?: number | undefined;

  /**
   * Sends calls again that failed in a way that may pass (the error's `isRetryable`), before their first content.
   * Errors that come out have had all their tries: their `isRetryable` is false, so that the AI SDK's `maxRetries`
   * does not multiply them. Refusals for a quota are waited out in any case.
   * @default false: the AI SDK tries again, as its `maxRetries` says
   */
  readonly retry?: boolean | RetryOptions | undefined;

  /**
   * Where calls go when the first target is down, lacks capacity or quota, in this order, each once, before the first
   * content. The model setting of the same name takes its place.
   */
  readonly failover?: readonly FailoverTarget[] | undefined;

  /**
   * When a target counts as down, so that no calls are sent there for a while.
   * @default on with the defaults of `BreakerOptions` where there is `failover`, else off
   */
  readonly breaker?: boolean | BreakerOptions | undefined;

  /**
   * A client of Redis or Valkey (`ioredis`, or `redis`), through which several processes keep within one quota; or
   * that and a name of those who share it, e.g. of the AWS account.
   * @default namespace: 'default'
   */
  readonly share?:
    | RedisClient
    | { readonly client: RedisClient; readonly namespace?: string | undefined }
    | undefined;

  /** Told what happens to calls. What it throws is ignored. */
  readonly onEvent?: TrafficListener | undefined;
}
