/** A Chat Completions request as a Converse request, so that one responder and one kind of script answer all. */
import type { JSONObject } from '@ai-sdk/provider';
import type { ContentBlock, ConverseRequest, ToolResultContent } from '../../codec/converse/wire.ts';
import { callBlock, checkPairs, MessageList, toToolConfig } from './conversation.ts';
import { audioBlock, documentBlock, imageBlock } from './media.ts';
import type { ChatContent, ChatMessage, ChatPart, ChatRequest } from './wire.ts';

/** @throws AwsError for what Converse has no place for */
export function chatToConverse(request: ChatRequest): ConverseRequest {
  const list = new MessageList();
  for (const message of request.messages) addMessage(message, list);
  checkPairs(list.messages);
  const { temperature, top_p: topP, stop, tool_choice: choice } = request;
  const maxTokens = request.max_completion_tokens ?? request.max_tokens;
  const { response_format: responseFormat, reasoning_effort: reasoningEffort } = request;
  const fields: JSONObject = {
    ...(responseFormat && { response_format: responseFormat }),
    ...(reasoningEffort && { reasoning_effort: reasoningEffort }),
  };
  return {
    messages: list.messages,
    ...(list.system.length > 0 && { system: list.system }),
    inferenceConfig: {
      maxTokens: maxTokens ?? undefined,
      temperature: temperature ?? undefined,
      topP: topP ?? undefined,
      stopSequences: [stop ?? []].flat(),
    },
    toolConfig: toToolConfig(
      (request.tools ?? []).map(tool => tool.function),
      typeof choice === 'string' ? choice : undefined,
      typeof choice === 'object' ? choice?.function?.name : undefined,
    ),
    ...(Object.keys(fields).length > 0 && { additionalModelRequestFields: fields }),
  };
}

function addMessage(message: ChatMessage, list: MessageList): void {
  switch (message.role) {
    case 'system':
    case 'developer':
      list.system.push({ text: textOf(message.content) });
      return;
    case 'user':
      list.add('user', toBlocks(message.content, list));
      return;
    case 'assistant':
      list.add('assistant', [
        ...(message.reasoning ? [{ reasoningContent: { reasoningText: { text: message.reasoning } } }] : []),
        ...toBlocks(message.content ?? null, list),
        ...(message.tool_calls ?? []).map(({ id, function: called }) =>
          callBlock(id, called.name, called.arguments),
        ),
      ]);
      return;
    case 'tool': {
      const content: ToolResultContent[] = [{ text: textOf(message.content) }];
      list.add('user', [{ toolResult: { toolUseId: message.tool_call_id, content } }]);
      return;
    }
  }
}

function textOf(content: ChatContent): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map(part => (part.type === 'text' ? part.text : '')).join('');
}

function toBlocks(content: ChatContent, list: MessageList): ContentBlock[] {
  if (content === null || content === '') return [];
  return typeof content === 'string' ? [{ text: content }] : content.map(part => toBlock(part, list));
}

function toBlock(part: ChatPart, list: MessageList): ContentBlock {
  switch (part.type) {
    case 'text':
      return { text: part.text };
    case 'refusal':
      return { text: part.refusal };
    case 'image_url':
      return imageBlock(part.image_url.url);
    case 'input_audio':
      return audioBlock(part.input_audio.data, part.input_audio.format);
    case 'file':
      return documentBlock(part.file.file_data, part.file.filename, list.documents++);
  }
}
