import { BudgetExceededError } from '../../cost/index.ts';
import type { BedrockProvider } from '../../provider.ts';
import { measureCall } from './measure.ts';
import { benchPrompt } from './prompt.ts';
import type { BenchCell, BenchReport, BenchSettings, CallSample, CellKey } from './report.ts';
import { distributionOf } from './statistics.ts';

/**
 * The calls of a cell are made in so many parts, a part of every cell after the other: a slow minute strikes all cells
 * alike.
 */
const PARTS = 4;

export interface BenchRun {
  readonly bedrock: BedrockProvider;
  readonly local: boolean;
  readonly cells: readonly CellKey[];
  readonly settings: BenchSettings;
  /** Ends the run; what was measured until then counts. */
  readonly signal: AbortSignal;
  /** Told before the first and after each call. */
  readonly onProgress: (progress: { done: number; total: number; cell: CellKey }) => void;
}

/** Never throws: what fails is in the report. */
export async function runBench(run: BenchRun): Promise<BenchReport> {
  const { cells, settings, local } = run;
  const startedAt = new Date();
  const beginning = performance.now();
  const measured = cells.map(cell => new MeasuredCell(run, cell));
  const stoppedBy = await measureAll(run, measured);
  return {
    version: 1,
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(performance.now() - beginning),
    stoppedBy,
    local,
    settings,
    cells: measured.filter(({ samples }) => samples.length > 0).map(cell => cell.result()),
  };
}

async function measureAll(
  { settings, cells, signal, onProgress }: BenchRun,
  measured: readonly MeasuredCell[],
): Promise<BenchReport['stoppedBy']> {
  const total = totalCalls(cells.length, settings);
  let done = 0;
  const onCall = (cell: CellKey) => onProgress({ done: ++done, total, cell });
  try {
    for (const cell of measured) await cell.warmUp(onCall);
    for (const part of partsOf(settings.calls)) {
      for (const cell of measured) await cell.measure(part, onCall);
    }
    return null;
  } catch (error) {
    if (BudgetExceededError.isInstance(error)) return 'budget';
    if (signal.aborted) return 'interrupt';
    throw error;
  }
}

export function totalCalls(cells: number, { calls, warmUp }: BenchSettings): number {
  return cells * (calls + warmUp);
}

function partsOf(calls: number): number[] {
  const parts = Math.min(PARTS, calls);
  return Array.from(
    { length: parts },
    (_, index) => Math.floor(((index + 1) * calls) / parts) - Math.floor((index * calls) / parts),
  );
}

class MeasuredCell {
  readonly samples: CallSample[] = [];
  readonly #run: BenchRun;
  readonly #key: CellKey;
  readonly #model: ReturnType<BedrockProvider['languageModel']>;
  #begun = 0;
  #wallMs = 0;

  constructor(run: BenchRun, key: CellKey) {
    this.#run = run;
    this.#key = key;
    this.#model = run.bedrock.languageModel(key.model, { region: key.region });
  }

  /** One after the other: connections, keys and the service get warm, and nothing counts. */
  async warmUp(onCall: (cell: CellKey) => void): Promise<void> {
    for (let call = 0; call < this.#run.settings.warmUp; call++) {
      await this.#call();
      onCall(this.#key);
    }
  }

  /** Makes so many calls, `concurrency` at a time. Those that are under way when one ends the run are dropped. */
  async measure(calls: number, onCall: (cell: CellKey) => void): Promise<void> {
    const startedAt = performance.now();
    let left = calls;
    const worker = async () => {
      while (left-- > 0) {
        this.samples.push(await this.#call());
        onCall(this.#key);
      }
    };
    try {
      await Promise.all(Array.from({ length: Math.min(this.#key.concurrency, calls) }, worker));
    } finally {
      this.#wallMs += performance.now() - startedAt;
    }
  }

  #call(): Promise<CallSample> {
    const { settings, signal } = this.#run;
    return measureCall(this.#model, {
      prompt: benchPrompt(this.#key.inputTokens, this.#begun++),
      maxOutputTokens: settings.maxOutputTokens,
      timeoutMs: settings.timeoutMs,
      signal,
    });
  }

  result(): BenchCell {
    const { samples } = this;
    const good = samples.filter(({ error }) => error === null);
    const errors: Record<string, number> = {};
    for (const { error } of samples) if (error !== null) errors[error] = (errors[error] ?? 0) + 1;
    const tokens = good.reduce((sum, { outputTokens }) => sum + (outputTokens ?? 0), 0);
    return {
      ...this.#key,
      calls: samples,
      timeToFirstTokenMs: distributionOf(good.flatMap(({ timeToFirstTokenMs }) => timeToFirstTokenMs ?? [])),
      latencyMs: distributionOf(good.map(({ latencyMs }) => latencyMs)),
      tokensPerSecond: distributionOf(good.flatMap(({ tokensPerSecond }) => tokensPerSecond ?? [])),
      totalTokensPerSecond: good.length === 0 ? null : Math.round((tokens / this.#wallMs) * 1e5) / 100,
      errors,
      errorRate: (samples.length - good.length) / samples.length,
      costUsd: good.some(({ costUsd }) => costUsd === null)
        ? null
        : good.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0),
    };
  }
}
