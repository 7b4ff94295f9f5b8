import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamResult,
} from '@ai-sdk/provider';
import { WORKFLOW_DESERIALIZE, WORKFLOW_SERIALIZE } from '@ai-sdk/provider-utils';
import { type CallDefaults, readDefaults } from '../codec/converse/read-options.ts';
import { converseRequest, invokeRequest, isServedByInvokeModelOnly } from './chat-requests.ts';
import { ChatSender, type Prepare } from './chat-sender.ts';
import { meterChat } from './metered.ts';
import type { ModelContext } from './model-context.ts';
import type { ResolvedModel } from './resolved-model.ts';
import { deserializeModel, type SerializedModel, serializeModel } from './serialized-model.ts';
import { limitTime } from './time-limit.ts';

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
  readonly #sender: ChatSender;
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
    this.#sender = new ChatSender(model, context);
    limitTime(this, model, context);
    meterChat(this, model, context);
  }

  doGenerate(options: LanguageModelV4CallOptions): Promise<LanguageModelV4GenerateResult> {
    return this.#sender.generate(options, this.#prepare(options, false));
  }

  doStream(options: LanguageModelV4CallOptions): Promise<LanguageModelV4StreamResult> {
    return this.#sender.stream(options, this.#prepare(options, true));
  }

  /** What takes this model's place may be one that Converse does not serve. */
  #prepare(options: LanguageModelV4CallOptions, stream: boolean): Prepare {
    return model => {
      const toRequest = isServedByInvokeModelOnly(model) ? invokeRequest : converseRequest;
      return toRequest(model, { options, stream, defaults: this.#defaults() });
    };
  }

  /** Checked at the first call and not before. */
  #defaults(): CallDefaults {
    this.#checkedDefaults ??= readDefaults(this.#context.settings);
    return this.#checkedDefaults;
  }
}
