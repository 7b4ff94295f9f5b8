/** What a family says of its reranking models. */
import type { JSONObject } from '@ai-sdk/provider';

export interface RerankingTraits {
  /**
   * The model's own body for InvokeModel. Absent: the model is reached through the Rerank operation of
   * `bedrock-agent-runtime` only, whose body is the same for all models.
   */
  readonly invoke?: RerankingBody | undefined;
}

export interface RerankingBody {
  /** Most documents that one call takes; more are sent in several calls. */
  readonly maxDocuments: number;
  /** A document that is an object, as the text in which the model reads it best. */
  documentText(document: JSONObject): string;
  /** The reply is `{ results: [{ index, relevance_score }] }`, which is the same for all models. */
  toBody(request: RerankingRequest): JSONObject;
}

export interface RerankingRequest {
  readonly query: string;
  readonly documents: readonly string[];
  /** How many of the best are wanted; never more than there are documents. Undefined: all. */
  readonly topN: number | undefined;
}
