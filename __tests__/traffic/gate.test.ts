import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Book, type Cost, LocalBook, NOTHING } from '../../src/traffic/book.ts';
import { type Entrant, Gate, type Pass } from '../../src/traffic/gate.ts';
import { QueueFullError } from '../../src/traffic/traffic-errors.ts';

const COST = { requests: 1, tokens: 100 };

/** A book that answers later, as a shared one does. */
class FarBook extends LocalBook {
  /** How many are in line at the store, as far as it knows. */
  placesKept = 0;

  override ask(cost: Cost, now: number): never {
    const answer = Promise.resolve().then(() => {
      const wait = super.ask(cost, now);
      this.placesKept = wait === 0 ? 0 : 1;
      return wait;
    });
    return answer as never;
  }

  override leave(): void {
    this.placesKept = 0;
  }
}

interface Parts {
  book?: Book;
  maxQueue?: number;
}

function newGate(
  requestsPerSecond: number,
  { book = new LocalBook(performance.now(), undefined), maxQueue = 100 }: Parts = {},
): Gate {
  return new Gate({
    modelId: 'any',
    book,
    known: {
      requests: { rate: requestsPerSecond / 1000, capacity: requestsPerSecond },
      tokens: { rate: 1000, capacity: 1e6 },
    },
    maxConcurrency: 100,
    maxQueue,
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

describe('a gate whose book is shared', () => {
  const never = new AbortController().signal;
  const enter = async (gate: Gate) => {
    try {
      await gate.enter(entrant(never));
      return 'out';
    } catch (error) {
      return QueueFullError.isInstance(error) ? `${error.queued} wait` : error;
    }
  };

  it.each([0, 1])('lets calls ask that come at once, also where only %i may wait', async maxQueue => {
    const book = new FarBook(performance.now(), undefined);
    const gate = newGate(1000, { book, maxQueue });
    expect(await Promise.all(Array.from({ length: 20 }, () => enter(gate)))).toEqual(Array(20).fill('out'));
    expect(gate.running).toBe(20);
    expect(book.buckets.requests.taken).toBe(20);
  });

  it('refuses those who would have to wait where nobody may, and owes the store nothing', async () => {
    const book = new FarBook(performance.now(), undefined);
    const gate = newGate(1, { book, maxQueue: 0 });
    expect(await Promise.all([1, 2, 3].map(() => enter(gate)))).toEqual(['out', '0 wait', '0 wait']);
    expect(await enter(gate)).toBe('0 wait');
    expect(gate.queued).toBe(0);
    expect(book.placesKept).toBe(0);
    expect(book.buckets.requests.taken).toBe(1);
  });

  it('refuses the last to come when it is known that they have to wait', async () => {
    vi.useFakeTimers();
    const gate = newGate(1, { book: new FarBook(performance.now(), undefined), maxQueue: 2 });
    const calls = [1, 2, 3, 4, 5].map(() => enter(gate));
    expect(await Promise.all(calls.slice(3))).toEqual(['2 wait', '2 wait']);
    expect(gate.queued).toBe(2);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await Promise.all(calls.slice(0, 3))).toEqual(['out', 'out', 'out']);
    vi.useRealTimers();
  });
});
