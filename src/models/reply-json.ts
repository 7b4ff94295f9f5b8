import { isAbortError } from '@ai-sdk/provider-utils';
import type { BedrockError, CallFacts } from '../errors.ts';
import { streamError } from '../transport/api-error.ts';
import type { TransportReply } from '../transport/transport.ts';

/**
 * Reads the body of a reply that should be JSON.
 * @throws BedrockError `InvalidReply` with the status and the first bytes when it is not: an empty body, or
 * the page of a proxy that answers 200
 */
export async function readJson<Body extends object>(
  reply: TransportReply,
  requestBodyValues: unknown,
): Promise<Body> {
  const call = { url: reply.url, requestBodyValues, responseHeaders: reply.headers };
  const text = await reply.response.text().catch(cause => {
    throw isAbortError(cause) ? cause : connectionBroke(cause, call);
  });
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) return body as Body;
  } catch {
    // Falls to the error below, which says more than the parser's position.
  }
  const beginning = text === '' ? 'nothing' : JSON.stringify(text.slice(0, 200));
  throw streamError(
    'InvalidReply',
    `Bedrock answered ${reply.response.status} with a body that is not a JSON object but ${beginning}.`,
    call,
  );
}

/** The error of a connection that broke after the reply had begun. */
export function connectionBroke(cause: unknown, call: CallFacts): BedrockError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return streamError('NetworkError', `The connection broke while the reply was read: ${why}.`, call, cause);
}
