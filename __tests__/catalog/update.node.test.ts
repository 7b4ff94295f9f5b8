/** `npm run catalog:update` against AWS's control plane and price files, as a fetch plays them. */
import { describe, expect, it } from 'vitest';
import { dataText, idsText } from '../../scripts/catalog-files.ts';
import { differences, updateCatalog } from '../../scripts/catalog-update.ts';
import { type CatalogData, readModels } from '../../src/catalog/read-data.ts';

const row = {
  vendor: 'Acme',
  kind: 'text',
  io: 'text>text',
  can: 'tools',
  apis: 'Converse',
  endpoints: 'runtime',
  tiers: 'standard',
  on: 'a',
  profiles: ['us b b'],
  from: 'h',
};

const data: CatalogData = {
  asOf: '2026-08-22',
  sources: { p: { what: 'AWS Price List', date: '2026-08-20' }, h: { what: 'listings', date: '2026-08-21' } },
  regionSets: { a: 'eu-west-1 us-east-1', b: 'us-east-1 us-west-2', c: 'us-east-1' },
  models: [
    {
      ...row,
      id: 'acme.rocket-v1:0',
      name: 'Rocket 2',
      prices: ['p #a 1/4', 'p batch #c 0.5/2'],
      ratios: 'cacheRead=0.1',
    },
    { ...row, id: 'acme.kite-v1:0', name: 'Kite', prices: ['p #a 1/4'], on: 'c', profiles: [] },
    { ...row, id: 'acme.old-v1:0', name: 'Old', prices: [], from: '', status: 'UNLISTED' },
  ],
};

const model = (modelId: string, members: object = {}) => ({
  modelId,
  modelArn: `arn:aws:bedrock:us-east-1::foundation-model/${modelId}`,
  modelName: modelId,
  providerName: 'Acme',
  inputModalities: ['TEXT', 'IMAGE'],
  outputModalities: ['TEXT'],
  responseStreamingSupported: true,
  inferenceTypesSupported: ['ON_DEMAND'],
  modelLifecycle: { status: 'ACTIVE' },
  ...members,
});

const profile = (id: string, ...regions: string[]) => ({
  inferenceProfileId: `${id}.acme.rocket-v1:0`,
  inferenceProfileArn: `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${id}.acme.rocket-v1:0`,
  models: regions.map(region => ({
    modelArn: `arn:aws:bedrock:${region}::foundation-model/acme.rocket-v1:0`,
  })),
});

/** Products and their prices for 1,000 tokens. */
const offer = (...products: [attributes: object, usd: string, unit?: string][]) => ({
  products: Object.fromEntries(products.map(([attributes], index) => [`sku${index}`, { attributes }])),
  terms: {
    OnDemand: Object.fromEntries(
      products.map(([, USD, unit = '1K tokens'], index) => [
        `sku${index}`,
        { term: { priceDimensions: { dimension: { unit, pricePerUnit: { USD } } } } },
      ]),
    ),
  },
});

interface Region {
  models?: object[];
  profiles?: object[];
  offers?: Record<string, object>;
}

/** AWS, as far as the update asks it. */
function answering(regions: Record<string, Region>) {
  return async (input: unknown): Promise<Response> => {
    const url = new URL(String(input));
    const listed = /^bedrock\.([\w-]+)\.amazonaws\.com$/.exec(url.hostname)?.[1];
    if (listed !== undefined) {
      const { models, profiles = [] } = regions[listed] ?? {};
      if (models === undefined) return Response.json({ message: 'not here' }, { status: 403 });
      return Response.json(
        url.pathname === '/foundation-models'
          ? { modelSummaries: models }
          : { inferenceProfileSummaries: profiles },
      );
    }
    const [, name = '', region = ''] =
      /\/aws\/(\w+)\/current\/([\w-]+)\/index\.json$/.exec(url.pathname) ?? [];
    const file = regions[region]?.offers?.[name];
    return file === undefined ? new Response('', { status: 403 }) : Response.json(file);
  };
}

const update = (regions: Record<string, Region>) =>
  updateCatalog({
    data,
    regions: Object.keys(regions),
    today: '2026-09-01',
    settings: { apiKey: 'key', traffic: 'off', fetch: answering(regions) },
  });

const same: Region = {
  models: [model('acme.rocket-v1:0'), model('acme.kite-v1:0')],
  profiles: [profile('us', 'us-east-1', 'us-west-2')],
};

describe('the update of the catalog', () => {
  it('finds no change where there is none', async () => {
    const both = {
      'us-east-1': same,
      'us-west-2': {
        models: [model('acme.rocket-v1:0', { inferenceTypesSupported: ['INFERENCE_PROFILE'] })],
        profiles: same.profiles ?? [],
      },
      'eu-west-1': { models: [model('acme.rocket-v1:0')] },
    };
    const { changes, problems, data: next } = await update(both);
    expect(changes).toEqual([]);
    expect(problems).toEqual([]);
    expect(next.asOf).toBe('2026-09-01');
    expect(next.sources['h']?.date).toBe('2026-09-01');
  });

  it('finds new models, ends of life, and models that have gone', async () => {
    const modelLifecycle = { status: 'LEGACY', endOfLifeTime: '2027-01-31T00:00:00Z' };
    const { changes, data: next } = await update({
      'us-east-1': {
        models: [
          model('acme.rocket-v1:0', { modelLifecycle }),
          model('acme.comet-v1:0', { modelName: 'Comet', outputModalities: ['IMAGE'] }),
        ],
        profiles: same.profiles ?? [],
      },
    });
    expect(changes).toEqual([
      '+ acme.comet-v1:0 (Comet)',
      '~ acme.rocket-v1:0 status: ACTIVE -> LEGACY',
      '~ acme.rocket-v1:0 endOfLife: none -> 2027-01-31',
      '~ acme.kite-v1:0 status: ACTIVE -> UNLISTED',
    ]);
    const comet = readModels(next).find(({ id }) => id === 'acme.comet-v1:0');
    expect(comet).toMatchObject({
      kind: 'image',
      input: ['text', 'image'],
      regions: ['us-east-1'],
      capabilities: ['streaming'],
    });
  });

  it('finds Regions and profiles that come and go, and leaves Regions alone that it did not ask', async () => {
    const { changes } = await update({
      'us-east-1': {
        models: [model('acme.kite-v1:0'), model('acme.rocket-v1:0', { inferenceTypesSupported: [] })],
        profiles: [profile('global', 'us-east-1')],
      },
    });
    expect(changes).toEqual([
      '~ acme.rocket-v1:0 regions: eu-west-1,us-east-1 -> eu-west-1',
      '- profile us.acme.rocket-v1:0 (us-east-1,us-west-2)',
      '+ profile us.acme.rocket-v1:0 (us-west-2)',
      '+ profile global.acme.rocket-v1:0 (us-east-1)',
    ]);
  });

  it('says what could not be listed, and takes no model for gone then', async () => {
    const { changes, problems } = await update({ 'us-east-1': same, 'ap-south-1': {} });
    expect(problems).toEqual([expect.stringMatching(/^ap-south-1 was not listed: .*not here/)]);
    expect(changes).toEqual([]);
  });

  it('reads prices without an identity', async () => {
    const offers = {
      AmazonBedrockService: offer([
        { model: 'Rocket 2.0', usagetype: 'USE1-Rocket2-input-tokens', regionCode: 'us-east-1' },
        '0.0011',
      ]),
    };
    const { changes, problems } = await update({ 'us-east-1': { offers } });
    expect(problems).toEqual([expect.stringMatching(/^us-east-1 was not listed/)]);
    expect(changes).toEqual([
      '~ acme.rocket-v1:0 regional us-east-1 standard input: $1 -> $1.1',
      '~ acme.rocket-v1:0 regional us-east-1 standard cacheRead: $0.1 -> $0.11',
    ]);
  });

  it('tells tiers, scopes and the cache apart by the words of the list', async () => {
    const words = (usagetype: string, more = {}) => ({
      model: 'Rocket 2',
      usagetype: `USE1-Rocket-${usagetype}`,
      regionCode: 'us-east-1',
      ...more,
    });
    const offers = {
      AmazonBedrock: offer(
        [words('output-tokens'), '0.005'],
        [words('input-tokens', { feature: 'Batch Inference' }), '0.0004'],
        [words('input-tokens-cross-region-global'), '0.0009'],
        [words('input-tokens', { service_tier: 'flex' }), '0.0006'],
        [words('cache-read-input-token-count'), '0.0002'],
        [words('cache-write-1h-input-token-count'), '2', '1M tokens'],
      ),
      AmazonBedrockService: offer(
        [words('input-image-token-count'), '9'],
        [words('mantle-input-tokens'), '9'],
        [words('input-tokens-custom-model'), '9'],
        [words('input-tokens-latency-optimized'), '9'],
        [words('guardrail-units'), '9'],
        [words('input-tokens'), '0'],
        [words('input-tokens'), '9', 'Units'],
      ),
    };
    const { changes } = await update({ 'us-east-1': { ...same, offers } });
    expect(changes.filter(change => change.includes('$'))).toEqual([
      '~ acme.rocket-v1:0 regional us-east-1 standard output: $4 -> $5',
      '~ acme.rocket-v1:0 regional us-east-1 standard cacheRead: $0.1 -> $0.2',
      '~ acme.rocket-v1:0 regional us-east-1 batch input: $0.5 -> $0.4',
      '~ acme.rocket-v1:0 regional us-east-1 standard cacheWrite1h: none -> $2',
      '~ acme.rocket-v1:0 global us-east-1 standard input: none -> $0.9',
      '~ acme.rocket-v1:0 global us-east-1 standard cacheRead: none -> $0.09',
      '~ acme.rocket-v1:0 regional us-east-1 flex input: none -> $0.6',
    ]);
  });

  it('names the models of the list that it does not know', async () => {
    const offers = {
      AmazonBedrock: offer([{ model: 'Balloon', usagetype: 'USE1-Balloon-input-tokens' }, '1']),
    };
    const { problems } = await update({ 'us-east-1': { ...same, offers } });
    expect(problems).toEqual(['no model of the catalog is called: Balloon']);
  });

  it('makes files that read back as what was written', async () => {
    const { data: next } = await update({ 'us-east-1': same });
    const text = dataText(next);
    const written = JSON.parse(
      text
        .slice(text.indexOf('= {') + 2)
        .replace(/^ {2}(\w+):/gm, '"$1":')
        .replace(/,(?=\s*[}\]])/g, '')
        .replace(/;\s*$/, ''),
    );
    expect(written).toEqual(JSON.parse(JSON.stringify(next)));
    expect(differences(readModels(next), readModels(written))).toEqual([]);
    expect(idsText(readModels(next))).toContain("| 'us.acme.rocket-v1:0'");
    expect(idsText(readModels(next))).not.toContain('acme.old');
  });
});
