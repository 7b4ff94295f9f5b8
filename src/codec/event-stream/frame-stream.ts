import { type Frame, HeaderReader, PRELUDE_LENGTH, readFrame, readFrameLength, truncated } from './frame.ts';

/**
 * Bytes in, frames out, in time linear in the bytes however they are cut. Push a chunk, then take frames
 * until there are none:
 *
 *     frames.push(chunk);
 *     for (let frame = frames.next(); frame; frame = frames.next()) …
 *     …
 *     frames.end();
 *
 * A frame's payload is a view that holds only until the next `push`.
 */
export class FrameStream {
  /** The bytes not yet taken are `#buffer[#start … #end)`. */
  #buffer: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;
  /** Length of the frame at `#start` once its prelude is there and verified, else 0. */
  #frameLength = 0;
  /** The buffer that is ours to write into; a chunk that was pushed belongs to the caller. Used again and again. */
  #own: Uint8Array = this.#buffer;
  readonly #headers = new HeaderReader();

  push(chunk: Uint8Array): void {
    const left = this.#end - this.#start;
    if (left === 0) {
      // The usual case: chunks end where frames end, and nothing is copied.
      this.#buffer = chunk;
      this.#start = 0;
      this.#end = chunk.length;
      return;
    }
    this.#makeRoom(left, chunk.length);
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** @throws EventStreamError `CorruptStream`; the stream is then of no more use */
  next(): Frame | undefined {
    const available = this.#end - this.#start;
    if (this.#frameLength === 0) {
      if (available < PRELUDE_LENGTH) return undefined;
      this.#frameLength = readFrameLength(this.#buffer, this.#start);
    }
    if (available < this.#frameLength) return undefined;
    const frame = readFrame(this.#buffer, this.#start, this.#frameLength, this.#headers);
    this.#start += this.#frameLength;
    this.#frameLength = 0;
    return frame;
  }

  /** @throws EventStreamError `TruncatedStream` when bytes of an unfinished frame are left */
  end(): void {
    if (this.#end > this.#start) throw truncated(this.#end - this.#start);
  }

  /**
   * Makes the buffer ours with room for a chunk after the bytes that are left. It grows to the length of the frame it
   * waits for, with room for the chunk that brings its end and more, or to twice its size, so every byte is copied a
   * bounded number of times, also when an 8 MiB frame comes in 1 KiB chunks.
   */
  #makeRoom(left: number, chunkLength: number): void {
    const needed = left + chunkLength;
    const isOwn = this.#buffer === this.#own;
    if (isOwn && this.#start + needed <= this.#buffer.length) return;
    const unread = this.#buffer.subarray(this.#start, this.#end);
    // Within our own buffer, bytes move only as far as others have been taken.
    const fits = needed <= this.#own.length && (!isOwn || left <= this.#start);
    if (!fits) this.#own = new Uint8Array(Math.max(needed, this.#frameLength + chunkLength, 2 * left, 1024));
    this.#own.set(unread, 0);
    this.#buffer = this.#own;
    this.#start = 0;
    this.#end = left;
  }
}
