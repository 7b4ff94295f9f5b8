/**
 * The body of Cohere's Command R: a message, what was said before, and what tools have answered.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-cohere-command-r-plus.html
 */
import type { JSONObject } from '@ai-sdk/provider';
import type { ConverseRequest, ConverseResponse, Message } from '../../codec/converse/wire.ts';
import { idFrom } from '../hash.ts';
import { isObject } from '../json-schema-check.ts';
import { bodyError, malformed } from '../validation/body-words.ts';
import {
  boolean,
  document,
  enumeration,
  float,
  integer,
  list,
  map,
  string,
  structure,
} from '../validation/shape.ts';
import {
  type ChatBody,
  type Events,
  isOf,
  isOpaque,
  type ReplyFacts,
  type StreamFacts,
} from './chat-body.ts';

interface CommandRequest {
  readonly message: string;
  readonly preamble?: string;
  readonly chat_history?: ReadonlyArray<{ role: string; message: string }>;
  readonly tools?: ReadonlyArray<{
    name: string;
    description: string;
    parameter_definitions?: Record<string, { type: string; description?: string; required?: boolean }>;
  }>;
  readonly tool_results?: ReadonlyArray<{
    call: { name: string; parameters?: JSONObject };
    outputs: JSONObject[];
  }>;
  readonly max_tokens?: number;
  readonly temperature?: number;
  readonly p?: number;
  readonly stop_sequences?: string[];
}

const call = structure({ name: string({ min: 1 }), parameters: document }, ['name']);

export const commandR: ChatBody = {
  claims: (modelId, { message }) =>
    isOf('cohere\\.command-r', modelId) || (isOpaque(modelId) && typeof message === 'string'),
  shape: () => shape,
  error: bodyError,
  rules: ({ tools, tool_results }) =>
    tool_results !== undefined && tools === undefined
      ? malformed('#: tool_results need the tools that gave them')
      : undefined,
  toConverse: body => toConverse(body as unknown as CommandRequest),
  whole,
  chunks,
};

const shape = structure(
  {
    message: string(),
    chat_history: list(
      structure({ role: enumeration(['USER', 'CHATBOT', 'SYSTEM']), message: string() }, ['role', 'message']),
    ),
    documents: list(map(string(), document)),
    search_queries_only: boolean,
    preamble: string(),
    max_tokens: integer({ min: 1 }),
    temperature: float({ min: 0, max: 1 }),
    // AWS documents 0.01 to 0.99, and takes 1.
    p: float({ min: 0, max: 1 }),
    k: float({ min: 0, max: 500 }),
    prompt_truncation: enumeration(['OFF', 'AUTO_PRESERVE_ORDER']),
    frequency_penalty: float({ min: 0, max: 1 }),
    presence_penalty: float({ min: 0, max: 1 }),
    seed: integer(),
    return_prompt: boolean,
    tools: list(
      structure(
        {
          name: string({ min: 1 }),
          description: string(),
          parameter_definitions: map(
            string(),
            structure({ type: string(), description: string(), required: boolean }, ['type']),
          ),
        },
        ['name', 'description'],
      ),
    ),
    tool_results: list(structure({ call, outputs: list(document) }, ['call', 'outputs'])),
    stop_sequences: list(string()),
    raw_prompting: boolean,
  },
  ['message'],
);

function toConverse(body: CommandRequest): ConverseRequest {
  const { chat_history = [], message, preamble, tools = [], tool_results = [] } = body;
  const said = (role: Message['role'], text: string): Message[] =>
    text === '' ? [] : [{ role, content: [{ text }] }];
  const history = chat_history.flatMap(turn =>
    said(turn.role === 'CHATBOT' ? 'assistant' : 'user', turn.message),
  );
  return {
    messages: [...history, ...said('user', message), ...toResults(tool_results)],
    ...(preamble !== undefined && { system: [{ text: preamble }] }),
    inferenceConfig: {
      maxTokens: body.max_tokens,
      temperature: body.temperature,
      topP: body.p,
      stopSequences: body.stop_sequences ?? [],
    },
    ...(tools.length > 0 && { toolConfig: { tools: tools.map(toTool) } }),
  };
}

/** Calls have no ids here: their place is one. */
function toResults(results: NonNullable<CommandRequest['tool_results']>): Message[] {
  if (results.length === 0) return [];
  return [
    {
      role: 'assistant',
      content: results.map(({ call: { name, parameters = {} } }, index) => ({
        toolUse: { toolUseId: `call-${index}`, name, input: parameters },
      })),
    },
    {
      role: 'user',
      content: results.map(({ outputs }, index) => ({
        toolResult: { toolUseId: `call-${index}`, content: outputs.map(toResult) },
      })),
    },
  ];
}

function toResult(output: JSONObject): { text: string } | { json: JSONObject } {
  const [[name, value] = [], ...others] = Object.entries(output);
  return name === 'text' && others.length === 0 && typeof value === 'string'
    ? { text: value }
    : { json: output };
}

const TYPES: Readonly<Record<string, string>> = {
  str: 'string',
  int: 'integer',
  float: 'number',
  bool: 'boolean',
  Dict: 'object',
};

function toTool({
  name,
  description,
  parameter_definitions = {},
}: NonNullable<CommandRequest['tools']>[number]) {
  const entries = Object.entries(parameter_definitions);
  const properties = entries.map(([parameter, { type, description: about }]) => [
    parameter,
    {
      type: TYPES[type] ?? (type.startsWith('List') ? 'array' : 'string'),
      ...(about && { description: about }),
    },
  ]);
  return {
    toolSpec: {
      name,
      description,
      inputSchema: {
        json: {
          type: 'object',
          properties: Object.fromEntries(properties),
          required: entries.filter(([, { required }]) => required === true).map(([parameter]) => parameter),
        },
      },
    },
  };
}

/* ------------------------------------------------------------------ replies */

function stopWord(stopReason: string | undefined): string {
  switch (stopReason) {
    case 'max_tokens':
      return 'MAX_TOKENS';
    case 'stop_sequence':
      return 'STOP_SEQUENCE';
    case 'content_filtered':
      return 'ERROR_TOXIC';
    default:
      return 'COMPLETE';
  }
}

function whole({ output, stopReason }: ConverseResponse, { requestId }: ReplyFacts): JSONObject {
  const content = output?.message?.content ?? [];
  const calls = content.flatMap(({ toolUse }) =>
    toolUse === undefined ? [] : { name: toolUse.name ?? '', parameters: toolUse.input ?? {} },
  );
  return {
    response_id: idFrom(requestId, 36),
    generation_id: idFrom(`${requestId} `, 36),
    text: content.map(block => block.text ?? '').join(''),
    finish_reason: stopWord(stopReason),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

async function* chunks(events: Events, { requestId }: StreamFacts): AsyncGenerator<JSONObject> {
  const calls: Array<{ name: string; input: string }> = [];
  let stop: string | undefined;
  let text = '';
  for await (const { messageStart, contentBlockStart, contentBlockDelta, messageStop } of events) {
    if (messageStart !== undefined) {
      yield { is_finished: false, event_type: 'stream-start', generation_id: idFrom(requestId, 36) };
    }
    const tool = contentBlockStart?.start?.toolUse;
    if (tool !== undefined) calls.push({ name: tool.name ?? '', input: '' });
    const { text: piece, toolUse } = contentBlockDelta?.delta ?? {};
    if (piece !== undefined) {
      text += piece;
      yield { is_finished: false, event_type: 'text-generation', text: piece };
    }
    const open = calls.at(-1);
    if (toolUse !== undefined && open !== undefined) open.input += toolUse.input ?? '';
    if (messageStop !== undefined) stop = stopWord(messageStop.stopReason);
  }
  if (stop === undefined) return;
  const tool_calls = calls.map(({ name, input }) => ({ name, parameters: parsed(input) }));
  if (tool_calls.length > 0) yield { is_finished: false, event_type: 'tool-calls-generation', tool_calls };
  yield {
    is_finished: true,
    event_type: 'stream-end',
    finish_reason: stop,
    response: { text, finish_reason: stop, ...(tool_calls.length > 0 && { tool_calls }) },
  };
}

function parsed(input: string): JSONObject {
  const value = input === '' ? {} : JSON.parse(input);
  return isObject(value) ? value : {};
}
