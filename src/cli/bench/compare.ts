import { readFileSync } from 'node:fs';
import { UsageError } from '../failure.ts';
import { type BenchCell, type BenchReport, type CellKey, isSameCell } from './report.ts';
import { type Change, changeOfMedian } from './statistics.ts';

export interface CellComparison {
  readonly cell: CellKey;
  /** Of the median; null where one of the runs has too few calls to say. */
  readonly timeToFirstTokenMs: Change | null;
  readonly latencyMs: Change | null;
  readonly tokensPerSecond: Change | null;
  /** In points: 0.02 is two more errors in a hundred calls. */
  readonly errorRate: number;
}

/** The cells that both runs have. */
export function compareRuns(before: BenchReport, after: BenchReport): CellComparison[] {
  return after.cells.flatMap(cell => {
    const earlier = before.cells.find(candidate => isSameCell(candidate, cell));
    return earlier === undefined ? [] : [compareCells(earlier, cell)];
  });
}

function compareCells(before: BenchCell, after: BenchCell): CellComparison {
  const { model, region, inputTokens, concurrency } = after;
  const change = (figure: 'timeToFirstTokenMs' | 'latencyMs' | 'tokensPerSecond') =>
    changeOfMedian(valuesOf(before, figure), valuesOf(after, figure));
  return {
    cell: { model, region, inputTokens, concurrency },
    timeToFirstTokenMs: change('timeToFirstTokenMs'),
    latencyMs: change('latencyMs'),
    tokensPerSecond: change('tokensPerSecond'),
    errorRate: after.errorRate - before.errorRate,
  };
}

function valuesOf(
  { calls }: BenchCell,
  figure: 'timeToFirstTokenMs' | 'latencyMs' | 'tokensPerSecond',
): number[] {
  return calls.flatMap(call => (call.error === null ? (call[figure] ?? []) : []));
}

/** @throws UsageError for a file that is no report of this command */
export function readReport(path: string): BenchReport {
  let report: unknown;
  try {
    report = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`--compare ${path} cannot be read: ${(error as Error).message}`);
  }
  if (isReport(report)) return report;
  throw new UsageError(`--compare ${path} is no report of bedrock-ai bench; --output run.json writes one.`);
}

/** As far as a comparison reads it. */
function isReport(report: unknown): report is BenchReport {
  const { version, cells } = (report ?? {}) as Partial<BenchReport>;
  return version === 1 && Array.isArray(cells) && cells.every(isCell);
}

function isCell(cell: Partial<BenchCell> | null): boolean {
  return (
    typeof cell?.model === 'string' &&
    typeof cell.errorRate === 'number' &&
    Array.isArray(cell.calls) &&
    cell.calls.every(call => typeof call?.latencyMs === 'number')
  );
}
