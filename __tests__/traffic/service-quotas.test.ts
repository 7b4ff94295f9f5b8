/** `traffic.quota: 'service-quotas'`: asked of AWS once, found by name, learned where that fails. */
import { generateText } from 'ai';
import { createBedrock, type TrafficEvent } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import { findQuota, type QuotaScope, type ServiceQuota } from '../../src/traffic/service-quotas.ts';

/** In the spellings of the console and of AWS's general reference. */
const LISTED: readonly ServiceQuota[] = [
  ['On-demand model inference requests per minute for Anthropic Claude 3.5 Sonnet V2', 50],
  ['On-demand model inference requests per minute for Anthropic Claude 3.5 Sonnet', 20],
  ['Cross-region model inference requests per minute for Anthropic Claude Sonnet 4.5 V1', 200],
  ['Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1', 200_000],
  ['Global cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1', 500_000],
  [
    'Model invocation max tokens per day for Anthropic Claude Sonnet 4.5 V1 (doubled for cross-region calls)',
    144e6,
  ],
  ['On-demand InvokeModel tokens per minute for Meta Llama 3.3 70B Instruct', 600_000],
  ['Cross-Region InvokeModel tokens per minute for Anthropic Claude Sonnet 4.6', 6_000_000],
  ['On-demand model inference requests per minute for Amazon Titan Text Embeddings V2', 6_000],
  ['On-demand model inference requests per minute for Amazon Nova Lite', 0],
  ['Batch inference job size (in GB) for Amazon Nova Lite', 5],
  ['On-demand, latency-optimized model inference tokens per minute for Meta Llama 3.3 70B Instruct', 40_000],
  ['Global cross-region model inference tokens per day for Anthropic Claude Haiku 4.5', 54e6],
  ['Model invocation max tokens per day for Anthropic Claude Haiku 4.5', 18e6],
].map(([QuotaName, Value]) => ({ QuotaName: QuotaName as string, Value: Value as number }));

describe('finding a quota by name', () => {
  it.each<[string, QuotaScope, object]>([
    ['anthropic.claude-3-5-sonnet-20241022-v2:0', 'in-region', { requestsPerMinute: 50 }],
    ['anthropic.claude-3-5-sonnet-20240620-v1:0', 'in-region', { requestsPerMinute: 20 }],
    [
      'anthropic.claude-sonnet-4-5-20250929-v1:0',
      'geo',
      { requestsPerMinute: 200, tokensPerMinute: 200_000, tokensPerDay: 144e6 },
    ],
    [
      'anthropic.claude-sonnet-4-5-20250929-v1:0',
      'global',
      { tokensPerMinute: 500_000, tokensPerDay: 144e6 },
    ],
    ['meta.llama3-3-70b-instruct-v1:0', 'in-region', { tokensPerMinute: 600_000 }],
    ['anthropic.claude-haiku-4-5-20251001-v1:0', 'global', { tokensPerDay: 54e6 }],
    ['anthropic.claude-haiku-4-5-20251001-v1:0', 'geo', { tokensPerDay: 18e6 }],
    ['anthropic.claude-sonnet-4-6', 'geo', { tokensPerMinute: 6_000_000 }],
    ['amazon.titan-embed-text-v2:0', 'in-region', { requestsPerMinute: 6_000 }],
  ])('gives %s in the scope %s what is listed for it', (model, scope, quota) => {
    expect(findQuota(LISTED, model, scope)).toEqual(quota);
  });

  it('finds nothing for another scope, another model, or a quota of zero', () => {
    expect(findQuota(LISTED, 'meta.llama3-3-70b-instruct-v1:0', 'geo')).toEqual({});
    expect(findQuota(LISTED, 'meta.llama3-1-70b-instruct-v1:0', 'in-region')).toEqual({});
    expect(findQuota(LISTED, 'amazon.nova-lite-v1:0', 'in-region')).toEqual({});
  });
});

/** A provider before a local Bedrock and a Service Quotas that answers so. */
function providerWith(answer: (page: Record<string, unknown>) => Response) {
  const local = createLocalBedrock();
  const asked: Array<{ url: string; body: Record<string, unknown>; headers: Headers }> = [];
  const events: TrafficEvent[] = [];
  const bedrock = createBedrock({
    ...local.settings,
    fetch: async (input, init) => {
      if (!String(input).startsWith('https://servicequotas.')) return local.fetch(input, init);
      const body = JSON.parse(String(init?.body));
      asked.push({ url: String(input), body, headers: new Headers(init?.headers) });
      return answer(body);
    },
    traffic: { quota: 'service-quotas', onEvent: event => events.push(event) },
  });
  const learned = () => events.filter(event => event.type === 'learned' || event.type === 'quotas-unknown');
  return { bedrock, asked, learned, local };
}

const NOVA = 'On-demand model inference requests per minute for Amazon Nova Micro';

describe('quotas from AWS', () => {
  it('are asked for once, page by page, and signed for Service Quotas', async () => {
    const { bedrock, asked, learned } = providerWith(({ NextToken }) =>
      NextToken === undefined
        ? Response.json({ Quotas: [{ QuotaName: 'Something else', Value: 1 }], NextToken: 'next' })
        : Response.json({ Quotas: [{ QuotaName: NOVA, Value: 120 }] }),
    );
    const model = bedrock('amazon.nova-micro-v1:0');
    await Promise.all([generateText({ model, prompt: 'a' }), generateText({ model, prompt: 'b' })]);
    await generateText({ model: bedrock('amazon.nova-pro-v1:0'), prompt: 'c' });
    expect(asked.map(({ body }) => body)).toEqual([
      { ServiceCode: 'bedrock', MaxResults: 100 },
      { ServiceCode: 'bedrock', MaxResults: 100, NextToken: 'next' },
    ]);
    expect(asked[0]?.url).toBe('https://servicequotas.us-east-1.amazonaws.com/');
    expect(asked[0]?.headers.get('x-amz-target')).toBe('ServiceQuotasV20190624.ListServiceQuotas');
    expect(asked[0]?.headers.get('authorization')).toContain('/us-east-1/servicequotas/aws4_request');
    expect(learned()[0]).toMatchObject({
      type: 'learned',
      modelId: 'amazon.nova-micro-v1:0',
      requestsPerMinute: 120,
    });
  });

  it('are learned where AWS refuses to tell them, and asked for again with the next model', async () => {
    const denied = { status: 400, headers: { 'x-amzn-errortype': 'AccessDeniedException' } };
    const { bedrock, asked, learned } = providerWith(() => Response.json({ Message: 'No.' }, denied));
    const { text } = await generateText({ model: bedrock('amazon.nova-micro-v1:0'), prompt: 'a' });
    expect(text).not.toBe('');
    expect(learned()).toMatchObject([
      { type: 'quotas-unknown', error: expect.objectContaining({ code: 'AccessDeniedException' }) },
    ]);
    await generateText({ model: bedrock('amazon.nova-pro-v1:0'), prompt: 'b' });
    expect(asked).toHaveLength(2);
  });

  it('are not asked for a model that the id does not tell', async () => {
    const { bedrock, asked } = providerWith(() => Response.json({ Quotas: [] }));
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123def456';
    await generateText({ model: bedrock(arn), prompt: 'a' });
    expect(asked).toEqual([]);
  });
});

describe('the quotas of the local Bedrock', () => {
  it('are those that the provider finds', async () => {
    const quotas = {
      'us.*': { tokensPerSecond: 1_000 },
      'amazon.nova-*': { requestsPerSecond: 5, requestsPerMinute: 1_000, tokensPerDay: 1e9 },
    };
    const local = createLocalBedrock({ quotas });
    const events: TrafficEvent[] = [];
    const traffic = {
      quota: 'service-quotas',
      onEvent: (event: TrafficEvent) => events.push(event),
    } as const;
    const bedrock = createBedrock({ ...local.settings, traffic });
    for (const id of ['amazon.nova-micro-v1:0', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0']) {
      await generateText({ model: bedrock(id), prompt: 'Hi', maxOutputTokens: 50 });
    }
    expect(events.filter(({ type }) => type === 'learned')).toMatchObject([
      { modelId: 'amazon.nova-micro-v1:0', requestsPerMinute: 300 },
      { modelId: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', tokensPerMinute: 60_000 },
    ]);
  });
});
