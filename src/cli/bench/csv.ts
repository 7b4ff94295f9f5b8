import type { BenchCell, BenchReport, Distribution } from './report.ts';

const COLUMNS = [
  'model',
  'region',
  'input_tokens',
  'concurrency',
  'calls',
  'errors',
  ...['time_to_first_token_ms', 'latency_ms', 'tokens_per_second'].flatMap(name =>
    ['p50', 'p50_low', 'p50_high', 'p90', 'p95', 'p99', 'mean'].map(figure => `${name}_${figure}`),
  ),
  'total_tokens_per_second',
  'cost_usd',
] as const;

/** One line for each cell, by RFC 4180. What is not known is empty. */
export function toCsv({ cells }: BenchReport): string {
  return [COLUMNS, ...cells.map(rowOf)].map(row => `${row.map(field).join(',')}\r\n`).join('');
}

type Value = string | number | null | undefined;

function rowOf(cell: BenchCell): Value[] {
  return [
    cell.model,
    cell.region,
    cell.inputTokens,
    cell.concurrency,
    cell.calls.length,
    Math.round(cell.errorRate * cell.calls.length),
    ...figuresOf(cell.timeToFirstTokenMs),
    ...figuresOf(cell.latencyMs),
    ...figuresOf(cell.tokensPerSecond),
    cell.totalTokensPerSecond,
    cell.costUsd,
  ];
}

function figuresOf(of: Distribution | null): Value[] {
  return [of?.p50, of?.medianInterval?.[0], of?.medianInterval?.[1], of?.p90, of?.p95, of?.p99, of?.mean];
}

/** A field that a spreadsheet would take for a formula begins with an apostrophe. */
function field(value: Value): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
