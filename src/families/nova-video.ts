import type { JSONObject, SharedV4Warning } from '@ai-sdk/provider';
import { invalid, unsupported } from '../codec/invoke/image-form.ts';
import type { VideoImage, VideoPlan, VideoRequest, VideoTraits } from '../codec/invoke/video.ts';
import { checkText, checkVideoImage, checkVideoRequest, type VideoForm } from '../codec/invoke/video-form.ts';
import { readImage } from '../codec/invoke/video-images.ts';
import { VIDEO_TASKS, type VideoTask } from '../codec/invoke/video-options.ts';

/**
 * Nova Reel. Several shots came with v1:1.
 * @see https://docs.aws.amazon.com/nova/latest/userguide/video-gen-access.html
 */
export function novaVideo(baseModel: string): VideoTraits {
  const tasks = baseModel.includes('nova-reel-v1:0') ? (['TEXT_VIDEO'] as const) : VIDEO_TASKS;
  return {
    seeds: { range: SEEDS, byDefault: 42 },
    plan: request => planReel(request, tasks),
    file: 'output.mp4',
    mediaType: 'video/mp4',
  };
}

const MODEL = 'Nova Reel';
const SEEDS: readonly [number, number] = [0, 2_147_483_646];
const SHOT_SECONDS = 6;
/** Two minutes. */
const MAX_SHOTS = 20;
const MAX_SECONDS = MAX_SHOTS * SHOT_SECONDS;
const SIZE = { width: 1280, height: 720 };

const FORM: VideoForm = {
  model: MODEL,
  options: ['taskType', 'shots'],
  images: {
    formats: ['png', 'jpeg'],
    lastFrame: false,
    s3: true,
    size: {
      words: 'exactly 1280x720',
      fits: ({ width, height }) => width === SIZE.width && height === SIZE.height,
    },
  },
  fps: { only: 24 },
  seeds: SEEDS,
};

function planReel(request: VideoRequest, tasks: readonly VideoTask[]): VideoPlan {
  const taskType = taskOf(request);
  if (!tasks.includes(taskType)) throw oneShotOnly(request, taskType);
  const warnings = checkVideoRequest(request, { ...FORM, model: `${MODEL} (${taskType})` });
  checkShape(request);
  const durationSeconds = durationOf(request, taskType);
  const params = paramsOf(request, taskType, warnings);
  return {
    warnings,
    seconds: durationSeconds ?? (request.options.shots?.length ?? 0) * SHOT_SECONDS,
    body: ({ seed }) => ({
      taskType,
      ...params,
      videoGenerationConfig: {
        ...(durationSeconds !== undefined && { durationSeconds }),
        fps: 24,
        dimension: '1280x720',
        ...(seed !== undefined && { seed }),
      },
    }),
  };
}

function oneShotOnly(request: VideoRequest, taskType: VideoTask): Error {
  const { duration, options, optionsPlace } = request;
  const reason = options.taskType === undefined ? reasonOf(request) : 'taskType';
  const rule = `this version of ${MODEL} makes one shot of ${SHOT_SECONDS} seconds (TEXT_VIDEO)`;
  return reason === 'duration'
    ? invalid(reason, `${rule}, got ${duration}`)
    : invalid(`${optionsPlace}.${reason}`, `${rule}, and the call is ${taskType}`);
}

function taskOf(request: VideoRequest): VideoTask {
  const { options } = request;
  if (options.taskType !== undefined) return options.taskType;
  switch (reasonOf(request)) {
    case 'shots':
      return 'MULTI_SHOT_MANUAL';
    case 'duration':
      return 'MULTI_SHOT_AUTOMATED';
    default:
      return 'TEXT_VIDEO';
  }
}

/** What of the call asks for several shots. */
function reasonOf({ options, duration = SHOT_SECONDS }: VideoRequest): 'shots' | 'duration' | undefined {
  if (options.shots !== undefined) return 'shots';
  return duration > SHOT_SECONDS ? 'duration' : undefined;
}

function checkShape({ resolution, aspectRatio }: VideoRequest): void {
  if (resolution !== undefined && (resolution.width !== SIZE.width || resolution.height !== SIZE.height)) {
    throw invalid('resolution', `${MODEL} takes 1280x720, got ${resolution.width}x${resolution.height}`);
  }
  if (aspectRatio === undefined || aspectRatio === 'adaptive') return;
  const { width, height } = aspectRatio;
  if (width * 9 !== height * 16) throw invalid('aspectRatio', `${MODEL} takes 16:9, got ${width}:${height}`);
}

function durationOf({ duration, options }: VideoRequest, taskType: VideoTask): number | undefined {
  switch (taskType) {
    case 'TEXT_VIDEO':
      if (duration === undefined || duration === SHOT_SECONDS) return SHOT_SECONDS;
      throw invalid('duration', `${MODEL} (${taskType}) takes ${SHOT_SECONDS}, got ${duration}`);
    case 'MULTI_SHOT_AUTOMATED': {
      const fits = (seconds: number) =>
        seconds >= 2 * SHOT_SECONDS && seconds <= MAX_SECONDS && seconds % SHOT_SECONDS === 0;
      if (duration !== undefined && fits(duration)) return duration;
      throw invalid(
        'duration',
        `${MODEL} (${taskType}) takes 12 to ${MAX_SECONDS} in steps of ${SHOT_SECONDS}, got ${duration}`,
      );
    }
    case 'MULTI_SHOT_MANUAL': {
      const seconds = (options.shots?.length ?? 0) * SHOT_SECONDS;
      if (duration === undefined || duration === seconds) return undefined;
      throw invalid(
        'duration',
        `the shots have ${SHOT_SECONDS} seconds each, ${seconds} in all, got ${duration}`,
      );
    }
  }
}

function paramsOf(request: VideoRequest, taskType: VideoTask, warnings: SharedV4Warning[]): JSONObject {
  const { prompt, firstFrame, options, optionsPlace } = request;
  const model = `${MODEL} (${taskType})`;
  if (taskType !== 'MULTI_SHOT_MANUAL' && options.shots !== undefined) {
    throw invalid(`${optionsPlace}.shots`, `${model} takes no shots; they are for MULTI_SHOT_MANUAL`);
  }
  switch (taskType) {
    case 'TEXT_VIDEO': {
      const text = checkText('prompt', prompt, 512, model);
      return {
        textToVideoParams: { text, ...(firstFrame !== undefined && { images: [toImage(firstFrame)] }) },
      };
    }
    case 'MULTI_SHOT_AUTOMATED':
      if (firstFrame !== undefined) {
        throw invalid(firstFrame.place, `${model} takes no image; MULTI_SHOT_MANUAL takes one for each shot`);
      }
      return { multiShotAutomatedParams: { text: checkText('prompt', prompt, 4000, model) } };
    case 'MULTI_SHOT_MANUAL':
      if (prompt !== undefined) warnings.push(unsupported('prompt', `${model} goes by its shots.`));
      if (firstFrame !== undefined) {
        throw invalid(firstFrame.place, `${model} takes images in its shots only`);
      }
      return { multiShotManualParams: { shots: toShots(request) } };
  }
}

function toShots({ options: { shots = [] }, optionsPlace }: VideoRequest): JSONObject[] {
  const place = `${optionsPlace}.shots`;
  if (shots.length === 0 || shots.length > MAX_SHOTS) {
    throw invalid(place, `${MODEL} takes 1 to ${MAX_SHOTS} shots, got ${shots.length}`);
  }
  return shots.map((shot, index) => {
    const text = checkText(`${place}[${index}].text`, shot.text, 512, MODEL);
    const image = shot.image === undefined ? undefined : readImage(shot.image, `${place}[${index}].image`);
    checkVideoImage(image, FORM);
    return { text, ...(image !== undefined && { image: toImage(image) }) };
  });
}

function toImage({ format, source }: VideoImage): JSONObject {
  return {
    format,
    source: 'uri' in source ? { s3Location: { uri: source.uri } } : { bytes: source.base64 },
  };
}
