/**
 * What callers can say through `providerOptions.bedrock`: on the call, on messages, on parts and on tools.
 * `providerOptions.amazonBedrock` is read where `bedrock` is absent, so that histories of other packages work.
 *
 * Members that are not named here are left alone (other features of this package read their own from the same
 * object); members that are named here must have one of the values described, or the call throws
 * `InvalidArgumentError` before anything is sent.
 *
 * These are type aliases and not interfaces, because only those fit into the SDK's `providerOptions`.
 */

import type { JSONObject } from '@ai-sdk/provider';
import type { ReasoningConfig } from '../family.ts';
import type { BedrockTrafficOptions } from '../traffic-options.ts';

/**
 * Options of one call, e.g. `providerOptions: { bedrock: { serviceTier: 'flex' } }`.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export type BedrockLanguageModelOptions = BedrockTrafficOptions & {
  /**
   * Parameters of the model itself, in its own words, beyond those that Converse has members for. Merged over
   * what this package derives from the other options: objects member by member, arrays joined without
   * duplicates, anything else replaced.
   *
   * @example { top_k: 50 }
   */
  additionalModelRequestFields?: JSONObject | undefined;

  /**
   * Members of the model's own reply to bring back, as JSON pointers of at most 256 characters. They arrive in
   * `providerMetadata.bedrock.additionalModelResponseFields`. At most ten; what the model's family asks for
   * itself comes on top where there is room.
   *
   * @example ['/stop_sequence']
   */
  additionalModelResponseFieldPaths?: string[] | undefined;

  /**
   * How much the model thinks. Wins over the SDK's portable `reasoning` setting. Which members count depends on
   * the model: older Claude models take a budget, newer ones and most other families an effort.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-reasoning.html
   */
  reasoningConfig?: BedrockReasoningConfig | undefined;

  /**
   * Beta features of Anthropic's models to turn on, e.g. `['context-1m-2025-08-07']`. Other families leave them
   * out with a warning.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html
   */
  anthropicBeta?: string[] | undefined;

  /**
   * The capacity that serves the call: `priority` costs more and waits less, `flex` the reverse, `reserved` is
   * bought beforehand.
   *
   * @default 'default'
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/service-tiers-inference.html
   */
  serviceTier?: 'default' | 'priority' | 'flex' | 'reserved' | undefined;

  /**
   * How `Output.object` and the like are enforced.
   * - `auto`: the best way the model has.
   * - `native`: Converse's `outputConfig.textFormat`.
   * - `family`: the model's own request field.
   * - `tool`: a forced tool whose input is the object.
   * - `instruction`: the schema in the system prompt; nothing is enforced.
   * - `outputFormat`, `jsonTool`: the official provider's words for `native` (or `family`) and `tool`.
   *
   * @default 'auto'
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html
   */
  structuredOutputMode?:
    | 'auto'
    | 'native'
    | 'family'
    | 'tool'
    | 'instruction'
    | 'outputFormat'
    | 'jsonTool'
    | undefined;

  /**
   * The guardrail that checks the prompt and the answer. Where any part is marked with `guardContent`, only the
   * marked parts of the prompt are checked.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-use-converse-api.html
   */
  guardrailConfig?: BedrockGuardrailConfig | undefined;

  /**
   * `optimized` asks for the latency-optimized version of a model, where there is one.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/latency-optimized-inference.html
   */
  performanceConfig?: { latency: 'standard' | 'optimized' } | undefined;

  /**
   * Values for the variables of a prompt from Prompt management (a prompt ARN as the model id).
   *
   * @example { topic: 'whales' }
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-management-use.html
   */
  promptVariables?: { [name: string]: string | { text: string } } | undefined;

  /**
   * Up to 16 labels for the invocation logs, e.g. to attribute costs. Keys and values have at most 256
   * characters of `a-z A-Z 0-9`, white space and `: _ @ $ # = / + , - .`.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html
   */
  requestMetadata?: { [key: string]: string } | undefined;

  /**
   * `auto` places cache points where they pay: after the tools, after the system prompt, and at the end of the
   * last two user turns; `{ ttl }` does so with that lifetime, where the model knows it. Places with fewer
   * tokens before them than the model caches are left out, as is everything on models without cache points.
   * Points set by hand are kept as they are, and automatic ones are only added behind the last of them.
   *
   * @default 'off'
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
   */
  promptCaching?: 'auto' | 'off' | { ttl: '5m' | '1h' } | undefined;
};

/** See `BedrockLanguageModelOptions.reasoningConfig`. */
export type BedrockReasoningConfig = ReasoningConfig;

/** See `BedrockLanguageModelOptions.guardrailConfig`. */
export type BedrockGuardrailConfig = {
  /** Id or ARN. */
  guardrailIdentifier?: string | undefined;
  /** A number, or `DRAFT`. */
  guardrailVersion?: string | undefined;
  /**
   * Whether the reply says what the guardrail found (`providerMetadata.bedrock.trace`).
   * @default 'disabled'
   */
  trace?: 'enabled' | 'disabled' | 'enabled_full' | undefined;
  /**
   * Streams only: `async` sends text before it is checked, which is faster and may show what is then blocked.
   * Left out of calls that do not stream.
   *
   * @default 'sync'
   */
  streamProcessingMode?: 'sync' | 'async' | undefined;
};

/**
 * A cache point: what stands before it is cached, and read from the cache by later calls that begin the same.
 * `true` is `{ type: 'default' }`. A request has room for four. Where there are more, the last one of the tools
 * and the last one of the system prompt stay, and then the latest ones, because later turns build on those. A
 * lifetime of an hour cannot follow one of five minutes, and becomes five minutes. Both come with a warning.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
 */
export type BedrockCachePoint =
  | boolean
  | {
      type?: 'default' | undefined;
      /** @default '5m' */
      ttl?: '5m' | '1h' | undefined;
    };

/** Options that every message and every part takes. */
export type BedrockMessageOptions = {
  /** A cache point behind this message, part or tool result. */
  cachePoint?: BedrockCachePoint | undefined;
};

export type BedrockSystemMessageOptions = BedrockMessageOptions &
  BedrockGuardContentOptions & {
    /**
     * On a system message between turns: tools that become available from here on. Only models that take system
     * messages between turns know it.
     */
    toolAddition?: BedrockToolReference[] | undefined;
    /** On a system message between turns: tools that are no longer available from here on. */
    toolRemoval?: BedrockToolReference[] | undefined;
  };

/** Names a tool; at least one member. */
export type BedrockToolReference = {
  type?: string | undefined;
  /** The tool's name as given in `tools`. */
  name?: string | undefined;
  serverName?: string | undefined;
};

export type BedrockGuardContentOptions = {
  /** Marks the part as what the guardrail is to check; then only marked parts are checked. */
  guardContent?: boolean | undefined;
  /** What the marked text is to the guardrail's checks; implies `guardContent`. */
  guardContentQualifiers?: Array<'grounding_source' | 'query' | 'guard_content'> | undefined;
};

export type BedrockTextPartOptions = BedrockMessageOptions &
  BedrockGuardContentOptions & {
    /** Sends the text as a search result, which the model can cite. */
    searchResult?:
      | {
          /** Where it was found, e.g. a URL. */
          source: string;
          title: string;
          citations?: { enabled: boolean } | undefined;
        }
      | undefined;
  };

export type BedrockFilePartOptions = BedrockMessageOptions & {
  /** Images: marks a PNG or JPEG as what the guardrail is to check. */
  guardContent?: boolean | undefined;
  /** The 12-digit account that owns the bucket of an `s3://` file, where it is not the caller's. */
  bucketOwner?: string | undefined;
  /** Documents: whether the model cites passages of it. */
  citations?: { enabled: boolean } | undefined;
  /** Documents: what the model should know about it, e.g. how it came about. */
  context?: string | undefined;
  /**
   * Documents: the name the model sees. Made to fit AWS's rules (letters, digits, single spaces, hyphens,
   * parentheses, brackets; 200 characters; unique in the request).
   * @default the file name without its extension
   */
  name?: string | undefined;
  /** Documents: the content as passages that are cited as wholes, in place of the file's data. */
  chunks?: string[] | undefined;
};

export type BedrockToolOptions = {
  /** A cache point behind this tool. */
  cachePoint?: BedrockCachePoint | undefined;
};

/** Options of a `custom` item in the content of a tool result. */
export type BedrockToolResultContentOptions = BedrockMessageOptions & {
  /** A search result, which the model can cite. */
  searchResult?:
    | {
        source: string;
        title: string;
        content: Array<{ text: string }>;
        citations?: { enabled: boolean } | undefined;
      }
    | undefined;
  /** A JSON object among other content. */
  json?: JSONObject | undefined;
};
