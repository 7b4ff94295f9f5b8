/**
 * The reply to a streaming call as the package reads it: server-sent events. Every way a stream can go wrong ends
 * here, in a `BedrockError` that is kept, and in a mark behind the events that came before: a body that broke off
 * would take away what of them is still on its way through the package.
 */
import type { JSONObject } from '@ai-sdk/provider';
import { isAbortError } from '@ai-sdk/provider-utils';
import { EventStreamError } from '../codec/event-stream/errors.ts';
import type { BedrockError } from '../errors.ts';
import { BodyReader, brokenStream } from '../models/body-reader.ts';
import { errorFromStreamError, errorFromStreamException, streamError } from '../transport/api-error.ts';
import type { TransportReply } from '../transport/transport.ts';
import { type Dialect, isObject } from './dialect.ts';
import type { Framing } from './framing.ts';

const MARK = 'bedrock-ai-provider.failure';

/** Whether a raw part of the package's stream is the mark. */
export function isMark(rawValue: unknown): boolean {
  return isObject(rawValue) && rawValue['type'] === MARK;
}

export interface ReplyEventsOptions {
  readonly reply: TransportReply;
  readonly framing: Framing;
  readonly dialect: Dialect;
  /** Sees every event, also what the package does not get. */
  readonly onEvent: ((event: JSONObject) => void) | undefined;
  readonly onFailure: (error: BedrockError) => void;
}

const encoder = new TextEncoder();

/**
 * Resolves when the first content is there: what comes before it may be had again by another try.
 * @throws BedrockError when the stream fails before its first content
 */
export async function replyEvents(options: ReplyEventsOptions): Promise<ReadableStream<Uint8Array>> {
  const events = new ReplyEvents(options);
  let head: string[] | undefined = [];
  while (!events.hasContent && !events.done) head.push(...(await events.next()));
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const texts = head ?? (await events.next());
        head = undefined;
        for (const text of texts) controller.enqueue(encoder.encode(`data: ${text}\n\n`));
        if (events.done) controller.close();
      },
      cancel: reason => events.cancel(reason),
    },
    // Nothing is read from the socket that nobody has asked for.
    { highWaterMark: 0 },
  );
}

class ReplyEvents {
  readonly #options: ReplyEventsOptions;
  readonly #body: BodyReader;
  #isWhole = false;
  hasContent = false;
  /** Whether no more events will come. */
  done = false;

  constructor(options: ReplyEventsOptions) {
    this.#options = options;
    this.#body = new BodyReader(options.reply);
  }

  cancel(reason: unknown): Promise<void> {
    this.done = true;
    return this.#body.cancel(reason);
  }

  /** The next events, at least one of them until the stream is done. */
  async next(): Promise<string[]> {
    const texts: string[] = [];
    let isRead = false;
    try {
      while (texts.length === 0 && !this.done) {
        isRead = false;
        const { done, value } = await this.#body.read();
        this.#body.arrived();
        isRead = true;
        if (this.done) break; // The consumer canceled meanwhile.
        if (done) this.#end(texts);
        else this.#take(this.#options.framing.push(value), texts);
      }
    } catch (cause) {
      this.#fail(cause, isRead, texts);
    }
    return texts;
  }

  #take(given: Iterable<string>, texts: string[]): void {
    for (const text of given) {
      if (text === '[DONE]') continue;
      const event = this.#parse(text);
      this.#options.onEvent?.(event);
      const failure = this.#options.dialect.failureIn(event);
      if (failure !== undefined) throw this.#errorOf(failure);
      this.#isWhole ||= this.#options.dialect.isLast(event);
      this.hasContent ||= this.#options.dialect.isContent(event);
      const forwarded = this.#options.dialect.forward(event);
      if (forwarded !== undefined) texts.push(forwarded === event ? text : JSON.stringify(forwarded));
    }
  }

  #parse(text: string): JSONObject {
    try {
      const event: unknown = JSON.parse(text);
      if (isObject(event)) return event;
    } catch {
      // Falls to the error below.
    }
    throw new EventStreamError('CorruptStream', 'The stream holds an event that is not a JSON object.');
  }

  #errorOf({ name, status, payload }: NonNullable<ReturnType<Dialect['failureIn']>>): BedrockError {
    const facts = this.#options.reply.call;
    if (name !== undefined || status === undefined) {
      return errorFromStreamException({ name: name ?? 'server_error', payload, facts });
    }
    const message =
      isObject(payload) && typeof payload['message'] === 'string' ? payload['message'] : undefined;
    return errorFromStreamError({ code: String(status), message, facts });
  }

  #end(texts: string[]): void {
    const { framing, dialect, reply } = this.#options;
    this.#body.end();
    const last = framing.end();
    try {
      this.#take(last, texts);
    } catch (cause) {
      if (!(cause instanceof EventStreamError)) throw cause;
      throw new EventStreamError('TruncatedStream', 'The stream ended inside an event.');
    }
    if (!this.#isWhole) {
      throw streamError(
        'IncompleteMessage',
        `The stream ended without saying that the message is complete (no ${dialect.lastEvent}).`,
        reply.call,
      );
    }
    this.done = true;
  }

  #fail(cause: unknown, isRead: boolean, texts: string[]): void {
    const { reply, onFailure } = this.#options;
    this.done = true;
    // The rest of the body is of no use; a socket that nobody reads would stay open.
    this.#body.cancel(cause).catch(() => {});
    reply.signal.throwIfAborted();
    if (isAbortError(cause)) throw cause;
    const error = brokenStream(cause, isRead, reply.call);
    if (!this.hasContent) throw error;
    onFailure(error);
    texts.push(JSON.stringify({ type: MARK }));
  }
}
