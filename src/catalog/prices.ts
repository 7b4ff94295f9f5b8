/** Which of a model's prices holds for a request. */
import type { CatalogModel, CatalogPrice, CatalogRate, CatalogTier } from './types.ts';

export interface PriceQuery {
  readonly scope: CatalogPrice['scope'];
  /** That is called. Undefined: a price is found only where all Regions of the partition have the same. */
  readonly region: string | undefined;
  /** Of the profile; it tells the partition where there is no Region. */
  readonly geography: string | undefined;
  readonly tier: CatalogTier;
  /** Tokens of the prompt with what is cached. */
  readonly promptTokens: number;
  readonly variant: string | undefined;
  /** `YYYY-MM-DD`. */
  readonly date: string;
}

/** @returns undefined where no price is known, or where it depends on the Region and none is named */
export function findPrice(
  model: Pick<CatalogModel, 'prices'>,
  rate: CatalogRate,
  query: PriceQuery,
): { readonly value: string; readonly price: CatalogPrice } | undefined {
  const fitting = model.prices.filter(price => price.rates[rate] !== undefined && fits(price, query));
  if (query.region === undefined) return inAllRegions(fitting, rate, query);
  const best = mostSpecific(inRegion(model, fitting, query));
  const value = best?.rates[rate];
  return best === undefined || value === undefined ? undefined : { value, price: best };
}

/** Whether any price of the model is by this. */
export function isPricedBy({ prices }: Pick<CatalogModel, 'prices'>, rate: CatalogRate): boolean {
  return prices.some(({ rates }) => rates[rate] !== undefined);
}

function fits(price: CatalogPrice, { scope, tier, promptTokens, variant, date }: PriceQuery): boolean {
  return (
    price.scope === scope &&
    (price.tier ?? 'standard') === tier &&
    promptTokens >= floorOf(price) &&
    (price.variant === undefined || price.variant === variant) &&
    (price.from === undefined || price.from <= date)
  );
}

/** A price "above" holds from the next token on. */
const floorOf = ({ abovePromptTokens }: CatalogPrice) =>
  abovePromptTokens === undefined ? 0 : abovePromptTokens + 1;

function inRegion(
  model: Pick<CatalogModel, 'prices'>,
  fitting: readonly CatalogPrice[],
  { region = '', scope, tier }: PriceQuery,
): readonly CatalogPrice[] {
  const isNamed = model.prices.some(
    price =>
      price.scope === scope &&
      (price.tier ?? 'standard') === tier &&
      price.regions?.includes(region) === true,
  );
  if (isNamed) return fitting.filter(price => price.regions?.includes(region));
  return OTHER_PARTITIONS.test(region) ? [] : fitting.filter(price => price.regions === undefined);
}

/** GovCloud, China and the isolated Regions have prices of their own. */
const OTHER_PARTITIONS = /^(?:us-gov|cn|us-iso[a-z]?|eu-isoe|eusc)-/;

/** The latest, then the one for the longest prompts, then the one of a variant, then the one that comes first. */
function mostSpecific(prices: readonly CatalogPrice[]): CatalogPrice | undefined {
  return prices.reduce<CatalogPrice | undefined>(
    (best, price) => (best === undefined || isMoreSpecific(price, best) ? price : best),
    undefined,
  );
}

function isMoreSpecific(price: CatalogPrice, than: CatalogPrice): boolean {
  const [from = '', thanFrom = ''] = [price.from, than.from];
  if (from !== thanFrom) return from > thanFrom;
  if (floorOf(price) !== floorOf(than)) return floorOf(price) > floorOf(than);
  return price.variant !== undefined && than.variant === undefined;
}

function inAllRegions(
  fitting: readonly CatalogPrice[],
  rate: CatalogRate,
  { geography }: PriceQuery,
): { value: string; price: CatalogPrice } | undefined {
  const isOther = (place: string) => OTHER_PARTITIONS.test(place) !== OTHER_PARTITIONS.test(`${geography}-`);
  const named = fitting.flatMap(({ regions }) => regions ?? ['']);
  const places = new Set(named.filter(place => !isOther(place)));
  const best = [...places].flatMap(place => {
    const there = fitting.filter(({ regions }) => (regions ?? ['']).includes(place));
    return mostSpecific(there) ?? [];
  });
  const [first] = best;
  const value = first?.rates[rate];
  if (first === undefined || value === undefined) return undefined;
  return best.every(price => price.rates[rate] === value) ? { value, price: first } : undefined;
}
