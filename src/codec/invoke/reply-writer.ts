import type { JSONValue } from '@ai-sdk/provider';
import type {
  ContentBlockDelta,
  ContentBlockStart,
  ConverseStreamEvents,
  TokenUsage,
} from '../converse/wire.ts';

type Key = string | number;
type ReasoningDelta = NonNullable<ContentBlockDelta['reasoningContent']>;
export type EmitEvent = <Type extends keyof ConverseStreamEvents>(
  type: Type,
  payload: ConverseStreamEvents[Type],
) => void;

/**
 * Writes the content of a reply down as the events of Converse. Blocks have keys of the caller's choice; texts that
 * follow each other without a key are one block.
 */
export class ReplyWriter {
  readonly #emit: EmitEvent;
  readonly #indexes = new Map<Key, number>();
  #blocks = 0;
  #running: 'text' | 'reasoning' | undefined;

  /** What the model's own body says of tokens, as far as it has come. */
  usage: TokenUsage = {};

  constructor(emit: EmitEvent) {
    this.#emit = emit;
  }

  text(text: string): void {
    if (text !== '') this.#run('text', { text });
  }

  reasoning(delta: ReasoningDelta): void {
    this.#run('reasoning', { reasoningContent: delta });
  }

  /** A call that comes whole. */
  toolCall(call: NonNullable<ContentBlockStart['toolUse']>, input: string): void {
    const key = `call ${this.#blocks}`;
    this.begin(key, { toolUse: call });
    this.delta(key, { toolUse: { input } });
    this.end(key);
  }

  begin(key: Key, start?: ContentBlockStart): void {
    this.#endRunning();
    this.end(key);
    const contentBlockIndex = this.#open(key);
    if (start !== undefined) this.#emit('contentBlockStart', { contentBlockIndex, start });
  }

  /** Begins the block where that has not been done. */
  delta(key: Key, delta: ContentBlockDelta): void {
    this.#emit('contentBlockDelta', { contentBlockIndex: this.#indexes.get(key) ?? this.#open(key), delta });
  }

  end(key: Key): void {
    const contentBlockIndex = this.#indexes.get(key);
    if (contentBlockIndex === undefined) return;
    this.#indexes.delete(key);
    this.#emit('contentBlockStop', { contentBlockIndex });
  }

  /** @param stopReason in the model's own words, which the table of finish reasons knows */
  stop(stopReason: string, additionalModelResponseFields?: JSONValue): void {
    this.#endRunning();
    this.#emit('messageStop', {
      stopReason,
      ...(additionalModelResponseFields !== undefined && { additionalModelResponseFields }),
    });
  }

  /** Members that are undefined say nothing about what was said before. */
  addUsage(usage: { [Member in keyof TokenUsage]: TokenUsage[Member] | undefined }): void {
    for (const [member, value] of Object.entries(usage)) {
      if (value !== undefined) Object.assign(this.usage, { [member]: value });
    }
  }

  #run(kind: 'text' | 'reasoning', delta: ContentBlockDelta): void {
    if (this.#running !== kind) {
      this.#endRunning();
      this.#running = kind;
      this.#open(kind);
    }
    this.delta(kind, delta);
  }

  #endRunning(): void {
    if (this.#running !== undefined) this.end(this.#running);
    this.#running = undefined;
  }

  #open(key: Key): number {
    const index = this.#blocks++;
    this.#indexes.set(key, index);
    return index;
  }
}
