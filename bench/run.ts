/**
 * `npm run bench [group…]`: measures the figures one after another, prints one table, writes `bench/results/bench.json`,
 * and ends with 1 where a target is missed. `group/figure` runs one figure. `--profile` writes each contestant's CPU
 * profile into `bench/results/`, for Chrome's developer tools; what is then measured includes the profiler.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measure, type Result } from './coordinator.ts';
import { groups } from './groups.ts';
import { printTable, round } from './table.ts';

const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { profile: { type: 'boolean', default: false } },
});
const names = groups.flatMap(group => [
  group.name,
  ...group.figures.map(({ name }) => `${group.name}/${name}`),
]);
const unknown = wanted.filter(name => !names.includes(name));
if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}. There are: ${names.join(', ')}.`);

const results: Result[] = [];
const startedAt = performance.now();
for (const group of groups) {
  for (const figure of group.figures) {
    const isWanted = wanted.includes(group.name) || wanted.includes(`${group.name}/${figure.name}`);
    if (wanted.length > 0 && !isWanted) continue;
    const figureStartedAt = performance.now();
    results.push(...(await measure(group.name, figure, options.profile)));
    console.error(`${group.name}/${figure.name}: ${seconds(figureStartedAt)}`);
  }
}
console.log(toTable(results));
console.error(`All: ${seconds(startedAt)}`);

const directory = new URL('results/', import.meta.url);
mkdirSync(directory, { recursive: true });
const report = { at: new Date().toISOString(), node: process.version, results };
writeFileSync(new URL('bench.json', directory), `${JSON.stringify(report, null, 2)}\n`);
process.exitCode = results.every(({ isHeld }) => isHeld) ? 0 : 1;

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(0)} s`;
}

function toTable(all: readonly Result[]): string {
  // Baselines have a column of their own: what the others are compared with, in its unit.
  const peers = new Set(
    all.flatMap(({ contestants, baseline }) =>
      Object.keys(contestants).filter(name => name !== 'ours' && name !== baseline),
    ),
  );
  const head = ['figure', 'of', 'baseline', 'ours', 'target', 'ok?', ...peers];
  return printTable(
    head,
    all.map(result => {
      const { title, metric, baseline, contestants, isHeld } = result;
      const base = contestants[baseline]?.value;
      return [
        title,
        metric.of,
        base === undefined ? '' : `${baseline}: ${round(base)} ${metric.unit}`,
        compared(result, 'ours'),
        metric.atMost === undefined ? '' : `≤ ${withUnit(result, String(metric.atMost))}`,
        metric.atMost === undefined ? '' : isHeld ? 'yes' : 'NO',
        ...[...peers].map(name => compared(result, name)),
      ];
    }),
  );
}

function compared(result: Result, contestant: string): string {
  const measured = result.contestants[contestant];
  return measured === undefined ? '' : withUnit(result, round(measured.compared));
}

function withUnit({ metric: { compared, unit } }: Result, value: string): string {
  if (compared === 'ratio') return `${value} ×`;
  return `${compared === 'difference' && !value.startsWith('-') ? '+' : ''}${value} ${unit}`;
}
