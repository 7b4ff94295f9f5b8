/**
 * What callers can say to an embedding model through `providerOptions.bedrock` (or `amazonBedrock`), and what
 * they get back in `providerMetadata.bedrock`. Which option counts depends on the model: one that it does not
 * take is left out with a warning, and a value that it does not take is an error.
 *
 * These are type aliases and not interfaces, because only those fit into the SDK's `providerOptions`.
 */

import type { JSONObject } from '@ai-sdk/provider';
import { z } from 'zod/v4';
import { jsonObject, strict } from '../provider-options.ts';
import type { BedrockTrafficOptions } from '../traffic-options.ts';

const EMBEDDING_TYPES = ['float', 'int8', 'uint8', 'binary', 'ubinary'] as const;
export type BedrockEmbeddingType = (typeof EMBEDDING_TYPES)[number];

const PURPOSES = [
  'GENERIC_INDEX',
  'GENERIC_RETRIEVAL',
  'TEXT_RETRIEVAL',
  'IMAGE_RETRIEVAL',
  'VIDEO_RETRIEVAL',
  'DOCUMENT_RETRIEVAL',
  'AUDIO_RETRIEVAL',
  'CLASSIFICATION',
  'CLUSTERING',
] as const;

/** Options of one call, e.g. `providerOptions: { bedrock: { inputType: 'search_document' } }`. */
export type BedrockEmbeddingModelOptions = BedrockTrafficOptions & {
  /**
   * How many numbers an embedding has: the same as the SDK's own `dimensions`, which older versions of `ai` do
   * not have. Titan Text v2: 256, 512, 1024. Titan Multimodal: 256, 384, 1024. Cohere v4: 256, 512, 1024, 1536.
   * Nova: 256, 384, 1024, 3072. Other models have no choice.
   * @default the model's own; 1024 for Nova
   */
  dimensions?: number | undefined;

  /** The same as `dimensions`, by Nova's name. */
  embeddingDimension?: number | undefined;

  /** The same as `dimensions`, by Cohere's name. */
  outputDimension?: number | undefined;

  /**
   * Whether embeddings have the length 1. Titan Text v2.
   * @default true
   */
  normalize?: boolean | undefined;

  /**
   * Types to get the embeddings in. Titan Text v2: `float`, `binary` (a 0 or 1 for each dimension). Cohere: all of
   * them; `binary` and `ubinary` hold eight dimensions in a number. The SDK's `embeddings` are of the type
   * `float` where it is among them, else of the first; `providerMetadata.bedrock` has them all.
   * @default ['float']
   */
  embeddingTypes?: BedrockEmbeddingType[] | undefined;

  /**
   * What the embedding is for. Cohere. Use `search_document` for what is searched and `search_query` for what
   * it is searched by. Images get Cohere v3's `image` by themselves.
   * @default 'search_query'
   */
  inputType?: 'search_document' | 'search_query' | 'classification' | 'clustering' | undefined;

  /**
   * What the embedding is for. Nova. Use `GENERIC_INDEX` for what is searched and one of the retrievals for
   * what it is searched by.
   * @default 'GENERIC_INDEX'
   */
  embeddingPurpose?: (typeof PURPOSES)[number] | undefined;

  /**
   * Where text is cut that is longer than the model takes: nowhere (it is an error), its start or its end.
   * `LEFT` is `START` and `RIGHT` is `END`. Cohere and Nova; Marengo 2.7 knows `NONE` and `END`.
   * @default 'END' for Nova and Marengo 2.7, 'NONE' for Cohere
   */
  truncate?: 'NONE' | 'START' | 'END' | 'LEFT' | 'RIGHT' | undefined;

  /** Tokens after which text is cut, at most 128,000. Cohere v4. */
  maxTokens?: number | undefined;

  /**
   * Images and other media: the first entry belongs to the first of `values`, and so on; `null` for values
   * without. A value with files may be an empty text. Where a model takes both, text and files become one
   * embedding (Titan Multimodal, Cohere v4, Marengo 3.0).
   * @example
   * embed({ model, value: '', providerOptions: { bedrock: { files: [{ data: base64 }] } } });
   */
  files?: BedrockEmbeddingFiles[] | undefined;

  /**
   * Further members of the model's own request, e.g. `{ inferenceId: 'a1' }` for Marengo. They win over those
   * that this package derives from the call.
   */
  additionalModelRequestFields?: JSONObject | undefined;
};

/** What goes with one value. */
type BedrockEmbeddingFiles = BedrockEmbeddingFile | BedrockEmbeddingFile[] | null;

export type BedrockEmbeddingFile = {
  /** Base64, a `data:` URL, or an `s3://` URL where the model takes one (Nova, Marengo). */
  data: string;

  /** @default what the `data:` URL, the first bytes or the ending of the `s3://` URL say */
  mediaType?: string | undefined;

  /** Account of the bucket of an `s3://` URL, 12 digits. Marengo asks for it. */
  bucketOwner?: string | undefined;

  /**
   * How closely an image is read. Nova.
   * @default 'STANDARD_IMAGE'
   */
  detailLevel?: 'STANDARD_IMAGE' | 'DOCUMENT_IMAGE' | undefined;

  /**
   * Whether a video gets one embedding for picture and sound or one for each. Nova. The SDK gets the first,
   * `providerMetadata.bedrock` both.
   * @default 'AUDIO_VIDEO_COMBINED'
   */
  embeddingMode?: 'AUDIO_VIDEO_COMBINED' | 'AUDIO_VIDEO_SEPARATE' | undefined;
};

/**
 * `providerMetadata.bedrock` of an embedding call: a member for each value that there is more to say of, e.g.
 * `values[0]`. The index counts all values of `embedMany`, which makes several calls and merges their metadata.
 */
export type BedrockEmbeddingMetadata = {
  [value: `values[${number}]`]: BedrockEmbeddedValueMetadata;
};

export type BedrockEmbeddedValueMetadata = {
  /** In each type of `embeddingTypes`, when that option is set. */
  embeddingsByType?: { [type in BedrockEmbeddingType]?: number[] };
  /** Where the model made several, e.g. of the picture and the sound of a video. */
  embeddings?: { embeddingType?: string; embedding: number[] }[];
  /** Characters that were read before the text was cut (Nova). */
  truncatedCharLength?: number;
};

/** Built on first use: most calls carry no options, and no call should pay for it at import. */
let schema: z.ZodType<BedrockEmbeddingModelOptions> | undefined;

export function embeddingOptionsSchema(): z.ZodType<BedrockEmbeddingModelOptions> {
  schema ??= makeSchema();
  return schema;
}

function makeSchema(): z.ZodType<BedrockEmbeddingModelOptions> {
  const dimensions = z.int().positive().optional();
  const file = strict({
    data: z.string().min(1, { error: 'is empty' }),
    mediaType: z.string().optional(),
    bucketOwner: z
      .string()
      .regex(/^\d{12}$/, { error: 'expected an AWS account id of 12 digits' })
      .optional(),
    detailLevel: z.enum(['STANDARD_IMAGE', 'DOCUMENT_IMAGE']).optional(),
    embeddingMode: z.enum(['AUDIO_VIDEO_COMBINED', 'AUDIO_VIDEO_SEPARATE']).optional(),
  });
  return z.object({
    dimensions,
    embeddingDimension: dimensions,
    outputDimension: dimensions,
    normalize: z.boolean().optional(),
    embeddingTypes: z.array(z.enum(EMBEDDING_TYPES)).min(1, { error: 'is empty' }).optional(),
    inputType: z.enum(['search_document', 'search_query', 'classification', 'clustering']).optional(),
    embeddingPurpose: z.enum(PURPOSES).optional(),
    truncate: z.enum(['NONE', 'START', 'END', 'LEFT', 'RIGHT']).optional(),
    // https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed-v4.html
    maxTokens: z.int().min(1).max(128_000).optional(),
    files: z.array(oneOrMore(file)).optional(),
    additionalModelRequestFields: jsonObject().optional(),
  });
}

/** Unlike a union it says what is wrong inside. */
function oneOrMore(file: z.ZodType<BedrockEmbeddingFile>): z.ZodType<BedrockEmbeddingFiles> {
  const checked = z.unknown().check(({ value, issues }) => {
    const parsed = (Array.isArray(value) ? z.array(file) : file.nullable()).safeParse(value);
    for (const issue of parsed.error?.issues ?? []) {
      issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
    }
  });
  return checked as z.ZodType<BedrockEmbeddingFiles>;
}
