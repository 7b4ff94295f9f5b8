/** What the samples come to, and whether it is what it should be. */
import { median } from '../median.ts';
import { slopeOf, tailSlopeOf } from './fit.ts';
import type { Growth } from './growths.ts';
import type { ContestantName } from './models.ts';
import type { GrowthSample, MemorySample, SlowReaderSample } from './task.ts';

export interface GrowthReport {
  readonly name: string;
  readonly title: string;
  readonly of: string;
  readonly atMost: number;
  readonly sizes: readonly number[];
  readonly contestants: Readonly<Record<ContestantName, Curve>>;
}

/** Sizes that took too long are missing. */
export interface Curve {
  readonly points: readonly GrowthPoint[];
  readonly slope: number;
  readonly tailSlope: number;
}

/** Medians of the rounds: milliseconds, and MiB that the process had at most in the first round. */
export interface GrowthPoint {
  readonly size: number;
  readonly cpu: number;
  readonly wall: number;
  readonly rss: number;
}

/** Lengths that took too long are missing. */
export type MemoryReport = Readonly<Record<ContestantName, readonly MemorySample[]>>;

export type SlowReaderReport = Readonly<Record<ContestantName, readonly SlowReaderSample[]>>;

export interface Report {
  readonly at: string;
  readonly node: string;
  readonly growths: readonly GrowthReport[];
  readonly memory: MemoryReport;
  readonly slowReader: SlowReaderReport;
}

/** One thing that ours must hold. */
export interface Check {
  readonly title: string;
  readonly value: number;
  readonly unit: '' | 'MiB';
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** MiB by which one million parts may exceed ten thousand: what the allocator does differs by some. */
const MORE_RSS = 32;
const MORE_PEAK_HEAP = 16;
/** Three bytes kept of each part would be more. */
const MORE_LIVE_HEAP = 2;
/** Until buffers on the way are full. */
const SETTLING_MS = 500;
/** MiB. The system's own buffers may hold some 36 (`tcp_rmem`, `tcp_wmem`). */
const BEFORE_READER = 48;
const WHILE_STANDING = 1;
const MORE_RSS_WHILE_STANDING = 16;
const READ_AFTERWARDS = 1;

export function curveOf(samples: readonly GrowthSample[]): Curve {
  const sizes = [...new Set(samples.map(({ size }) => size))];
  const points = sizes.map(size => {
    const ofSize = samples.filter(sample => sample.size === size);
    return {
      size,
      cpu: median(ofSize.map(({ cpu }) => cpu)),
      wall: median(ofSize.map(({ wall }) => wall)),
      rss: ofSize[0]?.rss ?? Number.NaN,
    };
  });
  const costs = points.map(({ size, cpu }) => ({ size, cost: cpu }));
  return { points, slope: slopeOf(costs), tailSlope: tailSlopeOf(costs) };
}

export function growthReport(
  { name, title, of, atMost, sizes }: Growth,
  contestants: GrowthReport['contestants'],
): GrowthReport {
  return { name, title, of, atMost, sizes, contestants };
}

export function checksOf({ growths, memory, slowReader }: Report): Check[] {
  return [
    ...growths.flatMap(growthChecks),
    ...memoryChecks(memory.ours),
    ...slowReaderChecks(slowReader.ours),
  ];
}

/** What could not be measured is not held. */
export function isHeld({
  value,
  atMost = Number.POSITIVE_INFINITY,
  atLeast = Number.NEGATIVE_INFINITY,
}: Check): boolean {
  return value <= atMost && value >= atLeast;
}

function growthChecks({ title, sizes, atMost, contestants: { ours } }: GrowthReport): Check[] {
  const isWhole = ours.points.length === sizes.length;
  const check = (what: string, slope: number): Check => ({
    title: `${title}: slope${what}`,
    value: isWhole ? slope : Number.NaN,
    unit: '',
    atMost,
  });
  return [check('', ours.slope), check(' of the three largest', ours.tailSlope)];
}

function memoryChecks(samples: readonly MemorySample[]): Check[] {
  const after = (parts: number) => samples.find(sample => sample.parts === parts);
  const [short, long] = [after(10_000), after(1_000_000)];
  const more = (title: string, of: keyof MemorySample, atMost: number): Check => ({
    title: `A million parts over ten thousand: ${title}`,
    value: (long?.[of] ?? Number.NaN) - (short?.[of] ?? Number.NaN),
    unit: 'MiB',
    atMost,
  });
  return [
    more('peak RSS', 'peakRss', MORE_RSS),
    more('peak heap', 'peakHeap', MORE_PEAK_HEAP),
    more('live heap', 'liveHeap', MORE_LIVE_HEAP),
  ];
}

/** @param samples of a reader that reads, stands still, and reads again */
export function slowReaderChecks(samples: readonly SlowReaderSample[]): Check[] {
  const standing = samples.filter(({ isStanding }) => isStanding);
  const [first, last] = [standing[0], standing.at(-1)];
  const settled = standing.find(({ ms }) => ms - (first?.ms ?? Number.NaN) >= SETTLING_MS);
  const difference = (to: number | undefined, from: number | undefined) =>
    (to ?? Number.NaN) - (from ?? Number.NaN);
  const title = (what: string) => `A reader that stands still: ${what}`;
  return [
    {
      title: title('taken from the server'),
      value: difference(last?.taken, settled?.taken),
      unit: 'MiB',
      atMost: WHILE_STANDING,
    },
    {
      title: title('taken and not read'),
      value: difference(last?.taken, last?.read),
      unit: 'MiB',
      atMost: BEFORE_READER,
    },
    {
      title: title('more RSS'),
      value: difference(Math.max(...standing.map(({ rss }) => rss)), first?.rss),
      unit: 'MiB',
      atMost: MORE_RSS_WHILE_STANDING,
    },
    {
      // Else nothing was held back: it was over.
      title: title('read when it goes on'),
      value: difference(samples.at(-1)?.read, last?.read),
      unit: 'MiB',
      atLeast: READ_AFTERWARDS,
    },
  ];
}
