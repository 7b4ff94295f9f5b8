/** `--aws`: answers of AWS itself, with the user's own credentials. */
import type { ConverseResponse } from '../../codec/converse/wire.ts';
import { encodeFrame } from '../../codec/event-stream/frame.ts';
import { BedrockError } from '../../errors.ts';
import { AwsError } from '../../local/aws-error.ts';
import type {
  LocalFailure,
  LocalReply,
  LocalRequest,
  LocalResponder,
  LocalStreamEvent,
} from '../../local/index.ts';
import { eventStreamFaults } from '../../local/reply/faults.ts';
import { createModelContext } from '../../models/model-context.ts';
import { openEventStream, type StreamEvent } from '../../operations/event-stream.ts';
import { encodePathLabel } from '../../settings/model-ref.ts';
import type { BedrockProviderSettings } from '../../settings/settings.ts';
import type { TransportReply } from '../../transport/transport.ts';

/** The last part of the path, and whether the reply is an event stream. */
const OPERATIONS: Readonly<Record<string, { readonly path: string; readonly streams: boolean }>> = {
  Converse: { path: 'converse', streams: false },
  ConverseStream: { path: 'converse-stream', streams: true },
  InvokeModel: { path: 'invoke', streams: false },
  InvokeModelWithResponseStream: { path: 'invoke-with-response-stream', streams: true },
};

/**
 * Hands Converse, ConverseStream, InvokeModel and its stream on to AWS, as they came; everything else is left to
 * the local Bedrock. What AWS refuses is answered in its words.
 */
export function awsResponder(settings: BedrockProviderSettings): LocalResponder {
  // Who calls the local Bedrock waits and tries again by itself.
  const { send } = createModelContext({ ...settings, traffic: 'off' });
  return async ({ operation, modelId, body, headers, signal }) => {
    const known = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : undefined;
    if (known === undefined) return undefined;
    try {
      const reply = await send({
        service: 'bedrock-runtime',
        method: 'POST',
        path: `/model/${encodePathLabel(modelId)}/${known.path}`,
        headers: bedrockHeaders(headers),
        body: JSON.stringify(body),
        modelId,
        streams: known.streams,
        abortSignal: signal,
      });
      return await toReply(operation, reply);
    } catch (error) {
      return toFailure(error);
    }
  };
}

/** Guardrail, trace, service tier …; the others are of the connection that they came by. */
function bedrockHeaders(headers: LocalRequest['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name === 'accept' || /^x-amzn-bedrock-/i.test(name)),
  );
}

async function toReply(operation: string, reply: TransportReply): Promise<LocalReply> {
  switch (operation) {
    case 'Converse': {
      const { output, metrics: _, ...rest } = (await readAll(reply).json()) as ConverseResponse;
      return { ...rest, content: output?.message?.content ?? [] };
    }
    case 'ConverseStream':
      return { events: eventsOf(await openEventStream(reply, event => [event])) };
    case 'InvokeModelWithResponseStream':
      return new Response(ReadableStream.from(framesOf(await openEventStream(reply, event => [event]))), {
        headers: bodyHeaders(reply.headers),
      });
    default:
      return new Response(readAll(reply).body, { headers: bodyHeaders(reply.headers) });
  }
}

/** Lets go of the caller's signal with the end of the body. */
function readAll({ response, release }: TransportReply): Response {
  const body = response.body?.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({ flush: release }),
  );
  return new Response(body ?? null);
}

/** Those of the service; the others are of the connection, and of a body that `fetch` has unpacked. */
function bodyHeaders(headers: TransportReply['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => /^content-type$|^x-amzn-/.test(name)));
}

async function* eventsOf(stream: ReadableStream<StreamEvent>): AsyncGenerator<LocalStreamEvent> {
  try {
    for await (const { type, payload } of stream) yield { [type]: withoutPadding(payload) };
  } catch (error) {
    const { name, message } = toFailure(error).error;
    throw new AwsError(name, message ?? '');
  }
}

/** The local Bedrock pads its events itself. */
function withoutPadding(payload: unknown): object {
  const { p: _, ...rest } = payload as { readonly p?: unknown };
  return rest;
}

const encoder = new TextEncoder();

async function* framesOf(stream: ReadableStream<StreamEvent>): AsyncGenerator<Uint8Array> {
  try {
    for await (const { type, payload } of stream) {
      yield encodeFrame(
        { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' },
        encoder.encode(JSON.stringify(payload)),
      );
    }
  } catch (error) {
    const { name, message } = toFailure(error).error;
    yield eventStreamFaults.exception(name, message);
  }
}

/** @throws what is no answer of AWS, e.g. that there are no credentials: an InternalServerException with its words */
function toFailure(error: unknown): LocalFailure {
  if (!BedrockError.isInstance(error)) throw error;
  const { code, statusCode } = error;
  const message = ownWords(error.responseBody) ?? error.message;
  return { error: { name: code, message, ...(statusCode !== undefined && { status: statusCode }) } };
}

/** The message of an error reply, without the advice that our own errors add. */
function ownWords(responseBody: string | undefined): string | undefined {
  try {
    const { message, Message } = JSON.parse(responseBody ?? '') as Record<string, unknown>;
    return [message, Message].find(words => typeof words === 'string');
  } catch {
    return undefined;
  }
}
