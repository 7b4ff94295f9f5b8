/** From a model to the ways that its calls can take. */
import type { SharedV4ProviderOptions } from '@ai-sdk/provider';
import type { ModelAddress } from '../settings/model-ref.ts';
import { hasRegion, resolveRegion } from '../settings/settings.ts';
import { checkFailover, checkTrafficSettings, readCallOptions } from '../traffic/check-settings.ts';
import { quotaFamily } from '../traffic/quotas.ts';
import type { FailoverTarget } from '../traffic/settings.ts';
import type { Attempt, Route, Routes, TrafficDefaults } from '../traffic/traffic.ts';
import type { ModelContext } from './model-context.ts';
import { placeModel } from './placed-model.ts';
import { type ResolvedModel, resolveModel } from './resolved-model.ts';

interface CallOptions {
  readonly abortSignal?: AbortSignal | undefined;
  readonly providerOptions?: SharedV4ProviderOptions | undefined;
}

type Targets = readonly [ResolvedModel, ...ResolvedModel[]];
type Place = Pick<Route<unknown>, 'target' | 'quota'>;

/** Sends the calls of one model through the provider's traffic control, to the model or to what may stand in for it. */
export class Dispatcher {
  readonly #model: ResolvedModel;
  readonly #context: ModelContext;
  readonly #canBeReplaced: boolean;
  readonly #endpoint: string | undefined;
  readonly #isPinned: boolean;
  readonly #defaults: TrafficDefaults | undefined;
  #targets: Targets | undefined;
  /** Where the models were at their last call. */
  readonly #places = new WeakMap<ResolvedModel, Place>();

  /**
   * @param canBeReplaced whether another model gives an answer of the same kind; vectors of two models do not compare
   * @param endpoint that has quotas of its own, which Service Quotas does not list by the names of models
   * @param isPinned whether calls never move: the bucket of a job is in one Region
   * @param defaults what is usual for models of this kind
   */
  constructor(
    model: ResolvedModel,
    context: ModelContext,
    {
      canBeReplaced = false,
      endpoint,
      isPinned = false,
      defaults,
    }: {
      canBeReplaced?: boolean;
      endpoint?: string | undefined;
      isPinned?: boolean;
      defaults?: TrafficDefaults;
    } = {},
  ) {
    this.#model = model;
    this.#context = context;
    this.#canBeReplaced = canBeReplaced;
    this.#endpoint = endpoint;
    this.#isPinned = isPinned;
    this.#defaults = defaults;
  }

  /**
   * @param prepare makes the request for the model that it is given. Called for another one only when the call moves
   * @throws what `prepare` and the last attempt throw, and what `Traffic.run` does
   */
  async run<Result>(
    { abortSignal, providerOptions }: CallOptions,
    prepare: (model: ResolvedModel) => Attempt<Result> | Promise<Attempt<Result>>,
  ): Promise<Result> {
    const placed = this.#placedTargets();
    const [first, ...others] = placed instanceof Promise ? await placed : placed;
    const toRoute = (model: ResolvedModel): Route<Result> => ({
      ...this.#place(model),
      defaults: this.#defaults,
      prepare: () => prepare(model),
    });
    const routes: Routes<Result> = [toRoute(first), ...others.map(toRoute)];
    return await this.#context.traffic.run(routes, { ...readCallOptions(providerOptions), abortSignal });
  }

  /** Their ids may depend on the Region, which may be another one at the next call. */
  #placedTargets(): Targets | Promise<Targets> {
    const targets = this.#resolveTargets();
    // That of Mantle is the model's own id everywhere.
    if (this.#endpoint !== undefined || !targets.some(({ isByAlias }) => isByAlias)) return targets;
    const [first, ...others] = targets;
    const place = (model: ResolvedModel) => placeModel(model, this.#context);
    return Promise.all([place(first), ...others.map(place)]);
  }

  #resolveTargets(): Targets {
    this.#targets ??= [this.#model, ...this.#failover()];
    return this.#targets;
  }

  #failover(): ResolvedModel[] {
    const traffic = checkTrafficSettings(this.#context.settings.traffic);
    const ofModel = this.#model.settings.failover;
    checkFailover('failover', ofModel);
    if (this.#isPinned) return [];
    const ofProvider = traffic === 'off' ? undefined : traffic.failover;
    return (ofModel ?? ofProvider ?? [])
      .map(target => this.#standIn(target))
      .filter(({ ref }) => this.#canBeReplaced || ref.baseModel === this.#model.ref.baseModel);
  }

  #standIn({ modelId, region }: FailoverTarget): ResolvedModel {
    const { ref, settings, modelId: calledAs } = this.#model;
    const place = region === undefined ? {} : { region };
    if (modelId === undefined)
      return resolveModel(calledAs, { ...settings, ...place }, this.#context.settings);
    const resolved = resolveModel(modelId, place, this.#context.settings);
    // An ARN that does not tell its model is taken for another address of this one.
    if (resolved.ref.baseModel !== undefined || ref.baseModel === undefined) return resolved;
    return resolveModel(modelId, { ...place, baseModel: ref.baseModel }, this.#context.settings);
  }

  /** The Region may be another one than at the call before. */
  #place(model: ResolvedModel): Place {
    const { settings } = this.#context;
    const region = hasRegion(settings, model.region) ? resolveRegion(settings, model.region) : undefined;
    let place = this.#places.get(model);
    if (place === undefined || place.target.region !== region) {
      place = this.#placeIn(region, model);
      this.#places.set(model, place);
    }
    return place;
  }

  /**
   * Quotas are counted in the Region that is called, apart for plain ids, geographic profiles and global ones; and
   * what has capacity of its own takes nothing from the quotas of its base model.
   */
  #placeIn(region: string | undefined, { ref, region: ofModel }: ResolvedModel): Place {
    const { id, address, geography } = ref;
    return {
      target: { modelId: id, region },
      quota: quotaFamily({
        region: ofModel ?? region,
        scope: geography === undefined ? 'in-region' : geography === 'global' ? 'global' : 'geo',
        id,
        baseModel: WITH_OWN_CAPACITY.has(address) ? undefined : ref.baseModel,
        ...(this.#endpoint !== undefined && { endpoint: this.#endpoint }),
      }),
    };
  }
}

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/prov-throughput.html */
const WITH_OWN_CAPACITY: ReadonlySet<ModelAddress> = new Set<ModelAddress>([
  'provisioned-model-arn',
  'custom-model-deployment-arn',
  'imported-model-arn',
  'sagemaker-endpoint-arn',
]);
