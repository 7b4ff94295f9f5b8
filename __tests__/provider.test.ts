import { InvalidArgumentError, LoadSettingError, NoSuchModelError } from '@ai-sdk/provider';
import { createProviderRegistry, customProvider, generateText } from 'ai';
import { bedrock, chatDefaults, createBedrock, type ModelFamily } from 'bedrock-ai-provider';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { errorOf, hello, jsonResponse, modelAnswering } from './support/replies.ts';

afterEach(() => vi.unstubAllEnvs());

const answer = () =>
  jsonResponse({
    output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
  });

describe('createBedrock', () => {
  it('reads nothing and throws nothing before the first call', () => {
    vi.stubEnv('AWS_REGION', 'not a region!');
    expect(() => createBedrock()('anthropic.claude-opus-4-8')).not.toThrow();
    expect(() => bedrock.languageModel('anthropic.claude-opus-4-8')).not.toThrow();
  });

  it('is callable, and has the same model as a method', () => {
    const provider = createBedrock({ region: 'us-east-1' });
    for (const model of [
      provider('amazon.nova-lite-v1:0'),
      provider.languageModel('amazon.nova-lite-v1:0'),
    ]) {
      expect(model).toMatchObject({
        specificationVersion: 'v4',
        provider: 'bedrock.converse',
        modelId: 'amazon.nova-lite-v1:0',
      });
    }
  });

  it('cannot be called with new', () => {
    const provider = createBedrock() as unknown as new (modelId: string) => unknown;
    expect(() => new provider('amazon.nova-lite-v1:0')).toThrow('without `new`');
  });

  it('gives factories that work without their provider', () => {
    const { languageModel } = createBedrock();
    expect(languageModel('amazon.nova-lite-v1:0').modelId).toBe('amazon.nova-lite-v1:0');
  });

  it('says NoSuchModelError for models of another kind', () => {
    const provider = createBedrock();
    expect(() => provider.embeddingModel('amazon.nova-canvas-v1:0')).toThrow(NoSuchModelError);
    expect(() => provider.imageModel('amazon.titan-embed-text-v2:0')).toThrow(NoSuchModelError);
    expect(() => provider.rerankingModel('amazon.nova-canvas-v1:0')).toThrow(NoSuchModelError);
    expect(() => provider.languageModel('stability.sd3-5-large-v1:0')).toThrow(NoSuchModelError);
  });

  it('refuses an empty model id at once', () => {
    expect(() => createBedrock()('')).toThrow(InvalidArgumentError);
  });

  it('works in a registry and behind customProvider', async () => {
    const provider = createBedrock({ region: 'us-east-1', apiKey: 'key', fetch: async () => answer() });
    const registry = createProviderRegistry({ bedrock: provider });
    const aliased = customProvider({ fallbackProvider: provider });
    for (const model of [
      registry.languageModel('bedrock:anthropic.claude-sonnet-4-5-20250929-v1:0'),
      aliased.languageModel('anthropic.claude-sonnet-4-5-20250929-v1:0'),
    ]) {
      expect((await generateText({ model, prompt: 'Hello' })).text).toBe('Hi');
    }
  });

  it('names the setting and the variables when there is no region', async () => {
    vi.stubEnv('AWS_REGION', '');
    vi.stubEnv('AWS_DEFAULT_REGION', '');
    const error = await errorOf(createBedrock({ apiKey: 'key' })('amazon.nova-lite-v1:0').doGenerate(hello));
    expect(LoadSettingError.isInstance(error)).toBe(true);
    expect(String(error)).toMatch(/region.*AWS_REGION.*AWS_DEFAULT_REGION/s);
  });
});

describe('a model', () => {
  it.each([
    ['anthropic.claude-sonnet-4-5-20250929-v1:0', 'us-east-1', 'anthropic.claude-sonnet-4-5-20250929-v1%3A0'],
    ['global.anthropic.claude-opus-4-8', 'us-east-1', 'global.anthropic.claude-opus-4-8'],
    [
      'arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc123def456',
      'eu-west-1',
      'arn%3Aaws%3Abedrock%3Aeu-west-1%3A123456789012%3Aapplication-inference-profile%2Fabc123def456',
    ],
  ])(
    '%s is called in its region, with its id encoded as one path segment',
    async (modelId, region, encoded) => {
      const { model, sent } = modelAnswering(answer, { modelId });
      await model.doGenerate(hello);
      expect(sent[0]?.url).toBe(`https://bedrock-runtime.${region}.amazonaws.com/model/${encoded}/converse`);
    },
  );

  it('is called in the region of its own setting', async () => {
    const { model, sent } = modelAnswering(answer, { model: { region: 'ap-south-1' } });
    await model.doGenerate(hello);
    expect(sent[0]?.url).toContain('bedrock-runtime.ap-south-1.amazonaws.com');
  });

  it('says where and what it asked, and what came back', async () => {
    const { model, sent } = modelAnswering(answer);
    const result = await model.doGenerate(hello);
    expect(result.request).toEqual({ url: sent[0]?.url, body: sent[0]?.body });
    expect(result.response).toMatchObject({
      id: '46d2eeeb-6008-434b-8270-93d4b27e2a56',
      timestamp: new Date('2026-08-19T14:36:11Z'),
      modelId: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
      headers: { 'x-amzn-requestid': '46d2eeeb-6008-434b-8270-93d4b27e2a56' },
      body: { stopReason: 'end_turn' },
    });
  });

  it('sends the headers of the call', async () => {
    const { model, sent } = modelAnswering(answer);
    await model.doGenerate({ ...hello, headers: { 'x-trace': '42', 'x-absent': undefined } });
    expect(sent[0]?.headers.get('x-trace')).toBe('42');
    expect(sent[0]?.headers.has('x-absent')).toBe(false);
  });

  it('passes the abort signal on', async () => {
    const { model } = modelAnswering((_, { signal }) => {
      signal?.throwIfAborted();
      return answer();
    });
    const error = await errorOf(model.doGenerate({ ...hello, abortSignal: AbortSignal.abort() }));
    expect(error).toMatchObject({ name: 'AbortError' });
  });

  it.each([
    ['a body that is not JSON', 'not JSON', 'not JSON'],
    ['an empty body', '', 'nothing'],
    ['the page of a proxy', '<html>Sign in</html>', '<html>Sign in</html>'],
    ['a body that is no object', '42', '42'],
  ])('says InvalidReply for %s with status 200', async (_, body, excerpt) => {
    const { model } = modelAnswering(() => new Response(body));
    const error = await errorOf(model.doGenerate(hello));
    expect(error).toMatchObject({ code: 'InvalidReply', message: expect.stringContaining(excerpt) });
  });

  it.each([
    ['a body that is not JSON', 'not JSON', 'not JSON'],
    ['an empty body', '', '502'],
    ['the page of a proxy', '<html>Bad gateway</html>', 'Bad gateway'],
  ])('gives an error with the status for %s with status 502', async (_, body, excerpt) => {
    const { model } = modelAnswering(() => new Response(body, { status: 502 }));
    const error = await errorOf(model.doStream(hello));
    expect(error).toMatchObject({
      statusCode: 502,
      isRetryable: true,
      message: expect.stringContaining(excerpt),
    });
    expect(String(error)).toContain('502');
  });

  it.each([
    [{ promptCaching: true }, 'createBedrock.promptCaching'],
    [{ promptCaching: 'of' }, 'createBedrock.promptCaching'],
    [{ structuredOutputMode: 'natvie' }, 'createBedrock.structuredOutputMode'],
  ])('says at the first call which setting is wrong: %j', async (settings, argument) => {
    const { model, sent } = modelAnswering(answer, { provider: settings as never });
    const error = await errorOf(Promise.resolve().then(() => model.doGenerate(hello)));
    expect(InvalidArgumentError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ argument });
    expect(sent).toEqual([]);
  });

  it('behind a profile is called in the region of its own ARN', async () => {
    const { model, sent } = modelAnswering(answer, {
      modelId: 'arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0',
      model: { inferenceProfile: 'us.amazon.nova-lite-v1:0' },
    });
    await model.doGenerate(hello);
    expect(sent[0]?.url).toContain('bedrock-runtime.us-west-2.amazonaws.com');
  });

  it('of a family of the user goes by its rules', async () => {
    const mine: ModelFamily = {
      name: 'mine',
      matches: baseModel => baseModel.startsWith('acme.'),
      chat: () => ({
        ...chatDefaults,
        sampling: {
          ...chatDefaults.sampling,
          topK: { to: 'additionalModelRequestFields', fields: value => ({ acme: { k: value } }) },
        },
      }),
    };
    const { model, sent } = modelAnswering(answer, {
      modelId: 'acme.chat-v1',
      provider: { families: [mine] },
    });
    const { warnings } = await model.doGenerate({ ...hello, topK: 7 });
    expect(sent[0]?.body['additionalModelRequestFields']).toEqual({ acme: { k: 7 } });
    expect(warnings).toEqual([]);
  });

  it('of an opaque ARN takes its family from the setting', async () => {
    const modelId = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123def456';
    const { model, sent } = modelAnswering(answer, { modelId, model: { family: 'claude' } });
    const anthropicBeta = ['context-1m-2025-08-07'];
    await model.doGenerate({ ...hello, providerOptions: { bedrock: { anthropicBeta } } });
    expect(sent[0]?.body['additionalModelRequestFields']).toEqual({ anthropic_beta: anthropicBeta });
  });

  it('says which families there are when the setting names none of them', () => {
    expect(() => createBedrock()('x.y', { family: 'cluade' })).toThrow(/cluade.*claude.*mistral/s);
  });
});
