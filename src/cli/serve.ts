/** `bedrock-ai serve`: the local Bedrock as a process. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { GlobalOptions } from './options.ts';

const AFTER_HELP = `
Programs find it by the environment lines that it prints (bash, zsh and fish); AWS's SDKs and command line read them,
and so does bedrock-ai-provider. Requests are logged to stderr, one line each. Without --json, stdout has the lines
and nothing else; with it, one object { url, port, environment, unset }. Ctrl-C ends it with exit code 0.

Quotas, each for the models before its last colon, or for all; the first that fits a model counts:
  'us.anthropic.*:requestsPerMinute=60,tokensPerMinute=100000'    tokensPerDay=1000000
  Also requestsPerSecond, tokensPerSecond, maxOutputTokens, burndown, reserveCacheReads.

Faults, of which the first that strikes counts:
  ThrottlingException:share=0.05        an error reply, by AWS's name; also message, status
  cut:every=7,times=3                   streams: exception (name, message), error (code, message), cut (bytes, reset),
                                        corrupt, stall (ms), slow (bytes, ms); at=<frame>, else a random one
  stallReply:ms=60000                   nothing, not even headers, for so long
  Each takes models, and share (0 to 1) or every, and times.

Times without capacity: 'models=us.*,fromMs=5000,forMs=10000,share=0.8', each with a default.

A model is looked for from the folder you are in: openai:gpt-5 is of @ai-sdk/openai (npm install @ai-sdk/openai), a package of
another name is named in full. It answers every request that chats, whichever model id a program names, with your keys
in its provider's own variables, e.g. OPENAI_API_KEY.

A recording is a JSON file with operation, model, body and reply, and without headers of the request; the same request again
takes its place. What failed is not recorded. --replay answers the same requests, and refuses others with an error, or leaves
them to the built-in responder (--unrecorded built-in).

With --aws, Converse, InvokeModel and their streams go on to AWS as they came, signed with your own credentials (--profile), and
cost what they cost; everything else is answered here.

The file of --config has options of createLocalBedrock in JSON, e.g. { "guardrails": { … }, "strict": true }; what the
command line says as well counts in place of the file.

Examples:
  $ bedrock-ai serve
  $ bedrock-ai serve --port 0 --json
  $ bedrock-ai serve --quota 'anthropic.claude-*:requestsPerMinute=60' --fault 'ThrottlingException:share=0.05'
  $ bedrock-ai serve --model openai:gpt-5      programs for Bedrock run on another provider
  $ bedrock-ai serve --model openai:gpt-5 --record answers
  $ bedrock-ai serve --aws --record answers    once, with an account
  $ bedrock-ai serve --replay answers          the same answers, without a model and a network
  $ bedrock-ai serve --delay 400,30            as slow as a model: before a reply, and between its events`;

export interface ServeOptions extends GlobalOptions {
  readonly port: number;
  readonly host: string;
  readonly model?: string | undefined;
  readonly record?: string | undefined;
  readonly replay?: string | undefined;
  readonly aws?: boolean | undefined;
  readonly unrecorded: 'error' | 'built-in';
  readonly config?: string | undefined;
  readonly quota?: readonly string[] | undefined;
  readonly fault?: readonly string[] | undefined;
  readonly unavailable?: readonly string[] | undefined;
  readonly seed?: number | undefined;
  readonly delay?: string | undefined;
  /** False for `--no-authentication`. */
  readonly authentication: boolean;
  readonly credentials?: readonly string[] | undefined;
  readonly apiKey?: readonly string[] | undefined;
}

export function addServe(program: Command): void {
  program
    .command('serve')
    .summary('a Bedrock on this machine, for development, tests and demos')
    .description('Runs the local Bedrock, which needs no account, until it is stopped.')
    .addOption(new Option('--port <port>', '0 is any free one').argParser(port).default(4100))
    .addOption(new Option('--host <address>', 'who may reach it').default('127.0.0.1', 'this machine only'))
    .addOption(
      new Option(
        '--model <provider:id>',
        'a model of an installed AI SDK provider answers, e.g. openai:gpt-5 (default: answers that need no model)',
      ),
    )
    .addOption(
      new Option('--aws', 'AWS answers, with your own credentials: calls cost money').conflicts('model'),
    )
    .addOption(new Option('--record <folder>', 'keep what was answered, one file for each request'))
    .addOption(
      new Option('--replay <folder>', 'answer what was recorded').conflicts(['model', 'aws', 'record']),
    )
    .addOption(
      new Option('--unrecorded <what>', 'with --replay: what requests get that were not recorded')
        .choices(['error', 'built-in'])
        .default('error'),
    )
    .addOption(new Option('--quota <quota>', 'what callers may use; may be repeated').argParser(several))
    .addOption(
      new Option('--fault <fault>', 'calls that fail or are spoiled; may be repeated').argParser(several),
    )
    .addOption(
      new Option('--unavailable <when>', 'times without capacity; may be repeated').argParser(several),
    )
    .addOption(
      new Option('--seed <number>', 'the same one gives the same chance in faults').argParser(wholeNumber),
    )
    .addOption(
      new Option('--delay <ms>', 'milliseconds before a reply and between its events: 20, or 400,20'),
    )
    .addOption(
      new Option(
        '--credentials <id:secret>',
        'keys that may sign, in place of the built-in ones; may be repeated',
      ).argParser(several),
    )
    .addOption(
      new Option(
        '--api-key <key>',
        'a key that may call, in place of the built-in ones; may be repeated',
      ).argParser(several),
    )
    .addOption(new Option('--no-authentication', 'let everybody in'))
    .addOption(new Option('--config <file>', 'options of createLocalBedrock in JSON'))
    .addHelpText('after', AFTER_HELP)
    .action(async (_: unknown, command: Command) => {
      const { serve } = await import('./serve/run.ts');
      await serve(command.optsWithGlobals<ServeOptions>());
    });
}

function several(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function port(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= 65535) return number;
  throw new InvalidArgumentError('It must be a port from 0 to 65535.');
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(number)) return number;
  throw new InvalidArgumentError('It must be a whole number.');
}
