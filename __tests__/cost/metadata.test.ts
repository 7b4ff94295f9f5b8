import type { LanguageModelV4, LanguageModelV4StreamPart, SharedV4ProviderMetadata } from '@ai-sdk/provider';
import { WORKFLOW_DESERIALIZE, WORKFLOW_SERIALIZE } from '@ai-sdk/provider-utils';
import {
  embed,
  embedMany,
  generateImage,
  generateText,
  experimental_generateVideo as generateVideo,
  rerank,
  streamText,
} from 'ai';
import { type BedrockProviderSettings, type Cost, createBedrock } from 'bedrock-ai-provider';
import { createBedrockAnthropic } from 'bedrock-ai-provider/anthropic';
import { costInMetadata, costOf } from 'bedrock-ai-provider/cost';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { describe, expect, it, vi } from 'vitest';
import {
  eventFrame,
  hello,
  jsonResponse,
  modelAnswering,
  readParts,
  streamResponse,
  textEvents,
} from '../support/replies.ts';

const SONNET = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';

function open(settings: BedrockProviderSettings = {}) {
  const local = createLocalBedrock({ jobMs: 0 });
  return createBedrock({
    ...local.settings,
    cost: true,
    outputLocation: { s3Uri: 's3://my-bucket/videos/' },
    ...settings,
  });
}

const costIn = (metadata: SharedV4ProviderMetadata | undefined) =>
  metadata?.['bedrock']?.['cost'] as unknown as Cost;

/** A model of a provider with `cost`, which gets this usage and what else a reply has. */
function answering(
  usage: object,
  {
    reply = {},
    modelId = SONNET,
    provider = {},
    baseModel,
  }: { reply?: object; modelId?: string; provider?: BedrockProviderSettings; baseModel?: string } = {},
): LanguageModelV4 {
  const body = {
    output: { message: { role: 'assistant', content: [{ text: 'Hello' }] } },
    stopReason: 'end_turn',
    usage,
    ...reply,
  };
  return modelAnswering(() => jsonResponse(body), {
    modelId,
    provider: { cost: true, ...provider },
    ...(baseModel !== undefined && { model: { baseModel } }),
  }).model;
}

const thousand = { inputTokens: 1000, outputTokens: 1000, totalTokens: 2000 };

describe('the cost in the metadata of a result', () => {
  it('is there for a whole chat, and is the cost of its usage', async () => {
    const { usage, providerMetadata } = await generateText({ model: open()(SONNET), prompt: 'Hello' });
    expect(costIn(providerMetadata)).toMatchObject({
      known: true,
      modelId: SONNET,
      region: 'us-east-1',
      tier: 'standard',
    });
    expect(costIn(providerMetadata)).toEqual(costOf(usage, SONNET, { region: 'us-east-1' }));
    expect(costIn(providerMetadata).usd).toBeGreaterThan(0);
  });

  it('is there for a stream, and leaves its parts as they were', async () => {
    const types = async (settings: BedrockProviderSettings) => {
      const { stream } = await open(settings)(SONNET).doStream(hello);
      return readParts(stream);
    };
    const [plain, priced] = [await types({ cost: false }), await types({})];
    expect(priced.map(({ type }) => type)).toEqual(plain.map(({ type }) => type));
    const finish = (parts: LanguageModelV4StreamPart[]) =>
      parts.at(-1) as Extract<LanguageModelV4StreamPart, { type: 'finish' }>;
    expect(finish(plain).providerMetadata?.['bedrock']).not.toHaveProperty('cost');
    expect(costIn(finish(priced).providerMetadata)).toEqual(
      costOf(finish(priced).usage, SONNET, { region: 'us-east-1' }),
    );
  });

  it('is there for streamText', async () => {
    const result = streamText({ model: open()(SONNET), prompt: 'Hello' });
    await result.consumeStream();
    expect(costIn(await result.providerMetadata)).toMatchObject({ known: true });
  });

  it('is there for one embedding', async () => {
    const model = open().embeddingModel('amazon.titan-embed-text-v2:0');
    const { providerMetadata, usage } = await embed({ model, value: 'A bridge' });
    expect(costIn(providerMetadata)).toMatchObject({
      known: true,
      parts: [{ rate: 'input', quantity: usage.tokens }],
    });
  });

  it('is there for each call that embedMany makes, which can be added up', async () => {
    const model = open().embeddingModel('amazon.titan-embed-text-v2:0');
    const { providerMetadata, usage } = await embedMany({
      model,
      values: ['A bridge', 'A train', 'The sea'],
    });
    expect(Object.keys(providerMetadata?.['bedrock'] ?? {})).toEqual(['cost[0]', 'cost[1]', 'cost[2]']);
    const sum = costOf(usage, 'amazon.titan-embed-text-v2:0', { region: 'us-east-1' });
    expect(costInMetadata(providerMetadata)).toEqual({
      usd: sum.usd,
      amount: sum.amount,
      calls: 3,
      unknown: 0,
    });
  });

  it('is not known for an embedding whose reply counts no tokens', async () => {
    const bedrock = createBedrock({
      region: 'us-east-1',
      apiKey: 'key',
      cost: true,
      fetch: async () => jsonResponse({ embedding: [1, 2], embeddingsByType: { float: [1, 2] } }),
    });
    const { providerMetadata } = await embed({
      model: bedrock.embeddingModel('amazon.titan-embed-text-v2:0'),
      value: 'A',
    });
    expect(costIn(providerMetadata)).toMatchObject({ known: false, reason: 'usage' });
  });

  it('counts images that are embedded', async () => {
    const model = open().embeddingModel('amazon.nova-2-multimodal-embeddings-v1:0');
    const files = [{ mediaType: 'image/png', data: 'iVBORw0KGgo=' }];
    const { providerMetadata } = await embed({ model, value: '', providerOptions: { bedrock: { files } } });
    expect(costIn(providerMetadata).parts).toContainEqual(
      expect.objectContaining({ rate: 'inputImage', quantity: 1, amount: '0.00006' }),
    );
  });

  it('is there for images, by their quality and size, in all and for each', async () => {
    const model = open().imageModel('amazon.nova-canvas-v1:0');
    const options = {
      prompt: 'A bridge',
      n: 2,
      size: '1280x720',
      aspectRatio: undefined,
      seed: undefined,
      files: undefined,
      mask: undefined,
    };
    const result = await model.doGenerate({
      ...options,
      size: '1280x720',
      providerOptions: { bedrock: { quality: 'premium' } },
    });
    expect(costIn(result.providerMetadata as SharedV4ProviderMetadata)).toMatchObject({ amount: '0.16' });
    const { images } = await generateImage({ model, prompt: 'A bridge', n: 2 });
    expect(images).toHaveLength(2);
    const { providerMetadata } = await generateImage({ model, prompt: 'A bridge', n: 2 });
    expect(providerMetadata['bedrock']?.images).toEqual([
      { cost: { usd: 0.04, amount: '0.04' } },
      { cost: { usd: 0.04, amount: '0.04' } },
    ]);
  });

  it('is there for a reranking, with a query for each 100 documents begun', async () => {
    const documents = Array.from({ length: 101 }, (_, index) => `Document ${index}`);
    const { providerMetadata } = await rerank({
      model: open().rerankingModel('cohere.rerank-v3-5:0'),
      query: 'seven',
      documents,
    });
    expect(costIn(providerMetadata)).toMatchObject({
      amount: '0.004',
      parts: [{ rate: 'query', quantity: 2 }],
    });
  });

  it('is there for a video, by the second', async () => {
    const model = open().videoModel('amazon.nova-reel-v1:1');
    const { providerMetadata } = await generateVideo({
      model,
      prompt: 'A bridge',
      n: 2,
      poll: { intervalMs: 1 },
    });
    expect(costIn(providerMetadata)).toMatchObject({
      amount: '0.96',
      parts: [{ rate: 'videoSecond', quantity: 12 }],
    });
  });

  it('is there for models of the packages of other providers', async () => {
    const anthropic = createBedrockAnthropic({ ...createLocalBedrock().settings, cost: true });
    const { providerMetadata, usage } = await generateText({ model: anthropic(SONNET), prompt: 'Hello' });
    expect(costIn(providerMetadata)).toEqual(costOf(usage, SONNET, { region: 'us-east-1' }));
    expect(costIn(providerMetadata)).toMatchObject({ known: true });
  });

  it('is not there without the setting', async () => {
    const { providerMetadata } = await generateText({
      model: open({ cost: false })(SONNET),
      prompt: 'Hello',
    });
    expect(providerMetadata?.['bedrock']).not.toHaveProperty('cost');
  });

  it('stays there when the model went through a workflow', async () => {
    const local = createLocalBedrock();
    const model = createBedrock({
      ...local.settings,
      cost: true,
      catalog: [
        { id: 'amazon.nova-lite-v1:0', prices: [{ scope: 'regional', rates: { input: '1', output: '1' } }] },
      ],
    })('amazon.nova-lite-v1:0');
    const kind = model.constructor as unknown as {
      [WORKFLOW_SERIALIZE](model: LanguageModelV4): { providerSettings: BedrockProviderSettings };
      [WORKFLOW_DESERIALIZE](data: unknown): LanguageModelV4;
    };
    const data = JSON.parse(JSON.stringify(kind[WORKFLOW_SERIALIZE](model)));
    expect(data.providerSettings).toMatchObject({ cost: true, catalog: [{ id: 'amazon.nova-lite-v1:0' }] });
    for (const [name, value] of Object.entries(local.environment)) vi.stubEnv(name, value);
    vi.stubGlobal('fetch', local.fetch);
    const back = kind[WORKFLOW_DESERIALIZE](data);
    try {
      const { providerMetadata } = await back.doGenerate(hello);
      expect(costIn(providerMetadata).parts.map(({ price }) => price)).toEqual(['1', '1']);
    } finally {
      vi.unstubAllEnvs();
      vi.unstubAllGlobals();
    }
  });
});

describe('what a chat is priced by', () => {
  const amount = async (model: LanguageModelV4, options: object = {}) =>
    costIn((await model.doGenerate({ ...hello, ...options })).providerMetadata);

  it('is its usage, with both kinds of cache writes', async () => {
    const usage = {
      ...thousand,
      cacheReadInputTokens: 100,
      cacheWriteInputTokens: 300,
      cacheDetails: [
        { ttl: '5m', inputTokens: 100 },
        { ttl: '1h', inputTokens: 200 },
      ],
    };
    // 1000 x 3.3 + 1000 x 16.5 + 100 x 0.33 + 100 x 4.125 + 200 x 6.6
    expect(await amount(answering(usage))).toMatchObject({ amount: '0.0215655' });
  });

  it('is the tier that the reply names, else the one that was asked for', async () => {
    const modelId = 'openai.gpt-oss-120b-1:0';
    const flex = { providerOptions: { bedrock: { serviceTier: 'flex' } } };
    expect(await amount(answering(thousand, { modelId }), flex)).toMatchObject({
      tier: 'flex',
      amount: '0.000375',
    });
    const reply = { serviceTier: { type: 'default' } };
    expect(await amount(answering(thousand, { modelId, reply }), flex)).toMatchObject({
      tier: 'standard',
      amount: '0.00075',
    });
  });

  it('is not known where the reply came with optimized latency', async () => {
    const reply = { performanceConfig: { latency: 'optimized' } };
    expect(await amount(answering(thousand, { reply }))).toMatchObject({ known: false, reason: 'tier' });
  });

  it('is the base model of an application inference profile', async () => {
    const modelId = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc';
    const baseModel = 'amazon.nova-lite-v1:0';
    expect(await amount(answering(thousand, { modelId, baseModel }))).toMatchObject({
      modelId,
      amount: '0.0003',
    });
    expect(await amount(answering(thousand, { modelId }))).toMatchObject({ known: false, reason: 'model' });
  });

  it('is the model that a prompt router chose', async () => {
    const modelId = 'arn:aws:bedrock:us-east-1:123456789012:default-prompt-router/anthropic.claude:1';
    const invokedModelId =
      'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0';
    const reply = { trace: { promptRouter: { invokedModelId } } };
    expect(await amount(answering(thousand, { modelId, reply }))).toMatchObject({
      modelId: invokedModelId,
      amount: '0.0066',
    });
  });

  it('is the model and Region that a call was moved to', async () => {
    const model = createBedrock({
      region: 'us-east-1',
      apiKey: 'key',
      cost: true,
      traffic: { retry: false, failover: [{ modelId: 'amazon.nova-pro-v1:0', region: 'eu-west-2' }] },
      fetch: async input =>
        String(input).includes('eu-west-2')
          ? jsonResponse({
              output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } },
              stopReason: 'end_turn',
              usage: thousand,
            })
          : jsonResponse(
              { message: 'No capacity' },
              { status: 503, headers: { 'x-amzn-errortype': 'ServiceUnavailableException' } },
            ),
    })(SONNET);
    expect(await amount(model)).toMatchObject({
      modelId: 'amazon.nova-pro-v1:0',
      region: 'eu-west-2',
      amount: '0.00565',
    });
  });

  it('needs no Region where a base URL stands for one and prices are the same everywhere', async () => {
    const provider = { region: undefined, baseURL: 'https://gateway.example' };
    expect(await amount(answering(thousand, { provider }))).toMatchObject({ known: true, amount: '0.0198' });
  });
});

describe('a stream that does not come to its end', () => {
  const begun = textEvents('Hello, my dear friend').slice(0, 2).map(eventFrame);

  it('costs what can be guessed where the connection broke', async () => {
    const { model } = modelAnswering(() => streamResponse(begun), {
      modelId: SONNET,
      provider: { cost: true },
    });
    const parts = await readParts((await model.doStream(hello)).stream);
    const finish = parts.at(-1) as Extract<LanguageModelV4StreamPart, { type: 'finish' }>;
    const cost = costIn(finish.providerMetadata);
    expect(cost).toMatchObject({ known: true, estimated: true });
    // 21 characters.
    expect(cost.parts.find(({ rate }) => rate === 'output')).toMatchObject({ quantity: 6 });
  });
});
