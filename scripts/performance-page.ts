/**
 * Writes the table of docs/performance.md from runs of `npm run bench`: the median of each figure over the runs.
 *
 *     node scripts/performance-page.ts run1.json run2.json run3.json
 *
 * A run is what `npm run bench` has left in bench/results/bench.json.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Result } from '../bench/coordinator.ts';
import { median } from '../bench/median.ts';
import { printTable, round } from '../bench/table.ts';

interface Run {
  readonly node: string;
  readonly results: readonly Result[];
}

const PEERS = ['official', 'AWS SDK'];
const START = '<!-- figures -->';
const END = '<!-- /figures -->';

const files = process.argv.slice(2);
if (files.length === 0) throw new Error('Name the files of runs, e.g. bench/results/bench.json.');
const runs = files.map(file => JSON.parse(readFileSync(file, 'utf8')) as Run);

const page = new URL('../docs/performance.md', import.meta.url);
const text = readFileSync(page, 'utf8');
const [before, rest = ''] = text.split(START);
const [, after] = rest.split(END);
if (after === undefined) throw new Error(`docs/performance.md lacks ${START} … ${END}.`);
writeFileSync(page, `${before}${START}\n\n${tableOf(runs)}\n\n${END}${after}`);

function tableOf([first, ...others]: readonly Run[]): string {
  const rows = first?.results.map(result => {
    const same = [result, ...others.flatMap(run => run.results.find(other => isSame(result, other)) ?? [])];
    return rowOf(result, contestant =>
      median(same.map(({ contestants }) => contestants[contestant]?.compared ?? Number.NaN)),
    );
  });
  return printTable(
    ['figure', 'of', 'compared with', 'here', 'target', '', 'official', 'AWS SDK'],
    rows ?? [],
  );
}

function isSame(one: Result, other: Result): boolean {
  return one.group === other.group && one.figure === other.figure && one.metric.of === other.metric.of;
}

function rowOf(result: Result, compared: (contestant: string) => number): string[] {
  const { title, metric, baseline, contestants } = result;
  const ours = compared('ours');
  const target = metric.atMost;
  return [
    title,
    metric.of === 'cpuPerCall' ? 'CPU' : metric.of,
    metric.compared === 'value' ? '' : baseline,
    valueText(result, ours),
    target === undefined ? '' : `≤ ${valueText(result, target, String)}`,
    target === undefined ? '' : ours <= target ? 'held' : '**missed**',
    ...PEERS.map(peer => (peer in contestants ? valueText(result, compared(peer)) : '')),
  ];
}

function valueText({ metric }: Result, value: number, print: (value: number) => string = round): string {
  switch (metric.compared) {
    case 'ratio':
      return `${print(value)} ×`;
    case 'difference':
      return `${value < 0 ? '' : '+'}${print(value)} ${metric.unit}`;
    case 'value':
      return `${print(value)} ${metric.unit}`;
  }
}
