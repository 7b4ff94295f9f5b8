/**
 * The two bodies of Cohere's Command: a text, and a message with the history before it.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-cohere-command.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-cohere-command-r-plus.html
 */
import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import { isJsonObject } from '../codec/converse/json-object.ts';
import type {
  ContentBlock,
  Message,
  ToolResultBlock,
  ToolSpec,
  ToolUseBlock,
} from '../codec/converse/wire.ts';
import type { InvokeChatTraits, OwnReplyReader, OwnRequest } from '../codec/invoke/chat.ts';
import { type Completion, completionReader } from '../codec/invoke/completion.ts';
import { firstAnswer, objectOf, objectsOf, textOf } from '../codec/invoke/json-members.ts';
import { plainText } from '../codec/invoke/plain-content.ts';
import { promptRules, toTranscript } from '../codec/invoke/prompt-template.ts';
import type { ReplyWriter } from '../codec/invoke/reply-writer.ts';
import { takesNo } from './media.ts';

/* -------------------------------------------------------------------- text */

/** The most that Command writes; its own default is 20. */
const MAX_TOKENS = 4096;

export const commandText: InvokeChatTraits = {
  defaultMaxTokens: MAX_TOKENS,
  rules: promptRules('Command Text takes no tools.'),
  toBody: (request, context) => {
    const { maxTokens, temperature, topP, stopSequences } = request.inferenceConfig ?? {};
    return {
      prompt: toTranscript(request, context, { user: 'User', assistant: 'Chatbot' }),
      ...(maxTokens !== undefined && { max_tokens: maxTokens }),
      ...(temperature !== undefined && { temperature }),
      ...(topP !== undefined && { p: topP }),
      ...(stopSequences !== undefined && { stop_sequences: stopSequences }),
      // Without it the stream brings everything in one chunk.
      ...(context.stream && { stream: true }),
    };
  },
  reader: completionReader(readText),
};

/** A stream that was not asked for in the body is one chunk with the whole reply. */
function readText(reply: JSONObject): Completion {
  const { text, finish_reason } = firstAnswer(reply['generations']) ?? firstAnswer([reply]) ?? {};
  return { text: textOf(text), stopReason: textOf(finish_reason) };
}

/* ----------------------------------------------------------------- message */

export const commandR: InvokeChatTraits = {
  rules: ({ promptCache: _, ...converse }) => ({
    ...converse,
    tools: { ...converse.tools, strict: false, systemTools: [], resultStatus: false },
    content: {
      ...converse.content,
      refuses: { ...converse.content.refuses, ...takesNo('image', 'video', 'audio') },
      toolResultMedia: [],
      reasoningReplay: 'never',
      citationsReplay: false,
      refusesPrefill: 'Command answers a message, and continues none.',
    },
  }),
  toBody: request => {
    const { maxTokens, temperature, topP, stopSequences } = request.inferenceConfig ?? {};
    const preamble = plainText(request.system ?? []);
    const tools = (request.toolConfig?.tools ?? []).flatMap(tool =>
      'toolSpec' in tool ? tool.toolSpec : [],
    );
    return {
      ...toTurns(request.messages ?? []),
      ...(preamble !== '' && { preamble }),
      ...(tools.length > 0 && { tools: tools.map(toTool) }),
      ...(maxTokens !== undefined && { max_tokens: maxTokens }),
      ...(temperature !== undefined && { temperature }),
      ...(topP !== undefined && { p: topP }),
      ...(stopSequences !== undefined && { stop_sequences: stopSequences }),
    };
  },
  reader: writer => new CommandReader(writer),
};

/**
 * The last thing that the user said, what was said before, and the results that the tools have given since. Earlier
 * calls of tools are told as text: the history has a place for messages only.
 */
function toTurns(messages: NonNullable<OwnRequest['messages']>): JSONObject {
  const asked = Math.max(
    messages.findLastIndex(({ role, content }) => role !== 'assistant' && content.some(isSaid)),
    0,
  );
  const history = messages.slice(0, asked).flatMap(toHistory);
  const results = toResults(messages, asked);
  return {
    message: plainText((messages[asked]?.content ?? []).filter(isSaid)),
    ...(history.length > 0 && { chat_history: history }),
    ...(results.length > 0 && { tool_results: results }),
  };
}

function isSaid(block: ContentBlock): boolean {
  return !('toolUse' in block) && !('toolResult' in block);
}

function toHistory({ role, content }: Message): JSONObject[] {
  const message = plainText(content.map(asText));
  return message === '' ? [] : [{ role: role === 'assistant' ? 'CHATBOT' : 'USER', message }];
}

function asText(block: ContentBlock): ContentBlock {
  if ('toolUse' in block) {
    const { name, input } = block.toolUse;
    return { text: `Called the tool "${name}" with ${JSON.stringify(input)}` };
  }
  if ('toolResult' in block) return { text: `Result of a tool: ${plainText(block.toolResult.content)}` };
  return block;
}

function toResults(messages: readonly Message[], from: number): JSONObject[] {
  const blocks = (of: readonly Message[]) => of.flatMap(({ content }) => content);
  const calls = blocks(messages).flatMap(block => ('toolUse' in block ? block.toolUse : []));
  return blocks(messages.slice(from)).flatMap(block => {
    if (!('toolResult' in block)) return [];
    const call = calls.find(({ toolUseId }) => toolUseId === block.toolResult.toolUseId);
    return { call: toCall(call), outputs: toOutputs(block.toolResult) };
  });
}

function toCall(call: ToolUseBlock | undefined): JSONObject {
  return { name: call?.name ?? '', parameters: call?.input ?? {} };
}

/** A list of objects, always. */
function toOutputs({ content }: ToolResultBlock): JSONObject[] {
  return content.map(part =>
    'json' in part && isJsonObject(part.json) ? part.json : { text: plainText([part]) },
  );
}

/* ------------------------------------------------------------------- tools */

function toTool({ name, description = name, inputSchema }: ToolSpec): JSONObject {
  const { properties, required } = inputSchema.json;
  const needed = Array.isArray(required) ? required : [];
  return {
    name,
    description,
    parameter_definitions: Object.fromEntries(
      Object.entries(objectOf(properties) ?? {}).map(([parameter, schema]) => [
        parameter,
        { ...toParameter(objectOf(schema) ?? {}), required: needed.includes(parameter) },
      ]),
    ),
  };
}

/** Types are those of Python; what they cannot say of a schema is said in the description. */
function toParameter(schema: JSONObject): JSONObject {
  const { type, description, ...rest } = schema;
  const details = Object.keys(rest).length > 0 ? `JSON schema: ${JSON.stringify(schema)}` : undefined;
  const told = [textOf(description), details].filter(Boolean).join(' ');
  return { type: pythonType(type, schema), ...(told !== '' && { description: told }) };
}

function pythonType(type: JSONValue | undefined, { items }: JSONObject): string {
  switch (type) {
    case 'integer':
      return 'int';
    case 'number':
      return 'float';
    case 'boolean':
      return 'bool';
    case 'array':
      return `List[${pythonType(objectOf(items)?.['type'], objectOf(items) ?? {})}]`;
    case 'object':
      return 'Dict';
    default:
      return 'str';
  }
}

/* ------------------------------------------------------------------- reply */

/** The event at the end of a stream holds the whole reply once more, and calls that came in no event of their own. */
class CommandReader implements OwnReplyReader {
  readonly #writer: ReplyWriter;
  #wroteText = false;
  #wroteCalls = false;

  constructor(writer: ReplyWriter) {
    this.#writer = writer;
  }

  read(reply: JSONObject): void {
    const whole = objectOf(reply['response']) ?? reply;
    const text = textOf(whole['text']) ?? '';
    const isRepeated = reply['event_type'] === 'stream-end';
    if (!(isRepeated && this.#wroteText)) this.#text(text);
    if (!(isRepeated && this.#wroteCalls)) this.#calls(whole['tool_calls']);
    const stopReason = textOf(reply['finish_reason']) ?? textOf(whole['finish_reason']);
    if (stopReason !== undefined) this.#writer.stop(stopReason);
  }

  #text(text: string): void {
    if (text !== '') this.#wroteText = true;
    this.#writer.text(text);
  }

  /** Calls have no id. */
  #calls(calls: JSONValue | undefined): void {
    for (const { name, parameters } of objectsOf(calls)) {
      this.#wroteCalls = true;
      this.#writer.toolCall({ name: textOf(name) ?? '' }, JSON.stringify(parameters ?? {}));
    }
  }
}
