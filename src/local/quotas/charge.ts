/** What one call holds and uses of its model's quota, from its admission to its end. */
import type { TokenUsage } from '../../codec/converse/wire.ts';
import { addSize, type Size, sizeOf, tokensOfSize } from '../responder/usage.ts';
import type { Account } from './account.ts';
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

/** Without a quota nothing is held and nothing is measured. It ends once: what comes later changes nothing. */
export class Charge {
  #account: Account | undefined;
  #reserved = 0;
  #input = 0;
  #usage: TokenUsage | undefined;
  #sent: Size = { characters: 0, mediaBytes: 0 };

  /**
   * @param need asked for only where there is a quota
   * @param signal of the caller, whose leaving ends the call
   * @throws AwsError ThrottlingException
   */
  open(account: Account | undefined, need: () => Need, signal: AbortSignal): void {
    if (account?.quota === undefined) return;
    const { input, cacheRead, maxOutput } = need();
    const reserved = reservation(account.quota, input, cacheRead, maxOutput);
    account.admit(reserved);
    this.#account = account;
    this.#reserved = reserved;
    this.#input = input - cacheRead;
    if (signal.aborted) this.end();
    else signal.addEventListener('abort', () => this.end(), { once: true });
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
    if (this.#account === undefined) return;
    if (usage !== undefined) this.#usage = usage;
    else if (output !== undefined) addSize(this.#sent, sizeOf(output));
  }

  /** The call is over, whole or not: the model ran. */
  end(): void {
    const account = this.#close();
    if (account === undefined) return;
    if (this.#usage !== undefined) this.expect(this.#usage);
    const output = this.#usage?.outputTokens ?? tokensOfSize(this.#sent);
    account.settle(this.#reserved, this.#input + output * account.burndown);
  }

  /** The call is over, and the model did not run. */
  release(): void {
    this.#close()?.release(this.#reserved);
  }

  #close(): Account | undefined {
    const account = this.#account;
    this.#account = undefined;
    return account;
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
