/**
 * Embeddings that follow from their input: each word has a direction of its own, and a text points where its words
 * point together. So the cosine of two texts grows with the words that they share; what the words mean counts for
 * nothing.
 */
import { hash } from '../hash.ts';
import { contentWords, stem } from '../words.ts';

/** Numbers between -1 and 1, of no certain length. */
export function textVector(text: string, dimensions: number): Float64Array<ArrayBuffer> {
  const words = contentWords(text).flatMap(toTerms);
  return sumOf(words.length > 0 ? words : [text.trim().toLowerCase()], dimensions);
}

/** Equal files get equal embeddings, and files that share long stretches similar ones. */
export function fileVector(base64: string, dimensions: number): Float64Array<ArrayBuffer> {
  const size = Math.max(64, Math.ceil(base64.length / 64));
  const stretches = Array.from({ length: Math.ceil(base64.length / size) }, (_, index) =>
    base64.slice(index * size, (index + 1) * size),
  );
  return sumOf(stretches, dimensions);
}

/** Scripts that put no blanks between words are compared by character. */
function toTerms(word: string): string[] {
  const spaced = !/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(word);
  return spaced ? [stem(word)] : [...word];
}

function sumOf(terms: readonly string[], dimensions: number): Float64Array<ArrayBuffer> {
  const sum = new Float64Array(dimensions);
  for (const term of terms) {
    let state = hash(term)[0];
    for (let i = 0; i < dimensions; i++) {
      // https://en.wikipedia.org/wiki/Linear_congruential_generator, mixed, for the low bits are regular.
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0;
      sum[i] = (sum[i] ?? 0) + mixed / 2 ** 31 - 1;
    }
  }
  return sum;
}

export function average(
  vectors: readonly Float64Array<ArrayBuffer>[],
  dimensions: number,
): Float64Array<ArrayBuffer> {
  const sum = new Float64Array(dimensions);
  for (const vector of vectors) {
    const unit = normalized(vector);
    for (let i = 0; i < dimensions; i++) sum[i] = (sum[i] ?? 0) + (unit[i] ?? 0) / vectors.length;
  }
  return sum;
}

export function normalized(vector: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const length = Math.hypot(...vector);
  return vector.map(value => value / length);
}

/** As JSON, at the precision of a 32-bit float. */
export function toFloats(vector: Float64Array<ArrayBuffer>): number[] {
  return Array.from(vector, value => Number(value.toPrecision(8)));
}

/** From -128 to 127; the largest value fills the range. */
export function toInt8(vector: Float64Array<ArrayBuffer>): number[] {
  const largest = vector.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return Array.from(vector, value => Math.round((value / largest) * 127));
}

/** A bit for each dimension. */
export function toBits(vector: Float64Array<ArrayBuffer>): number[] {
  return Array.from(vector, value => (value > 0 ? 1 : 0));
}

/** Eight bits in a number from 0 to 255, the first of them the highest. */
export function packed(bits: readonly number[]): number[] {
  return Array.from({ length: Math.ceil(bits.length / 8) }, (_, index) =>
    bits.slice(index * 8, index * 8 + 8).reduce((byte, bit) => byte * 2 + bit, 0),
  );
}
