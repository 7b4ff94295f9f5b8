/** `bedrock-ai quota [model]`: what the account may use, what it uses, and what a call takes. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { GlobalOptions } from './options.ts';

const AFTER_HELP = `
Bedrock reserves the input and max_tokens of a call from the tokens of a minute when it starts, and takes the input
and the output that was written when it ends; a token of output counts several times for some models.

Way: "id" for a model's own id, "geo" for profiles of a geography (us., eu. …), "global" for global ones.
A program can read its quotas itself: createBedrock({ traffic: { quota: 'service-quotas' } }).

Permissions: servicequotas:ListServiceQuotas and cloudwatch:GetMetricData (AWS charges some cents for a thousand
looks). Neither works with a Bedrock API key. What is not permitted is said, and the rest is shown.

Examples:
  $ bedrock-ai quota                           all models that the account has a quota for
  $ bedrock-ai quota us.anthropic.claude-sonnet-4-5-20250929-v1:0
  $ bedrock-ai quota nova-pro --input 20000 --max-tokens 500
  $ bedrock-ai quota nova-lite --local         with quotas that are made up`;

export interface QuotaOptions extends GlobalOptions {
  /** Tokens. */
  readonly input: number;
  readonly maxTokens?: number | undefined;
}

export function addQuota(program: Command): void {
  program
    .command('quota')
    .summary('quotas of a model, their use, and what a call takes')
    .description('Shows the quotas of the account for a model, their use, and what a call takes of them.')
    .argument('[model...]', 'a whole id or ARN, an alias, or words that one model fits')
    .addOption(
      new Option('--input <tokens>', 'input of the call that is reckoned').argParser(tokens).default(1000),
    )
    .addOption(
      new Option('--max-tokens <tokens>', 'most output of that call (default: some are shown)').argParser(
        tokens,
      ),
    )
    .addHelpText('after', AFTER_HELP)
    .action(async (model: readonly string[], _: unknown, command: Command) => {
      const { quota } = await import('./quota/run.ts');
      await quota(model.join(' '), command.optsWithGlobals<QuotaOptions>());
    });
}

function tokens(text: string): number {
  const count = Number(text.replaceAll(/[_,]/g, ''));
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('It must be a whole number of tokens from 1 on.');
}
