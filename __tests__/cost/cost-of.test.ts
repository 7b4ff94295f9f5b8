import { InvalidArgumentError, type LanguageModelV4Usage } from '@ai-sdk/provider';
import type { CatalogEntry } from 'bedrock-ai-provider';
import { type CostUsage, costInMetadata, costOf, createCatalog } from 'bedrock-ai-provider/cost';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromUnits, multiply, price, toUnits } from '../../src/catalog/decimal.ts';

const SONNET = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const LITE = 'amazon.nova-lite-v1:0';
const date = new Date('2026-08-22');
const virginia = { region: 'us-east-1', date };
const some = { inputTokens: 1000, outputTokens: 1000 };

function usage(members: Partial<LanguageModelV4Usage['inputTokens']>, raw = {}): LanguageModelV4Usage {
  return {
    inputTokens: { total: undefined, noCache: 0, cacheRead: undefined, cacheWrite: undefined, ...members },
    outputTokens: { total: 0, text: undefined, reasoning: undefined },
    raw,
  };
}

const amountOf = (used: CostUsage) => costOf(used, SONNET, virginia).amount;

describe('the usage of a result', () => {
  it('is taken as a model has it', () => {
    expect(amountOf(usage({ noCache: 100, cacheRead: 200, cacheWrite: 300 }))).toBe('0.0016335');
  });

  it('is taken as generateText has it', () => {
    const inputTokenDetails = { noCacheTokens: 100, cacheReadTokens: 200, cacheWriteTokens: 300 };
    expect(amountOf({ inputTokens: 600, inputTokenDetails, outputTokens: 0 })).toBe('0.0016335');
  });

  it('leaves cached tokens out of the total where it does not count the others', () => {
    expect(amountOf(usage({ total: 600, noCache: undefined, cacheRead: 200, cacheWrite: 300 }))).toBe(
      '0.0016335',
    );
  });

  it.each([
    [
      'Converse',
      {
        cacheDetails: [
          { ttl: '1h', inputTokens: 200 },
          { ttl: '5m', inputTokens: 100 },
        ],
      },
    ],
    [
      'the Messages API',
      { cache_creation: { ephemeral_1h_input_tokens: 200, ephemeral_5m_input_tokens: 100 } },
    ],
  ])('has tokens written for an hour, as %s tells them', (_, raw) => {
    // 100 x 4.125 + 200 x 6.6
    expect(amountOf(usage({ cacheWrite: 300 }, raw))).toBe('0.0017325');
  });

  it('never has more tokens written for an hour than were written at all', () => {
    const raw = { cacheDetails: [{ ttl: '1h', inputTokens: 900 }] };
    expect(amountOf(usage({ cacheWrite: 300 }, raw))).toBe('0.00198');
  });

  it('costs nothing where nothing was used', () => {
    expect(costOf({ inputTokens: 0, outputTokens: 0 }, SONNET, virginia)).toMatchObject({
      known: true,
      usd: 0,
    });
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('cannot be %s', inputTokens => {
    expect(() => costOf({ inputTokens }, SONNET, virginia)).toThrow(InvalidArgumentError);
    expect(() => costOf({ inputTokens }, SONNET, virginia)).toThrow(
      /usage: expected a number of 0 or more for input/,
    );
  });
});

describe('a cost that is not known', () => {
  it.each<[string, CostUsage, string, object, string, RegExp]>([
    [
      'of a model that is not in the catalog',
      some,
      'acme.rocket-v1:0',
      {},
      'model',
      /acme\.rocket-v1:0.*not in the catalog/,
    ],
    [
      'of an ARN that does not tell its model',
      some,
      'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc',
      {},
      'model',
      /baseModel/,
    ],
    [
      'of provisioned throughput, which is paid by the hour',
      some,
      'arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc',
      { baseModel: LITE },
      'model',
      /entry of its own/,
    ],
    ['of a reply without a usage', {}, LITE, {}, 'usage', /does not say what was used/],
    [
      'of a reply that tells one half of it',
      usage({ noCache: undefined }),
      LITE,
      {},
      'usage',
      /does not say/,
    ],
    [
      'of cache writes, where no source has their price',
      { ...some, cacheWriteTokens: 1 },
      LITE,
      {},
      'price',
      /cacheWrite in us-east-1/,
    ],
    ['of a tier without a price', some, LITE, { tier: 'priority' }, 'price', /in the tier priority/],
    ['of a tier that is not known at all', some, LITE, { tier: 'turbo' }, 'price', /in the tier turbo/],
    ['of reserved capacity', some, LITE, { tier: 'reserved' }, 'tier', /reserved capacity/],
    ['of optimized latency', some, LITE, { latency: 'optimized' }, 'tier', /optimized latency/],
    [
      'in a Region without a price',
      some,
      LITE,
      { region: 'mx-central-1' },
      'price',
      /input, output in mx-central-1/,
    ],
    [
      'in a partition without a price',
      { queries: 1 },
      'cohere.rerank-v3-5:0',
      { region: 'us-gov-west-1' },
      'price',
      /query in us-gov-west-1/,
    ],
    [
      'where the price depends on a Region that nobody named',
      some,
      LITE,
      { region: undefined },
      'price',
      /where no Region is named/,
    ],
    [
      'of an image of a size without a price',
      { images: 1 },
      'amazon.nova-canvas-v1:0',
      { variant: 'best-huge' },
      'price',
      /image/,
    ],
    ['of video of a model without a price', { videoSeconds: 5 }, 'luma.ray-v2:0', {}, 'price', /videoSecond/],
  ])('%s says so and has no number', (_, used, modelId, options, reason, message) => {
    const cost = costOf(used, modelId, { ...virginia, ...options });
    expect(cost).toMatchObject({ known: false, usd: null, amount: null, reason });
    expect(!cost.known && cost.message).toMatch(message);
  });

  it('has the parts that are known', () => {
    const { parts } = costOf({ ...some, cacheWriteTokens: 7 }, LITE, virginia);
    expect(parts.map(({ rate, amount, price: rateOf }) => [rate, amount, rateOf])).toEqual([
      ['input', '0.00006', '0.06'],
      ['output', '0.00024', '0.24'],
      ['cacheWrite', null, null],
    ]);
  });
});

describe('the price of a call', () => {
  const PROFILE = 'arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/abc';

  it('is that of the model behind an application inference profile, in its Region', () => {
    const cost = costOf(some, PROFILE, { date, baseModel: LITE });
    expect(cost).toMatchObject({
      region: 'eu-central-1',
      amount: costOf(some, LITE, { date, region: 'eu-central-1' }).amount,
    });
  });

  it('is that of the profile in an ARN', () => {
    const arn = (geography: string) =>
      `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${geography}.anthropic.claude-opus-5`;
    expect(costOf(some, arn('us'), { date }).amount).toBe('0.033');
    expect(costOf(some, arn('global'), { date }).amount).toBe('0.03');
  });

  it('needs no Region where all have the same', () => {
    expect(costOf({ queries: 1 }, 'cohere.rerank-v3-5:0', { date })).toMatchObject({
      known: true,
      usd: 0.002,
    });
  });

  it('says whose figure it is', () => {
    const { parts } = costOf(some, LITE, virginia);
    const { sources } = createCatalog();
    expect(parts.map(({ source }) => sources[source ?? '']?.what)).toEqual([
      expect.stringContaining('AWS Price List'),
      expect.stringContaining('AWS Price List'),
    ]);
  });

  it('is standard where the reply calls it the default', () => {
    expect(costOf(some, LITE, { ...virginia, tier: 'default' })).toEqual(costOf(some, LITE, virginia));
  });

  it('is that of today, where no day is given', () => {
    const { date: today } = costOf(some, LITE, { region: 'us-east-1' });
    expect(today).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(Math.abs(Date.parse(today) - Date.now())).toBeLessThan(2 * 86_400_000);
  });

  it('can be a user’s own, also by day, and then replaces those of the catalog', () => {
    const catalog: CatalogEntry[] = [
      {
        id: LITE,
        prices: [
          { scope: 'regional', rates: { input: '0.05', output: '0.2' } },
          { scope: 'regional', from: '2026-08-23', rates: { input: '0.04', output: '0.1' } },
          { scope: 'regional', regions: ['eu-west-1'], rates: { input: '1' } },
        ],
      },
      { id: PROFILE, prices: [{ scope: 'regional', rates: { input: '9', output: '9' } }] },
    ];
    const own = (options: object, id = LITE) => costOf(some, id, { ...virginia, catalog, ...options });
    expect(own({})).toMatchObject({ amount: '0.00025', parts: [{ source: 'user' }, { source: 'user' }] });
    expect(own({ date: new Date('2026-08-23') }).amount).toBe('0.00014');
    // What names the Region does not borrow from what does not.
    expect(own({ region: 'eu-west-1' })).toMatchObject({ known: false, reason: 'price' });
    expect(own({}, PROFILE).amount).toBe('0.018');
  });
});

describe('sums', () => {
  const counts = fc.record({
    inputTokens: fc.nat(60_000),
    outputTokens: fc.nat(60_000),
    cacheReadTokens: fc.nat(20_000),
    cacheWriteTokens: fc.nat(10_000),
    cacheWrite1hTokens: fc.nat(10_000),
  });
  type Counts = Record<
    'inputTokens' | 'outputTokens' | 'cacheReadTokens' | 'cacheWriteTokens' | 'cacheWrite1hTokens',
    number
  >;
  const plus = (a: Counts, b: Counts) =>
    Object.fromEntries(Object.entries(a).map(([name, count]) => [name, count + b[name as keyof Counts]]));

  it('of costs are the cost of the sum, as long as no prompt is long', () => {
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const units = (used: object) => toUnits(amountOf(used) ?? 'unknown');
        expect(units(a) + units(b)).toBe(units(plus(a, b)));
      }),
    );
  });

  it('of many small costs lose nothing to floating point', () => {
    const one = costOf({ tokens: 1 }, 'amazon.titan-embed-text-v2:0', virginia);
    const metadata = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`cost[${index}]`, one]));
    expect(costInMetadata({ bedrock: metadata })).toEqual({
      usd: 0.00002,
      amount: '0.00002',
      calls: 1000,
      unknown: 0,
    });
  });

  it('in metadata count what is not known, and pass over what is no cost', () => {
    const unknown = costOf(some, 'acme.rocket', virginia);
    expect(costInMetadata({ bedrock: { cost: unknown, costly: 'no', usage: {} } })).toMatchObject({
      usd: 0,
      unknown: 1,
    });
    expect(costInMetadata(undefined)).toMatchObject({ calls: 0 });
  });
});

describe('decimal numbers', () => {
  it('are read and written without loss', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 24n }), units => {
        expect(toUnits(fromUnits(units))).toBe(units);
      }),
    );
  });

  it.each([
    ['0.1', '0.2', '0.02'],
    ['3.3', '1.25', '4.125'],
    ['0.0000015', '1000000', '1.5'],
    ['1e-7', '3', '0.0000003'],
  ])('%s times %s is %s', (left, right, product) => {
    expect(multiply(left, right)).toBe(product);
  });

  it('are rounded half up beyond a millionth of a millionth', () => {
    expect(fromUnits(price(1, '0.0000015', 'million'))).toBe('0.000000000002');
    expect(fromUnits(price(1, '0.0000014', 'million'))).toBe('0.000000000001');
  });

  it.each(['', '.', '-1', '1,5', 'two', '1.2.3'])('%j is none', text => {
    expect(() => toUnits(text)).toThrow(RangeError);
  });
});
