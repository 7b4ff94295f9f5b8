import type { LanguageModelV4StreamResult } from '@ai-sdk/provider';
import { streamError } from '../transport/api-error.ts';
import { startTimer, timeLimit } from '../transport/silence.ts';
import { follow } from '../transport/transport.ts';
import type { ModelContext } from './model-context.ts';
import type { ResolvedModel } from './resolved-model.ts';
import { watchStream } from './watched-stream.ts';

interface CallOptions {
  readonly abortSignal?: AbortSignal | undefined;
}
type Call = (options: CallOptions) => PromiseLike<unknown>;

/** The methods of all kinds of models that go out to Bedrock. */
const CALLS = ['doGenerate', 'doStream', 'doEmbed', 'doRerank', 'doStart', 'doStatus'];

/**
 * Makes every call of a model end within `timeoutMs`, waits and retries included. For the end of the constructor: the
 * object stays what it is, so that workflows can carry it. Does nothing where there is no limit.
 */
export function limitTime(model: object, resolved: ResolvedModel, { settings }: ModelContext): void {
  if (settings.timeoutMs === undefined) return;
  const methods = model as Record<string, Call | undefined>;
  for (const name of CALLS) {
    const call = methods[name]?.bind(model);
    if (call === undefined) continue;
    methods[name] = async options => {
      const limitMs = timeLimit('timeoutMs', settings);
      if (limitMs === 0) return call(options);
      const limit = startLimit(limitMs, resolved.modelId, options.abortSignal);
      try {
        const result = await call({ ...options, abortSignal: limit.signal });
        if (name === 'doStream') return untilEnd(result as LanguageModelV4StreamResult, limit.end);
        limit.end();
        return result;
      } catch (error) {
        limit.end();
        throw error;
      }
    };
  }
}

function startLimit(limitMs: number, modelId: string, callers: AbortSignal | undefined) {
  const { signal, abort, release } = follow(callers);
  if (callers?.aborted) abort(callers.reason);
  const stopTimer = startTimer(limitMs, () =>
    abort(
      streamError('CallTimeout', `The call of ${modelId} took longer than ${limitMs} ms`, {
        url: '',
        requestBodyValues: undefined,
      }),
    ),
  );
  return {
    signal,
    end: () => {
      stopTimer();
      release();
    },
  };
}

function untilEnd(result: LanguageModelV4StreamResult, end: () => void): LanguageModelV4StreamResult {
  return { ...result, stream: watchStream(result.stream, { read: part => part, over: end }) };
}
