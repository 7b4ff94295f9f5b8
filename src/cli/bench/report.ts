/** What `bedrock-ai bench` finds out: the shape of its JSON. Times are milliseconds. */

export interface BenchReport {
  readonly version: 1;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** Why not all calls were made. */
  readonly stoppedBy: 'interrupt' | 'budget' | null;
  /** Whether a local Bedrock answered, whose times say nothing of AWS. */
  readonly local: boolean;
  /** URL that was called in place of AWS's own, as the environment says. */
  readonly endpoint: string | null;
  readonly settings: BenchSettings;
  readonly cells: readonly BenchCell[];
  /** What failed while it warmed up, in a way that no other try changes, and so was not measured. */
  readonly notMeasured: readonly FailedCell[];
}

export interface BenchSettings {
  /** Of each cell. */
  readonly calls: number;
  readonly warmUp: number;
  readonly maxOutputTokens: number;
  readonly timeoutMs: number;
}

/** One place in the matrix. */
export interface CellKey {
  readonly model: string;
  readonly region: string;
  /** About how many tokens the prompt has. */
  readonly inputTokens: number;
  /** Calls at a time. */
  readonly concurrency: number;
}

export interface FailedCell extends CellKey {
  readonly error: string;
  readonly message: string;
}

export interface BenchCell extends CellKey {
  readonly calls: readonly CallSample[];
  /** Of the calls that succeeded; null where none did. */
  readonly timeToFirstTokenMs: Distribution | null;
  readonly latencyMs: Distribution | null;
  /** Of one call, from its first token to its last. */
  readonly tokensPerSecond: Distribution | null;
  /** Output tokens of all calls by the time that the cell took. */
  readonly totalTokensPerSecond: number | null;
  /** By name, e.g. `ThrottlingException`; with the message of the first. */
  readonly errors: Readonly<Record<string, { readonly count: number; readonly message: string }>>;
  /** 0 to 1. */
  readonly errorRate: number;
  /** US dollars, of the calls that succeeded; null where a price is not known. */
  readonly costUsd: number | null;
}

export interface CallSample {
  /** Null where the call failed before. */
  readonly timeToFirstTokenMs: number | null;
  readonly latencyMs: number;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly tokensPerSecond: number | null;
  readonly costUsd: number | null;
  readonly error: string | null;
}

export interface Distribution {
  readonly count: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  readonly mean: number;
  /** Between these the true median lies with 95 % confidence; null for fewer than six calls, which cannot say. */
  readonly medianInterval: readonly [low: number, high: number] | null;
}

/** E.g. `us.amazon.nova-lite-v1:0 · us-east-1 · 100 in · 4 at a time`. */
export function cellName({ model, region, inputTokens, concurrency }: CellKey): string {
  return `${model} · ${region} · ${inputTokens} in · ${concurrency} at a time`;
}

export function isSameCell(one: CellKey, other: CellKey): boolean {
  return cellName(one) === cellName(other);
}
