/**
 * OpenAI's Chat Completions and Responses, on `bedrock-runtime` under `/openai/v1` and on Mantle under `/v1` and
 * `/openai/v1`.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-responses-api.html
 */
import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import type { ConverseRequest, ConverseResponse } from '../../codec/converse/wire.ts';
import { replyHeaders } from '../aws-error.ts';
import { idFrom } from '../hash.ts';
import { eventsToChatChunks, responseToChat } from '../openai/chat-from-converse.ts';
import { chatToConverse } from '../openai/chat-to-converse.ts';
import { openAIError, openAIFailure } from '../openai/failures.ts';
import { eventsToResponsesEvents, responseToResponses } from '../openai/responses-from-converse.ts';
import { responsesToConverse } from '../openai/responses-to-converse.ts';
import { chatShape, responsesItemShape, responsesShape } from '../openai/shapes.ts';
import type { ChatRequest, ResponsesRequest } from '../openai/wire.ts';
import { eventsToResponse } from '../reply/events.ts';
import type { WireEvent } from '../reply/faults.ts';
import { sleep } from '../reply/sleep.ts';
import { DONE, sseEncoding, toSseEvents } from '../reply/sse.ts';
import { delays, type Encoding, streamBody } from '../reply/stream-body.ts';
import { messagesError } from '../validation/messages-words.ts';
import { compare, type Shape } from '../validation/shape.ts';
import {
  checkModel,
  eventsOf,
  metered,
  noteUnknownMembers,
  streamOptions,
  type Told,
  tell,
} from './answer.ts';
import { type Backend, type Call, type Operation, readJson } from './operation.ts';

/** The prefixes, and whose they are. */
const PLACES: readonly { readonly prefix: string; readonly services: readonly string[] }[] = [
  { prefix: '/v1', services: ['bedrock-mantle'] },
  { prefix: '/openai/v1', services: ['bedrock', 'bedrock-mantle'] },
];

function everywhere(operation: Pick<Operation, 'name' | 'handle'>, path: string): readonly Operation[] {
  return PLACES.map(({ prefix, services }) => ({
    ...operation,
    method: 'POST',
    path: prefix + path,
    services,
    failure: openAIFailure,
  }));
}

/* --------------------------------------------------------- Chat Completions */

const chatEncoding = sseEncoding({
  named: false,
  failure: (name, message) => ({ error: openAIError(name, message) }),
});

export const chatCompletions: readonly Operation[] = everywhere(
  {
    name: 'ChatCompletions',
    async handle(given, backend) {
      const body = readJson(given);
      check(chatShape, body, given, backend);
      // The shape has just been compared.
      const request = body as unknown as ChatRequest;
      const stream = request.stream === true;
      const call = withModel(given, request.model, backend);
      const told = await tell(call, backend, chatToConverse(request), { body, stream });
      if (told.kind === 'response') return told.response;
      const facts = {
        id: `chatcmpl-${call.requestId}`,
        modelId: request.model,
        created: Math.floor(call.startedAt / 1000),
      };
      if (!stream) {
        return whole(call, backend, told, response => responseToChat(response, facts));
      }
      const includeUsage = request.stream_options?.include_usage === true;
      const chunks = eventsToChatChunks(
        metered(eventsOf(told, call.startedAt), call.charge),
        facts,
        includeUsage,
      );
      return streamed(call, backend, told, toSseEvents(chunks, DONE), chatEncoding);
    },
  },
  '/chat/completions',
);

/* ----------------------------------------------------------------- Responses */

const responsesEncoding = sseEncoding({
  named: false,
  failure: (name, message) => {
    const { type, code } = openAIError(name, message);
    return { type: 'error', code: code ?? type ?? null, message, param: null, sequence_number: 0 };
  },
});

export const responses: readonly Operation[] = everywhere(
  {
    name: 'Responses',
    async handle(given, backend) {
      const body = readJson(given);
      check(responsesShape, body, given, backend);
      // The shape has just been compared, and that of the items is.
      const request = body as unknown as ResponsesRequest;
      const items = typeof request.input === 'string' ? [] : (request.input as unknown as JSONObject[]);
      for (const item of items) check(responsesItemShape, { type: 'message', ...item }, given, backend);
      const stream = request.stream === true;
      const call = withModel(given, request.model, backend);
      const converse: ConverseRequest = responsesToConverse(request);
      const told = await tell(call, backend, converse, { body, stream });
      if (told.kind === 'response') return told.response;
      const facts = {
        id: idFrom(call.requestId, 52).toLowerCase(),
        created: Math.floor(call.startedAt / 1000),
        request,
      };
      if (!stream) {
        return whole(call, backend, told, response => responseToResponses(response, facts));
      }
      const events = eventsToResponsesEvents(metered(eventsOf(told, call.startedAt), call.charge), facts);
      return streamed(call, backend, told, toSseEvents(events), responsesEncoding);
    },
  },
  '/responses',
);

/* -------------------------------------------------------------------- models */

/** A few of those that Mantle has, where the server has no list of its own. */
const SOME_MODELS = [
  'anthropic.claude-opus-4-8',
  'mistral.mistral-large-3-675b-instruct',
  'openai.gpt-5.5',
  'openai.gpt-oss-120b',
];

export const mantleModels: Operation = {
  name: 'MantleModels',
  method: 'GET',
  path: '/v1/models',
  services: ['bedrock-mantle'],
  failure: openAIFailure,
  async handle({ requestId }, { models = SOME_MODELS }) {
    const data = models.map(id => ({
      id,
      object: 'model',
      created: 1764460800,
      owned_by: 'system',
      status: 'available',
    }));
    return Response.json({ object: 'list', data }, { headers: replyHeaders(requestId) });
  },
};

/* ---------------------------------------------------------------------- both */

function check(shape: Shape, body: JSONValue, call: Call, backend: Backend): void {
  const findings = compare(shape, body);
  const error = messagesError(findings);
  if (error !== undefined) throw error;
  findings.unknownMembers.unshift(...call.entry.unknownMembers);
  noteUnknownMembers(findings, call, backend);
}

function withModel(given: Call, modelId: string, backend: Backend): Call {
  const call = { ...given, modelId };
  call.entry.modelId = modelId;
  checkModel(call, backend);
  return call;
}

type Spoken = Exclude<Told, { kind: 'response' }>;

async function whole(
  call: Call,
  backend: Backend,
  told: Spoken,
  toBody: (response: ConverseResponse) => JSONObject,
): Promise<Response> {
  await sleep(delays(told.delivery.delayMs ?? backend.delayMs).firstByte ?? 0, call.signal);
  const response = await eventsToResponse(eventsOf(told, call.startedAt));
  call.charge.sent(response.output?.message?.content, response.usage);
  return Response.json(toBody(response), { headers: replyHeaders(call.requestId) });
}

function streamed(
  call: Call,
  backend: Backend,
  told: Spoken,
  events: AsyncIterable<WireEvent>,
  encoding: Encoding,
): Response {
  return new Response(streamBody(events, streamOptions(call, backend, told), encoding), {
    headers: { 'content-type': 'text/event-stream', ...replyHeaders(call.requestId) },
  });
}
