import type {
  JSONValue,
  Experimental_VideoModelV4CallOptions as VideoModelV4CallOptions,
  Experimental_VideoModelV4OperationStartResult as VideoModelV4OperationStartResult,
  Experimental_VideoModelV4OperationStatusResult as VideoModelV4OperationStatusResult,
  Experimental_VideoModelV4VideoData as VideoModelV4VideoData,
} from '@ai-sdk/provider';
import { z } from 'zod/v4';
import { outputFile, parseS3Uri } from '../codec/invoke/output-location.ts';
import type { VideoFamilyOptions, VideoRequest, VideoTraits } from '../codec/invoke/video.ts';
import { readVideoImage } from '../codec/invoke/video-images.ts';
import {
  type BedrockVideoMetadata,
  MAX_TOKEN_LENGTH,
  readVideoOptions,
  urlSeconds,
  VIDEO_OUTPUTS,
  type VideoOutput,
} from '../codec/invoke/video-options.ts';
import { checkOptions, invalidArgument, optionsKey, strict } from '../codec/provider-options.ts';
import type { BedrockError } from '../errors.ts';
import { encodeRfc3986 } from '../settings/model-ref.ts';
import { streamError } from '../transport/api-error.ts';
import type { TransportCall, TransportReply } from '../transport/transport.ts';
import {
  type BedrockJob,
  checkInvocationArn,
  findOutputLocation,
  getJob,
  regionOfJob,
  startJob,
} from './async-invoke.ts';
import { concurrently } from './concurrently.ts';
import type { ModelContext } from './model-context.ts';
import { readFile } from './reply-json.ts';
import type { ResolvedModel } from './resolved-model.ts';
import { responseMetadata } from './response-metadata.ts';
import { readSides } from './sides.ts';

/**
 * What stands for the videos of one call while they are made: plain JSON, so that another process can go on with it.
 * The ARN of a job alone is one, too.
 */
export type BedrockVideoOperation =
  | string
  | {
      /** One for each video. */
      invocationArns: string[];
      /** @default 'bytes' */
      output?: VideoOutput | undefined;
      /** Seconds. @default 3600 */
      urlExpiresIn?: number | undefined;
    };

const DEFAULT_URL_SECONDS = 3600;

/** Makes the videos of one model. */
export class VideoMaker {
  readonly #model: ResolvedModel;
  readonly #context: ModelContext;
  readonly #traits: VideoTraits;

  constructor(model: ResolvedModel, context: ModelContext, traits: VideoTraits) {
    this.#model = model;
    this.#context = context;
    this.#traits = traits;
  }

  async start(options: VideoModelV4CallOptions): Promise<VideoModelV4OperationStartResult> {
    const { abortSignal, headers, providerOptions } = options;
    const place = `providerOptions.${optionsKey(providerOptions)}`;
    const {
      outputLocation: ofCall,
      output = 'bytes',
      urlExpiresIn,
      clientRequestToken = idempotencyKey(headers) ?? crypto.randomUUID(),
      tags,
      additionalModelRequestFields,
      ...own
    } = readVideoOptions(providerOptions);
    const plan = this.#traits.plan(readRequest(options, own, place));
    const outputLocation = findOutputLocation(ofCall, this.#context, `${place}.outputLocation`);
    if (output !== 's3') await this.#checkReadable(outputLocation.s3Uri);
    const starts = seedsOf(options, this.#traits).map((seed, index) => ({
      seed,
      token: tokenOf(clientRequestToken, index),
    }));
    const started = await concurrently(starts, abortSignal, ({ seed, token }, signal) =>
      startJob(this.#model, this.#context, {
        modelInput: { ...plan.body({ seed }), ...additionalModelRequestFields },
        outputLocation,
        clientRequestToken: token,
        tags,
        headers: withoutIdempotencyKey(headers),
        abortSignal: signal,
        providerOptions,
      }),
    );
    const invocationArns = started.map(({ invocationArn }) => invocationArn);
    return {
      operation: { invocationArns, output, ...(urlExpiresIn !== undefined && { urlExpiresIn }) },
      warnings: [...plan.warnings],
      providerMetadata: {
        bedrock: { invocationArns, ...(plan.seconds !== undefined && { seconds: plan.seconds }) },
      },
      response: this.#response(started[0]?.reply),
    };
  }

  async status({
    operation,
    abortSignal,
    headers,
  }: {
    operation: JSONValue;
    abortSignal?: AbortSignal;
    headers?: Record<string, string | undefined>;
  }): Promise<VideoModelV4OperationStatusResult> {
    const { invocationArns, output, urlExpiresIn } = readOperation(operation);
    const replies = await concurrently(invocationArns, abortSignal, (arn, signal) =>
      getJob(arn, this.#context, { headers, abortSignal: signal }),
    );
    const response = this.#response(replies[0]?.reply);
    if (replies.some(({ job }) => job.status === 'InProgress')) return { status: 'pending', response };
    const failures = replies.flatMap(({ job, reply }) =>
      job.status === 'Failed' ? [jobError(job, reply, this.#model)] : [],
    );
    const [failure] = failures;
    if (failure !== undefined && failures.length === replies.length) throw failure;
    const made = replies.flatMap(({ job }) => (job.status === 'Completed' ? [this.#videoOf(job)] : []));
    return {
      status: 'completed',
      videos: await concurrently(made, abortSignal, (video, signal) =>
        this.#handOut(video, { output, urlExpiresIn, abortSignal: signal }),
      ),
      warnings: failures.map(({ message }) => ({
        type: 'other',
        message: `There are fewer videos than asked for: ${message}`,
      })),
      providerMetadata: { bedrock: { videos: made } },
      response,
    };
  }

  /** Who has an identity that S3 does not take learns so before a video is paid for: nothing else does it. */
  async #checkReadable(s3Uri: string): Promise<void> {
    const anyObject = `${s3Uri.replace(/\/+$/, '')}/${this.#traits.file}`;
    await this.#context.presign(s3Call(anyObject, this.#model.region), 1);
  }

  #videoOf({ invocationArn, outputLocation }: BedrockJob): BedrockVideoMetadata {
    return { invocationArn, s3Uri: outputFile(outputLocation, invocationArn, this.#traits.file) };
  }

  async #handOut(
    { invocationArn, s3Uri }: BedrockVideoMetadata,
    {
      output,
      urlExpiresIn,
      abortSignal,
    }: { output: VideoOutput; urlExpiresIn: number; abortSignal: AbortSignal | undefined },
  ): Promise<VideoModelV4VideoData> {
    const { mediaType } = this.#traits;
    const call = s3Call(s3Uri, regionOfJob(invocationArn));
    switch (output) {
      case 's3':
        return { type: 'uploaded', mediaType };
      case 'url':
        return { type: 'url', url: await this.#context.presign(call, urlExpiresIn), mediaType };
      case 'bytes': {
        // What comes is a stream, long before it ends.
        const reply = await this.#context.send({ ...call, streams: true, abortSignal });
        return { type: 'binary', data: await readFile(reply), mediaType };
      }
    }
  }

  #response(reply: TransportReply | undefined): VideoModelV4OperationStartResult['response'] {
    const { timestamp = new Date() } = reply === undefined ? {} : responseMetadata(reply);
    return { timestamp, modelId: this.#model.modelId, headers: reply?.headers };
  }
}

/* ------------------------------------------------------------------- calls */

function readRequest(
  call: VideoModelV4CallOptions,
  options: VideoFamilyOptions,
  optionsPlace: string,
): VideoRequest {
  const {
    prompt,
    aspectRatio,
    resolution,
    duration,
    fps,
    seed,
    image,
    frameImages = [],
    inputReferences,
  } = call;
  const frameOf = (type: 'first_frame' | 'last_frame') =>
    frameImages.find(frame => frame.frameType === type)?.image;
  // The AI SDK gives the first frame as the image, too.
  const firstFrame = image ?? frameOf('first_frame');
  const lastFrame = frameOf('last_frame');
  return {
    prompt: prompt === '' ? undefined : prompt,
    aspectRatio: aspectRatio === 'adaptive' ? 'adaptive' : readSides('aspectRatio', aspectRatio, ':'),
    resolution: readSides('resolution', resolution, 'x'),
    duration,
    fps,
    seed,
    firstFrame: firstFrame && readVideoImage(firstFrame, image === undefined ? 'frameImages' : 'image'),
    lastFrame: lastFrame && readVideoImage(lastFrame, 'frameImages'),
    references: inputReferences !== undefined && inputReferences.length > 0,
    generateAudio: call.generateAudio,
    options,
    optionsPlace,
  };
}

/** One seed for each video; they move on, because jobs of the same seed make the same video. */
function seedsOf({ n, seed }: VideoModelV4CallOptions, { seeds }: VideoTraits): (number | undefined)[] {
  if (!(Number.isInteger(n) && n >= 1))
    throw invalidArgument('n', `expected a whole number from 1 on, got ${n}`);
  if (n === 1) return [seeds && seed];
  if (seeds === undefined) return Array.from({ length: n }, () => undefined);
  const { range, byDefault } = seeds;
  const first = seed ?? byDefault;
  return Array.from({ length: n }, (_, index) => (first + index) % (range[1] + 1));
}

const IDEMPOTENCY_KEY = 'idempotency-key';

/** The AI SDK makes one for each start and keeps it when it tries again. */
function idempotencyKey(headers: VideoModelV4CallOptions['headers'] = {}): string | undefined {
  const key = Object.entries(headers).find(([name]) => name.toLowerCase() === IDEMPOTENCY_KEY)?.[1];
  if (key === undefined || /^[!-~]+$/.test(key)) return key;
  throw invalidArgument(`headers.${IDEMPOTENCY_KEY}`, 'expected visible ASCII characters');
}

function withoutIdempotencyKey(headers: VideoModelV4CallOptions['headers'] = {}) {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.toLowerCase() !== IDEMPOTENCY_KEY),
  );
}

function tokenOf(token: string, index: number): string {
  const own = index === 0 ? token : `${token}-${index + 1}`;
  if (own.length <= MAX_TOKEN_LENGTH) return own;
  throw invalidArgument(
    'clientRequestToken',
    `expected at most ${MAX_TOKEN_LENGTH} characters, with the number of the video behind it, got ${own.length}`,
  );
}

function readOperation(operation: JSONValue): {
  invocationArns: string[];
  output: VideoOutput;
  urlExpiresIn: number;
} {
  const given = typeof operation === 'string' ? { invocationArns: [operation] } : operation;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalidArgument('operation', 'expected the ARN of a job, or what doStart gave');
  }
  const {
    invocationArns,
    output = 'bytes',
    urlExpiresIn = DEFAULT_URL_SECONDS,
  } = checkOptions(operationSchema(), given as Record<string, JSONValue>, () => 'operation');
  return {
    invocationArns: invocationArns.map(arn => checkInvocationArn(arn, 'operation')),
    output,
    urlExpiresIn,
  };
}

function operationSchema(): z.ZodType<Exclude<BedrockVideoOperation, string>> {
  return strict({
    invocationArns: z.array(z.string()).min(1),
    output: z.enum(VIDEO_OUTPUTS).optional(),
    urlExpiresIn: urlSeconds().optional(),
  });
}

function s3Call(s3Uri: string, region: string | undefined): TransportCall {
  const { bucket, key } = parseS3Uri(s3Uri);
  const path = `/${key.split('/').map(encodeRfc3986).join('/')}`;
  return { service: 's3', bucket, region, method: 'GET', path };
}

/** The words of the models for videos that a filter holds back. */
const FILTERED = /content (?:filter|moderation|policy)|moderat|responsible ai|\bRAI_/i;

function jobError(
  { invocationArn, failureMessage = 'AWS gave no reason' }: BedrockJob,
  { call }: TransportReply,
  { ref }: ResolvedModel,
): BedrockError {
  return streamError(
    FILTERED.test(failureMessage) ? 'ContentFiltered' : 'JobFailed',
    `The job ${invocationArn} failed: ${failureMessage}`,
    { ...call, modelId: ref.id },
  );
}
