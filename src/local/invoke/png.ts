/**
 * Draws and writes PNG images, with nothing but what every runtime has.
 *
 * @see https://www.w3.org/TR/png-3/
 */
import { crc32 } from '../../codec/event-stream/crc32.ts';
import { numbersFrom } from '../hash.ts';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** One byte per pixel, a row after another: the number of a color. */
  readonly pixels: Uint8Array;
  /** Red, green, blue. */
  readonly colors: readonly (readonly [number, number, number])[];
  /** The color 0 is not seen. */
  readonly transparent: boolean;
}

/** A background and some shapes, which follow from the text alone. */
export function drawPicture(text: string, width: number, height: number, transparent = false): Picture {
  const random = numbersFrom(text);
  const whole = (below: number) => Math.floor(random() * below);
  const colors = Array.from({ length: 8 }, () => [whole(256), whole(256), whole(256)] as const);
  const pixels = new Uint8Array(width * height);
  for (let shape = 0; shape < 12; shape++) {
    const color = 1 + whole(colors.length - 1);
    const [x, y] = [whole(width), whole(height)];
    const radius = 1 + whole(Math.max(1, Math.min(width, height) / 3));
    const isRound = random() < 0.5;
    for (let row = Math.max(0, y - radius); row < Math.min(height, y + radius); row++) {
      const reach = isRound ? Math.floor(Math.sqrt(radius ** 2 - (row - y) ** 2)) : radius;
      const start = row * width;
      pixels.fill(color, start + Math.max(0, x - reach), start + Math.min(width, x + reach));
    }
  }
  return { width, height, pixels, colors, transparent };
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export async function encodePng({
  width,
  height,
  pixels,
  colors,
  transparent,
}: Picture): Promise<Uint8Array> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  // Eight bits a pixel that are the number of a color.
  header.set([8, 3], 8);
  // Every row begins with the number of its filter: none.
  const rows = new Uint8Array((width + 1) * height);
  for (let row = 0; row < height; row++) {
    rows.set(pixels.subarray(row * width, (row + 1) * width), row * (width + 1) + 1);
  }
  return join([
    Uint8Array.from(SIGNATURE),
    chunk('IHDR', header),
    chunk('PLTE', Uint8Array.from(colors.flat())),
    ...(transparent ? [chunk('tRNS', Uint8Array.of(0))] : []),
    chunk('IDAT', await deflate(rows)),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** Length, type, data, checksum. */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)));
  return bytes;
}

async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
