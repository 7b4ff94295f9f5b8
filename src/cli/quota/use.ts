/** What was used of quotas in the last hour and day, from CloudWatch. */
import type { ModelContext } from '../../models/model-context.ts';
import { type MetricPoint, readMetrics } from '../../operations/metrics.ts';

export interface Use {
  readonly modelId: string;
  readonly lastHour: Sums;
  readonly last24Hours: Sums;
  /** Of the last hour, each by itself. */
  readonly busiestMinute: { readonly invocations: number; readonly quotaTokens: number };
}

export interface Sums {
  readonly invocations: number;
  readonly throttles: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** What AWS takes from the quota of tokens in the end: without reservations, output with its burndown. */
  readonly quotaTokens: number;
}

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-runtime-metrics.html */
const METRICS: Readonly<Record<keyof Sums, string>> = {
  invocations: 'Invocations',
  throttles: 'InvocationThrottles',
  inputTokens: 'InputTokenCount',
  outputTokens: 'OutputTokenCount',
  quotaTokens: 'EstimatedTPMQuotaUsage',
};

const NAMES = Object.keys(METRICS) as (keyof Sums)[];
const HOUR = 3_600_000;

/** @throws what the calls of CloudWatch reject with */
export async function useOf(
  context: ModelContext,
  modelIds: readonly string[],
  region: string,
): Promise<Use[]> {
  const now = Date.now();
  const queries = modelIds.flatMap(modelId => NAMES.map(name => ({ metric: METRICS[name], modelId })));
  // The minute that runs is a part of the last hour.
  const range = {
    from: new Date(Math.floor((now - 24 * HOUR) / 60_000) * 60_000),
    to: new Date(now + 60_000),
  };
  const points = await readMetrics(context, queries, range, { region });
  return modelIds.map((modelId, place) => {
    const own = points.slice(place * NAMES.length, (place + 1) * NAMES.length);
    const recent = own.map(series => series.filter(({ at }) => at.getTime() > now - HOUR));
    return {
      modelId,
      lastHour: sumsOf(recent),
      last24Hours: sumsOf(own),
      busiestMinute: {
        invocations: mostOf(recent[NAMES.indexOf('invocations')]),
        quotaTokens: mostOf(recent[NAMES.indexOf('quotaTokens')]),
      },
    };
  });
}

function sumsOf(series: readonly MetricPoint[][]): Sums {
  const sums = NAMES.map((name, place) => [
    name,
    (series[place] ?? []).reduce((total, { sum }) => total + sum, 0),
  ]);
  return Object.fromEntries(sums) as unknown as Sums;
}

function mostOf(points: readonly MetricPoint[] = []): number {
  return Math.max(0, ...points.map(({ sum }) => sum));
}
