import type { LanguageModelV4 } from '@ai-sdk/provider';
import { LoadAPIKeyError } from '@ai-sdk/provider';
import { WORKFLOW_DESERIALIZE, WORKFLOW_SERIALIZE } from '@ai-sdk/provider-utils';
import { generateText, streamText } from 'ai';
import { type BedrockModelSettings, type BedrockProviderSettings, createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stubAwsEnvironment } from '../auth/environment.ts';
import { errorOf, hello } from '../support/replies.ts';

beforeEach(() => stubAwsEnvironment());
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

interface Serializable {
  [WORKFLOW_SERIALIZE](model: LanguageModelV4): unknown;
  [WORKFLOW_DESERIALIZE](data: unknown): LanguageModelV4;
}

const classOf = (model: LanguageModelV4) => model.constructor as unknown as Serializable;
const serialize = (model: LanguageModelV4) => classOf(model)[WORKFLOW_SERIALIZE](model);

/** As the Workflow SDK does: through a store that keeps text. */
function throughWorkflow(model: LanguageModelV4): LanguageModelV4 {
  return classOf(model)[WORKFLOW_DESERIALIZE](JSON.parse(JSON.stringify(serialize(model))));
}

const modelId = 'amazon.nova-lite-v1:0';

/** Keys of the environment, and a local Bedrock that takes them, in the place of the network. */
function ambientBedrock() {
  const local = createLocalBedrock({ region: 'eu-west-1' });
  for (const [name, value] of Object.entries(local.environment)) vi.stubEnv(name, value);
  vi.stubGlobal('fetch', local.fetch);
  return local;
}

describe('a model that goes through a workflow', () => {
  it('keeps its id, its kind and its address', () => {
    const model = throughWorkflow(createBedrock()(modelId, { inferenceProfile: 'eu' }));
    expect(model).toMatchObject({ specificationVersion: 'v4', provider: 'bedrock.converse', modelId });
  });

  it('keeps that it is called in its own language', async () => {
    const model = throughWorkflow(createBedrock({ region: 'eu-west-1' }).invokeModel(modelId));
    expect(model).toMatchObject({ specificationVersion: 'v4', provider: 'bedrock.invoke', modelId });
    const local = ambientBedrock();
    expect((await generateText({ model, prompt: 'Hello' })).text).not.toBe('');
    expect(local.requests.map(({ operation }) => operation)).toEqual(['InvokeModel']);
  });

  it('is plain JSON', () => {
    const provider = createBedrock({
      region: 'eu-west-1',
      useFipsEndpoint: undefined,
      endpoints: { runtime: 'https://vpce-1.example.com', control: undefined },
      fetch: async () => new Response(),
      generateId: () => 'id',
      families: [],
    });
    expect(serialize(provider(modelId, { inferenceProfile: 'eu', family: undefined }))).toStrictEqual({
      modelId,
      modelSettings: { inferenceProfile: 'eu' },
      providerSettings: { region: 'eu-west-1', endpoints: { runtime: 'https://vpce-1.example.com' } },
    });
  });

  it('is called with the identity of the environment where it arrives', async () => {
    const explicit = createBedrock({ region: 'eu-west-1', apiKey: 'of-the-step-before' });
    const model = throughWorkflow(explicit(modelId));
    const local = ambientBedrock();
    expect((await generateText({ model, prompt: 'Hello' })).text).not.toBe('');
    expect(await streamText({ model, prompt: 'Hello' }).text).not.toBe('');
    expect(local.requests.map(({ authentication, modelId: called }) => [authentication, called])).toEqual([
      ['sigv4', modelId],
      ['sigv4', modelId],
    ]);
  });

  it('says that there is no identity where there is none', async () => {
    const model = throughWorkflow(
      createBedrock({ region: 'eu-west-1', accessKeyId: 'KEY', secretAccessKey: 'secret' })(modelId),
    );
    expect(LoadAPIKeyError.isInstance(await errorOf(model.doGenerate(hello)))).toBe(true);
  });

  it.each<[string, BedrockProviderSettings, BedrockModelSettings, string]>([
    ['region', { region: 'eu-west-1' }, {}, 'https://bedrock-runtime.eu-west-1.amazonaws.com/model/amazon.'],
    [
      'region of the model',
      { region: 'us-east-1' },
      { region: 'eu-west-1' },
      'https://bedrock-runtime.eu-west-1.',
    ],
    ['inference profile', { region: 'eu-west-1' }, { inferenceProfile: 'eu' }, '/model/eu.amazon.nova-lite'],
    [
      'base URL',
      { region: 'eu-west-1', baseURL: 'https://gw.example.com/x' },
      {},
      'https://gw.example.com/x/model/',
    ],
    [
      'endpoints',
      { region: 'eu-west-1', endpoints: { runtime: 'https://vpce.example.com' } },
      {},
      'https://vpce.',
    ],
    ['FIPS', { region: 'us-east-1', useFipsEndpoint: true }, {}, 'https://bedrock-runtime-fips.us-east-1.'],
    ['dual stack', { region: 'us-east-1', useDualstackEndpoint: true }, {}, '.us-east-1.api.aws/'],
  ])('keeps its %s', async (_, settings, modelSettings, expected) => {
    vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', 'ambient-token');
    const urls: string[] = [];
    vi.stubGlobal('fetch', async (url: string) => {
      urls.push(url);
      return new Response('', { status: 400 });
    });
    await errorOf(throughWorkflow(createBedrock(settings)(modelId, modelSettings)).doGenerate(hello));
    expect(urls).toEqual([expect.stringContaining(expected)]);
  });

  it('keeps the defaults of its calls', async () => {
    ambientBedrock();
    const direct = createBedrock({ promptCaching: 'auto' })(modelId);
    const long = { role: 'system', content: 'long '.repeat(4000) } as const;
    const bodies = await Promise.all(
      [direct, throughWorkflow(direct)].map(async model => {
        const { request } = await model.doGenerate({ prompt: [long, ...hello.prompt] });
        return JSON.stringify(request?.body);
      }),
    );
    expect(bodies[0]).toContain('cachePoint');
    expect(bodies[1]).toBe(bodies[0]);
  });

  it('keeps the settings of timeouts', async () => {
    vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', 'ambient-token');
    vi.stubGlobal('fetch', () => new Promise(() => {}));
    const model = throughWorkflow(createBedrock({ region: 'eu-west-1', connectTimeoutMs: 20 })(modelId));
    expect(await errorOf(model.doStream(hello))).toMatchObject({ code: 'ConnectTimeout' });
  });

  it('carries no secret', () => {
    const mark = (source: string) => `SECRET-of-${source}`;
    vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', mark('environment'));
    const settings: Required<
      Pick<
        BedrockProviderSettings,
        | 'apiKey'
        | 'accessKeyId'
        | 'secretAccessKey'
        | 'sessionToken'
        | 'credentials'
        | 'credentialProvider'
        | 'headers'
        | 'fetch'
        | 'mfaCodeProvider'
      >
    > = {
      apiKey: mark('apiKey'),
      accessKeyId: mark('accessKeyId'),
      secretAccessKey: mark('secretAccessKey'),
      sessionToken: mark('sessionToken'),
      credentials: { accessKeyId: mark('credentials'), secretAccessKey: mark('credentials') },
      credentialProvider: async () => ({ accessKeyId: mark('x'), secretAccessKey: mark('x') }),
      headers: { 'x-api-key': mark('headers') },
      fetch: async () => new Response(mark('fetch')),
      mfaCodeProvider: async () => mark('mfa'),
    };
    const model = createBedrock({ region: 'eu-west-1', ...settings })(modelId);
    expect(JSON.stringify(serialize(model))).not.toContain('SECRET-of');
    expect(serialize(model)).toMatchObject({ providerSettings: { region: 'eu-west-1' } });
  });

  it.each([
    { baseURL: 'https://user:SECRET@gateway.example.com' },
    { endpoints: { runtime: 'https://gateway.example.com/?key=SECRET' } },
  ])('refuses a URL that calls would refuse, because it may hold a secret: %j', settings => {
    const model = createBedrock({ region: 'eu-west-1', ...settings })(modelId);
    expect(() => serialize(model)).toThrow(/must not/);
    expect(() => serialize(model)).not.toThrow(/SECRET/);
  });

  it('does not send headers of a function, nor call it', () => {
    const headers = vi.fn(() => ({ 'x-api-key': 'secret' }));
    serialize(createBedrock({ region: 'eu-west-1', headers })(modelId));
    expect(headers).not.toHaveBeenCalled();
  });
});
