/** What the bodies of image models look like. AWS publishes these as tables, not as schemas. */
import {
  blob,
  boolean,
  document,
  enumeration,
  float,
  integer,
  list,
  type Shape,
  type StructureShape,
  string,
  structure,
} from '../validation/shape.ts';

const image = blob({ min: 1 });

/* -------------------------------------------- Nova Canvas and Titan Image */

/** The member that holds a task's parameters, and their shape. */
type Tasks = Readonly<Record<string, readonly [params: string, shape: StructureShape]>>;

export function isTitan(modelId: string): boolean {
  return modelId.includes('titan');
}

function makeTasks(maxText: number, { styles, tryOn }: { styles: boolean; tryOn: boolean }): Tasks {
  const text = string({ min: 1, max: maxText });
  const texts = { text, negativeText: text };
  const masked = { ...texts, image, maskImage: image, maskPrompt: text, returnMask: boolean };
  const onOff = enumeration(['ON', 'OFF', 'DEFAULT']);
  const maskShape = enumeration(['CONTOUR', 'BOUNDING_BOX', 'DEFAULT']);
  return {
    TEXT_IMAGE: [
      'textToImageParams',
      structure(
        {
          ...texts,
          ...(styles && { style: string({ min: 1 }) }),
          conditionImage: image,
          controlMode: enumeration(['CANNY_EDGE', 'SEGMENTATION']),
          controlStrength: float({ min: 0, max: 1 }),
        },
        ['text'],
      ),
    ],
    COLOR_GUIDED_GENERATION: [
      'colorGuidedGenerationParams',
      structure(
        {
          ...texts,
          referenceImage: image,
          colors: list(string({}, '#[0-9a-fA-F]{6}'), { min: 1, max: 10 }),
        },
        ['text', 'colors'],
      ),
    ],
    IMAGE_VARIATION: [
      'imageVariationParams',
      structure(
        {
          ...texts,
          images: list(image, { min: 1, max: 5 }),
          similarityStrength: float({ min: 0.2, max: 1 }),
        },
        ['images'],
      ),
    ],
    INPAINTING: ['inPaintingParams', structure(masked, ['image'])],
    OUTPAINTING: [
      'outPaintingParams',
      structure({ ...masked, outPaintingMode: enumeration(['DEFAULT', 'PRECISE']) }, ['image']),
    ],
    BACKGROUND_REMOVAL: ['backgroundRemovalParams', structure({ image }, ['image'])],
    ...(tryOn && {
      VIRTUAL_TRY_ON: [
        'virtualTryOnParams',
        structure(
          {
            sourceImage: image,
            referenceImage: image,
            maskType: enumeration(['IMAGE', 'GARMENT', 'PROMPT']),
            imageBasedMask: structure({ maskImage: image }, ['maskImage']),
            garmentBasedMask: structure(
              { maskShape, garmentClass: string({ min: 1 }), garmentStyling: document },
              ['garmentClass'],
            ),
            promptBasedMask: structure({ maskShape, maskPrompt: string({ min: 1 }) }, ['maskPrompt']),
            maskExclusions: structure({
              preserveBodyPose: onOff,
              preserveHands: onOff,
              preserveFace: onOff,
            }),
            mergeStyle: enumeration(['BALANCED', 'SEAMLESS', 'DETAILED']),
            returnMask: boolean,
          },
          ['sourceImage', 'referenceImage', 'maskType'],
        ),
      ],
    }),
  };
}

const canvasTasks = makeTasks(1024, { styles: true, tryOn: true });
const titanTasks = makeTasks(512, { styles: false, tryOn: false });

export function taskShapes(modelId: string): Tasks {
  return isTitan(modelId) ? titanTasks : canvasTasks;
}

export function taskShape(modelId: string): StructureShape {
  const tasks = taskShapes(modelId);
  return structure(
    {
      taskType: enumeration(Object.keys(tasks)),
      // Only the member of the task is compared further.
      ...Object.fromEntries(Object.values(tasks).map(([params]) => [params, document])),
      imageGenerationConfig: structure({
        numberOfImages: integer({ min: 1, max: 5 }),
        width: integer({ min: 1 }),
        height: integer({ min: 1 }),
        quality: enumeration(['standard', 'premium']),
        cfgScale: float({ min: 1.1, max: 10 }),
        seed: integer({ min: 0, max: 2_147_483_646 }),
      }),
    },
    ['taskType'],
  );
}

/* ------------------------------------------------------------ Stability AI */

type Members = Readonly<Record<string, Shape>>;

const text = string({ max: 10_000 });
const seed = integer({ min: 0, max: 4_294_967_295 });
const zeroToOne = float({ min: 0, max: 1 });
const side = integer({ min: 0, max: 2000 });
const aspectRatio = enumeration(['16:9', '1:1', '21:9', '2:3', '3:2', '4:5', '5:4', '9:16', '9:21']);

const outputFormat: Members = { output_format: enumeration(['jpeg', 'png', 'webp']) };
const drawn: Members = { prompt: text, negative_prompt: text, seed, ...outputFormat };
const styled: Members = { ...drawn, image, style_preset: string({ min: 1 }) };
const masked: Members = { ...styled, grow_mask: integer({ min: 0, max: 20 }) };

const FLAT: readonly (readonly [name: RegExp, members: Members, required: readonly string[]])[] = [
  [
    /ultra/,
    {
      ...drawn,
      aspect_ratio: aspectRatio,
      mode: enumeration(['text-to-image']),
      image,
      strength: zeroToOne,
      output_format: enumeration(['jpeg', 'png', 'JPEG', 'PNG']),
    },
    ['prompt'],
  ],
  [
    /core/,
    { ...drawn, aspect_ratio: aspectRatio, output_format: enumeration(['jpeg', 'png', 'JPEG', 'PNG']) },
    ['prompt'],
  ],
  [/creative-upscale/, { ...styled, creativity: float({ min: 0.1, max: 0.5 }) }, ['prompt', 'image']],
  [
    /conservative-upscale/,
    { ...drawn, image, creativity: float({ min: 0.1, max: 0.5 }) },
    ['prompt', 'image'],
  ],
  [/fast-upscale|remove-background/, { image, ...outputFormat }, ['image']],
  [/inpaint/, { ...masked, mask: image }, ['prompt', 'image']],
  [
    /outpaint/,
    {
      image,
      left: side,
      right: side,
      up: side,
      down: side,
      prompt: text,
      creativity: float({ min: 0.1, max: 1 }),
      style_preset: string({ min: 1 }),
      seed,
      ...outputFormat,
    },
    ['image'],
  ],
  [/search-recolor/, { ...masked, select_prompt: text }, ['prompt', 'image', 'select_prompt']],
  [/search-replace/, { ...masked, search_prompt: text }, ['prompt', 'image', 'search_prompt']],
  [
    /erase-object/,
    { image, mask: image, grow_mask: integer({ min: 0, max: 20 }), seed, ...outputFormat },
    ['image'],
  ],
  [/control-(?:sketch|structure)/, { ...styled, control_strength: zeroToOne }, ['prompt', 'image']],
  [/style-guide/, { ...styled, aspect_ratio: aspectRatio, fidelity: zeroToOne }, ['prompt', 'image']],
  [
    /style-transfer/,
    {
      ...drawn,
      init_image: image,
      style_image: image,
      composition_fidelity: zeroToOne,
      style_strength: zeroToOne,
      change_strength: float({ min: 0.1, max: 1 }),
    },
    ['init_image', 'style_image'],
  ],
  [
    /./,
    {
      ...drawn,
      mode: enumeration(['text-to-image', 'image-to-image']),
      aspect_ratio: aspectRatio,
      image,
      strength: zeroToOne,
    },
    ['prompt'],
  ],
];

export function flatShape(modelId: string): StructureShape {
  const [, members = {}, required = []] = FLAT.find(([name]) => name.test(modelId)) ?? [];
  return structure(members, required);
}

export const xlShape: StructureShape = structure(
  {
    text_prompts: list(structure({ text: string({ min: 1, max: 2000 }), weight: float() }, ['text']), {
      min: 1,
    }),
    cfg_scale: float({ min: 0, max: 35 }),
    clip_guidance_preset: string({ min: 1 }),
    height: integer({ min: 1 }),
    width: integer({ min: 1 }),
    sampler: string({ min: 1 }),
    samples: integer({ min: 1, max: 1 }),
    seed,
    steps: integer({ min: 10, max: 50 }),
    style_preset: string({ min: 1 }),
    extras: document,
    init_image: image,
    init_image_mode: enumeration(['IMAGE_STRENGTH', 'STEP_SCHEDULE']),
    image_strength: zeroToOne,
    mask_source: enumeration(['MASK_IMAGE_WHITE', 'MASK_IMAGE_BLACK', 'INIT_IMAGE_ALPHA']),
    mask_image: image,
  },
  ['text_prompts'],
);
