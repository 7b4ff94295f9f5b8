import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { families } from '../src/families/index.ts';

const src = fileURLToPath(new URL('../src/', import.meta.url));

/** Rooms of the house, and what each may import from. A room may always import from itself. */
const mayImport: Record<string, readonly string[]> = {
  'version.ts': [],
  'node-module.ts': [],
  'errors.ts': [],
  settings: [
    'errors.ts',
    'catalog/aliases.ts',
    'catalog/types.ts',
    'codec/family.ts',
    'codec/converse/options.ts',
    'codec/invoke/output-location.ts',
    'cost/tracker.ts',
    'log/settings.ts',
    'traffic/settings.ts',
  ],
  log: ['errors.ts', 'traffic/events.ts'],
  auth: ['settings', 'errors.ts', 'node-module.ts'],
  catalog: ['settings/model-ref.ts'],
  cost: ['catalog', 'settings/model-ref.ts'],
  transport: ['catalog', 'auth', 'log', 'settings', 'errors.ts', 'version.ts'],
  codec: ['node-module.ts'],
  traffic: ['codec', 'settings', 'errors.ts'],
  families: ['codec'],
  models: [
    'catalog',
    'cost',
    'codec',
    'families',
    'traffic',
    'transport',
    'auth',
    'log',
    'settings',
    'errors.ts',
  ],
  operations: ['models', 'codec', 'families', 'traffic', 'transport', 'auth', 'settings', 'errors.ts'],
  middleware: ['operations'],
  local: ['codec', 'version.ts'],
  tools: [],
  peers: ['codec', 'families', 'models', 'traffic', 'transport', 'settings', 'errors.ts'],
  cli: [
    // Recordings of streams are frames to read.
    'codec/event-stream/frame.ts',
    'codec/converse/wire.ts',
    'transport/transport.ts',
    'provider.ts',
    'operations',
    'models',
    'traffic',
    'health',
    'local',
    'cost',
    'catalog',
    'auth/region.ts',
    'settings',
    'errors.ts',
    'version.ts',
  ],
  health: [
    'provider.ts',
    'operations',
    'catalog/types.ts',
    'auth/origin.ts',
    'settings',
    'traffic/traffic-errors.ts',
    'transport/probe.ts',
    'errors.ts',
  ],
  'anthropic.ts': ['peers'],
  'openai.ts': ['peers'],
  'provider.ts': [
    'models',
    'operations',
    'cost',
    'catalog/model-ids.ts',
    'auth/region.ts',
    'settings',
    'tools',
  ],
  'index.ts': [
    'provider.ts',
    'models',
    'operations',
    'catalog/query.ts',
    'catalog/types.ts',
    'cost',
    'codec',
    'families',
    'log/settings.ts',
    'settings',
    'tools',
    'traffic',
    'transport/probe.ts',
    'errors.ts',
    'version.ts',
  ],
};

interface SourceFile {
  path: string;
  text: string;
  imports: string[];
}

const files: SourceFile[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter(path => path.endsWith('.ts'))
  .map(path => {
    const text = readFileSync(join(src, path), 'utf8');
    const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(match => match[1] as string);
    return { path, text, imports };
  });

const roomOf = (path: string) => path.split('/')[0] as string;

function localImports({ path, imports }: SourceFile): string[] {
  return imports
    .filter(specifier => specifier.startsWith('.'))
    .map(specifier => relative(src, resolve(src, dirname(path), specifier)));
}

/** All files that an entry reaches through relative imports. */
function reachedFrom(
  entry: string,
  seen = new Set<string>(),
  importsOf: (file: SourceFile) => string[] = localImports,
): Set<string> {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  const file = files.find(({ path }) => path === entry);
  for (const target of file ? importsOf(file) : []) reachedFrom(target, seen, importsOf);
  return seen;
}

/** Those that are loaded with the file: neither types nor what is imported when it is needed. */
function loadedImports(file: SourceFile): string[] {
  const text = file.text.replace(/^(?:import|export) type [^;]*;/gm, '').replace(/\bimport\(/g, '');
  const loaded = [...text.matchAll(/from\s*'([^']+)'/g)].map(match => match[1] as string);
  return localImports({ ...file, imports: loaded });
}

describe('the source', () => {
  it.each(files)('$path imports only what lies below it', file => {
    const room = roomOf(file.path);
    const allowed = mayImport[room];
    expect(allowed, `the room ${room} is not in the plan of the house`).toBeDefined();
    const outside = localImports(file).filter(target => {
      const inside = roomOf(target) === room && room.includes('.') === false;
      return !inside && !allowed?.some(place => target === place || target.startsWith(`${place}/`));
    });
    expect(outside).toEqual([]);
  });

  it('keeps Node built-ins out of what the root entry reaches', () => {
    const reached = [...reachedFrom('index.ts')];
    const offenders = files.filter(
      ({ path, imports }) =>
        reached.includes(path) && imports.some(specifier => specifier.startsWith('node:')),
    );
    expect(offenders.map(({ path }) => path)).toEqual([]);
  });

  it('keeps the data of the catalog out of what the root entry loads before it is asked for', () => {
    const loaded = [...reachedFrom('index.ts', new Set(), loadedImports)];
    expect(loaded).toContain('catalog/successors.ts');
    expect(loaded).not.toContain('catalog/data.ts');
    expect([...reachedFrom('index.ts')]).toContain('catalog/data.ts');
  });

  it('keeps the local Bedrock out of what the root entry reaches', () => {
    expect([...reachedFrom('index.ts')].filter(path => path.startsWith('local/'))).toEqual([]);
  });

  it('keeps the command line out of what the entries reach', () => {
    const entries = files.filter(({ path }) => !path.startsWith('cli/'));
    const offenders = entries.filter(file => localImports(file).some(target => target.startsWith('cli/')));
    expect(offenders.map(({ path }) => path)).toEqual([]);
  });

  it('keeps each middleware a stranger to the others', () => {
    const offenders = files.filter(
      file =>
        file.path.startsWith('middleware/') &&
        file.path !== 'middleware/index.ts' &&
        // What takes several files has a folder of its own.
        localImports(file).some(
          target =>
            target.startsWith('middleware/') &&
            (dirname(target) === 'middleware' || dirname(target) !== dirname(file.path)),
        ),
    );
    expect(offenders.map(({ path }) => path)).toEqual([]);
  });

  it('keeps the packages of other APIs out of what the root entry reaches', () => {
    expect([...reachedFrom('index.ts')].filter(path => path.startsWith('peers/'))).toEqual([]);
  });

  it('keeps the codec and the families pure', () => {
    const impure = /\bfetch\(|process\.env|Date\.now\(|new Date\(\)|Math\.random\(|setTimeout\(/;
    const offenders = files.filter(
      ({ path, text }) => /^(codec|families)\//.test(path) && impure.test(withoutComments(text)),
    );
    expect(offenders.map(({ path }) => path)).toEqual([]);
  });

  it('names model families only in families/ and in the local Bedrock, which plays them', () => {
    const names = families.map(({ name }) => name).filter(name => name !== 'generic');
    const offenders = files
      .filter(({ path }) => !/^(families|catalog|local)\//.test(path))
      .flatMap(({ path, text }) => {
        const code = withoutComments(text);
        return names
          .filter(name => new RegExp(`['"\`]${name}['"\`.]`).test(code))
          .map(name => `${path}: ${name}`);
      });
    // The official package's model setting `modelFamily: 'anthropic'` is translated where it is read.
    expect(offenders).toEqual(['settings/model-ref.ts: claude']);
  });

  it('registers every family file, with generic last', () => {
    const onDisk = files
      .filter(
        ({ path, text }) =>
          path.startsWith('families/') && /^export const \w+: ModelFamily = /m.test(withoutComments(text)),
      )
      .map(({ path }) => path.slice('families/'.length, -'.ts'.length));
    expect(families.map(({ name }) => name).toSorted()).toEqual(onDisk.toSorted());
    expect(families.at(-1)?.name).toBe('generic');
  });

  it('reads the environment in one place', () => {
    const readers = files.filter(
      ({ path, text }) => /process\??\.env/.test(withoutComments(text)) && !path.startsWith('local/'),
    );
    expect(readers.map(({ path }) => path)).toEqual(['settings/settings.ts']);
  });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');
}
