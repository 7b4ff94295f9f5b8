/**
 * Puts a price on the calls of a model, from outside: on what it takes and gives. Costs nothing where neither the
 * setting `cost` nor a `costTracker` asks for it.
 */
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
  SharedV4ProviderOptions,
  Experimental_VideoModelV4 as VideoModelV4,
} from '@ai-sdk/provider';
import { findRegion } from '../auth/region.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { ServedBy } from '../codec/converse/request-facts.ts';
import type { BedrockVideoModelMetadata } from '../codec/invoke/video-options.ts';
import { ownOptions } from '../codec/provider-options.ts';
import type { Cost } from '../cost/cost.ts';
import type { CostOptions } from '../cost/cost-of.ts';
import type { CallKind, CostRecord } from '../cost/tracker.ts';
import type { BilledUsage, CostUsage } from '../cost/usage.ts';
import { parseModelRef } from '../settings/model-ref.ts';
import { CHARACTERS_PER_TOKEN, estimateInput } from '../traffic/estimate.ts';
import { placeOfPart } from './embedding-parts.ts';
import type { ModelContext } from './model-context.ts';
import type { ResolvedModel } from './resolved-model.ts';

/** Documents that one query of a reranking may have; more count as several queries. */
const DOCUMENTS_PER_QUERY = 100;
/** Sides from which on an image counts as large. */
const SMALL_SIDE = 1024;

/* -------------------------------------------------------------------- chat */

/** For the end of the constructor: the object stays what it is, so that workflows can carry it. */
export function meterChat(model: LanguageModelV4, resolved: ResolvedModel, context: ModelContext): void {
  const begin = meterOf('chat', resolved, context);
  if (begin === undefined) return;
  const doGenerate = model.doGenerate.bind(model);
  const doStream = model.doStream.bind(model);
  model.doGenerate = async options => {
    const call = await begin(options.providerOptions);
    const result = await doGenerate(options);
    const { usage, providerMetadata, response } = result;
    return { ...result, ...call.end({ usage, providerMetadata, answeredBy: response?.modelId }) };
  };
  model.doStream = async options => {
    const call = await begin(options.providerOptions);
    const result = await doStream(options);
    return { ...result, stream: meteredStream(result, call) };
  };
}

/** Passes the parts on, and puts the cost on the last. What ends before it costs what can be guessed. */
function meteredStream({ stream, request }: LanguageModelV4StreamResult, call: MeteredCall) {
  const reader = stream.getReader();
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
    call.end({ usage: guess(), outcome, answeredBy });
  }
  function read(part: LanguageModelV4StreamPart): LanguageModelV4StreamPart {
    if ('delta' in part) characters += part.delta.length;
    else if (part.type === 'response-metadata') answeredBy = part.modelId ?? answeredBy;
    else if (part.type === 'finish' && !isOver) {
      isOver = true;
      const { usage, providerMetadata } = part;
      const isCounted = usage.outputTokens.total !== undefined;
      const used = isCounted ? { usage } : { usage: guess(), outcome: 'failed' as const };
      return { ...part, ...call.end({ ...used, providerMetadata, answeredBy }) };
    }
    return part;
  }
  return new ReadableStream<LanguageModelV4StreamPart>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(read(value));
          cutOff('failed');
          controller.close();
        } catch (error) {
          // A stream that was opened fails in no other way: its own errors are parts.
          cutOff('aborted');
          throw error;
        }
      },
      async cancel(reason) {
        cutOff('aborted');
        await reader.cancel(reason);
      },
    },
    // Nothing is read that nobody has asked for.
    { highWaterMark: 0 },
  );
}

/* --------------------------------------------------------- other kinds */

export function meterEmbedding(
  model: EmbeddingModelV4,
  resolved: ResolvedModel,
  context: ModelContext,
): void {
  const begin = meterOf('embedding', resolved, context);
  if (begin === undefined) return;
  const doEmbed = model.doEmbed.bind(model);
  model.doEmbed = async options => {
    const call = await begin(options.providerOptions);
    const result = await doEmbed(options);
    const usage = embedded(options, result.usage?.tokens, call);
    // `embedMany` lays the metadata of its calls over each other.
    const { startIndex, count } = placeOfPart(options.providerOptions, options.values.length);
    const as = count > options.values.length ? `cost[${startIndex}]` : 'cost';
    return { ...result, ...call.end({ usage, as, providerMetadata: result.providerMetadata }) };
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

export function meterImage(model: ImageModelV4, resolved: ResolvedModel, context: ModelContext): void {
  const begin = meterOf('image', resolved, context);
  if (begin === undefined) return;
  const doGenerate = model.doGenerate.bind(model);
  model.doGenerate = async options => {
    const call = await begin(options.providerOptions);
    const result = await doGenerate(options);
    const providerMetadata = result.providerMetadata as SharedV4ProviderMetadata | undefined;
    const usage = { images: result.images.length };
    const priced = call.end({ usage, variant: variantOf(options), providerMetadata });
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

export function meterReranking(
  model: RerankingModelV4,
  resolved: ResolvedModel,
  context: ModelContext,
): void {
  const begin = meterOf('reranking', resolved, context);
  if (begin === undefined) return;
  const doRerank = model.doRerank.bind(model);
  model.doRerank = async options => {
    const call = await begin(options.providerOptions);
    const result = await doRerank(options);
    const queries = Math.ceil(options.documents.values.length / DOCUMENTS_PER_QUERY);
    return { ...result, ...call.end({ usage: { queries }, providerMetadata: result.providerMetadata }) };
  };
}

/**
 * A video is paid for when it is ordered, so the cost is counted when the job starts.
 */
export function meterVideo(model: VideoModelV4, resolved: ResolvedModel, context: ModelContext): void {
  const begin = meterOf('video', resolved, context);
  const doStart = model.doStart?.bind(model);
  if (begin === undefined || doStart === undefined) return;
  model.doStart = async options => {
    const call = await begin(options.providerOptions);
    const result = await doStart(options);
    const { providerMetadata } = result;
    const { seconds, invocationArns } = (providerMetadata?.['bedrock'] ?? {}) as BedrockVideoModelMetadata;
    const each = seconds ?? options.duration;
    const videoSeconds = each === undefined ? undefined : each * (invocationArns?.length ?? options.n);
    const ofOptions = ownOptions(options.providerOptions)?.['resolution'];
    const variant = typeof ofOptions === 'string' ? ofOptions : options.resolution;
    return { ...result, ...call.end({ usage: { videoSeconds }, variant, providerMetadata }) };
  };
}

/* --------------------------------------------------------------- the meter */

interface CallEnd {
  readonly usage: CostUsage;
  readonly providerMetadata?: SharedV4ProviderMetadata | undefined;
  /** @default 'complete' */
  readonly outcome?: CostRecord['outcome'] | undefined;
  readonly variant?: string | undefined;
  /** The model that the reply names: a prompt router says only there which it is. */
  readonly answeredBy?: string | undefined;
  /** Name of the member in the metadata. @default 'cost' */
  readonly as?: string | undefined;
}

interface MeteredCall {
  isPricedBy(rate: 'textRequest'): boolean;
  /** @returns the metadata with the cost, where the setting `cost` asks for it */
  end(end: CallEnd): { providerMetadata?: SharedV4ProviderMetadata };
}

type Begin = (providerOptions: SharedV4ProviderOptions | undefined) => Promise<MeteredCall>;

/** @returns undefined where nobody asks what calls cost */
function meterOf(kind: CallKind, resolved: ResolvedModel, context: ModelContext): Begin | undefined {
  const { cost: isShown, costTracker } = context.settings;
  if (!isShown && costTracker === undefined) return undefined;
  return async providerOptions => {
    await costTracker?.check({ modelId: resolved.modelId });
    const [pricing, catalog, region] = await Promise.all([
      import('../cost/pricing.ts'),
      context.loadCatalog(),
      regionOf(resolved, context),
    ]);
    return {
      isPricedBy: rate => {
        const { baseModel } = resolved.ref;
        const model = baseModel === undefined ? undefined : catalog.get(baseModel);
        return model !== undefined && pricing.isPricedBy(model, rate);
      },
      end(end) {
        const cost = priced(pricing.costIn, catalog, { resolved, region, providerOptions, end });
        const { outcome = 'complete', providerMetadata, as = 'cost' } = end;
        const at = new Date().toISOString();
        // Not waited for: the answer is there, and a store that fails has warned already.
        costTracker
          ?.record({ at, modelId: cost.modelId, kind, outcome, tags: tagsOf(providerOptions), cost })
          .catch(() => {});
        if (!isShown) return {};
        const bedrock = { ...providerMetadata?.['bedrock'], [as]: cost as JSONObject };
        return { providerMetadata: { ...providerMetadata, bedrock } };
      },
    };
  };
}

/** Where a base URL stands for everything, there may be none; what costs the same everywhere is known all the same. */
function regionOf({ region }: ResolvedModel, { settings }: ModelContext): Promise<string | undefined> {
  return findRegion(settings, region).catch(() => undefined);
}

interface PricedCall {
  readonly resolved: ResolvedModel;
  readonly region: string | undefined;
  readonly providerOptions: SharedV4ProviderOptions | undefined;
  readonly end: CallEnd;
}

function priced(
  costIn: (catalog: Catalog, usage: CostUsage, modelId: string, options: CostOptions) => Cost,
  catalog: Catalog,
  { resolved: { ref }, region, providerOptions, end }: PricedCall,
): Cost {
  const { usage, providerMetadata, outcome = 'complete', variant, answeredBy } = end;
  const own = ownOptions(providerOptions);
  const reply = (providerMetadata?.['bedrock'] ?? {}) as {
    servedBy?: ServedBy;
    performanceConfig?: { latency?: string };
  };
  const isRouter = ref.address === 'prompt-router-arn' && answeredBy !== undefined;
  const modelId = reply.servedBy?.modelId ?? (isRouter ? answeredBy : ref.id);
  const cost = costIn(catalog, usage, modelId, {
    region: reply.servedBy?.region ?? region,
    // What was asked for counts where the reply does not say what it was served with.
    tier: servedTier(providerMetadata) ?? (own?.['serviceTier'] as string | undefined),
    latency: reply.performanceConfig?.latency,
    baseModel: parseModelRef(modelId).baseModel ?? ref.baseModel,
    variant,
  });
  return outcome === 'complete' ? cost : { ...cost, estimated: true };
}

/** Packages of other providers have it under their own name, and as a word. */
function servedTier(providerMetadata: SharedV4ProviderMetadata = {}): string | undefined {
  for (const { serviceTier } of Object.values(providerMetadata)) {
    const type = typeof serviceTier === 'object' ? (serviceTier as JSONObject | null)?.['type'] : serviceTier;
    if (typeof type === 'string') return type;
  }
  return undefined;
}

/** `requestMetadata` is Converse's; as a tag it counts for models of all kinds. */
function tagsOf(providerOptions: SharedV4ProviderOptions | undefined): Record<string, string> {
  const tags = ownOptions(providerOptions)?.['requestMetadata'];
  if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) return {};
  return Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, String(value)]));
}
