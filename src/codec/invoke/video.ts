/** What a family says of its video models. */
import type { JSONObject, SharedV4Warning } from '@ai-sdk/provider';
import type { Sides } from './image.ts';
import type { BedrockVideoModelOptions } from './video-options.ts';

export interface VideoTraits {
  /** Absent: the model has no seed. */
  readonly seeds?: {
    readonly range: readonly [min: number, max: number];
    /** What the model takes where none is given, so that several videos of one call differ. */
    readonly byDefault: number;
  };
  /**
   * Turns a request into bodies (`modelInput`) for StartAsyncInvoke.
   * @throws InvalidArgumentError naming what is wrong, what it is, and what is allowed
   */
  readonly plan: (request: VideoRequest) => VideoPlan;
  /** The file of the video in the folder of its job, e.g. `output.mp4`. */
  readonly file: string;
  /** Of that file, e.g. `video/mp4`. */
  readonly mediaType: string;
}

/** Checked as far as it can be without knowing the model. */
export interface VideoRequest {
  /** Never empty. */
  readonly prompt: string | undefined;
  readonly aspectRatio: Sides | 'adaptive' | undefined;
  readonly resolution: Sides | undefined;
  /** In seconds. */
  readonly duration: number | undefined;
  readonly fps: number | undefined;
  readonly seed: number | undefined;
  readonly firstFrame: VideoImage | undefined;
  readonly lastFrame: VideoImage | undefined;
  /** Whether there are images or videos to take after. */
  readonly references: boolean;
  readonly generateAudio: boolean | undefined;
  readonly options: VideoFamilyOptions;
  /** Under which name the options were given, for errors and warnings, e.g. `providerOptions.bedrock`. */
  readonly optionsPlace: string;
}

/** The options that are left to the family. */
export type VideoFamilyOptions = Pick<BedrockVideoModelOptions, 'taskType' | 'shots' | 'loop' | 'resolution'>;

export interface VideoImage {
  /** E.g. `png`. */
  readonly format: string;
  readonly source: { readonly base64: string } | { readonly uri: string };
  /** Undefined where the bytes do not tell it, or are in S3. */
  readonly size: Sides | undefined;
  /** Names it in errors, e.g. `image`. */
  readonly place: string;
}

export interface VideoPlan {
  readonly warnings: readonly SharedV4Warning[];
  /** @param call.seed that of the request, moved on for each video before this one */
  readonly body: (call: { readonly seed: number | undefined }) => JSONObject;
  /** How long each video will be, where it is known: videos are paid for by the second. */
  readonly seconds?: number | undefined;
}
