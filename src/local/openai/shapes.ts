/**
 * The bodies of Chat Completions and Responses.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create
 * @see https://platform.openai.com/docs/api-reference/responses/create
 */
import {
  boolean,
  document,
  either,
  enumeration,
  float,
  integer,
  list,
  type StructureShape,
  string,
  structure,
  tagged,
} from '../validation/shape.ts';

const text = string();
const name = string({ min: 1, max: 64 }, '[a-zA-Z0-9_-]+');

const chatPart = tagged('type', {
  text: structure({ text }, ['text']),
  refusal: structure({ refusal: text }, ['refusal']),
  image_url: structure({ image_url: structure({ url: string({ min: 1 }), detail: text }, ['url']) }, [
    'image_url',
  ]),
  input_audio: structure({ input_audio: structure({ data: text, format: text }, ['data', 'format']) }, [
    'input_audio',
  ]),
  file: structure({ file: structure({ file_data: text, filename: text, file_id: text }) }, ['file']),
});
const chatContent = either(string(), list(chatPart, { min: 1 }));

const toolCall = structure(
  {
    id: string({ min: 1 }),
    type: enumeration(['function']),
    function: structure({ name, arguments: text }, ['name', 'arguments']),
  },
  ['id', 'type', 'function'],
);

const said = structure({ content: chatContent, name: text }, ['content']);

export const chatShape: StructureShape = structure(
  {
    model: string({ min: 1 }),
    messages: list(
      tagged('role', {
        system: said,
        developer: said,
        user: said,
        assistant: structure({
          content: chatContent,
          name: text,
          refusal: text,
          reasoning: text,
          reasoning_content: text,
          tool_calls: list(toolCall, { min: 1 }),
        }),
        tool: structure({ content: chatContent, tool_call_id: string({ min: 1 }) }, [
          'content',
          'tool_call_id',
        ]),
      }),
      { min: 1 },
    ),
    stream: boolean,
    stream_options: structure({ include_usage: boolean, include_obfuscation: boolean }),
    max_tokens: integer({ min: 1 }),
    max_completion_tokens: integer({ min: 1 }),
    temperature: float({ min: 0, max: 2 }),
    top_p: float({ min: 0, max: 1 }),
    frequency_penalty: float({ min: -2, max: 2 }),
    presence_penalty: float({ min: -2, max: 2 }),
    seed: integer(),
    n: integer({ min: 1, max: 1 }),
    stop: either(string(), list(string({ min: 1 }), { max: 4 })),
    tools: list(
      structure(
        {
          type: enumeration(['function']),
          function: structure({ name, description: text, parameters: document, strict: boolean }, ['name']),
        },
        ['type', 'function'],
      ),
    ),
    tool_choice: either(
      enumeration(['none', 'auto', 'required']),
      structure({ type: enumeration(['function']), function: structure({ name }, ['name']) }, [
        'type',
        'function',
      ]),
    ),
    parallel_tool_calls: boolean,
    response_format: tagged('type', {
      text: structure({}),
      json_object: structure({}),
      json_schema: structure(
        { json_schema: structure({ name, description: text, schema: document, strict: boolean }, ['name']) },
        ['json_schema'],
      ),
    }),
    reasoning_effort: text,
    logprobs: boolean,
    top_logprobs: integer({ min: 0, max: 20 }),
    logit_bias: document,
    user: text,
    metadata: document,
    store: boolean,
    service_tier: text,
    verbosity: text,
    safety_identifier: text,
    prompt_cache_key: text,
    prompt_cache_retention: text,
  },
  ['model', 'messages'],
);

const responsesPart = tagged('type', {
  input_text: structure({ text }, ['text']),
  output_text: structure({ text, annotations: document, logprobs: document }, ['text']),
  refusal: structure({ refusal: text }, ['refusal']),
  input_image: structure({ image_url: string({ min: 1 }), detail: text }, ['image_url']),
  input_file: structure({ file_data: text, filename: text }, ['file_data']),
});
const responsesContent = either(string(), list(responsesPart));

/** An item without a type is a message. */
export const responsesItemShape: StructureShape['members'][string] = tagged('type', {
  message: structure(
    {
      role: enumeration(['system', 'developer', 'user', 'assistant']),
      content: responsesContent,
      id: text,
      status: text,
      phase: text,
    },
    ['role', 'content'],
  ),
  function_call: structure({ call_id: string({ min: 1 }), name, arguments: text, id: text, status: text }, [
    'call_id',
    'name',
    'arguments',
  ]),
  function_call_output: structure(
    { call_id: string({ min: 1 }), output: responsesContent, id: text, status: text },
    ['call_id', 'output'],
  ),
  reasoning: structure(
    { id: text, summary: list(document), content: list(document), encrypted_content: text, status: text },
    ['summary'],
  ),
  item_reference: structure({ id: string({ min: 1 }) }, ['id']),
});

export const responsesShape: StructureShape = structure(
  {
    model: string({ min: 1 }),
    input: either(string({ min: 1 }), list(document, { min: 1 })),
    instructions: text,
    stream: boolean,
    max_output_tokens: integer({ min: 16 }),
    temperature: float({ min: 0, max: 2 }),
    top_p: float({ min: 0, max: 1 }),
    tools: list(
      structure({ type: text, name, description: text, parameters: document, strict: boolean }, ['type']),
    ),
    tool_choice: either(
      enumeration(['none', 'auto', 'required']),
      structure({ type: enumeration(['function']), name }, ['type', 'name']),
    ),
    parallel_tool_calls: boolean,
    max_tool_calls: integer({ min: 1 }),
    text: structure({
      format: tagged('type', {
        text: structure({}),
        json_object: structure({}),
        json_schema: structure({ name, description: text, schema: document, strict: boolean }, [
          'name',
          'schema',
        ]),
      }),
      verbosity: text,
    }),
    reasoning: structure({ effort: text, summary: text }),
    include: list(string()),
    store: boolean,
    previous_response_id: text,
    conversation: document,
    metadata: document,
    user: text,
    service_tier: text,
    safety_identifier: text,
    prompt_cache_key: text,
    prompt_cache_retention: text,
    top_logprobs: integer({ min: 0, max: 20 }),
    truncation: enumeration(['auto', 'disabled']),
  },
  ['model', 'input'],
);
