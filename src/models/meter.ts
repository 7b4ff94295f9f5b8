/** Puts a price on calls and logs them, from outside: by what goes into a model and comes out of it. */
import type { JSONObject, SharedV4ProviderMetadata, SharedV4ProviderOptions } from '@ai-sdk/provider';
import { findRegion } from '../auth/region.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { ServedBy } from '../codec/converse/request-facts.ts';
import { ownOptions } from '../codec/provider-options.ts';
import type { Cost } from '../cost/cost.ts';
import type { CostOptions } from '../cost/cost-of.ts';
import type { CallKind, CostRecord } from '../cost/tracker.ts';
import type { CostUsage, Quantities } from '../cost/usage.ts';
import { logCall } from '../log/lines.ts';
import type { LogFields } from '../log/log.ts';
import { parseModelRef } from '../settings/model-ref.ts';
import type { ModelContext } from './model-context.ts';
import { placeModel } from './placed-model.ts';
import type { ResolvedModel } from './resolved-model.ts';

/** How a call ended, and what it used. */
export interface CallEnd {
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

export interface MeteredCall {
  isPricedBy(rate: 'textRequest'): boolean;
  /** Does the work, and logs it where it fails. */
  watch<Result>(work: () => PromiseLike<Result>): Promise<Result>;
  failed(error: unknown): void;
  /** @returns the metadata with the cost, where the setting `cost` asks for it */
  end(end: CallEnd): { providerMetadata?: SharedV4ProviderMetadata };
}

type Begin = (providerOptions: SharedV4ProviderOptions | undefined) => Promise<MeteredCall>;

/** @returns what begins the metering of a call, for models of a provider whose calls are metered */
export function meterOf(kind: CallKind, resolved: ResolvedModel, context: ModelContext): Begin {
  const { cost: isShown, costTracker } = context.settings;
  const { log } = context;
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
