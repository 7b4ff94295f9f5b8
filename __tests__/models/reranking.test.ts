import type { AmazonBedrockRerankingModelOptions } from '@ai-sdk/amazon-bedrock';
import { InvalidArgumentError, type JSONObject } from '@ai-sdk/provider';
import { createProviderRegistry, rerank } from 'ai';
import {
  type BedrockModelSettings,
  type BedrockProviderSettings,
  type BedrockRerankingModelOptions,
  createBedrock,
} from 'bedrock-ai-provider';
import { createLocalBedrock, LOCAL_API_KEY } from 'bedrock-ai-provider/local';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { errorOf, jsonResponse } from '../support/replies.ts';

const COHERE = 'cohere.rerank-v3-5:0';
const documents = ['Sunny all day.', 'Talk about rain.', 'Rainy day in the city.'];
const texts = { type: 'text' as const, values: documents };

interface Sent {
  url: string;
  body: JSONObject;
}

/** A model whose calls are answered in turn, and what it sent. */
function modelAnswering(
  replies: readonly unknown[],
  {
    modelId = COHERE,
    provider = {},
    model = {},
  }: { modelId?: string; provider?: BedrockProviderSettings; model?: BedrockModelSettings } = {},
) {
  const sent: Sent[] = [];
  const bedrock = createBedrock({
    region: 'eu-central-1',
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'secret',
    fetch: async (input, init) => {
      const body = init?.body;
      const text = typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array);
      sent.push({ url: String(input), body: JSON.parse(text) });
      return jsonResponse(replies[sent.length - 1]);
    },
    ...provider,
  });
  return { model: bedrock.rerankingModel(modelId, model), sent };
}

const results = (...indices: number[]) => ({
  results: indices.map((index, rank) => ({ index, relevanceScore: 0.9 - rank / 10 })),
});

const agentRuntime = { bedrock: { service: 'bedrock-agent-runtime' } };

describe('rerank of the AI SDK', () => {
  it('gives documents in order, through the provider and through a registry', async () => {
    const bedrock = createBedrock(createLocalBedrock().settings);
    const registry = createProviderRegistry({ bedrock });
    for (const model of [
      bedrock.rerankingModel(COHERE),
      bedrock.reranking(COHERE),
      registry.rerankingModel(`bedrock:${COHERE}`),
    ]) {
      const { rerankedDocuments, ranking } = await rerank({ model, documents, query: 'rain', topN: 2 });
      expect(rerankedDocuments).toEqual([documents[1], documents[2]]);
      expect(ranking.map(({ originalIndex }) => originalIndex)).toEqual([1, 2]);
    }
  });

  it('works with an API key', async () => {
    const local = createLocalBedrock();
    const bedrock = createBedrock({ region: 'us-east-1', apiKey: LOCAL_API_KEY, fetch: local.fetch });
    await rerank({ model: bedrock.rerankingModel(COHERE), documents, query: 'rain' });
    expect(local.requests).toMatchObject([{ operation: 'InvokeModel', authentication: 'bearer' }]);
  });

  it('is tried again when it is throttled', async () => {
    const local = createLocalBedrock();
    local.enqueue({ error: { name: 'ThrottlingException', headers: { 'retry-after-ms': '1' } } });
    const model = createBedrock(local.settings).rerankingModel(COHERE);
    const { rerankedDocuments } = await rerank({ model, documents, query: 'sunny', topN: 1 });
    expect(rerankedDocuments).toEqual([documents[0]]);
    expect(local.requests.map(({ status }) => status)).toEqual([429, 200]);
  });
});

describe('a reranking model', () => {
  it('takes the options of the official package, as far as types can tell', () => {
    // There, the members of the request need not be JSON.
    type Others = Omit<AmazonBedrockRerankingModelOptions, 'additionalModelRequestFields'>;
    expectTypeOf<Required<Others>>().toExtend<BedrockRerankingModelOptions>();
  });

  it('says what it is', () => {
    const { model } = modelAnswering([]);
    expect(model).toMatchObject({
      specificationVersion: 'v4',
      provider: 'bedrock.reranking',
      modelId: COHERE,
    });
  });

  it('sends Cohere its own body, and merges what the caller adds', async () => {
    const { model, sent } = modelAnswering([{ results: [{ index: 1, relevance_score: 0.9 }] }]);
    const additionalModelRequestFields = { max_tokens_per_doc: 512 };
    const { ranking, response } = await model.doRerank({
      query: 'rain',
      documents: texts,
      topN: 1,
      providerOptions: { bedrock: { additionalModelRequestFields } },
    });
    expect(sent).toEqual([
      {
        url: 'https://bedrock-runtime.eu-central-1.amazonaws.com/model/cohere.rerank-v3-5%3A0/invoke',
        body: { api_version: 2, query: 'rain', documents, top_n: 1, max_tokens_per_doc: 512 },
      },
    ]);
    expect(ranking).toEqual([{ index: 1, relevanceScore: 0.9 }]);
    expect(response).toMatchObject({
      id: '46d2eeeb-6008-434b-8270-93d4b27e2a56',
      timestamp: new Date('2026-08-19T14:36:11Z'),
      modelId: COHERE,
      body: { results: [{ index: 1 }] },
    });
  });

  it('calls agent-runtime when asked to', async () => {
    const { model, sent } = modelAnswering([results(1, 0)]);
    const additionalModelRequestFields = { max_tokens_per_doc: 512 };
    const values = [{ title: 'a' }, { title: 'b' }];
    await model.doRerank({
      query: 'rain',
      documents: { type: 'object', values },
      topN: 5,
      providerOptions: { amazonBedrock: { ...agentRuntime.bedrock, additionalModelRequestFields } },
    });
    expect(sent).toEqual([
      {
        url: 'https://bedrock-agent-runtime.eu-central-1.amazonaws.com/rerank',
        body: {
          queries: [{ type: 'TEXT', textQuery: { text: 'rain' } }],
          sources: values.map(jsonDocument => ({
            type: 'INLINE',
            inlineDocumentSource: { type: 'JSON', jsonDocument },
          })),
          rerankingConfiguration: {
            type: 'BEDROCK_RERANKING_MODEL',
            bedrockRerankingConfiguration: {
              numberOfResults: 2,
              modelConfiguration: {
                modelArn: 'arn:aws:bedrock:eu-central-1::foundation-model/cohere.rerank-v3-5:0',
                additionalModelRequestFields,
              },
            },
          },
        },
      },
    ]);
  });

  it.each([
    ['cn-north-1', COHERE, 'arn:aws-cn:bedrock:cn-north-1::foundation-model/cohere.rerank-v3-5:0'],
    [
      'us-gov-west-1',
      'amazon.rerank-v1:0',
      'arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/amazon.rerank-v1:0',
    ],
    [
      'us-east-1',
      'arn:aws:bedrock:us-west-2::foundation-model/amazon.rerank-v1:0',
      'arn:aws:bedrock:us-west-2::foundation-model/amazon.rerank-v1:0',
    ],
    [
      'us-east-1',
      'arn:aws:bedrock:us-west-2:123456789012:application-inference-profile/abc123def456',
      'arn:aws:bedrock:us-west-2:123456789012:application-inference-profile/abc123def456',
    ],
  ])('names itself to agent-runtime in %s by the ARN of %s', async (region, modelId, arn) => {
    const { model, sent } = modelAnswering([results(0)], { modelId, provider: { region } });
    await model.doRerank({ query: 'rain', documents: texts, providerOptions: agentRuntime });
    expect(sent[0]?.body).toMatchObject({
      rerankingConfiguration: { bedrockRerankingConfiguration: { modelConfiguration: { modelArn: arn } } },
    });
    expect(sent[0]?.url).toContain(`agent-runtime.${arn.split(':')[3]}.`);
  });

  it('calls an ARN through InvokeModel when its model is named', async () => {
    const modelId = 'arn:aws:bedrock:us-west-2:123456789012:application-inference-profile/abc123def456';
    const { model, sent } = modelAnswering([results(0)], { modelId, model: { baseModel: COHERE } });
    await model.doRerank({ query: 'rain', documents: texts });
    expect(sent[0]).toMatchObject({ body: { api_version: 2 } });
    expect(sent[0]?.url).toContain(`us-west-2.amazonaws.com/model/${encodeURIComponent(modelId)}/invoke`);
  });

  it('follows the pages of a ranking', async () => {
    const { model, sent } = modelAnswering([{ ...results(2), nextToken: 'more' }, results(0, 1)]);
    const { ranking } = await model.doRerank({
      query: 'rain',
      documents: texts,
      providerOptions: agentRuntime,
    });
    expect(ranking.map(({ index }) => index).toSorted()).toEqual([0, 1, 2]);
    expect(sent.map(({ body }) => body['nextToken'])).toEqual([undefined, 'more']);
  });

  it('stops at the number of results that are wanted', async () => {
    const { model, sent } = modelAnswering([{ ...results(2), nextToken: 'more' }]);
    await model.doRerank({ query: 'rain', topN: 1, documents: texts, providerOptions: agentRuntime });
    expect(sent).toHaveLength(1);
  });

  it('sorts what came unsorted', async () => {
    const { model } = modelAnswering([
      {
        results: [
          { index: 0, relevance_score: 0.1 },
          { index: 2, relevance_score: 0.7 },
        ],
      },
    ]);
    const { ranking } = await model.doRerank({ query: 'rain', documents: texts });
    expect(ranking.map(({ index }) => index)).toEqual([2, 0]);
  });

  it.each([
    ['an index out of range', { results: [{ index: 3, relevance_score: 1 }] }],
    ['a negative index', { results: [{ index: -1, relevance_score: 1 }] }],
    [
      'the same index twice',
      {
        results: [
          { index: 1, relevance_score: 1 },
          { index: 1, relevance_score: 0 },
        ],
      },
    ],
    ['a score that is none', { results: [{ index: 1, relevance_score: null }] }],
    ['a result that is none', { results: [null] }],
    ['no results', {}],
  ])('says InvalidReply for %s', async (_, reply) => {
    const { model } = modelAnswering([reply]);
    const error = await errorOf(model.doRerank({ query: 'rain', documents: texts }));
    expect(error).toMatchObject({ code: 'InvalidReply' });
  });

  it('sends nothing for no documents', async () => {
    const { model, sent } = modelAnswering([]);
    const { ranking } = await model.doRerank({ query: 'rain', documents: { type: 'text', values: [] } });
    expect([ranking, sent]).toEqual([[], []]);
  });

  it('warns that pages need no token', async () => {
    const { model } = modelAnswering([results(0)]);
    const { warnings } = await model.doRerank({
      query: 'rain',
      documents: texts,
      providerOptions: { bedrock: { nextToken: 'page-2' } },
    });
    expect(warnings).toMatchObject([
      { type: 'unsupported', feature: 'providerOptions.bedrock.nextToken', details: /put together/ },
    ]);
  });

  it.each([
    ['query', { query: '' }, 'must not be empty'],
    ['topN', { topN: 0 }, 'whole number from 1 on, got 0'],
    ['topN', { topN: 1.5 }, 'whole number from 1 on, got 1.5'],
    [
      'providerOptions.bedrock.service',
      { providerOptions: { bedrock: { service: 'bedrock' } } },
      '"bedrock-runtime", "bedrock-agent-runtime", got "bedrock"',
    ],
    [
      'documents[1]',
      {
        documents: { type: 'text' as const, values: ['a', 'b'.repeat(32_001)] },
        providerOptions: agentRuntime,
      },
      '1 to 32000 characters, got 32001',
    ],
    [
      'documents[0]',
      { documents: { type: 'text' as const, values: [''] }, providerOptions: agentRuntime },
      '1 to 32000 characters, got 0',
    ],
  ])('refuses a wrong %s before it sends', async (argument, options, message) => {
    const { model, sent } = modelAnswering([]);
    const error = await errorOf(model.doRerank({ query: 'rain', documents: texts, ...options }));
    expect(InvalidArgumentError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ argument, message: expect.stringContaining(message) });
    expect(sent).toEqual([]);
  });

  it('refuses what agent-runtime cannot address, and what InvokeModel has no known body for', async () => {
    const profile = modelAnswering([], { modelId: 'eu.cohere.rerank-v3-5:0' });
    expect(
      await errorOf(
        profile.model.doRerank({ query: 'rain', documents: texts, providerOptions: agentRuntime }),
      ),
    ).toMatchObject({ argument: 'modelId', message: expect.stringContaining('by its ARN only') });
    const unknown = modelAnswering([], { modelId: 'somebody.rerank-v1:0' });
    const providerOptions = { bedrock: { service: 'bedrock-runtime' } };
    expect(
      await errorOf(unknown.model.doRerank({ query: 'rain', documents: texts, providerOptions })),
    ).toMatchObject({ argument: 'providerOptions.bedrock.service' });
    expect([...profile.sent, ...unknown.sent]).toEqual([]);
  });

  it('refuses an API key for agent-runtime before it sends', async () => {
    const { model, sent } = modelAnswering([], {
      modelId: 'somebody.rerank-v1:0',
      provider: { apiKey: 'key', accessKeyId: undefined, secretAccessKey: undefined },
    });
    const error = await errorOf(model.doRerank({ query: 'rain', documents: texts }));
    expect(String(error)).toContain('takes no Bedrock API keys');
    expect(sent).toEqual([]);
  });

  it('stops when it is aborted', async () => {
    const { model } = modelAnswering([results(0)]);
    const abortSignal = AbortSignal.abort();
    const error = await errorOf(model.doRerank({ query: 'rain', documents: texts, abortSignal }));
    expect(error).toMatchObject({ name: 'AbortError' });
  });
});
