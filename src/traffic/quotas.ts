import type { Quota, Resource } from './book.ts';
import type { QuotaScope } from './service-quotas.ts';
import { QUOTA_MEMBERS, type TrafficQuota, type TrafficSettings } from './settings.ts';

/** What shares one quota at AWS. */
export interface QuotaFamily extends QuotaFacts {
  /** The same for all that share it. */
  readonly key: string;
}

interface QuotaFacts {
  /** The one that is called; undefined: the provider's own. */
  readonly region: string | undefined;
  readonly scope: QuotaScope;
  /** As called. */
  readonly id: string;
  /** Undefined when the id does not tell it, or has capacity of its own. */
  readonly baseModel: string | undefined;
  /** An endpoint with quotas of its own, e.g. `bedrock-mantle`. */
  readonly endpoint?: string | undefined;
}

export function quotaFamily(facts: QuotaFacts): QuotaFamily {
  const { region = 'default', scope, id, baseModel = id, endpoint } = facts;
  const key = `${region}/${scope}/${baseModel}`;
  return { ...facts, key: endpoint === undefined ? key : `${endpoint}/${key}` };
}

/** Figures of one bucket. */
export function knownQuotas(quota: TrafficQuota): Partial<Record<Resource, Quota>> {
  const requests = toQuota(quota.requestsPerSecond, quota.requestsPerMinute);
  const tokens = toQuota(quota.tokensPerSecond, quota.tokensPerMinute);
  return { ...(requests && { requests }), ...(tokens && { tokens }) };
}

/** The stricter of the two, where both are set. */
function toQuota(perSecond: number | undefined, perMinute: number | undefined): Quota | undefined {
  if (perSecond === undefined && perMinute === undefined) return undefined;
  const second = perSecond ?? Number.POSITIVE_INFINITY;
  const minute = perMinute ?? Number.POSITIVE_INFINITY;
  return { rate: Math.min(second / 1000, minute / 60_000), capacity: Math.min(second, minute) };
}

/**
 * The figures that the setting has for a model, by its id as called or without the geography.
 */
export function configuredQuota(
  setting: TrafficSettings['quota'],
  { id, baseModel = id }: QuotaFamily,
): TrafficQuota {
  if (setting === undefined || typeof setting === 'string') return {};
  if (isQuota(setting)) return setting;
  const names = [id, baseModel];
  const fitting = Object.keys(setting).filter(pattern => names.some(name => fits(pattern, name)));
  const [longest] = fitting.sort((a, b) => b.length - a.length);
  return (longest === undefined ? undefined : setting[longest]) ?? {};
}

export function isQuota(setting: object): setting is TrafficQuota {
  return QUOTA_MEMBERS.some(member => member in setting);
}

function fits(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
