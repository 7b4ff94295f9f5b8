/** `traffic.retry`: what may pass is tried again, with jitter and within bounds, and nothing is multiplied. */
import { generateText, streamText } from 'ai';
import type { RetryOptions } from 'bedrock-ai-provider';
import type { LocalFailure, LocalFaultRule } from 'bedrock-ai-provider/local';
import { describe, expect, it, vi } from 'vitest';
import { failureOf, NOVA, openWorld, providerOf, until, useVirtualTime, type World } from './support.ts';

useVirtualTime();

const failing = { error: { name: 'InternalServerException' } };

const open = (retry: boolean | RetryOptions | undefined, faults: readonly LocalFaultRule[] = []) =>
  openWorld(retry === undefined ? {} : { retry }, { respond: () => 'Yes.', faults });

const ask = ({ bedrock }: Pick<World, 'bedrock'>, maxRetries?: number) =>
  generateText({
    model: bedrock(NOVA),
    prompt: 'Hello',
    maxOutputTokens: 10,
    ...(maxRetries !== undefined && { maxRetries }),
  });

describe('a call', () => {
  it.each([
    'InternalServerException',
    'ServiceUnavailableException',
    'BadGatewayException',
    'ModelNotReadyException',
    'ModelTimeoutException',
  ])('is tried again after %s', async name => {
    const world = open(true, [{ error: { name }, times: 1 }]);
    expect((await until(ask(world))).text).toBe('Yes.');
    expect(world.local.requests).toHaveLength(2);
  });

  it('is tried again when there is no reply', async () => {
    const world = open(true);
    const fetch = vi.fn(world.local.fetch).mockRejectedValueOnce(new TypeError('fetch failed'));
    const { bedrock } = providerOf({ retry: true }, fetch);
    expect((await until(ask({ bedrock }))).text).toBe('Yes.');
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it.each([
    'ValidationException',
    'AccessDeniedException',
    'ResourceNotFoundException',
    'ModelErrorException',
    'ServiceQuotaExceededException',
  ])('is not tried again after %s', async name => {
    const world = open(true, [{ error: { name } }]);
    expect(await failureOf(ask(world))).toMatchObject({ code: name, isRetryable: false });
    expect(world.local.requests).toHaveLength(1);
  });

  it('is tried again when its stream fails before the first content, and not after it', async () => {
    const world = open(true);
    const content = [{ text: 'One two three.' }];
    world.local.enqueue({ content, fault: { kind: 'cut', at: 1 } });
    const early = streamText({ model: world.bedrock(NOVA), prompt: 'Hello' });
    expect(await until(Promise.resolve(early.text))).toBe('Yes.');
    expect(world.local.requests).toHaveLength(2);
    world.local.enqueue({ content, fault: { kind: 'cut', at: 3 } });
    const late = streamText({ model: world.bedrock(NOVA), prompt: 'Hello', onError: () => {} });
    await until(Promise.resolve(late.consumeStream()));
    expect(world.local.requests).toHaveLength(3);
  });

  it('is not tried again when it is aborted in the pause', async () => {
    const world = open({ baseDelayMs: 10_000 }, [failing]);
    vi.spyOn(Math, 'random').mockReturnValue(0.9);
    const controller = new AbortController();
    const call = generateText({
      model: world.bedrock(NOVA),
      prompt: 'Hello',
      abortSignal: controller.signal,
    });
    setTimeout(() => controller.abort(new Error('the user left')), 1_000);
    expect(await failureOf(call)).toMatchObject({ message: 'the user left' });
    expect(world.local.requests).toHaveLength(1);
  });
});

describe('the pauses', () => {
  const delays = async (retry: RetryOptions, random: number, more: Partial<LocalFailure['error']> = {}) => {
    vi.spyOn(Math, 'random').mockReturnValue(random);
    const world = open({ maxAttempts: 5, ...retry }, [{ error: { ...failing.error, ...more } }]);
    await failureOf(ask(world));
    return world.told('retried').map(({ delayMs }) => Math.round(delayMs));
  };

  it('are at most twice as long each time, up to the longest', async () => {
    expect(await delays({}, 0.999_999)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(await delays({ baseDelayMs: 100, maxDelayMs: 300 }, 0.999_999)).toEqual([100, 200, 300, 300]);
  });

  it('are any part of that', async () => {
    expect(await delays({}, 0)).toEqual([0, 0, 0, 0]);
    expect(await delays({}, 0.25)).toEqual([250, 500, 1_000, 2_000]);
  });

  it('are no shorter than what Bedrock asks for, as far as it is no longer than the longest', async () => {
    expect(await delays({}, 0, { headers: { 'retry-after': '3' } })).toEqual([3_000, 3_000, 3_000, 3_000]);
    const headers = { 'retry-after': '3600' };
    expect(await delays({ maxDelayMs: 5_000 }, 0, { headers })).toEqual([5_000, 5_000, 5_000, 5_000]);
  });

  it('are really waited', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const world = open({ baseDelayMs: 8_000 }, [{ ...failing, times: 1 }]);
    const start = performance.now();
    await until(ask(world));
    expect(performance.now() - start).toBeGreaterThanOrEqual(4_000);
  });
});

describe('the number of tries', () => {
  it('is three where nothing is set', async () => {
    const world = open(true, [failing]);
    const error = await failureOf(ask(world));
    expect(world.local.requests).toHaveLength(3);
    expect(error).toMatchObject({ code: 'InternalServerException', isRetryable: false });
    expect(String(error)).toMatch(/\. It was sent 3 times\. Something failed inside AWS; /);
  });

  it.each([1, 2, 5])('is maxAttempts: %i', async maxAttempts => {
    const world = open({ maxAttempts, baseDelayMs: 10 }, [failing]);
    const error = await failureOf(ask(world));
    expect(world.local.requests).toHaveLength(maxAttempts);
    expect(error).toMatchObject({ isRetryable: false, message: expect.stringMatching(/\S$/) });
  });

  it('is not multiplied by the AI SDK', async () => {
    const world = open({ maxAttempts: 2, baseDelayMs: 10 }, [failing]);
    await failureOf(ask(world, 5));
    expect(world.local.requests).toHaveLength(2);
  });

  it('is left to the AI SDK where retry is not set', async () => {
    for (const world of [open(undefined, [failing]), open(false, [failing])]) {
      await failureOf(ask(world, 2), { stepMs: 100 });
      expect(world.local.requests).toHaveLength(3);
      expect(world.told('retried')).toEqual([]);
    }
  });

  it('does not count refusals for a quota', async () => {
    const throttle = { error: { name: 'ThrottlingException', message: 'Too many requests' } };
    const world = open({ maxAttempts: 2, baseDelayMs: 10 }, [
      { ...throttle, times: 3 },
      { ...failing, times: 1 },
    ]);
    expect((await until(ask(world))).text).toBe('Yes.');
    expect(world.local.requests).toHaveLength(5);
  });

  it('is bounded for all calls together when most of them fail, and grows with those that succeed', async () => {
    const world = open({ maxAttempts: 2, baseDelayMs: 0 }, [failing]);
    const errors = Array.from({ length: 120 }, () => failureOf(ask(world)));
    await until(Promise.all(errors));
    expect(world.local.requests).toHaveLength(120 + 100);
    world.local.setFaults([]);
    for (let count = 0; count < 5; count += 1) await until(ask(world));
    world.local.setFaults([failing]);
    const sent = world.local.requests.length;
    await failureOf(ask(world));
    await failureOf(ask(world));
    expect(world.local.requests.length - sent).toBe(3);
  });
});

describe('with other targets', () => {
  it('all of them are tried, then there is a pause, and all are tried again', async () => {
    const world = openWorld(
      { retry: { maxAttempts: 4 }, breaker: false, failover: [{ modelId: `us.${NOVA}` }] },
      { faults: [failing] },
    );
    await failureOf(ask(world));
    expect(world.local.requests.map(({ modelId }) => modelId)).toEqual([
      NOVA,
      `us.${NOVA}`,
      NOVA,
      `us.${NOVA}`,
    ]);
    expect(world.told('retried')).toHaveLength(1);
  });
});
