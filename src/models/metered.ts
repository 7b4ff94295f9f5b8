/**
 * Puts a price on the calls of a model and logs them, from outside: by what it takes and gives. Costs nothing where
 * neither the setting `cost`, nor a `costTracker`, nor `log` asks for it.
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
import type { BilledUsage, CostUsage, Quantities } from '../cost/usage.ts';
import { logCall } from '../log/lines.ts';
import type { LogFields } from '../log/log.ts';
import { parseModelRef } from '../settings/model-ref.ts';
import { CHARACTERS_PER_TOKEN, estimateInput } from '../traffic/estimate.ts';
import { placeOfPart } from './embedding-parts.ts';
import type { ModelContext } from './model-context.ts';
import { placeModel } from './placed-model.ts';
import type { ResolvedModel } from './resolved-model.ts';
import { watchStream } from './watched-stream.ts';

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
    const result = await call.watch(() => doGenerate(options));
    const { usage, providerMetadata, response } = result;
    const answeredBy = response?.modelId;
    return { ...result, ...call.end({ usage, providerMetadata, response, answeredBy }) };
  };
  model.doStream = async options => {
    const call = await begin(options.providerOptions);
    const result = await call.watch(() => doStream(options));
    return { ...result, stream: meteredStream(result, call) };
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

export function meterImage(model: ImageModelV4, resolved: ResolvedModel, context: ModelContext): void {
  const begin = meterOf('image', resolved, context);
  if (begin === undefined) return;
  const doGenerate = model.doGenerate.bind(model);
  model.doGenerate = async options => {
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
    const result = await call.watch(() => doRerank(options));
    const queries = Math.ceil(options.documents.values.length / DOCUMENTS_PER_QUERY);
    const { providerMetadata, response } = result;
    return { ...result, ...call.end({ usage: { queries }, providerMetadata, response }) };
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

/* --------------------------------------------------------------- the meter */

interface CallEnd {
  readonly usage: CostUsage;
  readonly providerMetadata?: SharedV4ProviderMetadata | undefined;
  readonly response?: { readonly headers?: Readonly<Record<string, string>> | undefined } | undefined;
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
  /** Does the work, and logs it where it fails. */
  watch<Result>(work: () => PromiseLike<Result>): Promise<Result>;
  failed(error: unknown): void;
  /** @returns the metadata with the cost, where the setting `cost` asks for it */
  end(end: CallEnd): { providerMetadata?: SharedV4ProviderMetadata };
}

type Begin = (providerOptions: SharedV4ProviderOptions | undefined) => Promise<MeteredCall>;

/** @returns undefined where nobody asks what calls cost */
function meterOf(kind: CallKind, resolved: ResolvedModel, context: ModelContext): Begin | undefined {
  const { cost: isShown, costTracker } = context.settings;
  const { log } = context;
  if (!isShown && costTracker === undefined && log === undefined) return undefined;
  return async providerOptions => {
    const lines = log?.shows('error') ? logCall(log, kind) : undefined;
    let called = resolved.modelId;
    const failed = (error: unknown) => lines?.failed(error, called);
    const watch: MeteredCall['watch'] = async work => {
      try {
        return await work();
      } catch (error) {
        failed(error);
        throw error;
      }
    };
    if (costTracker !== undefined) {
      await watch(() => costTracker.check({ modelId: resolved.modelId }));
    }
    const isPriced = isShown || costTracker !== undefined || log?.shows('info') === true;
    const meter = isPriced ? await openMeter(resolved, context, providerOptions) : undefined;
    called = meter?.modelId ?? called;
    return {
      isPricedBy: rate => meter?.isPricedBy(rate) === true,
      watch,
      failed,
      end(end) {
        if (meter === undefined) return {};
        const cost = meter.costOf(end);
        const { outcome = 'complete', providerMetadata, response, as = 'cost' } = end;
        lines?.ended({
          model: cost.modelId,
          region: cost.region,
          outcome,
          ...costFields(meter.quantitiesOf(end.usage), cost),
          requestId: response?.headers?.['x-amzn-requestid'],
        });
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

interface Meter {
  /** As it is called. */
  readonly modelId: string;
  isPricedBy(rate: 'textRequest'): boolean;
  costOf(end: CallEnd): Cost;
  quantitiesOf(usage: CostUsage): Quantities;
}

async function openMeter(
  resolved: ResolvedModel,
  context: ModelContext,
  providerOptions: SharedV4ProviderOptions | undefined,
): Promise<Meter> {
  const [pricing, catalog, region, placed] = await Promise.all([
    import('../cost/pricing.ts'),
    context.loadCatalog(),
    regionOf(resolved, context),
    // What is wrong with an alias is for the call to say.
    placeModel(resolved, context).catch(() => resolved),
  ]);
  return {
    modelId: placed.ref.id,
    isPricedBy: rate => {
      const { baseModel } = placed.ref;
      const model = baseModel === undefined ? undefined : catalog.get(baseModel);
      return model !== undefined && pricing.isPricedBy(model, rate);
    },
    costOf: end => priced(pricing.costIn, catalog, { resolved: placed, region, providerOptions, end }),
    quantitiesOf: pricing.quantitiesOf,
  };
}

/** What was used, e.g. `inputTokens=12`, and what it cost. */
function costFields(used: Quantities, cost: Cost): LogFields {
  const fields = Object.entries(used)
    .filter(([, quantity]) => quantity)
    .map(([rate, quantity]) => [/^(?:input|output|cache\w+)$/.test(rate) ? `${rate}Tokens` : rate, quantity]);
  const usd = cost.known ? { usd: cost.amount } : { usd: 'unknown', why: cost.reason };
  return { ...Object.fromEntries(fields), ...usd, ...(cost.estimated && { estimated: true }) };
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
