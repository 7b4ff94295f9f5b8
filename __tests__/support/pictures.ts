import type { ImageModelV4CallOptions, ImageModelV4File } from '@ai-sdk/provider';
import { imageSize } from '../../src/codec/invoke/image-size.ts';
import { drawPicture, encodePng } from '../../src/local/invoke/png.ts';

export const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), character => character.charCodeAt(0));

/** `1024x768`, from the header of a PNG. */
export function sizeOf(image: string | Uint8Array): string {
  const { width, height } = imageSize(typeof image === 'string' ? bytesOf(image) : image) ?? {};
  return `${width}x${height}`;
}

export async function pngFile(width = 96, height = 64): Promise<ImageModelV4File> {
  return { type: 'file', mediaType: 'image/png', data: await encodePng(drawPicture('test', width, height)) };
}

export const imageCall: ImageModelV4CallOptions = {
  prompt: undefined,
  n: 1,
  size: undefined,
  aspectRatio: undefined,
  seed: undefined,
  files: undefined,
  mask: undefined,
  providerOptions: {},
};
