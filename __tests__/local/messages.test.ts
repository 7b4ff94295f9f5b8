import { describe, expect, it } from 'vitest';
import { ask, chunksOf, failureOf, framesOf, type Json, MODEL, openServer } from './support.ts';

const base = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 300 };
const say = (content: unknown) => ({ ...base, messages: [{ role: 'user', content }] });
const tool = {
  name: 'get_weather',
  description: 'The weather in a city',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const server = openServer();
const invoke = async (body: unknown): Promise<Json> => (await ask(server, 'invoke', body)).json();

/** Puts the chunks of a stream together by the rules of the Messages API. */
function assemble(chunks: Json[]): Json {
  const { message } = chunks[0];
  for (const { type, index, content_block: block, delta, usage } of chunks.slice(1)) {
    if (type === 'content_block_start') message.content[index] = { ...block, json: '' };
    if (type === 'content_block_delta') {
      const open = message.content[index];
      if (delta.type === 'text_delta') open.text += delta.text;
      if (delta.type === 'thinking_delta') open.thinking += delta.thinking;
      if (delta.type === 'signature_delta') open.signature = delta.signature;
      if (delta.type === 'input_json_delta') open.json += delta.partial_json;
      if (delta.type === 'citations_delta') open.citations.push(delta.citation);
    }
    if (type === 'content_block_stop') {
      const { json, ...open } = message.content[index];
      message.content[index] = json === '' ? open : { ...open, input: JSON.parse(json) };
    }
    if (type === 'message_delta') Object.assign(message, delta, { usage: { ...message.usage, ...usage } });
  }
  return message;
}

describe('InvokeModel with a Messages body', () => {
  it('answers a text', async () => {
    const response = await ask(server, 'invoke', say('Good morning'));
    expect(await response.json()).toEqual({
      id: expect.stringMatching(/^msg_bdrk_\w{24}$/),
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-5-20250929',
      content: [{ type: 'text', text: expect.stringContaining('“Good morning”') }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: {
        input_tokens: 3,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
        output_tokens: 26,
      },
    });
    expect(response.headers.get('x-amzn-bedrock-input-token-count')).toBe('3');
    expect(response.headers.get('x-amzn-bedrock-output-token-count')).toBe('26');
    expect(Number(response.headers.get('x-amzn-bedrock-invocation-latency'))).toBeGreaterThanOrEqual(0);
    expect(response.headers.get('x-amzn-bedrock-cache-read-input-token-count')).toBe('0');
  });

  it.each([
    ['a text', say('Good morning')],
    [
      'a tool call with reasoning',
      { ...say('The weather in Oslo?'), tools: [tool], thinking: { type: 'adaptive' } },
    ],
    [
      'citations',
      say([
        { type: 'text', text: 'Who made it?' },
        {
          type: 'document',
          source: { type: 'text', media_type: 'text/plain', data: 'Ada made it. It is old.' },
          title: 'f',
          citations: { enabled: true },
        },
      ]),
    ],
    ['a stop sequence', { ...say('Hi'), stop_sequences: [', a'] }],
    ['too few tokens', { ...say('Hi'), max_tokens: 4 }],
  ])('tells %s alike in whole and as a stream', async (_, body) => {
    const whole = await invoke(body);
    const streamed = assemble(await chunksOf(await ask(server, 'invoke-with-response-stream', body)));
    expect({ ...streamed, id: whole.id }).toEqual(whole);
  });

  it('calls a tool and understands its result', async () => {
    const call = await invoke({ ...say('The weather in Oslo?'), tools: [tool] });
    expect(call).toMatchObject({
      stop_reason: 'tool_use',
      content: [{ type: 'tool_use', name: 'get_weather', input: { city: 'Oslo' } }],
    });
    expect(call.content[0].id).toMatch(/^toolu_bdrk_/);
    const answer = await invoke({
      ...base,
      tools: [tool],
      messages: [
        ...say('The weather in Oslo?').messages,
        { role: 'assistant', content: call.content },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: call.content[0].id, content: '{"celsius":7}' }],
        },
      ],
    });
    expect(answer.content[0].text).toContain('The tool get_weather answered: celsius 7.');
  });

  it('cites with the names of the Messages API', async () => {
    const source = { type: 'text', media_type: 'text/plain', data: 'Ada made it. It is old.' };
    const { content } = await invoke(
      say([
        { type: 'text', text: 'Who made it?' },
        { type: 'document', source, title: 'facts', citations: { enabled: true } },
      ]),
    );
    expect(content[1]).toEqual({
      type: 'text',
      text: 'Ada made it.',
      citations: [
        {
          type: 'char_location',
          cited_text: 'Ada made it.',
          document_index: 0,
          document_title: 'facts',
          start_char_index: 0,
          end_char_index: 12,
        },
      ],
    });
  });

  it('follows tool_choice', async () => {
    const other = { ...tool, name: 'other' };
    const forced = await invoke({
      ...say('Hi'),
      tools: [tool, other],
      tool_choice: { type: 'tool', name: 'other' },
    });
    expect(forced.content[0]).toMatchObject({ type: 'tool_use', name: 'other' });
    const none = await invoke({
      ...say('The weather in Oslo?'),
      tools: [tool],
      tool_choice: { type: 'none' },
    });
    expect(none.content[0].type).toBe('text');
  });

  it('writes JSON for output_config.format', async () => {
    const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
    const { content } = await invoke({
      ...say('A day in Oslo'),
      output_config: { format: { type: 'json_schema', schema } },
    });
    expect(JSON.parse(content[0].text)).toEqual({ city: 'Oslo' });
  });

  it('accounts cache_control', async () => {
    const local = openServer({ respond: () => 'ok' });
    const body = {
      ...say('one.'),
      system: [{ type: 'text', text: 'a'.repeat(8000), cache_control: { type: 'ephemeral' } }],
    };
    const usages = [];
    for (let call = 0; call < 2; call++)
      usages.push(((await (await ask(local, 'invoke', body)).json()) as Json).usage);
    expect(usages).toMatchObject([
      { cache_creation_input_tokens: 2000, cache_read_input_tokens: 0 },
      { cache_creation_input_tokens: 0, cache_read_input_tokens: 2000 },
    ]);
  });

  it('begins and ends a stream as Bedrock does', async () => {
    const response = await ask(server, 'invoke-with-response-stream', say('Hi'));
    expect(response.headers.get('content-type')).toBe('application/vnd.amazon.eventstream');
    expect(response.headers.get('x-amzn-bedrock-content-type')).toBe('application/json');
    const frames = await framesOf(response);
    expect(new Set(frames.map(({ headers }) => headers[':event-type']))).toEqual(new Set(['chunk']));
    expect(frames.every(({ payload }) => Object.keys(payload).join() === 'bytes,p')).toBe(true);
    const again = await chunksOf(await ask(server, 'invoke-with-response-stream', say('Hi')));
    expect(again[0]).toMatchObject({
      type: 'message_start',
      message: { content: [], stop_reason: null, usage: { output_tokens: 1 } },
    });
    expect(again.at(-1)).toEqual({
      type: 'message_stop',
      'amazon-bedrock-invocationMetrics': {
        inputTokenCount: 1,
        outputTokenCount: again.at(-2).usage.output_tokens,
        invocationLatency: expect.any(Number),
        firstByteLatency: expect.any(Number),
        cacheReadInputTokenCount: 0,
        cacheWriteInputTokenCount: 0,
      },
    });
  });

  it.each<[string, unknown, string]>([
    ['no version', { max_tokens: 1, messages: [] }, 'anthropic_version: Field required'],
    ['no max_tokens', { ...say('Hi'), max_tokens: undefined }, 'max_tokens: Field required'],
    ['messages of a wrong type', { ...base, messages: 'Hi' }, 'messages: Input should be a valid list'],
    [
      'a temperature that is too high',
      { ...say('Hi'), temperature: 2 },
      'temperature: Input should be less than or equal to 1',
    ],
    [
      'an unknown block',
      say([{ type: 'music' }]),
      "messages.0.content.0: Input tag 'music' found using 'type' does not match any of the expected tags: 'text', 'image', 'document', 'search_result', 'tool_use', 'tool_result', 'thinking', 'redacted_thinking'",
    ],
    [
      'a link to an image',
      say([{ type: 'image', source: { type: 'url', url: 'https://example.com' } }]),
      "messages.0.content.0.source: Input tag 'url' found using 'type' does not match any of the expected tags: 'base64'",
    ],
    [
      'an assistant who begins',
      { ...base, messages: [{ role: 'assistant', content: 'Hi' }] },
      'messages: first message must use the "user" role',
    ],
    ['an empty message', say([]), 'messages.0: all messages must have non-empty content'],
    [
      'a call without a result',
      {
        ...base,
        tools: [tool],
        messages: [
          { role: 'user', content: 'Hi' },
          { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'x', input: {} }] },
          { role: 'user', content: 'And?' },
        ],
      },
      'messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: a. Each `tool_use` block must have a corresponding `tool_result` block in the next message.',
    ],
    [
      'a result without a call',
      say([{ type: 'tool_result', tool_use_id: 'a', content: 'x' }]),
      'messages.0.content: unexpected `tool_use_id` found in `tool_result` blocks: a. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.',
    ],
  ])('refuses %s', async (_, body, message) => {
    expect(await failureOf(await ask(server, 'invoke', body))).toEqual([400, 'ValidationException', message]);
  });

  it('refuses a body of more than 25 million bytes', async () => {
    const [status, , message] = await failureOf(
      await ask(openServer(), 'invoke', say('x'.repeat(25_000_000))),
    );
    expect([status, message]).toEqual([
      400,
      "1 validation error detected: Value at 'body' failed to satisfy constraint: Member must have length less than or equal to 25000000",
    ]);
  });

  it('says that a model does not chat this way', async () => {
    const response = await ask(server, 'invoke', { input: 'Hi' }, { modelId: 'xai.grok-4.6' });
    expect(await failureOf(response)).toEqual([
      400,
      'ValidationException',
      'The model is not known to take this body through InvokeModel. Use Converse for this model.',
    ]);
  });

  it('serves profiles and custom models by their body', async () => {
    const modelId = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123';
    expect((await ask(server, 'invoke', say('Hi'), { modelId })).status).toBe(200);
    expect(server.requests.at(-1)).toMatchObject({ operation: 'InvokeModel', modelId });
  });

  it('ignores members that it does not know, and logs them', async () => {
    await ask(server, 'invoke', { ...say('Hi'), colour: 'red' });
    expect(server.requests.at(-1)?.unknownMembers).toEqual(['colour']);
    expect(server.requests.at(-1)?.path).toBe(`/model/${encodeURIComponent(MODEL)}/invoke`);
  });
});
