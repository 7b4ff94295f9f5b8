import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { UserConfig } from 'tsdown';

interface Modules {
  getModuleInfo(
    id: string,
  ): { readonly importedIds: readonly string[]; readonly dynamicallyImportedIds: readonly string[] } | null;
}

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

const library: UserConfig = {
  entry: {
    index: 'src/index.ts',
    anthropic: 'src/anthropic.ts',
    openai: 'src/openai.ts',
    local: 'src/local/index.ts',
    cost: 'src/cost/index.ts',
    health: 'src/health/index.ts',
    middleware: 'src/middleware/index.ts',
    // The command line: `bin` of package.json.
    cli: 'src/cli/bin.ts',
    // Not exported: `#aws-chain` of package.json is one of them, as the runtime may be.
    'aws-chain.node': 'src/auth/aws-chain.node.ts',
    'aws-chain.edge': 'src/auth/aws-chain.edge.ts',
  },
  deps: { neverBundle: ['#aws-chain'] },
  format: 'esm',
  platform: 'neutral',
  target: 'es2023',
  // What comments say is for readers of the source, and in the declarations; here it would only be loaded and installed. The
  // code stays readable as it is, so that stack traces need no maps.
  outputOptions: {
    comments: { legal: true, annotation: true, jsdoc: false },
    codeSplitting: { groups: [{ name: fileOfModule }] },
  },
  define: { __PACKAGE_VERSION__: JSON.stringify(version) },
};

/**
 * Each file costs a process that imports it a third of a millisecond, so what the root entry loads at once is in three
 * besides its own, by who else needs it. What is loaded later is split as it comes.
 */
function fileOfModule(id: string, modules: Modules): string | null {
  const isLoadedBy = (entry: string) => importedFrom(entry, modules, 'at once').has(id);
  const isNeededBy = (entry: string) => importedFrom(entry, modules, 'ever').has(id);
  if (!isLoadedBy('src/index.ts')) return null;
  if (WITHOUT_MODELS.some(isLoadedBy)) return 'base';
  return ['src/anthropic.ts', 'src/openai.ts'].some(isNeededBy) ? 'calls' : 'provider';
}

/** Entries that make no calls of models. */
const WITHOUT_MODELS = [
  'src/local/index.ts',
  'src/cost/index.ts',
  'src/health/index.ts',
  'src/auth/aws-chain.node.ts',
];

const found = new Map<string, Set<string>>();

/** An entry, and all that it imports. */
function importedFrom(entry: string, modules: Modules, when: 'at once' | 'ever'): ReadonlySet<string> {
  const known = found.get(entry + when);
  if (known !== undefined) return known;
  const ids = new Set([resolve(entry)]);
  for (const id of ids) {
    const { importedIds = [], dynamicallyImportedIds = [] } = modules.getModuleInfo(id) ?? {};
    for (const imported of importedIds) ids.add(imported);
    if (when === 'ever') for (const imported of dynamicallyImportedIds) ids.add(imported);
  }
  found.set(entry + when, ids);
  return ids;
}

/** The script in the HTML report of `bedrock-ai bench`, with its charting library: a file to be put into pages. */
const reportCharts: UserConfig = {
  entry: { 'bench-charts': 'src/cli/bench/page/charts.ts' },
  deps: { alwaysBundle: [/.*/] },
  format: 'iife',
  platform: 'browser',
  target: 'es2023',
  minify: true,
  dts: false,
  clean: false,
  outputOptions: { entryFileNames: '[name].js', comments: { legal: true }, banner: chartLicenses() },
};

/** The report holds a copy of these, and their license asks that it says so. */
function chartLicenses(): string {
  const texts = ['chart.js', '@kurkle/color'].map(name => {
    const license = readFileSync(`node_modules/${name}/LICENSE.md`, 'utf8').trim();
    return `${name}\n\n${license}`;
  });
  return `/*!\n${texts.join('\n\n')}\n*/`;
}

const config: UserConfig[] = [library, reportCharts];

export default config;
