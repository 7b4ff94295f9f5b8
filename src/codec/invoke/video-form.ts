/** Checks a request for a video against what a model takes, said as data. */
import type { SharedV4Warning } from '@ai-sdk/provider';
import type { Sides } from './image.ts';
import { invalid, unsupported } from './image-form.ts';
import type { VideoFamilyOptions, VideoImage, VideoRequest } from './video.ts';

export interface VideoForm {
  /** Begins sentences, e.g. `Luma Ray`. */
  readonly model: string;
  /** Which of the families' options it takes. */
  readonly options: readonly (keyof VideoFamilyOptions)[];
  readonly images: {
    readonly formats: readonly string[];
    readonly lastFrame: boolean;
    readonly s3: boolean;
    /** In pixels; a sentence's end, e.g. `exactly 1280x720`, and the test. */
    readonly size: { readonly words: string; readonly fits: (size: Sides) => boolean };
  };
  readonly fps: { readonly only: number } | 'nothing';
  readonly seeds?: readonly [min: number, max: number] | undefined;
}

/**
 * @returns warnings for what the model does not take
 * @throws InvalidArgumentError for values that it cannot do with
 */
export function checkVideoRequest(request: VideoRequest, form: VideoForm): SharedV4Warning[] {
  const { model, images, fps, seeds } = form;
  const warnings: SharedV4Warning[] = [];
  const leaveOut = (feature: string, details: string) => warnings.push(unsupported(feature, details));

  for (const image of [request.firstFrame, request.lastFrame]) checkVideoImage(image, form);
  if (request.lastFrame !== undefined && !images.lastFrame) {
    leaveOut('frameImages', `${model} takes a first frame only.`);
  }
  if (request.references) leaveOut('inputReferences', `${model} takes no references.`);
  if (request.generateAudio) leaveOut('generateAudio', `${model} makes videos without sound.`);
  if (request.aspectRatio === 'adaptive') {
    leaveOut('aspectRatio', `${model} does not take its ratio from the image.`);
  }
  if (request.fps !== undefined && fps === 'nothing') leaveOut('fps', `${model} chooses it.`);
  if (request.fps !== undefined && fps !== 'nothing') checkOnly('fps', request.fps, fps.only, model);
  if (request.seed !== undefined && seeds === undefined) leaveOut('seed', `${model} has no seed.`);
  if (request.seed !== undefined && seeds !== undefined) checkSeed(request.seed, seeds, model);
  for (const [option, value] of Object.entries(request.options)) {
    if (value === undefined || form.options.includes(option as keyof VideoFamilyOptions)) continue;
    leaveOut(`${request.optionsPlace}.${option}`, `${model} does not take it.`);
  }
  return warnings;
}

export function checkVideoImage(image: VideoImage | undefined, { model, images }: VideoForm): void {
  if (image === undefined) return;
  const { format, source, size, place } = image;
  if ('uri' in source && !images.s3) throw invalid(place, `${model} takes bytes or base64 only, not S3`);
  if (!images.formats.includes(format)) {
    throw invalid(place, `${model} takes ${images.formats.join(' and ')}, got ${format}`);
  }
  if (size !== undefined && !images.size.fits(size)) {
    throw invalid(
      place,
      `${model} takes images of ${images.size.words} pixels, got ${size.width}x${size.height}`,
    );
  }
}

function checkOnly(argument: string, value: number, only: number, model: string): void {
  if (value !== only) throw invalid(argument, `${model} takes ${only}, got ${value}`);
}

function checkSeed(seed: number, [min, max]: readonly [number, number], model: string): void {
  if (Number.isInteger(seed) && seed >= min && seed <= max) return;
  throw invalid('seed', `${model} takes a whole number from ${min} to ${max}, got ${seed}`);
}

/** @throws InvalidArgumentError when it is empty or too long */
export function checkText(place: string, text: string | undefined, max: number, model: string): string {
  const length = text?.length ?? 0;
  if (text !== undefined && length >= 1 && length <= max) return text;
  throw invalid(place, `${model} takes 1 to ${max} characters, got ${length}`);
}
