import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalBedrock, type ListeningBedrock, type LocalBedrock } from 'bedrock-ai-provider/local';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bytesOf, pngFile } from '../support/pictures.ts';
import { program, type RunOptions, runCli } from './support/cli.ts';

const NOVA = 'us.amazon.nova-lite-v1:0';

let folder: string;
let local: LocalBedrock;
let server: ListeningBedrock;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bedrock-pipe-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(async () => {
  local = createLocalBedrock();
  server = await local.listen();
});
afterEach(() => server.close());

const env = () => ({ ...server.environment, XDG_STATE_HOME: folder });
const chat = (args: readonly string[], options: RunOptions = {}) =>
  runCli(['chat', ...args], { env: env(), ...options });

interface Body {
  readonly system?: unknown;
  readonly messages: readonly { readonly content: readonly Record<string, unknown>[] }[];
}
const asked = () => local.requests.at(-1)?.body as unknown as Body;

describe('bedrock-ai chat in a pipe', () => {
  it('reads stdin and writes the answer, and nothing else', async () => {
    local.enqueue('Hello,\nworld');
    expect(await chat([NOVA], { input: 'Say hello\n' })).toEqual({
      stdout: 'Hello,\nworld\n',
      stderr: '',
      code: 0,
    });
    expect(asked().messages[0]?.content).toEqual([{ text: 'Say hello' }]);
  });

  it('puts --prompt above what comes in, with a system prompt and pictures', async () => {
    const picture = join(folder, 'one.png');
    const { data } = (await pngFile()) as { data: string | Uint8Array };
    writeFileSync(picture, typeof data === 'string' ? bytesOf(data) : data);
    const args = ['--prompt', 'Sum it up:', '--system', 'Be brief.', '--image', picture];
    const { code } = await chat([NOVA, ...args], { input: 'A text.\n' });
    expect(code).toBe(0);
    expect(asked().messages[0]?.content).toMatchObject([
      { image: { format: 'png' } },
      { text: 'Sum it up:\n\nA text.' },
    ]);
    expect(asked().system).toEqual([{ text: 'Be brief.' }]);
  });

  it('tells all of it as JSON', async () => {
    const input = 'Calculate 12 * (3 + 4)';
    const { stdout, stderr } = await chat([NOVA, '--tools', '--json'], { input });
    expect(JSON.parse(stdout)).toEqual({
      model: NOVA,
      local: false,
      text: expect.stringContaining('The tool calculator answered: result 84.'),
      reasoning: '',
      toolCalls: [{ name: 'calculator', input: { expression: '12 * (3 + 4)' }, output: { result: 84 } }],
      finishReason: 'stop',
      usage: {
        inputTokens: expect.any(Number),
        outputTokens: expect.any(Number),
        reasoningTokens: null,
        cacheReadTokens: expect.any(Number),
        cacheWriteTokens: expect.any(Number),
      },
      cost: { usd: expect.any(Number), amount: expect.stringMatching(/^0\.0/), calls: 2, unknown: 0 },
      warnings: [],
    });
    expect(stderr).toBe('');
  });

  it('asks for reasoning as the model takes it', async () => {
    const { stdout } = await chat(
      ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', '--reasoning', 'low', '--json'],
      {
        input: 'Hello',
      },
    );
    expect(JSON.parse(stdout).reasoning).toContain('The user asks “Hello”');
    const plain = await chat([NOVA, '--reasoning', 'low'], { input: 'Hello' });
    expect(plain.stderr).toMatch(/^! reasoning/);
    expect(plain.code).toBe(0);
  });

  it('calculates as people write it, and tells the model what is wrong', async () => {
    const expressions = {
      '2 + 3 * 4': 14,
      '(2 + 3) × 4': 20,
      '-2 ^ 2': -4,
      '2 ^ 3 ^ 2': 512,
      '2 ** -1': 0.5,
      '0.1 + 0.2': 0.3,
      '1.5e3 % 7 ÷ 2': 1,
      '10 − 4 - 3': 3,
    };
    const wrong = ['1 / 0', '2 +', '(1', '1 2', 'process.exit(1)', '9 ^ 999', '1'.repeat(600), ''];
    const all = [...Object.keys(expressions), ...wrong];
    local.enqueue({
      content: all.map((expression, index) => ({
        toolUse: { toolUseId: `call-${index}`, name: 'calculator', input: { expression } },
      })),
    });
    local.enqueue('Done.');
    const { stdout } = await chat([NOVA, '--tools', '--json'], { input: 'Go on' });
    const outputs = JSON.parse(stdout).toolCalls.map(({ output }: { output: unknown }) => output);
    expect(outputs.slice(0, -wrong.length)).toEqual(Object.values(expressions).map(result => ({ result })));
    for (const output of outputs.slice(-wrong.length)) expect(output).toEqual(expect.any(String));
    const results = asked()
      .messages.at(-1)
      ?.content.map(({ toolResult }) => toolResult as { status: string });
    expect(results?.filter(({ status }) => status === 'error')).toHaveLength(wrong.length);
  });

  it('stops a model that calls tools for ever', async () => {
    const call = {
      toolUse: { toolUseId: 'call', name: 'current_time', input: { time_zone: 'Europe/Oslo' } },
    };
    for (const _ of Array.from({ length: 20 })) local.enqueue({ content: [call] });
    const { stderr, code } = await chat([NOVA, '--tools'], { input: 'What time is it?' });
    expect(stderr).toContain('the model calls tools again and again');
    expect(stderr).toContain('Europe/Oslo');
    expect(code).toBe(0);
    expect(local.requests).toHaveLength(10);
  });

  it('ends with 1 and a block when the call fails, also in the middle', async () => {
    local.enqueue({ error: { name: 'AccessDeniedException', message: 'No.' } });
    const refused = await chat([NOVA], { input: 'Hello' });
    expect(refused).toMatchObject({ stdout: '', code: 1 });
    expect(refused.stderr).toMatch(/^✖ AccessDeniedException \(403\): No\.\n {2}→ Allow/);
    local.enqueue({ content: [{ text: 'Half of it' }], fault: { kind: 'cut', at: 4 } });
    const cut = await chat([NOVA], { input: 'Hello' });
    expect(cut.stdout).toMatch(/^Half.*\n$/);
    expect(cut.stderr).toMatch(/^✖ /);
    expect(cut.code).toBe(1);
  });

  it('says that an answer was cut off', async () => {
    local.enqueue({ content: [{ text: 'Half of' }], stopReason: 'max_tokens' });
    const { stdout, stderr } = await chat([NOVA], { input: 'Hello' });
    expect(stdout).toBe('Half of\n');
    expect(stderr).toContain('cut off: as many tokens as the model may write');
  });

  it.each([
    { name: 'nova-micro', preset: {}, id: 'us.amazon.nova-micro-v1:0' },
    {
      name: 'ours',
      preset: { BEDROCK_ALIASES: 'ours=amazon.nova-micro-v1:0' },
      id: 'amazon.nova-micro-v1:0',
    },
    { name: undefined, preset: { BEDROCK_DEFAULT_MODEL: 'nova-micro' }, id: 'us.amazon.nova-micro-v1:0' },
  ])('knows the names of models: $name with $preset', async ({ name, preset, id }) => {
    const words = ['--json', ...(name === undefined ? [] : [name])];
    const { stdout } = await chat(words, { input: 'Hello', env: { ...env(), ...preset } });
    expect(JSON.parse(stdout).model).toBe(id);
  });

  it('takes the model of the environment, and near ids for an advice', async () => {
    const preset = { ...env(), BEDROCK_DEFAULT_MODEL: 'us.amazon.nova-micro-v1:0' };
    const { stdout } = await chat(['--json'], { input: 'Hello', env: preset });
    expect(JSON.parse(stdout).model).toBe('us.amazon.nova-micro-v1:0');
    const unknown = await chat(['us.amazon.nova-lite-v9:0'], { input: 'Hello' });
    expect(unknown.stderr).toMatch(/^! The catalog \(of [\d-]+\) does not know .* Near it: .*nova.*lite/);
  });

  it.each([
    { words: ['sonet'], says: /There is no model "sonet"\. Near it: .*claude-sonnet/ },
    { words: ['amazon.nova-canvas-v1:0'], says: /is a model of the kind image/ },
    { words: [NOVA, '--reasoning', 'much'], says: /Allowed choices are none, minimal, low/ },
    { words: [NOVA, '--image', 'nothing.png'], says: /There is no file nothing\.png/ },
    { words: [NOVA], says: /There is nothing to ask/, input: ' \n' },
  ])('ends with 2 for $words', async ({ words, says, input = 'Hello' }) => {
    const { stdout, stderr, code } = await chat(words, { input });
    expect(stderr).toMatch(says);
    expect(stdout).toBe('');
    expect(code).toBe(2);
    expect(local.requests).toEqual([]);
  });

  it('records nothing with --local, and says who answers', async () => {
    const state = join(folder, 'local');
    const { stdout } = await runCli(['chat', '--local', '--json', '--prompt', 'Hello'], {
      env: { XDG_STATE_HOME: state },
    });
    expect(JSON.parse(stdout)).toMatchObject({
      local: true,
      text: expect.stringContaining('not a language model'),
    });
    const { stderr } = await runCli(['cost'], { env: { XDG_STATE_HOME: state } });
    expect(stderr).toContain('have not spent anything');
  });

  it.each([
    { when: 'Ctrl-C stops it', leave: (child: ReturnType<typeof spawn>) => child.kill('SIGINT'), code: 130 },
    {
      when: 'its reader has left',
      leave: (child: ReturnType<typeof spawn>) => child.stdout?.destroy(),
      code: 0,
    },
  ])('records what was spent when $when', async ({ when, leave, code }) => {
    const state = join(folder, when);
    local.enqueue({ content: [{ text: 'One. '.repeat(400) }], delayMs: { betweenEvents: 30 } });
    const child = spawn(process.execPath, [program, 'chat', NOVA, '--prompt', 'Count'], {
      env: { ...process.env, ...env(), XDG_STATE_HOME: state },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise(resolve => child.once('close', resolve));
    await new Promise(resolve => child.stdout.once('data', resolve));
    leave(child);
    expect(await ended).toBe(code);
    const { stdout } = await runCli(['cost', '--json'], { env: { XDG_STATE_HOME: state } });
    expect(JSON.parse(stdout).total.calls).toBe(1);
    expect(JSON.parse(stdout).total.usd).toBeGreaterThan(0);
  });
});
