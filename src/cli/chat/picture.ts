import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename } from 'node:path';
import type { LanguageModelV4FilePart } from '@ai-sdk/provider';
import { detectMediaType } from '@ai-sdk/provider-utils';
import { UsageError } from '../failure.ts';

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ImageBlock.html */
const TAKEN = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

/**
 * A picture for the next message.
 * @param words a path as it is typed, or as terminals write it when a file is dropped on them: with quotes, `\ ` and `~`
 * @throws UsageError for what cannot be read, or is no picture that Bedrock takes
 */
export async function readPicture(words: string): Promise<LanguageModelV4FilePart> {
  const path = pathOf(words);
  const data = new Uint8Array(
    await readFile(path).catch((error: NodeJS.ErrnoException) => {
      throw new UsageError(
        error.code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read: ${error.message}`,
      );
    }),
  );
  const mediaType = detectMediaType({ data, topLevelType: 'image' });
  if (mediaType === undefined || !TAKEN.includes(mediaType)) {
    throw new UsageError(`${path} is no picture that models take: PNG, JPEG, GIF or WebP.`);
  }
  return { type: 'file', mediaType, filename: basename(path), data: { type: 'data', data } };
}

export function pathOf(words: string): string {
  const quoted = /^(['"])(.*)\1$/.exec(words)?.[2];
  const path = quoted ?? (process.platform === 'win32' ? words : words.replace(/\\(.)/g, '$1'));
  return path.replace(/^~(?=\/|$)/, homedir());
}
