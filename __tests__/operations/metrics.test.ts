/** Figures of CloudWatch, as its API reference has the requests and replies of GetMetricData. */
import { describe, expect, it } from 'vitest';
import { createModelContext } from '../../src/models/model-context.ts';
import { readMetrics } from '../../src/operations/metrics.ts';

const MINUTE = 1_796_000_040;

/** What is sent, and what comes of pages that are answered so. */
async function read(pages: readonly object[]) {
  const sent: Array<{ url: string; headers: Headers; body: Record<string, unknown> }> = [];
  const context = createModelContext({
    region: 'eu-west-1',
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'secret',
    fetch: async (url, init) => {
      sent.push({
        url: String(url),
        headers: new Headers(init?.headers),
        body: JSON.parse(String(init?.body)),
      });
      return Response.json(pages[sent.length - 1]);
    },
  });
  const queries = ['Invocations', 'InputTokenCount'].map(metric => ({
    metric,
    modelId: 'amazon.nova-lite-v1:0',
  }));
  const range = { from: new Date(MINUTE * 1000), to: new Date((MINUTE + 120) * 1000) };
  return { points: await readMetrics(context, queries, range, {}), sent };
}

describe('reading metrics', () => {
  it('asks CloudWatch for sums by minute, signed for it', async () => {
    const { sent } = await read([{ MetricDataResults: [] }]);
    expect(sent[0]?.url).toBe('https://monitoring.eu-west-1.amazonaws.com/');
    expect(sent[0]?.headers.get('content-type')).toBe('application/x-amz-json-1.0');
    expect(sent[0]?.headers.get('x-amz-target')).toBe('GraniteServiceVersion20100801.GetMetricData');
    expect(sent[0]?.headers.get('authorization')).toContain('/eu-west-1/monitoring/aws4_request');
    expect(sent[0]?.body).toMatchObject({ StartTime: MINUTE, EndTime: MINUTE + 120 });
    expect(sent[0]?.body['MetricDataQueries']).toContainEqual({
      Id: 'm1',
      MetricStat: {
        Metric: {
          Namespace: 'AWS/Bedrock',
          MetricName: 'InputTokenCount',
          Dimensions: [{ Name: 'ModelId', Value: 'amazon.nova-lite-v1:0' }],
        },
        Period: 60,
        Stat: 'Sum',
      },
    });
  });

  it('puts the points of all pages where their queries are', async () => {
    const { points, sent } = await read([
      { MetricDataResults: [{ Id: 'm0', Timestamps: [MINUTE], Values: [3] }], NextToken: 'more' },
      {
        MetricDataResults: [
          { Id: 'm1', Timestamps: [MINUTE], Values: [900] },
          { Id: 'm0', Timestamps: [MINUTE + 60], Values: [1] },
        ],
      },
    ]);
    const at = (seconds: number) => new Date(seconds * 1000);
    expect(points).toEqual([
      [
        { at: at(MINUTE), sum: 3 },
        { at: at(MINUTE + 60), sum: 1 },
      ],
      [{ at: at(MINUTE), sum: 900 }],
    ]);
    expect(sent.map(({ body }) => body['NextToken'])).toEqual([undefined, 'more']);
  });

  it('does not go round for ever where a token comes back unchanged', async () => {
    const page = { MetricDataResults: [], NextToken: 'same' };
    expect((await read([page, page])).sent).toHaveLength(2);
  });

  it('refuses a reply that is something else', async () => {
    await expect(read([{ hello: 'world' }])).rejects.toMatchObject({ code: 'InvalidReply' });
  });
});
