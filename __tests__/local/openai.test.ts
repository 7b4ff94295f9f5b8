import type { LocalBedrock, LocalReply } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import { type Json, openServer } from './support.ts';

const MANTLE = 'https://bedrock-mantle.us-east-1.api.aws';
const RUNTIME = 'https://bedrock-runtime.us-east-1.amazonaws.com';
const model = 'openai.gpt-oss-120b';

function post(server: LocalBedrock, path: string, body: unknown, host = MANTLE): Promise<Response> {
  return server.fetch(host + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

const json = async (server: LocalBedrock, path: string, body: unknown): Promise<Json> =>
  (await post(server, path, body)).json();

/** The data of a stream of events; `[DONE]` is no JSON. */
async function eventsOf(response: Response): Promise<Json[]> {
  const blocks = (await response.text()).split('\n\n').filter(block => block !== '');
  return blocks.map(block => {
    const data = block.replace(/^(?:event: .*\n)?data: /, '');
    return data === '[DONE]' ? data : JSON.parse(data);
  });
}

const weather = {
  name: 'get_weather',
  description: 'The weather in a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const schema = {
  type: 'object',
  properties: { city: { type: 'string' }, population: { type: 'integer' } },
  required: ['city', 'population'],
  additionalProperties: false,
};

describe('Chat Completions', () => {
  const server = openServer();
  const chat = (body: object) => json(server, '/v1/chat/completions', { model, ...body });
  const say = (content: unknown) => ({ messages: [{ role: 'user', content }] });

  it('answers a text', async () => {
    expect(await chat(say('Good morning'))).toEqual({
      id: expect.stringMatching(/^chatcmpl-/),
      object: 'chat.completion',
      created: expect.any(Number),
      model,
      choices: [
        {
          index: 0,
          finish_reason: 'stop',
          logprobs: null,
          message: { role: 'assistant', content: expect.stringContaining('“Good morning”'), refusal: null },
        },
      ],
      service_tier: 'default',
      usage: {
        prompt_tokens: 3,
        completion_tokens: 26,
        total_tokens: 29,
        prompt_tokens_details: { cached_tokens: 0 },
      },
    });
  });

  it.each([
    ['bedrock-runtime', RUNTIME, '/openai/v1/chat/completions'],
    ['Mantle', MANTLE, '/openai/v1/chat/completions'],
  ])('is also on %s under its other prefix', async (_, host, path) => {
    const response = await post(server, path, { model, ...say('Hello') }, host);
    expect(response.status).toBe(200);
    expect(server.requests.at(-1)).toMatchObject({ operation: 'ChatCompletions', modelId: model });
  });

  it('calls a tool, and reads the call and its result in the next turn', async () => {
    const tools = [{ type: 'function', function: weather }];
    const first = await chat({ ...say('What is the weather in Oslo?'), tools });
    const { message, finish_reason: reason } = first.choices[0];
    expect(reason).toBe('tool_calls');
    expect(message.content).toBeNull();
    const [call] = message.tool_calls;
    expect(call).toMatchObject({
      type: 'function',
      function: { name: 'get_weather', arguments: '{"city":"Oslo"}' },
    });
    const second = await chat({
      tools,
      messages: [
        { role: 'developer', content: 'Be brief.' },
        { role: 'user', content: 'What is the weather in Oslo?' },
        message,
        { role: 'tool', tool_call_id: call.id, content: 'rain' },
      ],
    });
    expect(second.choices[0].message.content).toContain('rain');
  });

  it.each([
    ['required', { tool_calls: [{ function: { name: 'get_weather' } }] }],
    [
      { type: 'function', function: { name: 'get_weather' } },
      { tool_calls: [{ function: { name: 'get_weather' } }] },
    ],
    ['none', { content: expect.any(String) }],
  ])('keeps to the choice of tools %j', async (choice, message) => {
    const tools = [{ type: 'function', function: weather }];
    const body = await chat({ ...say('Tell me a joke'), tools, tool_choice: choice });
    expect(body.choices[0].message).toMatchObject(message);
  });

  it('follows a JSON schema', async () => {
    const format = { type: 'json_schema', json_schema: { name: 'city', schema } };
    const body = await chat({ ...say('In Oslo live 700000 people'), response_format: format });
    expect(JSON.parse(body.choices[0].message.content)).toEqual({ city: 'Oslo', population: 700_000 });
  });

  it('reasons beside the text, as models with open weights do', async () => {
    const body = await chat({ ...say('Why?'), reasoning_effort: 'low' });
    expect(body.choices[0].message).toMatchObject({
      reasoning: expect.stringContaining('The user asks'),
      content: expect.stringContaining('local Bedrock'),
    });
  });

  it('looks at images, sounds and documents', async () => {
    const data = btoa('not much of a file');
    const body = await chat(
      say([
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } },
        { type: 'input_audio', input_audio: { data, format: 'mp3' } },
        { type: 'file', file: { filename: 'notes.pdf', file_data: `data:application/pdf;base64,${data}` } },
      ]),
    );
    expect(body.choices[0].message.content).toMatch(/image.*audio|audio.*image|image/s);
  });

  it('stops at stop sequences and at the limit of tokens', async () => {
    const stopped = await chat({ ...say('Hello'), stop: ['server'] });
    expect(stopped.choices[0]).toMatchObject({ finish_reason: 'stop' });
    expect(stopped.choices[0].message.content).not.toContain('server');
    const cut = await chat({ ...say('Hello'), max_completion_tokens: 5 });
    expect(cut.choices[0].finish_reason).toBe('length');
    expect(cut.usage.completion_tokens).toBeLessThanOrEqual(6);
  });

  it('streams what it answers whole', async () => {
    const tools = [{ type: 'function', function: weather }];
    const request = { model, ...say('What is the weather in Oslo?'), tools, reasoning_effort: 'low' };
    const whole = await json(server, '/v1/chat/completions', request);
    const response = await post(server, '/v1/chat/completions', {
      ...request,
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const events = await eventsOf(response);
    expect(events.pop()).toBe('[DONE]');
    expect(events.at(-1)).toMatchObject({ object: 'chat.completion.chunk', choices: [], usage: whole.usage });
    const deltas: Json[] = events.flatMap(event => event.choices.map((choice: Json) => choice.delta));
    const { message } = whole.choices[0];
    expect(deltas.map(delta => delta.reasoning ?? '').join('')).toBe(message.reasoning);
    const calls = deltas.flatMap(delta => delta.tool_calls ?? []);
    expect(calls[0]).toMatchObject({ index: 0, id: message.tool_calls[0].id });
    expect(calls.map((call: Json) => call.function.arguments).join('')).toBe('{"city":"Oslo"}');
  });

  it('streams no usage that is not asked for', async () => {
    const events = await eventsOf(
      await post(server, '/v1/chat/completions', { model, ...say('Hello'), stream: true }),
    );
    expect(events.some(event => event.usage !== undefined)).toBe(false);
  });
});

describe('Responses', () => {
  const server = openServer();
  const respond = (body: object) => json(server, '/v1/responses', { model, ...body });

  it('answers a text', async () => {
    expect(await respond({ input: 'Good morning' })).toMatchObject({
      id: expect.stringMatching(/^resp_/),
      object: 'response',
      status: 'completed',
      model,
      output: [
        {
          type: 'message',
          role: 'assistant',
          content: [
            { type: 'output_text', text: expect.stringContaining('“Good morning”'), annotations: [] },
          ],
        },
      ],
      usage: { input_tokens: 3, output_tokens: 26, total_tokens: 29 },
    });
  });

  it('calls a tool, and reads the call and its result in the next turn', async () => {
    const tools = [{ type: 'function', ...weather }];
    const question = {
      role: 'user',
      content: [{ type: 'input_text', text: 'What is the weather in Oslo?' }],
    };
    const first = await respond({ input: [question], tools });
    const [call] = first.output;
    expect(call).toMatchObject({ type: 'function_call', name: 'get_weather', arguments: '{"city":"Oslo"}' });
    const result = { type: 'function_call_output', call_id: call.call_id, output: 'rain' };
    const second = await respond({ instructions: 'Be brief.', input: [question, call, result], tools });
    expect(second.output[0].content[0].text).toContain('rain');
  });

  it('follows a JSON schema', async () => {
    const body = await respond({
      input: 'In Oslo live 700000 people',
      text: { format: { type: 'json_schema', name: 'city', schema } },
    });
    expect(JSON.parse(body.output[0].content[0].text)).toEqual({ city: 'Oslo', population: 700_000 });
  });

  it('reasons whole, or in a summary that is asked for', async () => {
    const [whole] = (await respond({ input: 'Why?', reasoning: { effort: 'low' } })).output;
    expect(whole).toMatchObject({ type: 'reasoning', summary: [], content: [{ type: 'reasoning_text' }] });
    const summed = await respond({
      input: 'Why?',
      reasoning: { effort: 'low', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
    });
    expect(summed.output[0]).toMatchObject({
      summary: [{ type: 'summary_text', text: whole.content[0].text }],
      encrypted_content: expect.any(String),
    });
  });

  it('says that it is incomplete at the limit of tokens', async () => {
    expect(await respond({ input: 'Hello', max_output_tokens: 16 })).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
    });
  });

  it.each([
    ['a call and reasoning', { tools: [{ type: 'function', ...weather }], reasoning: { effort: 'low' } }],
    ['a summary', { reasoning: { effort: 'low', summary: 'auto' } }],
    ['too little room', { max_output_tokens: 16 }],
  ])('streams what it answers whole: %s', async (_, members) => {
    const request = { model, input: 'What is the weather in Oslo?', ...members };
    const whole = await json(server, '/v1/responses', request);
    const events = await eventsOf(await post(server, '/v1/responses', { ...request, stream: true }));
    expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_event, index) => index));
    expect(events[0].type).toBe('response.created');
    const { type, response } = events.at(-1);
    expect(type).toBe(`response.${whole.status}`);
    const withoutIds = (items: Json[]) =>
      items.map(({ id: _id, encrypted_content: _sealed, ...item }) => item);
    expect(withoutIds(response.output)).toEqual(withoutIds(whole.output));
    expect(response.usage).toEqual(whole.usage);
    const done = events.filter(event => event.type === 'response.output_item.done').map(event => event.item);
    expect(done).toEqual(response.output);
  });
});

describe("Anthropic's Messages on Mantle", () => {
  const server = openServer();
  const request = {
    model: 'anthropic.claude-opus-4-8',
    max_tokens: 100,
    messages: [{ role: 'user', content: 'Good morning' }],
  };

  it('answers whole and streamed, with the same text', async () => {
    const whole = await json(server, '/anthropic/v1/messages', request);
    expect(whole).toMatchObject({
      id: expect.stringMatching(/^msg_/),
      type: 'message',
      stop_reason: 'end_turn',
    });
    const response = await post(server, '/anthropic/v1/messages', { ...request, stream: true });
    const text = await response.clone().text();
    expect(text).toMatch(/^event: message_start\ndata: \{"type":"message_start"/);
    const events = await eventsOf(response);
    expect(events.map(({ delta }) => delta?.text ?? '').join('')).toBe(whole.content[0].text);
    expect(events.at(-1).type).toBe('message_stop');
  });

  it('is not the body of InvokeModel', async () => {
    const { model: _, ...rest } = request;
    const response = await post(server, '/anthropic/v1/messages', {
      ...rest,
      anthropic_version: 'bedrock-2023-05-31',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      type: 'error',
      error: { type: 'invalid_request_error', message: 'model: Field required' },
    });
  });
});

describe('refused requests', () => {
  const server = openServer();
  const user = { role: 'user', content: 'Hello' };

  it.each<[string, string, object, string]>([
    ['no messages', '/v1/chat/completions', { model }, 'messages: Field required'],
    [
      'a role that there is not',
      '/v1/chat/completions',
      { model, messages: [{ role: 'robot', content: 'Hi' }] },
      'robot',
    ],
    [
      'a number as text',
      '/v1/chat/completions',
      { model, messages: [{ role: 'user', content: 7 }] },
      'messages.0.content',
    ],
    ['too much heat', '/v1/chat/completions', { model, messages: [user], temperature: 3 }, 'temperature'],
    [
      'a result without its call',
      '/v1/chat/completions',
      { model, messages: [user, { role: 'tool', tool_call_id: 'call_1', content: 'rain' }] },
      'call_1',
    ],
    [
      'an image to fetch',
      '/v1/chat/completions',
      {
        model,
        messages: [
          { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://a.b/c.png' } }] },
        ],
      },
      'data URLs',
    ],
    ['no input', '/v1/responses', { model }, 'input: Field required'],
    ['an item that there is not', '/v1/responses', { model, input: [{ type: 'dance' }] }, 'dance'],
    [
      'arguments that are no JSON',
      '/v1/responses',
      { model, input: [{ type: 'function_call', call_id: 'c', name: 'f', arguments: '{' }] },
      'not valid JSON',
    ],
  ])('%s', async (_, path, body, words) => {
    const response = await post(server, path, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: {
        type: 'invalid_request_error',
        message: expect.stringContaining(words),
        param: null,
        code: null,
      },
    });
  });

  it.each<[LocalReply, number, string]>([
    [{ error: { name: 'ThrottlingException' } }, 429, 'rate_limit_error'],
    [{ error: { name: 'ServiceUnavailableException' } }, 503, 'server_error'],
    [{ error: { name: 'AccessDeniedException' } }, 403, 'permission_error'],
  ])('as a script says: %j', async (reply, status, type) => {
    server.enqueue(reply);
    const response = await post(server, '/v1/responses', { model, input: 'Hello' });
    expect([response.status, ((await response.json()) as Json).error.type]).toEqual([status, type]);
    expect(response.headers.get('x-amzn-requestid')).toBe(server.requests.at(-1)?.requestId);
  });

  it('a model that there is not', async () => {
    const response = await post(server, '/v1/chat/completions', { model: 'acme.one', messages: [user] });
    expect(response.status).toBe(404);
    expect(((await response.json()) as Json).error.type).toBe('not_found_error');
  });

  it('members that there are not, when the server is strict', async () => {
    const strict = openServer({ strict: true });
    const body = { model, messages: [user], colour: 'red' };
    expect((await post(strict, '/v1/chat/completions', body)).status).toBe(400);
    expect((await post(server, '/v1/chat/completions', body)).status).toBe(200);
    expect(server.requests.at(-1)?.unknownMembers).toEqual(['colour']);
  });
});

describe('quotas', () => {
  it.each([
    ['/v1/chat/completions', { messages: [{ role: 'user', content: 'Hello' }], max_tokens: 20 }],
    ['/v1/responses', { input: 'Hello', max_output_tokens: 20 }],
  ])('are reserved and settled at %s, whole and streamed', async (path, members) => {
    const server = openServer({ quotas: { tokensPerMinute: 40 } });
    const ask = (stream: boolean) => post(server, path, { model, ...members, stream });
    await (await ask(true)).text();
    const { settledTokens, reservedTokens } = server.counters(model);
    expect(reservedTokens).toBe(0);
    expect(settledTokens).toBeGreaterThan(15);
    const whole = await ask(false);
    expect(whole.status).toBe(429);
    expect(((await whole.json()) as Json).error).toMatchObject({ type: 'rate_limit_error' });
  });
});

describe('the models of Mantle', () => {
  it('are those of the server, where it has a list', async () => {
    const server = openServer({ models: ['openai.gpt-5.5'] });
    const { data } = (await (await server.fetch(`${MANTLE}/v1/models`)).json()) as Json;
    expect(data).toMatchObject([{ id: 'openai.gpt-5.5', object: 'model', status: 'available' }]);
  });
});
