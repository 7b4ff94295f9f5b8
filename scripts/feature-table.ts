/**
 * The README's feature table. Each row names the test that proves it; `__tests__/readme.node.test.ts` checks that
 * the test is there and that the README shows this table.
 *
 *     node scripts/feature-table.ts        writes the table into README.md
 */
import { readFileSync, writeFileSync } from 'node:fs';

export interface Feature {
  readonly feature: string;
  /** What `@ai-sdk/amazon-bedrock` 5.0.101 does. */
  readonly official: string;
  /** Test file under `__tests__/`, and the title of the test or a part of it. */
  readonly file: string;
  readonly title: string;
}

export const features: readonly Feature[] = JSON.parse(
  readFileSync(new URL('./features.json', import.meta.url), 'utf8'),
);

const START = '<!-- features -->';
const END = '<!-- /features -->';

export function featureTable(): string {
  const rows = features.map(
    ({ feature, official, file }) => `| ${feature} | ${official} | [test](__tests__/${file}) |`,
  );
  return ['| here | official package | proof |', '|---|---|---|', ...rows].join('\n');
}

export function withFeatureTable(readme: string): string {
  const start = readme.indexOf(START);
  const end = readme.indexOf(END);
  if (start < 0 || end < start) throw new Error(`README.md lacks ${START} or ${END}.`);
  return `${readme.slice(0, start + START.length)}\n\n${featureTable()}\n\n${readme.slice(end)}`;
}

if (import.meta.main) {
  const path = new URL('../README.md', import.meta.url);
  writeFileSync(path, withFeatureTable(readFileSync(path, 'utf8')));
}
