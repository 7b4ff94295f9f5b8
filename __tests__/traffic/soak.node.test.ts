import { describe, expect, it } from 'vitest';
import { problemsOf } from '../../bench/traffic/soak-problems.ts';
import { soak } from '../../bench/traffic/soaking.ts';

describe('a soak of 500 calls with faults of every kind', () => {
  it('ends with every call settled, nothing leaked, and the same in the books of both sides', async () => {
    const report = await soak({ calls: 500, seed: 5 });
    // What should befall calls did.
    expect(report.ends).toMatchObject({
      whole: expect.any(Number),
      broken: expect.any(Number),
      aborted: expect.any(Number),
      left: expect.any(Number),
    });
    expect(problemsOf(report)).toEqual([]);
  });
});
