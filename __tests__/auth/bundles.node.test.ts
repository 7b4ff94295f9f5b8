/** What reaches an edge bundle, and what a Node process loads. `npm test` builds the package first. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { EdgeVM } from '@edge-runtime/vm';
import { rolldown } from 'rolldown';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventFrame, streamResponse } from '../support/replies.ts';
import { answer } from './calls.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The conditions with which bundlers of each runtime resolve packages. */
const runtimes = {
  'Cloudflare Workers': ['workerd', 'worker', 'browser', 'import', 'module'],
  'Vercel Edge': ['edge-light', 'browser', 'import', 'module'],
  browsers: ['browser', 'import', 'module'],
  'a runtime that no condition names': ['import', 'module'],
};

async function bundle(conditionNames: readonly string[], entry = 'index') {
  const bundled = await rolldown({
    input: `${root}dist/${entry}.js`,
    cwd: root,
    platform: 'neutral',
    resolve: { conditionNames: [...conditionNames], mainFields: ['module', 'main'] },
    onLog: () => {},
  });
  const { output } = await bundled.generate({ format: 'iife', name: 'Bedrock', codeSplitting: false });
  await bundled.close();
  const [chunk] = output;
  // What is imported lazily is part of the one file, which then imports itself.
  const imports = [...chunk.imports, ...chunk.dynamicImports].filter(name => name !== chunk.fileName);
  return { code: chunk.code, modules: chunk.moduleIds, imports };
}

describe.each(Object.entries(runtimes))('a bundle for %s', (_, conditionNames) => {
  let bundled: Awaited<ReturnType<typeof bundle>>;
  beforeAll(async () => {
    bundled = await bundle(conditionNames);
  });

  it('has nothing of Node and none of the libraries of AWS, and imports nothing', () => {
    const { code, modules, imports } = bundled;
    expect(modules.filter(id => /@aws-sdk|@smithy|aws-chain\.node/.test(id))).toEqual([]);
    expect(modules.some(id => id.includes('aws-chain.edge'))).toBe(true);
    expect(imports).toEqual([]);
    const named = builtinModules.filter(name =>
      new RegExp(`\\b(?:import|require)\\("(?:node:)?${name}"`).test(code),
    );
    expect(named).toEqual([]);
  });

  it('has none of the packages of the other entries', () => {
    expect(bundled.modules.filter(id => /@ai-sdk\/(?:anthropic|openai)/.test(id))).toEqual([]);
  });

  it('runs in an edge runtime, and says there what has no profiles', async () => {
    const vm = new EdgeVM({ extend: context => Object.assign(context, { fetch: async () => answer() }) });
    vm.evaluate(bundled.code);
    vm.evaluate(`globalThis.ask = settings => Bedrock.createBedrock({ region: 'us-east-1', ...settings })
      ('amazon.nova-lite-v1:0')
      .doGenerate({ prompt: [{ role: 'user', content: [{ type: 'text', text: 'Hello!' }] }] })
      .then(({ content }) => content[0].text, error => error.message);`);
    const ask = (settings: object): Promise<string> => vm.context['ask'](settings);
    expect(await ask({ accessKeyId: 'KEY', secretAccessKey: 'secret' })).toBe('Hello!');
    expect(await ask({ profile: 'work' })).toMatch(/profile setting cannot be used here.*not Node/);
    expect(await ask({})).toMatch(/No AWS credentials.*AWS_BEARER_TOKEN_BEDROCK.*not Node/);
  });
});

/** https://github.com/vercel/next.js/blob/canary/packages/next/src/server/web/sandbox/context.ts */
describe('a bundle in the Edge Runtime of Next.js, where functions of `process` are there and throw', () => {
  const unsupported = () => {
    throw new Error('A Node.js API is used which is not supported in the Edge Runtime.');
  };
  const events: [type: string, payload: object][] = [
    ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Hello!' } }],
    ['messageStop', { stopReason: 'end_turn' }],
    ['metadata', { usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 } }],
  ];

  it('signs, and reads replies and streams', async () => {
    const fetch = async (url: string) =>
      url.endsWith('/converse-stream') ? streamResponse(events.map(event => eventFrame(event))) : answer();
    const process = { env: {}, getBuiltinModule: unsupported, hrtime: unsupported, cwd: unsupported };
    const vm = new EdgeVM({ extend: context => Object.assign(context, { fetch, process }) });
    vm.evaluate((await bundle(runtimes['Vercel Edge'])).code);
    const told = await vm.evaluate(`(async () => {
      const settings = { region: 'us-east-1', accessKeyId: 'KEY', secretAccessKey: 'secret' };
      const model = Bedrock.createBedrock(settings)('amazon.nova-lite-v1:0');
      const prompt = [{ role: 'user', content: [{ type: 'text', text: 'Hello!' }] }];
      const { content } = await model.doGenerate({ prompt });
      const { stream } = await model.doStream({ prompt });
      const parts = [];
      for await (const part of stream) parts.push(part);
      return JSON.stringify([content[0].text, parts.find(part => part.type === 'text-delta').delta]);
    })()`);
    expect(JSON.parse(told)).toEqual(['Hello!', 'Hello!']);
  });
});

describe.each([
  ['anthropic', 'createBedrockAnthropic', 'anthropic.claude-opus-4-6-v1', /@ai-sdk\/anthropic/],
  ['openai', 'createBedrockOpenAI', 'openai.gpt-oss-120b', /@ai-sdk\/openai/],
])('a bundle of the entry %s for an edge runtime', (entry, create, modelId, peer) => {
  it('has its package and nothing of Node, and calls', async () => {
    const { code, modules } = await bundle(runtimes['Vercel Edge'], entry);
    expect(modules.some(id => peer.test(id))).toBe(true);
    expect(modules.filter(id => /@aws-sdk|@smithy|aws-chain\.node/.test(id))).toEqual([]);
    const sent: string[] = [];
    const fetch = async (url: string) => {
      sent.push(url);
      return new Response(JSON.stringify({ message: 'Not today.' }), { status: 400 });
    };
    const vm = new EdgeVM({ extend: context => Object.assign(context, { fetch }) });
    vm.evaluate(code);
    vm.evaluate(`globalThis.ask = () => Bedrock.${create}({ region: 'us-east-1', apiKey: 'test-key' })('${modelId}')
      .doGenerate({ prompt: [{ role: 'user', content: [{ type: 'text', text: 'Hello!' }] }] })
      .catch(error => error.message);`);
    expect(await vm.context['ask']()).toContain('Not today.');
    expect(sent).toHaveLength(1);
  });
});

describe('a bundle for Node', () => {
  it('has the chain of Node, so that the tests above can fail', async () => {
    const { modules } = await bundle(['node', 'import', 'module']);
    expect(modules.some(id => id.includes('aws-chain.node'))).toBe(true);
    expect(modules.some(id => id.includes('@aws-sdk'))).toBe(true);
  });
});

describe('a Node process', () => {
  /** The files of AWS's libraries that are loaded after a call with these settings. */
  async function loadedBy(settings: string, environment: Record<string, string> = {}): Promise<string[]> {
    const script = `
      import { createRequire } from 'node:module';
      import { createBedrock } from 'bedrock-ai-provider';
      const fetch = async () => new Response('{}', { status: 400 });
      const model = createBedrock({ fetch, ...${settings} })('amazon.nova-lite-v1:0');
      await model.doGenerate({ prompt: [] }).catch(() => {});
      const { cache } = createRequire(import.meta.url);
      console.log(JSON.stringify(Object.keys(cache).filter(file => /@aws-sdk|@smithy/.test(file))));`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', script],
      { cwd: root, env: { HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true', ...environment } },
    );
    return JSON.parse(stdout);
  }

  it.each<[string, string, Record<string, string>]>([
    ['an API key', `{ region: 'us-east-1', apiKey: 'key' }`, {}],
    ['an API key and a base URL', `{ baseURL: 'https://gateway.example', apiKey: 'key' }`, {}],
    ['keys', `{ region: 'us-east-1', accessKeyId: 'KEY', secretAccessKey: 'secret' }`, {}],
    [
      'keys of the environment',
      '{}',
      { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'KEY', AWS_SECRET_ACCESS_KEY: 'secret' },
    ],
    ['an API key of the environment', '{}', { AWS_REGION: 'us-east-1', AWS_BEARER_TOKEN_BEDROCK: 'key' }],
  ])('with %s loads none of the libraries of AWS', async (_, settings, environment) => {
    expect(await loadedBy(settings, environment)).toEqual([]);
  });

  it('without an identity loads them, so that the tests above can fail', async () => {
    expect(await loadedBy(`{ region: 'us-east-1' }`)).not.toEqual([]);
  });
});

describe('package.json', () => {
  it('puts the conditions of edge runtimes before that of Node, which their bundlers may set as well', () => {
    const { imports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
    const conditions = Object.keys(imports['#aws-chain']);
    expect(conditions.indexOf('node')).toBe(conditions.length - 2);
    expect(conditions.at(-1)).toBe('default');
  });
});
