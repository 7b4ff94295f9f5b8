/**
 * Nova Canvas, Titan Image and Stability AI. What they draw follows from the request and nothing else: the same
 * request gets the same image, at the size that was asked for. Edited images have the size of the first file.
 */
import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import { convertBase64ToUint8Array, convertUint8ArrayToBase64 } from '@ai-sdk/provider-utils';
import { imageSize } from '../../codec/invoke/image-size.ts';
import { validationError } from '../aws-error.ts';
import { hash } from '../hash.ts';
import { serviceError } from '../validation/service-words.ts';
import { compare } from '../validation/shape.ts';
import { flatShape, isTitan, taskShape, taskShapes, xlShape } from './image-shapes.ts';
import { type LocalModel, mayBe } from './local-model.ts';
import { drawPicture, encodePng } from './png.ts';

interface Sides {
  readonly width: number;
  readonly height: number;
}

async function draw(text: string, { width, height }: Sides, transparent = false): Promise<string> {
  return convertUint8ArrayToBase64(await encodePng(drawPicture(text, width, height, transparent)));
}

/** Of a file of the request. */
function sizeOf(base64: JSONValue | undefined): Sides {
  const size = typeof base64 === 'string' ? imageSize(convertBase64ToUint8Array(base64)) : undefined;
  return size ?? { width: 1024, height: 1024 };
}

function numberOr(value: JSONValue | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

/* -------------------------------------------- Nova Canvas and Titan Image */

const taskModel: LocalModel = {
  claims: (modelId, { taskType }) =>
    /nova-canvas|titan-image/.test(modelId) ||
    (mayBe(modelId, /nova-canvas/) && typeof taskType === 'string'),
  shape: modelId => taskShape(modelId),
  answer: async (body, modelId) => {
    const { taskType, imageGenerationConfig = {} } = body;
    const params = paramsOf(body, modelId);
    const config = imageGenerationConfig as JSONObject;
    const [file] = [params['image'], params['sourceImage'], (params['images'] as string[] | undefined)?.[0]];
    const keeps = taskType === 'INPAINTING' || taskType === 'OUTPAINTING' || taskType === 'VIRTUAL_TRY_ON';
    const size =
      keeps || taskType === 'BACKGROUND_REMOVAL'
        ? sizeOf(file ?? params['sourceImage'])
        : checkSize(
            { width: numberOr(config['width'], 1024), height: numberOr(config['height'], 1024) },
            modelId,
          );
    const seed = numberOr(config['seed'], 12);
    const text = JSON.stringify([
      taskType,
      params,
      { ...config, seed: undefined, numberOfImages: undefined },
    ]);
    const images = await Promise.all(
      Array.from({ length: numberOr(config['numberOfImages'], 1) }, (_, index) =>
        draw(`${text}${seed + index}`, size, taskType === 'BACKGROUND_REMOVAL'),
      ),
    );
    const mask = params['returnMask'] === true ? { maskImage: await draw(`mask${text}`, size) } : {};
    return { body: { images, ...mask, error: null } };
  },
};

/** The object of the task's own parameters, compared with its own shape. */
function paramsOf(body: JSONObject, modelId: string): JSONObject {
  const task = taskShapes(modelId)[String(body['taskType'])];
  if (task === undefined) throw validationError(`${String(body['taskType'])} is not a task of this model.`);
  const [name, shape] = task;
  const params = body[name];
  if (params === undefined) throw malformed(`#: required key [${name}] not found`);
  const error = serviceError(compare(shape, params));
  if (error !== undefined) throw error;
  checkMask(String(body['taskType']), params as JSONObject);
  return params as JSONObject;
}

function checkMask(taskType: string, { maskImage, maskPrompt }: JSONObject): void {
  if (taskType !== 'INPAINTING' && taskType !== 'OUTPAINTING') return;
  if ((maskImage === undefined) === (maskPrompt === undefined)) {
    throw validationError('Exactly one of maskImage and maskPrompt must be provided.');
  }
}

/** https://docs.aws.amazon.com/nova/latest/userguide/image-gen-access.html */
function checkSize(size: Sides, modelId: string): Sides {
  const { width, height } = size;
  const fits = (side: number) => side >= 320 && side <= 4096 && side % 16 === 0;
  const ratio = Math.max(width / height, height / width);
  if (isTitan(modelId) || (fits(width) && fits(height) && ratio <= 4 && width * height < 2 ** 22)) {
    return size;
  }
  throw validationError(`The provided image size ${width}x${height} is not supported.`);
}

/* ------------------------------------------------------------ Stability AI */

/** Pixels of the images that are drawn, about. */
const PIXELS = 1024 ** 2;

/** Members by which a body is known whose address does not say the model. */
const SIGNS = ['aspect_ratio', 'output_format', 'image', 'init_image', 'negative_prompt'];

const flatModel: LocalModel = {
  claims: (modelId, body) =>
    !isXl(modelId, body) &&
    (/stability\./.test(modelId) ||
      (mayBe(modelId, /stability/) && SIGNS.some(member => body[member] !== undefined))),
  shape: modelId => flatShape(modelId),
  answer: async (body, modelId) => {
    const { image, init_image, seed = 0, aspect_ratio = '1:1', output_format: _, ...rest } = body;
    checkFlat(body, modelId);
    // 0 asks for a random seed; here it follows from the request as everything does.
    const text = JSON.stringify([modelId, image, init_image, aspect_ratio, rest]);
    const used = seed === 0 ? (hash(text)[0] % 4_294_967_294) + 1 : numberOr(seed, 0);
    const file = image ?? init_image;
    const drawsAnew = file === undefined || /style-guide/.test(modelId);
    const size = drawsAnew ? ratioSize(String(aspect_ratio)) : editedSize(sizeOf(file), body, modelId);
    const drawn = await draw(`${text}${used}`, size, /remove-background/.test(modelId));
    return { body: { seeds: [used], finish_reasons: [null], images: [drawn] } };
  },
};

function checkFlat(body: JSONObject, modelId: string): void {
  const { mode, image, strength, left, right, up, down } = body;
  if (/outpaint/.test(modelId) && !(left || right || up || down)) {
    throw malformed('#: at least one of left, right, up and down must be greater than 0');
  }
  if (/stability\.sd/.test(modelId)) {
    const edits = mode === 'image-to-image';
    if (edits !== (image !== undefined) || (edits && strength === undefined)) {
      throw malformed('#: image and strength go with the mode image-to-image');
    }
  }
}

/** Multiples of 64, as Stability has them. */
function ratioSize(ratio: string): Sides {
  const [across = 1, down = 1] = ratio.split(':').map(Number);
  const side = (length: number) => Math.round(length / 64) * 64;
  return {
    width: side(Math.sqrt((PIXELS * across) / down)),
    height: side(Math.sqrt((PIXELS * down) / across)),
  };
}

function editedSize({ width, height }: Sides, body: JSONObject, modelId: string): Sides {
  const { left, right, up, down } = body;
  if (/upscale/.test(modelId)) {
    const times = Math.min(4, 4096 / Math.max(width, height));
    return { width: Math.floor(width * times), height: Math.floor(height * times) };
  }
  return {
    width: width + numberOr(left, 0) + numberOr(right, 0),
    height: height + numberOr(up, 0) + numberOr(down, 0),
  };
}

function isXl(modelId: string, { text_prompts }: JSONObject): boolean {
  return /stable-diffusion-xl/.test(modelId) || (mayBe(modelId, /xl/) && text_prompts !== undefined);
}

const xlModel: LocalModel = {
  claims: isXl,
  shape: () => xlShape,
  answer: async body => {
    const { seed = 0, init_image, width, height, ...rest } = body;
    const size =
      init_image === undefined
        ? { width: numberOr(width, 1024), height: numberOr(height, 1024) }
        : sizeOf(init_image);
    const base64 = await draw(JSON.stringify([seed, init_image, rest]), size);
    return { body: { result: 'success', artifacts: [{ seed, base64, finishReason: 'SUCCESS' }] } };
  },
};

function malformed(problem: string) {
  return validationError(`Malformed input request: ${problem}, please reformat your input and try again.`);
}

export const imageModels: readonly LocalModel[] = [taskModel, xlModel, flatModel];
