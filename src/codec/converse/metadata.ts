/** What a reply says beside its content, in the AI SDK's words. */
import type {
  JSONObject,
  JSONValue,
  LanguageModelV4FinishReason,
  LanguageModelV4Usage,
} from '@ai-sdk/provider';
import type { BedrockLanguageModelMetadata } from './provider-metadata.ts';
import type { RequestFacts } from './request-facts.ts';
import type { ReplyMetadata, TokenUsage } from './wire.ts';

/**
 * Bedrock's stop reason in the AI SDK's terms. One table for Converse and for the models' own replies, whose words
 * do not contradict each other.
 * @param toolCalls whether the reply calls a tool of the caller; the tool that stands for structured output
 * is not one, and its reply counts as a finished answer
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html (stopReason)
 */
export function finishReason(raw: string | undefined, toolCalls: boolean): LanguageModelV4FinishReason {
  return { unified: unifiedFinishReason(raw, toolCalls), raw };
}

function unifiedFinishReason(
  raw: string | undefined,
  toolCalls: boolean,
): LanguageModelV4FinishReason['unified'] {
  switch (raw?.toLowerCase()) {
    case 'end_turn':
    case 'stop_sequence':
    case 'stop':
    case 'complete':
    case 'endoftext':
    case 'eos_token':
    case 'finish':
    case 'finished':
    case 'stop_criteria_met':
      // Some open-weight models call a tool and say `end_turn`; the SDK would not run the tool after `stop`
      // with other calls pending, and a call that is there was meant.
      return toolCalls ? 'tool-calls' : 'stop';
    case 'tool_use':
    case 'tool_calls':
      return toolCalls ? 'tool-calls' : 'stop';
    case 'max_tokens':
    case 'model_context_window_exceeded':
    case 'length':
    case 'error_limit':
      return 'length';
    case 'guardrail_intervened':
    case 'content_filtered':
    case 'content_filter':
    case 'error_toxic':
    case 'refusal':
      return 'content-filter';
    case 'malformed_model_output':
    case 'malformed_tool_use':
    case 'error':
    case 'invalid_query':
    case 'max_tool_invocations':
    case 'rag_query_when_rag_disabled':
    case 'service_unavailable':
      return 'error';
    default:
      return 'other';
  }
}

/**
 * Bedrock's `inputTokens` leaves out cached tokens, the AI SDK's total holds them. Tokens spent on reasoning
 * are known only where the model's own reply was asked for them (`responseFieldPaths` of the family).
 */
export function toUsage(
  usage: TokenUsage | undefined,
  additionalFields: JSONValue | undefined,
): LanguageModelV4Usage {
  const noCache = count(usage?.inputTokens);
  const cacheRead = count(usage?.cacheReadInputTokens);
  const cacheWrite = count(usage?.cacheWriteInputTokens);
  const output = count(usage?.outputTokens);
  const reasoning = count(usage?.reasoningTokens) ?? reasoningTokens(additionalFields);
  return {
    inputTokens: {
      total: noCache === undefined ? undefined : noCache + (cacheRead ?? 0) + (cacheWrite ?? 0),
      noCache,
      cacheRead,
      cacheWrite,
    },
    outputTokens: {
      total: output,
      text: output === undefined || reasoning === undefined ? undefined : Math.max(0, output - reasoning),
      reasoning,
    },
    ...(usage === undefined ? {} : { raw: usage as JSONObject }),
  };
}

/** A reply is outside our control: what is not a number is not a count. */
function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function reasoningTokens(fields: JSONValue | undefined): number | undefined {
  const details = member(member(fields, 'usage'), 'output_tokens_details');
  return count(member(details, 'thinking_tokens')) ?? count(member(details, 'reasoning_tokens'));
}

function member(value: JSONValue | undefined, name: string): JSONValue | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JSONObject)[name]
    : undefined;
}

/** The `bedrock` object of a finished reply's provider metadata. What the reply does not say is left out. */
export function replyMetadata(
  facts: RequestFacts,
  metadata: ReplyMetadata,
  additionalFields: JSONValue | undefined,
): BedrockLanguageModelMetadata {
  const { usage } = metadata;
  const stopSequence =
    member(member(additionalFields, 'delta'), 'stop_sequence') ?? member(additionalFields, 'stop_sequence');
  return withoutUndefined({
    usage:
      usage?.cacheDetails === undefined && usage?.cacheWriteInputTokens === undefined
        ? undefined
        : withoutUndefined({
            cacheWriteInputTokens: usage.cacheWriteInputTokens,
            cacheDetails: usage.cacheDetails,
          }),
    trace: metadata.trace,
    metrics: metadata.metrics,
    performanceConfig: metadata.performanceConfig,
    serviceTier: metadata.serviceTier,
    stopSequence: typeof stopSequence === 'string' ? stopSequence : undefined,
    additionalModelResponseFields: additionalFields,
    structuredOutput: facts.structuredOutput,
    servedBy: facts.servedBy,
  });
}

/** On the way of every reply, so without lists of its members. */
function withoutUndefined<Members extends object>(members: Members): Members {
  const kept = {} as Members;
  for (const name in members) if (members[name] !== undefined) kept[name] = members[name];
  return kept;
}
