/**
 * Claude's own Messages body.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html
 */
import type { JSONObject } from '@ai-sdk/provider';
import { mediaTypeOf } from '../codec/converse/media-types.ts';
import type {
  CachePoint,
  ContentBlock,
  ConverseRequest,
  DocumentBlock,
  SystemContentBlock,
  ToolChoice,
  ToolResultContent,
} from '../codec/converse/wire.ts';
import type { BodyContext, InvokeChatTraits, OwnRequest } from '../codec/invoke/chat.ts';
import { bytesOf, cannotCarry, plainText, textOfDocument } from '../codec/invoke/plain-content.ts';
import { ClaudeReader } from './claude-reader.ts';

/** @param defaultMaxTokens of the answer, where the call sets no limit: the body must have one */
export function claudeMessages(defaultMaxTokens: number): InvokeChatTraits {
  return {
    defaultMaxTokens,
    rules: converse => ({
      ...converse,
      // Converse's form of a citation is not the model's own.
      content: { ...converse.content, citationsReplay: false },
    }),
    toBody,
    reader: writer => new ClaudeReader(writer),
  };
}

function toBody(request: OwnRequest, context: BodyContext): JSONObject {
  const { system = [], messages = [], outputConfig = {} } = request;
  const { maxTokens, temperature, topP, stopSequences } = request.inferenceConfig ?? {};
  const { effort, textFormat } = outputConfig;
  const output = {
    ...(effort !== undefined && { effort }),
    ...(textFormat && {
      format: { type: 'json_schema', schema: JSON.parse(textFormat.structure.jsonSchema.schema) },
    }),
  };
  return {
    anthropic_version: 'bedrock-2023-05-31',
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
    ...(system.length > 0 && { system: cached(system, toBlock(context)) }),
    messages: messages.map(({ role, content }) => ({ role, content: cached(content, toBlock(context)) })),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(stopSequences !== undefined && { stop_sequences: stopSequences }),
    ...toTools(request.toolConfig),
    ...(Object.keys(output).length > 0 && { output_config: output }),
  };
}

/** A cache point of Converse's is a block of its own; here it is a member of the block before it. */
function cached<Block extends object>(
  blocks: ReadonlyArray<Block | { cachePoint: CachePoint }>,
  convert: (block: Block) => JSONObject[],
): JSONObject[] {
  const converted: JSONObject[] = [];
  for (const block of blocks) {
    if (!('cachePoint' in block)) {
      converted.push(...convert(block));
      continue;
    }
    const { ttl } = block.cachePoint;
    Object.assign(converted.at(-1) ?? {}, {
      cache_control: { type: 'ephemeral', ...(ttl !== undefined && { ttl }) },
    });
  }
  return converted;
}

/* ------------------------------------------------------------------ blocks */

type Block = Exclude<ContentBlock | SystemContentBlock, { cachePoint: CachePoint }>;

function toBlock(context: BodyContext): (block: Block) => JSONObject[] {
  return block => {
    if ('toolUse' in block) {
      const { toolUseId: id, name, input } = block.toolUse;
      return [{ type: 'tool_use', id, name, input }];
    }
    if ('toolResult' in block) {
      const { toolUseId, content, status } = block.toolResult;
      return [
        {
          type: 'tool_result',
          tool_use_id: toolUseId,
          content: content.map(toResultContent),
          ...(status === 'error' && { is_error: true }),
        },
      ];
    }
    if ('reasoningContent' in block) return [toThinking(block.reasoningContent)];
    if ('toolAddition' in block || 'toolRemoval' in block) {
      context.unsupported(
        'toolAddition',
        'The Messages body has no member for tools that come and go; use Converse.',
      );
      return [];
    }
    return [toContent(block)];
  };
}

function toResultContent(content: ToolResultContent): JSONObject {
  return 'json' in content ? toText(JSON.stringify(content.json)) : toContent(content);
}

function toContent(block: Exclude<Block, object & { toolUse: unknown }> | ToolResultContent): JSONObject {
  if ('image' in block) {
    const { format, source } = block.image;
    return {
      type: 'image',
      source: { type: 'base64', media_type: mediaTypeOf('image', format), data: bytesOf('image', source) },
    };
  }
  if ('document' in block) return toDocument(block.document);
  if ('searchResult' in block) {
    const { source, title, content, citations } = block.searchResult;
    return {
      type: 'search_result',
      source,
      title,
      content: content.map(({ text }) => toText(text)),
      ...(citations && { citations: { enabled: citations.enabled } }),
    };
  }
  return toText(plainText([block as ContentBlock]));
}

function toText(text: string): JSONObject {
  return { type: 'text', text };
}

function toDocument(document: DocumentBlock): JSONObject {
  const { name: title, context, citations } = document;
  return {
    type: 'document',
    source: toDocumentSource(document),
    title,
    ...(context !== undefined && { context }),
    ...(citations && { citations: { enabled: citations.enabled } }),
  };
}

/** PDF and text; what Converse turns into text for the model is not read here. */
function toDocumentSource(document: DocumentBlock): JSONObject {
  const { format, source } = document;
  if ('content' in source) {
    return { type: 'content', content: source.content.map(({ text }) => toText(text)) };
  }
  if (format === 'pdf' && !('text' in source)) {
    return { type: 'base64', media_type: 'application/pdf', data: bytesOf('document', source) };
  }
  const text = textOfDocument(document);
  if (text === undefined) throw cannotCarry(`documents of the format ${format}`);
  return { type: 'text', media_type: 'text/plain', data: text };
}

function toThinking(
  content: Extract<ContentBlock, { reasoningContent: unknown }>['reasoningContent'],
): JSONObject {
  if ('redactedContent' in content) return { type: 'redacted_thinking', data: content.redactedContent };
  const { text, signature = '' } = content.reasoningText;
  return { type: 'thinking', thinking: text, signature };
}

/* ------------------------------------------------------------------- tools */

function toTools(config: ConverseRequest['toolConfig']): JSONObject {
  if (config === undefined) return {};
  const tools = cached(config.tools, tool => {
    if (!('toolSpec' in tool)) return [];
    const { name, description, inputSchema, strict } = tool.toolSpec;
    return [
      {
        name,
        ...(description !== undefined && { description }),
        input_schema: inputSchema.json,
        ...(strict !== undefined && { strict }),
      },
    ];
  });
  return { tools, ...(config.toolChoice && { tool_choice: toToolChoice(config.toolChoice) }) };
}

function toToolChoice(choice: ToolChoice): JSONObject {
  if ('tool' in choice) return { type: 'tool', name: choice.tool.name };
  return { type: 'any' in choice ? 'any' : 'auto' };
}
