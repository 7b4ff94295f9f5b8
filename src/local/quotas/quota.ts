/** What a model's callers may use, as an option says it. */
import {
  checkMembers,
  flag,
  invalid,
  isRecord,
  type Member,
  notNegative,
  positive,
} from '../check-options.ts';
import { type ModelPattern, matchesPattern, modelPattern } from '../model-pattern.ts';

/**
 * The quota of one model. A limit that is absent does not exist; `{}` only counts.
 *
 * Limits per second and minute are buckets that hold one period's worth and refill evenly. A call takes one
 * request, and reserves its input and `max_tokens`; when it ends it is charged
 * `input + cache writes + output × burndown`, and what is left of the reservation is given back. A long answer
 * may leave the bucket below zero.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/quotas-token-burndown.html
 */
export interface LocalQuota {
  readonly requestsPerSecond?: number | undefined;
  readonly requestsPerMinute?: number | undefined;
  readonly tokensPerSecond?: number | undefined;
  readonly tokensPerMinute?: number | undefined;
  /** For 24 hours, counted from the server's start or `reset()`. */
  readonly tokensPerDay?: number | undefined;
  /**
   * Tokens that are reserved for the output of a request that sets no maximum. AWS takes the model's maximum.
   * @default 4096
   */
  readonly maxOutputTokens?: number | undefined;
  /**
   * What a token of output costs.
   * @default Claude: 10 from generation 5 on, 15 for 4.8, else 5; other models: 1
   */
  readonly burndown?: number | undefined;
  /**
   * Whether tokens that come from the prompt cache are reserved. They are never charged. AWS's documents disagree.
   * @default true
   */
  readonly reserveCacheReads?: boolean | undefined;
}

/**
 * One quota for all models, or quotas by model, of which the first that matches counts:
 *
 *     { requestsPerMinute: 60 }
 *     { 'us.anthropic.*': { tokensPerMinute: 200_000 }, '*': { requestsPerSecond: 5 } }
 *
 * Every model id has a quota of its own, as called: `us.` profiles do not share with the plain id.
 */
export type LocalQuotas = LocalQuota | Readonly<Record<ModelPattern, LocalQuota>>;

export type QuotaRule = readonly [ModelPattern, LocalQuota];

const MEMBERS = {
  requestsPerSecond: positive,
  requestsPerMinute: positive,
  tokensPerSecond: positive,
  tokensPerMinute: positive,
  tokensPerDay: positive,
  maxOutputTokens: notNegative,
  burndown: positive,
  reserveCacheReads: flag,
} as const satisfies Record<keyof LocalQuota, Member>;

/**
 * @param quotas also null, which JSON has for undefined
 * @throws InvalidArgumentError
 */
export function readQuotas(quotas: unknown): readonly QuotaRule[] {
  if (quotas === undefined || quotas === null) return [];
  if (!isRecord(quotas)) {
    throw invalid('quotas', `a quota, or quotas by model, not ${JSON.stringify(quotas)}.`);
  }
  if (Object.keys(quotas).every(name => Object.hasOwn(MEMBERS, name))) {
    checkMembers('quotas', quotas, MEMBERS);
    return [['*', quotas]];
  }
  return Object.entries(quotas).map(([pattern, quota]) => {
    const place = `quotas['${pattern}']`;
    if (!modelPattern.allows(pattern))
      throw invalid(place, `${modelPattern.what}, or one of a quota's members.`);
    checkMembers(place, quota, MEMBERS);
    return [pattern, quota];
  });
}

export function quotaFor(rules: readonly QuotaRule[], modelId: string): LocalQuota | undefined {
  return rules.find(([pattern]) => matchesPattern(pattern, modelId))?.[1];
}
