import { type Media, resolveMedia } from '../converse/media-types.ts';
import { invalidArgument } from '../provider-options.ts';
import type { EmbeddingFile, EmbeddingFileTraits } from './embedding.ts';
import type { BedrockEmbeddingFile, BedrockEmbeddingModelOptions } from './embedding-options.ts';

/**
 * A file as the families take it.
 * @param place names the file, for the error, e.g. `files[0]`
 * @throws InvalidArgumentError when the model does not take it
 */
function toEmbeddingFile(
  file: BedrockEmbeddingFile,
  traits: EmbeddingFileTraits,
  place: string,
): EmbeddingFile {
  const { mediaType, base64, uri } = readData(file, place);
  const media = resolveMedia({
    mediaType: mediaType ?? 'application/octet-stream',
    data: uri === undefined ? { type: 'data', data: base64 } : { type: 'url', url: uri },
  });
  const format = checkFormat(media, traits, place);
  if (uri === undefined) checkSize(base64, traits, place);
  else if (!traits.s3)
    throw invalidArgument(place, 'this model takes no s3:// URLs; give the bytes as base64');
  const { bucketOwner, detailLevel, embeddingMode } = file;
  return {
    ...format,
    source: uri === undefined ? { base64 } : { uri: file.data, bucketOwner },
    detailLevel,
    embeddingMode,
  };
}

/**
 * The files of one value, by its position in the call.
 * @param place names the option, for the error, e.g. `providerOptions.bedrock.files`
 * @param startIndex index of the call's first value among all that the caller gave
 * @throws InvalidArgumentError when the model does not take them
 */
export function filesOf(
  files: BedrockEmbeddingModelOptions['files'],
  position: number,
  { traits, place, startIndex }: FilesPlace,
): EmbeddingFile[] {
  const entry = files?.[position] ?? [];
  const list: readonly BedrockEmbeddingFile[] = Array.isArray(entry) ? entry : [entry];
  if (list.length === 0) return [];
  const here = `${place}[${startIndex + position}]`;
  if (traits === undefined) throw invalidArgument(here, 'this model embeds text only');
  if (list.length > traits.max) {
    throw invalidArgument(here, `this model takes at most ${traits.max} for a value, got ${list.length}`);
  }
  return list.map((file, index) =>
    toEmbeddingFile(file, traits, Array.isArray(entry) ? `${here}[${index}]` : here),
  );
}

interface FilesPlace {
  readonly traits: EmbeddingFileTraits | undefined;
  readonly place: string;
  readonly startIndex: number;
}

/** @throws InvalidArgumentError when there are files, but not an entry for each value */
export function checkFileCount(
  files: BedrockEmbeddingModelOptions['files'] = [],
  count: number,
  place: string,
): void {
  if (files.length === 0 || files.length === count) return;
  throw invalidArgument(place, `expected an entry for each value, got ${files.length} for ${count}`);
}

/** What a caller gave as base64, as a `data:` URL with base64, or as an `s3://` URL. */
export type FileData =
  | { readonly mediaType: string | undefined; readonly base64: string; readonly uri?: undefined }
  | { readonly mediaType: string | undefined; readonly uri: URL; readonly base64?: undefined };

/** @throws InvalidArgumentError when it is nothing of that */
export function readData(
  { data, mediaType }: { readonly data: string; readonly mediaType?: string | undefined },
  place: string,
): FileData {
  if (/^s3:\/\//i.test(data)) {
    if (!URL.canParse(data)) throw invalidArgument(place, 'the s3:// URL is not valid');
    return { mediaType, uri: new URL(data) };
  }
  const [ofUrl, base64] = /^data:[^,]*;base64,/i.test(data) ? splitDataUrl(data) : [undefined, data];
  if (!isBase64(base64)) {
    throw invalidArgument(
      place,
      'data must be base64, a data: URL with base64, or an s3:// URL; download other URLs first',
    );
  }
  return { mediaType: mediaType ?? ofUrl, base64 };
}

function splitDataUrl(url: string): [mediaType: string | undefined, base64: string] {
  const comma = url.indexOf(',');
  const [mediaType] = url.slice('data:'.length, comma).split(';');
  return [mediaType || undefined, url.slice(comma + 1)];
}

function isBase64(text: string): boolean {
  // No quantifier but on the padding: the text may have megabytes.
  return text.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(text.replace(/={1,2}$/, ''));
}

function checkFormat(
  media: Media | undefined,
  { formats, refuses }: EmbeddingFileTraits,
  place: string,
): Pick<EmbeddingFile, 'kind' | 'format'> {
  if (media !== undefined && formats[media.kind]?.includes(media.format)) return media;
  const reason = media === undefined ? undefined : refuses?.[media.kind];
  const taken = Object.entries(formats).map(([kind, names]) => `${kind} (${names.join(', ')})`);
  const got = media === undefined ? 'a file of an unknown type' : `${media.kind} (${media.format})`;
  throw invalidArgument(
    place,
    reason ?? `this model takes ${taken.join('; ')}, got ${got}; mediaType can name the type`,
  );
}

function checkSize(base64: string, { maxBytes }: EmbeddingFileTraits, place: string): void {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  const bytes = (base64.length / 4) * 3 - padding;
  if (maxBytes === undefined || bytes <= maxBytes) return;
  throw invalidArgument(place, `has ${bytes} bytes; this model takes at most ${maxBytes}`);
}
