/** Quotas of models, found by name among those that Service Quotas lists for Bedrock. */
import type { TrafficQuota } from './settings.ts';

/** One entry of `ListServiceQuotas`, as far as it counts here. */
export interface ServiceQuota {
  readonly QuotaName?: string | undefined;
  readonly Value?: number | undefined;
  /** E.g. `L-254CACF4`. */
  readonly QuotaCode?: string | undefined;
  /** Whether AWS raises it on request. */
  readonly Adjustable?: boolean | undefined;
}

/** Which of the rows of a model counts: AWS has one for plain ids, one for geographic profiles, one for global ones. */
export type QuotaScope = 'in-region' | 'geo' | 'global';

/** What the name of a quota says. */
export interface QuotaName {
  /** Undefined: however the model is called, as most daily quotas count. */
  readonly scope: QuotaScope | undefined;
  readonly limit: 'requestsPerMinute' | 'tokensPerMinute' | 'tokensPerDay';
  /** As AWS writes it, e.g. `Anthropic Claude Sonnet 4.5 V1`. */
  readonly model: string;
}

/**
 * The general reference and the console spell them differently, and both change:
 * "On-demand InvokeModel tokens per minute for …", "Cross-region model inference requests per minute for …",
 * "Global cross-region model inference tokens per day for …", "Model invocation max tokens per day for …".
 */
const NAME = /^(.*?)\b(requests|tokens) per (minute|day) for (.+)$/i;

/** @returns undefined for quotas of other things: jobs, agents, latency-optimized calls … */
export function readQuotaName(name: string): QuotaName | undefined {
  const [, kind = '', unit = '', period = '', model] = NAME.exec(name) ?? [];
  if (model === undefined || /latency-optimized/i.test(kind)) return undefined;
  const isDaily = period.toLowerCase() === 'day';
  const isOfTokens = unit.toLowerCase() === 'tokens';
  if (isDaily && !isOfTokens) return undefined;
  return {
    scope: isDaily && !/cross-region|on-demand/i.test(kind) ? undefined : scopeOf(kind),
    limit: isDaily ? 'tokensPerDay' : isOfTokens ? 'tokensPerMinute' : 'requestsPerMinute',
    model,
  };
}

/** Whether a quota that is named so is one of the model: ids and names have the same words in different orders. */
export function quotaNamesModel({ model }: QuotaName, baseModel: string): boolean {
  return namesOf(baseModel).includes(wordsOf(model));
}

/**
 * What an account may use of a model. What is not listed for it stays out: some models have no quota of requests.
 * @param baseModel e.g. `anthropic.claude-sonnet-4-5-20250929-v1:0`
 */
export function findQuota(
  quotas: readonly ServiceQuota[],
  baseModel: string,
  scope: QuotaScope,
): TrafficQuota {
  const found: { -readonly [Limit in QuotaName['limit']]?: number } = {};
  for (const { QuotaName = '', Value } of quotas) {
    if (typeof Value !== 'number' || Value <= 0) continue;
    const name = readQuotaName(QuotaName);
    if (name === undefined || !quotaNamesModel(name, baseModel)) continue;
    if (name.scope === undefined) found[name.limit] ??= Value;
    else if (name.scope === scope) found[name.limit] = Value;
  }
  return found;
}

function scopeOf(kind: string): QuotaScope {
  if (/global/i.test(kind)) return 'global';
  return /cross-region/i.test(kind) ? 'geo' : 'in-region';
}

/** A first version is named in some quotas and not in others. */
function namesOf(baseModel: string): readonly string[] {
  const [id = ''] = baseModel.split(':');
  const dated = id.replace(/-\d{8}(?=-|$)/, '');
  const [, version] = /-v(\d+)$/.exec(dated) ?? [];
  if (version === undefined) return [wordsOf(dated), wordsOf(`${dated} 1`)];
  return version === '1' ? [wordsOf(dated), wordsOf(dated.slice(0, -'-v1'.length))] : [wordsOf(dated)];
}

/**
 * The words and numbers of a name in the order of the alphabet: ids and names have the same ones in different orders.
 */
function wordsOf(name: string): string {
  const words = name
    .toLowerCase()
    .replace(/\(.*?\)/g, '')
    .replace(/embeddings/g, 'embed')
    .match(/[a-z]+|\d+/g);
  return (words ?? [])
    .filter(word => word !== 'v')
    .sort()
    .join(' ');
}
