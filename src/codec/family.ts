/**
 * The contract of a model family: what is true of its models, as data and small pure functions. Shared code
 * asks the family and never looks at a model id. One file in `families/` fulfils it per family, and users
 * pass their own with `createBedrock({ families: [mine] })`.
 */
import type { JSONObject, JSONValue, SharedV4Warning } from '@ai-sdk/provider';
import type { CountedRequest } from './converse/estimate-tokens.ts';
import type { InvokeChatTraits } from './invoke/chat.ts';
import type { EmbeddingTraits } from './invoke/embedding.ts';
import type { ImageTraits } from './invoke/image.ts';
import type { RerankingTraits } from './invoke/reranking.ts';
import type { VideoTraits } from './invoke/video.ts';
import type { Later } from './later.ts';
import type { MessagesTraits, OpenAITraits } from './peers.ts';

export interface ModelFamily {
  /** The name users give in the `family` model setting, e.g. `claude`. Lower case. */
  readonly name: string;

  /**
   * Whether a base model belongs here.
   * @param baseModel a model id without geography prefix, e.g. `anthropic.claude-sonnet-4-5-20250929-v1:0`
   */
  matches(baseModel: string): boolean;

  /**
   * The rules of one chat model. Called once per model object.
   * @param baseModel undefined when only the family is known (an opaque ARN with `family` set): give the
   * rules of the family's current models.
   * @throws NoSuchModelError when none of the family's models chat
   */
  chat(baseModel: string | undefined): ChatTraits;

  /**
   * How one chat model is called in its own language; absent or undefined: through Converse only. `baseModel` as
   * above. This and the hooks of the other kinds of models say at once whether a model does it; how, may be loaded later.
   */
  readonly invokeChat?: (
    baseModel: string | undefined,
  ) => Later<InvokeChatTraits, 'insteadOfConverse'> | undefined;

  /** The rules of one embedding model; absent or undefined: it does not embed. `baseModel` as above. */
  readonly embedding?: (
    baseModel: string | undefined,
  ) => Later<EmbeddingTraits, 'maxValuesPerRequest' | 'maxBytesPerRequest'> | undefined;

  /** The rules of one image model; absent or undefined: it makes no images. `baseModel` as above. */
  readonly image?: (baseModel: string | undefined) => Later<ImageTraits, 'files' | 'mask'> | undefined;

  /** The rules of one reranking model; absent or undefined: it does not rerank. `baseModel` as above. */
  readonly reranking?: (baseModel: string | undefined) => Later<RerankingTraits> | undefined;

  /** The rules of one video model; absent or undefined: it makes no videos. `baseModel` as above. */
  readonly video?: (baseModel: string | undefined) => Later<VideoTraits> | undefined;

  /**
   * The request as Anthropic's `count_tokens` takes it, for models whose tokens CountTokens does not count; absent,
   * or undefined: it has no such form.
   */
  readonly countBody?: (request: CountedRequest) => JSONObject | undefined | Promise<JSONObject | undefined>;

  /** What InvokeModel makes of Anthropic's Messages API; absent: it does not speak it. `baseModel` as above. */
  readonly messages?: (baseModel: string | undefined) => MessagesTraits;

  /** Where OpenAI's APIs serve one model; absent: Chat Completions, under `/v1` of Mantle. `baseModel` as above. */
  readonly openAI?: (baseModel: string | undefined) => OpenAITraits;
}

/** What Converse needs to know of one model. Start from `chatDefaults` and say what differs. */
export interface ChatTraits {
  readonly sampling: Readonly<Record<SamplingOption, SamplingRule>>;

  /** Two options the model takes only one of; `drop` goes when both are set. */
  readonly samplingConflicts: readonly SamplingConflict[];

  /** Turns the caller's wish for reasoning into request fields. */
  readonly reasoning: (request: ReasoningRequest) => ReasoningPlan;

  /** How a JSON schema is enforced, best mode first. `instruction` works everywhere and needs no entry. */
  readonly structuredOutput: readonly StructuredOutputMode[];

  readonly tools: ToolTraits;

  readonly content: ContentTraits;

  /** Absent: the model has no explicit cache points, and they are left out with a warning. */
  readonly promptCache?: PromptCacheTraits;

  /** Members of the model's own reply worth asking for, as JSON pointers (at most ten in all). */
  readonly responseFieldPaths: readonly string[];

  /**
   * Where `providerOptions.bedrock.anthropicBeta` goes in `additionalModelRequestFields`. Absent: the model
   * knows no beta flags, and they are left out with a warning.
   */
  readonly betas?: (names: readonly string[]) => JSONObject;

  /** The most tokens that the model writes: what Bedrock reserves from the quota where a call sets no limit. */
  readonly maxOutputTokens: number;

  /**
   * Tokens of the quota that a token of output takes in the end.
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/quotas-token-burndown.html
   */
  readonly outputBurndown: number;
}

/* -------------------------------------------------------------- sampling */

export const SAMPLING_OPTIONS = [
  'temperature',
  'topP',
  'topK',
  'seed',
  'presencePenalty',
  'frequencyPenalty',
  'stopSequences',
] as const;
export type SamplingOption = (typeof SAMPLING_OPTIONS)[number];

export type SamplingRule =
  /** Converse has the field; `range` clamps numbers, with a warning. */
  | { readonly to: 'inferenceConfig'; readonly range?: readonly [min: number, max: number] }
  /** The model takes it under its own name. */
  | {
      readonly to: 'additionalModelRequestFields';
      readonly fields: (value: JSONValue) => JSONObject;
      readonly range?: readonly [min: number, max: number];
    }
  /** The model refuses it; `reason` is the warning's sentence. */
  | { readonly to: 'nowhere'; readonly reason: string };

export interface SamplingConflict {
  readonly keep: SamplingOption;
  readonly drop: SamplingOption;
  readonly reason: string;
}

/* ------------------------------------------------------------- reasoning */

export type ReasoningLevel = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

export interface ReasoningRequest {
  /** The AI SDK's portable level; undefined when the caller left it to the provider. */
  readonly level: ReasoningLevel | undefined;
  /** `providerOptions.bedrock.reasoningConfig`; where both are given, these win. */
  readonly config: ReasoningConfig | undefined;
  readonly maxOutputTokens: number | undefined;
}

/** `providerOptions.bedrock.reasoningConfig`. Which members count depends on the model. */
export type ReasoningConfig = {
  /** `adaptive` lets the model decide when to think; `between_tools` is the least that Claude Sonnet 5.5 does. */
  readonly type?: 'enabled' | 'disabled' | 'adaptive' | 'between_tools' | undefined;
  /** Tokens the model may think for; at least 1024 on Claude. */
  readonly budgetTokens?: number | undefined;
  /** The model's own word for how hard to think: usually `low`, `medium`, `high`; some take `xhigh`, `max`. */
  readonly maxReasoningEffort?: string | undefined;
  /** Whether Claude's thinking comes back as a summary or not at all. */
  readonly display?: 'omitted' | 'summarized' | undefined;
};

export interface ReasoningPlan {
  /** Whether the model will reason in this call, as far as the request decides it. */
  readonly active: boolean;
  /** Merged into `additionalModelRequestFields`; arrays are joined. */
  readonly fields?: JSONObject | undefined;
  /** `outputConfig.effort`. */
  readonly effort?: string | undefined;
  /**
   * Added to `maxTokens`, because the budget counts against it and the caller asked for that much answer.
   * Where the caller set none, it is added to 4,096: a budget above the model's own default is an error.
   */
  readonly extraMaxTokens?: number | undefined;
  /** Why `maxTokens` may not be sent while reasoning, for the warning; absent when it may. */
  readonly dropsMaxTokens?: string | undefined;
  /** Sampling options that clash with reasoning, each with the warning's sentence. */
  readonly drops?: Partial<Readonly<Record<SamplingOption, string>>> | undefined;
  /** Why a forced tool choice does not work while reasoning; absent when it does. */
  readonly refusesForcedTool?: string | undefined;
  /** Why the prompt may not end with an assistant message while reasoning; absent when it may. */
  readonly refusesPrefill?: string | undefined;
  readonly warnings: readonly SharedV4Warning[];
}

/* ----------------------------------------------------- structured output */

export const STRUCTURED_OUTPUT_MODES = ['native', 'family', 'tool', 'instruction'] as const;
/**
 * - `native`: Converse's `outputConfig.textFormat`.
 * - `family`: the model's own field, through `fields`.
 * - `tool`: a forced tool whose input is the object.
 * - `instruction`: the schema as a system instruction.
 */
export type StructuredOutputMode =
  | ({ readonly mode: 'native' } & SchemaTraits)
  | ({
      readonly mode: 'family';
      readonly fields: (schema: JSONObject, name: string) => JSONObject;
    } & SchemaTraits)
  | { readonly mode: 'tool' };

/** What a mode that obeys the schema to the letter makes of a JSON schema. */
export interface SchemaTraits {
  /** Rewrites what has an equivalent, and says in descriptions what has none. */
  readonly adaptSchema?: (schema: JSONObject) => JSONObject;
  /**
   * Why the mode cannot enforce this schema at all (it is recursive, say), so that the next mode is used;
   * undefined when it can.
   */
  readonly refusesSchema?: (schema: JSONObject) => string | undefined;
}

/* ----------------------------------------------------------------- tools */

export interface ToolTraits {
  /** A sentence why the model takes no tools; absent when it does. */
  readonly unsupported?: string;
  /** Choices the model accepts besides `auto`. What is missing falls back to `auto` with a warning. */
  readonly choices: readonly ('any' | 'tool')[];
  /** Why the choices above are missing, for the warning. */
  readonly choiceReason?: string;
  /** Whether `strict: true` on a tool is understood. */
  readonly strict: boolean;
  /** How the schema of a strict tool must look; where it is refused, `strict` is left out with a warning. */
  readonly strictSchema?: SchemaTraits;
  /** Whether ConverseStream takes tools. Where it does not, Converse is called and its reply replayed. */
  readonly streaming: boolean;
  /**
   * Where a tool call id must have a certain shape. Pure: equal ids give equal results; the codec sees to it
   * that different ids stay different.
   */
  readonly callId?: (id: string) => string;
  /** Server-side tools of Bedrock that the model may use, e.g. `nova_grounding`. */
  readonly systemTools: readonly string[];
  /** Tools that the model's maker defines, e.g. Anthropic's `computer_20250124`. Absent: it takes none. */
  readonly providerTools?: ProviderToolTraits;
  /** Whether `toolResult.status` is understood; default true. Where it is not, an error's text says so. */
  readonly resultStatus?: boolean;
}

/** Tools that Converse has no member for; they go into `additionalModelRequestFields`. */
export interface ProviderToolTraits {
  /**
   * @param tool as the AI SDK gives it, e.g. the id `anthropic.bash_20250124`
   * @returns undefined when the model does not take this tool
   */
  tool(tool: {
    readonly id: string;
    readonly args: Readonly<Record<string, unknown>>;
  }): ProviderToolPlan | undefined;
  /**
   * A forced choice among these tools, as request fields: Converse's own `toolChoice` knows only the tools of
   * `toolConfig`.
   */
  choice(choice: 'any' | { readonly name: string }): JSONObject;
}

export interface ProviderToolPlan {
  /** The name under which the model calls it. */
  readonly name: string;
  /** The tool and what it needs (betas), merged into `additionalModelRequestFields`; arrays are joined. */
  readonly fields: JSONObject;
}

/* --------------------------------------------------------------- content */

export const MEDIA_KINDS = ['image', 'document', 'video', 'audio'] as const;
export type MediaKind = (typeof MEDIA_KINDS)[number];

export interface ContentTraits {
  /** Media the model refuses; unlisted kinds are sent and the service decides. Kind -> the error's sentence. */
  readonly refuses: Partial<Readonly<Record<MediaKind, string>>>;
  /** Media allowed inside a tool result; other kinds are moved to a user message behind it. */
  readonly toolResultMedia: readonly MediaKind[];
  /**
   * What may stand in one user message with a tool result. Other content needs a user message of its own,
   * with an assistant message between the two: the service joins neighbors of the same role. Absent: anything.
   */
  readonly besideToolResult?: readonly ('text' | MediaKind)[];
  /** Whether a system message may stand between turns (else it becomes user text, with a warning). */
  readonly systemBetweenTurns: boolean;
  /** Whether there is a system prompt at all (else it becomes the start of the first user message). */
  readonly system: boolean;
  /** Why the prompt may not end with an assistant message; absent when it may. */
  readonly refusesPrefill?: string;
  /** Whether reasoning of earlier turns is sent back: `signed` only with its signature, or `never`. */
  readonly reasoningReplay: 'signed' | 'always' | 'never';
  /**
   * Media that may stand in an assistant message, because the model makes it. AWS documents images and documents
   * in user messages only: what is not listed here is moved to the next one.
   */
  readonly assistantMedia?: readonly MediaKind[];
  /** Whether citations of earlier answers are sent back; default true. Where not, their text is sent alone. */
  readonly citationsReplay?: boolean;
}

/* --------------------------------------------------------------- caching */

export interface PromptCacheTraits {
  /** Where the model accepts a cache point. */
  readonly places: readonly ('system' | 'messages' | 'tools')[];
  /**
   * Fewest tokens before a point for anything to be cached. `Infinity` where nothing is known: the caller's
   * own points are sent, and none is placed automatically.
   */
  readonly minTokens: number;
  readonly ttls: readonly ('5m' | '1h')[];
}
