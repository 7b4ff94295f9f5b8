import type { ModelFamily } from '../codec/family.ts';
import { findFamily } from '../families/index.ts';
import { applyModelSettings, type ModelRef, parseModelRef } from '../settings/model-ref.ts';
import type { BedrockModelSettings, BedrockProviderSettings } from '../settings/settings.ts';

/** A model as every model class gets it: what it is, and where its calls go. */
export interface ResolvedModel {
  /** As the caller wrote it; what the AI SDK shows. */
  readonly modelId: string;
  readonly ref: ModelRef;
  readonly family: ModelFamily;
  /** Of the model setting, else of the ARN; the provider's when undefined. */
  readonly region: string | undefined;
  /** As the caller wrote them. */
  readonly settings: BedrockModelSettings;
}

/** @throws InvalidArgumentError when the id is empty or the settings contradict it */
export function resolveModel(
  modelId: string,
  settings: BedrockModelSettings,
  { families }: Pick<BedrockProviderSettings, 'families'>,
): ResolvedModel {
  const { ref, familyName, region } = applyModelSettings(parseModelRef(modelId), settings);
  return {
    modelId,
    ref,
    family: findFamily({ baseModel: ref.baseModel, familyName, extra: families }),
    region,
    settings,
  };
}
