/**
 * Anthropic's Messages API on Mantle.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-messages-api.html
 */
import { replyHeaders } from '../aws-error.ts';
import { idFrom } from '../hash.ts';
import { eventsToChunks, responseToMessage } from '../messages/from-converse.ts';
import { messagesRulesError } from '../messages/rules.ts';
import { mantleMessagesShape } from '../messages/shapes.ts';
import { messagesToConverse } from '../messages/to-converse.ts';
import type { MessagesRequest } from '../messages/wire.ts';
import { anthropicError, anthropicFailure } from '../openai/failures.ts';
import { eventsToResponse } from '../reply/events.ts';
import { sleep } from '../reply/sleep.ts';
import { sseEncoding, toSseEvents } from '../reply/sse.ts';
import { delays, streamBody } from '../reply/stream-body.ts';
import { messagesError } from '../validation/messages-words.ts';
import { compare } from '../validation/shape.ts';
import { checkModel, eventsOf, metered, noteUnknownMembers, streamOptions, tell } from './answer.ts';
import { type Operation, readJson } from './operation.ts';

const encoding = sseEncoding({ named: true, failure: anthropicError });

export const messages: Operation = {
  name: 'MantleMessages',
  method: 'POST',
  path: '/anthropic/v1/messages',
  services: ['bedrock-mantle'],
  failure: anthropicFailure,
  async handle(given, backend) {
    const body = readJson(given);
    const findings = compare(mantleMessagesShape, body);
    const shapeError = messagesError(findings);
    if (shapeError !== undefined) throw shapeError;
    noteUnknownMembers(findings, given, backend);
    // The shape has just been compared.
    const request = body as unknown as MessagesRequest & { model: string; stream?: boolean };
    const call = { ...given, modelId: request.model };
    call.entry.modelId = request.model;
    checkModel(call, backend);
    const rulesError = messagesRulesError(request);
    if (rulesError !== undefined) throw rulesError;
    const stream = request.stream === true;
    const told = await tell(call, backend, messagesToConverse(request), { body, stream });
    if (told.kind === 'response') return told.response;
    const facts = { id: `msg_${idFrom(call.requestId, 24)}`, modelId: call.modelId };
    if (!stream) {
      await sleep(delays(told.delivery.delayMs ?? backend.delayMs).firstByte ?? 0, call.signal);
      const response = await eventsToResponse(eventsOf(told, call.startedAt));
      call.charge.sent(response.output?.message?.content, response.usage);
      return Response.json(responseToMessage(response, facts), { headers: replyHeaders(call.requestId) });
    }
    const usage = told.kind === 'answer' ? (told.answer.usage ?? {}) : {};
    const chunks = eventsToChunks(metered(eventsOf(told, call.startedAt), call.charge), {
      ...facts,
      usage,
    });
    return new Response(streamBody(toSseEvents(chunks), streamOptions(call, backend, told), encoding), {
      headers: { 'content-type': 'text/event-stream', ...replyHeaders(call.requestId) },
    });
  },
};
