/** The text of a stream that waits for its check. */
import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { isText } from './prompt-texts.ts';

export type Controller = TransformStreamDefaultController<LanguageModelV4StreamPart>;

/** The other end of a stream: it knows what has begun and not ended. */
export class Output {
  controller: Controller | undefined;
  readonly #open = new Map<string, LanguageModelV4StreamPart>();

  emit(part: LanguageModelV4StreamPart): void {
    switch (part.type) {
      case 'text-start':
        this.#open.set(`text ${part.id}`, { type: 'text-end', id: part.id });
        break;
      case 'reasoning-start':
        this.#open.set(`reasoning ${part.id}`, { type: 'reasoning-end', id: part.id });
        break;
      case 'tool-input-start':
        this.#open.set(`tool-input ${part.id}`, { type: 'tool-input-end', id: part.id });
        break;
      case 'text-end':
      case 'reasoning-end':
      case 'tool-input-end':
        this.#open.delete(`${part.type.slice(0, -'-end'.length)} ${part.id}`);
        break;
      default:
        break;
    }
    this.controller?.enqueue(part);
  }

  /** Ends what has begun, says the last parts, and takes no more of the model. */
  end(parts: readonly LanguageModelV4StreamPart[]): void {
    for (const part of [...this.#open.values(), ...parts]) this.controller?.enqueue(part);
    this.controller?.terminate();
  }
}

/** A text part that is not all checked yet. */
export class HeldText {
  readonly #start: Extract<LanguageModelV4StreamPart, { type: 'text-start' }>;
  #held = '';
  #isOpen = false;

  constructor(start: Extract<LanguageModelV4StreamPart, { type: 'text-start' }>) {
    this.#start = start;
  }

  get id(): string {
    return this.#start.id;
  }

  add(delta: string): this {
    this.#held += delta;
    return this;
  }

  /** The part begins with the first of its text that may be shown. */
  open(out: Output): void {
    if (!this.#isOpen) out.emit(this.#start);
    this.#isOpen = true;
  }

  /** What is to be checked now: a chunk that is long enough, or at the end what is left. */
  take(size: number, isEnd: boolean): string[] {
    const end = isEnd ? this.#held.length : cutOf(this.#held, size);
    const chunk = this.#held.slice(0, end);
    // Blank text waits for what comes behind it.
    if (!isText(chunk) && !(isEnd && chunk !== '')) return [];
    this.#held = this.#held.slice(end);
    return [chunk];
  }
}

/** Some providers begin no text. */
export function textOf(id: string, texts: Map<string, HeldText>): HeldText {
  const text = texts.get(id) ?? new HeldText({ type: 'text-start', id });
  texts.set(id, text);
  return text;
}

/**
 * Where a text that is long enough is cut: behind its last sentence; where that would take too long, behind its last
 * word, so that no name and no number comes in two; and in a text without blanks anywhere.
 * @returns 0 for not yet
 */
function cutOf(text: string, size: number): number {
  if (text.length < size) return 0;
  const sentence = lastEnd(text, /[.!?…]["'”’)\]]*\s+|[。！？]|\n+/g);
  if (sentence > 0 || text.length < 2 * size) return sentence;
  return lastEnd(text, /\s+/g) || text.length;
}

function lastEnd(text: string, pattern: RegExp): number {
  let end = 0;
  for (const match of text.matchAll(pattern)) end = match.index + match[0].length;
  return end;
}

export function streamOf(
  parts: readonly LanguageModelV4StreamPart[],
): ReadableStream<LanguageModelV4StreamPart> {
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });
}
