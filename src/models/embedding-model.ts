import type { EmbeddingModelV4, EmbeddingModelV4CallOptions, EmbeddingModelV4Result } from '@ai-sdk/provider';
import { WORKFLOW_DESERIALIZE, WORKFLOW_SERIALIZE } from '@ai-sdk/provider-utils';
import { MAX_BODY_BYTES } from '../codec/invoke/embedding.ts';
import { load } from '../codec/later.ts';
import type { Embedder } from './embedder.ts';
import { optionsOfPart } from './embedding-parts.ts';
import { meterEmbedding } from './metered.ts';
import type { ModelContext } from './model-context.ts';
import { noSuchModel } from './no-such-model.ts';
import { once } from './once.ts';
import type { ResolvedModel } from './resolved-model.ts';
import { deserializeModel, type SerializedModel, serializeModel } from './serialized-model.ts';
import { limitTime } from './time-limit.ts';

/**
 * An embedding model behind InvokeModel.
 * @throws NoSuchModelError when the model is not known to embed
 */
export function createEmbeddingModel(model: ResolvedModel, context: ModelContext): EmbeddingModelV4 {
  return new EmbeddingModel(model, context);
}

/**
 * Not part of the specification: registered symbols by which `ai` asks a model for more than that. They are named
 * here because the first versions of `@ai-sdk/provider-utils` 5 do not export them.
 */
const MAX_INPUT_BYTES: unique symbol = Symbol.for('vercel.ai.embeddingModel.maxInputBytesPerCall');
const OPTIONS_TRANSFORMER: unique symbol = Symbol.for('vercel.ai.embeddingModel.providerOptionsTransformer');

/** How it embeds is loaded when it is first asked. */
class EmbeddingModel implements EmbeddingModelV4 {
  readonly specificationVersion = 'v4';
  readonly provider = 'bedrock.embedding';
  readonly modelId: string;
  readonly maxEmbeddingsPerCall: number;
  readonly supportsParallelCalls = true;
  readonly [MAX_INPUT_BYTES]: number;
  /** Called without `this`. */
  readonly [OPTIONS_TRANSFORMER]: typeof optionsOfPart = optionsOfPart;

  readonly #model: ResolvedModel;
  readonly #context: ModelContext;
  readonly #embedder: () => Promise<Embedder>;

  /** Called by the Workflow SDK. */
  static [WORKFLOW_SERIALIZE](model: EmbeddingModel): SerializedModel {
    return serializeModel(model.#model, model.#context);
  }

  /** Called by the Workflow SDK. */
  static [WORKFLOW_DESERIALIZE](serialized: SerializedModel): EmbeddingModel {
    return new EmbeddingModel(...deserializeModel(serialized));
  }

  constructor(model: ResolvedModel, context: ModelContext) {
    const rules = model.family.embedding?.(model.ref.baseModel);
    if (rules === undefined) throw noSuchModel(model, 'embeddingModel', 'make embeddings');
    this.modelId = model.modelId;
    this.maxEmbeddingsPerCall = rules.maxValuesPerRequest;
    this[MAX_INPUT_BYTES] = rules.maxBytesPerRequest ?? MAX_BODY_BYTES;
    this.#model = model;
    this.#context = context;
    this.#embedder = once(async () => {
      const [{ Embedder }, traits] = await Promise.all([import('./embedder.ts'), load(rules)]);
      return new Embedder(model, context, traits);
    });
    limitTime(this, model, context);
    meterEmbedding(this, model, context);
  }

  /** More values than `maxEmbeddingsPerCall` are sent in several requests. */
  async doEmbed(options: EmbeddingModelV4CallOptions): Promise<EmbeddingModelV4Result> {
    const embedder = await this.#embedder();
    return embedder.embed(options);
  }
}
