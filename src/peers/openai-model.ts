import type {
  JSONObject,
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
} from '@ai-sdk/provider';
import {
  type FetchFunction,
  isCustomReasoning,
  WORKFLOW_DESERIALIZE,
  WORKFLOW_SERIALIZE,
} from '@ai-sdk/provider-utils';
import type { OpenAITraits } from '../codec/peers.ts';
import { openAITraits } from '../families/index.ts';
import type { ModelContext } from '../models/model-context.ts';
import type { ResolvedModel } from '../models/resolved-model.ts';
import { deserializeModel, type SerializedModel, serializeModel } from '../models/serialized-model.ts';
import { chatDialect, isObject, responsesDialect, textIn } from './dialect.ts';
import { loadPeer } from './load-peer.ts';
import type { PeerRequest } from './peer-call.ts';
import { PeerModel, type PreparedCall, type RequestFacts } from './peer-model.ts';
import type { BedrockInferenceService } from './settings.ts';

/** Where one of OpenAI's APIs serves a model. */
export interface OpenAIPlace {
  readonly service: BedrockInferenceService;
  /** On `bedrock-mantle`; on `bedrock-runtime` there is one. */
  readonly mantlePrefix: OpenAITraits['mantlePrefix'];
}

export function createChatModel(
  model: ResolvedModel,
  context: ModelContext,
  place: OpenAIPlace,
): LanguageModelV4 {
  return new ChatModel(model, context, place);
}

export function createResponsesModel(
  model: ResolvedModel,
  context: ModelContext,
  place: OpenAIPlace,
): LanguageModelV4 {
  return new ResponsesModel(model, context, place);
}

function loadOpenAI(): Promise<typeof import('@ai-sdk/openai')> {
  return loadPeer('@ai-sdk/openai', 'bedrock-ai-provider/openai', () => import('@ai-sdk/openai'));
}

type Serialized = SerializedModel & OpenAIPlace;

abstract class OpenAIModel extends PeerModel {
  readonly #mantlePrefix: OpenAIPlace['mantlePrefix'];
  protected readonly traits: OpenAITraits;
  /** Behind the prefix. */
  protected abstract readonly path: '/chat/completions' | '/responses';

  constructor(model: ResolvedModel, context: ModelContext, { service, mantlePrefix }: OpenAIPlace) {
    super(model, context, service);
    this.#mantlePrefix = mantlePrefix;
    this.traits = openAITraits({ family: model.family, baseModel: model.ref.baseModel });
  }

  protected serialize(): Serialized {
    const { model, context, service } = this;
    return { ...serializeModel(model, context), service, mantlePrefix: this.#mantlePrefix };
  }

  protected async createPeer(fetch: FetchFunction) {
    const { createOpenAI } = await loadOpenAI();
    return createOpenAI({
      name: 'bedrock.openai',
      // Neither is used: our fetch knows where to go and who calls.
      baseURL: 'https://bedrock.invalid',
      apiKey: 'unused',
      fetch,
    });
  }

  /** The package tells what a model takes by its name, which on Bedrock has its vendor before it. */
  protected get peerModelId(): string {
    const { baseModel, id } = this.model.ref;
    return (baseModel ?? id).replace(/^[a-z0-9-]+\./, '');
  }

  protected override request(body: JSONObject, { headers, modelId }: RequestFacts): PeerRequest {
    const { service } = this;
    return {
      service,
      path: (service === 'bedrock-mantle' ? this.#mantlePrefix : '/openai/v1') + this.path,
      headers: Object.fromEntries(headers),
      body: { ...body, model: modelId },
    };
  }
}

/** Chat Completions. */
class ChatModel extends OpenAIModel {
  readonly provider = 'bedrock.openai.chat';
  protected readonly dialect = chatDialect;
  protected readonly path = '/chat/completions';

  /** Called by the Workflow SDK. */
  static [WORKFLOW_SERIALIZE](model: ChatModel): Serialized {
    return model.serialize();
  }

  /** Called by the Workflow SDK. */
  static [WORKFLOW_DESERIALIZE](serialized: Serialized): ChatModel {
    return new ChatModel(...deserializeModel(serialized), serialized);
  }

  protected override async load(fetch: FetchFunction): Promise<LanguageModelV4> {
    return (await this.createPeer(fetch)).chat(this.peerModelId);
  }

  /** Models with open weights put their reasoning beside the text, which OpenAI's own do not. */
  protected override complete(content: LanguageModelV4Content[], body: unknown): LanguageModelV4Content[] {
    const [choice] = isObject(body) && Array.isArray(body['choices']) ? body['choices'] : [];
    const reasoning = textIn(isObject(choice) ? choice['message'] : undefined);
    return reasoning === undefined ? content : [{ type: 'reasoning', ...reasoning }, ...content];
  }
}

/** Responses. */
class ResponsesModel extends OpenAIModel {
  readonly provider = 'bedrock.openai.responses';
  protected readonly dialect = responsesDialect;
  protected readonly path = '/responses';

  /** Called by the Workflow SDK. */
  static [WORKFLOW_SERIALIZE](model: ResponsesModel): Serialized {
    return model.serialize();
  }

  /** Called by the Workflow SDK. */
  static [WORKFLOW_DESERIALIZE](serialized: Serialized): ResponsesModel {
    return new ResponsesModel(...deserializeModel(serialized), serialized);
  }

  protected override async load(fetch: FetchFunction): Promise<LanguageModelV4> {
    return (await this.createPeer(fetch)).responses(this.peerModelId);
  }

  /** What the package is to be told beyond what the caller says, where the caller does not say otherwise. */
  protected override prepare(options: LanguageModelV4CallOptions): PreparedCall {
    const { openai, ...others } = options.providerOptions ?? {};
    const searches = options.tools?.some(tool => tool.type === 'provider' && tool.id.includes('.web_search'));
    const asksForReasoning = isCustomReasoning(options.reasoning) || openai?.['reasoningEffort'] != null;
    const more = {
      // Bedrock refuses to include the sources, which the package asks for.
      ...(searches && { includeWebSearchSources: false }),
      ...(asksForReasoning && this.traits.reasons === true && { forceReasoning: true }),
    };
    if (Object.keys(more).length === 0) return super.prepare(options);
    return super.prepare({ ...options, providerOptions: { ...others, openai: { ...more, ...openai } } });
  }

  /** Models with open weights say their reasoning whole, where OpenAI's own give a summary. */
  protected override complete(content: LanguageModelV4Content[], body: unknown): LanguageModelV4Content[] {
    const items = isObject(body) && Array.isArray(body['output']) ? body['output'] : [];
    return content.map(part => {
      if (part.type !== 'reasoning' || part.text !== '') return part;
      const { openai } = part.providerMetadata ?? {};
      const item = items.find(one => isObject(one) && one['id'] === openai?.['itemId']);
      const text = isObject(item) ? reasoningText(item) : '';
      return text === '' ? part : { ...part, text };
    });
  }
}

function reasoningText({ content }: JSONObject): string {
  const parts = Array.isArray(content) ? content : [];
  return parts
    .map(part => (isObject(part) && part['type'] === 'reasoning_text' ? String(part['text'] ?? '') : ''))
    .join('');
}
