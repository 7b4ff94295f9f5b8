/**
 * Draws and writes MP4 videos that every player opens, with nothing but what every runtime has.
 *
 * @see https://www.iso.org/standard/83102.html (ISO base media file format)
 */
import { numbersFrom } from '../hash.ts';
import {
  type BlockFrame,
  blocksOf,
  keyFrame,
  PROFILE,
  pictureParameters,
  repeatedFrame,
  sequenceParameters,
  type VideoSize,
  type Yuv,
} from './h264.ts';

export interface Mp4Options extends VideoSize {
  readonly seconds: number;
  readonly fps: number;
}

/** Colored blocks on a background that move once a second; what they look like follows from the text alone. */
export function drawVideo(
  text: string,
  { width, height, seconds, fps }: Mp4Options,
): Uint8Array<ArrayBuffer> {
  const size = { width, height };
  const grid = blocksOf(size);
  const random = numbersFrom(text);
  const whole = (below: number) => Math.floor(random() * below);
  const colors = Array.from({ length: 6 }, (): Yuv => [32 + whole(190), 32 + whole(190), 32 + whole(190)]);
  const shapes = colors.slice(1).map(() => ({
    column: whole(grid.columns),
    row: whole(grid.rows),
    columns: 2 + whole(grid.columns / 3),
    rows: 2 + whole(grid.rows / 3),
    step: whole(2) === 0 ? 1 : -1,
  }));
  const samples: Sample[] = [];
  for (let second = 0; second < seconds; second++) {
    const blocks = new Uint8Array(grid.columns * grid.rows);
    for (const [index, shape] of shapes.entries()) paint({ ...grid, blocks }, shape, second, index + 1);
    samples.push({ isKey: true, bytes: keyFrame({ ...grid, blocks }, colors, second) });
    for (let frame = 1; frame < fps; frame++)
      samples.push({ isKey: false, bytes: repeatedFrame(grid, frame) });
  }
  return writeMp4(samples, size, fps);
}

interface Shape {
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
  readonly step: number;
}

function paint({ columns, rows, blocks }: BlockFrame, shape: Shape, second: number, color: number): void {
  const left = shape.column + second * shape.step;
  for (let row = shape.row; row < Math.min(rows, shape.row + shape.rows); row++) {
    for (let column = left; column < left + shape.columns; column++) {
      // What leaves on one side comes in on the other.
      blocks[row * columns + (((column % columns) + columns) % columns)] = color;
    }
  }
}

/* -------------------------------------------------------------------- file */

interface Sample {
  readonly isKey: boolean;
  readonly bytes: Uint8Array;
}

type Part = Uint8Array | readonly number[];

/** The index stands before the frames, so that players can begin before they have the whole file. */
function writeMp4(samples: readonly Sample[], size: VideoSize, fps: number): Uint8Array<ArrayBuffer> {
  const type = box('ftyp', [ascii('isom'), u32(512), ascii('isomavc1mp41')]);
  const frames = samples.map(({ bytes }) => join([u32(bytes.length), bytes]));
  const index = (offset: number) =>
    movie({ samples, sizes: frames.map(({ length }) => length), size, fps, offset });
  // The length of the index does not depend on the offset in it.
  const offset = type.length + index(0).length + 8;
  return join([type, index(offset), box('mdat', frames)]);
}

interface Index {
  readonly samples: readonly Sample[];
  readonly sizes: readonly number[];
  readonly size: VideoSize;
  readonly fps: number;
  /** Of the first frame in the file. */
  readonly offset: number;
}

/** One unit of time is a thousandth of the length of a frame. */
const TICKS = 1000;
const MATRIX = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];

function movie(index: Index): Uint8Array<ArrayBuffer> {
  const { samples, size, fps } = index;
  const duration = samples.length * TICKS;
  const header = full('mvhd', [
    u32(0, 0, fps * TICKS, duration, 0x10000),
    u16(0x100, 0),
    u32(0, 0, ...MATRIX, 0, 0, 0, 0, 0, 0, 2),
  ]);
  const trackHeader = full(
    'tkhd',
    [
      u32(0, 0, 1, 0, duration, 0, 0),
      u16(0, 0, 0, 0),
      u32(...MATRIX, size.width * 0x10000, size.height * 0x10000),
    ],
    // Enabled, in the movie.
    3,
  );
  const mediaHeader = full('mdhd', [u32(0, 0, fps * TICKS, duration), u16(0x55c4, 0)]);
  const handler = full('hdlr', [u32(0), ascii('vide'), u32(0, 0, 0), ascii('Video\0')]);
  const dataReference = box('dinf', [full('dref', [u32(1), full('url ', [], 1)])]);
  const information = box('minf', [full('vmhd', [u16(0, 0, 0, 0)], 1), dataReference, sampleTable(index)]);
  const media = box('mdia', [mediaHeader, handler, information]);
  return box('moov', [header, box('trak', [trackHeader, media])]);
}

function sampleTable({ samples, sizes, size, offset }: Index): Uint8Array<ArrayBuffer> {
  const keys = samples.flatMap(({ isKey }, index) => (isKey ? [index + 1] : []));
  return box('stbl', [
    full('stsd', [u32(1), sampleEntry(size)]),
    full('stts', [u32(1, samples.length, TICKS)]),
    full('stss', [u32(keys.length, ...keys)]),
    // One chunk with all of them.
    full('stsc', [u32(1, 1, samples.length, 1)]),
    full('stsz', [u32(0, sizes.length, ...sizes)]),
    full('stco', [u32(1, offset)]),
  ]);
}

function sampleEntry(size: VideoSize): Uint8Array<ArrayBuffer> {
  const [sequence, picture] = [sequenceParameters(size), pictureParameters()];
  const configuration = box('avcC', [
    [1, ...PROFILE, 0xff, 0xe1],
    u16(sequence.length),
    sequence,
    [1],
    u16(picture.length),
    picture,
  ]);
  return box('avc1', [
    [0, 0, 0, 0, 0, 0],
    u16(1),
    u32(0, 0, 0, 0),
    u16(size.width, size.height),
    // 72 dots per inch.
    u32(0x480000, 0x480000, 0),
    u16(1),
    new Uint8Array(32),
    u16(24, 0xffff),
    configuration,
  ]);
}

function box(type: string, parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 8);
  return join([u32(length), ascii(type), ...parts]);
}

/** With a version and flags. */
function full(type: string, parts: readonly Part[], flags = 0): Uint8Array<ArrayBuffer> {
  return box(type, [u32(flags), ...parts]);
}

function join(parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function u32(...values: readonly number[]): number[] {
  return values.flatMap(value => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]);
}

function u16(...values: readonly number[]): number[] {
  return values.flatMap(value => [(value >>> 8) & 255, value & 255]);
}

function ascii(text: string): number[] {
  return Array.from(text, character => character.charCodeAt(0));
}
