import type { Distribution } from './report.ts';

/** To a thousandth: a microsecond, where these are milliseconds. */
export function distributionOf(values: readonly number[]): Distribution | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((one, other) => one - other);
  return {
    count: sorted.length,
    min: sorted[0] as number,
    p50: rounded(quantile(sorted, 0.5)),
    p90: rounded(quantile(sorted, 0.9)),
    p95: rounded(quantile(sorted, 0.95)),
    p99: rounded(quantile(sorted, 0.99)),
    max: sorted.at(-1) as number,
    mean: rounded(sorted.reduce((sum, value) => sum + value, 0) / sorted.length),
    medianInterval: medianInterval(sorted),
  };
}

/** Between the two values next to it, as R, Excel and NumPy do by default. */
function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)] as number;
  const high = sorted[Math.ceil(place)] as number;
  return low + (high - low) * (place % 1);
}

function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((one, other) => one - other),
    0.5,
  );
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
  const resampled = (values: readonly number[]) =>
    values.map(() => values[Math.floor(random() * values.length)] as number);
  const ratios = Array.from(
    { length: RESAMPLES },
    () => median(resampled(after)) / median(resampled(before)) - 1,
  );
  ratios.sort((one, other) => one - other);
  const interval = [quantile(ratios, 0.025), quantile(ratios, 0.975)] as const;
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
