/** Meters the calls of a chat model. */
import type {
  LanguageModelV4,
  LanguageModelV4StreamPart,
  LanguageModelV4StreamResult,
} from '@ai-sdk/provider';
import type { CostUsage } from '../cost/usage.ts';
import { CHARACTERS_PER_TOKEN, estimateInput } from '../traffic/estimate.ts';
import { type MeteredCall, meterOf } from './meter.ts';
import type { ModelContext } from './model-context.ts';
import type { ResolvedModel } from './resolved-model.ts';
import { watchStream } from './watched-stream.ts';

/** What calls a chat model. */
type ChatCalls = Pick<LanguageModelV4, 'doGenerate' | 'doStream'>;

export function meteredChat(
  { doGenerate, doStream }: ChatCalls,
  resolved: ResolvedModel,
  context: ModelContext,
): ChatCalls {
  const begin = meterOf('chat', resolved, context);
  return {
    async doGenerate(options) {
      const call = await begin(options.providerOptions);
      const result = await call.watch(() => doGenerate(options));
      const { usage, providerMetadata, response } = result;
      const answeredBy = response?.modelId;
      return { ...result, ...call.end({ usage, providerMetadata, response, answeredBy }) };
    },
    async doStream(options) {
      const call = await begin(options.providerOptions);
      const result = await call.watch(() => doStream(options));
      return { ...result, stream: meteredStream(result, call) };
    },
  };
}

/** Passes the parts on, and puts the cost on the last. What ends before it costs what can be guessed. */
function meteredStream({ stream, request, response }: LanguageModelV4StreamResult, call: MeteredCall) {
  let answeredBy: string | undefined;
  let characters = 0;
  let isOver = false;
  function guess(): CostUsage {
    const outputTokens = Math.ceil(characters / CHARACTERS_PER_TOKEN);
    return { inputTokens: estimateInput(request?.body), outputTokens };
  }
  function cutOff(outcome: 'aborted' | 'failed'): void {
    if (isOver) return;
    isOver = true;
    call.end({ usage: guess(), response, outcome, answeredBy });
  }
  function read(part: LanguageModelV4StreamPart): LanguageModelV4StreamPart {
    if ('delta' in part) characters += part.delta.length;
    else if (part.type === 'response-metadata') answeredBy = part.modelId ?? answeredBy;
    else if (part.type === 'error') call.failed(part.error);
    else if (part.type === 'finish' && !isOver) {
      isOver = true;
      const { usage, providerMetadata } = part;
      const isCounted = usage.outputTokens.total !== undefined;
      const used = isCounted ? { usage } : { usage: guess(), outcome: 'failed' as const };
      return { ...part, ...call.end({ ...used, providerMetadata, response, answeredBy }) };
    }
    return part;
  }
  // A stream that was opened breaks off in no other way: its own errors are parts.
  return watchStream(stream, { read, over: how => cutOff(how === 'ended' ? 'failed' : 'aborted') });
}
