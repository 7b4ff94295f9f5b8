import type { AwsCredentials } from '../settings/settings.ts';
import type { KnownKeys } from './origin.ts';

/** Somewhere that keys come from. */
export interface KeySource {
  readonly get: () => Promise<KnownKeys>;
  /** Forgets keys that AWS has refused, unless newer ones have taken their place meanwhile. */
  readonly drop: (refused: AwsCredentials) => void;
}

/** Keys are renewed this long before they end, so that none ends on its way to AWS. */
const EXPIRY_MARGIN_MS = 60_000;
/** How long keys without an expiration are kept: whatever gives them may have rotated them. */
const DEFAULT_LIFETIME_MS = 5 * 60_000;

/** Keys that cost nothing to read, and are read for every call. */
export function uncached(read: () => KnownKeys): KeySource {
  return { get: async () => read(), drop: () => {} };
}

/**
 * Keeps keys while they are good; all callers that wait for new ones wait for the same.
 * @param load gets true when it has been called before, so that what it asks must not answer from memory
 */
export function cached(load: (again: boolean) => Promise<KnownKeys>, now: () => number): KeySource {
  let kept: { keys: KnownKeys; until: number } | undefined;
  let pending: Promise<KnownKeys> | undefined;
  let again = false;

  const refresh = async () => {
    const isAgain = again;
    again = true;
    try {
      const keys = await load(isAgain);
      const until = keys.expiration
        ? keys.expiration.getTime() - EXPIRY_MARGIN_MS
        : now() + DEFAULT_LIFETIME_MS;
      kept = { keys, until };
      return keys;
    } catch (error) {
      // A service that is down for a moment shall not matter in the last minute of keys that still work.
      if (kept?.keys.expiration && now() < kept.keys.expiration.getTime()) return kept.keys;
      throw error;
    }
  };

  return {
    get: () => {
      if (kept !== undefined && now() < kept.until) return Promise.resolve(kept.keys);
      pending ??= refresh().finally(() => {
        pending = undefined;
      });
      return pending;
    },
    drop: refused => {
      if (kept?.keys === refused) kept = undefined;
    },
  };
}
