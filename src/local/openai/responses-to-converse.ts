/** A Responses request as a Converse request. */
import type { JSONObject } from '@ai-sdk/provider';
import type { ContentBlock, ConverseRequest } from '../../codec/converse/wire.ts';
import { callBlock, checkPairs, MessageList, toToolConfig } from './conversation.ts';
import { documentBlock, imageBlock } from './media.ts';
import type { ResponsesItem, ResponsesPart, ResponsesRequest } from './wire.ts';

/** @throws AwsError for what Converse has no place for */
export function responsesToConverse(request: ResponsesRequest): ConverseRequest {
  const list = new MessageList();
  const { input, instructions, reasoning, tool_choice: choice } = request;
  if (instructions) list.system.push({ text: instructions });
  if (typeof input === 'string') list.add('user', [{ text: input }]);
  else for (const item of input) addItem(item, list);
  checkPairs(list.messages);
  const { schema } = request.text?.format ?? {};
  const effort = reasoning?.effort;
  const fields: JSONObject = {
    ...(schema !== undefined && { response_format: { json_schema: { schema } } }),
    ...(effort && { reasoning_effort: effort }),
  };
  return {
    messages: list.messages,
    ...(list.system.length > 0 && { system: list.system }),
    inferenceConfig: {
      maxTokens: request.max_output_tokens ?? undefined,
      temperature: request.temperature ?? undefined,
      topP: request.top_p ?? undefined,
    },
    toolConfig: toToolConfig(
      (request.tools ?? []).filter(({ type }) => type === 'function'),
      typeof choice === 'string' ? choice : undefined,
      typeof choice === 'object' ? choice?.name : undefined,
    ),
    ...(Object.keys(fields).length > 0 && { additionalModelRequestFields: fields }),
  };
}

function addItem(item: ResponsesItem, list: MessageList): void {
  switch (item.type) {
    case 'function_call':
      list.add('assistant', [callBlock(item.call_id, item.name, item.arguments)]);
      return;
    case 'function_call_output': {
      const text = typeof item.output === 'string' ? item.output : item.output.map(textOf).join('');
      list.add('user', [{ toolResult: { toolUseId: item.call_id, content: [{ text }] } }]);
      return;
    }
    case 'reasoning': {
      const text = (item.summary ?? []).map(part => part.text).join('');
      if (text !== '') list.add('assistant', [{ reasoningContent: { reasoningText: { text } } }]);
      return;
    }
    case 'item_reference':
      // Answers are not kept, so there is nothing that it refers to.
      return;
    default:
      addMessage(item, list);
  }
}

function addMessage(
  { role, content }: Extract<ResponsesItem, { readonly role: unknown }>,
  list: MessageList,
): void {
  const parts: readonly ResponsesPart[] =
    typeof content === 'string' ? [{ type: 'input_text', text: content }] : content;
  if (role === 'system' || role === 'developer') list.system.push({ text: parts.map(textOf).join('') });
  else
    list.add(
      role,
      parts.map(part => toBlock(part, list)),
    );
}

function textOf(part: ResponsesPart): string {
  return 'text' in part ? part.text : '';
}

function toBlock(part: ResponsesPart, list: MessageList): ContentBlock {
  switch (part.type) {
    case 'input_text':
    case 'output_text':
      return { text: part.text };
    case 'refusal':
      return { text: part.refusal };
    case 'input_image':
      return imageBlock(part.image_url);
    case 'input_file':
      return documentBlock(part.file_data, part.filename, list.documents++);
  }
}
