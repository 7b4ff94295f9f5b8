import type { LoggedRequest } from './request-log.ts';

/** A request and the whole reply to it. */
export interface LocalExchange {
  readonly request: LoggedRequest;
  /** With the ids and the date of this reply. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it went to the caller. */
  readonly body: Uint8Array;
}

/** The reply, which tells its bytes when the last of them has gone. Nothing is told of one that breaks off. */
export function withCopy(response: Response, onEnd: (body: Uint8Array) => void): Response {
  const { status, headers, body } = response;
  if (body === null) {
    onEnd(new Uint8Array(0));
    return response;
  }
  const chunks: Uint8Array[] = [];
  const reader = body.getReader();
  const copied = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) {
          onEnd(joined(chunks));
          controller.close();
        } else {
          chunks.push(value);
          controller.enqueue(value);
        }
      },
      cancel: reason => reader.cancel(reason),
    },
    // Works only as fast as it is read, as the body of a stream does.
    { highWaterMark: 0 },
  );
  return new Response(copied, { status, headers });
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
