/** Models of AI SDK providers that are installed where the user is. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LanguageModelV4 } from '@ai-sdk/provider';
import { UsageError } from '../failure.ts';

/** A provider, which may also be called itself. */
interface Provider {
  (modelId: string): LanguageModelV4;
  languageModel?(modelId: string): LanguageModelV4;
}

type Module = Readonly<Record<string, unknown>>;

/**
 * @param word `openai:gpt-5` for `@ai-sdk/openai`, or a package's whole name: `@acme/ai:large`, `ollama-ai-provider:llama`
 * @param folder whose `node_modules`, and those of the folders above it, are looked at
 * @throws UsageError for what is not installed, or is no provider
 */
export async function loadModel(word: string, folder: string): Promise<LanguageModelV4> {
  const [, name = '', modelId = ''] = /^([^:]+):(.+)$/.exec(word) ?? [];
  const option = `--model ${JSON.stringify(word)}`;
  if (name === '')
    throw new UsageError(`${option}: expected provider:id, e.g. openai:gpt-5 or @acme/ai-provider:large.`);
  const packages = /^@|\//.test(name) ? [name] : [`@ai-sdk/${name}`, name];
  const found = await findPackage(packages, folder);
  if (found === undefined) {
    throw new UsageError(
      `${option}: ${packages.join(' or ')} is not installed in ${folder}. For example: npm install ${packages[0]}`,
    );
  }
  const module: Module = await import(pathToFileURL(found.path).href);
  const provider = providerOf(module, found.name);
  if (provider === undefined) {
    throw new UsageError(
      `${option}: ${found.name} has no provider that works without settings among its exports: ` +
        `${Object.keys(module).join(', ') || 'none'}.`,
    );
  }
  return provider.languageModel?.(modelId) ?? provider(modelId);
}

/* ------------------------------------------------------------ the package */

interface Found {
  readonly name: string;
  readonly path: string;
}

async function findPackage(names: readonly string[], folder: string): Promise<Found | undefined> {
  // The file need not exist: it is where the import would stand.
  const require = createRequire(join(folder, 'serve.js'));
  for (const name of names) {
    const path = resolveWith(require, name) ?? (await resolveForImport(require, name));
    if (path !== undefined) return { name, path };
  }
  return undefined;
}

function resolveWith(require: NodeJS.Require, name: string): string | undefined {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}

/** `require.resolve` does not see what a package exports for `import` only. */
async function resolveForImport(require: NodeJS.Require, name: string): Promise<string | undefined> {
  for (const place of require.resolve.paths(name) ?? []) {
    const path = join(place, name, 'package.json');
    const json = await readFile(path, 'utf8').catch(() => undefined);
    if (json === undefined) continue;
    const { exports } = JSON.parse(json) as { exports?: unknown };
    const target = targetOf(isRecord(exports) && '.' in exports ? exports['.'] : exports);
    return target === undefined ? undefined : join(dirname(path), target);
  }
  return undefined;
}

const CONDITIONS: ReadonlySet<string> = new Set(['node', 'import', 'module-sync', 'default']);

/** The first condition that holds counts, as in Node's own resolution. */
function targetOf(exported: unknown): string | undefined {
  if (typeof exported === 'string') return exported;
  if (!isRecord(exported)) return undefined;
  for (const [condition, target] of Object.entries(exported)) {
    const path = CONDITIONS.has(condition) ? targetOf(target) : undefined;
    if (path !== undefined) return path;
  }
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/* ----------------------------------------------------------- the provider */

/** The instance that is named after the package, else the only one, else what its `create…` makes without settings. */
function providerOf(module: Module, packageName: string): Provider | undefined {
  const own = camelCase(packageName.slice(packageName.lastIndexOf('/') + 1));
  const instances = Object.values(module).filter(isProvider);
  const named = [module[own], module['default']].find(isProvider);
  if (named !== undefined || instances.length > 0) return named ?? instances[0];
  const makers = Object.entries(module).filter(
    ([name, value]) => /^create[A-Z]/.test(name) && typeof value === 'function',
  );
  for (const [, make] of makers) {
    const made = attempt(make as () => unknown);
    if (isProvider(made)) return made;
  }
  return undefined;
}

/** Factories that need settings throw without them. */
function attempt(make: () => unknown): unknown {
  try {
    return make();
  } catch {
    return undefined;
  }
}

function isProvider(value: unknown): value is Provider {
  if (typeof value !== 'function' && !isRecord(value)) return false;
  return typeof (value as Partial<Provider>).languageModel === 'function';
}

function camelCase(name: string): string {
  return name.replace(/[-.](\w)/g, (_, letter: string) => letter.toUpperCase());
}
