import type { SharedV4Warning } from '@ai-sdk/provider';
import type { ImageRequest, ImageTraits, Sides } from '../codec/invoke/image.ts';
import { checkListedSize, type FieldRules, nearestShape } from '../codec/invoke/image-form.ts';
import { firstFile, maskedImage, type TaskImageRules, type TaskRules, taskImages } from './image-tasks.ts';

/**
 * Titan Image Generator.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-image.html
 */
export function titanImage(baseModel: string): ImageTraits {
  return baseModel.endsWith('-v1') ? version1 : version2;
}

const MAX_TEXT = 512;

const negativeText: FieldRules = { negativeText: { to: 'negativeText', maxLength: MAX_TEXT } };
const masking: FieldRules = {
  ...negativeText,
  maskPrompt: { to: 'maskPrompt', maxLength: MAX_TEXT },
  returnMask: { to: 'returnMask' },
};

const textImage: TaskRules = {
  params: 'textToImageParams',
  prompt: 'needed',
  files: [0, 0],
  sized: true,
  fields: negativeText,
  images: () => ({}),
};

const tasks1: TaskImageRules['tasks'] = {
  TEXT_IMAGE: textImage,
  INPAINTING: {
    params: 'inPaintingParams',
    prompt: 'taken',
    files: [1, 1],
    mask: true,
    fields: masking,
    images: maskedImage,
  },
  OUTPAINTING: {
    params: 'outPaintingParams',
    prompt: 'needed',
    files: [1, 1],
    mask: true,
    fields: { ...masking, outPaintingMode: { to: 'outPaintingMode' } },
    images: maskedImage,
  },
  IMAGE_VARIATION: {
    params: 'imageVariationParams',
    prompt: 'taken',
    files: [1, 5],
    sized: true,
    fields: { ...negativeText, similarityStrength: { to: 'similarityStrength', range: [0.2, 1] } },
    images: ({ files }) => ({ images: [...files] }),
  },
};

const tasks2: TaskImageRules['tasks'] = {
  ...tasks1,
  TEXT_IMAGE: {
    ...textImage,
    files: [0, 1],
    fields: {
      ...negativeText,
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
  BACKGROUND_REMOVAL: {
    params: 'backgroundRemovalParams',
    prompt: 'ignored',
    files: [1, 1],
    config: false,
    fields: {},
    images: firstFile('image'),
  },
};

/** Large ones first, because the first of a ratio is taken for it. */
const SIZES: readonly [Sides, ...Sides[]] = [
  { width: 1024, height: 1024 },
  ...[
    [768, 768],
    [512, 512],
    [768, 1152],
    [384, 576],
    [1152, 768],
    [576, 384],
    [768, 1280],
    [384, 640],
    [1280, 768],
    [640, 384],
    [896, 1152],
    [448, 576],
    [1152, 896],
    [576, 448],
    [768, 1408],
    [384, 704],
    [1408, 768],
    [704, 384],
    [640, 1408],
    [320, 704],
    [1408, 640],
    [704, 320],
    [1152, 640],
    [1173, 640],
  ].map(([width = 0, height = 0]) => ({ width, height })),
];

const version1: ImageTraits = ofVersion('Titan Image Generator v1', tasks1);
const version2: ImageTraits = ofVersion('Titan Image Generator v2', tasks2);

function ofVersion(model: string, tasks: TaskImageRules['tasks']): ImageTraits {
  const size = (
    { size: given, aspectRatio }: Pick<ImageRequest, 'size' | 'aspectRatio'>,
    warnings: SharedV4Warning[],
  ): Sides | undefined => {
    if (given !== undefined) return checkListedSize(given, SIZES, model);
    if (aspectRatio === undefined) return undefined;
    return nearestShape(aspectRatio, SIZES, { feature: 'aspectRatio', model, warnings });
  };
  return taskImages({ model, maxPrompt: MAX_TEXT, size, tasks });
}
