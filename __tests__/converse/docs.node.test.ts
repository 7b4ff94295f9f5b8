import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rows, tablesOfRows } from './rows.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const docs = read('docs/converse.md');

/** Code without its indentation. */
const dedent = (code: string) => code.replace(/^ +/gm, '').trim();

describe('docs/converse.md', () => {
  it('has a line for every row, and says of each whether and where', () => {
    const [, tables] = docs.split(/<!-- \/?rows -->/);
    expect(tables?.trim()).toBe(tablesOfRows());
  });

  it('shows only code of the examples, which are run', () => {
    const examples = readdirSync(new URL('examples/', root))
      .filter(name => name.endsWith('.ts'))
      .map(name => dedent(read(`examples/${name}`)));
    const shown = [...docs.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = '']) => dedent(code));
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.filter(code => !examples.some(example => example.includes(code)))).toEqual([]);
  });

  it('links to what there is', () => {
    const links = [...docs.matchAll(/\]\(\.\.\/([^)#]+)/g)].map(([, path = '']) => path);
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter(path => !existsSync(new URL(path, root)))).toEqual([]);
  });
});

describe('the rows', () => {
  it('name each field of a section once', () => {
    for (const [section, list] of Object.entries(rows)) {
      const fields = list.map(({ field }) => field);
      expect(fields, section).toEqual([...new Set(fields)]);
    }
  });
});
