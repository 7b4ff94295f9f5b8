/** What is true of every family's reranking models, as tests through the package's door. */
import { createBedrock, type ModelFamily } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';

export interface RerankingFacts {
  readonly family: ModelFamily;
  readonly modelId: string;
  /** The operation that reaches it when the caller does not choose. */
  readonly operation: 'InvokeModel' | 'Rerank';
}

const QUERY = 'How does rain fall?';
const DOCUMENTS = ['A recipe for soup.', 'Rain and how it may fall.', 'Rain in the hills.', 'Trains.'];

export function describeReranking({ family, modelId, operation }: RerankingFacts): void {
  const door = () => {
    // Strict: a member that AWS does not know fails the call.
    const local = createLocalBedrock({ strict: true, models: () => true });
    const provider = createBedrock({ ...local.settings, families: [family] });
    return { local, model: provider.rerankingModel(modelId) };
  };

  describe(`${modelId} of ${family.name}`, () => {
    it(`is reached through ${operation}`, async () => {
      const { local, model } = door();
      await model.doRerank({ query: QUERY, documents: { type: 'text', values: DOCUMENTS } });
      expect(local.requests).toMatchObject([{ operation, authentication: 'sigv4', status: 200 }]);
    });

    it('ranks texts, best first', async () => {
      const { ranking, warnings } = await door().model.doRerank({
        query: QUERY,
        documents: { type: 'text', values: DOCUMENTS },
      });
      expect(ranking.map(({ index }) => index).slice(0, 2)).toEqual([1, 2]);
      expect(ranking.map(({ index }) => index).toSorted()).toEqual([0, 1, 2, 3]);
      const scores = ranking.map(({ relevanceScore }) => relevanceScore);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      expect(warnings).toEqual([]);
    });

    it('ranks objects by what they say', async () => {
      const values = DOCUMENTS.map((body, page) => ({ page, body, tags: ['a', { b: null }] }));
      const { ranking } = await door().model.doRerank({
        query: QUERY,
        documents: { type: 'object', values },
      });
      expect(ranking[0]).toMatchObject({ index: 1 });
      expect(ranking).toHaveLength(4);
    });

    it('gives as many as are asked for, and no more than there are', async () => {
      const topped = async (topN: number) =>
        (await door().model.doRerank({ query: QUERY, topN, documents: { type: 'text', values: DOCUMENTS } }))
          .ranking.length;
      expect([await topped(1), await topped(3), await topped(2000)]).toEqual([1, 3, 4]);
    });

    it('ranks more documents than one call takes, as one', async () => {
      const { local, model } = door();
      const values = Array.from({ length: 2500 }, (_, index) => `Number ${index} of many.`);
      values[2345] = 'How rain may fall.';
      values[17] = 'Rain at noon, and of what a day has else.';
      const { ranking } = await model.doRerank({
        query: QUERY,
        topN: 2,
        documents: { type: 'text', values },
      });
      expect(local.requests.length).toBeGreaterThan(1);
      expect(ranking.map(({ index }) => index)).toEqual([2345, 17]);
    });
  });
}
