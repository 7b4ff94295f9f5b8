/** From the options of a call to what the model takes of them. */
import type { SharedV4Warning } from '@ai-sdk/provider';
import { invalidArgument, quoted } from '../provider-options.ts';
import type { EmbeddingSettings, EmbeddingTraits, PlainEmbeddingOption, Truncation } from './embedding.ts';
import type { BedrockEmbeddingModelOptions, BedrockEmbeddingType } from './embedding-options.ts';

/**
 * Leaves out with a warning what the model does not have.
 * @param dimensions the AI SDK's own setting
 * @param place names the options, for errors and warnings, e.g. `providerOptions.bedrock`
 * @throws InvalidArgumentError for values that the model does not take
 */
export function toEmbeddingSettings(
  dimensions: number | undefined,
  options: BedrockEmbeddingModelOptions,
  { traits, place }: { traits: EmbeddingTraits; place: string },
): { settings: EmbeddingSettings; warnings: SharedV4Warning[] } {
  const reader = new SettingsReader(traits, place);
  return { settings: reader.read(dimensions, options), warnings: reader.warnings };
}

class SettingsReader {
  readonly warnings: SharedV4Warning[] = [];
  readonly #traits: EmbeddingTraits;
  readonly #place: string;

  constructor(traits: EmbeddingTraits, place: string) {
    this.#traits = traits;
    this.#place = place;
  }

  read(dimensions: number | undefined, options: BedrockEmbeddingModelOptions): EmbeddingSettings {
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
      if (!takes.includes(name)) this.#unsupported(`${this.#place}.${name}`, 'The model has no such option.');
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
    if (other !== undefined)
      throw invalidArgument(other[0], `${other[1]} contradicts ${name}, which is ${value}`);
    const { dimensions } = this.#traits;
    if (dimensions.includes(value)) return value;
    if (dimensions.length > 1)
      throw invalidArgument(name, `expected one of ${dimensions.join(', ')}, got ${value}`);
    this.#unsupported(name, `The embeddings of the model always have ${dimensions[0]} dimensions.`);
    return undefined;
  }

  #types({ embeddingTypes }: BedrockEmbeddingModelOptions): readonly BedrockEmbeddingType[] | undefined {
    if (embeddingTypes === undefined) return undefined;
    const { types } = this.#traits;
    const place = `${this.#place}.embeddingTypes`;
    const strange = embeddingTypes.find(type => !types.includes(type));
    if (strange === undefined) return [...new Set(embeddingTypes)];
    if (types.length > 1) throw invalidArgument(place, `expected ${quoted(types)}, got ${quoted([strange])}`);
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
    throw invalidArgument(place, `expected ${quoted(Object.keys(truncate.words))}, got ${quoted([asked])}`);
  }

  #unsupported(feature: string, details: string): void {
    this.warnings.push({ type: 'unsupported', feature, details });
  }
}

/** Cohere v4 says LEFT and RIGHT where others say START and END. */
export function truncationOf({ truncate }: BedrockEmbeddingModelOptions): Truncation | undefined {
  switch (truncate) {
    case 'LEFT':
      return 'START';
    case 'RIGHT':
      return 'END';
    default:
      return truncate;
  }
}
