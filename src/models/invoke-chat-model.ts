import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamResult,
} from '@ai-sdk/provider';
import { WORKFLOW_DESERIALIZE, WORKFLOW_SERIALIZE } from '@ai-sdk/provider-utils';
import { type CallDefaults, readDefaults } from '../codec/converse/read-options.ts';
import { converseRequest, findOwnLanguage, hasOwnLanguage, invokeRequest } from './chat-requests.ts';
import { ChatSender, type Prepare } from './chat-sender.ts';
import { meterChat } from './metered.ts';
import type { ModelContext } from './model-context.ts';
import type { ResolvedModel } from './resolved-model.ts';
import { deserializeModel, type SerializedModel, serializeModel } from './serialized-model.ts';
import { limitTime } from './time-limit.ts';

/**
 * A chat model in its own language, behind InvokeModel and InvokeModelWithResponseStream.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
 * @throws NoSuchModelError for a model that does not chat this way
 */
export function createInvokeChatModel(model: ResolvedModel, context: ModelContext): LanguageModelV4 {
  return new InvokeChatModel(model, context);
}

/** Not exported, because declarations of classes cannot name the two symbols of the Workflow SDK. */
class InvokeChatModel implements LanguageModelV4 {
  readonly specificationVersion = 'v4';
  readonly provider = 'bedrock.invoke';
  readonly modelId: string;
  /** Some models read files from S3 themselves, and no one else has the keys: what cannot be read is an error. */
  readonly supportedUrls: Record<string, RegExp[]> = { '*': [/^s3:\/\//i] };

  readonly #model: ResolvedModel;
  readonly #context: ModelContext;
  readonly #sender: ChatSender;
  #checkedDefaults: CallDefaults | undefined;

  /** Called by the Workflow SDK. */
  static [WORKFLOW_SERIALIZE](model: InvokeChatModel): SerializedModel {
    return serializeModel(model.#model, model.#context);
  }

  /** Called by the Workflow SDK. */
  static [WORKFLOW_DESERIALIZE](serialized: SerializedModel): InvokeChatModel {
    return new InvokeChatModel(...deserializeModel(serialized));
  }

  constructor(model: ResolvedModel, context: ModelContext) {
    // Says no at once where the model has no such language, or the family does not chat.
    findOwnLanguage(model);
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

  /** What takes this model's place may be one that only Converse serves. */
  #prepare(options: LanguageModelV4CallOptions, stream: boolean): Prepare {
    return model => {
      const toRequest = hasOwnLanguage(model) ? invokeRequest : converseRequest;
      return toRequest(model, { options, stream, defaults: this.#defaults() });
    };
  }

  /** Checked at the first call and not before. */
  #defaults(): CallDefaults {
    this.#checkedDefaults ??= readDefaults(this.#context.settings);
    return this.#checkedDefaults;
  }
}
