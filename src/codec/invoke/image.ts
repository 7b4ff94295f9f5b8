/** What a family says of its image models. */
import type { JSONObject, SharedV4Warning } from '@ai-sdk/provider';
import type { BedrockImageModelOptions } from './image-options.ts';

export interface ImageTraits {
  /** Whether some call takes images to work from. */
  readonly files: boolean;
  /** Whether some call takes a mask. */
  readonly mask: boolean;
  /** Media types of files and masks. */
  readonly mediaTypes: readonly string[];
  /** Seeds that the model takes; absent: it has none. */
  readonly seeds?: readonly [min: number, max: number] | undefined;
  /**
   * Turns a request into bodies for InvokeModel.
   * @throws InvalidArgumentError naming what is wrong, what it is, and what is allowed
   */
  readonly plan: (request: ImageRequest) => ImagePlan;
  /** Reads a reply; members that are missing or of another type than expected are left out. */
  readonly fromReply: (reply: JSONObject) => ImageReply;
}

/** Checked as far as it can be without knowing the model. */
export interface ImageRequest {
  /** Never empty. */
  readonly prompt: string | undefined;
  readonly size: Sides | undefined;
  readonly aspectRatio: Sides | undefined;
  readonly seed: number | undefined;
  /** Base64. */
  readonly files: readonly string[];
  /** Base64. */
  readonly mask: string | undefined;
  readonly options: Omit<BedrockImageModelOptions, 'additionalModelRequestFields'>;
  /** Under which name the options were given, for errors and warnings, e.g. `providerOptions.bedrock`. */
  readonly optionsPlace: string;
}

/** In pixels, or as a ratio. */
export interface Sides {
  readonly width: number;
  readonly height: number;
}

export interface ImagePlan {
  /** Most images that one call of this request makes; more are made in several calls. */
  readonly imagesPerCall: number;
  readonly warnings: readonly SharedV4Warning[];
  /** @param call.seed that of the request, moved on for each image that calls before this one make */
  readonly body: (call: { readonly n: number; readonly seed: number | undefined }) => JSONObject;
}

export interface ImageReply {
  readonly images: readonly GeneratedImage[];
  readonly failures: readonly ImageFailure[];
}

export interface GeneratedImage {
  readonly base64: string;
  /** What else the model says of the image, e.g. `{ seed: 12 }`. */
  readonly metadata?: JSONObject | undefined;
}

/** Why there are fewer images than were asked for. */
export interface ImageFailure {
  /** In the model's words. */
  readonly reason: string;
  /** Whether a content filter was the cause, so that the same request would fail again. */
  readonly filtered: boolean;
}
