import { createHook } from 'node:async_hooks';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('../../src/', import.meta.url));

/** Watches the timers that the project's own code sets, also those that keep no process alive. */
export class TimerWatch {
  /** Where they were set, by their async id. */
  readonly #open = new Map<number, string>();
  readonly #hook = createHook({
    init: (id, type) => {
      if (type === 'Timeout') this.#set(id);
    },
    destroy: id => this.#open.delete(id),
  });

  start(): void {
    this.#hook.enable();
  }

  /** @returns the places in the source where those were set that are still running */
  async stop(): Promise<string[]> {
    // Node tells of the end of a timer later in the same turn.
    await new Promise(setImmediate);
    this.#hook.disable();
    return [...this.#open.values()];
  }

  #set(id: number): void {
    const place = new Error().stack?.split('\n').find(line => line.includes(SOURCE));
    if (place !== undefined) this.#open.set(id, place.trim());
  }
}

export function openSockets(): number {
  return process.getActiveResourcesInfo().filter(name => name === 'TCPSocketWrap').length;
}
