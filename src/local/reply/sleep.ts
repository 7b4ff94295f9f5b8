/** Longer waits are not possible with one timer; what waits longer waits for the abort. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/**
 * Waits; Infinity waits for the abort.
 * @throws the signal's reason when it aborts
 */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms <= 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const timer = ms > MAX_TIMEOUT ? undefined : setTimeout(finish, ms);
    function finish(): void {
      signal.removeEventListener('abort', abort);
      resolve();
    }
    function abort(): void {
      clearTimeout(timer);
      reject(signal.reason);
    }
    signal.addEventListener('abort', abort, { once: true });
  });
}
