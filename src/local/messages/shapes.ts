/**
 * The body of Anthropic's Messages API as InvokeModel takes it. Unlike Converse it may say a text in place of
 * a list of blocks, and its blocks name their kind in `type`.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html
 */
import {
  blob,
  boolean,
  document,
  either,
  enumeration,
  float,
  integer,
  list,
  map,
  type Shape,
  type StructureShape,
  string,
  structure,
  tagged,
} from '../validation/shape.ts';

/** Its members are the caller's. */
const anyObject = map(string(), document);

const cacheControl = structure({ type: enumeration(['ephemeral']), ttl: enumeration(['5m', '1h']) }, [
  'type',
]);
const citations = structure({ enabled: boolean });

const text = structure({ text: string({ min: 1 }), cache_control: cacheControl, citations: document }, [
  'text',
]);

const image = structure(
  {
    source: tagged('type', {
      base64: structure(
        {
          media_type: enumeration(['image/jpeg', 'image/png', 'image/gif', 'image/webp']),
          data: blob({ min: 1 }),
        },
        ['media_type', 'data'],
      ),
    }),
    cache_control: cacheControl,
  },
  ['source'],
);

const documentBlock = structure(
  {
    source: tagged('type', {
      base64: structure({ media_type: enumeration(['application/pdf']), data: blob({ min: 1 }) }, [
        'media_type',
        'data',
      ]),
      text: structure({ media_type: enumeration(['text/plain']), data: string({ min: 1 }) }, [
        'media_type',
        'data',
      ]),
      content: structure({ content: either(string(), list(tagged('type', { text, image }))) }, ['content']),
    }),
    title: string(),
    context: string(),
    citations,
    cache_control: cacheControl,
  },
  ['source'],
);

const searchResult = structure(
  {
    source: string(),
    title: string(),
    content: list(tagged('type', { text })),
    citations,
    cache_control: cacheControl,
  },
  ['source', 'title', 'content'],
);

const toolId = string({ min: 1 }, '[a-zA-Z0-9_-]+');

const toolResult = structure(
  {
    tool_use_id: toolId,
    content: either(
      string(),
      list(tagged('type', { text, image, document: documentBlock, search_result: searchResult })),
    ),
    is_error: boolean,
    cache_control: cacheControl,
  },
  ['tool_use_id'],
);

const block = tagged('type', {
  text,
  image,
  document: documentBlock,
  search_result: searchResult,
  tool_use: structure(
    { id: toolId, name: string({ min: 1 }), input: anyObject, cache_control: cacheControl },
    ['id', 'name', 'input'],
  ),
  tool_result: toolResult,
  thinking: structure({ thinking: string(), signature: string() }, ['thinking', 'signature']),
  redacted_thinking: structure({ data: string() }, ['data']),
});

const tool = structure(
  {
    type: string(),
    name: string({ min: 1, max: 128 }, '[a-zA-Z0-9_-]+'),
    description: string(),
    input_schema: anyObject,
    strict: boolean,
    defer_loading: boolean,
    allowed_callers: list(string()),
    input_examples: list(document),
    display_width_px: integer({ min: 1 }),
    display_height_px: integer({ min: 1 }),
    display_number: integer({ min: 0 }),
    enable_zoom: boolean,
    max_characters: integer({ min: 1 }),
    cache_control: cacheControl,
  },
  ['name'],
);

const members: Readonly<Record<string, Shape>> = {
  anthropic_version: enumeration(['bedrock-2023-05-31']),
  anthropic_beta: list(string()),
  max_tokens: integer({ min: 1 }),
  messages: list(
    structure(
      {
        role: enumeration(['user', 'assistant', 'system']),
        content: either(string({ min: 1 }), list(block)),
      },
      ['role', 'content'],
    ),
    { min: 1 },
  ),
  system: either(string(), list(tagged('type', { text }))),
  temperature: float({ min: 0, max: 1 }),
  top_p: float({ min: 0, max: 1 }),
  top_k: integer({ min: 0 }),
  stop_sequences: list(string({ min: 1 }), { max: 8191 }),
  tools: list(tool),
  tool_choice: tagged('type', {
    auto: structure({ disable_parallel_tool_use: boolean }),
    any: structure({ disable_parallel_tool_use: boolean }),
    tool: structure({ name: string(), disable_parallel_tool_use: boolean }, ['name']),
    none: structure({}),
  }),
  thinking: structure(
    {
      type: string(),
      budget_tokens: integer({ min: 1 }),
      display: string(),
      block_binding: structure({ mismatch_behavior: string() }),
    },
    ['type'],
  ),
  output_config: structure({ effort: string(), format: document }),
  context_management: document,
  metadata: structure({ user_id: string() }),
};

/** Of `count_tokens`, which needs no limit and has the model in the body. */
export const countedMessagesShape: StructureShape = structure({ ...members, model: string({ min: 1 }) }, [
  'model',
  'messages',
]);

export const messagesShape: StructureShape = structure(members, [
  'anthropic_version',
  'max_tokens',
  'messages',
]);

/** The same on Mantle, which is as Anthropic's own API: betas are in a header, the model is in the body. */
const { anthropic_version: _, anthropic_beta: __, ...common } = members;
export const mantleMessagesShape: StructureShape = structure(
  {
    ...common,
    model: string({ min: 1 }),
    stream: boolean,
    tools: list(structure({ ...tool.members, eager_input_streaming: boolean }, tool.required)),
  },
  ['model', 'max_tokens', 'messages'],
);
