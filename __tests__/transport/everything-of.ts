import { inspect } from 'node:util';

/** All that a log, a trace or a debugger may show of an error. */
export function everythingOf(error: unknown): string {
  const properties = Object.getOwnPropertyNames(error).map(name =>
    String((error as Record<string, unknown>)[name]),
  );
  return [
    inspect(error, { depth: null, showHidden: true, getters: true }),
    JSON.stringify(error),
    String(error),
    ...properties,
  ].join('\n');
}
