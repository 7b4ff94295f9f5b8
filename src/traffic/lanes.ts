import { safely, type TrafficListener } from './events.ts';
import { Lane } from './lane.ts';
import { configuredQuota, quotaKey } from './quotas.ts';
import { findQuota, type ServiceQuota } from './service-quotas.ts';
import type { TrafficQuota, TrafficSettings } from './settings.ts';
import type { Route, TrafficTools } from './traffic.ts';

/** The lanes of one provider, made when they are first used. */
export class Lanes {
  readonly #settings: TrafficSettings;
  readonly #tools: TrafficTools;
  readonly #emit: TrafficListener;
  readonly #lanes = new Map<string, Lane | Promise<Lane>>();
  /** What Service Quotas has listed, by Region. */
  readonly #listed = new Map<string | undefined, Promise<readonly ServiceQuota[]>>();

  constructor(settings: TrafficSettings, tools: TrafficTools) {
    this.#settings = settings;
    this.#tools = tools;
    this.#emit = safely(settings.onEvent);
  }

  of(routes: readonly Route<unknown>[]): readonly Lane[] | Promise<readonly Lane[]> {
    const hasOthers = routes.length > 1;
    const lanes = routes.map(route => this.#lane(route, hasOthers));
    return lanes.every(lane => lane instanceof Lane) ? lanes : Promise.all(lanes);
  }

  #lane(route: Route<unknown>, hasOthers: boolean): Lane | Promise<Lane> {
    const key = quotaKey(route.quota);
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    const { quota } = this.#settings;
    if (quota !== 'service-quotas') return this.#open(route, configuredQuota(quota, route.quota), hasOthers);
    const asked = this.#ask(route).then(found => this.#open(route, found.quota, hasOthers, found.error));
    this.#lanes.set(key, asked);
    return asked;
  }

  #open(route: Route<unknown>, quota: TrafficQuota, hasOthers: boolean, error?: unknown): Lane {
    const breaker = this.#settings.breaker ?? hasOthers;
    const lane = new Lane(route.target, quota, { ...this.#settings, breaker }, this.#emit);
    this.#lanes.set(quotaKey(route.quota), lane);
    if (error !== undefined) lane.tell({ type: 'quotas-unknown', error });
    else if (this.#settings.quota === 'service-quotas') lane.tellQuotas();
    return lane;
  }

  /** Where AWS does not say, quotas are learned. */
  async #ask({ quota: { region, scope, baseModel, endpoint } }: Route<unknown>): Promise<{
    readonly quota: TrafficQuota;
    readonly error?: unknown;
  }> {
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
