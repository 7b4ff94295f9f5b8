/** Look-ups in the catalog. Holds the data: import it lazily from what must stay light. */
import { InvalidArgumentError } from '@ai-sdk/provider';
import { parseModelRef } from '../settings/model-ref.ts';
import { catalogData } from './data.ts';
import { toUnits } from './decimal.ts';
import { type CatalogQuery, KINDS, NEEDS, STATUSES } from './query.ts';
import { readModels } from './read-data.ts';
import type { CatalogEntry, CatalogModel, CatalogNeed, CatalogSource } from './types.ts';

export interface Catalog {
  /** Day of the facts, `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly sources: Readonly<Record<string, CatalogSource>>;
  readonly models: readonly CatalogModel[];
  /** @throws InvalidArgumentError for members and values that a query does not have */
  find(query?: CatalogQuery): CatalogModel[];
  /** By a model's id, the id of a profile, or an ARN that tells its model. */
  get(id: string): CatalogModel | undefined;
}

let builtIn: CatalogModel[] | undefined;

/**
 * The catalog with what the user knows better.
 * @throws InvalidArgumentError for entries that are none
 */
export function createCatalog(entries: readonly CatalogEntry[] = []): Catalog {
  checkEntries(entries);
  builtIn ??= readModels(catalogData);
  const byId = new Map(builtIn.map(model => [model.id, model]));
  for (const entry of entries) byId.set(entry.id, { ...(byId.get(entry.id) ?? blank(entry.id)), ...entry });
  const models = [...byId.values()];
  return {
    asOf: catalogData.asOf,
    sources: catalogData.sources,
    models,
    find(query = {}) {
      checkQuery(query);
      return models.filter(model => fits(model, query));
    },
    get: id => byId.get(id) ?? byId.get(parseModelRef(id).baseModel ?? ''),
  };
}

/** What an entry for a new model need not say. */
function blank(id: string): CatalogModel {
  return {
    id,
    name: id,
    vendor: '',
    kind: 'text',
    status: 'ACTIVE',
    input: ['text'],
    output: ['text'],
    capabilities: [],
    apis: [],
    endpoints: ['bedrock-runtime'],
    serviceTiers: ['standard'],
    regions: [],
    mantleRegions: [],
    profiles: [],
    prices: [],
    sources: ['user'],
    asOf: catalogData.asOf,
  };
}

/* -------------------------------------------------------------------- find */

function fits(model: CatalogModel, query: CatalogQuery): boolean {
  const { status = ['ACTIVE', 'LEGACY', 'PREVIEW'] } = query;
  return (
    [status].flat().includes(model.status) &&
    isOrAny(query.kind, model.kind) &&
    isOrAny(query.family, model.family) &&
    isOrAny(query.vendor?.toLowerCase(), model.vendor.toLowerCase()) &&
    (query.needs ?? []).every(need => meets(model, need)) &&
    (query.minContextWindow === undefined || (model.contextWindow ?? 0) >= query.minContextWindow) &&
    (query.endpoint === undefined || model.endpoints.includes(query.endpoint)) &&
    (query.serviceTier === undefined || model.serviceTiers.includes(query.serviceTier)) &&
    (query.region === undefined || isIn(model, query.region)) &&
    (query.geography === undefined ||
      model.profiles.some(({ geography }) => geography === query.geography)) &&
    (query.search === undefined || hasWords(model, query.search))
  );
}

const isOrAny = (wanted: string | undefined, is: string | undefined) => wanted === undefined || wanted === is;

function meets(model: CatalogModel, need: CatalogNeed): boolean {
  const [, modality, direction] = /^(\w+)-(input|output)$/.exec(need) ?? [];
  if (direction === 'input') return (model.input as string[]).includes(modality ?? '');
  if (direction === 'output') return (model.output as string[]).includes(modality ?? '');
  return (model.capabilities as string[]).includes(need);
}

function isIn({ regions, mantleRegions, profiles }: CatalogModel, region: string): boolean {
  return (
    regions.includes(region) ||
    mantleRegions.includes(region) ||
    profiles.some(({ sourceRegions }) => sourceRegions?.includes(region))
  );
}

function hasWords({ id, name, vendor }: CatalogModel, search: string): boolean {
  const text = `${id} ${name} ${vendor}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every(word => text.includes(word));
}

/* ------------------------------------------------------------------ checks */

const ALLOWED: Readonly<Record<keyof CatalogQuery, readonly string[] | 'text' | 'number'>> = {
  kind: KINDS,
  family: 'text',
  vendor: 'text',
  needs: NEEDS,
  region: 'text',
  geography: 'text',
  status: STATUSES,
  minContextWindow: 'number',
  endpoint: 'text',
  serviceTier: 'text',
  search: 'text',
};

/** @throws InvalidArgumentError */
export function checkQuery(query: object, more: readonly string[] = []): void {
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || more.includes(name)) continue;
    if (!Object.hasOwn(ALLOWED, name)) {
      const names = [...Object.keys(ALLOWED), ...more].join(', ');
      throw invalid(`catalog query ${name}`, `there is no such member; there are ${names}`);
    }
    const allowed = ALLOWED[name as keyof CatalogQuery];
    if (typeof allowed === 'string') {
      const type = allowed === 'text' ? 'string' : 'number';
      if (typeof value !== type) throw invalid(name, `expected a ${type}, got ${JSON.stringify(value)}`);
      continue;
    }
    for (const item of [value].flat()) {
      if (!allowed.includes(item)) {
        throw invalid(name, `expected one of ${allowed.join(', ')}, got ${JSON.stringify(item)}`);
      }
    }
  }
}

function checkEntries(entries: readonly CatalogEntry[]): void {
  if (!Array.isArray(entries)) throw invalid('catalog', 'expected an array of entries');
  for (const [index, { id, prices = [] }] of entries.entries()) {
    if (typeof id !== 'string' || id === '') throw invalid(`catalog[${index}].id`, 'expected a model id');
    for (const [place, { scope, rates }] of prices.entries()) {
      const where = `catalog[${index}].prices[${place}]`;
      if (scope !== 'regional' && scope !== 'global') {
        throw invalid(`${where}.scope`, `expected "regional" or "global", got ${JSON.stringify(scope)}`);
      }
      for (const [rate, value] of Object.entries(rates)) checkRate(`${where}.rates.${rate}`, value);
    }
  }
}

function checkRate(argument: string, value: unknown): void {
  const problem = `expected a decimal number in USD as a string, e.g. "3.3", got ${JSON.stringify(value)}`;
  if (typeof value !== 'string') throw invalid(argument, problem);
  try {
    toUnits(value);
  } catch {
    throw invalid(argument, problem);
  }
}

function invalid(argument: string, problem: string): InvalidArgumentError {
  return new InvalidArgumentError({ argument, message: `${argument}: ${problem}.` });
}
