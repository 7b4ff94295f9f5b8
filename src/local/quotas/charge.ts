/** What one call holds and uses of its model's quota, from its admission to its end. */
import type { TokenUsage } from '../../codec/converse/wire.ts';
import { addSize, type Size, sizeOf, tokensOfSize } from '../responder/usage.ts';
import type { Account } from './account.ts';
import type { ModelMetrics } from './metrics.ts';
import type { LocalQuota } from './quota.ts';

/** What a call is going to use, in tokens, as far as its request tells. */
export interface Need {
  readonly input: number;
  /** How many of them come from the prompt cache. */
  readonly cacheRead: number;
  /** The most that it may write; undefined when the request does not say. */
  readonly maxOutput: number | undefined;
}

const DEFAULT_MAX_OUTPUT = 4096;

/** What a call is charged to, once it was let in. */
interface OpenCall {
  /** Undefined: there is no quota, and nothing is held. */
  readonly account: Account | undefined;
  readonly reserved: number;
  readonly metrics: ModelMetrics;
  readonly burndown: number;
}

/** It ends once: what comes later changes nothing. Sizes are measured only where there is a quota. */
export class Charge {
  #call: OpenCall | undefined;
  #input = 0;
  #usage: TokenUsage | undefined;
  #sent: Size = { characters: 0, mediaBytes: 0 };

  /**
   * @param account undefined where there is no quota
   * @param need asked for only where there is a quota
   * @param signal of the caller, whose leaving ends the call
   * @throws AwsError ThrottlingException
   */
  open(
    { account, metrics, burndown }: Omit<OpenCall, 'reserved'>,
    need: () => Need,
    signal: AbortSignal,
  ): void {
    this.#call = {
      ...(account?.quota === undefined ? { account: undefined, reserved: 0 } : this.#admit(account, need())),
      metrics,
      burndown,
    };
    if (signal.aborted) this.end();
    else signal.addEventListener('abort', () => this.end(), { once: true });
  }

  #admit(account: Account, { input, cacheRead, maxOutput }: Need): Pick<OpenCall, 'account' | 'reserved'> {
    const reserved = reservation(account.quota ?? {}, input, cacheRead, maxOutput);
    account.admit(reserved);
    this.#input = input - cacheRead;
    return { account, reserved };
  }

  /** The input of a reply that has not been sent yet is known by its usage. */
  expect({ inputTokens = 0, cacheWriteInputTokens = 0 }: TokenUsage): void {
    this.#input = inputTokens + cacheWriteInputTokens;
  }

  /**
   * Something has gone to the caller.
   * @param output text, reasoning, calls …
   * @param usage where this was the part that tells it: it counts in place of all estimates
   */
  sent(output: object | undefined, usage?: TokenUsage | undefined): void {
    if (this.#call === undefined) return;
    if (usage !== undefined) this.#usage = usage;
    else if (output !== undefined && this.#call.account !== undefined) addSize(this.#sent, sizeOf(output));
  }

  /** The call is over, whole or not: the model ran. */
  end(): void {
    const call = this.#close();
    if (call === undefined) return;
    if (this.#usage !== undefined) this.expect(this.#usage);
    const output = this.#usage?.outputTokens ?? tokensOfSize(this.#sent);
    const charged = this.#input + output * call.burndown;
    call.account?.settle(call.reserved, charged);
    call.metrics.addCall(this.#usage ?? { inputTokens: this.#input, outputTokens: output }, charged);
  }

  /** The call is over, and the model did not run. */
  release(): void {
    const call = this.#close();
    call?.account?.release(call.reserved);
  }

  #close(): OpenCall | undefined {
    const call = this.#call;
    this.#call = undefined;
    return call;
  }
}

/** Without the burndown, as AWS reserves. */
function reservation(
  { maxOutputTokens = DEFAULT_MAX_OUTPUT, reserveCacheReads = true }: LocalQuota,
  input: number,
  cacheRead: number,
  maxOutput = maxOutputTokens,
): number {
  return input - (reserveCacheReads ? 0 : cacheRead) + maxOutput;
}
