import type { EmbeddingReply, EmbeddingTraits } from '../codec/invoke/embedding.ts';
import { base64Of, given, isRecord, vector } from './embedding-bodies.ts';

/** Titan's embedding models: text v1 and v2, and text with an image. One value a request. */
export function titanEmbedding(baseModel: string): EmbeddingTraits {
  if (baseModel.includes('embed-image')) return multimodal;
  // `amazon.titan-embed-g1-text-02` is of the first generation, too.
  return /embed-text-v1|embed-g1/.test(baseModel) ? textV1 : textV2;
}

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html */
const textV1: EmbeddingTraits = {
  maxValuesPerRequest: 1,
  dimensions: [1536],
  types: ['float'],
  takes: [],
  toBody: ([input]) => ({ inputText: input?.text ?? '' }),
  fromReply,
};

const textV2: EmbeddingTraits = {
  ...textV1,
  text: { maxCharacters: 50_000, serviceCuts: false },
  dimensions: [256, 512, 1024],
  types: ['float', 'binary'],
  takes: ['normalize'],
  toBody: ([input], { dimensions, normalize, types }) => ({
    inputText: input?.text ?? '',
    ...given({ dimensions, normalize, embeddingTypes: types && [...types] }),
  }),
};

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-mm.html */
const multimodal: EmbeddingTraits = {
  ...textV1,
  dimensions: [256, 384, 1024],
  files: { formats: { image: ['png', 'jpeg'] }, max: 1, withText: true, s3: false },
  toBody: ([input], { dimensions }) => ({
    ...given({ inputText: input?.text || undefined, inputImage: base64Of(input?.files[0]) }),
    ...(dimensions !== undefined && { embeddingConfig: { outputEmbeddingLength: dimensions } }),
  }),
};

/** `embedding` is missing when only `binary` was asked for. A `message` is an error. */
function fromReply(reply: Readonly<Record<string, unknown>>): EmbeddingReply {
  const { embedding, embeddingsByType, inputTextTokenCount: tokens, message } = reply;
  if (typeof message === 'string' && message !== '') return { failure: message };
  const { float, binary } = isRecord(embeddingsByType) ? embeddingsByType : {};
  return {
    values: [{ byType: { float: vector(float) ?? vector(embedding), binary: vector(binary) } }],
    tokens: typeof tokens === 'number' ? tokens : undefined,
  };
}
