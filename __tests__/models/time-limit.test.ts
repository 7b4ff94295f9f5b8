/** The setting `timeoutMs`: how long a call of a model may take in all. */
import { embed, generateImage, generateText, rerank, streamText } from 'ai';
import { type BedrockProviderSettings, createBedrock } from 'bedrock-ai-provider';
import { createBedrockAnthropic } from 'bedrock-ai-provider/anthropic';
import { createLocalBedrock, type LocalBedrockOptions } from 'bedrock-ai-provider/local';
import { beforeAll, describe, expect, it } from 'vitest';
import { errorOf, hello, readParts } from '../support/replies.ts';
import { expectProtocol } from '../support/stream-protocol.ts';
import { startVideo } from '../support/videos.ts';

const NOVA = 'amazon.nova-lite-v1:0';
const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const late = { code: 'CallTimeout', isRetryable: false };

function open(settings: BedrockProviderSettings = {}, options: LocalBedrockOptions = {}) {
  const local = createLocalBedrock({ faults: [{ stallReplyMs: 60_000 }], ...options });
  const given = {
    ...local.settings,
    timeoutMs: 30,
    outputLocation: { s3Uri: 's3://my-bucket/videos/' },
    ...settings,
  };
  return { local, given, bedrock: createBedrock(given) };
}

describe('a call that takes too long', () => {
  const { bedrock, given } = open();
  const prompt = 'A bridge';
  it.each<[string, () => PromiseLike<unknown>]>([
    ['a chat', () => generateText({ model: bedrock(NOVA), prompt })],
    ['a chat through InvokeModel', () => generateText({ model: bedrock.invokeModel(NOVA), prompt })],
    [
      'a chat of another package',
      () => generateText({ model: createBedrockAnthropic(given)(CLAUDE), prompt }),
    ],
    [
      'an embedding',
      () => embed({ model: bedrock.embeddingModel('amazon.titan-embed-text-v2:0'), value: prompt }),
    ],
    ['an image', () => generateImage({ model: bedrock.imageModel('amazon.nova-canvas-v1:0'), prompt })],
    [
      'a reranking',
      () =>
        rerank({
          model: bedrock.rerankingModel('cohere.rerank-v3-5:0'),
          query: 'When?',
          documents: [prompt],
        }),
    ],
    ['a video', () => startVideo(bedrock.videoModel('amazon.nova-reel-v1:1'), { prompt })],
  ])('fails and is not tried again: %s', async (_, call) => {
    const error = await errorOf(call());
    expect(error).toMatchObject(late);
    expect((error as Error).message).toMatch(
      /took longer than 30 ms.*Raise timeoutMs \(BEDROCK_TIMEOUT_MS\)/,
    );
  });

  it('is sent once', async () => {
    const { bedrock, local } = open();
    await errorOf(generateText({ model: bedrock(NOVA), prompt: 'Hello' }));
    expect(local.requests).toHaveLength(1);
  });

  it('fails where its stream does not begin', async () => {
    expect(await errorOf(open().bedrock(NOVA).doStream(hello))).toMatchObject(late);
  });

  it('fails while it waits for a retry', async () => {
    const { bedrock } = open(
      { traffic: { retry: { maxAttempts: 5, baseDelayMs: 1e9, maxDelayMs: 1e9 } } },
      { faults: [{ error: { name: 'InternalServerException' } }] },
    );
    expect(await errorOf(generateText({ model: bedrock(NOVA), prompt: 'Hello' }))).toMatchObject(late);
  });

  it('fails while it waits for its turn', async () => {
    const { bedrock, local } = open({ traffic: { maxConcurrency: 1 }, timeoutMs: 50 });
    const ask = () => errorOf(generateText({ model: bedrock(NOVA), prompt: 'Hello' }));
    expect(await Promise.all([ask(), ask()])).toMatchObject([late, late]);
    expect(local.requests.length).toBeLessThanOrEqual(2);
  });
});

describe('a stream that takes too long', () => {
  const stalling = { respond: () => ({ content: [{ text: 'One two three four.' }] }) };

  /** Its first call loads code, which a busy machine may take longer for than the limit below. */
  beforeAll(async () => {
    const { bedrock } = open({ timeoutMs: 0 }, { faults: [] });
    await bedrock.invokeModel(CLAUDE).doGenerate(hello);
  });

  it.each<
    [string, (settings: ReturnType<typeof open>['given']) => ReturnType<ReturnType<typeof createBedrock>>]
  >([
    ['of Converse', settings => createBedrock(settings)(CLAUDE)],
    ['of InvokeModel', settings => createBedrock(settings).invokeModel(CLAUDE)],
    ['of another package', settings => createBedrockAnthropic(settings)(CLAUDE)],
  ])('ends in an error part and a finish that says so: %s', async (_, modelOf) => {
    const { given } = open(
      { timeoutMs: 100 },
      { ...stalling, faults: [{ fault: { kind: 'stall', at: 4 } }] },
    );
    const { stream } = await modelOf(given).doStream(hello);
    const parts = await readParts(stream);
    expectProtocol(parts);
    expect(parts.map(({ type }) => type)).toContain('text-delta');
    expect(parts.find(({ type }) => type === 'error')).toMatchObject({ error: late });
    expect(parts.at(-1)).toMatchObject({
      type: 'finish',
      finishReason: { unified: 'interrupted', raw: 'CallTimeout' },
    });
  });

  it('is an error to streamText, and no abort', async () => {
    const { bedrock } = open(
      { timeoutMs: 100 },
      { ...stalling, faults: [{ fault: { kind: 'stall', at: 4 } }] },
    );
    const errors: unknown[] = [];
    const result = streamText({
      model: bedrock(NOVA),
      prompt: 'Hello',
      onError: ({ error }) => void errors.push(error),
      onAbort: () => void errors.push('aborted'),
    });
    await result.consumeStream();
    expect(errors).toMatchObject([late]);
  });
});

describe('a call in time', () => {
  const quick = { faults: [], respond: () => 'Yes.' };

  it.each([60_000, 0])('is what it is without a limit (timeoutMs: %i)', async timeoutMs => {
    const { bedrock } = open({ timeoutMs }, quick);
    const { text } = await generateText({ model: bedrock(NOVA), prompt: 'Hello' });
    expect(text).toBe('Yes.');
    const { stream } = await bedrock(NOVA).doStream(hello);
    expectProtocol(await readParts(stream));
  });

  it('is aborted by the caller, with the reason of the caller', async () => {
    const { bedrock } = open({ timeoutMs: 60_000 });
    const controller = new AbortController();
    const call = errorOf(bedrock(NOVA).doGenerate({ ...hello, abortSignal: controller.signal }));
    controller.abort(new Error('Enough.'));
    expect(await call).toMatchObject({ message: 'Enough.' });
  });

  it('is not sent where the caller has aborted before', async () => {
    const { bedrock, local } = open({ timeoutMs: 60_000 });
    const abortSignal = AbortSignal.abort(new Error('Never mind.'));
    expect(await errorOf(bedrock(NOVA).doGenerate({ ...hello, abortSignal }))).toMatchObject({
      message: 'Never mind.',
    });
    expect(local.requests).toHaveLength(0);
  });

  it('lets go of the signal of the caller when its stream is over', async () => {
    const { bedrock } = open({ timeoutMs: 60_000 }, quick);
    const { signal } = new AbortController();
    const listeners = new Set<unknown>();
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (type: string, listener: never) => {
      listeners.add(listener);
      add(type, listener);
    };
    signal.removeEventListener = (type: string, listener: never) => {
      listeners.delete(listener);
      remove(type, listener);
    };
    const { stream } = await bedrock(NOVA).doStream({ ...hello, abortSignal: signal });
    expect(listeners.size).toBeGreaterThan(0);
    await readParts(stream);
    expect(listeners.size).toBe(0);
  });
});

describe('a wrong limit', () => {
  it.each([-1, Number.NaN, '30'])('is refused by the first call: %s', async timeoutMs => {
    const { bedrock, local } = open({ timeoutMs: timeoutMs as number });
    const error = await errorOf(bedrock(NOVA).doGenerate(hello));
    expect(error).toMatchObject({ argument: 'timeoutMs', message: expect.stringContaining('milliseconds') });
    expect(local.requests).toHaveLength(0);
  });
});
