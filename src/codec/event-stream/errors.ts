/**
 * The bytes are not an event stream: a checksum is wrong, a length is impossible, or the stream ends inside
 * a frame. The model layer turns it into the `BedrockError` of its `code`.
 */
export class EventStreamError extends Error {
  readonly code: 'CorruptStream' | 'TruncatedStream';

  constructor(code: EventStreamError['code'], message: string) {
    super(message);
    this.name = 'EventStreamError';
    this.code = code;
  }
}
