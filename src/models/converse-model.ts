import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
  LanguageModelV4StreamResult,
} from '@ai-sdk/provider';
import { WORKFLOW_DESERIALIZE, WORKFLOW_SERIALIZE } from '@ai-sdk/provider-utils';
import { ReplyReader } from '../codec/converse/from-events.ts';
import { ContentCollector, replayResponse } from '../codec/converse/from-response.ts';
import { type CallDefaults, readDefaults } from '../codec/converse/read-options.ts';
import { type ConversePlan, toConverseRequest } from '../codec/converse/to-request.ts';
import type { ConverseResponse } from '../codec/converse/wire.ts';
import type { ChatTraits } from '../codec/family.ts';
import { encodePathLabel } from '../settings/model-ref.ts';
import type { TransportReply } from '../transport/transport.ts';
import { openPartStream } from './event-reader.ts';
import type { ModelContext } from './model-context.ts';
import { readAs, readJson } from './reply-json.ts';
import type { ResolvedModel } from './resolved-model.ts';
import { responseMetadata } from './response-metadata.ts';
import { deserializeModel, type SerializedModel, serializeModel } from './serialized-model.ts';

/**
 * A chat model behind Converse and ConverseStream.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export function createConverseModel(model: ResolvedModel, context: ModelContext): LanguageModelV4 {
  return new ConverseModel(model, context);
}

/** Not exported, because declarations of classes cannot name the two symbols of the Workflow SDK. */
class ConverseModel implements LanguageModelV4 {
  readonly specificationVersion = 'v4';
  readonly provider = 'bedrock.converse';
  readonly modelId: string;
  /** Bedrock reads files from S3 itself; everything else the AI SDK downloads. */
  readonly supportedUrls: Record<string, RegExp[]> = { '*': [/^s3:\/\//i] };

  readonly #model: ResolvedModel;
  readonly #traits: ChatTraits;
  readonly #context: ModelContext;
  #checkedDefaults: CallDefaults | undefined;

  /** Called by the Workflow SDK. */
  static [WORKFLOW_SERIALIZE](model: ConverseModel): SerializedModel {
    return serializeModel(model.#model, model.#context);
  }

  /** Called by the Workflow SDK. */
  static [WORKFLOW_DESERIALIZE](serialized: SerializedModel): ConverseModel {
    return new ConverseModel(...deserializeModel(serialized));
  }

  constructor(model: ResolvedModel, context: ModelContext) {
    this.modelId = model.modelId;
    this.#model = model;
    this.#traits = model.family.chat(model.ref.baseModel);
    this.#context = context;
  }

  async doGenerate(options: LanguageModelV4CallOptions): Promise<LanguageModelV4GenerateResult> {
    const plan = this.#plan(options, false);
    const reply = await this.#send('converse', plan, options);
    const body = await readJson<ConverseResponse>(reply);
    const { content, finish, modelId } = readAs(() => this.#collect(body, plan), reply);
    return {
      content,
      finishReason: finish.finishReason,
      usage: finish.usage,
      ...(finish.providerMetadata && { providerMetadata: finish.providerMetadata }),
      request: { url: reply.url, body: plan.body },
      response: {
        modelId: this.modelId,
        ...responseMetadata(reply),
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
      { type: 'response-metadata', modelId: this.modelId, ...responseMetadata(reply) },
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
      defaults: this.#defaults(),
    });
  }

  /** Checked at the first call and not before. */
  #defaults(): CallDefaults {
    this.#checkedDefaults ??= readDefaults(this.#context.settings);
    return this.#checkedDefaults;
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
      modelId: this.#model.ref.id,
      streams: operation === 'converse-stream',
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
      reply,
      reader: emit => new ReplyReader(plan.facts, this.#context.generateId, emit),
      head,
      includeRawChunks: options.includeRawChunks === true,
    });
  }

  /** For models that take tools in Converse only: the whole reply, in the parts of a stream. */
  async #replayAsStream(
    reply: TransportReply,
    plan: ConversePlan,
    head: LanguageModelV4StreamPart[],
    options: LanguageModelV4CallOptions,
  ): Promise<ReadableStream<LanguageModelV4StreamPart>> {
    const body = await readJson<ConverseResponse>(reply);
    const parts = [...head];
    if (options.includeRawChunks) parts.push({ type: 'raw', rawValue: body });
    const reader = new ReplyReader(plan.facts, this.#context.generateId, part => parts.push(part));
    readAs(() => replayResponse(body, reader), reply);
    return new ReadableStream({
      start: controller => {
        for (const part of parts) controller.enqueue(part);
        controller.close();
      },
    });
  }

  #collect(body: ConverseResponse, plan: ConversePlan) {
    const collector = new ContentCollector();
    const reader = new ReplyReader(plan.facts, this.#context.generateId, part => collector.add(part));
    return { content: collector.content, finish: replayResponse(body, reader), modelId: collector.modelId };
  }
}
