/** A program: one contestant of one figure. Started by `coordinator.ts`, and ends with it. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { FromChild, ToChild } from './coordinator.ts';
import type { Contestant, Figure, Sample } from './figure.ts';
import { groups } from './groups.ts';

const WARM_UP_MS = 700;
const WARM_UP_ITERATIONS = 2;
const DEFAULT_TURN_MS = 120;

const [groupName, figureName, contestantName = ''] = process.argv.slice(2);
const figure = groups
  .find(({ name }) => name === groupName)
  ?.figures.find(({ name }) => name === figureName) as Figure;
const contestant = await (figure.contestants[contestantName] as () => Promise<Contestant>)();
const { isFresh = false } = figure;
const turnMs = isFresh ? 0 : (figure.turnMs ?? DEFAULT_TURN_MS);

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

process.on('message', (message: ToChild) => {
  switch (message) {
    case 'turn':
      return report(() => turn(turnMs, 1));
    case 'end':
      return report(end);
  }
});
process.on('disconnect', () => process.exit());

await report(() => (isFresh ? [] : turn(turnMs === 0 ? 0 : WARM_UP_MS, WARM_UP_ITERATIONS)));

/** Whoever was before leaves no garbage to whoever comes next; what an iteration makes is collected in its own time. */
async function turn(ms: number, iterations: number): Promise<Sample[]> {
  if (!isFresh) collectGarbage();
  const samples: Sample[] = [];
  const until = performance.now() + ms;
  while (samples.length < iterations || performance.now() < until) samples.push(await contestant.iterate());
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
