/**
 * InvokeModel and its stream, for bodies of Anthropic's Messages API, and InvokeModel for models that do not chat.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
 */
import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import type { ConverseRequest, ConverseResponse, TokenUsage } from '../../codec/converse/wire.ts';
import { replyHeaders, validationError } from '../aws-error.ts';
import { idFrom } from '../hash.ts';
import { localModels } from '../invoke/index.ts';
import type { LocalModel } from '../invoke/local-model.ts';
import { isObject } from '../json-schema-check.ts';
import { eventsToChunks, responseToMessage } from '../messages/from-converse.ts';
import { messagesRulesError } from '../messages/rules.ts';
import { messagesShape } from '../messages/shapes.ts';
import { messagesToConverse } from '../messages/to-converse.ts';
import type { MessagesRequest } from '../messages/wire.ts';
import { eventsToResponse } from '../reply/events.ts';
import type { WireEvent } from '../reply/faults.ts';
import { sleep } from '../reply/sleep.ts';
import { chunkEvent, delays, streamBody } from '../reply/stream-body.ts';
import { messagesError } from '../validation/messages-words.ts';
import { serviceError } from '../validation/service-words.ts';
import { compare } from '../validation/shape.ts';
import {
  checkModel,
  eventsOf,
  noteUnknownMembers,
  scripted,
  streamOptions,
  type Told,
  tell,
} from './answer.ts';
import { type Backend, type Call, type Operation, readJson } from './operation.ts';

export const invokeModel: Operation = {
  name: 'InvokeModel',
  method: 'POST',
  path: '/model/:modelId/invoke',
  async handle(call, backend) {
    const body = readBody(call, backend);
    const model = isObject(body) ? localModels.find(one => one.claims(call.modelId, body)) : undefined;
    if (model !== undefined && isObject(body)) return answerModel(model, body, call, backend);
    const told = await answerMessages(body, call, backend, false);
    if (told.kind === 'response') return told.response;
    await sleep(delays(told.delivery.delayMs ?? backend.delayMs).firstByte ?? 0, call.signal);
    const response: ConverseResponse = await eventsToResponse(eventsOf(told, call.startedAt));
    call.charge.sent(response.output?.message?.content, response.usage);
    const message = responseToMessage(response, messageFacts(call));
    return Response.json(message, {
      headers: { ...replyHeaders(call.requestId), ...usageHeaders(response.usage ?? {}, call) },
    });
  },
};

export const invokeModelWithResponseStream: Operation = {
  name: 'InvokeModelWithResponseStream',
  method: 'POST',
  path: '/model/:modelId/invoke-with-response-stream',
  async handle(call, backend) {
    const told = await answerMessages(readBody(call, backend), call, backend, true);
    if (told.kind === 'response') return told.response;
    const usage = told.kind === 'answer' ? (told.answer.usage ?? {}) : {};
    const facts = { ...messageFacts(call), usage, startedAt: call.startedAt };
    const chunks = toChunkEvents(eventsToChunks(eventsOf(told, call.startedAt), facts));
    return new Response(streamBody(chunks, streamOptions(call, backend, told)), {
      headers: {
        'content-type': 'application/vnd.amazon.eventstream',
        'x-amzn-bedrock-content-type': 'application/json',
        ...replyHeaders(call.requestId),
      },
    });
  },
};

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html (body) */
const MAX_BODY_BYTES = 25_000_000;

function readBody(call: Call, backend: Backend): JSONValue {
  checkModel(call, backend);
  if (call.bytes.length > MAX_BODY_BYTES) {
    throw validationError(
      `1 validation error detected: Value at 'body' failed to satisfy constraint: Member must have length less than or equal to ${MAX_BODY_BYTES}`,
    );
  }
  return readJson(call);
}

/** For models that do not chat. */
async function answerModel(
  model: LocalModel,
  body: JSONObject,
  call: Call,
  backend: Backend,
): Promise<Response> {
  const findings = compare(model.shape(call.modelId, body), body);
  const shapeError = serviceError(findings);
  if (shapeError !== undefined) throw shapeError;
  noteUnknownMembers(findings, call, backend);
  // First, because it refuses what a shape cannot say, and knows how many tokens it reads.
  const reply = await model.answer(body, call.modelId);
  const { inputTokens } = reply;
  const response = await scripted(call, backend, body, inputTokens);
  if (response !== undefined) return response;
  await sleep(delays(backend.delayMs).firstByte ?? 0, call.signal);
  return Response.json(reply.body, {
    headers: {
      ...replyHeaders(call.requestId),
      'x-amzn-bedrock-invocation-latency': String(Date.now() - call.startedAt),
      ...(inputTokens !== undefined && { 'x-amzn-bedrock-input-token-count': String(inputTokens) }),
    },
  });
}

async function answerMessages(body: JSONValue, call: Call, backend: Backend, stream: boolean): Promise<Told> {
  if (!isMessagesBody(call.modelId, body)) {
    throw validationError(
      'The local Bedrock serves InvokeModel for Claude only so far (a body with "anthropic_version"). Use Converse for this model.',
    );
  }
  const findings = compare(messagesShape, body);
  const shapeError = messagesError(findings);
  if (shapeError !== undefined) throw shapeError;
  noteUnknownMembers(findings, call, backend);
  // The shape has just been compared.
  const request = body as unknown as MessagesRequest;
  const rulesError = messagesRulesError(request);
  if (rulesError !== undefined) throw rulesError;
  const converse: ConverseRequest = messagesToConverse(request);
  return tell(call, backend, converse, { body, stream });
}

/** The names of profiles and custom models do not say whose model they are; then the body does. */
function isMessagesBody(modelId: string, body: JSONValue): boolean {
  return /(?:^|[./])anthropic\./.test(modelId) || (isObject(body) && body['anthropic_version'] !== undefined);
}

function messageFacts({ modelId, requestId }: Call): { id: string; modelId: string } {
  return { id: `msg_bdrk_${idFrom(requestId, 24)}`, modelId };
}

async function* toChunkEvents(chunks: AsyncIterable<JSONObject>): AsyncGenerator<WireEvent> {
  for await (const chunk of chunks) {
    yield { ...chunkEvent(chunk), output: outputOf(chunk), usage: usageOf(chunk) };
  }
}

function outputOf({ type, delta }: JSONObject): object | undefined {
  if (type !== 'content_block_delta' || !isObject(delta)) return undefined;
  const { type: _, ...output } = delta;
  return output;
}

/** The last chunk tells it; of zeros when a script told none. */
function usageOf({ 'amazon-bedrock-invocationMetrics': metrics }: JSONObject): TokenUsage | undefined {
  if (!isObject(metrics)) return undefined;
  const { inputTokenCount, outputTokenCount, cacheWriteInputTokenCount } = metrics;
  if (inputTokenCount === 0 && outputTokenCount === 0) return undefined;
  return {
    inputTokens: Number(inputTokenCount),
    outputTokens: Number(outputTokenCount),
    cacheWriteInputTokens: Number(cacheWriteInputTokenCount),
  };
}

function usageHeaders(usage: TokenUsage, { startedAt }: Call): Record<string, string> {
  return {
    'x-amzn-bedrock-invocation-latency': String(Date.now() - startedAt),
    'x-amzn-bedrock-input-token-count': String(usage.inputTokens ?? 0),
    'x-amzn-bedrock-output-token-count': String(usage.outputTokens ?? 0),
    'x-amzn-bedrock-cache-read-input-token-count': String(usage.cacheReadInputTokens ?? 0),
    'x-amzn-bedrock-cache-write-input-token-count': String(usage.cacheWriteInputTokens ?? 0),
  };
}
