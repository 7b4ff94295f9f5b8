import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { features, withFeatureTable } from '../scripts/feature-table.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('the feature table of the README', () => {
  it('is the one of scripts/feature-table.ts (run it to write the table anew)', () => {
    expect(readme).toBe(withFeatureTable(readme));
  });

  it.each(features)('$feature: its test is there', ({ file, title }) => {
    expect(readFileSync(new URL(file, import.meta.url), 'utf8')).toContain(title);
  });
});

describe('the README', () => {
  it('links only to files that are there', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(match => match[1] as string);
    expect(links.length).toBeGreaterThan(5);
    for (const link of links)
      expect(() => readFileSync(new URL(`../${link}`, import.meta.url))).not.toThrow(/ENOENT/);
  });
});
