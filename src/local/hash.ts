/** A small hash of text, without crypto: for ids that are equal for equal requests, and for cache keys. */

/** Two 32-bit numbers; carry the state on to hash one text behind another. */
export type HashState = readonly [number, number];

export const EMPTY_HASH: HashState = [0xdeadbeef, 0x41c6ce57];

export function hash(text: string, [first, second]: HashState = EMPTY_HASH): HashState {
  let a = first;
  let b = second;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return [a >>> 0, b >>> 0];
}

/** Numbers from 0 to 1 that follow from the text. */
export function numbersFrom(text: string): () => number {
  let state = hash(text);
  return () => {
    state = hash('next', state);
    return state[0] / 2 ** 32;
  };
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Letters and digits that follow from the text. */
export function idFrom(text: string, length: number): string {
  let state = hash(text);
  let id = '';
  while (id.length < length) {
    state = hash(id, state);
    id += LETTERS[state[0] % LETTERS.length];
  }
  return id;
}
