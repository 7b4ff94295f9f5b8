/** What a call costs that waits: 100,000 of them before one gate. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LocalBook } from '../../src/traffic/book.ts';
import { type Entrant, Gate, type Pass } from '../../src/traffic/gate.ts';
import type { Figure, Row } from './table.ts';

const WAITERS = 100_000;

/** What one may cost at most, so that so many of them are nothing to notice. */
const MOST_BYTES = 2_000;
const MOST_MICROSECONDS = 20;

export async function measureWaiters(): Promise<Row[]> {
  const joined = await join();
  const letThrough = await letAllThrough(joined.gate, joined.first, joined.waiting);
  return [
    row('memory', { value: joined.bytes, unit: 'bytes', atMost: MOST_BYTES }),
    row(
      'time',
      time(joined.microseconds, 'to join'),
      time(letThrough, 'to be let through'),
      time(await leave(), 'to abort'),
    ),
  ];
}

function row(what: string, ...results: Figure[]): Row {
  return { measure: '100,000 calls that wait', contestant: `ours, ${what} per call`, results };
}

function time(value: number, of: string): Figure {
  return { value, unit: 'µs', of, atMost: MOST_MICROSECONDS };
}

interface Joined {
  readonly gate: Gate;
  /** The one that runs, so that the others wait. */
  readonly first: Pass;
  readonly waiting: readonly Promise<Pass>[];
  /** Per call. */
  readonly bytes: number;
  readonly microseconds: number;
}

async function join(signals?: readonly AbortSignal[]): Promise<Joined> {
  const gate = new Gate({
    modelId: 'any',
    book: new LocalBook(performance.now(), undefined),
    known: { requests: { rate: 1e6, capacity: 1e6 }, tokens: { rate: 1e9, capacity: 1e9 } },
    maxConcurrency: 1,
    maxQueue: WAITERS,
    onLearned: () => {},
  });
  const first = await gate.enter(entrant());
  const waiting: Promise<Pass>[] = new Array(WAITERS);
  const before = heapUsed();
  const startedAt = performance.now();
  for (let index = 0; index < WAITERS; index++) {
    waiting[index] = gate.enter(entrant(signals?.[index])) as Promise<Pass>;
  }
  const microseconds = perCall(startedAt);
  return { gate, first, waiting, microseconds, bytes: (heapUsed() - before) / WAITERS };
}

/** As a call has it by default: it gives up after five minutes. */
function entrant(abortSignal?: AbortSignal): Entrant {
  const since = performance.now();
  return {
    cost: { requests: 1, tokens: 100 },
    priority: 'normal',
    since,
    until: since + 300_000,
    abortSignal,
    onQueued: () => {},
  };
}

/** Each that ends lets the next one through. */
async function letAllThrough(gate: Gate, first: Pass, waiting: readonly Promise<Pass>[]): Promise<number> {
  const startedAt = performance.now();
  const used = { requests: 1, tokens: 50 };
  first.settle(used);
  for (const promise of waiting) (await promise).settle(used);
  const microseconds = perCall(startedAt);
  if (gate.queued + gate.running > 0) throw new Error(`${gate.queued} wait, ${gate.running} run.`);
  return microseconds;
}

/** From the middle of the line outwards, as aborts come in any order. */
async function leave(): Promise<number> {
  const controllers = Array.from({ length: WAITERS }, () => new AbortController());
  const { gate, first, waiting } = await join(controllers.map(({ signal }) => signal));
  const outcomes = Promise.allSettled(waiting);
  const reason = new Error('Not wanted any more.');
  const startedAt = performance.now();
  for (let index = 0; index < WAITERS; index++) controllers[(index * 7_919) % WAITERS]?.abort(reason);
  const microseconds = perCall(startedAt);
  await outcomes;
  first.settle({ requests: 1, tokens: 50 });
  if (gate.queued + gate.running > 0) throw new Error(`${gate.queued} wait, ${gate.running} run.`);
  return microseconds;
}

function perCall(startedAt: number): number {
  return ((performance.now() - startedAt) * 1000) / WAITERS;
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
