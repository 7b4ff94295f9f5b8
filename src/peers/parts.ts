/** The parts of a package's stream, with our errors in the place of its own, and a finish in every case. */
import type { LanguageModelV4StreamPart, SharedV4Warning } from '@ai-sdk/provider';
import { isAbortError } from '@ai-sdk/provider-utils';
import { BedrockError } from '../errors.ts';
import { countedTokens } from '../models/counted-tokens.ts';
import { failedFinish, type PartSource, streamOf, UNKNOWN_USAGE } from '../models/part-stream.ts';
import type { Charge } from '../traffic/charge.ts';
import { CHARACTERS_PER_TOKEN } from '../traffic/estimate.ts';
import { type Dialect, isObject } from './dialect.ts';
import { isMark } from './reply-events.ts';
import type { ToolNames } from './tool-names.ts';

type Part = LanguageModelV4StreamPart;

export type FinishPart = Part & { type: 'finish' };

export interface PartsOptions {
  /** Of the package, with raw parts. */
  readonly stream: ReadableStream<Part>;
  readonly dialect: Dialect;
  readonly includeRawChunks: boolean;
  /** Ours, for the first part. */
  readonly warnings: readonly SharedV4Warning[];
  readonly toolNames: ToolNames | undefined;
  /** Told how the stream ends, and what it used. */
  readonly charge: Charge;
  /** Completes the package's finish. */
  readonly finish: (part: FinishPart) => FinishPart;
  readonly abortSignal: AbortSignal | undefined;
  /** The error of what went wrong: of the reply, else of what the package made of it. */
  readonly errorOf: (cause: unknown) => unknown;
}

/**
 * Opens the stream of parts. Resolves when the first content is there, so that a failure before it rejects and
 * the AI SDK can try again.
 *
 * @throws BedrockError when the stream fails before its first content
 */
export function openPeerParts(options: PartsOptions): Promise<ReadableStream<Part>> {
  return streamOf(new PeerParts(options));
}

type BlockKind = 'text' | 'reasoning' | 'tool-input';

/** The block for reasoning that the package does not read and has no block for. */
const REASONING_ID = 'reasoning';

/** What comes before content and can be had again; Anthropic's beginning of a message is one of the custom parts. */
const HEADS: ReadonlySet<Part['type']> = new Set<Part['type']>([
  'stream-start',
  'response-metadata',
  'raw',
  'ping',
  'custom',
]);

class PeerParts implements PartSource {
  readonly #options: PartsOptions;
  readonly #source: ReadableStreamDefaultReader<Part>;
  #parts: Part[] = [];
  /** Blocks that have begun and not ended, by kind and id. */
  readonly #open = new Map<string, { kind: BlockKind; id: string }>();
  #isFinished = false;
  /** Of text, reasoning and tool input that came. */
  #characters = 0;

  hasContent = false;
  done = false;

  constructor(options: PartsOptions) {
    this.#options = options;
    this.#source = options.stream.getReader();
  }

  get hasParts(): boolean {
    return this.#parts.length > 0;
  }

  takeParts(): Part[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }

  cancel(reason: unknown): Promise<void> {
    this.done = true;
    this.#cutOff('aborted');
    return this.#source.cancel(reason);
  }

  /** Reads one part of the package. */
  async fill(): Promise<void> {
    try {
      const { done, value } = await this.#source.read();
      if (this.done) return; // The consumer canceled meanwhile.
      if (!done) return this.#take(value);
      if (!this.#isFinished) throw new TypeError('The stream has no finish');
      this.done = true;
      this.hasContent = true;
    } catch (cause) {
      this.#fail(cause);
    }
  }

  #take(part: Part): void {
    switch (part.type) {
      case 'raw':
        return this.#raw(part.rawValue);
      case 'error':
        throw part.error;
      case 'stream-start':
        this.#parts.push({ ...part, warnings: [...this.#options.warnings, ...part.warnings] });
        return;
      case 'text-start':
      case 'reasoning-start':
      case 'tool-input-start':
        this.#endReasoning();
        this.#start(kindOf(part.type), part.id);
        break;
      case 'text-end':
      case 'reasoning-end':
      case 'tool-input-end':
        this.#open.delete(`${kindOf(part.type)} ${part.id}`);
        break;
      case 'finish':
        this.#endReasoning();
        this.#isFinished = true;
        this.#options.charge.settle(countedTokens(part.usage));
        this.#add(this.#options.finish(part));
        return;
      default:
        break;
    }
    this.#add(this.#options.toolNames?.restore(part) ?? part);
  }

  /** The event that the next parts are made of. */
  #raw(rawValue: unknown): void {
    if (isMark(rawValue)) throw new TypeError('The reply failed');
    if (this.#options.includeRawChunks) this.#parts.push({ type: 'raw', rawValue });
    const reasoning = isObject(rawValue) ? this.#options.dialect.reasoningIn(rawValue) : undefined;
    if (reasoning === undefined) return;
    const { id = REASONING_ID, text } = reasoning;
    if (!this.#open.has(`reasoning ${id}`)) {
      this.#start('reasoning', id);
      this.#add({ type: 'reasoning-start', id });
    }
    this.#add({ type: 'reasoning-delta', id, delta: text });
  }

  #start(kind: BlockKind, id: string): void {
    this.#open.set(`${kind} ${id}`, { kind, id });
  }

  #endReasoning(): void {
    if (this.#open.delete(`reasoning ${REASONING_ID}`))
      this.#add({ type: 'reasoning-end', id: REASONING_ID });
  }

  #cutOff(outcome: 'failed' | 'aborted'): void {
    this.#options.charge.cutOff(outcome, Math.ceil(this.#characters / CHARACTERS_PER_TOKEN));
  }

  #add(part: Part): void {
    this.#parts.push(part);
    if ('delta' in part) this.#characters += part.delta.length;
    this.hasContent ||= !HEADS.has(part.type);
  }

  #fail(cause: unknown): void {
    this.#source.cancel(cause).catch(() => {});
    this.#cutOff(this.#options.abortSignal?.aborted || isAbortError(cause) ? 'aborted' : 'failed');
    const { aborted = false, reason } = this.#options.abortSignal ?? {};
    // A time limit of ours is a failure like others; what the caller aborts ends as the caller says.
    const isOurs = BedrockError.isInstance(reason);
    if (aborted && !isOurs) throw reason;
    if (!isOurs && isAbortError(cause)) throw cause;
    const error = isOurs ? reason : this.#options.errorOf(cause);
    if (!this.hasContent || !BedrockError.isInstance(error)) throw error;
    this.done = true;
    for (const { kind, id } of this.#open.values()) this.#parts.push({ type: `${kind}-end`, id });
    this.#parts.push({ type: 'error', error });
    this.#parts.push({ type: 'finish', finishReason: failedFinish(error), usage: UNKNOWN_USAGE });
  }
}

function kindOf(type: `${BlockKind}-start` | `${BlockKind}-end`): BlockKind {
  return type.slice(0, type.lastIndexOf('-')) as BlockKind;
}
