/** When the data of the catalog is loaded. `npm test` builds the package first. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

const dataFiles = readdirSync(`${root}dist`).filter(
  name => name.endsWith('.js') && readFileSync(`${root}dist/${name}`, 'utf8').includes('regionSets: {'),
);

/** Whether the file with the data is loaded, when a process has run this. */
async function loadsData(code: string): Promise<boolean> {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
    const { createBedrock } = await import('bedrock-ai-provider');
    const fetch = async () => new Response(JSON.stringify({ output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } }, stopReason: 'end_turn', usage: { inputTokens: 1, outputTokens: 1 } }));
    const open = settings => createBedrock({ region: 'us-east-1', apiKey: 'key', fetch, ...settings });
    const ask = model => model.doGenerate({ prompt: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }] });
    ${code}
    console.log(loaded.some(url => url.endsWith(${JSON.stringify(`dist/${dataFiles[0]}`)})));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
  });
  return stdout.trim() === 'true';
}

describe('the data of the catalog', () => {
  it('is in one file of the package', () => {
    expect(dataFiles).toHaveLength(1);
  });

  it.each([
    ['when nobody asks', `await ask(open()('amazon.nova-lite-v1:0'));`, false],
    [
      'for a provider with entries and a cost that has made no call',
      `open({ cost: true, catalog: [] })('amazon.nova-lite-v1:0');`,
      false,
    ],
    ['when a call is to be priced', `await ask(open({ cost: true })('amazon.nova-lite-v1:0'));`, true],
    ['when the catalog is asked', `await open().catalog.get('amazon.nova-lite-v1:0');`, true],
    ['with the entry for costs', `await import('bedrock-ai-provider/cost');`, true],
  ])('%s: is it loaded?', async (_, code, isLoaded) => {
    expect(await loadsData(code)).toBe(isLoaded);
  });
});
