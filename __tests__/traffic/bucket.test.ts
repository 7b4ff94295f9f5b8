import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { giveBack, newBucket, refill, setRate, take, waitFor } from '../../src/traffic/bucket.ts';

/** 60 a minute, full at time 0. */
function minuteBucket(capacity = 60) {
  const bucket = newBucket(0);
  setRate(bucket, { rate: capacity / 60_000, capacity }, 0);
  return bucket;
}

describe('a bucket', () => {
  it('lets everything through while no quota is known', () => {
    const bucket = newBucket(0);
    take(bucket, 1_000_000);
    expect(waitFor(bucket, 1_000_000, 0)).toBe(0);
  });

  it('starts full, whatever was taken before the quota was known', () => {
    const bucket = newBucket(0);
    take(bucket, 1_000);
    setRate(bucket, { rate: 1, capacity: 10 }, 5);
    expect(refill(bucket, 5)).toBe(10);
  });

  it('starts with the level that is given', () => {
    const bucket = newBucket(0);
    setRate(bucket, { rate: 1, capacity: 10, level: 3 }, 0);
    expect(refill(bucket, 0)).toBe(3);
  });

  it('says how long until a cost fits', () => {
    const bucket = minuteBucket();
    take(bucket, 60);
    expect(waitFor(bucket, 1, 0)).toBe(1_000);
    expect(waitFor(bucket, 5, 2_000)).toBe(3_000);
    expect(waitFor(bucket, 5, 5_000)).toBe(0);
  });

  it('never holds more than its capacity', () => {
    const bucket = minuteBucket();
    take(bucket, 30);
    expect(refill(bucket, 3_600_000)).toBe(60);
    giveBack(bucket, 50);
    expect(refill(bucket, 3_600_000)).toBe(60);
  });

  it('lets a cost that is larger than all of it through when it is full', () => {
    const bucket = minuteBucket();
    take(bucket, 1);
    expect(waitFor(bucket, 1_000, 0)).toBe(1_000);
    expect(waitFor(bucket, 1_000, 1_000)).toBe(0);
  });

  it('has its debts paid by time', () => {
    const bucket = minuteBucket();
    take(bucket, 60);
    giveBack(bucket, -60);
    expect(waitFor(bucket, 1, 0)).toBe(61_000);
  });

  it('keeps what is left when the quota changes, as far as it fits', () => {
    const bucket = minuteBucket();
    take(bucket, 20);
    setRate(bucket, { rate: 1, capacity: 100 }, 0);
    expect(refill(bucket, 0)).toBe(40);
    setRate(bucket, { rate: 1, capacity: 10 }, 0);
    expect(refill(bucket, 0)).toBe(10);
  });

  it('refills nothing when the clock goes back', () => {
    const bucket = minuteBucket();
    take(bucket, 60);
    refill(bucket, 10_000);
    expect(refill(bucket, 5_000)).toBe(10);
    expect(refill(bucket, 10_000)).toBe(10);
  });

  it('agrees with a level that is counted up and down', () => {
    const step = fc.record({
      afterMs: fc.nat(5_000),
      cost: fc.integer({ min: 1, max: 40 }),
      back: fc.integer({ min: -20, max: 40 }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
        const rate = capacity / 1_000;
        const bucket = newBucket(0);
        setRate(bucket, { rate, capacity }, 0);
        let level = capacity;
        let now = 0;
        for (const { afterMs, cost, back } of steps) {
          now += afterMs;
          level = Math.min(capacity, level + afterMs * rate);
          const missing = Math.min(cost, capacity) - level;
          expect(waitFor(bucket, cost, now)).toBeCloseTo(Math.max(0, missing / rate), 2);
          take(bucket, cost);
          giveBack(bucket, back);
          level = Math.min(capacity, level - cost + back);
          expect(refill(bucket, now)).toBeCloseTo(level, 4);
        }
      }),
    );
  });

  it('lets no more through in any time than it holds and earns', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.nat(700), { minLength: 1, maxLength: 200 }),
        (capacity, gaps) => {
          const rate = capacity / 1_000;
          const bucket = newBucket(0);
          setRate(bucket, { rate, capacity }, 0);
          const sent: number[] = [];
          let now = 0;
          for (const gap of gaps) {
            now += gap;
            if (waitFor(bucket, 1, now) > 0) continue;
            take(bucket, 1);
            sent.push(now);
          }
          for (const [from, start] of sent.entries()) {
            for (const [to, end] of sent.entries()) {
              if (to >= from)
                expect(to - from + 1).toBeLessThanOrEqual(capacity + (end - start) * rate + 1e-3);
            }
          }
        },
      ),
    );
  });
});
