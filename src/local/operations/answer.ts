/** From a request to the answer that will be told: by a script, or by the built-in responder. */
import type { JSONValue } from '@ai-sdk/provider';
import type { ConverseRequest, ReplyContentBlock } from '../../codec/converse/wire.ts';
import { AwsError, validationError } from '../aws-error.ts';
import type { Charge } from '../quotas/charge.ts';
import { answerToEvents, type CompleteAnswer } from '../reply/events.ts';
import type { WireEvent } from '../reply/faults.ts';
import type {
  LocalAnswer,
  LocalDelivery,
  LocalFailedJob,
  LocalReply,
  LocalStreamEvent,
} from '../reply/reply.ts';
import type { StreamOptions } from '../reply/stream-body.ts';
import { publicHeaders } from '../request-log.ts';
import { builtInAnswer } from '../responder.ts';
import type { Findings } from '../validation/shape.ts';
import { admit, toAwsError } from './admission.ts';
import type { Backend, Call } from './operation.ts';

export type Told =
  | { readonly kind: 'answer'; readonly answer: CompleteAnswer; readonly delivery: LocalDelivery }
  | { readonly kind: 'events'; readonly events: Events; readonly delivery: LocalDelivery }
  /** To be sent as it is. */
  | { readonly kind: 'response'; readonly response: Response };

type Events = Iterable<LocalStreamEvent> | AsyncIterable<LocalStreamEvent>;

/** @throws AwsError when the quota does not let the call in, and when the script answers with an error */
export async function tell(
  call: Call,
  backend: Backend,
  converse: ConverseRequest,
  options: { readonly body: JSONValue; readonly stream: boolean },
): Promise<Told> {
  const { modelId, signal, entry } = call;
  const fault = await admit(
    call,
    backend,
    () => {
      const { total, read } = backend.cache.estimateInput(converse, modelId);
      return { input: total, cacheRead: read, maxOutput: converse.inferenceConfig?.maxTokens };
    },
    options.stream,
  );
  const reply = await backend.script({
    operation: entry.operation ?? '',
    modelId,
    converse,
    body: options.body,
    headers: publicHeaders(call.headers),
    stream: options.stream,
    signal,
  });
  const told = toTold(reply ?? {}, converse, modelId, backend);
  if (told.kind === 'response') return told;
  if (told.kind === 'answer' && told.answer.usage) call.charge.expect(told.answer.usage);
  if (fault === undefined || told.delivery.fault !== undefined) return told;
  return { ...told, delivery: { ...told.delivery, fault } };
}

/**
 * What a script says to a request that does not chat: an error or a ready response. Everything else that a
 * script may answer is chat, and is left to the built-in answer.
 * @param input tokens; there is no quota of them for images and reranking, which do not count any
 * @throws AwsError when the quota does not let the call in, and when the script answers with an error
 */
export async function scripted(
  call: Call,
  backend: Backend,
  body: JSONValue,
  input = 0,
): Promise<Response | undefined> {
  await admit(call, backend, () => ({ input, cacheRead: 0, maxOutput: 0 }), false);
  return scriptedFreely(call, backend, body);
}

/** The same for what uses no model, and so none of its quota and health. */
export async function scriptedFreely(
  call: Call,
  backend: Backend,
  body: JSONValue,
): Promise<Response | undefined> {
  const reply = await askScript(call, backend, body);
  return reply !== undefined && isResponse(reply) ? reply : undefined;
}

/**
 * What a script says to the start of a job: a ready response, or why the job fails.
 * @throws AwsError when the quota does not let the call in, and when the script answers with an error
 */
export async function scriptedJob(
  call: Call,
  backend: Backend,
  body: JSONValue,
): Promise<Response | LocalFailedJob | undefined> {
  await admit(call, backend, () => ({ input: 0, cacheRead: 0, maxOutput: 0 }), false);
  const reply = await askScript(call, backend, body);
  return reply !== undefined && (isResponse(reply) || 'failureMessage' in reply) ? reply : undefined;
}

async function askScript(
  call: Call,
  backend: Backend,
  body: JSONValue,
): Promise<Exclude<LocalReply, string> | undefined> {
  const { modelId, signal, entry } = call;
  const reply = await backend.script({
    operation: entry.operation ?? '',
    modelId,
    converse: { messages: [] },
    body,
    headers: publicHeaders(call.headers),
    stream: false,
    signal,
  });
  if (typeof reply === 'string') return undefined;
  if (reply !== undefined && !isResponse(reply) && 'error' in reply) throw toAwsError(reply.error);
  return reply;
}

function toTold(reply: LocalReply, converse: ConverseRequest, modelId: string, backend: Backend): Told {
  if (typeof reply === 'string') return toTold({ content: [{ text: reply }] }, converse, modelId, backend);
  if (isResponse(reply)) return { kind: 'response', response: reply };
  if ('error' in reply) throw toAwsError(reply.error);
  if ('failureMessage' in reply) return toTold({}, converse, modelId, backend);
  if (isEvents(reply)) return { kind: 'events', events: reply.events, delivery: reply };
  return { kind: 'answer', answer: complete(reply, converse, modelId, backend), delivery: reply };
}

/** By its members: edge runtimes have a `Response` of their own. */
function isResponse(reply: Exclude<LocalReply, string>): reply is Response {
  return 'status' in reply && 'headers' in reply;
}

function isEvents(reply: Exclude<LocalReply, string | Response>): reply is LocalReply & { events: Events } {
  return 'events' in reply;
}

function complete(
  scripted: LocalAnswer,
  converse: ConverseRequest,
  modelId: string,
  backend: Backend,
): CompleteAnswer {
  const answer =
    scripted.content === undefined ? { ...builtInAnswer(converse, modelId), ...scripted } : scripted;
  const content = scripted.content ?? answer.content ?? [];
  const { performanceConfig, serviceTier } = converse;
  return {
    ...(performanceConfig && { performanceConfig }),
    ...(serviceTier && { serviceTier }),
    ...answer,
    content,
    stopReason: answer.stopReason ?? (hasClientCall(content) ? 'tool_use' : 'end_turn'),
    usage: answer.usage ?? backend.cache.countUsage(converse, modelId, content),
  };
}

function hasClientCall(content: readonly ReplyContentBlock[]): boolean {
  return content.some(({ toolUse }) => toolUse !== undefined && toolUse.type !== 'server_tool_use');
}

/* ------------------------------------------------ for all the operations */

export function eventsOf(told: Exclude<Told, { kind: 'response' }>, startedAt: number): Events {
  return told.kind === 'events' ? told.events : answerToEvents(told.answer, startedAt);
}

/** Events that are charged as they are told, for streams whose own events do not show what the model wrote. */
export async function* metered(events: Events, charge: Charge): AsyncGenerator<LocalStreamEvent> {
  for await (const event of events) {
    charge.sent(event.contentBlockDelta?.delta, event.metadata?.usage);
    yield event;
  }
}

export async function* toWireEvents(events: Events): AsyncGenerator<WireEvent> {
  for await (const event of events) {
    const { contentBlockDelta, metadata } = event;
    for (const [type, payload] of Object.entries(event)) {
      if (payload === undefined) continue;
      const output = payload === contentBlockDelta ? contentBlockDelta.delta : undefined;
      yield { type, payload, output, usage: payload === metadata ? metadata.usage : undefined };
    }
  }
}

export function streamOptions(
  call: Call,
  backend: Backend,
  told: Exclude<Told, { kind: 'response' }>,
): StreamOptions {
  const { delayMs = backend.delayMs, fault } = told.delivery;
  return {
    delayMs,
    fault: fault && backend.faults.place(fault, () => framesOf(told)),
    signal: call.signal,
    entry: call.entry,
    charge: call.charge,
    ended: call.ended,
  };
}

/** About how many frames a stream has: a script's generator does not say. */
function framesOf(told: Exclude<Told, { kind: 'response' }>): number {
  if (told.kind === 'answer') return [...answerToEvents(told.answer, 0)].length;
  return Array.isArray(told.events) ? told.events.length : 20;
}

/** Members that AWS ignores are refused when the server is strict. */
export function noteUnknownMembers({ unknownMembers }: Findings, { entry }: Call, { strict }: Backend): void {
  entry.unknownMembers = unknownMembers;
  if (strict && unknownMembers.length > 0) {
    throw validationError(
      `Malformed input request: extraneous keys [${unknownMembers.join(', ')}] are not permitted, please reformat your input and try again.`,
    );
  }
}

export function checkModel({ modelId }: Call, backend: Backend): void {
  if (!backend.modelExists(modelId)) {
    throw new AwsError(
      'ResourceNotFoundException',
      'Could not resolve the foundation model from the provided model identifier.',
    );
  }
}
