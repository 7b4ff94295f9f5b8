import { InvalidArgumentError } from '@ai-sdk/provider';

/**
 * Five minutes: gaps of two minutes have been seen in streams of models that think, and longer silence does not
 * get through: Node's fetch ends it after 300 seconds, NAT gateways of AWS drop the connection after 350.
 */
export const DEFAULT_LIMIT_MS = 300_000;

/** Longer timers fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * The limit that a setting has, in milliseconds; 0 is none.
 * @throws InvalidArgumentError when it is no such number
 */
export function timeLimit<Name extends string>(
  name: Name,
  settings: { readonly [name in Name]?: number | undefined },
): number {
  const limit: unknown = settings[name] ?? DEFAULT_LIMIT_MS;
  if (typeof limit === 'number' && Number.isFinite(limit) && limit >= 0) return limit;
  throw new InvalidArgumentError({
    argument: name,
    message: `${name} must be a number of milliseconds, or 0 for no limit.`,
  });
}

/**
 * Starts a timer that does not keep the process alive.
 * @param ms 0: never
 * @returns a function that stops it
 */
export function startTimer(ms: number, onEnd: () => void): () => void {
  if (ms === 0) return () => {};
  const timer = setTimeout(onEnd, Math.min(ms, MAX_TIMER_MS));
  // Edge runtimes give numbers.
  timer.unref?.();
  return () => clearTimeout(timer);
}

/**
 * Notices when a body goes silent. Only time in which somebody waits for bytes counts. One timer serves the
 * whole body: a chunk only notes the time, and a timer that fires too early is started again for the rest.
 */
export class SilenceTimer {
  readonly #limitMs: number;
  readonly #onSilence: () => void;
  #waitingSince: number | undefined;
  /** The wait that a first timer found too long. */
  #suspected: number | undefined;
  #stopTimer: (() => void) | undefined;

  /** @param limitMs 0: never */
  constructor(limitMs: number, onSilence: () => void) {
    this.#limitMs = limitMs;
    this.#onSilence = onSilence;
  }

  /** To be called before each read. */
  wait(): void {
    if (this.#limitMs === 0) return;
    this.#waitingSince = performance.now();
    this.#stopTimer ??= startTimer(this.#limitMs, () => this.#check());
  }

  /** To be called after each read. */
  arrived(): void {
    this.#waitingSince = undefined;
  }

  stop(): void {
    this.#waitingSince = undefined;
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  #check(): void {
    this.#stopTimer = undefined;
    // Where nobody waits now, the next read starts the timer; a stream that is abandoned leaves none behind.
    if (this.#waitingSince === undefined) return;
    const left = this.#waitingSince + this.#limitMs - performance.now();
    if (left <= 0 && this.#suspected === this.#waitingSince) return this.#onSilence();
    // Where the process was busy or asleep for long, bytes may be there that nobody has had time to take.
    if (left <= 0) this.#suspected = this.#waitingSince;
    this.#stopTimer = startTimer(Math.max(left, 1), () => this.#check());
  }
}
