/** `bedrock-ai models [query]`: what there is, what it can do and costs. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { KINDS, NEEDS, STATUSES } from '../catalog/query.ts';
import type { CatalogKind, CatalogNeed, CatalogStatus } from '../catalog/types.ts';
import type { GlobalOptions } from './options.ts';

const AFTER_HELP = `
Columns: Price is in USD, for a million tokens of input and of output where it names no unit, in the Region.
Call by has the ids that work from the Region: "id" is the model's own, "us." goes in front of it.
A terminal that is too narrow gets fewer columns; --json has all. A whole id or ARN shows one model in full.

Needs: ${NEEDS.slice(0, 7).join(', ')},
  and what goes in and comes out: image-input, document-input, video-input, audio-input, image-output …

Without --live nothing is sent, and neither credentials nor a network are needed.
Exit code 1: no model fits; names that are near are shown.

Examples:
  $ bedrock-ai models sonnet
  $ bedrock-ai models --needs tools,image-input --cheapest --region eu-west-1
  $ bedrock-ai models --kind embedding --json
  $ bedrock-ai models us.anthropic.claude-sonnet-4-5-20250929-v1:0
  $ bedrock-ai models nova --live              what this account can use`;

export interface ModelsOptions extends GlobalOptions {
  readonly kind?: CatalogKind | undefined;
  readonly needs?: readonly CatalogNeed[] | undefined;
  readonly vendor?: string | undefined;
  readonly family?: string | undefined;
  readonly status?: readonly CatalogStatus[] | undefined;
  readonly cheapest?: boolean | undefined;
  readonly live?: boolean | undefined;
}

export function addModels(program: Command): void {
  program
    .command('models')
    .summary('what there is, what it can do and costs')
    .description('Lists the models that can be called from the Region.')
    .argument('[query...]', 'words of the id, the name or the vendor, or a whole id or ARN')
    .addOption(new Option('--kind <kind>', 'what it is for').choices(KINDS))
    .addOption(
      new Option('--needs <list>', 'what it must be able to do, with commas between').argParser(
        listOf<CatalogNeed>(NEEDS),
      ),
    )
    .addOption(new Option('--vendor <name>', 'who made it, e.g. Amazon'))
    .addOption(new Option('--family <name>', 'model family, e.g. claude, nova, llama'))
    .addOption(
      new Option(
        '--status <list>',
        `${words(STATUSES).join(', ')} (default: active, legacy and preview)`,
      ).argParser((text, earlier: readonly CatalogStatus[] | undefined) =>
        listOf<string>(words(STATUSES))(text.toLowerCase(), earlier && words(earlier)).map(
          word => word.toUpperCase() as CatalogStatus,
        ),
      ),
    )
    .addOption(
      new Option(
        '--cheapest',
        'cheapest first: of 3,000 tokens in and 1,000 out, 1,000 tokens to embed, an image …',
      ),
    )
    .addOption(new Option('--live', 'ask AWS: what this account can use, and what the catalog does not know'))
    .addHelpText('after', AFTER_HELP)
    .action(async (query: readonly string[], _: unknown, command: Command) => {
      const { models } = await import('./models/run.ts');
      await models(query.join(' '), command.optsWithGlobals<ModelsOptions>());
    });
}

/** Reads `a,b`; what is given several times adds up. */
function listOf<Word extends string>(allowed: readonly Word[]) {
  return (text: string, earlier: readonly Word[] = []): Word[] => {
    const given = text.split(',').map(word => word.trim());
    const wrong = given.find(word => !allowed.includes(word as Word));
    if (wrong === undefined) return [...earlier, ...(given as Word[])];
    throw new InvalidArgumentError(`There is no ${JSON.stringify(wrong)}; there are ${allowed.join(', ')}.`);
  };
}

function words(statuses: readonly CatalogStatus[]): string[] {
  return statuses.map(status => status.toLowerCase());
}
