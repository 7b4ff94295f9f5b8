/**
 * Writes H.264 video of flat colors: real frames, few bytes, no encoder. Blocks of 16 pixels are given as samples
 * (I_PCM) where a color begins, and predicted from the block beside or above wherever it goes on.
 *
 * @see https://www.itu.int/rec/T-REC-H.264 (sections 7.3 and 9.2)
 */

/** A frame of blocks of 16 by 16 pixels, row by row: the number of a color for each. */
export interface BlockFrame {
  readonly columns: number;
  readonly rows: number;
  readonly blocks: Uint8Array;
}

/** Luma and the two chromas. */
export type Yuv = readonly [y: number, u: number, v: number];

export interface VideoSize {
  /** In pixels, even. */
  readonly width: number;
  readonly height: number;
}

const BLOCK = 16;

export function blocksOf({ width, height }: VideoSize): Pick<BlockFrame, 'columns' | 'rows'> {
  return { columns: Math.ceil(width / BLOCK), rows: Math.ceil(height / BLOCK) };
}

/* -------------------------------------------------------------- NAL units */

const SLICE = 1;
const KEY_SLICE = 5;
const SEQUENCE_PARAMETERS = 7;
const PICTURE_PARAMETERS = 8;

/** Level 4.0: up to 8,192 blocks a frame. */
export const PROFILE: readonly [profile: number, constraints: number, level: number] = [66, 0xc0, 40];

export function sequenceParameters(size: VideoSize): Uint8Array {
  const { columns, rows } = blocksOf(size);
  const bits = new BitWriter();
  for (const byte of PROFILE) bits.fixed(byte, 8);
  bits.unsigned(0);
  // Frame numbers of four bits; frames are shown in the order in which they come.
  bits.unsigned(0);
  bits.unsigned(2);
  bits.unsigned(1);
  bits.fixed(0, 1);
  bits.unsigned(columns - 1);
  bits.unsigned(rows - 1);
  // Whole frames, no interlacing; direct inference is required by the profile.
  bits.fixed(0b11, 2);
  const [right, bottom] = [(columns * BLOCK - size.width) / 2, (rows * BLOCK - size.height) / 2];
  const isCropped = right > 0 || bottom > 0;
  bits.fixed(isCropped ? 1 : 0, 1);
  if (isCropped) for (const edge of [0, right, 0, bottom]) bits.unsigned(edge);
  bits.fixed(0, 1);
  return nalUnit(SEQUENCE_PARAMETERS, bits);
}

export function pictureParameters(): Uint8Array {
  const bits = new BitWriter();
  bits.unsigned(0);
  bits.unsigned(0);
  // CAVLC, one slice group, one reference, no weights.
  bits.fixed(0, 2);
  bits.unsigned(0);
  bits.unsigned(0);
  bits.unsigned(0);
  bits.fixed(0, 3);
  for (let quantizer = 0; quantizer < 3; quantizer++) bits.signed(0);
  // Slices may switch the deblocking filter off.
  bits.fixed(0b100, 3);
  return nalUnit(PICTURE_PARAMETERS, bits);
}

/** A frame that stands for itself. */
export function keyFrame(frame: BlockFrame, colors: readonly Yuv[], keyFrameNumber: number): Uint8Array {
  const bits = new BitWriter();
  bits.unsigned(0);
  bits.unsigned(7);
  bits.unsigned(0);
  bits.fixed(0, 4);
  bits.unsigned(keyFrameNumber % 2);
  bits.fixed(0, 2);
  endSliceHeader(bits);
  for (let index = 0; index < frame.blocks.length; index++) writeBlock(bits, frame, index, colors);
  return nalUnit(KEY_SLICE, bits);
}

/** A frame like the one before. */
export function repeatedFrame(
  { columns, rows }: Pick<BlockFrame, 'columns' | 'rows'>,
  framesSinceKey: number,
): Uint8Array {
  const bits = new BitWriter();
  bits.unsigned(0);
  bits.unsigned(5);
  bits.unsigned(0);
  bits.fixed(framesSinceKey % 16, 4);
  bits.fixed(0, 3);
  endSliceHeader(bits);
  // All blocks are skipped.
  bits.unsigned(columns * rows);
  return nalUnit(SLICE, bits);
}

/** Quantizer as it is, and no deblocking, which would blur the edges of the colors. */
function endSliceHeader(bits: BitWriter): void {
  bits.signed(0);
  bits.unsigned(1);
}

/* ----------------------------------------------------------------- blocks */

const PCM_TYPE = 25;
/** Types of predicted blocks without a residual, and how chroma is predicted the same way. */
const FROM_ABOVE = { type: 1, chroma: 2 };
const FROM_LEFT = { type: 2, chroma: 1 };

type Prediction = typeof FROM_ABOVE | undefined;

function predictionOf({ blocks, columns }: BlockFrame, index: number): Prediction {
  const color = blocks[index];
  if (index % columns > 0 && blocks[index - 1] === color) return FROM_LEFT;
  return index >= columns && blocks[index - columns] === color ? FROM_ABOVE : undefined;
}

function writeBlock(bits: BitWriter, frame: BlockFrame, index: number, colors: readonly Yuv[]): void {
  const prediction = predictionOf(frame, index);
  if (prediction === undefined) {
    writeSamples(bits, colors[frame.blocks[index] ?? 0] ?? [0, 128, 128]);
    return;
  }
  bits.unsigned(prediction.type);
  bits.unsigned(prediction.chroma);
  bits.signed(0);
  // "No coefficients", in the code that the neighbors choose.
  const [value, length] = emptyToken(coefficientsBeside(frame, index));
  bits.fixed(value, length);
}

function writeSamples(bits: BitWriter, [y, u, v]: Yuv): void {
  bits.unsigned(PCM_TYPE);
  bits.align();
  for (let sample = 0; sample < BLOCK * BLOCK; sample++) bits.fixed(y, 8);
  for (const chroma of [u, v]) for (let sample = 0; sample < 64; sample++) bits.fixed(chroma, 8);
}

/** Blocks of samples count as full, predicted ones as empty. */
function coefficientsBeside(frame: BlockFrame, index: number): number {
  const countOf = (neighbor: number) => (predictionOf(frame, neighbor) === undefined ? 16 : 0);
  const left = index % frame.columns > 0 ? countOf(index - 1) : undefined;
  const above = index >= frame.columns ? countOf(index - frame.columns) : undefined;
  if (left !== undefined && above !== undefined) return (left + above + 1) >> 1;
  return left ?? above ?? 0;
}

/** Table 9-5 for no coefficients. */
function emptyToken(neighbors: number): readonly [value: number, length: number] {
  if (neighbors < 2) return [1, 1];
  if (neighbors < 4) return [3, 2];
  return neighbors < 8 ? [15, 4] : [3, 6];
}

/* ------------------------------------------------------------------- bits */

class BitWriter {
  #bytes: number[] = [];
  #current = 0;
  #free = 8;

  fixed(value: number, length: number): void {
    for (let bit = length - 1; bit >= 0; bit--) this.#bit(Math.floor(value / 2 ** bit) & 1);
  }

  /** Exp-Golomb. */
  unsigned(value: number): void {
    const length = Math.floor(Math.log2(value + 1));
    this.fixed(0, length);
    this.fixed(value + 1, length + 1);
  }

  signed(value: number): void {
    this.unsigned(value > 0 ? 2 * value - 1 : -2 * value);
  }

  align(): void {
    while (this.#free < 8) this.#bit(0);
  }

  /** With the bit that ends every unit. */
  end(): readonly number[] {
    this.#bit(1);
    this.align();
    return this.#bytes;
  }

  #bit(bit: number): void {
    this.#current = (this.#current << 1) | bit;
    this.#free -= 1;
    if (this.#free > 0) return;
    this.#bytes.push(this.#current);
    this.#current = 0;
    this.#free = 8;
  }
}

/** Two zeros before a small byte would look like the start of the next unit, so a 3 goes between. */
function nalUnit(type: number, bits: BitWriter): Uint8Array {
  const bytes = [0x60 | type];
  let zeros = 0;
  for (const byte of bits.end()) {
    if (zeros === 2 && byte <= 3) {
      bytes.push(3);
      zeros = 0;
    }
    bytes.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Uint8Array.from(bytes);
}
