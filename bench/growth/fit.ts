import { linearRegression } from 'simple-statistics';

export interface Point {
  readonly size: number;
  readonly cost: number;
}

/** How many of the largest sizes tell how it goes on from there. */
const TAIL = 3;

/**
 * How cost grows with size: 0 where it does not, 1 where it grows as the size does, 2 where it grows as its square. It is
 * the slope of the straight line that fits the logarithms best, so a cost that is there at any size makes it smaller.
 * @param points at least two sizes; sizes and costs are above 0
 */
export function slopeOf(points: readonly Point[]): number {
  return linearRegression(points.map(({ size, cost }) => [Math.log(size), Math.log(cost)])).m;
}

/** Of the largest sizes only, where what is there at any size no longer hides how the rest grows. */
export function tailSlopeOf(points: readonly Point[]): number {
  return slopeOf(points.toSorted((a, b) => a.size - b.size).slice(-TAIL));
}
