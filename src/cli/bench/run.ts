import { APICallError } from '@ai-sdk/provider';
import { BudgetExceededError } from '../../cost/index.ts';
import type { BedrockProvider } from '../../provider.ts';
import { failureName, messageWithoutName } from '../failure.ts';
import { type MeasuredCall, measureCall } from './measure.ts';
import { benchPrompt } from './prompt.ts';
import type { BenchCell, BenchReport, BenchSettings, CallSample, CellKey, FailedCell } from './report.ts';
import { distributionOf } from './statistics.ts';

/**
 * The calls of a cell are made in so many parts, a part of every cell after the other: a slow minute strikes all cells
 * alike.
 */
const PARTS = 4;

export interface BenchRun {
  readonly bedrock: BedrockProvider;
  readonly local: boolean;
  readonly endpoint: string | null;
  readonly cells: readonly CellKey[];
  readonly settings: BenchSettings;
  /** Ends the run; what was measured until then counts. */
  readonly signal: AbortSignal;
  /** Told before the first and after each call. */
  readonly onProgress: (progress: { done: number; total: number; cell: CellKey }) => void;
}

/**
 * What fails is in the report.
 * @throws the error of the first cell where none could be measured
 */
export async function runBench(run: BenchRun): Promise<BenchReport> {
  const { cells, settings, local, endpoint } = run;
  const startedAt = new Date();
  const beginning = performance.now();
  const tags = callTags(startedAt);
  const measured = cells.map(cell => new MeasuredCell(run, cell, tags));
  const stoppedBy = await measureAll(run, measured);
  const failed = measured.flatMap(cell => cell.failed ?? []);
  if (failed.length === cells.length) throw measured[0]?.failure;
  return {
    version: 1,
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(performance.now() - beginning),
    stoppedBy,
    local,
    endpoint,
    settings,
    cells: measured.filter(({ calls }) => calls > 0).map(cell => cell.result()),
    notMeasured: failed,
  };
}

/** Unlike those of other runs, too. */
function* callTags(startedAt: Date): Generator<string, never> {
  const run = startedAt.getTime().toString(36);
  for (let call = 1; ; call++) yield `${run}-${call}`;
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
    const able = measured.filter(cell => cell.failed === undefined);
    for (const part of partsOf(settings.calls)) {
      for (const cell of able) await cell.measure(part, onCall);
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
  /** Why the cell cannot be measured. */
  failure: unknown;
  readonly #run: BenchRun;
  readonly #key: CellKey;
  readonly #tags: Iterator<string, never>;
  readonly #model: ReturnType<BedrockProvider['languageModel']>;
  readonly #samples: CallSample[] = [];
  readonly #errors: Record<string, { count: number; message: string }> = {};
  #wallMs = 0;

  constructor(run: BenchRun, key: CellKey, tags: Iterator<string, never>) {
    this.#run = run;
    this.#key = key;
    this.#tags = tags;
    this.#model = run.bedrock.languageModel(key.model, { region: key.region });
  }

  get calls(): number {
    return this.#samples.length;
  }

  get failed(): FailedCell | undefined {
    const { failure } = this;
    return failure === undefined
      ? undefined
      : { ...this.#key, error: failureName(failure), message: messageWithoutName(failure) };
  }

  /** One after the other: connections, keys and the service get warm, and nothing counts. */
  async warmUp(onCall: (cell: CellKey) => void): Promise<void> {
    for (let call = 0; call < this.#run.settings.warmUp; call++) {
      const { failure } = await this.#call();
      onCall(this.#key);
      if (failure === undefined || isPassing(failure)) continue;
      this.failure = failure;
      return;
    }
  }

  /** Makes so many calls, `concurrency` at a time. Those that are under way when the budget is spent count. */
  async measure(calls: number, onCall: (cell: CellKey) => void): Promise<void> {
    const startedAt = performance.now();
    let left = calls;
    const worker = async () => {
      while (left-- > 0) {
        this.#add(await this.#call());
        onCall(this.#key);
      }
    };
    const stopping = async () => {
      await worker().finally(() => {
        left = 0;
      });
    };
    const workers = Array.from({ length: Math.min(this.#key.concurrency, calls) }, stopping);
    const failed = (await Promise.allSettled(workers)).find(({ status }) => status === 'rejected');
    this.#wallMs += performance.now() - startedAt;
    if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
  }

  #call(): Promise<MeasuredCall> {
    const { settings, signal } = this.#run;
    return measureCall(this.#model, {
      prompt: benchPrompt(this.#key.inputTokens, this.#tags.next().value),
      maxOutputTokens: settings.maxOutputTokens,
      timeoutMs: settings.timeoutMs,
      signal,
    });
  }

  #add({ sample, failure }: MeasuredCall): void {
    this.#samples.push(sample);
    if (sample.error === null) return;
    const known = this.#errors[sample.error];
    if (known === undefined) this.#errors[sample.error] = { count: 1, message: messageWithoutName(failure) };
    else known.count++;
  }

  result(): BenchCell {
    const samples = this.#samples;
    const good = samples.filter(({ error }) => error === null);
    const tokens = good.reduce((sum, { outputTokens }) => sum + (outputTokens ?? 0), 0);
    return {
      ...this.#key,
      calls: samples,
      timeToFirstTokenMs: distributionOf(good.flatMap(({ timeToFirstTokenMs }) => timeToFirstTokenMs ?? [])),
      latencyMs: distributionOf(good.map(({ latencyMs }) => latencyMs)),
      tokensPerSecond: distributionOf(good.flatMap(({ tokensPerSecond }) => tokensPerSecond ?? [])),
      totalTokensPerSecond: good.length === 0 ? null : Math.round((tokens / this.#wallMs) * 1e5) / 100,
      errors: this.#errors,
      errorRate: (samples.length - good.length) / samples.length,
      costUsd: good.some(({ costUsd }) => costUsd === null)
        ? null
        : good.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0),
    };
  }
}

/** Whether the next call may fare better; what lacks a login or a model fails each time. */
function isPassing(failure: unknown): boolean {
  return !APICallError.isInstance(failure) ? failureName(failure) === 'Timeout' : failure.isRetryable;
}
