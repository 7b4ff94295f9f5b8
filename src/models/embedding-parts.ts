/** What a call knows of the greater one that it is a part of: `embedMany` makes several calls of one. */
import type { SharedV4ProviderOptions } from '@ai-sdk/provider';
import { checkFileCount } from '../codec/invoke/embedding-files.ts';
import { embeddingOptionsSchema } from '../codec/invoke/embedding-options.ts';
import { optionsKey, ownOptions, parseOptions } from '../codec/provider-options.ts';

interface Part {
  /** Index of the part's first value among all. */
  readonly startIndex: number;
  /** How many values there are in all. */
  readonly count: number;
}

/** By the object with the options, which `ai` hands on as it is. Not in the options, where users would see it. */
const parts = new WeakMap<SharedV4ProviderOptions, Part>();

/**
 * The options for a part of the values: with the files that belong to them. `ai` calls it before each part.
 * @throws InvalidArgumentError when there is not an entry in `files` for each value
 */
export function optionsOfPart({
  providerOptions,
  values,
  startIndex,
  endIndex,
}: {
  readonly providerOptions: SharedV4ProviderOptions | undefined;
  readonly values: readonly string[];
  readonly startIndex: number;
  readonly endIndex: number;
}): SharedV4ProviderOptions {
  const key = optionsKey(providerOptions);
  const options = ownOptions(providerOptions);
  const files = options?.['files'];
  if (startIndex === 0) {
    // While the entries are still together, so that errors name the right one.
    const checked = parseOptions(embeddingOptionsSchema, providerOptions);
    checkFileCount(checked?.files, values.length, `providerOptions.${key}.files`);
  }
  const part: SharedV4ProviderOptions = {
    ...providerOptions,
    ...(Array.isArray(files) && { [key]: { ...options, files: files.slice(startIndex, endIndex) } }),
  };
  parts.set(part, { startIndex, count: values.length });
  return part;
}

/** A call that is no part of another begins at 0. */
export function placeOfPart(options: SharedV4ProviderOptions | undefined, count: number): Part {
  return (options && parts.get(options)) ?? { startIndex: 0, count };
}
