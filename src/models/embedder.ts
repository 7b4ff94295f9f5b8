import type { EmbeddingModelV4CallOptions, EmbeddingModelV4Result, JSONObject } from '@ai-sdk/provider';
import type { EmbeddedValue, EmbeddingTraits } from '../codec/invoke/embedding.ts';
import {
  type EmbeddingPlan,
  type EmbeddingRequest,
  planEmbeddings,
  valueName,
} from '../codec/invoke/embedding-plan.ts';
import { BedrockError } from '../errors.ts';
import type { MovedCall, TrafficDefaults } from '../traffic/traffic.ts';
import { errorFromStreamException, excerpt, streamError } from '../transport/api-error.ts';
import { concurrently } from './concurrently.ts';
import { Dispatcher } from './dispatch.ts';
import { placeOfPart } from './embedding-parts.ts';
import { type InvocationReply, invokeModel, textlessDemand } from './invoke.ts';
import type { ModelContext } from './model-context.ts';
import { readAs } from './reply-json.ts';
import type { ResolvedModel } from './resolved-model.ts';

/**
 * Most models take one value in a request, and `embedMany` begins all its calls at once: how many there are is the
 * caller's will, and one that fails takes all the others with it. So they wait for as long as it takes. At a tenth of
 * a second each, 64 at a time come to 38,000 requests a minute, over at most twice as many sockets: Node's `fetch`
 * uses a socket again only a turn of the event loop after its reply.
 */
const BULK: TrafficDefaults = {
  maxConcurrency: 64,
  maxQueue: Number.POSITIVE_INFINITY,
  queueTimeoutMs: 0,
};

/** Makes the embeddings of one model. */
export class Embedder {
  readonly #traits: EmbeddingTraits;
  readonly #context: ModelContext;
  readonly #dispatcher: Dispatcher;

  constructor(model: ResolvedModel, context: ModelContext, traits: EmbeddingTraits) {
    this.#traits = traits;
    this.#context = context;
    this.#dispatcher = new Dispatcher(model, context, { defaults: BULK });
  }

  /** More values than `maxEmbeddingsPerCall` are sent in several requests. */
  async embed(options: EmbeddingModelV4CallOptions): Promise<EmbeddingModelV4Result> {
    const { values, dimensions, providerOptions, abortSignal } = options;
    const part = placeOfPart(providerOptions, values.length);
    const plan = planEmbeddings({ values, dimensions, providerOptions, ...part }, this.#traits);
    const name = (position: number) => valueName(part.startIndex + position);
    const replies = await concurrently(plan.requests, abortSignal, async (request, signal) => {
      try {
        return await this.#send(request, options, signal, { plan, name });
      } catch (error) {
        throw part.count > 1 ? namingValues(error, request, name) : error;
      }
    });
    const metadata = replies.flatMap(reply => reply.metadata);
    const servedBy = replies.find(reply => reply.servedBy !== undefined)?.servedBy;
    if (servedBy !== undefined) metadata.push(['servedBy', servedBy]);
    const [first] = replies;
    return {
      embeddings: replies.flatMap(reply => reply.embeddings),
      usage: { tokens: replies.reduce((sum, { tokens }) => sum + tokens, 0) },
      ...(metadata.length > 0 && { providerMetadata: { bedrock: Object.fromEntries(metadata) } }),
      ...(first && {
        response: {
          headers: first.headers,
          body: replies.length === 1 ? first.body : replies.map(({ body }) => body),
        },
      }),
      // Once, and not for each of the calls that `embedMany` makes.
      warnings: part.startIndex === 0 ? plan.warnings : [],
    };
  }

  #send(
    request: EmbeddingRequest,
    { headers, providerOptions }: EmbeddingModelV4CallOptions,
    abortSignal: AbortSignal | undefined,
    naming: Naming,
  ): Promise<RequestResult> {
    const { body } = request;
    return this.#dispatcher.run({ abortSignal, providerOptions }, model => ({
      demand: textlessDemand(body),
      send: async (charge, moved) => {
        const reply = await invokeModel(model, this.#context, { body, headers, abortSignal });
        const result = this.#read(reply, request, naming);
        charge.settle({ input: result.tokens || undefined });
        return { ...result, servedBy: moved };
      },
    }));
  }

  #read({ reply, body }: InvocationReply, { positions }: EmbeddingRequest, naming: Naming): RequestResult {
    const read = readAs(() => this.#traits.fromReply(body), reply);
    if ('failure' in read) {
      const payload = { message: read.failure };
      throw errorFromStreamException({ name: 'ModelErrorException', payload, facts: reply.call });
    }
    const invalidReply = (problem: string) =>
      streamError('InvalidReply', `${problem}: ${excerpt(JSON.stringify(body), reply.call)}.`, reply.call);
    if (read.values.length !== positions.length) {
      throw invalidReply(`The reply has ${read.values.length} embeddings for ${positions.length} values`);
    }
    const results = read.values.map((value, index) => {
      const name = naming.name(positions[index] ?? index);
      const result = readValue(value, naming.plan);
      if (result === undefined) throw invalidReply(`The reply has no such embedding for ${name}`);
      return { ...result, name };
    });
    return {
      embeddings: results.map(({ embedding }) => embedding),
      tokens: read.tokens ?? countOf(reply.headers),
      metadata: results.flatMap(({ name, metadata }) => (metadata === undefined ? [] : [[name, metadata]])),
      headers: reply.headers,
      body,
    };
  }
}

interface Naming {
  readonly plan: EmbeddingPlan;
  readonly name: (position: number) => string;
}

interface RequestResult {
  readonly embeddings: number[][];
  readonly tokens: number;
  readonly metadata: [name: string, metadata: JSONObject][];
  readonly headers: Record<string, string>;
  readonly body: JSONObject;
  readonly servedBy?: MovedCall | undefined;
}

/** @returns undefined when the reply does not hold what was asked for */
function readValue(
  { byType, details }: EmbeddedValue,
  { types }: EmbeddingPlan,
): { embedding: number[]; metadata: JSONObject | undefined } | undefined {
  const [first = 'float'] = types === undefined || types.includes('float') ? [] : types;
  const embedding = byType[first];
  if (embedding === undefined) return undefined;
  if (types === undefined) return { embedding, metadata: details };
  const embeddingsByType = Object.fromEntries(
    types.flatMap(type => (byType[type] === undefined ? [] : [[type, byType[type]]])),
  );
  return { embedding, metadata: { embeddingsByType, ...details } };
}

/** A count that is not there is 0: `ai` adds the counts of all calls, and one without spoils the sum. */
function countOf(headers: Record<string, string>): number {
  const count = Number(headers['x-amzn-bedrock-input-token-count'] ?? 0);
  return Number.isFinite(count) ? count : 0;
}

/** Errors that are about what was sent, as far as the model looked at it. */
const ABOUT_VALUES: ReadonlySet<string> = new Set(['ModelErrorException', 'ValidationException']);

/** An error about the values of a request says which of the many they are. */
function namingValues(
  error: unknown,
  { positions }: EmbeddingRequest,
  name: (position: number) => string,
): unknown {
  if (!BedrockError.isInstance(error) || !ABOUT_VALUES.has(error.code)) return error;
  const [first = 0] = positions;
  const last = positions.at(-1) ?? first;
  const place = first === last ? name(first) : `${name(first)} to ${name(last)}`;
  return new BedrockError({ ...error, message: `${place}: ${error.message}`, cause: error });
}
