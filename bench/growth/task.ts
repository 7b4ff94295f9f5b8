/** What is measured in a process of its own, and what it tells. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ContestantName } from './models.ts';

export type Task = { readonly contestant: ContestantName } & (
  | { readonly kind: 'growth'; readonly growth: string }
  | { readonly kind: 'memory'; readonly parts: number }
  | { readonly kind: 'slow reader' }
);

/** One size in one round, each time it was done on average: milliseconds. */
export interface GrowthSample {
  readonly size: number;
  readonly cpu: number;
  readonly wall: number;
  /** MiB; the most that the process had until then. */
  readonly rss: number;
}

/** After a stream of so many parts: MiB. */
export interface MemorySample {
  readonly parts: number;
  readonly peakRss: number;
  /** With what nobody needs any longer and was not yet collected. */
  readonly peakHeap: number;
  /** After collection, one part before the end. */
  readonly liveHeap: number;
}

export interface SlowReaderSample {
  /** Since the stream began. */
  readonly ms: number;
  /** MiB that the system took from the server. */
  readonly taken: number;
  /** MiB that have come to the reader as parts. */
  readonly read: number;
  /** MiB of the reader's process. */
  readonly rss: number;
  readonly isStanding: boolean;
}

/**
 * @param patienceMs how long the next sample may take; the process is then ended, and there are no more samples
 * @throws where its result is wrong
 */
export async function samplesOf<Sample>(task: Task, patienceMs: number): Promise<Sample[]> {
  const program = fileURLToPath(new URL('child.ts', import.meta.url));
  const child = fork(program, [JSON.stringify(task)], { execArgv: [] });
  const samples: Sample[] = [];
  const gone = once(child, 'exit') as Promise<[number | null]>;
  let timer: NodeJS.Timeout | undefined;
  let isImpatient = false;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      isImpatient = true;
      child.kill();
    }, patienceMs);
  };
  wait();
  child.on('message', sample => {
    samples.push(sample as Sample);
    wait();
  });
  const [code] = await gone;
  clearTimeout(timer);
  if (code !== 0 && !isImpatient) throw new Error(`${JSON.stringify(task)}: its process ended with ${code}.`);
  return samples;
}
