/** Errors of any AI SDK provider as AWS's. */
import {
  APICallError,
  InvalidArgumentError,
  InvalidPromptError,
  LoadAPIKeyError,
  NoSuchModelError,
  TypeValidationError,
  UnsupportedFunctionalityError,
} from '@ai-sdk/provider';
import { AwsError, EXCEPTION_STATUS } from '../aws-error.ts';

/** @param error what a model threw, or the error of a stream part, which may be anything */
export function toAwsFailure(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  return new AwsError(nameOf(error), messageOf(error), { headers: retryHeaders(error) });
}

function nameOf(error: unknown): string {
  // A model of Bedrock's names AWS's exception itself.
  const { code } = Object(error) as { code?: unknown };
  if (typeof code === 'string' && Object.hasOwn(EXCEPTION_STATUS, code)) return code;
  if (APICallError.isInstance(error)) return nameOfStatus(error.statusCode);
  if (LoadAPIKeyError.isInstance(error)) return 'AccessDeniedException';
  if (NoSuchModelError.isInstance(error)) return 'ResourceNotFoundException';
  const isOfRequest = [
    UnsupportedFunctionalityError,
    InvalidPromptError,
    InvalidArgumentError,
    TypeValidationError,
  ];
  return isOfRequest.some(kind => kind.isInstance(error)) ? 'ValidationException' : 'InternalServerException';
}

/** @param status undefined where the model's service did not answer at all */
function nameOfStatus(status: number | undefined): string {
  switch (status) {
    case undefined:
      return 'ServiceUnavailableException';
    case 401:
    case 402:
    case 403:
      return 'AccessDeniedException';
    case 404:
      return 'ResourceNotFoundException';
    case 408:
      return 'ModelTimeoutException';
    case 424:
      return 'ModelErrorException';
    case 429:
      return 'ThrottlingException';
    case 502:
    case 503:
    case 504:
    // Anthropic's "overloaded".
    case 529:
      return 'ServiceUnavailableException';
    default:
      return status >= 500 ? 'InternalServerException' : 'ValidationException';
  }
}

function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  if (typeof error === 'string') return error;
  const { message } = Object(error) as { message?: unknown };
  return typeof message === 'string' ? message : (JSON.stringify(error) ?? 'The model failed.');
}

function retryHeaders(error: unknown): Record<string, string> {
  const after = APICallError.isInstance(error) ? error.responseHeaders?.['retry-after'] : undefined;
  return after === undefined ? {} : { 'retry-after': after };
}

/** Those that Converse's streams may end with. */
const STREAM_EXCEPTIONS: ReadonlySet<string> = new Set([
  'InternalServerException',
  'ModelStreamErrorException',
  'ServiceUnavailableException',
  'ThrottlingException',
  'ValidationException',
]);

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html */
export function toStreamFailure(error: unknown): AwsError {
  const failure = toAwsFailure(error);
  return STREAM_EXCEPTIONS.has(failure.name)
    ? failure
    : new AwsError('ModelStreamErrorException', failure.message);
}
