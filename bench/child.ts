/** A program: one contestant of one figure. Started by `coordinator.ts`, and ends with it. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { FromChild, ToChild } from './coordinator.ts';
import type { Contestant, Figure, Sample } from './figure.ts';
import { groups } from './groups.ts';

const DEFAULT_WARM_UP_MS = 700;
/** Of figures whose turns are one iteration. */
const WARM_UP_ITERATIONS = 2;
const DEFAULT_TURN_MS = 120;

const [groupName, figureName, contestantName = ''] = process.argv.slice(2);
const figure = groups
  .find(({ name }) => name === groupName)
  ?.figures.find(({ name }) => name === figureName) as Figure;
const contestant = await (figure.contestants[contestantName] as () => Promise<Contestant>)();
const { isFresh = false, warmUpMs = DEFAULT_WARM_UP_MS } = figure;
const turnMs = isFresh ? 0 : (figure.turnMs ?? DEFAULT_TURN_MS);

setFlagsFromString('--expose-gc');
const collectGarbage: (options: { type: 'minor' }) => void = runInNewContext('gc');

process.on('message', (message: ToChild) => {
  switch (message) {
    case 'turn':
      return report(() => turn(turnMs));
    case 'end':
      return report(end);
  }
});
process.on('disconnect', () => process.exit());

await report(warmUp);

/** In CPU time, because a busy machine would leave code uncompiled that is measured later. */
async function warmUp(): Promise<Sample[]> {
  const samples: Sample[] = [];
  if (isFresh) return samples;
  const [ms, iterations] = turnMs === 0 ? [0, WARM_UP_ITERATIONS] : [warmUpMs, 1];
  const before = process.cpuUsage();
  while (samples.length < iterations || cpuMs(before) < ms) samples.push(await contestant.iterate());
  return samples;
}

function cpuMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/**
 * A turn begins with young memory empty, and what an iteration makes is collected in its own time. Only the young
 * one: when all memory is collected at once, V8 throws away compiled code whose hidden classes have no object alive,
 * and what is measured next is code that is compiled anew, as it is in no process that just goes on.
 */
async function turn(ms: number): Promise<Sample[]> {
  if (!isFresh) collectGarbage({ type: 'minor' });
  const samples: Sample[] = [];
  const until = performance.now() + ms;
  while (samples.length === 0 || performance.now() < until) samples.push(await contestant.iterate());
  return samples;
}

async function end(): Promise<Sample[]> {
  await contestant.close?.();
  setImmediate(() => process.disconnect());
  return [];
}

async function report(work: () => Sample[] | Promise<Sample[]>): Promise<void> {
  try {
    tell({ samples: await work() });
  } catch (error) {
    tell({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

function tell(message: FromChild): void {
  process.send?.(message);
}
