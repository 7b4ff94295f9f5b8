/** What a Node process loads with the root entry, counted in a process of its own, which runs the source as it is. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Loaded {
  /** Files of `src`, or of `dist`. */
  sources: string[];
  packages: string[];
  /** Of Node. */
  builtins: string[];
}

/** What Node loads when it imports the root entry and then runs this. */
async function loadedBy(then = '', entry = './src/index.ts'): Promise<Loaded> {
  const script = `
    import { registerHooks } from 'node:module';
    const sources = [], packages = new Set(), builtins = new Set();
    registerHooks({
      load(url, context, nextLoad) {
        const result = nextLoad(url, context);
        const inPackage = /.*node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1];
        if (url.startsWith('node:')) builtins.add(url);
        else if (inPackage !== undefined) packages.add(inPackage);
        else sources.push(url.replace(/.*\\/(?:src|dist)\\//, ''));
        return result;
      },
    });
    const { createBedrock } = await import('${entry}');
    ${then}
    console.log(JSON.stringify({ sources, packages: [...packages].sort(), builtins: [...builtins] }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
    env: { HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true' },
  });
  return JSON.parse(stdout);
}

/** Calls a chat model with keys, and prints nothing. */
const CALL = `
    const fetch = async () => Response.json({
      output: { message: { role: 'assistant', content: [{ text: 'Hello!' }] } },
      stopReason: 'end_turn',
      usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
    });
    const bedrock = createBedrock({ fetch, region: 'us-east-1', accessKeyId: 'KEY', secretAccessKey: 'secret' });
    const prompt = [{ role: 'user', content: [{ type: 'text', text: 'Hello!' }] }];
    const { content } = await bedrock('us.anthropic.claude-sonnet-4-5-20250929-v1:0').doGenerate({ prompt });
    if (content[0].text !== 'Hello!') throw new Error('It does not work.');`;

/** `eventsource-parser` and `@workflow/serde` are of `@ai-sdk/provider-utils`; an app with `ai` has all but aws4fetch. */
const PACKAGES = [
  '@ai-sdk/provider',
  '@ai-sdk/provider-utils',
  '@workflow/serde',
  'aws4fetch',
  'eventsource-parser',
  'zod',
];

/** Rooms and files that are loaded when they are asked for, or with other entries. */
const LATER: readonly RegExp[] = [
  /^(?:cli|health|local|middleware|peers)\//,
  /^catalog\/(?!aliases\.ts|successors\.ts)/,
  /^cost\/(?!lazy-catalog\.ts)/,
  /^operations\/(?!async-jobs\.ts|index\.ts)/,
  /^auth\/(?:assumed-role|aws-chain)/,
  /^models\/(?:embedder|image-generator|metered-calls|meter|own-request|reranker|video-maker)\.ts$/,
  /^codec\/invoke\/(?!embedding\.ts|embedding-files\.ts|embedding-options\.ts|output-location\.ts|video-options\.ts)/,
  /^families\/(?!no-chat).*-(?:chat|count|embedding|image|messages|prompt|reader|text|video)\.ts$/,
];

const isForLater = (file: string) => LATER.some(pattern => pattern.test(file));

describe('the root entry', () => {
  it('loads four packages and what they need, and nothing of Node', async () => {
    const { packages, builtins } = await loadedBy();
    expect({ packages, builtins }).toEqual({ packages: PACKAGES, builtins: [] });
  });

  it('loads no data of the catalog, no operation, nothing of the other entries, and what chats through Converse need only', async () => {
    const { sources } = await loadedBy();
    expect(sources).toContain('provider.ts');
    expect(sources.filter(isForLater)).toEqual([]);
  });

  it('is built into four files, as each takes its time to be found and read', async () => {
    const { sources } = await loadedBy('', './dist/index.js');
    expect(sources).toHaveLength(4);
  });

  it('loads nothing more for a call with keys', async () => {
    const before = await loadedBy();
    expect(await loadedBy(CALL)).toEqual(before);
  });

  it('loads data and operations when they are asked for, so that the tests above can fail', async () => {
    const { sources } = await loadedBy(`
      const fetch = async () => Response.json({ inputTokens: 1 });
      const bedrock = createBedrock({ apiKey: 'key', region: 'us-east-1', cost: true, fetch });
      await bedrock.catalog.get('amazon.nova-lite-v1:0');
      await bedrock.countTokens('anthropic.claude-sonnet-4-5-20250929-v1:0', { prompt: 'Hello!' });
      await bedrock.imageModel('amazon.nova-canvas-v1:0').doGenerate({ n: 1, prompt: '' }).catch(() => {});`);
    expect(sources.filter(isForLater)).toEqual(
      expect.arrayContaining([
        'catalog/data.ts',
        'operations/count-tokens.ts',
        'models/image-generator.ts',
        'models/meter.ts',
        'families/nova-image.ts',
      ]),
    );
  });
});
