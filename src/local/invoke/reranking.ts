/** Cohere Rerank and Amazon Rerank: documents are scored by the words that they share with the query. */
import type { JSONObject } from '@ai-sdk/provider';
import { integer, list, string, structure } from '../validation/shape.ts';
import { contentWords, overlap } from '../words.ts';
import { type LocalModel, mayBe } from './local-model.ts';

const members = {
  query: string({ min: 1 }),
  documents: list(string(), { min: 1, max: 1000 }),
  top_n: integer({ min: 1 }),
};
const amazonShape = structure(members, ['query', 'documents']);
const cohereShape = structure(
  { ...members, api_version: integer({ min: 2 }), max_tokens_per_doc: integer({ min: 1 }) },
  ['query', 'documents', 'api_version'],
);

export const rerankingModel: LocalModel = {
  claims: (modelId, { query, documents }) =>
    /rerank/.test(modelId) || (mayBe(modelId, /rerank/) && query !== undefined && documents !== undefined),
  shape: (modelId, { api_version }) =>
    /cohere\./.test(modelId) || api_version !== undefined ? cohereShape : amazonShape,
  answer: body => {
    const { query, documents, top_n } = body as JSONObject & {
      query: string;
      documents: string[];
      top_n?: number;
    };
    const results = rank(query, documents).slice(0, top_n);
    return { body: { results: results.map(({ index, score }) => ({ index, relevance_score: score })) } };
  },
};

/** From 0 to 1, best first: how many words of the query a document has, and then how much else it says. */
export function rank(query: string, documents: readonly string[]): { index: number; score: number }[] {
  const words = contentWords(query);
  const all = Math.max(1, overlap(words, query));
  return documents
    .map((text, index) => {
      const shared = overlap(words, text);
      const density = shared / Math.max(1, contentWords(text).length);
      return { index, score: Number((0.01 + 0.9 * (shared / all) + 0.09 * density).toFixed(6)) };
    })
    .sort((a, b) => b.score - a.score);
}
