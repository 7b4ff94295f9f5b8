/** Models as a person reads them. */
import type { Catalog } from '../../catalog/catalog.ts';
import type { CatalogModel, CatalogRate } from '../../catalog/types.ts';
import { type FittedColumn, factLines, fittedTable, wrap } from '../fit.ts';
import { paint } from '../output.ts';
import {
  type AccountFacts,
  type ListedModel,
  type ListedPrice,
  type ListedWay,
  ordinaryPrices,
} from './listing.ts';

/* ------------------------------------------------------------------- table */

const COLUMNS: readonly FittedColumn<ListedModel>[] = [
  { title: 'Model', cell: ({ model }) => model.id },
  { title: 'Name', cell: ({ model }) => model.name, leaveOut: 4 },
  { title: 'Kind', cell: ({ model }) => model.kind, leaveOut: 2 },
  { title: 'Price', cell: listed => priceCell(ordinaryPrices(listed)), align: 'right' },
  { title: 'Life', cell: ({ model }) => lifeCell(model) },
  { title: 'Account', cell: listed => accountCell(listed) },
  { title: 'Call by', cell: ({ model, ways }) => wayWords(model, ways).join(' '), leaveOut: 1 },
  { title: 'Context', cell: ({ model }) => shortCount(model.contextWindow), align: 'right', leaveOut: 3 },
  { title: 'Takes', cell: ({ model }) => model.input.join(' '), leaveOut: 5 },
  { title: 'Can', cell: ({ model }) => model.capabilities.join(' '), leaveOut: 6 },
];

/** @returns the table, and the titles of the columns that there is no room for */
export function modelTable(
  listed: readonly ListedModel[],
  width: number,
): { text: string; leftOut: string[] } {
  return fittedTable(COLUMNS, listed, width);
}

/** Where there are several, as for images, the least and the most. */
function priceCell(prices: readonly ListedPrice[]): string {
  const [rates] = prices.map(price => price.rates);
  if (rates === undefined) return '?';
  if (rates.input !== undefined) {
    return rates.output === undefined ? rates.input : `${rates.input} / ${rates.output}`;
  }
  const [rate] = Object.keys(UNITS).filter(name => name in rates) as CatalogRate[];
  if (rate === undefined) return '?';
  const values = prices.flatMap(price => price.rates[rate] ?? []).sort((a, b) => Number(a) - Number(b));
  const [least, most] = [values[0], values.at(-1)];
  return `${least === most ? least : `${least}–${most}`}${UNITS[rate]}`;
}

const UNITS: { readonly [Rate in CatalogRate]?: string } = {
  image: '/image',
  query: '/query',
  videoSecond: '/second',
  textRequest: '/text',
  inputImage: '/image in',
  inputVideoSecond: '/second in',
  inputAudioSecond: '/second in',
};

function lifeCell({ status, endOfLife = '' }: CatalogModel): string {
  switch (status) {
    case 'ACTIVE':
      return 'active';
    case 'LEGACY':
      return paint('yellow', `legacy ${endOfLife}`.trim());
    case 'PREVIEW':
      return 'preview';
    case 'EOL':
      return paint('red', `ended ${endOfLife}`.trim());
    case 'UNLISTED':
      return paint('red', 'unlisted');
  }
}

/** Empty without `--live`. */
function accountCell({ account, inCatalog }: ListedModel): string {
  if (account === undefined) return '';
  return `${accountWord(account)}${inCatalog ? '' : ' new'}`;
}

function accountWord({ listed, available, missing = [] }: AccountFacts): string {
  if (!listed) return paint('dim', 'not listed');
  if (available === undefined) return '?';
  return available ? paint('green', 'yes') : paint('red', `no ${missing.join(' ')}`.trim());
}

/** `id` for the model's own, else what goes in front of it. */
function wayWords({ id }: CatalogModel, ways: readonly ListedWay[]): string[] {
  return ways.map(({ modelId, reach }) => {
    if (reach === 'mantle') return 'mantle';
    return modelId === id ? 'id' : modelId.replace(id, '');
  });
}

function shortCount(tokens: number | undefined): string {
  if (tokens === undefined) return '';
  return tokens >= 1_000_000 ? `${round(tokens / 1e6)}M` : `${round(tokens / 1_000)}k`;
}

const round = (value: number) => Number(value.toFixed(1));

/* ----------------------------------------------------------------- details */

interface Surroundings {
  readonly region: string;
  readonly catalog: Catalog;
  readonly width: number;
}

/** One model in full. */
export function detailsOf(listed: ListedModel, { region, catalog, width }: Surroundings): string {
  const { model, ways, account, inCatalog } = listed;
  const facts = [
    { name: 'Id', value: model.id },
    {
      name: 'Vendor',
      value: model.family === undefined ? model.vendor : `${model.vendor}, family ${model.family}`,
    },
    { name: 'Kind', value: model.kind },
    { name: 'Life', value: life(model) },
    { name: 'Account', value: accountSentence(account, region) },
    { name: 'Own profiles', value: account?.applicationProfiles.join(' ') ?? '' },
    { name: 'Context', value: tokens(model.contextWindow) },
    { name: 'Output', value: tokens(model.maxOutputTokens) },
    {
      name: 'Cache',
      value: model.minCacheTokens === undefined ? '' : `from ${tokens(model.minCacheTokens)}`,
    },
    { name: 'Dimensions', value: model.embeddingDimensions?.join(', ') ?? '' },
    { name: 'Takes', value: model.input.join(', ') },
    { name: 'Gives', value: model.output.join(', ') },
    { name: 'Can', value: model.capabilities.join(', ') },
    { name: 'APIs', value: [model.apis.join(', '), model.endpoints.join(', ')].filter(Boolean).join(' on ') },
    { name: 'Tiers', value: model.serviceTiers.join(', ') },
    {
      name: 'Source',
      value: inCatalog
        ? sourcesOf(model, catalog)
        : `AWS only: the catalog of ${catalog.asOf} does not know it`,
    },
  ];
  return [
    paint('bold', model.name),
    '',
    ...factLines(facts, width),
    '',
    ...(ways.length === 0
      ? elsewhere(model, region, width)
      : wrap(`From ${region}, in USD, tokens by the million`, width, '').map(line => paint('bold', line))),
    ...ways.flatMap(way => wayLines(way, width)),
  ].join('\n');
}

function life(model: CatalogModel): string {
  const { launched, endOfLife, status, successor } = model;
  return [
    lifeCell({ ...model, endOfLife: undefined }),
    ...(launched === undefined ? [] : [`since ${launched}`]),
    ...(endOfLife === undefined ? [] : [`${status === 'EOL' ? 'until' : 'ends'} ${endOfLife}`]),
    ...(successor === undefined ? [] : [`in its place: ${successor}`]),
  ].join(', ');
}

function accountSentence(account: AccountFacts | undefined, region: string): string {
  if (account === undefined) return '';
  const { listed, available, missing = [] } = account;
  if (!listed) return `not listed in ${region}`;
  if (available === undefined) return 'listed; AWS does not say whether it may be called';
  return available ? 'may call it' : `may not call it: ${missing.join(', ')} missing`;
}

function tokens(count: number | undefined): string {
  return count === undefined ? '' : `${count.toLocaleString('en')} tokens`;
}

function sourcesOf({ sources }: CatalogModel, catalog: Catalog): string {
  return sources.map(key => catalog.sources[key]?.what ?? key).join('; ');
}

function elsewhere({ id, regions, mantleRegions, profiles }: CatalogModel, region: string, width: number) {
  const places = new Set([
    ...regions,
    ...mantleRegions,
    ...profiles.flatMap(({ sourceRegions = [] }) => sourceRegions),
  ]);
  const known =
    places.size === 0 ? 'It is not known where it can be.' : `It can from ${[...places].sort().join(', ')}.`;
  return wrap(`${id} cannot be called from ${region}. ${known}`, width, '');
}

function wayLines({ modelId, reach, prices }: ListedWay, width: number): string[] {
  return [
    ...wrap(`${modelId} ${paint('dim', `(${REACH[reach]})`)}`, width, '  '),
    ...(prices.length === 0
      ? ['    no price is known']
      : prices.flatMap(price => wrap(priceLine(price), width, '    '))),
  ];
}

const REACH: Readonly<Record<ListedWay['reach'], string>> = {
  'in-region': 'in the Region',
  geo: 'in the geography',
  global: 'anywhere',
  mantle: 'by bedrock-mantle',
};

function priceLine({ tier, variant, abovePromptTokens, rates }: ListedPrice): string {
  const conditions = [
    ...(tier === 'standard' ? [] : [tier]),
    ...(variant === undefined ? [] : [variant]),
    ...(abovePromptTokens === undefined ? [] : [`prompts above ${tokens(abovePromptTokens)}`]),
  ];
  const words = (Object.keys(RATE_NAMES) as CatalogRate[]).flatMap(rate =>
    rates[rate] === undefined ? [] : `${RATE_NAMES[rate]} ${rates[rate]}`,
  );
  return `${conditions.length === 0 ? '' : `${conditions.join(', ')}: `}${words.join(', ')}`;
}

const RATE_NAMES: Readonly<Record<CatalogRate, string>> = {
  input: 'input',
  output: 'output',
  cacheRead: 'cache read',
  cacheWrite: 'cache write',
  cacheWrite1h: 'cache write for 1 h',
  image: 'an image',
  inputImage: 'an image in',
  videoSecond: 'a second of video',
  inputVideoSecond: 'a second of video in',
  inputAudioSecond: 'a second of audio in',
  textRequest: 'a text',
  query: 'a query',
};
