/**
 * The built-in responder: answers that no script gives. It is no language model and says so, but it follows
 * the request: it calls offered tools with input that is valid for their schemas, puts the tools' results into
 * words, writes JSON for a schema, reasons when asked, cites documents, and keeps to `maxTokens` and
 * `stopSequences`. The same request always gets the same answer.
 */
import type { JSONObject } from '@ai-sdk/provider';
import type { ConverseRequest, ReplyContentBlock } from '../codec/converse/wire.ts';
import type { LocalAnswer } from './reply/reply.ts';
import { citingBlocks } from './responder/citations.ts';
import { type Conversation, readConversation } from './responder/conversation.ts';
import { applyLimits } from './responder/limits.ts';
import { DISCLAIMER, plainText } from './responder/plain-text.ts';
import { reasoningBlock } from './responder/reasoning.ts';
import { structuredText } from './responder/structured.ts';
import { chooseToolCall, type ToolCall } from './responder/tools.ts';

export function builtInAnswer(request: ConverseRequest, modelId: string): LocalAnswer {
  const conversation = readConversation(request, modelId);
  const call = chooseToolCall(conversation);
  const reasoning = reasoningBlock(conversation, call);
  const blocks = [...(reasoning === undefined ? [] : [reasoning]), ...answerBlocks(conversation, call)];
  const limited = applyLimits(blocks, request.inferenceConfig ?? {});
  const stopReason = limited.stopReason ?? (call === undefined ? 'end_turn' : 'tool_use');
  return {
    content: limited.content,
    stopReason,
    ...fieldsAskedFor(request, { stop_reason: stopReason, stop_sequence: limited.stopSequence ?? null }),
  };
}

function answerBlocks(conversation: Conversation, call: ToolCall | undefined): ReplyContentBlock[] {
  if (call !== undefined) return [{ toolUse: { ...call } }];
  const json = structuredText(conversation);
  if (json !== undefined) return [{ text: json }];
  const citing = conversation.toolResults.length === 0 ? citingBlocks(conversation) : [];
  if (citing.length > 0) return [{ text: `${DISCLAIMER} The documents say: ` }, ...citing];
  return [{ text: plainText(conversation) }];
}

/**
 * `additionalModelResponseFieldPaths` look into the model's own reply, or, in a stream, into its last event,
 * which has the same members inside `delta`.
 */
export function fieldsAskedFor(
  { additionalModelResponseFieldPaths: paths = [] }: ConverseRequest,
  own: JSONObject,
): { additionalModelResponseFields?: JSONObject } {
  const wanted = (prefix: string): JSONObject =>
    Object.fromEntries(Object.entries(own).filter(([name]) => paths.includes(`${prefix}/${name}`)));
  const delta = wanted('/delta');
  const fields = { ...wanted(''), ...(Object.keys(delta).length > 0 && { delta }) };
  return Object.keys(fields).length > 0 ? { additionalModelResponseFields: fields } : {};
}
