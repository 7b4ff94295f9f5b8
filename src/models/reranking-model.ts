import type { RerankingModelV4, RerankingModelV4CallOptions, RerankingModelV4Result } from '@ai-sdk/provider';
import { WORKFLOW_DESERIALIZE, WORKFLOW_SERIALIZE } from '@ai-sdk/provider-utils';
import { load } from '../codec/later.ts';
import { meterReranking } from './metered.ts';
import type { ModelContext } from './model-context.ts';
import { noSuchModel } from './no-such-model.ts';
import { once } from './once.ts';
import type { Reranker } from './reranker.ts';
import type { ResolvedModel } from './resolved-model.ts';
import { deserializeModel, type SerializedModel, serializeModel } from './serialized-model.ts';
import { limitTime } from './time-limit.ts';

/**
 * A reranking model behind InvokeModel, or behind agent-runtime's Rerank where its own body is not known or the
 * caller asks for it.
 * @throws NoSuchModelError when the model is known not to rerank
 */
export function createRerankingModel(model: ResolvedModel, context: ModelContext): RerankingModelV4 {
  return new RerankingModel(model, context);
}

/** How it reranks is loaded when it is first asked. */
class RerankingModel implements RerankingModelV4 {
  readonly specificationVersion = 'v4';
  readonly provider = 'bedrock.reranking';
  readonly modelId: string;

  readonly #model: ResolvedModel;
  readonly #context: ModelContext;
  readonly #reranker: () => Promise<Reranker>;

  /** Called by the Workflow SDK. */
  static [WORKFLOW_SERIALIZE](model: RerankingModel): SerializedModel {
    return serializeModel(model.#model, model.#context);
  }

  /** Called by the Workflow SDK. */
  static [WORKFLOW_DESERIALIZE](serialized: SerializedModel): RerankingModel {
    return new RerankingModel(...deserializeModel(serialized));
  }

  constructor(model: ResolvedModel, context: ModelContext) {
    const rules = model.family.reranking?.(model.ref.baseModel);
    if (rules === undefined) throw noSuchModel(model, 'rerankingModel', 'rerank');
    this.modelId = model.modelId;
    this.#model = model;
    this.#context = context;
    this.#reranker = once(async () => {
      const [{ Reranker }, traits] = await Promise.all([import('./reranker.ts'), load(rules)]);
      return new Reranker(model, context, traits);
    });
    limitTime(this, model, context);
    meterReranking(this, model, context);
  }

  async doRerank(options: RerankingModelV4CallOptions): Promise<RerankingModelV4Result> {
    const reranker = await this.#reranker();
    return reranker.rerank(options);
  }
}
