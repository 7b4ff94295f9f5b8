import { APICallError, InvalidArgumentError } from '@ai-sdk/provider';
import { BedrockError, CredentialsError } from '../errors.ts';
import type { Paint } from './output.ts';

export const FAILURE = 1;
export const USAGE = 2;

/** The command line is wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The words of the user are arguments of the library too. */
export function isUsageError(error: unknown): boolean {
  return error instanceof UsageError || InvalidArgumentError.isInstance(error);
}

/**
 * An error as a block to read: what failed, what to do next, what to quote to AWS support.
 * @param options.debug adds the request, the reply, causes and stacks; errors of this package hold no secrets
 */
export function failureLines(error: unknown, options: { debug: boolean; paint: Paint }): string[] {
  const { debug, paint } = options;
  const { title, sentence, advice, requestId } = describeFailure(error);
  // The title has the name of the error already.
  const rest = withoutName(sentence, error);
  return [
    `${paint(['red', 'bold'], `✖ ${title}`)}${rest === '' ? '' : `: ${rest}`}`,
    ...(advice === undefined ? [] : [`  → ${advice}`]),
    ...(requestId === undefined ? [] : [paint('dim', `  request id ${requestId}`)]),
    ...(debug ? debugLines(error).map(line => paint('dim', `  ${line}`)) : []),
    ...(debug || isUsageError(error) ? [] : [paint('dim', '  --debug says more')]),
  ];
}

export interface Failure {
  /** E.g. `AccessDeniedException (403)`. */
  readonly title: string;
  readonly sentence: string;
  readonly advice: string | undefined;
  readonly requestId: string | undefined;
}

export function describeFailure(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const { advice } = BedrockError.isInstance(error) || CredentialsError.isInstance(error) ? error : {};
  return {
    title: titleOf(error),
    // The advice is the end of the message.
    sentence: advice === undefined ? message : message.replace(advice, '').trim(),
    advice,
    requestId: BedrockError.isInstance(error) ? error.requestId : undefined,
  };
}

function titleOf(error: unknown): string {
  if (isUsageError(error)) return 'usage';
  const name = failureName(error);
  return BedrockError.isInstance(error) && error.statusCode !== undefined
    ? `${name} (${error.statusCode})`
    : name;
}

/** AWS's name for an error, or the class of one of ours. */
export function failureName(error: unknown): string {
  if (BedrockError.isInstance(error)) return error.code;
  return error instanceof Error ? error.name.replace(/^AI_/, '') : 'failed';
}

/** For places where the name stands beside it. */
export function messageWithoutName(error: unknown): string {
  return withoutName(error instanceof Error ? error.message : String(error), error);
}

function withoutName(message: string, error: unknown): string {
  const name = `${failureName(error)}: `;
  return message.startsWith(name) ? message.slice(name.length) : message;
}

function debugLines(error: unknown): string[] {
  const lines: string[] = [];
  if (APICallError.isInstance(error)) {
    lines.push(`url: ${error.url}`);
    if (error.responseBody !== undefined) lines.push(`reply: ${error.responseBody.slice(0, 2000)}`);
  }
  let cause: unknown = error;
  for (let depth = 0; cause instanceof Error && depth < 5; depth++) {
    const stack = cause.stack ?? `${cause.name}: ${cause.message}`;
    lines.push(...`${depth === 0 ? '' : 'caused by: '}${stack}`.split('\n'));
    cause = cause.cause;
  }
  return lines;
}
