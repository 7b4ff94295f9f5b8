import { NoSuchModelError } from '@ai-sdk/provider';
import { chatDefaults, createBedrock, type ModelFamily } from 'bedrock-ai-provider';
import { describe, expect, it } from 'vitest';
import { load } from '../../src/codec/later.ts';
import { amazonrerank } from '../../src/families/amazonrerank.ts';
import { cohere } from '../../src/families/cohere.ts';
import { generic } from '../../src/families/generic.ts';
import { families } from '../../src/families/index.ts';
import { describeReranking } from './reranking-contract.ts';

/** What a user may write. */
const acme: ModelFamily = {
  name: 'acme',
  matches: baseModel => baseModel.startsWith('acme.'),
  chat: () => chatDefaults,
  reranking: () => ({
    invoke: {
      maxDocuments: 700,
      documentText: document => Object.values(document).join(' '),
      toBody: ({ query, documents, topN }) => ({
        query,
        documents: [...documents],
        ...(topN !== undefined && { top_n: topN }),
      }),
    },
  }),
};

describeReranking({ family: cohere, modelId: 'cohere.rerank-v3-5:0', operation: 'InvokeModel' });
describeReranking({ family: cohere, modelId: 'cohere.rerank-v9:0', operation: 'InvokeModel' });
describeReranking({ family: amazonrerank, modelId: 'amazon.rerank-v1:0', operation: 'InvokeModel' });
describeReranking({ family: generic, modelId: 'somebody.rerank-v1:0', operation: 'Rerank' });
describeReranking({ family: acme, modelId: 'acme.rerank-v1', operation: 'InvokeModel' });

describe('the reranking rules of the families', () => {
  it('are tested for every family that has some', () => {
    expect(families.filter(({ reranking }) => reranking !== undefined)).toEqual([
      amazonrerank,
      cohere,
      generic,
    ]);
  });

  it.each([['cohere.rerank-v3-5:0', { type: 'a', body: 'b: c\n"d"', n: 1, nested: { e: [2] } }]])(
    'writes an object for %s as YAML',
    async (modelId, document) => {
      const rules = await load(cohere.reranking?.(modelId) ?? {});
      const text = rules.invoke?.documentText(document);
      expect(text).toBe('type: a\nbody: "b: c\\n\\"d\\""\nn: 1\nnested: {"e":[2]}');
    },
  );

  it.each(['anthropic.claude-opus-4-8', 'cohere.embed-v4:0', 'amazon.titan-embed-text-v2:0'])(
    'say at once that %s does not rerank',
    modelId => {
      const { rerankingModel } = createBedrock();
      expect(() => rerankingModel(modelId)).toThrow(NoSuchModelError);
      expect(() => rerankingModel(modelId)).toThrow(`${modelId} is not known to rerank`);
    },
  );
});
