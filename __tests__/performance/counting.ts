/** Counts calls of what the runtime gives, while something runs. Nothing here looks at a clock. */

type Method = (this: unknown, ...args: never[]) => unknown;

/** Called after each call. */
type See = (call: { self: unknown; args: readonly unknown[]; result: unknown }) => void;

const restores: Array<() => void> = [];

/** Sees the calls of a method from now on, until `stopWatching`. */
export function watch(owner: object, name: string, see: See): void {
  const original = Reflect.get(owner, name) as Method;
  const descriptor = Object.getOwnPropertyDescriptor(owner, name);
  const watched = function (this: unknown, ...args: never[]) {
    const result = original.apply(this, args);
    see({ self: this, args, result });
    return result;
  };
  Object.defineProperty(owner, name, { configurable: true, writable: true, value: watched });
  restores.push(() => {
    if (descriptor === undefined) Reflect.deleteProperty(owner, name);
    else Object.defineProperty(owner, name, descriptor);
  });
}

/** Sees what a global class constructs from now on, until `stopWatching`. */
export function watchConstructor(name: string, see: (args: readonly unknown[]) => void): void {
  const original = Reflect.get(globalThis, name) as new (...args: never[]) => object;
  const watched: typeof original = new Proxy(original, {
    construct(target, args, newTarget): object {
      see(args);
      return Reflect.construct(target, args, newTarget === watched ? target : newTarget);
    },
  });
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, name) as PropertyDescriptor;
  Object.defineProperty(globalThis, name, { configurable: true, writable: true, value: watched });
  restores.push(() => Object.defineProperty(globalThis, name, descriptor));
}

export function stopWatching(): void {
  for (const restore of restores.splice(0).reverse()) restore();
}

/**
 * Runs what waits for nothing but promises. The test runner has its turn of the event loop only when it is over, so
 * that whatever was counted meanwhile is of what ran.
 * @throws where the event loop has turned
 */
export async function withoutTurn<Result>(run: () => PromiseLike<Result>): Promise<Result> {
  let turned = false;
  const timer = setImmediate(() => {
    turned = true;
  });
  try {
    const result = await run();
    if (turned) throw new Error('The event loop turned; what was counted may be of others.');
    return result;
  } finally {
    clearImmediate(timer);
  }
}
