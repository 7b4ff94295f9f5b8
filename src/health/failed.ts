import { LoadAPIKeyError } from '@ai-sdk/provider';
import { BedrockError, CredentialsError } from '../errors.ts';
import { QueueTimeoutError } from '../traffic/traffic-errors.ts';
import type { HealthCheck } from './report.ts';

/** A check did not end in time. */
export class CheckTimeout extends Error {
  override readonly name = 'Timeout';
}

/** An error as a check that failed. Errors of this package hold no secrets. */
export function failed(error: unknown): HealthCheck {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof CheckTimeout) {
    return {
      status: 'failed',
      message,
      code: 'Timeout',
      advice: 'Check the network and, for a model, whether it is overloaded; or wait longer.',
    };
  }
  // What AWS said before the call had to wait.
  if (QueueTimeoutError.isInstance(error) && BedrockError.isInstance(error.cause)) return failed(error.cause);
  if (BedrockError.isInstance(error)) {
    const { advice, code, statusCode, requestId } = error;
    const sentence = without(advice, message).replace(`${code}: `, '');
    return { status: 'failed', message: sentence, advice, code, statusCode, requestId };
  }
  if (CredentialsError.isInstance(error)) {
    const { advice } = error;
    return { status: 'failed', message: without(advice, message), advice, code: 'CredentialsError' };
  }
  return {
    status: 'failed',
    message,
    code: error instanceof Error ? error.name.replace(/^AI_/, '') : undefined,
    advice: LoadAPIKeyError.isInstance(error) ? NO_IDENTITY : undefined,
  };
}

const NO_IDENTITY =
  'Set one of them: e.g. AWS_BEARER_TOKEN_BEDROCK to an API key of the Bedrock console, or AWS_PROFILE to a profile ' +
  'that `aws configure` or `aws configure sso` has made.';

export function skipped(message: string): HealthCheck {
  return { status: 'skipped', message };
}

/** Whether an error says nothing of what was asked: nobody answered, or somebody who does not know the question. */
export function tellsNothing(error: unknown): boolean {
  if (error instanceof CheckTimeout) return true;
  return BedrockError.isInstance(error) && (error.isRetryable || NO_ANSWER.has(error.code));
}

const NO_ANSWER: ReadonlySet<string> = new Set([
  'HttpError',
  'InvalidReply',
  'Redirect',
  'UnknownOperationException',
]);

/** The advice is the end of the message. */
function without(advice: string | undefined, message: string): string {
  return advice === undefined ? message : message.replace(advice, '').trim();
}
