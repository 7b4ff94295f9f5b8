/** From the replies of reranking models to one ranking. */
import type { JSONObject, JSONValue, RerankingModelV4Result } from '@ai-sdk/provider';

export type Ranking = RerankingModelV4Result['ranking'];

/**
 * Reads `{ results: [{ index, relevance_score }] }`; agent-runtime writes `relevanceScore`.
 * @param count how many documents were sent; an index must be below it
 * @returns undefined when the reply is not one
 */
export function readRanking(reply: JSONObject, count: number): Ranking | undefined {
  const { results } = reply;
  if (!Array.isArray(results)) return undefined;
  const ranking = results.map(readResult);
  const fits = ({ index, relevanceScore }: Ranking[number]) =>
    Number.isInteger(index) && index >= 0 && index < count && Number.isFinite(relevanceScore);
  const distinct = new Set(ranking.map(({ index }) => index)).size === ranking.length;
  return distinct && ranking.every(fits) ? ranking : undefined;
}

/** What is no number fails the checks above. */
function readResult(result: JSONValue): Ranking[number] {
  const { index, relevance_score, relevanceScore } = (result ?? {}) as JSONObject;
  return { index: index as number, relevanceScore: (relevance_score ?? relevanceScore) as number };
}

/**
 * One ranking of the rankings of parts. The models score a document against the query alone, so that scores of
 * different calls compare.
 */
export function mergeRankings(
  parts: ReadonlyArray<{ readonly offset: number; readonly ranking: Ranking }>,
  topN: number | undefined,
): Ranking {
  return parts
    .flatMap(({ offset, ranking }) =>
      ranking.map(({ index, relevanceScore }) => ({ index: index + offset, relevanceScore })),
    )
    .sort((a, b) => b.relevanceScore - a.relevanceScore)
    .slice(0, topN);
}
