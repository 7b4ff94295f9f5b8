import { InvalidArgumentError, LoadSettingError } from '@ai-sdk/provider';
import { type CatalogEntry, type CatalogQuery, createBedrock } from 'bedrock-ai-provider';
import { createCatalog } from 'bedrock-ai-provider/cost';
import { describe, expect, it } from 'vitest';
import { errorOf } from '../support/replies.ts';

const { catalog } = createBedrock({ region: 'us-east-1' });
const NOVA = 'amazon.nova-pro-v1:0';

describe('catalog.get', () => {
  it.each([
    NOVA,
    `us.${NOVA}`,
    `arn:aws:bedrock:us-east-1::foundation-model/${NOVA}`,
    `arn:aws:bedrock:us-east-1:123456789012:inference-profile/eu.${NOVA}`,
    `${NOVA}:300k`,
  ])('finds the model by %s', async id => {
    expect(await catalog.get(id)).toMatchObject({
      id: NOVA,
      name: 'Nova Pro',
      vendor: 'Amazon',
      kind: 'text',
      family: 'nova',
      status: 'ACTIVE',
      contextWindow: 300_000,
      maxOutputTokens: 10_000,
    });
  });

  it.each(['acme.rocket-v1:0', 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc'])(
    'has nothing for %s',
    async id => {
      expect(await catalog.get(id)).toBeUndefined();
    },
  );

  it('knows profiles with where they are called from and where they lead', async () => {
    const { profiles = [] } = (await catalog.get('anthropic.claude-sonnet-4-5-20250929-v1:0')) ?? {};
    expect(profiles.find(({ geography }) => geography === 'jp')).toEqual({
      id: 'jp.anthropic.claude-sonnet-4-5-20250929-v1:0',
      geography: 'jp',
      sourceRegions: ['ap-northeast-1', 'ap-northeast-3'],
      destinationRegions: ['ap-northeast-1', 'ap-northeast-3'],
    });
  });

  it('knows what takes the place of a model that ends', async () => {
    expect(await catalog.get('anthropic.claude-3-haiku-20240307-v1:0')).toMatchObject({
      status: 'LEGACY',
      endOfLife: '2026-09-10',
      successor: 'anthropic.claude-haiku-4-5-20251001-v1:0',
    });
  });

  it('needs no `this`', async () => {
    const { get } = catalog;
    expect(await get(NOVA)).toMatchObject({ id: NOVA });
  });
});

describe('catalog.find', () => {
  const found = async (query: CatalogQuery) => (await catalog.find(query)).map(({ id }) => id);

  it('leaves out models that have ended, unless it is asked for them', async () => {
    const ended = 'anthropic.claude-3-7-sonnet-20250219-v1:0';
    expect(await found({})).not.toContain(ended);
    expect(await found({ status: ['EOL', 'ACTIVE'] })).toContain(ended);
    expect((await catalog.find({ status: 'EOL' })).every(({ status }) => status === 'EOL')).toBe(true);
  });

  it.each<[CatalogQuery, string, string]>([
    [{ kind: 'rerank' }, 'cohere.rerank-v3-5:0', NOVA],
    [{ family: 'claude' }, 'anthropic.claude-opus-5', NOVA],
    [{ vendor: 'amazon' }, NOVA, 'anthropic.claude-opus-5'],
    [{ needs: ['image-input', 'tools'] }, NOVA, 'amazon.nova-micro-v1:0'],
    [{ needs: ['document-input'] }, 'anthropic.claude-opus-5', 'amazon.nova-micro-v1:0'],
    [{ needs: ['image-output'] }, 'amazon.nova-canvas-v1:0', NOVA],
    [{ needs: ['prompt-caching', 'reasoning'] }, 'anthropic.claude-opus-5', NOVA],
    [{ region: 'eu-south-2' }, NOVA, 'cohere.rerank-v3-5:0'],
    [{ geography: 'jp' }, 'anthropic.claude-opus-5', NOVA],
    [{ minContextWindow: 1_000_000 }, 'anthropic.claude-sonnet-5', NOVA],
    [{ endpoint: 'bedrock-mantle' }, 'openai.gpt-5.5', NOVA],
    [{ serviceTier: 'flex' }, 'openai.gpt-oss-120b-1:0', 'anthropic.claude-opus-5'],
    [{ search: 'nova PRO' }, NOVA, 'amazon.nova-lite-v1:0'],
  ])('with %j has %s and not %s', async (query, inside, outside) => {
    const ids = await found(query);
    expect(ids).toContain(inside);
    expect(ids).not.toContain(outside);
  });

  it.each<[object, RegExp]>([
    [{ needs: ['wings'] }, /^needs: expected one of tools, .*image-input.*, got "wings"\.$/],
    [{ kind: 'chat' }, /^kind: expected one of text, embedding, .*, got "chat"\.$/],
    [{ status: ['OLD'] }, /^status: expected one of ACTIVE, .*, got "OLD"\.$/],
    [{ regoin: 'us-east-1' }, /regoin: there is no such member; there are kind, .*region/],
    [{ minContextWindow: '1000' }, /^minContextWindow: expected a number, got "1000"\.$/],
  ])('refuses %j', async (query, message) => {
    const error = await errorOf(catalog.find(query as CatalogQuery));
    expect(InvalidArgumentError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
  });
});

describe('catalog.cheapest', () => {
  it('has what is needed, can be called from there, and costs no more than any other', async () => {
    const needs = ['tools', 'image-input'] as const;
    const cheapest = await catalog.cheapest({ needs, region: 'eu-west-1' });
    expect(cheapest?.model.capabilities).toContain('tools');
    expect(cheapest?.model.input).toContain('image');
    expect(cheapest?.cost).toMatchObject({ known: true, region: 'eu-west-1', modelId: cheapest?.modelId });
    const ids = (await catalog.find({ needs, region: 'eu-west-1', kind: 'text', status: 'ACTIVE' })).map(
      ({ id }) => id,
    );
    expect(ids).toContain(cheapest?.model.id);
    for (const id of ids) {
      const one = await catalog.cheapest({ search: id, region: 'eu-west-1' });
      if (one !== undefined) expect(one.cost.usd).toBeGreaterThanOrEqual(cheapest?.cost.usd ?? Number.NaN);
    }
  });

  it('names the way to call it', async () => {
    const way = async (reach: ('in-region' | 'geo' | 'global')[] | undefined) =>
      (await catalog.cheapest({ search: 'claude-haiku-4-5-2025', region: 'us-east-1', reach }))?.modelId;
    expect(await way(undefined)).toBe('global.anthropic.claude-haiku-4-5-20251001-v1:0');
    expect(await way(['geo'])).toBe('us.anthropic.claude-haiku-4-5-20251001-v1:0');
    expect(await way(['in-region'])).toBeUndefined();
  });

  it('depends on what is used', async () => {
    const cost = async (usage: object) => (await catalog.cheapest({ search: NOVA, usage }))?.cost.amount;
    expect(await cost({ inputTokens: 1_000_000, outputTokens: 0 })).toBe('0.8');
    expect(await cost({ inputTokens: 0, outputTokens: 1_000_000 })).toBe('3.2');
  });

  it.each(['embedding', 'image', 'rerank'] as const)('knows what a request to %s models is', async kind => {
    const cheapest = await catalog.cheapest({ kind, region: 'us-west-2' });
    expect(cheapest?.model.kind).toBe(kind);
    expect(cheapest?.cost.usd).toBeGreaterThan(0);
  });

  it('takes the Region of the provider, and says so where there is none', async () => {
    const elsewhere = createBedrock({ region: 'eu-central-1' }).catalog;
    expect((await elsewhere.cheapest())?.cost.region).toBe('eu-central-1');
    const nowhere = createBedrock({ profile: 'none' }).catalog;
    expect(LoadSettingError.isInstance(await errorOf(nowhere.cheapest()))).toBe(true);
  });

  it('takes the price of a tier', async () => {
    const amount = async (tier: 'flex' | 'standard') =>
      (await catalog.cheapest({ search: 'gpt-oss-120b-1', region: 'us-west-2', tier }))?.cost.usd ?? 0;
    expect(await amount('flex')).toBeCloseTo((await amount('standard')) / 2, 12);
  });
});

describe('entries of a user', () => {
  it('replace members of a model, and leave the others', async () => {
    const own = createBedrock({ catalog: [{ id: NOVA, maxOutputTokens: 4096 }] }).catalog;
    expect(await own.get(NOVA)).toEqual({ ...(await catalog.get(NOVA)), maxOutputTokens: 4096 });
  });

  it('add models, which can then be found', async () => {
    const entry: CatalogEntry = {
      id: 'acme.rocket-v1:0',
      regions: ['us-east-1'],
      capabilities: ['tools'],
      prices: [{ scope: 'regional', rates: { input: '0.000001', output: '0.000001' } }],
    };
    const own = createBedrock({ region: 'us-east-1', catalog: [entry] }).catalog;
    expect(await own.get('us.acme.rocket-v1:0')).toMatchObject({ ...entry, kind: 'text', status: 'ACTIVE' });
    expect((await own.cheapest({ needs: ['tools'] }))?.modelId).toBe('acme.rocket-v1:0');
  });

  it.each<[unknown, RegExp]>([
    [{}, /^catalog: expected an array/],
    [[{ name: 'x' }], /^catalog\[0\]\.id: expected a model id/],
    [
      [{ id: NOVA, prices: [{ scope: 'local', rates: {} }] }],
      /^catalog\[0\]\.prices\[0\]\.scope: .*got "local"/,
    ],
    [
      [{ id: NOVA, prices: [{ scope: 'global', rates: { input: 3 } }] }],
      /^catalog\[0\]\.prices\[0\]\.rates\.input: .*string.*got 3/,
    ],
    [[{ id: NOVA, prices: [{ scope: 'global', rates: { input: '$3' } }] }], /rates\.input: .*got "\$3"/],
  ])('are checked: %j', async (entries, message) => {
    expect(() => createCatalog(entries as CatalogEntry[])).toThrow(message);
    const own = createBedrock({ catalog: entries as CatalogEntry[] }).catalog;
    expect(await errorOf(own.get(NOVA))).toMatchObject({ message: expect.stringMatching(message) });
  });
});
