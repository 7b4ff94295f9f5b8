/** Meters the calls of models of each kind. */
import type {
  EmbeddingModelV4,
  EmbeddingModelV4CallOptions,
  ImageModelV4,
  ImageModelV4CallOptions,
  ImageModelV4ProviderMetadata,
  JSONObject,
  LanguageModelV4,
  LanguageModelV4StreamPart,
  LanguageModelV4StreamResult,
  RerankingModelV4,
  SharedV4ProviderMetadata,
  Experimental_VideoModelV4 as VideoModelV4,
} from '@ai-sdk/provider';
import type { BedrockVideoModelMetadata } from '../codec/invoke/video-options.ts';
import { ownOptions } from '../codec/provider-options.ts';
import type { Cost } from '../cost/cost.ts';
import type { BilledUsage, CostUsage } from '../cost/usage.ts';
import { CHARACTERS_PER_TOKEN, estimateInput } from '../traffic/estimate.ts';
import { placeOfPart } from './embedding-parts.ts';
import { type MeteredCall, meterOf } from './meter.ts';
import type { ModelContext } from './model-context.ts';
import type { ResolvedModel } from './resolved-model.ts';
import { watchStream } from './watched-stream.ts';

/* -------------------------------------------------------------------- chat */

/** What calls a chat model. */
type ChatCalls = Pick<LanguageModelV4, 'doGenerate' | 'doStream'>;

export function meteredChat(
  { doGenerate, doStream }: ChatCalls,
  resolved: ResolvedModel,
  context: ModelContext,
): ChatCalls {
  const begin = meterOf('chat', resolved, context);
  return {
    async doGenerate(options) {
      const call = await begin(options.providerOptions);
      const result = await call.watch(() => doGenerate(options));
      const { usage, providerMetadata, response } = result;
      const answeredBy = response?.modelId;
      return { ...result, ...call.end({ usage, providerMetadata, response, answeredBy }) };
    },
    async doStream(options) {
      const call = await begin(options.providerOptions);
      const result = await call.watch(() => doStream(options));
      return { ...result, stream: meteredStream(result, call) };
    },
  };
}

/** Passes the parts on, and puts the cost on the last. What ends before it costs what can be guessed. */
function meteredStream({ stream, request, response }: LanguageModelV4StreamResult, call: MeteredCall) {
  let answeredBy: string | undefined;
  let characters = 0;
  let isOver = false;
  function guess(): CostUsage {
    const outputTokens = Math.ceil(characters / CHARACTERS_PER_TOKEN);
    return { inputTokens: estimateInput(request?.body), outputTokens };
  }
  function cutOff(outcome: 'aborted' | 'failed'): void {
    if (isOver) return;
    isOver = true;
    call.end({ usage: guess(), response, outcome, answeredBy });
  }
  function read(part: LanguageModelV4StreamPart): LanguageModelV4StreamPart {
    if ('delta' in part) characters += part.delta.length;
    else if (part.type === 'response-metadata') answeredBy = part.modelId ?? answeredBy;
    else if (part.type === 'error') call.failed(part.error);
    else if (part.type === 'finish' && !isOver) {
      isOver = true;
      const { usage, providerMetadata } = part;
      const isCounted = usage.outputTokens.total !== undefined;
      const used = isCounted ? { usage } : { usage: guess(), outcome: 'failed' as const };
      return { ...part, ...call.end({ ...used, providerMetadata, response, answeredBy }) };
    }
    return part;
  }
  // A stream that was opened breaks off in no other way: its own errors are parts.
  return watchStream(stream, { read, over: how => cutOff(how === 'ended' ? 'failed' : 'aborted') });
}

/* ------------------------------------------------------------- other kinds */

/** Documents that one query of a reranking may have; more count as several queries. */
const DOCUMENTS_PER_QUERY = 100;
/** Sides from which on an image counts as large. */
const SMALL_SIDE = 1024;

export function meteredEmbedding(
  doEmbed: EmbeddingModelV4['doEmbed'],
  resolved: ResolvedModel,
  context: ModelContext,
): EmbeddingModelV4['doEmbed'] {
  const begin = meterOf('embedding', resolved, context);
  return async options => {
    const call = await begin(options.providerOptions);
    const result = await call.watch(() => doEmbed(options));
    const usage = embedded(options, result.usage?.tokens, call);
    // `embedMany` lays the metadata of its calls over each other.
    const { startIndex, count } = placeOfPart(options.providerOptions, options.values.length);
    const as = count > options.values.length ? `cost[${startIndex}]` : 'cost';
    const { providerMetadata, response } = result;
    return { ...result, ...call.end({ usage, as, providerMetadata, response }) };
  };
}

/** By the text where the model is priced so; else by tokens, and by each image that goes with the texts. */
function embedded(
  { values, providerOptions }: EmbeddingModelV4CallOptions,
  tokens: number | undefined,
  call: MeteredCall,
): BilledUsage {
  const files = [ownOptions(providerOptions)?.['files'] ?? []].flat(3).filter(file => file != null);
  if (call.isPricedBy('textRequest')) {
    return files.length > 0 ? {} : { textRequests: values.filter(value => value !== '').length };
  }
  const isImage = (file: unknown) =>
    String((file as { mediaType?: unknown }).mediaType ?? 'image/').startsWith('image/');
  // Seconds of video and audio are not in the reply. A count of 0 tokens stands for one that is not there.
  if (!files.every(isImage) || (files.length === 0 && !tokens)) return {};
  return { inputTokens: tokens || undefined, inputImages: files.length || undefined };
}

export function meteredImage(
  doGenerate: ImageModelV4['doGenerate'],
  resolved: ResolvedModel,
  context: ModelContext,
): ImageModelV4['doGenerate'] {
  const begin = meterOf('image', resolved, context);
  return async options => {
    const call = await begin(options.providerOptions);
    const result = await call.watch(() => doGenerate(options));
    const { response } = result;
    const providerMetadata = result.providerMetadata as SharedV4ProviderMetadata | undefined;
    const usage = { images: result.images.length };
    const priced = call.end({ usage, variant: variantOf(options), providerMetadata, response });
    return { ...result, ...(priced.providerMetadata && withImages(priced.providerMetadata, usage.images)) };
  };
}

/**
 * `generateImage` keeps of the metadata only what each image has, and fails where the images have none.
 */
function withImages(
  metadata: SharedV4ProviderMetadata,
  count: number,
): { providerMetadata: ImageModelV4ProviderMetadata } {
  const { images, cost, ...bedrock } = metadata['bedrock'] ?? {};
  const amount = (cost as Cost).parts[0]?.price;
  const price = amount == null ? {} : { cost: { usd: Number(amount), amount } };
  const each = Array.isArray(images) ? (images as JSONObject[]) : Array.from({ length: count }, () => ({}));
  return {
    providerMetadata: {
      bedrock: {
        ...bedrock,
        ...(cost !== undefined && { cost }),
        images: each.map(image => ({ ...image, ...price })),
      },
    },
  };
}

function variantOf({ size, providerOptions }: ImageModelV4CallOptions): string {
  const { quality = 'standard' } = ownOptions(providerOptions) ?? {};
  const isLarge = size?.split('x').some(side => Number(side) > SMALL_SIDE);
  return `${quality}-${isLarge ? 'large' : 'small'}`;
}

export function meteredReranking(
  doRerank: RerankingModelV4['doRerank'],
  resolved: ResolvedModel,
  context: ModelContext,
): RerankingModelV4['doRerank'] {
  const begin = meterOf('reranking', resolved, context);
  return async options => {
    const call = await begin(options.providerOptions);
    const result = await call.watch(() => doRerank(options));
    const queries = Math.ceil(options.documents.values.length / DOCUMENTS_PER_QUERY);
    const { providerMetadata, response } = result;
    return { ...result, ...call.end({ usage: { queries }, providerMetadata, response }) };
  };
}

type Start = NonNullable<VideoModelV4['doStart']>;

/**
 * A video is paid for when it is ordered, so the cost is counted when the job starts.
 */
export function meteredVideo(doStart: Start, resolved: ResolvedModel, context: ModelContext): Start {
  const begin = meterOf('video', resolved, context);
  return async options => {
    const call = await begin(options.providerOptions);
    const result = await call.watch(() => doStart(options));
    const { providerMetadata, response } = result;
    const { seconds, invocationArns } = (providerMetadata?.['bedrock'] ?? {}) as BedrockVideoModelMetadata;
    const each = seconds ?? options.duration;
    const videoSeconds = each === undefined ? undefined : each * (invocationArns?.length ?? options.n);
    const ofOptions = ownOptions(options.providerOptions)?.['resolution'];
    const variant = typeof ofOptions === 'string' ? ofOptions : options.resolution;
    return { ...result, ...call.end({ usage: { videoSeconds }, variant, providerMetadata, response }) };
  };
}
