/** Reasoning, where the request asks for it in one of the ways that models have. */
import type { JSONValue } from '@ai-sdk/provider';
import type { ConverseRequest, ReplyContentBlock } from '../../codec/converse/wire.ts';
import { idFrom } from '../hash.ts';
import { gist } from '../words.ts';
import type { Conversation } from './conversation.ts';
import { member } from './structured.ts';
import type { ToolCall } from './tools.ts';

export function reasoningBlock(
  conversation: Conversation,
  call: ToolCall | undefined,
): ReplyContentBlock | undefined {
  const { request, question, toolResults } = conversation;
  if (!asksForReasoning(request)) return undefined;
  const plan =
    call !== undefined
      ? `The tool ${call.name} fits, so I call it.`
      : toolResults.length > 0
        ? 'The tools have answered, so I put their results into words.'
        : 'No tool is needed, so I answer at once.';
  const thought = `The user asks “${gist(question, 120)}”. ${plan}`;
  const isHidden = member(request.additionalModelRequestFields, 'thinking', 'display') === 'omitted';
  return {
    reasoningContent: {
      reasoningText: { text: isHidden ? '' : thought, signature: btoa(`local:${idFrom(thought, 48)}`) },
    },
  };
}

function asksForReasoning({ additionalModelRequestFields: fields }: ConverseRequest): boolean {
  return (
    isOn(member(fields, 'thinking')) ||
    isOn(member(fields, 'reasoning_config')) ||
    isOn(member(fields, 'reasoningConfig')) ||
    isOn(member(fields, 'reasoning_effort')) ||
    member(fields, 'enable_thinking') === true ||
    member(fields, 'chat_template_kwargs', 'thinking') === true ||
    member(fields, 'chat_template_kwargs', 'enable_thinking') === true
  );
}

/** `{ type: 'enabled' }`, `{ type: 'adaptive' }` …, or an effort as a word. */
function isOn(value: JSONValue | undefined): boolean {
  if (typeof value === 'string') return value !== 'none';
  const type = member({ value: value ?? null }, 'value', 'type');
  return typeof type === 'string' && type !== 'disabled';
}
