/** Images that videos begin and end with. */
import type { Experimental_VideoModelV4File as VideoFile } from '@ai-sdk/provider';
import { convertBase64ToUint8Array, convertUint8ArrayToBase64 } from '@ai-sdk/provider-utils';
import { resolveMedia } from '../converse/media-types.ts';
import { invalidArgument } from '../provider-options.ts';
import { readData } from './embedding-files.ts';
import { imageSize } from './image-size.ts';
import type { VideoImage } from './video.ts';

/**
 * @param place names it, for the error, e.g. `image`
 * @throws InvalidArgumentError when it is no image that Bedrock can get
 */
export function readVideoImage(file: VideoFile, place: string): VideoImage {
  if (file.type === 'url') return readImage(file.url, place, file.mediaType);
  const { data } = file;
  return readImage(typeof data === 'string' ? data : convertUint8ArrayToBase64(data), place);
}

/**
 * @param data base64, a `data:` URL or an `s3://` URL
 * @param mediaType of an object in S3, whose name may not tell it; of bytes, they tell it themselves
 */
export function readImage(data: string, place: string, mediaType?: string | undefined): VideoImage {
  const { base64, uri } = readData({ data }, place);
  const media = resolveMedia({
    mediaType: uri === undefined ? 'image/*' : (mediaType ?? 'image/*'),
    data: uri === undefined ? { type: 'data', data: base64 } : { type: 'url', url: uri },
  });
  if (media?.kind !== 'image') {
    throw invalidArgument(place, `expected an image, got ${media?.kind ?? 'a file of an unknown type'}`);
  }
  return uri === undefined
    ? { format: media.format, source: { base64 }, size: imageSize(convertBase64ToUint8Array(base64)), place }
    : // As it was given: the keys of S3 are not encoded.
      { format: media.format, source: { uri: data }, size: undefined, place };
}
