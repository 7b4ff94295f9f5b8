/** `bedrock-ai bench [model…]`: how fast Bedrock answers, over models, Regions, prompt sizes and concurrency. */
import { extname } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { defaultModel } from './default-model.ts';
import type { GlobalOptions } from './options.ts';

const AFTER_HELP = `
Every call streams a new prompt, so that no prompt cache helps. Calls are neither paced nor tried again: what Bedrock
refuses is counted by the name of its error. Percentiles are of the calls that succeeded; ± is half of the interval in
which the true median lies with 95 % confidence. Ctrl-C ends a run early and keeps what was measured.

Examples:
  $ bedrock-ai bench --local
  $ bedrock-ai bench us.amazon.nova-lite-v1:0 us.amazon.nova-pro-v1:0 --concurrency 1,8
  $ bedrock-ai bench --regions us-east-1,eu-west-1 --output run.json --output run.html
  $ bedrock-ai bench --compare run.json        the same again: what has changed?`;

export interface BenchOptions extends GlobalOptions {
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
      const { bench } = await import('./bench/command.ts');
      await bench(models.length === 0 ? [defaultModel()] : models, command.optsWithGlobals<BenchOptions>());
    });
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

const EXTENSIONS = ['.json', '.csv', '.html'];

function outputs(file: string, before: readonly string[]): string[] {
  if (!EXTENSIONS.includes(extname(file).toLowerCase())) {
    throw new InvalidArgumentError('Expected a file that ends in .json, .csv or .html.');
  }
  return [...before, file];
}
