import { type Frame, HeaderReader, PRELUDE_LENGTH, readFrame, readFrameLength, truncated } from './frame.ts';

/** One for all streams: what differs between them is in the payloads. */
const headers = new HeaderReader();

/**
 * Bytes in, frames out, in time linear in the bytes however they are cut. Push a chunk, then take frames until there are
 * none, else the next push throws:
 *
 *     frames.push(chunk);
 *     for (let frame = frames.next(); frame; frame = frames.next()) …
 *     …
 *     frames.end();
 *
 * A frame's payload is a view that holds only until the next `push`. Only a frame that two chunks share is copied.
 */
export class FrameStream {
  /** The last chunk, which is the caller's, and how much of it has been taken. */
  #chunk: Uint8Array = new Uint8Array(0);
  #taken = 0;
  /** What earlier chunks had of a frame, `#partial[0 … #filled)`. Used again and again. */
  #partial: Uint8Array = this.#chunk;
  #filled = 0;
  /** Length of the next frame once its prelude is there and verified, else 0. */
  #frameLength = 0;

  push(chunk: Uint8Array): void {
    const left = this.#chunk.length - this.#taken;
    // Else `next` has not said yet that there is no frame.
    if (this.#filled + left >= (this.#frameLength || PRELUDE_LENGTH)) {
      throw new Error('Frames are to be taken before more bytes are pushed.');
    }
    if (left > 0) this.#keep(left);
    this.#chunk = chunk;
    this.#taken = 0;
  }

  /** @throws EventStreamError `CorruptStream`; the stream is then of no more use */
  next(): Frame | undefined {
    const isPartial = this.#filled > 0;
    if (this.#frameLength === 0) {
      if (!this.#has(PRELUDE_LENGTH)) return undefined;
      this.#frameLength = isPartial
        ? readFrameLength(this.#partial, 0)
        : readFrameLength(this.#chunk, this.#taken);
    }
    const length = this.#frameLength;
    if (!this.#has(length)) return undefined;
    this.#frameLength = 0;
    if (isPartial) {
      this.#filled = 0;
      return readFrame(this.#partial, 0, length, headers);
    }
    this.#taken += length;
    return readFrame(this.#chunk, this.#taken - length, length, headers);
  }

  /** @throws EventStreamError `TruncatedStream` when bytes of an unfinished frame are left */
  end(): void {
    const left = this.#filled + this.#chunk.length - this.#taken;
    if (left > 0) throw truncated(left);
  }

  /** Whether the first `length` bytes of the next frame are there, in one piece. */
  #has(length: number): boolean {
    const left = this.#chunk.length - this.#taken;
    if (this.#filled === 0) return left >= length;
    const missing = length - this.#filled;
    if (missing > 0 && left > 0) this.#keep(Math.min(missing, left));
    return this.#filled >= length;
  }

  /**
   * Moves bytes of the chunk to what is kept of the frame. There will be room for all of it as soon as its length is
   * known, so each of its bytes is copied once, also when 8 MiB come in chunks of 1 KiB.
   */
  #keep(count: number): void {
    const filled = this.#filled + count;
    if (filled > this.#partial.length) {
      const larger = new Uint8Array(Math.max(filled, this.#frameLength, SMALLEST));
      larger.set(this.#partial.subarray(0, this.#filled));
      this.#partial = larger;
    }
    // Crumbs are taken whole, and a view costs more than their bytes.
    const isWhole = count === this.#chunk.length;
    const bytes = isWhole ? this.#chunk : this.#chunk.subarray(this.#taken, this.#taken + count);
    this.#partial.set(bytes, this.#filled);
    this.#filled = filled;
    this.#taken += count;
  }
}

/** Bytes that most frames fit in. */
const SMALLEST = 512;
