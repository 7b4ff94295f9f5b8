/**
 * One frame of AWS's binary event stream:
 *
 *   total length u32 | headers length u32 | CRC of these 8 bytes u32 | headers | payload | CRC of all before u32
 *
 * Every number is big-endian.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html
 * @see https://smithy.io/2.0/aws/amazon-eventstream.html
 */
import { crc32 } from './crc32.ts';
import { EventStreamError } from './errors.ts';

/** Numbers that fit are numbers, 64-bit ones bigints; timestamps are dates; uuids are in hex with dashes. */
export type HeaderValue = boolean | number | bigint | string | Date | Uint8Array;
export type FrameHeaders = Readonly<Record<string, HeaderValue>>;

export interface Frame {
  readonly headers: FrameHeaders;
  /** A view into the bytes that were given, not a copy. */
  readonly payload: Uint8Array;
}

export const PRELUDE_LENGTH = 12;
const CRC_LENGTH = 4;
const MIN_FRAME_LENGTH = PRELUDE_LENGTH + CRC_LENGTH;

/**
 * AWS's limits are 16 MiB of payload and 128 KiB of headers. A prelude that claims more is corrupt, and must
 * be refused before anybody waits for gigabytes that never come.
 */
const MAX_HEADERS_LENGTH = 128 * 1024;
const MAX_FRAME_LENGTH = 16 * 1024 * 1024 + MAX_HEADERS_LENGTH + MIN_FRAME_LENGTH;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/* ---------------------------------------------------------------- decode */

/**
 * Reads and verifies the prelude at `offset`, of which `PRELUDE_LENGTH` bytes must be there.
 * @returns the length of the whole frame in bytes
 * @throws EventStreamError `CorruptStream`
 */
export function readFrameLength(bytes: Uint8Array, offset: number): number {
  const length = readUint32(bytes, offset);
  const headersLength = readUint32(bytes, offset + 4);
  if (crc32(bytes.subarray(offset, offset + 8)) !== readUint32(bytes, offset + 8)) {
    throw corrupt('the checksum of its prelude is wrong');
  }
  if (
    length < MIN_FRAME_LENGTH ||
    length > MAX_FRAME_LENGTH ||
    headersLength > MAX_HEADERS_LENGTH ||
    headersLength > length - MIN_FRAME_LENGTH
  ) {
    throw corrupt(`its prelude claims ${length} bytes with ${headersLength} bytes of headers`);
  }
  return length;
}

/**
 * Decodes the frame that takes up `length` bytes from `offset`; `readFrameLength` has verified its prelude.
 * @throws EventStreamError `CorruptStream`
 */
export function readFrame(bytes: Uint8Array, offset: number, length: number, headers: HeaderReader): Frame {
  const end = offset + length - CRC_LENGTH;
  if (crc32(bytes.subarray(offset, end)) !== readUint32(bytes, end)) {
    throw corrupt('its checksum is wrong');
  }
  const headersEnd = offset + PRELUDE_LENGTH + readUint32(bytes, offset + 4);
  return {
    headers: headers.read(bytes, offset + PRELUDE_LENGTH, headersEnd),
    payload: bytes.subarray(headersEnd, end),
  };
}

/**
 * Decodes a single whole frame.
 * @throws EventStreamError `TruncatedStream` when bytes are missing, `CorruptStream` when they are wrong
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (bytes.length < PRELUDE_LENGTH) throw truncated(bytes.length);
  const length = readFrameLength(bytes, 0);
  if (bytes.length < length) throw truncated(bytes.length);
  if (bytes.length > length) throw corrupt(`${bytes.length - length} bytes follow it`);
  return readFrame(bytes, 0, length, new HeaderReader());
}

/**
 * Decodes header blocks, and remembers those of events: streams repeat the same few blocks thousands of times, and
 * comparing bytes is far cheaper than decoding strings.
 */
export class HeaderReader {
  readonly #known = new Map<number, KnownBlock[]>();
  #count = 0;
  /** Most often the next is the same. */
  #last: KnownBlock | undefined;

  /** The block is `bytes[start … end)`. */
  read(bytes: Uint8Array, start: number, end: number): FrameHeaders {
    const length = end - start;
    const last = this.#last;
    if (last?.block.length === length && beginsWith(last.block, bytes, start)) return last.headers;
    const known = this.#known.get(length)?.find(({ block }) => beginsWith(block, bytes, start));
    if (known !== undefined) {
      this.#last = known;
      return known.headers;
    }
    const headers = readHeaders(bytes.subarray(start, end));
    if (length <= LONGEST_KNOWN && headers[':message-type'] === 'event') {
      // A copy, which `slice` of Node's buffers is not: the bytes are of memory that will be used again.
      this.#keep({ block: new Uint8Array(bytes.subarray(start, end)), headers });
    }
    return headers;
  }

  #keep(known: KnownBlock): void {
    // Hostile streams cannot grow the memory: past some blocks it starts anew.
    if (this.#count === MOST_KNOWN) {
      this.#known.clear();
      this.#count = 0;
    }
    const { length } = known.block;
    this.#known.set(length, [...(this.#known.get(length) ?? []), known]);
    this.#count += 1;
    this.#last = known;
  }
}

interface KnownBlock {
  readonly block: Uint8Array;
  readonly headers: FrameHeaders;
}

/** Bytes. Bedrock's have some 90. */
const LONGEST_KNOWN = 512;
/** Bedrock has some ten kinds of events. */
const MOST_KNOWN = 64;

function beginsWith(block: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < block.length; i++) if (block[i] !== bytes[start + i]) return false;
  return true;
}

function readHeaders(block: Uint8Array): FrameHeaders {
  // No prototype: a header named `__proto__` is a header like any other.
  const headers: Record<string, HeaderValue> = Object.create(null);
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  let offset = 0;
  const take = (count: number): number => {
    const start = offset;
    offset += count;
    if (offset > block.length) throw corrupt('a header runs past the end of the headers');
    return start;
  };
  while (offset < block.length) {
    const nameLength = view.getUint8(take(1));
    if (nameLength === 0) throw corrupt('a header has no name');
    const nameStart = take(nameLength);
    const name = decoder.decode(block.subarray(nameStart, nameStart + nameLength));
    headers[name] = readHeaderValue(view, block, take);
  }
  return headers;
}

function readHeaderValue(view: DataView, block: Uint8Array, take: (count: number) => number): HeaderValue {
  const type = view.getUint8(take(1));
  switch (type) {
    case 0:
      return true;
    case 1:
      return false;
    case 2:
      return view.getInt8(take(1));
    case 3:
      return view.getInt16(take(2));
    case 4:
      return view.getInt32(take(4));
    case 5:
      return view.getBigInt64(take(8));
    case 6:
    case 7: {
      const length = view.getUint16(take(2));
      const start = take(length);
      const bytes = block.subarray(start, start + length);
      return type === 7 ? decoder.decode(bytes) : bytes.slice();
    }
    case 8:
      return new Date(Number(view.getBigInt64(take(8))));
    case 9:
      return uuid(block, take(16));
    default:
      throw corrupt(`a header has the unknown type ${type}`);
  }
}

function uuid(block: Uint8Array, start: number): string {
  const hex = Array.from(block.subarray(start, start + 16), byte => byte.toString(16).padStart(2, '0')).join(
    '',
  );
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function readUint32(bytes: Uint8Array, offset: number): number {
  return (
    (((bytes[offset] as number) << 24) |
      ((bytes[offset + 1] as number) << 16) |
      ((bytes[offset + 2] as number) << 8) |
      (bytes[offset + 3] as number)) >>>
    0
  );
}

export function truncated(bytesLeft: number): EventStreamError {
  return new EventStreamError(
    'TruncatedStream',
    `The event stream ended inside a frame, ${bytesLeft} bytes into it.`,
  );
}

function corrupt(why: string): EventStreamError {
  return new EventStreamError('CorruptStream', `The event stream holds a corrupt frame: ${why}.`);
}

/* ---------------------------------------------------------------- encode */

/**
 * Encodes a frame. Headers are strings: Bedrock sends no others.
 * @throws RangeError when a header's name or value is longer than the format can say
 */
export function encodeFrame(
  headers: Readonly<Record<string, string>>,
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const encodedHeaders = Object.entries(headers).map(
    ([name, value]) => [encoder.encode(name), encoder.encode(value)] as const,
  );
  let headersLength = 0;
  for (const [name, value] of encodedHeaders) {
    if (name.length > 0xff || value.length > 0xffff) {
      throw new RangeError('An event-stream header has at most 255 bytes of name and 65,535 bytes of value.');
    }
    headersLength += 1 + name.length + 1 + 2 + value.length;
  }
  const length = PRELUDE_LENGTH + headersLength + payload.length + CRC_LENGTH;
  const frame = new Uint8Array(length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, length);
  view.setUint32(4, headersLength);
  view.setUint32(8, crc32(frame.subarray(0, 8)));
  let offset = PRELUDE_LENGTH;
  for (const [name, value] of encodedHeaders) {
    view.setUint8(offset, name.length);
    frame.set(name, offset + 1);
    offset += 1 + name.length;
    view.setUint8(offset, 7);
    view.setUint16(offset + 1, value.length);
    frame.set(value, offset + 3);
    offset += 3 + value.length;
  }
  frame.set(payload, offset);
  view.setUint32(length - CRC_LENGTH, crc32(frame.subarray(0, length - CRC_LENGTH)));
  return frame;
}
