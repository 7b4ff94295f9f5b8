import { describe, expect, it } from 'vitest';
import { LocalBook, NOTHING } from '../../src/traffic/book.ts';
import { type Entrant, Gate, type Pass } from '../../src/traffic/gate.ts';

const COST = { requests: 1, tokens: 100 };

describe('a gate that is braked after a 503', () => {
  it('says that a call waits for those before it, so that failover does not send all calls into its line', async () => {
    const leave = new AbortController();
    const gate = new Gate({
      modelId: 'any',
      book: new LocalBook(performance.now(), undefined),
      known: { requests: { rate: 1, capacity: 1000 }, tokens: { rate: 1000, capacity: 1e6 } },
      maxConcurrency: 100,
      maxQueue: 100,
      onLearned: () => {},
    });
    const entrant = (): Entrant => ({
      cost: COST,
      priority: 'normal',
      since: performance.now(),
      until: Number.POSITIVE_INFINITY,
      abortSignal: leave.signal,
      onQueued: () => {},
    });
    const refused = gate.enter(entrant()) as Pass;
    refused.unavailable();
    refused.settle(NOTHING);
    const now = performance.now();
    const alone = gate.expectedWait(COST, now);
    expect(alone).toBeGreaterThan(0);

    const waiting = [1, 2, 3].map(() => gate.enter(entrant()));
    expect(gate.queued).toBe(3);
    expect(gate.expectedWait(COST, now) / alone).toBeCloseTo(4, 0);

    leave.abort(new Error('enough'));
    await Promise.allSettled(waiting);
  });
});
