import { type EventReader, openPartStream } from '../models/event-reader.ts';
import { NO_CHARGE } from '../traffic/charge.ts';
import type { TransportReply } from '../transport/transport.ts';

/** An event of an operation, by its type. */
export interface StreamEvent {
  readonly type: string;
  readonly payload: unknown;
}

/**
 * The events of a reply, read as those of chat are: what goes wrong is a `BedrockError`, before the first event of
 * this call, later of the stream.
 * @param convert makes the parts that the caller gets of an event
 */
export async function openEventStream<Part>(
  reply: TransportReply,
  convert: (event: StreamEvent) => Part[],
): Promise<ReadableStream<Part>> {
  const raw = await openPartStream({
    reply,
    reader: rawReader,
    head: [],
    includeRawChunks: false,
    charge: NO_CHARGE,
  });
  const parts = raw.getReader();
  return new ReadableStream<Part>(
    {
      async pull(controller) {
        // Until there is something for the one who waits: not every event makes a part.
        for (let isWaiting = true; isWaiting; ) {
          const { done, value: part } = await parts.read();
          if (done) return controller.close();
          if (part.type === 'error') throw part.error;
          if (part.type !== 'raw' || part.rawValue === END) continue;
          for (const converted of convert(part.rawValue as StreamEvent)) {
            controller.enqueue(converted);
            isWaiting = false;
          }
        }
      },
      cancel: reason => parts.cancel(reason),
    },
    // Nothing is read from the socket that nobody has asked for.
    { highWaterMark: 0 },
  );
}

/** Streams that may hold no event at all have one to wait for. */
const END = Symbol('end of the events');

/** These streams have no event that says that they are whole: they end where their bytes do. */
const rawReader = (emit: Parameters<Parameters<typeof openPartStream>[0]['reader']>[0]): EventReader => ({
  stopped: true,
  read: (type, payload) => emit({ type: 'raw', rawValue: { type, payload } satisfies StreamEvent }),
  finish: () => emit({ type: 'raw', rawValue: END }),
});
