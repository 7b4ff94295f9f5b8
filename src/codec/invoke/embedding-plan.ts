/** From a call to the requests that it takes. What holds for every family is checked here, by its traits. */
import {
  InvalidArgumentError,
  type JSONObject,
  type SharedV4ProviderOptions,
  type SharedV4Warning,
} from '@ai-sdk/provider';
import { optionsKey, parseOptions } from '../provider-options.ts';
import type {
  EmbeddingFile,
  EmbeddingInput,
  EmbeddingSettings,
  EmbeddingTraits,
  PlainEmbeddingOption,
  Truncation,
} from './embedding.ts';
import { checkFileCount, toEmbeddingFile } from './embedding-file.ts';
import {
  type BedrockEmbeddingFile,
  type BedrockEmbeddingModelOptions,
  type BedrockEmbeddingType,
  embeddingOptionsSchema,
} from './embedding-options.ts';

/** The longest body of InvokeModel, in bytes. */
export const MAX_BODY_BYTES = 25_000_000;

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
  const checker = new OptionChecker(traits, `providerOptions.${optionsKey(providerOptions)}`);
  const settings = checker.settings(call.dimensions, options);
  const files = checker.files(options, values.length);
  const truncation = truncationOf(options) ?? traits.truncate?.default ?? 'NONE';
  const inputs = values.map((value, position) => {
    const place = valueName(startIndex + position);
    return toInput(value, files(position, startIndex), { traits, truncation, place });
  });
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
    warnings: checker.warnings,
  };
}

/** How errors and metadata name a value. */
export function valueName(index: number): `values[${number}]` {
  return `values[${index}]`;
}

/* ----------------------------------------------------------------- options */

class OptionChecker {
  readonly warnings: SharedV4Warning[] = [];
  readonly #traits: EmbeddingTraits;
  readonly #place: string;

  constructor(traits: EmbeddingTraits, place: string) {
    this.#traits = traits;
    this.#place = place;
  }

  settings(dimensions: number | undefined, options: BedrockEmbeddingModelOptions): EmbeddingSettings {
    return {
      ...this.#plainOptions(options),
      dimensions: this.#dimensions(dimensions, options),
      types: this.#types(options),
      truncate: this.#truncate(options),
    };
  }

  #plainOptions(options: BedrockEmbeddingModelOptions): Pick<EmbeddingSettings, PlainEmbeddingOption> {
    const { takes } = this.#traits;
    const plain: PlainEmbeddingOption[] = ['normalize', 'inputType', 'embeddingPurpose', 'maxTokens'];
    const given = plain.filter(name => options[name] !== undefined);
    for (const name of given) {
      if (!takes.includes(name)) this.#unsupported(`${this.#place}.${name}`, `The model has no such option.`);
    }
    return Object.fromEntries(given.filter(name => takes.includes(name)).map(name => [name, options[name]]));
  }

  #dimensions(ofCall: number | undefined, options: BedrockEmbeddingModelOptions): number | undefined {
    const given = [
      ['dimensions', ofCall] as const,
      ...(['dimensions', 'embeddingDimension', 'outputDimension'] as const).map(
        name => [`${this.#place}.${name}`, options[name]] as const,
      ),
    ].filter(([, value]) => value !== undefined);
    const [first, ...others] = given;
    if (first === undefined) return undefined;
    const [name, value = 0] = first;
    const other = others.find(([, otherValue]) => otherValue !== value);
    if (other !== undefined) throw invalid(other[0], `${other[1]} contradicts ${name}, which is ${value}`);
    const { dimensions } = this.#traits;
    if (dimensions.includes(value)) return value;
    if (dimensions.length > 1) throw invalid(name, `expected one of ${dimensions.join(', ')}, got ${value}`);
    this.#unsupported(name, `The embeddings of the model always have ${dimensions[0]} dimensions.`);
    return undefined;
  }

  #types({ embeddingTypes }: BedrockEmbeddingModelOptions): readonly BedrockEmbeddingType[] | undefined {
    if (embeddingTypes === undefined) return undefined;
    const { types } = this.#traits;
    const place = `${this.#place}.embeddingTypes`;
    const strange = embeddingTypes.find(type => !types.includes(type));
    if (strange === undefined) return [...new Set(embeddingTypes)];
    if (types.length > 1) throw invalid(place, `expected ${quoted(types)}, got ${quoted([strange])}`);
    this.#unsupported(place, `The embeddings of the model are always of the type ${types[0]}.`);
    return undefined;
  }

  #truncate(options: BedrockEmbeddingModelOptions): string | undefined {
    const asked = truncationOf(options);
    if (asked === undefined) return undefined;
    const { truncate } = this.#traits;
    const place = `${this.#place}.truncate`;
    if (truncate === undefined) {
      this.#unsupported(place, 'The model cannot be told where to cut text.');
      return undefined;
    }
    const word = truncate.words[asked];
    if (word !== undefined) return word;
    throw invalid(place, `expected ${quoted(Object.keys(truncate.words))}, got ${quoted([asked])}`);
  }

  /** The files of one value, by its position. Only when it is asked for does a file have to be right. */
  files(
    { files = [] }: BedrockEmbeddingModelOptions,
    count: number,
  ): (position: number, startIndex: number) => EmbeddingFile[] {
    const place = `${this.#place}.files`;
    const traits = this.#traits.files;
    checkFileCount(files, count, place);
    return (position, startIndex) => {
      const entry = files[position] ?? [];
      const list: readonly BedrockEmbeddingFile[] = Array.isArray(entry) ? entry : [entry];
      const here = `${place}[${startIndex + position}]`;
      if (list.length === 0) return [];
      if (traits === undefined) throw invalid(here, 'this model embeds text only');
      if (list.length > traits.max) {
        throw invalid(here, `this model takes at most ${traits.max} for a value, got ${list.length}`);
      }
      return list.map((file, index) =>
        toEmbeddingFile(file, traits, Array.isArray(entry) ? `${here}[${index}]` : here),
      );
    };
  }

  #unsupported(feature: string, details: string): void {
    this.warnings.push({ type: 'unsupported', feature, details });
  }
}

/** Cohere v4 says LEFT and RIGHT where others say START and END. */
function truncationOf({ truncate }: BedrockEmbeddingModelOptions): Truncation | undefined {
  switch (truncate) {
    case 'LEFT':
      return 'START';
    case 'RIGHT':
      return 'END';
    default:
      return truncate;
  }
}

/* ------------------------------------------------------------------ values */

function toInput(
  text: string,
  files: EmbeddingFile[],
  { traits, truncation, place }: { traits: EmbeddingTraits; truncation: Truncation; place: string },
): EmbeddingInput {
  if (typeof text !== 'string')
    throw invalid(place, `expected a string, got ${text === null ? 'null' : typeof text}`);
  if (text.trim() === '') {
    if (files.length > 0) return { text: '', files };
    throw invalid(place, 'is blank; an embedding needs text, or a file in providerOptions.bedrock.files');
  }
  if (files.length > 0 && traits.files?.withText === false) {
    throw invalid(place, 'has text and a file; this model embeds one or the other, so make the text empty');
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
    throw invalid(
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
  for (const [position, input] of inputs.entries()) {
    const bytes = sizeOf(input);
    if (bytes > maxBytesPerRequest) {
      throw invalid(
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
  const ofFiles = files.map(({ source }) => ('base64' in source ? source.base64.length : 0));
  return ofFiles.reduce((sum, size) => sum + size, encoder.encode(text).length);
}

/* ------------------------------------------------------------------ errors */

function quoted(words: readonly string[]): string {
  return words.map(word => JSON.stringify(word)).join(', ');
}

function invalid(argument: string, problem: string): InvalidArgumentError {
  return new InvalidArgumentError({ argument, message: `${argument}: ${problem}.` });
}
