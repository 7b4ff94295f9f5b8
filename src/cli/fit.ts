/** Texts that fit the width of a terminal. */
import { stripVTControlCharacters } from 'node:util';
import { type Column, paint, table } from './output.ts';

/** Columns of the terminal; a pipe or file takes lines of any length. */
export function outputWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
}

export interface FittedColumn<Row> extends Column {
  readonly cell: (row: Row) => string;
  /** Columns with higher numbers are left out first; those without one never are. */
  readonly leaveOut?: number | undefined;
}

/**
 * A table with as many columns as there is room for. Where not even those fit that are never left out, each row takes
 * two lines or more: the first column, and all the others below it.
 * @returns the text, and the titles of columns that were left out
 */
export function fittedTable<Row>(
  columns: readonly FittedColumn<Row>[],
  rows: readonly Row[],
  width: number,
): { text: string; leftOut: string[] } {
  const filled = columns.filter(({ cell }) => rows.some(row => cell(row) !== ''));
  const order = filled.filter(({ leaveOut }) => leaveOut !== undefined);
  order.sort((one, other) => (other.leaveOut ?? 0) - (one.leaveOut ?? 0));
  for (let count = 0; count <= order.length; count++) {
    const leftOut = order.slice(0, count);
    const shown = filled.filter(column => !leftOut.includes(column));
    if (widthOf(shown, rows) > width) continue;
    const text = table(
      shown,
      rows.map(row => shown.map(({ cell }) => cell(row))),
    );
    return { text, leftOut: leftOut.map(({ title }) => title) };
  }
  return { text: rows.map(row => stacked(filled, row, width)).join('\n'), leftOut: [] };
}

const GAP = 2;

function widthOf<Row>(columns: readonly FittedColumn<Row>[], rows: readonly Row[]): number {
  const widths = columns.map(({ title, cell }) =>
    Math.max(lengthOf(title), ...rows.map(row => lengthOf(cell(row)))),
  );
  return widths.reduce((sum, width) => sum + width + GAP, -GAP);
}

function stacked<Row>([first, ...others]: readonly FittedColumn<Row>[], row: Row, width: number): string {
  const cells = others.flatMap(({ cell, title, align }) => {
    const text = cell(row);
    // A number does not say what it is.
    return text === '' ? [] : align === 'right' ? `${title} ${text}` : text;
  });
  return [first?.cell(row) ?? '', ...wrap(cells.join(' · '), width, '  ')].join('\n');
}

/** Breaks a text between words; a word that is longer than the line stays whole, so that ids can be copied. */
export function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && lengthOf(`${indent}${line} ${word}`) > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, indent + line];
}

function lengthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** Names and values below each other; those without a value are left out. */
export function factLines(facts: readonly Fact[], width: number): string[] {
  const known = facts.filter(({ value }) => value !== '');
  const indent = Math.max(...known.map(({ name }) => name.length)) + 2 * GAP;
  return known.flatMap(({ name, value }) => {
    const [first = '', ...more] = wrap(value, width, ' '.repeat(indent));
    return [`${' '.repeat(GAP)}${paint('dim', name.padEnd(indent - GAP))}${first.trimStart()}`, ...more];
  });
}
