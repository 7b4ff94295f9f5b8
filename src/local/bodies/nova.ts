/**
 * Nova's body: Converse's, with cache points inside of blocks, settings of its own and no documents.
 *
 * @see https://docs.aws.amazon.com/nova/latest/userguide/complete-request-schema.html
 */
import type { JSONObject } from '@ai-sdk/provider';
import type {
  CachePoint,
  ContentBlock,
  ConverseRequest,
  ConverseResponse,
  TokenUsage,
} from '../../codec/converse/wire.ts';
import { validationError } from '../aws-error.ts';
import { isObject } from '../json-schema-check.ts';
import { bodyError } from '../validation/body-words.ts';
import { converseRulesError } from '../validation/converse-rules.ts';
import {
  document,
  enumeration,
  float,
  integer,
  list,
  type StructureShape,
  string,
  structure,
} from '../validation/shape.ts';
import { type ChatBody, type Events, isOf, isOpaque, type StreamFacts } from './chat-body.ts';

const block = structure({
  text: string(),
  image: document,
  video: document,
  audio: document,
  toolUse: document,
  toolResult: document,
  reasoningContent: document,
  cachePoint: structure({ type: enumeration(['default']), ttl: string() }, ['type']),
});

const shape: StructureShape = structure(
  {
    schemaVersion: enumeration(['messages-v1']),
    system: list(structure({ text: string({ min: 1 }), cachePoint: document }, ['text'])),
    messages: list(
      structure({ role: enumeration(['user', 'assistant']), content: list(block, { min: 1 }) }, [
        'role',
        'content',
      ]),
      { min: 1 },
    ),
    inferenceConfig: structure({
      maxTokens: integer({ min: 1 }),
      max_new_tokens: integer({ min: 1 }),
      temperature: float({ min: 0, max: 1 }),
      topP: float({ min: 0, max: 1 }),
      top_p: float({ min: 0, max: 1 }),
      topK: integer({ min: 0, max: 128 }),
      top_k: integer({ min: 0, max: 128 }),
      stopSequences: list(string()),
      reasoningConfig: structure(
        {
          type: enumeration(['enabled', 'disabled']),
          maxReasoningEffort: enumeration(['low', 'medium', 'high']),
        },
        ['type'],
      ),
    }),
    toolConfig: structure({ tools: list(document, { min: 1 }), toolChoice: document }, ['tools']),
    toolChoice: document,
  },
  ['messages'],
);

export const nova: ChatBody = {
  claims: (modelId, { messages, schemaVersion }) =>
    isOf('amazon\\.nova', modelId) ||
    (isOpaque(modelId) && messages !== undefined && schemaVersion !== undefined),
  shape: () => shape,
  error: bodyError,
  rules: body => {
    const messages = (body['messages'] ?? []) as unknown as ConverseRequest['messages'];
    if (messages?.some(({ content }) => content.some(one => 'document' in one)) === true) {
      return validationError(
        'Malformed input request: the document block is not supported, please reformat your input and try again.',
      );
    }
    return converseRulesError(toConverse(body), 'amazon.nova-lite-v1:0');
  },
  toConverse,
  whole: ({ output, stopReason, usage }) =>
    ({
      output,
      stopReason: stopReason ?? 'end_turn',
      usage: { ...toUsage(usage), totalTokens: total(usage) },
    }) as object as JSONObject,
  chunks,
};

function toConverse(body: JSONObject): ConverseRequest {
  const { system, messages, inferenceConfig, toolConfig } = body as unknown as ConverseRequest & {
    inferenceConfig?: JSONObject;
  };
  const { max_new_tokens, maxTokens, topP, top_p, temperature, stopSequences, reasoningConfig, ...rest } =
    (inferenceConfig ?? {}) as JSONObject;
  const fields = {
    ...(isObject(reasoningConfig) && { reasoningConfig }),
    ...(Object.keys(rest).length > 0 && { inferenceConfig: rest }),
  };
  return {
    ...(messages && {
      messages: messages.map(({ role, content }) => ({ role, content: content.flatMap(apart) })),
    }),
    ...(system && { system: system.flatMap(apart) as NonNullable<ConverseRequest['system']> }),
    inferenceConfig: {
      maxTokens: (maxTokens ?? max_new_tokens) as number | undefined,
      temperature: temperature as number | undefined,
      topP: (topP ?? top_p) as number | undefined,
      stopSequences: (stopSequences ?? []) as string[],
    },
    ...(toolConfig && { toolConfig }),
    ...(Object.keys(fields).length > 0 && { additionalModelRequestFields: fields }),
  };
}

/** The cache point inside of a block as the block behind it. */
function apart(one: object): ContentBlock[] {
  const { cachePoint, ...rest } = one as { cachePoint?: CachePoint };
  return [rest as ContentBlock, ...(cachePoint === undefined ? [] : [{ cachePoint }])];
}

function toUsage(usage: TokenUsage = {}): JSONObject {
  return {
    inputTokens: usage.inputTokens ?? 0,
    outputTokens: usage.outputTokens ?? 0,
    cacheReadInputTokenCount: usage.cacheReadInputTokens ?? 0,
    cacheWriteInputTokenCount: usage.cacheWriteInputTokens ?? 0,
  };
}

function total({ inputTokens = 0, outputTokens = 0 }: NonNullable<ConverseResponse['usage']> = {}): number {
  return inputTokens + outputTokens;
}

/** Every piece of text is a block of its own, and the input of a tool comes whole. */
async function* chunks(events: Events, { usage: known }: StreamFacts): AsyncGenerator<JSONObject> {
  let index = -1;
  let input: string | undefined;
  let usage = known;
  let stopReason: string | undefined;
  for await (const event of events) {
    const { messageStart, contentBlockStart, contentBlockDelta, contentBlockStop, messageStop, metadata } =
      event;
    if (messageStart !== undefined) yield { messageStart: { role: 'assistant' } };
    const start = contentBlockStart?.start;
    if (start?.toolUse !== undefined) {
      input = '';
      yield {
        contentBlockStart: { start: { toolUse: start.toolUse }, contentBlockIndex: ++index },
      } as JSONObject;
    }
    const delta = contentBlockDelta?.delta;
    if (delta?.toolUse !== undefined) input = `${input ?? ''}${delta.toolUse.input ?? ''}`;
    else if (delta !== undefined) {
      yield { contentBlockDelta: { delta: delta as JSONObject, contentBlockIndex: ++index } };
      yield { contentBlockStop: { contentBlockIndex: index } };
    }
    if (contentBlockStop !== undefined && input !== undefined) {
      yield { contentBlockDelta: { delta: { toolUse: { input } }, contentBlockIndex: index } };
      yield { contentBlockStop: { contentBlockIndex: index } };
      input = undefined;
    }
    if (messageStop !== undefined) stopReason = messageStop.stopReason ?? 'end_turn';
    if (metadata?.usage !== undefined) usage = metadata.usage;
  }
  if (stopReason === undefined) return;
  yield { messageStop: { stopReason } };
  yield { metadata: { usage: toUsage(usage), metrics: {}, trace: {} } };
}
