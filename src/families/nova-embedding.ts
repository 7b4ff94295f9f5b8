import type { JSONObject } from '@ai-sdk/provider';
import type { EmbeddingFile, EmbeddingReply, EmbeddingTraits } from '../codec/invoke/embedding.ts';
import { given, records, vector } from './embedding-bodies.ts';

/**
 * Nova Multimodal Embeddings: a text, an image, a sound or a video a request.
 * @see https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html
 */
export const novaEmbedding: EmbeddingTraits = {
  maxValuesPerRequest: 1,
  text: { maxCharacters: 8192, serviceCuts: true },
  dimensions: [256, 384, 1024, 3072],
  types: ['float'],
  truncate: { words: { NONE: 'NONE', START: 'START', END: 'END' }, default: 'END' },
  takes: ['embeddingPurpose'],
  files: {
    formats: {
      image: ['png', 'jpeg', 'gif', 'webp'],
      audio: ['mp3', 'wav', 'ogg'],
      video: ['mp4', 'mov', 'mkv', 'webm', 'flv', 'mpeg', 'mpg', 'wmv', 'three_gp'],
    },
    max: 1,
    withText: false,
    s3: true,
  },
  toBody: ([input], { embeddingPurpose, dimensions, truncate }) => ({
    taskType: 'SINGLE_EMBEDDING',
    singleEmbeddingParams: {
      embeddingPurpose: embeddingPurpose ?? 'GENERIC_INDEX',
      // The official package's default, and not the service's of 3072: the vectors of those who switch still fit.
      embeddingDimension: dimensions ?? 1024,
      ...(input?.files[0] === undefined
        ? { text: { truncationMode: truncate ?? 'END', value: input?.text ?? '' } }
        : toMedia(input.files[0])),
    },
  }),
  fromReply,
};

function toMedia({ kind, format, source, detailLevel, embeddingMode }: EmbeddingFile): JSONObject {
  const media = {
    format: format === 'three_gp' ? '3gp' : format,
    source: 'base64' in source ? { bytes: source.base64 } : { s3Location: given(source) },
  };
  switch (kind) {
    case 'image':
      return { image: { ...media, ...given({ detailLevel }) } };
    case 'video':
      return { video: { ...media, embeddingMode: embeddingMode ?? 'AUDIO_VIDEO_COMBINED' } };
    default:
      return { [kind]: media };
  }
}

/** Several embeddings are of the one value: the picture and the sound of a video. */
function fromReply({ embeddings }: Readonly<Record<string, unknown>>): EmbeddingReply {
  const all = records(embeddings).flatMap(({ embedding, embeddingType, truncatedCharLength }) => {
    const float = vector(embedding);
    const type = typeof embeddingType === 'string' ? embeddingType : undefined;
    return float === undefined ? [] : [{ float, embeddingType: type, truncatedCharLength }];
  });
  const [first] = all;
  if (first === undefined) return { values: [] };
  const details = {
    ...(all.length > 1 && {
      embeddings: all.map(({ float, embeddingType }) => ({ embedding: float, ...given({ embeddingType }) })),
    }),
    ...(typeof first.truncatedCharLength === 'number' && { truncatedCharLength: first.truncatedCharLength }),
  };
  return {
    values: [
      { byType: { float: first.float }, details: Object.keys(details).length > 0 ? details : undefined },
    ],
  };
}
