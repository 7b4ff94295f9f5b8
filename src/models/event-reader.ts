/**
 * Pumps the event stream of a reply: bytes -> frames -> messages -> the codec's reader -> parts. Every way a
 * stream can go wrong ends here, in a `BedrockError`.
 */
import type { LanguageModelV4FinishReason, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { isAbortError } from '@ai-sdk/provider-utils';
import { EventStreamError } from '../codec/event-stream/errors.ts';
import { FrameStream } from '../codec/event-stream/frame-stream.ts';
import { readMessage, type StreamMessage } from '../codec/event-stream/message.ts';
import { BedrockError } from '../errors.ts';
import type { Charge } from '../traffic/charge.ts';
import { CHARACTERS_PER_TOKEN } from '../traffic/estimate.ts';
import { errorFromStreamError, errorFromStreamException, streamError } from '../transport/api-error.ts';
import type { TransportReply } from '../transport/transport.ts';
import { BodyReader, brokenStream } from './body-reader.ts';
import { countedTokens } from './counted-tokens.ts';
import { failedFinish, type PartSource, streamOf, UNKNOWN_USAGE } from './part-stream.ts';
import { expectEventStream } from './reply-json.ts';

/** Reads the events of one operation; `ReplyReader` is the one for Converse. */
export interface EventReader {
  read(type: string, payload: unknown): void;
  /** Whether the reply has said that it is whole. */
  readonly stopped: boolean;
  finish(reason?: LanguageModelV4FinishReason): unknown;
}

export interface EventStreamOptions {
  readonly reply: TransportReply;
  /** Makes the reader that turns events into parts. */
  readonly reader: (emit: (part: LanguageModelV4StreamPart) => void) => EventReader;
  /** Parts that go before everything else. */
  readonly head: readonly LanguageModelV4StreamPart[];
  readonly includeRawChunks: boolean;
  /** The value of a raw part; default: an object with the event's type and payload. */
  readonly rawValue?: ((type: string, payload: object) => unknown) | undefined;
  /** Told how the stream ends, and what it used. */
  readonly charge: Charge;
}

/**
 * Opens the stream of parts. Resolves when the first content is there, so that an exception before it rejects
 * and the AI SDK can try again; after that, what goes wrong is an `error` part and a finish that says so.
 *
 * @throws BedrockError when the stream fails before its first content
 */
export async function openPartStream(
  options: EventStreamOptions,
): Promise<ReadableStream<LanguageModelV4StreamPart>> {
  await expectEventStream(options.reply);
  return streamOf(new PartPump(options));
}

class PartPump implements PartSource {
  readonly #options: EventStreamOptions;
  readonly #reply: TransportReply;
  readonly #body: BodyReader;
  readonly #frames = new FrameStream();
  readonly #reader: EventReader;
  #parts: LanguageModelV4StreamPart[];
  /** Of text, reasoning and tool input that came. */
  #characters = 0;

  hasContent = false;
  done = false;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.#reply = options.reply;
    this.#parts = [...options.head];
    this.#reader = options.reader(part => {
      this.#parts.push(part);
      if (part.type !== 'response-metadata') this.hasContent = true;
      if ('delta' in part) this.#characters += part.delta.length;
      else if (part.type === 'finish') this.#finished(part);
    });
    this.#body = new BodyReader(options.reply, () => this.#cutOff('aborted'));
  }

  get hasParts(): boolean {
    return this.#parts.length > 0;
  }

  takeParts(): LanguageModelV4StreamPart[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }

  cancel(reason: unknown): Promise<void> {
    this.done = true;
    this.#cutOff('aborted');
    return this.#body.cancel(reason);
  }

  /** Reads one chunk and takes all frames that it completes. */
  async fill(): Promise<void> {
    let isRead = false;
    try {
      const { done, value } = await this.#body.read();
      this.#body.arrived();
      isRead = true;
      if (this.done) return; // The consumer canceled meanwhile.
      if (done) this.#end();
      else this.#take(value);
    } catch (cause) {
      this.#fail(cause, isRead);
    }
  }

  #take(chunk: Uint8Array): void {
    this.#frames.push(chunk);
    for (let frame = this.#frames.next(); frame !== undefined; frame = this.#frames.next()) {
      this.#message(readMessage(frame));
    }
  }

  /** A finish that the reader makes of a stream that broke off may count what had come until then. */
  #finished({ usage }: Extract<LanguageModelV4StreamPart, { type: 'finish' }>): void {
    if (usage.outputTokens.total === undefined) this.#cutOff('failed');
    else this.#options.charge.settle(countedTokens(usage));
  }

  #cutOff(outcome: 'failed' | 'aborted'): void {
    this.#options.charge.cutOff(outcome, Math.ceil(this.#characters / CHARACTERS_PER_TOKEN));
  }

  #message(message: StreamMessage): void {
    const { call } = this.#reply;
    if (message.kind === 'error') throw errorFromStreamError({ ...message, facts: call });
    const payload = message.kind === 'event' ? parseEvent(message.payload) : parseException(message.payload);
    if (this.#options.includeRawChunks) this.#raw(message.type, payload);
    if (message.kind === 'exception') {
      throw errorFromStreamException({ name: message.type, payload, facts: call });
    }
    this.#reader.read(message.type, payload);
  }

  #raw(type: string, payload: object): void {
    const rawValue = this.#options.rawValue?.(type, payload) ?? { [type]: payload };
    this.#parts.push({ type: 'raw', rawValue });
  }

  #end(): void {
    this.#body.end();
    this.#frames.end();
    if (!this.#reader.stopped) {
      throw streamError(
        'IncompleteMessage',
        'The stream ended without saying that the message is complete (no messageStop event).',
        this.#reply.call,
      );
    }
    this.done = true;
    this.#reader.finish();
  }

  #fail(cause: unknown, isRead: boolean): void {
    // The rest of the body is of no use; a socket that nobody reads would stay open.
    this.#body.cancel(cause).catch(() => {});
    const { aborted, reason } = this.#reply.signal;
    if (aborted || isAbortError(cause)) this.#cutOff('aborted');
    // A time limit of ours is a failure like others; what the caller aborts ends as the caller says.
    const isOurs = BedrockError.isInstance(reason);
    if (aborted && !isOurs) throw reason;
    if (!isOurs && isAbortError(cause)) throw cause;
    const error = isOurs ? reason : brokenStream(cause, isRead, this.#reply.call);
    if (!this.hasContent) throw error;
    this.done = true;
    this.#parts.push({ type: 'error', error });
    this.#finish(failedFinish(error));
  }

  /** What made the reader throw may make it throw once more, and a stream without a finish looks like a hang. */
  #finish(finishReason: LanguageModelV4FinishReason): void {
    try {
      this.#reader.finish(finishReason);
    } catch {
      this.#cutOff('failed');
      this.#parts.push({ type: 'finish', finishReason, usage: UNKNOWN_USAGE });
    }
  }
}

const decoder = new TextDecoder();

function parseEvent(bytes: Uint8Array): object {
  const payload = parseObject(bytes);
  if (payload !== undefined) return payload;
  throw new EventStreamError(
    'CorruptStream',
    'The event stream holds an event whose payload is not a JSON object.',
  );
}

/** An exception says what went wrong even where its payload is not what it should be. */
function parseException(bytes: Uint8Array): object {
  return parseObject(bytes) ?? { message: decoder.decode(bytes) };
}

function parseObject(bytes: Uint8Array): object | undefined {
  // Events without members may come with no payload at all.
  if (bytes.length === 0) return {};
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
