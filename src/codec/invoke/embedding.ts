/**
 * What is true of a model that embeds, as data and small pure functions: limits, the words it knows, how a
 * request's body is written and how a reply's is read. Checks that hold for every family are not here; they
 * read this data in `embedding-plan.ts`.
 */
import type { JSONObject } from '@ai-sdk/provider';
import type { MediaKind } from '../family.ts';
import type { BedrockEmbeddingModelOptions, BedrockEmbeddingType } from './embedding-options.ts';

/** The longest body of InvokeModel, in bytes. */
export const MAX_BODY_BYTES = 25_000_000;

export interface EmbeddingTraits {
  /** How many values one request takes. */
  readonly maxValuesPerRequest: number;

  /** Bytes of text and base64 that one request takes in all. Default: 25,000,000, the limit of InvokeModel. */
  readonly maxBytesPerRequest?: number;

  /** Longest text in Unicode characters; absent where the service counts tokens only. */
  readonly text?: {
    readonly maxCharacters: number;
    /** Whether the service cuts longer text as it is told to. Where it refuses it, it is cut before. */
    readonly serviceCuts: boolean;
  };

  /** How many numbers an embedding can have. A single entry means that there is no choice. */
  readonly dimensions: readonly number[];

  /** Types the embedding can have. Only `float` means that there is no choice. */
  readonly types: readonly BedrockEmbeddingType[];

  /** Absent: the service cannot be told where to cut text that is too long. */
  readonly truncate?: {
    readonly words: Readonly<Partial<Record<Truncation, string>>>;
    /** What happens when nothing is asked for. */
    readonly default: Truncation;
  };

  /** Which of the plain options the model takes; others are left out with a warning. */
  readonly takes: readonly PlainEmbeddingOption[];

  /** Absent: the model embeds text only. */
  readonly files?: EmbeddingFileTraits;

  /** The body of one request. */
  readonly toBody: (inputs: readonly EmbeddingInput[], settings: EmbeddingSettings) => JSONObject;

  /** Reads a reply; members that are missing or of another type than expected are left undefined. */
  readonly fromReply: (reply: Readonly<Record<string, unknown>>) => EmbeddingReply;
}

/** Where the text is cut: not at all, its beginning or its end. */
export type Truncation = 'NONE' | 'START' | 'END';

/** Options that are passed on as they are. */
export type PlainEmbeddingOption = 'normalize' | 'inputType' | 'embeddingPurpose' | 'maxTokens';

export interface EmbeddingFileTraits {
  /** The formats of each kind; kinds that are missing are an error. */
  readonly formats: Readonly<Partial<Record<MediaKind, readonly string[]>>>;
  /** Why a kind that is missing in `formats` is refused, where there is more to say. */
  readonly refuses?: Readonly<Partial<Record<MediaKind, string>>>;
  /** Files per value. */
  readonly max: number;
  /** Whether a value may have text beside its files. */
  readonly withText: boolean;
  /** Whether `s3://` URLs are understood. */
  readonly s3: boolean;
  /** Bytes of one file, before base64; absent: only the limit of the request. */
  readonly maxBytes?: number;
  /** Whether a value with files goes in a request of its own. */
  readonly alone?: boolean;
}

/** A value and its files. At least one of the two is there. */
export interface EmbeddingInput {
  /** Empty only where there are files. */
  readonly text: string;
  readonly files: readonly EmbeddingFile[];
}

export interface EmbeddingFile {
  readonly kind: MediaKind;
  /** Bedrock's word, e.g. `jpeg`. */
  readonly format: string;
  readonly source:
    | { readonly base64: string }
    | { readonly uri: string; readonly bucketOwner?: string | undefined };
  readonly detailLevel?: 'STANDARD_IMAGE' | 'DOCUMENT_IMAGE' | undefined;
  readonly embeddingMode?: 'AUDIO_VIDEO_COMBINED' | 'AUDIO_VIDEO_SEPARATE' | undefined;
}

/** What the caller asked for, checked against the traits: what the model does not take is not here. */
export interface EmbeddingSettings extends Pick<BedrockEmbeddingModelOptions, PlainEmbeddingOption> {
  readonly dimensions?: number | undefined;
  readonly types?: readonly BedrockEmbeddingType[] | undefined;
  /** The service's own word. */
  readonly truncate?: string | undefined;
}

export type EmbeddingReply =
  | {
      /** One for each value of the request, in order. */
      readonly values: readonly EmbeddedValue[];
      readonly tokens?: number | undefined;
    }
  /** The reason of a failure that came with status 200. */
  | { readonly failure: string };

export interface EmbeddedValue {
  readonly byType: EmbeddingsByType;
  /** What else the service says of the value. */
  readonly details?: JSONObject | undefined;
}

export type EmbeddingsByType = { readonly [type in BedrockEmbeddingType]?: number[] | undefined };
