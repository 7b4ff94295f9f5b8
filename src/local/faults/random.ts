import { hash } from '../hash.ts';

/** Numbers from 0 to below 1 that look random, and are the same for the same seed. */
export function seededRandom(seed: string): () => number {
  let drawn = 0;
  return () => hash(`${seed}/${drawn++}`)[0] / 2 ** 32;
}
