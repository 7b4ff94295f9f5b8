import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';

type Part = LanguageModelV4StreamPart;

interface Watcher {
  /** Sees each part, and may put another in its place. */
  readonly read: (part: Part) => Part;
  /** Told once: the stream has come to its end, its reader has canceled it, or it broke off. */
  readonly over: (how: 'ended' | 'canceled' | 'broken') => void;
}

/** Passes the parts of a stream on. */
export function watchStream(stream: ReadableStream<Part>, { read, over }: Watcher): ReadableStream<Part> {
  const reader = stream.getReader();
  return new ReadableStream<Part>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(read(value));
          over('ended');
          controller.close();
        } catch (error) {
          over('broken');
          throw error;
        }
      },
      async cancel(reason) {
        over('canceled');
        await reader.cancel(reason);
      },
    },
    // Nothing is read that nobody has asked for.
    { highWaterMark: 0 },
  );
}
