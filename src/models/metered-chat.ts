import type { LanguageModelV4 } from '@ai-sdk/provider';
import { once } from '../codec/later.ts';
import type { ModelContext } from './model-context.ts';
import type { ResolvedModel } from './resolved-model.ts';

/**
 * Puts a price on the calls of a chat model and logs them, where the setting `cost`, a `costTracker` or `log` asks for it.
 * What does so is loaded by the first call.
 *
 * For the end of the constructor: the object stays what it is, so that workflows can carry it.
 */
export function meterChat(model: LanguageModelV4, resolved: ResolvedModel, context: ModelContext): void {
  if (!context.isMetered) return;
  const doGenerate = model.doGenerate.bind(model);
  const doStream = model.doStream.bind(model);
  const metered = once(async () =>
    (await import('./chat-meter.ts')).meteredChat({ doGenerate, doStream }, resolved, context),
  );
  model.doGenerate = async options => (await metered()).doGenerate(options);
  model.doStream = async options => (await metered()).doStream(options);
}
