/** Server-sent events, for the APIs that stream them in the place of AWS's binary frames. */
import type { JSONObject } from '@ai-sdk/provider';
import type { WireEvent } from './faults.ts';
import type { Encoding } from './stream-body.ts';

/** The event that ends a stream of Chat Completions; it is no JSON. */
export const DONE: WireEvent = { type: '[DONE]', payload: {} };

export interface SseDialect {
  /** Whether events say their type outside of their data, too. */
  readonly named: boolean;
  /** A failure in the middle of a stream. `name` is AWS's. */
  failure(name: string, message: string): JSONObject;
}

const encoder = new TextEncoder();

export function sseEncoding({ named, failure }: SseDialect): Encoding {
  const write = (data: object): Uint8Array => {
    const type = named && 'type' in data ? `event: ${data.type}\n` : '';
    return encoder.encode(`${type}data: ${JSON.stringify(data)}\n\n`);
  };
  const failed = (name: string, message = 'The stream failed.') =>
    write(failure(name.charAt(0).toUpperCase() + name.slice(1), message));
  return {
    event: event => (event === DONE ? encoder.encode('data: [DONE]\n\n') : write(event.payload)),
    exception: failed,
    error: failed,
    // No checksum tells that bytes were changed, but the JSON does.
    corrupt: frame => {
      const spoiled = frame.slice();
      const brace = spoiled.lastIndexOf('}'.charCodeAt(0));
      spoiled[brace] = '~'.charCodeAt(0);
      return spoiled;
    },
  };
}

export async function* toSseEvents(
  payloads: AsyncIterable<JSONObject>,
  ...last: readonly WireEvent[]
): AsyncGenerator<WireEvent> {
  for await (const payload of payloads) yield { type: '', payload };
  yield* last;
}
