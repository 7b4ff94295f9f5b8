/** What AWS says when it refuses an identity. */
export interface Refusal {
  /** AWS's name of the error. */
  readonly code: string;
  readonly message: string;
}

const REFUSED_KEYS: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidToken',
  'UnrecognizedClientException',
]);
const REFUSED_TIMES: ReadonlySet<string> = new Set([
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
]);

/**
 * Whether newer keys or the right time may help against an error. The names alone do not tell: a wrong time is
 * an InvalidSignatureException for Bedrock and a SignatureDoesNotMatch for STS.
 */
export function refusedPart({ code, message }: Refusal): 'keys' | 'time' | undefined {
  if (REFUSED_TIMES.has(code) || /signature (expired|not yet current)/i.test(message)) return 'time';
  if (REFUSED_KEYS.has(code) || /token included in the request is (expired|invalid)/i.test(message)) {
    return 'keys';
  }
  return undefined;
}
