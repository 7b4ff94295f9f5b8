import { cosineSimilarity, embedMany } from 'ai';
import { createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import { embeddingFacts, PNG } from '../families/embedding-models.ts';
import { ask, failureOf, type Json, openServer } from './support.ts';

const TITAN = 'amazon.titan-embed-text-v2:0';
const COHERE = 'cohere.embed-english-v3';
const COHERE_4 = 'cohere.embed-v4:0';
const NOVA = 'amazon.nova-2-multimodal-embeddings-v1:0';
const OPAQUE = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc';

const invoke = (modelId: string, body: object) => ask(openServer(), 'invoke', body, { modelId });
const answer = async (modelId: string, body: object): Promise<Json> => (await invoke(modelId, body)).json();
const length = (vector: number[]) => Math.hypot(...vector);

describe('embeddings of the local Bedrock', () => {
  it.each(embeddingFacts.map(({ modelId }) => modelId))(
    'of %s follow the words of the texts',
    async modelId => {
      const model = createBedrock(createLocalBedrock().settings).embeddingModel(modelId);
      const { embeddings } = await embedMany({
        model,
        values: [
          'The cat sat on the mat.',
          'On a mat, some cat sat!',
          'The cat chased a mouse.',
          'Quarterly results of the bank',
          '猫がマットの上に座る',
          '猫が上に寝る',
        ],
      });
      const [cat = [], sameWords = [], oneWord = [], other = [], japanese = [], alike = []] = embeddings;
      const nearest = [sameWords, oneWord, other].map(vector => cosineSimilarity(cat, vector));
      expect(nearest).toEqual(nearest.toSorted((a, b) => b - a));
      expect(nearest[0]).toBeGreaterThan(0.7);
      expect(nearest[1]).toBeGreaterThan(0.2);
      expect(Math.abs(nearest[2] ?? 1)).toBeLessThan(0.15);
      expect(cosineSimilarity(japanese, alike)).toBeGreaterThan(0.3);
    },
  );

  it('are the same for the same text, in any server', async () => {
    const body = { inputText: 'A text.' };
    expect(await answer(TITAN, body)).toEqual(await answer(TITAN, body));
  });

  it('have a text without words of its own direction', async () => {
    const [dots, marks] = await Promise.all(['...', '!?'].map(inputText => answer(TITAN, { inputText })));
    expect(length(dots.embedding)).toBeCloseTo(1);
    expect(Math.abs(cosineSimilarity(dots.embedding, marks.embedding))).toBeLessThan(0.15);
  });

  it('have the length 1 unless Titan is told not to', async () => {
    const inputText = 'three different words';
    expect(length((await answer(TITAN, { inputText })).embedding)).toBeCloseTo(1);
    expect(length((await answer(TITAN, { inputText, normalize: false })).embedding)).toBeGreaterThan(2);
  });

  it('come in the shapes of Titan v2', async () => {
    const inputText = 'Hello';
    const both = await answer(TITAN, { inputText, embeddingTypes: ['binary', 'float'], dimensions: 256 });
    expect(both).toEqual({
      embedding: both.embeddingsByType.float,
      embeddingsByType: {
        float: expect.any(Array),
        binary: both.embedding.map((value: number) => (value > 0 ? 1 : 0)),
      },
      inputTextTokenCount: 2,
    });
    const binary = await answer(TITAN, { inputText, embeddingTypes: ['binary'] });
    expect(Object.keys(binary)).toEqual(['embeddingsByType', 'inputTextTokenCount']);
  });

  it('come in the shapes of Cohere', async () => {
    const request = { texts: ['Hello World'], input_type: 'search_query' };
    expect(await answer(COHERE, request)).toEqual({
      id: expect.any(String),
      response_type: 'embeddings_floats',
      embeddings: [expect.any(Array)],
      texts: ['hello world'],
    });
    const types = ['float', 'int8', 'uint8', 'binary', 'ubinary'];
    const reply = await answer(COHERE_4, { ...request, embedding_types: types, output_dimension: 256 });
    expect(reply).toMatchObject({ response_type: 'embeddings_by_type', texts: ['Hello World'] });
    const [float, int8, uint8, binary, ubinary] = types.map(type => reply.embeddings[type][0]);
    expect([float, int8, uint8, binary, ubinary].map(vector => vector.length)).toEqual([
      256, 256, 256, 32, 32,
    ]);
    expect(Math.max(...int8.map(Math.abs))).toBe(127);
    expect(cosineSimilarity(float, int8)).toBeGreaterThan(0.99);
    expect(uint8).toEqual(int8.map((value: number) => value + 128));
    expect(binary).toEqual(ubinary.map((value: number) => value - 128));
    const firstBits = float.slice(0, 8).map((value: number) => (value > 0 ? '1' : '0'));
    expect(ubinary[0]).toBe(Number.parseInt(firstBits.join(''), 2));
  });

  it('of equal images are equal, and lie between those of an image and a text for both', async () => {
    const model = 'amazon.titan-embed-image-v1';
    const inputText = 'a pixel';
    const [image, again, text, both] = await Promise.all(
      [{ inputImage: PNG }, { inputImage: PNG }, { inputText }, { inputImage: PNG, inputText }].map(body =>
        answer(model, body),
      ),
    );
    expect(image).toEqual(again);
    expect(image.message).toBeNull();
    for (const part of [image, text]) {
      expect(cosineSimilarity(both.embedding, part.embedding)).toBeGreaterThan(0.6);
    }
  });

  it('tell the tokens in a header', async () => {
    const body = { texts: ['12345678', '1234'], input_type: 'clustering' };
    const { headers } = await invoke(COHERE_4, body);
    expect(headers.get('x-amzn-bedrock-input-token-count')).toBe('3');
  });

  it.each([
    ['Titan', { inputText: 'Hello' }, 'embedding'],
    ['Titan Multimodal', { inputImage: PNG }, 'message'],
    ['Cohere', { texts: ['Hello'], input_type: 'clustering' }, 'embeddings'],
    ['Marengo 2.7', { inputType: 'text', inputText: 'Hello' }, 'data'],
    ['Marengo 3.0', { inputType: 'text', text: { inputText: 'Hello' } }, 'data'],
    [
      'Nova',
      {
        taskType: 'SINGLE_EMBEDDING',
        singleEmbeddingParams: {
          embeddingPurpose: 'CLUSTERING',
          text: { truncationMode: 'END', value: 'Hello' },
        },
      },
      'embeddings',
    ],
  ])('answer an opaque ARN as %s does, by the body', async (_, body, member) => {
    expect(await answer(OPAQUE, body)).toHaveProperty(member);
  });

  it('can be scripted to fail', async () => {
    const server = openServer();
    server.enqueue({ error: { name: 'ThrottlingException', message: 'Slow down.' } });
    expect(await failureOf(await ask(server, 'invoke', { inputText: 'a' }, { modelId: TITAN }))).toEqual([
      429,
      'ThrottlingException',
      'Slow down.',
    ]);
  });

  const nova = (params: object) => ({ taskType: 'SINGLE_EMBEDDING', singleEmbeddingParams: params });

  it.each([
    [TITAN, {}, "'inputText'"],
    [TITAN, { inputText: '' }, 'length greater than or equal to 1'],
    [TITAN, { inputText: 7 }, '#/inputText: expected type: String, found: Integer'],
    [TITAN, { inputText: 'a', dimensions: 7 }, '#/dimensions: 7 is not a valid enum value'],
    [TITAN, { inputText: 'x'.repeat(50_001) }, '#/inputText: expected maxLength: 50000, actual: 50001'],
    ['amazon.titan-embed-image-v1', {}, 'required key [inputText] not found'],
    [COHERE, { texts: ['a'] }, "'input_type'"],
    [COHERE, { input_type: 'search_query' }, 'texts, images or inputs'],
    [COHERE, { texts: ['a'], images: ['b'], input_type: 'image' }, 'texts, images or inputs'],
    [COHERE, { texts: Array(97).fill('a'), input_type: 'clustering' }, 'less than or equal to 96'],
    [COHERE, { texts: ['🙂'.repeat(2049)], input_type: 'clustering' }, 'maxLength: 2048, actual: 2049'],
    [COHERE, { texts: ['a'], input_type: 'clustering', truncate: 'LEFT' }, '[NONE, START, END]'],
    [COHERE_4, { texts: ['a'], input_type: 'clustering', truncate: 'END' }, '[NONE, LEFT, RIGHT]'],
    [COHERE_4, { texts: ['a'], input_type: 'clustering', output_dimension: 7 }, '#/output_dimension'],
    [COHERE_4, { images: ['cat.png'], input_type: 'clustering' }, 'data URI'],
    [NOVA, nova({ embeddingPurpose: 'CLUSTERING' }), 'Exactly one of'],
    [NOVA, nova({ text: { truncationMode: 'END', value: 'a' } }), "embeddingPurpose'"],
    [
      NOVA,
      nova({ embeddingPurpose: 'CLUSTERING', text: { truncationMode: 'NONE', value: 'x'.repeat(8193) } }),
      '8192',
    ],
    ['twelvelabs.marengo-embed-3-0-v1:0', { inputType: 'image' }, 'no input of the type image'],
    ['twelvelabs.marengo-embed-3-0-v1:0', { inputType: 'video' }, "'inputType'"],
  ])('refuse what AWS refuses (%s, %j)', async (modelId, body, message) => {
    const [status, name, found] = await failureOf(await invoke(modelId, body));
    expect([status, name]).toEqual([400, 'ValidationException']);
    expect(found).toContain(message);
  });
});
