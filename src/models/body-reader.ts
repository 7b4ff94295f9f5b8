import { SilenceTimer } from '../transport/silence.ts';
import type { TransportReply } from '../transport/transport.ts';
import { connectionBroke, wentSilent } from './reply-json.ts';

/** Reads the bytes of a reply that comes little by little, and notices when they stop. */
export class BodyReader {
  readonly #reply: TransportReply;
  readonly #bytes: ReadableStreamDefaultReader<Uint8Array>;
  readonly #silence: SilenceTimer;
  #isSilent = false;
  /** The body of a custom fetch may know nothing of the signal of its request. */
  readonly #abort = () => void this.cancel(this.#reply.signal.reason).catch(() => {});

  constructor(reply: TransportReply) {
    this.#reply = reply;
    this.#bytes = (reply.response.body ?? new Blob([]).stream()).getReader();
    this.#silence = new SilenceTimer(reply.idleTimeoutMs, () => {
      this.#isSilent = true;
      // Ends the read that is waited for, and closes the connection.
      this.cancel().catch(() => {});
    });
    reply.signal.addEventListener('abort', this.#abort);
    if (reply.signal.aborted) this.#abort();
  }

  /**
   * @returns the next bytes; undefined at the end
   * @throws BedrockError `IdleTimeout` or `NetworkError`; the reason of the abort signal
   */
  async read(): Promise<Uint8Array | undefined> {
    const { signal, idleTimeoutMs, call } = this.#reply;
    this.#silence.wait();
    const { value } = await this.#bytes.read().catch(cause => {
      this.cancel(cause).catch(() => {});
      signal.throwIfAborted();
      throw connectionBroke(cause, call);
    });
    this.#silence.arrived();
    if (value !== undefined) return value;
    signal.throwIfAborted();
    if (this.#isSilent) throw wentSilent(idleTimeoutMs, call);
    this.#letGo();
    return undefined;
  }

  /** Closes the connection. */
  cancel(reason?: unknown): Promise<void> {
    this.#letGo();
    return this.#bytes.cancel(reason);
  }

  #letGo(): void {
    this.#silence.stop();
    this.#reply.signal.removeEventListener('abort', this.#abort);
    this.#reply.release();
  }
}
