/**
 * What callers can say to a video model through `providerOptions.bedrock` (or `amazonBedrock`). What one model takes
 * and another does not is left out with a warning, and a value that it does not take is an error.
 */
import type { JSONObject, SharedV4ProviderOptions } from '@ai-sdk/provider';
import { z } from 'zod/v4';
import { jsonObject, parseOptions, strict } from '../provider-options.ts';
import type { BedrockTrafficOptions } from '../traffic-options.ts';
import { type BedrockOutputLocation, outputLocationSchema } from './output-location.ts';

export const VIDEO_TASKS = ['TEXT_VIDEO', 'MULTI_SHOT_AUTOMATED', 'MULTI_SHOT_MANUAL'] as const;
export type VideoTask = (typeof VIDEO_TASKS)[number];

export const VIDEO_OUTPUTS = ['bytes', 'url', 's3'] as const;
/**
 * - `bytes`: the video is read from S3, with the identity of the other calls.
 * - `url`: an `https` URL that carries a signature. The AI SDK's `generateVideo` downloads it.
 * - `s3`: the video stays where it is; its `s3://` URI is in the metadata.
 */
export type VideoOutput = (typeof VIDEO_OUTPUTS)[number];

/** How long a URL with a signature may last. */
export const MAX_URL_SECONDS = 604_800;

/** A type alias, because only those fit into the SDK's `providerOptions`. */
export type BedrockVideoModelOptions = Pick<BedrockTrafficOptions, 'requestMetadata'> & {
  /* ---------------------------------------------------------- any model */

  /**
   * Where the video is written; replaces the provider's setting of the same name as a whole.
   * @example
   * { outputLocation: { s3Uri: 's3://my-bucket/videos/' } }
   */
  outputLocation?: BedrockOutputLocation | undefined;

  /** How the video is handed out. API keys can only have `s3`, because S3 takes none. @default 'bytes' */
  output?: VideoOutput | undefined;

  /**
   * Seconds that the URL of `output: 'url'` lasts: 1 to 604800. It ends earlier with temporary keys that do.
   * @default 3600
   */
  urlExpiresIn?: number | undefined;

  /**
   * Starts only one job however often it is sent, for as long as AWS remembers it. Of several videos, the second has
   * `-2` behind it, and so on.
   * @default the `idempotency-key` header, which the AI SDK gives each start, else a random one
   */
  clientRequestToken?: string | undefined;

  /** Tags of the job, at most 200. */
  tags?: Record<string, string> | undefined;

  /** Further members of the model's own request, as they are. They win over those made from the call. */
  additionalModelRequestFields?: JSONObject | undefined;

  /* ---------------------------------------------------------- Nova Reel */

  /**
   * What is made: one shot of six seconds, several shots that the model derives from the prompt, or the `shots`.
   * @default `MULTI_SHOT_MANUAL` with `shots`, `MULTI_SHOT_AUTOMATED` with a duration above 6, else `TEXT_VIDEO`
   */
  taskType?: VideoTask | undefined;

  /** The shots of `MULTI_SHOT_MANUAL`, six seconds each, at most 20. They take the place of the prompt. */
  shots?:
    | {
        /** 1 to 512 characters. */
        text: string;
        /** PNG or JPEG of 1280x720 with which the shot begins: base64, a `data:` URL or an `s3://` URL. */
        image?: string | undefined;
      }[]
    | undefined;

  /* ----------------------------------------------------------- Luma Ray */

  /** Whether the video's end leads to its beginning. @default false */
  loop?: boolean | undefined;

  /** Where the AI SDK's `resolution` does not say it: how many lines the shorter side has. */
  resolution?: '540p' | '720p' | undefined;
};

/** `providerMetadata.bedrock` of a video model. */
export type BedrockVideoModelMetadata = {
  /** ARNs of the jobs, once they are started. */
  invocationArns?: string[];
  /** How long each video will be, where it is known. */
  seconds?: number;
  /** In the order of the videos, once they are made. */
  videos?: BedrockVideoMetadata[];
};

export type BedrockVideoMetadata = {
  invocationArn: string;
  /** Where the video is. Files beside it, e.g. the single shots, are in the same folder. */
  s3Uri: string;
};

/** @throws InvalidArgumentError naming the option and the values it takes */
export function readVideoOptions(
  providerOptions: SharedV4ProviderOptions | undefined,
): BedrockVideoModelOptions {
  return parseOptions(videoOptionsSchema, providerOptions) ?? {};
}

/** Built on first use: no call should pay for it at import. */
let schema: z.ZodType<BedrockVideoModelOptions> | undefined;

function videoOptionsSchema(): z.ZodType<BedrockVideoModelOptions> {
  schema ??= z.object({
    outputLocation: outputLocationSchema().optional(),
    output: z.enum(VIDEO_OUTPUTS).optional(),
    urlExpiresIn: urlSeconds().optional(),
    clientRequestToken: requestToken().optional(),
    tags: jobTags().optional(),
    additionalModelRequestFields: jsonObject().optional(),
    taskType: z.enum(VIDEO_TASKS).optional(),
    shots: z.array(strict({ text: z.string(), image: z.string().optional() })).optional(),
    loop: z.boolean().optional(),
    resolution: z.enum(['540p', '720p']).optional(),
  });
  return schema;
}

export function urlSeconds(): z.ZodType<number> {
  const error = `expected whole seconds from 1 to ${MAX_URL_SECONDS}`;
  return z.int({ error }).min(1, { error }).max(MAX_URL_SECONDS, { error });
}

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_StartAsyncInvoke.html */
export const MAX_TOKEN_LENGTH = 256;

export function requestToken(): z.ZodType<string> {
  const error = `expected 1 to ${MAX_TOKEN_LENGTH} visible ASCII characters`;
  return z
    .string({ error })
    .regex(/^[!-~]+$/, { error })
    .max(MAX_TOKEN_LENGTH, { error });
}

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Tag.html */
export function jobTags(): z.ZodType<Record<string, string>> {
  const characters = /^[a-zA-Z0-9\s._:/=+@-]*$/;
  const error = 'has characters that a tag cannot have';
  return z
    .record(
      z
        .string()
        .min(1, { error: 'is empty' })
        .max(128, { error: 'is too long' })
        .regex(characters, { error }),
      z.string().max(256, { error: 'expected at most 256 characters' }).regex(characters, { error }),
    )
    .refine(tags => Object.keys(tags).length <= 200, { error: 'expected at most 200 tags' });
}
