/** What the package weighs: to import, in a bundle, on the disk. The `ai` package is there in any case and not counted. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import type { Contestant, FigureGroup, Sample } from './figure.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

const PACKAGES = {
  ours: { name: 'bedrock-ai-provider', imports: 'createBedrock' },
  official: { name: '@ai-sdk/amazon-bedrock', imports: 'createAmazonBedrock' },
  'AWS SDK': {
    name: '@aws-sdk/client-bedrock-runtime',
    imports: 'BedrockRuntimeClient, ConverseStreamCommand',
  },
} as const;
type Package = (typeof PACKAGES)[keyof typeof PACKAGES];

export const size: FigureGroup = {
  name: 'size',
  figures: [
    {
      name: 'import',
      title: 'import on top of `ai`',
      baseline: 'nothing',
      isFresh: true,
      metrics: [{ of: 'import', compared: 'difference', unit: 'ms', atMost: 10 }],
      contestants: {
        nothing: () => importing(),
        ...contestants(({ name }) => importing(name)),
      },
    },
    {
      name: 'bundle',
      title: 'bundle on top of `ai`, minified',
      baseline: '`ai` alone',
      rounds: 1,
      turnMs: 0,
      metrics: [
        { of: 'minified', compared: 'difference', unit: 'kB', atMost: 100 },
        { of: 'gzip', compared: 'difference', unit: 'kB', atMost: 35 },
      ],
      contestants: {
        '`ai` alone': () => fixed(() => bundleOf()),
        ...contestants(entry => fixed(() => bundleOf(entry))),
      },
    },
    {
      name: 'install',
      title: 'install without `ai`',
      baseline: 'official',
      rounds: 1,
      turnMs: 0,
      metrics: [
        { of: 'disk', compared: 'ratio', unit: 'kB', atMost: 0.85 },
        { of: 'packages', compared: 'value', unit: 'packages' },
      ],
      contestants: contestants(({ name }) => fixed(() => installOf(name))),
    },
  ],
};

function contestants(
  make: (entry: Package) => Promise<Contestant>,
): Record<string, () => Promise<Contestant>> {
  return Object.fromEntries(Object.entries(PACKAGES).map(([name, entry]) => [name, () => make(entry)]));
}

/** What is the same each time. */
async function fixed(measure: () => Sample | Promise<Sample>): Promise<Contestant> {
  return { iterate: async () => measure() };
}

/* ------------------------------------------------------------------ import */

/** In a new process, where `ai` is loaded and nothing else. */
async function importing(name?: string): Promise<Contestant> {
  await import('ai');
  return {
    async iterate() {
      const startedAt = performance.now();
      if (name !== undefined) await import(name);
      return { import: performance.now() - startedAt };
    },
  };
}

/* ------------------------------------------------------------------ bundle */

/** An app that streams: what it loads at once. */
async function bundleOf(entry?: Package): Promise<Sample> {
  const code = (await bundleApp(entry)).loaded.map(chunk => chunk.code).join('');
  return { minified: code.length / 1000, gzip: gzipSync(code, { level: 9 }).length / 1000 };
}

/** The files that a bundler for the edge makes of an app that streams: what is imported lazily is a file of its own. */
export async function bundleApp(entry?: {
  name: string;
  imports: string;
}): Promise<{ loaded: Chunk[]; all: Chunk[] }> {
  const lines = [
    `export { streamText } from 'ai';`,
    ...(entry === undefined ? [] : [`export { ${entry.imports} } from '${entry.name}';`]),
  ];
  const bundle = await rolldown({
    input: 'app',
    cwd: root,
    platform: 'browser',
    resolve: { conditionNames: ['edge-light', 'worker', 'browser', 'import'] },
    external: /^node:/,
    logLevel: 'silent',
    plugins: [
      {
        name: 'app',
        resolveId: id => (id === 'app' ? join(root, 'app.js') : null),
        load: id => (id === join(root, 'app.js') ? lines.join('\n') : null),
      },
    ],
  });
  try {
    const { output } = await bundle.generate({ format: 'esm', minify: true });
    const chunks = output.filter(file => file.type === 'chunk');
    return { loaded: chunksLoaded(chunks), all: chunks };
  } finally {
    await bundle.close();
  }
}

export interface Chunk {
  readonly fileName: string;
  readonly isEntry: boolean;
  readonly imports: readonly string[];
  readonly code: string;
  /** Paths of the files that it is made of. */
  readonly moduleIds: readonly string[];
}

function chunksLoaded(chunks: readonly Chunk[]): Chunk[] {
  const loaded = new Set<Chunk>();
  const load = (chunk: Chunk | undefined): void => {
    if (chunk === undefined || loaded.has(chunk)) return;
    loaded.add(chunk);
    for (const name of chunk.imports) load(chunks.find(({ fileName }) => fileName === name));
  };
  for (const chunk of chunks) if (chunk.isEntry) load(chunk);
  return [...loaded];
}

/* ----------------------------------------------------------------- install */

/**
 * The package and what it depends on, as npm has installed it here; not what `ai` brings, nor the peers of both. A package
 * that stands in several places here, because the tools of this repository want other versions, counts once.
 */
function installOf(name: string): Sample {
  const brought = closureOf('ai');
  const own = [...closureOf(name)].filter(([id]) => !brought.has(id));
  const bytes = own.reduce((sum, [, folder]) => sum + bytesOf(folder), 0);
  return { disk: bytes / 1000, packages: own.length };
}

/** A package and all that it needs: `name@version`, and a folder of it. */
function closureOf(
  name: string,
  from: string = root,
  found = new Map<string, string>(),
): Map<string, string> {
  const folder = name === 'bedrock-ai-provider' ? root : findPackage(name, from);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    version: string;
    dependencies?: Record<string, string>;
  };
  const id = `${name}@${manifest.version}`;
  if (found.has(id)) return found;
  found.set(id, folder);
  for (const needed of Object.keys(manifest.dependencies ?? {})) closureOf(needed, folder, found);
  return found;
}

/** As Node finds it: in the nearest `node_modules`. */
function findPackage(name: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (statSync(candidate, { throwIfNoEntry: false })?.isDirectory()) return candidate;
    if (folder === dirname(folder)) throw new Error(`${name} is not installed.`);
  }
}

function bytesOf(folder: string): number {
  if (folder === root) return packedBytes();
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(file => file.isFile() && !isNested(file.parentPath, folder))
    .reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
}

/** Packages in a `node_modules` within are counted by themselves. */
function isNested(path: string, folder: string): boolean {
  return path.slice(folder.length).includes('node_modules');
}

function packedBytes(): number {
  const json = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
  });
  const [{ unpackedSize }] = JSON.parse(json) as [{ unpackedSize: number }];
  return unpackedSize;
}
