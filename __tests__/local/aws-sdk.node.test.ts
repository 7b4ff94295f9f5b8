import {
  AccessDeniedException,
  BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  BedrockRuntimeServiceException,
  ConverseCommand,
  ConverseStreamCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
  ModelStreamErrorException,
  ResourceNotFoundException,
  ServiceUnavailableException,
  ThrottlingException,
  ValidationException,
} from '@aws-sdk/client-bedrock-runtime';
import { createLocalBedrock, type ListeningBedrock, LOCAL_CREDENTIALS } from 'bedrock-ai-provider/local';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MODEL, weatherTool } from './support.ts';

const local = createLocalBedrock();
let listening: ListeningBedrock;
const clients: BedrockRuntimeClient[] = [];

beforeAll(async () => {
  listening = await local.listen();
});
afterEach(() => {
  local.setQuotas(undefined);
  local.setFaults([]);
  local.setUnavailable(undefined);
  local.reset();
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await listening.close();
});

/** AWS's client with its own signer, and its own choice of HTTP/2. */
function newClient(config: BedrockRuntimeClientConfig = {}): BedrockRuntimeClient {
  const client = new BedrockRuntimeClient({
    endpoint: listening.url,
    region: 'us-east-1',
    credentials: LOCAL_CREDENTIALS,
    maxAttempts: 1,
    ...config,
  });
  clients.push(client);
  return client;
}

const failure = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

async function listOf<T>(items: AsyncIterable<T> | undefined): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items ?? []) list.push(item);
  return list;
}

const request = {
  modelId: MODEL,
  system: [{ text: 'Be brief.' }],
  messages: [{ role: 'user' as const, content: [{ text: 'What is the weather in Oslo?' }] }],
  toolConfig: { tools: [weatherTool] },
};
const messagesBody = JSON.stringify({
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 200,
  messages: [{ role: 'user', content: 'Good morning' }],
});
const decode = (bytes: Uint8Array | undefined) => JSON.parse(new TextDecoder().decode(bytes));

describe("AWS's SDK client at the local Bedrock", () => {
  it('converses', async () => {
    const reply = await newClient().send(new ConverseCommand(request));
    expect(reply.output?.message).toEqual({
      role: 'assistant',
      content: [
        {
          toolUse: {
            toolUseId: expect.stringMatching(/^tooluse_\w{22}$/),
            name: 'get_weather',
            input: { city: 'Oslo', unit: 'celsius' },
          },
        },
      ],
    });
    expect(reply.stopReason).toBe('tool_use');
    expect(reply.usage?.totalTokens).toBe((reply.usage?.inputTokens ?? 0) + (reply.usage?.outputTokens ?? 0));
    expect(reply.metrics?.latencyMs).toBeGreaterThanOrEqual(0);
    expect(reply.$metadata.requestId).toBe(local.requests.at(-1)?.requestId);
  });

  it('reads a stream to the same content as the whole reply', async () => {
    const { toolConfig: _, ...chat } = request;
    const client = newClient();
    const whole = await client.send(new ConverseCommand(chat));
    const { stream } = await client.send(new ConverseStreamCommand(chat));
    const events = await listOf(stream);
    const text = events.map(event => event.contentBlockDelta?.delta?.text ?? '').join('');
    expect(text).toBe(whole.output?.message?.content?.[0]?.text);
    expect(events.map(event => Object.keys(event)[0]).filter(type => type !== 'contentBlockDelta')).toEqual([
      'messageStart',
      'contentBlockStop',
      'messageStop',
      'metadata',
    ]);
    expect(events.at(-1)?.metadata?.usage).toEqual(whole.usage);
  });

  it('reads a tool call from a stream', async () => {
    const { stream } = await newClient().send(new ConverseStreamCommand(request));
    const events = await listOf(stream);
    const input = events.map(event => event.contentBlockDelta?.delta?.toolUse?.input ?? '').join('');
    expect(JSON.parse(input)).toEqual({ city: 'Oslo', unit: 'celsius' });
    expect(events.find(event => event.contentBlockStart)?.contentBlockStart?.start?.toolUse?.name).toBe(
      'get_weather',
    );
  });

  it('invokes a model with a Messages body', async () => {
    const reply = await newClient().send(
      new InvokeModelCommand({ modelId: MODEL, body: messagesBody, contentType: 'application/json' }),
    );
    expect(decode(reply.body)).toMatchObject({
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: expect.stringContaining('Good morning') }],
      stop_reason: 'end_turn',
    });
    expect(reply.contentType).toBe('application/json');
  });

  it('invokes a model with a response stream', async () => {
    const reply = await newClient().send(
      new InvokeModelWithResponseStreamCommand({
        modelId: MODEL,
        body: messagesBody,
        contentType: 'application/json',
      }),
    );
    const chunks = (await listOf(reply.body)).map(({ chunk }) => decode(chunk?.bytes));
    expect(chunks[0]).toMatchObject({ type: 'message_start' });
    expect(chunks.at(-1)).toMatchObject({
      type: 'message_stop',
      'amazon-bedrock-invocationMetrics': { inputTokenCount: 3 },
    });
    expect(reply.contentType).toBe('application/json');
  });

  it('sends images and documents as bytes, and reads redacted reasoning as bytes', async () => {
    local.enqueue({ content: [{ reasoningContent: { redactedContent: 'AQID' } }, { text: 'Seen.' }] });
    const bytes = new Uint8Array([137, 80, 78, 71]);
    const reply = await newClient().send(
      new ConverseCommand({
        modelId: MODEL,
        messages: [
          {
            role: 'user',
            content: [
              { text: 'Look.' },
              { image: { format: 'png', source: { bytes } } },
              { document: { name: 'a', format: 'txt', source: { bytes } } },
            ],
          },
        ],
      }),
    );
    expect(reply.output?.message?.content?.[0]?.reasoningContent?.redactedContent).toEqual(
      new Uint8Array([1, 2, 3]),
    );
  });

  it.each([
    ['an ARN', 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6'],
    [
      'a foundation model ARN',
      'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0',
    ],
    ['a version behind a colon', 'anthropic.claude-3-5-haiku-20241022-v1:0'],
  ])('names a model by %s', async (_, modelId) => {
    await newClient().send(new ConverseCommand({ ...request, modelId }));
    expect(local.requests.at(-1)).toMatchObject({ modelId, status: 200, authentication: 'sigv4' });
  });

  it('speaks HTTP/1.1 with an API key as well', async () => {
    const response = await fetch(`${listening.url}/model/${encodeURIComponent(MODEL)}/converse`, {
      method: 'POST',
      headers: { authorization: 'Bearer local-bedrock-api-key', 'content-type': 'application/json' },
      body: JSON.stringify({ messages: request.messages }),
    });
    expect(response.status).toBe(200);
    expect(local.requests.at(-1)?.authentication).toBe('bearer');
  });

  it('comes in with an API key', async () => {
    const client = newClient({
      token: { token: 'local-bedrock-api-key' },
      authSchemePreference: ['httpBearerAuth'],
    });
    await client.send(new ConverseCommand(request));
    expect(local.requests.at(-1)?.authentication).toBe('bearer');
  });
});

describe("errors that AWS's SDK client throws", () => {
  it.each([
    ['ThrottlingException', ThrottlingException, 429],
    ['ServiceUnavailableException', ServiceUnavailableException, 503],
    ['AccessDeniedException', AccessDeniedException, 403],
  ] as const)('knows a scripted %s by its class', async (name, errorClass, status) => {
    local.enqueue({ error: { name, message: 'Scripted.' } });
    const error = await failure(newClient().send(new ConverseCommand(request)));
    expect(error).toBeInstanceOf(errorClass);
    expect(error).toMatchObject({ message: 'Scripted.', $metadata: { httpStatusCode: status } });
  });

  it('knows the refusal of a quota of requests, and gets in with its own retries', async () => {
    local.setQuotas({ requestsPerSecond: 1 });
    await newClient().send(new ConverseCommand(request));
    const error = await failure(newClient().send(new ConverseCommand(request)));
    expect(error).toBeInstanceOf(ThrottlingException);
    expect(error).toMatchObject({
      message: 'Too many requests, please wait before trying again.',
      $metadata: { httpStatusCode: 429 },
    });
    const reply = await newClient({ maxAttempts: 10 }).send(new ConverseCommand(request));
    expect(reply.$metadata.attempts).toBeGreaterThan(1);
  });

  it('knows the refusal of a quota of tokens for a stream', async () => {
    local.setQuotas({ tokensPerMinute: 1000 });
    const error = await failure(newClient().send(new ConverseStreamCommand(request)));
    expect(error).toBeInstanceOf(ThrottlingException);
    expect(error).toHaveProperty('message', 'Too many tokens, please wait before trying again.');
  });

  it('knows the lack of capacity', async () => {
    local.setUnavailable({ models: MODEL });
    const error = await failure(newClient().send(new ConverseCommand(request)));
    expect(error).toBeInstanceOf(ServiceUnavailableException);
    expect(error).toHaveProperty('message', 'Bedrock is unable to process your request.');
  });

  it('is charged what its usage says', async () => {
    local.setQuotas({ burndown: 5 });
    const client = newClient();
    const whole = await client.send(new ConverseCommand(request));
    const { stream } = await client.send(new ConverseStreamCommand(request));
    await listOf(stream);
    const { inputTokens = 0, outputTokens = 0 } = whole.usage ?? {};
    expect(local.counters(MODEL)).toMatchObject({
      active: 0,
      reservedTokens: 0,
      settledCalls: 2,
      settledTokens: 2 * (inputTokens + 5 * outputTokens),
    });
  });

  it('reads a stream that comes a few bytes at a time', async () => {
    const { toolConfig: _, ...chat } = request;
    const client = newClient();
    const fast = await listOf((await client.send(new ConverseStreamCommand(chat))).stream);
    local.setFaults([{ fault: { kind: 'slow', at: 0, bytes: 37, ms: 0 } }]);
    const slow = await listOf((await client.send(new ConverseStreamCommand(chat))).stream);
    expect(slow.slice(0, -1)).toEqual(fast.slice(0, -1));
  });

  it('knows the model that does not exist', async () => {
    const call = newClient().send(
      new ConverseCommand({ ...request, modelId: 'anthropic.claude-no-such-model' }),
    );
    expect(await failure(call)).toBeInstanceOf(ResourceNotFoundException);
  });

  it('knows the refused body', async () => {
    const messages = [{ role: 'assistant' as const, content: [{ text: 'Hello' }] }];
    const error = await failure(newClient().send(new ConverseCommand({ modelId: MODEL, messages })));
    expect(error).toBeInstanceOf(ValidationException);
    expect(error).toHaveProperty('message', expect.stringContaining('must start with a user message'));
  });

  it.each([
    ['an unknown key', { accessKeyId: 'SOMEBODYELSE', secretAccessKey: 'x' }, 'UnrecognizedClientException'],
    ['a wrong secret', { accessKeyId: 'LOCALBEDROCK', secretAccessKey: 'x' }, 'InvalidSignatureException'],
    [
      'an unexpected session token',
      { accessKeyId: 'LOCALBEDROCK', secretAccessKey: 'local-bedrock-secret-access-key', sessionToken: 'x' },
      'UnrecognizedClientException',
    ],
  ])('refuses %s', async (_, credentials, name) => {
    const error = await failure(newClient({ credentials }).send(new ConverseCommand(request)));
    expect(error).toBeInstanceOf(BedrockRuntimeServiceException);
    expect(error).toMatchObject({ name, $metadata: { httpStatusCode: 403 } });
  });

  it('refuses a signature for another region', async () => {
    const error = await failure(newClient({ region: 'eu-west-1' }).send(new ConverseCommand(request)));
    expect(error).toMatchObject({ message: 'Credential should be scoped to a valid region.' });
  });

  it('throws an exception inside a stream by its class, behind the events before it', async () => {
    local.enqueue({
      fault: { kind: 'exception', at: 3, name: 'modelStreamErrorException', message: 'Broken.' },
    });
    const { toolConfig: _, ...chat } = request;
    const { stream } = await newClient().send(new ConverseStreamCommand(chat));
    const seen: unknown[] = [];
    const error = await failure(
      (async () => {
        for await (const event of stream ?? []) seen.push(event);
      })(),
    );
    expect(error).toBeInstanceOf(ModelStreamErrorException);
    expect(error).toHaveProperty('message', 'Broken.');
    expect(seen).toHaveLength(3);
  });

  it('throws an exception inside an InvokeModel stream by its class', async () => {
    local.enqueue({ fault: { kind: 'exception', at: 2, name: 'ThrottlingException' } });
    const reply = await newClient().send(
      new InvokeModelWithResponseStreamCommand({
        modelId: MODEL,
        body: messagesBody,
        contentType: 'application/json',
      }),
    );
    expect(await failure(listOf(reply.body))).toBeInstanceOf(ThrottlingException);
  });

  it('throws for an error frame, a wrong checksum and a broken connection', async () => {
    const { toolConfig: _, ...chat } = request;
    for (const fault of [
      { kind: 'error', at: 2, code: 'InternalFailure', message: 'An error frame.' },
      { kind: 'corrupt', at: 2 },
      { kind: 'cut', at: 2, reset: true },
    ] as const) {
      local.enqueue({ fault });
      const { stream } = await newClient().send(new ConverseStreamCommand(chat));
      expect(await failure(listOf(stream))).toBeInstanceOf(Error);
    }
  });
});
