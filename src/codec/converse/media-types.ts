/** From media types, bytes and file names to the formats that Converse knows. */
import type { SharedV4FileData } from '@ai-sdk/provider';
import { detectMediaType } from '@ai-sdk/provider-utils';
import { MEDIA_KINDS, type MediaKind } from '../family.ts';
import {
  AUDIO_FORMATS,
  type AudioFormat,
  DOCUMENT_FORMATS,
  type DocumentFormat,
  IMAGE_FORMATS,
  type ImageFormat,
  VIDEO_FORMATS,
  type VideoFormat,
} from './wire.ts';

export type Media =
  | { readonly kind: 'image'; readonly format: ImageFormat }
  | { readonly kind: 'document'; readonly format: DocumentFormat }
  | { readonly kind: 'video'; readonly format: VideoFormat }
  | { readonly kind: 'audio'; readonly format: AudioFormat };

const image = (format: ImageFormat): Media => ({ kind: 'image', format });
const document = (format: DocumentFormat): Media => ({ kind: 'document', format });
const video = (format: VideoFormat): Media => ({ kind: 'video', format });
const audio = (format: AudioFormat): Media => ({ kind: 'audio', format });

const MEDIA_TYPES: Readonly<Record<string, Media>> = {
  'image/png': image('png'),
  'image/jpeg': image('jpeg'),
  'image/gif': image('gif'),
  'image/webp': image('webp'),
  'application/pdf': document('pdf'),
  'text/csv': document('csv'),
  'application/msword': document('doc'),
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': document('docx'),
  'application/vnd.ms-excel': document('xls'),
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': document('xlsx'),
  'text/html': document('html'),
  'text/plain': document('txt'),
  'text/markdown': document('md'),
  'video/x-matroska': video('mkv'),
  'video/quicktime': video('mov'),
  'video/mp4': video('mp4'),
  'video/webm': video('webm'),
  'video/x-flv': video('flv'),
  'video/mpeg': video('mpeg'),
  'video/mpg': video('mpg'),
  'video/x-ms-wmv': video('wmv'),
  'video/3gpp': video('three_gp'),
  'audio/mpeg': audio('mp3'),
  'audio/opus': audio('opus'),
  'audio/wav': audio('wav'),
  'audio/aac': audio('aac'),
  'audio/x-aac': audio('x-aac'),
  'audio/flac': audio('flac'),
  'audio/mp4': audio('mp4'),
  'audio/ogg': audio('ogg'),
  'audio/mkv': audio('mkv'),
  'audio/x-matroska': audio('mka'),
  'audio/m4a': audio('m4a'),
  'audio/mpga': audio('mpga'),
  'audio/pcm': audio('pcm'),
  'audio/webm': audio('webm'),
};

/** Other names in use for the types above. */
const ALIASES: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/x-png': 'image/png',
  'application/x-pdf': 'application/pdf',
  'application/csv': 'text/csv',
  'application/xhtml+xml': 'text/html',
  'text/x-markdown': 'text/markdown',
  'video/matroska': 'video/x-matroska',
  'video/mkv': 'video/x-matroska',
  'video/mov': 'video/quicktime',
  'video/flv': 'video/x-flv',
  'video/wmv': 'video/x-ms-wmv',
  'video/3gp': 'video/3gpp',
  'audio/mp3': 'audio/mpeg',
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/vnd.wave': 'audio/wav',
  'audio/x-flac': 'audio/flac',
  'audio/x-m4a': 'audio/m4a',
  'audio/matroska': 'audio/x-matroska',
  'audio/l16': 'audio/pcm',
};

/** What is text under another name: it reaches the model as it is when sent as a text document. */
const TEXT_LIKE =
  /^(?:text\/.+|application\/(?:.+\+(?:json|xml|yaml)|(?:x-)?(?:json|json5|jsonl|jsonlines|ndjson|xml|yaml|toml|javascript|ecmascript|typescript|sh|shellscript|sql|python|graphql|httpd-php)))$/;

/** File name endings that are not the name of the format. */
const EXTENSIONS: Readonly<Record<string, string>> = { jpg: 'jpeg', htm: 'html', '3gp': 'three_gp' };

const FORMATS: Readonly<Record<MediaKind, readonly string[]>> = {
  image: IMAGE_FORMATS,
  document: DOCUMENT_FORMATS,
  video: VIDEO_FORMATS,
  audio: AUDIO_FORMATS,
};

/** Every media type that `resolveMedia` knows by name, for errors. */
export const SUPPORTED_MEDIA_TYPES: readonly string[] = Object.keys(MEDIA_TYPES);

/** The media type of a format that Bedrock names in a reply, where it names one. */
export function mediaTypeOf(kind: MediaKind, format: string | undefined): string {
  const known = Object.entries(MEDIA_TYPES).find(
    ([, media]) => media.kind === kind && media.format === format,
  );
  if (known !== undefined) return known[0];
  return kind === 'document' ? 'application/octet-stream' : `${kind}/${format ?? '*'}`;
}

/**
 * The kind and format of a file; undefined where Converse has none for it. A media type that only says the kind
 * (`image`, `image/*`), or nothing (`application/octet-stream`), is made whole from the first bytes, and where
 * those say nothing, from the ending of the file name or URL.
 */
export function resolveMedia(file: {
  readonly mediaType: string;
  readonly filename?: string | undefined;
  readonly data: SharedV4FileData;
}): Media | undefined {
  const mediaType = bareMediaType(file.mediaType);
  const known = MEDIA_TYPES[ALIASES[mediaType] ?? mediaType];
  if (known !== undefined) return known;
  const [top = '', sub = '*'] = mediaType.split('/');
  if (sub !== '*' && sub !== '' && mediaType !== 'application/octet-stream') {
    return TEXT_LIKE.test(mediaType) ? document('txt') : undefined;
  }
  const kinds = kindsOf(top);
  return fromBytes(file.data, kinds) ?? fromExtension(file, kinds) ?? fallback(top, file.data);
}

/** `Text/Plain; charset=utf-8` is `text/plain`. */
function bareMediaType(mediaType: string): string {
  const end = mediaType.indexOf(';');
  return (end === -1 ? mediaType : mediaType.slice(0, end)).trim().toLowerCase();
}

/** The kind of medium that a content block, or a piece of one in a stream, holds; undefined for other content. */
export function mediaKindOf(block: object): MediaKind | undefined {
  return MEDIA_KINDS.find(kind => (block as Partial<Record<MediaKind, unknown>>)[kind] != null);
}

function kindsOf(top: string): readonly MediaKind[] {
  switch (top) {
    case 'image':
    case 'video':
    case 'audio':
      return [top];
    case 'text':
      return ['document'];
    default:
      return MEDIA_KINDS;
  }
}

function fromBytes(data: SharedV4FileData, kinds: readonly MediaKind[]): Media | undefined {
  if (data.type !== 'data') return undefined;
  const [kind] = kinds;
  const detected =
    kinds.length > 1 || kind === undefined
      ? detectMediaType({ data: data.data })
      : detectMediaType({ data: data.data, topLevelType: kind });
  return detected === undefined ? undefined : MEDIA_TYPES[detected];
}

function fromExtension(
  { filename, data }: { filename?: string | undefined; data: SharedV4FileData },
  kinds: readonly MediaKind[],
): Media | undefined {
  const name = filename ?? (data.type === 'url' ? data.url.pathname : '');
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  const format = EXTENSIONS[extension] ?? extension;
  const kind = kinds.find(candidate => FORMATS[candidate].includes(format));
  return kind === undefined ? undefined : ({ kind, format } as Media);
}

function fallback(top: string, data: SharedV4FileData): Media | undefined {
  return top === 'text' || data.type === 'text' ? document('txt') : undefined;
}
