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

/**
 * Reads a body as text.
 * @returns the text, and how the reading ended. What came before a failure is kept: an error reply that breaks
 * off still says something.
 */
export async function readText(response: Response, options: ReadOptions): Promise<End & { text: string }> {
  const decoder = new TextDecoder();
  let text = '';
  const ending = await readChunks(response, options, chunk => {
    text += decoder.decode(chunk, { stream: true });
  });
  return { ...ending, text: ending.end === 'whole' ? text + decoder.decode() : text };
}

/** Reads a body as bytes; see `readText`. */
export async function readBytes(
  response: Response,
  options: ReadOptions,
): Promise<End & { bytes: Uint8Array<ArrayBuffer> }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const ending = await readChunks(response, options, chunk => {
    chunks.push(chunk);
    size += chunk.byteLength;
  });
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return { ...ending, bytes };
}

async function readChunks(
  response: Response,
  { idleTimeoutMs, maxBytes = Number.POSITIVE_INFINITY, signal }: ReadOptions,
  take: (chunk: Uint8Array) => void,
): Promise<End> {
  if (response.body === null) return { end: 'whole' };
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
      if (done && signal?.aborted) return { end: 'broken', cause: signal.reason };
      if (done) return { end: isSilent ? 'silent' : 'whole' };
      size += value.byteLength;
      take(value);
    }
    cancel();
    return { end: 'whole' };
  } catch (cause) {
    return { end: 'broken', cause };
  } finally {
    silence.stop();
    signal?.removeEventListener('abort', cancel);
  }
}
