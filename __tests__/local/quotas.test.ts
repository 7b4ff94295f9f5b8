import { generateText, streamText } from 'ai';
import { createBedrock } from 'bedrock-ai-provider';
import type { LocalAnswer, LocalBedrock, LocalQuotas, LocalReply } from 'bedrock-ai-provider/local';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ask, converse, failureOf, MODEL, openServer, type Route, say } from './support.ts';

const NOVA = 'amazon.nova-lite-v1:0';
const TITAN = 'amazon.titan-embed-text-v2:0';

/** "Hello" is two tokens of input. */
const limited = (maxTokens: number) => ({ ...say('Hello'), inferenceConfig: { maxTokens } });
const REQUESTS = 'Too many requests, please wait before trying again.';
const TOKENS = 'Too many tokens, please wait before trying again.';
const DAILY = 'Too many tokens per day, please wait before trying again.';

/** Status and message of a call; the body is read to its end. */
async function outcome(server: LocalBedrock, body: unknown, modelId = NOVA, route: Route = 'converse') {
  const response = await ask(server, route, body, { modelId });
  if (response.ok) {
    await response.arrayBuffer();
    return response.status;
  }
  const [status, name, message] = await failureOf(response);
  return `${status} ${name} ${message}`;
}

const throttled = (message: string) => `429 ThrottlingException ${message}`;

/** How many of so many calls at once are let in. */
async function admittedOf(server: LocalBedrock, calls: number, body: unknown = say('Hello'), modelId = NOVA) {
  const statuses = await Promise.all(Array.from({ length: calls }, () => outcome(server, body, modelId)));
  return statuses.filter(status => status === 200).length;
}

/** A script that answers when it is told to. */
function held() {
  let release = (_: LocalReply) => {};
  let begin = () => {};
  const started = new Promise<void>(resolve => (begin = resolve));
  const respond = () => {
    begin();
    return new Promise<LocalReply>(resolve => (release = resolve));
  };
  return { respond, started, release: (reply: LocalReply) => release(reply) };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});
const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);

describe('quotas of requests', () => {
  it.each([
    ['second', { requestsPerSecond: 25 }, 1000 / 25],
    ['minute', { requestsPerMinute: 25 }, 60_000 / 25],
  ] as const)('per %s hold one period and refill evenly', async (_, quotas, msPerRequest) => {
    const server = openServer({ quotas });
    expect(await admittedOf(server, 40)).toBe(25);
    pass(msPerRequest - 1);
    expect(await admittedOf(server, 1)).toBe(0);
    pass(1);
    expect(await admittedOf(server, 2)).toBe(1);
    pass(msPerRequest * 10);
    expect(await admittedOf(server, 40)).toBe(10);
    pass(msPerRequest * 1000);
    expect(await admittedOf(server, 40)).toBe(25);
  });

  it('refuse in the words of AWS', async () => {
    const server = openServer({ quotas: { requestsPerMinute: 1 } });
    expect(await outcome(server, say('Hello'))).toBe(200);
    expect(await outcome(server, say('Hello'))).toBe(throttled(REQUESTS));
  });

  it('hold together, and the tightest refuses', async () => {
    const server = openServer({ quotas: { requestsPerSecond: 2, requestsPerMinute: 3 } });
    expect(await admittedOf(server, 3)).toBe(2);
    pass(1000);
    expect(await admittedOf(server, 3)).toBe(1);
    expect(server.counters(NOVA).levels.requests).toBeCloseTo(0.05);
  });

  it('are not used up by refused calls', async () => {
    const server = openServer({ quotas: { requestsPerMinute: 60, tokensPerMinute: 100 } });
    for (let call = 0; call < 5; call++) {
      expect(await outcome(server, limited(1000))).toBe(throttled(TOKENS));
    }
    expect(server.counters(NOVA)).toMatchObject({
      admitted: 0,
      throttled: { requests: 0, tokens: 5, daily: 0 },
      levels: { requests: 60, tokens: 100 },
    });
  });

  it('refill nothing when the clock is set back', async () => {
    const server = openServer({ quotas: { requestsPerMinute: 1 } });
    expect(await admittedOf(server, 1)).toBe(1);
    pass(-3_600_000);
    expect(await admittedOf(server, 1)).toBe(0);
    pass(60_000);
    expect(await admittedOf(server, 1)).toBe(1);
  });
});

describe('quotas of tokens', () => {
  const usage = (inputTokens: number, outputTokens: number, more = {}): LocalAnswer => ({
    content: [{ text: 'Yes.' }],
    usage: { inputTokens, outputTokens, ...more },
  });

  it('reserve the input and max_tokens, and settle what was used', async () => {
    let during: unknown;
    const server: LocalBedrock = openServer({
      quotas: { tokensPerMinute: 1000 },
      respond: () => {
        during = server.counters(NOVA);
        return usage(2, 30);
      },
    });
    expect(await outcome(server, limited(500))).toBe(200);
    expect(during).toMatchObject({ admitted: 1, active: 1, reservedTokens: 502, levels: { tokens: 498 } });
    expect(server.counters(NOVA)).toEqual({
      admitted: 1,
      throttled: { requests: 0, tokens: 0, daily: 0 },
      unavailable: 0,
      active: 0,
      reservedTokens: 0,
      settledTokens: 32,
      settledCalls: 1,
      releasedCalls: 0,
      levels: { tokens: 968 },
    });
  });

  it('refuse a call whose reservation does not fit, also while another holds it', async () => {
    const { respond, started, release } = held();
    const server = openServer({
      quotas: { tokensPerMinute: 600 },
      respond,
    });
    const first = outcome(server, limited(500));
    await started;
    expect(await outcome(server, limited(500))).toBe(throttled(TOKENS));
    release(usage(2, 10));
    await first;
    expect(server.counters(NOVA).levels.tokens).toBe(588);
  });

  it('refuse for ever what is more than a whole period', async () => {
    const server = openServer({ quotas: { tokensPerMinute: 600 } });
    pass(3_600_000);
    expect(await outcome(server, limited(599))).toBe(throttled(TOKENS));
    expect(await outcome(server, limited(598))).toBe(200);
  });

  it.each([
    ['4096 tokens', {}, 4098],
    ['what the quota says', { maxOutputTokens: 100 }, 102],
  ] as const)('reserve %s for a request that sets no maximum', async (_, more, reserved) => {
    let during = 0;
    const server: LocalBedrock = openServer({
      quotas: { tokensPerMinute: 10_000, ...more },
      respond: () => {
        during = server.counters(NOVA).reservedTokens;
        return 'Yes.';
      },
    });
    await outcome(server, say('Hello'));
    expect(during).toBe(reserved);
  });

  it('read the maximum of a Messages body', async () => {
    let during = 0;
    const server: LocalBedrock = openServer({
      quotas: {},
      respond: () => {
        during = server.counters(MODEL).reservedTokens;
        return 'Yes.';
      },
    });
    const body = {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 77,
      messages: [{ role: 'user', content: 'Hello' }],
    };
    for (const route of ['invoke', 'invoke-with-response-stream'] as const) {
      during = 0;
      expect(await outcome(server, body, MODEL, route)).toBe(200);
      expect(during).toBe(79);
    }
    // "Yes." is one token.
    expect(server.counters(MODEL)).toMatchObject({ reservedTokens: 0, settledTokens: 2 * (2 + 5) });
  });

  it.each([
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 5],
    ['anthropic.claude-3-haiku-20240307-v1:0', 5],
    ['anthropic.claude-sonnet-4-20250514-v1:0', 5],
    ['us.anthropic.claude-opus-4-7', 5],
    ['global.anthropic.claude-opus-4-8', 15],
    ['us.anthropic.claude-sonnet-5-v1:0', 10],
    ['anthropic.claude-opus-5-5', 10],
    ['arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-8', 15],
    [NOVA, 1],
    ['mistral.mistral-large-2407-v1:0', 1],
  ])('burn down the output of %s %d times', async (modelId, factor) => {
    const server = openServer({ quotas: {}, respond: () => usage(100, 10) });
    await outcome(server, say('Hello'), modelId);
    expect(server.counters(modelId).settledTokens).toBe(100 + 10 * factor);
  });

  it('burn down as the quota says', async () => {
    const server = openServer({ quotas: { burndown: 3 }, respond: () => usage(100, 10) });
    await outcome(server, say('Hello'), MODEL);
    expect(server.counters(MODEL).settledTokens).toBe(130);
  });

  it('agree with the one public measurement: 26 tokens in and 1203 out of Claude are 6041', async () => {
    const server = openServer({
      quotas: {},
      respond: () => usage(26, 1203, { cacheReadInputTokens: 4000, totalTokens: 5229 }),
    });
    await outcome(server, say('Hello'), MODEL);
    expect(server.counters(MODEL).settledTokens).toBe(6041);
  });

  it('let a long answer overdraw, and wait until it is paid for', async () => {
    const server = openServer({ quotas: { tokensPerMinute: 600 }, respond: () => usage(2, 180) });
    expect(await outcome(server, limited(200), MODEL)).toBe(200);
    expect(server.counters(MODEL).levels.tokens).toBe(600 - 902);
    pass(30_000);
    expect(await outcome(server, limited(1), MODEL)).toBe(throttled(TOKENS));
    pass(20_000 + 500);
    expect(await outcome(server, limited(200), MODEL)).toBe(200);
  });

  it('charge what is written to the prompt cache, and not what is read from it', async () => {
    const server = openServer({ quotas: { burndown: 1, reserveCacheReads: false }, respond: () => 'Yes.' });
    const cached = {
      system: [{ text: 'x'.repeat(8000) }, { cachePoint: { type: 'default' } }],
      ...limited(10),
    };
    await outcome(server, cached);
    expect(server.counters(NOVA).settledTokens).toBe(2000 + 2 + 1);
    await outcome(server, cached);
    expect(server.counters(NOVA).settledTokens).toBe(2003 + 3);
  });

  it.each([
    [true, 2000 + 2 + 10],
    [undefined, 2000 + 2 + 10],
    [false, 2 + 10],
  ])(
    'reserve what is read from the cache when reserveCacheReads is %s',
    async (reserveCacheReads, reserved) => {
      let during = 0;
      const server: LocalBedrock = openServer({
        quotas: { reserveCacheReads },
        respond: () => {
          during = server.counters(NOVA).reservedTokens;
          return 'Yes.';
        },
      });
      const cached = {
        system: [{ text: 'x'.repeat(8000) }, { cachePoint: { type: 'default' } }],
        ...limited(10),
      };
      await outcome(server, cached);
      await outcome(server, cached);
      expect(during).toBe(reserved);
    },
  );

  it('charge exactly what the usage of the built-in answer says', async () => {
    const server = openServer({ quotas: {} });
    const { usage } = await converse(server, say('Tell me of the sea.'), NOVA);
    expect(server.counters(NOVA).settledTokens).toBe(usage.totalTokens);
  });

  it('reserve only the input of models that write no text', async () => {
    const server = openServer({ quotas: { tokensPerMinute: 10 } });
    const embed = (inputText: string) => outcome(server, { inputText }, TITAN, 'invoke');
    expect(await embed('x'.repeat(24))).toBe(200);
    expect(await embed('x'.repeat(20))).toBe(throttled(TOKENS));
    expect(await embed('x'.repeat(16))).toBe(200);
    expect(server.counters(TITAN)).toMatchObject({ settledTokens: 10, levels: { tokens: 0 } });
  });

  it('count requests for reranking, which has no tokens, under the name of the model in the ARN', async () => {
    const server = openServer({ quotas: { 'amazon.rerank*': { requestsPerMinute: 1, tokensPerMinute: 1 } } });
    const text = (text: string) => ({ type: 'TEXT', textDocument: { text } });
    const request = () =>
      server.fetch('https://bedrock-agent-runtime.us-east-1.amazonaws.com/rerank', {
        method: 'POST',
        body: JSON.stringify({
          queries: [{ type: 'TEXT', textQuery: { text: 'A long query about the sea' } }],
          sources: [{ type: 'INLINE', inlineDocumentSource: text('The sea') }],
          rerankingConfiguration: {
            type: 'BEDROCK_RERANKING_MODEL',
            bedrockRerankingConfiguration: {
              modelConfiguration: {
                modelArn: 'arn:aws:bedrock:us-east-1::foundation-model/amazon.rerank-v1:0',
              },
            },
          },
        }),
      });
    expect([(await request()).status, (await request()).status]).toEqual([200, 429]);
    expect(server.counters('amazon.rerank-v1:0')).toMatchObject({
      settledCalls: 1,
      throttled: { requests: 1 },
    });
  });
});

describe('quotas of a day', () => {
  it('end after a fixed amount, and begin anew 24 hours after the start', async () => {
    const server = openServer({ quotas: { tokensPerDay: 100 } });
    pass(23 * 3_600_000);
    expect(await outcome(server, limited(98))).toBe(200);
    const left = server.counters(NOVA).levels.day ?? 0;
    expect(left).toBeGreaterThan(0);
    pass(3_600_000 - 1);
    expect(await outcome(server, limited(99))).toBe(throttled(DAILY));
    pass(1);
    expect(server.counters(NOVA)).toMatchObject({ throttled: { daily: 1 }, levels: { day: 100 } });
    expect(await outcome(server, limited(98))).toBe(200);
  });

  it('are checked last', async () => {
    const server = openServer({ quotas: { tokensPerDay: 10, tokensPerMinute: 20, requestsPerMinute: 1 } });
    expect(await outcome(server, limited(30))).toBe(throttled(TOKENS));
    expect(await outcome(server, limited(15))).toBe(throttled(DAILY));
  });

  it('count a reservation that is open at midnight on the day of its end', async () => {
    const { respond, started, release } = held();
    const server = openServer({
      quotas: { tokensPerDay: 1000 },
      respond,
    });
    const call = outcome(server, limited(98));
    await started;
    pass(24 * 3_600_000);
    expect(server.counters(NOVA).levels.day).toBe(900);
    release({ content: [{ text: 'Yes.' }], usage: { inputTokens: 2, outputTokens: 8 } });
    await call;
    expect(server.counters(NOVA).levels.day).toBe(990);
  });
});

describe('quotas by model', () => {
  const quotas: LocalQuotas = {
    'us.anthropic.claude-opus-4-8': { requestsPerMinute: 1 },
    'us.anthropic.*': { requestsPerMinute: 2 },
    'amazon.*': { requestsPerMinute: 3 },
  };

  it.each([
    ['us.anthropic.claude-opus-4-8', 1],
    [MODEL, 2],
    ['amazon.nova-pro-v1:0', 3],
    ['anthropic.claude-opus-4-8', 9],
  ])('let %s have %d of 9: what matches first counts', async (modelId, admitted) => {
    expect(await admittedOf(openServer({ quotas }), 9, say('Hello'), modelId)).toBe(admitted);
  });

  it('are held by each model id for itself', async () => {
    const server = openServer({ quotas: { requestsPerMinute: 2 } });
    expect(await admittedOf(server, 3, say('Hello'), 'us.amazon.nova-lite-v1:0')).toBe(2);
    expect(await admittedOf(server, 3, say('Hello'), NOVA)).toBe(2);
    expect(Object.keys(server.counters())).toEqual(['us.amazon.nova-lite-v1:0', NOVA]);
  });

  it('count nothing for a model without one', async () => {
    const server = openServer({ quotas });
    await outcome(server, say('Hello'), 'mistral.mistral-large-2407-v1:0');
    expect(server.counters('mistral.mistral-large-2407-v1:0')).toMatchObject({ admitted: 0, levels: {} });
  });

  it('forget the models that have been idle longest when there are more than a thousand', async () => {
    const server = openServer({ quotas: {}, respond: () => 'x' });
    for (let model = 0; model < 1001; model++)
      await outcome(server, say('x'), `amazon.nova-lite-v${model}:0`);
    expect(Object.keys(server.counters())).toHaveLength(1000);
    expect(server.counters('amazon.nova-lite-v0:0').admitted).toBe(0);
    expect(server.counters('amazon.nova-lite-v1:0').admitted).toBe(1);
  });
});

describe('calls that the quota lets in and the model never sees', () => {
  const untouched = {
    active: 0,
    reservedTokens: 0,
    settledTokens: 0,
    levels: { requests: 5, tokens: 10_000, day: 10_000 },
  };
  const quotas = { requestsPerMinute: 5, tokensPerMinute: 10_000, tokensPerDay: 10_000 };

  it.each([
    ['a scripted throttle', { error: { name: 'ThrottlingException' } }],
    ['a scripted 503', { error: { name: 'ServiceUnavailableException' } }],
    ["a proxy's page", () => new Response('<html>', { status: 502 })],
    [
      'a script that throws',
      () => {
        throw new Error('Oh.');
      },
    ],
  ] as const)('give everything back after %s', async (_, reply) => {
    const server = openServer({
      quotas,
      respond: () => (typeof reply === 'function' ? reply() : reply),
    });
    const response = await ask(server, 'converse', say('Hello'), { modelId: NOVA });
    expect(response.ok).toBe(false);
    expect(server.counters(NOVA)).toMatchObject({ ...untouched, admitted: 1, releasedCalls: 1 });
  });

  it.each([
    ['a refused body', { messages: 'none' }, NOVA, 400],
    ['a model that does not exist', say('Hello'), 'amazon.no-such-model', 404],
  ])('are not even counted after %s', async (_, body, modelId, status) => {
    const server = openServer({ quotas });
    expect((await ask(server, 'converse', body, { modelId })).status).toBe(status);
    expect(server.counters(modelId)).toMatchObject({ ...untouched, admitted: 0 });
  });

  it('are not even counted without keys', async () => {
    const server = createLocalBedrock({ quotas });
    expect((await ask(server, 'converse', say('Hello'), { modelId: NOVA })).status).toBe(403);
    expect(server.counters()).toEqual({});
  });
});

describe('streams settle when they end', () => {
  /** Four tokens of four characters, a word each. */
  const answer: LocalAnswer = {
    content: [{ text: 'aaaa bbb ccc ddd' }],
    usage: { inputTokens: 50, outputTokens: 40 },
  };
  const open = (fault?: LocalAnswer['fault']) =>
    openServer({ quotas: { tokensPerMinute: 10_000 }, respond: () => ({ ...answer, fault }) });
  const settled = (server: LocalBedrock) => server.counters(MODEL);
  const stream = (server: LocalBedrock, signal?: AbortSignal) =>
    ask(server, 'converse-stream', limited(100), signal === undefined ? {} : { signal });
  const ended = { active: 0, reservedTokens: 0, settledCalls: 1 };

  it('with their usage when they are complete, and not before', async () => {
    const server = open();
    const response = await stream(server);
    expect(settled(server)).toMatchObject({ active: 1, reservedTokens: 102, settledTokens: 0 });
    await response.arrayBuffer();
    expect(settled(server)).toMatchObject({ ...ended, settledTokens: 50 + 40 * 5 });
  });

  it.each([
    ['a cut', { kind: 'cut', at: 3 }, 2],
    ['a cut inside a frame', { kind: 'cut', at: 3, bytes: 20 }, 2],
    ['an exception', { kind: 'exception', at: 3, name: 'modelStreamErrorException' }, 2],
    ['an error', { kind: 'error', at: 1, code: 'InternalFailure' }, 0],
  ] as const)('with what had been sent before %s', async (_, fault, words) => {
    const server = open(fault);
    await (await stream(server)).arrayBuffer();
    expect(settled(server)).toMatchObject({ ...ended, settledTokens: 50 + words * 5 });
  });

  it('with what had been sent before the connection breaks', async () => {
    const server = open({ kind: 'cut', at: 4, reset: true });
    await expect((await stream(server)).arrayBuffer()).rejects.toThrow();
    expect(settled(server)).toMatchObject({ ...ended, settledTokens: 50 + 3 * 5 });
  });

  it.each([
    ['a wrong checksum', { kind: 'corrupt', at: 2 }],
    ['a stall', { kind: 'stall', at: 2, ms: 1 }],
  ] as const)('with their usage when they go on after %s', async (_, fault) => {
    const server = open(fault);
    await (await stream(server)).arrayBuffer();
    expect(settled(server)).toMatchObject({ ...ended, settledTokens: 250 });
  });

  it('with what had been sent when the caller cancels', async () => {
    const server = open();
    const reader = (await stream(server)).body?.getReader();
    for (let read = 0; read < 3; read++) await reader?.read();
    expect(settled(server).active).toBe(1);
    await reader?.cancel();
    expect(settled(server)).toMatchObject({ ...ended, settledTokens: 50 + 2 * 5 });
  });

  it('with what had been sent when the caller leaves, also while nobody reads', async () => {
    const server = open();
    const controller = new AbortController();
    const reader = (await stream(server, controller.signal)).body?.getReader();
    for (let read = 0; read < 2; read++) await reader?.read();
    controller.abort(new Error('Gone.'));
    expect(settled(server)).toMatchObject({ ...ended, settledTokens: 50 + 5 });
  });

  it('with their input when the caller leaves before the answer', async () => {
    const controller = new AbortController();
    const server = openServer({
      quotas: {},
      respond: () => {
        controller.abort(new Error('Gone.'));
        return new Promise(() => {});
      },
    });
    await expect(stream(server, controller.signal)).rejects.toThrow('Gone.');
    expect(settled(server)).toMatchObject({ ...ended, settledTokens: 2 });
  });

  it('with what a script sent before it failed', async () => {
    async function* events() {
      yield { messageStart: { role: 'assistant' } };
      yield { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'aaaa' } } };
      yield { contentBlockDelta: { contentBlockIndex: 0, delta: { toolUse: { input: '{"a":1}.' } } } };
      yield { contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { text: 'bbbb' } } } };
      yield {
        contentBlockDelta: {
          contentBlockIndex: 0,
          delta: { reasoningContent: { signature: 'c'.repeat(99) } },
        },
      };
      throw new Error('Broken.');
    }
    const server = openServer({ quotas: {}, respond: () => ({ events: events() }) });
    await (await stream(server)).arrayBuffer();
    expect(settled(server)).toMatchObject({ ...ended, settledTokens: 2 + (1 + 2 + 1) * 5 });
  });

  it.each([
    ['converse', say('Hello')],
    ['converse-stream', say('Hello')],
    [
      'invoke-with-response-stream',
      {
        anthropic_version: 'bedrock-2023-05-31',
        max_tokens: 9,
        messages: [{ role: 'user', content: 'Hello' }],
      },
    ],
  ] as const)('with an estimate when the script tells %s no usage', async (route, body) => {
    const events = [
      { messageStart: { role: 'assistant' } },
      { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'aaaa' } } },
      { contentBlockStop: { contentBlockIndex: 0 } },
      { messageStop: { stopReason: 'end_turn' } },
    ];
    const server = openServer({ quotas: {}, respond: () => ({ events }) });
    await outcome(server, body, MODEL, route);
    expect(settled(server)).toMatchObject({ ...ended, settledTokens: 2 + 5 });
  });

  it('in the shape of InvokeModel as well, whole or cut', async () => {
    const body = {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 100,
      messages: [{ role: 'user', content: 'Hello' }],
    };
    const whole = open();
    await outcome(whole, body, MODEL, 'invoke-with-response-stream');
    expect(settled(whole)).toMatchObject({ ...ended, settledTokens: 250 });
    // message_start, content_block_start, two words
    const cut = open({ kind: 'cut', at: 4 });
    await outcome(cut, body, MODEL, 'invoke-with-response-stream');
    expect(settled(cut)).toMatchObject({ ...ended, settledTokens: 50 + 2 * 5 });
  });
});

describe('setting and resetting', () => {
  it('puts other limits in force, full but for what open calls hold', async () => {
    const { respond, started, release } = held();
    const server = openServer({
      quotas: { tokensPerMinute: 600 },
      respond,
    });
    const call = outcome(server, limited(98));
    await started;
    server.setQuotas({ tokensPerMinute: 1000 });
    expect(server.counters(NOVA)).toMatchObject({ admitted: 1, levels: { tokens: 900 } });
    release({ content: [{ text: 'Yes.' }], usage: { inputTokens: 2, outputTokens: 8 } });
    await call;
    expect(server.counters(NOVA).levels.tokens).toBe(990);
  });

  it('lifts the limits', async () => {
    const server = openServer({ quotas: { requestsPerMinute: 1 } });
    expect(await admittedOf(server, 2)).toBe(1);
    server.setQuotas(undefined);
    expect(await admittedOf(server, 5)).toBe(5);
    expect(server.counters(NOVA)).toMatchObject({ admitted: 1, levels: {} });
  });

  it('forgets what happened and keeps the limits', async () => {
    const server = openServer({ quotas: { requestsPerMinute: 1, tokensPerDay: 1_000_000 } });
    expect(await admittedOf(server, 2)).toBe(1);
    server.reset();
    expect(server.counters()).toEqual({});
    expect(await admittedOf(server, 2)).toBe(1);
  });

  it('is not disturbed by calls that were open before', async () => {
    const { respond, started, release } = held();
    const server = openServer({
      quotas: { tokensPerMinute: 1000 },
      respond,
    });
    const call = outcome(server, limited(98));
    await started;
    server.reset();
    release('Late.');
    await call;
    expect(server.counters(NOVA)).toMatchObject({ admitted: 0, active: 0, settledTokens: 0 });
  });
});

describe('seen by the provider', () => {
  const providerOf = (server: LocalBedrock) => createBedrock({ ...server.settings, traffic: 'off' });
  const prompt = 'Tell me of the sea.';

  it('a refusal is an error that can be retried, and a used-up day says so', async () => {
    const server = createLocalBedrock({ quotas: { tokensPerMinute: 100 } });
    const call = (maxOutputTokens: number) =>
      generateText({ model: providerOf(server)(NOVA), prompt, maxOutputTokens, maxRetries: 0 });
    await expect(call(1000)).rejects.toMatchObject({
      code: 'ThrottlingException',
      statusCode: 429,
      isRetryable: true,
      message: expect.stringContaining(TOKENS),
    });
    server.setQuotas({ tokensPerDay: 100 });
    await expect(call(1000)).rejects.toMatchObject({ message: expect.stringContaining(DAILY) });
  });

  it('whole and streamed calls are charged what their usage says', async () => {
    const server = createLocalBedrock({ quotas: {} });
    const model = providerOf(server)(MODEL);
    const { usage } = await generateText({ model, prompt });
    const cost = (usage.inputTokens ?? 0) + 5 * (usage.outputTokens ?? 0);
    expect(server.counters(MODEL).settledTokens).toBe(cost);
    await streamText({ model, prompt }).consumeStream();
    expect(server.counters(MODEL)).toMatchObject({ active: 0, reservedTokens: 0, settledTokens: 2 * cost });
  });
});

describe('quotas that make no sense', () => {
  it.each([
    [7, /^quotas of createLocalBedrock: a quota, or quotas by model, not 7\.$/],
    [{ requestsPerMinute: 0 }, /^quotas\.requestsPerMinute .*: a number above 0, not 0\.$/],
    [{ tokensPerDay: '9' }, /^quotas\.tokensPerDay .*: a number above 0, not "9"\.$/],
    [{ maxOutputTokens: -1 }, /^quotas\.maxOutputTokens .*: a number from 0 on, not -1\.$/],
    [{ reserveCacheReads: 1 }, /^quotas\.reserveCacheReads .*: true or false, not 1\.$/],
    [
      { requestPerMinute: 5 },
      /^quotas\['requestPerMinute'\] .*: an object with requestsPerSecond, .*, not 5\.$/,
    ],
    [
      { 'amazon.*': { rpm: 5 } },
      /^quotas\['amazon\.\*'\]\.rpm .*: not known here; there is requestsPerSecond, /,
    ],
    [
      { '*.nova': {} },
      /^quotas\['\*\.nova'\] .*: a model id, or the beginning of one with \* at its end, or/,
    ],
  ])('%j is refused by name', (quotas, message) => {
    expect(() => openServer({ quotas: quotas as unknown as LocalQuotas })).toThrow(message);
    expect(() => openServer().setQuotas(quotas as unknown as LocalQuotas)).toThrow(message);
  });
});
