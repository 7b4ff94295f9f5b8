/** What a cost looks like. Type aliases and not interfaces, because only those are JSON objects to the AI SDK's types. */
import type { CatalogRate } from '../catalog/types.ts';

/** One thing that is paid for. */
export type CostPart = {
  rate: CatalogRate;
  quantity: number;
  /** USD as a decimal number, for one or for a million; null where it is not known. */
  price: string | null;
  per: 'one' | 'million';
  /** USD, exact; null where the price is not known. */
  amount: string | null;
  /** Whose figure the price is: a key of the catalog's `sources`, or `user`. */
  source: string | null;
};

type CostFacts = {
  /** As it was called. */
  modelId: string;
  region?: string;
  tier: string;
  /** Day of the prices, `YYYY-MM-DD` (UTC). */
  date: string;
  parts: CostPart[];
  /** What was used is estimated: the stream was cut off before Bedrock said it. */
  estimated?: true;
};

export type KnownCost = CostFacts & {
  known: true;
  /** US dollars, without tax and discounts. For sums take `amount`. */
  usd: number;
  /** The same, exact, e.g. `0.004125`. */
  amount: string;
};

/** There is no number, and not 0 either. `parts` has what is known. */
export type UnknownCost = CostFacts & {
  known: false;
  usd: null;
  amount: null;
  /**
   * `model`: it is not in the catalog, or the ARN does not tell it. `usage`: the reply does not say what was used.
   * `price`: there is none for a part of it. `tier`: the tier has no public price.
   */
  reason: 'model' | 'usage' | 'price' | 'tier';
  /** A sentence. */
  message: string;
};

/** What a request cost, as far as it is known. */
export type Cost = KnownCost | UnknownCost;
