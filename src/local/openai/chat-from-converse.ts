/**
 * A Converse answer as Chat Completions tells it: a whole completion, or the chunks of a stream.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/object
 */
import type { JSONObject } from '@ai-sdk/provider';
import type { ContentBlockDelta, ConverseResponse, TokenUsage } from '../../codec/converse/wire.ts';
import type { LocalStreamEvent } from '../reply/reply.ts';

export interface ChatFacts {
  /** E.g. `chatcmpl-…`. */
  readonly id: string;
  readonly modelId: string;
  /** In seconds since the epoch. */
  readonly created: number;
}

export function responseToChat(response: ConverseResponse, facts: ChatFacts): JSONObject {
  const blocks = response.output?.message?.content ?? [];
  const text = blocks
    .map(block => block.text ?? block.citationsContent?.content?.map(part => part.text ?? '').join('') ?? '')
    .join('');
  const reasoning = blocks.map(block => block.reasoningContent?.reasoningText?.text ?? '').join('');
  const calls = blocks.flatMap(({ toolUse }) =>
    toolUse === undefined
      ? []
      : [
          {
            id: toolUse.toolUseId ?? '',
            type: 'function',
            function: { name: toolUse.name ?? '', arguments: JSON.stringify(toolUse.input ?? {}) },
          },
        ],
  );
  const message: JSONObject = {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    refusal: null,
    ...(reasoning !== '' && { reasoning }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  const finish_reason = finishReason(response.stopReason);
  return {
    ...head(facts, 'chat.completion'),
    choices: [{ index: 0, finish_reason, logprobs: null, message }],
    service_tier: 'default',
    usage: chatUsage(response.usage),
  };
}

function head({ id, modelId, created }: ChatFacts, object: string): JSONObject {
  return { id, object, created, model: modelId };
}

const FINISH_REASONS: Readonly<Record<string, string>> = {
  tool_use: 'tool_calls',
  max_tokens: 'length',
  content_filtered: 'content_filter',
  guardrail_intervened: 'content_filter',
};

function finishReason(stopReason = 'end_turn'): string {
  return FINISH_REASONS[stopReason] ?? 'stop';
}

function chatUsage(usage: TokenUsage = {}): JSONObject {
  const cached = usage.cacheReadInputTokens ?? 0;
  const prompt = (usage.inputTokens ?? 0) + cached + (usage.cacheWriteInputTokens ?? 0);
  const completion = usage.outputTokens ?? 0;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: cached },
  };
}

/** The chunks of a stream, without the `[DONE]` behind them. */
export async function* eventsToChatChunks(
  events: Iterable<LocalStreamEvent> | AsyncIterable<LocalStreamEvent>,
  facts: ChatFacts,
  includeUsage: boolean,
): AsyncGenerator<JSONObject> {
  const chunk = (delta: JSONObject, finish_reason: string | null = null): JSONObject => ({
    ...head(facts, 'chat.completion.chunk'),
    choices: [{ index: 0, delta, finish_reason, logprobs: null }],
  });
  /** Calls count from zero, whatever else is in the answer. */
  const calls: number[] = [];
  for await (const { messageStart, contentBlockStart, contentBlockDelta, messageStop, metadata } of events) {
    if (messageStart !== undefined) yield chunk({ role: 'assistant', content: '' });
    const toolUse = contentBlockStart?.start?.toolUse;
    if (toolUse !== undefined) {
      const index = calls.push(contentBlockStart?.contentBlockIndex ?? 0) - 1;
      const called = { name: toolUse.name ?? '', arguments: '' };
      yield chunk({
        tool_calls: [{ index, id: toolUse.toolUseId ?? '', type: 'function', function: called }],
      });
    }
    if (contentBlockDelta?.delta !== undefined) {
      const index = calls.indexOf(contentBlockDelta.contentBlockIndex ?? 0);
      const delta = toDelta(contentBlockDelta.delta, index);
      if (delta !== undefined) yield chunk(delta);
    }
    if (messageStop !== undefined) yield chunk({}, finishReason(messageStop.stopReason));
    if (metadata?.usage !== undefined && includeUsage) {
      yield { ...head(facts, 'chat.completion.chunk'), choices: [], usage: chatUsage(metadata.usage) };
    }
  }
}

function toDelta(
  { text, toolUse, reasoningContent }: ContentBlockDelta,
  index: number,
): JSONObject | undefined {
  if (text !== undefined) return { content: text };
  if (toolUse !== undefined) return { tool_calls: [{ index, function: { arguments: toolUse.input ?? '' } }] };
  if (reasoningContent?.text !== undefined) return { reasoning: reasoningContent.text };
  // Signatures and citations have no place here.
  return undefined;
}
