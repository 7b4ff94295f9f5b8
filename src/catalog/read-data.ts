/**
 * Reads the catalog's data. It is written short: sets of Regions have names, and prices are lines.
 *
 * A line of prices: its source, then conditions in any order (`global`, `batch`, `>200000` for long prompts,
 * `@2026-09-01` for the first day, `~premium` for a variant, `#x` for a set of Regions), then the rates:
 * `3.3/16.5` for input and output, `image=0.04` and the like for all others.
 *
 * `ratios` say what follows from input and output in all lines without a tier: `cacheRead=0.1` of the input,
 * `>200000=2/1.5` of input and output for long prompts, `flex=0.5/0.5`, `@2026-09-01=1.5` for everything.
 */
import { multiply } from './decimal.ts';
import { successorOf } from './successors.ts';
import type {
  CatalogCapability,
  CatalogKind,
  CatalogModality,
  CatalogModel,
  CatalogPrice,
  CatalogProfile,
  CatalogRate,
  CatalogSource,
  CatalogStatus,
  CatalogTier,
} from './types.ts';

export interface CatalogData {
  readonly asOf: string;
  readonly sources: Readonly<Record<string, CatalogSource>>;
  /** Regions with blanks between them. */
  readonly regionSets: Readonly<Record<string, string>>;
  readonly models: readonly ModelRow[];
}

/** Lists are texts with blanks between the items; `apis` has commas. */
export interface ModelRow {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly kind: string;
  readonly family?: string;
  /** Left out: `ACTIVE`. */
  readonly status?: string;
  /** Launch and end of life; the first may be empty. */
  readonly dates?: string;
  readonly context?: number;
  readonly output?: number;
  readonly minCache?: number;
  readonly dimensions?: readonly number[];
  /** `text image>text`. */
  readonly io: string;
  readonly can: string;
  readonly apis: string;
  /** Without `bedrock-`. */
  readonly endpoints: string;
  readonly tiers: string;
  /** Sets of Regions. */
  readonly on: string;
  readonly mantle?: string;
  /** Geography, source Regions, destination Regions. */
  readonly profiles: readonly string[];
  readonly prices: readonly string[];
  readonly ratios?: string;
  /** Letters of the sources. */
  readonly from: string;
}

export function readModels({ asOf, regionSets, models }: CatalogData): CatalogModel[] {
  const regionsOf = (name: string | undefined) => list(regionSets[name ?? ''] ?? '');
  return models.map(row => {
    const [launched, endOfLife] = (row.dates ?? '').split(' ');
    const [input = '', output = ''] = row.io.split('>');
    const status = (row.status ?? 'ACTIVE') as CatalogStatus;
    const successor = status === 'ACTIVE' ? undefined : successorOf(row.id);
    return {
      id: row.id,
      name: row.name,
      vendor: row.vendor,
      kind: row.kind as CatalogKind,
      ...given({ family: row.family }),
      status,
      ...given({ launched: launched || undefined, endOfLife, successor }),
      ...given({ contextWindow: row.context, maxOutputTokens: row.output, minCacheTokens: row.minCache }),
      ...given({ embeddingDimensions: row.dimensions }),
      input: list(input) as CatalogModality[],
      output: list(output) as CatalogModality[],
      capabilities: list(row.can) as CatalogCapability[],
      apis: row.apis === '' ? [] : row.apis.split(','),
      endpoints: list(row.endpoints).map(name => `bedrock-${name}`),
      serviceTiers: list(row.tiers),
      regions: regionsOf(row.on),
      mantleRegions: regionsOf(row.mantle),
      profiles: row.profiles.map(text => readProfile(row.id, text, regionsOf)),
      prices: readPrices(row, regionsOf),
      sources: [...row.from],
      asOf,
    };
  });
}

function readProfile(
  model: string,
  text: string,
  regionsOf: (name: string) => readonly string[],
): CatalogProfile {
  const [geography = '', source, destination] = text.split(' ');
  return {
    id: `${geography}.${model}`,
    geography,
    ...(source !== undefined && { sourceRegions: regionsOf(source) }),
    ...(destination !== undefined && { destinationRegions: regionsOf(destination) }),
  };
}

/* ------------------------------------------------------------------ prices */

type Rates = { [Rate in CatalogRate]?: string };
type Price = CatalogPrice & { readonly rates: Rates };

function readPrices(
  { prices, ratios = '' }: ModelRow,
  regionsOf: (name: string) => readonly string[],
): CatalogPrice[] {
  const read = prices.map(line => readPrice(line, regionsOf));
  return list(ratios).reduce(applyRatio, read);
}

const TIERS: ReadonlySet<string> = new Set(['batch', 'priority', 'flex']);

function readPrice(line: string, regionsOf: (name: string) => readonly string[]): Price {
  const [source = '', ...words] = line.split(' ');
  const price: { -readonly [Member in keyof Price]: Price[Member] } = {
    scope: 'regional',
    rates: {},
    source,
  };
  for (const word of words) {
    const rest = word.slice(1);
    if (word === 'global') price.scope = 'global';
    else if (TIERS.has(word)) price.tier = word as CatalogTier;
    else if (word.startsWith('>')) price.abovePromptTokens = Number(rest);
    else if (word.startsWith('@')) price.from = rest;
    else if (word.startsWith('~')) price.variant = rest;
    else if (word.startsWith('#')) price.regions = regionsOf(rest);
    else Object.assign(price.rates, readRates(word));
  }
  return price;
}

function readRates(word: string): Rates {
  const [name = '', value = ''] = word.split('=');
  if (word.includes('=')) return { [name]: value };
  const [input, output] = word.split('/');
  return { ...(input && { input }), ...(output && { output }) };
}

/** Adds what a ratio says, to the prices or beside them. */
function applyRatio(prices: readonly Price[], ratio: string): Price[] {
  const [name = '', value = ''] = ratio.split('=');
  const [ofInput = '1', ofOutput = ofInput] = value.split('/');
  const plain = (price: Price) => price.tier === undefined && price.variant === undefined;
  if (name.startsWith('>')) {
    const abovePromptTokens = Number(name.slice(1));
    const long = prices.filter(plain).map(price => ({
      ...price,
      abovePromptTokens,
      rates: times(price.rates, ofInput, ofOutput),
    }));
    return [...prices, ...long];
  }
  if (name.startsWith('@')) {
    const later = prices.map(price => ({
      ...price,
      from: name.slice(1),
      rates: times(price.rates, ofInput, ofOutput),
    }));
    return [...prices, ...later];
  }
  if (TIERS.has(name)) {
    const tier = name as CatalogTier;
    const tiered = prices.filter(price => plain(price) && price.abovePromptTokens === undefined);
    return [
      ...prices,
      ...tiered.map(({ rates: { input, output }, ...price }) => ({
        ...price,
        tier,
        rates: times({ ...(input && { input }), ...(output && { output }) }, ofInput, ofOutput),
      })),
    ];
  }
  return prices.map(price => {
    const { input } = price.rates;
    if (!plain(price) || input === undefined || name in price.rates) return price;
    return { ...price, rates: { ...price.rates, [name]: multiply(input, ofInput) } };
  });
}

function times(rates: Rates, ofInput: string, ofOutput: string): Rates {
  return Object.fromEntries(
    Object.entries(rates).map(([name, rate]) => [
      name,
      multiply(rate, name === 'output' ? ofOutput : ofInput),
    ]),
  );
}

/* -------------------------------------------------------------------- help */

function list(text: string): string[] {
  return text === '' ? [] : text.split(' ');
}

function given<Members extends object>(members: Members): Partial<Members> {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as Partial<Members>;
}
