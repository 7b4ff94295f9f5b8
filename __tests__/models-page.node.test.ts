/** docs/models.md: its tables against the facts, and each of its calls made. */
import { readFileSync } from 'node:fs';
import { embed, experimental_generateVideo, generateImage, generateText, rerank } from 'ai';
import { type BedrockProviderSettings, createBedrock } from 'bedrock-ai-provider';
import { createBedrockAnthropic } from 'bedrock-ai-provider/anthropic';
import { createBedrockOpenAI } from 'bedrock-ai-provider/openai';
import { describe, expect, it } from 'vitest';
import { type ModelFacts, withModels } from '../scripts/models-page.ts';
import { asking } from './families/invoke-door.ts';
import { pngFile } from './support/pictures.ts';
import { readSharedJson, sharedDataMissing } from './support/shared-data.ts';

const page = readFileSync(new URL('../docs/models.md', import.meta.url), 'utf8');

/** The rows of the page: the factory, and the id that it is called with. */
const calls = [...page.matchAll(/^\| `[^`]+` \|[^|]*\| `([\w.]+)\('([^']+)'[^`]*` \|$/gm)].map(
  ([, factory = '', id = '']) => [factory, id] as const,
);

type Settings = BedrockProviderSettings & { readonly apiKey: string };

const PICTURE = (await pngFile(256, 256)) as { data: Uint8Array };
/** What some models cannot do without; the others leave it out with a warning. */
const PICTURE_OPTIONS = { selectPrompt: 'jacket', searchPrompt: 'cat', left: 100, right: 100 };

/** By factory: the least that a person would write. */
const make: Readonly<Record<string, (id: string, settings: Settings) => PromiseLike<unknown>>> = {
  bedrock: (id, settings) => createBedrock(settings)(id).doGenerate({ prompt: asking(id, 'Hi') }),
  bedrockOpenAI: (id, settings) => generateText({ model: createBedrockOpenAI(settings)(id), ...HELLO }),
  bedrockAnthropic: (id, settings) =>
    generateText({ model: createBedrockAnthropic({ ...settings, service: 'bedrock-mantle' })(id), ...HELLO }),
  'bedrock.embeddingModel': (id, settings) =>
    embed({ model: createBedrock(settings).embeddingModel(id), value: 'Hi', maxRetries: 0 }),
  'bedrock.imageModel': (id, settings) => image(id, settings),
  'bedrock.rerankingModel': (id, settings) =>
    rerank({
      model: createBedrock(settings).rerankingModel(id),
      documents: ['a', 'b'],
      query: 'a',
      maxRetries: 0,
    }),
  'bedrock.videoModel': (id, settings) =>
    experimental_generateVideo({
      model: createBedrock(settings).videoModel(id),
      prompt: 'A boat',
      maxRetries: 0,
      providerOptions: { bedrock: { outputLocation: { s3Uri: 's3://bucket/films/' }, output: 's3' } },
    }),
};

const HELLO = { prompt: 'Hi', maxOutputTokens: 100, maxRetries: 0 };

/** Models that edit need an image or two, and some of them a mask. */
async function image(id: string, settings: Settings): Promise<void> {
  const model = createBedrock(settings).imageModel(id);
  for (const images of [[], [PICTURE.data], [PICTURE.data, PICTURE.data]]) {
    for (const mask of [undefined, PICTURE.data]) {
      const prompt = images.length === 0 ? 'A boat' : { images, text: 'A boat', ...(mask && { mask }) };
      const providerOptions = { bedrock: PICTURE_OPTIONS };
      const error = await generateImage({ model, prompt, providerOptions, maxRetries: 0 }).catch(
        reason => reason,
      );
      if (error?.name === 'AI_APICallError') return;
    }
  }
}

/** The request that a call sends, to a Bedrock that refuses it. */
async function requestOf(factory: string, id: string): Promise<{ path: string; model: unknown } | undefined> {
  const requests: Array<{ path: string; model: unknown }> = [];
  const fetch: typeof globalThis.fetch = async (url, init) => {
    const { model, modelId = model } = JSON.parse(await new Response(init?.body).text());
    requests.push({ path: decodeURIComponent(new URL(String(url)).pathname), model: modelId });
    return Response.json({ message: 'Enough.' }, { status: 400 });
  };
  const settings = { region: 'us-east-1', apiKey: 'key', fetch };
  await Promise.resolve(make[factory]?.(id, settings)).catch(() => {});
  return requests[0];
}

describe('docs/models.md', () => {
  it.skipIf(sharedDataMissing)(
    `lists every model that is not retired${sharedDataMissing ? ` (skipped: ${sharedDataMissing})` : ''}`,
    () => {
      const { models } = readSharedJson<{ models: Record<string, ModelFacts> }>('bedrock-models.json');
      expect(withModels(page, models)).toBe(page);
    },
  );

  it('has a call for more than a hundred models', () => {
    expect(calls.length).toBeGreaterThan(130);
  });

  it.each(calls)("%s('%s') sends a request for that model", async (factory, id) => {
    const { path, model } = (await requestOf(factory, id)) ?? {};
    switch (factory) {
      case 'bedrockOpenAI':
        expect(path).toMatch(/\/v1\/(?:chat\/completions|responses)$/);
        return expect(model).toBe(id);
      case 'bedrockAnthropic':
        expect(path).toBe('/anthropic/v1/messages');
        return expect(model).toBe(id);
      case 'bedrock.videoModel':
        expect(path).toBe('/async-invoke');
        return expect(model).toBe(id);
      default:
        return expect([`/model/${id}/converse`, `/model/${id}/invoke`]).toContain(path);
    }
  });
});
