import type { JSONObject, SharedV4Warning } from '@ai-sdk/provider';
import type { ImageReply, ImageRequest, ImageTraits, Sides } from '../codec/invoke/image.ts';
import {
  type FieldRule,
  type FieldRules,
  type ImageForm,
  invalid,
  nearestShape,
  readParts,
} from '../codec/invoke/image-form.ts';
import { stableDiffusionXl } from './stability-xl.ts';

/**
 * Models that draw, and the Image Services, which edit.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-stability-diffusion.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/stable-image-services.html
 */
export function stabilityImage(baseModel: string): ImageTraits {
  if (baseModel.includes('-xl-')) return stableDiffusionXl;
  const name = baseModel.replace(/^stability\./, '').replace(/-v\d.*$/, '');
  // A model that is new is most likely one that draws from text.
  return flatImages(Object.hasOwn(models, name) ? (models[name] ?? diffusion3) : diffusion3);
}

/** A model whose body is one flat object. */
interface FlatModel extends Omit<ImageForm, 'maxPrompt'> {
  /** Where the files go, in order. */
  readonly images: readonly string[];
  /** What the request lacks, or has too much of, that the form cannot say. */
  readonly check?: (request: ImageRequest) => void;
  /** Fixed fields. */
  readonly constants?: (request: ImageRequest) => JSONObject;
}

const MAX_TEXT = 10_000;

/** In a list that AWS gives for all models; 1:1 is the default. */
const RATIOS = ['1:1', '16:9', '21:9', '2:3', '3:2', '4:5', '5:4', '9:16', '9:21'].map(name => {
  const [width = 1, height = 1] = name.split(':').map(Number);
  return { name, width, height };
}) as [Ratio, ...Ratio[]];

interface Ratio extends Sides {
  readonly name: string;
}

/* ------------------------------------------------------------------ fields */

const between = (to: string, min: number, max: number): FieldRule => ({ to, range: [min, max] });

const negativePrompt: FieldRules = { negativePrompt: { to: 'negative_prompt', maxLength: MAX_TEXT } };
const anyFormat: FieldRules = { outputFormat: { to: 'output_format' } };
const noWebp: FieldRules = { outputFormat: { to: 'output_format', values: ['jpeg', 'png'] } };
const stylePreset: FieldRules = { stylePreset: { to: 'style_preset' } };
const growMask: FieldRules = { growMask: between('grow_mask', 0, 20) };

/* ----------------------------------------------------- models that draw */

const SEEDS: readonly [number, number] = [0, 4_294_967_294];
/** Core and Ultra take one more. */
const ALL_SEEDS: readonly [number, number] = [0, 4_294_967_295];

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-diffusion-3-5-large.html */
const diffusion3: FlatModel = {
  model: 'Stable Diffusion 3',
  prompt: 'needed',
  files: [0, 1],
  images: ['image'],
  mask: false,
  seeds: SEEDS,
  shape: 'ratio',
  fields: { ...negativePrompt, ...anyFormat, strength: between('strength', 0, 1) },
  check: ({ files, options, optionsPlace }) => {
    if (files.length > 0 && options.strength === undefined) {
      throw invalid(
        `${optionsPlace}.strength`,
        'Stable Diffusion 3 needs it with an image, from 0 (the image as it is) to 1',
      );
    }
  },
  constants: ({ files }) => (files.length > 0 ? { mode: 'image-to-image' } : {}),
};

const drawing: Readonly<Record<string, FlatModel>> = {
  'sd3-large': diffusion3,
  'sd3-5-large': diffusion3,
  'stable-image-ultra': {
    model: 'Stable Image Ultra',
    prompt: 'needed',
    files: [0, 1],
    images: ['image'],
    mask: false,
    seeds: ALL_SEEDS,
    shape: 'ratio',
    fields: { ...negativePrompt, ...noWebp, strength: between('strength', 0, 1) },
  },
  'stable-image-core': {
    model: 'Stable Image Core',
    prompt: 'needed',
    files: [0, 0],
    images: [],
    mask: false,
    seeds: ALL_SEEDS,
    shape: 'ratio',
    fields: { ...negativePrompt, ...noWebp },
  },
};

/* --------------------------------------------------- the Image Services */

/** What most services have in common. */
const service: Omit<FlatModel, 'model' | 'fields'> = {
  prompt: 'needed',
  files: [1, 1],
  images: ['image'],
  mask: false,
  seeds: SEEDS,
  shape: 'nothing',
};

const control: FieldRules = {
  ...negativePrompt,
  ...anyFormat,
  ...stylePreset,
  controlStrength: between('control_strength', 0, 1),
};

const searching: FieldRules = { ...negativePrompt, ...anyFormat, ...stylePreset, ...growMask };

const services: Readonly<Record<string, FlatModel>> = {
  'stable-creative-upscale': {
    ...service,
    model: 'Creative upscale',
    fields: {
      ...negativePrompt,
      ...anyFormat,
      ...stylePreset,
      creativity: between('creativity', 0.1, 0.5),
    },
  },
  'stable-conservative-upscale': {
    ...service,
    model: 'Conservative upscale',
    fields: { ...negativePrompt, ...anyFormat, creativity: between('creativity', 0.1, 0.5) },
  },
  'stable-fast-upscale': {
    ...service,
    model: 'Fast upscale',
    prompt: 'ignored',
    seeds: undefined,
    fields: anyFormat,
  },
  'stable-image-inpaint': { ...service, model: 'Inpaint', mask: true, fields: searching },
  'stable-outpaint': {
    ...service,
    model: 'Outpaint',
    prompt: 'taken',
    fields: {
      ...anyFormat,
      ...stylePreset,
      creativity: between('creativity', 0.1, 1),
      left: between('left', 0, 2000),
      right: between('right', 0, 2000),
      up: between('up', 0, 2000),
      down: between('down', 0, 2000),
    },
    check: ({ options: { left, right, up, down }, optionsPlace }) => {
      if (!(left || right || up || down)) {
        throw invalid(`${optionsPlace}.left`, 'Outpaint needs pixels to add: left, right, up or down');
      }
    },
  },
  'stable-image-search-recolor': {
    ...service,
    model: 'Search and recolor',
    fields: {
      ...searching,
      selectPrompt: { to: 'select_prompt', maxLength: MAX_TEXT, needed: true },
    },
  },
  'stable-image-search-replace': {
    ...service,
    model: 'Search and replace',
    fields: {
      ...searching,
      searchPrompt: { to: 'search_prompt', maxLength: MAX_TEXT, needed: true },
    },
  },
  'stable-image-erase-object': {
    ...service,
    model: 'Erase object',
    prompt: 'ignored',
    mask: true,
    fields: { ...anyFormat, ...growMask },
  },
  'stable-image-remove-background': {
    ...service,
    model: 'Remove background',
    prompt: 'ignored',
    seeds: undefined,
    fields: anyFormat,
  },
  'stable-image-control-sketch': { ...service, model: 'Control sketch', fields: control },
  'stable-image-control-structure': { ...service, model: 'Control structure', fields: control },
  'stable-image-style-guide': {
    ...service,
    model: 'Style guide',
    shape: 'ratio',
    fields: { ...negativePrompt, ...anyFormat, ...stylePreset, fidelity: between('fidelity', 0, 1) },
  },
  'stable-style-transfer': {
    ...service,
    model: 'Style transfer',
    prompt: 'taken',
    files: [2, 2],
    images: ['init_image', 'style_image'],
    fields: {
      ...negativePrompt,
      ...anyFormat,
      compositionFidelity: between('composition_fidelity', 0, 1),
      styleStrength: between('style_strength', 0, 1),
      changeStrength: between('change_strength', 0.1, 1),
    },
  },
};

const models: Readonly<Record<string, FlatModel>> = { ...drawing, ...services };

/* -------------------------------------------------------------- the codec */

function flatImages(model: FlatModel): ImageTraits {
  return {
    files: model.files[1] > 0,
    mask: model.mask,
    mediaTypes: ['image/png', 'image/jpeg', 'image/webp'],
    seeds: model.seeds,
    plan: request => {
      const form = formOf(model, request);
      const { prompt, fields, warnings } = readParts(request, form);
      model.check?.(request);
      const ratio = form.shape === 'ratio' ? ratioOf(request, model.model, warnings) : undefined;
      const images = Object.fromEntries(
        request.files.map((file, index) => [model.images[index] ?? '', file]),
      );
      return {
        imagesPerCall: 1,
        warnings,
        body: ({ seed }) => ({
          ...(prompt !== undefined && { prompt }),
          ...model.constants?.(request),
          ...images,
          ...(request.mask !== undefined && { mask: request.mask }),
          ...(ratio !== undefined && { aspect_ratio: ratio }),
          ...(seed !== undefined && { seed }),
          ...fields,
        }),
      };
    },
    fromReply,
  };
}

/** Models that draw take their ratio and no strength without an image, and the other way round with one. */
function formOf(model: FlatModel, { files }: ImageRequest): ImageForm {
  const form = { ...model, maxPrompt: MAX_TEXT };
  if (model.files[0] > 0 || model.files[1] === 0) return form;
  if (files.length > 0) return { ...form, model: `${model.model} with an image`, shape: 'nothing' };
  const { strength: _, ...fields } = model.fields;
  return { ...form, model: `${model.model} without an image`, fields };
}

function ratioOf(
  { size, aspectRatio }: ImageRequest,
  model: string,
  warnings: SharedV4Warning[],
): string | undefined {
  if (aspectRatio !== undefined) {
    const exact = RATIOS.find(
      ({ width, height }) => width * aspectRatio.height === height * aspectRatio.width,
    );
    if (exact !== undefined) return exact.name;
    const allowed = RATIOS.map(({ name }) => name).join(', ');
    throw invalid('aspectRatio', `${model} takes ${allowed}, got ${aspectRatio.width}:${aspectRatio.height}`);
  }
  if (size === undefined) return undefined;
  const details = `${model} takes an aspectRatio and chooses the size; the ratio of the size was sent.`;
  warnings.push({ type: 'compatibility', feature: 'size', details });
  return nearestShape(size, RATIOS, { feature: 'size', model, warnings }).name;
}

/** A filtered image may be missing, so that reasons and images are not always as many. */
function fromReply({ images, finish_reasons, seeds }: JSONObject): ImageReply {
  const pictures = Array.isArray(images) ? images : [];
  const reasons = Array.isArray(finish_reasons) ? finish_reasons : [];
  const seedOf = (index: number) => (Array.isArray(seeds) ? seeds[index] : undefined);
  return {
    images: pictures.flatMap((base64, index) => {
      if (typeof base64 !== 'string' || typeof reasons[index] === 'string') return [];
      const seed = seedOf(index);
      return [{ base64, metadata: seed === undefined ? undefined : { seed } }];
    }),
    failures: reasons.flatMap(reason =>
      typeof reason === 'string' ? [{ reason, filtered: /filter/i.test(reason) }] : [],
    ),
  };
}
