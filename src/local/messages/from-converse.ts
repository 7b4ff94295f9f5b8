/**
 * A Converse answer as the Messages API tells it: a whole message, or the chunks of a stream.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html
 */
import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import type {
  Citation,
  CitationLocation,
  ContentBlockDelta,
  ContentBlockStart,
  ConverseResponse,
  ReplyContentBlock,
  TokenUsage,
} from '../../codec/converse/wire.ts';
import { isObject } from '../json-schema-check.ts';
import type { LocalStreamEvent } from '../reply/reply.ts';

export interface MessageFacts {
  /** E.g. `msg_bdrk_…`. */
  readonly id: string;
  readonly modelId: string;
}

export function responseToMessage(response: ConverseResponse, facts: MessageFacts): JSONObject {
  const content = response.output?.message?.content ?? [];
  return {
    ...messageHead(facts),
    content: content.map(toMessagesBlock),
    ...stopMembers(response.stopReason, response.additionalModelResponseFields),
    usage: { ...inputUsage(response.usage), output_tokens: response.usage?.outputTokens ?? 0 },
  };
}

/** Bedrock names the model here without its provider and version. */
function messageHead({ id, modelId }: MessageFacts): JSONObject {
  const model = modelId.replace(/^(?:.*\.)?anthropic\./, '').replace(/-v\d+(?::\d+)?$/, '');
  return { id, type: 'message', role: 'assistant', model };
}

function stopMembers(stopReason: string | undefined, fields: JSONValue | undefined): JSONObject {
  const sequence = isObject(fields) ? fields['stop_sequence'] : null;
  const reason = STOP_REASONS[stopReason ?? ''] ?? stopReason ?? 'end_turn';
  return { stop_reason: reason, stop_sequence: sequence ?? null };
}

/** Where the Messages API has another word. */
const STOP_REASONS: Readonly<Record<string, string>> = {
  content_filtered: 'refusal',
  guardrail_intervened: 'end_turn',
};

function inputUsage(usage: TokenUsage = {}): JSONObject {
  return {
    input_tokens: usage.inputTokens ?? 0,
    cache_creation_input_tokens: usage.cacheWriteInputTokens ?? 0,
    cache_read_input_tokens: usage.cacheReadInputTokens ?? 0,
  };
}

function toMessagesBlock(block: ReplyContentBlock): JSONObject {
  const { toolUse, reasoningContent, citationsContent } = block;
  if (toolUse !== undefined) {
    return {
      type: 'tool_use',
      id: toMessagesId(toolUse.toolUseId),
      name: toolUse.name ?? '',
      input: toolUse.input ?? {},
    };
  }
  if (reasoningContent?.redactedContent !== undefined) {
    return { type: 'redacted_thinking', data: reasoningContent.redactedContent };
  }
  if (reasoningContent?.reasoningText !== undefined) {
    const { text = '', signature = '' } = reasoningContent.reasoningText;
    return { type: 'thinking', thinking: text, signature };
  }
  if (citationsContent !== undefined) {
    const text = (citationsContent.content ?? []).map(part => part.text ?? '').join('');
    return { type: 'text', text, citations: (citationsContent.citations ?? []).map(toMessagesCitation) };
  }
  return { type: 'text', text: block.text ?? '' };
}

function toMessagesId(toolUseId = ''): string {
  return toolUseId.replace(/^tooluse_/, 'toolu_bdrk_');
}

function toMessagesCitation({ title = '', source = '', sourceContent = [], location }: Citation): JSONObject {
  const cited_text = sourceContent.map(({ text }) => text).join('');
  const place: CitationLocation = location ?? { web: {} };
  if ('documentChar' in place) {
    const { documentIndex: document_index, start, end } = place.documentChar;
    const range = { document_index, start_char_index: start, end_char_index: end };
    return { type: 'char_location', cited_text, document_title: title, ...range };
  }
  if ('documentPage' in place) {
    const { documentIndex: document_index, start, end } = place.documentPage;
    const range = { document_index, start_page_number: start, end_page_number: end };
    return { type: 'page_location', cited_text, document_title: title, ...range };
  }
  if ('documentChunk' in place) {
    const { documentIndex: document_index, start, end } = place.documentChunk;
    const range = { document_index, start_block_index: start, end_block_index: end };
    return { type: 'content_block_location', cited_text, document_title: title, ...range };
  }
  if ('searchResultLocation' in place) {
    const { searchResultIndex: search_result_index, start, end } = place.searchResultLocation;
    const range = { search_result_index, start_block_index: start, end_block_index: end };
    return { type: 'search_result_location', cited_text, title, source, ...range };
  }
  return { type: 'web_search_result_location', cited_text, title, url: place.web.url };
}

/* ------------------------------------------------------------------ stream */

export interface StreamFacts extends MessageFacts {
  /** What the first chunk says of the request, before the answer is there. */
  readonly usage: TokenUsage;
}

/** The chunks of a stream; those of a stop are held back for the usage that Converse sends behind it. */
export async function* eventsToChunks(
  events: Iterable<LocalStreamEvent> | AsyncIterable<LocalStreamEvent>,
  facts: StreamFacts,
): AsyncGenerator<JSONObject> {
  const open = new Set<number>();
  let stop: JSONObject | undefined;
  let usage = facts.usage;
  for await (const event of events) {
    const { messageStart, contentBlockStart, contentBlockDelta, contentBlockStop, messageStop, metadata } =
      event;
    if (messageStart !== undefined) yield messageStartChunk(facts);
    if (contentBlockStart !== undefined) {
      const { contentBlockIndex: index = 0, start } = contentBlockStart;
      open.add(index);
      yield { type: 'content_block_start', index, content_block: startedBlock(start) };
    }
    if (contentBlockDelta?.delta !== undefined) {
      const { contentBlockIndex: index = 0, delta } = contentBlockDelta;
      if (!open.has(index)) yield { type: 'content_block_start', index, content_block: blockOfDelta(delta) };
      open.add(index);
      const converted = toMessagesDelta(delta);
      if (converted !== undefined) yield { type: 'content_block_delta', index, delta: converted };
    }
    if (contentBlockStop !== undefined) {
      yield { type: 'content_block_stop', index: contentBlockStop.contentBlockIndex ?? 0 };
    }
    if (messageStop !== undefined)
      stop = stopMembers(messageStop.stopReason, messageStop.additionalModelResponseFields);
    if (metadata?.usage !== undefined) usage = metadata.usage;
  }
  // A stream that a script breaks off has no end.
  if (stop === undefined) return;
  // Where the first chunk could not tell the input, the last one does.
  const input = facts.usage.inputTokens === undefined && usage.inputTokens !== undefined;
  yield {
    type: 'message_delta',
    delta: stop,
    usage: { ...(input && inputUsage(usage)), output_tokens: usage.outputTokens ?? 0 },
  };
  yield { type: 'message_stop' };
}

function messageStartChunk(facts: StreamFacts): JSONObject {
  const message = {
    ...messageHead(facts),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...inputUsage(facts.usage), output_tokens: 1 },
  };
  return { type: 'message_start', message };
}

function startedBlock(start: ContentBlockStart | undefined): JSONObject {
  const toolUse = start?.toolUse;
  if (toolUse === undefined) return { type: 'text', text: '' };
  return { type: 'tool_use', id: toMessagesId(toolUse.toolUseId), name: toolUse.name ?? '', input: {} };
}

/** Converse does not announce text and reasoning, so their first delta tells which of them begins. */
function blockOfDelta({ reasoningContent, citation }: ContentBlockDelta): JSONObject {
  if (reasoningContent?.redactedContent !== undefined) {
    return { type: 'redacted_thinking', data: reasoningContent.redactedContent };
  }
  if (reasoningContent !== undefined) return { type: 'thinking', thinking: '', signature: '' };
  return citation === undefined ? { type: 'text', text: '' } : { type: 'text', text: '', citations: [] };
}

/** @returns undefined for what is told by the start of its block already */
function toMessagesDelta({
  text,
  toolUse,
  reasoningContent,
  citation,
}: ContentBlockDelta): JSONObject | undefined {
  if (text !== undefined) return { type: 'text_delta', text };
  if (toolUse !== undefined) return { type: 'input_json_delta', partial_json: toolUse.input ?? '' };
  if (citation !== undefined) return { type: 'citations_delta', citation: toMessagesCitation(citation) };
  if (reasoningContent?.text !== undefined)
    return { type: 'thinking_delta', thinking: reasoningContent.text };
  if (reasoningContent?.signature !== undefined) {
    return { type: 'signature_delta', signature: reasoningContent.signature };
  }
  return undefined;
}
