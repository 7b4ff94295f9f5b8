/**
 * Many calls, most of which something befalls, against a local Bedrock in another process; and then whether anything
 * is left of them, and whether both sides have the same in their books.
 */
import { getEventListeners } from 'node:events';
import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { createBedrock } from '../../src/index.ts';
import { seededRandom } from '../../src/local/faults/random.ts';
import type { LocalCounters } from '../../src/local/index.ts';
import type { TrafficEvent } from '../../src/traffic/events.ts';
import { openSockets, TimerWatch } from './leaks.ts';
import { CALL_HEADER, type LocalServer, startLocalServer } from './server.ts';
import { FAULTS, MAX_OUTPUT_TOKENS, MODELS, type PlannedCall, planCall, QUOTAS } from './soak-plan.ts';

export interface SoakOptions {
  readonly calls: number;
  readonly seed: number;
  readonly onProgress?: (done: number) => void;
}

/** What both sides have of one model. */
export interface ModelBooks {
  readonly modelId: string;
  readonly sent: number;
  readonly settled: number;
  readonly throttled: number;
  readonly outcomes: Readonly<Record<string, number>>;
  /** Of the calls whose model ran, by the client's book and by the server's. */
  readonly ranHere: number;
  readonly ranThere: number;
  /** Outcomes of calls that are charged here and did not run there. Nobody can know how far an aborted one came. */
  readonly imagined: readonly string[];
  readonly tokensHere: number;
  readonly tokensThere: number;
  readonly counters: LocalCounters;
  /** How many could run at once afterwards; `MAX_CONCURRENCY` unless a place was lost. */
  readonly places: number;
}

export interface SoakReport {
  readonly calls: number;
  readonly seconds: number;
  /** How the calls ended for the caller. */
  readonly ends: Readonly<Record<string, number>>;
  readonly models: readonly ModelBooks[];
  /** Calls that ran there and are not charged here. */
  readonly missed: readonly number[];
  readonly leakedTimers: readonly string[];
  readonly leakedSockets: number;
  /** On a signal that outlives the calls. */
  readonly leakedListeners: number;
}

/** Fewer than want to run, so that calls wait for one another as well. */
export const MAX_CONCURRENCY = 8;
/** Few enough that neither process is always busy: what is under way when a call is cut off is counted by one side only. */
const WORKERS = 60;
const LAST = 30;

export async function soak({ calls, seed, onProgress }: SoakOptions): Promise<SoakReport> {
  const server = await startLocalServer({ delayMs: { firstByte: 20, betweenEvents: 5 } });
  try {
    await server.reset(QUOTAS);
    await server.setFaults(FAULTS, seed);
    return await run(server, { calls, seed, ...(onProgress && { onProgress }) });
  } finally {
    await server.close();
  }
}

async function run(server: LocalServer, { calls, seed, onProgress }: SoakOptions): Promise<SoakReport> {
  const timers = new TimerWatch();
  const socketsBefore = openSockets();
  const ledger = new Ledger();
  const bedrock = createBedrock({
    ...server.settings,
    idleTimeoutMs: 500,
    traffic: { maxConcurrency: MAX_CONCURRENCY, onEvent: event => ledger.note(event) },
  });
  const models = new Map(MODELS.map(modelId => [modelId, bedrock(modelId)]));
  const modelOf = (modelId: string) => models.get(modelId) as LanguageModelV4;
  const forAll = new AbortController();
  const random = seededRandom(String(seed));
  const ends: Record<string, number> = {};

  timers.start();
  const startedAt = performance.now();
  let made = 0;
  const work = async (last: number) => {
    while (made < last) {
      made += 1;
      if (made % 1000 === 0) onProgress?.(made);
      const plan = planCall(random);
      // Calls are counted as they come, here as there.
      const end = await makeCall(modelOf(plan.modelId), plan, made, forAll.signal);
      ends[end] = (ends[end] ?? 0) + 1;
    }
  };
  const workUntil = (last: number) => Promise.all(Array.from({ length: WORKERS }, () => work(last)));
  await workUntil(calls - LAST);
  // No stalls among the last ones: while those are waited for, the timers of others could run out.
  await server.setFaults([]);
  await workUntil(calls);
  const seconds = (performance.now() - startedAt) / 1000;
  // At once: most timers would end by themselves after a while.
  const leakedTimers = await timers.stop();
  await until(async () => Object.values(await server.counters()).every(({ active }) => active === 0));
  const counters = await server.counters();
  const ran = new Set(await server.ran());

  await server.setFaults([{ stallReplyMs: 60_000 }]);
  const places = await countPlaces(server, modelOf);
  await until(() => openSockets() <= socketsBefore);
  return {
    calls,
    seconds,
    ends,
    models: MODELS.map(modelId =>
      toBooks(modelId, ledger, {
        calls,
        ran,
        counters: counters[modelId] as LocalCounters,
        places: places.get(modelId) ?? 0,
      }),
    ),
    missed: [...ran].filter(id => !ledger.calls.get(id)?.isCharged),
    leakedTimers,
    leakedSockets: openSockets() - socketsBefore,
    leakedListeners: getEventListeners(forAll.signal, 'abort').length,
  };
}

/* -------------------------------------------------------------------- calls */

async function makeCall(
  model: LanguageModelV4,
  { prompt, isStream, abortAfterMs, leaveAfter }: PlannedCall,
  number: number,
  forAll: AbortSignal,
): Promise<string> {
  const own = new AbortController();
  const timer = abortAfterMs === undefined ? undefined : setTimeout(() => own.abort(), abortAfterMs);
  const options: LanguageModelV4CallOptions = {
    prompt: [{ role: 'user', content: [{ type: 'text', text: prompt }] }],
    maxOutputTokens: MAX_OUTPUT_TOKENS,
    headers: { [CALL_HEADER]: String(number) },
    abortSignal: abortAfterMs === undefined ? forAll : own.signal,
  };
  try {
    if (isStream) return await readStream(model, options, leaveAfter);
    await model.doGenerate(options);
    return 'whole';
  } catch (error) {
    if (own.signal.aborted) return 'aborted';
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  } finally {
    clearTimeout(timer);
  }
}

async function readStream(
  model: LanguageModelV4,
  options: LanguageModelV4CallOptions,
  leaveAfter = Number.POSITIVE_INFINITY,
): Promise<string> {
  const { stream } = await model.doStream(options);
  let parts = 0;
  let end = 'without an end';
  for await (const part of stream) {
    parts += 1;
    if (part.type === 'finish') end = part.finishReason.unified === 'stop' ? 'whole' : 'broken';
    // Leaving the loop cancels the stream.
    if (parts > leaveAfter) return 'left';
  }
  return end;
}

/** Fills every model's places with calls that get no answer, counts those that came, and aborts them. */
async function countPlaces(
  server: LocalServer,
  modelOf: (modelId: string) => LanguageModelV4,
): Promise<Map<string, number>> {
  const enough = new AbortController();
  const calls = MODELS.flatMap(modelId =>
    Array.from({ length: MAX_CONCURRENCY + 1 }, () =>
      modelOf(modelId).doGenerate({
        prompt: [{ role: 'user', content: [{ type: 'text', text: 'Are you there?' }] }],
        maxOutputTokens: 1,
        abortSignal: enough.signal,
      }),
    ),
  );
  const outcomes = Promise.allSettled(calls);
  const activeOf = async () => {
    const counters = await server.counters();
    return new Map(MODELS.map(modelId => [modelId, counters[modelId]?.active ?? 0]));
  };
  await until(async () => [...(await activeOf()).values()].every(active => active >= MAX_CONCURRENCY));
  const places = await activeOf();
  enough.abort(new Error('enough'));
  await outcomes;
  return places;
}

/* -------------------------------------------------------------------- books */

interface LedgerEntry {
  readonly id: number;
  readonly modelId: string;
  sent: number;
  throttled: number;
  settled: number;
  outcome: string;
  tokens: number;
  isCharged: boolean;
}

/** What the events say of each call. */
class Ledger {
  readonly calls = new Map<number, LedgerEntry>();

  note(event: TrafficEvent): void {
    if (!('callId' in event)) return;
    const entry = this.#entry(event.callId, event.modelId);
    switch (event.type) {
      case 'sent':
        entry.sent += 1;
        return;
      case 'throttled':
        entry.throttled += 1;
        return;
      case 'settled':
        entry.settled += 1;
        entry.outcome = event.outcome;
        entry.tokens += event.tokens;
        entry.isCharged = event.tokens > 0;
        return;
    }
  }

  #entry(id: number, modelId: string): LedgerEntry {
    const known = this.calls.get(id);
    if (known !== undefined) return known;
    const entry = {
      id,
      modelId,
      sent: 0,
      throttled: 0,
      settled: 0,
      outcome: '',
      tokens: 0,
      isCharged: false,
    };
    this.calls.set(id, entry);
    return entry;
  }
}

interface Facts {
  /** How many there were, without those that counted the places. */
  readonly calls: number;
  readonly ran: ReadonlySet<number>;
  readonly counters: LocalCounters;
  readonly places: number;
}

function toBooks(modelId: string, ledger: Ledger, { calls, ran, counters, places }: Facts): ModelBooks {
  const entries = [...ledger.calls.values()].filter(entry => entry.modelId === modelId);
  const sum = (read: (entry: LedgerEntry) => number, of = entries) =>
    of.reduce((total, entry) => total + read(entry), 0);
  const both = entries.filter(({ id }) => ran.has(id));
  const outcomes: Record<string, number> = {};
  for (const { outcome } of both) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  return {
    modelId,
    sent: sum(entry => entry.sent),
    settled: sum(entry => entry.settled),
    throttled: sum(entry => entry.throttled),
    outcomes,
    ranHere: both.filter(({ isCharged }) => isCharged).length,
    ranThere: counters.settledCalls,
    imagined: entries
      .filter(({ id, isCharged }) => isCharged && id <= calls && !ran.has(id))
      .map(({ outcome }) => outcome),
    tokensHere: sum(entry => entry.tokens, both),
    tokensThere: counters.settledTokens,
    counters,
    places,
  };
}

/** Waits until it is so, for ten seconds at most: whoever asks looks at what is then. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await isSo()) && performance.now() < end) await new Promise(resolve => setTimeout(resolve, 50));
}
