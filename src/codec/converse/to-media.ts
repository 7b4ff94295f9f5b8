import { type LanguageModelV4FilePart, UnsupportedFunctionalityError } from '@ai-sdk/provider';
import { convertUint8ArrayToBase64 } from '@ai-sdk/provider-utils';
import { withoutExtension } from './document-names.ts';
import { type Media, resolveMedia, SUPPORTED_MEDIA_TYPES } from './media-types.ts';
import type { BedrockFilePartOptions } from './options.ts';
import type { RequestContext } from './request-context.ts';
import type { AudioBlock, BytesOrS3, DocumentBlock, ImageBlock, VideoBlock } from './wire.ts';

/** A file part of any message, or a file in the content of a tool result. */
export type FileInput = Pick<LanguageModelV4FilePart, 'data' | 'filename' | 'mediaType'>;

export type MediaBlock =
  | { image: ImageBlock }
  | { document: DocumentBlock }
  | { video: VideoBlock }
  | { audio: AudioBlock };

/**
 * A file as a content block; undefined for an empty one, which is left out with a warning, because the service
 * would refuse the request and with it the whole conversation from here on.
 * @throws UnsupportedFunctionalityError for a media type, source or kind of file that cannot be sent
 */
export function toMediaBlock(
  file: FileInput,
  options: BedrockFilePartOptions | undefined,
  context: RequestContext,
): MediaBlock | undefined {
  const media = mediaOf(file, context);
  const refused = context.traits.content.refuses[media.kind];
  if (refused !== undefined) {
    throw new UnsupportedFunctionalityError({
      functionality: `${media.kind} input`,
      message: `${context.where()}: ${refused}`,
    });
  }
  const source = toSource(file, media, options, context);
  if (source === undefined) {
    context.other(`An empty file${file.filename ? ` (${file.filename})` : ''} was left out of the prompt.`);
    return undefined;
  }
  return toBlock(media, source, file, options, context);
}

function mediaOf(file: FileInput, context: RequestContext): Media {
  const media = resolveMedia(file);
  if (media !== undefined) return media;
  throw new UnsupportedFunctionalityError({
    functionality: `media type ${file.mediaType}`,
    message:
      `${context.where()}: Bedrock has no format for files of type ${file.mediaType}. ` +
      `Supported are ${SUPPORTED_MEDIA_TYPES.join(', ')}, and other text as text/plain.`,
  });
}

type Source = DocumentBlock['source'];

function toBlock(
  media: Media,
  source: Source,
  file: FileInput,
  options: BedrockFilePartOptions | undefined,
  context: RequestContext,
): MediaBlock {
  switch (media.kind) {
    case 'image':
      return { image: { format: media.format, source: source as BytesOrS3 } };
    case 'video':
      return { video: { format: media.format, source: source as BytesOrS3 } };
    case 'audio':
      return { audio: { format: media.format, source: source as BytesOrS3 } };
    case 'document': {
      const title =
        options?.name ?? (file.filename === undefined ? undefined : withoutExtension(file.filename));
      const block: DocumentBlock = { format: media.format, name: context.documentNames.add(title), source };
      if (options?.context !== undefined) block.context = options.context;
      if (options?.citations !== undefined) block.citations = options.citations;
      context.documentFacts.set(block, {
        title: block.name,
        mediaType: file.mediaType,
        filename: file.filename,
      });
      return { document: block };
    }
  }
}

function toSource(
  { data }: FileInput,
  { kind }: Media,
  options: BedrockFilePartOptions | undefined,
  context: RequestContext,
): Source | undefined {
  if (kind === 'document' && options?.chunks !== undefined) {
    return { content: options.chunks.map(text => ({ text })) };
  }
  switch (data.type) {
    case 'data': {
      context.hasFiles = true;
      // Strings are base64 already.
      const bytes = typeof data.data === 'string' ? data.data : convertUint8ArrayToBase64(data.data);
      return bytes === '' ? undefined : { bytes };
    }
    case 'text':
      if (kind !== 'document') throw unsupportedSource(`${kind} files given as text`, context);
      return /\S/.test(data.text) ? { text: data.text } : undefined;
    case 'url':
      // `href` would have a key's spaces and other characters escaped, and S3 would look for that key.
      return s3Source(data.originalUrl ?? data.url.href, `URL ${data.url.protocol}`, options, context);
    case 'reference': {
      const reference = data.reference['bedrock'] ?? data.reference['amazonBedrock'];
      return s3Source(reference ?? '', 'provider reference', options, context);
    }
  }
}

function s3Source(
  uri: string,
  what: string,
  options: BedrockFilePartOptions | undefined,
  context: RequestContext,
): BytesOrS3 {
  if (!/^s3:\/\//i.test(uri)) throw unsupportedSource(what, context);
  const bucketOwner = options?.bucketOwner;
  return { s3Location: bucketOwner === undefined ? { uri } : { uri, bucketOwner } };
}

function unsupportedSource(what: string, context: RequestContext): UnsupportedFunctionalityError {
  return new UnsupportedFunctionalityError({
    functionality: what,
    message:
      `${context.where()}: Bedrock does not take ${what}. Give the bytes, or an s3:// URL ` +
      '(as the URL, or as the `bedrock` entry of a provider reference).',
  });
}
