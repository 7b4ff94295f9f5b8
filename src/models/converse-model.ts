import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
  LanguageModelV4StreamResult,
} from '@ai-sdk/provider';
import { ReplyReader } from '../codec/converse/from-events.ts';
import { ContentCollector, replayResponse } from '../codec/converse/from-response.ts';
import {
  type ConversePlan,
  type ConverseRequestInput,
  toConverseRequest,
} from '../codec/converse/to-request.ts';
import type { ConverseResponse } from '../codec/converse/wire.ts';
import type { ChatTraits } from '../codec/family.ts';
import { encodePathLabel } from '../settings/model-ref.ts';
import type { Send, TransportReply } from '../transport/transport.ts';
import { openPartStream } from './event-reader.ts';
import { readJson } from './reply-json.ts';
import type { ResolvedModel } from './resolved-model.ts';

export interface ConverseModelContext {
  readonly send: Send;
  readonly generateId: () => string;
  /** From the settings, for calls that do not say otherwise. */
  readonly defaults: ConverseRequestInput['defaults'];
}

/**
 * A chat model behind Converse and ConverseStream.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export class ConverseModel implements LanguageModelV4 {
  readonly specificationVersion = 'v4';
  readonly provider = 'bedrock.converse';
  readonly modelId: string;
  /** Bedrock reads files from S3 itself; everything else the AI SDK downloads. */
  readonly supportedUrls: Record<string, RegExp[]> = { '*': [/^s3:\/\//i] };

  readonly #model: ResolvedModel;
  readonly #traits: ChatTraits;
  readonly #context: ConverseModelContext;

  constructor(model: ResolvedModel, context: ConverseModelContext) {
    this.modelId = model.modelId;
    this.#model = model;
    this.#traits = model.family.chat(model.ref.baseModel);
    this.#context = context;
  }

  async doGenerate(options: LanguageModelV4CallOptions): Promise<LanguageModelV4GenerateResult> {
    const plan = this.#plan(options, false);
    const reply = await this.#send('converse', plan, options);
    const body = await readJson<ConverseResponse>(reply, plan.body);
    const { content, finish, modelId } = this.#collect(body, plan);
    return {
      content,
      finishReason: finish.finishReason,
      usage: finish.usage,
      ...(finish.providerMetadata && { providerMetadata: finish.providerMetadata }),
      request: { url: reply.url, body: plan.body },
      response: {
        ...this.#responseMetadata(reply),
        ...(modelId !== undefined && { modelId }),
        headers: reply.headers,
        body,
      },
      warnings: plan.warnings,
    };
  }

  async doStream(options: LanguageModelV4CallOptions): Promise<LanguageModelV4StreamResult> {
    const plan = this.#plan(options, true);
    const streams = this.#traits.tools.streaming || plan.body.toolConfig === undefined;
    const reply = await this.#send(streams ? 'converse-stream' : 'converse', plan, options);
    const head: LanguageModelV4StreamPart[] = [
      { type: 'stream-start', warnings: plan.warnings },
      { type: 'response-metadata', ...this.#responseMetadata(reply) },
    ];
    return {
      stream: streams
        ? await this.#openStream(reply, plan, head, options)
        : await this.#replayAsStream(reply, plan, head, options),
      request: { url: reply.url, body: plan.body },
      response: { headers: reply.headers },
    };
  }

  #plan(options: LanguageModelV4CallOptions, stream: boolean): ConversePlan {
    return toConverseRequest({
      options,
      traits: this.#traits,
      familyName: this.#model.family.name,
      address: this.#model.ref.address,
      stream,
      defaults: this.#context.defaults,
    });
  }

  #send(
    operation: 'converse' | 'converse-stream',
    plan: ConversePlan,
    options: LanguageModelV4CallOptions,
  ): Promise<TransportReply> {
    return this.#context.send({
      service: 'bedrock-runtime',
      region: this.#model.region,
      method: 'POST',
      path: `/model/${encodePathLabel(this.#model.ref.id)}/${operation}`,
      headers: options.headers,
      body: JSON.stringify(plan.body),
      bodyValues: plan.body,
      abortSignal: options.abortSignal,
    });
  }

  #openStream(
    reply: TransportReply,
    plan: ConversePlan,
    head: LanguageModelV4StreamPart[],
    options: LanguageModelV4CallOptions,
  ): Promise<ReadableStream<LanguageModelV4StreamPart>> {
    return openPartStream({
      body: reply.response.body ?? new ReadableStream({ start: controller => controller.close() }),
      reader: emit => new ReplyReader(plan.facts, this.#context.generateId, emit),
      head,
      includeRawChunks: options.includeRawChunks === true,
      call: { url: reply.url, requestBodyValues: plan.body, responseHeaders: reply.headers },
    });
  }

  /** For models that take tools in Converse only: the whole reply, in the parts of a stream. */
  async #replayAsStream(
    reply: TransportReply,
    plan: ConversePlan,
    head: LanguageModelV4StreamPart[],
    options: LanguageModelV4CallOptions,
  ): Promise<ReadableStream<LanguageModelV4StreamPart>> {
    const body = await readJson<ConverseResponse>(reply, plan.body);
    return new ReadableStream({
      start: controller => {
        for (const part of head) controller.enqueue(part);
        if (options.includeRawChunks) controller.enqueue({ type: 'raw', rawValue: body });
        const emit = (part: LanguageModelV4StreamPart) => controller.enqueue(part);
        replayResponse(body, new ReplyReader(plan.facts, this.#context.generateId, emit));
        controller.close();
      },
    });
  }

  #collect(body: ConverseResponse, plan: ConversePlan) {
    const collector = new ContentCollector();
    const reader = new ReplyReader(plan.facts, this.#context.generateId, part => collector.add(part));
    return { content: collector.content, finish: replayResponse(body, reader), modelId: collector.modelId };
  }

  #responseMetadata({ headers }: TransportReply): { id?: string; timestamp?: Date; modelId: string } {
    const id = headers['x-amzn-requestid'];
    const timestamp = headers['date'] === undefined ? undefined : new Date(headers['date']);
    return {
      modelId: this.modelId,
      ...(id !== undefined && { id }),
      ...(timestamp !== undefined && !Number.isNaN(timestamp.getTime()) && { timestamp }),
    };
  }
}
