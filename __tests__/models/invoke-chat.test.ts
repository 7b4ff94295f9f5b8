/** Calls and replies of InvokeModel chat that all families share. */
import type {
  JSONObject,
  JSONValue,
  LanguageModelV4CallOptions,
  LanguageModelV4StreamPart,
} from '@ai-sdk/provider';
import { generateText, stepCountIs, streamText, tool } from 'ai';
import {
  BedrockError,
  type BedrockLanguageModelOptions,
  chatDefaults,
  createBedrock,
  type InvokeChatTraits,
  type ModelFamily,
  type TrafficEvent,
} from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod/v4';
import { contentOf, textOf } from '../support/collect.ts';
import { user } from '../support/converse-plan.ts';
import {
  errorOf,
  eventFrame,
  exceptionFrame,
  hello,
  jsonResponse,
  readParts,
  streamResponse,
} from '../support/replies.ts';
import { expectProtocol } from '../support/stream-protocol.ts';

const LLAMA = 'meta.llama3-8b-instruct-v1:0';
const QWEN = 'qwen.qwen3-32b-v1:0';
const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';

function modelAnswering(modelId: string, answer: () => Response) {
  const sent: Array<{ url: string; headers: Headers; body: JSONObject }> = [];
  const bedrock = createBedrock({
    region: 'us-east-1',
    apiKey: 'key',
    generateId: () => 'made-up',
    traffic: 'off',
    fetch: async (url, init) => {
      const body = (await new Response(init?.body).json()) as JSONObject;
      sent.push({ url: String(url), headers: new Headers(init?.headers), body });
      return answer();
    },
  });
  return { model: bedrock.invokeModel(modelId), sent };
}

const chunk = (value: JSONValue) => {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return eventFrame(['chunk', { bytes: btoa(String.fromCharCode(...bytes)), p: 'abc' }]);
};

async function partsOf(
  modelId: string,
  chunks: readonly JSONValue[],
  options: Partial<LanguageModelV4CallOptions> = {},
): Promise<LanguageModelV4StreamPart[]> {
  const { model } = modelAnswering(modelId, () => streamResponse(chunks.map(chunk)));
  const parts = await readParts((await model.doStream({ ...hello, ...options })).stream);
  expectProtocol(parts);
  return parts;
}

const finishOf = (parts: readonly LanguageModelV4StreamPart[]) => {
  const finish = parts.at(-1);
  if (finish?.type !== 'finish') throw new Error('no finish');
  return finish;
};

/* ------------------------------------------------------------------ requests */

describe('a call', () => {
  const own: BedrockLanguageModelOptions = {
    guardrailConfig: {
      guardrailIdentifier: 'gr-1',
      guardrailVersion: 'DRAFT',
      trace: 'enabled_full',
      streamProcessingMode: 'async',
    },
    performanceConfig: { latency: 'optimized' },
    serviceTier: 'flex',
    requestMetadata: { team: 'A\u00a0B' },
  };

  it('says in headers what Converse says in its body', async () => {
    const { model, sent } = modelAnswering(LLAMA, () => jsonResponse({}));
    await model.doGenerate({ ...hello, providerOptions: { bedrock: own }, headers: { 'X-Mine': 'yes' } });
    const [{ url, headers, body } = { url: '', headers: new Headers(), body: {} }] = sent;
    expect(url).toBe(
      `https://bedrock-runtime.us-east-1.amazonaws.com/model/${encodeURIComponent(LLAMA)}/invoke`,
    );
    expect(Object.fromEntries(headers)).toMatchObject({
      accept: 'application/json',
      'content-type': 'application/json',
      'x-amzn-bedrock-guardrailidentifier': 'gr-1',
      'x-amzn-bedrock-guardrailversion': 'DRAFT',
      'x-amzn-bedrock-trace': 'ENABLED_FULL',
      'x-amzn-bedrock-performanceconfig-latency': 'optimized',
      'x-amzn-bedrock-service-tier': 'flex',
      'x-amzn-bedrock-request-metadata': '{"team":"A\\u00a0B"}',
      'x-mine': 'yes',
    });
    expect(Object.keys(body)).toEqual(['prompt', 'max_gen_len']);
  });

  it('that streams says how the guardrail is to work, in the body', async () => {
    const { model, sent } = modelAnswering(LLAMA, () => streamResponse([]));
    await errorOf(model.doStream({ ...hello, providerOptions: { bedrock: own } }));
    expect(sent[0]?.url).toMatch(/\/invoke-with-response-stream$/);
    expect(sent[0]?.headers.get('x-amzn-bedrock-accept')).toBe('application/json');
    expect(sent[0]?.body['amazon-bedrock-guardrailConfig']).toEqual({ streamProcessingMode: 'ASYNCHRONOUS' });
  });

  it('marks guarded text with a tag that differs from call to call', async () => {
    const { model, sent } = modelAnswering(LLAMA, () => jsonResponse({}));
    const options: LanguageModelV4CallOptions = {
      prompt: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Check me.', providerOptions: { bedrock: { guardContent: true } } },
            { type: 'text', text: 'Not me.' },
          ],
        },
      ],
      providerOptions: {
        bedrock: { guardrailConfig: { guardrailIdentifier: 'gr-1', guardrailVersion: '1' } },
      },
    };
    await model.doGenerate(options);
    await model.doGenerate(options);
    const suffixes = sent.map(({ body }) => {
      const { tagSuffix } = body['amazon-bedrock-guardrailConfig'] as { tagSuffix: string };
      const tag = `amazon-bedrock-guardrails-guardContent_${tagSuffix}`;
      expect(body['prompt']).toContain(`<${tag}>Check me.</${tag}>\n\nNot me.`);
      return tagSuffix;
    });
    expect(suffixes[0]).toMatch(/^[a-zA-Z0-9]{16,20}$/);
    expect(suffixes[0]).not.toBe(suffixes[1]);
  });

  it('without a guardrail has no tags', async () => {
    const { model, sent } = modelAnswering(LLAMA, () => jsonResponse({}));
    const guarded = {
      type: 'text' as const,
      text: 'Check me.',
      providerOptions: { bedrock: { guardContent: true } },
    };
    await model.doGenerate({ prompt: [{ role: 'user', content: [guarded] }] });
    expect(JSON.stringify(sent[0]?.body)).not.toContain('guardrail');
    expect(sent[0]?.body['prompt']).toContain('Check me.');
  });

  it('says which options of Converse it has no place for', async () => {
    const { model } = modelAnswering(LLAMA, () => jsonResponse({}));
    const { warnings } = await model.doGenerate({
      ...hello,
      providerOptions: {
        bedrock: {
          additionalModelResponseFieldPaths: ['/x'],
          promptVariables: { a: 'b' },
          anthropicBeta: ['c'],
        },
      },
    });
    expect(warnings.map(warning => 'feature' in warning && warning.feature).sort()).toEqual([
      'additionalModelResponseFieldPaths',
      'anthropicBeta',
      'promptVariables',
    ]);
  });

  it('takes the defaults of the provider', async () => {
    const local = createLocalBedrock();
    const bedrock = createBedrock({ ...local.settings, structuredOutputMode: 'instruction' });
    await bedrock.invokeModel(QWEN).doGenerate({
      ...hello,
      responseFormat: { type: 'json', schema: { type: 'object', properties: {} } },
    });
    expect(local.requests[0]?.body).not.toHaveProperty('response_format');
  });
});

/* ------------------------------------------------------------------- replies */

describe('a reply', () => {
  it('counts tokens as the model does, else as the service does', async () => {
    const headers = {
      'x-amzn-bedrock-input-token-count': '11',
      'x-amzn-bedrock-output-token-count': '22',
      'x-amzn-bedrock-cache-read-input-token-count': '33',
      'x-amzn-bedrock-invocation-latency': '44',
      'x-amzn-bedrock-service-tier': 'flex',
      'x-amzn-bedrock-performanceconfig-latency': 'standard',
    };
    const own = { generation: 'Hi', prompt_token_count: 5, stop_reason: 'stop' };
    const { model } = modelAnswering(LLAMA, () => jsonResponse(own, { headers }));
    const { usage, providerMetadata } = await model.doGenerate(hello);
    expect(usage).toMatchObject({
      inputTokens: { total: 38, noCache: 5, cacheRead: 33 },
      outputTokens: { total: 22 },
    });
    expect(providerMetadata).toEqual({
      bedrock: {
        metrics: { latencyMs: 44 },
        serviceTier: { type: 'flex' },
        performanceConfig: { latency: 'standard' },
      },
    });
  });

  it('of OpenAI’s shape tells cached and reasoning tokens apart', async () => {
    const body = {
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
      usage: {
        prompt_tokens: 100,
        completion_tokens: 50,
        prompt_tokens_details: { cached_tokens: 60 },
        completion_tokens_details: { reasoning_tokens: 20 },
      },
    };
    const { model } = modelAnswering(QWEN, () => jsonResponse(body));
    expect((await model.doGenerate(hello)).usage).toMatchObject({
      inputTokens: { total: 100, noCache: 40, cacheRead: 60 },
      outputTokens: { total: 50, text: 30, reasoning: 20 },
    });
  });

  it('of Claude keeps signatures, redacted thoughts and the sequence that stopped it', async () => {
    const body = {
      type: 'message',
      content: [
        { type: 'thinking', thinking: 'Hm.', signature: 'sig' },
        { type: 'redacted_thinking', data: 'AAAA' },
        { type: 'text', text: 'Yes' },
      ],
      stop_reason: 'stop_sequence',
      stop_sequence: 'END',
      usage: {
        input_tokens: 5,
        output_tokens: 9,
        cache_creation_input_tokens: 7,
        cache_read_input_tokens: 0,
        cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 7 },
        output_tokens_details: { thinking_tokens: 4 },
      },
    };
    const { model } = modelAnswering(CLAUDE, () => jsonResponse(body));
    expect(await model.doGenerate(hello)).toMatchObject({
      content: [
        { type: 'reasoning', text: 'Hm.', providerMetadata: { bedrock: { signature: 'sig' } } },
        { type: 'reasoning', text: '', providerMetadata: { bedrock: { redactedData: 'AAAA' } } },
        { type: 'text', text: 'Yes' },
      ],
      finishReason: { unified: 'stop', raw: 'stop_sequence' },
      usage: { inputTokens: { total: 12, cacheWrite: 7 }, outputTokens: { text: 5, reasoning: 4 } },
      providerMetadata: {
        bedrock: { stopSequence: 'END', usage: { cacheDetails: [{ ttl: '1h', inputTokens: 7 }] } },
      },
    });
  });

  it('of Claude cites its sources', async () => {
    const citation = {
      type: 'char_location',
      cited_text: 'Ada made it.',
      document_index: 0,
      document_title: 'facts',
      start_char_index: 0,
      end_char_index: 12,
    };
    const body = {
      type: 'message',
      content: [{ type: 'text', text: 'Ada did.', citations: [citation] }],
      stop_reason: 'end_turn',
      usage: {},
    };
    const { model } = modelAnswering(CLAUDE, () => jsonResponse(body));
    const document = {
      type: 'file' as const,
      mediaType: 'text/plain',
      filename: 'facts.txt',
      data: { type: 'text' as const, text: 'Ada made it.' },
      providerOptions: { bedrock: { citations: { enabled: true } } },
    };
    const { content } = await model.doGenerate({ prompt: [{ role: 'user', content: [document] }] });
    expect(content).toMatchObject([
      { type: 'text', text: 'Ada did.' },
      { type: 'source', sourceType: 'document', title: 'facts', filename: 'facts.txt' },
    ]);
  });

  it.each([
    ['refusal', 'content-filter'],
    ['model_context_window_exceeded', 'length'],
    ['pause_turn', 'other'],
  ])('of Claude that ends with %s', async (stop_reason, unified) => {
    const body = { type: 'message', content: [], stop_reason, usage: {} };
    const { model } = modelAnswering(CLAUDE, () => jsonResponse(body));
    expect((await model.doGenerate(hello)).finishReason).toEqual({ unified, raw: stop_reason });
  });

  it.each([
    ['COMPLETE', 'stop'],
    ['complete', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['ERROR_LIMIT', 'length'],
    ['ERROR_TOXIC', 'content-filter'],
    ['ERROR', 'error'],
    ['USER_CANCEL', 'other'],
  ])('of Command R that ends with %s', async (finish_reason, unified) => {
    const { model } = modelAnswering('cohere.command-r-v1:0', () =>
      jsonResponse({ text: 'x', finish_reason }),
    );
    expect((await model.doGenerate(hello)).finishReason).toEqual({ unified, raw: finish_reason });
  });

  it('of Pegasus ends under another name in a stream, and its input is not counted', async () => {
    const video = {
      type: 'file' as const,
      mediaType: 'video/mp4',
      data: { type: 'data' as const, data: 'AAAA' },
    };
    const prompt = [
      { role: 'user' as const, content: [video, { type: 'text' as const, text: 'What is it?' }] },
    ];
    const headers = { 'x-amzn-bedrock-input-token-count': '0', 'x-amzn-bedrock-output-token-count': '8' };
    const { model } = modelAnswering('us.twelvelabs.pegasus-1-2-v1:0', () =>
      jsonResponse({ message: 'A ferry leaves a harbor.', finishReason: 'stop' }, { headers }),
    );
    const whole = await model.doGenerate({ prompt });
    const parts = await partsOf(
      'us.twelvelabs.pegasus-1-2-v1:0',
      [
        { message: 'A ferry leaves', stopReason: '' },
        { message: ' a harbor.', stopReason: '' },
        {
          message: '',
          stopReason: 'stop',
          'amazon-bedrock-invocationMetrics': { inputTokenCount: 0, outputTokenCount: 8 },
        },
      ],
      { prompt },
    );
    expect(textOf(whole.content)).toBe('A ferry leaves a harbor.');
    expect(contentOf(parts)).toEqual(whole.content);
    expect(whole).toMatchObject({
      finishReason: { unified: 'stop', raw: 'stop' },
      usage: { inputTokens: { total: undefined }, outputTokens: { total: 8 } },
    });
    expect(finishOf(parts)).toMatchObject({ finishReason: whole.finishReason, usage: whole.usage });
  });

  it('that a guardrail blocked says so, in the shape of the model without an end', async () => {
    const trace = {
      guardrail: { input: { gr: { wordPolicy: { customWords: [{ match: 'x', action: 'BLOCKED' }] } } } },
    };
    const body = {
      generation: 'Blocked.',
      'amazon-bedrock-guardrailAction': 'INTERVENED',
      'amazon-bedrock-trace': trace,
    };
    const { model } = modelAnswering(LLAMA, () => jsonResponse(body));
    const { content, finishReason, providerMetadata } = await model.doGenerate(hello);
    expect(textOf(content)).toBe('Blocked.');
    expect(finishReason).toEqual({ unified: 'content-filter', raw: 'guardrail_intervened' });
    expect(providerMetadata?.['bedrock']?.['trace']).toEqual({
      guardrail: { inputAssessment: trace.guardrail.input },
    });
    expect(finishOf(await partsOf(LLAMA, [body])).finishReason).toEqual(finishReason);
  });

  it.each([[{}], [{ choices: [] }], [{ choices: [null, 5] }], [{ choices: [{ message: { content: 7 } }] }]])(
    'that says nothing (%j) is read as nothing',
    async body => {
      const { model } = modelAnswering(QWEN, () => jsonResponse(body));
      expect(await model.doGenerate(hello)).toMatchObject({
        content: [],
        finishReason: { unified: 'other', raw: undefined },
      });
    },
  );

  it('has answers that are not the first left out', async () => {
    const choice = (index: number, content: string) => ({ index, delta: { content }, finish_reason: null });
    const parts = await partsOf(QWEN, [
      { choices: [choice(1, 'Second.')] },
      { choices: [choice(0, 'First.')] },
      { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    ]);
    expect(textOf(contentOf(parts))).toBe('First.');
  });
});

/* ------------------------------------------------------------------ reasoning */

describe('reasoning', () => {
  const said = (parts: readonly LanguageModelV4StreamPart[]) => [
    textOf(contentOf(parts), 'reasoning'),
    textOf(contentOf(parts)),
  ];
  const stream = (deltas: readonly JSONObject[]) =>
    partsOf(QWEN, [
      ...deltas.map(delta => ({ choices: [{ index: 0, delta, finish_reason: null }] })),
      { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    ]);

  it.each<[string, JSONObject[], [string, string]]>([
    ['in a member of its own', [{ reasoning_content: 'Hm.' }, { content: 'Yes.' }], ['Hm.', 'Yes.']],
    ['in a member of the other name', [{ reasoning: 'Hm.' }, { content: 'Yes.' }], ['Hm.', 'Yes.']],
    ['in <think>', [{ content: '<think>Hm.</think>\n\nYes.' }], ['Hm.', 'Yes.']],
    [
      'in tags around every piece',
      [
        { content: '<reasoning>H</reasoning>' },
        { content: '<reasoning>m.</reasoning>' },
        { content: 'Yes.' },
      ],
      ['Hm.', 'Yes.'],
    ],
    ['that does not end', [{ content: '<think>Hm.' }], ['Hm.', '']],
    ['that is only talked about', [{ content: 'Yes, <think>x</think>.' }], ['', 'Yes, <think>x</think>.']],
    ['that never was', [{ content: '<thinking is fun>' }], ['', '<thinking is fun>']],
    ['whose tag is not whole at the end', [{ content: '<thi' }], ['', '<thi']],
    ['before an empty answer', [{ content: '<think>Hm.</think>\n' }], ['Hm.', '']],
  ])('%s', async (_, deltas, expected) => {
    expect(said(await stream(deltas))).toEqual(expected);
  });

  it('is told from the answer wherever the text is cut', async () => {
    const pieces = fc.constantFrom(
      '<think>',
      '</think>',
      '<reasoning>',
      '</reasoning>',
      'a',
      ' ',
      '\n',
      '<',
      'th',
      '>',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(pieces, { minLength: 1 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        async (words, cuts) => {
          const text = words.join('');
          const places = [
            0,
            ...cuts.map(cut => cut % (text.length + 1)).toSorted((a, b) => a - b),
            text.length,
          ];
          const deltas = places.slice(1).map((end, index) => ({ content: text.slice(places[index], end) }));
          expect(said(await stream(deltas))).toEqual(said(await stream([{ content: text }])));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('of DeepSeek-R1 comes first, without a tag that opens it', async () => {
    const text = (value: string, stop_reason: string | null = null) => ({
      choices: [{ text: value, stop_reason }],
    });
    const parts = await partsOf('us.deepseek.r1-v1:0', [
      text('Hm.</th'),
      text('ink>\n\nYes.'),
      text('', 'stop'),
    ]);
    expect(said(parts)).toEqual(['Hm.', 'Yes.']);
  });
});

/* --------------------------------------------------------------------- tools */

describe('tool calls', () => {
  const delta = (tool_calls: JSONValue) => ({
    choices: [{ index: 0, delta: { tool_calls }, finish_reason: null }],
  });

  it('of OpenAI’s shape come in pieces, also two at a time', async () => {
    const parts = await partsOf(QWEN, [
      delta([
        { index: 0, id: 'a', type: 'function', function: { name: 'one', arguments: '' } },
        { index: 1, id: 'b', type: 'function', function: { name: 'two', arguments: '{"x"' } },
      ]),
      delta([{ index: 0, function: { arguments: '{"y":' } }]),
      delta([{ index: 1, function: { arguments: ':1}' } }]),
      delta([{ index: 0, function: { arguments: '2}' } }]),
      { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
    ]);
    expect(contentOf(parts)).toMatchObject([
      { type: 'tool-call', toolCallId: 'a', toolName: 'one', input: '{"y":2}' },
      { type: 'tool-call', toolCallId: 'b', toolName: 'two', input: '{"x":1}' },
    ]);
    expect(finishOf(parts).finishReason).toEqual({ unified: 'tool-calls', raw: 'tool_calls' });
  });

  it('of Mistral are calls although it says that it stopped', async () => {
    const tool_calls = [{ id: 'abc123XYZ', function: { name: 'one', arguments: '{}' } }];
    const body = { choices: [{ index: 0, message: { content: '', tool_calls }, stop_reason: 'stop' }] };
    const { model } = modelAnswering('mistral.mistral-large-2407-v1:0', () => jsonResponse(body));
    const { content, finishReason } = await model.doGenerate(hello);
    expect(content).toMatchObject([{ type: 'tool-call', toolCallId: 'abc123XYZ', toolName: 'one' }]);
    expect(finishReason).toEqual({ unified: 'tool-calls', raw: 'stop' });
  });

  it('of Command R get ids, and are not told twice', async () => {
    const tool_calls = [
      { name: 'one', parameters: { x: 1 } },
      { name: 'one', parameters: { x: 2 } },
    ];
    const parts = await partsOf('cohere.command-r-v1:0', [
      { event_type: 'stream-start', is_finished: false },
      { event_type: 'text-generation', text: 'I look.' },
      { event_type: 'tool-calls-generation', tool_calls },
      { event_type: 'stream-end', finish_reason: 'COMPLETE', response: { text: 'I look.', tool_calls } },
    ]);
    const content = contentOf(parts);
    expect(textOf(content)).toBe('I look.');
    const calls = content.filter(part => part.type === 'tool-call');
    expect(calls.map(({ input }) => input)).toEqual(['{"x":1}', '{"x":2}']);
    expect(new Set(calls.map(({ toolCallId }) => toolCallId)).size).toBe(2);
  });

  it.each([
    QWEN,
    CLAUDE,
    'amazon.nova-lite-v1:0',
    'cohere.command-r-v1:0',
    'mistral.mistral-large-2407-v1:0',
  ])('of %s are run by the AI SDK, whole and streamed', async modelId => {
    const bedrock = createBedrock(createLocalBedrock().settings);
    const request = {
      model: bedrock.invokeModel(modelId),
      tools: {
        weather: tool({
          description: 'The weather in a city',
          inputSchema: z.object({ city: z.string() }),
          execute: async ({ city }) => ({ city, celsius: 7 }),
        }),
      },
      stopWhen: stepCountIs(3),
      prompt: 'What is the weather in Oslo?',
    };
    const { text, steps } = await generateText(request);
    expect(steps).toHaveLength(2);
    expect(text).toMatch(/celsius 7/);
    expect(await streamText(request).text).toBe(text);
  });
});

/* -------------------------------------------------------------------- faults */

describe('a stream that goes wrong', () => {
  const piece = (generation: string, stop_reason: string | null = null) => ({ generation, stop_reason });

  it('and has said neither how it ended nor what it counted is cut', async () => {
    const parts = await partsOf(LLAMA, [piece('Hel'), piece('lo')]);
    expect(parts.find(part => part.type === 'error')).toMatchObject({ error: { code: 'IncompleteMessage' } });
    expect(finishOf(parts).finishReason).toEqual({ unified: 'interrupted', raw: 'IncompleteMessage' });
  });

  it.each([
    [piece('', 'stop')],
    [{ 'amazon-bedrock-invocationMetrics': { inputTokenCount: 1, outputTokenCount: 2 } }],
  ])('is whole where it ends with %j', async last => {
    const parts = await partsOf(LLAMA, [piece('Hello'), last]);
    expect(parts.filter(part => part.type === 'error')).toEqual([]);
  });

  it('before its first content rejects', async () => {
    const { model } = modelAnswering(LLAMA, () =>
      streamResponse([exceptionFrame('throttlingException', { message: 'Too many tokens' })]),
    );
    const error = await errorOf(model.doStream(hello));
    expect(error).toMatchObject({ code: 'ThrottlingException', isRetryable: true });
    expect(BedrockError.isInstance(error)).toBe(true);
  });

  it('behind its first content ends in an error part, with what was held back', async () => {
    const first = chunk({
      choices: [{ index: 0, delta: { content: '<think>Hm.</th' }, finish_reason: null }],
    });
    const { model } = modelAnswering(QWEN, () =>
      streamResponse([first, exceptionFrame('modelStreamErrorException', { message: 'Broke' })]),
    );
    const parts = await readParts((await model.doStream(hello)).stream);
    expectProtocol(parts);
    expect(textOf(contentOf(parts), 'reasoning')).toBe('Hm.</th');
    expect(finishOf(parts).finishReason.unified).toBe('error');
  });

  it.each([[{ p: 'abc' }], [{ bytes: '####' }], [{ bytes: btoa('not JSON') }]])(
    'by a chunk that cannot be read (%j) says so',
    async payload => {
      const { model } = modelAnswering(LLAMA, () => streamResponse([eventFrame(['chunk', payload])]));
      expect(await errorOf(model.doStream(hello))).toMatchObject({ code: 'CorruptStream' });
    },
  );

  it('is not one when it ends with the word of OpenAI’s', async () => {
    const parts = await partsOf('us.writer.palmyra-x5-v1:0', [
      { choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: null }] },
      { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
      '[DONE]',
    ]);
    expect(textOf(contentOf(parts))).toBe('Hi');
    expect(finishOf(parts).finishReason.unified).toBe('stop');
  });

  it('shows the model’s own JSON in raw parts', async () => {
    const parts = await partsOf(LLAMA, [piece('Hello'), piece('', 'stop')], { includeRawChunks: true });
    expect(parts.flatMap(part => (part.type === 'raw' ? [part.rawValue] : []))).toEqual([
      piece('Hello'),
      piece('', 'stop'),
    ]);
  });
});

/* ------------------------------------------------------------ families of users */

describe('a family of the user’s own', () => {
  const parrot: ModelFamily = {
    name: 'acme',
    matches: baseModel => baseModel.startsWith('acme.'),
    chat: () => chatDefaults,
    invokeChat: () => ({
      insteadOfConverse: 'always',
      defaultMaxTokens: 7,
      rules: converse => ({
        ...converse,
        tools: { ...converse.tools, unsupported: 'A parrot takes no tools.', choices: [] },
      }),
      toBody: ({ messages = [], inferenceConfig }) => ({
        said: messages.flatMap(({ content }) => content.map(block => ('text' in block ? block.text : ''))),
        words: inferenceConfig?.maxTokens ?? 0,
      }),
      reader: writer => ({
        read: ({ echo, done }) => {
          if (typeof echo === 'string') writer.text(echo);
          if (done === true) writer.stop('stop');
        },
      }),
    }),
  };
  const answers: Response[] = [];
  const sent: unknown[] = [];
  const bedrock = createBedrock({
    region: 'us-east-1',
    apiKey: 'key',
    families: [parrot],
    fetch: async (_, init) => {
      sent.push(await new Response(init?.body).json());
      return answers.shift() as Response;
    },
  });

  it('chats in its own body, by itself where Converse does not serve it', async () => {
    const model = bedrock('acme.parrot-1');
    expect(model.provider).toBe('bedrock.invoke');
    answers.push(jsonResponse({ echo: 'Hello', done: true }));
    const { content, finishReason } = await model.doGenerate(hello);
    answers.push(streamResponse([chunk({ echo: 'Hel' }), chunk({ echo: 'lo' }), chunk({ done: true })]));
    const parts = await readParts((await model.doStream(hello)).stream);
    expect(sent).toEqual([
      { said: ['Hello'], words: 7 },
      { said: ['Hello'], words: 7 },
    ]);
    expect(content).toEqual([{ type: 'text', text: 'Hello' }]);
    expect(contentOf(parts)).toEqual(content);
    expect(finishOf(parts).finishReason).toEqual(finishReason);
  });

  it('loads how it chats with the first call, and again when that failed', async () => {
    let loads = 0;
    const lazy: ModelFamily = {
      ...parrot,
      invokeChat: () => ({
        insteadOfConverse: 'always',
        load: async () => {
          loads += 1;
          if (loads === 1) throw new Error('The disk is away.');
          return parrot.invokeChat?.(undefined) as InvokeChatTraits;
        },
      }),
    };
    const fetch = async () => jsonResponse({ echo: 'Hello', done: true });
    const model = createBedrock({ region: 'us-east-1', apiKey: 'key', families: [lazy], fetch })(
      'acme.parrot-1',
    );
    expect([model.provider, loads]).toEqual(['bedrock.invoke', 0]);
    await expect(model.doGenerate(hello)).rejects.toThrow('The disk is away.');
    expect((await model.doGenerate(hello)).content).toEqual([{ type: 'text', text: 'Hello' }]);
    await model.doGenerate(hello);
    expect(loads).toBe(2);
  });
});

/* ------------------------------------------------------------------- traffic */

describe('traffic control', () => {
  const unavailable = { error: { name: 'ServiceUnavailableException' } };

  it('is told what a call may take, and what it took', async () => {
    const events: TrafficEvent[] = [];
    const local = createLocalBedrock();
    const bedrock = createBedrock({ ...local.settings, traffic: { onEvent: event => events.push(event) } });
    const model = bedrock.invokeModel(LLAMA);
    const { usage } = await model.doGenerate(hello);
    await readParts((await model.doStream(hello)).stream);
    const total = (usage.inputTokens.total ?? Number.NaN) + (usage.outputTokens.total ?? Number.NaN);
    const settled = events.filter(event => event.type === 'settled');
    expect(settled).toMatchObject([
      { outcome: 'complete', measured: true, tokens: total },
      { outcome: 'complete', measured: true, tokens: total },
    ]);
    // The limit that is sent where the call sets none.
    const sent = events.filter(event => event.type === 'sent');
    expect(sent.every(event => event.reservedTokens >= 2048)).toBe(true);
  });

  it('moves to a model that only Converse serves, and back to the own language of another', async () => {
    const local = createLocalBedrock();
    const bedrock = createBedrock(local.settings);
    local.enqueue(unavailable, 'From Grok.');
    const model = bedrock.invokeModel(LLAMA, { failover: [{ modelId: 'xai.grok-4.6' }] });
    expect(textOf((await model.doGenerate(hello)).content)).toBe('From Grok.');
    local.enqueue(unavailable, 'From Command.');
    const other = bedrock('xai.grok-4.6', { failover: [{ modelId: 'cohere.command-text-v14' }] });
    expect(textOf((await other.doGenerate(hello)).content)).toBe('From Command.');
    expect(local.requests.map(({ operation }) => operation)).toEqual([
      'InvokeModel',
      'Converse',
      'Converse',
      'InvokeModel',
    ]);
  });
});

describe('a model without a stream', () => {
  it('is called whole, and its reply comes in the parts of a stream', async () => {
    const local = createLocalBedrock();
    const bedrock = createBedrock(local.settings);
    const { stream } = await bedrock('ai21.j2-mid-v1').doStream({
      prompt: user('Hello'),
      includeRawChunks: true,
    });
    const parts = await readParts(stream);
    expectProtocol(parts);
    expect(textOf(contentOf(parts))).toMatch(/Hello/);
    expect(parts.filter(part => part.type === 'raw')).toHaveLength(1);
    expect(local.requests.map(({ operation }) => operation)).toEqual(['InvokeModel']);
  });
});
