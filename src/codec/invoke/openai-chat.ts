/**
 * The body of OpenAI's Chat Completions, which most makers of models on Bedrock have taken over, and which imported
 * models take as well.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-openai.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html (open-weight models)
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/custom-model-import-advanced-features.html
 */
import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import { mediaTypeOf } from '../converse/media-types.ts';
import type { ContentBlock, Message, OutputConfig, ToolChoice, ToolConfig } from '../converse/wire.ts';
import type { ChatTraits } from '../family.ts';
import type { InvokeChatTraits, OwnReplyReader, OwnRequest } from './chat.ts';
import { firstAnswer, numberOf, objectOf, objectsOf, textOf } from './json-members.ts';
import { bytesOf, cannotCarry, plainText } from './plain-content.ts';
import { ReasoningTags } from './reasoning-tags.ts';
import type { ReplyWriter } from './reply-writer.ts';

/** @param anyTool the word for a choice of any tool */
export function openAIChat(anyTool: 'required' | 'any' = 'required'): InvokeChatTraits {
  return {
    rules: ownRules,
    toBody: request => {
      const { maxTokens, temperature, topP, stopSequences } = request.inferenceConfig ?? {};
      return {
        messages: toMessages(request),
        ...(maxTokens !== undefined && { max_tokens: maxTokens }),
        ...(temperature !== undefined && { temperature }),
        ...(topP !== undefined && { top_p: topP }),
        ...(stopSequences !== undefined && { stop: stopSequences }),
        ...toTools(request.toolConfig, anyTool),
        ...toOutput(request.outputConfig),
      };
    },
    reader: writer => new OpenAIReader(writer),
  };
}

function ownRules({ promptCache: _, ...converse }: ChatTraits): ChatTraits {
  const { providerTools: __, ...tools } = converse.tools;
  return {
    ...converse,
    sampling: {
      ...converse.sampling,
      // All of these bodies have `stop`, also of models that take no stop sequences in Converse.
      stopSequences: { to: 'inferenceConfig' },
    },
    tools: { ...tools, systemTools: [], resultStatus: false },
    content: {
      ...converse.content,
      refuses: {
        ...converse.content.refuses,
        video:
          converse.content.refuses.video ??
          'The model’s own body, in which InvokeModel calls it, has no place for video; use Converse.',
      },
      toolResultMedia: [],
      reasoningReplay: 'never',
      citationsReplay: false,
      refusesPrefill: 'In this body the model begins a message of its own, and continues none.',
    },
  };
}

/* ---------------------------------------------------------------- messages */

function toMessages({ system = [], messages = [] }: OwnRequest): JSONObject[] {
  const instructions = plainText(system);
  return [
    ...(instructions === '' ? [] : [{ role: 'system', content: instructions }]),
    ...messages.flatMap(toMessage),
  ];
}

function toMessage({ role, content }: Message): JSONObject[] {
  if (role === 'assistant') return [toAssistantMessage(content)];
  const results = content.flatMap(block => ('toolResult' in block ? block.toolResult : []));
  const rest = content.filter(block => !('toolResult' in block));
  return [
    ...results.map(result => ({
      role: 'tool',
      tool_call_id: result.toolUseId,
      content: plainText(result.content),
    })),
    ...(rest.length === 0 ? [] : [{ role, content: toContent(rest) }]),
  ];
}

function toAssistantMessage(content: readonly ContentBlock[]): JSONObject {
  const calls = content.flatMap(block => ('toolUse' in block ? block.toolUse : []));
  const text = plainText(content.filter(block => !('toolUse' in block)));
  if (calls.length === 0) return { role: 'assistant', content: text };
  return {
    role: 'assistant',
    content: text,
    tool_calls: calls.map(({ toolUseId, name, input }) => ({
      id: toolUseId,
      type: 'function',
      function: { name, arguments: JSON.stringify(input) },
    })),
  };
}

/** A string where there is nothing but text: many of these models know no more. */
function toContent(blocks: readonly ContentBlock[]): string | JSONObject[] {
  if (!blocks.some(isMedia)) return plainText(blocks);
  return blocks.map(block =>
    isMedia(block) ? toMediaPart(block) : { type: 'text', text: plainText([block]) },
  );
}

function isMedia(block: ContentBlock): boolean {
  return 'image' in block || 'audio' in block || 'video' in block;
}

function toMediaPart(block: ContentBlock): JSONObject {
  if ('image' in block) {
    const { format, source } = block.image;
    const url = `data:${mediaTypeOf('image', format)};base64,${bytesOf('image', source)}`;
    return { type: 'image_url', image_url: { url } };
  }
  if ('audio' in block) {
    const { format, source } = block.audio;
    return { type: 'input_audio', input_audio: { data: bytesOf('audio', source), format } };
  }
  throw cannotCarry('video input');
}

/* ------------------------------------------------------------------- tools */

function toTools(
  config: ToolConfig | undefined,
  anyTool: string,
): { tools?: JSONObject[]; tool_choice?: JSONValue } {
  if (config === undefined) return {};
  const tools = config.tools.flatMap(tool => ('toolSpec' in tool ? tool.toolSpec : []));
  return {
    tools: tools.map(({ name, description, inputSchema, strict }) => ({
      type: 'function',
      function: {
        name,
        ...(description !== undefined && { description }),
        parameters: inputSchema.json,
        ...(strict !== undefined && { strict }),
      },
    })),
    ...(config.toolChoice !== undefined && { tool_choice: toToolChoice(config.toolChoice, anyTool) }),
  };
}

function toToolChoice(choice: ToolChoice, anyTool: string): JSONValue {
  if ('tool' in choice) return { type: 'function', function: { name: choice.tool.name } };
  return 'any' in choice ? anyTool : 'auto';
}

function toOutput({ textFormat, effort }: OutputConfig = {}): JSONObject {
  const { name = 'response', schema } = textFormat?.structure.jsonSchema ?? {};
  return {
    ...(schema !== undefined && {
      response_format: { type: 'json_schema', json_schema: { name, schema: JSON.parse(schema) } },
    }),
    ...(effort !== undefined && { reasoning_effort: effort }),
  };
}

/* ------------------------------------------------------------------- reply */

/**
 * Whole replies have a `message` where chunks have a `delta`, and completions a `text`. Reasoning has a member of
 * its own, or stands in tags before the text.
 */
class OpenAIReader implements OwnReplyReader {
  readonly #writer: ReplyWriter;
  readonly #tags: ReasoningTags;

  constructor(writer: ReplyWriter) {
    this.#writer = writer;
    this.#tags = new ReasoningTags(writer);
  }

  read({ choices, usage }: JSONObject): void {
    const choice = firstAnswer(choices);
    if (choice !== undefined) this.#choice(choice);
    this.#writer.addUsage(toUsage(objectOf(usage)));
  }

  end(): void {
    this.#tags.end();
  }

  #choice(choice: JSONObject): void {
    const message = objectOf(choice['message']) ?? objectOf(choice['delta']);
    const reasoning = textOf(message?.['reasoning_content']) ?? textOf(message?.['reasoning']);
    if (reasoning) this.#writer.reasoning({ text: reasoning });
    this.#tags.push(textOf(choice['text']) ?? contentText(message?.['content']));
    this.#tags.push(textOf(message?.['refusal']) ?? '');
    for (const [position, call] of objectsOf(message?.['tool_calls']).entries()) this.#call(call, position);
    const stopReason = textOf(choice['finish_reason']) ?? textOf(choice['stop_reason']);
    if (stopReason === undefined) return;
    this.end();
    this.#writer.stop(stopReason);
  }

  /** The first piece of a call names the tool; the pieces after it have its `index` only. */
  #call(call: JSONObject, position: number): void {
    const key = `call ${numberOf(call['index']) ?? position}`;
    const named = objectOf(call['function']);
    const name = textOf(named?.['name']);
    const id = textOf(call['id']);
    if (name) {
      this.end();
      this.#writer.begin(key, { toolUse: { name, ...(id && { toolUseId: id }) } });
    }
    const input = named?.['arguments'];
    const text = typeof input === 'string' ? input : input == null ? '' : JSON.stringify(input);
    if (text !== '') this.#writer.delta(key, { toolUse: { input: text } });
  }
}

function contentText(content: JSONValue | undefined): string {
  if (typeof content === 'string') return content;
  return objectsOf(content)
    .map(part => textOf(part['text']) ?? '')
    .join('');
}

function toUsage(usage: JSONObject | undefined): Parameters<ReplyWriter['addUsage']>[0] {
  const prompt = numberOf(usage?.['prompt_tokens']);
  const cached = numberOf(objectOf(usage?.['prompt_tokens_details'])?.['cached_tokens']);
  return {
    // Bedrock's own count leaves out what came from the cache, OpenAI's does not.
    inputTokens: prompt === undefined ? undefined : prompt - (cached ?? 0),
    cacheReadInputTokens: cached,
    outputTokens: numberOf(usage?.['completion_tokens']),
    reasoningTokens: numberOf(objectOf(usage?.['completion_tokens_details'])?.['reasoning_tokens']),
  };
}
