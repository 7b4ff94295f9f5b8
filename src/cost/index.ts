/**
 * `bedrock-ai-provider/cost`: what calls of Bedrock cost. Holds the catalog's data, which the root entry loads only
 * when it is asked for.
 */
import type { SharedV4ProviderMetadata } from '@ai-sdk/provider';
import { type Catalog, createCatalog } from '../catalog/catalog.ts';
import { fromUnits, toUnits } from '../catalog/decimal.ts';
import type { KnownChatModelId, KnownEmbeddingModelId } from '../catalog/model-ids.ts';
import type { CatalogEntry } from '../catalog/types.ts';
import type { Cost } from './cost.ts';
import { type CostOptions, costIn } from './cost-of.ts';
import type { CostUsage } from './usage.ts';

export { type Catalog, createCatalog } from '../catalog/catalog.ts';
export { BudgetExceededError } from './budget-error.ts';
export type { Cost, CostPart, KnownCost, UnknownCost } from './cost.ts';
export type { CostOptions } from './cost-of.ts';
export { fileStore, type KeyValueStore, keyValueStore, memoryStore } from './stores.ts';
export {
  type CallKind,
  type CostBudget,
  type CostRecord,
  type CostStore,
  type CostSum,
  type CostSummary,
  type CostTracker,
  type CostTrackerOptions,
  type CostWarning,
  createCostTracker,
} from './tracker.ts';
export type { BilledUsage, CostUsage, SdkEmbeddingUsage, SdkUsage } from './usage.ts';

export interface CostOfOptions extends CostOptions {
  /** What you know better than the catalog, as in the provider setting of the same name. */
  readonly catalog?: readonly CatalogEntry[] | undefined;
}

/**
 * What a request cost, exactly: US dollars by AWS's public prices, without tax, discounts and free tiers.
 *
 * A price that is not known makes the cost unknown (`known: false`), never 0; what is known of it is in `parts`.
 * Long prompts cost more on some models, so price requests one by one and not their sum.
 *
 * @param usage of a result of the AI SDK, of a model, or quantities of your own, e.g. `{ images: 2 }`
 * @param modelId as it was called: the profile decides the price
 * @throws InvalidArgumentError for quantities below 0, entries that are none, and what can be no model id
 * @see https://aws.amazon.com/bedrock/pricing/
 * @example
 * const cost = costOf(result.usage, 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', { region: 'us-east-1' });
 * console.log(cost.known ? cost.usd : cost.message);
 */
export function costOf(
  usage: CostUsage,
  modelId: KnownChatModelId | KnownEmbeddingModelId | (string & {}),
  { catalog, ...options }: CostOfOptions = {},
): Cost {
  return costIn(catalog === undefined ? theCatalog() : createCatalog(catalog), usage, modelId, options);
}

let builtIn: Catalog | undefined;

function theCatalog(): Catalog {
  builtIn ??= createCatalog();
  return builtIn;
}

/**
 * The sum of the costs in the metadata of a result. `embedMany` makes several calls and lays their metadata over each
 * other, so that there are several costs in it.
 * @returns US dollars, exact and as a number, and how many of the calls have no known cost
 */
export function costInMetadata(providerMetadata: SharedV4ProviderMetadata | undefined): {
  usd: number;
  amount: string;
  calls: number;
  unknown: number;
} {
  const costs = Object.entries(providerMetadata?.['bedrock'] ?? {})
    .filter(([name]) => /^cost(?:\[\d+\])?$/.test(name))
    .map(([, cost]) => cost as unknown as Cost);
  const units = costs.reduce((sum, cost) => sum + (cost.known ? toUnits(cost.amount) : 0n), 0n);
  const amount = fromUnits(units);
  return {
    usd: Number(amount),
    amount,
    calls: costs.length,
    unknown: costs.filter(({ known }) => !known).length,
  };
}
