/**
 * Nova Reel and Luma Ray. What they film follows from the request and nothing else: the same request gets the same
 * video, at the size and for as long as was asked for.
 */
import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import { convertBase64ToUint8Array } from '@ai-sdk/provider-utils';
import { imageSize } from '../../codec/invoke/image-size.ts';
import { validationError } from '../aws-error.ts';
import type { JobFiles } from '../jobs.ts';
import { serviceError } from '../validation/service-words.ts';
import {
  blob,
  boolean,
  compare,
  document,
  enumeration,
  integer,
  list,
  type StructureShape,
  string,
  structure,
} from '../validation/shape.ts';
import { mayBe } from './local-model.ts';
import { drawVideo, type Mp4Options } from './mp4.ts';

/** The contract of a model that the local Bedrock plays in asynchronous jobs. */
export interface LocalJobModel {
  /** Whether the request is for this model; an ARN may say nothing, and then the members of the input do. */
  claims(modelId: string, input: JSONObject): boolean;
  shape(modelId: string): StructureShape;
  /** @throws AwsError for what a shape cannot say */
  check(input: JSONObject, modelId: string): void;
  /** @param folder `s3://…` of the job */
  make(input: JSONObject, folder: string): JobFiles;
}

const FPS = 24;

const json = (value: JSONValue) => ({
  bytes: new TextEncoder().encode(JSON.stringify(value)),
  type: 'application/json',
});

const video = (text: string, options: Omit<Mp4Options, 'fps'>) => ({
  bytes: drawVideo(text, { ...options, fps: FPS }),
  type: 'video/mp4',
});

/** @param fits of the size; objects in S3 are not looked at */
function checkPicture(base64: unknown, fits: (width: number, height: number) => boolean, rule: string): void {
  if (typeof base64 !== 'string') return;
  const { width, height } = imageSize(convertBase64ToUint8Array(base64)) ?? {};
  if (width === undefined || height === undefined) {
    throw validationError('The image must be a valid PNG or JPEG.');
  }
  if (!fits(width, height))
    throw validationError(`The image must be ${rule} pixels, and is ${width}x${height}.`);
}

/* --------------------------------------------------------------- Nova Reel */

const SHOT_SECONDS = 6;
const SIZE = { width: 1280, height: 720 };

const image = structure(
  {
    format: enumeration(['png', 'jpeg']),
    source: structure({
      bytes: blob({ min: 1 }),
      s3Location: structure({ uri: string({ min: 1 }, 's3://.+'), bucketOwner: string({}, '[0-9]{12}') }, [
        'uri',
      ]),
    }),
  },
  ['format', 'source'],
);

/** The member that holds a task's parameters, and their shape. */
const REEL_TASKS: Readonly<Record<string, readonly [params: string, shape: StructureShape]>> = {
  TEXT_VIDEO: [
    'textToVideoParams',
    structure({ text: string({ min: 1, max: 512 }), images: list(image, { min: 1, max: 1 }) }, ['text']),
  ],
  MULTI_SHOT_AUTOMATED: [
    'multiShotAutomatedParams',
    structure({ text: string({ min: 1, max: 4000 }) }, ['text']),
  ],
  MULTI_SHOT_MANUAL: [
    'multiShotManualParams',
    structure(
      {
        shots: list(structure({ text: string({ min: 1, max: 512 }), image }, ['text']), { min: 1, max: 20 }),
      },
      ['shots'],
    ),
  ],
};

interface ReelParams {
  text?: string;
  images?: ReelImage[];
  shots?: { text: string; image?: ReelImage }[];
}

interface ReelImage {
  source: { bytes?: string };
}

const reel: LocalJobModel = {
  claims: (modelId, { taskType }) =>
    /nova-reel/.test(modelId) || (mayBe(modelId, /nova-reel/) && typeof taskType === 'string'),
  shape: modelId =>
    structure(
      {
        taskType: enumeration(/nova-reel-v1:0/.test(modelId) ? ['TEXT_VIDEO'] : Object.keys(REEL_TASKS)),
        // Only the member of the task is compared further.
        ...Object.fromEntries(Object.values(REEL_TASKS).map(([params]) => [params, document])),
        videoGenerationConfig: structure({
          durationSeconds: integer({ min: SHOT_SECONDS, max: 120 }),
          fps: integer({ min: FPS, max: FPS }),
          dimension: enumeration(['1280x720']),
          seed: integer({ min: 0, max: 2_147_483_646 }),
        }),
      },
      ['taskType'],
    ),
  check: input => {
    const { images = [], shots = [] } = reelParams(input);
    checkSeconds(input);
    for (const { source } of [...images, ...shots.flatMap(shot => shot.image ?? [])]) {
      const fits = (width: number, height: number) => width === SIZE.width && height === SIZE.height;
      checkPicture(source.bytes, fits, '1280x720');
    }
  },
  make: (input, folder) => {
    const seconds = reelSeconds(input);
    const text = JSON.stringify(input);
    const names =
      input['taskType'] === 'TEXT_VIDEO'
        ? []
        : Array.from(
            { length: seconds / SHOT_SECONDS },
            (_, shot) => `shot_${String(shot + 1).padStart(4, '0')}.mp4`,
          );
    const shots = names.map(
      name => [name, video(`${name}${text}`, { ...SIZE, seconds: SHOT_SECONDS })] as const,
    );
    const files = ['output.mp4', ...names];
    const done = (name: string) => ({ status: 'SUCCESS', location: `${folder}/${name}` });
    return {
      'output.mp4': video(text, { ...SIZE, seconds }),
      ...Object.fromEntries(shots),
      'manifest.json': json({ files: [...files, 'video-generation-status.json'] }),
      'video-generation-status.json': json({
        schemaVersion: '1.0',
        shots: names.map(done),
        fullVideo: done('output.mp4'),
      }),
    };
  },
};

function reelParams(input: JSONObject): ReelParams {
  const [name = '', shape = structure({})] = REEL_TASKS[String(input['taskType'])] ?? [];
  const params = input[name];
  if (params === undefined) {
    throw validationError(
      `Malformed input request: #: required key [${name}] not found, please reformat your input and try again.`,
    );
  }
  const error = serviceError(compare(shape, params));
  if (error !== undefined) throw error;
  return params as ReelParams;
}

function configOf(input: JSONObject): { durationSeconds?: number } {
  return (input['videoGenerationConfig'] ?? {}) as { durationSeconds?: number };
}

function checkSeconds(input: JSONObject): void {
  const { durationSeconds } = configOf(input);
  const { taskType } = input;
  const fits =
    taskType === 'MULTI_SHOT_AUTOMATED'
      ? durationSeconds !== undefined && durationSeconds >= 12 && durationSeconds % SHOT_SECONDS === 0
      : taskType === 'TEXT_VIDEO'
        ? durationSeconds === undefined || durationSeconds === SHOT_SECONDS
        : durationSeconds === undefined;
  if (!fits)
    throw validationError(`durationSeconds ${durationSeconds} is not supported for ${String(taskType)}.`);
}

function reelSeconds(input: JSONObject): number {
  const { shots = [] } = reelParams(input);
  if (shots.length > 0) return shots.length * SHOT_SECONDS;
  return configOf(input).durationSeconds ?? SHOT_SECONDS;
}

/* ---------------------------------------------------------------- Luma Ray */

const frame = structure(
  {
    type: enumeration(['image']),
    source: structure(
      {
        type: enumeration(['base64']),
        media_type: enumeration(['image/jpeg', 'image/png']),
        data: blob({ min: 1 }),
      },
      ['type', 'media_type', 'data'],
    ),
  },
  ['type', 'source'],
);

const rayShape = structure(
  {
    prompt: string({ min: 1, max: 5000 }),
    aspect_ratio: enumeration(['1:1', '16:9', '9:16', '4:3', '3:4', '21:9', '9:21']),
    duration: enumeration(['5s', '9s']),
    resolution: enumeration(['540p', '720p']),
    loop: boolean,
    keyframes: structure({ frame0: frame, frame1: frame }),
  },
  ['prompt'],
);

const ray: LocalJobModel = {
  claims: (modelId, { prompt }) =>
    /luma\.ray/.test(modelId) || (mayBe(modelId, /luma\.ray/) && prompt !== undefined),
  shape: () => rayShape,
  check: ({ keyframes = {} }) => {
    for (const one of Object.values(keyframes as Record<string, { source: { data: string } }>)) {
      const fits = (width: number, height: number) =>
        Math.min(width, height) >= 512 && Math.max(width, height) <= 4096;
      checkPicture(one.source.data, fits, '512 to 4096');
    }
  },
  make: input => {
    const { aspect_ratio = '16:9', resolution = '720p', duration = '5s' } = input;
    const size = raySize(String(aspect_ratio), Number.parseInt(String(resolution), 10));
    const seconds = Number.parseInt(String(duration), 10);
    return { 'output.mp4': video(JSON.stringify(input), { ...size, seconds }) };
  },
};

/** @param lines of the shorter side */
function raySize(ratio: string, lines: number): { width: number; height: number } {
  const [across = 1, down = 1] = ratio.split(':').map(Number);
  const side = (length: number) => 2 * Math.round((lines * length) / Math.min(across, down) / 2);
  return { width: side(across), height: side(down) };
}

export const jobModels: readonly LocalJobModel[] = [reel, ray];
