/** `bedrock-ai bench [model…]`: how fast Bedrock answers, over models, Regions, prompt sizes and concurrency. */
import { writeFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { findRegion } from '../auth/region.ts';
import { costOf } from '../cost/index.ts';
import { type CellComparison, compareRuns, readReport } from './bench/compare.ts';
import { progressLine } from './bench/progress.ts';
import type { BenchReport, BenchSettings, CellKey } from './bench/report.ts';
import { runBench, totalCalls } from './bench/run.ts';
import { benchTracker } from './bench/spending.ts';
import { reportText } from './bench/text.ts';
import { withConnection } from './connect.ts';
import { dollars } from './cost.ts';
import { defaultModel } from './default-model.ts';
import { FAILURE } from './failure.ts';
import { onInterrupt } from './interrupt.ts';
import type { GlobalOptions } from './options.ts';
import { note, paintError, print, printJson } from './output.ts';

const AFTER_HELP = `
Every call streams a new prompt, so that no prompt cache helps. Calls are neither paced nor tried again: what Bedrock
refuses is counted by the name of its error. Percentiles are of the calls that succeeded; ± is half of the interval in
which the true median lies with 95 % confidence. Ctrl-C ends a run early and keeps what was measured.

Examples:
  $ bedrock-ai bench --local
  $ bedrock-ai bench us.amazon.nova-lite-v1:0 us.amazon.nova-pro-v1:0 --concurrency 1,8
  $ bedrock-ai bench --regions us-east-1,eu-west-1 --output run.json --output run.html
  $ bedrock-ai bench --compare run.json        the same again: what has changed?`;

interface BenchOptions extends GlobalOptions {
  readonly regions?: readonly string[] | undefined;
  readonly inputTokens: readonly number[];
  readonly concurrency: readonly number[];
  readonly calls: number;
  readonly warmUp: number;
  readonly maxTokens: number;
  readonly timeoutMs: number;
  readonly budget?: number | undefined;
  readonly output: readonly string[];
  readonly compare?: string | undefined;
}

export function addBench(program: Command): void {
  program
    .command('bench')
    .summary('latency, time to first token, tokens/s, errors')
    .description(
      'Measures how fast models answer: each model, in each Region, with each size of prompt and concurrency.',
    )
    .argument('[model...]', 'ids of chat models (default: the default model)')
    .addOption(new Option('--regions <list>', 'AWS Regions (default: --region)').argParser(words))
    .addOption(option('--input-tokens <list>', 'about how long prompts are', [100], numbers(1, 1_000_000)))
    .addOption(option('--concurrency <list>', 'calls at a time', [1], numbers(1, 1_000)))
    .addOption(option('--calls <n>', 'calls of each combination that count', 20, number(1, 100_000)))
    .addOption(option('--warm-up <n>', 'calls of each combination before, that do not', 1, number(0, 1_000)))
    .addOption(option('--max-tokens <n>', 'tokens that an answer may have', 64, number(1, 100_000)))
    .addOption(
      option('--timeout-ms <n>', 'milliseconds after which a call has failed', 60_000, number(1, 3_600_000)),
    )
    .addOption(new Option('--budget <usd>', 'stop when so many US dollars are spent').argParser(dollarsFrom))
    .addOption(
      option('--output <file>', 'write .json, .csv or .html; may be given several times', [], outputs),
    )
    .addOption(new Option('--compare <file>', 'an earlier run: what --output run.json has written'))
    .addHelpText('after', AFTER_HELP)
    .action(async (models: string[], _: unknown, command: Command) => {
      await bench(models.length === 0 ? [defaultModel()] : models, command.optsWithGlobals<BenchOptions>());
    });
}

async function bench(models: readonly string[], options: BenchOptions): Promise<void> {
  const earlier = options.compare === undefined ? undefined : readReport(options.compare);
  const cells = await matrixOf(models, options);
  const settings = settingsOf(options);
  const interrupt = onInterrupt();
  const report = await withConnection(
    options,
    {
      settings: {
        traffic: 'off',
        ...(!options.local && { cost: true, costTracker: benchTracker(options.budget) }),
      },
      // As if there were a network and a model, and for signatures of any Region.
      local: { delayMs: { firstByte: 40, betweenEvents: 4 }, authentication: 'off' },
    },
    ({ bedrock, isLocal }) => {
      if (!isLocal) note(announcement(cells, settings));
      const progress = progressLine(process.stderr);
      return runBench({
        bedrock,
        local: isLocal,
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
  for (const file of options.output) await write(file, report, comparison);
  process.exitCode = exitCodeOf(report);
}

async function matrixOf(models: readonly string[], options: BenchOptions): Promise<CellKey[]> {
  const { local, region, profile } = options;
  const regions = options.regions ?? [
    local ? (region ?? 'us-east-1') : await findRegion({ region, profile }),
  ];
  return models.flatMap(model =>
    regions.flatMap(region =>
      options.inputTokens.flatMap(inputTokens =>
        options.concurrency.map(concurrency => ({ model, region, inputTokens, concurrency })),
      ),
    ),
  );
}

function settingsOf({ calls, warmUp, maxTokens, timeoutMs }: BenchOptions): BenchSettings {
  return { calls, warmUp, maxOutputTokens: maxTokens, timeoutMs };
}

/** Before anything is spent. */
function announcement(cells: readonly CellKey[], settings: BenchSettings): string {
  const calls = totalCalls(cells.length, settings);
  const each = settings.calls + settings.warmUp;
  let usd = 0;
  for (const { model, region, inputTokens } of cells) {
    // A fifth more than asked for: tokenizers differ.
    const usage = { inputTokens: inputTokens * 1.2, outputTokens: settings.maxOutputTokens };
    const cost = costOf(usage, model, { region });
    if (!cost.known) return paintError('dim', `${calls} calls on AWS; the price of ${model} is not known.`);
    usd += cost.usd * each;
  }
  return paintError('dim', `${calls} calls on AWS, for at most about ${dollars({ usd })}.`);
}

/** 130 as for a program that Ctrl-C ends; 1 where no call succeeded. */
function exitCodeOf({ stoppedBy, cells }: BenchReport): number {
  if (stoppedBy === 'interrupt') return 130;
  return stoppedBy === 'budget' || cells.every(({ errorRate }) => errorRate === 1) ? FAILURE : 0;
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
  switch (extensionOf(file)) {
    case 'csv':
      return (await import('./bench/csv.ts')).toCsv(report);
    case 'html':
      return (await import('./bench/html.ts')).toHtml(report, comparison);
    default:
      return `${JSON.stringify(report, null, 2)}\n`;
  }
}

/* ----------------------------------------------------------------- options */

function option(
  flags: string,
  description: string,
  byDefault: unknown,
  parse: (text: string, before: never) => unknown,
): Option {
  return new Option(flags, description)
    .default(byDefault, String(byDefault) || 'none')
    .argParser(parse as never);
}

function words(text: string): string[] {
  const list = text.split(',').map(word => word.trim());
  if (list.includes('')) throw new InvalidArgumentError('Expected a list like us-east-1,eu-west-1.');
  return list;
}

function number(min: number, max: number): (text: string) => number {
  return text => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  };
}

function numbers(min: number, max: number): (text: string) => number[] {
  return text => text.split(',').map(word => number(min, max)(word.trim()));
}

function dollarsFrom(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('Expected US dollars, more than 0, e.g. 0.50.');
}

const EXTENSIONS = ['json', 'csv', 'html'];

function outputs(file: string, before: readonly string[]): string[] {
  if (!EXTENSIONS.includes(extensionOf(file))) {
    throw new InvalidArgumentError('Expected a file that ends in .json, .csv or .html.');
  }
  return [...before, file];
}

function extensionOf(file: string): string {
  return file.slice(file.lastIndexOf('.') + 1).toLowerCase();
}
