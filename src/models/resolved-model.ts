import type { ModelFamily } from '../codec/family.ts';
import { findFamily } from '../families/index.ts';
import { resolveAlias } from '../settings/aliases.ts';
import { applyModelSettings, encodePathLabel, type ModelRef, parseModelRef } from '../settings/model-ref.ts';
import type { BedrockModelSettings, BedrockProviderSettings } from '../settings/settings.ts';

/** A model as every model class gets it: what it is, and where its calls go. */
export interface ResolvedModel {
  /**
   * What the AI SDK shows: the id as the caller wrote it, or what the caller's alias stands for. A built-in alias stays
   * until the model is placed.
   */
  readonly modelId: string;
  readonly ref: ModelRef;
  readonly family: ModelFamily;
  /** Of the model setting, else of the ARN; the provider's when undefined. */
  readonly region: string | undefined;
  /** As the caller wrote them. */
  readonly settings: BedrockModelSettings;
  /** Whether it is named by a built-in alias, so that `placeModel` finds out by which id the Region reaches it. */
  readonly isByAlias: boolean;
}

/** @throws InvalidArgumentError when the id is empty, the settings contradict it or its alias leads nowhere */
export function resolveModel(
  modelId: string,
  settings: BedrockModelSettings,
  { families, aliases }: Pick<BedrockProviderSettings, 'families' | 'aliases'>,
): ResolvedModel {
  const named = resolveAlias(modelId, aliases);
  const { ref, familyName, region } = applyModelSettings(parseModelRef(named.id), settings);
  return {
    modelId: named.modelId,
    ref,
    family: findFamily({ baseModel: ref.baseModel, familyName, extra: families }),
    region,
    settings,
    // A profile that the caller names is a place already.
    isByAlias: named.isBuiltIn && settings.inferenceProfile == null,
  };
}

/** Keeps what is true of a model: it does not change, and is asked at each of the model's calls. */
export function onceForModel<Fact>(find: (model: ResolvedModel) => Fact): (model: ResolvedModel) => Fact {
  const known = new WeakMap<ResolvedModel, Fact>();
  return model => {
    let fact = known.get(model);
    if (fact === undefined) {
      fact = find(model);
      known.set(model, fact);
    }
    return fact;
  };
}

/** The beginning of the paths of its operations at `bedrock-runtime`. */
export const modelPath: (model: ResolvedModel) => string = onceForModel(
  ({ ref }) => `/model/${encodePathLabel(ref.id)}`,
);
