import { isAbortError } from '@ai-sdk/provider-utils';
import type { BedrockError, CallFacts } from '../errors.ts';
import { excerpt, MAX_BODY_BYTES, streamError } from '../transport/api-error.ts';
import { bytesOf, type ReadBody, readBody, textOf } from '../transport/read-body.ts';
import type { TransportReply } from '../transport/transport.ts';

/**
 * Reads the body of a reply that should be JSON.
 * @throws BedrockError `InvalidReply` with the status and the first bytes when it is not: an empty body, or
 * the page of a proxy that answers 200; `IdleTimeout` or `NetworkError` when the body does not come whole
 */
export async function readJson<Body extends object>(reply: TransportReply): Promise<Body> {
  const text = textOf(await readWhole(reply));
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) return body as Body;
  } catch {
    // Falls to the error below, which says more than the parser's position.
  }
  throw notWhatItShouldBe('a JSON object', reply, text);
}

/** @throws BedrockError `IdleTimeout` or `NetworkError` when the body does not come whole */
export async function readWholeText(reply: TransportReply): Promise<string> {
  return textOf(await readWhole(reply));
}

/**
 * Reads the body of a reply that is a file.
 * @throws BedrockError `IdleTimeout` or `NetworkError` when it does not come whole, also when fewer bytes come than
 * the reply has announced
 */
export async function readFile(reply: TransportReply): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = bytesOf(await readWhole(reply));
  const { headers, call } = reply;
  const announced = headers['content-encoding'] === undefined ? headers['content-length'] : undefined;
  if (announced !== undefined && bytes.length < Number(announced)) {
    throw connectionBroke(new Error(`${bytes.length} of ${announced} bytes came`), call);
  }
  return bytes;
}

/** @throws BedrockError `IdleTimeout` or `NetworkError` when the body does not come whole */
async function readWhole(reply: TransportReply): Promise<ReadBody> {
  const { response, call, idleTimeoutMs, signal, release } = reply;
  try {
    const body = await readBody(response, { idleTimeoutMs, signal });
    if (body.end === 'silent') throw wentSilent(idleTimeoutMs, call);
    if (body.end === 'broken') {
      signal.throwIfAborted();
      throw isAbortError(body.cause) ? body.cause : connectionBroke(body.cause, call);
    }
    return body;
  } finally {
    release();
  }
}

/**
 * Reads a reply as something that it may not be, with what throws `TypeError`s where it is not.
 * @throws BedrockError `InvalidReply` with that error as its cause
 */
export function readAs<Result>(read: () => Result, { response, call }: TransportReply): Result {
  try {
    return read();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw streamError(
      'InvalidReply',
      `Bedrock answered ${response.status} with a body that cannot be read: ${why}.`,
      call,
      cause,
    );
  }
}

const TEXT_TYPES = /^(?:text\/|[^;]*\b(?:html|json|xml)\b)/i;

/**
 * Checks that a reply may be an event stream. Without a content type, or with one for any bytes, the frames tell.
 * @throws BedrockError `InvalidReply` with the status and the first bytes of a text, e.g. a proxy's page
 */
export async function expectEventStream(reply: TransportReply): Promise<void> {
  const { headers, response, idleTimeoutMs, signal, release } = reply;
  if (!TEXT_TYPES.test(headers['content-type'] ?? '')) return;
  const body = await readBody(response, { idleTimeoutMs, maxBytes: MAX_BODY_BYTES, signal }).finally(release);
  signal.throwIfAborted();
  throw notWhatItShouldBe('an event stream', reply, textOf(body));
}

/** The error of a reply that is something else than the operation answers. */
export function notWhatItShouldBe(
  what: string,
  { response, call }: TransportReply,
  body: string,
): BedrockError {
  const beginning = body === '' ? 'nothing' : JSON.stringify(excerpt(body, call));
  return streamError(
    'InvalidReply',
    `Bedrock answered ${response.status} with a body that is not ${what} but ${beginning}.`,
    call,
  );
}

/** The error of a reply that has begun, and of which then no byte came for longer than the limit. */
export function wentSilent(idleTimeoutMs: number, call: CallFacts): BedrockError {
  return streamError('IdleTimeout', `Nothing came for ${idleTimeoutMs} ms.`, call);
}

/** The error of a connection that broke after the reply had begun. */
export function connectionBroke(cause: unknown, call: CallFacts): BedrockError {
  if (isBodyTimeout(cause)) {
    return streamError('IdleTimeout', "Nothing came for as long as Node's fetch waits.", call, cause);
  }
  const why = cause instanceof Error ? cause.message : String(cause);
  return streamError('NetworkError', `The connection broke while the reply was read: ${why}.`, call, cause);
}

/** The limit that Node's fetch has of its own. */
function isBodyTimeout(cause: unknown): boolean {
  const reason: unknown = cause instanceof Error ? cause.cause : undefined;
  return reason instanceof Error && 'code' in reason && reason.code === 'UND_ERR_BODY_TIMEOUT';
}
