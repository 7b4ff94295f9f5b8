import type { JSONArray, JSONObject } from '@ai-sdk/provider';
import type {
  EmbeddedValue,
  EmbeddingFile,
  EmbeddingInput,
  EmbeddingReply,
  EmbeddingSettings,
  EmbeddingTraits,
} from '../codec/invoke/embedding.ts';
import type { BedrockEmbeddingType } from '../codec/invoke/embedding-options.ts';
import { base64Of, given, isRecord, vector } from './embedding-bodies.ts';

const TYPES: readonly BedrockEmbeddingType[] = ['float', 'int8', 'uint8', 'binary', 'ubinary'];

/** What the official package sends, too: the vectors of those who switch stay as they are. */
const DEFAULT_INPUT_TYPE = 'search_query';

/** "5 MB" in the documentation; the service takes a binary one. */
const MAX_IMAGE_BYTES = 5 * 1024 * 1024;

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed-v3.html */
export const embedV3: EmbeddingTraits = {
  maxValuesPerRequest: 96,
  // The service refuses longer texts, whatever `truncate` says.
  text: { maxCharacters: 2048, serviceCuts: false },
  dimensions: [1024],
  types: TYPES,
  truncate: { words: { NONE: 'NONE', START: 'START', END: 'END' }, default: 'NONE' },
  takes: ['inputType'],
  files: {
    formats: { image: ['png', 'jpeg'] },
    max: 1,
    withText: false,
    s3: false,
    maxBytes: MAX_IMAGE_BYTES,
    alone: true,
  },
  toBody: (inputs, settings) => {
    const image = inputs[0]?.files[0];
    return image === undefined
      ? {
          input_type: settings.inputType ?? DEFAULT_INPUT_TYPE,
          texts: inputs.map(({ text }) => text),
          ...common(settings),
        }
      : { input_type: 'image', images: [dataUrl(image)], ...common(settings) };
  },
  fromReply,
};

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed-v4.html */
export const embedV4: EmbeddingTraits = {
  maxValuesPerRequest: 96,
  maxBytesPerRequest: 20_000_000,
  dimensions: [256, 512, 1024, 1536],
  types: TYPES,
  truncate: { words: { NONE: 'NONE', START: 'LEFT', END: 'RIGHT' }, default: 'NONE' },
  takes: ['inputType', 'maxTokens'],
  files: {
    formats: { image: ['png', 'jpeg', 'webp', 'gif'] },
    max: Number.POSITIVE_INFINITY,
    withText: true,
    s3: false,
    maxBytes: MAX_IMAGE_BYTES,
  },
  toBody: (inputs, settings) => ({
    input_type: settings.inputType ?? DEFAULT_INPUT_TYPE,
    ...(inputs.some(({ files }) => files.length > 0)
      ? { inputs: inputs.map(toMixedInput) }
      : { texts: inputs.map(({ text }) => text) }),
    ...given({ output_dimension: settings.dimensions, max_tokens: settings.maxTokens }),
    ...common(settings),
    // Without it the shape of the reply is not the one of the documentation.
    embedding_types: [...(settings.types ?? ['float' as const])],
  }),
  fromReply,
};

function common({ truncate, types }: EmbeddingSettings): JSONObject {
  return given({ truncate, embedding_types: types && [...types] });
}

function toMixedInput({ text, files }: EmbeddingInput): { content: JSONArray } {
  const images = files.map(file => ({ type: 'image_url', image_url: { url: dataUrl(file) } }));
  return { content: text === '' ? images : [{ type: 'text', text }, ...images] };
}

function dataUrl(file: EmbeddingFile): string {
  return `data:image/${file.format};base64,${base64Of(file)}`;
}

/** A list of embeddings, or a list for each type. */
function fromReply({ embeddings }: Readonly<Record<string, unknown>>): EmbeddingReply {
  if (!isRecord(embeddings)) return { values: asList(embeddings).map(float => ({ byType: { float } })) };
  const lists = TYPES.map(type => [type, asList(embeddings[type])] as const);
  const count = Math.max(...lists.map(([, list]) => list.length));
  return {
    values: Array.from(
      { length: count },
      (_, index): EmbeddedValue => ({
        byType: Object.fromEntries(lists.map(([type, list]) => [type, list[index]])),
      }),
    ),
  };
}

function asList(embeddings: unknown): (number[] | undefined)[] {
  return Array.isArray(embeddings) ? embeddings.map(vector) : [];
}
