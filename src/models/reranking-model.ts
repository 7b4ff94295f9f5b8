import {
  InvalidArgumentError,
  type JSONObject,
  type RerankingModelV4,
  type RerankingModelV4CallOptions,
  type RerankingModelV4Result,
  type SharedV4Warning,
} from '@ai-sdk/provider';
import { WORKFLOW_DESERIALIZE, WORKFLOW_SERIALIZE } from '@ai-sdk/provider-utils';
import { findRegion } from '../auth/region.ts';
import { mergeRankings, type Ranking, readRanking } from '../codec/invoke/ranking.ts';
import { checkRerankTexts, MAX_RERANK_SOURCES, toRerankRequest } from '../codec/invoke/rerank-operation.ts';
import type { RerankingBody, RerankingTraits } from '../codec/invoke/reranking.ts';
import {
  type BedrockRerankingModelOptions,
  readRerankingOptions,
} from '../codec/invoke/reranking-options.ts';
import { partitionOf } from '../settings/endpoints.ts';
import { excerpt, streamError } from '../transport/api-error.ts';
import { concurrently } from './concurrently.ts';
import { type Invocation, type InvocationReply, invokeModel } from './invoke.ts';
import type { ModelContext } from './model-context.ts';
import { noSuchModel } from './no-such-model.ts';
import { readJson } from './reply-json.ts';
import type { ResolvedModel } from './resolved-model.ts';
import { responseMetadata } from './response-metadata.ts';
import { deserializeModel, type SerializedModel, serializeModel } from './serialized-model.ts';

/**
 * A reranking model behind InvokeModel, or behind agent-runtime's Rerank where its own body is not known or the
 * caller asks for it.
 * @throws NoSuchModelError when the model is known not to rerank
 */
export function createRerankingModel(model: ResolvedModel, context: ModelContext): RerankingModelV4 {
  return new RerankingModel(model, context);
}

type Documents = RerankingModelV4CallOptions['documents'];

/** Documents that go into one call, and the place of the first among all. */
interface Batch {
  readonly offset: number;
  readonly documents: Documents;
}

interface BatchReply extends InvocationReply {
  readonly offset: number;
  readonly ranking: Ranking;
}

class RerankingModel implements RerankingModelV4 {
  readonly specificationVersion = 'v4';
  readonly provider = 'bedrock.reranking';
  readonly modelId: string;

  readonly #model: ResolvedModel;
  readonly #traits: RerankingTraits;
  readonly #context: ModelContext;

  /** Called by the Workflow SDK. */
  static [WORKFLOW_SERIALIZE](model: RerankingModel): SerializedModel {
    return serializeModel(model.#model, model.#context);
  }

  /** Called by the Workflow SDK. */
  static [WORKFLOW_DESERIALIZE](serialized: SerializedModel): RerankingModel {
    return new RerankingModel(...deserializeModel(serialized));
  }

  constructor(model: ResolvedModel, context: ModelContext) {
    const traits = model.family.reranking?.(model.ref.baseModel);
    if (traits === undefined) throw noSuchModel(model, 'rerankingModel', 'rerank');
    this.modelId = model.modelId;
    this.#model = model;
    this.#traits = traits;
    this.#context = context;
  }

  async doRerank(options: RerankingModelV4CallOptions): Promise<RerankingModelV4Result> {
    const { documents, query, topN, providerOptions, abortSignal } = options;
    const own = readRerankingOptions(providerOptions);
    checkRequest(query, topN);
    const warnings = warningsOf(own);
    if (documents.values.length === 0) return { ranking: [], warnings };

    const rerank = this.#operation(options, own);
    const replies = await concurrently(rerank.batches, abortSignal, rerank.run);
    const [first] = replies;
    return {
      ranking: mergeRankings(replies, topN),
      warnings,
      response: {
        modelId: this.modelId,
        ...(first && { ...responseMetadata(first.reply), headers: first.reply.headers }),
        body: replies.length === 1 ? first?.body : replies.map(({ body }) => body),
      },
    };
  }

  /**
   * InvokeModel is preferred: it takes API keys too, needs no permission but bedrock:InvokeModel, and has the
   * endpoint of all other models.
   */
  #operation(options: RerankingModelV4CallOptions, own: BedrockRerankingModelOptions) {
    const { invoke } = this.#traits;
    if (own.service === 'bedrock-runtime' && invoke === undefined) {
      throw new InvalidArgumentError({
        argument: 'providerOptions.bedrock.service',
        message:
          `providerOptions.bedrock.service: what ${this.modelId} takes from InvokeModel is not known. Use ` +
          '"bedrock-agent-runtime", or name the model in the model setting baseModel.',
      });
    }
    if (invoke === undefined || own.service === 'bedrock-agent-runtime') {
      checkRerankTexts(options.query, options.documents);
      return {
        batches: batchesOf(options.documents, MAX_RERANK_SOURCES),
        run: (batch: Batch, abortSignal: AbortSignal | undefined) =>
          this.#rerank(batch, { ...options, abortSignal }, own),
      };
    }
    return {
      batches: batchesOf(options.documents, invoke.maxDocuments),
      run: (batch: Batch, abortSignal: AbortSignal | undefined) =>
        this.#invoke(batch, invoke, { ...options, abortSignal }, own),
    };
  }

  async #invoke(
    { offset, documents }: Batch,
    invoke: RerankingBody,
    { query, topN, headers, abortSignal }: CallOptions,
    { additionalModelRequestFields }: BedrockRerankingModelOptions,
  ): Promise<BatchReply> {
    const texts =
      documents.type === 'text'
        ? documents.values
        : documents.values.map(document => invoke.documentText(document));
    const body = {
      ...invoke.toBody({ query, documents: texts, topN: atMost(topN, texts.length) }),
      ...additionalModelRequestFields,
    };
    const reply = await invokeModel(this.#model, this.#context, { body, headers, abortSignal });
    return { ...reply, offset, ranking: rankingOf(reply, texts.length) };
  }

  /** Follows the pages of the ranking, if there are several. */
  async #rerank(
    { offset, documents }: Batch,
    { query, topN, headers, abortSignal }: CallOptions,
    { additionalModelRequestFields: fields }: BedrockRerankingModelOptions,
  ): Promise<BatchReply> {
    const region = await findRegion(this.#context.settings, this.#model.region);
    const count = documents.values.length;
    const wanted = atMost(topN, count) ?? count;
    const modelArn = this.#modelArn(region);
    const ranking: Ranking = [];
    for (let nextToken: string | undefined; ; ) {
      const body = toRerankRequest({ query, documents, topN: topN && wanted, modelArn, fields, nextToken });
      const page = await this.#sendRerank(body, region, { headers, abortSignal });
      const results = rankingOf(page, count);
      ranking.push(...results);
      const next = page.body['nextToken'];
      if (typeof next !== 'string' || results.length === 0 || ranking.length >= wanted) {
        return { ...page, offset, ranking };
      }
      nextToken = next;
    }
  }

  async #sendRerank(
    body: JSONObject,
    region: string,
    { headers, abortSignal }: Pick<CallOptions, 'headers' | 'abortSignal'>,
  ): Promise<InvocationReply> {
    const reply = await this.#context.send({
      service: 'bedrock-agent-runtime',
      region,
      method: 'POST',
      path: '/rerank',
      headers,
      body: JSON.stringify(body),
      bodyValues: body,
      modelId: this.#model.ref.id,
      abortSignal,
    });
    return { reply, body: await readJson<JSONObject>(reply) };
  }

  #modelArn(region: string): string {
    const { ref } = this.#model;
    if (ref.arn !== undefined) return ref.id;
    if (ref.address === 'inference-profile') {
      throw new InvalidArgumentError({
        argument: 'modelId',
        message: `modelId: bedrock-agent-runtime takes an inference profile by its ARN only, not as ${ref.id}.`,
      });
    }
    return `arn:${partitionOf(region).name}:bedrock:${region}::foundation-model/${ref.id}`;
  }
}

interface CallOptions {
  readonly query: string;
  readonly topN?: number | undefined;
  readonly headers?: Invocation['headers'];
  readonly abortSignal: AbortSignal | undefined;
}

function batchesOf(documents: Documents, size: number): Batch[] {
  return Array.from({ length: Math.ceil(documents.values.length / size) }, (_, index) => {
    const offset = index * size;
    const end = offset + size;
    return {
      offset,
      documents:
        documents.type === 'text'
          ? { type: 'text', values: documents.values.slice(offset, end) }
          : { type: 'object', values: documents.values.slice(offset, end) },
    };
  });
}

function atMost(topN: number | undefined, count: number): number | undefined {
  return topN === undefined ? undefined : Math.min(topN, count);
}

function checkRequest(query: string, topN: number | undefined): void {
  if (query === '') {
    throw new InvalidArgumentError({ argument: 'query', message: 'query: must not be empty.' });
  }
  if (topN !== undefined && !(Number.isInteger(topN) && topN >= 1)) {
    throw new InvalidArgumentError({
      argument: 'topN',
      message: `topN: expected a whole number from 1 on, got ${topN}.`,
    });
  }
}

function warningsOf({ nextToken }: BedrockRerankingModelOptions): SharedV4Warning[] {
  if (nextToken === undefined) return [];
  const details = 'Pages of a ranking are put together, so there is none to continue.';
  return [{ type: 'unsupported', feature: 'providerOptions.bedrock.nextToken', details }];
}

/** @throws BedrockError `InvalidReply` */
function rankingOf({ reply, body }: InvocationReply, count: number): Ranking {
  const ranking = readRanking(body, count);
  if (ranking !== undefined) return ranking;
  throw streamError(
    'InvalidReply',
    `The reply is no ranking of ${count} documents: ${excerpt(JSON.stringify(body), reply.call)}.`,
    reply.call,
  );
}
