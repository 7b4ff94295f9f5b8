/** Quotas by the way that a model is called. */
import type { Catalog } from '../../catalog/catalog.ts';
import { waysTo } from '../../cost/cheapest.ts';
import {
  type QuotaName,
  type QuotaScope,
  quotaNamesModel,
  readQuotaName,
  type ServiceQuota,
} from '../../traffic/service-quotas.ts';

export interface Limit {
  readonly value: number;
  /** For a request to raise it. */
  readonly code?: string | undefined;
  readonly adjustable?: boolean | undefined;
}

export type Limits = { readonly [Name in QuotaName['limit']]?: Limit };

export interface ModelLimits extends Limits {
  /** As AWS's quotas have it, or the catalog. */
  readonly model: string;
  /** That is called; undefined where the catalog does not know it. */
  readonly modelId?: string | undefined;
  readonly reach: QuotaScope;
}

/** An id by which a model is called. */
export interface Way {
  readonly modelId: string;
  readonly reach: QuotaScope;
}

const SCOPES: readonly QuotaScope[] = ['in-region', 'geo', 'global'];

/** Limits of 0 are among them: AWS has such for new accounts. */
export function limitsOf(
  quotas: readonly ServiceQuota[],
  fits: (name: QuotaName) => boolean,
  scope: QuotaScope,
): Limits {
  const found: { -readonly [Name in keyof Limits]: Limits[Name] } = {};
  for (const { QuotaName = '', Value, QuotaCode, Adjustable } of quotas) {
    const name = readQuotaName(QuotaName);
    if (name === undefined || typeof Value !== 'number' || !fits(name)) continue;
    const limit = {
      value: Value,
      ...(QuotaCode !== undefined && { code: QuotaCode }),
      ...(Adjustable !== undefined && { adjustable: Adjustable }),
    };
    if (name.scope === undefined) found[name.limit] ??= limit;
    else if (name.scope === scope) found[name.limit] = limit;
  }
  return found;
}

export function limitsOfModel(
  quotas: readonly ServiceQuota[],
  model: { readonly id: string; readonly name: string },
  ways: readonly Way[],
): ModelLimits[] {
  return ways.map(way => ({
    model: model.name,
    ...way,
    ...limitsOf(quotas, name => quotaNamesModel(name, model.id), way.reach),
  }));
}

/** All models that have a quota of more than 0, by name. */
export function limitsOfAll(
  quotas: readonly ServiceQuota[],
  catalog: Catalog,
  region: string,
): ModelLimits[] {
  const names = quotas.flatMap(({ QuotaName = '' }) => readQuotaName(QuotaName) ?? []);
  const byModel = new Map(names.map(name => [name.model, name]));
  return [...byModel.values()]
    .sort((one, other) => one.model.localeCompare(other.model))
    .flatMap(name => {
      const own = names.filter(({ model }) => model === name.model);
      const known = catalog.models.find(({ id }) => quotaNamesModel(name, id));
      const ways = known === undefined ? [] : waysTo(known, region);
      return SCOPES.filter(scope => own.some(one => one.scope === scope)).map(reach => ({
        model: name.model,
        modelId: ways.find(way => way.reach === reach)?.modelId,
        reach,
        ...limitsOf(quotas, one => one.model === name.model, reach),
      }));
    })
    .filter(({ requestsPerMinute, tokensPerMinute }) =>
      [requestsPerMinute, tokensPerMinute].some(limit => limit !== undefined && limit.value > 0),
    );
}

/**
 * The daily tokens that all models of the account share.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/quotas-runtime.html
 */
export function sharedDailyLimit(quotas: readonly ServiceQuota[]): number | undefined {
  return quotas.find(({ QuotaName = '' }) => /cross-model.*tokens per day/i.test(QuotaName))?.Value;
}
