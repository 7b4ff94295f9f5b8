/** The time of AWS, as far as it is known: that of this machine, until AWS says that it is wrong. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /**
   * Learns from the `date` header of a reply that refuses a signature for its time.
   * @param signedAt what `now` gave for that signature
   * @returns whether the time was wrong enough to be the reason, and is right now
   */
  readonly correct: (signedAt: number, dateHeader: string | undefined) => boolean;
}

/** AWS refuses signatures that are five minutes off; the reply may have been under way for a while. */
const SMALLEST_SKEW_MS = 4 * 60_000;

export function createClock(): Clock {
  let skew = 0;
  return {
    now: () => Date.now() + skew,
    correct: (signedAt, dateHeader) => {
      const time = Date.parse(dateHeader ?? '');
      if (Number.isNaN(time) || Math.abs(time - signedAt) < SMALLEST_SKEW_MS) return false;
      skew = time - Date.now();
      return true;
    },
  };
}
