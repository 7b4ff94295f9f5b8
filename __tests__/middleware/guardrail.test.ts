import type { LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { generateText, streamText, wrapLanguageModel } from 'ai';
import { MockLanguageModelV4 } from 'ai/test';
import { type BedrockProvider, createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock, type LocalBedrock, type LocalGuardrail } from 'bedrock-ai-provider/local';
import {
  type GuardrailIntervention,
  type GuardrailMiddlewareOptions,
  guardrailMiddleware,
} from 'bedrock-ai-provider/middleware';
import { describe, expect, it, vi } from 'vitest';
import { errorOf, readParts } from '../support/replies.ts';
import { expectProtocol } from '../support/stream-protocol.ts';

const guardrails: Record<string, LocalGuardrail> = {
  gr1: { words: ['forbidden'], pii: ['EMAIL'], blockedMessage: 'I cannot talk about this.' },
};
const usage = {
  inputTokens: { total: 3, noCache: 3, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 5, text: 5, reasoning: 0 },
};

interface Setup {
  readonly local: LocalBedrock;
  readonly bedrock: BedrockProvider;
  /** The model behind the guardrail, of no provider's. */
  readonly inner: MockLanguageModelV4;
  readonly model: ReturnType<typeof wrapLanguageModel>;
  readonly interventions: GuardrailIntervention[];
  /** What was checked, as `INPUT: …`. */
  checked(): string[];
}

const text = (id: string, ...deltas: string[]): LanguageModelV4StreamPart[] => [
  { type: 'text-start', id },
  ...deltas.map(delta => ({ type: 'text-delta' as const, id, delta })),
  { type: 'text-end', id },
];
const finish: LanguageModelV4StreamPart = {
  type: 'finish',
  finishReason: { unified: 'stop', raw: 'end' },
  usage,
  providerMetadata: { mock: { a: 1 } },
};

/** @param answer the parts between the start and the finish; their texts are the whole answer as well */
function setUp(
  answer: readonly LanguageModelV4StreamPart[],
  options: Partial<GuardrailMiddlewareOptions> = {},
): Setup {
  const local = createLocalBedrock({ strict: true, guardrails });
  const bedrock = createBedrock(local.settings);
  const interventions: GuardrailIntervention[] = [];
  const inner = new MockLanguageModelV4({
    provider: 'mock',
    modelId: 'mock-model',
    doGenerate: async () => ({
      content: [
        {
          type: 'text',
          text: answer.map(part => (part.type === 'text-delta' ? part.delta : '')).join(''),
        },
      ],
      finishReason: { unified: 'stop', raw: 'end' },
      usage,
      warnings: [],
      providerMetadata: { mock: { a: 1 } },
    }),
    doStream: async () => ({
      stream: new ReadableStream({
        start(controller) {
          for (const part of [{ type: 'stream-start' as const, warnings: [] }, ...answer, finish]) {
            controller.enqueue(part);
          }
          controller.close();
        },
      }),
    }),
  });
  const middleware = guardrailMiddleware({
    bedrock,
    guardrailIdentifier: 'gr1',
    guardrailVersion: '1',
    onIntervention: intervention => void interventions.push(intervention),
    ...options,
  });
  return {
    local,
    bedrock,
    inner,
    model: wrapLanguageModel({ model: inner, middleware }),
    interventions,
    checked: () =>
      local.requests.map(({ body }) => {
        const { source, content } = body as { source: string; content: { text: { text: string } }[] };
        return `${source}: ${content.map(block => block.text.text).join(' | ')}`;
      }),
  };
}

const ask = (content: string): LanguageModelV4CallOptions => ({
  prompt: [{ role: 'user', content: [{ type: 'text', text: content }] }],
});

async function streamed({ model }: Setup, options = ask('Hi')) {
  const { stream } = await model.doStream(options);
  const parts = await readParts(stream);
  expectProtocol(parts);
  return {
    parts,
    text: parts.map(part => (part.type === 'text-delta' ? part.delta : '')).join(''),
    last: parts.at(-1) as Extract<LanguageModelV4StreamPart, { type: 'finish' }>,
  };
}

describe('guardrailMiddleware', () => {
  it('lets what is harmless pass, and says that it looked', async () => {
    const setup = setUp(text('0', 'Good morning!'));
    const { content, finishReason, providerMetadata } = await setup.model.doGenerate(ask('Hi'));
    expect(content).toEqual([{ type: 'text', text: 'Good morning!' }]);
    expect(finishReason.unified).toBe('stop');
    const found = { outcome: 'passed', assessments: [] };
    expect(providerMetadata).toEqual({
      mock: { a: 1 },
      bedrock: { guardrail: { input: found, output: found } },
    });
    expect(setup.checked()).toEqual(['INPUT: Hi', 'OUTPUT: Good morning!']);
    expect(setup.interventions).toEqual([]);
  });

  it('answers for a prompt that is blocked, without calling the model', async () => {
    const setup = setUp(text('0', 'Never said.'));
    const result = await generateText({ model: setup.model, prompt: 'Tell me what is forbidden.' });
    expect(result.text).toBe('I cannot talk about this.');
    expect(result.finishReason).toBe('content-filter');
    expect(result.usage.totalTokens).toBe(0);
    expect(setup.inner.doGenerateCalls).toEqual([]);
    expect(result.providerMetadata?.['bedrock']?.['guardrail']).toMatchObject({
      input: { outcome: 'blocked', assessments: [{ wordPolicy: { customWords: [{ match: 'forbidden' }] } }] },
    });
    expect(setup.interventions).toEqual([
      {
        source: 'INPUT',
        outcome: 'blocked',
        texts: ['Tell me what is forbidden.'],
        outputs: ['I cannot talk about this.'],
        assessments: [expect.objectContaining({ wordPolicy: expect.anything() })],
        model: { provider: 'mock', modelId: 'mock-model' },
      },
    ]);
  });

  it('replaces an answer that is blocked', async () => {
    const setup = setUp(text('0', 'This is forbidden.'));
    const { content, finishReason, usage: used } = await setup.model.doGenerate(ask('Hi'));
    expect(content).toEqual([{ type: 'text', text: 'I cannot talk about this.' }]);
    expect(finishReason).toEqual({ unified: 'content-filter', raw: 'guardrail_intervened' });
    expect(used).toEqual(usage);
  });

  it('masks what goes in and what comes out', async () => {
    const setup = setUp(text('0', 'I write to bob@example.com.'));
    const { content, finishReason, providerMetadata } = await setup.model.doGenerate(
      ask('I am ann@example.com.'),
    );
    expect(setup.inner.doGenerateCalls[0]?.prompt).toEqual(ask('I am {EMAIL}.').prompt);
    expect(content).toEqual([{ type: 'text', text: 'I write to {EMAIL}.' }]);
    expect(finishReason.unified).toBe('stop');
    expect(providerMetadata?.['bedrock']?.['guardrail']).toMatchObject({
      input: { outcome: 'masked' },
      output: { outcome: 'masked' },
    });
  });

  describe('of a prompt', () => {
    const conversation: LanguageModelV4CallOptions = {
      prompt: [
        { role: 'system', content: 'Never say forbidden things to boss@example.com.' },
        { role: 'user', content: [{ type: 'text', text: 'I am ann@example.com.' }] },
        { role: 'assistant', content: [{ type: 'text', text: 'Hello ann@example.com.' }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look bob@example.com up.' },
            { type: 'text', text: '  ' },
            { type: 'file', mediaType: 'text/plain', data: { type: 'text', text: 'Or cy@example.com.' } },
            { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'AQID' } },
          ],
        },
        {
          role: 'tool',
          content: [
            {
              type: 'tool-result',
              toolCallId: '1',
              toolName: 'find',
              output: { type: 'json', value: { mail: 'dan@example.com', age: 7 } },
            },
            {
              type: 'tool-result',
              toolCallId: '2',
              toolName: 'find',
              output: { type: 'content', value: [{ type: 'text', text: 'eve@example.com' }] },
            },
            {
              type: 'tool-result',
              toolCallId: '3',
              toolName: 'find',
              output: { type: 'error-text', value: 'No fay@example.com' },
            },
          ],
        },
      ],
    };

    it('checks the texts of users and the results of tools, and masks each in its place', async () => {
      const setup = setUp(text('0', 'Good.'));
      await setup.model.doGenerate(conversation);
      const prompt = setup.inner.doGenerateCalls[0]?.prompt;
      expect(JSON.stringify(prompt)).toBe(
        JSON.stringify(conversation.prompt).replace(
          /\b(ann|bob|cy|dan|eve|fay)@example\.com/g,
          (all, _, at) =>
            // The model's own words of before are left alone.
            JSON.stringify(conversation.prompt).slice(at - 6, at) === 'Hello ' ? all : '{EMAIL}',
        ),
      );
      expect(setup.checked()[0]).toBe(
        'INPUT: I am ann@example.com. | Look bob@example.com up. | Or cy@example.com. | ' +
          '{"mail":"dan@example.com","age":7} | eve@example.com | No fay@example.com',
      );
    });

    it('checks only what comes behind the last answer, when asked to', async () => {
      const setup = setUp(text('0', 'Good.'), { input: 'last' });
      await setup.model.doGenerate(conversation);
      expect(setup.checked()[0]).not.toContain('ann@');
      expect(setup.checked()[0]).toContain('bob@');
    });

    it('checks nothing, when asked to', async () => {
      const setup = setUp(text('0', 'Good.'), { input: false });
      await setup.model.doGenerate(ask('This is forbidden.'));
      expect(setup.checked()).toEqual(['OUTPUT: Good.']);
    });

    it('asks for each text alone where the reply does not tell the masks apart', async () => {
      const calls: number[] = [];
      const setup = setUp(text('0', 'Good.'), {
        output: false,
        bedrock: {
          applyGuardrail: async ({ content }) => {
            const texts = content as readonly string[];
            calls.push(texts.length);
            const outputs = [{ text: texts.join(' ').replaceAll(/\S+@\S+/g, '***') }];
            return { outcome: 'masked', action: 'GUARDRAIL_INTERVENED', outputs, assessments: [] };
          },
        },
      });
      await setup.model.doGenerate({
        prompt: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'a@b.c wrote' },
              { type: 'text', text: 'to d@e.f' },
            ],
          },
        ],
      });
      expect(calls).toEqual([2, 1, 1]);
      expect(setup.inner.doGenerateCalls[0]?.prompt).toEqual([
        {
          role: 'user',
          content: [
            { type: 'text', text: '*** wrote' },
            { type: 'text', text: 'to ***' },
          ],
        },
      ]);
    });
  });

  describe('of a stream', () => {
    const long = ['The first ', 'sentence. The se', 'cond sentence. And ann@exam', 'ple.com is the third.'];

    it('holds text back until whole sentences have been checked', async () => {
      const setup = setUp(text('0', ...long), { chunkSize: 20 });
      const { text: shown, last } = await streamed(setup);
      expect(shown).toBe('The first sentence. The second sentence. And {EMAIL} is the third.');
      expect(setup.checked()).toEqual([
        'INPUT: Hi',
        'OUTPUT: The first sentence. ',
        'OUTPUT: The second sentence. ',
        'OUTPUT: And ann@example.com is the third.',
      ]);
      expect(last.finishReason.unified).toBe('stop');
      expect(last.usage).toEqual(usage);
      expect(last.providerMetadata).toMatchObject({
        mock: { a: 1 },
        bedrock: { guardrail: { output: { outcome: 'masked' } } },
      });
    });

    it('checks a short answer in one piece', async () => {
      const setup = setUp(text('0', ...long));
      await streamed(setup);
      expect(setup.checked()).toHaveLength(2);
    });

    it('cuts behind words and within text without blanks, rather than wait for ever', async () => {
      const setup = setUp(text('0', 'one two three four five six seven '.repeat(2), 'x'.repeat(60)), {
        chunkSize: 20,
      });
      const { text: shown } = await streamed(setup);
      expect(shown).toBe('one two three four five six seven '.repeat(2) + 'x'.repeat(60));
      expect(setup.checked().length).toBeGreaterThan(2);
    });

    it('shows nothing of a chunk that is blocked and of what comes behind it', async () => {
      const setup = setUp(
        [
          { type: 'reasoning-start', id: 'r' },
          { type: 'reasoning-delta', id: 'r', delta: 'Hm.' },
          ...text('0', 'This is fine. ', 'This is forbidden. ', 'Never seen.').slice(0, -1),
          { type: 'tool-call', toolCallId: '1', toolName: 'find', input: '{}' },
        ],
        { chunkSize: 10 },
      );
      const { parts, text: shown, last } = await streamed(setup);
      expect(shown).toBe('This is fine. I cannot talk about this.');
      expect(parts.some(({ type }) => type === 'tool-call')).toBe(false);
      expect(last).toMatchObject({
        finishReason: { unified: 'content-filter' },
        providerMetadata: { bedrock: { guardrail: { output: { outcome: 'blocked' } } } },
      });
      expect(setup.interventions).toMatchObject([
        { source: 'OUTPUT', outcome: 'blocked', texts: ['This is forbidden. '] },
      ]);
    });

    it('begins no text of which nothing may be shown', async () => {
      const { parts } = await streamed(setUp(text('0', 'Forbidden.')));
      expect(parts.filter(({ type }) => type === 'text-start')).toEqual([
        { type: 'text-start', id: 'guardrail' },
      ]);
    });

    it('calls the model off when something is blocked', async () => {
      const setup = setUp([], { chunkSize: 5 });
      let isCanceled = false;
      setup.inner.doStream = async () => ({
        stream: new ReadableStream<LanguageModelV4StreamPart>({
          start: controller => controller.enqueue({ type: 'stream-start', warnings: [] }),
          pull: controller => controller.enqueue({ type: 'text-delta', id: '0', delta: 'It is forbidden. ' }),
          cancel: () => {
            isCanceled = true;
          },
        }),
      });
      const { text: shown } = await streamed(setup);
      expect(shown).toBe('I cannot talk about this.');
      await vi.waitFor(() => expect(isCanceled).toBe(true));
    });

    it('keeps everything else in its order, and raw chunks to itself', async () => {
      const others: LanguageModelV4StreamPart[] = [
        { type: 'raw', rawValue: 'not checked' },
        { type: 'tool-call', toolCallId: '1', toolName: 'find', input: '{}' },
        { type: 'source', sourceType: 'url', id: 's', url: 'https://example.com' },
      ];
      const { parts } = await streamed(setUp([...text('0', 'One.'), ...others, ...text('1', 'Two.')]));
      expect(parts.map(({ type }) => type)).toEqual([
        'stream-start',
        'text-start',
        'text-delta',
        'text-end',
        'tool-call',
        'source',
        'text-start',
        'text-delta',
        'text-end',
        'finish',
      ]);
    });

    it('passes an error of the model on, behind the text before it', async () => {
      const error = new Error('Broken.');
      const setup = setUp([]);
      setup.inner.doStream = async () => ({
        stream: new ReadableStream<LanguageModelV4StreamPart>({
          start(controller) {
            for (const part of text('0', 'As far as it goes').slice(0, -1)) controller.enqueue(part);
            controller.enqueue({ type: 'error', error });
            controller.close();
          },
        }),
      });
      const { stream } = await setup.model.doStream(ask('Hi'));
      expect(await readParts(stream)).toEqual([
        { type: 'text-start', id: '0' },
        { type: 'text-delta', id: '0', delta: 'As far as it goes' },
        { type: 'error', error },
      ]);
    });

    it('answers for a prompt that is blocked', async () => {
      const setup = setUp(text('0', 'Never said.'));
      const result = streamText({ model: setup.model, prompt: 'Say what is forbidden.' });
      expect(await result.text).toBe('I cannot talk about this.');
      expect(await result.finishReason).toBe('content-filter');
      expect(setup.inner.doStreamCalls).toEqual([]);
    });

    it('only says what was in the prompt, where the output is not checked', async () => {
      const setup = setUp(text('0', 'This is forbidden.'), { output: false });
      const { text: shown, last } = await streamed(setup);
      expect(shown).toBe('This is forbidden.');
      expect(last.providerMetadata?.['bedrock']).toEqual({
        guardrail: { input: { outcome: 'passed', assessments: [] } },
      });
    });
  });

  describe('behind a stream', () => {
    it('lets text through as it comes, and reports what it would mask', async () => {
      const setup = setUp(text('0', 'I am ', 'ann@example.com.', ' Bye.'), { output: 'async' });
      const { parts, last } = await streamed(setup);
      expect(parts.flatMap(part => (part.type === 'text-delta' ? [part.delta] : []))).toEqual([
        'I am ',
        'ann@example.com.',
        ' Bye.',
      ]);
      expect(last.providerMetadata).toMatchObject({
        bedrock: { guardrail: { output: { outcome: 'masked' } } },
      });
      expect(setup.interventions).toMatchObject([{ outcome: 'masked' }]);
    });

    it('ends where something is blocked', async () => {
      const setup = setUp([...text('0', 'This is forbidden.'), ...text('1', 'And more.')], {
        output: 'async',
      });
      const { text: shown, last } = await streamed(setup);
      expect(shown).toMatch(/^This is forbidden\..*I cannot talk about this\.$/);
      expect(last.finishReason.unified).toBe('content-filter');
    });

    it('ends with the error of a check that fails', async () => {
      const setup = setUp(text('0', 'Hello.'), { output: 'async', input: false, guardrailIdentifier: 'gr2' });
      const { last, parts } = await streamed(setup);
      expect(last.finishReason.unified).toBe('error');
      expect(parts.at(-2)).toMatchObject({ type: 'error', error: { code: 'ValidationException' } });
    });
  });

  describe('when a check fails', () => {
    it('rejects the call before the model is called', async () => {
      const setup = setUp(text('0', 'Hello.'), { guardrailIdentifier: 'gr2' });
      for (const call of [setup.model.doGenerate(ask('Hi')), setup.model.doStream(ask('Hi'))]) {
        expect(await errorOf(call)).toMatchObject({ code: 'ValidationException' });
      }
      expect(setup.inner.doGenerateCalls.length + setup.inner.doStreamCalls.length).toBe(0);
    });

    it('shows nothing that was not checked', async () => {
      const setup = setUp(text('0', 'First one. ', 'Second one. '), { chunkSize: 5 });
      setup.local.enqueue({}, {}, { error: { name: 'ThrottlingException' } });
      const { parts, text: shown } = await streamed(setup);
      expect(shown).toBe('First one. ');
      expect(parts.slice(-3)).toMatchObject([
        { type: 'text-end' },
        { type: 'error', error: { code: 'ThrottlingException', isRetryable: true } },
        { type: 'finish', finishReason: { unified: 'error' } },
      ]);
    });

    it('passes the abort of the caller on', async () => {
      const controller = new AbortController();
      const setup = setUp(text('0', 'Hello.'), {
        input: false,
        bedrock: {
          applyGuardrail: async ({ abortSignal }) => {
            controller.abort(new Error('Enough.'));
            abortSignal?.throwIfAborted();
            throw new Error('not aborted');
          },
        },
      });
      const { stream } = await setup.model.doStream({ ...ask('Hi'), abortSignal: controller.signal });
      expect(await errorOf(readParts(stream))).toMatchObject({ message: 'Enough.' });
    });
  });

  it.each([
    ['bedrock', { bedrock: {} }],
    ['guardrailIdentifier', { guardrailIdentifier: '' }],
    ['guardrailVersion', { guardrailVersion: 1 }],
    ['input', { input: 'first' }],
    ['output', { output: true }],
    ['chunkSize', { chunkSize: 0 }],
  ])('refuses a wrong %s', (argument, wrong) => {
    const options = { bedrock: createBedrock(), guardrailIdentifier: 'gr1', guardrailVersion: '1', ...wrong };
    expect(() => guardrailMiddleware(options as never)).toThrow(
      expect.objectContaining({ argument, message: expect.stringContaining(argument) }),
    );
  });

  it('works around a model of Bedrock, beside its own metadata', async () => {
    const local = createLocalBedrock({ guardrails, respond: () => 'Write to bob@example.com.' });
    const bedrock = createBedrock(local.settings);
    const model = wrapLanguageModel({
      model: bedrock('us.amazon.nova-2-lite-v1:0'),
      middleware: guardrailMiddleware({ bedrock, guardrailIdentifier: 'gr1', guardrailVersion: '1' }),
    });
    const { text: shown, providerMetadata } = await generateText({ model, prompt: 'Hi' });
    expect(shown).toBe('Write to {EMAIL}.');
    expect(providerMetadata?.['bedrock']).toMatchObject({
      metrics: { latencyMs: expect.any(Number) },
      guardrail: { output: { outcome: 'masked' } },
    });
  });
});
