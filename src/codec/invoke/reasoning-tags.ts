import type { ReplyWriter } from './reply-writer.ts';

const TAGS = ['think', 'reasoning'] as const;

/**
 * Tells reasoning from the answer where a model writes both into one text, with tags around the first. Tags count
 * before the answer begins and not after: an answer may be about them. A tag may come in pieces, and reasoning in
 * several pairs of tags.
 */
export class ReasoningTags {
  readonly #writer: ReplyWriter;
  /** The tag that is waited for; undefined outside of reasoning. */
  #closing: string | undefined;
  #answering = false;
  #reasoned = false;
  #held = '';

  /** @param opened the tag that the prompt ends with, so that the reply begins behind it */
  constructor(writer: ReplyWriter, opened?: (typeof TAGS)[number]) {
    this.#writer = writer;
    this.#closing = opened && `</${opened}>`;
  }

  push(text: string): void {
    this.#held += text;
    while (this.#step());
  }

  /** No more text comes before the next block, or at all. */
  end(): void {
    if (this.#closing !== undefined) this.#reason(this.#held.length);
    else if (!this.#reasoned || /\S/.test(this.#held)) this.#writer.text(this.#take(this.#held.length));
  }

  /** @returns whether there may be more to do with what is held */
  #step(): boolean {
    if (this.#answering) {
      this.#writer.text(this.#take(this.#held.length));
      return false;
    }
    return this.#closing === undefined ? this.#beforeAnswer() : this.#insideReasoning(this.#closing);
  }

  #beforeAnswer(): boolean {
    const text = this.#held.trimStart();
    const tag = TAGS.find(name => text.startsWith(`<${name}>`));
    if (tag !== undefined) {
      this.#held = text.slice(`<${tag}>`.length);
      this.#closing = `</${tag}>`;
      return true;
    }
    if (TAGS.some(name => `<${name}>`.startsWith(text))) return false;
    // The blank lines between reasoning and answer belong to neither.
    if (this.#reasoned) this.#held = text;
    this.#answering = true;
    return true;
  }

  #insideReasoning(closing: string): boolean {
    const at = this.#held.indexOf(closing);
    if (at < 0) {
      this.#reason(this.#held.length - beginningAtEnd(this.#held, closing));
      return false;
    }
    this.#reason(at);
    this.#take(closing.length);
    this.#closing = undefined;
    this.#reasoned = true;
    return true;
  }

  #reason(length: number): void {
    const text = this.#take(length);
    if (text !== '') this.#writer.reasoning({ text });
  }

  #take(length: number): string {
    const taken = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    return taken;
  }
}

/** How many characters at the end of a text may be the beginning of a tag. */
function beginningAtEnd(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(tag.slice(0, length))) return length;
  }
  return 0;
}
