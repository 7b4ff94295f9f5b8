import fc from 'fast-check';
import { median, quantileSorted } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { changeOfMedian, distributionOf, medianInterval } from '../../../src/cli/bench/statistics.ts';

const times = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 200 });
const sorted = (values: readonly number[]) => values.toSorted((one, other) => one - other);

describe('the figures of a benchmark', () => {
  it('has the median of simple-statistics, and percentiles in order between the ends', () => {
    fc.assert(
      fc.property(times, values => {
        const figures = distributionOf(values);
        if (figures === null) throw new Error('no figures');
        const { min, p50, p90, p95, p99, max, count, mean } = figures;
        expect(p50).toBeCloseTo(median(values), 3);
        expect([min, p50, p90, p95, p99, max]).toEqual(sorted([min, p50, p90, p95, p99, max]));
        expect([count, min, max]).toEqual([values.length, Math.min(...values), Math.max(...values)]);
        expect(mean).toBeCloseTo(values.reduce((sum, value) => sum + value) / count, 2);
      }),
    );
  });

  it('has percentiles next to those of simple-statistics', () => {
    const values = Array.from({ length: 101 }, (_, index) => index);
    expect(distributionOf(values)).toMatchObject({
      p90: quantileSorted(values, 0.9),
      p95: quantileSorted(values, 0.95),
      p99: quantileSorted(values, 0.99),
    });
  });

  it('has none for no values', () => {
    expect(distributionOf([])).toBeNull();
  });

  /** Ranks by the tables of the binomial distribution. */
  it.each([
    { count: 5, ranks: null },
    { count: 6, ranks: [1, 6] },
    { count: 10, ranks: [2, 9] },
    { count: 20, ranks: [6, 15] },
    { count: 50, ranks: [18, 33] },
    { count: 100, ranks: [40, 61] },
  ])('gives the interval of the median of $count values from ranks $ranks', ({ count, ranks }) => {
    const values = Array.from({ length: count }, (_, index) => index + 1);
    expect(medianInterval(values)).toEqual(ranks);
  });

  it('has an interval for more values than the chance of one order can be told', () => {
    const [low, high] = medianInterval(Array.from({ length: 2_000 }, (_, index) => index + 1)) ?? [];
    expect(low).toBeGreaterThan(950);
    expect(low).toBeLessThan(960);
    expect((low as number) + (high as number)).toBe(2_001);
  });

  it('sees a change that is there, and none in the same values', () => {
    const before = Array.from({ length: 40 }, (_, index) => 100 + (index % 7));
    const slower = before.map(value => value * 1.5);
    expect(changeOfMedian(before, slower)).toMatchObject({ beyondNoise: true });
    expect(changeOfMedian(before, slower)?.ratio).toBeCloseTo(0.5);
    expect(changeOfMedian(before, before)).toMatchObject({ ratio: 0, beyondNoise: false });
  });

  it('says the same of the same values each time, with the change in its interval', () => {
    const values = fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 6, maxLength: 30 });
    fc.assert(
      fc.property(values, values, (before, after) => {
        const change = changeOfMedian(before, after);
        expect(changeOfMedian(before, after)).toEqual(change);
        const [low, high] = change?.interval ?? [Number.NaN, Number.NaN];
        expect(low).toBeLessThanOrEqual(high);
        expect(change?.beyondNoise).toBe(low > 0 || high < 0);
      }),
      { numRuns: 20 },
    );
  });

  it('says nothing of fewer than six values', () => {
    expect(changeOfMedian([1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6])).toBeNull();
  });
});
