/** What `meterChat` is for chats, for models of other kinds; apart, because entries that only chat need none of it. */
import type {
  EmbeddingModelV4,
  ImageModelV4,
  RerankingModelV4,
  Experimental_VideoModelV4 as VideoModelV4,
} from '@ai-sdk/provider';
import { once } from '../codec/later.ts';
import type { ModelContext } from './model-context.ts';
import type { ResolvedModel } from './resolved-model.ts';

export function meterEmbedding(
  model: EmbeddingModelV4,
  resolved: ResolvedModel,
  context: ModelContext,
): void {
  if (!context.isMetered) return;
  const doEmbed = model.doEmbed.bind(model);
  const metered = once(async () =>
    (await import('./other-meters.ts')).meteredEmbedding(doEmbed, resolved, context),
  );
  model.doEmbed = async options => (await metered())(options);
}

export function meterImage(model: ImageModelV4, resolved: ResolvedModel, context: ModelContext): void {
  if (!context.isMetered) return;
  const doGenerate = model.doGenerate.bind(model);
  const metered = once(async () =>
    (await import('./other-meters.ts')).meteredImage(doGenerate, resolved, context),
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
    (await import('./other-meters.ts')).meteredReranking(doRerank, resolved, context),
  );
  model.doRerank = async options => (await metered())(options);
}

export function meterVideo(model: VideoModelV4, resolved: ResolvedModel, context: ModelContext): void {
  const doStart = model.doStart?.bind(model);
  if (!context.isMetered || doStart === undefined) return;
  const metered = once(async () =>
    (await import('./other-meters.ts')).meteredVideo(doStart, resolved, context),
  );
  model.doStart = async options => (await metered())(options);
}
