/**
 * A Converse answer as Responses tells it: a whole response, or the events of a stream.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/object
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
import type { JSONObject } from '@ai-sdk/provider';
import type { ConverseResponse, ReplyContentBlock, TokenUsage } from '../../codec/converse/wire.ts';
import { idFrom } from '../hash.ts';
import { eventsToResponse } from '../reply/events.ts';
import type { LocalStreamEvent } from '../reply/reply.ts';
import type { ResponsesRequest } from './wire.ts';

export interface ResponsesFacts {
  /** Letters and digits that the ids are made of. */
  readonly id: string;
  /** In seconds since the epoch. */
  readonly created: number;
  readonly request: ResponsesRequest;
}

export function responseToResponses(response: ConverseResponse, facts: ResponsesFacts): JSONObject {
  const output = (response.output?.message?.content ?? []).map((block, index) => toItem(block, index, facts));
  return { ...head(facts), ...ending(response), output, usage: responsesUsage(response.usage) };
}

function head({ id, created, request }: ResponsesFacts): JSONObject {
  return {
    id: `resp_${id}`,
    object: 'response',
    created_at: created,
    model: request.model,
    status: 'in_progress',
    error: null,
    incomplete_details: null,
    instructions: request.instructions ?? null,
    output: [],
    parallel_tool_calls: true,
    service_tier: 'default',
    tool_choice: 'auto',
    tools: [],
  };
}

function ending({ stopReason }: ConverseResponse): JSONObject {
  switch (stopReason) {
    case 'max_tokens':
      return { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
    case 'content_filtered':
    case 'guardrail_intervened':
      return { status: 'incomplete', incomplete_details: { reason: 'content_filter' } };
    default:
      return { status: 'completed' };
  }
}

function responsesUsage(usage: TokenUsage = {}): JSONObject {
  const cached = usage.cacheReadInputTokens ?? 0;
  const input = (usage.inputTokens ?? 0) + cached + (usage.cacheWriteInputTokens ?? 0);
  const output = usage.outputTokens ?? 0;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input + output,
  };
}

function toItem(block: ReplyContentBlock, index: number, facts: ResponsesFacts): JSONObject {
  const { toolUse, reasoningContent } = block;
  const id = itemId(facts, index);
  if (toolUse !== undefined) {
    return {
      type: 'function_call',
      id: `fc_${id}`,
      call_id: toolUse.toolUseId ?? '',
      name: toolUse.name ?? '',
      arguments: JSON.stringify(toolUse.input ?? {}),
      status: 'completed',
    };
  }
  if (reasoningContent !== undefined) {
    const text = reasoningContent.reasoningText?.text ?? '';
    return reasoningItem(`rs_${id}`, text, facts.request);
  }
  const text = block.text ?? block.citationsContent?.content?.map(part => part.text ?? '').join('') ?? '';
  return messageItem(`msg_${id}`, [outputText(text)], 'completed');
}

function itemId({ id }: ResponsesFacts, index: number): string {
  return idFrom(`${id}${index}`, 24);
}

/** OpenAI's own models give a summary where it is asked for; models with open weights say it all. */
function reasoningItem(id: string, text: string, { reasoning, include }: ResponsesRequest): JSONObject {
  const isSummary = reasoning?.summary != null;
  return {
    type: 'reasoning',
    id,
    status: 'completed',
    summary: isSummary ? [{ type: 'summary_text', text }] : [],
    ...(!isSummary && { content: [{ type: 'reasoning_text', text }] }),
    ...(include?.includes('reasoning.encrypted_content') && { encrypted_content: btoa(`local:${id}`) }),
  };
}

function outputText(text: string): JSONObject {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

function messageItem(id: string, content: JSONObject[], status: string): JSONObject {
  return { type: 'message', id, role: 'assistant', status, content };
}

/* ------------------------------------------------------------------ stream */

/** The events of a stream; those of its end are held back for the usage that Converse sends behind it. */
export async function* eventsToResponsesEvents(
  events: Iterable<LocalStreamEvent> | AsyncIterable<LocalStreamEvent>,
  facts: ResponsesFacts,
): AsyncGenerator<JSONObject> {
  let sequence = 0;
  const tell = (type: string, members: JSONObject): JSONObject => ({
    type,
    sequence_number: sequence++,
    ...members,
  });
  yield tell('response.created', { response: head(facts) });
  yield tell('response.in_progress', { response: head(facts) });
  const seen: LocalStreamEvent[] = [];
  const open = new Map<number, OpenItem>();
  let isStopped = false;
  for await (const event of events) {
    seen.push(event);
    const { contentBlockStart, contentBlockDelta, contentBlockStop, messageStop } = event;
    isStopped ||= messageStop !== undefined;
    const index = (contentBlockStart ?? contentBlockDelta ?? contentBlockStop)?.contentBlockIndex ?? 0;
    if ((contentBlockStart !== undefined || contentBlockDelta !== undefined) && !open.has(index)) {
      const item = openItem(event, index, facts);
      open.set(index, item);
      for (const [type, members] of item.begin) yield tell(type, members);
    }
    const item = open.get(index);
    const delta = contentBlockDelta?.delta;
    const piece = delta?.text ?? delta?.toolUse?.input ?? delta?.reasoningContent?.text;
    if (item !== undefined && piece !== undefined) {
      item.text += piece;
      yield tell(item.deltaType, { ...item.place, delta: piece });
    }
    if (item !== undefined && contentBlockStop !== undefined) {
      for (const [type, members] of item.end(item.text)) yield tell(type, members);
    }
  }
  // A stream that a script breaks off has no end.
  if (!isStopped) return;
  const response = responseToResponses(await eventsToResponse(seen), facts);
  const type = response['status'] === 'incomplete' ? 'response.incomplete' : 'response.completed';
  yield tell(type, { response });
}

type Told = readonly [type: string, members: JSONObject];

/** An item of the output while it comes. */
interface OpenItem {
  text: string;
  readonly place: JSONObject;
  readonly deltaType: string;
  readonly begin: readonly Told[];
  readonly end: (text: string) => readonly Told[];
}

function openItem(event: LocalStreamEvent, index: number, facts: ResponsesFacts): OpenItem {
  const { contentBlockStart, contentBlockDelta } = event;
  const toolUse = contentBlockStart?.start?.toolUse;
  if (toolUse !== undefined) return openCall(toolUse, index, facts);
  return contentBlockDelta?.delta?.reasoningContent === undefined
    ? openMessage(index, facts)
    : openReasoning(index, facts);
}

function openCall(
  toolUse: { readonly toolUseId?: string; readonly name?: string },
  index: number,
  facts: ResponsesFacts,
): OpenItem {
  const id = `fc_${itemId(facts, index)}`;
  const place = { item_id: id, output_index: index };
  const item = (args: string, status: string): JSONObject => ({
    type: 'function_call',
    id,
    call_id: toolUse.toolUseId ?? '',
    name: toolUse.name ?? '',
    arguments: args,
    status,
  });
  return {
    text: '',
    place,
    deltaType: 'response.function_call_arguments.delta',
    begin: [['response.output_item.added', { output_index: index, item: item('', 'in_progress') }]],
    end: text => [
      ['response.function_call_arguments.done', { ...place, arguments: text }],
      ['response.output_item.done', { output_index: index, item: item(text, 'completed') }],
    ],
  };
}

function openMessage(index: number, facts: ResponsesFacts): OpenItem {
  const id = `msg_${itemId(facts, index)}`;
  const place = { item_id: id, output_index: index, content_index: 0 };
  return {
    text: '',
    place,
    deltaType: 'response.output_text.delta',
    begin: [
      ['response.output_item.added', { output_index: index, item: messageItem(id, [], 'in_progress') }],
      ['response.content_part.added', { ...place, part: outputText('') }],
    ],
    end: text => [
      ['response.output_text.done', { ...place, text }],
      ['response.content_part.done', { ...place, part: outputText(text) }],
      [
        'response.output_item.done',
        { output_index: index, item: messageItem(id, [outputText(text)], 'completed') },
      ],
    ],
  };
}

function openReasoning(index: number, facts: ResponsesFacts): OpenItem {
  const id = `rs_${itemId(facts, index)}`;
  const isSummary = facts.request.reasoning?.summary != null;
  const place: JSONObject = {
    item_id: id,
    output_index: index,
    ...(isSummary ? { summary_index: 0 } : { content_index: 0 }),
  };
  const [part, kind] = isSummary ? ['summary_part', 'summary_text'] : ['part', 'text'];
  const type = isSummary ? 'summary_text' : 'reasoning_text';
  const empty = { ...reasoningItem(id, '', facts.request), summary: [], status: 'in_progress' };
  return {
    text: '',
    place,
    deltaType: `response.reasoning_${kind}.delta`,
    begin: [
      ['response.output_item.added', { output_index: index, item: empty }],
      [`response.reasoning_${part}.added`, { ...place, part: { type, text: '' } }],
    ],
    end: text => [
      [`response.reasoning_${kind}.done`, { ...place, text }],
      [`response.reasoning_${part}.done`, { ...place, part: { type, text } }],
      ['response.output_item.done', { output_index: index, item: reasoningItem(id, text, facts.request) }],
    ],
  };
}
