/** `bedrock-ai health [model…]`: what keeps calls from working. */
import type { Command } from 'commander';
import type { HealthCheck, HealthReport, HealthStatus } from '../health/index.ts';
import { withConnection } from './connect.ts';
import { defaultModel } from './default-model.ts';
import { FAILURE } from './failure.ts';
import type { GlobalOptions } from './options.ts';
import { paint, print, printJson } from './output.ts';

/** Chat models that think take their time. */
const TIMEOUT_MS = 30_000;

const AFTER_HELP = `
Looks at the Region, the identity, its end, who AWS takes it for, the endpoint, the clock, and whether each model may
be called. Then calls the models: one token of a chat model, one word of an embedding model, for less than a hundredth
of a cent. Models of other kinds are not called. Each check ends after ${TIMEOUT_MS / 1000} s.

Exit codes: 0 nothing has failed, 1 something has. Warnings and what cannot be told do not count.
Without a model: BEDROCK_DEFAULT_MODEL, else one that most accounts can call.

Examples:
  $ bedrock-ai health
  $ bedrock-ai health us.anthropic.claude-sonnet-4-5-20250929-v1:0 amazon.titan-embed-text-v2:0
  $ bedrock-ai --profile work --region eu-west-1 health
  $ bedrock-ai health --json | jq .ok`;

export function addHealth(program: Command): void {
  program
    .command('health')
    .summary('why AWS refuses a call: identity, Region, endpoint, models')
    .description('Checks all that calls to Bedrock need, and says what to do about what is missing.')
    .argument('[model...]', 'model ids, profile ids, ARNs or aliases')
    .addHelpText('after', AFTER_HELP)
    .action(async (models: string[], _: unknown, command: Command) => {
      await health(models, command.optsWithGlobals<GlobalOptions>());
    });
}

async function health(given: readonly string[], options: GlobalOptions): Promise<void> {
  const { checkHealth } = await import('../health/index.ts');
  const models = given.length === 0 ? [defaultModel()] : [...new Set(given)];
  const hideProgress = showProgress();
  // A call that is refused shall say so instead of waiting for its turn.
  const report = await withConnection(options, { settings: { traffic: 'off' } }, ({ bedrock }) =>
    checkHealth(bedrock, { models, callModels: true, timeoutMs: TIMEOUT_MS }),
  ).finally(hideProgress);
  if (options.json) printJson(report);
  else print(checklist(report, options));
  if (!report.ok) process.exitCode = FAILURE;
}

function showProgress(): () => void {
  if (!process.stderr.isTTY) return () => {};
  process.stderr.write('Checking …');
  return () => process.stderr.write('\r\x1b[K');
}

/* ------------------------------------------------------------- checklist */

function checklist(report: HealthReport, options: GlobalOptions): string {
  const { region, identity, expiry, caller, endpoint, clock, models } = report;
  const lines = (name: string, check: HealthCheck) => linesOf(name, inWordsOf(options, check));
  const sections = [
    [
      ...lines('Region', region),
      ...lines('Identity', identity),
      ...lines('Expiry', expiry),
      ...lines('Caller', caller),
      ...lines('Endpoint', endpoint),
      ...lines('Clock', clock),
    ],
    ...models.map(({ modelId, kind, access, call }) => [
      `${paint('bold', modelId)} (${kind})`,
      ...lines('Access', access),
      ...lines('Call', call),
    ]),
    [verdict(report)],
  ];
  return sections.map(section => section.join('\n')).join('\n\n');
}

const MARKS: Readonly<Record<HealthStatus, { sign: string; color: Parameters<typeof paint>[0] }>> = {
  ok: { sign: '✓', color: 'green' },
  warning: { sign: '!', color: 'yellow' },
  failed: { sign: '✗', color: ['red', 'bold'] },
  unknown: { sign: '?', color: 'dim' },
  skipped: { sign: '-', color: 'dim' },
};

/** Columns of the sign, the word and the name. */
const INDENT = 20;

function linesOf(
  name: string,
  { status, message, advice, code, statusCode, requestId }: HealthCheck,
): string[] {
  const { sign, color } = MARKS[status];
  const start = `${paint(color, `${sign} ${status.padEnd(8)}`)} ${name.padEnd(9)}`;
  const title = statusCode === undefined ? '' : `${code} (${statusCode}): `;
  const [first = '', ...more] = wrap(`${title}${message}`);
  return [
    `${start}${first}`,
    ...more.map(line => ' '.repeat(INDENT) + line),
    ...(advice === undefined ? [] : indented('→ ', wrap(advice, 2))),
    ...(requestId === undefined || status !== 'failed'
      ? []
      : [' '.repeat(INDENT) + paint('dim', `request id ${requestId}`)]),
  ];
}

function indented(bullet: string, [first = '', ...more]: readonly string[]): string[] {
  const indent = ' '.repeat(INDENT);
  return [`${indent}${bullet}${first}`, ...more.map(line => `${indent}${' '.repeat(bullet.length)}${line}`)];
}

/** Breaks lines between words, on a terminal only: what reads a pipe wants each sentence in one line. */
function wrap(text: string, hanging = 0): string[] {
  const width = process.stdout.isTTY
    ? Math.max(20, process.stdout.columns - INDENT - hanging)
    : Number.POSITIVE_INFINITY;
  const lines: string[] = [''];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1) ?? '';
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function verdict({ ok, models, ...report }: HealthReport): string {
  if (!ok) return paint(['red', 'bold'], 'Something has failed.');
  const checks = [...Object.values(report), ...models.flatMap(({ access, call }) => [access, call])];
  const hasWarning = checks.some(check => typeof check === 'object' && check.status === 'warning');
  return hasWarning ? paint('yellow', 'All works; see the warnings.') : paint('green', 'All is well.');
}

/** The library calls settings what were options here. */
function inWordsOf(options: GlobalOptions, check: HealthCheck): HealthCheck {
  const { message, advice } = check;
  return {
    ...check,
    message: withOptions(options, message),
    ...(advice !== undefined && { advice: withOptions(options, advice) }),
  };
}

function withOptions({ region, profile, local }: GlobalOptions, text: string): string {
  if (local) return text.replace(/the (region|accessKeyId|baseURL) setting/g, 'the local Bedrock');
  return text
    .replace('Set region (e.g. createBedrock({ region: "us-east-1" }))', 'Set --region (e.g. us-east-1)')
    .replaceAll('the region setting', region === undefined ? 'the region setting' : '--region')
    .replaceAll('the profile setting', profile === undefined ? 'the profile setting' : '--profile');
}
