/** CloudWatch of the local Bedrock: what became of the calls, by model and minute. */
import { generateText, streamText } from 'ai';
import { createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock, type LocalBedrock, type LocalBedrockOptions } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import { createModelContext } from '../../src/models/model-context.ts';
import { readMetrics } from '../../src/operations/metrics.ts';

const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const NOVA = 'amazon.nova-lite-v1:0';
const USAGE = { inputTokens: 100, outputTokens: 20, totalTokens: 120 };

function start(options: LocalBedrockOptions = {}) {
  const local = createLocalBedrock({
    respond: () => ({ content: [{ text: 'Hi' }], usage: USAGE }),
    ...options,
  });
  const bedrock = createBedrock({ ...local.settings, traffic: 'off' });
  return { local, bedrock };
}

/** The sum of a metric over the last hour. */
async function sumOf(local: LocalBedrock, metric: string, modelId: string): Promise<number> {
  const [points = []] = await readMetrics(
    createModelContext(local.settings),
    [{ metric, modelId }],
    { from: new Date(Date.now() - 3_600_000), to: new Date(Date.now() + 60_000) },
    {},
  );
  return points.reduce((sum, point) => sum + point.sum, 0);
}

/** A request in CloudWatch's own words. */
async function ask(local: LocalBedrock, changes: object = {}, query: object = {}) {
  const now = Math.floor(Date.now() / 60_000) * 60;
  const { send } = createModelContext(local.settings);
  const Metric = {
    Namespace: 'AWS/Bedrock',
    MetricName: 'InputTokenCount',
    Dimensions: [{ Name: 'ModelId', Value: NOVA }],
  };
  const reply = await send({
    service: 'monitoring',
    method: 'POST',
    path: '/',
    headers: { 'x-amz-target': 'GraniteServiceVersion20100801.GetMetricData' },
    body: JSON.stringify({
      MetricDataQueries: [{ Id: 'a', MetricStat: { Metric, Period: 60, Stat: 'Sum' }, ...query }],
      StartTime: now - 3600,
      EndTime: now + 120,
      ...changes,
    }),
  });
  return (await reply.response.json()) as { MetricDataResults: object[]; NextToken?: string };
}

describe('the metrics of a model', () => {
  it.each([
    ['Invocations', 2],
    ['InputTokenCount', 200],
    ['OutputTokenCount', 40],
    // Output of this model counts five times.
    ['EstimatedTPMQuotaUsage', 400],
    ['InvocationThrottles', 0],
    ['SomethingElse', 0],
  ])('has %s of whole replies and streams: %d', async (metric, expected) => {
    const { local, bedrock } = start();
    await generateText({ model: bedrock(CLAUDE), prompt: 'Hello' });
    await streamText({ model: bedrock(CLAUDE), prompt: 'Hello' }).consumeStream();
    await generateText({ model: bedrock(NOVA), prompt: 'Hello' });
    expect(await sumOf(local, metric, CLAUDE)).toBe(expected);
  });

  it('counts what a quota refuses apart', async () => {
    const { local, bedrock } = start({ quotas: { requestsPerMinute: 1 } });
    const call = () => generateText({ model: bedrock(NOVA), prompt: 'Hello', maxRetries: 0 });
    await call();
    await expect(call()).rejects.toThrow('Too many requests');
    expect(await sumOf(local, 'InvocationThrottles', NOVA)).toBe(1);
    expect(await sumOf(local, 'Invocations', NOVA)).toBe(1);
  });

  it('does not count calls that failed before the model ran', async () => {
    const { local, bedrock } = start({ faults: [{ error: { name: 'InternalServerException' } }] });
    await expect(generateText({ model: bedrock(NOVA), prompt: 'Hello', maxRetries: 0 })).rejects.toThrow();
    expect(await sumOf(local, 'Invocations', NOVA)).toBe(0);
  });

  it('is forgotten by a reset', async () => {
    const { local, bedrock } = start();
    await generateText({ model: bedrock(NOVA), prompt: 'Hello' });
    local.reset();
    expect(await sumOf(local, 'Invocations', NOVA)).toBe(0);
  });
});

describe('GetMetricData', () => {
  it.each([
    ['Sum', 200],
    ['SampleCount', 2],
    ['Average', 100],
    ['Minimum', 100],
    ['Maximum', 100],
  ])('has the statistic %s', async (Stat, expected) => {
    const { local, bedrock } = start();
    for (const prompt of ['a', 'b']) await generateText({ model: bedrock(NOVA), prompt });
    const Metric = {
      Namespace: 'AWS/Bedrock',
      MetricName: 'InputTokenCount',
      Dimensions: [{ Name: 'ModelId', Value: NOVA }],
    };
    // One period that both calls are in, whenever the minute turns.
    const { MetricDataResults } = await ask(
      local,
      { StartTime: 0, EndTime: 4_000_000_000 },
      { MetricStat: { Metric, Period: 2_000_000_040, Stat } },
    );
    expect(MetricDataResults).toMatchObject([{ Id: 'a', Values: [expected], StatusCode: 'Complete' }]);
  });

  it('tells the points page by page', async () => {
    const { local, bedrock } = start();
    await generateText({ model: bedrock(NOVA), prompt: 'Hello' });
    const stat = (MetricName: string) => ({
      Metric: { Namespace: 'AWS/Bedrock', MetricName, Dimensions: [{ Name: 'ModelId', Value: NOVA }] },
      Period: 60,
      Stat: 'Sum',
    });
    const MetricDataQueries = [
      { Id: 'a', MetricStat: stat('Invocations') },
      { Id: 'b', MetricStat: stat('InputTokenCount') },
    ];
    const first = await ask(local, { MetricDataQueries, MaxDatapoints: 1 });
    expect(first.MetricDataResults).toMatchObject([
      { Id: 'a', Values: [1], StatusCode: 'Complete' },
      { Id: 'b', Values: [], StatusCode: 'PartialData' },
    ]);
    const second = await ask(local, { MetricDataQueries, MaxDatapoints: 1, NextToken: first.NextToken });
    expect(second.MetricDataResults).toMatchObject([
      { Id: 'a', Values: [] },
      { Id: 'b', Values: [100], StatusCode: 'Complete' },
    ]);
    expect(second.NextToken).toBeUndefined();
  });

  it.each([
    [{ StartTime: 100, EndTime: 100 }, {}, 'StartTime must be before EndTime'],
    [{ MetricDataQueries: 'all' }, {}, 'MetricDataQueries must be a list'],
    [{ ScanBy: 'Backwards' }, {}, 'ScanBy must be'],
    [{ MaxDatapoints: 0 }, {}, 'MaxDatapoints must be'],
    [{}, { Id: '1' }, 'The Id of a query must begin with a small letter'],
    [{}, { MetricStat: undefined, Expression: 'a + b' }, 'MetricStat queries only'],
    [{}, { MetricStat: { Metric: {}, Period: 60, Stat: 'Sum' } }, 'names no metric'],
    [{}, { MetricStat: { Metric: { MetricName: 'X' }, Period: 7, Stat: 'Sum' } }, 'multiple of 60'],
    [{}, { MetricStat: { Metric: { MetricName: 'X' }, Period: 60, Stat: 'p99' } }, 'Stat must be one of Sum'],
  ])('refuses %j %j', async (changes, query, message) => {
    await expect(ask(start().local, changes, query)).rejects.toThrow(message);
  });

  it('is the only operation of CloudWatch here', async () => {
    const { send } = createModelContext(start().local.settings);
    const headers = { 'x-amz-target': 'GraniteServiceVersion20100801.PutMetricData' };
    const call = send({ service: 'monitoring', method: 'POST', path: '/', headers, body: '{}' });
    await expect(call).rejects.toMatchObject({ code: 'UnknownOperationException' });
  });
});
