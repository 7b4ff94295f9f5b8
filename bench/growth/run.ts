/**
 * `npm run bench:growth`: measures how cost grows with the size of things, prints tables, writes
 * `bench/results/growth.json`, and ends with 1 where ours grows faster than it may. `scripts/growth-charts.ts` draws it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { printTable, round } from '../table.ts';
import { growths } from './growths.ts';
import type { ContestantName } from './models.ts';
import {
  type Curve,
  checksOf,
  curveOf,
  type GrowthReport,
  growthReport,
  isHeld,
  type MemoryReport,
  type Report,
} from './report.ts';
import { type GrowthSample, type MemorySample, type SlowReaderSample, samplesOf, type Task } from './task.ts';

/** The longest that one point may take. */
const PATIENCE_MS: Readonly<Record<ContestantName, number>> = { ours: 60_000, official: 10_000 };
const PARTS = [10_000, 100_000, 1_000_000];

const startedAt = performance.now();
const reports: GrowthReport[] = [];
for (const growth of growths) {
  const curve = async (contestant: ContestantName): Promise<Curve> =>
    curveOf(await measure<GrowthSample>({ kind: 'growth', growth: growth.name, contestant }));
  reports.push(growthReport(growth, { ours: await curve('ours'), official: await curve('official') }));
  progress(growth.name);
}
const memory: MemoryReport = {
  ours: await measureMemory('ours'),
  official: await measureMemory('official'),
};
progress('memory');
const slowReader = {
  ours: await measure<SlowReaderSample>({ kind: 'slow reader', contestant: 'ours' }),
  official: await measure<SlowReaderSample>({ kind: 'slow reader', contestant: 'official' }),
};
progress('slow reader');

const report: Report = {
  at: new Date().toISOString(),
  node: process.version,
  growths: reports,
  memory,
  slowReader,
};
const directory = new URL('../results/', import.meta.url);
mkdirSync(directory, { recursive: true });
writeFileSync(new URL('growth.json', directory), `${JSON.stringify(report, null, 2)}\n`);
console.log([curvesTable(), memoryTable(), checksTable()].join('\n\n'));
process.exitCode = checksOf(report).every(isHeld) ? 0 : 1;

function measure<Sample>(task: Task): Promise<Sample[]> {
  return samplesOf<Sample>(task, PATIENCE_MS[task.contestant]);
}

async function measureMemory(contestant: ContestantName): Promise<MemorySample[]> {
  const samples: MemorySample[] = [];
  for (const parts of PARTS)
    samples.push(...(await measure<MemorySample>({ kind: 'memory', parts, contestant })));
  return samples;
}

function progress(name: string): void {
  console.error(`${name}: ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
}

function curvesTable(): string {
  const rows = reports.flatMap(({ title, of, sizes, contestants: { ours, official } }) =>
    sizes.map(size => {
      const cpu = ({ points }: Curve) => round(points.find(point => point.size === size)?.cpu ?? Number.NaN);
      return [
        title,
        `${size.toLocaleString('en')} ${of}`,
        cpu(ours),
        cpu(official).replace('NaN', 'over 10 s'),
      ];
    }),
  );
  return printTable(['what grows', 'size', 'ours, CPU ms', 'official, CPU ms'], rows);
}

function memoryTable(): string {
  const cell = (samples: readonly MemorySample[], parts: number) => {
    const sample = samples.find(sample => sample.parts === parts);
    if (sample === undefined) return 'over 10 s';
    return [sample.peakRss, sample.peakHeap, sample.liveHeap].map(value => value.toFixed(0)).join(' / ');
  };
  const rows = PARTS.map(parts => [
    `${parts.toLocaleString('en')} parts`,
    cell(memory.ours, parts),
    cell(memory.official, parts),
  ]);
  return printTable(['peak RSS / peak heap / live heap, MiB', 'ours', 'official'], rows);
}

function checksTable(): string {
  const rows = checksOf(report).map(check => [
    check.title,
    `${check.value.toFixed(2)} ${check.unit}`.trim(),
    check.atMost === undefined ? `≥ ${check.atLeast}` : `≤ ${check.atMost.toFixed(2)}`,
    isHeld(check) ? 'yes' : 'NO',
  ]);
  return printTable(['ours', 'is', 'must be', 'ok?'], rows);
}
