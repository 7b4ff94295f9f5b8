/** Times in which models lack capacity. */
import { checkMembers, type Member, notNegative, positive, share } from '../check-options.ts';
import { type ModelPattern, matchesPattern, modelPattern } from '../model-pattern.ts';
import { seededRandom } from './random.ts';

/**
 * For a while, calls to some models are answered with a ServiceUnavailableException (503), as by AWS when it
 * lacks capacity. They consume no quota.
 */
export interface LocalEpisode {
  /** @default all models */
  readonly models?: ModelPattern | undefined;
  /**
   * Milliseconds from the server's start, or from the call that set or reset it.
   * @default 0
   */
  readonly fromMs?: number | undefined;
  /** @default until it is set anew */
  readonly forMs?: number | undefined;
  /**
   * The share of calls that are refused, from 0 to 1: by chance, but the same ones for the same seed.
   * @default 1
   */
  readonly share?: number | undefined;
}

const MEMBERS = {
  models: modelPattern,
  fromMs: notNegative,
  forMs: positive,
  share,
} as const satisfies Record<keyof LocalEpisode, Member>;

export type LocalEpisodes = LocalEpisode | readonly LocalEpisode[];

export class Episodes {
  #episodes: readonly LocalEpisode[] = [];
  readonly #seed: number;
  #random = seededRandom('');
  #startedAt = 0;

  /** @throws InvalidArgumentError */
  constructor(episodes: LocalEpisodes | undefined, seed = 0) {
    this.#seed = seed;
    this.set(episodes);
  }

  get settings(): readonly LocalEpisode[] {
    return this.#episodes;
  }

  /**
   * @param episodes none when undefined
   * @throws InvalidArgumentError, and then all is as before
   */
  set(episodes: LocalEpisodes | null | undefined): void {
    const list = [episodes ?? []].flat() as readonly LocalEpisode[];
    for (const [index, episode] of list.entries()) checkMembers(`unavailable[${index}]`, episode, MEMBERS);
    this.#episodes = list;
    this.reset();
  }

  /** They begin anew, and so does chance. */
  reset(): void {
    this.#startedAt = Date.now();
    this.#random = seededRandom(`${this.#seed}/unavailable`);
  }

  refuses(modelId: string): boolean {
    if (this.#episodes.length === 0) return false;
    const elapsed = Date.now() - this.#startedAt;
    return this.#episodes.some(
      ({ models = '*', fromMs = 0, forMs = Number.POSITIVE_INFINITY, share: part = 1 }) => {
        const isNow = elapsed >= fromMs && elapsed < fromMs + forMs;
        return isNow && matchesPattern(models, modelId) && this.#random() < part;
      },
    );
  }
}
