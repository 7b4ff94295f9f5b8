import { EventStreamError } from './errors.ts';
import type { Frame, HeaderValue } from './frame.ts';

/** What a frame says: an event of the operation, an exception it models, or an error that it does not. */
export type StreamMessage =
  | { readonly kind: 'event'; readonly type: string; readonly payload: Uint8Array }
  | { readonly kind: 'exception'; readonly type: string; readonly payload: Uint8Array }
  | { readonly kind: 'error'; readonly code: string; readonly message: string };

/**
 * Reads a frame's `:message-type` and what goes with it.
 * @throws EventStreamError `CorruptStream` when the frame does not say what it is
 * @see https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export function readMessage({ headers, payload }: Frame): StreamMessage {
  switch (headers[':message-type']) {
    case 'event':
      return { kind: 'event', type: text(headers[':event-type']), payload };
    case 'exception':
      return { kind: 'exception', type: text(headers[':exception-type']), payload };
    case 'error':
      return { kind: 'error', code: text(headers[':error-code']), message: text(headers[':error-message']) };
    default:
      throw new EventStreamError(
        'CorruptStream',
        'The event stream holds a frame whose :message-type is not event, exception or error.',
      );
  }
}

function text(value: HeaderValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
