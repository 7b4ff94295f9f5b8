/**
 * Errors as AWS's services answer them: a status, a name in `x-amzn-errortype`, a message in a JSON body.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html
 */

/** The status of every exception that the local Bedrock knows; scripts may name others. */
export const EXCEPTION_STATUS: Readonly<Record<string, number>> = {
  AccessDeniedException: 403,
  ConflictException: 400,
  ExpiredTokenException: 403,
  IncompleteSignatureException: 403,
  InternalServerException: 500,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  ModelErrorException: 424,
  ModelNotReadyException: 429,
  ModelStreamErrorException: 424,
  ModelTimeoutException: 408,
  ResourceNotFoundException: 404,
  ServiceQuotaExceededException: 400,
  ServiceUnavailableException: 503,
  ThrottlingException: 429,
  UnknownOperationException: 404,
  UnrecognizedClientException: 403,
  ValidationException: 400,
};

/** These are answered by the gateway in front of the service, which signs its errors differently. */
const GATEWAY_EXCEPTIONS: ReadonlySet<string> = new Set([
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'UnknownOperationException',
  'UnrecognizedClientException',
]);

export interface AwsErrorOptions {
  /** Default: the exception's own status, or 400 for a name that is not known. */
  readonly status?: number | undefined;
  /** Bedrock writes `Message` in the errors of API keys and `message` everywhere else. */
  readonly messageKey?: 'message' | 'Message' | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Thrown anywhere while a request is handled; `errorResponse` turns it into the reply. */
export class AwsError extends Error {
  readonly status: number;
  readonly messageKey: 'message' | 'Message';
  readonly headers: Readonly<Record<string, string>>;

  constructor(name: string, message: string, options: AwsErrorOptions = {}) {
    super(message);
    this.name = name;
    this.status = options.status ?? EXCEPTION_STATUS[name] ?? 400;
    this.messageKey = options.messageKey ?? 'message';
    this.headers = options.headers ?? {};
  }
}

export function validationError(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

export function errorResponse(error: AwsError, requestId: string): Response {
  const origin = GATEWAY_EXCEPTIONS.has(error.name) ? 'com.amazon.coral.service' : 'com.amazon.bedrock';
  return new Response(JSON.stringify({ [error.messageKey]: error.message }), {
    status: error.status,
    headers: {
      'content-type': 'application/json',
      'x-amzn-errortype': `${error.name}:http://internal.amazon.com/coral/${origin}/`,
      ...replyHeaders(requestId),
      ...error.headers,
    },
  });
}

/** Headers of every reply. */
export function replyHeaders(requestId: string): Record<string, string> {
  return { 'x-amzn-requestid': requestId, date: new Date().toUTCString() };
}
