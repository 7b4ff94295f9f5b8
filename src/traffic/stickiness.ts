/**
 * Remembers where conversations were moved to that use the prompt cache: what they have written there is worth
 * staying for, as long as the cache keeps it.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
 */
export class Stickiness {
  readonly #places = new Map<string, { readonly index: number; readonly until: number }>();

  /** @param key undefined: the call uses no cache */
  of(key: string | undefined, now: number): number | undefined {
    const place = key === undefined ? undefined : this.#places.get(key);
    return place !== undefined && place.until > now ? place.index : undefined;
  }

  /** @param index of the route; the first one needs no remembering */
  served(key: string | undefined, index: number, now: number): void {
    if (key === undefined) return;
    // Deleted first, so that the map is in the order of use and the oldest goes when there are too many.
    this.#places.delete(key);
    if (index === 0) return;
    this.#places.set(key, { index, until: now + LIFETIME_MS });
    if (this.#places.size <= LARGEST) return;
    const [oldest] = this.#places.keys();
    if (oldest !== undefined) this.#places.delete(oldest);
  }
}

const LIFETIME_MS = 5 * 60_000;
const LARGEST = 1_000;
