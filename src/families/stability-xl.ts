import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import type { ImageReply, ImageRequest, ImageTraits, Sides } from '../codec/invoke/image.ts';
import {
  checkListedSize,
  type ImageForm,
  invalid,
  nearestShape,
  readParts,
} from '../codec/invoke/image-form.ts';

const MODEL = 'Stable Diffusion XL';
const SEEDS: readonly [number, number] = [0, 4_294_967_295];

const SIZES: readonly [Sides, ...Sides[]] = [
  { width: 1024, height: 1024 },
  { width: 1152, height: 896 },
  { width: 1216, height: 832 },
  { width: 1344, height: 768 },
  { width: 1536, height: 640 },
  { width: 640, height: 1536 },
  { width: 768, height: 1344 },
  { width: 832, height: 1216 },
  { width: 896, height: 1152 },
];

const form: ImageForm = {
  model: MODEL,
  prompt: 'needed',
  maxPrompt: 2000,
  files: [0, 1],
  mask: true,
  seeds: SEEDS,
  shape: 'size',
  fields: {
    // In the list of prompts, with a negative weight.
    negativePrompt: { to: 'negative', maxLength: 2000 },
    cfgScale: { to: 'cfg_scale', range: [0, 35] },
    steps: { to: 'steps', range: [10, 50] },
    sampler: { to: 'sampler' },
    clipGuidancePreset: { to: 'clip_guidance_preset' },
    stylePreset: { to: 'style_preset' },
    strength: { to: 'image_strength', range: [0, 1] },
    maskSource: { to: 'mask_source' },
  },
};

/**
 * Stable Diffusion XL, whose body is of an older kind.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-diffusion-1-0-text-image.html
 */
export const stableDiffusionXl: ImageTraits = {
  files: true,
  mask: true,
  mediaTypes: ['image/png', 'image/jpeg', 'image/webp'],
  seeds: SEEDS,
  plan: request => {
    const edits = request.files.length > 0;
    const {
      prompt = '',
      fields,
      warnings,
    } = readParts(request, {
      ...form,
      shape: edits ? 'nothing' : 'size',
      fields: edits ? form.fields : drawingFields,
    });
    const { negative, ...rest } = fields;
    const size = edits ? undefined : sizeOf(request, warnings);
    const images = imagesOf(request);
    return {
      imagesPerCall: 1,
      warnings,
      body: ({ seed }) => ({
        text_prompts: [{ text: prompt }, ...(negative === undefined ? [] : [{ text: negative, weight: -1 }])],
        ...images,
        ...size,
        ...(seed !== undefined && { seed }),
        ...rest,
      }),
    };
  },
  fromReply,
};

const { strength: _, maskSource: __, ...drawingFields } = form.fields;

function imagesOf({ files: [image], mask, options }: ImageRequest): JSONObject {
  if (image === undefined) {
    if (mask !== undefined) throw invalid('mask', `${MODEL} takes a mask with an image only`);
    return {};
  }
  const masked = mask !== undefined || options.maskSource !== undefined;
  return {
    init_image: image,
    ...(masked && { mask_source: 'MASK_IMAGE_WHITE' }),
    ...(mask !== undefined && { mask_image: mask }),
  };
}

function sizeOf(
  { size, aspectRatio }: ImageRequest,
  warnings: Parameters<typeof nearestShape>[2]['warnings'],
) {
  if (size !== undefined) return checkListedSize(size, SIZES, MODEL);
  if (aspectRatio === undefined) return undefined;
  return nearestShape(aspectRatio, SIZES, { feature: 'aspectRatio', model: MODEL, warnings });
}

function fromReply({ artifacts }: JSONObject): ImageReply {
  const read = (Array.isArray(artifacts) ? artifacts : []).map(readArtifact);
  return {
    images: read.flatMap(({ image }) => image ?? []),
    failures: read.flatMap(({ failure }) => failure ?? []),
  };
}

/** A filtered image comes all the same, blurred. */
function readArtifact(artifact: JSONValue): {
  image?: ImageReply['images'][number];
  failure?: ImageReply['failures'][number];
} {
  const { base64, seed, finishReason } = (artifact ?? {}) as JSONObject;
  if (typeof finishReason === 'string' && finishReason !== 'SUCCESS') {
    return { failure: { reason: finishReason, filtered: finishReason === 'CONTENT_FILTERED' } };
  }
  if (typeof base64 !== 'string') return {};
  return { image: { base64, metadata: seed === undefined ? undefined : { seed } } };
}
