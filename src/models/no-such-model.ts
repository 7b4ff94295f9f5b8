import { NoSuchModelError } from '@ai-sdk/provider';
import type { ResolvedModel } from './resolved-model.ts';

/**
 * The error for a model that is not of the kind it is asked for as.
 * @param does what models of the kind do, e.g. `make images`
 */
export function noSuchModel(
  { modelId, ref, family }: ResolvedModel,
  modelType: NoSuchModelError['modelType'],
  does: string,
): NoSuchModelError {
  const reason =
    ref.baseModel === undefined
      ? `does not tell its model: name it in the model setting baseModel, or its family in family`
      : `is not known to ${does} (model family ${family.name})`;
  return new NoSuchModelError({ modelId, modelType, message: `${modelId} ${reason}.` });
}
