/** Where a cost tracker can keep its records. */
import { InvalidArgumentError } from '@ai-sdk/provider';
import type { CostRecord, CostStore } from './tracker.ts';

/** Keeps records in memory, for tests and short programs: nothing is ever dropped. */
export function memoryStore(): CostStore & { readonly records: readonly CostRecord[] } {
  const records: CostRecord[] = [];
  return {
    records,
    append(record) {
      records.push(record);
    },
    read: () => [...records],
  };
}

/**
 * Appends each record as a line of JSON to a file, which is made with its folder when the first comes. Node only.
 * Several processes may append to one file; each sees what was in it when it began.
 */
export function fileStore(path: string): CostStore {
  if (typeof path !== 'string' || path === '') {
    throw new InvalidArgumentError({ argument: 'path', message: 'path: expected the path of a file.' });
  }
  // One after the other, so that lines do not run into each other.
  let last: Promise<unknown> = Promise.resolve();
  let isReady = false;
  async function append(line: string): Promise<void> {
    const { appendFile, mkdir } = await import('node:fs/promises');
    const { dirname } = await import('node:path');
    if (!isReady) await mkdir(dirname(path), { recursive: true });
    isReady = true;
    await appendFile(path, line);
  }
  return {
    append(record) {
      const written = last.then(() => append(`${JSON.stringify(record)}\n`));
      last = written.catch(() => {});
      return written;
    },
    async read() {
      const { readFile } = await import('node:fs/promises');
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return '';
        throw error;
      });
      return text.split('\n').flatMap(line => readRecord(line) ?? []);
    },
  };
}

/** What `unstorage` drivers and storages have in common, as far as it is needed. */
export interface KeyValueStore {
  getItem(key: string, options?: object): unknown;
  setItem?(key: string, value: string, options: object): unknown;
  getKeys(base: string, options: object): readonly string[] | Promise<readonly string[]>;
}

/**
 * Keeps each record under a key of its own in a driver or storage of `unstorage`: Redis, a database, KV stores of edge
 * platforms …
 * @param base what the keys begin with
 * @throws InvalidArgumentError for drivers that cannot write
 * @see https://unstorage.unjs.io
 */
export function keyValueStore(driver: KeyValueStore, base = 'bedrock-cost'): CostStore {
  if (typeof driver?.setItem !== 'function') {
    throw new InvalidArgumentError({
      argument: 'driver',
      message: 'driver: it has no setItem to write with.',
    });
  }
  return {
    async append(record) {
      // Keys sort by time. Colons are what folders are to unstorage.
      const key = `${base}:${record.at.replaceAll(':', '-')}-${crypto.randomUUID()}`;
      await driver.setItem?.(key, JSON.stringify(record), {});
    },
    async read() {
      const keys = await driver.getKeys(base, {});
      const own = keys.filter(key => key.startsWith(`${base}:`)).sort();
      const items = await Promise.all(own.map(key => driver.getItem(key)));
      return items.flatMap(item => readRecord(item) ?? []);
    },
  };
}

/** A line may be cut short where a process was killed; storages of unstorage parse JSON themselves. */
function readRecord(item: unknown): CostRecord | undefined {
  try {
    const record = (typeof item === 'string' ? JSON.parse(item) : item) as CostRecord | null;
    return typeof record?.at === 'string' && typeof record.cost === 'object' ? record : undefined;
  } catch {
    return undefined;
  }
}
