/** Quotas of models, found by name among those that Service Quotas lists for Bedrock. */
import type { TrafficQuota } from './settings.ts';

/** One entry of `ListServiceQuotas`, as far as it counts here. */
export interface ServiceQuota {
  readonly QuotaName?: string | undefined;
  readonly Value?: number | undefined;
}

/** Which of the rows of a model counts: AWS has one for plain ids, one for geographic profiles, one for global ones. */
export type QuotaScope = 'in-region' | 'geo' | 'global';

/**
 * The general reference and the console spell them differently, and both change:
 * "On-demand InvokeModel tokens per minute for …", "Cross-region model inference requests per minute for …",
 * "Global cross-region model inference tokens per minute for …", "Model invocation max tokens per day for …".
 */
const NAME = /^(.*?)\b(requests|tokens) per (minute|day) for (.+)$/i;

/**
 * What an account may use of a model. What is not listed for it stays out: some models have no quota of requests.
 * @param baseModel e.g. `anthropic.claude-sonnet-4-5-20250929-v1:0`
 */
export function findQuota(
  quotas: readonly ServiceQuota[],
  baseModel: string,
  scope: QuotaScope,
): TrafficQuota {
  const wanted = namesOf(baseModel);
  const found: { requestsPerMinute?: number; tokensPerMinute?: number; tokensPerDay?: number } = {};
  for (const { QuotaName = '', Value } of quotas) {
    const [, kind = '', unit = '', period = '', model = ''] = NAME.exec(QuotaName) ?? [];
    if (typeof Value !== 'number' || Value <= 0 || !wanted.includes(wordsOf(model))) continue;
    const isDaily = period.toLowerCase() === 'day';
    if (!isDaily && scopeOf(kind) !== scope) continue;
    if (isDaily) found.tokensPerDay = Value;
    else if (unit.toLowerCase() === 'tokens') found.tokensPerMinute = Value;
    else found.requestsPerMinute = Value;
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
