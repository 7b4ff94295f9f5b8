import type { LocalReply, LocalRequest } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import { ask, chunksOf, converse, eventsOf, failureOf, framesOf, MODEL, openServer, say } from './support.ts';

const hello = say('Hello');

describe('scripted answers', () => {
  it('answers with a text', async () => {
    const { output, stopReason, usage } = await converse(
      openServer({ respond: () => 'Good morning!' }),
      hello,
    );
    expect(output).toEqual({ message: { role: 'assistant', content: [{ text: 'Good morning!' }] } });
    expect(stopReason).toBe('end_turn');
    expect(usage).toMatchObject({ inputTokens: 2, outputTokens: 4, totalTokens: 6 });
  });

  it('answers from the queue first, then from the script, then by itself', async () => {
    const server = openServer({
      respond: ({ converse: request }) => (request.system ? undefined : 'script'),
    });
    server.enqueue('first', 'second');
    const texts: string[] = [];
    for (const body of [hello, hello, hello, { ...hello, system: [{ text: 'x' }] }]) {
      texts.push((await converse(server, body)).output.message.content[0].text);
    }
    expect(texts.slice(0, 3)).toEqual(['first', 'second', 'script']);
    expect(texts[3]).toContain('not a language model');
  });

  it('shows the request to the script', async () => {
    const seen: LocalRequest[] = [];
    const server = openServer({
      respond: request => {
        seen.push(request);
        return 'ok';
      },
    });
    await (await ask(server, 'converse-stream', hello)).arrayBuffer();
    await ask(server, 'invoke', {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 5,
      messages: [{ role: 'user', content: 'Hi' }],
    });
    expect(seen[0]).toMatchObject({
      operation: 'ConverseStream',
      modelId: MODEL,
      converse: hello,
      body: hello,
      stream: true,
    });
    expect(seen[1]).toMatchObject({
      operation: 'InvokeModel',
      stream: false,
      body: { max_tokens: 5 },
      converse: {
        messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
        inferenceConfig: { maxTokens: 5 },
      },
    });
  });

  it('calls a tool when the content does, and says so in the stop reason', async () => {
    const content = [{ text: 'I look.' }, { toolUse: { toolUseId: 'a', name: 'look', input: { at: 'it' } } }];
    const reply = await converse(openServer({ respond: () => ({ content }) }), hello);
    expect(reply.output.message.content).toEqual(content);
    expect(reply.stopReason).toBe('tool_use');
  });

  it('does not take a server tool for a call', async () => {
    const content = [
      { toolUse: { toolUseId: 'a', name: 'nova_grounding', input: {}, type: 'server_tool_use' } },
    ];
    expect((await converse(openServer({ respond: () => ({ content }) }), hello)).stopReason).toBe('end_turn');
  });

  it('sends everything else that the answer holds', async () => {
    const answer = {
      content: [{ text: 'x' }],
      stopReason: 'guardrail_intervened',
      usage: {
        inputTokens: 1,
        outputTokens: 2,
        totalTokens: 3,
        cacheDetails: [{ ttl: '5m', inputTokens: 1 }],
      },
      trace: { guardrail: { actionReason: 'Blocked.' } },
      serviceTier: { type: 'flex' },
      performanceConfig: { latency: 'optimized' },
      additionalModelResponseFields: { a: [1] },
    };
    const server = openServer({ respond: () => answer });
    const { content: _, additionalModelResponseFields, stopReason, ...metadata } = answer;
    expect(await converse(server, hello)).toMatchObject({
      ...metadata,
      stopReason,
      additionalModelResponseFields,
    });
    const events = await eventsOf(await ask(server, 'converse-stream', hello));
    expect(events.at(-2)).toEqual({ messageStop: { stopReason, additionalModelResponseFields } });
    expect(events.at(-1)).toMatchObject({ metadata });
  });

  it('repeats the service tier and the latency that were asked for', async () => {
    const body = { ...hello, serviceTier: { type: 'priority' }, performanceConfig: { latency: 'standard' } };
    expect(await converse(openServer(), body)).toMatchObject({
      serviceTier: { type: 'priority' },
      performanceConfig: { latency: 'standard' },
    });
  });

  it.each([
    ['ThrottlingException', 429],
    ['ModelErrorException', 424],
    ['ModelTimeoutException', 408],
    ['InternalServerException', 500],
    ['SomethingNewException', 400],
  ])('fails with %s and its status', async (name, status) => {
    const server = openServer({ respond: () => ({ error: { name, message: 'No.' } }) });
    for (const route of ['converse', 'converse-stream'] as const) {
      expect(await failureOf(await ask(server, route, hello))).toEqual([status, name, 'No.']);
    }
    expect(server.requests[0]).toMatchObject({ status, error: name });
  });

  it('fails with a status and headers of the script', async () => {
    const server = openServer();
    server.enqueue({ error: { name: 'ThrottlingException', status: 503, headers: { 'retry-after': '2' } } });
    const response = await ask(server, 'converse', hello);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
    expect(response.headers.get('x-amzn-errortype')).toBe(
      'ThrottlingException:http://internal.amazon.com/coral/com.amazon.bedrock/',
    );
  });

  it('sends a Response as it is', async () => {
    const page = '<html>Bad gateway</html>';
    const server = openServer({
      respond: () => new Response(page, { status: 502, headers: { 'content-type': 'text/html' } }),
    });
    const response = await ask(server, 'converse', hello);
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      502,
      'text/html',
      page,
    ]);
    expect(server.requests[0]?.status).toBe(502);
  });

  it('answers with an InternalServerException when the script throws', async () => {
    const server = openServer({
      respond: () => {
        throw new Error('Script broken.');
      },
    });
    expect(await failureOf(await ask(server, 'converse', hello))).toEqual([
      500,
      'InternalServerException',
      'Script broken.',
    ]);
  });

  it('forgets everything on reset', async () => {
    const server = openServer();
    server.enqueue('queued');
    await ask(server, 'converse', {});
    server.reset();
    expect(server.requests).toEqual([]);
    expect((await converse(server, hello)).output.message.content[0].text).not.toBe('queued');
  });
});

describe('scripted content as a stream', () => {
  const stream = async (reply: LocalReply) =>
    eventsOf(await ask(openServer({ respond: () => reply }), 'converse-stream', hello));
  const deltas = (events: Record<string, { delta?: object; contentBlockIndex?: number }>[]) =>
    events.flatMap(event => event['contentBlockDelta']?.delta ?? []);

  it('cuts text between words', async () => {
    expect(deltas(await stream('One  two\nthree. '))).toEqual([
      { text: 'One' },
      { text: '  two' },
      { text: '\nthree. ' },
    ]);
  });

  it('cuts text at any size, and never inside a character', async () => {
    expect(deltas(await stream({ content: [{ text: 'a😀b😀' }], chunkSize: 2 }))).toEqual([
      { text: 'a😀' },
      { text: 'b😀' },
    ]);
  });

  it('numbers the blocks, and starts only those that Bedrock starts', async () => {
    const events = await stream({
      content: [
        { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'c2ln' } } },
        { text: 'Now.' },
        { toolUse: { toolUseId: 'a', name: 'look', input: { at: 'the stars' } } },
      ],
    });
    expect(events.slice(0, -2)).toEqual([
      { messageStart: { role: 'assistant' } },
      { contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { text: 'Hm.' } } } },
      { contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { signature: 'c2ln' } } } },
      { contentBlockStop: { contentBlockIndex: 0 } },
      { contentBlockDelta: { contentBlockIndex: 1, delta: { text: 'Now.' } } },
      { contentBlockStop: { contentBlockIndex: 1 } },
      { contentBlockStart: { contentBlockIndex: 2, start: { toolUse: { toolUseId: 'a', name: 'look' } } } },
      { contentBlockDelta: { contentBlockIndex: 2, delta: { toolUse: { input: '{"at":"the stars' } } } },
      { contentBlockDelta: { contentBlockIndex: 2, delta: { toolUse: { input: '"}' } } } },
      { contentBlockStop: { contentBlockIndex: 2 } },
    ]);
    expect(events.at(-2)).toEqual({ messageStop: { stopReason: 'tool_use' } });
    expect(events.at(-1).metadata).toMatchObject({
      usage: { totalTokens: expect.any(Number) },
      metrics: { latencyMs: expect.any(Number) },
    });
  });

  it('sends a citation before the text that it supports', async () => {
    const citation = { title: 'a', location: { documentChar: { documentIndex: 0, start: 0, end: 5 } } };
    const events = await stream({
      content: [{ citationsContent: { content: [{ text: 'So it is' }], citations: [citation] } }],
    });
    expect(deltas(events)).toEqual([{ citation }, { text: 'So' }, { text: ' it' }, { text: ' is' }]);
  });

  it('sends server tools, redacted reasoning and images in their own deltas', async () => {
    const events = await stream({
      content: [
        { reasoningContent: { redactedContent: 'AQID' } },
        {
          toolResult: {
            toolUseId: 's',
            type: 'nova_grounding_result',
            status: 'success',
            content: [{ text: 'x' }],
          },
        },
        { image: { format: 'png', source: { bytes: 'AQID' } } },
      ],
    });
    expect(
      events.filter(event => 'contentBlockStart' in event).map(event => event.contentBlockStart.start),
    ).toEqual([
      { toolResult: { toolUseId: 's', type: 'nova_grounding_result', status: 'success' } },
      { image: { format: 'png' } },
    ]);
    expect(deltas(events)).toEqual([
      { reasoningContent: { redactedContent: 'AQID' } },
      { toolResult: [{ text: 'x' }] },
      { image: { source: { bytes: 'AQID' } } },
    ]);
  });

  it('frames and pads events as Bedrock does', async () => {
    const frames = await framesOf(await ask(openServer(), 'converse-stream', hello));
    const [first] = frames;
    expect(first?.headers).toEqual({
      ':event-type': 'messageStart',
      ':content-type': 'application/json',
      ':message-type': 'event',
    });
    for (const { payload } of frames) {
      expect('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789').toContain(payload.p);
      expect(payload.p).not.toBe('');
    }
    expect(new Set(frames.map(({ payload }) => payload.p.length)).size).toBeGreaterThan(3);
  });
});

describe('scripted events', () => {
  const events = [
    { messageStart: { role: 'assistant' } },
    { contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { text: 'Hm' } } } },
    { contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { text: '.' } } } },
    { contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { signature: 's' } } } },
    { contentBlockStop: { contentBlockIndex: 0 } },
    { contentBlockStart: { contentBlockIndex: 1, start: { toolUse: { toolUseId: 'a', name: 'look' } } } },
    { contentBlockDelta: { contentBlockIndex: 1, delta: { toolUse: { input: '{"a"' } } } },
    { contentBlockDelta: { contentBlockIndex: 1, delta: { toolUse: { input: ':1}' } } } },
    { contentBlockStop: { contentBlockIndex: 1 } },
    { messageStop: { stopReason: 'tool_use' } },
    { metadata: { usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 } } },
  ];

  it('are sent one by one, unknown types too', async () => {
    const server = openServer({
      respond: () => ({ events: [...events.slice(0, 1), { surprise: { a: 1 } }] }),
    });
    expect(await eventsOf(await ask(server, 'converse-stream', hello))).toEqual([
      events[0],
      { surprise: { a: 1 } },
    ]);
  });

  it('are put together for a whole reply', async () => {
    expect(await converse(openServer({ respond: () => ({ events }) }), hello)).toEqual({
      output: {
        message: {
          role: 'assistant',
          content: [
            { reasoningContent: { reasoningText: { text: 'Hm.', signature: 's' } } },
            { toolUse: { toolUseId: 'a', name: 'look', input: { a: 1 } } },
          ],
        },
      },
      stopReason: 'tool_use',
      usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
    });
  });

  it('may come from a generator that takes its time', async () => {
    async function* slowly() {
      for (const event of events) {
        await Promise.resolve();
        yield event;
      }
    }
    const server = openServer({ respond: () => ({ events: slowly() }) });
    expect(await eventsOf(await ask(server, 'converse-stream', hello))).toEqual(events);
  });

  it('end with an exception when the generator throws', async () => {
    async function* failing() {
      yield { messageStart: { role: 'assistant' } };
      throw new Error('Out of words.');
    }
    const server = openServer({ respond: () => ({ events: failing() }) });
    expect(await eventsOf(await ask(server, 'converse-stream', hello))).toEqual([
      { messageStart: { role: 'assistant' } },
      { internalServerException: { message: 'Out of words.' } },
    ]);
  });

  it('without an end leave an InvokeModel stream without one', async () => {
    const server = openServer({ respond: () => ({ events: [{ messageStart: { role: 'assistant' } }] }) });
    const body = {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 5,
      messages: [{ role: 'user', content: 'Hi' }],
    };
    const chunks = await chunksOf(await ask(server, 'invoke-with-response-stream', body));
    expect(chunks.map(({ type }) => type)).toEqual(['message_start']);
  });
});
