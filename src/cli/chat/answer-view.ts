/** Shows an answer as it comes. */
import type {
  LanguageModelV4StreamPart,
  LanguageModelV4ToolResultPart,
  SharedV4Warning,
} from '@ai-sdk/provider';
import type { CostSum } from '../../cost/index.ts';
import { count, dollars } from '../cost.ts';
import { paint } from '../output.ts';
import type { Listener, Turn } from './conversation.ts';

export class AnswerView implements Listener {
  readonly #write: (text: string) => void;
  readonly #sources = new Map<string, string>();
  /** What stands in the line that is not ended yet. */
  #open: 'nothing' | 'waiting' | 'text' | 'reasoning' = 'nothing';
  #isAtLineStart = true;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Until something comes. */
  wait(): void {
    this.#open = 'waiting';
    this.#write(paint('dim', '…'));
  }

  part(part: LanguageModelV4StreamPart): void {
    switch (part.type) {
      case 'text-delta':
        return this.#grow('text', part.delta);
      case 'reasoning-delta':
        return this.#grow('reasoning', part.delta);
      case 'stream-start':
        for (const warning of part.warnings) this.line(paint('yellow', `! ${warningText(warning)}`));
        return;
      case 'tool-call':
        return this.line(paint('dim', `-> ${part.toolName}(${printable(part.input)})`));
      case 'tool-result':
        return this.line(paint('dim', `<- ${printable(JSON.stringify(part.result))}`));
      case 'file':
        return this.line(paint('dim', `[${part.mediaType}: a file, which is not shown here]`));
      case 'source':
        this.#sources.set(part.id, part.sourceType === 'url' ? part.url : part.title);
        return;
      default:
        return;
    }
  }

  toolResult({ output }: LanguageModelV4ToolResultPart): void {
    const value = 'value' in output ? output.value : '';
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    this.line(paint('dim', `<- ${printable(text)}`));
    this.wait();
  }

  /** @param spent by this turn */
  end(turn: Turn, spent: CostSum, options: { readonly seconds: number; readonly isLocal: boolean }): void {
    this.endLine();
    for (const source of this.#sources.values()) this.line(paint('dim', `source: ${printable(source)}`));
    const remark = remarkOn(turn);
    if (remark !== undefined) this.line(paint('yellow', `(${remark})`));
    this.line(paint('dim', turnSummary(turn, spent, options)));
  }

  /** A line of its own. */
  line(text: string): void {
    this.endLine();
    this.#write(`${text}\n`);
  }

  endLine(): void {
    if (this.#open === 'waiting') this.#write('\r\x1b[K');
    else if (!this.#isAtLineStart) this.#write('\n');
    this.#open = 'nothing';
    this.#isAtLineStart = true;
  }

  #grow(kind: 'text' | 'reasoning', delta: string): void {
    const text = printable(delta);
    if (text === '') return;
    if (this.#open !== kind) {
      const isAfterReasoning = this.#open === 'reasoning';
      this.endLine();
      if (isAfterReasoning) this.#write('\n');
      if (kind === 'reasoning') this.#write(paint('dim', '~ '));
      this.#open = kind;
    }
    this.#write(kind === 'reasoning' ? paint('dim', text) : text);
    this.#isAtLineStart = text.endsWith('\n');
  }
}

/** A model that quotes control characters must not command the terminal. */
export function printable(text: string): string {
  return text.replace(/(?![\n\t])\p{Cc}/gu, '');
}

export function warningText(warning: SharedV4Warning): string {
  if (warning.type === 'other') return warning.message;
  if (warning.type === 'deprecated') return `${warning.setting}: ${warning.message}`;
  return `${warning.feature}${warning.details === undefined ? ' is not supported' : `: ${warning.details}`}`;
}

/** How an answer ended, where it is not the end of it. */
export function remarkOn({ finishReason }: Pick<Turn, 'finishReason'>): string | undefined {
  switch (finishReason) {
    case 'stop':
      return undefined;
    case 'stopped':
      return 'stopped';
    case 'length':
      return 'cut off: as many tokens as the model may write';
    case 'content-filter':
      return 'ended by a filter of the model or a guardrail';
    case 'tool-calls':
      return 'stopped: the model calls tools again and again';
    default:
      return `ended: ${finishReason}`;
  }
}

/** E.g. `125 tokens in, 118 out (40 of them reasoning), $0.00031, 1.2 s`. */
export function turnSummary(
  { usage }: Turn,
  spent: CostSum,
  { seconds, isLocal }: { readonly seconds: number; readonly isLocal: boolean },
): string {
  const { inputTokens, outputTokens, reasoningTokens } = usage;
  const end = `${costText(spent, isLocal)}, ${seconds.toFixed(1)} s`;
  // Bedrock says it at the end of an answer, so that of one that was stopped it is a guess.
  if (inputTokens === null || outputTokens === null) return `about ${end}`;
  const reasoning = reasoningTokens ? ` (${reasoningTokens} of them reasoning)` : '';
  return `${count(inputTokens, 'token')} in, ${outputTokens} out${reasoning}, ${end}`;
}

/** What is not known is not 0. */
export function costText(spent: CostSum, isLocal: boolean): string {
  const { calls, unknown } = spent;
  if (calls > 0 && calls === unknown) return 'cost unknown';
  const rest = unknown === 0 ? '' : ` + ${count(unknown, 'call')} of unknown price`;
  return `${dollars(spent)}${rest}${isLocal ? ' on AWS' : ''}`;
}
