/** What the chat models have in common: how a request is sent, and how its reply becomes the AI SDK's result. */
import type {
  LanguageModelV4CallOptions,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
  LanguageModelV4StreamResult,
  SharedV4Warning,
} from '@ai-sdk/provider';
import { type FinishPart, ReplyReader } from '../codec/converse/from-events.ts';
import { ContentCollector } from '../codec/converse/from-response.ts';
import type { RequestFacts } from '../codec/converse/request-facts.ts';
import type { Charge } from '../traffic/charge.ts';
import type { Attempt, MovedCall } from '../traffic/traffic.ts';
import type { TransportReply } from '../transport/transport.ts';
import { countedTokens } from './counted-tokens.ts';
import { Dispatcher } from './dispatch.ts';
import { encodeBody } from './encode-body.ts';
import { type EventReader, type EventStreamOptions, openPartStream } from './event-reader.ts';
import type { ModelContext } from './model-context.ts';
import { readAs, readJson } from './reply-json.ts';
import { modelPath, type ResolvedModel } from './resolved-model.ts';
import { responseMetadata } from './response-metadata.ts';

type Headers = TransportReply['headers'];

/** A request for one model, in the language of one operation, ready to be sent. */
export interface ChatRequest
  extends Pick<Attempt<unknown>, 'demand' | 'cacheKey'>,
    Pick<EventStreamOptions, 'rawValue'> {
  /** Of the model that it is sent to: this one, or the one that takes its place. */
  readonly model: ResolvedModel;
  readonly operation: 'converse' | 'converse-stream' | 'invoke' | 'invoke-with-response-stream';
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly plan: {
    readonly body: object;
    /** Whether the body may hold large files in base64. */
    readonly hasFiles: boolean;
    readonly warnings: SharedV4Warning[];
    readonly facts: RequestFacts;
  };
  /** Reads a whole reply through the one reader of content. */
  readonly replay: (body: object, reader: ReplyReader, headers: Headers) => FinishPart;
  /** Makes the reader of a stream's events; default: that of Converse. */
  readonly wrap?: ((reader: ReplyReader, headers: Headers) => EventReader) | undefined;
}

export type Prepare = (model: ResolvedModel) => ChatRequest | Promise<ChatRequest>;

interface AnsweredCall extends ChatRequest {
  readonly reply: TransportReply;
  readonly charge: Charge;
  readonly moved: MovedCall | undefined;
}

/** @throws what `prepare`, traffic control and transport throw; BedrockError for a reply that cannot be read */
export class ChatSender {
  readonly #context: ModelContext;
  readonly #dispatcher: Dispatcher;

  constructor(model: ResolvedModel, context: ModelContext) {
    this.#context = context;
    this.#dispatcher = new Dispatcher(model, context, { canBeReplaced: true });
  }

  generate(options: LanguageModelV4CallOptions, prepare: Prepare): Promise<LanguageModelV4GenerateResult> {
    return this.#run(options, prepare, call => this.#readWhole(call));
  }

  stream(options: LanguageModelV4CallOptions, prepare: Prepare): Promise<LanguageModelV4StreamResult> {
    return this.#run(options, prepare, async call => ({
      stream: isStream(call)
        ? await this.#openStream(call, options)
        : await this.#replayAsStream(call, options),
      request: { url: call.reply.url, body: call.plan.body },
      response: { headers: call.reply.headers },
    }));
  }

  #run<Result>(
    options: LanguageModelV4CallOptions,
    prepare: Prepare,
    read: (call: AnsweredCall) => Promise<Result>,
  ): Promise<Result> {
    const toAttempt = (request: ChatRequest): Attempt<Result> => ({
      demand: request.demand,
      cacheKey: request.cacheKey,
      send: async (charge, moved) => {
        const reply = await this.#send(request, options);
        charge.answered();
        return await read({ ...request, reply, charge, moved });
      },
    });
    return this.#dispatcher.run(options, model => {
      const request = prepare(model);
      return request instanceof Promise ? request.then(toAttempt) : toAttempt(request);
    });
  }

  #send(request: ChatRequest, options: LanguageModelV4CallOptions): Promise<TransportReply> {
    const { model, operation, plan, headers } = request;
    return this.#context.send({
      service: 'bedrock-runtime',
      region: model.region,
      method: 'POST',
      path: `${modelPath(model)}/${operation}`,
      headers: { ...headers, ...options.headers },
      body: this.#encode(plan),
      bodyValues: plan.body,
      modelId: model.ref.id,
      streams: isStream(request),
      abortSignal: options.abortSignal,
    });
  }

  /** A `fetch` of the caller's may want to read the body, so it gets a string. */
  #encode({ body, hasFiles }: ChatRequest['plan']): string | Uint8Array<ArrayBuffer> {
    return this.#context.settings.fetch === undefined ? encodeBody(body, hasFiles) : JSON.stringify(body);
  }

  async #readWhole(call: AnsweredCall): Promise<LanguageModelV4GenerateResult> {
    const { reply, plan, model } = call;
    const body = await readJson<object>(reply);
    const collector = new ContentCollector();
    const finish = this.#replay(body, call, part => collector.add(part));
    return {
      content: collector.content,
      finishReason: finish.finishReason,
      usage: finish.usage,
      ...(finish.providerMetadata && { providerMetadata: finish.providerMetadata }),
      request: { url: reply.url, body: plan.body },
      response: {
        modelId: collector.modelId ?? model.modelId,
        ...responseMetadata(reply),
        headers: reply.headers,
        body,
      },
      warnings: plan.warnings,
    };
  }

  #openStream(
    call: AnsweredCall,
    { includeRawChunks }: LanguageModelV4CallOptions,
  ): Promise<ReadableStream<LanguageModelV4StreamPart>> {
    const { reply, charge, rawValue, wrap = (reader: ReplyReader) => reader } = call;
    return openPartStream({
      reply,
      reader: emit => wrap(this.#reader(call, emit), reply.headers),
      head: headOf(call),
      includeRawChunks: includeRawChunks === true,
      rawValue,
      charge,
    });
  }

  /** For what the service does not stream: the whole reply, in the parts of a stream. */
  async #replayAsStream(
    call: AnsweredCall,
    { includeRawChunks }: LanguageModelV4CallOptions,
  ): Promise<ReadableStream<LanguageModelV4StreamPart>> {
    const body = await readJson<object>(call.reply);
    const parts = headOf(call);
    if (includeRawChunks) parts.push({ type: 'raw', rawValue: body });
    this.#replay(body, call, part => parts.push(part));
    return new ReadableStream({
      start: controller => {
        for (const part of parts) controller.enqueue(part);
        controller.close();
      },
    });
  }

  #replay(body: object, call: AnsweredCall, emit: (part: LanguageModelV4StreamPart) => void): FinishPart {
    const { reply, charge, replay } = call;
    const finish = readAs(() => replay(body, this.#reader(call, emit), reply.headers), reply);
    charge.settle(countedTokens(finish.usage));
    return finish;
  }

  #reader({ plan, moved }: AnsweredCall, emit: (part: LanguageModelV4StreamPart) => void): ReplyReader {
    const facts = moved === undefined ? plan.facts : { ...plan.facts, servedBy: moved };
    return new ReplyReader(facts, this.#context.generateId, emit);
  }
}

function isStream({ operation }: ChatRequest): boolean {
  return operation.endsWith('-stream');
}

function headOf({ plan, model, reply }: AnsweredCall): LanguageModelV4StreamPart[] {
  return [
    { type: 'stream-start', warnings: plan.warnings },
    { type: 'response-metadata', modelId: model.modelId, ...responseMetadata(reply) },
  ];
}
