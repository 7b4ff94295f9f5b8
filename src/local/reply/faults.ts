/**
 * Ways to spoil an event stream. `at` counts the stream's frames from zero; the fault takes the place of
 * that frame, or comes behind the last one when there are fewer.
 */
import type { TokenUsage } from '../../codec/converse/wire.ts';
import { encodeFrame } from '../../codec/event-stream/frame.ts';
import { sleep } from './sleep.ts';

export type StreamFault =
  /** An exception message ends the stream, e.g. `throttlingException`. */
  | { readonly kind: 'exception'; readonly at: number; readonly name: string; readonly message?: string }
  /** A message of the type `error` ends the stream. */
  | { readonly kind: 'error'; readonly at: number; readonly code: string; readonly message?: string }
  /** The stream ends early; with `bytes`, behind that many bytes of the frame. `reset` breaks the connection. */
  | { readonly kind: 'cut'; readonly at: number; readonly bytes?: number; readonly reset?: boolean }
  /** The frame's checksum is wrong. The stream goes on behind it. */
  | { readonly kind: 'corrupt'; readonly at: number }
  /** Nothing comes for `ms` milliseconds; without `ms`, nothing comes any more. The stream stays open. */
  | { readonly kind: 'stall'; readonly at: number; readonly ms?: number };

/** The bytes of a frame, or of a piece of one, and the event that is told by then. */
export interface Frame {
  readonly bytes: Uint8Array;
  readonly event?: WireEvent | undefined;
}

/** One event as it goes on the wire. */
export interface WireEvent {
  readonly type: string;
  readonly payload: object;
  /** What the model wrote in it, to be counted when it is sent. */
  readonly output?: object | undefined;
  /** The call's usage, where this is the event that tells it. */
  readonly usage?: TokenUsage | undefined;
}

export async function* withFault(
  frames: AsyncIterable<Frame>,
  fault: StreamFault | undefined,
  signal: AbortSignal,
): AsyncGenerator<Frame> {
  let position = 0;
  for await (const frame of frames) {
    if (position++ !== fault?.at) {
      yield frame;
      continue;
    }
    yield* spoil(fault, frame, signal);
    if (endsStream(fault)) return;
  }
  if (fault !== undefined && fault.at >= position) yield* spoil(fault, undefined, signal);
}

function endsStream({ kind }: StreamFault): boolean {
  return kind !== 'corrupt' && kind !== 'stall';
}

async function* spoil(
  fault: StreamFault,
  frame: Frame | undefined,
  signal: AbortSignal,
): AsyncGenerator<Frame> {
  switch (fault.kind) {
    case 'exception':
      yield { bytes: exceptionFrame(fault.name, fault.message) };
      return;
    case 'error':
      yield { bytes: errorFrame(fault.code, fault.message) };
      return;
    case 'cut':
      if (frame !== undefined && fault.bytes !== undefined) {
        yield { bytes: frame.bytes.subarray(0, fault.bytes) };
      }
      if (fault.reset === true) throw new Error('The local Bedrock was told to break the connection.');
      return;
    case 'corrupt':
      if (frame !== undefined) yield { ...frame, bytes: withWrongChecksum(frame.bytes) };
      return;
    case 'stall':
      await sleep(fault.ms ?? Number.POSITIVE_INFINITY, signal);
      if (frame !== undefined) yield frame;
      return;
  }
}

/** @param name in either spelling: the wire has it in lower camel case */
export function exceptionFrame(name: string, message = 'The stream failed.'): Uint8Array {
  return encodeFrame(
    {
      ':exception-type': name.charAt(0).toLowerCase() + name.slice(1),
      ':content-type': 'application/json',
      ':message-type': 'exception',
    },
    new TextEncoder().encode(JSON.stringify({ message })),
  );
}

function errorFrame(code: string, message = 'The stream failed.'): Uint8Array {
  return encodeFrame(
    { ':message-type': 'error', ':error-code': code, ':error-message': message },
    new Uint8Array(0),
  );
}

function withWrongChecksum(frame: Uint8Array): Uint8Array {
  const spoiled = frame.slice();
  const last = spoiled.length - 1;
  spoiled[last] = (spoiled[last] ?? 0) ^ 0xff;
  return spoiled;
}
