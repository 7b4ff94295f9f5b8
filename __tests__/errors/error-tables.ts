/**
 * The tables of docs/errors.md, made from the table of the code. To write them anew:
 *
 *     node __tests__/errors/error-tables.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { classifyError, ERROR_NAMES } from '../../src/errors.ts';
import { samples } from './samples.ts';

/** Failures that AWS has no name for. */
export const OUR_NAMES: readonly string[] = [
  'CallTimeout',
  'ConnectTimeout',
  'ContentFiltered',
  'CorruptStream',
  'IdleTimeout',
  'IncompleteMessage',
  'InvalidReply',
  'JobFailed',
  'NetworkError',
  'Redirect',
  'TruncatedStream',
];

function retried(name: string): string {
  const judge = (originalStatus?: number) => classifyError({ name, message: '', originalStatus }).isRetryable;
  if (judge(500) === judge(400)) return judge() ? 'yes' : 'no';
  return `by the status that the model gave; without one, ${judge() ? 'yes' : 'no'}`;
}

/** Names of which the same is true share a row. */
function nameTable(names: readonly string[]): string {
  const groups = Map.groupBy(names, name => {
    const { statusCode = '', advice = '' } = classifyError({ name, message: '' });
    return `${statusCode} | ${retried(name)} | ${advice}`;
  });
  const rows = [...groups].map(
    ([facts, group]) => `| ${group.map(name => `\`${name}\``).join(', ')} | ${facts} |`,
  );
  return ['| `code` | status | retried | advice |', '|---|---|---|---|', ...rows].join('\n');
}

function messageTable(): string {
  const rows = samples.map(
    ({ name, message, retryable, advice }) =>
      `| \`${name}\`: ${message} | ${retryable ? 'yes' : 'no'} | ${advice} |`,
  );
  return ['| what is said | retried | advice |', '|---|---|---|', ...rows].join('\n');
}

const tables: Readonly<Record<string, () => string>> = {
  aws: () => nameTable(ERROR_NAMES.filter(name => !OUR_NAMES.includes(name))),
  ours: () => nameTable(OUR_NAMES),
  messages: messageTable,
};

/** The page with its tables as they should be. */
export function withErrorTables(page: string): string {
  return Object.entries(tables).reduce((text, [name, table]) => {
    const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [before, rest] = text.split(start);
    const [, after] = rest?.split(end) ?? [];
    if (after === undefined) throw new Error(`docs/errors.md lacks ${start} or ${end}.`);
    return `${before}${start}\n\n${table()}\n\n${end}${after}`;
  }, page);
}

if (import.meta.main) {
  const path = new URL('../../docs/errors.md', import.meta.url);
  writeFileSync(path, withErrorTables(readFileSync(path, 'utf8')));
}
