/** What CloudWatch tells of the server's calls: samples by model and minute, for a day. */
import type { TokenUsage } from '../../codec/converse/wire.ts';

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-runtime-metrics.html */
export type MetricName =
  | 'Invocations'
  | 'InvocationThrottles'
  | 'InvocationServerErrors'
  | 'InputTokenCount'
  | 'OutputTokenCount'
  | 'CacheReadInputTokenCount'
  | 'CacheWriteInputTokenCount'
  | 'EstimatedTPMQuotaUsage';

/** Samples that were taken together. */
export interface Samples {
  readonly sum: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
}

type Minute = Partial<Record<MetricName, Samples>>;

const MINUTE = 60_000;
const MINUTES_KEPT = 24 * 60;

/** The metrics of one model. */
export class ModelMetrics {
  readonly #minutes = new Map<number, Minute>();

  add(name: MetricName, value: number): void {
    const minute = Math.floor(Date.now() / MINUTE);
    const samples = this.#minuteOf(minute);
    samples[name] = together(samples[name], { sum: value, count: 1, min: value, max: value });
  }

  /**
   * A call that the model answered.
   * @param charged tokens that it took from the quota, with the burndown
   */
  addCall(usage: TokenUsage | undefined, charged: number): void {
    this.add('Invocations', 1);
    if (charged > 0) this.add('EstimatedTPMQuotaUsage', charged);
    const counts: readonly [MetricName, number | undefined][] = [
      ['InputTokenCount', usage?.inputTokens],
      ['OutputTokenCount', usage?.outputTokens],
      ['CacheReadInputTokenCount', usage?.cacheReadInputTokens],
      ['CacheWriteInputTokenCount', usage?.cacheWriteInputTokens],
    ];
    for (const [name, count] of counts) if (count !== undefined) this.add(name, count);
  }

  /**
   * By periods, the earliest first; those without samples are left out.
   * @param from first period and the end, which is not part of it, in milliseconds since the epoch
   */
  read(name: MetricName, from: number, to: number, periodMs: number): ReadonlyMap<number, Samples> {
    const periods = new Map<number, Samples>();
    for (const [minute, { [name]: samples }] of this.#minutes) {
      const period = Math.floor((minute * MINUTE) / periodMs) * periodMs;
      if (samples === undefined || period < from || period >= to) continue;
      periods.set(period, together(periods.get(period), samples));
    }
    return periods;
  }

  #minuteOf(minute: number): Minute {
    const known = this.#minutes.get(minute);
    if (known !== undefined) return known;
    for (const old of this.#minutes.keys()) if (old <= minute - MINUTES_KEPT) this.#minutes.delete(old);
    const samples: Minute = {};
    this.#minutes.set(minute, samples);
    return samples;
  }
}

function together(samples: Samples | undefined, more: Samples): Samples {
  if (samples === undefined) return more;
  return {
    sum: samples.sum + more.sum,
    count: samples.count + more.count,
    min: Math.min(samples.min, more.min),
    max: Math.max(samples.max, more.max),
  };
}

/** More models than a test calls. Of more, those that were called first are forgotten. */
const MAX_MODELS = 1000;

/** The metrics of a server. */
export class Metrics {
  #models = new Map<string, ModelMetrics>();

  /** @param modelId as called, which is the dimension `ModelId` */
  of(modelId: string): ModelMetrics {
    const known = this.#models.get(modelId);
    if (known !== undefined) return known;
    if (this.#models.size >= MAX_MODELS) this.#models.delete(this.#models.keys().next().value ?? '');
    const metrics = new ModelMetrics();
    this.#models.set(modelId, metrics);
    return metrics;
  }

  /** Those of a model that has been called. */
  find(modelId: string): ModelMetrics | undefined {
    return this.#models.get(modelId);
  }

  reset(): void {
    this.#models = new Map();
  }
}
