/** The report for a terminal. */
import { type Column, paint, table } from '../output.ts';
import type { CellComparison } from './compare.ts';
import type { BenchCell, BenchReport, Distribution, FailedCell } from './report.ts';
import type { Change } from './statistics.ts';

export function reportText(report: BenchReport, comparison: readonly CellComparison[] | undefined): string {
  const { cells, notMeasured, local, stoppedBy } = report;
  return [
    cells.length === 0 ? '' : resultTable(cells),
    errorLines(cells),
    notMeasuredLines(notMeasured),
    comparison === undefined ? '' : comparisonTable(comparison),
    local ? paint('dim', 'A local Bedrock answered: these times say nothing of AWS.') : '',
    stoppedBy === null ? '' : paint('yellow', stoppedText(stoppedBy)),
  ]
    .filter(text => text !== '')
    .join('\n\n');
}

export function stoppedText(stoppedBy: NonNullable<BenchReport['stoppedBy']>): string {
  return {
    budget: 'The budget is spent: not all calls were made.',
    interrupt: 'Stopped: not all calls were made.',
  }[stoppedBy];
}

const right = 'right' as const;

function resultTable(cells: readonly BenchCell[]): string {
  const keys = KEYS.filter(({ of }) => new Set(cells.map(of)).size > 1);
  const same = KEYS.filter(key => !keys.includes(key) && cells.length > 0);
  const rows = cells.map(cell => [
    ...keys.map(({ of }) => of(cell)),
    String(cell.calls.length),
    percent(cell.errorRate),
    distributionText(cell.timeToFirstTokenMs),
    distributionText(cell.latencyMs),
    cell.tokensPerSecond === null ? '-' : number(cell.tokensPerSecond.p50),
    cell.totalTokensPerSecond === null ? '-' : number(cell.totalTokensPerSecond),
  ]);
  const heading = same.map(({ of, unit }) => `${of(cells[0] as BenchCell)}${unit}`).join(', ');
  return [...(heading === '' ? [] : [heading, '']), table([...keys, ...FIGURES], rows)].join('\n');
}

interface KeyColumn extends Column {
  readonly of: (cell: BenchCell) => string;
  /** Behind the value, where all cells have the same and it has no column. */
  readonly unit: string;
}

const KEYS: readonly KeyColumn[] = [
  { title: 'Model', unit: '', of: ({ model }) => model },
  { title: 'Region', unit: '', of: ({ region }) => region },
  { title: 'In', align: 'right', unit: ' tokens in', of: ({ inputTokens }) => String(inputTokens) },
  { title: 'At once', align: 'right', unit: ' at a time', of: ({ concurrency }) => String(concurrency) },
];

const FIGURES: readonly Column[] = [
  { title: 'Calls', align: 'right' },
  { title: 'Errors', align: 'right' },
  { title: 'First token, ms\np50 ± (p90)', align: 'right' },
  { title: 'Latency, ms\np50 ± (p90)', align: 'right' },
  { title: 'Tokens/s\nof one', align: 'right' },
  { title: '\nof all', align: 'right' },
];

/** E.g. `512 ±9 (730)`: the median, half of its interval, and the 90th percentile. */
function distributionText(of: Distribution | null): string {
  if (of === null) return '-';
  const half =
    of.medianInterval === null ? '' : ` ±${number((of.medianInterval[1] - of.medianInterval[0]) / 2)}`;
  return `${number(of.p50)}${half} (${number(of.p90)})`;
}

function errorLines(cells: readonly BenchCell[]): string {
  const sums = new Map<string, { count: number; message: string }>();
  for (const { errors } of cells) {
    for (const [name, { count, message }] of Object.entries(errors)) {
      sums.set(name, { count: (sums.get(name)?.count ?? 0) + count, message });
    }
  }
  return [...sums]
    .map(([name, { count, message }]) => `${paint('red', `${count} × ${name}`)}, e.g. ${message}`)
    .join('\n');
}

function notMeasuredLines(cells: readonly FailedCell[]): string {
  const lines = cells.map(
    ({ model, region, error, message }) => `${model} in ${region}: ${paint('red', error)}: ${message}`,
  );
  return lines.length === 0 ? '' : ['Not measured:', ...new Set(lines)].join('\n');
}

function comparisonTable(comparison: readonly CellComparison[]): string {
  if (comparison.length === 0) return 'The earlier run has none of these cells: nothing to compare.';
  const columns = [
    { title: 'Change of the median' },
    { title: '' },
    { title: 'First token', align: right },
    { title: 'Latency', align: right },
    { title: 'Tokens/s', align: right },
    { title: 'Errors', align: right },
  ];
  const rows = comparison.map(({ cell, timeToFirstTokenMs, latencyMs, tokensPerSecond, errorRate }) => [
    cell.model,
    `${cell.region}, ${cell.inputTokens} in, ${cell.concurrency} at once`,
    changeText(timeToFirstTokenMs, 'less'),
    changeText(latencyMs, 'less'),
    changeText(tokensPerSecond, 'more'),
    `${errorRate < 0 ? '' : '+'}${percent(errorRate)}`,
  ]);
  return `${table(columns, rows)}\n${paint('dim', '* beyond noise: the 95 % interval, in brackets, does not hold 0.')}`;
}

/** @param better what is good news */
function changeText(change: Change | null, better: 'less' | 'more'): string {
  if (change === null) return '-';
  const { ratio, interval, beyondNoise } = change;
  const text = `${signed(ratio)} [${signed(interval[0])} ${signed(interval[1])}]`;
  if (!beyondNoise) return text;
  return paint(ratio < 0 === (better === 'less') ? 'green' : 'red', `${text} *`);
}

function signed(ratio: number): string {
  return `${ratio < 0 ? '' : '+'}${percent(ratio)}`;
}

function percent(ratio: number): string {
  const value = ratio * 100;
  return `${value === 0 || Math.abs(value) >= 10 ? value.toFixed(0) : value.toFixed(1)}%`;
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(2);
}
