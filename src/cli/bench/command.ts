import { statSync, writeFileSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { findRegion } from '../../auth/region.ts';
import { type CostTracker, costOf, createCostTracker } from '../../cost/index.ts';
import { resolveAlias } from '../../settings/aliases.ts';
import { configuredEndpoint } from '../../settings/endpoints.ts';
import { readEnvironmentSettings } from '../../settings/environment.ts';
import type { BenchOptions } from '../bench.ts';
import { withConnection } from '../connect.ts';
import { dollars } from '../cost.ts';
import { FAILURE, UsageError } from '../failure.ts';
import { onInterrupt } from '../interrupt.ts';
import { note, paintError, print, printJson } from '../output.ts';
import { alsoKept } from '../spending.ts';
import { type CellComparison, compareRuns, readReport } from './compare.ts';
import { progressLine } from './progress.ts';
import type { BenchReport, BenchSettings, CellKey } from './report.ts';
import { runBench, totalCalls } from './run.ts';
import { reportText } from './text.ts';

export async function bench(models: readonly string[], options: BenchOptions): Promise<void> {
  const earlier = options.compare === undefined ? undefined : readReport(options.compare);
  for (const file of options.output) checkFolder(file);
  const cells = await matrixOf(models, options);
  const settings = settingsOf(options);
  const estimate = estimateOf(cells, settings);
  if (options.budget !== undefined && !options.local) checkBudget(estimate);
  const interrupt = onInterrupt();
  const report = await withConnection(
    options,
    {
      settings: {
        traffic: 'off',
        ...(!options.local && { cost: true, costTracker: trackerOf(options) }),
      },
      // As if there were a network and a model, and for signatures of any Region.
      local: { delayMs: { firstByte: 40, betweenEvents: 4 }, authentication: 'off' },
    },
    ({ bedrock, settings: connected, isLocal }) => {
      const endpoint = isLocal ? undefined : configuredEndpoint('bedrock-runtime', connected);
      if (!isLocal) note(announcement(estimate, endpoint));
      const progress = progressLine(process.stderr);
      return runBench({
        bedrock,
        local: isLocal,
        endpoint: endpoint ?? null,
        cells,
        settings,
        signal: interrupt.signal,
        onProgress: progress.show,
      }).finally(progress.clear);
    },
  ).finally(interrupt.stop);
  const comparison = earlier && compareRuns(earlier, report);
  if (options.json) printJson(comparison === undefined ? report : { ...report, comparison });
  else print(reportText(report, comparison));
  process.exitCode = exitCodeOf(report);
  const written = await Promise.allSettled(options.output.map(file => write(file, report, comparison)));
  const failed = written.find(({ status }) => status === 'rejected');
  if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
}

async function matrixOf(models: readonly string[], options: BenchOptions): Promise<CellKey[]> {
  const { local, region, profile } = options;
  const regions = options.regions ?? [
    local ? (region ?? 'us-east-1') : await findRegion({ region, profile }),
  ];
  return unique(models).flatMap(model =>
    unique(regions).flatMap(region =>
      unique(options.inputTokens).flatMap(inputTokens =>
        unique(options.concurrency).map(concurrency => ({ model, region, inputTokens, concurrency })),
      ),
    ),
  );
}

/** Holds the run to its budget; what was spent before does not count. */
function trackerOf({ budget }: BenchOptions): CostTracker {
  return alsoKept(createCostTracker({ budget, onWarning: () => {} }));
}

function settingsOf({ calls, warmUp, maxTokens, timeoutMs }: BenchOptions): BenchSettings {
  return { calls, warmUp, maxOutputTokens: maxTokens, timeoutMs };
}

function unique<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)];
}

/** What the calls cost at most, more or less; counted before anything is spent. */
interface Estimate {
  readonly calls: number;
  readonly usd: number;
  readonly unpriced: readonly CellKey[];
  readonly unpricedCalls: number;
}

function estimateOf(cells: readonly CellKey[], settings: BenchSettings): Estimate {
  const each = settings.calls + settings.warmUp;
  const { aliases } = readEnvironmentSettings();
  let usd = 0;
  const unpriced = cells.filter(({ model, region, inputTokens }) => {
    // A fifth more than asked for: tokenizers differ.
    const usage = { inputTokens: inputTokens * 1.2, outputTokens: settings.maxOutputTokens };
    const cost = costOf(usage, resolveAlias(model, aliases).id, { region });
    usd += cost.known ? cost.usd * each : 0;
    return !cost.known;
  });
  return { calls: totalCalls(cells.length, settings), usd, unpriced, unpricedCalls: unpriced.length * each };
}

/** @throws UsageError where the budget would not see what is spent */
function checkBudget({ unpriced: [cell] }: Estimate): void {
  if (cell === undefined) return;
  throw new UsageError(
    `--budget cannot be held: the price of ${cell.model} in ${cell.region} is not known. ` +
      'Leave --budget out, or the model.',
  );
}

function announcement({ calls, usd, unpricedCalls }: Estimate, endpoint: string | undefined): string {
  const where = endpoint === undefined ? 'on AWS' : `on ${endpoint}`;
  const price = usd > 0 ? `, for at most about ${dollars({ usd })}` : '';
  const unknown = unpricedCalls > 0 ? `, ${unpricedCalls} of them of unknown price` : '';
  return paintError('dim', `${calls} calls ${where}${price}${unknown}.`);
}

/** 130 as for a program that Ctrl-C ends; 1 where no call succeeded. */
function exitCodeOf({ stoppedBy, cells }: BenchReport): number {
  if (stoppedBy === 'interrupt') return 130;
  return stoppedBy === 'budget' || cells.every(({ errorRate }) => errorRate === 1) ? FAILURE : 0;
}

/** @throws UsageError before the run and not after it */
function checkFolder(file: string): void {
  const folder = dirname(resolve(file));
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new UsageError(`--output ${file}: there is no folder ${folder}.`);
}

async function write(
  file: string,
  report: BenchReport,
  comparison: readonly CellComparison[] | undefined,
): Promise<void> {
  writeFileSync(file, await contentFor(file, report, comparison));
  note(paintError('dim', `Written to ${file}`));
}

async function contentFor(
  file: string,
  report: BenchReport,
  comparison: readonly CellComparison[] | undefined,
): Promise<string> {
  switch (extname(file).toLowerCase()) {
    case '.csv':
      return (await import('./csv.ts')).toCsv(report);
    case '.html':
      return (await import('./html.ts')).toHtml(report, comparison);
    default:
      return `${JSON.stringify(report, null, 2)}\n`;
  }
}
