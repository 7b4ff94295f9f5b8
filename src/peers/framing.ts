/** The two ways in which replies are cut into events. Both give the events as the JSON that they are. */
import { convertBase64ToUint8Array } from '@ai-sdk/provider-utils';
import { EventStreamError } from '../codec/event-stream/errors.ts';
import { FrameStream } from '../codec/event-stream/frame-stream.ts';
import { readMessage, type StreamMessage } from '../codec/event-stream/message.ts';
import { SseParser } from '../codec/sse.ts';
import type { CallFacts } from '../errors.ts';
import { errorFromStreamError, errorFromStreamException } from '../transport/api-error.ts';

export interface Framing {
  /**
   * One event after another: those before a failure are good.
   * @throws BedrockError for exceptions, EventStreamError for bytes that make no event
   */
  push(chunk: Uint8Array): Iterable<string>;
  /**
   * The last event, where its end is not marked; it may be cut off.
   * @throws EventStreamError when the bytes end inside a frame
   */
  end(): Iterable<string>;
}

/** The events of InvokeModelWithResponseStream, each a chunk of the model's own JSON in base64. */
export function chunkFraming(facts: CallFacts): Framing {
  const frames = new FrameStream();
  return {
    *push(bytes) {
      frames.push(bytes);
      for (let frame = frames.next(); frame !== undefined; frame = frames.next()) {
        const event = readChunk(readMessage(frame), facts);
        if (event !== undefined) yield event;
      }
    },
    end() {
      frames.end();
      return [];
    },
  };
}

const decoder = new TextDecoder();

function readChunk(message: StreamMessage, facts: CallFacts): string | undefined {
  if (message.kind === 'error') throw errorFromStreamError({ ...message, facts });
  const text = decoder.decode(message.payload);
  if (message.kind === 'exception') {
    throw errorFromStreamException({ name: message.type, payload: parsed(text) ?? { message: text }, facts });
  }
  return message.type === 'chunk' ? decoder.decode(convertBase64ToUint8Array(bytesOf(text))) : undefined;
}

function bytesOf(text: string): string {
  const payload = parsed(text);
  const bytes =
    typeof payload === 'object' && payload !== null && 'bytes' in payload ? payload.bytes : undefined;
  if (typeof bytes === 'string') return bytes;
  throw new EventStreamError('CorruptStream', 'The event stream holds a chunk without bytes.');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function sseFraming(): Framing {
  const parser = new SseParser();
  return { push: bytes => parser.push(bytes), end: () => parser.end() };
}
