/**
 * Measures a figure: every contestant has a process of its own, and they take turns, one at a time, in several rounds.
 *
 * A figure is the median of the rounds' ratios, and not the ratio of medians: what slows the machine for a second
 * slows all turns of a round, and cancels out in their ratio; where it strikes only one, the median leaves it out.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Figure, Metric, Sample } from './figure.ts';
import { median } from './median.ts';

/** `turn`: measures for a while; `end`: cleans up and ends. */
export type ToChild = 'turn' | 'end';
export type FromChild = { readonly samples: readonly Sample[] } | { readonly error: string };

/** Of one metric of one contestant. */
export interface Measured {
  /** As it is compared with the baseline's. */
  readonly compared: number;
  /** The number by itself. */
  readonly value: number;
  /** Rounds that it took part in. */
  readonly rounds: number;
}

export interface Result {
  readonly group: string;
  readonly figure: string;
  readonly title: string;
  readonly baseline: string;
  readonly metric: Metric;
  readonly contestants: Readonly<Record<string, Measured>>;
  readonly isHeld: boolean;
}

const DEFAULT_ROUNDS = 7;
/** Peers that are slower than that in one iteration take part in fewer rounds, so that the bench ends. */
const SLOW_MS = 400;
const ROUNDS_OF_THE_SLOW = 3;
const HANGING_MS = 120_000;
const results = fileURLToPath(new URL('results/', import.meta.url));
const program = fileURLToPath(new URL('child.ts', import.meta.url));

/** @param isProfiled each process writes its CPU profile into `results/` when it ends */
export async function measure(group: string, figure: Figure, isProfiled = false): Promise<Result[]> {
  const entrants: Entrant[] = [];
  try {
    for (const name of Object.keys(figure.contestants)) {
      entrants.push(await Entrant.start(group, figure, name, isProfiled));
    }
    const { rounds = DEFAULT_ROUNDS } = figure;
    for (let round = 0; round < rounds; round++) await playRound(figure, entrants, round);
    for (const entrant of entrants) await entrant.end();
  } finally {
    for (const entrant of entrants) entrant.kill();
  }
  return figure.metrics.map(metric => toResult(group, figure, metric, entrants));
}

/** Who goes first changes from round to round. */
async function playRound(figure: Figure, entrants: readonly Entrant[], round: number): Promise<void> {
  for (let place = 0; place < entrants.length; place++) {
    const entrant = entrants[(place + round) % entrants.length] as Entrant;
    const isPeer = entrant.name !== 'ours' && entrant.name !== figure.baseline;
    if (isPeer && entrant.warmIterationMs > SLOW_MS && round >= ROUNDS_OF_THE_SLOW) continue;
    await entrant.takeTurn(round);
  }
}

function toResult(group: string, figure: Figure, metric: Metric, entrants: readonly Entrant[]): Result {
  const { name, title, baseline } = figure;
  const base = entrants.find(entrant => entrant.name === baseline);
  const contestants: Record<string, Measured> = {};
  for (const entrant of entrants) {
    const values = [...entrant.rounds].map(([round, samples]) => [round, numberOf(samples, metric)] as const);
    const compared = values.map(([round, value]) =>
      compare(metric, value, numberOf(base?.rounds.get(round) ?? [], metric)),
    );
    contestants[entrant.name] = {
      compared: median(compared),
      value: median(values.map(([, value]) => value)),
      rounds: values.length,
    };
  }
  const isHeld = (contestants['ours']?.compared ?? Number.NaN) <= (metric.atMost ?? Number.POSITIVE_INFINITY);
  return { group, figure: name, title, baseline, metric, contestants, isHeld };
}

function numberOf(samples: readonly Sample[], { of }: Metric): number {
  return median(samples.map(sample => sample[of] ?? Number.NaN));
}

function compare({ compared }: Metric, value: number, base: number): number {
  switch (compared) {
    case 'ratio':
      return value / base;
    case 'difference':
      return value - base;
    case 'value':
      return value;
  }
}

/** A contestant's process, or one after another where the figure wants fresh ones. */
class Entrant {
  readonly name: string;
  readonly rounds = new Map<number, readonly Sample[]>();
  warmIterationMs = 0;
  readonly #group: string;
  readonly #figure: Figure;
  readonly #isProfiled: boolean;
  #child: ChildProcess | undefined;

  static async start(group: string, figure: Figure, name: string, isProfiled: boolean): Promise<Entrant> {
    const entrant = new Entrant(group, figure, name, isProfiled);
    if (!figure.isFresh) {
      const samples = await entrant.#fork();
      entrant.warmIterationMs = samples.at(-1)?.['wall'] ?? 0;
    }
    return entrant;
  }

  private constructor(group: string, figure: Figure, name: string, isProfiled: boolean) {
    this.#group = group;
    this.#figure = figure;
    this.name = name;
    this.#isProfiled = isProfiled;
  }

  async takeTurn(round: number): Promise<void> {
    if (this.#figure.isFresh) await this.#fork();
    this.rounds.set(round, await this.#ask('turn'));
    if (this.#figure.isFresh) await this.end();
  }

  async end(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const gone = once(child, 'exit');
    await this.#ask('end');
    await gone;
    this.#child = undefined;
  }

  kill(): void {
    this.#child?.kill();
    this.#child = undefined;
  }

  /** @returns the samples of the warm-up */
  #fork(): Promise<readonly Sample[]> {
    this.#child = fork(program, [this.#group, this.#figure.name, this.name], { execArgv: this.#execArgv() });
    return this.#answer();
  }

  #execArgv(): string[] {
    if (!this.#isProfiled) return [];
    const file = `${this.#group}-${this.#figure.name}-${this.name}.cpuprofile`.replaceAll(' ', '-');
    return ['--cpu-prof', `--cpu-prof-dir=${results}`, `--cpu-prof-name=${file}`];
  }

  #ask(message: ToChild): Promise<readonly Sample[]> {
    const answer = this.#answer();
    this.#child?.send(message);
    return answer;
  }

  async #answer(): Promise<readonly Sample[]> {
    const child = this.#child as ChildProcess;
    const who = `${this.#group}, ${this.#figure.name}, ${this.name}`;
    const settled = new AbortController();
    const signal = AbortSignal.any([settled.signal, AbortSignal.timeout(HANGING_MS)]);
    try {
      const gone = once(child, 'exit', { signal }).then(([code]): never => {
        throw new Error(`${who}: its process ended with ${code}.`);
      });
      const [message] = (await Promise.race([once(child, 'message', { signal }), gone])) as [FromChild];
      gone.catch(() => {});
      if ('error' in message) throw new Error(`${who}: ${message.error}`);
      return message.samples;
    } finally {
      settled.abort();
    }
  }
}
