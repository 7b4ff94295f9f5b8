import type {
  LanguageModelV4FinishReason,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
} from '@ai-sdk/provider';
import type { BedrockError } from '../errors.ts';

/** What makes the parts of a stream. */
export interface PartSource {
  /** Whether anything has come that cannot be taken back by trying again. */
  readonly hasContent: boolean;
  /** Whether no more parts will come. */
  readonly done: boolean;
  readonly hasParts: boolean;
  /** Hands out the parts that are there. */
  takeParts(): LanguageModelV4StreamPart[];
  /**
   * Waits for what comes next, which may make parts.
   * @throws BedrockError before the first content only
   */
  fill(): Promise<void>;
  cancel(reason: unknown): Promise<void>;
}

/**
 * The stream of a source's parts. Resolves when the first content is there, so that a failure before it rejects and
 * the AI SDK can try again.
 *
 * @throws what `fill` throws before the first content
 */
export async function streamOf(source: PartSource): Promise<ReadableStream<LanguageModelV4StreamPart>> {
  while (!source.hasContent) await source.fill();
  return new ReadableStream<LanguageModelV4StreamPart>(
    {
      async pull(controller) {
        while (!source.hasParts && !source.done) await source.fill();
        for (const part of source.takeParts()) controller.enqueue(part);
        if (source.done) controller.close();
      },
      cancel: reason => source.cancel(reason),
    },
    // Nothing is read from the socket that nobody has asked for.
    { highWaterMark: 0 },
  );
}

/** The reply may be right as far as it goes; the end of it is missing. */
const cutShort: ReadonlySet<string> = new Set([
  'CallTimeout',
  'IdleTimeout',
  'IncompleteMessage',
  'NetworkError',
  'TruncatedStream',
]);

/** How a stream finishes that an error ends. */
export function failedFinish({ code }: BedrockError): LanguageModelV4FinishReason {
  return { unified: cutShort.has(code) ? 'interrupted' : 'error', raw: code };
}

export const UNKNOWN_USAGE: LanguageModelV4Usage = {
  inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
};
