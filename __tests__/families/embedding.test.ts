/** The contract of embeddings, for every model: through the public door, to a local Bedrock that is strict. */
import { InvalidArgumentError, type JSONObject } from '@ai-sdk/provider';
import { embedMany } from 'ai';
import { createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock, type LocalBedrock } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import { families } from '../../src/families/index.ts';
import { errorOf } from '../support/replies.ts';
import { type EmbeddingFacts, embeddingFacts, PNG } from './embedding-models.ts';

const bodies = (local: LocalBedrock) => local.requests.map(({ body }) => body);

function door(modelId: string) {
  const local = createLocalBedrock({ strict: true });
  return { local, model: createBedrock(local.settings).embeddingModel(modelId) };
}

/** A call whose options are for the value `Hello`, or for an image alone. */
async function embed(
  modelId: string,
  options: JSONObject = {},
  { value = 'Hello', dimensions }: { value?: string; dimensions?: number } = {},
) {
  const { local, model } = door(modelId);
  const result = await model.doEmbed({
    values: [value],
    providerOptions: { bedrock: options },
    ...(dimensions !== undefined && { dimensions }),
  });
  return { ...result, body: bodies(local)[0], sent: local.requests.length };
}

const features = (warnings: readonly object[]) =>
  warnings.map(warning => ('feature' in warning ? warning.feature : undefined));

const SAMPLES: Readonly<Record<string, readonly [mediaType: string, data: string]>> = {
  image: ['image/png', PNG],
  audio: ['audio/wav', 'UklGRiQAAABXQVZF'],
  video: ['video/mp4', 'AAAAGGZ0eXBtcDQy'],
  document: ['application/pdf', 'JVBERi0xLjcK'],
};

const FOREIGN: JSONObject = {
  normalize: true,
  inputType: 'search_query',
  embeddingPurpose: 'CLUSTERING',
  maxTokens: 10,
  truncate: 'END',
};

function describeEmbedding(facts: EmbeddingFacts): void {
  const { modelId, alike, perRequest, dimensions, types, takes } = facts;

  describe(modelId, () => {
    it('sends its own body', async () => {
      expect((await embed(modelId)).body).toEqual(facts.body);
    });

    it.each(alike)('has the rules of %s', async other => {
      expect((await embed(other)).body).toEqual(facts.body);
    });

    it('embeds many values in order, as many in a request as it takes', async () => {
      const { local, model } = door(modelId);
      const values = Array.from({ length: perRequest * 2 + 1 }, (_, index) => `number ${index}`);
      const { embeddings, usage } = await embedMany({ model, values });
      expect(model.maxEmbeddingsPerCall).toBe(perRequest);
      expect(local.requests).toHaveLength(3);
      expect(embeddings.map(({ length }) => length)).toEqual(values.map(() => dimensions.default));
      expect(usage.tokens).toBeGreaterThan(0);
      for (const index of [0, perRequest, perRequest * 2]) {
        const { embeddings: alone } = await model.doEmbed({ values: [`number ${index}`] });
        expect(embeddings[index]).toEqual(alone[0]);
      }
    });

    it('has the dimensions that are asked for, by any name', async () => {
      for (const count of dimensions.choice) {
        const results = await Promise.all([
          embed(modelId, {}, { dimensions: count }),
          embed(modelId, { dimensions: count }),
          embed(modelId, { embeddingDimension: count }),
          embed(modelId, { outputDimension: count }, { dimensions: count }),
        ]);
        for (const { embeddings, warnings } of results) {
          expect({ count: embeddings[0]?.length, warnings }).toEqual({ count, warnings: [] });
        }
      }
    });

    it('refuses other dimensions, or warns where there is no choice', async () => {
      if (dimensions.choice.length === 0) {
        const { warnings, body } = await embed(modelId, {}, { dimensions: 7 });
        expect(features(warnings)).toEqual(['dimensions']);
        expect(body).toEqual(facts.body);
        expect((await embed(modelId, {}, { dimensions: dimensions.default })).warnings).toEqual([]);
        return;
      }
      const error = await errorOf(embed(modelId, { outputDimension: 7 }));
      expect(error).toMatchObject({
        argument: 'providerOptions.bedrock.outputDimension',
        message: expect.stringContaining(`one of ${dimensions.choice.join(', ')}, got 7`),
      });
    });

    it('refuses dimensions that contradict each other', async () => {
      const error = await errorOf(embed(modelId, { dimensions: 512 }, { dimensions: 1024 }));
      expect(error).toMatchObject({ message: expect.stringMatching(/512 contradicts dimensions.*1024/) });
    });

    it('gives every type that it has, and says which it has not', async () => {
      for (const type of types) {
        const { embeddings, providerMetadata } = await embed(modelId, { embeddingTypes: [type] });
        expect(embeddings[0]?.length).toBeGreaterThan(0);
        expect(providerMetadata).toEqual({
          bedrock: { 'values[0]': { embeddingsByType: { [type]: embeddings[0] } } },
        });
      }
      if (types.includes('int8')) return;
      const call = embed(modelId, { embeddingTypes: ['int8'] });
      if (types.length > 1) {
        expect(await errorOf(call)).toMatchObject({ message: expect.stringContaining('got "int8"') });
      } else {
        expect(features((await call).warnings)).toEqual(['providerOptions.bedrock.embeddingTypes']);
      }
    });

    it('sends the options that it takes, and warns of the others', async () => {
      for (const [name, [value, expected]] of Object.entries(takes)) {
        const { body, warnings } = await embed(modelId, { [name]: value });
        expect({ body, warnings }).toEqual({ body: { ...facts.body, ...expected }, warnings: [] });
      }
      const foreign = Object.fromEntries(Object.entries(FOREIGN).filter(([name]) => !(name in takes)));
      const { body, warnings } = await embed(modelId, foreign);
      expect(body).toEqual(facts.body);
      expect(features(warnings)).toEqual(Object.keys(foreign).map(name => `providerOptions.bedrock.${name}`));
    });

    it('adds what the caller wants to add', async () => {
      const { local, model } = door(modelId);
      await errorOf(
        model.doEmbed({
          values: ['Hello'],
          providerOptions: { bedrock: { additionalModelRequestFields: { brandNew: 1 } } },
        }),
      );
      expect(bodies(local)).toEqual([{ ...facts.body, brandNew: 1 }]);
    });

    it.each(['', ' \n\t '])('refuses the blank value %j', async blank => {
      const { local, model } = door(modelId);
      const error = await errorOf(model.doEmbed({ values: ['Hello', blank] }));
      expect(InvalidArgumentError.isInstance(error)).toBe(true);
      expect(error).toMatchObject({ argument: 'values[1]', message: expect.stringContaining('blank') });
      expect(local.requests).toEqual([]);
    });

    it('takes an image, or says that it does not', async () => {
      const call = embed(modelId, { files: [{ data: PNG }] }, { value: '' });
      if (facts.image === undefined) {
        expect(await errorOf(call)).toMatchObject({
          message: 'providerOptions.bedrock.files[0]: this model embeds text only.',
        });
      } else {
        const { body, embeddings, usage } = await call;
        expect(body).toEqual(facts.image);
        expect(embeddings[0]).toHaveLength(dimensions.default);
        expect(usage).toEqual({ tokens: 0 });
      }
    });

    it('takes a text with an image, or says that it does not', async () => {
      const call = embed(modelId, { files: [[{ data: `data:image/png;base64,${PNG}` }]] });
      if (facts.textAndImage !== undefined) expect((await call).body).toEqual(facts.textAndImage);
      else
        expect(await errorOf(call)).toMatchObject({
          message: expect.stringMatching(/text only|one or the other/),
        });
    });

    it.each(Object.keys(SAMPLES))('takes a file of the kind %s, or says what it takes', async kind => {
      const [mediaType = '', data = ''] = SAMPLES[kind] ?? [];
      const call = embed(modelId, { files: [{ data, mediaType }] }, { value: '' });
      if (facts.files.some(taken => taken === kind)) expect((await call).sent).toBe(1);
      else expect(await errorOf(call)).toMatchObject({ argument: 'providerOptions.bedrock.files[0]' });
    });
  });
}

it('the contract suite runs for every family that embeds', () => {
  const embedding = families.filter(({ embedding }) => embedding?.(undefined) !== undefined);
  const covered = families.filter(({ matches }) =>
    embeddingFacts.some(({ modelId }) => matches(modelId.replace(/^us\./, ''))),
  );
  expect(embedding.map(({ name }) => name)).toEqual(
    covered.map(({ name }) => name).filter(name => name !== 'generic'),
  );
});

for (const facts of embeddingFacts) describeEmbedding(facts);
