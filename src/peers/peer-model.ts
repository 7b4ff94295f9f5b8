import type {
  JSONObject,
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamResult,
  SharedV4Warning,
} from '@ai-sdk/provider';
import type { FetchFunction } from '@ai-sdk/provider-utils';
import { countedTokens } from '../models/counted-tokens.ts';
import { Dispatcher } from '../models/dispatch.ts';
import { meterChat } from '../models/metered.ts';
import type { ModelContext } from '../models/model-context.ts';
import type { ResolvedModel } from '../models/resolved-model.ts';
import { responseMetadata } from '../models/response-metadata.ts';
import { limitTime } from '../models/time-limit.ts';
import type { Dialect } from './dialect.ts';
import { openPeerParts } from './parts.ts';
import { type AnsweredCall, PeerCall, type PeerRequest } from './peer-call.ts';
import type { ReplyMembers } from './reply-members.ts';
import type { BedrockInferenceService } from './settings.ts';
import type { ToolNames } from './tool-names.ts';

/** What a request of the package is for. */
export interface RequestFacts {
  readonly headers: Headers;
  readonly streams: boolean;
  /** Of the model that it goes to. */
  readonly modelId: string;
}

/** A call as the package is to get it. */
export interface PreparedCall {
  readonly options: LanguageModelV4CallOptions;
  readonly warnings?: readonly SharedV4Warning[];
  /** Absent: all names are the caller's. */
  readonly toolNames?: ToolNames;
}

/**
 * A model of another package, which knows the API, over our transport, which knows AWS: identity, endpoints, errors
 * and streams are ours. The package is loaded at the first call.
 */
export abstract class PeerModel implements LanguageModelV4 {
  readonly specificationVersion = 'v4';
  abstract readonly provider: string;
  readonly modelId: string;
  /** The AI SDK downloads what a prompt only names: Bedrock fetches nothing from the web. */
  readonly supportedUrls: Record<string, RegExp[]> = {};

  protected readonly model: ResolvedModel;
  protected readonly context: ModelContext;
  protected readonly service: BedrockInferenceService;
  protected abstract readonly dialect: Dialect;
  readonly #dispatcher: Dispatcher;

  constructor(model: ResolvedModel, context: ModelContext, service: BedrockInferenceService) {
    this.modelId = model.modelId;
    // Mantle knows models by their own ids only.
    const isMantle = service === 'bedrock-mantle';
    this.model = isMantle ? { ...model, isByAlias: false } : model;
    this.context = context;
    this.service = service;
    // What is written for one model may be too much for another, so that calls move only to the same one elsewhere.
    // Mantle has quotas of its own: https://docs.aws.amazon.com/bedrock/latest/userguide/quotas-mantle.html
    this.#dispatcher = new Dispatcher(this.model, context, {
      endpoint: isMantle ? service : undefined,
    });
    limitTime(this, this.model, context);
    meterChat(this, this.model, context);
  }

  async doGenerate(callOptions: LanguageModelV4CallOptions): Promise<LanguageModelV4GenerateResult> {
    const call = this.#call(callOptions, false);
    const { options, warnings = [], toolNames } = this.prepare(callOptions);
    const peer = await this.load(call.fetch);
    const result = await peer.doGenerate(options).then(undefined, cause => {
      throw call.errorOf(cause);
    });
    const { reply, body, charge, ...answered } = call.answered;
    charge.settle(countedTokens(result.usage));
    const { finishReason, providerMetadata } = completed(result, { reply, ...answered });
    return {
      ...result,
      finishReason,
      ...(providerMetadata && { providerMetadata }),
      content: this.complete(result.content, result.response?.body).map(
        part => toolNames?.restore(part) ?? part,
      ),
      warnings: [...warnings, ...result.warnings],
      request: { url: reply.url, body },
      response: {
        modelId: this.modelId,
        ...responseMetadata(reply),
        headers: reply.headers,
        ...withoutUndefined(result.response),
      },
    };
  }

  async doStream(callOptions: LanguageModelV4CallOptions): Promise<LanguageModelV4StreamResult> {
    const call = this.#call(callOptions, true);
    const { options, warnings = [], toolNames } = this.prepare(callOptions);
    const peer = await this.load(call.fetch);
    // Raw parts tell which event the parts behind them are made of.
    const result = await peer.doStream({ ...options, includeRawChunks: true }).then(undefined, cause => {
      throw call.errorOf(cause);
    });
    const { answered } = call;
    const { reply, body, charge } = answered;
    const stream = await openPeerParts({
      stream: result.stream,
      dialect: this.dialect,
      includeRawChunks: callOptions.includeRawChunks === true,
      warnings,
      toolNames,
      charge,
      finish: part => ({ ...part, ...completed(part, answered) }),
      abortSignal: callOptions.abortSignal,
      errorOf: cause => call.errorOf(cause),
    });
    return { stream, request: { url: reply.url, body }, response: { headers: reply.headers } };
  }

  #call(callOptions: LanguageModelV4CallOptions, streams: boolean): PeerCall {
    return new PeerCall({
      context: this.context,
      dispatcher: this.#dispatcher,
      callOptions,
      dialect: this.dialect,
      streams,
      members: () => this.members(),
      toRequest: (body, headers, { ref }) => this.request(body, { headers, streams, modelId: ref.id }),
    });
  }

  /**
   * The package's model, which calls by this.
   * @throws AISDKError `AI_MissingPeerError`
   */
  protected abstract load(fetch: FetchFunction): Promise<LanguageModelV4>;

  /** Where a request of the package goes, and how it differs there. */
  protected abstract request(body: JSONObject, facts: RequestFacts): PeerRequest;

  /** What the package is to be told. */
  protected prepare(options: LanguageModelV4CallOptions): PreparedCall {
    return { options };
  }

  /** Reads what the service adds to the replies. */
  protected members(): ReplyMembers | undefined {
    return undefined;
  }

  /** Content with what the package leaves unread. */
  protected complete(content: LanguageModelV4Content[], _body: unknown): LanguageModelV4Content[] {
    return content;
  }
}

function withoutUndefined<Value extends object>(value: Value | undefined): Partial<Value> {
  return Object.fromEntries(
    Object.entries(value ?? {}).filter(([, member]) => member !== undefined),
  ) as Partial<Value>;
}

/** A finish with what the service adds to it, and where the call went. */
function completed(
  {
    finishReason,
    providerMetadata,
  }: Pick<LanguageModelV4GenerateResult, 'finishReason' | 'providerMetadata'>,
  { reply, members, moved }: Pick<AnsweredCall, 'reply' | 'members' | 'moved'>,
): Pick<LanguageModelV4GenerateResult, 'finishReason' | 'providerMetadata'> {
  const metadata =
    members === undefined ? providerMetadata : members.metadata(reply.headers, providerMetadata);
  const complete =
    moved === undefined ? metadata : { ...metadata, bedrock: { ...metadata?.['bedrock'], servedBy: moved } };
  return {
    finishReason: members?.finishReason(finishReason) ?? finishReason,
    ...(complete && { providerMetadata: complete }),
  };
}
