import { safely, type TrafficListener } from './events.ts';
import { Lane, type OpenBook } from './lane.ts';
import { configuredQuota } from './quotas.ts';
import { findQuota, type ServiceQuota } from './service-quotas.ts';
import type { TrafficQuota, TrafficSettings } from './settings.ts';
import type { Route, TrafficTools } from './traffic.ts';

/** The lanes of one provider, made when they are first used. */
export class Lanes {
  readonly #settings: TrafficSettings;
  readonly #tools: TrafficTools;
  readonly #emit: TrafficListener | undefined;
  readonly #lanes = new Map<string, Lane | Promise<Lane>>();
  /** What Service Quotas has listed, by Region. */
  readonly #listed = new Map<string | undefined, Promise<readonly ServiceQuota[]>>();

  constructor(settings: TrafficSettings, tools: TrafficTools) {
    this.#settings = settings;
    this.#tools = tools;
    this.#emit = safely(settings.onEvent);
  }

  of(routes: readonly Route<unknown>[]): readonly Lane[] | Promise<readonly Lane[]> {
    const lanes = routes.map(route => this.#lane(route));
    return lanes.every(lane => lane instanceof Lane) ? lanes : Promise.all(lanes);
  }

  #lane(route: Route<unknown>): Lane | Promise<Lane> {
    const { key } = route.quota;
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    const { quota, share } = this.#settings;
    if (quota !== 'service-quotas' && share === undefined) {
      return this.#open(route, { quota: configuredQuota(quota, route.quota) });
    }
    const opening = Promise.all([this.#find(route), share && sharedBooks(share, key)]).then(
      ([found, openBook]) => this.#open(route, found, openBook),
    );
    // One that could not be opened is tried again by the next call.
    opening.catch(() => this.#lanes.delete(key));
    this.#lanes.set(key, opening);
    return opening;
  }

  #open(route: Route<unknown>, { quota, error }: Found, openBook?: OpenBook): Lane {
    const { defaults, target } = route;
    const { maxConcurrency = defaults?.maxConcurrency, maxQueue = defaults?.maxQueue } = this.#settings;
    const lane = new Lane(target, quota, { maxConcurrency, maxQueue }, this.#emit, openBook);
    this.#lanes.set(route.quota.key, lane);
    if (error !== undefined) lane.tell({ type: 'quotas-unknown', error });
    else if (this.#settings.quota === 'service-quotas') lane.tellQuotas();
    return lane;
  }

  /** Where AWS does not say, quotas are learned. */
  async #find({ quota: family }: Route<unknown>): Promise<Found> {
    const { region, scope, baseModel, endpoint } = family;
    const { quota: setting } = this.#settings;
    if (setting !== 'service-quotas') return { quota: configuredQuota(setting, family) };
    if (baseModel === undefined || endpoint !== undefined) return { quota: {} };
    const listed = this.#listed.get(region) ?? this.#tools.listQuotas(region);
    this.#listed.set(region, listed);
    try {
      return { quota: findQuota(await listed, baseModel, scope) };
    } catch (error) {
      this.#listed.delete(region);
      return { quota: {}, error };
    }
  }
}

interface Found {
  readonly quota: TrafficQuota;
  /** Why AWS did not say. */
  readonly error?: unknown;
}

/** Loaded only where it is used. */
async function sharedBooks(share: NonNullable<TrafficSettings['share']>, key: string): Promise<OpenBook> {
  const { SharedBook } = await import('./shared-book.ts');
  // A client has a member `client` too: it is a command of Redis.
  const isClient = 'call' in share || 'sendCommand' in share;
  const { client, namespace = 'default' } = isClient ? { client: share } : share;
  return (tokensPerDay, lane) =>
    new SharedBook({
      client,
      namespace,
      key,
      tokensPerDay,
      onStore: (state, error) =>
        lane.tell(state === 'down' ? { type: 'store-down', error } : { type: 'store-up' }),
    });
}
