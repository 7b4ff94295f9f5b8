/** Titan, Cohere, Nova and Marengo embeddings. */
import type { JSONObject } from '@ai-sdk/provider';
import { validationError } from '../aws-error.ts';
import { idFrom } from '../hash.ts';
import {
  blob,
  boolean,
  document,
  enumeration,
  integer,
  list,
  type StructureShape,
  string,
  structure,
} from '../validation/shape.ts';
import { type LocalModel, type LocalModelReply, mayBe } from './local-model.ts';
import { average, fileVector, normalized, packed, textVector, toBits, toFloats, toInt8 } from './vectors.ts';

type Vector = Float64Array<ArrayBuffer>;

/** Four characters a token, as everywhere in the local Bedrock. */
const tokensOf = (texts: readonly string[]) =>
  texts.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0);

/** What AWS says of a number that its JSON schema does not list. */
function checkChoice(place: string, value: number | undefined, choices: readonly number[]): void {
  if (value === undefined || choices.includes(value)) return;
  throw malformed(`${place}: ${value} is not a valid enum value`);
}

/** Counts characters, as AWS does, and not UTF-16 units, as shapes do. */
function checkLength(place: string, text: string, max: number): void {
  const actual = [...text].length;
  if (actual > max) throw malformed(`${place}: expected maxLength: ${max}, actual: ${actual}`);
}

function malformed(problem: string) {
  return validationError(`Malformed input request: #${problem}, please reformat your input and try again.`);
}

/* ------------------------------------------------------------------- Titan */

interface TitanText extends JSONObject {
  inputText: string;
  dimensions?: number;
  normalize?: boolean;
  embeddingTypes?: string[];
}

const titanV1Shape = structure({ inputText: string({ min: 1 }) }, ['inputText']);
const titanV2Shape = structure(
  {
    inputText: string({ min: 1 }),
    dimensions: integer(),
    normalize: boolean,
    embeddingTypes: list(enumeration(['float', 'binary']), { min: 1 }),
  },
  ['inputText'],
);

const titanText: LocalModel = {
  claims: (modelId, { inputText, inputType, textGenerationConfig }) =>
    /titan-embed-(?!image)/.test(modelId) ||
    (mayBe(modelId, /titan-embed-(?!image)/) &&
      inputText !== undefined &&
      inputType === undefined &&
      textGenerationConfig === undefined),
  shape: modelId => (isTitanV1(modelId) ? titanV1Shape : titanV2Shape),
  answer: (body, modelId) => {
    const { inputText, dimensions, normalize = true, embeddingTypes = ['float'] } = body as TitanText;
    const inputTokens = tokensOf([inputText]);
    if (isTitanV1(modelId)) {
      const embedding = toFloats(normalized(textVector(inputText, 1536)));
      return { body: { embedding, inputTextTokenCount: inputTokens }, inputTokens };
    }
    checkLength('/inputText', inputText, 50_000);
    checkChoice('/dimensions', dimensions, [256, 512, 1024]);
    const raw = textVector(inputText, dimensions ?? 1024);
    const vector = normalize ? normalized(raw) : raw;
    const byType: JSONObject = {
      ...(embeddingTypes.includes('binary') && { binary: toBits(vector) }),
      ...(embeddingTypes.includes('float') && { float: toFloats(vector) }),
    };
    const { float } = byType;
    return {
      body: {
        ...(float !== undefined && { embedding: float }),
        embeddingsByType: byType,
        inputTextTokenCount: inputTokens,
      },
      inputTokens,
    };
  },
};

function isTitanV1(modelId: string): boolean {
  return /titan-embed-(?:text-v1|g1)/.test(modelId);
}

interface TitanMultimodal extends JSONObject {
  inputText?: string;
  inputImage?: string;
  embeddingConfig?: { outputEmbeddingLength?: number };
}

const titanMultimodalShape = structure({
  inputText: string({ min: 1 }),
  inputImage: blob({ min: 1 }),
  embeddingConfig: structure({ outputEmbeddingLength: integer() }),
});

const titanMultimodal: LocalModel = {
  claims: (modelId, { inputImage, embeddingConfig }) =>
    /titan-embed-image/.test(modelId) ||
    (mayBe(modelId, /titan-embed-image/) && (inputImage !== undefined || embeddingConfig !== undefined)),
  shape: () => titanMultimodalShape,
  answer: body => {
    const { inputText, inputImage, embeddingConfig } = body as TitanMultimodal;
    const dimensions = embeddingConfig?.outputEmbeddingLength ?? 1024;
    checkChoice('/embeddingConfig/outputEmbeddingLength', dimensions, [256, 384, 1024]);
    if (inputText === undefined && inputImage === undefined) {
      throw malformed(': required key [inputText] not found');
    }
    const inputTokens = tokensOf([inputText ?? '']);
    const vector = mixed([inputText], [inputImage], dimensions);
    return {
      body: { embedding: toFloats(vector), inputTextTokenCount: inputTokens, message: null },
      inputTokens,
    };
  },
};

/** One embedding of all the texts and files that are there. */
function mixed(
  texts: readonly (string | undefined)[],
  files: readonly (string | undefined)[],
  dimensions: number,
): Vector {
  const vectors = [
    ...texts.flatMap(text => (text ? [textVector(text, dimensions)] : [])),
    ...files.flatMap(file => (file ? [fileVector(file, dimensions)] : [])),
  ];
  return normalized(average(vectors, dimensions));
}

/* ------------------------------------------------------------------ Cohere */

interface CohereEmbed extends JSONObject {
  texts?: string[];
  images?: string[];
  inputs?: { content: { type: string; text?: string; image_url?: { url: string } }[] }[];
  embedding_types?: string[];
  output_dimension?: number;
}

const cohereTypes = list(enumeration(['float', 'int8', 'uint8', 'binary', 'ubinary']), { min: 1 });
const cohereV3Shape = structure(
  {
    texts: list(string({ min: 1 }), { min: 1, max: 96 }),
    images: list(string({ min: 1 }), { min: 1, max: 1 }),
    input_type: enumeration(['search_document', 'search_query', 'classification', 'clustering', 'image']),
    truncate: enumeration(['NONE', 'START', 'END']),
    embedding_types: cohereTypes,
  },
  ['input_type'],
);
const cohereV4Shape = structure(
  {
    texts: list(string({ min: 1 }), { min: 1, max: 96 }),
    images: list(string({ min: 1 }), { min: 1, max: 96 }),
    inputs: list(
      structure(
        {
          content: list(
            structure(
              {
                type: enumeration(['text', 'image_url']),
                text: string({ min: 1 }),
                image_url: structure({ url: string({ min: 1 }) }, ['url']),
              },
              ['type'],
            ),
            { min: 1 },
          ),
        },
        ['content'],
      ),
      { min: 1, max: 96 },
    ),
    input_type: enumeration(['search_document', 'search_query', 'classification', 'clustering', 'image']),
    truncate: enumeration(['NONE', 'LEFT', 'RIGHT']),
    max_tokens: integer({ min: 1, max: 128_000 }),
    output_dimension: integer(),
    embedding_types: cohereTypes,
  },
  ['input_type'],
);

const cohere: LocalModel = {
  claims: (modelId, { input_type }) =>
    /cohere\.embed/.test(modelId) || (mayBe(modelId, /cohere\.embed/) && input_type !== undefined),
  shape: modelId => (isCohereV3(modelId) ? cohereV3Shape : cohereV4Shape),
  answer: (body, modelId) => {
    const request = body as CohereEmbed;
    const { texts, images, inputs, embedding_types, output_dimension } = request;
    if ([texts, images, inputs].filter(given => given !== undefined).length !== 1) {
      throw validationError('valid one of: texts, images or inputs must be provided');
    }
    if (isCohereV3(modelId)) {
      for (const [index, text] of (texts ?? []).entries()) checkLength(`/texts/${index}`, text, 2048);
    }
    checkChoice('/output_dimension', output_dimension, [256, 512, 1024, 1536]);
    const dimensions = isCohereV3(modelId) ? 1024 : (output_dimension ?? 1536);
    const vectors = cohereVectors(request, dimensions);
    const flat = isCohereV3(modelId) && embedding_types === undefined;
    return {
      body: {
        id: idFrom(JSON.stringify(body), 36),
        response_type: flat ? 'embeddings_floats' : 'embeddings_by_type',
        embeddings: flat ? vectors.map(toFloats) : byCohereType(vectors, embedding_types ?? ['float']),
        // The English model tells texts in lower case.
        texts: (texts ?? []).map(text => (modelId.includes('embed-english') ? text.toLowerCase() : text)),
      },
      inputTokens: tokensOf(
        texts ?? inputs?.flatMap(({ content }) => content.map(({ text }) => text ?? '')) ?? [],
      ),
    };
  },
};

function isCohereV3(modelId: string): boolean {
  return /embed-[a-z]+-v3/.test(modelId);
}

function cohereVectors({ texts, images, inputs }: CohereEmbed, dimensions: number): Vector[] {
  if (texts !== undefined) return texts.map(text => normalized(textVector(text, dimensions)));
  if (images !== undefined) return images.map(url => mixed([], [base64In(url)], dimensions));
  return (inputs ?? []).map(({ content }) =>
    mixed(
      content.map(({ text }) => text),
      content.map(({ image_url }) => image_url && base64In(image_url.url)),
      dimensions,
    ),
  );
}

function base64In(url: string): string {
  const [, base64] = /^data:image\/(?:png|jpeg|webp|gif);base64,([A-Za-z0-9+/]+=*)$/.exec(url) ?? [];
  if (base64 === undefined) throw validationError('image must be a valid data URI of base64');
  return base64;
}

function byCohereType(vectors: readonly Vector[], types: readonly string[]): JSONObject {
  const convert: Readonly<Record<string, (vector: Vector) => number[]>> = {
    float: toFloats,
    int8: toInt8,
    uint8: vector => toInt8(vector).map(value => value + 128),
    binary: vector => packed(toBits(vector)).map(byte => byte - 128),
    ubinary: vector => packed(toBits(vector)),
  };
  return Object.fromEntries(types.map(type => [type, vectors.map(convert[type] ?? toFloats)]));
}

/* -------------------------------------------------------------------- Nova */

interface NovaEmbed extends JSONObject {
  taskType: string;
  singleEmbeddingParams: {
    embeddingDimension?: number;
    text?: { value?: string; truncationMode: string };
    image?: NovaMedia;
    audio?: NovaMedia;
    video?: NovaMedia & { embeddingMode: string };
  };
}

interface NovaMedia extends JSONObject {
  source: { bytes?: string; s3Location?: { uri: string } };
}

const novaSource = structure({
  bytes: blob({ min: 1 }),
  s3Location: structure({ uri: string({ min: 1 }, 's3://.+'), bucketOwner: string({}, '[0-9]{12}') }, [
    'uri',
  ]),
});
const novaMedia = (formats: readonly string[], members: StructureShape['members'], required: string[] = []) =>
  structure({ format: enumeration(formats), source: novaSource, ...members }, [
    'format',
    'source',
    ...required,
  ]);

const novaShape = structure(
  {
    schemaVersion: enumeration(['nova-multimodal-embed-v1']),
    taskType: enumeration(['SINGLE_EMBEDDING']),
    singleEmbeddingParams: structure(
      {
        embeddingPurpose: enumeration([
          'GENERIC_INDEX',
          'GENERIC_RETRIEVAL',
          'TEXT_RETRIEVAL',
          'IMAGE_RETRIEVAL',
          'VIDEO_RETRIEVAL',
          'DOCUMENT_RETRIEVAL',
          'AUDIO_RETRIEVAL',
          'CLASSIFICATION',
          'CLUSTERING',
        ]),
        embeddingDimension: integer(),
        text: structure(
          {
            truncationMode: enumeration(['START', 'END', 'NONE']),
            value: string({ min: 1 }),
            source: novaSource,
          },
          ['truncationMode'],
        ),
        image: novaMedia(['png', 'jpeg', 'gif', 'webp'], {
          detailLevel: enumeration(['STANDARD_IMAGE', 'DOCUMENT_IMAGE']),
        }),
        audio: novaMedia(['mp3', 'wav', 'ogg'], {}),
        video: novaMedia(
          ['mp4', 'mov', 'mkv', 'webm', 'flv', 'mpeg', 'mpg', 'wmv', '3gp'],
          { embeddingMode: enumeration(['AUDIO_VIDEO_COMBINED', 'AUDIO_VIDEO_SEPARATE']) },
          ['embeddingMode'],
        ),
      },
      ['embeddingPurpose'],
    ),
  },
  ['taskType', 'singleEmbeddingParams'],
);

/** Longer texts are cut. */
const NOVA_CHARACTERS = 8192;

const nova: LocalModel = {
  claims: (modelId, { taskType }) =>
    /nova-.*embed/.test(modelId) || (mayBe(modelId, /nova-.*embed/) && taskType === 'SINGLE_EMBEDDING'),
  shape: () => novaShape,
  answer: body => {
    const { embeddingDimension = 3072, ...params } = (body as NovaEmbed).singleEmbeddingParams;
    checkChoice('/singleEmbeddingParams/embeddingDimension', embeddingDimension, [256, 384, 1024, 3072]);
    const { text, image, audio, video } = params;
    const medium = image ?? audio ?? video;
    if ([text, image, audio, video].filter(given => given !== undefined).length !== 1) {
      throw validationError('Exactly one of text, image, audio or video must be provided.');
    }
    if (text !== undefined) return novaText(text, embeddingDimension);
    const { bytes, s3Location } = medium?.source ?? {};
    const of = (part: string) =>
      toFloats(mixed([], [`${bytes ?? s3Location?.uri}${part}`], embeddingDimension));
    const types =
      video?.embeddingMode === 'AUDIO_VIDEO_SEPARATE'
        ? ['VIDEO', 'AUDIO']
        : [image ? 'IMAGE' : audio ? 'AUDIO' : 'AUDIO_VIDEO_COMBINED'];
    const embeddings = types.map(type => ({
      embeddingType: type,
      embedding: of(types.length > 1 ? type : ''),
    }));
    return { body: { embeddings }, inputTokens: 0 };
  },
};

function novaText(
  { value = '', truncationMode }: NonNullable<NovaEmbed['singleEmbeddingParams']['text']>,
  dimensions: number,
): LocalModelReply {
  const isLong = value.length > NOVA_CHARACTERS;
  if (value === '') throw validationError('The local Bedrock reads no text from S3: give it in value.');
  if (isLong && truncationMode === 'NONE') {
    throw validationError(`The text has more than ${NOVA_CHARACTERS} characters.`);
  }
  const read = truncationMode === 'START' ? value.slice(-NOVA_CHARACTERS) : value.slice(0, NOVA_CHARACTERS);
  const embedding = toFloats(mixed([read], [], dimensions));
  return {
    body: {
      embeddings: [
        { embeddingType: 'TEXT', embedding, ...(isLong && { truncatedCharLength: NOVA_CHARACTERS }) },
      ],
    },
    inputTokens: tokensOf([read]),
  };
}

/* ----------------------------------------------------------------- Marengo */

interface MarengoSource extends JSONObject {
  base64String?: string;
  s3Location?: { uri: string };
}

interface MarengoEmbed extends JSONObject {
  inputType: string;
  inputText?: string;
  mediaSource?: MarengoSource;
}

const marengoSource = structure({
  base64String: blob({ min: 1 }),
  s3Location: structure({ uri: string({ min: 1 }, 's3://.+'), bucketOwner: string({}, '[0-9]{12}') }, [
    'uri',
  ]),
});

const marengo2Shape = structure(
  {
    inputType: enumeration(['text', 'image']),
    inputText: string({ min: 1 }),
    textTruncate: enumeration(['end', 'none']),
    mediaSource: marengoSource,
  },
  ['inputType'],
);

const marengo3Shape = structure(
  {
    inputType: enumeration(['text', 'image', 'text_image', 'multi_input']),
    text: structure({ inputText: string({ min: 1 }) }, ['inputText']),
    image: structure({ mediaSource: marengoSource }, ['mediaSource']),
    text_image: structure({ inputText: string({ min: 1 }), mediaSource: marengoSource }, [
      'inputText',
      'mediaSource',
    ]),
    multi_input: structure(
      {
        inputText: string({ min: 1 }),
        mediaSources: list(
          structure({ ...marengoSource.members, name: string(), mediaType: enumeration(['image']) }, [
            'mediaType',
          ]),
          { min: 1 },
        ),
      },
      ['mediaSources'],
    ),
    inferenceId: document,
  },
  ['inputType'],
);

const marengo: LocalModel = {
  claims: (modelId, { inputType }) =>
    /marengo-embed/.test(modelId) || (mayBe(modelId, /marengo-embed/) && inputType !== undefined),
  shape: (modelId, body) => (isMarengo2(modelId, body) ? marengo2Shape : marengo3Shape),
  answer: (body, modelId) => {
    const { inputType } = body as MarengoEmbed;
    const isOld = isMarengo2(modelId, body);
    const input = isOld ? body : (body[inputType] as JSONObject | undefined);
    const {
      inputText,
      mediaSource,
      mediaSources = [],
    } = (input ?? {}) as MarengoEmbed & {
      mediaSources?: MarengoSource[];
    };
    const files = [mediaSource, ...mediaSources].map(
      source => source?.base64String ?? source?.s3Location?.uri,
    );
    if (inputText === undefined && files.every(file => file === undefined)) {
      throw validationError(`The request has no input of the type ${inputType}.`);
    }
    const embedding = toFloats(mixed([inputText], files, isOld ? 1024 : 512));
    return { body: { data: [{ embedding }] }, inputTokens: tokensOf([inputText ?? '']) };
  },
};

function isMarengo2(modelId: string, { inputText, mediaSource }: JSONObject): boolean {
  return /embed-2-/.test(modelId) || (modelId.startsWith('arn:') && (inputText ?? mediaSource) !== undefined);
}

export const embeddingModels: readonly LocalModel[] = [titanText, titanMultimodal, cohere, nova, marengo];
