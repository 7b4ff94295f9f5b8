import {
  APICallError,
  type LanguageModelV2,
  type LanguageModelV4Content,
  type LanguageModelV4FinishReason,
  type LanguageModelV4StreamPart,
} from '@ai-sdk/provider';
import { MockLanguageModelV3, MockLanguageModelV4 } from 'ai/test';
import { respondWith } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import {
  ask,
  chunksOf,
  converse,
  eventsOf,
  failureOf,
  framesOf,
  type Json,
  openServer,
  say,
  weatherTool,
} from './support.ts';

const usage = {
  inputTokens: { total: 12, noCache: 9, cacheRead: 3, cacheWrite: undefined },
  outputTokens: { total: 5, text: 3, reasoning: 2 },
};
const stop: LanguageModelV4FinishReason = { unified: 'stop', raw: 'stop' };

/** A model that answers so, whole. */
function whole(content: LanguageModelV4Content[], finishReason = stop): MockLanguageModelV4 {
  return new MockLanguageModelV4({ doGenerate: { content, finishReason, usage, warnings: [] } });
}

const finish: LanguageModelV4StreamPart = { type: 'finish', finishReason: stop, usage };

/** A model that answers with these parts of a stream. */
function streaming(...parts: LanguageModelV4StreamPart[]): MockLanguageModelV4 {
  return new MockLanguageModelV4({
    doStream: async () => ({
      stream: new ReadableStream({
        start(controller) {
          for (const part of parts) controller.enqueue(part);
          controller.close();
        },
      }),
    }),
  });
}

const text = (id: string, ...deltas: string[]): LanguageModelV4StreamPart[] => [
  { type: 'text-start', id },
  ...deltas.map(delta => ({ type: 'text-delta' as const, id, delta })),
  { type: 'text-end', id },
];

const server = (model: Parameters<typeof respondWith>[0]) => openServer({ respond: respondWith(model) });

/** The call that the model gets for a request. */
async function callFor(body: unknown): Promise<Json> {
  const model = whole([{ type: 'text', text: 'ok' }]);
  const response = await ask(server(model), 'converse', body);
  if (!response.ok) throw new Error(await response.text());
  const { abortSignal: _, ...call } = model.doGenerateCalls[0] as Json;
  return call;
}

/** The content of Converse for what a model answers. */
async function contentFor(content: LanguageModelV4Content[]): Promise<Json> {
  return (await converse(server(whole(content)), say('Hello'))).output.message.content;
}

async function streamFor(...parts: LanguageModelV4StreamPart[]): Promise<Json[]> {
  return eventsOf(await ask(server(streaming(...parts)), 'converse-stream', say('Hello')));
}

const api = (statusCode: number | undefined) =>
  new APICallError({
    message: 'The service says no.',
    url: 'https://example.com',
    requestBodyValues: {},
    responseHeaders: {},
    ...(statusCode !== undefined && { statusCode }),
  });

describe('what the model gets of a request', () => {
  it('has cache points for the providers that know them', async () => {
    const { prompt } = await callFor({
      messages: [{ role: 'user', content: [{ text: 'A long text' }, { cachePoint: { type: 'default' } }] }],
    });
    expect(prompt[0].content).toEqual([
      {
        type: 'text',
        text: 'A long text',
        providerOptions: {
          anthropic: { cacheControl: { type: 'ephemeral' } },
          bedrock: { cachePoint: { type: 'default' } },
        },
      },
    ]);
  });
});

describe('a schema in the body of InvokeModel', () => {
  it.each([
    {
      modelId: 'us.anthropic.claude-opus-4-8',
      body: {
        anthropic_version: 'bedrock-2023-05-31',
        max_tokens: 64,
        messages: [{ role: 'user', content: 'Where?' }],
        output_config: { format: { type: 'json_schema', schema: { type: 'object' } } },
      },
      becomes: { type: 'json', schema: { type: 'object' } },
    },
    {
      modelId: 'openai.gpt-oss-120b-1:0',
      body: {
        messages: [{ role: 'user', content: 'Where?' }],
        response_format: { type: 'json_schema', json_schema: { name: 'place', schema: { type: 'object' } } },
      },
      becomes: { type: 'json', schema: { type: 'object' } },
    },
  ])('reaches the model: $modelId', async ({ modelId, body, becomes }) => {
    const model = whole([{ type: 'text', text: '{}' }]);
    const response = await ask(server(model), 'invoke', body, { modelId });
    expect(response.status).toBe(200);
    expect(model.doGenerateCalls[0]?.responseFormat).toEqual(becomes);
  });
});

describe('what comes back of an answer', () => {
  it('is a citation for the text that cites, and one for a source that no text cites', async () => {
    const source = (id: string) => ({
      type: 'source' as const,
      sourceType: 'url' as const,
      id,
      url: `https://example.com/${id}`,
      title: id,
    });
    const citation = (title: string) => ({
      title,
      location: { web: { url: `https://example.com/${title}`, domain: 'example.com' } },
    });
    const content = await contentFor([
      source('one'),
      source('two'),
      { type: 'text', text: 'It rains.', citations: [{ source: source('one'), citedText: 'rain' }] },
    ]);
    expect(content).toEqual([
      {
        citationsContent: {
          content: [{ text: 'It rains.' }],
          citations: [{ ...citation('one'), sourceContent: [{ text: 'rain' }] }],
        },
      },
      { citationsContent: { content: [{ text: '' }], citations: [citation('two')] } },
    ]);
  });

  it('is what providers want to see again, when it comes back in the next request', async () => {
    const metadata = { google: { thoughtSignature: 'abc' } };
    const model = whole([
      { type: 'reasoning', text: 'Hm.', providerMetadata: { openai: { itemId: 'rs_1' } } },
      { type: 'text', text: 'I look.', providerMetadata: { openai: { itemId: 'msg_1' } } },
      {
        type: 'tool-call',
        toolCallId: 'c1',
        toolName: 'get_weather',
        input: '{}',
        providerMetadata: metadata,
      },
    ]);
    const local = server(model);
    const first = await converse(local, { ...say('Weather?'), toolConfig: { tools: [weatherTool] } });
    await converse(local, {
      messages: [
        ...say('Weather?').messages,
        first.output.message,
        { role: 'user', content: [{ toolResult: { toolUseId: 'c1', content: [{ text: 'rain' }] } }] },
      ],
      toolConfig: { tools: [weatherTool] },
    });
    const sent = (model.doGenerateCalls[1] as Json).prompt[1].content;
    expect(sent.map(({ providerOptions }: Json) => providerOptions)).toEqual([
      { openai: { itemId: 'rs_1' } },
      { openai: { itemId: 'msg_1' } },
      metadata,
    ]);
  });
});

describe('a stream of the model', () => {
  it('tells one block after the other, where the model writes several at once', async () => {
    const events = await streamFor(
      { type: 'text-start', id: 't' },
      { type: 'text-delta', id: 't', delta: 'I look.' },
      { type: 'tool-input-start', id: 'a', toolName: 'f' },
      { type: 'tool-input-delta', id: 'a', delta: '{"n":' },
      { type: 'tool-input-start', id: 'b', toolName: 'f' },
      { type: 'tool-input-delta', id: 'b', delta: '{"n":2}' },
      { type: 'tool-input-delta', id: 'a', delta: '1}' },
      { type: 'tool-input-end', id: 'a' },
      { type: 'tool-call', toolCallId: 'a', toolName: 'f', input: '{"n":1}' },
      { type: 'tool-input-end', id: 'b' },
      { type: 'tool-call', toolCallId: 'b', toolName: 'f', input: '{"n":2}' },
      { type: 'text-end', id: 't' },
      finish,
    );
    const call = (contentBlockIndex: number, id: string, ...inputs: string[]) => [
      { contentBlockStart: { contentBlockIndex, start: { toolUse: { toolUseId: id, name: 'f' } } } },
      ...inputs.map(input => ({ contentBlockDelta: { contentBlockIndex, delta: { toolUse: { input } } } })),
      { contentBlockStop: { contentBlockIndex } },
    ];
    expect(events.slice(1, -1)).toEqual([
      { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'I look.' } } },
      { contentBlockStop: { contentBlockIndex: 0 } },
      ...call(1, 'a', '{"n":', '1}'),
      ...call(2, 'b', '{"n":2}'),
      { messageStop: { stopReason: 'tool_use' } },
    ]);
  });

  it('tells input that comes as plain text when it is JSON', async () => {
    const events = await streamFor(
      { type: 'tool-input-start', id: 'a', toolName: 'patch', inputEncoding: 'text' },
      { type: 'tool-input-delta', id: 'a', delta: '*** Begin' },
      { type: 'tool-input-end', id: 'a' },
      { type: 'tool-call', toolCallId: 'a', toolName: 'patch', input: '"*** Begin"' },
      finish,
    );
    const inputs = events.flatMap(({ contentBlockDelta }) => contentBlockDelta?.delta.toolUse.input ?? []);
    expect(inputs).toEqual(['"*** Begin"']);
  });

  it('is told in the chunks of InvokeModel, with the input tokens at the end', async () => {
    const chunks = await chunksOf(
      await ask(server(streaming(...text('t', 'Hello'), finish)), 'invoke-with-response-stream', {
        anthropic_version: 'bedrock-2023-05-31',
        max_tokens: 64,
        messages: [{ role: 'user', content: 'Good morning' }],
      }),
    );
    expect(chunks.find(({ type }) => type === 'content_block_delta').delta.text).toBe('Hello');
    expect(chunks.find(({ type }) => type === 'message_delta').usage).toMatchObject({
      input_tokens: 9,
      output_tokens: 5,
    });
  });
});

describe('a model that fails', () => {
  it.each([
    [400, 400, 'ValidationException'],
    [401, 403, 'AccessDeniedException'],
    [404, 404, 'ResourceNotFoundException'],
    [413, 400, 'ValidationException'],
    [429, 429, 'ThrottlingException'],
    [500, 500, 'InternalServerException'],
    [529, 503, 'ServiceUnavailableException'],
    [undefined, 503, 'ServiceUnavailableException'],
  ])('with the status %s is answered with %s %s', async (given, status, name) => {
    const failing = async () => {
      throw api(given);
    };
    const model = new MockLanguageModelV4({ doGenerate: failing, doStream: failing });
    for (const route of ['converse', 'converse-stream'] as const) {
      const response = await ask(server(model), route, say('Hello'));
      expect(await failureOf(response)).toEqual([status, name, 'The service says no.']);
    }
  });

  it('to finish its stream is an exception', async () => {
    const frames = await framesOf(
      await ask(server(streaming(...text('t', 'Once'))), 'converse-stream', say('Hello')),
    );
    expect(frames.at(-1)?.headers[':exception-type']).toBe('modelStreamErrorException');
  });

  it('whose stream was interrupted has not ended well', async () => {
    const interrupted: LanguageModelV4StreamPart = {
      type: 'finish',
      finishReason: { unified: 'interrupted', raw: undefined },
      usage,
    };
    const frames = await framesOf(
      await ask(server(streaming(...text('t', 'Once'), interrupted)), 'converse-stream', say('Hello')),
    );
    expect(frames.at(-1)?.headers[':exception-type']).toBe('modelStreamErrorException');
  });

  it('to write JSON for a call is a ModelErrorException', async () => {
    const model = whole([{ type: 'tool-call', toolCallId: 'c', toolName: 'f', input: '{"city":' }]);
    expect((await failureOf(await ask(server(model), 'converse', say('Hello'))))[1]).toBe(
      'ModelErrorException',
    );
  });
});

describe('sounds of a model', () => {
  it('come back as bytes', async () => {
    const data = { type: 'data' as const, data: new Uint8Array([1, 2, 3]) };
    expect(await contentFor([{ type: 'file', mediaType: 'audio/wav', data }])).toEqual([
      { audio: { format: 'wav', source: { bytes: 'AQID' } } },
    ]);
  });
});

describe('models of earlier versions', () => {
  it('of the AI SDK 6 take files as they know them, and answer', async () => {
    const model = new MockLanguageModelV3({
      doGenerate: {
        content: [{ type: 'file', mediaType: 'image/png', data: 'AQID' }],
        finishReason: { unified: 'stop', raw: 'stop' },
        usage,
        warnings: [],
      },
    });
    const reply = await converse(server(model), {
      messages: [
        {
          role: 'user',
          content: [{ text: 'Look' }, { image: { format: 'png', source: { bytes: 'AAAA' } } }],
        },
      ],
    });
    expect((model.doGenerateCalls[0] as Json).prompt[0].content[1]).toEqual({
      type: 'file',
      mediaType: 'image/png',
      data: 'AAAA',
    });
    expect(reply.output.message.content).toEqual([{ image: { format: 'png', source: { bytes: 'AQID' } } }]);
  });

  it('of the AI SDK 5 count in plain numbers, and say why they end in a word', async () => {
    const seen: Json[] = [];
    const model: LanguageModelV2 = {
      specificationVersion: 'v2',
      provider: 'old',
      modelId: 'old',
      supportedUrls: {},
      doGenerate: () => Promise.reject(new Error('not asked')),
      doStream: async options => {
        seen.push(options);
        return {
          stream: new ReadableStream({
            start(controller) {
              controller.enqueue({ type: 'stream-start', warnings: [] });
              controller.enqueue({ type: 'text-start', id: 't' });
              controller.enqueue({ type: 'text-delta', id: 't', delta: 'Hi' });
              controller.enqueue({ type: 'text-end', id: 't' });
              controller.enqueue({
                type: 'finish',
                finishReason: 'length',
                usage: { inputTokens: 7, outputTokens: 2, totalTokens: 9, cachedInputTokens: 3 },
              });
              controller.close();
            },
          }),
        };
      },
    };
    const image = { image: { format: 'png', source: { bytes: 'AAAA' } } };
    const events = await eventsOf(
      await ask(server(model), 'converse-stream', {
        messages: [
          { role: 'user', content: [{ text: 'Look' }] },
          { role: 'assistant', content: [{ toolUse: { toolUseId: 'a', name: 'get_weather', input: {} } }] },
          { role: 'user', content: [{ toolResult: { toolUseId: 'a', content: [{ text: 'So' }, image] } }] },
        ],
        toolConfig: { tools: [weatherTool] },
      }),
    );
    expect(seen[0].prompt[2].content[0].output.value).toEqual([
      { type: 'text', text: 'So' },
      { type: 'media', data: 'AAAA', mediaType: 'image/png' },
    ]);
    expect(events.at(-2)).toEqual({ messageStop: { stopReason: 'max_tokens' } });
    expect(events.at(-1).metadata.usage).toMatchObject({
      inputTokens: 4,
      outputTokens: 2,
      totalTokens: 9,
      cacheReadInputTokens: 3,
    });
  });

  it.each([[undefined], [{}], ['gpt-5'], [{ ...whole([]), specificationVersion: 'v1' }]])(
    'of other kinds are refused: %o',
    value => {
      expect(() => respondWith(value as never)).toThrow(
        /model of respondWith: a language model of the specification/,
      );
    },
  );
});
