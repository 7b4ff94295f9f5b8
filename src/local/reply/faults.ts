/** Ways to spoil an event stream. */
import type { TokenUsage } from '../../codec/converse/wire.ts';
import { encodeFrame } from '../../codec/event-stream/frame.ts';
import { sleep } from './sleep.ts';

/**
 * `at` counts the stream's frames from zero. The fault takes the place of that frame, or comes behind the last
 * one when there are fewer. `random` is any of them, by the server's seed.
 */
export type StreamFault =
  /** An exception message ends the stream, e.g. `throttlingException`. */
  | { readonly kind: 'exception'; readonly at: FaultPlace; readonly name: string; readonly message?: string }
  /** A message of the type `error` ends the stream. */
  | { readonly kind: 'error'; readonly at: FaultPlace; readonly code: string; readonly message?: string }
  /** The stream ends early; with `bytes`, behind that many bytes of the frame. `reset` breaks the connection. */
  | { readonly kind: 'cut'; readonly at: FaultPlace; readonly bytes?: number; readonly reset?: boolean }
  /** The frame's checksum is wrong. The stream goes on behind it. */
  | { readonly kind: 'corrupt'; readonly at: FaultPlace }
  /** Nothing comes for `ms` milliseconds; without `ms`, nothing comes any more. The stream stays open. */
  | { readonly kind: 'stall'; readonly at: FaultPlace; readonly ms?: number }
  /** From this frame on, so many bytes come at a time, `ms` milliseconds after the ones before. */
  | { readonly kind: 'slow'; readonly at: FaultPlace; readonly bytes: number; readonly ms: number };

export type FaultPlace = number | 'random';

/** A fault whose place is known. */
export type PlacedFault = StreamFault & { readonly at: number };

/** The bytes of a frame, and the event that it tells. */
export interface Frame {
  readonly bytes: Uint8Array;
  /** Only a piece of a frame, and not its last one. */
  readonly isPart?: boolean | undefined;
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

/** How failures look in the bytes of a stream. */
export interface FaultyFrames {
  exception(name: string, message?: string): Uint8Array;
  error(code: string, message?: string): Uint8Array;
  corrupt(frame: Uint8Array): Uint8Array;
}

export async function* withFault(
  frames: AsyncIterable<Frame>,
  fault: PlacedFault | undefined,
  signal: AbortSignal,
  faulty: FaultyFrames = eventStreamFaults,
): AsyncGenerator<Frame> {
  let position = 0;
  for await (const frame of frames) {
    if (fault === undefined || !isDue(fault, position++)) {
      yield frame;
      continue;
    }
    yield* spoil(fault, frame, signal, faulty);
    if (endsStream(fault)) return;
  }
  if (fault !== undefined && fault.at >= position) yield* spoil(fault, undefined, signal, faulty);
}

function isDue({ kind, at }: PlacedFault, position: number): boolean {
  return kind === 'slow' ? position >= at : position === at;
}

function endsStream({ kind }: StreamFault): boolean {
  return kind === 'exception' || kind === 'error' || kind === 'cut';
}

async function* spoil(
  fault: PlacedFault,
  frame: Frame | undefined,
  signal: AbortSignal,
  faulty: FaultyFrames,
): AsyncGenerator<Frame> {
  switch (fault.kind) {
    case 'exception':
      yield { bytes: faulty.exception(fault.name, fault.message) };
      return;
    case 'error':
      yield { bytes: faulty.error(fault.code, fault.message) };
      return;
    case 'cut':
      if (frame !== undefined && fault.bytes !== undefined) {
        yield { bytes: frame.bytes.subarray(0, fault.bytes), isPart: true };
      }
      if (fault.reset === true) throw new Error('The local Bedrock was told to break the connection.');
      return;
    case 'corrupt':
      if (frame !== undefined) yield { ...frame, bytes: faulty.corrupt(frame.bytes) };
      return;
    case 'stall':
      await sleep(fault.ms ?? Number.POSITIVE_INFINITY, signal);
      if (frame !== undefined) yield frame;
      return;
    case 'slow':
      if (frame !== undefined) yield* inPieces(frame, fault, signal);
      return;
  }
}

async function* inPieces(
  frame: Frame,
  { bytes: size, ms }: { readonly bytes: number; readonly ms: number },
  signal: AbortSignal,
): AsyncGenerator<Frame> {
  const { bytes } = frame;
  for (let start = 0; start < bytes.length; start += size) {
    await sleep(ms, signal);
    const piece = bytes.subarray(start, start + size);
    yield start + size < bytes.length ? { bytes: piece, isPart: true } : { ...frame, bytes: piece };
  }
}

/** @param name in either spelling: the wire has it in lower camel case */
function exceptionFrame(name: string, message = 'The stream failed.'): Uint8Array {
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

/** Those of AWS's binary event stream. */
export const eventStreamFaults: FaultyFrames = {
  exception: exceptionFrame,
  error: errorFrame,
  corrupt: withWrongChecksum,
};
