import { type Catalog, createCatalog } from '../../catalog/catalog.ts';
import { KINDS } from '../../catalog/query.ts';
import type { CatalogModel } from '../../catalog/types.ts';
import type { BedrockProvider } from '../../provider.ts';
import { parseModelRef } from '../../settings/model-ref.ts';
import { withConnection } from '../connect.ts';
import { FAILURE, UsageError } from '../failure.ts';
import { outputWidth } from '../fit.ts';
import type { ModelsOptions } from '../models.ts';
import { note, print, printJson } from '../output.ts';
import { regionOrDefault } from '../region.ts';
import { matchesWords, nearIds } from '../search-models.ts';
import { detailsOf, modelTable } from './layout.ts';
import { catalogOf, costOfOne, type ListedModel, waysOf } from './listing.ts';
import { availabilityOf, type LiveCatalog, liveCatalog } from './live.ts';

export async function models(query: string, options: ModelsOptions): Promise<void> {
  const region = await regionOrDefault(options);
  const today = new Date().toISOString().slice(0, 10);
  const builtIn = createCatalog();
  const known = catalogOf(builtIn, today);
  checkNames(known, options);
  if (!options.live) {
    const { found, isOne } = await find(query, known, region, options);
    const listed = found.map(model => ({ model, ways: waysOf(model, region, today), inCatalog: true }));
    return show(listed, { query, isOne, region, catalog: known, options });
  }
  await withConnection(options, {}, async ({ bedrock }) => {
    const live = await liveCatalog(bedrock, known, region);
    const { catalog } = live;
    const { found, isOne } = await find(query, catalog, region, options, bedrock);
    const listed = await withAccount(found, live, { bedrock, region, today });
    show(listed, { query, isOne, region, catalog, options });
  });
}

/** Only the catalog says what vendors and families there are. */
function checkNames(catalog: Catalog, options: ModelsOptions): void {
  for (const name of ['vendor', 'family'] as const) {
    const given = options[name];
    const allowed = [...new Set(catalog.models.flatMap(model => model[name] ?? []))].sort();
    if (given === undefined || allowed.some(value => value.toLowerCase() === given.toLowerCase())) continue;
    throw new UsageError(`--${name} is ${JSON.stringify(given)}; there are ${allowed.join(', ')}.`);
  }
}

/* -------------------------------------------------------------------- find */

interface Found {
  readonly found: readonly CatalogModel[];
  /** The query is the id of a model. */
  readonly isOne: boolean;
}

async function find(
  query: string,
  catalog: Catalog,
  region: string,
  options: ModelsOptions,
  bedrock?: BedrockProvider,
): Promise<Found> {
  const { kind, needs, vendor, family, status } = options;
  const filters = { kind, needs, vendor, family: family?.toLowerCase(), status };
  const one = await findOne(query, catalog, bedrock);
  if (one !== undefined) {
    const isWanted = catalog.find({ ...filters, status: status ?? one.status }).includes(one);
    return { found: isWanted ? [one] : [], isOne: true };
  }
  const fitting = catalog.find({ ...filters, region });
  return {
    found: query === '' ? fitting : fitting.filter(model => matchesWords(model, query)),
    isOne: false,
  };
}

async function findOne(
  query: string,
  catalog: Catalog,
  bedrock: BedrockProvider | undefined,
): Promise<CatalogModel | undefined> {
  if (query === '' || query.includes(' ')) return undefined;
  const model = catalog.get(query);
  if (model !== undefined || !query.startsWith('arn:')) return model;
  if (parseModelRef(query).baseModel !== undefined) return undefined;
  if (bedrock === undefined) throw new UsageError(`${query} does not tell its model; --live asks AWS.`);
  const { baseModel } = await bedrock.resolveModel(query);
  return catalog.get(baseModel);
}

async function withAccount(
  found: readonly CatalogModel[],
  { accountOf, unknownIds }: LiveCatalog,
  { bedrock, region, today }: { bedrock: BedrockProvider; region: string; today: string },
): Promise<ListedModel[]> {
  const ids = found.map(({ id }) => id).filter(id => accountOf(id).listed);
  if (process.stderr.isTTY && ids.length > 10) note(`Asking AWS about ${ids.length} models …`);
  const { byId, problem } = await availabilityOf(bedrock, ids, region);
  if (problem !== undefined) note(`AWS does not tell what the account may use: ${problem}`);
  return found.map(model => ({
    model,
    ways: waysOf(model, region, today),
    inCatalog: !unknownIds.has(model.id),
    account: { ...accountOf(model.id), ...byId.get(model.id) },
  }));
}

/* -------------------------------------------------------------------- show */

interface Shown extends Pick<Found, 'isOne'> {
  readonly query: string;
  readonly region: string;
  readonly catalog: Catalog;
  readonly options: ModelsOptions;
}

function show(found: readonly ListedModel[], shown: Shown): void {
  const { query, isOne, region, catalog, options } = shown;
  const listed = options.cheapest ? found.toSorted(byPrice) : found;
  if (options.json) printJson(toJson(listed, shown));
  if (listed.length === 0) {
    process.exitCode = FAILURE;
    for (const line of noMatch(query, region, catalog)) note(line);
    return;
  }
  if (options.json) return;
  const [first] = listed;
  if (isOne && first !== undefined) return print(detailsOf(first, { region, catalog, width: outputWidth() }));
  const { text, leftOut } = modelTable(listed, outputWidth());
  print(text);
  note('');
  for (const line of footnotes(listed, leftOut, shown)) note(line);
}

/** Kinds apart: the price of an image says nothing beside that of a token. */
function byPrice(one: ListedModel, other: ListedModel): number {
  const kinds = KINDS.indexOf(one.model.kind) - KINDS.indexOf(other.model.kind);
  if (kinds !== 0) return kinds;
  const [cost, otherCost] = [costOfOne(one), costOfOne(other)];
  return cost === otherCost ? 0 : cost - otherCost;
}

function toJson(listed: readonly ListedModel[], { region, catalog }: Pick<Shown, 'region' | 'catalog'>) {
  return {
    region,
    asOf: catalog.asOf,
    models: listed.map(({ model: { prices: _, sources: _sources, asOf: _asOf, ...facts }, ...more }) => {
      const { ways, inCatalog, account } = more;
      return { ...facts, callBy: ways, inCatalog, ...(account !== undefined && { account }) };
    }),
  };
}

function footnotes(
  listed: readonly ListedModel[],
  leftOut: readonly string[],
  { region, catalog }: Pick<Shown, 'region' | 'catalog'>,
): string[] {
  const isNew = listed.some(({ inCatalog }) => !inCatalog);
  return [
    `${listed.length} ${listed.length === 1 ? 'model' : 'models'} from ${region}, catalog of ${catalog.asOf}, prices in USD per million tokens where no unit is named.`,
    ...(isNew ? ['new: AWS lists it, and the catalog does not know it.'] : []),
    ...(leftOut.length > 0
      ? [`No room for: ${leftOut.join(', ')}. A wider terminal or --json has them.`]
      : []),
  ];
}

function noMatch(query: string, region: string, catalog: Catalog): string[] {
  const what = query === '' ? 'No model fits' : `No model fits ${JSON.stringify(query)}`;
  const words = query === '' ? [] : catalog.models.filter(model => matchesWords(model, query));
  const near = words.length > 0 ? words.map(({ id }) => id) : nearIds(catalog.models, query);
  return [
    `${what} in ${region}.`,
    ...(near.length === 0
      ? []
      : [
          words.length > 0 ? 'Elsewhere, of another kind or ended:' : 'Did you mean:',
          ...near.slice(0, 8).map(id => `  ${id}`),
        ]),
  ];
}
