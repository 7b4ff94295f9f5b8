/**
 * What callers can say to an image model through `providerOptions.bedrock` (or `amazonBedrock`). The names are
 * AWS's, in camel case. Which option counts depends on the model and its task: one that it does not take is left
 * out with a warning, and a value that it does not take is an error.
 */

import type { JSONObject, SharedV4ProviderOptions } from '@ai-sdk/provider';
import { z } from 'zod/v4';
import type { ServedBy } from '../converse/request-facts.ts';
import { jsonObject, parseOptions, strict } from '../provider-options.ts';
import type { BedrockTrafficOptions } from '../traffic-options.ts';

export const IMAGE_TASKS = [
  'TEXT_IMAGE',
  'COLOR_GUIDED_GENERATION',
  'IMAGE_VARIATION',
  'INPAINTING',
  'OUTPAINTING',
  'BACKGROUND_REMOVAL',
  'VIRTUAL_TRY_ON',
] as const;
export type ImageTask = (typeof IMAGE_TASKS)[number];

const STYLES = [
  '3D_ANIMATED_FAMILY_FILM',
  'DESIGN_SKETCH',
  'FLAT_VECTOR_ILLUSTRATION',
  'GRAPHIC_NOVEL_ILLUSTRATION',
  'MAXIMALISM',
  'MIDCENTURY_RETRO',
  'PHOTOREALISM',
  'SOFT_DIGITAL_PAINTING',
] as const;

const STYLE_PRESETS = [
  '3d-model',
  'analog-film',
  'anime',
  'cinematic',
  'comic-book',
  'digital-art',
  'enhance',
  'fantasy-art',
  'isometric',
  'line-art',
  'low-poly',
  'modeling-compound',
  'neon-punk',
  'origami',
  'photographic',
  'pixel-art',
  'tile-texture',
] as const;

const GARMENT_CLASSES = [
  'UPPER_BODY',
  'LOWER_BODY',
  'FULL_BODY',
  'FOOTWEAR',
  'LONG_SLEEVE_SHIRT',
  'SHORT_SLEEVE_SHIRT',
  'NO_SLEEVE_SHIRT',
  'OTHER_UPPER_BODY',
  'LONG_PANTS',
  'SHORT_PANTS',
  'OTHER_LOWER_BODY',
  'LONG_DRESS',
  'SHORT_DRESS',
  'FULL_BODY_OUTFIT',
  'OTHER_FULL_BODY',
  'SHOES',
  'BOOTS',
  'OTHER_FOOTWEAR',
] as const;

const SAMPLERS = [
  'DDIM',
  'DDPM',
  'K_DPMPP_2M',
  'K_DPMPP_2S_ANCESTRAL',
  'K_DPM_2',
  'K_DPM_2_ANCESTRAL',
  'K_EULER',
  'K_EULER_ANCESTRAL',
  'K_HEUN',
  'K_LMS',
] as const;

const CLIP_GUIDANCE_PRESETS = [
  'FAST_BLUE',
  'FAST_GREEN',
  'NONE',
  'SIMPLE',
  'SLOW',
  'SLOWER',
  'SLOWEST',
] as const;

const MASK_SHAPES = ['CONTOUR', 'BOUNDING_BOX', 'DEFAULT'] as const;
type MaskShape = (typeof MASK_SHAPES)[number];
const ON_OFF = ['ON', 'OFF', 'DEFAULT'] as const;
type OnOff = (typeof ON_OFF)[number];

/** A type alias, because only those fit into the SDK's `providerOptions`. */
export type BedrockImageModelOptions = BedrockTrafficOptions & {
  /* ------------------------------------------- Nova Canvas and Titan Image */

  /**
   * What is done.
   * @default told from the rest of the call. Without files: `COLOR_GUIDED_GENERATION` with `colors`, else
   * `TEXT_IMAGE`. With files: `VIRTUAL_TRY_ON` with `garmentBasedMask` or `promptBasedMask`,
   * `COLOR_GUIDED_GENERATION` with `colors`, `TEXT_IMAGE` with `controlMode`, `OUTPAINTING` with
   * `outPaintingMode`, `INPAINTING` with a mask or `maskPrompt`, else `IMAGE_VARIATION`
   */
  taskType?: ImageTask | undefined;

  /** @default 'standard' */
  quality?: 'standard' | 'premium' | undefined;

  /** What should not be in the image. */
  negativeText?: string | undefined;

  /**
   * How closely the prompt is followed: 1.1 to 10. Also Stable Diffusion XL: 0 to 35.
   * @default 6.5 (Nova Canvas), 8 (Titan Image), 7 (Stable Diffusion XL)
   */
  cfgScale?: number | undefined;

  /** `TEXT_IMAGE` of Nova Canvas. */
  style?: (typeof STYLES)[number] | undefined;

  /** How the file conditions a `TEXT_IMAGE`. @default 'CANNY_EDGE' */
  controlMode?: 'CANNY_EDGE' | 'SEGMENTATION' | undefined;

  /** How much the file counts: 0 to 1. Also Stability's control models. @default 0.7 */
  controlStrength?: number | undefined;

  /** One to ten `#rrggbb`, for `COLOR_GUIDED_GENERATION`. A file is the reference image. */
  colors?: string[] | undefined;

  /** How close an `IMAGE_VARIATION` stays: 0.2 to 1. */
  similarityStrength?: number | undefined;

  /** What is edited, in words, in the place of a mask. */
  maskPrompt?: string | undefined;

  outPaintingMode?: 'DEFAULT' | 'PRECISE' | undefined;

  /** Whether the mask comes back, in `providerMetadata.bedrock.images[0].maskImage`. @default false */
  returnMask?: boolean | undefined;

  /** What is tried on, for `VIRTUAL_TRY_ON`. The files are the person and the garment. */
  garmentBasedMask?:
    | {
        garmentClass: (typeof GARMENT_CLASSES)[number];
        maskShape?: MaskShape | undefined;
        garmentStyling?:
          | {
              longSleeveStyle?: 'SLEEVE_DOWN' | 'SLEEVE_UP' | undefined;
              tuckingStyle?: 'UNTUCKED' | 'TUCKED' | undefined;
              outerLayerStyle?: 'CLOSED' | 'OPEN' | undefined;
            }
          | undefined;
      }
    | undefined;

  /** What is replaced, in words, for `VIRTUAL_TRY_ON`. A mask of the call takes the place of both. */
  promptBasedMask?: { maskPrompt: string; maskShape?: MaskShape | undefined } | undefined;

  /** For `VIRTUAL_TRY_ON`. */
  maskExclusions?:
    | {
        preserveBodyPose?: OnOff | undefined;
        preserveHands?: OnOff | undefined;
        preserveFace?: OnOff | undefined;
      }
    | undefined;

  /** For `VIRTUAL_TRY_ON`. */
  mergeStyle?: 'BALANCED' | 'SEAMLESS' | 'DETAILED' | undefined;

  /* --------------------------------------------------------- Stability AI */

  /** What should not be in the image. */
  negativePrompt?: string | undefined;

  /** `webp` not for Stable Image Core and Ultra. @default 'png' */
  outputFormat?: 'jpeg' | 'png' | 'webp' | undefined;

  stylePreset?: (typeof STYLE_PRESETS)[number] | undefined;

  /**
   * How far the image may leave the file: 0 (not at all) to 1. Stable Diffusion 3.5 needs it with a file.
   * @default 0.35 (Stable Image Ultra, Stable Diffusion XL)
   */
  strength?: number | undefined;

  /** Conservative and creative upscale: 0.1 to 0.5. Outpaint: 0.1 to 1. */
  creativity?: number | undefined;

  /** Pixels by which the mask grows: 0 to 20. @default 5 */
  growMask?: number | undefined;

  /** Outpaint: pixels to add on a side, 0 to 2000; at least one side. @default 0 */
  left?: number | undefined;
  right?: number | undefined;
  up?: number | undefined;
  down?: number | undefined;

  /** Search and replace: what the prompt takes the place of. */
  searchPrompt?: string | undefined;

  /** Search and recolor: what gets the color of the prompt. */
  selectPrompt?: string | undefined;

  /** Style guide: how close it stays to the style of the file, 0 to 1. @default 0.5 */
  fidelity?: number | undefined;

  /** Style transfer, 0 to 1. @default 0.9 */
  compositionFidelity?: number | undefined;

  /** Style transfer, 0 to 1. @default 1 */
  styleStrength?: number | undefined;

  /** Style transfer, 0.1 to 1. @default 0.9 */
  changeStrength?: number | undefined;

  /** Stable Diffusion XL: 10 to 50. @default 30 */
  steps?: number | undefined;

  /** Stable Diffusion XL. */
  sampler?: (typeof SAMPLERS)[number] | undefined;

  /** Stable Diffusion XL. */
  clipGuidancePreset?: (typeof CLIP_GUIDANCE_PRESETS)[number] | undefined;

  /** Stable Diffusion XL: which part is painted. @default 'MASK_IMAGE_WHITE' */
  maskSource?: 'MASK_IMAGE_WHITE' | 'MASK_IMAGE_BLACK' | 'INIT_IMAGE_ALPHA' | undefined;

  /* ----------------------------------------------------------- any model */

  /** Further members of the model's own request, as they are. They win over those made from the call. */
  additionalModelRequestFields?: JSONObject | undefined;
};

/** `providerMetadata.bedrock` of `generateImage`, where the model says something of its images. */
export type BedrockImageModelMetadata = {
  /** In the order of the images. */
  images: BedrockImageMetadata[];
};

export type BedrockImageMetadata = {
  /** Stability AI: to make the image again. */
  seed?: number;
  /** With `returnMask`: base64, at the first image of each request. */
  maskImage?: string;
  /** Where the call of the image went, because it could not go where it should. */
  servedBy?: ServedBy;
};

/** @throws InvalidArgumentError naming the option and the values it takes */
export function readImageOptions(
  providerOptions: SharedV4ProviderOptions | undefined,
): BedrockImageModelOptions {
  return parseOptions(imageOptionsSchema, providerOptions) ?? {};
}

/** Built on first use: most calls carry no options, and no call should pay for it at import. */
let schema: z.ZodType<BedrockImageModelOptions> | undefined;

function imageOptionsSchema(): z.ZodType<BedrockImageModelOptions> {
  schema ??= makeSchema();
  return schema;
}

/** Types and words; ranges differ from model to model and are checked with the model's rules. */
function makeSchema(): z.ZodType<BedrockImageModelOptions> {
  const text = z.string().min(1, { error: 'is empty' }).optional();
  const number = z.number().optional();
  const whole = z.int().optional();
  const maskShape = z.enum(MASK_SHAPES).optional();
  const onOff = z.enum(ON_OFF).optional();
  return z.object({
    taskType: z.enum(IMAGE_TASKS).optional(),
    quality: z.enum(['standard', 'premium']).optional(),
    negativeText: text,
    cfgScale: number,
    style: z.enum(STYLES).optional(),
    controlMode: z.enum(['CANNY_EDGE', 'SEGMENTATION']).optional(),
    controlStrength: number,
    colors: z
      .array(z.string().regex(/^#[\da-f]{6}$/i, { error: 'expected a color like #ff9900' }))
      .min(1)
      .max(10)
      .optional(),
    similarityStrength: number,
    maskPrompt: text,
    outPaintingMode: z.enum(['DEFAULT', 'PRECISE']).optional(),
    returnMask: z.boolean().optional(),
    garmentBasedMask: strict({
      garmentClass: z.enum(GARMENT_CLASSES),
      maskShape,
      garmentStyling: strict({
        longSleeveStyle: z.enum(['SLEEVE_DOWN', 'SLEEVE_UP']).optional(),
        tuckingStyle: z.enum(['UNTUCKED', 'TUCKED']).optional(),
        outerLayerStyle: z.enum(['CLOSED', 'OPEN']).optional(),
      }).optional(),
    }).optional(),
    promptBasedMask: strict({ maskPrompt: z.string().min(1, { error: 'is empty' }), maskShape }).optional(),
    maskExclusions: strict({
      preserveBodyPose: onOff,
      preserveHands: onOff,
      preserveFace: onOff,
    }).optional(),
    mergeStyle: z.enum(['BALANCED', 'SEAMLESS', 'DETAILED']).optional(),
    negativePrompt: text,
    outputFormat: z.enum(['jpeg', 'png', 'webp']).optional(),
    stylePreset: z.enum(STYLE_PRESETS).optional(),
    strength: number,
    creativity: number,
    growMask: whole,
    left: whole,
    right: whole,
    up: whole,
    down: whole,
    searchPrompt: text,
    selectPrompt: text,
    fidelity: number,
    compositionFidelity: number,
    styleStrength: number,
    changeStrength: number,
    steps: whole,
    sampler: z.enum(SAMPLERS).optional(),
    clipGuidancePreset: z.enum(CLIP_GUIDANCE_PRESETS).optional(),
    maskSource: z.enum(['MASK_IMAGE_WHITE', 'MASK_IMAGE_BLACK', 'INIT_IMAGE_ALPHA']).optional(),
    additionalModelRequestFields: jsonObject().optional(),
  });
}
