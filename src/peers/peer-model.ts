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
import type { ModelContext } from '../models/model-context.ts';
import type { ResolvedModel } from '../models/resolved-model.ts';
import { responseMetadata } from '../models/response-metadata.ts';
import type { Dialect } from './dialect.ts';
import { type FinishPart, openPeerParts } from './parts.ts';
import { PeerCall, type PeerRequest } from './peer-call.ts';
import type { ReplyMembers } from './reply-members.ts';
import type { ToolNames } from './tool-names.ts';

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
  protected abstract readonly dialect: Dialect;

  constructor(model: ResolvedModel, context: ModelContext) {
    this.modelId = model.modelId;
    this.model = model;
    this.context = context;
  }

  async doGenerate(callOptions: LanguageModelV4CallOptions): Promise<LanguageModelV4GenerateResult> {
    const members = this.members();
    const call = this.#call(false, members);
    const { options, warnings = [], toolNames } = this.prepare(callOptions);
    const peer = await this.load(call.fetch);
    const result = await peer.doGenerate(options).then(undefined, cause => {
      throw call.errorOf(cause);
    });
    const { reply } = call;
    const metadata = members?.metadata(reply?.headers ?? {}, result.providerMetadata);
    return {
      ...result,
      ...(members && { finishReason: members.finishReason(result.finishReason) }),
      ...(metadata && { providerMetadata: metadata }),
      content: this.complete(result.content, result.response?.body).map(
        part => toolNames?.restore(part) ?? part,
      ),
      warnings: [...warnings, ...result.warnings],
      ...(call.request && { request: call.request }),
      response: {
        modelId: this.modelId,
        ...(reply && { ...responseMetadata(reply), headers: reply.headers }),
        ...withoutUndefined(result.response),
      },
    };
  }

  async doStream(callOptions: LanguageModelV4CallOptions): Promise<LanguageModelV4StreamResult> {
    const members = this.members();
    const call = this.#call(true, members);
    const { options, warnings = [], toolNames } = this.prepare(callOptions);
    const peer = await this.load(call.fetch);
    // Raw parts tell which event the parts behind them are made of.
    const result = await peer.doStream({ ...options, includeRawChunks: true }).then(undefined, cause => {
      throw call.errorOf(cause);
    });
    const stream = await openPeerParts({
      stream: result.stream,
      dialect: this.dialect,
      includeRawChunks: callOptions.includeRawChunks === true,
      warnings,
      toolNames,
      finish: members && (part => finished(part, members, call.reply?.headers ?? {})),
      abortSignal: callOptions.abortSignal,
      errorOf: cause => call.errorOf(cause),
    });
    return {
      stream,
      ...(call.request && { request: call.request }),
      ...(call.reply && { response: { headers: call.reply.headers } }),
    };
  }

  #call(streams: boolean, members: ReplyMembers | undefined): PeerCall {
    return new PeerCall({
      context: this.context,
      dialect: this.dialect,
      streams,
      members,
      toRequest: (body, headers) => ({
        region: this.model.region,
        modelId: this.model.ref.id,
        ...this.request(body, headers, streams),
      }),
    });
  }

  /**
   * The package's model, which calls by this.
   * @throws AISDKError `AI_MissingPeerError`
   */
  protected abstract load(fetch: FetchFunction): Promise<LanguageModelV4>;

  /** Where a request of the package goes, and how it differs there. */
  protected abstract request(
    body: JSONObject,
    headers: Headers,
    streams: boolean,
  ): Omit<PeerRequest, 'region' | 'modelId'>;

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

function finished(
  part: FinishPart,
  members: ReplyMembers,
  headers: Readonly<Record<string, string>>,
): FinishPart {
  const metadata = members.metadata(headers, part.providerMetadata);
  return {
    ...part,
    finishReason: members.finishReason(part.finishReason),
    ...(metadata && { providerMetadata: metadata }),
  };
}
