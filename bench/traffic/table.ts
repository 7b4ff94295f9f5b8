import { printTable, round } from '../table.ts';

/** What a figure is, and what it may be at most or must be at least. */
export interface Figure {
  readonly value: number;
  readonly unit: '%' | '× ideal' | '% of quota' | 'ms' | 'µs' | 'bytes';
  readonly atMost?: number | undefined;
  readonly atLeast?: number | undefined;
  /** Where the unit does not say it all. */
  readonly of?: string | undefined;
}

/** One contestant in one measure. */
export interface Row {
  readonly measure: string;
  readonly contestant: string;
  readonly calls?: number | undefined;
  readonly completed?: number | undefined;
  /** Whether a call that fails misses the target. */
  readonly mustComplete?: boolean | undefined;
  /** Of all requests that arrived, those that were refused for a quota. */
  readonly refused?: Figure | undefined;
  readonly results: readonly Figure[];
  /** Why it was not run. */
  readonly notRun?: string | undefined;
}

export function isMissed({ calls, completed, mustComplete, refused, results }: Row): boolean {
  if (mustComplete && completed !== calls) return true;
  return [...(refused ? [refused] : []), ...results].some(isOutside);
}

function isOutside({ value, atMost, atLeast }: Figure): boolean {
  return (
    Number.isNaN(value) ||
    value > (atMost ?? Number.POSITIVE_INFINITY) ||
    value < (atLeast ?? Number.NEGATIVE_INFINITY)
  );
}

const HEAD = ['measure', 'contestant', 'completed', 'refused', 'result', 'target', 'ok?'];

export function toTable(rows: readonly Row[]): string {
  return printTable(HEAD, rows.map(toCells));
}

function toCells(row: Row): string[] {
  const { measure, contestant, calls, completed, mustComplete, refused, results, notRun } = row;
  if (notRun !== undefined) return [measure, contestant, '', '', notRun, '', 'not run'];
  const figures = [...(refused ? [refused] : []), ...results];
  const limits = [...(mustComplete ? ['all'] : []), ...figures.flatMap(limitOf)];
  return [
    measure,
    contestant,
    calls === undefined ? '' : `${completed} of ${calls}`,
    refused === undefined ? '' : `${round(refused.value)} %`,
    results.map(({ value, unit, of }) => [round(value), unit, of].filter(Boolean).join(' ')).join(', '),
    limits.join(', '),
    limits.length === 0 ? '' : isMissed(row) ? 'NO' : 'yes',
  ];
}

function limitOf({ unit, atMost, atLeast }: Figure): string[] {
  if (atMost !== undefined) return [`≤ ${atMost} ${unit}`];
  return atLeast === undefined ? [] : [`≥ ${atLeast} ${unit}`];
}
