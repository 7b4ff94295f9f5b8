import type { JSONObject, LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { type FetchFunction, WORKFLOW_DESERIALIZE, WORKFLOW_SERIALIZE } from '@ai-sdk/provider-utils';
import type { MessagesTraits } from '../codec/peers.ts';
import { messagesTraits } from '../families/index.ts';
import type { ModelContext } from '../models/model-context.ts';
import { noSuchModel } from '../models/no-such-model.ts';
import type { ResolvedModel } from '../models/resolved-model.ts';
import { deserializeModel, type SerializedModel, serializeModel } from '../models/serialized-model.ts';
import { encodePathLabel } from '../settings/model-ref.ts';
import { messagesDialect } from './dialect.ts';
import { toInvokeBody } from './invoke-body.ts';
import { InvokeMembers, withServiceHeaders } from './invoke-service.ts';
import { loadPeer } from './load-peer.ts';
import type { PeerRequest } from './peer-call.ts';
import { PeerModel, type PreparedCall, type RequestFacts } from './peer-model.ts';
import type { ReplyMembers } from './reply-members.ts';
import type { BedrockInferenceService } from './settings.ts';
import { ToolNames } from './tool-names.ts';

/** @throws NoSuchModelError for a model that does not speak Anthropic's Messages API */
export function createAnthropicModel(
  model: ResolvedModel,
  context: ModelContext,
  service: BedrockInferenceService,
): LanguageModelV4 {
  return new AnthropicModel(model, context, service);
}

export function loadAnthropic(): Promise<typeof import('@ai-sdk/anthropic')> {
  return loadPeer('@ai-sdk/anthropic', 'bedrock-ai-provider/anthropic', () => import('@ai-sdk/anthropic'));
}

interface Serialized extends SerializedModel {
  readonly service: BedrockInferenceService;
}

/** Claude through Anthropic's Messages API. */
class AnthropicModel extends PeerModel {
  /** Of the official package; also decides that options may be under `bedrock`. */
  readonly provider = 'bedrock.anthropic.messages';
  protected readonly dialect = messagesDialect;
  readonly #traits: MessagesTraits;

  /** Called by the Workflow SDK. */
  static [WORKFLOW_SERIALIZE](model: AnthropicModel): Serialized {
    return { ...serializeModel(model.model, model.context), service: model.service };
  }

  /** Called by the Workflow SDK. */
  static [WORKFLOW_DESERIALIZE]({ service, ...serialized }: Serialized): AnthropicModel {
    return new AnthropicModel(...deserializeModel(serialized), service);
  }

  constructor(model: ResolvedModel, context: ModelContext, service: BedrockInferenceService) {
    super(model, context, service);
    const traits = messagesTraits({ family: model.family, baseModel: model.ref.baseModel });
    if (traits === undefined)
      throw noSuchModel(model, 'languageModel', 'speak the Messages API of Anthropic');
    this.#traits = traits;
  }

  protected override async load(fetch: FetchFunction): Promise<LanguageModelV4> {
    const { createAnthropic } = await loadAnthropic();
    const provider = createAnthropic({
      name: this.provider,
      // Neither is used: our fetch knows where to go and who calls.
      baseURL: 'https://bedrock.invalid',
      apiKey: 'unused',
      headers: await betasOf(this.context.settings),
      fetch,
      generateId: this.context.generateId,
    });
    // What a model takes is told by its id, which an ARN may hide.
    const { baseModel, id } = this.model.ref;
    return provider(baseModel ?? id);
  }

  protected override request(body: JSONObject, { headers, streams, modelId }: RequestFacts): PeerRequest {
    const { service } = this;
    if (service === 'bedrock-mantle') {
      // As Anthropic's own API is.
      const path = '/anthropic/v1/messages';
      return { service, path, headers: Object.fromEntries(headers), body: { ...body, model: modelId } };
    }
    const { 'anthropic-beta': given = '', 'anthropic-version': _, ...rest } = Object.fromEntries(headers);
    const betas = given.split(',').map(beta => beta.trim());
    return {
      service,
      path: `/model/${encodePathLabel(modelId)}/${streams ? 'invoke-with-response-stream' : 'invoke'}`,
      headers: rest,
      body: toInvokeBody(body, betas.filter(Boolean), this.#traits),
    };
  }

  protected override members(): ReplyMembers | undefined {
    return this.service === 'bedrock-runtime' ? new InvokeMembers() : undefined;
  }

  protected override prepare(options: LanguageModelV4CallOptions): PreparedCall {
    const traits = this.#traits;
    const invoke = this.service === 'bedrock-runtime' ? prepareForInvoke(options, traits) : { options };
    const toolNames = new ToolNames(invoke.options.tools, traits.toolName);
    return { ...invoke, options: toolNames.apply(invoke.options), toolNames };
  }
}

function prepareForInvoke(callOptions: LanguageModelV4CallOptions, traits: MessagesTraits): PreparedCall {
  const { options, warnings } = withServiceHeaders(callOptions);
  const tools = options.tools?.map(tool => {
    if (tool.type === 'provider') return { ...tool, id: traits.toolVersion(tool.id) as typeof tool.id };
    if (traits.strictTools || tool.strict == null) return tool;
    const { strict, ...rest } = tool;
    if (strict) {
      const details = `Bedrock takes no strict tools for this model; strict is ignored for ${tool.name}.`;
      warnings.push({ type: 'unsupported', feature: 'strict', details });
    }
    return rest;
  });
  return {
    options: {
      ...options,
      ...(tools && { tools }),
      ...(!traits.outputFormat && { providerOptions: withJsonTool(options.providerOptions) }),
    },
    warnings,
  };
}

/** Has a schema enforced by a forced tool, unless the caller says how. */
function withJsonTool(
  providerOptions: LanguageModelV4CallOptions['providerOptions'] = {},
): NonNullable<LanguageModelV4CallOptions['providerOptions']> {
  const { anthropic } = providerOptions;
  return { ...providerOptions, anthropic: { structuredOutputMode: 'jsonTool', ...anthropic } };
}

/** Betas among the headers of the provider, for the package to join with its own: InvokeModel reads no header. */
async function betasOf({ headers: setting }: ModelContext['settings']): Promise<Record<string, string>> {
  const given = typeof setting === 'function' ? await setting() : setting;
  const pairs: Iterable<readonly [string, string | undefined]> =
    given != null && Symbol.iterator in given ? given : Object.entries(given ?? {});
  const betas = [...pairs].flatMap(([name, value]) =>
    name.toLowerCase() === 'anthropic-beta' && value ? [value] : [],
  );
  return betas.length === 0 ? {} : { 'anthropic-beta': betas.join(',') };
}
