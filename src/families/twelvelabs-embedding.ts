import type { JSONObject } from '@ai-sdk/provider';
import type { EmbeddingFile, EmbeddingReply, EmbeddingTraits } from '../codec/invoke/embedding.ts';
import { given, isRecord, records, vector } from './embedding-bodies.ts';

/** TwelveLabs' Marengo. InvokeModel takes its text and images; video and audio need an asynchronous job. */
export function marengoEmbedding(baseModel: string): EmbeddingTraits {
  return baseModel.includes('embed-2-') ? marengo2 : marengo3;
}

const ASYNCHRONOUS = 'Marengo embeds it through an asynchronous job (StartAsyncInvoke) only';

const images: NonNullable<EmbeddingTraits['files']> = {
  formats: { image: ['png', 'jpeg', 'gif', 'webp'] },
  refuses: { video: ASYNCHRONOUS, audio: ASYNCHRONOUS },
  max: 1,
  withText: false,
  s3: true,
  maxBytes: 5 * 1024 * 1024,
};

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-marengo.html */
const marengo2: EmbeddingTraits = {
  maxValuesPerRequest: 1,
  dimensions: [1024],
  types: ['float'],
  truncate: { words: { NONE: 'none', END: 'end' }, default: 'END' },
  takes: [],
  files: images,
  toBody: ([input], { truncate }) =>
    input?.files[0] === undefined
      ? { inputType: 'text', inputText: input?.text ?? '', ...given({ textTruncate: truncate }) }
      : { inputType: 'image', mediaSource: mediaSource(input.files[0]) },
  fromReply,
};

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-marengo-3.html */
const marengo3: EmbeddingTraits = {
  maxValuesPerRequest: 1,
  dimensions: [512],
  types: ['float'],
  takes: [],
  files: { ...images, max: Number.POSITIVE_INFINITY, withText: true },
  toBody: ([input]) => {
    const { text = '', files = [] } = input ?? {};
    const [file, ...others] = files;
    if (file === undefined) return { inputType: 'text', text: { inputText: text } };
    if (others.length > 0) return toMultiInput(text, files);
    return text === ''
      ? { inputType: 'image', image: { mediaSource: mediaSource(file) } }
      : { inputType: 'text_image', text_image: { inputText: text, mediaSource: mediaSource(file) } };
  },
  fromReply,
};

function toMultiInput(text: string, files: readonly EmbeddingFile[]): JSONObject {
  const mediaSources = files.map(file => ({ mediaType: 'image', ...mediaSource(file) }));
  return {
    inputType: 'multi_input',
    multi_input: { ...given({ inputText: text || undefined }), mediaSources },
  };
}

function mediaSource({ source }: EmbeddingFile): JSONObject {
  return 'base64' in source ? { base64String: source.base64 } : { s3Location: given(source) };
}

/** The documentation prints `data` as an object, clients get a list, and some get the embedding alone. */
function fromReply(reply: Readonly<Record<string, unknown>>): EmbeddingReply {
  const { data } = reply;
  const [first] = isRecord(data) ? [data] : records(data);
  const { embedding } = first ?? reply;
  return { values: [{ byType: { float: vector(embedding) } }] };
}
