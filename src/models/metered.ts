/**
 * Puts a price on the calls of a model and logs them, where the setting `cost`, a `costTracker` or `log` asks for it. What does
 * so is loaded by the first call.
 *
 * For the end of the constructor: the object stays what it is, so that workflows can carry it.
 */
import type {
  EmbeddingModelV4,
  ImageModelV4,
  LanguageModelV4,
  RerankingModelV4,
  Experimental_VideoModelV4 as VideoModelV4,
} from '@ai-sdk/provider';
import type { ModelContext } from './model-context.ts';
import { once } from './once.ts';
import type { ResolvedModel } from './resolved-model.ts';

export function meterChat(model: LanguageModelV4, resolved: ResolvedModel, context: ModelContext): void {
  if (!context.isMetered) return;
  const doGenerate = model.doGenerate.bind(model);
  const doStream = model.doStream.bind(model);
  const metered = once(async () =>
    (await import('./metered-calls.ts')).meteredChat({ doGenerate, doStream }, resolved, context),
  );
  model.doGenerate = async options => (await metered()).doGenerate(options);
  model.doStream = async options => (await metered()).doStream(options);
}

export function meterEmbedding(
  model: EmbeddingModelV4,
  resolved: ResolvedModel,
  context: ModelContext,
): void {
  if (!context.isMetered) return;
  const doEmbed = model.doEmbed.bind(model);
  const metered = once(async () =>
    (await import('./metered-calls.ts')).meteredEmbedding(doEmbed, resolved, context),
  );
  model.doEmbed = async options => (await metered())(options);
}

export function meterImage(model: ImageModelV4, resolved: ResolvedModel, context: ModelContext): void {
  if (!context.isMetered) return;
  const doGenerate = model.doGenerate.bind(model);
  const metered = once(async () =>
    (await import('./metered-calls.ts')).meteredImage(doGenerate, resolved, context),
  );
  model.doGenerate = async options => (await metered())(options);
}

export function meterReranking(
  model: RerankingModelV4,
  resolved: ResolvedModel,
  context: ModelContext,
): void {
  if (!context.isMetered) return;
  const doRerank = model.doRerank.bind(model);
  const metered = once(async () =>
    (await import('./metered-calls.ts')).meteredReranking(doRerank, resolved, context),
  );
  model.doRerank = async options => (await metered())(options);
}

export function meterVideo(model: VideoModelV4, resolved: ResolvedModel, context: ModelContext): void {
  const doStart = model.doStart?.bind(model);
  if (!context.isMetered || doStart === undefined) return;
  const metered = once(async () =>
    (await import('./metered-calls.ts')).meteredVideo(doStart, resolved, context),
  );
  model.doStart = async options => (await metered())(options);
}
