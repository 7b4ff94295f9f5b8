import {
  InvalidArgumentError,
  type JSONObject,
  type RerankingModelV4CallOptions,
  type RerankingModelV4Result,
  type SharedV4Warning,
} from '@ai-sdk/provider';
import { findRegion } from '../auth/region.ts';
import { mergeRankings, type Ranking, readRanking } from '../codec/invoke/ranking.ts';
import {
  checkRerankTexts,
  MAX_RERANK_SOURCES,
  type RerankRequest,
  toRerankRequest,
} from '../codec/invoke/rerank-operation.ts';
import type { RerankingBody, RerankingTraits } from '../codec/invoke/reranking.ts';
import {
  type BedrockRerankingModelOptions,
  readRerankingOptions,
} from '../codec/invoke/reranking-options.ts';
import { partitionOf } from '../settings/endpoints.ts';
import type { ModelRef } from '../settings/model-ref.ts';
import type { MovedCall } from '../traffic/traffic.ts';
import { excerpt, streamError } from '../transport/api-error.ts';
import { concurrently } from './concurrently.ts';
import { Dispatcher } from './dispatch.ts';
import { type Invocation, type InvocationReply, invokeModel, textlessDemand } from './invoke.ts';
import type { ModelContext } from './model-context.ts';
import { readJson } from './reply-json.ts';
import type { ResolvedModel } from './resolved-model.ts';
import { responseMetadata } from './response-metadata.ts';

type Documents = RerankingModelV4CallOptions['documents'];

/** Documents that go into one call, and the place of the first among all. */
interface Batch {
  readonly offset: number;
  readonly documents: Documents;
}

interface BatchReply extends InvocationReply {
  readonly offset: number;
  readonly ranking: Ranking;
  readonly servedBy?: MovedCall | undefined;
}

/** Orders documents by one model. */
export class Reranker {
  readonly #model: ResolvedModel;
  readonly #context: ModelContext;
  readonly #traits: RerankingTraits;
  readonly #dispatcher: Dispatcher;

  constructor(model: ResolvedModel, context: ModelContext, traits: RerankingTraits) {
    this.#model = model;
    this.#context = context;
    this.#traits = traits;
    this.#dispatcher = new Dispatcher(model, context);
  }

  async rerank(options: RerankingModelV4CallOptions): Promise<RerankingModelV4Result> {
    const { documents, query, topN, providerOptions, abortSignal } = options;
    const own = readRerankingOptions(providerOptions);
    checkRequest(query, topN);
    const warnings = warningsOf(own);
    if (documents.values.length === 0) return { ranking: [], warnings };

    const rerank = this.#operation(options, own);
    const replies = await concurrently(rerank.batches, abortSignal, rerank.run);
    const [first] = replies;
    const servedBy = replies.find(reply => reply.servedBy !== undefined)?.servedBy;
    return {
      ranking: mergeRankings(replies, topN),
      ...(servedBy && { providerMetadata: { bedrock: { servedBy } } }),
      warnings,
      response: {
        modelId: this.#model.modelId,
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
          `providerOptions.bedrock.service: what ${this.#model.modelId} takes from InvokeModel is not known. Use ` +
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
    { query, topN, headers, abortSignal, providerOptions }: CallOptions,
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
    return this.#dispatcher.run({ abortSignal, providerOptions }, model => ({
      demand: textlessDemand(body),
      send: async (charge, servedBy) => {
        const reply = await invokeModel(model, this.#context, { body, headers, abortSignal });
        charge.settle({});
        return { ...reply, offset, ranking: rankingOf(reply, texts.length), servedBy };
      },
    }));
  }

  /** Follows the pages of the ranking, if there are several. */
  async #rerank(
    { offset, documents }: Batch,
    call: CallOptions,
    { additionalModelRequestFields: fields }: BedrockRerankingModelOptions,
  ): Promise<BatchReply> {
    const { query, topN } = call;
    const count = documents.values.length;
    const wanted = atMost(topN, count) ?? count;
    const ranking: Ranking = [];
    for (let nextToken: string | undefined; ; ) {
      const page = await this.#sendRerank(
        { query, documents, topN: topN && wanted, fields, nextToken },
        call,
        count,
      );
      ranking.push(...page.ranking);
      const next = page.body['nextToken'];
      if (typeof next !== 'string' || page.ranking.length === 0 || ranking.length >= wanted) {
        return { ...page, offset, ranking };
      }
      nextToken = next;
    }
  }

  #sendRerank(
    request: Omit<RerankRequest, 'modelArn'>,
    { headers, abortSignal, providerOptions }: CallOptions,
    count: number,
  ): Promise<Omit<BatchReply, 'offset'>> {
    return this.#dispatcher.run({ abortSignal, providerOptions }, ({ ref, region: ofModel }) => ({
      demand: textlessDemand(request),
      send: async (charge, servedBy) => {
        const region = await findRegion(this.#context.settings, ofModel);
        const body = toRerankRequest({ ...request, modelArn: modelArn(ref, region) });
        const reply = await this.#context.send({
          service: 'bedrock-agent-runtime',
          region,
          method: 'POST',
          path: '/rerank',
          headers,
          body: JSON.stringify(body),
          bodyValues: body,
          modelId: ref.id,
          abortSignal,
        });
        const page = { reply, body: await readJson<JSONObject>(reply) };
        charge.settle({});
        return { ...page, ranking: rankingOf(page, count), servedBy };
      },
    }));
  }
}

function modelArn(ref: ModelRef, region: string): string {
  if (ref.arn !== undefined) return ref.id;
  if (ref.address === 'inference-profile') {
    throw new InvalidArgumentError({
      argument: 'modelId',
      message: `modelId: bedrock-agent-runtime takes an inference profile by its ARN only, not as ${ref.id}.`,
    });
  }
  return `arn:${partitionOf(region).name}:bedrock:${region}::foundation-model/${ref.id}`;
}

interface CallOptions {
  readonly query: string;
  readonly topN?: number | undefined;
  readonly headers?: Invocation['headers'];
  readonly providerOptions?: RerankingModelV4CallOptions['providerOptions'];
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
