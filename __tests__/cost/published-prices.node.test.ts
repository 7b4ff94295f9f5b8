/** The catalog against what it was made from: prices as AWS's list and the recorded usages have them. */
import type { LanguageModelV4Usage } from '@ai-sdk/provider';
import { costOf } from 'bedrock-ai-provider/cost';
import { describe, expect, it } from 'vitest';
import { catalogData } from '../../src/catalog/data.ts';
import { toUsage } from '../../src/codec/converse/metadata.ts';
import { listShared, readSharedJson, sharedDataMissing } from '../support/shared-data.ts';

type Group = { regions: string[]; input?: number | null; output?: number | null };
interface Prices {
  priceList: { models: Record<string, Record<string, Group[]>> };
}

const listed = sharedDataMissing ? {} : readSharedJson<Prices>('bedrock-prices.json').priceList.models;
const known = new Set(catalogData.models.map(({ id }) => id));
/** Where the extract of the list is wrong by itself: scripts/catalog-build.ts says why. */
const corrected = new Set(['amazon.nova-2-lite-v1:0 standard us-east-1']);
/** Has two prices of one group in this Region. */
const isDouble = (id: string, region: string) => id === 'qwen.qwen3-next-80b-a3b' && region === 'ap-south-1';

const figures = Object.entries(listed)
  .filter(([id]) => known.has(id))
  .flatMap(([id, groups]) =>
    Object.entries(groups).flatMap(([group, prices]) =>
      prices.flatMap(({ regions, ...rates }) => regions.map(region => ({ id, group, region, rates }))),
    ),
  )
  .filter(({ id, group, region }) => !corrected.has(`${id} ${group} ${region}`) && !isDouble(id, region));

describe.skipIf(sharedDataMissing)(`the AWS Price List (skipped: ${sharedDataMissing})`, () => {
  it('has prices to compare with', () => {
    expect(figures.length).toBeGreaterThan(1500);
  });

  it.each(['standard', 'global', 'batch'])('has the same %s price of every model in every Region', group => {
    const wrong = figures
      .filter(figure => figure.group === group)
      .flatMap(({ id, region, rates }) => {
        const options = {
          region,
          tier: group === 'batch' ? 'batch' : 'standard',
          date: new Date('2026-08-22'),
        };
        const modelId = group === 'global' ? `global.${id}` : id;
        return (['input', 'output'] as const).flatMap(rate => {
          const usd = rates[rate];
          if (usd == null || usd === 0) return [];
          const cost = costOf({ [`${rate}Tokens`]: 1_000 }, modelId, options);
          return cost.known && Math.abs(cost.usd * 1000 - usd) < 1e-9
            ? []
            : [`${modelId} ${region} ${rate} ${usd} ${cost.usd}`];
        });
      });
    expect(wrong).toEqual([]);
  });
});

interface Exchange {
  request: { host: string; path: string };
  response: {
    status: number;
    body?: { usage?: object };
    eventStream?: { events: { type?: string; payload?: { usage?: object } }[] };
  };
}

describe.skipIf(sharedDataMissing)(`recorded usages (skipped: ${sharedDataMissing})`, () => {
  const exchanges = sharedDataMissing
    ? []
    : [...listShared('recorded/Converse'), ...listShared('recorded/ConverseStream')].map(path =>
        readSharedJson<Exchange>(path),
      );
  const usages = exchanges.flatMap(({ request, response: { status, body, eventStream } }) => {
    const used = body?.usage ?? eventStream?.events.find(({ payload }) => payload?.usage)?.payload?.usage;
    if (status !== 200 || used === undefined) return [];
    const [, modelId = ''] = /\/model\/([^/]+)\//.exec(request.path) ?? [];
    const [, region = 'us-east-1'] = /bedrock-runtime\.([\w-]+)\./.exec(request.host) ?? [];
    return [
      {
        modelId: decodeURIComponent(modelId),
        region,
        usage: toUsage(used, undefined) as LanguageModelV4Usage,
      },
    ];
  });
  const costs = usages.map(({ usage, modelId, region }) =>
    costOf(usage, modelId, { region, date: new Date('2026-08-22') }),
  );

  it('are there', () => {
    expect(usages.length).toBeGreaterThan(200);
  });

  it('have a cost that is a number, or say why not', () => {
    for (const cost of costs) {
      if (cost.known) expect(cost.usd).toBeGreaterThanOrEqual(0);
      else expect(cost).toMatchObject({ usd: null, message: expect.stringMatching(/\w/) });
    }
  });

  it('have one that is known, but for a few', () => {
    const unknown = costs.flatMap(cost => (cost.known ? [] : [`${cost.message}`]));
    expect(unknown.length / costs.length).toBeLessThan(0.1);
  });
});
