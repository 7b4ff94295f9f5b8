/**
 * The least that turns the bytes of an event stream into its messages: Node's own CRC, every byte hashed once and copied
 * at most once, payloads to strings by Node's fastest way. It verifies what the format has to be verified by.
 */
import { crc32 } from 'node:zlib';

export type OnMessage = (type: string, payload: string) => void;

const PRELUDE = 12;
const CRC = 4;
const MAX_LENGTH = 17 * 2 ** 20;

export class FloorFrames {
  readonly #onMessage: OnMessage;
  /** The frame that has begun and not ended; grows to the longest that was cut. */
  #partial = Buffer.alloc(1024);
  #filled = 0;
  /** Of the partial frame; 0 until its prelude is there. */
  #length = 0;
  /** The last headers of each length: a stream repeats a few. */
  readonly #seen: ({ headers: Buffer; type: string } | undefined)[] = [];

  constructor(onMessage: OnMessage) {
    this.#onMessage = onMessage;
  }

  push(bytes: Uint8Array): void {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let offset = this.#filled > 0 ? this.#fill(chunk) : 0;
    while (chunk.length - offset >= PRELUDE) {
      const length = chunk.readUInt32BE(offset);
      if (chunk.length - offset < length) break;
      this.#read(chunk, offset, length);
      offset += length;
    }
    if (offset < chunk.length) this.#keep(chunk, offset);
  }

  end(): void {
    if (this.#filled > 0) throw new Error('The stream ends inside a frame.');
  }

  /** @returns how much of the chunk the partial frame took */
  #fill(chunk: Buffer): number {
    let offset = 0;
    if (this.#length === 0) {
      offset = Math.min(PRELUDE - this.#filled, chunk.length);
      this.#keep(chunk.subarray(0, offset), 0);
      if (this.#length === 0) return offset;
    }
    const end = Math.min(offset + this.#length - this.#filled, chunk.length);
    chunk.copy(this.#partial, this.#filled, offset, end);
    this.#filled += end - offset;
    if (this.#filled === this.#length) {
      this.#read(this.#partial, 0, this.#length);
      this.#filled = 0;
      this.#length = 0;
    }
    return end;
  }

  #keep(chunk: Buffer, offset: number): void {
    const filled = this.#filled + chunk.length - offset;
    if (this.#filled === 0 && filled >= PRELUDE) {
      this.#length = chunk.readUInt32BE(offset);
      this.#grow(chunk.readUInt32BE(offset));
    }
    chunk.copy(this.#partial, this.#filled, offset);
    this.#filled = filled;
    if (this.#length === 0 && filled >= PRELUDE) {
      this.#length = this.#partial.readUInt32BE(0);
      this.#grow(this.#length);
    }
  }

  #grow(length: number): void {
    if (length > MAX_LENGTH) throw new Error(`A frame claims ${length} bytes.`);
    if (length <= this.#partial.length) return;
    const partial = Buffer.allocUnsafe(length);
    this.#partial.copy(partial, 0, 0, this.#filled);
    this.#partial = partial;
  }

  #read(bytes: Buffer, start: number, length: number): void {
    const end = start + length - CRC;
    // The second checksum goes on where the first ends.
    const preludeCrc = crc32(bytes.subarray(start, start + 8));
    if (preludeCrc !== bytes.readUInt32BE(start + 8)) throw new Error('The checksum of a prelude is wrong.');
    if (crc32(bytes.subarray(start + 8, end), preludeCrc) !== bytes.readUInt32BE(end)) {
      throw new Error('The checksum of a frame is wrong.');
    }
    const headersEnd = start + PRELUDE + bytes.readUInt32BE(start + 4);
    this.#onMessage(this.#type(bytes, start + PRELUDE, headersEnd), bytes.toString('utf8', headersEnd, end));
  }

  #type(bytes: Buffer, start: number, end: number): string {
    const seen = this.#seen[end - start];
    if (seen !== undefined && seen.headers.compare(bytes, start, end) === 0) return seen.type;
    const headers = Buffer.from(bytes.subarray(start, end));
    const type = eventType(headers);
    this.#seen[end - start] = { headers, type };
    return type;
  }
}

/** Bedrock's headers are strings: name length u8, name, 7, value length u16, value. */
function eventType(headers: Buffer): string {
  const values = new Map<string, string>();
  for (let offset = 0; offset < headers.length; ) {
    const nameEnd = offset + 1 + headers.readUInt8(offset);
    const valueEnd = nameEnd + 3 + headers.readUInt16BE(nameEnd + 1);
    values.set(
      headers.toString('latin1', offset + 1, nameEnd),
      headers.toString('utf8', nameEnd + 3, valueEnd),
    );
    offset = valueEnd;
  }
  const type = values.get(':event-type');
  if (values.get(':message-type') !== 'event' || type === undefined) throw new Error('A frame is no event.');
  return type;
}
