import {
  APICallError,
  type LanguageModelV4CallOptions,
  type LanguageModelV4Content,
  type LanguageModelV4StreamPart,
  LoadAPIKeyError,
} from '@ai-sdk/provider';
import {
  AccessDeniedException,
  BedrockRuntimeClient,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
  type ConverseStreamOutput,
  ModelStreamErrorException,
  ThrottlingException,
} from '@aws-sdk/client-bedrock-runtime';
import { generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import { convertArrayToReadableStream, MockLanguageModelV4 } from 'ai/test';
import { createBedrock } from 'bedrock-ai-provider';
import {
  createLocalBedrock,
  type ListeningBedrock,
  LOCAL_CREDENTIALS,
  type LocalBedrockOptions,
  respondWith,
} from 'bedrock-ai-provider/local';
import { afterEach, describe, expect, it } from 'vitest';

const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const usage = {
  inputTokens: { total: 30, noCache: 20, cacheRead: 10, cacheWrite: 0 },
  outputTokens: { total: 5, text: 5, reasoning: undefined },
};
const finish = (unified: 'stop' | 'tool-calls' | 'length' | 'content-filter', raw?: string) => ({
  type: 'finish' as const,
  finishReason: { unified, raw },
  usage,
});

const opened: ListeningBedrock[] = [];

async function listen(options: LocalBedrockOptions): Promise<ListeningBedrock> {
  const listening = await createLocalBedrock(options).listen();
  opened.push(listening);
  return listening;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map(listening => listening.close()));
});

/** A model that answers as told and keeps what it was asked. */
function model(content: LanguageModelV4Content[], parts: LanguageModelV4StreamPart[] = []) {
  const last = parts.find(part => part.type === 'finish') ?? finish('stop');
  return new MockLanguageModelV4({
    doGenerate: async () => ({ content, finishReason: last.finishReason, usage: last.usage, warnings: [] }),
    doStream: async () => ({ stream: convertArrayToReadableStream(parts) }),
  });
}

async function awsClient(answering: MockLanguageModelV4): Promise<BedrockRuntimeClient> {
  const { url } = await listen({ respond: respondWith(answering) });
  return new BedrockRuntimeClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: LOCAL_CREDENTIALS as { accessKeyId: string; secretAccessKey: string },
    maxAttempts: 1,
  });
}

const weather = {
  toolSpec: {
    name: 'weather',
    description: 'The weather of a city.',
    inputSchema: { json: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } },
  },
};

const question: ConverseCommandInput = {
  modelId: MODEL,
  system: [{ text: 'Be brief.' }],
  messages: [{ role: 'user', content: [{ text: 'How is the weather in Paris?' }] }],
  toolConfig: { tools: [weather], toolChoice: { any: {} } },
};

async function events(
  client: BedrockRuntimeClient,
  input: ConverseCommandInput,
): Promise<ConverseStreamOutput[]> {
  const { stream = [] } = await client.send(new ConverseStreamCommand(input));
  const all: ConverseStreamOutput[] = [];
  for await (const event of stream as AsyncIterable<ConverseStreamOutput>) all.push(event);
  return all;
}

/** What the model was asked, by the last call. */
async function asked(input: Partial<ConverseCommandInput>): Promise<LanguageModelV4CallOptions> {
  const answering = model([{ type: 'text', text: 'Yes.' }]);
  await (await awsClient(answering)).send(
    new ConverseCommand({ ...question, toolConfig: undefined, ...input }),
  );
  return answering.doGenerateCalls[0] as LanguageModelV4CallOptions;
}

describe('a request to a local Bedrock that a model answers', () => {
  it('reaches the model with its system prompt, messages, tools and settings', async () => {
    const call = await asked({
      ...question,
      inferenceConfig: { maxTokens: 100, temperature: 0.5, topP: 0.9, stopSequences: ['END'] },
      additionalModelRequestFields: { top_k: 7, thinking: { type: 'enabled', budget_tokens: 2000 } },
    });
    expect(call).toMatchObject({
      prompt: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'text', text: 'How is the weather in Paris?' }] },
      ],
      tools: [
        {
          type: 'function',
          name: 'weather',
          description: 'The weather of a city.',
          inputSchema: weather.toolSpec.inputSchema.json,
        },
      ],
      toolChoice: { type: 'required' },
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      topK: 7,
      stopSequences: ['END'],
      reasoning: 'low',
    });
    expect(call.abortSignal).toBeInstanceOf(AbortSignal);
  });

  it.each([
    { given: { auto: {} }, becomes: { type: 'auto' } },
    { given: { tool: { name: 'weather' } }, becomes: { type: 'tool', toolName: 'weather' } },
  ])('turns the tool choice $given into $becomes', async ({ given, becomes }) => {
    const toolChoice = given as NonNullable<ConverseCommandInput['toolConfig']>['toolChoice'];
    expect(await asked({ toolConfig: { tools: [weather], toolChoice } })).toMatchObject({
      toolChoice: becomes,
    });
  });

  it.each([
    { fields: { thinking: { type: 'adaptive' }, output_config: { effort: 'max' } }, becomes: 'max' },
    { fields: { thinking: { type: 'enabled', budget_tokens: 16_000 } }, becomes: 'medium' },
    { fields: { thinking: { type: 'disabled' } }, becomes: 'none' },
    { fields: { reasoning_effort: 'high' }, becomes: 'high' },
    { fields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' } }, becomes: 'low' },
    { fields: {}, becomes: undefined },
  ])('turns $fields into the reasoning effort $becomes', async ({ fields, becomes }) => {
    expect((await asked({ additionalModelRequestFields: fields })).reasoning).toBe(becomes);
  });

  it('brings images and documents', async () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const { prompt } = await asked({
      system: [],
      messages: [
        {
          role: 'user',
          content: [
            { text: 'Compare.' },
            { image: { format: 'png', source: { bytes } } },
            { document: { name: 'report', format: 'pdf', source: { bytes } } },
            { document: { name: 'notes', format: 'md', source: { text: '# Notes' } } },
            { image: { format: 'jpeg', source: { s3Location: { uri: 's3://bucket/a.jpg' } } } },
          ],
        },
      ],
    });
    expect(prompt).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Compare.' },
          { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'AQID' } },
          {
            type: 'file',
            mediaType: 'application/pdf',
            data: { type: 'data', data: 'AQID' },
            filename: 'report',
          },
          {
            type: 'file',
            mediaType: 'text/markdown',
            data: { type: 'text', text: '# Notes' },
            filename: 'notes',
          },
          { type: 'file', mediaType: 'image/jpeg', data: { type: 'url', url: new URL('s3://bucket/a.jpg') } },
        ],
      },
    ]);
  });

  it('brings calls of tools and their results, each kind as its own', async () => {
    const call = (toolUseId: string) => ({
      toolUse: { toolUseId, name: 'weather', input: { city: 'Paris' } },
    });
    const { prompt } = await asked({
      toolConfig: { tools: [weather] },
      system: [],
      messages: [
        { role: 'user', content: [{ text: 'Well?' }] },
        { role: 'assistant', content: [{ text: 'I look.' }, call('a'), call('b'), call('c'), call('d')] },
        {
          role: 'user',
          content: [
            { toolResult: { toolUseId: 'a', content: [{ text: 'sunny' }] } },
            { toolResult: { toolUseId: 'b', content: [{ json: { sky: 'blue' } }] } },
            { toolResult: { toolUseId: 'c', content: [{ text: 'no such city' }], status: 'error' } },
            {
              toolResult: {
                toolUseId: 'd',
                content: [
                  { text: 'seen' },
                  { image: { format: 'png', source: { bytes: new Uint8Array([1]) } } },
                ],
              },
            },
            { text: 'And now?' },
          ],
        },
      ],
    });
    const result = (toolCallId: string, output: object) => ({
      type: 'tool-result',
      toolCallId,
      toolName: 'weather',
      output,
    });
    const toolCall = (toolCallId: string) => ({
      type: 'tool-call',
      toolCallId,
      toolName: 'weather',
      input: { city: 'Paris' },
    });
    expect(prompt.slice(1)).toEqual([
      {
        role: 'assistant',
        content: [{ type: 'text', text: 'I look.' }, ...['a', 'b', 'c', 'd'].map(toolCall)],
      },
      {
        role: 'tool',
        content: [
          result('a', { type: 'text', value: 'sunny' }),
          result('b', { type: 'json', value: { sky: 'blue' } }),
          result('c', { type: 'error-text', value: 'no such city' }),
          result('d', {
            type: 'content',
            value: [
              { type: 'text', text: 'seen' },
              { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'AQ==' } },
            ],
          }),
        ],
      },
      { role: 'user', content: [{ type: 'text', text: 'And now?' }] },
    ]);
  });

  it('asks for JSON by its schema', async () => {
    const schema = { type: 'object', properties: { a: { type: 'number' } } };
    const call = await asked({
      outputConfig: {
        textFormat: {
          type: 'json_schema',
          structure: { jsonSchema: { name: 'x', schema: JSON.stringify(schema) } },
        },
      },
    });
    expect(call.responseFormat).toEqual({ type: 'json', schema, name: 'x' });
  });
});

describe('an answer of a model, as AWS’s client gets it', () => {
  const content: LanguageModelV4Content[] = [
    { type: 'reasoning', text: 'I should look.', providerMetadata: { acme: { proof: 'ü' } } },
    { type: 'text', text: 'I look.' },
    { type: 'tool-call', toolCallId: 'call_1', toolName: 'weather', input: '{"city":"Paris"}' },
  ];
  const parts: LanguageModelV4StreamPart[] = [
    { type: 'stream-start', warnings: [] },
    { type: 'reasoning-start', id: '0' },
    { type: 'reasoning-delta', id: '0', delta: 'I should ' },
    { type: 'reasoning-delta', id: '0', delta: 'look.' },
    { type: 'reasoning-end', id: '0', providerMetadata: { acme: { proof: 'ü' } } },
    { type: 'text-start', id: '0' },
    { type: 'text-delta', id: '0', delta: 'I look.' },
    { type: 'text-end', id: '0' },
    { type: 'tool-input-start', id: 'call_1', toolName: 'weather' },
    { type: 'tool-input-delta', id: 'call_1', delta: '{"city":' },
    { type: 'tool-input-delta', id: 'call_1', delta: '"Paris"}' },
    { type: 'tool-input-end', id: 'call_1' },
    { type: 'tool-call', toolCallId: 'call_1', toolName: 'weather', input: '{"city":"Paris"}' },
    finish('tool-calls'),
  ];

  it('is a whole reply with reasoning, text, the call, the stop reason and the usage', async () => {
    const client = await awsClient(model(content, [finish('tool-calls')]));
    const { output, stopReason, usage } = await client.send(new ConverseCommand(question));
    expect(output?.message?.content).toEqual([
      {
        reasoningContent: {
          reasoningText: { text: 'I should look.', signature: expect.stringMatching(/^ai-sdk:/) },
        },
      },
      { text: 'I look.' },
      { toolUse: { toolUseId: 'call_1', name: 'weather', input: { city: 'Paris' } } },
    ]);
    expect(stopReason).toBe('tool_use');
    expect(usage).toMatchObject({
      inputTokens: 20,
      cacheReadInputTokens: 10,
      outputTokens: 5,
      totalTokens: 35,
    });
  });

  it('is the same in a stream, part by part', async () => {
    const told = await events(await awsClient(model([], parts)), question);
    expect(told[0]).toEqual({ messageStart: { role: 'assistant' } });
    expect(told.flatMap(({ contentBlockStart }) => contentBlockStart ?? [])).toEqual([
      { contentBlockIndex: 2, start: { toolUse: { toolUseId: 'call_1', name: 'weather' } } },
    ]);
    const deltas = told.flatMap(({ contentBlockDelta }) => contentBlockDelta ?? []);
    expect(deltas.map(({ contentBlockIndex, delta }) => [contentBlockIndex, delta])).toEqual([
      [0, { reasoningContent: { text: 'I should ' } }],
      [0, { reasoningContent: { text: 'look.' } }],
      [0, { reasoningContent: { signature: expect.stringMatching(/^ai-sdk:/) } }],
      [1, { text: 'I look.' }],
      [2, { toolUse: { input: '{"city":' } }],
      [2, { toolUse: { input: '"Paris"}' } }],
    ]);
    expect(told.flatMap(({ contentBlockStop }) => contentBlockStop?.contentBlockIndex ?? [])).toEqual([
      0, 1, 2,
    ]);
    expect(told.at(-2)).toEqual({ messageStop: { stopReason: 'tool_use' } });
    expect(told.at(-1)).toMatchObject({ metadata: { usage: { inputTokens: 20, outputTokens: 5 } } });
  });

  it('comes as the model writes it, not at its end', async () => {
    let write: (part: LanguageModelV4StreamPart) => void = () => {};
    const stream = new ReadableStream<LanguageModelV4StreamPart>({
      start: controller => {
        write = part => controller.enqueue(part);
      },
    });
    const client = await awsClient(new MockLanguageModelV4({ doStream: async () => ({ stream }) }));
    write({ type: 'text-delta', id: '0', delta: 'First' });
    const reply = await client.send(new ConverseStreamCommand(question));
    const told = reply.stream?.[Symbol.asyncIterator]();
    await told?.next();
    const { value } = (await told?.next()) ?? {};
    expect(value).toEqual({ contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'First' } } });
    write(finish('stop'));
  });

  it('can be gone on with: what the provider wants back of reasoning and calls comes back to it', async () => {
    const id = `call/${'x'.repeat(80)}`;
    const answering = model([
      ...content.slice(0, 1),
      {
        type: 'tool-call',
        toolCallId: id,
        toolName: 'weather',
        input: '{}',
        providerMetadata: { acme: { thought: 1 } },
      },
    ]);
    const client = await awsClient(answering);
    const { output } = await client.send(new ConverseCommand(question));
    const message = output?.message ?? { role: 'assistant', content: [] };
    const toolUseId = message.content?.at(-1)?.toolUse?.toolUseId ?? '';
    expect(toolUseId).toMatch(/^[\w-]{1,64}$/);
    const results = {
      role: 'user' as const,
      content: [{ toolResult: { toolUseId, content: [{ text: 'sunny' }] } }],
    };
    const messages = [...(question.messages ?? []), message, results];
    await client.send(new ConverseCommand({ ...question, messages }));
    expect(answering.doGenerateCalls[1]?.prompt.slice(2)).toMatchObject([
      {
        content: [
          { type: 'reasoning', text: 'I should look.', providerOptions: { acme: { proof: 'ü' } } },
          { type: 'tool-call', toolCallId: id, providerOptions: { acme: { thought: 1 } } },
        ],
      },
      { role: 'tool', content: [{ toolCallId: id, toolName: 'weather' }] },
    ]);
  });

  it.each([
    { end: finish('stop'), stopReason: 'end_turn' },
    { end: finish('length'), stopReason: 'max_tokens' },
    { end: finish('content-filter'), stopReason: 'content_filtered' },
    { end: finish('stop', 'stop_sequence'), stopReason: 'stop_sequence' },
    { end: finish('content-filter', 'guardrail_intervened'), stopReason: 'guardrail_intervened' },
  ])('stops with $stopReason', async ({ end, stopReason }) => {
    const client = await awsClient(model([{ type: 'text', text: 'Yes.' }], [end]));
    expect((await client.send(new ConverseCommand(question))).stopReason).toBe(stopReason);
  });

  it('has an estimate of the usage where the model does not tell it', async () => {
    const unknown = { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined };
    const end = {
      ...finish('stop'),
      usage: {
        inputTokens: unknown,
        outputTokens: { total: undefined, text: undefined, reasoning: undefined },
      },
    };
    const client = await awsClient(model([{ type: 'text', text: 'x'.repeat(40) }], [end]));
    const { usage } = await client.send(new ConverseCommand({ ...question, toolConfig: undefined }));
    expect(usage).toMatchObject({ inputTokens: 10, outputTokens: 10 });
  });
});

describe('an error of a model', () => {
  const refusing = (error: unknown) =>
    new MockLanguageModelV4({
      doGenerate: () => Promise.reject(error),
      doStream: () => Promise.reject(error),
    });
  const apiError = (statusCode: number) =>
    new APICallError({ message: 'No.', url: 'https://example.com', requestBodyValues: {}, statusCode });

  it.each([
    { status: 400, name: 'ValidationException' },
    { status: 401, name: 'AccessDeniedException' },
    { status: 404, name: 'ResourceNotFoundException' },
    { status: 429, name: 'ThrottlingException' },
    { status: 500, name: 'InternalServerException' },
    { status: 529, name: 'ServiceUnavailableException' },
  ])('with status $status is a $name', async ({ status, name }) => {
    const client = await awsClient(refusing(apiError(status)));
    await expect(client.send(new ConverseCommand(question))).rejects.toMatchObject({ name, message: 'No.' });
  });

  it('before a stream is an error reply', async () => {
    const client = await awsClient(refusing(apiError(429)));
    await expect(client.send(new ConverseStreamCommand(question))).rejects.toBeInstanceOf(
      ThrottlingException,
    );
    const early = await awsClient(
      model(
        [],
        [
          { type: 'stream-start', warnings: [] },
          { type: 'error', error: apiError(401) },
        ],
      ),
    );
    await expect(early.send(new ConverseStreamCommand(question))).rejects.toBeInstanceOf(
      AccessDeniedException,
    );
  });

  it('for want of a key is an AccessDeniedException', async () => {
    const client = await awsClient(refusing(new LoadAPIKeyError({ message: 'ACME_API_KEY is not set.' })));
    await expect(client.send(new ConverseCommand(question))).rejects.toThrow('ACME_API_KEY is not set.');
  });

  it.each([
    { what: 'an error part', end: [{ type: 'error', error: apiError(404) }], message: 'No.' },
    { what: 'a stream without an end', end: [], message: 'ended without its last part' },
  ] as { what: string; end: LanguageModelV4StreamPart[]; message: string }[])(
    'inside a stream ends it with an exception: $what',
    async ({ end, message }) => {
      const client = await awsClient(model([], [{ type: 'text-delta', id: '0', delta: 'Yes' }, ...end]));
      const told = events(client, question);
      await expect(told).rejects.toBeInstanceOf(ModelStreamErrorException);
      await expect(told).rejects.toThrow(message);
    },
  );

  it('comes for what is no model of this specification at once', () => {
    // biome-ignore lint/suspicious/noExplicitAny: what JavaScript may pass
    const old = { specificationVersion: 'v1', doGenerate() {}, doStream() {} } as any;
    expect(() => respondWith(old)).toThrow(
      'a language model of the specification v4, v3 or v2 (ai 7, 6 or 5), not object of the specification v1',
    );
  });
});

describe('a caller that leaves', () => {
  it('aborts the model', async () => {
    let aborted: () => void = () => {};
    const whenAborted = new Promise<void>(resolve => {
      aborted = resolve;
    });
    const answering = new MockLanguageModelV4({
      doStream: async ({ abortSignal }) => {
        abortSignal?.addEventListener('abort', () => aborted());
        return {
          stream: new ReadableStream({
            start: one => one.enqueue({ type: 'text-delta', id: '0', delta: 'a' }),
          }),
        };
      },
    });
    const { settings } = await listen({ respond: respondWith(answering) });
    const controller = new AbortController();
    const { stream } = await createBedrock(settings)(MODEL).doStream({
      prompt: [{ role: 'user', content: [{ type: 'text', text: 'Go' }] }],
      abortSignal: controller.signal,
    });
    const reader = stream.getReader();
    await reader.read();
    controller.abort();
    await whenAborted;
  });
});

describe('a local Bedrock in front of a Bedrock', () => {
  const tools = {
    weather: tool({
      description: 'The weather of a city.',
      inputSchema: jsonSchema<{ city: string }>(weather.toolSpec.inputSchema.json as object),
      execute: ({ city }) => ({ city, sky: 'blue' }),
    }),
  };
  const prompt = 'How is the weather in Paris?';
  const reasoning = { bedrock: { reasoningConfig: { type: 'enabled' as const, budgetTokens: 2000 } } };

  /** Our provider → a local Bedrock → our provider → another local Bedrock, which asks for the signatures it gave. */
  async function chained() {
    const far = createLocalBedrock();
    const near = await listen({ respond: respondWith(createBedrock(far.settings)(MODEL)) });
    return { far, direct: createBedrock(far.settings)(MODEL), through: createBedrock(near.settings)(MODEL) };
  }

  it('gives what the Bedrock behind it gives, over the steps of a tool loop', async () => {
    const { direct, through } = await chained();
    const ask = async (answering: typeof direct) => {
      const { steps } = await generateText({
        model: answering,
        prompt,
        tools,
        providerOptions: reasoning,
        stopWhen: stepCountIs(3),
      });
      return steps.map(({ text, reasoningText, toolCalls, finishReason }) => ({
        text,
        reasoningText,
        calls: toolCalls.map(({ toolName, input }) => [toolName, input]),
        finishReason,
      }));
    };
    const expected = await ask(direct);
    expect(expected).toHaveLength(2);
    expect(await ask(through)).toEqual(expected);
  });

  it('brings signatures of reasoning back to where they came from', async () => {
    const { far, through } = await chained();
    await generateText({
      model: through,
      prompt,
      tools,
      providerOptions: reasoning,
      stopWhen: stepCountIs(3),
    });
    const [, second] = far.requests;
    expect(JSON.stringify(second?.body)).toContain(`"signature":"${btoa('local:').slice(0, 7)}`);
  });

  it('streams what the Bedrock behind it streams', async () => {
    const { direct, through } = await chained();
    const read = async (answering: typeof direct) => {
      const result = streamText({ model: answering, prompt, tools, stopWhen: stepCountIs(3) });
      const texts: string[] = [];
      for await (const text of result.textStream) texts.push(text);
      return { texts, finishReason: await result.finishReason };
    };
    const expected = await read(direct);
    expect(expected.texts.length).toBeGreaterThan(3);
    expect(await read(through)).toEqual(expected);
  });

  it('passes AWS’s errors on by their names', async () => {
    const far = createLocalBedrock({ faults: [{ error: { name: 'ServiceQuotaExceededException' } }] });
    const near = createLocalBedrock({
      respond: respondWith(createBedrock({ ...far.settings, traffic: 'off' })(MODEL)),
    });
    const failing = generateText({
      model: createBedrock({ ...near.settings, traffic: 'off' })(MODEL),
      prompt,
      maxRetries: 0,
    });
    await expect(failing).rejects.toMatchObject({ code: 'ServiceQuotaExceededException' });
  });
});

describe('a model behind other operations', () => {
  it('answers InvokeModel in the body of the model that is called, and leaves embeddings alone', async () => {
    const answering = model([{ type: 'text', text: 'Yes.' }]);
    const { url, settings } = await listen({ respond: respondWith(answering), authentication: 'off' });
    const invoke = async (id: string, body: object) =>
      (await fetch(`${url}/model/${id}/invoke`, { method: 'POST', body: JSON.stringify(body) })).json();
    const chat = await invoke(MODEL, {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 10,
      messages: [{ role: 'user', content: 'Hi' }],
    });
    expect(chat).toMatchObject({ type: 'message', content: [{ type: 'text', text: 'Yes.' }] });
    const embedding = await invoke('amazon.titan-embed-text-v2:0', { inputText: 'Hi' });
    expect(embedding).toMatchObject({ embedding: expect.any(Array) });
    expect(answering.doGenerateCalls).toHaveLength(1);
    expect(settings.region).toBe('us-east-1');
  });
});
