/** AWS's place is taken by a local Bedrock that knows the user's keys alone. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AccessDeniedException,
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
  ServiceUnavailableException,
  ThrottlingException,
} from '@aws-sdk/client-bedrock-runtime';
import { createLocalBedrock, type ListeningBedrock } from 'bedrock-ai-provider/local';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './support/cli.ts';
import { type ServeOutput, ServeProcess } from './support/serve.ts';

const MODEL = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const hello = { modelId: MODEL, messages: [{ role: 'user' as const, content: [{ text: 'Good morning' }] }] };
const messages = {
  modelId: MODEL,
  body: JSON.stringify({
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 64,
    messages: [{ role: 'user', content: 'Good morning' }],
  }),
};

const far = createLocalBedrock({
  credentials: { accessKeyId: 'AKIDOFTHEUSER', secretAccessKey: 'secret-of-the-user' },
});
let aws: ListeningBedrock;
let folder: string;
const started: ServeProcess[] = [];
const clients: BedrockRuntimeClient[] = [];

beforeAll(async () => {
  aws = await far.listen();
  folder = await mkdtemp(join(tmpdir(), 'bedrock-serve-aws-'));
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await Promise.all(started.splice(0).map(server => server.stop()));
  far.reset();
});
afterAll(async () => {
  await aws.close();
  await rm(folder, { recursive: true });
});

const usersEnvironment = () => ({
  ...aws.environment,
  AWS_PROFILE: undefined,
  AWS_BEARER_TOKEN_BEDROCK: undefined,
});

async function start(
  args: readonly string[],
  env: Record<string, string | undefined> = {},
): Promise<{ server: ServeProcess; client: BedrockRuntimeClient; output: ServeOutput }> {
  const server = new ServeProcess(['--json', ...args], { env });
  started.push(server);
  const output = await server.listening();
  const { environment, url: endpoint } = output;
  const client = new BedrockRuntimeClient({
    endpoint,
    region: environment['AWS_REGION'] ?? '',
    credentials: {
      accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
      ...(environment['AWS_SESSION_TOKEN'] && { sessionToken: environment['AWS_SESSION_TOKEN'] }),
    },
    maxAttempts: 1,
  });
  clients.push(client);
  return { server, client, output };
}

async function textOf(client: BedrockRuntimeClient, request = hello): Promise<string> {
  const { output } = await client.send(new ConverseCommand(request));
  return output?.message?.content?.map(({ text }) => text ?? '').join('') ?? '';
}

/** What a program is told by each of the operations that go to AWS. */
async function askAll(client: BedrockRuntimeClient): Promise<string[]> {
  const whole = await textOf(client);
  let streamed = '';
  for await (const { contentBlockDelta } of (await client.send(new ConverseStreamCommand(hello))).stream ??
    []) {
    streamed += contentBlockDelta?.delta?.text ?? '';
  }
  const invoked = await client.send(new InvokeModelCommand({ ...messages, serviceTier: 'flex' }));
  const { body } = await client.send(new InvokeModelWithResponseStreamCommand(messages));
  let chunks = '';
  for await (const { chunk } of body ?? []) {
    chunks += JSON.parse(new TextDecoder().decode(chunk?.bytes)).delta?.text ?? '';
  }
  return [whole, streamed, JSON.parse(new TextDecoder().decode(invoked.body)).content[0].text, chunks];
}

const answers = ['Whole', 'As a stream', 'Whole body', 'Body as a stream'];

describe('bedrock-ai serve --aws', () => {
  it('hands calls on as they came, signed by the user, and answers what AWS does', async () => {
    const { client } = await start(['--aws'], usersEnvironment());
    far.enqueue(...answers);
    expect(await askAll(client)).toEqual(answers);
    const [first, , third] = far.requests;
    expect([first?.authentication, first?.body]).toEqual(['sigv4', { messages: hello.messages }]);
    expect(third?.headers['x-amzn-bedrock-service-tier']).toBe('flex');
  });

  it('refuses what AWS refuses, in its words', async () => {
    const { client } = await start(['--aws'], usersEnvironment());
    far.enqueue({ error: { name: 'AccessDeniedException', message: 'You have no access to the model.' } });
    const error = await textOf(client).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AccessDeniedException);
    expect((error as Error).message).toBe('You have no access to the model.');
  });

  it('breaks off where the stream of AWS does', async () => {
    const { client } = await start(['--aws'], usersEnvironment());
    far.enqueue({ fault: { kind: 'exception', at: 3, name: 'throttlingException' } });
    const { stream } = await client.send(new ConverseStreamCommand(hello));
    const read = async () => {
      for await (const _ of stream ?? []);
    };
    await expect(read()).rejects.toBeInstanceOf(ThrottlingException);
  });

  it('records what can be replayed without AWS, and no keys', async () => {
    const tape = join(folder, 'tape');
    const recorder = await start(['--aws', '--record', tape], usersEnvironment());
    far.enqueue(...answers);
    await askAll(recorder.client);
    await recorder.server.stop();
    const asked = far.requests.length;

    const player = await start(['--replay', tape]);
    expect(await askAll(player.client)).toEqual(answers);
    expect(far.requests).toHaveLength(asked);
    const files = await readdir(tape);
    expect(files).toHaveLength(4);
    const texts = await Promise.all(files.map(file => readFile(join(tape, file), 'utf8')));
    expect(texts.join()).not.toMatch(/AKIDOFTHEUSER|secret|LOCALBEDROCK|ignature|uthorization/);
  });

  it('leaves everything else to the server', async () => {
    const { client } = await start(['--aws', '--unavailable', 'models=amazon.*'], usersEnvironment());
    const nova = { ...hello, modelId: 'amazon.nova-lite-v1:0' };
    await expect(textOf(client, nova)).rejects.toBeInstanceOf(ServiceUnavailableException);
    expect(far.requests).toEqual([]);
  });

  it('lets callers know which credentials are missing', async () => {
    const keys = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, HOME: folder };
    const { client } = await start(['--aws'], { ...usersEnvironment(), ...keys });
    await expect(textOf(client)).rejects.toThrow(/credentials/i);
  });

  it('does not ask itself', async () => {
    const probe = createServer();
    const port = await new Promise<number>(resolve => {
      probe.listen(0, '127.0.0.1', () => resolve((probe.address() as { port: number }).port));
    });
    await new Promise(resolve => probe.close(resolve));
    const env = { ...usersEnvironment(), AWS_ENDPOINT_URL_BEDROCK_RUNTIME: `http://127.0.0.1:${port}` };
    const { stderr, code } = await runCli(['serve', '--aws', '--port', String(port)], { env });
    expect(stderr).toContain('is this server itself');
    expect(code).toBe(2);
  });
});

describe('who and when at bedrock-ai serve', () => {
  it('is those whose keys it is given', async () => {
    const { client, output } = await start(['--credentials', 'AKID:one:token', '--credentials', 'OTHER:two']);
    expect(output.environment).toMatchObject({ AWS_ACCESS_KEY_ID: 'AKID', AWS_SESSION_TOKEN: 'token' });
    expect(await textOf(client)).toContain('Good morning');
    const stranger = new BedrockRuntimeClient({
      endpoint: output.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'LOCALBEDROCK', secretAccessKey: 'local-bedrock-secret-access-key' },
      maxAttempts: 1,
    });
    clients.push(stranger);
    await expect(textOf(stranger)).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  });

  it('has the Region in the variables of all of AWS’s SDKs', async () => {
    const { output } = await start(['--region', 'eu-west-1']);
    expect(output.environment).toMatchObject({ AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' });
  });

  it('is left to the built-in responder for what was not recorded, where that is wanted', async () => {
    const { client } = await start(['--replay', folder, '--unrecorded', 'built-in']);
    expect(await textOf(client)).toContain('not a language model');
  });

  it('logs no status for callers who left before it', async () => {
    const { server, client, output } = await start([
      '--no-authentication',
      ...['--fault', 'stallReply:ms=600000'],
    ]);
    const leaving = new AbortController();
    const call = client.send(new ConverseCommand(hello), { abortSignal: leaving.signal });
    const arrived = async () => ((await (await fetch(`${output.url}/_local/requests`)).json()) as []).length;
    const left = expect(call).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(arrived).toBe(1);
    leaving.abort();
    await left;
    const [line] = await server.writes('stderr', /^.* Converse .*$/m);
    expect(line).toMatch(/ {2}––– {2}Converse {2}.* {2}left by its caller$/);
  });

  it.each([
    {
      args: ['--unavailable', 'share=2'],
      says: '--unavailable "share=2": share: a share from 0 to 1, not 2',
    },
    { args: ['--unavailable', 'now'], says: 'should be name=value' },
    { args: ['--credentials', 'mysecretwithoutid'], says: 'expected accessKeyId:secretAccessKey' },
    { args: ['--unrecorded', 'maybe'], says: 'Allowed choices are error, built-in.' },
    { args: ['--aws', '--model', 'openai:gpt-5'], says: 'cannot be used with' },
    { args: ['--aws', '--replay', '.'], says: 'cannot be used with' },
  ])('refuses $args', async ({ args, says }) => {
    const { stdout, stderr, code } = await runCli(['serve', '--port', '0', ...args]);
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('mysecret');
    expect([stdout, code]).toEqual(['', 2]);
  });
});
