import { EventStreamError } from '../codec/event-stream/errors.ts';
import { BedrockError, type CallFacts } from '../errors.ts';
import { streamError } from '../transport/api-error.ts';
import { SilenceTimer } from '../transport/silence.ts';
import type { TransportReply } from '../transport/transport.ts';
import { connectionBroke, wentSilent } from './reply-json.ts';

/**
 * The body of a reply that comes little by little. It closes the connection when the body goes silent or the call is
 * aborted; either looks like the end of the bytes to who waits for them, and `end` tells it apart.
 */
export class BodyReader {
  readonly #reply: TransportReply;
  readonly #bytes: ReadableStreamDefaultReader<Uint8Array>;
  readonly #silence: SilenceTimer;
  readonly #onAbort: (() => void) | undefined;
  #isSilent = false;
  /** The body of a custom fetch may know nothing of the signal of its request. */
  readonly #abort = () => {
    this.#onAbort?.();
    this.cancel(this.#reply.signal.reason).catch(() => {});
  };

  /** @param onAbort called at once, whether or not somebody waits for bytes */
  constructor(reply: TransportReply, onAbort?: () => void) {
    this.#reply = reply;
    this.#onAbort = onAbort;
    this.#bytes = (reply.response.body ?? emptyBody()).getReader();
    this.#silence = new SilenceTimer(reply.idleTimeoutMs, () => {
      this.#isSilent = true;
      // Ends the read that is waited for, and closes the connection.
      this.cancel().catch(() => {});
    });
    reply.signal.addEventListener('abort', this.#abort);
    if (reply.signal.aborted) this.#abort();
  }

  /** The next bytes, in the stream's own promise: one for each chunk is enough. To be followed by `arrived`. */
  read(): ReturnType<ReadableStreamDefaultReader<Uint8Array>['read']> {
    this.#silence.wait();
    return this.#bytes.read();
  }

  /** To be called when a read has brought something, be it the end. */
  arrived(): void {
    this.#silence.arrived();
  }

  /**
   * To be called at the end of the bytes.
   * @throws BedrockError `IdleTimeout`; the reason of the abort signal
   */
  end(): void {
    const { signal, idleTimeoutMs, call } = this.#reply;
    signal.throwIfAborted();
    if (this.#isSilent) throw wentSilent(idleTimeoutMs, call);
    this.#letGo();
  }

  /** Closes the connection. */
  cancel(reason?: unknown): Promise<void> {
    this.#letGo();
    return this.#bytes.cancel(reason);
  }

  #letGo(): void {
    this.#silence.stop();
    this.#reply.signal.removeEventListener('abort', this.#abort);
    this.#reply.release();
  }
}

/** A reply without a body is a stream without events. */
function emptyBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: controller => controller.close() });
}

/**
 * The error of a stream that broke or cannot be read.
 * @param isRead whether the bytes had come, so that what is wrong is in them
 */
export function brokenStream(cause: unknown, isRead: boolean, call: CallFacts): BedrockError {
  if (!isRead) return connectionBroke(cause, call);
  if (BedrockError.isInstance(cause)) return cause;
  if (cause instanceof EventStreamError) return streamError(cause.code, cause.message, call, cause);
  const why = cause instanceof Error ? cause.message : String(cause);
  return streamError('CorruptStream', `The stream holds an event that cannot be read: ${why}.`, call, cause);
}
