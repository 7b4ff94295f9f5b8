import type { SharedV4Warning } from '@ai-sdk/provider';
import type { ImageRequest, ImageTraits, Sides } from '../codec/invoke/image.ts';
import { type FieldRules, invalid } from '../codec/invoke/image-form.ts';
import { firstFile, maskedImage, type TaskRules, taskImages } from './image-tasks.ts';

const MODEL = 'Nova Canvas';
const MAX_TEXT = 1024;

const negativeText: FieldRules = { negativeText: { to: 'negativeText', maxLength: MAX_TEXT } };
const maskPrompt: FieldRules = { maskPrompt: { to: 'maskPrompt', maxLength: MAX_TEXT } };

/** @see https://docs.aws.amazon.com/nova/latest/userguide/image-gen-vto.html */
const tryOn: TaskRules = {
  params: 'virtualTryOnParams',
  prompt: 'ignored',
  files: [2, 2],
  mask: true,
  fields: {
    garmentBasedMask: { to: 'garmentBasedMask' },
    promptBasedMask: { to: 'promptBasedMask' },
    maskExclusions: { to: 'maskExclusions' },
    mergeStyle: { to: 'mergeStyle' },
    returnMask: { to: 'returnMask' },
  },
  images: ({ files: [sourceImage = '', referenceImage = ''], mask, options }, model) => {
    const maskTypes = [
      ...(mask === undefined ? [] : ['IMAGE']),
      ...(options.garmentBasedMask === undefined ? [] : ['GARMENT']),
      ...(options.promptBasedMask === undefined ? [] : ['PROMPT']),
    ];
    const [maskType] = maskTypes;
    if (maskType === undefined || maskTypes.length > 1) {
      throw invalid(
        'mask',
        `${model} needs exactly one of a mask and the options garmentBasedMask and promptBasedMask`,
      );
    }
    return {
      sourceImage,
      referenceImage,
      maskType,
      ...(mask !== undefined && { imageBasedMask: { maskImage: mask } }),
    };
  },
};

/**
 * Nova Canvas.
 * @see https://docs.aws.amazon.com/nova/latest/userguide/image-gen-req-resp-structure.html
 */
export const novaImage: ImageTraits = taskImages({
  model: MODEL,
  maxPrompt: MAX_TEXT,
  size: canvasSize,
  tasks: {
    TEXT_IMAGE: {
      params: 'textToImageParams',
      prompt: 'needed',
      files: [0, 1],
      sized: true,
      fields: {
        ...negativeText,
        style: { to: 'style' },
        controlMode: { to: 'controlMode' },
        controlStrength: { to: 'controlStrength', range: [0, 1] },
      },
      images: firstFile('conditionImage'),
    },
    COLOR_GUIDED_GENERATION: {
      params: 'colorGuidedGenerationParams',
      prompt: 'needed',
      files: [0, 1],
      sized: true,
      fields: { ...negativeText, colors: { to: 'colors', needed: true } },
      images: firstFile('referenceImage'),
    },
    IMAGE_VARIATION: {
      params: 'imageVariationParams',
      prompt: 'taken',
      files: [1, 5],
      sized: true,
      fields: { ...negativeText, similarityStrength: { to: 'similarityStrength', range: [0.2, 1] } },
      images: ({ files }) => ({ images: [...files] }),
    },
    INPAINTING: {
      params: 'inPaintingParams',
      prompt: 'taken',
      files: [1, 1],
      mask: true,
      fields: { ...negativeText, ...maskPrompt },
      images: maskedImage,
    },
    OUTPAINTING: {
      params: 'outPaintingParams',
      prompt: 'taken',
      files: [1, 1],
      mask: true,
      fields: { ...negativeText, ...maskPrompt, outPaintingMode: { to: 'outPaintingMode' } },
      images: maskedImage,
    },
    BACKGROUND_REMOVAL: {
      params: 'backgroundRemovalParams',
      prompt: 'ignored',
      files: [1, 1],
      config: false,
      fields: {},
      images: firstFile('image'),
    },
    VIRTUAL_TRY_ON: tryOn,
  },
});

/** https://docs.aws.amazon.com/nova/latest/userguide/image-gen-access.html */
const STEP = 16;
const SIDES: readonly [number, number] = [320, 4096];
const MAX_PIXELS = 4_194_304;
const MAX_RATIO = 4;

function canvasSize(
  { size, aspectRatio }: Pick<ImageRequest, 'size' | 'aspectRatio'>,
  warnings: SharedV4Warning[],
): Sides | undefined {
  if (size !== undefined) return checkSize(size);
  return aspectRatio === undefined ? undefined : sizeOf(aspectRatio, warnings);
}

function checkSize(size: Sides): Sides {
  const { width, height } = size;
  const fits = (side: number) => side >= SIDES[0] && side <= SIDES[1] && side % STEP === 0;
  const ratio = Math.max(width / height, height / width);
  if (fits(width) && fits(height) && ratio <= MAX_RATIO && width * height < MAX_PIXELS) return size;
  throw invalid(
    'size',
    `${MODEL} takes sides of ${SIDES.join(' to ')} pixels, multiples of ${STEP}, of 1:${MAX_RATIO} to ` +
      `${MAX_RATIO}:1 and less than ${MAX_PIXELS} pixels in all, got ${width}x${height}`,
  );
}

/** About as many pixels as the square of 1024 that is the default. */
function sizeOf({ width, height }: Sides, warnings: SharedV4Warning[]): Sides {
  const ratio = width / height;
  if (!(ratio >= 1 / MAX_RATIO && ratio <= MAX_RATIO)) {
    throw invalid('aspectRatio', `${MODEL} takes 1:${MAX_RATIO} to ${MAX_RATIO}:1, got ${width}:${height}`);
  }
  const exact = exactSize(width, height);
  if (exact !== undefined) return exact;
  const side = (length: number) => Math.round(length / STEP) * STEP;
  const near = { width: side(1024 * Math.sqrt(ratio)), height: side(1024 / Math.sqrt(ratio)) };
  const details = `${MODEL} has no size of exactly ${width}:${height}; ${near.width}x${near.height} is near.`;
  warnings.push({ type: 'compatibility', feature: 'aspectRatio', details });
  return near;
}

function exactSize(width: number, height: number): Sides | undefined {
  if (!Number.isInteger(width) || !Number.isInteger(height)) return undefined;
  const divisor = greatestCommonDivisor(width, height);
  const [across, down] = [(STEP * width) / divisor, (STEP * height) / divisor];
  const times = Math.max(1, Math.round(1024 / Math.sqrt(across * down)));
  const sides = { width: across * times, height: down * times };
  const fits = Math.max(sides.width, sides.height) <= 2048 && Math.min(sides.width, sides.height) >= SIDES[0];
  return fits ? sides : undefined;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
