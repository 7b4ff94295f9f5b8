import { NoSuchModelError } from '@ai-sdk/provider';
import type { ModelFamily } from '../codec/family.ts';

/**
 * The `chat` of a family whose models do not chat.
 * @param instead a clause that says what they do and which call reaches them
 */
export function noChat(instead: string): ModelFamily['chat'] {
  return (modelId = 'this model') => {
    throw new NoSuchModelError({
      modelId,
      modelType: 'languageModel',
      message: `${modelId} does not chat. ${instead}.`,
    });
  };
}
