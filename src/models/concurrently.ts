/** How many calls of one request run at a time: enough to save waiting, few enough for an ordinary quota. */
const AT_A_TIME = 4;

/**
 * Runs the calls that one request needs, a few at a time, and gives their results in the order of the items.
 * The first that fails aborts those that run, and no further one begins.
 * @throws what the first failing call rejects with
 */
export async function concurrently<Item, Result>(
  items: readonly Item[],
  abortSignal: AbortSignal | undefined,
  run: (item: Item, abortSignal: AbortSignal | undefined) => Promise<Result>,
): Promise<Result[]> {
  const [only] = items;
  if (items.length === 1 && only !== undefined) return [await run(only, abortSignal)];

  const controller = new AbortController();
  const pass = () => controller.abort(abortSignal?.reason);
  abortSignal?.addEventListener('abort', pass);
  if (abortSignal?.aborted) pass();
  const results: Result[] = [];
  const queue = items.entries();
  // The workers take from one iterator.
  const work = async () => {
    for (const [index, item] of queue) {
      controller.signal.throwIfAborted();
      results[index] = await run(item, controller.signal);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(AT_A_TIME, items.length) }, work));
    return results;
  } catch (error) {
    controller.abort(error);
    throw error;
  } finally {
    abortSignal?.removeEventListener('abort', pass);
  }
}
