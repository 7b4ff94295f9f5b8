/**
 * The contract of a body in which models chat through InvokeModel: from the model's own words to Converse, so that one
 * responder and one kind of script answer all of them, and back.
 */
import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import type { ConverseRequest, ConverseResponse, TokenUsage } from '../../codec/converse/wire.ts';
import type { AwsError } from '../aws-error.ts';
import type { LocalStreamEvent } from '../reply/reply.ts';
import type { Findings, StructureShape } from '../validation/shape.ts';

export interface ChatBody {
  /**
   * Whether the request is in this body.
   * @param modelId as called; an ARN may say nothing, and then the members of the body do
   */
  claims(modelId: string, body: JSONObject): boolean;

  /** What the body must look like. */
  shape(modelId: string): StructureShape;

  /** The error of a body that does not have its shape. */
  error(findings: Findings): AwsError | undefined;

  /** Whether members that the shape does not have are refused, and not only by a strict server. */
  readonly refusesUnknown?: (modelId: string) => boolean;

  /** What a shape cannot say. */
  rules?(body: JSONObject): AwsError | undefined;

  /** @param body of the shape */
  toConverse(body: JSONObject, modelId: string): ConverseRequest;

  whole(response: ConverseResponse, facts: ReplyFacts): JSONObject;

  /** Without the service's own counts, which are put into the last chunk. A stream that breaks off has no end. */
  chunks(events: Events, facts: StreamFacts): AsyncIterable<JSONValue>;

  /** Whether a chunk holds what was told since the last one, and does not only announce it; default: it does. */
  readonly holdsOutput?: (chunk: JSONObject) => boolean;

  /** Whether the counts come in a chunk of their own. */
  readonly countsApart?: (modelId: string) => boolean;

  /** Default true. */
  readonly streams?: boolean;
}

export type Events = Iterable<LocalStreamEvent> | AsyncIterable<LocalStreamEvent>;

export interface ReplyFacts {
  readonly requestId: string;
  readonly modelId: string;
}

export interface StreamFacts extends ReplyFacts {
  /** What is known of the request before the answer is there. */
  readonly usage: TokenUsage;
}

/** A provider's name at the start of an id, or behind a geography's prefix or in an ARN. */
export function isOf(provider: string, modelId: string): boolean {
  return new RegExp(`(?:^|[./])${provider}`).test(modelId);
}

/** Whether an id says nothing of its model, so that the body must. */
export function isOpaque(modelId: string): boolean {
  return (
    !/^(?!arn:)[a-z0-9-]+\.|(?:foundation-model|inference-profile)\//.test(modelId) ||
    /application-inference-profile\//.test(modelId)
  );
}

/** How bodies in the manner of OpenAI say why they ended; others say it by `stopWord` of their own. */
export function openAIStop(stopReason: string | undefined): string {
  switch (stopReason) {
    case 'max_tokens':
      return 'length';
    case 'tool_use':
      return 'tool_calls';
    case 'content_filtered':
    case 'guardrail_intervened':
      return 'content_filter';
    default:
      return 'stop';
  }
}
