/** From a call to the requests that it takes. What holds for every family is checked here, by its traits. */
import type { JSONObject, SharedV4ProviderOptions, SharedV4Warning } from '@ai-sdk/provider';
import { invalidArgument, optionsKey, parseOptions } from '../provider-options.ts';
import {
  type EmbeddingFile,
  type EmbeddingInput,
  type EmbeddingTraits,
  MAX_BODY_BYTES,
  type Truncation,
} from './embedding.ts';
import { checkFileCount, filesOf } from './embedding-files.ts';
import { type BedrockEmbeddingType, embeddingOptionsSchema } from './embedding-options.ts';
import { toEmbeddingSettings, truncationOf } from './embedding-settings.ts';

export interface EmbeddingPlan {
  readonly requests: readonly EmbeddingRequest[];
  /** The types that the caller asked for; undefined where nothing was said. */
  readonly types: readonly BedrockEmbeddingType[] | undefined;
  readonly warnings: SharedV4Warning[];
}

export interface EmbeddingRequest {
  readonly body: JSONObject;
  /** Which of the call's values it holds, counted from 0: neighbors, in order. */
  readonly positions: readonly number[];
}

/** A call, and which part of a greater one it is: `embedMany` makes several of one. */
export interface EmbeddingCall {
  readonly values: readonly string[];
  readonly dimensions?: number | undefined;
  readonly providerOptions?: SharedV4ProviderOptions | undefined;
  /** Index of the first value among all that the caller gave, for errors and metadata. */
  readonly startIndex: number;
}

/** @throws InvalidArgumentError naming the option or value, what it is, and what is allowed */
export function planEmbeddings(call: EmbeddingCall, traits: EmbeddingTraits): EmbeddingPlan {
  const { values, providerOptions, startIndex } = call;
  const options = parseOptions(embeddingOptionsSchema, providerOptions) ?? {};
  const place = `providerOptions.${optionsKey(providerOptions)}`;
  const { settings, warnings } = toEmbeddingSettings(call.dimensions, options, { traits, place });
  const truncation = truncationOf(options) ?? traits.truncate?.default ?? 'NONE';
  const ofFiles = { traits: traits.files, place: `${place}.files`, startIndex };
  checkFileCount(options.files, values.length, ofFiles.place);
  const inputs = values.map((value, position) =>
    toInput(value, filesOf(options.files, position, ofFiles), {
      traits,
      truncation,
      place: valueName(startIndex + position),
    }),
  );
  return {
    requests: inBatches(inputs, traits, startIndex).map(positions => ({
      positions,
      body: {
        ...traits.toBody(
          positions.map(position => inputs[position] as EmbeddingInput),
          settings,
        ),
        ...options.additionalModelRequestFields,
      },
    })),
    types: settings.types,
    warnings,
  };
}

/** How errors and metadata name a value. */
export function valueName(index: number): `values[${number}]` {
  return `values[${index}]`;
}

/* ------------------------------------------------------------------ values */

function toInput(
  text: string,
  files: EmbeddingFile[],
  { traits, truncation, place }: { traits: EmbeddingTraits; truncation: Truncation; place: string },
): EmbeddingInput {
  if (typeof text !== 'string') throw invalidArgument(place, `expected a string, got ${typeof text}`);
  if (text.trim() === '') {
    if (files.length > 0) return { text: '', files };
    throw invalidArgument(
      place,
      'is blank; an embedding needs text, or a file in providerOptions.bedrock.files',
    );
  }
  if (files.length > 0 && traits.files?.withText === false) {
    throw invalidArgument(
      place,
      'has text and a file; this model embeds one or the other, so make the text empty',
    );
  }
  return { text: fitted(text, { traits, truncation, place }), files };
}

function fitted(
  text: string,
  { traits, truncation, place }: { traits: EmbeddingTraits; truncation: Truncation; place: string },
): string {
  const { maxCharacters, serviceCuts } = traits.text ?? { maxCharacters: Number.POSITIVE_INFINITY };
  // A string never has more characters than UTF-16 units, and splitting it takes time.
  const characters = text.length <= maxCharacters ? [] : [...text];
  if (characters.length <= maxCharacters) return text;
  if (truncation === 'NONE') {
    const remedy = traits.truncate === undefined ? 'split it' : 'split it, or set the option truncate';
    throw invalidArgument(
      place,
      `has ${characters.length} characters, and this model takes at most ${maxCharacters}: ${remedy}`,
    );
  }
  if (serviceCuts) return text;
  return (
    truncation === 'START' ? characters.slice(-maxCharacters) : characters.slice(0, maxCharacters)
  ).join('');
}

const encoder = new TextEncoder();

/** Positions of the values of each request. */
function inBatches(
  inputs: readonly EmbeddingInput[],
  { maxValuesPerRequest, maxBytesPerRequest = MAX_BODY_BYTES, files }: EmbeddingTraits,
  startIndex: number,
): number[][] {
  const batches: number[][] = [];
  let room = { values: 0, bytes: 0 };
  // Nearly always there is room for far more, and nothing needs to be counted.
  const isLittle = inputs.reduce((sum, input) => sum + mostBytesOf(input), 0) <= maxBytesPerRequest;
  for (const [position, input] of inputs.entries()) {
    const bytes = isLittle ? 0 : sizeOf(input);
    if (bytes > maxBytesPerRequest) {
      throw invalidArgument(
        valueName(startIndex + position),
        `has ${bytes} bytes with its files in base64, and a request takes at most ${maxBytesPerRequest}`,
      );
    }
    const isAlone = files?.alone === true && input.files.length > 0;
    if (isAlone || room.values < 1 || room.bytes < bytes) {
      batches.push([]);
      room = { values: isAlone ? 1 : maxValuesPerRequest, bytes: maxBytesPerRequest };
    }
    batches.at(-1)?.push(position);
    room = { values: room.values - 1, bytes: room.bytes - bytes };
  }
  return batches;
}

function sizeOf({ text, files }: EmbeddingInput): number {
  return encoder.encode(text).length + bytesOf(files);
}

/** A unit of UTF-16 takes at most three bytes. */
function mostBytesOf({ text, files }: EmbeddingInput): number {
  return 3 * text.length + bytesOf(files);
}

function bytesOf(files: readonly EmbeddingFile[]): number {
  return files.reduce((sum, { source }) => sum + ('base64' in source ? source.base64.length : 0), 0);
}
