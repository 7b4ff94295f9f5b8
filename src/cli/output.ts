import { styleText } from 'node:util';
import Table from 'cli-table3';

/** Paints a text for a terminal; pipes, `NO_COLOR` and `TERM=dumb` get it as it is. */
export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

export const paint: Paint = painter(process.stdout);
export const paintError: Paint = painter(process.stderr);

function painter(stream: NodeJS.WriteStream): Paint {
  return (style, text) => (stream.isTTY && stream.hasColors() ? styleText(style, text) : text);
}

let readerLeft = (): void => process.exit(0);

/** `bedrock-ai models | head` closes the pipe while there is more to print: the command ends, as it should. */
export function watchReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      readerLeft();
    });
  }
}

/** For a command that has something to finish before it ends. */
export function whenReaderLeaves(action: () => void): void {
  readerLeft = action;
}

/** What the command was asked for. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What goes with it and is not part of it: progress, warnings, errors. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right' | undefined;
}

/** A table without lines. */
export function table(columns: readonly Column[], rows: ReadonlyArray<readonly string[]>): string {
  const lines = new Table({
    head: columns.map(({ title }) => paint('bold', title)),
    colAligns: columns.map(({ align = 'left' }) => align),
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  });
  lines.push(...rows.map(row => [...row]));
  return lines
    .toString()
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n');
}

const NO_LINES = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ].map(place => [place, '']),
);
