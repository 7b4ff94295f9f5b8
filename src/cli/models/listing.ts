/** What `bedrock-ai models` tells of a model, before it is laid out. */
import { type Catalog, createCatalog } from '../../catalog/catalog.ts';
import { findPrice } from '../../catalog/prices.ts';
import type { CatalogModel, CatalogPrice, CatalogRate, CatalogTier } from '../../catalog/types.ts';
import { waysTo } from '../../cost/cheapest.ts';

/** Prices that hold together. */
export interface ListedPrice {
  readonly tier: CatalogTier;
  /** Quality or size, for images. */
  readonly variant?: string | undefined;
  /** Of whole requests whose prompt has more tokens than this. */
  readonly abovePromptTokens?: number | undefined;
  /** USD: tokens per million, everything else per piece. */
  readonly rates: { readonly [Rate in CatalogRate]?: string };
}

/** An id that can be called from the Region. */
export interface ListedWay {
  readonly modelId: string;
  /** `mantle`: by bedrock-mantle only. */
  readonly reach: 'in-region' | 'geo' | 'global' | 'mantle';
  readonly prices: readonly ListedPrice[];
}

/** What AWS says of the account. */
export interface AccountFacts {
  /** Whether ListFoundationModels has it in the Region. */
  readonly listed: boolean;
  /** Undefined where AWS was not asked or did not tell. */
  readonly available?: boolean | undefined;
  /** Why not, e.g. `NOT_AUTHORIZED`. */
  readonly missing?: readonly string[] | undefined;
  /** ARNs of the account's own profiles of the model. */
  readonly applicationProfiles: readonly string[];
}

export interface ListedModel {
  readonly model: CatalogModel;
  /** The nearest comes first. */
  readonly ways: readonly ListedWay[];
  /** False for what only AWS lists. */
  readonly inCatalog: boolean;
  /** With `--live`. */
  readonly account?: AccountFacts | undefined;
}

/** The catalog as it is on a day: what has ended since it was made has ended. */
export function catalogOf(catalog: Catalog, today: string): Catalog {
  const ended = catalog.models.filter(
    ({ endOfLife, status }) => status !== 'EOL' && endOfLife !== undefined && endOfLife <= today,
  );
  return createCatalog(ended.map(({ id }) => ({ id, status: 'EOL' as const })));
}

/** @param date `YYYY-MM-DD` */
export function waysOf(model: CatalogModel, region: string, date: string): ListedWay[] {
  const ways: Omit<ListedWay, 'prices'>[] = waysTo(model, region).map(way => ({
    ...way,
    reach: way.reach === 'in-region' && isOnMantleOnly(model) ? 'mantle' : way.reach,
  }));
  if (!model.regions.includes(region) && model.mantleRegions.includes(region)) {
    ways.push({ modelId: model.id, reach: 'mantle' });
  }
  return ways.map(way => ({ ...way, prices: pricesOf(model, way.reach, region, date) }));
}

function isOnMantleOnly({ endpoints }: CatalogModel): boolean {
  return endpoints.length > 0 && endpoints.every(endpoint => endpoint === 'bedrock-mantle');
}

const TIERS: readonly CatalogTier[] = ['standard', 'batch', 'priority', 'flex'];

function pricesOf(
  model: CatalogModel,
  reach: ListedWay['reach'],
  region: string,
  date: string,
): ListedPrice[] {
  const of = <Value>(read: (price: CatalogPrice) => Value) => new Set(model.prices.map(read));
  const rates = [...new Set(model.prices.flatMap(price => Object.keys(price.rates) as CatalogRate[]))];
  const scope = reach === 'global' ? ('global' as const) : ('regional' as const);
  const named = of(({ tier = 'standard' }) => tier);
  return TIERS.filter(tier => named.has(tier)).flatMap(tier =>
    [...of(({ variant }) => variant)].flatMap(variant =>
      [...of(({ abovePromptTokens }) => abovePromptTokens)].flatMap(abovePromptTokens => {
        const promptTokens = abovePromptTokens === undefined ? 0 : abovePromptTokens + 1;
        const query = { scope, region, geography: undefined, tier, promptTokens, variant, date };
        const found = rates.flatMap(rate => {
          const price = findPrice(model, rate, query);
          const isOwn =
            price?.price.variant === variant && price?.price.abovePromptTokens === abovePromptTokens;
          return price !== undefined && isOwn ? [[rate, price.value]] : [];
        });
        if (found.length === 0) return [];
        return {
          tier,
          ...(variant !== undefined && { variant }),
          ...(abovePromptTokens !== undefined && { abovePromptTokens }),
          rates: Object.fromEntries(found),
        };
      }),
    ),
  );
}

/** The prices of an ordinary request by the nearest id; more than one where quality and size matter. */
export function ordinaryPrices({ ways: [way] }: ListedModel): readonly ListedPrice[] {
  return (way?.prices ?? []).filter(
    ({ tier, abovePromptTokens }) => tier === 'standard' && abovePromptTokens === undefined,
  );
}

/** What one ordinary request costs, to sort by; Infinity where that is not known. */
export function costOfOne(listed: ListedModel): number {
  return Math.min(
    ...ordinaryPrices(listed).map(({ rates }) => {
      const rate = (name: CatalogRate) => Number(rates[name] ?? Number.NaN);
      const known = [costOfTokens(listed.model, rate), ...PIECES.map(rate)].find(Number.isFinite);
      return known ?? Number.POSITIVE_INFINITY;
    }),
  );
}

function costOfTokens({ kind }: CatalogModel, rate: (name: CatalogRate) => number): number {
  const [input, output] = kind === 'embedding' ? [1_000, 0] : [3_000, 1_000];
  return (input * rate('input') + (output === 0 ? 0 : output * rate('output'))) / 1e6;
}

const PIECES: readonly CatalogRate[] = ['image', 'query', 'videoSecond', 'textRequest', 'inputVideoSecond'];
