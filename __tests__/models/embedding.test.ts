import { InvalidArgumentError, NoSuchModelError } from '@ai-sdk/provider';
import {
  EXPERIMENTAL_EMBEDDING_MODEL_MAX_INPUT_BYTES_PER_CALL as MAX_INPUT_BYTES,
  EXPERIMENTAL_EMBEDDING_MODEL_PROVIDER_OPTIONS_TRANSFORMER as OPTIONS_TRANSFORMER,
  WORKFLOW_DESERIALIZE,
  WORKFLOW_SERIALIZE,
} from '@ai-sdk/provider-utils';
import { createProviderRegistry, embed, embedMany, wrapEmbeddingModel } from 'ai';
import {
  BedrockError,
  type BedrockModelSettings,
  type BedrockProviderSettings,
  chatDefaults,
  createBedrock,
} from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import { PNG } from '../families/embedding-models.ts';
import { errorOf, jsonResponse } from '../support/replies.ts';

globalThis.AI_SDK_LOG_WARNINGS = false;

const TITAN = 'amazon.titan-embed-text-v2:0';
const TITAN_MULTIMODAL = 'amazon.titan-embed-image-v1';
const COHERE = 'cohere.embed-english-v3';
const COHERE_4 = 'cohere.embed-v4:0';
const NOVA = 'amazon.nova-2-multimodal-embeddings-v1:0';
const MARENGO = 'us.twelvelabs.marengo-embed-3-0-v1:0';

type Body = Record<string, unknown>;
type Answer = (body: Body, init: RequestInit) => Response | Promise<Response>;

interface Setup {
  modelId?: string;
  provider?: BedrockProviderSettings;
  model?: BedrockModelSettings;
}

/** A model whose calls are answered by `answer`, and what it sent. */
function modelAnswering(answer: Answer, { modelId = TITAN, provider = {}, model }: Setup = {}) {
  const sent: { url: string; body: Body }[] = [];
  const bedrock = createBedrock({
    region: 'us-east-1',
    apiKey: 'test-key',
    fetch: async (url, init = {}) => {
      const body: Body = JSON.parse(String(init.body));
      sent.push({ url: String(url), body });
      return answer(body, init);
    },
    ...provider,
  });
  return { model: bedrock.embeddingModel(modelId, model), sent };
}

/** Titan's answer: the number in the text. */
const numberOf: Answer = body =>
  jsonResponse({ embedding: [Number(/\d+/.exec(String(body['inputText'])))], inputTextTokenCount: 2 });
const answering =
  (body: unknown, headers: Record<string, string> = {}) =>
  () =>
    jsonResponse(body, { headers });
const tokenCount = (count: string) => ({ 'x-amzn-bedrock-input-token-count': count });

const numbers = (count: number) => Array.from({ length: count }, (_, index) => `number ${index}`);
const turn = () => new Promise(resolve => setTimeout(resolve));

function localModel(modelId = TITAN) {
  const local = createLocalBedrock({ strict: true });
  return { local, model: createBedrock(local.settings).embeddingModel(modelId) };
}

describe('the provider', () => {
  it('has embedding models by the names of the official package', () => {
    const bedrock = createBedrock();
    for (const make of [
      bedrock.embeddingModel,
      bedrock.embedding,
      bedrock.textEmbedding,
      bedrock.textEmbeddingModel,
    ]) {
      expect(make(COHERE)).toMatchObject({
        specificationVersion: 'v4',
        provider: 'bedrock.embedding',
        modelId: COHERE,
        maxEmbeddingsPerCall: 96,
        supportsParallelCalls: true,
      });
    }
  });

  it('gives them to a registry', async () => {
    const registry = createProviderRegistry({ bedrock: createBedrock(createLocalBedrock().settings) });
    const { embedding } = await embed({ model: registry.embeddingModel(`bedrock:${TITAN}`), value: 'Hello' });
    expect(embedding).toHaveLength(1024);
  });

  it.each([
    ['amazon.nova-lite-v1:0', 'is not known to make embeddings'],
    ['cohere.command-r-v1:0', 'is not known to make embeddings'],
    ['arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc', 'model setting baseModel'],
  ])('says NoSuchModelError for %s', (modelId, reason) => {
    const make = () => createBedrock().embeddingModel(modelId);
    expect(make).toThrow(NoSuchModelError);
    expect(make).toThrow(reason);
  });

  it.each([
    [{ modelFamily: 'titan' }, { inputText: 'Hello' }],
    [{ baseModel: 'cohere.embed-multilingual-v3' }, { texts: ['Hello'], input_type: 'search_query' }],
    [{ family: 'cohere' }, { texts: ['Hello'], input_type: 'search_query', embedding_types: ['float'] }],
    [{ family: 'twelvelabs' }, { inputType: 'text', text: { inputText: 'Hello' } }],
  ])('takes an opaque ARN with %j', async (settings, body) => {
    const modelId = 'arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc';
    const { model, sent } = modelAnswering(answering({ embedding: [1], embeddings: [[1]] }), {
      modelId,
      model: settings,
    });
    await model.doEmbed({ values: ['Hello'] });
    expect(sent).toEqual([
      {
        url: `https://bedrock-runtime.eu-west-1.amazonaws.com/model/${encodeURIComponent(modelId)}/invoke`,
        body,
      },
    ]);
  });

  it('takes families of the user', async () => {
    const titan = createBedrock({
      region: 'us-east-1',
      apiKey: 'key',
      fetch: async () => jsonResponse({ parrot: [[1, 2]] }),
      families: [
        {
          name: 'acme',
          matches: baseModel => baseModel.startsWith('acme.'),
          chat: () => {
            throw new Error('no chat');
          },
          embedding: () => ({
            maxValuesPerRequest: 5,
            dimensions: [2],
            types: ['float'],
            takes: [],
            toBody: inputs => ({ words: inputs.map(({ text }) => text) }),
            fromReply: ({ parrot }) => ({
              values: (parrot as number[][]).map(float => ({ byType: { float } })),
            }),
          }),
        },
      ],
    });
    const { embedding } = await embed({ model: titan.embedding('acme.parrot'), value: 'Hello' });
    expect(embedding).toEqual([1, 2]);
  });

  it('loads the rules of a family of the user once, and again when that failed', async () => {
    let loads = 0;
    const acme = createBedrock({
      region: 'us-east-1',
      apiKey: 'key',
      fetch: async () => jsonResponse({ parrot: [1, 2] }),
      families: [
        {
          name: 'acme',
          matches: baseModel => baseModel.startsWith('acme.'),
          chat: () => chatDefaults,
          embedding: () => ({
            maxValuesPerRequest: 5,
            load: async () => {
              loads += 1;
              if (loads === 1) throw new Error('The disk is away.');
              return {
                maxValuesPerRequest: 5,
                dimensions: [2],
                types: ['float'],
                takes: [],
                toBody: () => ({}),
                fromReply: ({ parrot }) => ({ values: [{ byType: { float: parrot as number[] } }] }),
              };
            },
          }),
        },
      ],
    });
    const model = acme.embedding('acme.parrot');
    expect(model.maxEmbeddingsPerCall).toBe(5);
    expect(loads).toBe(0);
    const ask = () => model.doEmbed({ values: ['Hello'] });
    await expect(ask()).rejects.toThrow('The disk is away.');
    expect((await ask()).embeddings).toEqual([[1, 2]]);
    await ask();
    expect(loads).toBe(2);
  });
});

describe('embedMany', () => {
  it('keeps the order of the values, whatever comes first', async () => {
    const waiting: (() => void)[] = [];
    const { model } = modelAnswering(async (body, init) => {
      await new Promise<void>(resolve => waiting.push(resolve));
      return numberOf(body, init);
    });
    const result = embedMany({ model, values: numbers(6) });
    await turn();
    for (const answer of waiting.reverse()) answer();
    const { embeddings, usage } = await result;
    expect(embeddings).toEqual([[0], [1], [2], [3], [4], [5]]);
    expect(usage).toEqual({ tokens: 12 });
  });

  it('makes 64 requests at a time', async () => {
    let running = 0;
    const most: number[] = [];
    const { model, sent } = modelAnswering(
      async (body, init) => {
        running += 1;
        most.push(running);
        await turn();
        running -= 1;
        return numberOf(body, init);
      },
      // Known ones: then nothing is tried out first.
      { provider: { traffic: { quota: { requestsPerSecond: 1_000, tokensPerSecond: 100_000 } } } },
    );
    await embedMany({ model, values: numbers(300) });
    expect(sent).toHaveLength(300);
    expect(Math.max(...most)).toBe(64);
  });

  it('makes all requests at once with `traffic: off`', async () => {
    const held: (() => void)[] = [];
    const { model } = modelAnswering(
      async (body, init) => {
        await new Promise<void>(resolve => held.push(resolve));
        return numberOf(body, init);
      },
      { provider: { traffic: 'off' } },
    );
    const result = embedMany({ model, values: numbers(300) });
    await turn();
    expect(held).toHaveLength(300);
    for (const answer of held) answer();
    await result;
  });

  it('splits by the bytes of the values where a request has a limit', async () => {
    const { model, sent } = modelAnswering(
      ({ texts }) => jsonResponse({ embeddings: { float: (texts as string[]).map(() => [1]) } }),
      { modelId: COHERE_4 },
    );
    const long = 'x'.repeat(9_000_000);
    const { embeddings } = await embedMany({ model, values: [long, long, long, 'short'] });
    expect(embeddings).toHaveLength(4);
    expect(sent.map(({ body }) => (body['texts'] as string[]).length)).toEqual([2, 2]);
  });

  it('is understood by `ai` through the symbols of provider-utils', () => {
    const { model } = modelAnswering(numberOf, { modelId: COHERE_4 });
    expect(model).toMatchObject({
      [MAX_INPUT_BYTES]: 20_000_000,
      [OPTIONS_TRANSFORMER]: expect.any(Function),
    });
  });

  it('warns once, however many calls it makes', async () => {
    const { model } = modelAnswering(numberOf, { modelId: 'amazon.titan-embed-text-v1' });
    const { warnings } = await embedMany({ model, values: numbers(5), dimensions: 256 });
    expect(warnings).toHaveLength(1);
  });

  it('gives all types of all values, also when it makes several calls', async () => {
    for (const modelId of [TITAN, COHERE]) {
      const { model } = localModel(modelId);
      const { embeddings, providerMetadata } = await embedMany({
        model,
        values: numbers(100),
        providerOptions: { bedrock: { embeddingTypes: ['binary', 'float'] } },
      });
      const metadata = providerMetadata?.['bedrock'] ?? {};
      expect(Object.keys(metadata)).toEqual(embeddings.map((_, index) => `values[${index}]`));
      expect(metadata['values[99]']).toEqual({
        embeddingsByType: { float: embeddings[99], binary: expect.any(Array) },
      });
    }
  });

  it('gives each value its own files', async () => {
    const { model, local } = localModel(TITAN_MULTIMODAL);
    const other = 'iVBORw0KGgpvdGhlcg==';
    await embedMany({
      model,
      values: ['one', '', 'three'],
      providerOptions: { amazonBedrock: { files: [null, { data: PNG }, [{ data: other }]] } },
    });
    const sent = new Set(local.requests.map(({ body }) => JSON.stringify(body)));
    expect(sent).toEqual(
      new Set([
        JSON.stringify({ inputText: 'one' }),
        JSON.stringify({ inputImage: PNG }),
        JSON.stringify({ inputText: 'three', inputImage: other }),
      ]),
    );
  });

  it('asks for an entry in files for each value', async () => {
    const { model, local } = localModel(TITAN_MULTIMODAL);
    const providerOptions = { bedrock: { files: [{ data: PNG }, null] } };
    const error = await errorOf(embedMany({ model, values: numbers(3), providerOptions }));
    expect(error).toMatchObject({
      message: 'providerOptions.bedrock.files: expected an entry for each value, got 2 for 3.',
    });
    expect(await errorOf(model.doEmbed({ values: ['one'], providerOptions }))).toMatchObject({
      message: 'providerOptions.bedrock.files: expected an entry for each value, got 2 for 1.',
    });
    expect(local.requests).toEqual([]);
  });

  it('sends images alone to a model that takes one in a request, and texts together', async () => {
    const { model, local } = localModel(COHERE);
    const { embeddings, responses } = await embedMany({
      model,
      values: ['one', 'two', '', 'four', 'five'],
      providerOptions: { bedrock: { files: [null, null, { data: PNG }, null, null] } },
    });
    expect(embeddings).toHaveLength(5);
    // They run at the same time.
    const sent = local.requests.map(({ body }) => JSON.stringify(body)).toSorted();
    expect(sent.map(body => JSON.parse(body))).toEqual([
      { input_type: 'image', images: [`data:image/png;base64,${PNG}`] },
      { input_type: 'search_query', texts: ['four', 'five'] },
      { input_type: 'search_query', texts: ['one', 'two'] },
    ]);
    expect(responses).toMatchObject([{ body: [{ texts: ['one', 'two'] }, { texts: [] }, {}] }]);
  });

  it('works behind middleware', async () => {
    const { model } = localModel();
    const wrapped = wrapEmbeddingModel({ model, middleware: { specificationVersion: 'v4' } });
    const error = await errorOf(embedMany({ model: wrapped, values: ['a', 'b', ' '] }));
    expect(error).toMatchObject({ argument: 'values[2]' });
  });
});

describe('errors of embeddings', () => {
  it('name the value by its index among all', async () => {
    const { model } = localModel(COHERE);
    const values = numbers(200);
    values[150] = '';
    expect(await errorOf(embedMany({ model, values }))).toMatchObject({
      argument: 'values[150]',
      message: 'values[150]: is blank; an embedding needs text, or a file in providerOptions.bedrock.files.',
    });
  });

  it('name the file by its index among all', async () => {
    const { model } = localModel(TITAN_MULTIMODAL);
    const files = [null, null, { data: 'cat.png' }, { data: PNG, name: 'cat.png' }];
    const call = (count: number) =>
      errorOf(
        embedMany({
          model,
          values: numbers(count),
          providerOptions: { bedrock: { files: files.slice(0, count) } },
        }),
      );
    expect(await call(3)).toMatchObject({
      message: expect.stringMatching(/^providerOptions\.bedrock\.files\[2\]: data must be base64/),
    });
    expect(await call(4)).toMatchObject({
      message: expect.stringMatching(/^providerOptions\.bedrock\.files\[3\]: unknown member "name"/),
    });
  });

  it('of AWS name the values of the request', async () => {
    const refuse: Answer = body =>
      JSON.stringify(body).includes('number 3"')
        ? jsonResponse(
            { message: 'Malformed input request: too long' },
            { status: 400, headers: { 'x-amzn-errortype': 'ValidationException' } },
          )
        : jsonResponse({ embedding: [1], embeddings: [[1], [1]] });
    const titan = modelAnswering(refuse);
    const error = await errorOf(embedMany({ model: titan.model, values: numbers(5) }));
    expect(BedrockError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      code: 'ValidationException',
      statusCode: 400,
      isRetryable: false,
      requestId: '46d2eeeb-6008-434b-8270-93d4b27e2a56',
      message: 'values[3]: ValidationException: Malformed input request: too long.',
    });
    const cohere = modelAnswering(refuse, { modelId: COHERE });
    expect(await errorOf(embedMany({ model: cohere.model, values: numbers(5) }))).toMatchObject({
      message: 'values[0] to values[4]: ValidationException: Malformed input request: too long.',
    });
    expect(await errorOf(embed({ model: titan.model, value: 'number 3' }))).toMatchObject({
      message: 'ValidationException: Malformed input request: too long.',
    });
  });

  it('that more tries may mend are tried again, for the one request only', async () => {
    const { model, local } = localModel();
    local.enqueue({ error: { name: 'ThrottlingException', headers: { 'retry-after-ms': '1' } } });
    const { embeddings } = await embedMany({ model, values: numbers(3) });
    expect(embeddings).toHaveLength(3);
    expect(local.requests.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 429]);
  });

  it('abort the other requests of the call', async () => {
    const aborted: unknown[] = [];
    const { model, sent } = modelAnswering(
      ({ images }, { signal }) => {
        if (images === undefined) return jsonResponse({ message: 'no' }, { status: 400 });
        return new Promise((_, reject) => {
          signal?.addEventListener('abort', () => {
            aborted.push(images);
            reject(signal.reason);
          });
        });
      },
      { modelId: COHERE },
    );
    const values = ['', '', 'text', ...Array.from({ length: 9 }, () => '')];
    const files = values.map(value => (value === '' ? { data: PNG } : null));
    const error = await errorOf(model.doEmbed({ values, providerOptions: { bedrock: { files } } }));
    expect(error).toMatchObject({ statusCode: 400 });
    expect({ sent: sent.length, aborted: aborted.length }).toEqual({ sent: 4, aborted: 3 });
  });

  it('are the reason of the abort signal when the caller aborts, also for those who wait', async () => {
    const controller = new AbortController();
    const { model, sent } = modelAnswering(
      (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason));
        }),
    );
    const calls = numbers(20).map(value =>
      errorOf(model.doEmbed({ values: [value], abortSignal: controller.signal })),
    );
    await turn();
    const reason = new Error('enough');
    controller.abort(reason);
    expect(await Promise.all(calls)).toEqual(calls.map(() => reason));
    expect(sent.length).toBeLessThan(calls.length);
  });

  it.each([
    ['nothing', TITAN, {}],
    ['an embedding of the wrong kind', TITAN, { embedding: 'AAAA' }],
    ['too few embeddings', COHERE, { embeddings: [[1]] }],
    ['too many embeddings', COHERE, { embeddings: [[1], [1], [1]] }],
    ['an embedding without a value', COHERE_4, { embeddings: { float: [[1], null] } }],
    ['no embeddings', NOVA, { embeddings: [] }],
    ['no data', MARENGO, { data: [] }],
  ])('say InvalidReply for a reply with %s', async (_, modelId, body) => {
    const { model } = modelAnswering(answering(body), { modelId });
    const values = modelId.startsWith('cohere') ? ['one', 'two'] : ['one'];
    const error = await errorOf(model.doEmbed({ values }));
    expect(error).toMatchObject({ code: 'InvalidReply', isRetryable: false });
    expect(String(error)).toContain('embedding');
  });

  it('say what Titan says with status 200', async () => {
    const message = 'The image has too many pixels';
    const { model } = modelAnswering(answering({ embedding: [], message }), { modelId: TITAN_MULTIMODAL });
    const error = await errorOf(embedMany({ model, values: ['one', 'two'] }));
    expect(error).toMatchObject({
      code: 'ModelErrorException',
      message: expect.stringMatching(/^values\[[01]\]: ModelErrorException: The image has too many pixels\./),
    });
  });
});

describe('usage', () => {
  it.each([
    ['of the header', tokenCount('7'), {}, 7],
    ['of the body', tokenCount('7'), { inputTextTokenCount: 9 }, 9],
    ['that is not there', {}, {}, 0],
    ['that is no number', tokenCount('many'), {}, 0],
  ])('%s is a number', async (_, headers: Record<string, string>, body, tokens) => {
    const { model } = modelAnswering(answering({ embedding: [1], ...body }, headers));
    expect((await embed({ model, value: 'Hello' })).usage).toEqual({ tokens });
  });

  it('of several requests is their sum', async () => {
    const { model } = modelAnswering(
      ({ texts }) =>
        jsonResponse({ embeddings: (texts as string[]).map(() => [1]) }, { headers: tokenCount('3') }),
      { modelId: COHERE },
    );
    const { usage, embeddings } = await model.doEmbed({ values: numbers(200) });
    expect(embeddings).toHaveLength(200);
    expect(usage).toEqual({ tokens: 9 });
  });

  it('of no values is nothing', async () => {
    const { model, sent } = modelAnswering(numberOf);
    expect(await model.doEmbed({ values: [] })).toEqual({
      embeddings: [],
      usage: { tokens: 0 },
      warnings: [],
    });
    expect(sent).toEqual([]);
  });
});

describe('a reply', () => {
  it('comes with its headers and body', async () => {
    const body = { embedding: [1, 2], inputTextTokenCount: 1 };
    const { model } = modelAnswering(answering(body));
    expect(await model.doEmbed({ values: ['Hello'] })).toEqual({
      embeddings: [[1, 2]],
      usage: { tokens: 1 },
      response: {
        headers: expect.objectContaining({ 'x-amzn-requestid': '46d2eeeb-6008-434b-8270-93d4b27e2a56' }),
        body,
      },
      warnings: [],
    });
  });

  it.each([
    ['a list', [{ embedding: [1, 2], embeddingOption: 'visual' }]],
    ['an object', { embedding: [1, 2] }],
  ])('of Marengo may have %s', async (_, data) => {
    const { model } = modelAnswering(answering({ data }), { modelId: MARENGO });
    expect((await model.doEmbed({ values: ['Hello'] })).embeddings).toEqual([[1, 2]]);
  });

  it('of Marengo may be the embedding', async () => {
    const { model } = modelAnswering(answering({ embedding: [1, 2] }), { modelId: MARENGO });
    expect((await model.doEmbed({ values: ['Hello'] })).embeddings).toEqual([[1, 2]]);
  });

  it('with several embeddings of a video gives all of them', async () => {
    const { model } = localModel(NOVA);
    const file = {
      data: 's3://bucket/clip.3gp',
      bucketOwner: '123456789012',
      embeddingMode: 'AUDIO_VIDEO_SEPARATE',
    };
    const { embeddings, providerMetadata } = await model.doEmbed({
      values: [''],
      providerOptions: { bedrock: { files: [file] } },
    });
    expect(embeddings).toHaveLength(1);
    expect(providerMetadata).toEqual({
      bedrock: {
        'values[0]': {
          embeddings: [
            { embeddingType: 'VIDEO', embedding: embeddings[0] },
            { embeddingType: 'AUDIO', embedding: expect.any(Array) },
          ],
        },
      },
    });
  });

  it('tells where Nova cut the text', async () => {
    const { model } = localModel(NOVA);
    const { providerMetadata } = await model.doEmbed({ values: ['word '.repeat(2000)] });
    expect(providerMetadata).toEqual({ bedrock: { 'values[0]': { truncatedCharLength: 8192 } } });
  });
});

describe('long texts', () => {
  const long = 'a'.repeat(1500) + '🙂'.repeat(600);

  it.each([
    ['the end', 'END', 'a'.repeat(1500) + '🙂'.repeat(548)],
    ['the start', 'LEFT', 'a'.repeat(1448) + '🙂'.repeat(600)],
  ])('are cut at %s where the service would refuse them', async (_, truncate, text) => {
    const { model, local } = localModel(COHERE);
    await model.doEmbed({ values: [long], providerOptions: { bedrock: { truncate } } });
    expect(local.requests[0]?.body).toMatchObject({ texts: [text] });
  });

  it.each([
    ['NONE', COHERE, long, '2100 characters, and this model takes at most 2048'],
    [undefined, COHERE, long, '2100 characters, and this model takes at most 2048'],
    [undefined, TITAN, 'x'.repeat(50_001), '50001 characters, and this model takes at most 50000: split it.'],
    ['NONE', NOVA, 'x'.repeat(8193), '8193 characters, and this model takes at most 8192'],
  ])('are an error with truncate %s (%s)', async (truncate, modelId, text, problem) => {
    const { model, local } = localModel(modelId);
    const providerOptions = { bedrock: truncate === undefined ? {} : { truncate } };
    expect(await errorOf(model.doEmbed({ values: ['ok', text], providerOptions }))).toMatchObject({
      argument: 'values[1]',
      message: expect.stringContaining(problem),
    });
    expect(local.requests).toEqual([]);
  });

  it('are counted in characters, not in UTF-16 units', async () => {
    const { model, local } = localModel(COHERE);
    await model.doEmbed({ values: ['🙂'.repeat(1500)] });
    expect(local.requests).toHaveLength(1);
  });
});

describe('options', () => {
  it.each([
    [{ dimensions: '256' }, 'dimensions: expected number, got "256"'],
    [{ embeddingTypes: [] }, 'embeddingTypes: is empty'],
    [{ embeddingTypes: ['double'] }, 'embeddingTypes[0]: expected one of "float", "int8"'],
    [{ inputType: 'image' }, 'inputType: expected one of "search_document", "search_query"'],
    [{ embeddingPurpose: 'SEARCH' }, 'embeddingPurpose: expected one of "GENERIC_INDEX"'],
    [
      { truncate: 'MIDDLE' },
      'truncate: expected one of "NONE", "START", "END", "LEFT", "RIGHT", got "MIDDLE"',
    ],
    [{ maxTokens: 128_001 }, 'maxTokens: '],
    [{ normalize: 'yes' }, 'normalize: expected boolean, got "yes"'],
    [{ files: 'cat.png' }, 'files: expected array, got "cat.png"'],
    [
      { files: [{ data: PNG, bucketOwner: '12' }] },
      'files[0].bucketOwner: expected an AWS account id of 12 digits',
    ],
    [{ files: [[{ data: '' }]] }, 'files[0][0].data: is empty'],
    [{ files: [7] }, 'files[0]: expected object, got 7'],
  ])('that are wrong are named: %j', async (options, message) => {
    const { model, sent } = modelAnswering(numberOf);
    const error = await errorOf(model.doEmbed({ values: ['Hello'], providerOptions: { bedrock: options } }));
    expect(InvalidArgumentError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ message: expect.stringContaining(`providerOptions.bedrock.${message}`) });
    expect(sent).toEqual([]);
  });

  it('of the official package are read under its name', async () => {
    const { model, sent } = modelAnswering(numberOf);
    const options = { dimensions: 512, normalize: false };
    await model.doEmbed({ values: ['1'], providerOptions: { amazonBedrock: options } });
    expect(sent[0]?.body).toEqual({ inputText: '1', ...options });
    const error = await errorOf(
      model.doEmbed({ values: ['1'], providerOptions: { amazonBedrock: { dimensions: 7 } } }),
    );
    expect(error).toMatchObject({ argument: 'providerOptions.amazonBedrock.dimensions' });
  });

  it('that have no such word for the model are refused', async () => {
    const { model } = localModel('us.twelvelabs.marengo-embed-2-7-v1:0');
    const call = model.doEmbed({ values: ['1'], providerOptions: { bedrock: { truncate: 'START' } } });
    expect(await errorOf(call)).toMatchObject({
      message: 'providerOptions.bedrock.truncate: expected "NONE", "END", got "START".',
    });
  });
});

describe('files', () => {
  const fileError = async (modelId: string, file: { data: string; mediaType?: string }) => {
    const { model, local } = localModel(modelId);
    const error = await errorOf(
      model.doEmbed({ values: [''], providerOptions: { bedrock: { files: [file] } } }),
    );
    expect(local.requests).toEqual([]);
    return error;
  };

  it.each([
    [
      'a URL of the web',
      TITAN_MULTIMODAL,
      { data: 'https://example.com/cat.png' },
      /download other URLs first/,
    ],
    ['an S3 URL', COHERE_4, { data: 's3://bucket/cat.png' }, /takes no s3:\/\/ URLs/],
    ['a broken S3 URL', NOVA, { data: 's3://[/cat.png' }, /is not valid/],
    ['an unknown type', COHERE, { data: 'AAAA' }, /image \(png, jpeg\), got a file of an unknown type/],
    [
      'a format',
      COHERE,
      { data: 'AAAA', mediaType: 'image/webp' },
      /image \(png, jpeg\), got image \(webp\)/,
    ],
    ['a video', MARENGO, { data: 's3://bucket/clip.mp4' }, /StartAsyncInvoke/],
    [
      'too many bytes',
      COHERE,
      { data: `iVBORw0KGgo${'A'.repeat(7_000_001)}` },
      /bytes; this model takes at most 5242880/,
    ],
    ['more than a request', NOVA, { data: `iVBORw0KGgo${'A'.repeat(25_000_001)}` }, /at most 25000000/],
  ])('are refused: %s', async (_, modelId, file, message) => {
    expect(await fileError(modelId, file)).toMatchObject({ message: expect.stringMatching(message) });
  });

  it('are refused where there are too many for a value', async () => {
    const { model } = localModel(TITAN_MULTIMODAL);
    const files = [[{ data: PNG }, { data: PNG }]];
    expect(
      await errorOf(model.doEmbed({ values: [''], providerOptions: { bedrock: { files } } })),
    ).toMatchObject({
      message: 'providerOptions.bedrock.files[0]: this model takes at most 1 for a value, got 2.',
    });
  });

  it('of several images become one embedding', async () => {
    const s3 = { data: 's3://bucket/dog.jpg', bucketOwner: '123456789012' };
    const marengo = localModel(MARENGO);
    await marengo.model.doEmbed({
      values: ['both'],
      providerOptions: { bedrock: { files: [[{ data: PNG }, s3]] } },
    });
    expect(marengo.local.requests[0]?.body).toEqual({
      inputType: 'multi_input',
      multi_input: {
        inputText: 'both',
        mediaSources: [
          { mediaType: 'image', base64String: PNG },
          { mediaType: 'image', s3Location: { uri: 's3://bucket/dog.jpg', bucketOwner: '123456789012' } },
        ],
      },
    });
    const cohere = localModel(COHERE_4);
    await cohere.model.doEmbed({
      values: ['text', ''],
      providerOptions: { bedrock: { files: [null, [{ data: PNG }, { data: PNG }]] } },
    });
    expect(cohere.local.requests[0]?.body).toMatchObject({
      inputs: [
        { content: [{ type: 'text', text: 'text' }] },
        { content: [{ type: 'image_url' }, { type: 'image_url' }] },
      ],
    });
  });

  it.each([
    [
      { data: PNG, detailLevel: 'DOCUMENT_IMAGE' },
      { image: { format: 'png', source: { bytes: PNG }, detailLevel: 'DOCUMENT_IMAGE' } },
    ],
    [
      { data: 's3://bucket/talk.mp3' },
      { audio: { format: 'mp3', source: { s3Location: { uri: 's3://bucket/talk.mp3' } } } },
    ],
    [
      { data: 's3://bucket/clip', mediaType: 'video/3gpp' },
      {
        video: {
          format: '3gp',
          source: { s3Location: { uri: 's3://bucket/clip' } },
          embeddingMode: 'AUDIO_VIDEO_COMBINED',
        },
      },
    ],
  ])('become what Nova takes: %j', async (file, expected) => {
    const { model, local } = localModel(NOVA);
    await model.doEmbed({ values: [''], providerOptions: { bedrock: { files: [file] } } });
    expect(local.requests[0]?.body).toMatchObject({ singleEmbeddingParams: expected });
  });
});

describe('an embedding model', () => {
  it('goes through a workflow', async () => {
    const { model } = modelAnswering(numberOf, { provider: { region: 'eu-west-1' } });
    const classOf = model.constructor as unknown as {
      [WORKFLOW_SERIALIZE](value: typeof model): unknown;
      [WORKFLOW_DESERIALIZE](value: unknown): typeof model;
    };
    const serialized = classOf[WORKFLOW_SERIALIZE](model);
    expect(serialized).toEqual({
      modelId: TITAN,
      modelSettings: {},
      providerSettings: { region: 'eu-west-1' },
    });
    expect(classOf[WORKFLOW_DESERIALIZE](serialized)).toMatchObject({
      provider: 'bedrock.embedding',
      modelId: TITAN,
    });
  });

  it('sends the headers of the call', async () => {
    const seen: (string | null)[] = [];
    const { model } = modelAnswering((_, { headers }) => {
      seen.push(new Headers(headers).get('x-tenant'));
      return jsonResponse({ embedding: [1] });
    });
    await embed({ model, value: 'Hello', headers: { 'x-tenant': 'a1' } });
    expect(seen).toEqual(['a1']);
  });
});
