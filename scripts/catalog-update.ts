/**
 * Refreshes the catalog from AWS and prints what changed: models and profiles from ListFoundationModels and
 * ListInferenceProfiles, where there are credentials; prices from the files of the AWS Price List, which are public.
 *
 *     npm run catalog:update                                      all Regions of the catalog
 *     npm run catalog:update -- --regions us-east-1,eu-west-1     some of them
 *     npm run catalog:update -- --dry-run                         prints, and writes nothing
 */
import { parseArgs } from 'node:util';
import { catalogData } from '../src/catalog/data.ts';
import { type CatalogData, type ModelRow, readModels } from '../src/catalog/read-data.ts';
import type { CatalogModel } from '../src/catalog/types.ts';
import { type BedrockProvider, type BedrockProviderSettings, createBedrock } from '../src/index.ts';
import { writeCatalog } from './catalog-files.ts';
import { type ListedRate, matchModels, type PriceOffer, readOffer } from './price-list.ts';

export interface UpdateOptions {
  readonly data?: CatalogData;
  readonly regions?: readonly string[];
  /** Identity and endpoints of the listings; `fetch` gets the files of prices as well. */
  readonly settings?: BedrockProviderSettings;
  readonly today?: string;
}

export interface Update {
  readonly data: CatalogData;
  /** A line for each change. */
  readonly changes: readonly string[];
  /** What could not be read. */
  readonly problems: readonly string[];
}

/** Names of Bedrock's offers in the price list; one that a Region does not have is passed over. */
const OFFERS = ['AmazonBedrock', 'AmazonBedrockFoundationModels', 'AmazonBedrockService'];
const PRICE_LIST = 'https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws';

export async function updateCatalog({
  data = catalogData,
  regions = regionsIn(data),
  settings = {},
  today = new Date().toISOString().slice(0, 10),
}: UpdateOptions = {}): Promise<Update> {
  const problems: string[] = [];
  const listings = await listRegions(createBedrock(settings), regions, problems);
  const rates = await listRates(settings.fetch ?? fetch, regions, problems);
  const sets = new RegionSets();
  const old = readModels(data);
  const expand = (name: string) => data.regionSets[name]?.split(' ') ?? [];
  const rows = data.models.map(row => renamed(row, name => sets.name(expand(name))));
  const listed =
    listings.length > 0
      ? withListings(rows, listings, { sets, isWhole: listings.length === regions.length })
      : rows;
  const { found, unmatched } = matchModels(rates, old);
  if (unmatched.length > 0) problems.push(`no model of the catalog is called: ${unmatched.join(', ')}`);
  const models = listed.map(row => withRates(row, found.get(row.id) ?? [], sets));
  const sources = {
    ...data.sources,
    ...(listings.length > 0 && {
      h: { what: "AWS's ListFoundationModels and ListInferenceProfiles", date: today },
    }),
    ...(found.size > 0 && { p: { what: 'AWS Price List', date: today } }),
  };
  const next: CatalogData = { asOf: today, sources, regionSets: sets.all(), models };
  return { data: next, changes: differences(old, readModels(next)), problems };
}

function regionsIn({ regionSets }: CatalogData): string[] {
  const all = new Set(Object.values(regionSets).flatMap(set => set.split(' ')));
  // GovCloud takes credentials of its own.
  return [...all].filter(region => region !== '' && !region.startsWith('us-gov-')).sort();
}

class RegionSets {
  readonly #names = new Map<string, string>();

  name(regions: readonly string[]): string {
    const text = [...new Set(regions)].sort().join(' ');
    if (text === '') return '';
    const name = this.#names.get(text) ?? this.#names.size.toString(36);
    this.#names.set(text, name);
    return name;
  }

  regions(name: string): string[] {
    for (const [text, set] of this.#names) if (set === name) return text.split(' ');
    return [];
  }

  all(): Record<string, string> {
    return Object.fromEntries([...this.#names].map(([text, name]) => [name, text]));
  }
}

function renamed(row: ModelRow, rename: (name: string) => string): ModelRow {
  return {
    ...row,
    on: rename(row.on),
    ...(row.mantle !== undefined && { mantle: rename(row.mantle) }),
    profiles: row.profiles.map(profile => {
      const [geography, ...sets] = profile.split(' ');
      return [geography, ...sets.map(rename)].join(' ');
    }),
    prices: row.prices.map(line => line.replace(/#(\w+)/, (_, name: string) => `#${rename(name)}`)),
  };
}

/* ---------------------------------------------------------------- listings */

interface Listing {
  readonly region: string;
  readonly models: Awaited<ReturnType<BedrockProvider['listModels']>>;
  readonly profiles: Awaited<ReturnType<BedrockProvider['listInferenceProfiles']>>;
}

async function listRegions(
  bedrock: BedrockProvider,
  regions: readonly string[],
  problems: string[],
): Promise<Listing[]> {
  const listings: Listing[] = [];
  for (const region of regions) {
    try {
      const models = await bedrock.listModels({ region });
      const profiles = await bedrock.listInferenceProfiles({ region, type: 'SYSTEM_DEFINED' });
      listings.push({ region, models, profiles });
    } catch (error) {
      problems.push(`${region} was not listed: ${(error as Error).message}`);
      // Without an identity there is none in the next Region either.
      if (listings.length === 0) return [];
    }
  }
  return listings;
}

/** @param isWhole whether all Regions were listed, so that a model that is nowhere has gone */
function withListings(
  rows: readonly ModelRow[],
  listings: readonly Listing[],
  { sets, isWhole }: { sets: RegionSets; isWhole: boolean },
): ModelRow[] {
  const asked = new Set(listings.map(({ region }) => region));
  const ids = new Set(listings.flatMap(({ models }) => models.map(({ modelId }) => modelId)));
  const known = rows.map(row => {
    if (!ids.has(row.id)) return isWhole && isListable(row) ? { ...row, status: 'UNLISTED' } : row;
    return listedRow(row, listings, { sets, asked });
  });
  const isNew = (id: string) => !rows.some(row => row.id === id) && !/:\d+k$|:mm$/.test(id);
  const added = [...ids].filter(isNew).map(id => listedRow(newRow(id, listings), listings, { sets, asked }));
  return [...known, ...added];
}

/** What was never in the listings does not go when it is not in them. */
const isListable = ({ from, status }: ModelRow) => from.includes('h') && status !== 'EOL';

function listedRow(
  row: ModelRow,
  listings: readonly Listing[],
  { sets, asked }: { sets: RegionSets; asked: ReadonlySet<string> },
): ModelRow {
  const summaries = listings.flatMap(({ region, models }) =>
    models.filter(({ modelId }) => modelId === row.id).map(model => ({ region, model })),
  );
  const lifecycle = summaries[0]?.model.modelLifecycle;
  const [launched = '', endOfLife] = (row.dates ?? '').split(' ');
  const ended = lifecycle?.endOfLifeTime?.slice(0, 10) ?? endOfLife;
  const onDemand = summaries
    .filter(({ model }) => model.inferenceTypesSupported?.includes('ON_DEMAND'))
    .map(({ region }) => region);
  const notAsked = sets.regions(row.on).filter(region => !asked.has(region));
  const { status: _status, dates: _dates, ...rest } = row;
  const status = lifecycle?.status ?? row.status ?? 'ACTIVE';
  const dates = [launched, ended ?? ''].join(' ').trimEnd();
  return {
    ...rest,
    ...(status !== 'ACTIVE' && { status }),
    ...(dates !== '' && { dates }),
    on: sets.name([...notAsked, ...onDemand]),
    profiles: listedProfiles(row, listings, { sets, asked }),
    from: row.from.includes('h') ? row.from : `h${row.from}`,
  };
}

function listedProfiles(
  row: ModelRow,
  listings: readonly Listing[],
  { sets, asked }: { sets: RegionSets; asked: ReadonlySet<string> },
): string[] {
  const profiles = new Map<string, { source: string[]; destination: string[] }>();
  for (const profile of row.profiles) {
    const [geography = '', source = '', destination = ''] = profile.split(' ');
    const left = sets.regions(source).filter(region => !asked.has(region));
    // One of which only the id was known stays.
    if (source === '' || left.length > 0) {
      profiles.set(geography, { source: left, destination: sets.regions(destination) });
    }
  }
  for (const { region, profiles: listed } of listings) {
    for (const { inferenceProfileId: id, models } of listed) {
      if (!id.endsWith(`.${row.id}`)) continue;
      const geography = id.slice(0, -row.id.length - 1);
      const { source = [], destination = [] } = profiles.get(geography) ?? {};
      const to = models.map(({ modelArn = '' }) => modelArn.split(':')[3] ?? '').filter(name => name !== '');
      profiles.set(geography, { source: [...source, region], destination: [...destination, ...to] });
    }
  }
  return [...profiles].map(([geography, { source, destination }]) =>
    [geography, sets.name(source), geography === 'global' ? '' : sets.name(destination)].join(' ').trimEnd(),
  );
}

function newRow(id: string, listings: readonly Listing[]): ModelRow {
  const model = listings.flatMap(({ models }) => models).find(({ modelId }) => modelId === id);
  const modalities = (names: readonly string[] = []) =>
    names
      .map(name => name.toLowerCase().replace('speech', 'audio').replace('embeddings', 'embedding'))
      .join(' ');
  const output = modalities(model?.outputModalities);
  const kinds = ['embedding', 'image', 'video', 'audio'] as const;
  const kind = kinds.find(name => output.includes(name)) ?? (/rerank/.test(id) ? 'rerank' : 'text');
  return {
    id,
    name: model?.modelName ?? id,
    vendor: model?.providerName ?? '',
    kind: kind === 'audio' ? 'speech' : kind,
    io: `${modalities(model?.inputModalities)}>${output}`,
    can: model?.responseStreamingSupported ? 'streaming' : '',
    apis: '',
    endpoints: 'runtime',
    tiers: '',
    on: '',
    profiles: [],
    prices: [],
    from: 'h',
  };
}

/* ------------------------------------------------------------------ prices */

async function listRates(
  get: typeof fetch,
  regions: readonly string[],
  problems: string[],
): Promise<ListedRate[]> {
  const rates: ListedRate[] = [];
  for (const region of regions) {
    for (const offer of OFFERS) {
      const response = await get(`${PRICE_LIST}/${offer}/current/${region}/index.json`).catch(
        error => error as Error,
      );
      if (response instanceof Error) {
        problems.push(`prices of ${region} were not read: ${response.message}`);
        break;
      }
      if (response.ok) rates.push(...readOffer((await response.json()) as PriceOffer, region));
      // Not every Region has every offer.
      else if (response.status !== 403 && response.status !== 404) {
        problems.push(`prices of ${region} were not read: ${offer} answered ${response.status}`);
      }
    }
  }
  return rates;
}

/** What the list says takes the place of what it said, in the Regions that were read. */
function withRates(row: ModelRow, rates: readonly ListedRate[], sets: RegionSets): ModelRow {
  if (rates.length === 0) return row;
  const groups = Map.groupBy(rates, ({ scope, tier }) => [scope, tier].filter(Boolean).join(' '));
  let prices = [...row.prices];
  for (const [flags, listed] of groups) {
    const byRegion = new Map<string, Record<string, string>>();
    const head = ['p', ...(flags === '' ? [] : [flags])].join(' ');
    const isSame = (line: string) => line.startsWith(`${head} #`);
    for (const line of prices.filter(isSame)) {
      const [, set = '', text = ''] = /#(\w+) (.*)$/.exec(line) ?? [];
      for (const region of sets.regions(set))
        byRegion.set(region, { ...byRegion.get(region), ...ratesIn(text) });
    }
    for (const { region, rate, usd } of listed)
      byRegion.set(region, { ...byRegion.get(region), [rate]: usd });
    const regionsOf = Map.groupBy([...byRegion.keys()].sort(), region =>
      ratesText(byRegion.get(region) ?? {}),
    );
    const lines = [...regionsOf].map(([text, regions]) => `${head} #${sets.name(regions)} ${text}`);
    prices = [...prices.filter(line => !isSame(line)), ...lines];
  }
  return { ...row, prices };
}

function ratesIn(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(' ').flatMap(word => {
      if (word.includes('=')) return [word.split('=') as [string, string]];
      const [input = '', output = ''] = word.split('/');
      return [['input', input] as [string, string], ['output', output] as [string, string]].filter(
        ([, usd]) => usd !== '',
      );
    }),
  );
}

function ratesText({ input = '', output = '', ...others }: Record<string, string>): string {
  const words = Object.entries(others).map(([rate, usd]) => `${rate}=${usd}`);
  return [...(input || output ? [`${input}/${output}`] : []), ...words].join(' ');
}

/* -------------------------------------------------------------- differences */

export function differences(before: readonly CatalogModel[], after: readonly CatalogModel[]): string[] {
  const old = new Map(before.map(model => [model.id, model]));
  const added = after.filter(({ id }) => !old.has(id)).map(({ id, name }) => `+ ${id} (${name})`);
  const changed = after.flatMap(model => {
    const was = old.get(model.id);
    return was === undefined ? [] : [...changedFacts(was, model), ...changedPrices(was, model)];
  });
  return [...added, ...changed];
}

const FACTS = ['name', 'status', 'endOfLife', 'regions'] as const;

function changedFacts(was: CatalogModel, model: CatalogModel): string[] {
  const facts = FACTS.flatMap(fact => {
    const [before, after] = [String(was[fact] ?? 'none'), String(model[fact] ?? 'none')];
    return before === after ? [] : [`~ ${model.id} ${fact}: ${before} -> ${after}`];
  });
  const profiles = ({ profiles: all }: CatalogModel) =>
    all.map(({ id, sourceRegions = [] }) => `${id} (${sourceRegions.join(',')})`);
  const [before, after] = [new Set(profiles(was)), new Set(profiles(model))];
  return [
    ...facts,
    ...[...before].filter(profile => !after.has(profile)).map(profile => `- profile ${profile}`),
    ...[...after].filter(profile => !before.has(profile)).map(profile => `+ profile ${profile}`),
  ];
}

function changedPrices(was: CatalogModel, model: CatalogModel): string[] {
  const [before, after] = [pricesByPlace(was), pricesByPlace(model)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap(place => {
    const [old, now] = [before, after].map(prices => (prices.has(place) ? `$${prices.get(place)}` : 'none'));
    return old === now ? [] : [`~ ${model.id} ${place}: ${old} -> ${now}`];
  });
}

function pricesByPlace({ prices }: CatalogModel): Map<string, string> {
  return new Map(
    prices.flatMap(
      ({ scope, regions = ['any'], tier = 'standard', abovePromptTokens, from, variant, rates }) =>
        regions.flatMap(region =>
          Object.entries(rates).map(([rate, usd]): [string, string] => [
            [scope, region, tier, variant, abovePromptTokens && `>${abovePromptTokens}`, from, rate]
              .filter(Boolean)
              .join(' '),
            usd,
          ]),
        ),
    ),
  );
}

/* --------------------------------------------------------------------- run */

if (import.meta.main) {
  const { values } = parseArgs({
    options: { regions: { type: 'string' }, 'dry-run': { type: 'boolean', default: false } },
  });
  const { data, changes, problems } = await updateCatalog({
    ...(values.regions !== undefined && { regions: values.regions.split(',') }),
  });
  for (const problem of problems) console.error(`! ${problem}`);
  console.log(changes.length === 0 ? 'Nothing has changed.' : changes.join('\n'));
  if (!values['dry-run'] && changes.length > 0) writeCatalog(data);
}
