/** `bedrock-ai cost [file]`: what was spent, by model, tag and day. */
import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { type CostSum, type CostSummary, createCostTracker, fileStore } from '../cost/index.ts';
import { ownCostFile } from './cost-file.ts';
import { UsageError } from './failure.ts';
import type { GlobalOptions } from './options.ts';
import { note, paint, print, printJson, table } from './output.ts';

const AFTER_HELP = `
A program keeps such a file with
  createBedrock({ costTracker: createCostTracker({ store: fileStore('costs.jsonl') }) })
of bedrock-ai-provider and bedrock-ai-provider/cost.

Examples:
  $ bedrock-ai cost                            what this command line has spent
  $ bedrock-ai cost costs.jsonl --day today    what a program has spent today
  $ bedrock-ai cost costs.jsonl --from 2026-11-01 --json`;

interface CostOptions extends GlobalOptions {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly day?: string | undefined;
}

export function addCost(program: Command): void {
  program
    .command('cost')
    .summary('what was spent, by model, tag and day')
    .description('Reports what calls have cost, from the file of a cost tracker.')
    .argument(
      '[file]',
      'JSON lines that a cost tracker has written (default: what chat and bench have spent on AWS)',
    )
    .addOption(
      new Option('--day <date>', 'only this day (UTC): YYYY-MM-DD, today or yesterday').conflicts([
        'from',
        'to',
      ]),
    )
    .addOption(new Option('--from <date>', 'first day'))
    .addOption(new Option('--to <date>', 'last day'))
    .addHelpText('after', AFTER_HELP)
    .action(async (file: string | undefined, _: unknown, command: Command) => {
      await cost(file, command.optsWithGlobals<CostOptions>());
    });
}

async function cost(file: string | undefined, options: CostOptions): Promise<void> {
  const days = daysOf(options);
  const path = file ?? ownCostFile();
  if (!existsSync(path)) {
    if (file !== undefined) throw new UsageError(`There is no file ${file}.`);
    note(
      'chat and bench have not spent anything on AWS yet. For the file of a program: bedrock-ai cost <file>',
    );
    if (!options.json) return;
  }
  const summary = await createCostTracker({ store: fileStore(path) }).summary(days);
  if (options.json) return printJson(summary);
  print(report(summary));
}

function daysOf({ day, from, to }: CostOptions): { from?: string | undefined; to?: string | undefined } {
  if (day !== undefined) return { from: dateOf('--day', day), to: dateOf('--day', day) };
  return { from: from && dateOf('--from', from), to: to && dateOf('--to', to) };
}

function dateOf(option: string, word: string): string {
  const daysAgo = { today: 0, yesterday: 1 }[word];
  if (daysAgo !== undefined) return new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
  if (/^\d{4}-\d{2}-\d{2}$/.test(word) && !Number.isNaN(Date.parse(word))) return word;
  throw new UsageError(
    `${option} is ${JSON.stringify(word)}; expected a date like 2026-11-29, today or yesterday.`,
  );
}

function report({ total, byModel, byTag, byDay }: CostSummary): string {
  const sections = [
    section('Model', byModel),
    ...Object.entries(byTag).map(([name, sums]) => section(`Tag ${name}`, sums)),
    section('Day (UTC)', byDay, ([one], [other]) => one.localeCompare(other)),
    `${paint('bold', `Total ${dollars(total)}`)} for ${count(total.calls, 'call')}${unknownNote(total)}`,
  ];
  return sections.filter(text => text !== '').join('\n\n');
}

type Entry = readonly [name: string, sum: CostSum];

function section(
  title: string,
  sums: Readonly<Record<string, CostSum>>,
  order: (one: Entry, other: Entry) => number = ([, one], [, other]) => other.usd - one.usd,
): string {
  const rows = Object.entries(sums).sort(order);
  if (rows.length === 0) return '';
  const columns = [
    { title },
    { title: 'Calls', align: 'right' as const },
    { title: 'Cost', align: 'right' as const },
    { title: '' },
  ];
  return table(
    columns,
    rows.map(([name, sum]) => [name, String(sum.calls), dollars(sum), unknownNote(sum)]),
  );
}

/** To the cent, and small sums to the first two digits that are not 0. */
export function dollars({ usd }: Pick<CostSum, 'usd'>): string {
  const decimals = usd === 0 || usd >= 0.1 ? 2 : Math.min(10, 1 - Math.floor(Math.log10(usd)));
  return `$${usd.toFixed(decimals)}`;
}

export function unknownNote({ unknown }: CostSum): string {
  return unknown === 0 ? '' : ` + ${count(unknown, 'call')} of unknown price`;
}

export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
