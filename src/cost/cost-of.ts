/** What a request cost, by the prices of the catalog, exactly. */
import { InvalidArgumentError } from '@ai-sdk/provider';
import type { Catalog } from '../catalog/catalog.ts';
import { fromUnits, price as priceOf } from '../catalog/decimal.ts';
import { findPrice, type PriceQuery } from '../catalog/prices.ts';
import type { CatalogModel, CatalogRate, CatalogTier } from '../catalog/types.ts';
import { type ModelRef, parseModelRef } from '../settings/model-ref.ts';
import type { Cost, CostPart, UnknownCost } from './cost.ts';
import { type CostUsage, type Quantities, quantitiesOf } from './usage.ts';

export interface CostOptions {
  /**
   * Region that is called: prices differ.
   * @default the Region of an ARN; without one, a price counts only where all Regions of the partition `aws` have the
   * same
   */
  readonly region?: string | undefined;
  /**
   * The tier that the call was served with; `default` is `standard`. What `reserved` costs is not known.
   * @default 'standard'
   */
  readonly tier?: CatalogTier | 'default' | 'reserved' | (string & {}) | undefined;
  /** Latency-optimized inference has prices of its own, which are not known. @default 'standard' */
  readonly latency?: 'standard' | 'optimized' | (string & {}) | undefined;
  /**
   * Day of the request, of which only the date in UTC counts.
   * @default today
   */
  readonly date?: Date | undefined;
  /** The model behind an ARN that does not tell it, e.g. of an application inference profile. */
  readonly baseModel?: string | undefined;
  /** Quality and size of images, e.g. `premium-large`, for models that have prices for them. */
  readonly variant?: string | undefined;
}

const PER_MILLION: ReadonlySet<CatalogRate> = new Set([
  'input',
  'output',
  'cacheRead',
  'cacheWrite',
  'cacheWrite1h',
]);

/** @throws InvalidArgumentError for quantities below 0 and what is no number */
export function costIn(catalog: Catalog, usage: CostUsage, modelId: string, options: CostOptions = {}): Cost {
  const ref = parseModelRef(modelId);
  const baseModel = options.baseModel ?? ref.baseModel;
  const facts = factsOf(modelId, ref, options);
  const model = catalog.get(modelId) ?? (baseModel === undefined ? undefined : catalog.get(baseModel));
  if (model === undefined) return unknown(facts, 'model', `${modelId} ${whyNot(baseModel)}.`, []);
  if (OTHERWISE_PAID.has(ref.address) && model.id !== modelId) {
    const message = `${modelId} is not paid like the model behind it: add an entry of its own to the catalog.`;
    return unknown(facts, 'model', message, []);
  }
  if (options.tier === 'reserved' || options.latency === 'optimized') {
    const what = options.tier === 'reserved' ? 'reserved capacity' : 'optimized latency';
    return unknown(facts, 'tier', `What ${what} costs is not known.`, []);
  }
  const quantities = used(quantitiesOf(usage));
  if (Object.keys(quantities).length === 0) {
    return unknown(facts, 'usage', 'The reply does not say what was used.', []);
  }
  return add(facts, partsOf(model, quantities, queryOf(ref, quantities, facts, options)));
}

function whyNot(baseModel: string | undefined): string {
  return baseModel === undefined
    ? 'does not tell its model: name it in baseModel'
    : `(${baseModel}) is not in the catalog`;
}

/** By the hour, or at prices of their own. */
const OTHERWISE_PAID: ReadonlySet<ModelRef['address']> = new Set([
  'provisioned-model-arn',
  'custom-model-arn',
  'custom-model-deployment-arn',
  'imported-model-arn',
  'sagemaker-endpoint-arn',
]);

type Facts = Pick<Cost, 'modelId' | 'region' | 'tier' | 'date'>;

function factsOf(modelId: string, ref: ModelRef, { region, tier = 'standard', date }: CostOptions): Facts {
  const place = region ?? (ref.arn?.region || undefined);
  return {
    modelId,
    ...(place !== undefined && { region: place }),
    tier: tier === 'default' ? 'standard' : tier,
    date: (date ?? new Date()).toISOString().slice(0, 10),
  };
}

function used(quantities: Quantities): Quantities {
  const entries = Object.entries(quantities) as [CatalogRate, number | undefined][];
  const counted = entries.filter(([rate, quantity]) => {
    if (quantity === undefined) return false;
    if (Number.isFinite(quantity) && quantity >= 0) return true;
    throw new InvalidArgumentError({
      argument: 'usage',
      message: `usage: expected a number of 0 or more for ${rate}, got ${quantity}.`,
    });
  });
  return Object.fromEntries(counted);
}

function queryOf(ref: ModelRef, quantities: Quantities, facts: Facts, options: CostOptions): PriceQuery {
  const { input = 0, cacheRead = 0, cacheWrite = 0, cacheWrite1h = 0 } = quantities;
  return {
    scope: ref.geography === 'global' ? 'global' : 'regional',
    region: facts.region,
    geography: ref.geography,
    // What is none of them finds no price.
    tier: facts.tier as CatalogTier,
    promptTokens: input + cacheRead + cacheWrite + cacheWrite1h,
    variant: options.variant,
    date: facts.date,
  };
}

interface Part extends CostPart {
  readonly units: bigint | undefined;
}

function partsOf(model: CatalogModel, quantities: Quantities, query: PriceQuery): Part[] {
  const entries = Object.entries(quantities) as [CatalogRate, number][];
  return entries
    .filter(([, quantity]) => quantity > 0)
    .map(([rate, quantity]) => {
      const per = PER_MILLION.has(rate) ? 'million' : 'one';
      const found = findPrice(model, rate, query);
      const units = found === undefined ? undefined : priceOf(quantity, found.value, per);
      return {
        rate,
        quantity,
        price: found?.value ?? null,
        per,
        amount: units === undefined ? null : fromUnits(units),
        source: found === undefined ? null : (found.price.source ?? 'user'),
        units,
      };
    });
}

function add(facts: Facts, parts: readonly Part[]): Cost {
  const total = fromUnits(parts.reduce((sum, { units = 0n }) => sum + units, 0n));
  const shown = parts.map(({ units: _units, ...part }) => part);
  const missing = parts.filter(({ units }) => units === undefined).map(({ rate }) => rate);
  if (missing.length === 0) return { known: true, ...facts, usd: Number(total), amount: total, parts: shown };
  const tier = facts.tier === 'standard' ? '' : ` in the tier ${facts.tier}`;
  const place = facts.region === undefined ? 'where no Region is named' : `in ${facts.region}`;
  return unknown(facts, 'price', `No price is known for ${missing.join(', ')}${tier} ${place}.`, shown);
}

function unknown(
  facts: Facts,
  reason: UnknownCost['reason'],
  message: string,
  parts: readonly CostPart[],
): UnknownCost {
  return { known: false, ...facts, usd: null, amount: null, reason, message, parts: [...parts] };
}
