import {
  type ImageModelV4CallOptions,
  type ImageModelV4File,
  type ImageModelV4Result,
  InvalidArgumentError,
  type JSONObject,
  type SharedV4Warning,
} from '@ai-sdk/provider';
import { convertUint8ArrayToBase64, detectMediaType } from '@ai-sdk/provider-utils';
import type {
  ImageFailure,
  ImagePlan,
  ImageReply,
  ImageRequest,
  ImageTraits,
} from '../codec/invoke/image.ts';
import { readImageOptions } from '../codec/invoke/image-options.ts';
import { optionsKey } from '../codec/provider-options.ts';
import type { MovedCall } from '../traffic/traffic.ts';
import { errorFromStreamException, excerpt, streamError } from '../transport/api-error.ts';
import type { TransportReply } from '../transport/transport.ts';
import { concurrently } from './concurrently.ts';
import { Dispatcher } from './dispatch.ts';
import { type InvocationReply, invokeModel, textlessDemand } from './invoke.ts';
import type { ModelContext } from './model-context.ts';
import { readAs } from './reply-json.ts';
import type { ResolvedModel } from './resolved-model.ts';
import { responseMetadata } from './response-metadata.ts';
import { readSides } from './sides.ts';

/** One call of InvokeModel. */
interface Batch {
  readonly n: number;
  readonly seed: number | undefined;
}

interface BatchReply extends ImageReply {
  readonly reply: TransportReply;
  readonly servedBy?: MovedCall | undefined;
}

/** Makes the images of one model. */
export class ImageGenerator {
  readonly #traits: ImageTraits;
  readonly #model: ResolvedModel;
  readonly #context: ModelContext;
  readonly #dispatcher: Dispatcher;

  constructor(model: ResolvedModel, context: ModelContext, traits: ImageTraits) {
    this.#traits = traits;
    this.#model = model;
    this.#context = context;
    this.#dispatcher = new Dispatcher(model, context);
  }

  async generate(options: ImageModelV4CallOptions): Promise<ImageModelV4Result> {
    const { abortSignal } = options;
    const { additionalModelRequestFields, ...own } = readImageOptions(options.providerOptions);
    const plan = this.#traits.plan(this.#request(options, own));
    const batches = batchesOf(options, plan, this.#traits);
    const replies = await concurrently(batches, abortSignal, (batch, signal) =>
      this.#send({ ...plan.body(batch), ...additionalModelRequestFields }, options, signal),
    );
    // By image, because that is all that `generateImage` keeps of the metadata; and each call may move by itself.
    const images = replies.flatMap(({ images, servedBy }) =>
      servedBy === undefined
        ? images
        : images.map(image => ({ ...image, metadata: { ...image.metadata, servedBy: { ...servedBy } } })),
    );
    const failures = replies.flatMap(reply => reply.failures);
    const servedBy = replies.find(reply => reply.servedBy !== undefined)?.servedBy;
    const [first] = replies;
    if (images.length === 0) throw noImages(failures, first?.reply);
    return {
      images: images.map(({ base64 }) => base64),
      warnings: [...plan.warnings, ...failures.map(toWarning)],
      ...((servedBy !== undefined || images.some(({ metadata }) => metadata !== undefined)) && {
        providerMetadata: {
          bedrock: { images: images.map(({ metadata }) => metadata ?? {}), ...(servedBy && { servedBy }) },
        },
      }),
      response: {
        timestamp: new Date(),
        modelId: this.#model.modelId,
        headers: first?.reply.headers,
        ...(first && replyTime(first.reply)),
      },
    };
  }

  #request(call: ImageModelV4CallOptions, options: ImageRequest['options']): ImageRequest {
    const { prompt, size, aspectRatio, seed, files = [], mask, providerOptions } = call;
    return {
      prompt: prompt === '' ? undefined : prompt,
      size: readSides('size', size, 'x'),
      aspectRatio: readSides('aspectRatio', aspectRatio, ':'),
      seed,
      files: files.map((file, index) => this.#base64(file, `files[${index}]`)),
      mask: mask === undefined ? undefined : this.#base64(mask, 'mask'),
      options,
      optionsPlace: `providerOptions.${optionsKey(providerOptions)}`,
    };
  }

  #base64(file: ImageModelV4File, argument: string): string {
    if (file.type === 'url') {
      throw invalid(argument, 'Bedrock takes images as bytes or base64 only, not by URL');
    }
    const { data } = file;
    // The bytes are right where they and the caller disagree.
    const mediaType = detectMediaType({ data, topLevelType: 'image' }) ?? file.mediaType;
    const { mediaTypes } = this.#traits;
    if (mediaType.startsWith('image/') && mediaType !== 'image/*' && !mediaTypes.includes(mediaType)) {
      throw invalid(argument, `${this.#model.modelId} takes ${mediaTypes.join(', ')}, got ${mediaType}`);
    }
    return typeof data === 'string' ? data : convertUint8ArrayToBase64(data);
  }

  #send(
    body: JSONObject,
    { headers, providerOptions }: ImageModelV4CallOptions,
    abortSignal: AbortSignal | undefined,
  ): Promise<BatchReply> {
    return this.#dispatcher.run({ abortSignal, providerOptions }, model => ({
      demand: textlessDemand(body),
      send: async (charge, servedBy) => {
        const invoked = await invokeModel(model, this.#context, { body, headers, abortSignal });
        charge.settle({});
        return { ...this.#read(invoked), servedBy };
      },
    }));
  }

  #read({ reply, body: answer }: InvocationReply): BatchReply {
    const read = readAs(() => this.#traits.fromReply(answer), reply);
    if (read.images.length > 0 || read.failures.length > 0) return { ...read, reply };
    const beginning = excerpt(JSON.stringify(answer), reply.call);
    throw streamError('InvalidReply', `The reply has no images: ${beginning}.`, reply.call);
  }
}

/** Seeds move on by the images that come before, because calls of the same seed make the same image. */
function batchesOf({ n, seed }: ImageModelV4CallOptions, plan: ImagePlan, { seeds }: ImageTraits): Batch[] {
  if (!(Number.isInteger(n) && n >= 1)) throw invalid('n', `expected a whole number from 1 on, got ${n}`);
  return Array.from({ length: Math.ceil(n / plan.imagesPerCall) }, (_, index) => {
    const before = index * plan.imagesPerCall;
    return {
      n: Math.min(plan.imagesPerCall, n - before),
      seed: seed === undefined || seeds === undefined ? undefined : (seed + before) % (seeds[1] + 1),
    };
  });
}

function toWarning({ reason }: ImageFailure): SharedV4Warning {
  return { type: 'other', message: `There are fewer images than asked for: ${reason}` };
}

/** Every image was held back, or failed. */
function noImages(failures: readonly ImageFailure[], reply: TransportReply | undefined): Error {
  const facts = reply?.call ?? { url: '', requestBodyValues: undefined };
  const message = [...new Set(failures.map(({ reason }) => reason))].join(' ');
  return failures.every(({ filtered }) => filtered)
    ? streamError('ContentFiltered', message, facts)
    : errorFromStreamException({ name: 'ModelErrorException', payload: { message }, facts });
}

function replyTime(reply: TransportReply): { timestamp?: Date } {
  const { timestamp } = responseMetadata(reply);
  return timestamp === undefined ? {} : { timestamp };
}

function invalid(argument: string, problem: string): InvalidArgumentError {
  return new InvalidArgumentError({ argument, message: `${argument}: ${problem}.` });
}
