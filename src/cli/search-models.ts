/** Finds models by words as a person writes them. */
import type { CatalogModel } from '../catalog/types.ts';

/**
 * Whether every word of the query begins a word of the id, the name or the vendor, or the query is a part of them when
 * blanks and punctuation do not count: `sonnet 4.5`, `sonnet-4-5` and `novalite` find what is meant.
 */
export function matchesWords({ id, name, vendor }: CatalogModel, query: string): boolean {
  if (squash(query) === '') return false;
  const text = `${id} ${name} ${vendor}`;
  const words = wordsOf(text);
  return (
    wordsOf(query).every(wanted => words.some(word => begins(word, wanted))) ||
    squash(text).includes(squash(query))
  );
}

/** Numbers are versions and sizes: 2 is no beginning of 2025. */
function begins(word: string, wanted: string): boolean {
  return /^\d/.test(wanted) ? word === wanted : word.startsWith(wanted);
}

/** Whether the words stand in the id or name together and in this order: `nova-lite`, and not `nova-2-lite`. */
export function hasAsWritten({ id, name }: CatalogModel, query: string): boolean {
  return [id, name].some(text => squash(text).includes(squash(query)));
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[a-z]+|\d+/g) ?? [];
}

function squash(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}

const MOST_NEAR = 5;
/** Below it, what is alike is chance. */
const LEAST_ALIKE = 0.35;

/** Ids that look like the query, the most alike first. */
export function nearIds(models: readonly CatalogModel[], query: string): string[] {
  return models
    .map(({ id, name }) => {
      const texts = [id, id.slice(id.indexOf('.') + 1), name];
      return { id, alike: Math.max(...texts.map(text => likeness(squash(text), squash(query)))) };
    })
    .filter(({ alike }) => alike >= LEAST_ALIKE)
    .sort((one, other) => other.alike - one.alike)
    .slice(0, MOST_NEAR)
    .map(({ id }) => id);
}

/**
 * How many pairs of letters two texts share, from 0 to 1.
 * @see https://en.wikipedia.org/wiki/Dice-S%C3%B8rensen_coefficient
 */
function likeness(one: string, other: string): number {
  const pairs = pairsOf(one);
  const others = pairsOf(other);
  const total = pairs.length + others.length;
  let shared = 0;
  for (const pair of pairs) {
    const place = others.indexOf(pair);
    if (place === -1) continue;
    shared++;
    others.splice(place, 1);
  }
  return total === 0 ? 0 : (2 * shared) / total;
}

function pairsOf(text: string): string[] {
  return Array.from({ length: Math.max(0, text.length - 1) }, (_, place) => text.slice(place, place + 2));
}
