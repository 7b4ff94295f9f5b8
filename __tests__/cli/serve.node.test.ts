import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
  ThrottlingException,
} from '@aws-sdk/client-bedrock-runtime';
import { afterEach, describe, expect, it } from 'vitest';
import { Person, runCli } from './support/cli.ts';
import { type ServeOutput, ServeProcess } from './support/serve.ts';

const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const messages = [{ role: 'user' as const, content: [{ text: 'Hello!' }] }];

const started: ServeProcess[] = [];
const folders: string[] = [];

function start(
  args: readonly string[] = [],
  options: { cwd?: string; env?: Record<string, string | undefined> } = {},
) {
  const server = new ServeProcess(args, options);
  started.push(server);
  return server;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'bedrock-serve-'));
  folders.push(path);
  return path;
}

/** AWS's client, told by the printed lines where to go, as in the environment of a process. */
function awsClient({ environment }: ServeOutput): BedrockRuntimeClient {
  return new BedrockRuntimeClient({
    endpoint: environment['AWS_ENDPOINT_URL_BEDROCK_RUNTIME'] ?? '',
    region: environment['AWS_REGION'] ?? '',
    credentials: {
      accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
    },
    maxAttempts: 1,
  });
}

/** A program of somebody else's, which knows nothing but its environment. */
async function runProgram(code: string, env: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', text => (output += text));
  await new Promise(resolve => child.once('close', resolve));
  return output;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map(server => server.stop('SIGKILL')));
  await Promise.all(folders.splice(0).map(path => rm(path, { recursive: true })));
});

describe('bedrock-ai serve', () => {
  it('serves AWS’s SDK client, which knows no more than the printed environment', async () => {
    const { environment } = await start(['--json']).listening();
    const output = await runProgram(
      `import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
       const command = new ConverseCommand({ modelId: '${MODEL}', messages: [{ role: 'user', content: [{ text: 'Hi' }] }] });
       const { output } = await new BedrockRuntimeClient().send(command);
       console.log(output.message.content[0].text);`,
      environment,
    );
    expect(output).toContain('This is the local Bedrock');
  });

  it('serves our provider, which knows no more than the printed environment', async () => {
    const { environment } = await start(['--json']).listening();
    const output = await runProgram(
      `import { generateText } from 'ai';
       import { bedrock } from '${new URL('../../dist/index.js', import.meta.url)}';
       const { text } = await generateText({ model: bedrock('${MODEL}'), prompt: 'Hi' });
       console.log(text);`,
      environment,
    );
    expect(output).toContain('This is the local Bedrock');
  });

  it('prints lines for a shell, and nothing else, to stdout', async () => {
    const server = start(['--api-key', "it's"], { env: { AWS_PROFILE: 'work' } });
    await server.writes('stderr', /The local Bedrock is at http/);
    const lines = server.stdout.trimEnd().split('\n');
    expect(lines).toContain(String.raw`export AWS_BEARER_TOKEN_BEDROCK='it'\''s'`);
    expect(lines).toContain('unset AWS_PROFILE');
    expect(lines.filter(line => !/^(export \w+=|unset )/.test(line))).toEqual([]);
  });

  it('logs a line for each request', async () => {
    const server = start(['--json']);
    const listening = await server.listening();
    const reply = await awsClient(listening).send(new ConverseStreamCommand({ modelId: MODEL, messages }));
    let frames = 0;
    for await (const _ of reply.stream ?? []) frames++;
    const line = `\\d\\d:\\d\\d:\\d\\d  200  ConverseStream  ${MODEL}  [\\d.]+ m?s  ${frames} frames\n`;
    await server.writes('stderr', new RegExp(line));
    await fetch(`${listening.url}/model/${MODEL}/converse`, { method: 'POST', body: '{}' });
    await server.writes('stderr', / {2}403 {2}Converse {2}\S+ {2}MissingAuthenticationTokenException {2}/);
  });

  it('keeps to the quotas of the command line, each for its models', async () => {
    const listening = await start([
      '--json',
      '--quota',
      'anthropic.*:requestsPerMinute=1,burndown=5',
    ]).listening();
    const client = awsClient(listening);
    await client.send(new ConverseCommand({ modelId: MODEL, messages }));
    const refused = client.send(new ConverseCommand({ modelId: MODEL, messages }));
    await expect(refused).rejects.toBeInstanceOf(ThrottlingException);
    await client.send(new ConverseCommand({ modelId: 'amazon.nova-lite-v1:0', messages }));
  });

  it('has the faults of the command line', async () => {
    const faults = ['--fault', 'ThrottlingException:every=2,message=Slow down', '--fault', 'cut:at=1'];
    const client = awsClient(await start(['--json', '--seed', '3', ...faults]).listening());
    const reply = await client.send(new ConverseStreamCommand({ modelId: MODEL, messages }));
    const events: string[] = [];
    for await (const event of reply.stream ?? []) events.push(...Object.keys(event));
    expect(events).toEqual(['messageStart']);
    await expect(client.send(new ConverseCommand({ modelId: MODEL, messages }))).rejects.toThrow('Slow down');
  });

  it('takes other options from a file, after those of the command line', async () => {
    const path = join(await folder(), 'config.json');
    const guardrails = { gr1: { regexes: [{ name: 'hello', pattern: 'Hel+o', action: 'BLOCK' }] } };
    await writeFile(path, JSON.stringify({ guardrails, region: 'eu-west-1', models: [MODEL], seed: 4 }));
    const listening = await start(['--json', '--config', path, '--region', 'eu-central-1']).listening();
    expect(listening.environment['AWS_REGION']).toBe('eu-central-1');
    const client = awsClient(listening);
    const guardrailConfig = { guardrailIdentifier: 'gr1', guardrailVersion: '1' };
    const { stopReason } = await client.send(
      new ConverseCommand({ modelId: MODEL, messages, guardrailConfig }),
    );
    expect(stopReason).toBe('guardrail_intervened');
    const other = client.send(new ConverseCommand({ modelId: 'amazon.nova-lite-v1:0', messages }));
    await expect(other).rejects.toThrow('Could not resolve the foundation model');
  });

  it('lets everybody in where it is told to', async () => {
    const { url } = await start(['--json', '--no-authentication']).listening();
    const body = JSON.stringify({ messages });
    const { status } = await fetch(`${url}/model/${MODEL}/converse`, { method: 'POST', body });
    expect(status).toBe(200);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends with 0 after %s, also while a stream is open',
    async signal => {
      const server = start(['--json', '--fault', 'stall:at=2']);
      const reply = await awsClient(await server.listening()).send(
        new ConverseStreamCommand({ modelId: MODEL, messages }),
      );
      const events = reply.stream?.[Symbol.asyncIterator]();
      await events?.next();
      expect(await server.stop(signal)).toBe(0);
      expect(server.stderr).toContain('left by its caller');
    },
  );

  it('names a port that is taken', async () => {
    const { port } = await start(['--json']).listening();
    const { stderr, code } = await runCli(['serve', '--port', String(port)]);
    expect(stderr).toContain(
      `Port ${port} on 127.0.0.1 is in use. Choose another one, or 0 for any free port.`,
    );
    expect(code).toBe(1);
  });

  it('colors its lines for a person, who ends it by Ctrl-C', async () => {
    const person = new Person(['serve', '--port', '0']);
    const [, url] = await person.sees(/is at (http\S+);/);
    await fetch(`${url}/no-such-path`);
    await person.sees(/404 {2}GET \/no-such-path/);
    expect(person.raw).toContain('\u001b[33m404\u001b[39m');
    person.type('\x03');
    expect(await person.exit()).toBe(0);
  });

  it.each([
    {
      args: ['--quota', 'us.*:rpm=3'],
      says: '--quota "us.*:rpm=3": rpm: not known here; there is requestsPerSecond',
    },
    { args: ['--quota', 'requestsPerMinute=0'], says: 'requestsPerMinute: a number above 0, not 0' },
    { args: ['--quota', 'us.*'], says: 'should be name=value' },
    { args: ['--fault', 'Throttling'], says: '"Throttling" is no fault. There are exception, error, cut' },
    { args: ['--fault', 'cut:share=3'], says: '--fault "cut:share=3": share: a share from 0 to 1, not 3' },
    { args: ['--fault', 'slow:ms=3'], says: 'bytes: a whole number from 1 on' },
    { args: ['--fault', 'stallReply:share=0.5'], says: 'stallReply needs ms' },
    { args: ['--delay', '1,2,3'], says: '--delay "1,2,3": expected milliseconds' },
    { args: ['--port', '65536'], says: 'a port from 0 to 65535' },
    { args: ['--seed', '1.5'], says: 'must be a whole number' },
    { args: ['--region', 'Frankfurt'], says: "a region of AWS's" },
    { args: ['--config', 'no-such-file.json'], says: '--config no-such-file.json: ENOENT' },
    { args: ['--profile', 'work'], says: 'serve takes no profile' },
  ])('refuses $args', async ({ args, says }) => {
    const { stdout, stderr, code } = await runCli(['serve', ...args]);
    expect(stderr).toContain(says);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it.each([
    { config: '{', says: 'is no JSON' },
    { config: '[]', says: 'expected an object' },
    { config: '{ "respond": "hi" }', says: 'respond is not known; there is credentials, apiKeys' },
    { config: '{ "strict": "yes" }', says: 'strict must be true or false, not "yes"' },
    { config: '{ "apiKeys": "key" }', says: 'apiKeys must be a list of texts' },
    { config: '{ "faults": [{ "share": 2 }] }', says: 'faults[0].share' },
  ])('refuses a file of options that is $config', async ({ config, says }) => {
    const path = join(await folder(), 'config.json');
    await writeFile(path, config);
    const { stderr, code } = await runCli(['serve', '--config', path]);
    expect(stderr).toContain(says);
    expect(code).toBe(2);
  });
});

/** Files by their paths in a new folder. */
async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const path = await folder();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return path;
}

/** A provider whose model says its id and what it was asked. */
const PROVIDER = `
  const model = modelId => ({
    specificationVersion: 'v4',
    provider: 'acme',
    modelId,
    supportedUrls: {},
    async doGenerate({ prompt }) {
      const text = modelId + ' read ' + prompt.at(-1).content[0].text;
      return { content: [{ type: 'text', text }], finishReason: { unified: 'stop' }, usage: USAGE, warnings: [] };
    },
    async doStream(options) {
      const { content, finishReason, usage } = await this.doGenerate(options);
      const words = content[0].text.split(/(?= )/).map(delta => ({ type: 'text-delta', id: '0', delta }));
      return { stream: ReadableStream.from([...words, { type: 'finish', finishReason, usage }]) };
    },
  });
  const USAGE = { inputTokens: { total: 1 }, outputTokens: { total: 2 } };
`;
const IMPORT_ONLY = '{ "name": "any", "type": "module", "exports": { ".": { "import": "./index.js" } } }';

describe('bedrock-ai serve --model', () => {
  it.each([
    {
      what: 'of @ai-sdk, by its instance',
      name: '@ai-sdk/acme-cloud',
      word: 'acme-cloud:large',
      code: 'export const acmeCloud = Object.assign(model, { languageModel: model });',
    },
    {
      what: 'of another name, by what its factory makes',
      name: '@acme/ai',
      word: '@acme/ai:large',
      code: 'export const createAcme = () => ({ languageModel: model });',
    },
    {
      what: 'without a scope, by its default export',
      name: 'acme-provider',
      word: 'acme-provider:large',
      code: 'export default { languageModel: model };',
    },
  ])('answers from a package $what', async ({ name, word, code }) => {
    const cwd = await folderWith({
      [`node_modules/${name}/package.json`]: IMPORT_ONLY,
      [`node_modules/${name}/index.js`]: PROVIDER + code,
    });
    const client = awsClient(await start(['--json', '--model', word], { cwd }).listening());
    const { output } = await client.send(new ConverseCommand({ modelId: MODEL, messages }));
    expect(output?.message?.content).toEqual([{ text: 'large read Hello!' }]);
    const reply = await client.send(new ConverseStreamCommand({ modelId: MODEL, messages }));
    const deltas: string[] = [];
    for await (const event of reply.stream ?? []) deltas.push(event.contentBlockDelta?.delta?.text ?? '');
    expect(deltas.filter(Boolean)).toEqual(['large', ' read', ' Hello!']);
  });

  it('finds a real provider, whose missing key callers get to know', async () => {
    const cwd = fileURLToPath(new URL('../..', import.meta.url));
    const server = start(['--json', '--model', 'openai:gpt-5'], { cwd, env: { OPENAI_API_KEY: undefined } });
    const refused = awsClient(await server.listening()).send(
      new ConverseCommand({ modelId: MODEL, messages }),
    );
    await expect(refused).rejects.toThrow(/OPENAI_API_KEY/);
    await server.writes('stderr', / {2}403 {2}Converse {2}\S+ {2}AccessDeniedException {2}/);
  });

  it.each([
    { word: 'gpt-5', says: 'expected provider:id' },
    { word: 'no-such:x', says: '@ai-sdk/no-such or no-such is not installed in' },
    { word: '@no/such:x', says: '@no/such is not installed in' },
    {
      word: 'plain:x',
      says: 'plain has no provider that works without settings among its exports: createPlain, hello',
    },
    {
      word: 'old:x',
      says: 'a language model of the specification v4, v3 or v2 (ai 7, 6 or 5), not object of the specification v1',
    },
  ])('refuses $word', async ({ word, says }) => {
    const cwd = await folderWith({
      'node_modules/plain/package.json': IMPORT_ONLY,
      'node_modules/plain/index.js':
        'export const hello = 1; export function createPlain({ baseURL }) { return { languageModel() {} }; }',
      'node_modules/old/package.json': IMPORT_ONLY,
      'node_modules/old/index.js':
        "export const old = { languageModel: () => ({ specificationVersion: 'v1', doGenerate() {}, doStream() {} }) };",
    });
    const { stderr, code } = await runCli(['serve', '--model', word], { cwd });
    expect(stderr).toContain(says);
    expect(code).toBe(2);
  });
});

describe('bedrock-ai serve --record and --replay', () => {
  const claude = {
    modelId: MODEL,
    contentType: 'application/json',
    body: JSON.stringify({
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 50,
      messages: [{ role: 'user', content: 'Hi' }],
    }),
  };

  /** What a program asks, in several ways, and gets. */
  async function ask(listening: ServeOutput) {
    const client = awsClient(listening);
    const whole = await client.send(new ConverseCommand({ modelId: MODEL, messages }));
    const { stream } = await client.send(new ConverseStreamCommand({ modelId: MODEL, messages }));
    const events: unknown[] = [];
    for await (const event of stream ?? []) events.push(event);
    const invoked = await client.send(new InvokeModelCommand(claude));
    const { body } = await client.send(new InvokeModelWithResponseStreamCommand(claude));
    const chunks: string[] = [];
    for await (const { chunk } of body ?? []) chunks.push(Buffer.from(chunk?.bytes ?? []).toString());
    const { status: _, ...chat } = await chatCompletion(listening);
    const { $metadata: __, ...reply } = whole;
    return { reply, events, invoked: Buffer.from(invoked.body).toString(), chunks, chat };
  }

  async function chatCompletion({ url, environment }: ServeOutput) {
    const response = await fetch(`${url}/openai/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${environment['AWS_BEARER_TOKEN_BEDROCK']}` },
      body: JSON.stringify({
        model: 'openai.gpt-oss-120b-1:0',
        stream: true,
        messages: [{ role: 'user', content: 'Hi' }],
      }),
    });
    return { status: response.status, text: await response.text() };
  }

  /** Keys of both kinds, so that all clients can call. */
  async function configFile(): Promise<string> {
    const path = join(await folder(), 'config.json');
    const credentials = { accessKeyId: 'AKIDRECORDED', secretAccessKey: 'recorded-secret-key' };
    await writeFile(path, JSON.stringify({ credentials, apiKeys: ['recorded-api-key'] }));
    return path;
  }

  async function listening(server: ServeProcess): Promise<ServeOutput> {
    const output = await server.listening();
    return {
      ...output,
      environment: { ...output.environment, AWS_BEARER_TOKEN_BEDROCK: 'recorded-api-key' },
    };
  }

  it('plays again what was recorded, byte for byte', async () => {
    const [answers, config] = [join(await folder(), 'new', 'answers'), await configFile()];
    const recording = start(['--json', '--config', config, '--record', answers]);
    const first = await ask(await listening(recording));
    expect(await recording.stop()).toBe(0);
    const replaying = start(['--json', '--config', config, '--replay', answers, '--delay', '1']);
    expect(await ask(await listening(replaying))).toEqual(first);
    expect(first.events.length).toBeGreaterThan(5);
  });

  it('writes one file for a request, to be read, without keys', async () => {
    const [answers, config] = [await folder(), await configFile()];
    const recording = start(['--json', '--config', config, '--record', answers]);
    const server = await listening(recording);
    await ask(server);
    await ask(server);
    await recording.stop();
    const names = (await readdir(answers)).sort();
    expect(names.map(name => name.replace(/-[0-9a-f]{16}\.json$/, ''))).toEqual([
      'ChatCompletions',
      'Converse',
      'ConverseStream',
      'InvokeModel',
      'InvokeModelWithResponseStream',
    ]);
    const files = await Promise.all(names.map(name => readFile(join(answers, name), 'utf8')));
    expect(files.join()).not.toMatch(/recorded-(secret|api)-key|AKIDRECORDED|Signature|Bearer/i);
    expect(JSON.parse(files[1] ?? '')).toMatchObject({
      operation: 'Converse',
      modelId: MODEL,
      request: { messages },
      reply: {
        status: 200,
        headers: { 'content-type': 'application/json' },
        json: { stopReason: 'end_turn' },
      },
    });
    expect(JSON.parse(files[2] ?? '').reply.events[0]).toMatchObject({
      headers: { ':event-type': 'messageStart' },
      payload: { role: 'assistant' },
    });
  });

  it('refuses what was not recorded, naming the folder', async () => {
    const answers = await folder();
    const client = awsClient(await start(['--json', '--replay', answers]).listening());
    const refused = client.send(new ConverseCommand({ modelId: MODEL, messages }));
    await expect(refused).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: expect.stringContaining(
        `No answer to this request (Converse of ${MODEL}) is recorded in ${answers}.`,
      ),
    });
  });

  it('records what succeeded only, also from a model', async () => {
    const answers = await folder();
    const far = await start(['--json', '--fault', 'ValidationException:every=2']).listening();
    const cwd = fileURLToPath(new URL('../..', import.meta.url));
    const word = `bedrock-ai-provider:${MODEL}`;
    const recording = start(['--json', '--model', word, '--record', answers], {
      cwd,
      env: { ...far.environment },
    });
    const client = awsClient(await recording.listening());
    const { output } = await client.send(new ConverseCommand({ modelId: MODEL, messages }));
    const refused = client.send(
      new ConverseCommand({ modelId: MODEL, messages, system: [{ text: 'Again' }] }),
    );
    await expect(refused).rejects.toMatchObject({ name: 'ValidationException' });
    await recording.stop();
    const [name = '', ...others] = await readdir(answers);
    expect(others).toEqual([]);
    expect(JSON.parse(await readFile(join(answers, name), 'utf8')).reply.json.output).toEqual(output);
  });

  it.each([
    { args: ['--replay', 'no-such-folder'], says: '--replay no-such-folder: there is no such folder' },
    { args: ['--replay', '.', '--record', '.'], says: 'cannot be used with' },
    { args: ['--record', '/dev/null/x'], says: '--record /dev/null/x: ' },
  ])('refuses $args', async ({ args, says }) => {
    const { stderr, code } = await runCli(['serve', ...args]);
    expect(stderr).toContain(says);
    expect(code).toBe(2);
  });
});
