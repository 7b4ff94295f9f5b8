/** Events to the bytes of a reply: framed, padded, paced, and spoiled where a script says so. */
import type { JSONValue } from '@ai-sdk/provider';
import { encodeFrame } from '../../codec/event-stream/frame.ts';
import { AwsError } from '../aws-error.ts';
import type { Charge } from '../quotas/charge.ts';
import type { LoggedRequest } from '../request-log.ts';
import {
  eventStreamFaults,
  type FaultyFrames,
  type Frame,
  type PlacedFault,
  type WireEvent,
  withFault,
} from './faults.ts';
import type { LocalDelay } from './reply.ts';
import { sleep } from './sleep.ts';

export interface StreamOptions {
  readonly delayMs: LocalDelay;
  readonly fault: PlacedFault | undefined;
  /** The caller's; the body fails with its reason. */
  readonly signal: AbortSignal;
  readonly entry: LoggedRequest;
  readonly charge: Charge;
  /** Told once, when nothing more is sent. */
  readonly ended: () => void;
}

/** How events are written. */
export interface Encoding extends FaultyFrames {
  event(event: WireEvent): Uint8Array;
}

type WireEvents = Iterable<WireEvent> | AsyncIterable<WireEvent>;

/**
 * A body that works only as fast as it is read: each pull takes one event. Work and waits end when the reader
 * cancels or the caller's signal aborts.
 */
export function streamBody(
  events: WireEvents,
  options: StreamOptions,
  encoding: Encoding = eventStreamEncoding,
): ReadableStream<Uint8Array> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const frames = withFault(
    toFrames(events, options.delayMs, signal, encoding),
    options.fault,
    signal,
    encoding,
  );
  const log: NonNullable<LoggedRequest['stream']> = { framesSent: 0 };
  options.entry.stream = log;
  const { charge } = options;
  const end = (how: NonNullable<typeof log.ended>) => {
    log.ended ??= how;
    charge.end();
    options.ended();
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await frames.next();
          if (done === true) {
            end(options.fault === undefined ? 'complete' : 'fault');
            controller.close();
          } else {
            if (value.isPart !== true) log.framesSent++;
            controller.enqueue(value.bytes);
            if (value.event !== undefined) charge.sent(value.event.output, value.event.usage);
          }
        } catch (error) {
          end(signal.aborted ? 'canceled' : 'fault');
          controller.error(error);
        }
      },
      cancel(reason) {
        end('canceled');
        stop.abort(reason);
        // Lets a script's generator clean up. It is not waited for: it may be stuck in a wait of its own.
        frames.return(undefined).catch(() => {});
      },
    },
    // Without a queue nothing is made before it is asked for.
    { highWaterMark: 0 },
  );
}

async function* toFrames(
  events: WireEvents,
  delayMs: LocalDelay,
  signal: AbortSignal,
  encoding: Encoding,
): AsyncGenerator<Frame> {
  const { firstByte = 0, betweenEvents = 0 } = delays(delayMs);
  let isFirst = true;
  try {
    for await (const event of events) {
      await sleep(isFirst ? firstByte : betweenEvents, signal);
      isFirst = false;
      yield { bytes: encoding.event(event), event };
    }
  } catch (error) {
    if (signal.aborted) throw error;
    // The reply has begun, so a script that fails can only say so inside the stream.
    const name = error instanceof AwsError ? error.name : 'InternalServerException';
    yield { bytes: encoding.exception(name, error instanceof Error ? error.message : String(error)) };
  }
}

export function delays(delayMs: LocalDelay): Exclude<LocalDelay, number> {
  return typeof delayMs === 'number' ? { firstByte: delayMs, betweenEvents: delayMs } : delayMs;
}

const encoder = new TextEncoder();

function eventFrame({ type, payload }: WireEvent): Uint8Array {
  const json = JSON.stringify(payload);
  return encodeFrame(
    { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' },
    encoder.encode(JSON.stringify({ ...payload, p: padding(json) })),
  );
}

/** AWS's binary event stream. */
const eventStreamEncoding: Encoding = { event: eventFrame, ...eventStreamFaults };

const PADDING = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/**
 * Bedrock pads every event, so that its length on the wire does not tell what was said. Here the length
 * follows from the payload: the same request gives the same bytes.
 */
function padding(json: string): string {
  let sum = 0;
  for (let i = 0; i < json.length; i++) sum = (sum * 31 + json.charCodeAt(i)) % 9973;
  return PADDING.slice(0, 1 + (sum % PADDING.length));
}

/** The payload of InvokeModelWithResponseStream's only event: the model's own JSON, in base64. */
export function chunkEvent(value: JSONValue): WireEvent {
  return { type: 'chunk', payload: { bytes: toBase64(encoder.encode(JSON.stringify(value))) } };
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
