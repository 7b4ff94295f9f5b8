import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Published vectors, AWS's service models and recorded replies stand beside some checkouts and are never
 * copied into the project. Tests that need them skip, with this reason, where they are absent.
 */
const root = new URL('../../../shared/data/', import.meta.url);

export const sharedDataMissing: string | false = existsSync(root)
  ? false
  : 'needs the data that stands beside the checkout (../shared/data), which is not here';

export function readSharedJson<Json>(path: string): Json {
  return JSON.parse(readFileSync(new URL(path, root), 'utf8')) as Json;
}

/** Paths of the JSON files in a folder, as `readSharedJson` takes them. */
export function listShared(folder: string): string[] {
  return readdirSync(fileURLToPath(new URL(folder, root)))
    .filter(name => name.endsWith('.json'))
    .sort()
    .map(name => `${folder}/${name}`);
}
