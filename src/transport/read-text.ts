import { SilenceTimer } from './silence.ts';

/**
 * Reads a body as text.
 * @param maxBytes where to stop
 * @param signal breaks it off; the body of a custom fetch may know nothing of the signal of its request
 * @returns the text, and how the reading ended. What came before a failure is kept: an error reply that breaks
 * off still says something.
 */
export async function readText(
  response: Response,
  {
    idleTimeoutMs,
    maxBytes = Number.POSITIVE_INFINITY,
    signal,
  }: { idleTimeoutMs: number; maxBytes?: number; signal?: AbortSignal | undefined },
): Promise<{ text: string; end: 'whole' | 'silent' } | { text: string; end: 'broken'; cause: unknown }> {
  if (response.body === null) return { text: '', end: 'whole' };
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let isSilent = false;
  // Ends the read that is waited for, and closes the connection.
  const cancel = () => void reader.cancel(signal?.reason).catch(() => {});
  const silence = new SilenceTimer(idleTimeoutMs, () => {
    isSilent = true;
    cancel();
  });
  signal?.addEventListener('abort', cancel);
  if (signal?.aborted) cancel();
  let text = '';
  let size = 0;
  try {
    while (size < maxBytes) {
      silence.wait();
      const { done, value } = await reader.read();
      silence.arrived();
      if (done && signal?.aborted) return { text, end: 'broken', cause: signal.reason };
      if (done) return { text: text + decoder.decode(), end: isSilent ? 'silent' : 'whole' };
      size += value.byteLength;
      text += decoder.decode(value, { stream: true });
    }
    cancel();
    return { text, end: 'whole' };
  } catch (cause) {
    return { text, end: 'broken', cause };
  } finally {
    silence.stop();
    signal?.removeEventListener('abort', cancel);
  }
}
