import { SilenceTimer } from './silence.ts';

interface ReadOptions {
  readonly idleTimeoutMs: number;
  /** Where to stop. */
  readonly maxBytes?: number;
  /** Breaks it off; the body of a custom fetch may know nothing of the signal of its request. */
  readonly signal?: AbortSignal | undefined;
}

/** How the reading of a body ended. */
type End = { readonly end: 'whole' | 'silent' } | { readonly end: 'broken'; readonly cause: unknown };

/** What came of a body, and how the reading ended; see `textOf` and `bytesOf`. */
export type ReadBody = End & { readonly chunks: readonly Uint8Array[] };

/**
 * Reads a body.
 * @returns also what came before a failure: an error reply that breaks off still says something
 */
export async function readBody(
  response: Response,
  { idleTimeoutMs, maxBytes = Number.POSITIVE_INFINITY, signal }: ReadOptions,
): Promise<ReadBody> {
  const chunks: Uint8Array[] = [];
  if (response.body === null) return { end: 'whole', chunks };
  const reader = response.body.getReader();
  let isSilent = false;
  // Ends the read that is waited for, and closes the connection.
  const cancel = () => void reader.cancel(signal?.reason).catch(() => {});
  const silence = new SilenceTimer(idleTimeoutMs, () => {
    isSilent = true;
    cancel();
  });
  signal?.addEventListener('abort', cancel);
  if (signal?.aborted) cancel();
  let size = 0;
  try {
    while (size < maxBytes) {
      silence.wait();
      const { done, value } = await reader.read();
      silence.arrived();
      if (done && signal?.aborted) return { end: 'broken', cause: signal.reason, chunks };
      if (done) return { end: isSilent ? 'silent' : 'whole', chunks };
      size += value.byteLength;
      chunks.push(value);
    }
    cancel();
    return { end: 'whole', chunks };
  } catch (cause) {
    return { end: 'broken', cause, chunks };
  } finally {
    silence.stop();
    signal?.removeEventListener('abort', cancel);
  }
}

const utf8 = new TextDecoder();

export function textOf({ end, chunks: [first, ...others] }: ReadBody): string {
  // Most bodies are one chunk, and need no decoder that remembers half a character.
  if (end === 'whole' && others.length === 0) return first === undefined ? '' : utf8.decode(first);
  const decoder = new TextDecoder();
  let text = decoder.decode(first, { stream: true });
  for (const chunk of others) text += decoder.decode(chunk, { stream: true });
  return end === 'whole' ? text + decoder.decode() : text;
}

export function bytesOf({ chunks }: ReadBody): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunks.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
