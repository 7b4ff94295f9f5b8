/** Figures of CloudWatch. */
import type { ModelContext } from '../models/model-context.ts';
import { callOperation, type OperationOptions } from './call.ts';

/** A metric of `AWS/Bedrock`, summed up by minute. */
export interface MetricQuery {
  /** As in https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-runtime-metrics.html */
  readonly metric: string;
  /** As called: the id of a model or profile. */
  readonly modelId: string;
}

export interface MetricPoint {
  /** Begin of the minute. */
  readonly at: Date;
  readonly sum: number;
}

interface MetricDataReply {
  readonly MetricDataResults: ReadonlyArray<{
    readonly Id?: string;
    /** Seconds since the epoch. */
    readonly Timestamps?: readonly number[];
    readonly Values?: readonly number[];
  }>;
  readonly NextToken?: string | null;
}

/**
 * What the queries ask for, in their order; minutes without a call have no point. Needs the permission
 * `cloudwatch:GetMetricData`; AWS charges for each metric.
 * @param queries at most 500
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 * @throws BedrockError; LoadSettingError for API keys, which CloudWatch does not take
 */
export async function readMetrics(
  context: ModelContext,
  queries: readonly MetricQuery[],
  { from, to }: { readonly from: Date; readonly to: Date },
  options: OperationOptions,
): Promise<MetricPoint[][]> {
  const points = queries.map((): MetricPoint[] => []);
  for (let NextToken: string | undefined; ; ) {
    const page = await callOperation<MetricDataReply>(
      context,
      {
        service: 'monitoring',
        path: '/',
        body: {
          MetricDataQueries: queries.map(toQuery),
          StartTime: Math.floor(from.getTime() / 1000),
          EndTime: Math.ceil(to.getTime() / 1000),
          ScanBy: 'TimestampAscending',
          ...(NextToken !== undefined && { NextToken }),
        },
      },
      { ...options, headers: { ...options.headers, ...PROTOCOL } },
      reply => Array.isArray(reply.MetricDataResults),
    );
    for (const { Id = '', Timestamps = [], Values = [] } of page.MetricDataResults) {
      const own = points[Number(Id.slice(1))];
      own?.push(
        ...Timestamps.map((seconds, place) => ({ at: new Date(seconds * 1000), sum: Values[place] ?? 0 })),
      );
    }
    // The same token once more would go round for ever.
    if (!page.NextToken || page.NextToken === NextToken) return points;
    NextToken = page.NextToken;
  }
}

const PROTOCOL = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': 'GraniteServiceVersion20100801.GetMetricData',
};

function toQuery({ metric, modelId }: MetricQuery, index: number) {
  return {
    Id: `m${index}`,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/Bedrock',
        MetricName: metric,
        Dimensions: [{ Name: 'ModelId', Value: modelId }],
      },
      Period: 60,
      Stat: 'Sum',
    },
  };
}
