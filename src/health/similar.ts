import type { BedrockProvider } from '../provider.ts';

/** Ids of the catalog that a misspelled one may mean: at most two, the nearest first. */
export async function similarIds(bedrock: BedrockProvider, modelId: string): Promise<string[]> {
  const models = await bedrock.catalog.find();
  const ids = models.flatMap(({ id, profiles }) => [id, ...profiles.map(profile => profile.id)]);
  const limit = Math.max(2, Math.floor(modelId.length / 6));
  return ids
    .map(id => ({ id, edits: countEdits(modelId, id) }))
    .filter(({ edits }) => edits > 0 && edits <= limit)
    .toSorted((one, other) => one.edits - other.edits)
    .slice(0, 2)
    .map(({ id }) => id);
}

/** How many letters to change, add or take out (Levenshtein). */
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
