/**
 * CloudWatch, as far as it tells of this server's calls: the metrics of `AWS/Bedrock` by model, in CloudWatch's JSON
 * protocol, which is that of AWS's SDK for JavaScript.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import { replyHeaders, validationError } from '../aws-error.ts';
import { isObject } from '../json-schema-check.ts';
import type { MetricName, Metrics, Samples } from '../quotas/metrics.ts';
import { type Operation, readJson } from './operation.ts';

const MOST_QUERIES = 500;
const MOST_POINTS = 100_800;

export const getMetricData: Operation = {
  name: 'GetMetricData',
  method: 'POST',
  path: '/',
  target: 'GraniteServiceVersion20100801.GetMetricData',
  services: ['monitoring'],
  async handle(call, { metrics }) {
    const body = readJson(call);
    const reply = answer(readRequest(isObject(body) ? body : {}), metrics);
    return Response.json(reply, {
      headers: { ...replyHeaders(call.requestId), 'content-type': 'application/x-amz-json-1.0' },
    });
  },
};

/* ----------------------------------------------------------------- request */

interface Query {
  readonly id: string;
  readonly label: string;
  readonly name: MetricName;
  /** Undefined: a metric that the server does not have, which is one without samples. */
  readonly modelId: string | undefined;
  readonly periodMs: number;
  readonly stat: keyof typeof STATISTICS;
}

const STATISTICS = {
  Sum: ({ sum }: Samples) => sum,
  SampleCount: ({ count }: Samples) => count,
  Average: ({ sum, count }: Samples) => sum / count,
  Minimum: ({ min }: Samples) => min,
  Maximum: ({ max }: Samples) => max,
} as const;

interface MetricDataRequest {
  readonly queries: readonly Query[];
  readonly from: number;
  readonly to: number;
  readonly ascending: boolean;
  readonly start: number;
  readonly size: number;
}

/** @throws AwsError for what CloudWatch refuses, and for what this server does not have, such as expressions */
function readRequest(body: JSONObject): MetricDataRequest {
  const { MetricDataQueries, StartTime, EndTime, ScanBy = 'TimestampDescending' } = body;
  const { MaxDatapoints = MOST_POINTS, NextToken = '0' } = body;
  if (!Array.isArray(MetricDataQueries) || MetricDataQueries.length > MOST_QUERIES) {
    throw validationError(`MetricDataQueries must be a list of at most ${MOST_QUERIES} queries.`);
  }
  if (typeof StartTime !== 'number' || typeof EndTime !== 'number' || StartTime >= EndTime) {
    throw validationError('StartTime must be before EndTime, both in seconds since the epoch.');
  }
  if (ScanBy !== 'TimestampDescending' && ScanBy !== 'TimestampAscending') {
    throw validationError('ScanBy must be TimestampDescending or TimestampAscending.');
  }
  const size = Number(MaxDatapoints);
  const start = Number(NextToken);
  if (!(Number.isInteger(size) && size >= 1 && Number.isInteger(start) && start >= 0)) {
    throw validationError(
      'MaxDatapoints must be a whole number from 1 on, and NextToken one that was given.',
    );
  }
  return {
    queries: MetricDataQueries.map(readQuery),
    from: StartTime * 1000,
    to: EndTime * 1000,
    ascending: ScanBy === 'TimestampAscending',
    start,
    size: Math.min(size, MOST_POINTS),
  };
}

function readQuery(query: JSONValue): Query {
  const { Id, Label, MetricStat, ReturnData } = isObject(query) ? query : {};
  if (typeof Id !== 'string' || !/^[a-z]\w*$/.test(Id)) {
    throw validationError(
      'The Id of a query must begin with a small letter and have letters, digits and _ only.',
    );
  }
  if (!isObject(MetricStat) || ReturnData === false) {
    throw validationError('The local Bedrock has MetricStat queries only, and returns the data of each.');
  }
  const { Metric, Period, Stat } = MetricStat;
  if (!isObject(Metric) || typeof Metric['MetricName'] !== 'string') {
    throw validationError(`The query ${Id} names no metric.`);
  }
  if (typeof Period !== 'number' || Period < 60 || Period % 60 !== 0) {
    throw validationError('Period must be a multiple of 60.');
  }
  if (typeof Stat !== 'string' || !Object.hasOwn(STATISTICS, Stat)) {
    throw validationError(`Stat must be one of ${Object.keys(STATISTICS).join(', ')}.`);
  }
  return {
    id: Id,
    label: typeof Label === 'string' ? Label : Metric['MetricName'],
    name: Metric['MetricName'] as MetricName,
    modelId: modelOf(Metric),
    periodMs: Period * 1000,
    stat: Stat as Query['stat'],
  };
}

function modelOf({ Namespace, Dimensions }: JSONObject): string | undefined {
  const [dimension, ...more] = Array.isArray(Dimensions) ? Dimensions : [];
  if (Namespace !== 'AWS/Bedrock' || !isObject(dimension) || more.length > 0) return undefined;
  return dimension['Name'] === 'ModelId' ? String(dimension['Value']) : undefined;
}

/* ------------------------------------------------------------------- reply */

interface Point {
  readonly query: Query;
  readonly timestamp: number;
  readonly value: number;
}

/** Pages go through the points of one query after the other. */
function answer(request: MetricDataRequest, metrics: Metrics) {
  const { queries, start, size } = request;
  const points = queries.flatMap(query => pointsOf(query, request, metrics));
  const end = start + size;
  const page = points.slice(start, end);
  const rest = new Set(points.slice(end).map(({ query }) => query));
  return {
    MetricDataResults: queries.map(query => {
      const own = page.filter(point => point.query === query);
      return {
        Id: query.id,
        Label: query.label,
        Timestamps: own.map(({ timestamp }) => timestamp / 1000),
        Values: own.map(({ value }) => value),
        StatusCode: rest.has(query) ? 'PartialData' : 'Complete',
      };
    }),
    Messages: [],
    ...(end < points.length && { NextToken: String(end) }),
  };
}

function pointsOf(query: Query, { from, to, ascending }: MetricDataRequest, metrics: Metrics): Point[] {
  const { modelId, name, periodMs, stat } = query;
  const found = modelId === undefined ? undefined : metrics.find(modelId)?.read(name, from, to, periodMs);
  const points = [...(found ?? [])].map(([timestamp, samples]) => ({
    query,
    timestamp,
    value: STATISTICS[stat](samples),
  }));
  return points.sort((one, other) => (one.timestamp - other.timestamp) * (ascending ? 1 : -1));
}
