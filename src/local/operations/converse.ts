import type { ConverseRequest, ConverseResponse, TokenUsage } from '../../codec/converse/wire.ts';
import { replyHeaders } from '../aws-error.ts';
import { checkAnswer, checkPrompt } from '../guardrails/converse.ts';
import { eventsToResponse, metadataOf } from '../reply/events.ts';
import { sleep } from '../reply/sleep.ts';
import { delays, streamBody } from '../reply/stream-body.ts';
import { converseRulesError } from '../validation/converse-rules.ts';
import { converseShape, converseStreamShape } from '../validation/converse-shapes.ts';
import { serviceError } from '../validation/service-words.ts';
import { compare, type StructureShape } from '../validation/shape.ts';
import {
  checkModel,
  eventsOf,
  noteUnknownMembers,
  streamOptions,
  type Told,
  tell,
  toWireEvents,
} from './answer.ts';
import { type Backend, type Call, type Operation, readJson } from './operation.ts';

export const converse: Operation = {
  name: 'Converse',
  method: 'POST',
  path: '/model/:modelId/converse',
  async handle(call, backend) {
    const told = await answerConverse(call, backend, converseShape, false);
    if (told.kind === 'response') return told.response;
    await sleep(delays(told.delivery.delayMs ?? backend.delayMs).firstByte ?? 0, call.signal);
    const response = told.kind === 'answer' ? wholeResponse(told, call) : await eventsToResponse(told.events);
    call.charge.sent(response.output?.message?.content, response.usage);
    return Response.json(response, { headers: replyHeaders(call.requestId) });
  },
};

export const converseStream: Operation = {
  name: 'ConverseStream',
  method: 'POST',
  path: '/model/:modelId/converse-stream',
  async handle(call, backend) {
    const told = await answerConverse(call, backend, converseStreamShape, true);
    if (told.kind === 'response') return told.response;
    const events = toWireEvents(eventsOf(told, call.startedAt));
    return new Response(streamBody(events, streamOptions(call, backend, told)), {
      headers: { 'content-type': 'application/vnd.amazon.eventstream', ...replyHeaders(call.requestId) },
    });
  },
};

async function answerConverse(
  call: Call,
  backend: Backend,
  shape: StructureShape,
  stream: boolean,
): Promise<Told> {
  const body = readJson(call);
  const findings = compare(shape, body);
  const shapeError = serviceError(findings);
  if (shapeError !== undefined) throw shapeError;
  noteUnknownMembers(findings, call, backend);
  checkModel(call, backend);
  // The shape has just been compared, and its test asserts that it is AWS's, as the type is.
  const request = body as ConverseRequest;
  const rulesError = converseRulesError(request, call.modelId);
  if (rulesError !== undefined) throw rulesError;
  const guardrail = guardrailOf(request, backend);
  if (guardrail === undefined) return tell(call, backend, request, { body, stream });
  const prompt = checkPrompt(request, guardrail);
  if (prompt.blocked) return { kind: 'answer', answer: { ...prompt.answer, usage: NO_USAGE }, delivery: {} };
  const told = await tell(call, backend, prompt.request, { body, stream });
  if (told.kind !== 'answer') return told;
  return { ...told, answer: checkAnswer(told.answer, request, guardrail, prompt.trace) };
}

/** The model was not called. */
const NO_USAGE: TokenUsage = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };

function guardrailOf({ guardrailConfig }: ConverseRequest, { guardrails }: Backend) {
  const { guardrailIdentifier } = guardrailConfig ?? {};
  return guardrailIdentifier ? guardrails?.find(guardrailIdentifier) : undefined;
}

function wholeResponse({ answer }: Told & { kind: 'answer' }, call: Call): ConverseResponse {
  const { additionalModelResponseFields } = answer;
  return {
    output: { message: { role: 'assistant', content: [...answer.content] } },
    stopReason: answer.stopReason,
    ...metadataOf(answer, call.startedAt),
    ...(additionalModelResponseFields !== undefined && { additionalModelResponseFields }),
  };
}
