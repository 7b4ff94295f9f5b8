/** Content blocks as text, for bodies and places that take nothing else. */
import { UnsupportedFunctionalityError } from '@ai-sdk/provider';
import { convertBase64ToUint8Array } from '@ai-sdk/provider-utils';
import type { BytesOrS3, ContentBlock, DocumentBlock, ToolResultContent } from '../converse/wire.ts';

const decoder = new TextDecoder();

/**
 * The texts of a message, with what can be told as text.
 * @throws UnsupportedFunctionalityError for what cannot: media, and documents that are not text
 */
export function plainText(blocks: ReadonlyArray<ContentBlock | ToolResultContent>): string {
  return blocks
    .flatMap(block => toText(block) ?? [])
    .filter(text => text !== '')
    .join('\n\n');
}

function toText(block: ContentBlock | ToolResultContent): string | undefined {
  if ('text' in block) return block.text;
  if ('json' in block) return JSON.stringify(block.json);
  if ('document' in block) return documentText(block.document);
  if ('searchResult' in block) {
    const { title, source, content } = block.searchResult;
    return [`${title} (${source}):`, ...content.map(({ text }) => text)].join('\n');
  }
  if ('citationsContent' in block) return (block.citationsContent.content ?? []).map(c => c.text).join('');
  // Replayed reasoning is not for bodies without a place for it.
  if ('reasoningContent' in block || 'cachePoint' in block) return undefined;
  throw cannotCarry(Object.keys(block)[0] ?? 'content');
}

function documentText(document: DocumentBlock): string {
  const text = textOfDocument(document);
  if (text === undefined) throw cannotCarry(`documents of the format ${document.format}`);
  return `${document.name}:\n${text}`;
}

const TEXT_FORMATS: ReadonlySet<string | undefined> = new Set(['txt', 'md', 'csv', 'html', undefined]);

/** The text of a document that is one; undefined for other formats, and for documents in S3. */
export function textOfDocument({ source, format }: DocumentBlock): string | undefined {
  if ('text' in source) return source.text;
  if ('content' in source) return source.content.map(({ text }) => text).join('\n\n');
  if (!('bytes' in source) || !TEXT_FORMATS.has(format)) return undefined;
  return decoder.decode(convertBase64ToUint8Array(source.bytes));
}

/** @throws UnsupportedFunctionalityError for media in S3, which few bodies can name */
export function bytesOf(kind: string, source: BytesOrS3): string {
  if ('bytes' in source) return source.bytes;
  throw cannotCarry(`${kind} input from S3`);
}

/** @param what e.g. `video`, `documents of the format pdf` */
export function cannotCarry(what: string): UnsupportedFunctionalityError {
  return new UnsupportedFunctionalityError({
    functionality: what,
    message: `The model's own body, in which InvokeModel calls it, cannot carry ${what}.`,
  });
}
