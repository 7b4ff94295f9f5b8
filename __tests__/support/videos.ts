import type {
  Experimental_VideoModelV4OperationStatusResult as Status,
  Experimental_VideoModelV4File as VideoFile,
  Experimental_VideoModelV4 as VideoModelV4,
  Experimental_VideoModelV4CallOptions as VideoModelV4CallOptions,
} from '@ai-sdk/provider';
import { drawPicture, encodePng } from '../../src/local/invoke/png.ts';

export const videoCall: VideoModelV4CallOptions = {
  prompt: undefined,
  n: 1,
  aspectRatio: undefined,
  resolution: undefined,
  duration: undefined,
  fps: undefined,
  seed: undefined,
  image: undefined,
  frameImages: undefined,
  inputReferences: undefined,
  generateAudio: undefined,
  providerOptions: {},
};

export async function pictureFile(width = 1280, height = 720): Promise<VideoFile & { data: Uint8Array }> {
  const data = await encodePng(drawPicture('test', width, height));
  return { type: 'file', mediaType: 'image/png', data };
}

type Started = Awaited<ReturnType<NonNullable<VideoModelV4['doStart']>>>;

export async function startVideo(
  model: VideoModelV4,
  call: Partial<VideoModelV4CallOptions> = {},
): Promise<Started> {
  if (model.doStart === undefined) throw new Error('The model has no doStart.');
  return model.doStart({ ...videoCall, ...call });
}

export async function statusOf(
  model: VideoModelV4,
  operation: Parameters<NonNullable<VideoModelV4['doStatus']>>[0]['operation'],
): Promise<Status> {
  if (model.doStatus === undefined) throw new Error('The model has no doStatus.');
  return model.doStatus({ operation });
}

/** The bytes of the only video of a status. */
export function bytesIn(status: Status): Uint8Array {
  const [video] = status.status === 'completed' ? status.videos : [];
  if (video?.type !== 'binary') throw new Error(`Expected bytes, got ${video?.type ?? status.status}.`);
  return video.data;
}

/* --------------------------------------------------------------- MP4 files */

export interface Mp4Facts {
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  readonly frames: number;
  readonly keyFrames: number;
}

/** Reads the header of an MP4 as a player does. */
export function mp4Facts(file: Uint8Array): Mp4Facts {
  const movie = boxIn(file, 'moov');
  const track = boxIn(movie, 'trak');
  const media = boxIn(track, 'mdia');
  const table = boxIn(boxIn(media, 'minf'), 'stbl');
  const trackHeader = viewOf(boxIn(track, 'tkhd'));
  const mediaHeader = viewOf(boxIn(media, 'mdhd'));
  const sizes = viewOf(boxIn(table, 'stsz'));
  const frames = sizes.getUint32(8);
  const offset = viewOf(boxIn(table, 'stco')).getUint32(8);
  const total = Array.from({ length: frames }, (_, index) => sizes.getUint32(12 + index * 4)).reduce(
    (sum, size) => sum + size,
    0,
  );
  const data = boxIn(file, 'mdat');
  if (offset !== data.byteOffset - file.byteOffset)
    throw new Error('The frames are not where the index says.');
  if (total !== data.length) throw new Error('The frames are not as long as the index says.');
  return {
    width: trackHeader.getUint32(76) / 0x10000,
    height: trackHeader.getUint32(80) / 0x10000,
    seconds: mediaHeader.getUint32(16) / mediaHeader.getUint32(12),
    frames,
    keyFrames: viewOf(boxIn(table, 'stss')).getUint32(4),
  };
}

function boxIn(bytes: Uint8Array, type: string): Uint8Array {
  for (let offset = 0; offset + 8 <= bytes.length; ) {
    const length = viewOf(bytes).getUint32(offset);
    if (length < 8) throw new Error('A box has no length.');
    if (new TextDecoder().decode(bytes.subarray(offset + 4, offset + 8)) === type) {
      return bytes.subarray(offset + 8, offset + length);
    }
    offset += length;
  }
  throw new Error(`There is no box ${type}.`);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
