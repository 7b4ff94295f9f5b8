import { existsSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { slopeOf, tailSlopeOf } from '../../bench/growth/fit.ts';
import { curveOf, isHeld, slowReaderChecks } from '../../bench/growth/report.ts';
import type { SlowReaderSample } from '../../bench/growth/task.ts';

const sizes = [1, 10, 100, 1_000, 10_000];
const costs = (costOf: (size: number) => number) => sizes.map(size => ({ size, cost: costOf(size) }));

describe('the slope of growth', () => {
  it.each([
    ['constant', 0, () => 7],
    ['linear', 1, (size: number) => 3 * size],
    ['quadratic', 2, (size: number) => 0.01 * size ** 2],
    ['a square root', 0.5, (size: number) => Math.sqrt(size)],
    ['falling', -1, (size: number) => 5 / size],
  ])('is the exponent: %s', (_, exponent, costOf) => {
    expect(slopeOf(costs(costOf))).toBeCloseTo(exponent, 10);
    expect(tailSlopeOf(costs(costOf))).toBeCloseTo(exponent, 10);
  });

  it('tells at its end what a cost that is always there hides', () => {
    const hidden = costs(size => 1_000 + 0.01 * size ** 2);
    expect(slopeOf(hidden)).toBeLessThan(1.15);
    expect(tailSlopeOf(hidden)).toBeGreaterThan(1.15);
  });

  it('is that of the largest sizes, in whatever order they come', () => {
    const growing = costs(size => (size <= 100 ? 1 : size));
    expect(tailSlopeOf(growing.toReversed())).toBeCloseTo(tailSlopeOf(growing), 10);
  });

  it('is of the medians of the rounds', () => {
    const round = (factor: number) =>
      sizes.map(size => ({ size, cpu: size * factor * (size === 1 ? factor : 1), wall: size, rss: 1 }));
    const { slope, points } = curveOf([...round(1), ...round(50), ...round(1)]);
    expect(slope).toBeCloseTo(1, 10);
    expect(points.map(({ cpu }) => cpu)).toEqual(sizes);
  });
});

describe('a slow reader', () => {
  const sample = (ms: number, taken: number, read: number, rss = 100): SlowReaderSample => {
    const isStanding = ms >= 1_000 && ms <= 3_000;
    return { ms, taken, read, rss, isStanding };
  };
  const before = [sample(500, 50, 48), sample(1_000, 100, 96)];
  const after = [sample(3_500, 150, 146), sample(4_000, 200, 196)];
  const missed = (samples: readonly SlowReaderSample[]) =>
    slowReaderChecks(samples)
      .filter(check => !isHeld(check))
      .map(({ title }) => title.replace('A reader that stands still: ', ''));

  it('holds the server back where buffers fill up and nothing more is taken', () => {
    expect(missed([...before, sample(1_600, 104, 96), sample(3_000, 104, 96), ...after])).toEqual([]);
  });

  it('does not where bytes go on being taken', () => {
    const standing = [sample(1_600, 140, 96), sample(3_000, 200, 96)];
    expect(missed([...before, ...standing, ...after])).toEqual([
      'taken from the server',
      'taken and not read',
    ]);
  });

  it('does not where memory grows meanwhile', () => {
    const standing = [sample(1_600, 104, 96, 150), sample(3_000, 104, 96, 200)];
    expect(missed([...before, ...standing, ...after])).toEqual(['more RSS']);
  });

  it('is not seen where the stream was over', () => {
    const over = [sample(1_600, 104, 96), sample(3_000, 104, 96), sample(4_000, 104, 96)];
    expect(missed([...before, ...over])).toEqual(['read when it goes on']);
  });

  it('is not seen where nothing was measured', () => {
    expect(missed([])).toHaveLength(4);
  });
});

describe('the pictures of docs/performance.md', () => {
  const folder = new URL('../../docs/', import.meta.url);
  const page = readFileSync(new URL('performance.md', folder), 'utf8');
  const pictures = [...page.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path]) => path as string);

  it('are seven', () => {
    expect(new Set(pictures).size).toBe(7);
  });

  it.each(pictures)('are there, and small: %s', path => {
    const file = new URL(path, folder);
    expect(existsSync(file)).toBe(true);
    expect(statSync(file).size).toBeLessThan(60 * 1024);
    expect(readFileSync(file).subarray(1, 4).toString()).toBe('PNG');
  });
});
