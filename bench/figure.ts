/** What a figure group says: one file per group, listed in `groups.ts`. */

/** What one iteration of a contestant took: `wall` and `cpu` in milliseconds, and what else its figure compares. */
export type Sample = Readonly<Record<string, number>>;

/** Who is measured, in a process of its own. */
export interface Contestant {
  /**
   * Does the work once, and verifies what came of it outside of the measured time.
   * @throws where the result is wrong, which fails the bench
   */
  iterate(): Promise<Sample>;
  close?(): Promise<void>;
}

/** A number of the samples, and how it is compared with the same number of the figure's baseline. */
export interface Metric {
  /** `wall`, `cpu`, or a name of the group's own. */
  readonly of: string;
  /** A `ratio` to the baseline, a `difference` from it, or the `value` by itself. */
  readonly compared: 'ratio' | 'difference' | 'value';
  /** Of the number itself; a ratio has none. */
  readonly unit: 'ms' | 'µs' | 'MiB' | 'kB' | 'sockets' | 'packages';
  /** What ours may be at most, as it is compared. Without it the figure is only told. */
  readonly atMost?: number | undefined;
}

export interface Figure {
  readonly name: string;
  readonly title: string;
  /** Who the others are compared with. */
  readonly baseline: string;
  readonly metrics: readonly Metric[];
  /** `ours` among them. Each is made in its own process, so what it needs should be imported only in there. */
  readonly contestants: Readonly<Record<string, () => Promise<Contestant>>>;
  /** Default 7, odd. */
  readonly rounds?: number;
  /** Milliseconds that a contestant's turn takes at least, in whole iterations. Default 120; 0: one iteration. */
  readonly turnMs?: number;
  /** Milliseconds of CPU time that go before the first turn. Default 700; with `turnMs: 0` two iterations. */
  readonly warmUpMs?: number;
  /**
   * A new process for every turn and no warm-up, where the first time is what counts: imports, peaks of memory.
   * A turn is then one iteration.
   */
  readonly isFresh?: boolean;
}

export interface FigureGroup {
  readonly name: string;
  readonly figures: readonly Figure[];
}

/**
 * A contestant of which wall time and CPU time are taken.
 * @param run the measured work
 * @param check throws where the result is wrong; may return more numbers for the sample
 */
export function measuring<Result>(
  run: () => Promise<Result>,
  check: (result: Result) => Sample | undefined | Promise<Sample | undefined>,
  close?: () => Promise<void>,
): Contestant {
  const iterate = async (): Promise<Sample> => {
    const cpuBefore = process.cpuUsage();
    const startedAt = performance.now();
    const result = await run();
    const wall = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(cpuBefore);
    return { wall, cpu: (user + system) / 1000, ...(await check(result)) };
  };
  return { iterate, ...(close && { close }) };
}
