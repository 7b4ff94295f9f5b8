/** The setting `log`: a line for what happens to calls, without what is secret or private. */
import { embed, generateImage, generateText, rerank, streamText } from 'ai';
import {
  type BedrockLogLevel,
  type BedrockProviderSettings,
  createBedrock,
  type TrafficEvent,
} from 'bedrock-ai-provider';
import { createBedrockAnthropic } from 'bedrock-ai-provider/anthropic';
import { BudgetExceededError, createCostTracker, memoryStore } from 'bedrock-ai-provider/cost';
import { createLocalBedrock, type LocalBedrockOptions } from 'bedrock-ai-provider/local';
import { describe, expect, it, vi } from 'vitest';
import { errorOf, hello, jsonResponse, readParts } from '../support/replies.ts';
import { startVideo } from '../support/videos.ts';

const NOVA = 'amazon.nova-lite-v1:0';
const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';

interface Line {
  readonly text: string;
  readonly level: string;
  readonly event: string;
  /** As text, quotes taken off. */
  readonly facts: Readonly<Record<string, string>>;
}

/** What a reader of the log makes of a line; fails for what is none. */
function readLine(text: string): Line {
  const [, level = '', event = '', rest = ''] =
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z bedrock (error|info|debug) ([a-z-]+)((?: \w+=(?:[^\s"]+|"(?:[^"\\]|\\.)*"))*)$/.exec(
      text,
    ) ?? expect.fail(`This is no line: ${text}`);
  const facts = [...rest.matchAll(/ (\w+)=([^\s"]+|"(?:[^"\\]|\\.)*")/g)].map(([, name = '', value = '']) => [
    name,
    value.startsWith('"') ? JSON.parse(value) : value,
  ]);
  return { text, level, event, facts: Object.fromEntries(facts) };
}

function open(
  level: BedrockLogLevel,
  settings: BedrockProviderSettings = {},
  options: LocalBedrockOptions = {},
) {
  const texts: string[] = [];
  const local = createLocalBedrock({ respond: () => 'Yes.', jobMs: 0, ...options });
  const given: BedrockProviderSettings = {
    ...local.settings,
    outputLocation: { s3Uri: 's3://my-bucket/videos/' },
    log: { level, write: text => void texts.push(text) },
    ...settings,
  };
  return { local, given, bedrock: createBedrock(given), lines: () => texts.map(readLine) };
}

const ask = (bedrock: ReturnType<typeof open>['bedrock'], model = NOVA) =>
  generateText({ model: bedrock(model), prompt: 'Hello', maxOutputTokens: 100, maxRetries: 0 });

const eventsOf = (lines: readonly Line[]) => lines.map(({ level, event }) => `${level} ${event}`);

describe('at info', () => {
  it('a call has one line with its tokens, its cost and the request id of AWS', async () => {
    const { bedrock, lines } = open('info');
    const { usage, response } = await ask(bedrock);
    expect(lines()).toMatchObject([
      {
        level: 'info',
        event: 'call',
        facts: {
          kind: 'chat',
          model: NOVA,
          region: 'us-east-1',
          ms: expect.stringMatching(/^\d+$/),
          outcome: 'complete',
          inputTokens: String(usage.inputTokens),
          outputTokens: String(usage.outputTokens),
          usd: expect.stringMatching(/^0\.0000\d+$/),
          requestId: response.headers?.['x-amzn-requestid'],
        },
      },
    ]);
  });

  it('a stream has the same line when it is over', async () => {
    const { bedrock, lines } = open('info');
    const { stream } = await bedrock(NOVA).doStream(hello);
    expect(lines()).toEqual([]);
    await readParts(stream);
    expect(lines()).toMatchObject([
      {
        event: 'call',
        facts: { outcome: 'complete', outputTokens: expect.any(String), requestId: expect.any(String) },
      },
    ]);
  });

  it('a stream that its reader leaves is aborted, and its tokens are estimated', async () => {
    const { bedrock, lines } = open('info');
    const { stream } = await bedrock(NOVA).doStream(hello);
    await stream.cancel();
    expect(lines()).toMatchObject([{ event: 'call', facts: { outcome: 'aborted', estimated: 'true' } }]);
  });

  it('a call that the caller aborts is no failure', async () => {
    const { bedrock, lines } = open('info', {}, { faults: [{ stallReplyMs: 60_000 }] });
    const controller = new AbortController();
    const call = errorOf(bedrock(NOVA).doGenerate({ ...hello, abortSignal: controller.signal }));
    controller.abort();
    await call;
    expect(lines()).toMatchObject([{ level: 'info', event: 'call', facts: { outcome: 'aborted' } }]);
  });

  it('calls of all kinds have lines', async () => {
    const { bedrock, given, lines } = open('info');
    await embed({ model: bedrock.embeddingModel('amazon.titan-embed-text-v2:0'), value: 'Hello' });
    await generateImage({ model: bedrock.imageModel('amazon.nova-canvas-v1:0'), prompt: 'A bridge' });
    await rerank({
      model: bedrock.rerankingModel('cohere.rerank-v3-5:0'),
      query: 'When?',
      documents: ['Now.'],
    });
    await startVideo(bedrock.videoModel('amazon.nova-reel-v1:1'), { prompt: 'A bridge' });
    await generateText({ model: createBedrockAnthropic(given)(CLAUDE), prompt: 'Hello' });
    expect(lines().map(({ facts }) => facts)).toMatchObject([
      { kind: 'embedding', inputTokens: expect.any(String) },
      { kind: 'image', image: '1' },
      { kind: 'reranking', query: '1', usd: '0.002' },
      { kind: 'video', videoSecond: expect.any(String) },
      { kind: 'chat', model: CLAUDE, outputTokens: expect.any(String) },
    ]);
  });

  it('a cost that is not known is no number, and the tokens are there all the same', async () => {
    const reply = {
      output: { message: { role: 'assistant', content: [{ text: 'Yes.' }] } },
      stopReason: 'end_turn',
      usage: { inputTokens: 12, outputTokens: 3, totalTokens: 15 },
    };
    const { bedrock, lines } = open('info', { fetch: async () => jsonResponse(reply) });
    await ask(bedrock, 'acme.rocket-v1:0');
    expect(lines()).toMatchObject([
      { facts: { usd: 'unknown', why: 'model', inputTokens: '12', outputTokens: '3' } },
    ]);
  });

  it('tells of retries with the wait and the reason', async () => {
    const { bedrock, lines } = open(
      'info',
      { traffic: { retry: { baseDelayMs: 0 } } },
      { faults: [{ error: { name: 'InternalServerException' }, times: 1 }] },
    );
    await ask(bedrock);
    expect(lines()).toMatchObject([
      {
        event: 'retried',
        facts: { model: NOVA, attempt: '1', waitMs: '0', status: '500', error: 'InternalServerException' },
      },
      { event: 'call', facts: { outcome: 'complete' } },
    ]);
  });

  it('tells where a call went instead, and that a target is taken for down', async () => {
    const { bedrock, lines } = open(
      'info',
      { traffic: { failover: [{ region: 'us-west-2' }], breaker: { failures: 1 } } },
      { faults: [{ error: { name: 'ServiceUnavailableException' }, times: 1 }] },
    );
    await ask(bedrock);
    expect(lines()).toMatchObject([
      { event: 'opened', facts: { region: 'us-east-1', error: 'ServiceUnavailableException' } },
      {
        event: 'moved',
        facts: { region: 'us-west-2', from: `${NOVA}@us-east-1`, error: 'ServiceUnavailableException' },
      },
      { event: 'call', facts: { region: 'us-west-2' } },
    ]);
  });
});

describe('at error', () => {
  it('only calls that failed have a line, with what to do next', async () => {
    const { bedrock, lines, local } = open('error');
    await ask(bedrock);
    const message =
      'Invocation of model ID anthropic.claude-sonnet-4-5-20250929-v1:0 with on-demand throughput isn’t supported. ' +
      'Retry your request with the ID or ARN of an inference profile that contains this model.';
    local.enqueue({ error: { name: 'ValidationException', message } });
    const error = await errorOf(ask(bedrock, 'anthropic.claude-sonnet-4-5-20250929-v1:0'));
    expect(error).toBeInstanceOf(Error);
    const [line, ...others] = lines();
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      level: 'error',
      event: 'failed',
      facts: {
        kind: 'chat',
        model: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
        status: '400',
        error: 'ValidationException',
        retryable: 'false',
        requestId: expect.any(String),
        message: (error as Error).message,
      },
    });
    expect(line?.facts['message']).toMatch(/us\.anthropic\.claude-sonnet-4-5-20250929-v1:0/);
  });

  it('a stream that breaks off has one, too', async () => {
    const { bedrock, lines } = open(
      'error',
      {},
      {
        respond: () => ({ content: [{ text: 'One two three four.' }], fault: { kind: 'cut', at: 4 } }),
      },
    );
    await streamText({ model: bedrock(NOVA), prompt: 'Hello', onError: () => {} }).consumeStream();
    expect(lines()).toMatchObject([{ event: 'failed', facts: { error: 'IncompleteMessage' } }]);
  });

  it('what is wrong before any request has one', async () => {
    const costTracker = createCostTracker({
      budget: { usd: 1e-9 },
      store: memoryStore(),
      onWarning: () => {},
    });
    const { bedrock, lines, local } = open('error', { costTracker });
    await ask(bedrock);
    expect(await errorOf(ask(bedrock))).toSatisfy(BudgetExceededError.isInstance);
    expect(lines()).toMatchObject([
      { event: 'failed', facts: { error: expect.stringContaining('Budget'), message: expect.any(String) } },
    ]);
    expect(local.requests).toHaveLength(1);
  });
});

describe('at debug', () => {
  it('a call shows its attempt, its request, its reply and what it took from the quota', async () => {
    const urls: string[] = [];
    const { local } = open('debug');
    const { bedrock, lines } = open('debug', {
      fetch: (url, init) => {
        urls.push(String(url));
        return local.fetch(url, init);
      },
    });
    await ask(bedrock);
    expect(eventsOf(lines())).toEqual([
      'debug sent',
      'debug request',
      'debug reply',
      'debug settled',
      'info call',
    ]);
    const [sent, request, reply, settled] = lines();
    expect(sent?.facts).toMatchObject({ call: '1', attempt: '1', reservedTokens: expect.any(String) });
    const { host } = new URL(urls[0] ?? '');
    const path = '/model/amazon.nova-lite-v1%3A0/converse';
    expect(request?.facts).toMatchObject({ method: 'POST', host, path, bytes: expect.any(String) });
    expect(reply?.facts).toMatchObject({ method: 'POST', host, path, status: '200', ms: expect.any(String) });
    expect(settled?.facts).toMatchObject({ call: '1', outcome: 'complete', measured: 'true' });
  });

  it('a call that waits shows that it waits', async () => {
    const { bedrock, lines } = open('debug', { traffic: { maxConcurrency: 1 } });
    await Promise.all([ask(bedrock), ask(bedrock)]);
    expect(eventsOf(lines())).toContain('debug queued');
    expect(lines().find(({ event }) => event === 'queued')?.facts).toMatchObject({
      call: '2',
      priority: 'normal',
      ahead: '0',
    });
  });

  it('a refused request shows status and name', async () => {
    const { bedrock, lines } = open(
      'debug',
      { traffic: 'off' },
      {
        faults: [{ error: { name: 'AccessDeniedException' } }],
      },
    );
    await errorOf(ask(bedrock));
    expect(eventsOf(lines())).toEqual(['debug request', 'debug reply', 'error failed']);
    expect(lines()[1]?.facts).toMatchObject({ status: '403', error: 'AccessDeniedException' });
  });

  it('a request without a reply shows why', async () => {
    const fetch = () => Promise.reject(new TypeError('fetch failed'));
    const { bedrock, lines } = open('debug', { traffic: 'off', fetch });
    await errorOf(ask(bedrock));
    expect(lines()[1]).toMatchObject({ event: 'reply', facts: { error: 'NetworkError' } });
  });

  it('operations that are no calls of a model show their requests', async () => {
    const { bedrock, lines } = open('debug');
    await bedrock.listModels();
    expect(lines()).toMatchObject([
      { event: 'request', facts: { method: 'GET', path: '/foundation-models', bytes: '0' } },
      { event: 'reply', facts: { status: '200' } },
    ]);
  });
});

describe('a line', () => {
  it('holds no secret and nothing of prompt and answer', async () => {
    const texts: string[] = [];
    const local = createLocalBedrock({
      respond: () => 'The answer is private.',
      credentials: [
        {
          accessKeyId: 'AKIDEXAMPLE',
          secretAccessKey: 'very-secret-key',
          sessionToken: 'very-secret-session',
        },
      ],
    });
    const bedrock = createBedrock({
      region: 'us-east-1',
      fetch: local.fetch,
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'very-secret-key',
      sessionToken: 'very-secret-session',
      headers: { 'x-gateway-key': 'very-secret-gateway' },
      traffic: 'off',
      log: { level: 'debug', write: text => void texts.push(text) },
    });
    await generateText({ model: bedrock(NOVA), prompt: 'The question is private.' });
    local.enqueue({
      error: {
        name: 'InternalServerException',
        message: 'I got very-secret-gateway and very-secret-session.',
      },
    });
    await errorOf(ask(bedrock));
    expect(texts).toHaveLength(6);
    expect(texts.at(-1)).toContain('I got [redacted] and [redacted]');
    expect(texts.join('\n')).not.toMatch(/very-secret|private|AKIDEXAMPLE/);
  });

  it('is one line, without control characters, whatever an error says', async () => {
    const { bedrock, lines, local } = open('error', { traffic: 'off' });
    const message =
      'One\ntwo\r\u2028three\u001b[31m\u009b31m" four=4\n2026-11-29T00:00:00.000Z bedrock info call';
    local.enqueue({ error: { name: 'ValidationException', message } });
    await errorOf(ask(bedrock));
    const [line, ...others] = lines();
    expect(others).toEqual([]);
    expect(line?.text).toMatch(/^[\x20-\x7e]+$/);
    expect(line?.facts['message']).toContain(message);
  });
});

describe('what listens otherwise', () => {
  it('is told as before: traffic.onEvent gets all events', async () => {
    const types = async (level: BedrockLogLevel) => {
      const events: TrafficEvent[] = [];
      const { bedrock } = open(level, { traffic: { onEvent: event => void events.push(event) } });
      await ask(bedrock);
      return events.map(({ type }) => type);
    };
    expect(await types('debug')).toEqual(await types('silent'));
    expect(await types('debug')).toContain('settled');
  });

  it('gets the same parts and results', async () => {
    const partsAt = async (level: BedrockLogLevel) => {
      const { stream } = await open(level).bedrock(NOVA).doStream(hello);
      const parts = await readParts(stream);
      return parts.map(part => (part.type === 'finish' ? part : part.type));
    };
    const metadata = expect.not.objectContaining({ cost: expect.anything() });
    const parts = await partsAt('debug');
    expect(parts.map(part => (typeof part === 'string' ? part : part.type))).toEqual(
      (await partsAt('silent')).map(part => (typeof part === 'string' ? part : part.type)),
    );
    expect(parts.at(-1)).toMatchObject({ providerMetadata: { bedrock: metadata } });
  });
});

describe('a log without a writer of its own', () => {
  it('goes to stderr, and to the console where there is none', async () => {
    const written: unknown[] = [];
    const take = (text: unknown) => {
      written.push(text);
      return true;
    };
    const spy =
      typeof process.stderr?.write === 'function'
        ? vi.spyOn(process.stderr, 'write').mockImplementation(take)
        : vi.spyOn(console, 'info').mockImplementation(take);
    await ask(open('info', { log: 'info' }).bedrock);
    spy.mockRestore();
    expect(written.map(text => readLine(String(text).trimEnd()))).toMatchObject([{ event: 'call' }]);
  });
});

describe('a log that fails', () => {
  it('takes no call along', async () => {
    const { bedrock } = open('debug', {
      log: {
        level: 'debug',
        write: () => {
          throw new Error('The disk is full.');
        },
      },
    });
    expect((await ask(bedrock)).text).toBe('Yes.');
  });
});

describe('a wrong setting', () => {
  it.each([
    ['loud', 'log: expected one of silent, error, info, debug, got "loud".'],
    [{ level: 3 }, 'log: expected one of silent, error, info, debug, got 3.'],
    [{ write: 'stdout' }, 'log.write: expected a function, got string.'],
    [{ file: 'a.log' }, 'log.file: there is no such setting; expected one of level, write.'],
    [7, 'log: expected one of silent, error, info, debug, got 7.'],
  ])('%j is refused by the first call', async (log, message) => {
    const { bedrock, local } = open('info', { log: log as never });
    const error = await errorOf(bedrock(NOVA).doGenerate(hello));
    expect(error).toMatchObject({ name: 'AI_InvalidArgumentError', message });
    expect(local.requests).toEqual([]);
  });

  it('of onEvent is refused as without a log', async () => {
    const { bedrock } = open('info', { traffic: { onEvent: 'loud' as never } });
    expect(await errorOf(bedrock(NOVA).doGenerate(hello))).toMatchObject({ argument: 'traffic.onEvent' });
  });
});
