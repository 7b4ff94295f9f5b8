import type {
  LanguageModelV2,
  LanguageModelV3,
  LanguageModelV4,
  LanguageModelV4StreamPart,
} from '@ai-sdk/provider';
import { eventsToResponse } from '../reply/events.ts';
import type { LocalReply, LocalRequest, LocalResponder, LocalStreamEvent } from '../reply/reply.ts';
import { CallMemory } from './call-memory.ts';
import { toAwsFailure, toStreamFailure } from './failure.ts';
import { asV4 } from './older-models.ts';
import { toCallOptions } from './to-call.ts';
import { toEvents, toParts } from './to-events.ts';

/**
 * A script that lets a model of any AI SDK provider answer, so that programs for Bedrock run on it:
 *
 *     createLocalBedrock({ respond: respondWith(openai('gpt-5')) })
 *
 * It answers every request that chats, by whichever operation and for whichever model id it comes; others are left to
 * the built-in responder. Streams are told as they come. Errors of the model are AWS's errors: 429 is a
 * ThrottlingException, a wrong key an AccessDeniedException.
 *
 * @param given a model of provider spec V4, V3 or V2 (`ai` 7, 6 and 5)
 * @throws InvalidArgumentError for what is no such model
 */
export function respondWith(given: LanguageModelV4 | LanguageModelV3 | LanguageModelV2): LocalResponder {
  const model = asV4(given);
  const memory = new CallMemory();
  return async request => {
    if ((request.converse.messages ?? []).length === 0) return undefined;
    try {
      return request.stream ? await stream(model, request, memory) : await generate(model, request, memory);
    } catch (error) {
      if (request.signal.aborted) throw error;
      const { name, message, status, headers } = toAwsFailure(error);
      return { error: { name, message, status, headers } };
    }
  };
}

async function generate(
  model: LanguageModelV4,
  { converse, signal }: LocalRequest,
  memory: CallMemory,
): Promise<LocalReply> {
  const result = await model.doGenerate(toCallOptions(converse, memory, signal));
  const response = await eventsToResponse(toEvents(toParts(result), converse, memory));
  const { output, stopReason, usage, additionalModelResponseFields: fields } = response;
  return {
    content: output?.message?.content ?? [],
    stopReason,
    ...(usage && { usage }),
    ...(fields !== undefined && { additionalModelResponseFields: fields }),
  };
}

/** The reply begins with the first event, so that what fails before it is an error reply. */
async function stream(
  model: LanguageModelV4,
  { converse, signal }: LocalRequest,
  memory: CallMemory,
): Promise<LocalReply> {
  const { stream } = await model.doStream(toCallOptions(converse, memory, signal));
  const events = toEvents(partsOf(stream), converse, memory);
  const first = await events.next();
  return { events: fromFirst(first, events) };
}

async function* fromFirst(
  first: IteratorResult<LocalStreamEvent, void>,
  events: AsyncGenerator<LocalStreamEvent, void>,
): AsyncGenerator<LocalStreamEvent> {
  try {
    if (first.done !== true) yield first.value;
    yield* events;
  } catch (error) {
    throw toStreamFailure(error);
  } finally {
    // A caller that leaves at the first event has not reached `yield*`.
    await events.return();
  }
}

/** Not every runtime's ReadableStream can be iterated. A reader that leaves cancels the model's stream. */
async function* partsOf(
  stream: ReadableStream<LanguageModelV4StreamPart>,
): AsyncGenerator<LanguageModelV4StreamPart> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); next.done !== true; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => {});
  }
}
