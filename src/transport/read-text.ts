import { SilenceTimer } from './silence.ts';

/**
 * Reads a body as text.
 * @param maxBytes where to stop
 * @returns the text, and how the reading ended. What came before a failure is kept: an error reply that breaks
 * off still says something.
 */
export async function readText(
  response: Response,
  { idleTimeoutMs, maxBytes = Number.POSITIVE_INFINITY }: { idleTimeoutMs: number; maxBytes?: number },
): Promise<{ text: string; end: 'whole' | 'silent' } | { text: string; end: 'broken'; cause: unknown }> {
  if (response.body === null) return { text: '', end: 'whole' };
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let isSilent = false;
  const silence = new SilenceTimer(idleTimeoutMs, () => {
    isSilent = true;
    // Ends the read that is waited for, and closes the connection.
    reader.cancel().catch(() => {});
  });
  let text = '';
  let size = 0;
  try {
    while (size < maxBytes) {
      silence.wait();
      const { done, value } = await reader.read();
      silence.arrived();
      if (done) return { text: text + decoder.decode(), end: isSilent ? 'silent' : 'whole' };
      size += value.byteLength;
      text += decoder.decode(value, { stream: true });
    }
    reader.cancel().catch(() => {});
    return { text, end: 'whole' };
  } catch (cause) {
    return { text, end: 'broken', cause };
  } finally {
    silence.stop();
  }
}
