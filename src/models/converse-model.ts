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
import { cacheKeyOf } from '../codec/converse/prompt-cache.ts';
import { type CallDefaults, readDefaults } from '../codec/converse/read-options.ts';
import { type ConversePlan, toConverseRequest } from '../codec/converse/to-request.ts';
import type { ConverseResponse } from '../codec/converse/wire.ts';
import type { ChatTraits } from '../codec/family.ts';
import { encodePathLabel } from '../settings/model-ref.ts';
import type { Charge } from '../traffic/charge.ts';
import { estimateInput } from '../traffic/estimate.ts';
import type { Attempt, MovedCall } from '../traffic/traffic.ts';
import type { TransportReply } from '../transport/transport.ts';
import { countedTokens } from './counted-tokens.ts';
import { Dispatcher } from './dispatch.ts';
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
  readonly #context: ModelContext;
  readonly #dispatcher: Dispatcher;
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
    // Says no at once where the family does not chat.
    model.family.chat(model.ref.baseModel);
    this.modelId = model.modelId;
    this.#model = model;
    this.#context = context;
    this.#dispatcher = new Dispatcher(model, context, { canBeReplaced: true });
  }

  async doGenerate(options: LanguageModelV4CallOptions): Promise<LanguageModelV4GenerateResult> {
    return this.#dispatcher.run(options, model => {
      const call = this.#prepare(model, options, false);
      return {
        ...trafficOf(call),
        send: async (charge, moved) => {
          const reply = await this.#send('converse', call);
          charge.answered();
          return this.#readWhole(await readJson<ConverseResponse>(reply), { ...call, reply, charge, moved });
        },
      };
    });
  }

  async doStream(options: LanguageModelV4CallOptions): Promise<LanguageModelV4StreamResult> {
    return this.#dispatcher.run(options, model => {
      const call = this.#prepare(model, options, true);
      const { traits, plan } = call;
      const streams = traits.tools.streaming || plan.body.toolConfig === undefined;
      return {
        ...trafficOf(call),
        send: async (charge, moved) => {
          const reply = await this.#send(streams ? 'converse-stream' : 'converse', call);
          charge.answered();
          const answered = { ...call, reply, charge, moved };
          return {
            stream: streams ? await this.#openStream(answered) : await this.#replayAsStream(answered),
            request: { url: reply.url, body: plan.body },
            response: { headers: reply.headers },
          };
        },
      };
    });
  }

  /** @param model this one, or the one that takes its place */
  #prepare(model: ResolvedModel, options: LanguageModelV4CallOptions, stream: boolean): ChatCall {
    const traits = model.family.chat(model.ref.baseModel);
    const plan = toConverseRequest({
      options,
      traits,
      familyName: model.family.name,
      address: model.ref.address,
      stream,
      defaults: this.#defaults(),
    });
    return { model, traits, plan, options };
  }

  /** Checked at the first call and not before. */
  #defaults(): CallDefaults {
    this.#checkedDefaults ??= readDefaults(this.#context.settings);
    return this.#checkedDefaults;
  }

  #send(
    operation: 'converse' | 'converse-stream',
    { model, plan, options }: ChatCall,
  ): Promise<TransportReply> {
    return this.#context.send({
      service: 'bedrock-runtime',
      region: model.region,
      method: 'POST',
      path: `/model/${encodePathLabel(model.ref.id)}/${operation}`,
      headers: options.headers,
      body: JSON.stringify(plan.body),
      bodyValues: plan.body,
      modelId: model.ref.id,
      streams: operation === 'converse-stream',
      abortSignal: options.abortSignal,
    });
  }

  #readWhole(body: ConverseResponse, call: AnsweredCall): LanguageModelV4GenerateResult {
    const { reply, plan, model, charge } = call;
    const collector = new ContentCollector();
    const reader = this.#reader(call, part => collector.add(part));
    const finish = readAs(() => replayResponse(body, reader), reply);
    charge.settle(countedTokens(finish.usage));
    return {
      content: collector.content,
      finishReason: finish.finishReason,
      usage: finish.usage,
      ...(finish.providerMetadata && { providerMetadata: finish.providerMetadata }),
      request: { url: reply.url, body: plan.body },
      response: {
        modelId: model.modelId,
        ...responseMetadata(reply),
        ...(collector.modelId !== undefined && { modelId: collector.modelId }),
        headers: reply.headers,
        body,
      },
      warnings: plan.warnings,
    };
  }

  #openStream(call: AnsweredCall): Promise<ReadableStream<LanguageModelV4StreamPart>> {
    return openPartStream({
      reply: call.reply,
      reader: emit => this.#reader(call, emit),
      head: headOf(call),
      includeRawChunks: call.options.includeRawChunks === true,
      charge: call.charge,
    });
  }

  /** For models that take tools in Converse only: the whole reply, in the parts of a stream. */
  async #replayAsStream(call: AnsweredCall): Promise<ReadableStream<LanguageModelV4StreamPart>> {
    const { reply, options, charge } = call;
    const body = await readJson<ConverseResponse>(reply);
    const parts = headOf(call);
    if (options.includeRawChunks) parts.push({ type: 'raw', rawValue: body });
    const reader = this.#reader(call, part => parts.push(part));
    const finish = readAs(() => replayResponse(body, reader), reply);
    charge.settle(countedTokens(finish.usage));
    return new ReadableStream({
      start: controller => {
        for (const part of parts) controller.enqueue(part);
        controller.close();
      },
    });
  }

  #reader({ plan, moved }: AnsweredCall, emit: (part: LanguageModelV4StreamPart) => void): ReplyReader {
    const facts = moved === undefined ? plan.facts : { ...plan.facts, servedBy: moved };
    return new ReplyReader(facts, this.#context.generateId, emit);
  }
}

/** A call that is ready to be sent. */
interface ChatCall {
  readonly model: ResolvedModel;
  readonly traits: ChatTraits;
  readonly plan: ConversePlan;
  readonly options: LanguageModelV4CallOptions;
}

interface AnsweredCall extends ChatCall {
  readonly reply: TransportReply;
  readonly charge: Charge;
  readonly moved: MovedCall | undefined;
}

function trafficOf({ plan: { body }, traits }: ChatCall): Pick<Attempt<unknown>, 'demand' | 'cacheKey'> {
  return {
    demand: {
      inputTokens: estimateInput(body),
      maxOutputTokens: body.inferenceConfig?.maxTokens,
      modelMaxOutputTokens: traits.maxOutputTokens,
      outputBurndown: traits.outputBurndown,
    },
    cacheKey: () => cacheKeyOf(body),
  };
}

function headOf({ plan, model, reply }: AnsweredCall): LanguageModelV4StreamPart[] {
  return [
    { type: 'stream-start', warnings: plan.warnings },
    { type: 'response-metadata', modelId: model.modelId, ...responseMetadata(reply) },
  ];
}
