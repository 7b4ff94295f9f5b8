/** `bedrock-ai chat [model]`: a conversation in the terminal, or an answer for a pipe. */
import { type Command, Option } from 'commander';
import type { GlobalOptions } from './options.ts';

const AFTER_HELP = `
In a terminal it is a conversation; /help lists its commands. Where stdin or stdout is a pipe or a file, and with
--prompt or --json, one question is answered: --prompt, what comes in by stdin, or the one above the other. The answer
goes to stdout, everything else to stderr.

Without a model: BEDROCK_DEFAULT_MODEL, else global.amazon.nova-2-lite-v1:0. What is spent on AWS is kept for
bedrock-ai cost; with --local nothing is, and costs are those that AWS would have had.

--json prints { model, local, text, reasoning, toolCalls, finishReason, usage, cost, warnings }: usage in tokens, cost in
US dollars.

Examples:
  $ bedrock-ai chat --local                              try it, without an account
  $ bedrock-ai chat us.anthropic.claude-sonnet-4-5-20250929-v1:0 --reasoning low
  $ git diff | bedrock-ai chat --prompt "Write a commit message for this."
  $ bedrock-ai chat --prompt "What is in it?" --image photo.png
  $ echo "What is 17 * 23?" | bedrock-ai chat --tools --json`;

const REASONING_LEVELS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;

export interface ChatOptions extends GlobalOptions {
  readonly prompt?: string | undefined;
  readonly system?: string | undefined;
  readonly image?: readonly string[] | undefined;
  readonly tools?: boolean | undefined;
  readonly reasoning?: (typeof REASONING_LEVELS)[number] | undefined;
}

export function addChat(program: Command): void {
  program
    .command('chat')
    .summary('talk to a model, or have one answer a pipe')
    .description('Talks to a model.')
    .argument('[model]', 'id or ARN of a model or an inference profile, or a name such as claude-sonnet')
    .option('-p, --prompt <text>', 'ask this and end')
    .option('--system <text>', 'system prompt')
    .option('--image <file>', 'a picture that goes with the (first) message; may be repeated', collect)
    .option('--tools', 'offer two tools that are run here: the time, and a calculator')
    .addOption(
      new Option(
        '--reasoning <level>',
        'how much the model is to think, where it can (default: as it does by itself)',
      ).choices(REASONING_LEVELS),
    )
    .addHelpText('after', AFTER_HELP)
    .action(async (model: string | undefined, _: unknown, command: Command) => {
      const { chat } = await import('./chat/chat.ts');
      await chat(model, command.optsWithGlobals<ChatOptions>());
    });
}

function collect(file: string, before: readonly string[] = []): string[] {
  return [...before, file];
}
