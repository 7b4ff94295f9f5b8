import type { LocalBedrockOptions, LocalEpisodes, LocalFaultRule } from 'bedrock-ai-provider/local';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ask, decodeFrames, failureOf, openServer, type Route, say } from './support.ts';

const NOVA = 'amazon.nova-lite-v1:0';
const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const hello = say('Hello');
const open = (options: LocalBedrockOptions) =>
  openServer({ respond: () => ({ content: [{ text: 'One two three' }] }), ...options });
type Server = ReturnType<typeof open>;

async function status(server: Server, modelId = NOVA, route: Route = 'converse'): Promise<number> {
  const response = await ask(server, route, hello, { modelId });
  await response.arrayBuffer().catch(() => {});
  return response.status;
}

/** One letter a call: what became of it. */
async function letters(server: Server, calls: number, modelId = NOVA, route: Route = 'converse') {
  let text = '';
  for (let call = 0; call < calls; call++) text += (await status(server, modelId, route)) === 200 ? '.' : 'x';
  return text;
}

/** How many frames each of so many streams had before it ended; whole ones have seven. */
async function frameCounts(server: Server, calls: number): Promise<(number | undefined)[]> {
  for (let call = 0; call < calls; call++) await status(server, NOVA, 'converse-stream');
  return server.requests.slice(-calls).map(({ stream }) => stream?.framesSent);
}

const error = { name: 'ServiceUnavailableException' };

describe('fault rules', () => {
  it('strike every nth call', async () => {
    expect(await letters(open({ faults: [{ every: 3, error }] }), 10)).toBe('..x..x..x.');
  });

  it('strike all calls when they say no share and no number', async () => {
    expect(await letters(open({ faults: [{ error }] }), 3)).toBe('xxx');
  });

  it('strike only so many times', async () => {
    expect(await letters(open({ faults: [{ error, times: 2 }] }), 5)).toBe('xx...');
  });

  it('strike a share of the calls', async () => {
    const hits = (await letters(open({ faults: [{ share: 0.2, error }] }), 1000)).match(/x/g)?.length ?? 0;
    // Five standard deviations of a fair draw are 63.
    expect(hits).toBeGreaterThan(137);
    expect(hits).toBeLessThan(263);
  });

  it('strike the same calls for the same seed, others for another, and begin anew with a reset', async () => {
    const faults = [{ share: 0.5, error }];
    const server = open({ faults, seed: 7 });
    const first = await letters(server, 40);
    expect(await letters(server, 40)).not.toBe(first);
    server.reset();
    expect(await letters(server, 40)).toBe(first);
    expect(await letters(open({ faults, seed: 7 }), 40)).toBe(first);
    expect(await letters(open({ faults, seed: 8 }), 40)).not.toBe(first);
  });

  it('look at their models only', async () => {
    const server = open({ faults: [{ models: 'us.anthropic.*', every: 2, error }] });
    expect(await letters(server, 3, NOVA)).toBe('...');
    expect(await letters(server, 4, CLAUDE)).toBe('.x.x');
  });

  it('leave the call to the next rule when they do not strike', async () => {
    const server = open({
      faults: [
        { every: 2, error },
        { every: 2, error: { name: 'ThrottlingException' } },
      ],
    });
    const statuses = [];
    for (let call = 0; call < 4; call++) statuses.push(await status(server));
    // The second rule sees the 1st and the 3rd call.
    expect(statuses).toEqual([200, 503, 429, 503]);
  });

  it.each([
    [{ name: 'ThrottlingException', message: 'Too many tokens' }, 429, 'Too many tokens'],
    [{ name: 'InternalServerException' }, 500, 'The local Bedrock was told to fail.'],
    [{ name: 'OverloadedError', status: 529 }, 529, 'The local Bedrock was told to fail.'],
  ])('answer with %j', async (given, code, message) => {
    const response = await ask(open({ faults: [{ error: given }] }), 'converse', hello);
    expect(await failureOf(response)).toEqual([code, given.name, message]);
  });

  it('answer with the headers of the error', async () => {
    const faults = [{ error: { name: 'ThrottlingException', headers: { 'retry-after': '2' } } }];
    expect((await ask(open({ faults }), 'converse', hello)).headers.get('retry-after')).toBe('2');
  });

  it('strike calls that do not chat', async () => {
    const server = open({ faults: [{ error }] });
    const response = await ask(
      server,
      'invoke',
      { inputText: 'x' },
      { modelId: 'amazon.titan-embed-text-v2:0' },
    );
    expect(response.status).toBe(503);
  });

  it('with a fault look at streams only', async () => {
    const server = open({ faults: [{ every: 2, fault: { kind: 'cut', at: 3 } }] });
    await status(server, NOVA, 'converse');
    expect(await frameCounts(server, 2)).toEqual([7, 3]);
  });

  it('leave the fault of a script alone', async () => {
    const server = open({
      faults: [{ fault: { kind: 'cut', at: 3 } }],
      respond: () => ({ fault: { kind: 'cut', at: 1 } }),
    });
    expect(await frameCounts(server, 1)).toEqual([1]);
  });

  it('do not look at calls that the quota refuses', async () => {
    const server = open({ quotas: { requestsPerMinute: 1 }, faults: [{ every: 2, error }] });
    expect([await status(server), await status(server)]).toEqual([200, 429]);
    server.setQuotas(undefined);
    expect(await status(server)).toBe(503);
  });

  it('cost nothing when they are errors', async () => {
    const server = open({ quotas: { requestsPerMinute: 5, tokensPerMinute: 5000 }, faults: [{ error }] });
    await letters(server, 9);
    expect(server.counters(NOVA)).toMatchObject({
      admitted: 9,
      releasedCalls: 9,
      settledCalls: 0,
      levels: { requests: 5, tokens: 5000 },
    });
  });

  it('can be set anew', async () => {
    const server = open({ faults: [{ error }] });
    expect(await letters(server, 2)).toBe('xx');
    server.setFaults([{ every: 2, error }]);
    expect(await letters(server, 2)).toBe('.x');
    server.setFaults([]);
    expect(await letters(server, 2)).toBe('..');
  });

  it('keep what was set before when the new ones make no sense', async () => {
    const server = open({ faults: [{ error }] });
    expect(() => server.setFaults([{}])).toThrow();
    expect(await letters(server, 1)).toBe('x');
  });
});

describe('faults at random places', () => {
  const faults: LocalFaultRule[] = [{ fault: { kind: 'cut', at: 'random' } }];

  it('come at any frame of the stream, and at the same ones for the same seed', async () => {
    const counts = await frameCounts(open({ faults, seed: 3 }), 60);
    expect(new Set(counts)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
    expect(await frameCounts(open({ faults, seed: 3 }), 60)).toEqual(counts);
    expect(await frameCounts(open({ faults, seed: 4 }), 60)).not.toEqual(counts);
  });

  it('can be asked for by a script', async () => {
    const server = open({ respond: () => ({ content: [{ text: 'One two three' }], ...faults[0] }) });
    expect(new Set(await frameCounts(server, 60)).size).toBe(7);
  });

  it('come at any event of a scripted list', async () => {
    const events = [{ messageStart: { role: 'assistant' } }, { messageStop: { stopReason: 'end_turn' } }];
    const server = open({ faults, respond: () => ({ events }) });
    expect(new Set(await frameCounts(server, 30))).toEqual(new Set([0, 1]));
  });
});

describe('a slow stream', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('comes in pieces with pauses, from its frame on', async () => {
    const server = open({ faults: [{ fault: { kind: 'slow', at: 2, bytes: 50, ms: 10 } }] });
    vi.useFakeTimers();
    const response = await ask(server, 'converse-stream', hello, { modelId: NOVA });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const chunks: Uint8Array[] = [];
    for (let read = 0; read < 2; read++) chunks.push((await reader.read()).value as Uint8Array);
    const third = reader.read();
    let hasCome = false;
    third.then(() => {
      hasCome = true;
    });
    await vi.advanceTimersByTimeAsync(9);
    expect(hasCome).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    chunks.push((await third).value as Uint8Array);
    expect(chunks[2]?.length).toBe(50);
    expect(server.requests[0]?.stream?.framesSent).toBe(2);
    for (;;) {
      const next = reader.read();
      await vi.advanceTimersByTimeAsync(10);
      const { done, value } = await next;
      if (done) break;
      expect(value.length).toBeLessThanOrEqual(50);
      chunks.push(value);
    }
    const bytes = new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer());
    expect(decodeFrames(bytes).map(({ headers }) => headers[':event-type'])).toEqual([
      'messageStart',
      ...Array(3).fill('contentBlockDelta'),
      'contentBlockStop',
      'messageStop',
      'metadata',
    ]);
    expect(server.requests[0]?.stream).toEqual({ framesSent: 7, ended: 'fault' });
  });
});

describe('a stalled reply', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each(['converse', 'converse-stream'] as const)('keeps even its headers back: %s', async route => {
    const server = open({ faults: [{ stallReplyMs: 5000 }], quotas: {} });
    vi.useFakeTimers();
    let code = 0;
    const call = ask(server, route, hello, { modelId: NOVA }).then(response => {
      code = response.status;
    });
    await vi.advanceTimersByTimeAsync(4999);
    expect(code).toBe(0);
    expect(server.counters(NOVA).active).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    await call;
    expect(code).toBe(200);
  });

  it('can be an error', async () => {
    const server = open({ faults: [{ stallReplyMs: 1, error }] });
    expect(await status(server)).toBe(503);
  });

  it('is charged its input when the caller gives up', async () => {
    const server = open({ faults: [{ stallReplyMs: 60_000 }], quotas: {} });
    const controller = new AbortController();
    const call = ask(server, 'converse', hello, { modelId: NOVA, signal: controller.signal });
    await vi.waitFor(() => expect(server.counters(NOVA).active).toBe(1));
    controller.abort(new Error('Too slow.'));
    await expect(call).rejects.toThrow('Too slow.');
    expect(server.counters(NOVA)).toMatchObject({ active: 0, reservedTokens: 0, settledTokens: 2 });
  });
});

describe('episodes without capacity', () => {
  afterEach(() => {
    vi.useRealTimers();
  });
  const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);

  it('answer in the words of AWS, and cost nothing', async () => {
    const server = open({ unavailable: {}, quotas: { requestsPerMinute: 1, tokensPerMinute: 9000 } });
    for (let call = 0; call < 3; call++) {
      expect(await failureOf(await ask(server, 'converse', hello, { modelId: NOVA }))).toEqual([
        503,
        'ServiceUnavailableException',
        'Bedrock is unable to process your request.',
      ]);
    }
    expect(server.counters(NOVA)).toMatchObject({
      admitted: 0,
      unavailable: 3,
      levels: { requests: 1, tokens: 9000 },
    });
  });

  it('are counted also where there is no quota', async () => {
    const server = open({ unavailable: {} });
    await letters(server, 2);
    expect(server.counters(NOVA)).toMatchObject({ unavailable: 2, admitted: 0, levels: {} });
  });

  it('begin and end at their time, and begin anew with a reset', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const server = open({ unavailable: { fromMs: 1000, forMs: 500 } });
    expect(await status(server)).toBe(200);
    pass(999);
    expect(await status(server)).toBe(200);
    pass(1);
    expect(await status(server)).toBe(503);
    pass(499);
    expect(await status(server)).toBe(503);
    pass(1);
    expect(await status(server)).toBe(200);
    server.reset();
    pass(1000);
    expect(await status(server)).toBe(503);
  });

  it('count their time from when they are set', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const server = open({});
    pass(60_000);
    server.setUnavailable([{ models: 'amazon.*', forMs: 10 }]);
    expect([await status(server, NOVA), await status(server, CLAUDE)]).toEqual([503, 200]);
    server.setUnavailable(undefined);
    expect(await status(server, NOVA)).toBe(200);
  });

  it('refuse a share of the calls, the same ones for the same seed', async () => {
    const unavailable = { share: 0.5 };
    const first = await letters(open({ unavailable, seed: 1 }), 200);
    const hits = first.match(/x/g)?.length ?? 0;
    expect(hits).toBeGreaterThan(64);
    expect(hits).toBeLessThan(136);
    expect(await letters(open({ unavailable, seed: 1 }), 200)).toBe(first);
    expect(await letters(open({ unavailable, seed: 2 }), 200)).not.toBe(first);
  });
});

describe('faults and episodes that make no sense', () => {
  it.each([
    [{}, /^faults .*: a list of rules, not \{\}\.$/],
    [[7], /^faults\[0\] .*: an object with models, share, every, .* not 7\.$/],
    [[{ error, often: 1 }], /^faults\[0\]\.often .*: not known here; there is models, /],
    [[{ error, share: 2 }], /^faults\[0\]\.share .*: a share from 0 to 1, not 2\.$/],
    [[{ error, every: 0 }], /^faults\[0\]\.every .*: a whole number from 1 on, not 0\.$/],
    [[{ error, every: 2, share: 0.5 }], /^faults\[0\] .*: share or every, not both\.$/],
    [
      [{ error, models: 'a*b' }],
      /^faults\[0\]\.models .*: a model id, or the beginning of one with \* .* "a\*b"\.$/,
    ],
    [[{ every: 2 }], /^faults\[0\] .*: an error, a fault or stallReplyMs is needed\.$/],
    [[{ error, fault: { kind: 'cut', at: 1 } }], /^faults\[0\] .*: error or fault, not both\.$/],
    [[{ error: { status: 500 } }], /^faults\[0\]\.error\.name .*: a text, not undefined\.$/],
    [
      [{ error: { name: 'A', status: 200 } }],
      /^faults\[0\]\.error\.status .*: an HTTP status from 400 to 599, not 200/,
    ],
    [
      [{ fault: { kind: 'fire', at: 1 } }],
      /^faults\[0\]\.fault\.kind .*: one of exception, error, cut, .* "fire"\.$/,
    ],
    [
      [{ fault: { kind: 'cut' } }],
      /^faults\[0\]\.fault\.at .*: a frame from 0 on, or 'random', not undefined\.$/,
    ],
    [[{ fault: { kind: 'slow', at: 0, ms: 1 } }], /^faults\[0\]\.fault\.bytes .*: a whole number from 1 on/],
    [
      [{ fault: { kind: 'stall', at: 0, name: 'x' } }],
      /^faults\[0\]\.fault\.name .*: not known here; there is kind, at, ms\.$/,
    ],
  ])('%j is refused by name', (faults, message) => {
    expect(() => open({ faults: faults as unknown as LocalFaultRule[] })).toThrow(message);
  });

  it.each([
    [{ from: 1 }, /^unavailable\[0\]\.from .*: not known here; there is models, fromMs, forMs, share\.$/],
    [[{}, { forMs: 0 }], /^unavailable\[1\]\.forMs .*: a number above 0, not 0\.$/],
  ])('%j is refused by name', (unavailable, message) => {
    expect(() => open({ unavailable: unavailable as unknown as LocalEpisodes })).toThrow(message);
  });

  it('so is a seed', () => {
    expect(() => open({ seed: 0.5 })).toThrow(/^seed .*: a whole number, not 0\.5\.$/);
  });
});
