/**
 * Writes the catalog's data (`src/catalog/data.ts`) and the names of its models (`src/catalog/model-ids.ts`) from
 * the facts that stand beside some checkouts (`../shared/data`, see its README for where they are from).
 *
 *     node scripts/catalog-build.ts
 *
 * `npm run catalog:update` refreshes both from AWS where there are credentials.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { CatalogData, ModelRow } from '../src/catalog/read-data.ts';
import { findFamily } from '../src/families/index.ts';
import { writeCatalog } from './catalog-files.ts';

const shared = new URL('../../shared/data/', import.meta.url);

/* ------------------------------------------------------------------- what is read */

type Rates = Record<string, number | null | undefined>;
type Scopes = Record<string, Rates>;

interface SourceModel {
  name: string;
  provider: string;
  kind: string;
  lifecycle: { status: string; launchDate?: string; modelReleaseDate?: string; eolDate?: string };
  limits?: {
    contextWindow?: number;
    maxOutputTokens?: number;
    promptCacheMinTokens?: number;
    embeddingDimensions?: number | number[];
    /** By source, where they disagree. */
    otherValues?: { maxOutputTokens?: Record<string, number> };
  };
  /** What AWS's listing of December 2025 said. */
  listed202512?: { maxTokens?: number };
  modalities: { input: string[]; output: string[] };
  capabilities?: Record<string, unknown>;
  apis?: string[];
  endpoints?: string[];
  serviceTiers?: string[];
  inference?: {
    onDemandRegions?: string[];
    mantleRegions?: string[];
    mantleApis?: string[];
    profiles?: Record<string, { sourceRegions?: string[]; destinationRegions?: string[]; onlyIn?: string }>;
  };
  price?: Record<string, unknown> & { source?: string };
}

type PortkeyPrices = Record<string, Rates> & { byRegions?: Record<string, Record<string, Rates>> };
type RegionGroup = { regions: string[] } & Rates;
type GenaiPrice = Record<string, number | { base: number; tiers: { start: number; price: number }[] }> & {
  from?: string;
};

interface Prices {
  litellm: Record<string, Scopes>;
  modelsDev: Record<string, Scopes>;
  genaiPrices: Record<string, GenaiPrice | GenaiPrice[]>;
  portkey: Record<string, PortkeyPrices>;
  priceList: { models: Record<string, Partial<Record<'standard' | 'global' | 'batch', RegionGroup[]>>> };
}

interface Models {
  asOf: string;
  inferenceProfilePrefixes: Record<string, { sourceRegions?: string[] }>;
  models: Record<string, SourceModel>;
}

/** Letters of the sources, of facts and of prices. */
const SOURCES: CatalogData['sources'] = {
  p: { what: 'AWS Price List (an extract of it, published as aToy0m0/bedrock-pricing)', date: '2026-08-20' },
  l: { what: 'LiteLLM, model_prices_and_context_window.json', date: '2026-08-06' },
  d: { what: 'models.dev', date: '2026-07-02' },
  g: { what: 'pydantic/genai-prices', date: '2026-08-21' },
  k: { what: 'Portkey-AI/models', date: '2026-08-21' },
  h: {
    what: "AWS's ListFoundationModels and ListInferenceProfiles (mirai73/bedrock-models)",
    date: '2026-08-21',
  },
  c: { what: 'AWS Bedrock model cards (jorke/bedrock-model-map)', date: '2026-08-22' },
  e: {
    what: 'AWS model lifecycle page (awslabs/startups, kokes/bedrock-model-availability)',
    date: '2026-07-17',
  },
  w: { what: 'prices of AWS as resellers quote them (a third of empiriolabs.ai)', date: '2025-10-15' },
};

/**
 * Where one source is wrong by the others. The extract of the price list has the price of global profiles in the
 * place of the regional one: its own batch price is half of 0.33 and 2.75.
 */
const CORRECTED: Record<string, { region: string; input: number; output: number; source: string }> = {
  'amazon.nova-2-lite-v1:0': { region: 'us-east-1', input: 0.33, output: 2.75, source: 'l' },
};

/** What no source has by size and quality, or at all. */
const BY_VARIANT: Record<string, string[]> = {
  'amazon.nova-canvas-v1:0': [
    'w ~standard-small image=0.04',
    'w ~premium-small image=0.06',
    'w ~standard-large image=0.06',
    'w ~premium-large image=0.08',
  ],
  'amazon.nova-reel-v1:0': ['w videoSecond=0.08'],
  'amazon.nova-reel-v1:1': ['w videoSecond=0.08'],
};

const UNIT_RATES: Record<string, string> = {
  perOutputImage: 'image',
  perInputImage: 'inputImage',
  perInputVideoSecond: 'inputVideoSecond',
  perInputAudioSecond: 'inputAudioSecond',
  perTextRequest: 'textRequest',
  perQuery: 'query',
};

const GEOGRAPHIES = ['us', 'eu', 'apac', 'jp', 'au', 'ca', 'in'];

/* ------------------------------------------------------------------- prices of a model */

class PriceLines {
  readonly lines: string[] = [];
  readonly #covered = new Set<string>();
  readonly #set: (regions: readonly string[]) => string;

  constructor(set: (regions: readonly string[]) => string) {
    this.#set = set;
  }

  /** @param regions left out: any */
  add(
    source: string,
    rates: Rates,
    { regions, flags = [] }: { regions?: readonly string[]; flags?: string[] } = {},
  ): void {
    const text = ratesText(rates);
    if (text === '') return;
    const place = regions === undefined ? [] : [`#${this.#set(regions)}`];
    this.lines.push([source, ...flags, ...place, text].join(' '));
    if (flags.length === 0) for (const region of regions ?? []) this.#covered.add(region);
  }

  uncovered(regions: readonly string[]): string[] {
    return regions.filter(region => !this.#covered.has(region));
  }
}

function ratesText(rates: Rates): string {
  const parts: string[] = [];
  const { input, output } = rates;
  const text = (value: number | null | undefined) => (value == null ? '' : decimal(value));
  if (output != null && output > 0) parts.push(`${text(input)}/${text(output)}`);
  else if (input != null && input > 0) parts.push(`${text(input)}/`);
  for (const [name, rate] of Object.entries(UNIT_RATES)) {
    const value = rates[name];
    if (value != null && value > 0) parts.push(`${rate}=${decimal(value)}`);
  }
  return parts.join(' ');
}

/** `7e-05` -> `0.00007`, and without the dust of floating point. */
function decimal(value: number): string {
  const text = Number(value.toPrecision(10)).toFixed(12);
  return text.replace(/\.?0+$/, '');
}

const letterOf = (source: string | undefined) =>
  ({ litellm: 'l', modelsDev: 'd', genaiPrices: 'g', portkey: 'k', priceList: 'p' })[source ?? 'litellm'] ??
  'l';

function pricesOf(
  id: string,
  model: SourceModel,
  { models, prices, set }: { models: Models; prices: Prices; set: (regions: readonly string[]) => string },
): Pick<ModelRow, 'prices' | 'ratios'> {
  const list = prices.priceList.models[id] ?? {};
  const listed = Object.fromEntries(
    Object.entries(list).map(([group, rows]) => [group, withoutDoubles(rows)]),
  ) as typeof list;
  const price = (model.price ?? {}) as Scopes;
  const letter = letterOf(model.price?.source);
  const lines = new PriceLines(set);
  const corrected = CORRECTED[id];
  const dated = datedPrices(id, prices);
  // Of media, which the price list has in other products.
  const media = { ...unitRates(price['base']), ...unitRates(price['us']) };

  for (const { regions, ...rates } of listed.standard ?? []) {
    const right = regions.filter(region => region !== corrected?.region);
    if (right.length === 0) continue;
    lines.add('p', rates, { regions: right });
    const missing = Object.entries(media).filter(([name]) => rates[name] == null);
    lines.add(letter, Object.fromEntries(missing), { regions: right });
  }
  if (corrected)
    lines.add(corrected.source, { ...corrected } as unknown as Rates, { regions: [corrected.region] });
  for (const { regions, ...rates } of listed.global ?? [])
    lines.add('p', rates, { regions, flags: ['global'] });
  for (const { regions, ...rates } of listed.batch ?? [])
    lines.add('p', rates, { regions, flags: ['batch'] });

  const sourceRegions = (geography: string) =>
    model.inference?.profiles?.[`${geography}.${id}`]?.sourceRegions ??
    models.inferenceProfilePrefixes[geography]?.sourceRegions ??
    [];
  // What the price list leaves out: geographies, the Regions of GovCloud, and single Regions.
  for (const geography of GEOGRAPHIES) {
    const rates = price[geography] ?? prices.portkey[`${geography}.${id}`]?.['standard'];
    const regions = lines.uncovered(sourceRegions(geography));
    const source = price[geography] ? letter : 'k';
    if (dated.length > 0 || id in BY_VARIANT) continue;
    if (rates && regions.length > 0) lines.add(source, rates, { regions });
  }
  for (const [scope, rates] of Object.entries(price)) {
    if (/^[a-z]+(?:-[a-z]+)+-\d$/.test(scope) && lines.uncovered([scope]).length > 0)
      lines.add(letter, rates, { regions: [scope] });
  }
  const gov = price['us-gov'] ?? prices.portkey[`us-gov.${id}`]?.['standard'];
  const govRegions = lines.uncovered(['us-gov-east-1', 'us-gov-west-1']);
  if (gov && govRegions.length > 0) lines.add(price['us-gov'] ? letter : 'k', gov, { regions: govRegions });
  for (const [regions, modes] of Object.entries(prices.portkey[id]?.byRegions ?? {})) {
    const rest = lines.uncovered(regions.split(','));
    if (listed.standard === undefined && modes['standard'] && rest.length > 0)
      lines.add('k', modes['standard'], { regions: rest });
  }
  if (listed.standard === undefined) {
    const ofMantle = letter === 'k' ? prices.portkey[`mantle/${id}`]?.['standard'] : undefined;
    const anywhere = price['mantle'] ?? ofMantle ?? price['base'];
    if (dated.length > 0) lines.lines.push(...dated);
    else if (anywhere && !(id in BY_VARIANT)) lines.add(letter, anywhere);
  }
  const global = price['global'] ?? prices.portkey[`global.${id}`]?.['standard'];
  if (global && listed.global === undefined) {
    const since = dated.length > 0 ? dated.flatMap(line => line.match(/@\S+/) ?? []).slice(-1) : [];
    lines.add(price['global'] ? letter : 'k', global, { flags: ['global', ...since] });
  }
  lines.lines.push(...(BY_VARIANT[id] ?? []));
  const ratios = ratiosOf(id, model, prices);
  return { prices: lines.lines, ...(ratios !== '' && { ratios }) };
}

/** The list has two prices of one model in a Region; another source has the latter. */
function withoutDoubles(rows: readonly RegionGroup[]): RegionGroup[] {
  return rows.map((row, index) => {
    const later = new Set(rows.slice(index + 1).flatMap(({ regions }) => regions));
    return { ...row, regions: row.regions.filter(region => !later.has(region)) } as RegionGroup;
  });
}

function unitRates(rates: Rates = {}): Rates {
  return Object.fromEntries(Object.entries(rates).filter(([name]) => name in UNIT_RATES));
}

/** Of models whose price changed, or will. */
function datedPrices(id: string, { genaiPrices }: Prices): string[] {
  const dated = genaiPrices[id];
  if (!Array.isArray(dated)) return [];
  return dated.map(({ from, ...rates }) => {
    const flags = from == null ? [] : [`@${from}`];
    return ['g', ...flags, ratesText(basesOf(rates))].join(' ');
  });
}

const basesOf = (rates: GenaiPrice | Omit<GenaiPrice, 'from'>): Rates =>
  Object.fromEntries(
    Object.entries(rates).map(([name, rate]) => [name, typeof rate === 'object' ? rate.base : rate]),
  ) as Rates;

/**
 * What follows from the price of input and output, in every Region alike: the prompt cache, long prompts, tiers,
 * changes to come. The sources have these for one Region and not for all.
 */
function ratiosOf(id: string, model: SourceModel, prices: Prices): string {
  const price = (model.price ?? {}) as Scopes;
  const ofGenai =
    [id, `global.${id}`, `global.${id}-v1:0`].map(name => prices.genaiPrices[name]).find(found => found) ??
    {};
  const genai = Array.isArray(ofGenai) ? ofGenai.at(-1) : ofGenai;
  const portkey = prices.portkey[id] ?? prices.portkey[`us.${id}`] ?? {};
  const candidates: [string, Rates | undefined][] = [
    ['l', price['base'] ?? price['mantle']],
    ['d', prices.modelsDev[id]?.['base']],
    ['g', basesOf(genai ?? {})],
    ['k', portkey['standard']],
  ];
  const ratios: string[] = [];
  const found: Record<string, string> = {};
  for (const name of ['cacheRead', 'cacheWrite', 'cacheWrite1h'] as const) {
    for (const [source, rates] of candidates) {
      if (rates?.[name] == null || !rates['input'] || (source === 'k' && !agrees(rates, found))) continue;
      found[name] = ratio(rates[name] as number, rates['input']);
      ratios.push(`${name}=${found[name]}`);
      break;
    }
  }
  ratios.push(...longPrompts(price, genai, portkey), ...tiers(portkey));
  const [now, then] = Array.isArray(ofGenai) && ofGenai[1]?.from && ofGenai[1].from > AS_OF ? ofGenai : [];
  if (now && then) ratios.push(`@${then.from}=${ratio(then['input'] as number, now['input'] as number)}`);
  return ratios.join(' ');
}

/** Portkey's cache prices of some models are other models' multiples; they count where the others say the same. */
function agrees(rates: Rates, found: Record<string, string>): boolean {
  const { input, cacheRead, cacheWrite } = rates;
  if (!input || cacheRead == null || cacheWrite == null) return Object.keys(found).length === 0;
  return ratio(cacheRead, input) === found['cacheRead'] && ratio(cacheWrite, input) === found['cacheWrite'];
}

function longPrompts(price: Scopes, genai: GenaiPrice | undefined, portkey: PortkeyPrices): string[] {
  const base = price['base'];
  if (base?.['inputAbove200k'] && base['input'] && base['outputAbove200k'] && base['output']) {
    const output = ratio(base['outputAbove200k'], base['output']);
    return [`>200000=${ratio(base['inputAbove200k'], base['input'])}/${output}`];
  }
  const [short, long] = [portkey['standard lte-272k'], portkey['standard gt-272k']];
  if (short?.['input'] && long?.['input'] && short['output'] && long['output']) {
    return [`>272000=${ratio(long['input'], short['input'])}/${ratio(long['output'], short['output'])}`];
  }
  const { input, output } = genai ?? {};
  if (typeof input !== 'object' || typeof output !== 'object' || !input.tiers[0] || !output.tiers[0])
    return [];
  const [ofInput, ofOutput] = [input.tiers[0].price / input.base, output.tiers[0].price / output.base];
  return [`>${input.tiers[0].start}=${decimal(ofInput)}/${decimal(ofOutput)}`];
}

function tiers(portkey: PortkeyPrices): string[] {
  const { standard } = portkey;
  return ['priority', 'flex'].flatMap(tier => {
    const rates = portkey[tier];
    if (!rates?.['input'] || !standard?.['input'] || !rates['output'] || !standard['output']) return [];
    return [
      `${tier}=${ratio(rates['input'], standard['input'])}/${ratio(rates['output'], standard['output'])}`,
    ];
  });
}

const ratio = (value: number, of: number) => decimal(Number((value / of).toFixed(6)));

/* ------------------------------------------------------------------- facts of a model */

const CAPABILITIES: Record<string, string> = {
  tools: 'tools',
  toolChoice: 'tool-choice',
  reasoning: 'reasoning',
  promptCaching: 'prompt-caching',
  structuredOutput: 'structured-output',
  streaming: 'streaming',
  computerUse: 'computer-use',
};

const MODALITIES: Record<string, string> = { pdf: 'document', speech: 'audio', embeddings: 'embedding' };

/** `Mar 2025` -> `2025-03`. */
function isoDate(text: string | undefined): string {
  if (text === undefined || /^\d{4}-\d{2}/.test(text)) return text ?? '';
  const date = new Date(`1 ${text} UTC`);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 7);
}

function rowOf(
  id: string,
  model: SourceModel,
  tools: { models: Models; prices: Prices; set: (regions: readonly string[]) => string },
): ModelRow {
  const { set } = tools;
  const { inference = {}, limits = {}, lifecycle } = model;
  const family = findFamily({ baseModel: id }).name;
  const modalities = (names: string[]) => [...new Set(names.map(name => MODALITIES[name] ?? name))].join(' ');
  const dates = [isoDate(lifecycle.launchDate ?? lifecycle.modelReleaseDate), lifecycle.eolDate ?? ''].join(
    ' ',
  );
  const dimensions = limits.embeddingDimensions;
  // Where sources disagree, AWS's API is likelier to be right than a rounded page.
  const listed = limits.otherValues?.maxOutputTokens ? model.listed202512?.maxTokens : undefined;
  const maxOutput = listed ?? limits.maxOutputTokens;
  const regionsText = (regions: string[] | undefined) => (regions?.length ? set(regions) : '');
  return {
    id,
    name: model.name,
    vendor: model.provider,
    kind: model.kind,
    ...(family !== 'generic' && { family }),
    ...(lifecycle.status !== 'ACTIVE' && { status: lifecycle.status }),
    ...(dates !== ' ' && { dates: dates.trimEnd() }),
    ...(limits.contextWindow !== undefined && { context: limits.contextWindow }),
    ...(maxOutput !== undefined && { output: maxOutput }),
    ...(limits.promptCacheMinTokens !== undefined && { minCache: limits.promptCacheMinTokens }),
    ...(dimensions !== undefined && { dimensions: [dimensions].flat() }),
    io: `${modalities(model.modalities.input)}>${modalities(model.modalities.output)}`,
    can: Object.entries(CAPABILITIES)
      .filter(([name]) => model.capabilities?.[name] === true)
      .map(([, capability]) => capability)
      .join(' '),
    apis: (model.apis ?? []).join(','),
    endpoints: (model.endpoints ?? []).map(name => name.replace('bedrock-', '')).join(' '),
    tiers: (model.serviceTiers ?? []).join(' '),
    on: regionsText(inference.onDemandRegions),
    ...(inference.mantleRegions && { mantle: set(inference.mantleRegions) }),
    profiles: Object.entries(inference.profiles ?? {}).map(
      ([profile, { sourceRegions, destinationRegions }]) =>
        [
          profile.slice(0, -id.length - 1),
          ...(sourceRegions
            ? [set(sourceRegions), ...(destinationRegions ? [set(destinationRegions)] : [])]
            : []),
        ].join(' '),
    ),
    ...pricesOf(id, model, tools),
    from: [
      ...(inference.onDemandRegions || inference.profiles ? ['h'] : []),
      ...(model.apis ? ['c'] : []),
      ...(lifecycle.eolDate ? ['e'] : []),
      ...(model.capabilities ? ['l', 'd'] : []),
    ].join(''),
  };
}

/* ------------------------------------------------------------------- all of it */

if (!existsSync(shared)) throw new Error(`There is nothing to build from: ${shared.pathname} is not here.`);
const models: Models = JSON.parse(readFileSync(new URL('bedrock-models.json', shared), 'utf8'));
const prices: Prices = JSON.parse(readFileSync(new URL('bedrock-prices.json', shared), 'utf8'));
const AS_OF = models.asOf;

const sets = new Map<string, string>();
/** The letter of a set of Regions. */
function set(regions: readonly string[]): string {
  const text = [...regions].sort().join(' ');
  const name = sets.get(text) ?? sets.size.toString(36);
  sets.set(text, name);
  return name;
}
const rows = Object.entries(models.models).map(([id, model]) => rowOf(id, model, { models, prices, set }));
writeCatalog({
  asOf: AS_OF,
  sources: SOURCES,
  regionSets: Object.fromEntries([...sets].map(([regions, name]) => [name, regions])),
  models: rows,
});
