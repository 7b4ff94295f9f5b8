/** A program: one task of one contestant. Started by `task.ts`, and ends when it is done. */
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Growth, growths, type Work } from './growths.ts';
import { type ContestantName, modelOf, readAll, streamOf } from './models.ts';
import { Checker, MEAN_BYTES } from './repeated-body.ts';
import { StreamServer } from './server-process.ts';
import type { GrowthSample, MemorySample, SlowReaderSample, Task } from './task.ts';

const MIB = 2 ** 20;
const WARM_UP_MS = 1_000;
const ROUNDS = 3;
const TURN_MS = 150;
/** What takes longer is measured in the first round only. */
const LONG_MS = 2_000;
/** Parts between two looks at the heap. */
const HEAP_EVERY = 1_000;
/** Parts. */
const ENDLESS = 1e9;
const READING_MS = 1_000;
const STANDING_MS = 2_000;
const SAMPLE_MS = 100;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const task = JSON.parse(process.argv[2] ?? '') as Task;
switch (task.kind) {
  case 'growth':
    await measureGrowth(growths.find(({ name }) => name === task.growth) as Growth, task.contestant);
    break;
  case 'memory':
    await measureMemory(task.contestant, task.parts);
    break;
  case 'slow reader':
    await measureSlowReader(task.contestant);
}
process.disconnect();

function tell(sample: GrowthSample | MemorySample | SlowReaderSample): void {
  process.send?.(sample);
}

/* ------------------------------------------------------------------- growth */

/** All sizes, and again: what slows the machine for a while does not slow one size in all rounds. */
async function measureGrowth({ prepare, sizes }: Growth, contestant: ContestantName): Promise<void> {
  const { workOf, close } = await prepare(contestant);
  const [smallest = 1] = sizes;
  await repeat(await workOf(smallest), WARM_UP_MS);
  const long = new Set<number>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const size of sizes.filter(size => !long.has(size))) {
      const work = await workOf(size);
      collectGarbage();
      const { cpu, wall } = await repeat(work, TURN_MS);
      if (wall > LONG_MS) long.add(size);
      tell({ size, cpu, wall, rss: process.resourceUsage().maxRSS / 1024 });
    }
  }
  close?.();
}

/** @returns milliseconds of one time */
async function repeat(work: Work, ms: number): Promise<{ cpu: number; wall: number }> {
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  let times = 0;
  do {
    await work();
    times += 1;
  } while (performance.now() - startedAt < ms);
  const { user, system } = process.cpuUsage(cpuBefore);
  return { cpu: (user + system) / 1000 / times, wall: (performance.now() - startedAt) / times };
}

/* ------------------------------------------------------------------- memory */

/** One stream over a socket, in a process that has read none before. */
async function measureMemory(contestant: ContestantName, parts: number): Promise<void> {
  const server = await StreamServer.start();
  const model = await modelOf(contestant, `${server.url}/parts/${parts}`);
  const checker = new Checker();
  let peakHeap = 0;
  let liveHeap = 0;
  await readAll(model, part => {
    checker.take(part);
    if (checker.parts % HEAP_EVERY === 0) peakHeap = Math.max(peakHeap, process.memoryUsage().heapUsed);
    // Nearly at the end: what is alive now has been kept from all that was read.
    if (liveHeap === 0 && checker.parts === parts - 1) {
      collectGarbage();
      liveHeap = process.memoryUsage().heapUsed;
    }
  });
  checker.expect(parts);
  server.close();
  const peakRss = process.resourceUsage().maxRSS / 1024;
  tell({ parts, peakRss, peakHeap: peakHeap / MIB, liveHeap: liveHeap / MIB });
}

/* -------------------------------------------------------------- slow reader */

/** Reads for a second, stands still for two, and goes on for another. */
async function measureSlowReader(contestant: ContestantName): Promise<void> {
  const server = await StreamServer.start();
  const reader = await streamOf(await modelOf(contestant, `${server.url}/parts/${ENDLESS}`));
  const checker = new Checker();
  const startedAt = performance.now();
  let taken = 0;
  const sample = async (isStanding: boolean) => {
    taken += await server.taken();
    const rss = process.memoryUsage().rss / MIB;
    const read = (checker.parts * MEAN_BYTES) / MIB;
    tell({ ms: performance.now() - startedAt, taken: taken / MIB, read, rss, isStanding });
  };
  const readFor = async (ms: number) => {
    const until = performance.now() + ms;
    for (let sampleAt = 0; performance.now() < until; ) {
      const { value } = await reader.read();
      if (value !== undefined) checker.take(value);
      if (performance.now() < sampleAt) continue;
      sampleAt = performance.now() + SAMPLE_MS;
      await sample(false);
    }
  };
  await readFor(READING_MS);
  for (let left = STANDING_MS; left > 0; left -= SAMPLE_MS) {
    await sample(true);
    await sleep(SAMPLE_MS);
  }
  await sample(true);
  await readFor(READING_MS);
  await reader.cancel();
  server.close();
}
