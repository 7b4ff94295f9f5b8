/**
 * InvokeModel and its stream, for every body in which models chat, and InvokeModel for models that do not chat.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
 */
import type { JSONObject } from '@ai-sdk/provider';
import type { ConverseResponse, ReplyMetadata, TokenUsage } from '../../codec/converse/wire.ts';
import { replyHeaders, validationError } from '../aws-error.ts';
import type { ChatBody } from '../bodies/chat-body.ts';
import { StreamCounts } from '../bodies/counts.ts';
import { chatBodies } from '../bodies/index.ts';
import { localModels } from '../invoke/index.ts';
import type { LocalModel } from '../invoke/local-model.ts';
import { isObject } from '../json-schema-check.ts';
import { eventsToResponse } from '../reply/events.ts';
import { sleep } from '../reply/sleep.ts';
import { delays, streamBody } from '../reply/stream-body.ts';
import { malformed } from '../validation/body-words.ts';
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
import { readInvokeHeaders, servedHeaders, takeGuardrailMember } from './invoke-headers.ts';
import { type Backend, type Call, type Operation, readJson } from './operation.ts';

export const invokeModel: Operation = {
  name: 'InvokeModel',
  method: 'POST',
  path: '/model/:modelId/invoke',
  async handle(call, backend) {
    const body = readBody(call, backend);
    const model = localModels.find(one => one.claims(call.modelId, body));
    if (model !== undefined) return answerModel(model, body, call, backend);
    const chat = findBody(call, body);
    const told = await answerChat(chat, body, call, backend, false);
    if (told.kind === 'response') return told.response;
    await sleep(delays(told.delivery.delayMs ?? backend.delayMs).firstByte ?? 0, call.signal);
    const response: ConverseResponse = await eventsToResponse(eventsOf(told, call.startedAt));
    call.charge.sent(response.output?.message?.content, response.usage);
    return Response.json(chat.whole(response, call), {
      headers: {
        ...replyHeaders(call.requestId),
        ...usageHeaders(response.usage ?? {}, call),
        ...servedHeaders(response),
      },
    });
  },
};

export const invokeModelWithResponseStream: Operation = {
  name: 'InvokeModelWithResponseStream',
  method: 'POST',
  path: '/model/:modelId/invoke-with-response-stream',
  async handle(call, backend) {
    const body = readBody(call, backend);
    const chat = findBody(call, body);
    if (chat.streams === false) throw validationError('The model is unsupported for streaming.');
    const told = await answerChat(chat, body, call, backend, true);
    if (told.kind === 'response') return told.response;
    const answer: ReplyMetadata = told.kind === 'answer' ? told.answer : {};
    const usage = answer.usage ?? {};
    const counts = new StreamCounts(usage, call.startedAt);
    const events = counts.listen(eventsOf(told, call.startedAt));
    const chunks = counts.toWireEvents(
      chat.chunks(events, { requestId: call.requestId, modelId: call.modelId, usage }),
      chat,
      chat.countsApart?.(call.modelId) === true,
    );
    return new Response(streamBody(chunks, streamOptions(call, backend, told)), {
      headers: {
        'content-type': 'application/vnd.amazon.eventstream',
        'x-amzn-bedrock-content-type': 'application/json',
        ...replyHeaders(call.requestId),
        ...servedHeaders(answer),
      },
    });
  },
};

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html (body) */
const MAX_BODY_BYTES = 25_000_000;

function readBody(call: Call, backend: Backend): JSONObject {
  checkModel(call, backend);
  if (call.bytes.length > MAX_BODY_BYTES) {
    throw validationError(
      `1 validation error detected: Value at 'body' failed to satisfy constraint: Member must have length less than or equal to ${MAX_BODY_BYTES}`,
    );
  }
  const body = readJson(call);
  if (!isObject(body)) throw malformed('#: expected type: JSONObject, found: another');
  return body;
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

function findBody({ modelId }: Call, body: JSONObject): ChatBody {
  const found = chatBodies.find(one => one.claims(modelId, body));
  if (found !== undefined) return found;
  throw validationError(
    'The model is not known to take this body through InvokeModel. Use Converse for this model.',
  );
}

async function answerChat(
  chat: ChatBody,
  given: JSONObject,
  call: Call,
  backend: Backend,
  stream: boolean,
): Promise<Told> {
  const { modelId } = call;
  const members = readInvokeHeaders(call.headers);
  const { body, guardrailConfig } = takeGuardrailMember(given, members.guardrailConfig);
  const findings = compare(chat.shape(modelId), body);
  const shapeError = chat.error(findings);
  if (shapeError !== undefined) throw shapeError;
  const [unknown] = findings.unknownMembers;
  if (unknown !== undefined && chat.refusesUnknown?.(modelId) === true) {
    throw malformed(`#: extraneous key [${unknown}] is not permitted`);
  }
  noteUnknownMembers(findings, call, backend);
  const rulesError = chat.rules?.(body);
  if (rulesError !== undefined) throw rulesError;
  const converse = {
    ...chat.toConverse(body, modelId),
    ...members,
    ...(guardrailConfig && { guardrailConfig }),
  };
  return tell(call, backend, converse, { body: given, stream });
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
