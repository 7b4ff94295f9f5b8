import { Command, CommanderError, Option } from 'commander';
import { VERSION } from '../version.ts';
import { addBench } from './bench.ts';
import { addChat } from './chat.ts';
import { addCompletion } from './completion.ts';
import { addCost } from './cost.ts';
import { FAILURE, failureLines, isUsageError, USAGE } from './failure.ts';
import { addHealth } from './health.ts';
import { addModels } from './models.ts';
import type { GlobalOptions } from './options.ts';
import { note, paintError, watchReaders } from './output.ts';
import { addQuota } from './quota.ts';
import { addServe } from './serve.ts';

const AFTER_HELP = `
Who calls and where to is found as by AWS's own tools: environment variables, ~/.aws, roles of the machine.
Exit codes: 0 all is well, 1 something failed, 2 the command line is wrong, 130 stopped by Ctrl-C (serve: 0).

Examples:
  $ bedrock-ai chat --local            talk to a Bedrock on this machine, without an account
  $ bedrock-ai health                  find out why AWS refuses a call
  $ bedrock-ai models sonnet           what there is, what it can do and costs`;

/** @returns the exit code */
export async function runCli(args: readonly string[]): Promise<number> {
  watchReaders();
  const program = createProgram();
  try {
    await program.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return fail(error, program.opts<GlobalOptions>());
  }
}

/** The whole command line, also for what completes it. */
export function createProgram(): Command {
  const program = new Command('bedrock-ai')
    .description('Amazon Bedrock from the command line')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help; also of a command: bedrock-ai chat --help')
    .addOption(new Option('--profile <name>', 'profile of AWS’s config files'))
    .addOption(new Option('--region <region>', 'AWS Region, e.g. us-east-1'))
    .addOption(
      new Option('--local', 'use a local Bedrock, started for this call; needs no account').conflicts(
        'profile',
      ),
    )
    .addOption(new Option('--json', 'print JSON'))
    .addOption(new Option('--debug', 'say more about errors, and log requests, waits, tokens and cost'))
    .addHelpText('after', AFTER_HELP)
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(--help shows how it is used)')
    .exitOverride();
  addChat(program);
  addHealth(program);
  addModels(program);
  addQuota(program);
  addCost(program);
  addBench(program);
  addServe(program);
  addCompletion(program);
  return program;
}

function fail(error: unknown, { debug = false }: GlobalOptions): number {
  if (error instanceof CommanderError) return exitCodeOf(error);
  for (const line of failureLines(error, { debug, paint: paintError })) note(line);
  return isUsageError(error) ? USAGE : FAILURE;
}

/** Commander has printed what it has to say: help and version, or what is wrong with the words it was given. */
function exitCodeOf({ exitCode }: CommanderError): number {
  return exitCode === 0 ? 0 : USAGE;
}
