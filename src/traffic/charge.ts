import { type Cost, NOTHING } from './book.ts';
import type { TrafficEvent } from './events.ts';
import type { Pass } from './gate.ts';

/** What a call asks of the quotas. */
export interface Demand {
  /** Tokens of the request, as `estimateInput` has them. */
  readonly inputTokens: number;
  /** The most output that the request allows; undefined where it sets no limit. */
  readonly maxOutputTokens?: number | undefined;
  /** What is reserved where the request sets no limit: the most that the model writes. 0: it writes no text. */
  readonly modelMaxOutputTokens: number;
  /** Tokens of the quota that a token of output takes in the end. */
  readonly outputBurndown: number;
}

/** What Bedrock counted; undefined where it did not say. */
export interface CountedTokens {
  /** Without those read from or written to the cache. */
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
}

/** How a call ended, for the event. */
export type Settled = Pick<
  Extract<TrafficEvent, { type: 'settled' }>,
  'outcome' | 'tokens' | 'measured' | 'durationMs'
>;

interface ChargeFacts {
  readonly outputBurndown: number;
  /** The calibrated estimate. */
  readonly inputTokens: number;
  readonly onSettled: (settled: Settled) => void;
  readonly onCounted: (inputTokens: number) => void;
}

/**
 * What a call that was let out owes: reserved when it starts, put right when it ends, however it ends. Whoever reads
 * the reply says so; what is said after the first time is not heard.
 */
export interface Charge {
  /** The reply has begun. */
  answered(): void;
  /** The reply is whole. */
  settle(counted: CountedTokens): void;
  /**
   * The reply broke off, or is not wanted any more. Bedrock takes what was made until then.
   * @param outputTokens what came, estimated
   */
  cutOff(outcome: 'failed' | 'aborted', outputTokens: number): void;
  /** The call failed. Bedrock takes nothing for it, or its input where the reply had begun. */
  release(outcome: 'failed' | 'aborted'): void;
}

/** Of calls that nobody counts. */
export const NO_CHARGE: Charge = { answered() {}, settle() {}, cutOff() {}, release() {} };

/** The charge of a call that was let out. */
export class PassCharge implements Charge {
  readonly #pass: Pass;
  readonly #facts: ChargeFacts;
  #isAnswered = false;

  constructor(pass: Pass, facts: ChargeFacts) {
    this.#pass = pass;
    this.#facts = facts;
  }

  answered(): void {
    this.#isAnswered = true;
    this.#pass.answered();
  }

  settle({ input, output = 0, cacheRead = 0, cacheWrite = 0 }: CountedTokens): void {
    const { inputTokens, outputBurndown, onCounted } = this.#facts;
    if (input !== undefined && !this.#pass.isOver) onCounted(input + cacheRead + cacheWrite);
    const tokens = (input ?? inputTokens) + cacheWrite + output * outputBurndown;
    this.#end('complete', { requests: 1, tokens }, input !== undefined);
  }

  cutOff(outcome: 'failed' | 'aborted', outputTokens: number): void {
    const { inputTokens, outputBurndown } = this.#facts;
    this.#end(outcome, { requests: 1, tokens: inputTokens + outputTokens * outputBurndown }, false);
  }

  release(outcome: 'failed' | 'aborted'): void {
    const { inputTokens } = this.#facts;
    this.#end(outcome, this.#isAnswered ? { requests: 1, tokens: inputTokens } : NOTHING, false);
  }

  #end(outcome: Settled['outcome'], used: Cost, measured: boolean): void {
    if (this.#pass.isOver) return;
    this.#pass.settle(used);
    const durationMs = performance.now() - this.#pass.sentAt;
    this.#facts.onSettled({ outcome, tokens: used.tokens, measured, durationMs });
  }
}
