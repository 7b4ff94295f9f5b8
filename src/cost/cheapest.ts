import { type Catalog, checkQuery } from '../catalog/catalog.ts';
import type { CatalogQuery } from '../catalog/query.ts';
import type { CatalogKind, CatalogModel } from '../catalog/types.ts';
import type { Cost, KnownCost } from './cost.ts';
import { costIn } from './cost-of.ts';
import type { CostUsage } from './usage.ts';

export interface CheapestQuery extends CatalogQuery {
  /**
   * Region that is called.
   * @default the provider's, as calls have it
   */
  readonly region?: string | undefined;
  /**
   * What is to be paid for.
   * @default one request of its kind: 3,000 tokens in and 1,000 out; 1,000 tokens to embed; an image; a query of up to
   * 100 documents; a second of video
   */
  readonly usage?: CostUsage | undefined;
  /**
   * Whether the call may leave the Region: `in-region` for a model's own id, `geo` for profiles of a geography,
   * `global`.
   * @default all three
   */
  readonly reach?: ReadonlyArray<'in-region' | 'geo' | 'global'> | undefined;
  /** The tier to be paid. @default 'standard' */
  readonly tier?: 'standard' | 'batch' | 'priority' | 'flex' | undefined;
}

export interface CheapestModel {
  /** The id to call, e.g. `us.amazon.nova-micro-v1:0`. */
  readonly modelId: string;
  readonly model: CatalogModel;
  /** Of `usage`. */
  readonly cost: KnownCost;
}

const ONE_REQUEST: Readonly<Record<CatalogKind, CostUsage>> = {
  text: { inputTokens: 3_000, outputTokens: 1_000 },
  speech: { inputTokens: 3_000, outputTokens: 1_000 },
  embedding: { tokens: 1_000 },
  image: { images: 1 },
  rerank: { queries: 1 },
  video: { videoSeconds: 1 },
};

/**
 * The cheapest way to a model that fits. Models without a known price are left out, and by default those that are not
 * active.
 * @throws InvalidArgumentError for members and values that a query does not have
 */
export function cheapestIn(
  catalog: Catalog,
  { usage, reach = ['in-region', 'geo', 'global'], tier, ...query }: CheapestQuery & { region: string },
): CheapestModel | undefined {
  checkQuery(query);
  const { kind = 'text', status = 'ACTIVE', region } = query;
  const ways = catalog.find({ ...query, kind, status }).flatMap(model =>
    waysTo(model, region)
      .filter(way => reach.includes(way.reach))
      .map(({ modelId }) => ({
        model,
        modelId,
        cost: costIn(catalog, usage ?? ONE_REQUEST[kind], modelId, { region, tier }),
      })),
  );
  return ways.filter(isKnown).sort((a, b) => a.cost.usd - b.cost.usd)[0];
}

function isKnown(way: { modelId: string; model: CatalogModel; cost: Cost }): way is CheapestModel {
  return way.cost.known;
}

/** Ids by which a model can be called from a Region; the nearest comes first. */
export function waysTo(
  { id, regions, profiles }: CatalogModel,
  region: string,
): { readonly modelId: string; readonly reach: 'in-region' | 'geo' | 'global' }[] {
  const through = profiles
    .filter(({ sourceRegions }) => sourceRegions?.includes(region))
    .map(profile => ({
      modelId: profile.id,
      reach: profile.geography === 'global' ? ('global' as const) : ('geo' as const),
    }))
    .sort((a, b) => Number(a.reach === 'global') - Number(b.reach === 'global'));
  return [...(regions.includes(region) ? [{ modelId: id, reach: 'in-region' as const }] : []), ...through];
}
