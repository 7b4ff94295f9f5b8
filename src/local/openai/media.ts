/** Files in bodies of OpenAI's APIs: data URLs. */
import {
  AUDIO_FORMATS,
  type ContentBlock,
  DOCUMENT_FORMATS,
  IMAGE_FORMATS,
} from '../../codec/converse/wire.ts';
import { validationError } from '../aws-error.ts';

export function imageBlock(url: string): ContentBlock {
  const { mediaType, data } = readDataUrl(url);
  const format = IMAGE_FORMATS.find(one => mediaType === `image/${one}`);
  if (format === undefined) throw validationError(`Unsupported image type: ${mediaType}`);
  return { image: { format, source: { bytes: data } } };
}

/** @param count how many documents came before, for a name of its own */
export function documentBlock(fileData: string, filename: string | undefined, count: number): ContentBlock {
  const { mediaType, data } = readDataUrl(fileData);
  const format = DOCUMENT_FORMATS.find(one => mediaType.endsWith(`/${one}`)) ?? 'txt';
  return { document: { name: filename ?? `document ${count + 1}`, format, source: { bytes: data } } };
}

export function audioBlock(data: string, name: string): ContentBlock {
  const format = AUDIO_FORMATS.find(one => one === name);
  if (format === undefined) throw validationError(`Unsupported audio format: ${name}`);
  return { audio: { format, source: { bytes: data } } };
}

/** The local Bedrock fetches nothing. */
function readDataUrl(url: string): { mediaType: string; data: string } {
  const [, mediaType = '', data = ''] = /^data:([^;,]+);base64,(.*)$/s.exec(url) ?? [];
  if (data === '') throw validationError('Files must be data URLs with base64, e.g. data:image/png;base64,…');
  return { mediaType, data };
}
