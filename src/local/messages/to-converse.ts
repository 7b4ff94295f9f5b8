/** A Messages request as a Converse request, so that one responder and one kind of script answer both. */
import type { JSONObject } from '@ai-sdk/provider';
import {
  type CachePoint,
  type ContentBlock,
  type ConverseRequest,
  type DocumentBlock,
  IMAGE_FORMATS,
  type ImageBlock,
  type Tool,
  type ToolConfig,
  type ToolResultContent,
} from '../../codec/converse/wire.ts';
import type { MessagesBlock, MessagesRequest } from './wire.ts';

export function messagesToConverse(request: MessagesRequest): ConverseRequest {
  const names = documentNamer();
  const { temperature, top_p: topP, stop_sequences: stopSequences = [], thinking, output_config } = request;
  const fields: JSONObject = { ...(thinking && { thinking }), ...(output_config && { output_config }) };
  return {
    messages: request.messages.map(({ role, content }) => ({ role, content: toBlocks(content, names) })),
    system: toSystem(request.system),
    inferenceConfig: { maxTokens: request.max_tokens, temperature, topP, stopSequences: [...stopSequences] },
    toolConfig: toToolConfig(request),
    ...(Object.keys(fields).length > 0 && { additionalModelRequestFields: fields }),
    // The Messages API tells which sequence stopped the answer; Converse only when asked.
    additionalModelResponseFieldPaths: ['/stop_sequence'],
  };
}

function toSystem(system: MessagesRequest['system']): ConverseRequest['system'] {
  if (system === undefined) return undefined;
  const blocks = typeof system === 'string' ? [{ text: system }] : system;
  return blocks.flatMap(block => [{ text: block.text }, ...cachePoint(block)]);
}

function toToolConfig({ tools = [], tool_choice: choice }: MessagesRequest): ToolConfig | undefined {
  if (tools.length === 0 || choice?.type === 'none') return undefined;
  const converted = tools.flatMap((tool): Tool[] => [
    {
      toolSpec: {
        name: tool.name,
        description: tool.description,
        // Anthropic's own tools come without a schema: the model knows it.
        inputSchema: { json: tool.input_schema ?? { type: 'object' } },
        strict: tool.strict,
      },
    },
    ...cachePoint(tool),
  ]);
  switch (choice?.type) {
    case 'any':
      return { tools: converted, toolChoice: { any: {} } };
    case 'tool':
      return { tools: converted, toolChoice: { tool: { name: choice.name ?? '' } } };
    default:
      return { tools: converted };
  }
}

function cachePoint(block: { readonly cache_control?: { ttl?: '5m' | '1h' } }): { cachePoint: CachePoint }[] {
  return block.cache_control === undefined
    ? []
    : [{ cachePoint: { type: 'default', ttl: block.cache_control.ttl } }];
}

function toBlocks(content: string | readonly MessagesBlock[], names: DocumentNamer): ContentBlock[] {
  if (typeof content === 'string') return [{ text: content }];
  return content.flatMap(block => [toBlock(block, names), ...cachePoint(block)]);
}

function toBlock(block: MessagesBlock, names: DocumentNamer): ContentBlock {
  switch (block.type) {
    case 'text':
      return { text: block.text };
    case 'image':
      return { image: toImage(block) };
    case 'document':
      return { document: toDocument(block, names) };
    case 'search_result':
      return { searchResult: toSearchResult(block) };
    case 'tool_use':
      return { toolUse: { toolUseId: block.id, name: block.name, input: block.input } };
    case 'tool_result':
      return {
        toolResult: {
          toolUseId: block.tool_use_id,
          content: toResultContent(block.content ?? '', names),
          status: block.is_error === true ? 'error' : 'success',
        },
      };
    case 'thinking':
      return { reasoningContent: { reasoningText: { text: block.thinking, signature: block.signature } } };
    case 'redacted_thinking':
      return { reasoningContent: { redactedContent: block.data } };
  }
}

function toResultContent(
  content: string | readonly MessagesBlock[],
  names: DocumentNamer,
): ToolResultContent[] {
  if (typeof content === 'string') return [{ text: content }];
  return content.flatMap((block): ToolResultContent[] => {
    switch (block.type) {
      case 'text':
        return [{ text: block.text }];
      case 'image':
        return [{ image: toImage(block) }];
      case 'document':
        return [{ document: toDocument(block, names) }];
      case 'search_result':
        return [{ searchResult: toSearchResult(block) }];
      default:
        return [];
    }
  });
}

function toImage({ source }: MessagesBlock & { type: 'image' }): ImageBlock {
  const format = IMAGE_FORMATS.find(one => source.media_type === `image/${one}`) ?? 'png';
  return { format, source: { bytes: source.data } };
}

function toSearchResult(block: MessagesBlock & { type: 'search_result' }) {
  const { source, title, content, citations } = block;
  return {
    source,
    title,
    content: content.map(({ text }) => ({ text })),
    citations: { enabled: citations?.enabled === true },
  };
}

function toDocument(block: MessagesBlock & { type: 'document' }, names: DocumentNamer): DocumentBlock {
  const { source, title, context, citations } = block;
  return {
    name: names(title),
    format: source.type === 'base64' ? 'pdf' : 'txt',
    source: toDocumentSource(source),
    context,
    citations: { enabled: citations?.enabled === true },
  };
}

function toDocumentSource(source: (MessagesBlock & { type: 'document' })['source']): DocumentBlock['source'] {
  switch (source.type) {
    case 'base64':
      return { bytes: source.data };
    case 'text':
      return { text: source.data };
    case 'content': {
      const blocks = typeof source.content === 'string' ? [{ text: source.content }] : source.content;
      return { content: blocks.flatMap(part => ('text' in part ? [{ text: part.text }] : [])) };
    }
  }
}

type DocumentNamer = (title: string | undefined) => string;

/** Converse wants a name for every document; the Messages API does not. */
function documentNamer(): DocumentNamer {
  let count = 0;
  return title => {
    count++;
    return title ?? `document ${count}`;
  };
}
