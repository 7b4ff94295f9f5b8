/** A conversation with a model: its history, and the loop of tools. Knows nothing of terminals. */
import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4FilePart,
  LanguageModelV4Message,
  LanguageModelV4StreamPart,
  LanguageModelV4TextPart,
  LanguageModelV4ToolCallPart,
  LanguageModelV4ToolResultPart,
  SharedV4Warning,
} from '@ai-sdk/provider';
import { Answer } from './answer.ts';
import { runTool, toolDefinitions } from './tools.ts';

/** A model that calls tools for ever is stopped after so many answers. */
const MAX_STEPS = 10;

export type Question = Array<LanguageModelV4TextPart | LanguageModelV4FilePart>;

/** Told what comes, as it comes. */
export interface Listener {
  part(part: LanguageModelV4StreamPart): void;
  toolResult(result: LanguageModelV4ToolResultPart): void;
}

/** Tokens; null where Bedrock did not say. */
export interface TurnUsage {
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly reasoningTokens: number | null;
  readonly cacheReadTokens: number | null;
  readonly cacheWriteTokens: number | null;
}

/** A question and all that came of it, tools included. */
export interface Turn {
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly { readonly name: string; readonly input: unknown; readonly output: unknown }[];
  /** `stopped`: by the caller. */
  readonly finishReason: NonNullable<Answer['finishReason']> | 'stopped';
  readonly usage: TurnUsage;
  readonly warnings: readonly SharedV4Warning[];
}

export class Conversation {
  #model: LanguageModelV4;
  system: string | undefined;
  hasTools: boolean;
  readonly #reasoning: LanguageModelV4CallOptions['reasoning'];
  readonly #messages: LanguageModelV4Message[] = [];

  constructor(
    model: LanguageModelV4,
    options: {
      readonly system?: string | undefined;
      readonly tools?: boolean | undefined;
      readonly reasoning?: LanguageModelV4CallOptions['reasoning'];
    },
  ) {
    this.#model = model;
    this.system = options.system;
    this.hasTools = options.tools ?? false;
    this.#reasoning = options.reasoning;
  }

  /** Another model, which is not told what the one before it thought: its signatures are of no use to others. */
  goOnWith(model: LanguageModelV4): void {
    this.#model = model;
    const messages = this.#messages.flatMap(withoutReasoning);
    this.#messages.splice(0, Number.POSITIVE_INFINITY, ...messages);
  }

  /** Forgets what was said. */
  clear(): void {
    this.#messages.length = 0;
  }

  /**
   * Asks, runs tools that the model calls, and keeps all of it. An answer that is stopped by `signal` is kept as far as
   * it came; of a turn that fails nothing is kept, so that what made it fail does not spoil the next one.
   * @throws what the call throws, or what ended its stream
   */
  async ask(question: Question, listener: Listener, signal: AbortSignal): Promise<Turn> {
    const before = this.#messages.length;
    this.#messages.push({ role: 'user', content: question });
    try {
      return await this.#answer(listener, signal);
    } catch (error) {
      this.#messages.length = before;
      throw error;
    }
  }

  async #answer(listener: Listener, signal: AbortSignal): Promise<Turn> {
    const answers: Answer[] = [];
    const results: LanguageModelV4ToolResultPart[] = [];
    while (answers.length < MAX_STEPS) {
      const answer = await this.#stream(listener, signal);
      answers.push(answer);
      if (signal.aborted) {
        this.#keep(answer.textSoFar);
        break;
      }
      this.#keep(answer.content);
      const answered = answer.calls.map(runTool);
      if (answered.length === 0) break;
      for (const result of answered) listener.toolResult(result);
      results.push(...answered);
      this.#messages.push({ role: 'tool', content: answered });
    }
    return turnOf(answers, results, signal);
  }

  #keep(content: Answer['content']): void {
    if (content.length > 0) this.#messages.push({ role: 'assistant', content });
  }

  async #stream(listener: Listener, signal: AbortSignal): Promise<Answer> {
    const answer = new Answer();
    try {
      const { stream } = await this.#model.doStream({ ...this.#options(), abortSignal: signal });
      for await (const part of stream) {
        answer.add(part);
        listener.part(part);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    if (answer.failure !== undefined && !signal.aborted) throw answer.failure.error;
    return answer;
  }

  #options(): LanguageModelV4CallOptions {
    const system: LanguageModelV4Message[] =
      this.system === undefined ? [] : [{ role: 'system', content: this.system }];
    return {
      prompt: [...system, ...this.#messages],
      ...(this.hasTools && { tools: toolDefinitions }),
      ...(this.#reasoning !== undefined && { reasoning: this.#reasoning }),
    };
  }
}

function withoutReasoning(message: LanguageModelV4Message): LanguageModelV4Message[] {
  if (message.role !== 'assistant') return [message];
  const content = message.content.filter(({ type }) => type !== 'reasoning' && type !== 'reasoning-file');
  return content.length === 0 ? [] : [{ ...message, content }];
}

function turnOf(
  answers: readonly Answer[],
  results: readonly LanguageModelV4ToolResultPart[],
  signal: AbortSignal,
): Turn {
  const calls = answers.flatMap(answer => answer.content).filter(part => part.type === 'tool-call');
  return {
    text: answers.map(({ text }) => text).join(''),
    reasoning: answers.map(({ reasoning }) => reasoning).join(''),
    toolCalls: calls.flatMap(call => toolCallOf(call, results)),
    finishReason: signal.aborted ? 'stopped' : (answers.at(-1)?.finishReason ?? 'other'),
    usage: usageOf(answers),
    warnings: uniqueWarnings(answers.flatMap(({ warnings }) => warnings)),
  };
}

function toolCallOf(
  { toolCallId, toolName, input }: LanguageModelV4ToolCallPart,
  results: readonly LanguageModelV4ToolResultPart[],
): Turn['toolCalls'] {
  const output = results.find(result => result.toolCallId === toolCallId)?.output;
  const value = output !== undefined && 'value' in output ? output.value : null;
  return [{ name: toolName, input, output: value }];
}

function usageOf(answers: readonly Answer[]): TurnUsage {
  const total = (read: (usage: NonNullable<Answer['usage']>) => number | undefined): number | null => {
    const counts = answers.flatMap(({ usage }) => (usage === undefined ? [] : (read(usage) ?? [])));
    return counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0);
  };
  return {
    inputTokens: total(({ inputTokens }) => inputTokens.total),
    outputTokens: total(({ outputTokens }) => outputTokens.total),
    reasoningTokens: total(({ outputTokens }) => outputTokens.reasoning),
    cacheReadTokens: total(({ inputTokens }) => inputTokens.cacheRead),
    cacheWriteTokens: total(({ inputTokens }) => inputTokens.cacheWrite),
  };
}

function uniqueWarnings(warnings: readonly SharedV4Warning[]): SharedV4Warning[] {
  return [...new Map(warnings.map(warning => [JSON.stringify(warning), warning])).values()];
}
