import type { ServedBy } from '../codec/converse/request-facts.ts';
import { type Charge, type Demand, NO_CHARGE } from './charge.ts';
import { type CallTrafficOptions, checkTrafficSettings } from './check-settings.ts';
import type { TrafficTarget } from './events.ts';
import { Journey } from './journey.ts';
import type { Lane } from './lane.ts';
import { Lanes } from './lanes.ts';
import type { QuotaFamily } from './quotas.ts';
import { RetryBudget } from './retry.ts';
import type { ServiceQuota } from './service-quotas.ts';
import type { TrafficSettings } from './settings.ts';
import { Stickiness } from './stickiness.ts';

/** One way to make a call: to one model in one Region. */
export interface Route<Result> {
  readonly target: TrafficTarget;
  readonly quota: QuotaFamily;
  readonly defaults?: TrafficDefaults | undefined;
  /** Makes the request, without sending it. Called at most once. */
  prepare(): Attempt<Result> | Promise<Attempt<Result>>;
}

/** What holds for one kind of model where the settings say nothing, instead of what holds for the others. */
export type TrafficDefaults = Pick<TrafficSettings, 'maxConcurrency' | 'maxQueue' | 'queueTimeoutMs'>;

/** A request that may be sent, also several times. */
export interface Attempt<Result> {
  readonly demand: Demand;
  /** Names what the request shares with others of its conversation, where it uses the prompt cache. */
  readonly cacheKey?: (() => string | undefined) | undefined;
  /**
   * Sends it, and resolves when nothing can be taken back any more: the reply is whole, or its first content is there.
   * Tells the charge how the reply ends, also after that.
   * @param moved where the call went because it could not go where it should
   */
  send(charge: Charge, moved: MovedCall | undefined): Promise<Result>;
}

/** Told in `providerMetadata.bedrock.servedBy`. */
export type MovedCall = ServedBy;

export interface TrafficCall extends CallTrafficOptions {
  readonly abortSignal: AbortSignal | undefined;
}

/** Lets calls out as their quotas, the health of their targets and the caller's settings allow. */
export interface Traffic {
  /**
   * Rejects with what the last attempt rejects with, QueueFullError, QueueTimeoutError, QuotaExceededError and
   * TargetDownError.
   * @param routes the first is where the call should go, the others where it may go too
   * @throws InvalidArgumentError for settings, at once
   */
  run<Result>(routes: Routes<Result>, call: TrafficCall): Promise<Result>;
}

export type Routes<Result> = readonly [Route<Result>, ...Route<Result>[]];

/** What the traffic of one provider needs of the rest of it. */
export interface TrafficTools {
  /** Asks AWS for the quotas of the account in a Region, the provider's own when undefined. */
  readonly listQuotas: (region: string | undefined) => Promise<readonly ServiceQuota[]>;
}

/** Checks nothing before the first call. */
export function createTraffic(settings: TrafficSettings | 'off' | undefined, tools: TrafficTools): Traffic {
  let traffic: Traffic | undefined;
  return {
    run(routes, call) {
      traffic ??= open(checkTrafficSettings(settings), tools);
      return traffic.run(routes, call);
    },
  };
}

function open(settings: TrafficSettings | 'off', tools: TrafficTools): Traffic {
  return settings === 'off' ? uncontrolled : new Controlled(settings, tools);
}

/** `traffic: 'off'`. */
const uncontrolled: Traffic = {
  async run([route]) {
    const attempt = await route.prepare();
    return attempt.send(NO_CHARGE, undefined);
  },
};

class Controlled implements Traffic {
  readonly #settings: TrafficSettings;
  readonly #lanes: Lanes;
  readonly #budget = new RetryBudget();
  readonly #stickiness = new Stickiness();
  #calls = 0;

  constructor(settings: TrafficSettings, tools: TrafficTools) {
    this.#settings = settings;
    this.#lanes = new Lanes(settings, tools);
  }

  run<Result>(routes: Routes<Result>, call: TrafficCall): Promise<Result> {
    const lanes = this.#lanes.of(routes);
    return lanes instanceof Promise
      ? lanes.then(opened => this.#start(routes, call, opened))
      : this.#start(routes, call, lanes);
  }

  #start<Result>(routes: Routes<Result>, call: TrafficCall, lanes: readonly Lane[]): Promise<Result> {
    const {
      retry,
      queueTimeoutMs = routes[0].defaults?.queueTimeoutMs ?? QUEUE_TIMEOUT_MS,
      // By call, and not by target: other calls may go to the same one, and nowhere else.
      breaker = routes.length > 1,
    } = this.#settings;
    this.#calls += 1;
    if (breaker) for (const lane of lanes) lane.watch(breaker);
    return new Journey(routes, call, {
      id: this.#calls,
      lanes,
      heedsBreakers: Boolean(breaker),
      budget: this.#budget,
      stickiness: this.#stickiness,
      retry: retry === true ? {} : retry || undefined,
      queueTimeoutMs: call.queueTimeoutMs ?? queueTimeoutMs,
    }).run();
  }
}

const QUEUE_TIMEOUT_MS = 300_000;
