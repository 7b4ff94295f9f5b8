/** The setting `aliases`: names in the place of model ids. */
import { InvalidArgumentError, LoadSettingError } from '@ai-sdk/provider';
import { WORKFLOW_DESERIALIZE, WORKFLOW_SERIALIZE } from '@ai-sdk/provider-utils';
import { embed, generateImage, generateText, rerank, streamText } from 'ai';
import { type BedrockProviderSettings, createBedrock } from 'bedrock-ai-provider';
import { createBedrockAnthropic } from 'bedrock-ai-provider/anthropic';
import { createLocalBedrock, type LocalBedrockOptions } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import { errorOf } from '../support/replies.ts';
import { startVideo } from '../support/videos.ts';

function open(settings: BedrockProviderSettings = { aliases: true }, options: LocalBedrockOptions = {}) {
  const local = createLocalBedrock({ respond: () => 'Yes.', jobMs: 0, ...options });
  const bedrock = createBedrock({ ...local.settings, ...settings });
  /** The models of the requests, in their order. */
  const called = () => local.requests.map(({ modelId }) => modelId);
  return { local, bedrock, called };
}

const ask = (bedrock: ReturnType<typeof open>['bedrock'], name: string) =>
  generateText({ model: bedrock(name), prompt: 'Hello', maxRetries: 0 });

describe('without aliases', () => {
  it.each([undefined, false])('names are ids like others (aliases: %s)', async aliases => {
    const { bedrock, called } = open({ aliases, traffic: 'off' });
    await errorOf(ask(bedrock, 'nova-lite'));
    expect(bedrock('nova-lite').modelId).toBe('nova-lite');
    expect(called()).toEqual(['nova-lite']);
  });
});

describe('a built-in alias', () => {
  it.each([
    ['us-west-2', 'us.anthropic.claude-sonnet-5'],
    ['eu-central-1', 'eu.anthropic.claude-sonnet-5'],
    ['ap-southeast-2', 'au.anthropic.claude-sonnet-5'],
    ['sa-east-1', 'global.anthropic.claude-sonnet-5'],
  ])('is called from %s as %s', async (region, id) => {
    const { bedrock, called } = open({ aliases: true, region });
    await ask(bedrock, 'claude-sonnet');
    expect(called()).toEqual([id]);
  });

  it('takes the Region of the model before that of the provider', async () => {
    const { bedrock, called } = open();
    await generateText({ model: bedrock('nova-pro', { region: 'eu-west-1' }), prompt: 'Hello' });
    expect(called()).toEqual(['eu.amazon.nova-pro-v1:0']);
  });

  it('goes through the profile that the caller names', async () => {
    const { bedrock, called } = open();
    await generateText({
      model: bedrock('claude-sonnet', { inferenceProfile: 'global' }),
      prompt: 'Hello',
    });
    expect(called()).toEqual(['global.anthropic.claude-sonnet-5']);
  });

  it('tells in the result which model it was', async () => {
    const { bedrock } = open({ aliases: true, cost: true });
    const { response, providerMetadata } = await ask(bedrock, 'claude-haiku');
    expect(response.modelId).toBe('us.anthropic.claude-haiku-4-5-20251001-v1:0');
    expect(providerMetadata?.['bedrock']?.['cost']).toMatchObject({
      known: true,
      modelId: 'us.anthropic.claude-haiku-4-5-20251001-v1:0',
    });
  });

  it('follows the catalog of the user', async () => {
    const { bedrock, called } = open({
      aliases: true,
      catalog: [{ id: 'anthropic.claude-sonnet-5', profiles: [], regions: ['us-east-1'] }],
    });
    await ask(bedrock, 'claude-sonnet');
    expect(called()).toEqual(['anthropic.claude-sonnet-5']);
  });

  it('is refused before any request where the catalog knows no way', async () => {
    const { bedrock, called } = open({ aliases: true, region: 'eu-west-1' });
    const error = await errorOf(
      rerank({
        model: bedrock.rerankingModel('amazon-rerank'),
        query: 'When?',
        documents: ['Now.'],
      }),
    );
    expect(InvalidArgumentError.isInstance(error)).toBe(true);
    expect((error as Error).message).toMatch(/amazon-rerank stands for amazon\.rerank-v1:0.*from eu-west-1/);
    expect(called()).toEqual([]);
  });

  it('works for all kinds of models', async () => {
    const { bedrock, local, called } = open({
      aliases: true,
      region: 'us-west-2',
      outputLocation: { s3Uri: 's3://my-bucket/videos/' },
    });
    await streamText({ model: bedrock('llama-scout'), prompt: 'Hello' }).consumeStream();
    await generateText({ model: bedrock.invokeModel('gpt-oss-20b'), prompt: 'Hello' });
    await embed({ model: bedrock.embeddingModel('titan-embed'), value: 'Hello' });
    await rerank({ model: bedrock.rerankingModel('cohere-rerank'), query: 'When?', documents: ['Now.'] });
    await generateImage({ model: bedrock.imageModel('stable-image-core'), prompt: 'A bridge' });
    await startVideo(bedrock.videoModel('luma-ray'), { prompt: 'A bridge' });
    expect(called()).toEqual([
      'us.meta.llama4-scout-17b-instruct-v1:0',
      'openai.gpt-oss-20b-1:0',
      'amazon.titan-embed-text-v2:0',
      'cohere.rerank-v3-5:0',
      'stability.stable-image-core-v1:1',
      'luma.ray-v2:0',
    ]);
    expect(local.requests.every(({ status }) => status === 200)).toBe(true);
  });

  it('works for jobs and for counting tokens', async () => {
    const { bedrock, called } = open();
    await bedrock.countTokens('claude-sonnet', { prompt: 'Hello' });
    await bedrock.jobs.start({
      modelId: 'luma-ray',
      modelInput: { prompt: 'A bridge' },
      outputLocation: { s3Uri: 's3://my-bucket/videos/' },
      region: 'us-west-2',
    });
    expect(called()[0]).toBe('anthropic.claude-sonnet-5');
    expect(called().at(-1)).toBe('luma.ray-v2:0');
  });

  it('works as a target of failover', async () => {
    const { bedrock, called } = open(
      { aliases: true, traffic: { failover: [{ modelId: 'nova-lite' }] } },
      { faults: [{ models: 'us.anthropic.*', error: { name: 'ServiceUnavailableException' } }] },
    );
    const { providerMetadata } = await ask(bedrock, 'claude-sonnet');
    expect(called()).toEqual(['us.anthropic.claude-sonnet-5', 'us.amazon.nova-2-lite-v1:0']);
    expect(providerMetadata?.['bedrock']?.['servedBy']).toMatchObject({
      modelId: 'us.amazon.nova-2-lite-v1:0',
    });
  });

  it('goes through a workflow as a name, for the Region of the step', () => {
    const model = open().bedrock('claude-sonnet');
    const kind = model.constructor as unknown as {
      [WORKFLOW_SERIALIZE](model: unknown): unknown;
      [WORKFLOW_DESERIALIZE](data: unknown): { modelId: string };
    };
    const data = JSON.parse(JSON.stringify(kind[WORKFLOW_SERIALIZE](model)));
    expect(data).toMatchObject({ modelId: 'claude-sonnet', providerSettings: { aliases: true } });
    expect(kind[WORKFLOW_DESERIALIZE](data).modelId).toBe('claude-sonnet');
  });
});

describe('an alias for the packages of other APIs', () => {
  it.each([
    ['bedrock-runtime', '/model/us.anthropic.claude-sonnet-5/invoke'],
    ['bedrock-mantle', '/anthropic/v1/messages'],
  ] as const)('is a profile or the id itself, as %s has it', async (service, path) => {
    const local = createLocalBedrock({ respond: () => 'Yes.' });
    const anthropic = createBedrockAnthropic({ ...local.settings, aliases: true, service });
    await generateText({ model: anthropic('claude-sonnet'), prompt: 'Hello' });
    const [request] = local.requests;
    expect(request?.path).toBe(path);
    if (service === 'bedrock-mantle') {
      expect(request?.body).toMatchObject({ model: 'anthropic.claude-sonnet-5' });
    }
  });
});

describe('an alias of the user', () => {
  it('stands for an id, which is called as it is', async () => {
    const { bedrock, called } = open({ aliases: { fast: 'amazon.nova-micro-v1:0' } });
    expect(bedrock('fast').modelId).toBe('amazon.nova-micro-v1:0');
    await ask(bedrock, 'fast');
    expect(called()).toEqual(['amazon.nova-micro-v1:0']);
  });

  it('stands for another name, its own or a built-in one', async () => {
    const { bedrock, called } = open({ aliases: { default: 'fast', fast: 'nova-lite' } });
    await ask(bedrock, 'default');
    expect(called()).toEqual(['us.amazon.nova-2-lite-v1:0']);
  });

  it('wins over a built-in one', async () => {
    const { bedrock, called } = open({ aliases: { 'nova-lite': 'amazon.nova-lite-v1:0' } });
    await ask(bedrock, 'nova-lite');
    expect(called()).toEqual(['amazon.nova-lite-v1:0']);
  });

  it('stands for an ARN with its model settings', async () => {
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123def456';
    const { bedrock } = open({ aliases: { ours: arn } });
    expect(bedrock('ours', { baseModel: 'amazon.nova-lite-v1:0' }).modelId).toBe(arn);
  });

  it('is never a member that every object has', () => {
    expect(open({ aliases: {} }).bedrock('constructor').modelId).toBe('constructor');
  });
});

describe('wrong aliases', () => {
  const thrownBy = (aliases: unknown, name = 'nova-lite') => {
    try {
      open({ aliases: aliases as never }).bedrock(name);
    } catch (error) {
      return error as Error;
    }
    throw new Error('Nothing was thrown.');
  };

  it.each([
    ['a text', 'nova-lite', 'aliases: expected true, false or an object of names and model ids, got string.'],
    [
      'a list',
      ['nova-lite'],
      'aliases: expected true, false or an object of names and model ids, got object.',
    ],
    ['a name for nothing', { fast: '' }, 'aliases.fast: expected a model id or another name, got "".'],
    ['a name for a number', { fast: 1 }, 'aliases.fast: expected a model id or another name, got 1.'],
  ])('are refused when a model is made: %s', (_, aliases, message) => {
    const error = thrownBy(aliases);
    expect(InvalidArgumentError.isInstance(error)).toBe(true);
    expect(error.message).toBe(message);
  });

  it('do not stand for each other', () => {
    expect(thrownBy({ a: 'b', b: 'c', c: 'b' }, 'a').message).toBe(
      'aliases: a -> b -> c -> b leads nowhere; name a model in the end.',
    );
  });

  it('do not make a provider fail', () => {
    expect(() => createBedrock({ aliases: 7 as never })).not.toThrow();
  });

  it('say how to name a default model where there is none', () => {
    const error = thrownBy(true, 'default');
    expect(LoadSettingError.isInstance(error)).toBe(true);
    expect(error.message).toContain('BEDROCK_DEFAULT_MODEL');
  });
});
