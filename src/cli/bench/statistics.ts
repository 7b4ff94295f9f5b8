import { mean, medianSorted, quantileSorted, sampleWithReplacement } from 'simple-statistics';
import type { Distribution } from './report.ts';

/** Percentiles are interpolated between the values next to them. To a thousandth: a microsecond. */
export function distributionOf(values: readonly number[]): Distribution | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((one, other) => one - other);
  return {
    count: sorted.length,
    min: sorted[0] as number,
    p50: rounded(medianSorted(sorted)),
    p90: rounded(quantileSorted(sorted, 0.9)),
    p95: rounded(quantileSorted(sorted, 0.95)),
    p99: rounded(quantileSorted(sorted, 0.99)),
    max: sorted.at(-1) as number,
    mean: rounded(mean(sorted)),
    medianInterval: medianInterval(sorted),
  };
}

export function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/**
 * The narrowest pair of values, as far from both ends, between which the median of the population lies with at least
 * 95 % confidence, whatever the distribution: of n values, fewer than k lie below the median with the chance of fewer
 * than k heads in n throws of a coin.
 * @see https://en.wikipedia.org/wiki/Median#Confidence_interval
 */
export function medianInterval(sorted: readonly number[]): readonly [number, number] | null {
  const count = sorted.length;
  /** Chance of exactly `rank` heads, and of at most as many. */
  let chance = 0.5 ** count;
  let cumulative = chance;
  let rank = -1;
  // A sum of chances that underflow to 0 would never grow: there, the normal approximation is exact enough.
  if (chance === 0) rank = Math.floor(count / 2 - 0.98 * Math.sqrt(count)) - 1;
  while (chance > 0 && cumulative <= 0.025) {
    rank++;
    chance *= (count - rank) / (rank + 1);
    cumulative += chance;
  }
  if (rank < 0) return null;
  return [sorted[rank] as number, sorted[count - 1 - rank] as number];
}

export interface Change {
  /** E.g. 0.1: ten percent more. */
  readonly ratio: number;
  /** 95 %. */
  readonly interval: readonly [low: number, high: number];
  /** Whether 0 lies outside of the interval. */
  readonly beyondNoise: boolean;
}

const RESAMPLES = 2000;

/**
 * By how much the median has changed, with the interval that a bootstrap gives; the same for the same values.
 * @returns null where either has fewer than six values
 */
export function changeOfMedian(before: readonly number[], after: readonly number[]): Change | null {
  if (before.length < 6 || after.length < 6) return null;
  const random = seededRandom(before.length * 31 + after.length);
  const medianOfSample = (values: readonly number[]) =>
    medianSorted(sampleWithReplacement([...values], values.length, random).sort((one, other) => one - other));
  const ratios = Array.from({ length: RESAMPLES }, () => medianOfSample(after) / medianOfSample(before) - 1);
  ratios.sort((one, other) => one - other);
  const interval = [quantileSorted(ratios, 0.025), quantileSorted(ratios, 0.975)] as const;
  const median = (values: readonly number[]) => medianSorted([...values].sort((one, other) => one - other));
  return {
    ratio: median(after) / median(before) - 1,
    interval,
    beyondNoise: interval[0] > 0 || interval[1] < 0,
  };
}

/** mulberry32: good enough to draw samples, and the same everywhere. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
