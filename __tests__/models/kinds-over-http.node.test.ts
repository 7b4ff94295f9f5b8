/** Models that do not chat, over HTTP: ours and AWS's own client against the local Bedrock. */
import { crc32, inflateSync } from 'node:zlib';
import { BedrockRuntimeClient, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import { generateImage, rerank } from 'ai';
import { createBedrock } from 'bedrock-ai-provider';
import {
  createLocalBedrock,
  type ListeningBedrock,
  LOCAL_API_KEY,
  LOCAL_CREDENTIALS,
} from 'bedrock-ai-provider/local';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bytesOf, sizeOf } from '../support/pictures.ts';
import { errorOf, jsonResponse } from '../support/replies.ts';
import { readSharedJson, sharedDataMissing } from '../support/shared-data.ts';

const local = createLocalBedrock({ strict: true });
let listening: ListeningBedrock;
let client: BedrockRuntimeClient;

beforeAll(async () => {
  listening = await local.listen();
  client = new BedrockRuntimeClient({
    endpoint: listening.url,
    region: 'us-east-1',
    credentials: LOCAL_CREDENTIALS,
    maxAttempts: 1,
  });
});
afterEach(() => local.reset());
afterAll(async () => {
  client.destroy();
  await listening.close();
});

async function invoke(modelId: string, body: object) {
  const reply = await client.send(new InvokeModelCommand({ modelId, body: JSON.stringify(body) }));
  return JSON.parse(new TextDecoder().decode(reply.body));
}

const documents = ['Sunny all day.', 'Talk about rain.', 'Rainy day in the city.'];
const RERANK = 'cohere.rerank-v3-5:0';

describe('reranking over HTTP', () => {
  it('gives what the client of AWS gets', async () => {
    const model = createBedrock(listening.settings).rerankingModel(RERANK);
    const { ranking } = await rerank({ model, documents, query: 'rain', topN: 2 });
    const theirs = await invoke(RERANK, { api_version: 2, query: 'rain', documents, top_n: 2 });
    expect(
      ranking.map(({ originalIndex, score }) => ({ index: originalIndex, relevance_score: score })),
    ).toEqual(theirs.results);
    const [ours, awss] = local.requests;
    expect([ours?.path, ours?.body]).toEqual([awss?.path, awss?.body]);
  });

  it('reaches agent-runtime, which takes no API keys', async () => {
    const bedrock = createBedrock(listening.settings);
    const providerOptions = { bedrock: { service: 'bedrock-agent-runtime' } };
    const objects = documents.map(text => ({ text }));
    const { rerankedDocuments } = await rerank({
      model: bedrock.rerankingModel(RERANK),
      documents: objects,
      query: 'sunny',
      topN: 1,
      providerOptions,
    });
    expect(rerankedDocuments).toEqual([objects[0]]);
    expect(local.requests).toMatchObject([{ operation: 'Rerank', authentication: 'sigv4', status: 200 }]);

    const { url } = listening;
    const withKey = createBedrock({ region: 'us-east-1', apiKey: LOCAL_API_KEY, baseURL: url });
    const model = withKey.rerankingModel(RERANK);
    const error = await errorOf(rerank({ model, documents, query: 'rain', providerOptions }));
    expect(error).toMatchObject({ code: 'AccessDeniedException' });
  });

  it.each([
    [{ query: 'rain', documents }, "'api_version' failed to satisfy constraint: Member must not be null"],
    [{ api_version: 2, query: '', documents }, 'length greater than or equal to 1'],
    [{ api_version: 2, query: 'rain', documents: 'one' }, 'expected type: JSONArray, found: String'],
    [{ api_version: 2, query: 'rain', documents, top_k: 1 }, 'extraneous keys [top_k]'],
  ])('refuses %j as AWS does', async (body, message) => {
    const error = await errorOf(invoke(RERANK, body));
    expect(error).toMatchObject({ name: 'ValidationException', message: expect.stringContaining(message) });
  });

  it.skipIf(sharedDataMissing)(
    `reads a recorded ranking ${sharedDataMissing ? `(skipped: ${sharedDataMissing})` : ''}`,
    async () => {
      const { response } = readSharedJson<{ response: { body: unknown } }>(
        'recorded/Rerank/vercel-ai__reranking-1.json',
      );
      const bedrock = createBedrock({
        ...listening.settings,
        fetch: async () => jsonResponse(response.body),
      });
      const { ranking } = await rerank({
        model: bedrock.rerankingModel('amazon.rerank-v1:0'),
        documents: Array.from({ length: 6 }, (_, index) => `Document ${index}`),
        query: 'rain',
        topN: 2,
        providerOptions: { bedrock: { service: 'bedrock-agent-runtime' } },
      });
      expect(ranking).toMatchObject([
        { originalIndex: 0, score: 0.5110583305358887 },
        { originalIndex: 5, score: 0.30241215229034424 },
      ]);
    },
  );
});

describe('images over HTTP', () => {
  it.each([
    [
      'amazon.nova-canvas-v1:0',
      { size: '640x320', seed: 7 },
      {
        taskType: 'TEXT_IMAGE',
        textToImageParams: { text: 'A lighthouse' },
        imageGenerationConfig: { numberOfImages: 1, width: 640, height: 320, seed: 7 },
      },
    ],
    ['us.stability.stable-image-core-v1:1', { seed: 7 }, { prompt: 'A lighthouse', seed: 7 }],
  ] as const)('of %s are those that the client of AWS gets', async (modelId, options, body) => {
    const model = createBedrock(listening.settings).imageModel(modelId);
    const { image } = await generateImage({ model, prompt: 'A lighthouse', ...options });
    const { images } = await invoke(modelId, body);
    expect(image.base64).toBe(images[0]);
    expect(local.requests[0]?.body).toEqual(local.requests[1]?.body);
  });

  it.each([
    ['amazon.nova-canvas-v1:0', { taskType: 'DRAW' }, 'enum value set: [TEXT_IMAGE, '],
    ['amazon.nova-canvas-v1:0', { taskType: 'TEXT_IMAGE' }, 'required key [textToImageParams] not found'],
    [
      'amazon.titan-image-generator-v2:0',
      { taskType: 'TEXT_IMAGE', textToImageParams: { text: 'x'.repeat(513) } },
      'length less than or equal to 512',
    ],
    ['stability.sd3-5-large-v1:0', { prompt: 'x', aspect_ratio: '4:1' }, 'enum value set: [16:9, '],
    ['us.stability.stable-outpaint-v1:0', { image: 'aaaa' }, 'left, right, up and down'],
    ['stability.stable-diffusion-xl-v1', { prompt: 'x' }, "'text_prompts'"],
  ])('of %s are refused for %j', async (modelId, body, message) => {
    const error = await errorOf(invoke(modelId, body));
    expect(error).toMatchObject({ name: 'ValidationException', message: expect.stringContaining(message) });
  });

  it('are PNGs that Node reads', async () => {
    const prompt = 'A lighthouse';
    const { images } = await invoke('stability.stable-image-core-v1:1', { prompt, aspect_ratio: '21:9' });
    const png = bytesOf(images[0]);
    const [width, height] = sizeOf(png).split('x').map(Number) as [number, number];
    expect([width, height]).toEqual([1536, 640]);
    const chunks = chunksOf(png);
    expect(chunks.map(({ type }) => type)).toEqual(['IHDR', 'PLTE', 'IDAT', 'IEND']);
    for (const { checked, crc } of chunks) expect(crc32(checked)).toBe(crc);
    const rows = inflateSync(chunks[2]?.data ?? new Uint8Array());
    expect(rows).toHaveLength((width + 1) * height);
    // More than a background: the colors of the palette are there, and no others.
    const used = new Set(rows);
    expect(used.size).toBeGreaterThan(3);
    expect(Math.max(...used)).toBeLessThan(8);
  });

  it('have a transparent background when it was removed', async () => {
    const { images } = await invoke('stability.stable-image-core-v1:1', { prompt: 'A cat' });
    const cut = await invoke('us.stability.stable-image-remove-background-v1:0', { image: images[0] });
    const chunks = chunksOf(bytesOf(cut.images[0]));
    expect(chunks.map(({ type }) => type)).toContain('tRNS');
    expect(sizeOf(cut.images[0])).toBe('1024x1024');
  });
});

function chunksOf(png: Uint8Array) {
  const view = new DataView(png.buffer);
  const chunks = [];
  for (let offset = 8; offset < png.length; ) {
    const length = view.getUint32(offset);
    const end = offset + 8 + length;
    chunks.push({
      type: new TextDecoder().decode(png.subarray(offset + 4, offset + 8)),
      data: png.subarray(offset + 8, end),
      checked: png.subarray(offset + 4, end),
      crc: view.getUint32(end),
    });
    offset = end + 4;
  }
  return chunks;
}
