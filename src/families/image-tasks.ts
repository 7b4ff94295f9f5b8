/** What Amazon's image models share: a `taskType`, an object of its parameters, and a configuration beside it. */
import type { JSONObject, SharedV4Warning } from '@ai-sdk/provider';
import type { ImagePlan, ImageReply, ImageRequest, ImageTraits, Sides } from '../codec/invoke/image.ts';
import { type FieldRules, type ImageForm, invalid, readParts } from '../codec/invoke/image-form.ts';
import type { ImageTask } from '../codec/invoke/image-options.ts';

export interface TaskImageRules {
  /** Begins sentences. */
  readonly model: string;
  readonly tasks: { readonly [task in ImageTask]?: TaskRules };
  readonly maxPrompt: number;
  /**
   * The size to ask for; undefined where the model's own default serves.
   * @throws InvalidArgumentError for a size that the model does not take
   */
  readonly size: (
    wanted: Pick<ImageRequest, 'size' | 'aspectRatio'>,
    warnings: SharedV4Warning[],
  ) => Sides | undefined;
}

export interface TaskRules {
  /** The member that holds the task's own parameters. */
  readonly params: string;
  readonly prompt: ImageForm['prompt'];
  readonly files: ImageForm['files'];
  readonly mask?: boolean;
  /** Absent: files say how large the image is. */
  readonly sized?: boolean;
  /** Whether there is an `imageGenerationConfig`: number, quality, seed … Default: yes. */
  readonly config?: boolean;
  readonly fields: FieldRules;
  /** Where files and mask go; may check how they go together. */
  readonly images: (request: ImageRequest, model: string) => JSONObject;
}

const MAX_IMAGES_PER_CALL = 5;
const SEEDS: readonly [number, number] = [0, 2_147_483_646];

const CONFIG_FIELDS: FieldRules = {
  quality: { to: 'quality' },
  cfgScale: { to: 'cfgScale', range: [1.1, 10] },
};

export function taskImages(rules: TaskImageRules): ImageTraits {
  return {
    files: true,
    mask: true,
    mediaTypes: ['image/png', 'image/jpeg'],
    seeds: SEEDS,
    plan: request => planTask(request, rules),
    fromReply,
  };
}

function planTask(request: ImageRequest, rules: TaskImageRules): ImagePlan {
  const taskType = taskOf(request);
  const model = `${rules.model} (${taskType})`;
  const task = rules.tasks[taskType];
  if (task === undefined) {
    const allowed = Object.keys(rules.tasks).join(', ');
    throw invalid(
      `${request.optionsPlace}.taskType`,
      `${rules.model} takes ${allowed}, and this call is ${taskType}`,
    );
  }
  const { config = true } = task;
  const form: ImageForm = {
    model,
    prompt: task.prompt,
    maxPrompt: rules.maxPrompt,
    files: task.files,
    mask: task.mask ?? false,
    seeds: config ? SEEDS : undefined,
    shape: task.sized ? 'size' : 'nothing',
    fields: { taskType: { to: 'taskType' }, ...task.fields, ...(config && CONFIG_FIELDS) },
  };
  const { prompt, fields, warnings } = readParts(request, form);
  const { taskType: _, quality, cfgScale, ...params } = fields;
  const size = task.sized ? rules.size(request, warnings) : undefined;
  const images = task.images(request, model);
  return {
    imagesPerCall: config ? MAX_IMAGES_PER_CALL : 1,
    warnings,
    body: ({ n, seed }) => ({
      taskType,
      [task.params]: { ...(prompt !== undefined && { text: prompt }), ...images, ...params },
      ...(config && {
        imageGenerationConfig: {
          numberOfImages: n,
          ...size,
          ...(quality !== undefined && { quality }),
          ...(cfgScale !== undefined && { cfgScale }),
          ...(seed !== undefined && { seed }),
        },
      }),
    }),
  };
}

function taskOf({ files, mask, options }: ImageRequest): ImageTask {
  const { taskType, colors, garmentBasedMask, promptBasedMask } = options;
  if (taskType !== undefined) return taskType;
  if (garmentBasedMask !== undefined || promptBasedMask !== undefined) return 'VIRTUAL_TRY_ON';
  if (colors !== undefined) return 'COLOR_GUIDED_GENERATION';
  if (files.length === 0 || options.controlMode !== undefined) return 'TEXT_IMAGE';
  if (options.outPaintingMode !== undefined) return 'OUTPAINTING';
  return mask !== undefined || options.maskPrompt !== undefined ? 'INPAINTING' : 'IMAGE_VARIATION';
}

/** For `images` of a task: the first file under a name of its own. */
export function firstFile(name: string): TaskRules['images'] {
  return ({ files: [image] }) => (image === undefined ? {} : { [name]: image });
}

/** For `images` of a task that edits within a mask, which comes as an image or in words. */
export const maskedImage: TaskRules['images'] = ({ files: [image = ''], mask, options }, model) => {
  if ((mask === undefined) === (options.maskPrompt === undefined)) {
    throw invalid('mask', `${model} needs either a mask or the option maskPrompt`);
  }
  return { image, ...(mask !== undefined && { maskImage: mask }) };
};

function fromReply({ images, error, maskImage }: JSONObject): ImageReply {
  const pictures = Array.isArray(images) ? images.filter(image => typeof image === 'string') : [];
  return {
    images: pictures.map((base64, index) => ({
      base64,
      metadata: index === 0 && typeof maskImage === 'string' ? { maskImage } : undefined,
    })),
    failures: typeof error === 'string' && error !== '' ? [{ reason: error, filtered: true }] : [],
  };
}
