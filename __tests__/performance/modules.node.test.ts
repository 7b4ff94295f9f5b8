/** What a process loads with the root entry, counted in a process of its own. `npm test` builds the package first. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Loaded {
  /** Files of `dist`. */
  own: string[];
  packages: string[];
  builtins: string[];
  bytes: number;
}

/** What Node loads when it runs this after the import of the root entry. */
async function loadedBy(then = ''): Promise<Loaded> {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = { own: [], packages: new Set(), builtins: new Set(), bytes: 0 };
    registerHooks({
      load(url, context, nextLoad) {
        const result = nextLoad(url, context);
        const inPackage = /.*node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1];
        if (url.startsWith('node:')) loaded.builtins.add(url);
        else if (inPackage !== undefined) loaded.packages.add(inPackage);
        else {
          loaded.own.push(url.slice(url.lastIndexOf('/') + 1));
          loaded.bytes += result.source.length;
        }
        return result;
      },
    });
    const { createBedrock } = await import('bedrock-ai-provider');
    ${then}
    console.log(JSON.stringify(loaded, (_, value) => (value instanceof Set ? [...value].sort() : value)));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
    env: { HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true' },
  });
  return JSON.parse(stdout);
}

describe('PROBE', () => {
  it('x', async () => {
    console.log(await loadedBy());
    console.log(await loadedBy(`const fetch = async () => new Response('{}', { status: 400 });
    await createBedrock({ fetch, region: 'us-east-1', accessKeyId: 'KEY', secretAccessKey: 'secret' })('us.anthropic.claude-sonnet-4-5-20250929-v1:0').doStream({ prompt: [] }).catch(() => {});`));
    expect(1).toBe(1);
  });
});
