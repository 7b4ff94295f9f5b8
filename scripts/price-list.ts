/**
 * Reads the files of the AWS Price List for Bedrock. AWS documents their form and not their words, so that what is
 * not understood is left out: media, custom models, latency-optimized inference, long contexts.
 *
 * @see https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-service-price-list-file.html
 */
import type { CatalogModel, CatalogRate } from '../src/catalog/types.ts';

export interface PriceOffer {
  readonly products?: Record<string, { readonly attributes?: Readonly<Record<string, string>> }>;
  readonly terms?: { readonly OnDemand?: Record<string, Record<string, PriceTerm>> };
}

interface PriceTerm {
  readonly priceDimensions?: Record<
    string,
    { readonly unit?: string; readonly pricePerUnit?: { readonly USD?: string } }
  >;
}

/** A price of one thing in one Region. */
export interface ListedRate {
  /** The name that the list has for the model, e.g. `Nova Pro`. */
  readonly model: string;
  readonly region: string;
  readonly scope: '' | 'global';
  readonly tier: '' | 'batch' | 'priority' | 'flex';
  readonly rate: CatalogRate;
  /** For a million tokens. */
  readonly usd: string;
}

const NOT_UNDERSTOOD =
  /mantle|custom|image|video|audio|speech|latency|provisioned|guardrail|long-?context|lctx|30m|search|training|storage/;

/** @param region of the file */
export function readOffer({ products = {}, terms = {} }: PriceOffer, region: string): ListedRate[] {
  return Object.entries(products).flatMap(([sku, { attributes = {} }]) => {
    const {
      model = attributes['modelName'],
      usagetype = '',
      inferenceType = '',
      feature = '',
      service_tier = '',
    } = attributes;
    const words = [usagetype, inferenceType, feature, service_tier].join(' ').toLowerCase();
    const rate = rateOf(words);
    const usd = priceOf(terms.OnDemand?.[sku]);
    if (!model || rate === undefined || usd === undefined || NOT_UNDERSTOOD.test(words)) return [];
    const scope = words.includes('global') ? 'global' : '';
    return [{ model, region: attributes['regionCode'] ?? region, scope, tier: tierOf(words), rate, usd }];
  });
}

function rateOf(words: string): CatalogRate | undefined {
  if (!words.includes('token')) return undefined;
  if (/cache[- ]?read/.test(words)) return 'cacheRead';
  if (/cache[- ]?write/.test(words)) return /\b1-?h/.test(words) ? 'cacheWrite1h' : 'cacheWrite';
  if (words.includes('output')) return 'output';
  return words.includes('input') ? 'input' : undefined;
}

function tierOf(words: string): ListedRate['tier'] {
  return (['batch', 'priority', 'flex'] as const).find(tier => words.includes(tier)) ?? '';
}

/** USD for a million tokens; a price of 0 is a free tier and no price. */
function priceOf(terms: Record<string, PriceTerm> | undefined): string | undefined {
  const dimensions = Object.values(terms ?? {}).flatMap(({ priceDimensions = {} }) =>
    Object.values(priceDimensions),
  );
  const [dimension] = dimensions;
  const usd = Number(dimension?.pricePerUnit?.USD);
  const times = { '1k tokens': 1000, '1m tokens': 1, tokens: 1_000_000 }[
    dimension?.unit?.toLowerCase() ?? ''
  ];
  if (dimensions.length !== 1 || times === undefined || !(usd > 0)) return undefined;
  return Number((usd * times).toPrecision(10))
    .toFixed(9)
    .replace(/\.?0+$/, '');
}

/** Which model of the catalog each name means; names that fit none, or more than one, are unmatched. */
export function matchModels(
  rates: readonly ListedRate[],
  models: readonly CatalogModel[],
): { found: Map<string, ListedRate[]>; unmatched: string[] } {
  const found = new Map<string, ListedRate[]>();
  const unmatched: string[] = [];
  for (const [name, listed] of Map.groupBy(rates, ({ model }) => model)) {
    const fitting = models.filter(model => wordsOf(model.name) === wordsOf(name));
    const current = fitting.filter(({ status }) => status !== 'EOL' && status !== 'UNLISTED');
    const [model] = current.length === 1 ? current : fitting;
    if (model === undefined || (current.length !== 1 && fitting.length !== 1)) unmatched.push(name);
    else found.set(model.id, [...(found.get(model.id) ?? []), ...listed]);
  }
  return { found, unmatched };
}

/** The words of a name in the order of the alphabet: `Claude 4.6 Opus` is `Claude Opus 4.6`, and `2.0` is `2`. */
function wordsOf(name: string): string {
  const words = name
    .toLowerCase()
    .replace(/\.0\b/g, '')
    .match(/[a-z]+|[\d.]+/g);
  return (words ?? []).sort().join(' ');
}
