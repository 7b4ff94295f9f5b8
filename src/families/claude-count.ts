/**
 * A Converse request in the words of Anthropic's Messages API, as `count_tokens` takes it.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/count-tokens.html
 */
import type { JSONObject } from '@ai-sdk/provider';
import type { CountedRequest } from '../codec/converse/estimate-tokens.ts';
import type {
  CachePoint,
  ContentBlock,
  DocumentBlock,
  ImageBlock,
  SystemContentBlock,
  Tool,
  ToolChoice,
  ToolResultBlock,
  ToolResultContent,
} from '../codec/converse/wire.ts';

/** Members of `additionalModelRequestFields` that `count_tokens` knows. */
const COUNTED_FIELDS = ['thinking', 'output_config', 'context_management'];

/** @returns undefined where a part of the request has no form there, e.g. a file in S3 or a video */
export function claudeCountBody({
  messages = [],
  system = [],
  toolConfig,
  additionalModelRequestFields: fields = {},
}: CountedRequest): JSONObject | undefined {
  try {
    const ownTools = Array.isArray(fields['tools']) ? fields['tools'] : [];
    const tools = [...cached(toolConfig?.tools ?? [], toTool), ...ownTools];
    const choice = toolConfig?.toolChoice;
    return {
      messages: messages.map(({ role, content }) => ({ role, content: cached(content, toBlock) })),
      ...(system.length > 0 && { system: cached(system, toSystem) }),
      ...(tools.length > 0 && { tools }),
      ...(choice !== undefined && { tool_choice: toChoice(choice) }),
      ...Object.fromEntries(COUNTED_FIELDS.flatMap(name => (name in fields ? [[name, fields[name]]] : []))),
    };
  } catch (error) {
    if (error instanceof NoSuchForm) return undefined;
    throw error;
  }
}

/** Not an error of anybody's: what has no form is counted in another way. */
class NoSuchForm extends Error {}

/** Converse's cache points stand behind a block; here they are a member of it. */
function cached<Block extends object>(
  blocks: readonly (Block | { cachePoint: CachePoint })[],
  convert: (block: Block) => JSONObject[],
): JSONObject[] {
  const result: JSONObject[] = [];
  for (const block of blocks) {
    if (!('cachePoint' in block)) {
      result.push(...convert(block as Block));
      continue;
    }
    const { ttl } = (block as { cachePoint: CachePoint }).cachePoint;
    const last = result.at(-1);
    if (last !== undefined) last['cache_control'] = { type: 'ephemeral', ...(ttl !== undefined && { ttl }) };
  }
  return result;
}

function toSystem(block: SystemContentBlock): JSONObject[] {
  if ('text' in block) return [{ type: 'text', text: block.text }];
  if ('guardContent' in block) return toGuarded(block.guardContent);
  return [];
}

function toGuarded(guarded: Extract<ContentBlock, { guardContent: unknown }>['guardContent']): JSONObject[] {
  return 'text' in guarded ? [{ type: 'text', text: guarded.text.text }] : [toImage(guarded.image)];
}

function toBlock(block: ContentBlock): JSONObject[] {
  if ('text' in block) return [{ type: 'text', text: block.text }];
  if ('image' in block) return [toImage(block.image)];
  if ('document' in block) return [toDocument(block.document)];
  if ('guardContent' in block) return toGuarded(block.guardContent);
  if ('toolUse' in block) {
    const { toolUseId, name, input } = block.toolUse;
    return [{ type: 'tool_use', id: toolUseId, name, input }];
  }
  if ('toolResult' in block) return [toResult(block.toolResult)];
  if ('reasoningContent' in block) return toThinking(block.reasoningContent);
  if ('citationsContent' in block) {
    return (block.citationsContent.content ?? []).map(({ text }) => ({ type: 'text', text }));
  }
  if ('searchResult' in block) return [toSearchResult(block.searchResult)];
  throw new NoSuchForm();
}

function toImage({ format, source }: Pick<ImageBlock, 'format' | 'source'>): JSONObject {
  if (!('bytes' in source)) throw new NoSuchForm();
  return { type: 'image', source: { type: 'base64', media_type: `image/${format}`, data: source.bytes } };
}

function toDocument({ format, name, source, context, citations }: DocumentBlock): JSONObject {
  return {
    type: 'document',
    source: toDocumentSource(format, source),
    title: name,
    ...(context !== undefined && { context }),
    ...(citations?.enabled === true && { citations: { enabled: true } }),
  };
}

function toDocumentSource(format: DocumentBlock['format'], source: DocumentBlock['source']): JSONObject {
  if ('text' in source) return { type: 'text', media_type: 'text/plain', data: source.text };
  if ('content' in source) {
    return { type: 'content', content: source.content.map(({ text }) => ({ type: 'text', text })) };
  }
  if (!('bytes' in source)) throw new NoSuchForm();
  if (format === 'pdf') return { type: 'base64', media_type: 'application/pdf', data: source.bytes };
  if (format === 'txt' || format === 'md' || format === 'csv' || format === 'html') {
    const bytes = Uint8Array.from(atob(source.bytes), character => character.charCodeAt(0));
    return { type: 'text', media_type: 'text/plain', data: new TextDecoder().decode(bytes) };
  }
  throw new NoSuchForm();
}

function toResult({ toolUseId, content, status }: ToolResultBlock): JSONObject {
  return {
    type: 'tool_result',
    tool_use_id: toolUseId,
    content: content.map(toResultContent),
    ...(status === 'error' && { is_error: true }),
  };
}

function toResultContent(content: ToolResultContent): JSONObject {
  if ('text' in content) return { type: 'text', text: content.text };
  if ('json' in content) return { type: 'text', text: JSON.stringify(content.json) };
  if ('image' in content) return toImage(content.image);
  if ('document' in content) return toDocument(content.document);
  if ('searchResult' in content) return toSearchResult(content.searchResult);
  throw new NoSuchForm();
}

function toThinking(
  reasoning: Extract<ContentBlock, { reasoningContent: unknown }>['reasoningContent'],
): JSONObject[] {
  if ('redactedContent' in reasoning) return [{ type: 'redacted_thinking', data: reasoning.redactedContent }];
  const { text, signature } = reasoning.reasoningText;
  // Without its signature it is refused, and Converse would not be sent it.
  return signature === undefined ? [] : [{ type: 'thinking', thinking: text, signature }];
}

function toSearchResult({
  source,
  title,
  content,
  citations,
}: Extract<ContentBlock, { searchResult: unknown }>['searchResult']): JSONObject {
  return {
    type: 'search_result',
    source,
    title,
    content: content.map(({ text }) => ({ type: 'text', text })),
    ...(citations?.enabled === true && { citations: { enabled: true } }),
  };
}

function toTool(tool: Tool): JSONObject[] {
  if (!('toolSpec' in tool)) throw new NoSuchForm();
  const { name, description, inputSchema, strict } = tool.toolSpec;
  return [
    {
      name,
      input_schema: inputSchema.json,
      ...(description !== undefined && { description }),
      ...(strict !== undefined && { strict }),
    },
  ];
}

function toChoice(choice: ToolChoice): JSONObject {
  if ('tool' in choice) return { type: 'tool', name: choice.tool.name };
  return { type: 'any' in choice ? 'any' : 'auto' };
}
