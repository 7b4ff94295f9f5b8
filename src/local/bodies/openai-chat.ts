/**
 * The body of OpenAI's Chat Completions, as gpt-oss, Mistral, Jamba, Palmyra and the open-weight models take it.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-openai.html
 */
import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import {
  AUDIO_FORMATS,
  type ContentBlock,
  type ConverseRequest,
  type ConverseResponse,
  IMAGE_FORMATS,
  type Message,
  type TokenUsage,
  type ToolConfig,
} from '../../codec/converse/wire.ts';
import { idFrom } from '../hash.ts';
import { isObject } from '../json-schema-check.ts';
import { bodyError } from '../validation/body-words.ts';
import {
  boolean,
  document,
  either,
  enumeration,
  float,
  integer,
  list,
  type Shape,
  type StructureShape,
  string,
  structure,
  tagged,
} from '../validation/shape.ts';
import {
  type ChatBody,
  type Events,
  isOf,
  openAIStop,
  type ReplyFacts,
  type StreamFacts,
} from './chat-body.ts';

const MAKERS =
  'deepseek\\.|google\\.|minimax\\.|mistral\\.|moonshot(?:ai)?\\.|nvidia\\.|openai\\.gpt-oss|qwen\\.|writer\\.|zai\\.|ai21\\.jamba';

/** In Converse only. */
const OTHERS = 'openai\\.gpt-\\d|xai\\.';

export const openAIChat: ChatBody = {
  claims: (modelId, { messages }) =>
    isOf(`(?:${MAKERS})`, modelId) || (messages !== undefined && !isOf(`(?:${OTHERS})`, modelId)),
  shape: modelId => (isServedMistral(modelId) ? mistralShape : chatShape),
  error: bodyError,
  // "extra_forbidden"
  refusesUnknown: isServedMistral,
  countsApart: isJamba,
  toConverse,
  whole,
  chunks,
};

/** The generation of 2024 and Pixtral Large: `stop_reason`, and `message` in chunks as well. */
function isServedMistral(modelId: string): boolean {
  return isOf('mistral\\.(?:mistral-large-24|pixtral-large-25)', modelId);
}

function isJamba(modelId: string): boolean {
  return isOf('ai21\\.jamba', modelId);
}

/** gpt-oss puts its reasoning into the text, in tags. */
function reasonsInTags(modelId: string): boolean {
  return isOf('openai\\.gpt-oss', modelId);
}

/* ------------------------------------------------------------------- shape */

const contentPart = tagged('type', {
  text: structure({ text: string() }, ['text']),
  image_url: structure(
    { image_url: structure({ url: string({}, 'data:image/[a-z]+;base64,.+') }, ['url']) },
    ['image_url'],
  ),
  input_audio: structure(
    { input_audio: structure({ data: string({ min: 1 }), format: string() }, ['data', 'format']) },
    ['input_audio'],
  ),
});

const members: Readonly<Record<string, Shape>> = {
  messages: list(
    structure(
      {
        role: enumeration(['system', 'developer', 'user', 'assistant', 'tool']),
        content: either(string(), list(contentPart)),
        name: string(),
        tool_call_id: string(),
        tool_calls: list(
          structure(
            {
              id: string(),
              type: string(),
              function: structure({ name: string(), arguments: string() }, ['name']),
            },
            ['function'],
          ),
        ),
      },
      ['role'],
    ),
    { min: 1 },
  ),
  max_tokens: integer({ min: 1 }),
  temperature: float({ min: 0, max: 2 }),
  top_p: float({ min: 0, max: 1 }),
  stop: either(string(), list(string())),
  tools: list(
    structure(
      {
        type: enumeration(['function']),
        function: structure(
          { name: string({ min: 1 }), description: string(), parameters: document, strict: boolean },
          ['name'],
        ),
      },
      ['type', 'function'],
    ),
  ),
  tool_choice: either(
    string(),
    structure({ type: string(), function: structure({ name: string() }, ['name']) }),
  ),
};

const mistralShape: StructureShape = structure(members, ['messages']);

const chatShape: StructureShape = structure(
  {
    ...members,
    max_completion_tokens: integer({ min: 1 }),
    min_tokens: integer({ min: 0 }),
    n: integer({ min: 1, max: 16 }),
    seed: integer(),
    frequency_penalty: float({ min: -2, max: 2 }),
    presence_penalty: float({ min: -2, max: 2 }),
    response_format: document,
    structured_outputs: document,
    reasoning_effort: enumeration(['low', 'medium', 'high']),
    reasoning_config: either(string(), document),
    reasoning: document,
    thinking: document,
    chat_template_kwargs: document,
    documents: document,
    model: string(),
    stream: boolean,
    stream_options: document,
  },
  ['messages'],
);

/* ------------------------------------------------------------- to Converse */

interface ChatMessage {
  readonly role: string;
  readonly content?: string | readonly JSONObject[];
  readonly tool_call_id?: string;
  readonly tool_calls?: ReadonlyArray<{ id?: string; function: { name: string; arguments?: string } }>;
}

function toConverse(body: JSONObject): ConverseRequest {
  const {
    messages,
    max_tokens,
    max_completion_tokens,
    temperature,
    top_p,
    stop,
    tools,
    tool_choice,
    ...fields
  } = body;
  const all = messages as unknown as readonly ChatMessage[];
  const isSystem = ({ role }: ChatMessage) => role === 'system' || role === 'developer';
  const toolConfig = toToolConfig(tools, tool_choice);
  return {
    messages: joinTurns(all.filter(message => !isSystem(message)).map(toMessage)),
    system: all.filter(isSystem).flatMap(({ content }) => toBlocks(content)) as { text: string }[],
    inferenceConfig: {
      maxTokens: (max_completion_tokens ?? max_tokens) as number | undefined,
      temperature: temperature as number | undefined,
      topP: top_p as number | undefined,
      stopSequences: stop === undefined || stop === null ? [] : ([stop].flat() as string[]),
    },
    ...(toolConfig && { toolConfig }),
    ...(Object.keys(fields).length > 0 && { additionalModelRequestFields: fields }),
  };
}

function toMessage({ role, content, tool_call_id: toolUseId = '', tool_calls = [] }: ChatMessage): Message {
  if (role === 'tool') {
    const results = toBlocks(content) as { text: string }[];
    return { role: 'user', content: [{ toolResult: { toolUseId, content: results } }] };
  }
  const calls = tool_calls.map(({ id = '', function: { name, arguments: input = '' } }) => ({
    toolUse: { toolUseId: id, name, input: input === '' ? {} : JSON.parse(input) },
  }));
  return { role: role === 'assistant' ? role : 'user', content: [...toBlocks(content), ...calls] };
}

/** Results of tools are messages of their own here, and blocks of one message in Converse. */
function joinTurns(messages: readonly Message[]): Message[] {
  const joined: Message[] = [];
  for (const { role, content } of messages) {
    const last = joined.at(-1);
    if (last?.role === role) last.content = [...last.content, ...content];
    else joined.push({ role, content });
  }
  return joined;
}

function toBlocks(content: ChatMessage['content'] = ''): ContentBlock[] {
  if (typeof content !== 'string') return content.map(toBlock);
  return content === '' ? [] : content.split(/\n\n+/).map(text => ({ text }));
}

function toBlock(part: JSONObject): ContentBlock {
  const { text, image_url, input_audio } = part as {
    text?: string;
    image_url?: { url: string };
  } & JSONObject;
  if (image_url !== undefined) {
    const [, name = '', bytes = ''] = /^data:image\/([a-z]+);base64,(.*)$/.exec(image_url.url) ?? [];
    return { image: { format: IMAGE_FORMATS.find(format => format === name) ?? 'png', source: { bytes } } };
  }
  if (isObject(input_audio)) {
    const format = AUDIO_FORMATS.find(one => one === input_audio['format']) ?? 'mp3';
    return { audio: { format, source: { bytes: String(input_audio['data']) } } };
  }
  return { text: text ?? '' };
}

function toToolConfig(tools: JSONValue | undefined, choice: JSONValue | undefined): ToolConfig | undefined {
  if (!Array.isArray(tools) || tools.length === 0 || choice === 'none') return undefined;
  const specs = (
    tools as Array<{ function: { name: string; description?: string; parameters?: JSONObject } }>
  ).map(({ function: { name, description, parameters } }) => ({
    toolSpec: { name, description, inputSchema: { json: parameters ?? { type: 'object' } } },
  }));
  if (choice === 'required' || choice === 'any') return { tools: specs, toolChoice: { any: {} } };
  const named = isObject(choice) && isObject(choice['function']) ? choice['function']['name'] : undefined;
  return typeof named === 'string'
    ? { tools: specs, toolChoice: { tool: { name: named } } }
    : { tools: specs };
}

/* ------------------------------------------------------------------ replies */

function whole(response: ConverseResponse, { requestId, modelId }: ReplyFacts): JSONObject {
  const content = response.output?.message?.content ?? [];
  const text = content.map(block => block.text ?? '').join('');
  const reasoning = content.map(block => block.reasoningContent?.reasoningText?.text ?? '').join('');
  const calls = content.flatMap(({ toolUse }) => toolUse ?? []);
  const inTags = reasonsInTags(modelId) && reasoning !== '';
  const message = {
    role: 'assistant',
    content: inTags ? `<reasoning>${reasoning}</reasoning>${text}` : text,
    ...(reasoning !== '' && !inTags && { reasoning_content: reasoning }),
    ...(calls.length > 0 && {
      tool_calls: calls.map(({ toolUseId = '', name = '', input = {} }) => ({
        id: toolUseId,
        type: 'function',
        function: { name, arguments: JSON.stringify(input) },
      })),
    }),
  };
  return {
    ...head(requestId, modelId, 'chat.completion'),
    choices: [{ index: 0, message, ...stopMember(modelId, openAIStop(response.stopReason)) }],
    ...(!isServedMistral(modelId) && { usage: toUsage(response.usage) }),
  };
}

function head(requestId: string, modelId: string, object: string): JSONObject {
  const id = `chatcmpl-${idFrom(requestId, 24)}`;
  return isJamba(modelId)
    ? { id }
    : { id, object, created: 1_700_000_000, model: modelId.replace(/^.*\//, '') };
}

function stopMember(modelId: string, stop: string | null): JSONObject {
  return isServedMistral(modelId) ? { stop_reason: stop } : { finish_reason: stop };
}

function toUsage({
  inputTokens = 0,
  outputTokens = 0,
  cacheReadInputTokens = 0,
}: TokenUsage = {}): JSONObject {
  const prompt = inputTokens + cacheReadInputTokens;
  return { prompt_tokens: prompt, completion_tokens: outputTokens, total_tokens: prompt + outputTokens };
}

async function* chunks(events: Events, facts: StreamFacts): AsyncGenerator<JSONValue> {
  const { modelId } = facts;
  const chunk = (delta: JSONObject, stop: string | null = null): JSONObject => ({
    ...head(facts.requestId, modelId, 'chat.completion.chunk'),
    choices: [
      { index: 0, [isServedMistral(modelId) ? 'message' : 'delta']: delta, ...stopMember(modelId, stop) },
    ],
  });
  let calls = 0;
  let stop: string | undefined;
  let usage = facts.usage;
  for await (const { messageStart, contentBlockStart, contentBlockDelta, messageStop, metadata } of events) {
    if (messageStart !== undefined) yield chunk({ role: 'assistant', content: '' });
    const call = contentBlockStart?.start?.toolUse;
    if (call !== undefined) {
      const { toolUseId: id = '', name = '' } = call;
      const piece = { index: calls++, id, type: 'function', function: { name, arguments: '' } };
      yield chunk({ tool_calls: [piece] });
    }
    const { text, reasoningContent, toolUse } = contentBlockDelta?.delta ?? {};
    if (text !== undefined) yield chunk({ content: text });
    if (reasoningContent?.text !== undefined) yield chunk(reasoningDelta(modelId, reasoningContent.text));
    if (toolUse !== undefined) {
      yield chunk({ tool_calls: [{ index: calls - 1, function: { arguments: toolUse.input ?? '' } }] });
    }
    if (messageStop !== undefined) stop = openAIStop(messageStop.stopReason);
    if (metadata?.usage !== undefined) usage = metadata.usage;
  }
  if (stop === undefined) return;
  yield { ...chunk({}, stop), ...(isJamba(modelId) && { usage: toUsage(usage) }) };
  if (isOf('writer\\.', modelId)) yield '[DONE]';
}

/** Each piece of it in tags of its own. */
function reasoningDelta(modelId: string, text: string): JSONObject {
  return reasonsInTags(modelId) ? { content: `<reasoning>${text}</reasoning>` } : { reasoning_content: text };
}
