import { afterEach, describe, expect, it, vi } from 'vitest';
import { LocalBook, NOTHING } from '../../src/traffic/book.ts';
import { type Entrant, Gate, type Pass } from '../../src/traffic/gate.ts';

const COST = { requests: 1, tokens: 100 };

function newGate(requestsPerSecond: number): Gate {
  return new Gate({
    modelId: 'any',
    book: new LocalBook(performance.now(), undefined),
    known: {
      requests: { rate: requestsPerSecond / 1000, capacity: requestsPerSecond },
      tokens: { rate: 1000, capacity: 1e6 },
    },
    maxConcurrency: 100,
    maxQueue: 100,
    onLearned: () => {},
  });
}

function entrant(abortSignal: AbortSignal): Entrant {
  return {
    cost: COST,
    priority: 'normal',
    since: performance.now(),
    until: Number.POSITIVE_INFINITY,
    abortSignal,
    onQueued: () => {},
  };
}

describe('a gate', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('says after a 503 that a call waits for those before it, so that not all choose its target', async () => {
    const leave = new AbortController();
    const gate = newGate(1000);
    const unlucky = gate.enter(entrant(leave.signal)) as Pass;
    unlucky.unavailable();
    unlucky.settle(NOTHING);
    const now = performance.now();
    const alone = gate.expectedWait(COST, now);
    expect(alone).toBeGreaterThan(0);

    const waiting = [1, 2, 3].map(() => gate.enter(entrant(leave.signal)));
    expect(gate.queued).toBe(3);
    expect(gate.expectedWait(COST, now) / alone).toBeCloseTo(4, 0);

    leave.abort(new Error('enough'));
    await Promise.allSettled(waiting);
  });

  it('has no timer left when the last call that waited has left', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const leave = new AbortController();
    const gate = newGate(1);
    gate.enter(entrant(leave.signal));
    const waiting = gate.enter(entrant(leave.signal));
    expect(vi.getTimerCount()).toBe(1);

    leave.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    expect(vi.getTimerCount()).toBe(0);
  });
});
