import { describe, expect, it } from 'vitest';
import {
  ask,
  converse,
  converseText,
  eventsOf,
  type Json,
  openServer,
  say,
  stockTool,
  weatherTool,
} from './support.ts';

const server = openServer();
const contentOf = async (body: unknown): Promise<Json[]> =>
  (await converse(server, body)).output.message.content;

/** A conversation in which the tool was called and has answered. */
const afterTool = (content: unknown[], more: object = {}) => ({
  messages: [
    ...say('What is the weather in Oslo?').messages,
    {
      role: 'assistant',
      content: [{ toolUse: { toolUseId: 'a', name: 'get_weather', input: { city: 'Oslo' } } }],
    },
    { role: 'user', content: [{ toolResult: { toolUseId: 'a', content, ...more } }] },
  ],
  toolConfig: { tools: [weatherTool] },
});

describe('the built-in responder', () => {
  it('says that it is no language model, and what it was told', async () => {
    const text = await converseText(server, {
      ...say('Tell me a story about a fox.'),
      system: [{ text: 'Be kind.' }],
    });
    expect(text).toBe(
      'This is the local Bedrock, a test server and not a language model. ' +
        'You wrote 7 words: “Tell me a story about a fox.”. My system prompt begins with “Be kind.”.',
    );
  });

  it('remembers how the conversation began', async () => {
    const messages = [
      ...say('I am Ada.').messages,
      { role: 'assistant', content: [{ text: 'Hello.' }] },
      ...say('Who am I?').messages,
    ];
    expect(await converseText(server, { messages })).toContain('Our conversation began with “I am Ada.”.');
  });

  it('answers equal requests equally, in whole and as a stream', async () => {
    const body = { ...say('The weather in Rome?'), toolConfig: { tools: [weatherTool] } };
    const [one, two] = [await contentOf(body), await contentOf(body)];
    expect(one).toEqual(two);
    const events = await eventsOf(await ask(server, 'converse-stream', body));
    expect(events.find(event => event.contentBlockStart).contentBlockStart.start.toolUse.toolUseId).toBe(
      one[0].toolUse.toolUseId,
    );
  });

  it('acknowledges media by their kind and size', async () => {
    const text = await converseText(server, {
      messages: [
        {
          role: 'user',
          content: [
            { text: 'See these.' },
            { image: { format: 'png', source: { bytes: btoa('x'.repeat(1234)) } } },
            { document: { name: 'a report', format: 'pdf', source: { bytes: btoa('%PDF-') } } },
            { video: { format: 'mp4', source: { s3Location: { uri: 's3://bucket/film.mp4' } } } },
          ],
        },
      ],
    });
    expect(text).toContain('I received an image (png, 1,234 bytes).');
    expect(text).toContain('I received the document “a report” (pdf, 5 bytes).');
    expect(text).toContain('I received a video (mp4, in S3).');
  });
});

describe('tools', () => {
  const tools = [stockTool, weatherTool];

  it('are called when their words are in the question', async () => {
    const { output, stopReason } = await converse(server, {
      ...say('How is the weather in New York, in fahrenheit?'),
      toolConfig: { tools },
    });
    expect(output.message.content).toEqual([
      {
        toolUse: {
          toolUseId: expect.stringMatching(/^tooluse_[A-Za-z0-9]{22}$/),
          name: 'get_weather',
          input: { city: 'New York', unit: 'fahrenheit' },
        },
      },
    ]);
    expect(stopReason).toBe('tool_use');
  });

  it('are left alone when none fits', async () => {
    const [block] = await contentOf({ ...say('Sing me a song.'), toolConfig: { tools } });
    expect(block.text).toContain('None of the tools I was given fits: stock_price, get_weather.');
  });

  it('are called when there is only one, in the first turn', async () => {
    const [block] = await contentOf({ ...say('Is it cold there?'), toolConfig: { tools: [weatherTool] } });
    expect(block.toolUse.name).toBe('get_weather');
  });

  it('are called when one must be', async () => {
    const [block] = await contentOf({
      ...say('Sing me a song.'),
      toolConfig: { tools, toolChoice: { any: {} } },
    });
    expect(block.toolUse.name).toBe('stock_price');
  });

  it('are called when that one must be', async () => {
    const toolChoice = { tool: { name: 'stock_price' } };
    const [block] = await contentOf({ ...say('The weather?'), toolConfig: { tools, toolChoice } });
    expect(block.toolUse.name).toBe('stock_price');
  });

  it('are put into words when they have answered', async () => {
    for (const content of [
      [{ json: { celsius: 7, sky: 'rain' } }],
      [{ text: '{"celsius":7,"sky":"rain"}' }],
    ]) {
      const { output, stopReason } = await converse(server, afterTool(content));
      expect(output.message.content[0].text).toContain('The tool get_weather answered: celsius 7, sky rain.');
      expect(stopReason).toBe('end_turn');
    }
  });

  it('are said to have failed when they have', async () => {
    const text = await converseText(server, afterTool([{ text: 'No such city.' }], { status: 'error' }));
    expect(text).toContain('The tool get_weather failed: No such city.');
  });

  it('are followed by another one when one must be called again', async () => {
    const body = afterTool([{ json: { celsius: 7 } }]);
    const [block] = await contentOf({ ...body, toolConfig: { tools, toolChoice: { any: {} } } });
    expect(block.toolUse.name).toBe('stock_price');
  });
});

describe('structured output', () => {
  const schema = {
    type: 'object',
    properties: { city: { type: 'string' }, celsius: { type: 'number' }, rain: { type: 'boolean' } },
    required: ['city', 'celsius', 'rain'],
    additionalProperties: false,
  };
  const native = {
    outputConfig: {
      textFormat: {
        type: 'json_schema',
        structure: { jsonSchema: { schema: JSON.stringify(schema), name: 'w' } },
      },
    },
  };

  it.each([
    ['outputConfig', native],
    [
      'output_config',
      { additionalModelRequestFields: { output_config: { format: { type: 'json_schema', schema } } } },
    ],
    [
      'response_format',
      {
        additionalModelRequestFields: {
          response_format: { type: 'json_schema', json_schema: { name: 'w', schema } },
        },
      },
    ],
  ])('follows the schema in %s', async (_, format) => {
    const text = await converseText(server, { ...say('How warm is it in Oslo?'), ...format });
    expect(JSON.parse(text)).toEqual({ city: 'Oslo', celsius: 1, rain: true });
  });

  it('takes over what a tool has found', async () => {
    const text = await converseText(server, {
      ...afterTool([{ json: { celsius: -3, rain: false } }]),
      ...native,
    });
    expect(JSON.parse(text)).toEqual({ city: 'Oslo', celsius: -3, rain: false });
  });

  it('comes behind the tool that fits', async () => {
    const body = { ...say('The weather in Oslo?'), toolConfig: { tools: [weatherTool] }, ...native };
    expect((await contentOf(body))[0].toolUse.name).toBe('get_weather');
  });
});

describe('reasoning', () => {
  it.each([
    { thinking: { type: 'enabled', budget_tokens: 1024 } },
    { thinking: { type: 'adaptive' } },
    { reasoning_config: { type: 'enabled', budget_tokens: 1024 } },
    { reasoning_config: 'high' },
    { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' } },
    { reasoning_effort: 'medium' },
    { chat_template_kwargs: { thinking: true } },
  ])('is shown for %o', async additionalModelRequestFields => {
    const [first, second] = await contentOf({ ...say('Why?'), additionalModelRequestFields });
    const { text, signature } = first.reasoningContent.reasoningText;
    expect(text).toContain('The user asks “Why?”.');
    expect(atob(signature)).toMatch(/^local:/);
    expect(second.text).toBeDefined();
  });

  it.each([
    {},
    { thinking: { type: 'disabled' } },
    { reasoningConfig: { type: 'disabled' } },
    { reasoning_effort: 'none' },
    { chat_template_kwargs: { thinking: false } },
  ])('is not shown for %o', async additionalModelRequestFields => {
    const blocks = await contentOf({ ...say('Why?'), additionalModelRequestFields });
    expect(blocks.map(block => Object.keys(block)[0])).toEqual(['text']);
  });

  it('comes without its text when that is omitted', async () => {
    const [first] = await contentOf({
      ...say('Why?'),
      additionalModelRequestFields: { thinking: { type: 'adaptive', display: 'omitted' } },
    });
    expect(first.reasoningContent.reasoningText).toEqual({ text: '', signature: expect.any(String) });
  });

  it('may come back in the next request', async () => {
    const fields = { additionalModelRequestFields: { thinking: { type: 'adaptive' } } };
    const first = await converse(server, { ...say('Why?'), ...fields });
    const messages = [...say('Why?').messages, first.output.message, ...say('Really?').messages];
    expect((await ask(server, 'converse', { messages, ...fields })).status).toBe(200);
  });
});

describe('citations', () => {
  const facts = 'Ruby was created by Yukihiro Matsumoto. It was released in 1995. Rails is written in Ruby.';
  const withDocument = (document: object, question = 'Who created Ruby?') => ({
    messages: [{ role: 'user', content: [{ text: question }, { document: { name: 'facts', ...document } }] }],
  });
  const citedIn = async (body: unknown) =>
    (await contentOf(body))
      .flatMap(block => block.citationsContent ?? [])
      .map(({ content, citations }) => ({
        text: content[0].text,
        citation: citations[0],
      }));

  it.each([
    ['text', { source: { text: facts } }],
    ['bytes', { format: 'txt', source: { bytes: btoa(facts) } }],
  ])('give the true place in a document of %s', async (_, document) => {
    const [first] = await citedIn(withDocument({ ...document, citations: { enabled: true } }));
    expect(first?.citation).toEqual({
      title: 'facts',
      sourceContent: [{ text: 'Ruby was created by Yukihiro Matsumoto.' }],
      location: { documentChar: { documentIndex: 0, start: 0, end: 39 } },
    });
    const { start, end } = (first as Json).citation.location.documentChar;
    expect(facts.slice(start, end)).toBe(first?.text);
  });

  it('count the documents before, also those that are not cited', async () => {
    const [first] = await citedIn({
      messages: [
        {
          role: 'user',
          content: [
            { text: 'Who created Ruby?' },
            { document: { name: 'other', source: { text: 'Ruby is red.' } } },
            {
              document: { name: 'facts', source: { text: `Hello. ${facts}` }, citations: { enabled: true } },
            },
          ],
        },
      ],
    });
    expect(first?.citation.location).toEqual({ documentChar: { documentIndex: 1, start: 7, end: 46 } });
  });

  it('name the chunk of a document in chunks', async () => {
    const source = { content: [{ text: 'Bring a coat.' }, { text: 'Ruby was created in Japan.' }] };
    const [first] = await citedIn(withDocument({ source, citations: { enabled: true } }));
    expect(first?.citation.location).toEqual({ documentChunk: { documentIndex: 0, start: 1, end: 2 } });
  });

  it('name the search result', async () => {
    const searchResult = {
      source: 'https://example.com/ruby',
      title: 'Ruby',
      content: [{ text: 'A gem. Ruby was created in Japan.' }],
      citations: { enabled: true },
    };
    const [first] = await citedIn({
      messages: [{ role: 'user', content: [{ text: 'Where was Ruby created?' }, { searchResult }] }],
    });
    expect(first?.citation).toEqual({
      title: 'Ruby',
      source: 'https://example.com/ruby',
      sourceContent: [{ text: 'Ruby was created in Japan.' }],
      location: { searchResultLocation: { searchResultIndex: 0, start: 0, end: 1 } },
    });
  });

  it('are not given when nobody asked for them, or the document cannot be read', async () => {
    expect(await citedIn(withDocument({ source: { text: facts } }))).toEqual([]);
    expect(
      await citedIn(
        withDocument({ format: 'pdf', source: { bytes: btoa('%PDF-') }, citations: { enabled: true } }),
      ),
    ).toEqual([]);
  });
});

describe('limits', () => {
  it('cut the answer at maxTokens', async () => {
    const { output, stopReason, usage } = await converse(server, {
      ...say('Tell me much.'),
      inferenceConfig: { maxTokens: 5 },
    });
    expect(output.message.content).toEqual([{ text: 'This is the local Be' }]);
    expect(stopReason).toBe('max_tokens');
    expect(usage.outputTokens).toBe(5);
  });

  it('let no half of a tool call out', async () => {
    const { output, stopReason } = await converse(server, {
      ...say('The weather in Oslo?'),
      toolConfig: { tools: [weatherTool] },
      inferenceConfig: { maxTokens: 2 },
    });
    expect(output.message.content).toEqual([]);
    expect(stopReason).toBe('max_tokens');
  });

  it('cut reasoning too, which is then unsigned', async () => {
    const [first, ...rest] = await contentOf({
      ...say('Why?'),
      inferenceConfig: { maxTokens: 3 },
      additionalModelRequestFields: { reasoning_effort: 'low' },
    });
    expect(first).toEqual({ reasoningContent: { reasoningText: { text: 'The user ask' } } });
    expect(rest).toEqual([]);
  });

  it('stop before the first stop sequence, and tell which when asked', async () => {
    const inferenceConfig = { stopSequences: ['model', ', a'] };
    const plain = await converse(server, { ...say('Hi'), inferenceConfig });
    expect(plain.output.message.content).toEqual([{ text: 'This is the local Bedrock' }]);
    expect(plain.stopReason).toBe('stop_sequence');
    expect(plain).not.toHaveProperty('additionalModelResponseFields');
    const asked = await converse(server, {
      ...say('Hi'),
      inferenceConfig,
      additionalModelResponseFieldPaths: ['/stop_sequence', '/delta/stop_sequence', '/nothing'],
    });
    expect(asked.additionalModelResponseFields).toEqual({
      stop_sequence: ', a',
      delta: { stop_sequence: ', a' },
    });
  });
});

describe('usage', () => {
  it('counts four characters as a token', async () => {
    const { usage } = await converse(openServer({ respond: () => 'x'.repeat(41) }), {
      ...say('y'.repeat(81)),
      system: [{ text: 'z'.repeat(40) }],
    });
    expect(usage).toEqual({
      inputTokens: 31,
      outputTokens: 11,
      totalTokens: 42,
      cacheReadInputTokens: 0,
      cacheWriteInputTokens: 0,
    });
  });

  const long = (letter: string, tokens: number) => ({ text: letter.repeat(tokens * 4) });
  const point = (ttl?: string) => ({ cachePoint: { type: 'default', ...(ttl && { ttl }) } });

  it('writes a prefix to the cache first, and reads it later', async () => {
    const local = openServer({ respond: () => 'ok' });
    const body = (question: string) => ({ ...say(question), system: [long('a', 2000), point()] });
    expect((await converse(local, body('one.'))).usage).toMatchObject({
      inputTokens: 1,
      cacheWriteInputTokens: 2000,
      cacheReadInputTokens: 0,
      cacheDetails: [{ ttl: '5m', inputTokens: 2000 }],
    });
    const { usage } = await converse(local, body('two.'));
    expect(usage).toMatchObject({
      inputTokens: 1,
      cacheWriteInputTokens: 0,
      cacheReadInputTokens: 2000,
      totalTokens: 2002,
    });
    expect(usage).not.toHaveProperty('cacheDetails');
  });

  it('shares the cache between operations, and not between models', async () => {
    const local = openServer({ respond: () => 'ok' });
    const body = { ...say('one.'), system: [long('a', 2000), point()] };
    await (await ask(local, 'converse-stream', body)).arrayBuffer();
    expect((await converse(local, body)).usage.cacheReadInputTokens).toBe(2000);
    expect((await converse(local, body, 'anthropic.claude-opus-4-8')).usage.cacheReadInputTokens).toBe(0);
  });

  it('reads up to the longest known prefix and writes the rest, one hour first', async () => {
    const local = openServer({ respond: () => 'ok' });
    const tools = [{ toolSpec: { name: 'x', inputSchema: { json: { type: 'object' } } } }];
    const system = [long('a', 1500), point('1h'), long('b', 1500), point()];
    const first = await converse(local, { ...say('one.'), system, toolConfig: { tools } });
    const toolTokens = first.usage.cacheWriteInputTokens - 3000;
    expect(first.usage.cacheDetails).toEqual([
      { ttl: '1h', inputTokens: 1500 + toolTokens },
      { ttl: '5m', inputTokens: 1500 },
    ]);
    const turn = [{ role: 'user', content: [{ text: 'one.' }, long('c', 1000), point()] }];
    const second = await converse(local, { messages: turn, system, toolConfig: { tools } });
    expect(second.usage).toMatchObject({
      cacheReadInputTokens: 3000 + toolTokens,
      cacheWriteInputTokens: 1001,
      inputTokens: 0,
    });
  });

  it('forgets a prefix when anything before its point changes', async () => {
    const local = openServer({ respond: () => 'ok' });
    await converse(local, { ...say('one.'), system: [long('a', 2000), point()] });
    const { usage } = await converse(local, {
      ...say('one.'),
      system: [{ text: 'b' }, long('a', 2000), point()],
    });
    expect(usage.cacheReadInputTokens).toBe(0);
  });

  it('caches no prefix below the minimum', async () => {
    const local = openServer({ respond: () => 'ok' });
    const { usage } = await converse(local, { ...say('one.'), system: [long('a', 1000), point()] });
    expect(usage).toMatchObject({ cacheWriteInputTokens: 0, inputTokens: 1001 });
  });
});
