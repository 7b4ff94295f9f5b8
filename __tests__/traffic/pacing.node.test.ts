/**
 * Calls are paced by quotas that are known, or that are learned from refusals and from silence. Under Node only: minutes of
 * virtual time take most of one, and what an edge runtime may do otherwise, its timers, the tests of queues and retries see.
 */
import { embedMany, generateText, streamText } from 'ai';
import { BedrockError, QuotaExceededError, type TrafficSettings } from 'bedrock-ai-provider';
import type { LocalBedrockOptions } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import {
  failureOf,
  NOVA,
  openWorld,
  pass,
  providerOf,
  settle,
  TITAN,
  until,
  useVirtualTime,
  type World,
} from './support.ts';

useVirtualTime();

const REPLY = { content: [{ text: 'Yes.' }], usage: { inputTokens: 10, outputTokens: 5 } };

/** A server whose calls take a tenth of a second. */
const open = (traffic: TrafficSettings, options: LocalBedrockOptions = {}) =>
  openWorld(traffic, { delayMs: 100, respond: () => REPLY, ...options });

const ask = ({ bedrock }: World, maxOutputTokens = 20, modelId = NOVA) =>
  generateText({ model: bedrock(modelId), prompt: 'Hello', maxOutputTokens, maxRetries: 0 });

const many = (world: World, count: number, maxOutputTokens?: number) =>
  Array.from({ length: count }, () => ask(world, maxOutputTokens));

/** How long it takes, in virtual milliseconds. */
async function time(work: readonly Promise<unknown>[], stepMs = 10): Promise<number> {
  const start = performance.now();
  await until(Promise.all(work), { stepMs });
  return performance.now() - start;
}

const refusalsOf = ({ local }: World, modelId = NOVA) => {
  const { requests, tokens, daily } = local.counters(modelId).throttled;
  return requests + tokens + daily;
};

describe('a known quota', () => {
  it('of requests is used to the full and never exceeded', async () => {
    const world = open({ quota: { requestsPerSecond: 10 } }, { quotas: { requestsPerSecond: 10 } });
    const took = await time(many(world, 60));
    expect(refusalsOf(world)).toBe(0);
    expect(took).toBeLessThan(5_000 * 1.1);
  });

  it('of requests lets no more out in any time than the bucket holds and earns', async () => {
    const world = open({ quota: { requestsPerSecond: 10 } });
    const starts: number[] = [];
    world.local.setQuotas({});
    const times = many(world, 60);
    await until(Promise.all(times));
    for (const { waitedMs } of world.told('sent')) starts.push(waitedMs);
    for (const [from, start] of starts.entries()) {
      for (const [to, end] of starts.entries()) {
        if (to >= from) expect(to - from + 1).toBeLessThanOrEqual(10 + (end - start) / 100 + 0.01);
      }
    }
  });

  it('per minute holds a minute, as AWS has it', async () => {
    const world = open({ quota: { requestsPerMinute: 60 } }, { quotas: { requestsPerMinute: 60 } });
    expect(await time(many(world, 60))).toBeLessThan(1_000);
    expect(await time(many(world, 3))).toBeGreaterThan(2_000);
    expect(refusalsOf(world)).toBe(0);
  });

  it('of which there are two is the stricter one', async () => {
    const quota = { requestsPerSecond: 100, requestsPerMinute: 10 };
    const world = open({ quota }, { quotas: quota });
    expect(await time(many(world, 12), 100)).toBeGreaterThan(11_000);
    expect(refusalsOf(world)).toBe(0);
  });

  it('of tokens is reserved with the most output and given back when the call ends', async () => {
    const world = open({ quota: { tokensPerMinute: 6_000 } }, { quotas: { tokensPerMinute: 6_000 } });
    // Five fit at once by their reservations, and each one leaves nearly all of its 1,000 tokens to others.
    const took = await time(many(world, 20, 1_000));
    expect(refusalsOf(world)).toBe(0);
    expect(took).toBeLessThan(1_000);
  });

  it('of tokens lets a call out that needs more than all of them, when the bucket is full', async () => {
    const world = open({ quota: { tokensPerMinute: 1_000 } });
    await until(ask(world, 5_000));
    expect(world.told('sent')).toHaveLength(1);
  });

  it('may be set by model, and the longest name counts', async () => {
    const world = open({
      quota: { '*': { requestsPerMinute: 1 }, 'amazon.nova-*': { requestsPerMinute: 5 } },
    });
    expect(await time(many(world, 5))).toBeLessThan(1_000);
    const others = [1, 2].map(() => ask(world, 20, 'us.meta.llama3-3-70b-instruct-v1:0'));
    expect(await time(others, 500)).toBeGreaterThan(59_000);
  });

  it('is of the model, however it is called: with a geography, too', async () => {
    const world = open({ quota: { [NOVA]: { requestsPerMinute: 1 } } });
    const calls = [1, 2].map(() => ask(world, 20, `us.${NOVA}`));
    expect(await time(calls, 500)).toBeGreaterThan(59_000);
  });

  it('is counted apart for models, and for plain ids, geographies and global profiles', async () => {
    const world = open({ quota: { requestsPerMinute: 1 } });
    const ids = [NOVA, `us.${NOVA}`, `global.${NOVA}`, 'us.meta.llama3-3-70b-instruct-v1:0'];
    expect(await time(ids.map(id => ask(world, 20, id)))).toBeLessThan(1_000);
    expect(world.told('queued')).toEqual([]);
  });

  it.each(['provisioned-model/abc123', 'custom-model-deployment/abc123', 'imported-model/abc123'])(
    'is not taken from by a model with capacity of its own: %s',
    async resource => {
      const world = open({ quota: { [NOVA]: { requestsPerMinute: 1 } } });
      const own = world.bedrock(`arn:aws:bedrock:us-east-1:123456789012:${resource}`, { baseModel: NOVA });
      const calls = [1, 2, 3].map(() => generateText({ model: own, prompt: 'Hello', maxOutputTokens: 20 }));
      expect(await time([...calls, ask(world)])).toBeLessThan(1_000);
      expect(world.told('queued')).toEqual([]);
    },
  );

  it('that AWS granted less than is told when it is believed in again', async () => {
    const world = open({ quota: { requestsPerSecond: 20 } }, { quotas: { requestsPerSecond: 10 } });
    await time(many(world, 60));
    expect(world.told('learned').at(-1)?.requestsPerMinute).toBeLessThan(1_200);
    world.local.setQuotas(undefined);
    await time(many(world, 600));
    expect(world.told('learned').at(-1)).toMatchObject({ requestsPerMinute: 1_200 });
  });

  it('that AWS grants less than is obeyed all the same', async () => {
    const world = open({ quota: { requestsPerSecond: 20 } }, { quotas: { requestsPerSecond: 10 } });
    const took = await time(many(world, 100));
    expect(took).toBeLessThan(9_000 * 1.35);
    // Ten of them are what goes out at first and is too much.
    expect(refusalsOf(world)).toBeLessThanOrEqual(25);
  });
});

describe('an unknown quota', () => {
  it('of 25 requests per second lets 300 calls at once all succeed, soon and with few refusals', async () => {
    const world = open({}, { quotas: { requestsPerSecond: 25 } });
    const took = await time(many(world, 300));
    expect(took).toBeLessThan(11_000 * 1.35);
    expect(refusalsOf(world)).toBeLessThanOrEqual(30);
    expect(world.local.counters(NOVA)).toMatchObject({ admitted: 300, settledCalls: 300, active: 0 });
  });

  it.each([
    // About as many as go out at first, and fewer.
    [10, 200],
    [5, 100],
  ])('of %i requests per second lets %i calls at once all succeed as soon', async (rate, calls) => {
    const world = open({}, { quotas: { requestsPerSecond: rate } });
    const took = await time(many(world, calls));
    expect(took).toBeLessThan(((calls - rate) / rate) * 1_000 * 1.35);
    expect(refusalsOf(world)).toBeLessThanOrEqual(calls * 0.15);
  });

  it('of 60 requests per second lets embedMany take 600 texts', async () => {
    const world = open({}, { quotas: { requestsPerSecond: 60 } });
    const values = Array.from({ length: 600 }, (_, index) => `Text ${index}`);
    const embedding = embedMany({ model: world.bedrock.embeddingModel(TITAN), values, maxRetries: 0 });
    const took = await time([embedding]);
    expect((await embedding).embeddings).toHaveLength(600);
    expect(took).toBeLessThan(9_000 * 1.35);
    expect(refusalsOf(world, TITAN)).toBeLessThanOrEqual(60);
  });

  it('of tokens is learned in the same way', async () => {
    const world = open({}, { quotas: { tokensPerSecond: 1_000 } });
    // Each reserves some 50 and settles 15.
    const took = await time(many(world, 300, 40));
    // 4,500 tokens in all, of which the bucket has a thousand.
    expect(took).toBeLessThan(3_500 * 1.6);
    expect(refusalsOf(world)).toBeLessThanOrEqual(30);
    expect(world.told('throttled').every(({ resource }) => resource === 'tokens')).toBe(true);
  });

  it('that nobody refuses is no quota: calls go out as they come', async () => {
    const world = open({});
    expect(await time(many(world, 200))).toBeLessThan(2_000);
    expect(world.told('learned')).toEqual([]);
  });

  it('is told when it is learned', async () => {
    const world = open({}, { quotas: { requestsPerSecond: 10 } });
    await time(many(world, 200));
    const learned = world.told('learned').at(-1);
    expect(learned).toMatchObject({ modelId: NOVA, region: 'us-east-1', tokensPerMinute: undefined });
    expect(learned?.requestsPerMinute).toBeGreaterThan(600 * 0.7);
    expect(learned?.requestsPerMinute).toBeLessThan(600 * 1.5);
  });

  it('that is raised later is found again', async () => {
    const world = open({}, { quotas: { requestsPerSecond: 5 } });
    await time(many(world, 60));
    world.local.setQuotas({ requestsPerSecond: 50 });
    // At 5 per second, they would take 100 seconds.
    expect(await time(many(world, 500))).toBeLessThan(40_000);
    // It is raised many times a second, and told from time to time.
    const told = world.told('learned').map(({ requestsPerMinute = 0 }) => requestsPerMinute);
    expect(told.slice(1).some((rate, index) => rate > (told[index] ?? rate) * 1.4)).toBe(true);
    expect(told.length).toBeLessThan(refusalsOf(world) + 30);
  });

  it('that is lowered later is obeyed again', async () => {
    const world = open({}, { quotas: { requestsPerSecond: 50 } });
    await time(many(world, 200));
    const before = refusalsOf(world);
    world.local.setQuotas({ requestsPerSecond: 5 });
    const took = await time(many(world, 100));
    expect(took).toBeLessThan(19_000 * 1.5);
    // Most of them are those that go out before the first one comes back, and those that teach it.
    expect(refusalsOf(world) - before).toBeLessThanOrEqual(100);
  });

  it('is measured between refusals, also where all of them come in one moment', async () => {
    const world = open({}, { quotas: { requestsPerSecond: 10 } });
    // Without the time that a request needs: what is sent and what is refused have the same time.
    const near = { ...world, ...providerOf({}, world.local.fetch) };
    expect(await time(many(near, 60))).toBeLessThan(5_000 * 1.5);
  });

  it('is found again after a time in which every call was refused', async () => {
    const refused = { error: { name: 'ThrottlingException', message: 'Too many requests, please wait.' } };
    const world = open({}, { faults: [refused] });
    const calls = many(world, 200);
    await pass(20_000, 50);
    world.local.setFaults([]);
    // At what is believed then, one in five seconds, they would take more than a quarter of an hour.
    expect(await time(calls, 50)).toBeLessThan(65_000);
  });

  it('is forgotten after a minute without a refusal', async () => {
    const world = open({}, { quotas: { requestsPerSecond: 2 } });
    await time(many(world, 20));
    world.local.setQuotas(undefined);
    await pass(61_000, 1_000);
    await time([ask(world)]);
    expect(world.told('learned').at(-1)).toMatchObject({ requestsPerMinute: undefined });
    expect(await time(many(world, 50))).toBeLessThan(2_000);
  });

  it('of requests is not held against tokens', async () => {
    const world = open({}, { quotas: { requestsPerSecond: 10 } });
    await time(many(world, 40));
    expect(world.told('throttled').length).toBeGreaterThan(0);
    expect(world.told('learned').every(event => event.tokensPerMinute === undefined)).toBe(true);
  });
});

describe('refusals', () => {
  const throttle = (more = {}) => ({
    error: { name: 'ThrottlingException', message: 'Too many requests, please wait.', ...more },
  });

  it('are waited out, and the caller sees none', async () => {
    const world = open({}, { faults: [{ ...throttle(), times: 3 }] });
    expect((await until(ask(world))).text).toBe('Yes.');
    expect(world.told('throttled')).toHaveLength(3);
    expect(world.told('throttled').every(({ final }) => !final)).toBe(true);
  });

  it('are waited out in streams, too, also where the exception comes inside', async () => {
    const world = open({}, { faults: [{ ...throttle(), times: 1 }] });
    world.local.enqueue({
      content: [{ text: 'Yes.' }],
      fault: {
        kind: 'exception',
        at: 0,
        name: 'throttlingException',
        message: 'Too many tokens, please wait.',
      },
    });
    const { text } = streamText({ model: world.bedrock(NOVA), prompt: 'Hello', maxRetries: 0 });
    expect(await until(Promise.resolve(text))).toBe('Yes.');
    expect(world.told('throttled').map(({ resource }) => resource)).toEqual(['requests', 'tokens']);
  });

  it('that never end fail the call after a minute, with an error that is not tried again', async () => {
    const world = open({}, { faults: [throttle()] });
    const start = performance.now();
    const error = await failureOf(
      generateText({ model: world.bedrock(NOVA), prompt: 'Hello', maxRetries: 5 }),
      { stepMs: 100 },
    );
    expect(BedrockError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ code: 'ThrottlingException', statusCode: 429, isRetryable: false });
    expect(String(error)).toMatch(
      new RegExp(`refused ${world.local.requests.length} times in \\d\\d s\\. A quota of `),
    );
    const took = performance.now() - start;
    expect(took).toBeGreaterThan(60_000);
    expect(took).toBeLessThan(120_000);
    // Not by hammering.
    expect(world.local.requests.length).toBeLessThan(60);
    expect(world.told('throttled').at(-1)).toMatchObject({ final: true });
  });

  it('hold all calls for as long as retry-after says', async () => {
    const world = open({}, { faults: [{ ...throttle({ headers: { 'retry-after': '7' } }), times: 1 }] });
    const first = ask(world);
    await pass(200);
    const second = ask(world);
    await pass(6_000);
    expect(world.local.requests).toHaveLength(1);
    await until(Promise.all([first, second]));
    const waits = world.told('sent').map(({ waitedMs }) => waitedMs);
    expect(Math.min(...waits.slice(1))).toBeGreaterThan(6_500);
    // What one refusal lets believe is a call in five seconds.
    expect(Math.max(...waits)).toBeLessThan(13_000);
  });

  it('for a model that is still loaded are no matter of quotas', async () => {
    const world = open({}, { faults: [{ error: { name: 'ModelNotReadyException' }, times: 1 }] });
    expect(await failureOf(ask(world))).toMatchObject({ code: 'ModelNotReadyException', isRetryable: true });
    expect(world.told('throttled', 'learned')).toEqual([]);
  });
});

describe('lack of capacity (503)', () => {
  const unavailable = { error: { name: 'ServiceUnavailableException' } };

  it('slows calls down, and says nothing of the quota', async () => {
    const world = open({}, { faults: [{ ...unavailable, times: 1 }] });
    await failureOf(ask(world));
    const sent = world.told('sent').length;
    const calls = many(world, 30);
    await pass(500);
    // All at once they would all be out by now.
    expect(world.told('sent').length - sent).toBeLessThan(5);
    await until(Promise.all(calls));
    expect(world.told('learned')).toEqual([]);
  });

  it('is forgotten step by step', async () => {
    const world = open({}, { faults: [{ ...unavailable, times: 1 }] });
    await failureOf(ask(world));
    await pass(60_000, 1_000);
    await until(ask(world));
    expect(await time(many(world, 50))).toBeLessThan(1_000);
  });
});

describe('the tokens of a day', () => {
  const daily = {
    error: {
      name: 'ThrottlingException',
      message: 'Too many tokens per day, please wait before trying again.',
    },
  };

  it('that are used up fail the call at once', async () => {
    const world = open({}, { faults: [daily] });
    const start = performance.now();
    const error = await failureOf(generateText({ model: world.bedrock(NOVA), prompt: 'Hello' }));
    expect(error).toMatchObject({ code: 'ThrottlingException', isRetryable: false });
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(world.told('throttled')).toMatchObject([{ resource: 'day', final: true }]);
  });

  it('fail the calls that wait and those that follow without sending them, and are tried again later', async () => {
    const world = open({ maxConcurrency: 1 }, { faults: [{ ...daily, times: 1 }] });
    const calls = many(world, 3).map(call => failureOf(call));
    const [first, ...others] = await until(Promise.all(calls));
    expect(BedrockError.isInstance(first)).toBe(true);
    for (const error of [...others, await failureOf(ask(world))]) {
      expect(QuotaExceededError.isInstance(error)).toBe(true);
      expect(error).toMatchObject({ cause: first });
    }
    expect(world.local.requests).toHaveLength(1);
    await pass(61_000, 1_000);
    expect((await until(ask(world))).text).toBe('Yes.');
  });

  it('are counted where the figure is known, and fail before anything is sent', async () => {
    const world = open({ quota: { tokensPerDay: 100 } });
    await until(Promise.all([ask(world), ask(world)]));
    await until(Promise.all([ask(world), ask(world)]));
    // 60 are used, and 32 or so would be reserved.
    await until(ask(world, 20));
    const error = await failureOf(ask(world, 80));
    expect(QuotaExceededError.isInstance(error)).toBe(true);
    expect(world.local.requests).toHaveLength(5);
    await settle();
    expect((await until(ask(world, 5))).text).toBe('Yes.');
  });
});
