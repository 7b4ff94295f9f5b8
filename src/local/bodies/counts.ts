/** The service's own counts at the end of a stream. */
import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import type { TokenUsage } from '../../codec/converse/wire.ts';
import { isObject } from '../json-schema-check.ts';
import type { WireEvent } from '../reply/faults.ts';
import type { LocalStreamEvent } from '../reply/reply.ts';
import { chunkEvent } from '../reply/stream-body.ts';
import type { ChatBody, Events } from './chat-body.ts';

const MEMBER = 'amazon-bedrock-invocationMetrics';

/** Listens to the events of an answer for what the counts need. */
export class StreamCounts {
  readonly #startedAt: number;
  #usage: TokenUsage;
  #firstByteAt: number | undefined;
  #ended = false;
  /** Whether all events have been heard, so that what chunks come now are the last ones. */
  #isOver = false;
  /** What has been told since the last chunk. */
  #output: object[] = [];

  /** @param startedAt of the request, in milliseconds since the epoch */
  constructor(usage: TokenUsage, startedAt: number) {
    this.#usage = usage;
    this.#startedAt = startedAt;
  }

  async *listen(events: Events): AsyncGenerator<LocalStreamEvent> {
    for await (const event of events) {
      if (event.contentBlockDelta !== undefined) {
        this.#firstByteAt ??= Date.now();
        this.#output.push(event.contentBlockDelta.delta ?? {});
      }
      if (event.messageStop !== undefined) this.#ended = true;
      if (event.metadata?.usage !== undefined) this.#usage = event.metadata.usage;
      yield event;
    }
    this.#isOver = true;
  }

  /**
   * Chunks as they go on the wire, with the counts in the last one that is an object, or behind it. Streams that break
   * off have none.
   */
  async *toWireEvents(
    chunks: AsyncIterable<JSONValue>,
    { holdsOutput = () => true }: Pick<ChatBody, 'holdsOutput'>,
    apart: boolean,
  ): AsyncGenerator<WireEvent> {
    let held: Held | undefined;
    for await (const chunk of chunks) {
      const output = isObject(chunk) && holdsOutput(chunk) ? this.#takeOutput() : undefined;
      if (isObject(chunk) && !this.#isOver) {
        yield toWire({ chunk, output });
      } else if (isObject(chunk)) {
        if (held !== undefined) yield toWire(held);
        held = { chunk, output };
      } else {
        // Words behind the last chunk, e.g. "[DONE]".
        if (held !== undefined) yield* this.#last(held, false);
        held = undefined;
        yield chunkEvent(chunk);
      }
    }
    if (held !== undefined) yield* this.#last(held, apart);
  }

  *#last(held: Held, apart: boolean): Generator<WireEvent> {
    if (!this.#ended || apart) yield toWire(held);
    if (!this.#ended) return;
    const counts = { [MEMBER]: this.#metrics() };
    const usage = Object.keys(this.#usage).length === 0 ? undefined : this.#usage;
    yield { ...toWire(apart ? { chunk: counts } : { ...held, chunk: { ...held.chunk, ...counts } }), usage };
  }

  #takeOutput(): object | undefined {
    const output = this.#output;
    this.#output = [];
    return output.length === 0 ? undefined : output;
  }

  #metrics(): JSONObject {
    return {
      inputTokenCount: this.#usage.inputTokens ?? 0,
      outputTokenCount: this.#usage.outputTokens ?? 0,
      invocationLatency: Date.now() - this.#startedAt,
      firstByteLatency: (this.#firstByteAt ?? Date.now()) - this.#startedAt,
      cacheReadInputTokenCount: this.#usage.cacheReadInputTokens ?? 0,
      cacheWriteInputTokenCount: this.#usage.cacheWriteInputTokens ?? 0,
    };
  }
}

/** A chunk, and what of the answer is in it. */
interface Held {
  readonly chunk: JSONObject;
  readonly output?: object | undefined;
}

function toWire({ chunk, output }: Held): WireEvent {
  return { ...chunkEvent(chunk), output };
}
