/** Wrong settings fail the first call with an error that names the setting, before anything is sent. */
import { InvalidArgumentError } from '@ai-sdk/provider';
import { embed, generateText } from 'ai';
import { createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import { errorOf } from '../support/replies.ts';

const NOVA = 'amazon.nova-lite-v1:0';

const open = (traffic: unknown) => {
  const local = createLocalBedrock({ respond: () => 'Yes.' });
  const provider = createBedrock({ ...local.settings, traffic: traffic as 'off' });
  return {
    local,
    provider,
    ask: () => generateText({ model: provider(NOVA), prompt: 'Hello', maxRetries: 0 }),
  };
};

const MEMBERS = 'quota, maxConcurrency, maxQueue, queueTimeoutMs, retry, failover, breaker, share, onEvent';
const QUOTAS =
  'requestsPerMinute, requestsPerSecond, tokensPerMinute, tokensPerSecond, tokensPerDay, outputBurndown';

describe('wrong traffic settings', () => {
  it.each<[unknown, string]>([
    ['on', 'traffic: expected "off" or an object, got "on".'],
    [null, 'traffic: expected "off" or an object, got null.'],
    [true, 'traffic: expected "off" or an object, got true.'],
    [[], 'traffic: expected "off" or an object, got an array of 0.'],
    [{ qouta: 'adaptive' }, `traffic.qouta: there is no such setting; expected one of ${MEMBERS}.`],

    [{ quota: 'auto' }, 'traffic.quota: expected "adaptive", "service-quotas", or figures, got "auto".'],
    [{ quota: 60 }, 'traffic.quota: expected "adaptive", "service-quotas", or figures, got 60.'],
    [{ quota: [] }, 'traffic.quota: expected "adaptive", "service-quotas", or figures, got an array of 0.'],
    [
      { quota: { requestsPerMinute: 60, tokensPerHour: 5 } },
      `traffic.quota.tokensPerHour: there is no such setting; expected one of ${QUOTAS}.`,
    ],
    [
      { quota: { requestsPerMinute: 0 } },
      'traffic.quota.requestsPerMinute: expected a number above 0, got 0.',
    ],
    [
      { quota: { tokensPerMinute: '200k' } },
      'traffic.quota.tokensPerMinute: expected a number above 0, got "200k".',
    ],
    [
      { quota: { tokensPerDay: Number.POSITIVE_INFINITY } },
      'traffic.quota.tokensPerDay: expected a number above 0, got Infinity.',
    ],
    [
      { quota: { 'amazon.*': { requestsPerMinute: Number.NaN } } },
      'traffic.quota["amazon.*"].requestsPerMinute: expected a number above 0, got NaN.',
    ],
    [{ quota: { 'amazon.*': 60 } }, 'traffic.quota["amazon.*"]: expected an object with figures, got 60.'],

    [{ maxConcurrency: 0 }, 'traffic.maxConcurrency: expected a number from 1 on, got 0.'],
    [{ maxQueue: -1 }, 'traffic.maxQueue: expected a number from 0 on, got -1.'],
    [{ queueTimeoutMs: '5s' }, 'traffic.queueTimeoutMs: expected a number from 0 on, got "5s".'],

    [{ retry: 3 }, 'traffic.retry: expected true, false or an object, got 3.'],
    [{ retry: { maxAttempts: 0 } }, 'traffic.retry.maxAttempts: expected a number from 1 on, got 0.'],
    [{ retry: { baseDelayMs: -1 } }, 'traffic.retry.baseDelayMs: expected a number from 0 on, got -1.'],
    [
      { retry: { maxRetries: 3 } },
      'traffic.retry.maxRetries: there is no such setting; expected one of maxAttempts, baseDelayMs, maxDelayMs.',
    ],
    [{ breaker: 'on' }, 'traffic.breaker: expected true, false or an object, got "on".'],
    [{ breaker: { failures: 0 } }, 'traffic.breaker.failures: expected a number from 1 on, got 0.'],
    [
      { breaker: { threshold: 5 } },
      'traffic.breaker.threshold: there is no such setting; expected one of failures, openMs.',
    ],

    [
      { failover: 'us-west-2' },
      'traffic.failover: expected an array of { region, modelId }, got "us-west-2".',
    ],
    [
      { failover: { region: 'us-west-2' } },
      'traffic.failover: expected an array of { region, modelId }, got a value of type object.',
    ],
    [
      { failover: ['us-west-2'] },
      'traffic.failover[0]: expected an object with region or modelId, got "us-west-2".',
    ],
    [{ failover: [null] }, 'traffic.failover[0]: expected an object with region or modelId, got null.'],
    [
      { failover: [{ region: 'us-west-2' }, {}] },
      'traffic.failover[1]: expected an object with region or modelId, got a value of type object.',
    ],
    [
      { failover: [{ region: '' }] },
      'traffic.failover[0].region: expected a string that is not empty, got "".',
    ],
    [
      { failover: [{ modelId: 7 }] },
      'traffic.failover[0].modelId: expected a string that is not empty, got 7.',
    ],
    [
      { failover: [{ model: NOVA }] },
      'traffic.failover[0].model: there is no such setting; expected one of region, modelId.',
    ],
    [{ onEvent: 'log' }, 'traffic.onEvent: expected a function, got "log".'],
  ])('%j', async (traffic, message) => {
    const { ask, local } = open(traffic);
    const error = await errorOf(ask());
    expect(InvalidArgumentError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ message, argument: message.slice(0, message.indexOf(': ')) });
    expect(local.requests).toEqual([]);
  });

  it('fail calls of all kinds of models', async () => {
    const { provider } = open({ maxQueue: -1 });
    const model = provider.embeddingModel('amazon.titan-embed-text-v2:0');
    expect(await errorOf(embed({ model, value: 'Hello' }))).toMatchObject({ argument: 'traffic.maxQueue' });
  });

  it('do not show long words, which could be anything', async () => {
    const { ask } = open({ quota: 'secret-'.repeat(20) });
    expect(String(await errorOf(ask()))).not.toContain('secret');
  });

  it('throw nothing before the first call', () => {
    expect(() => open({ maxQueue: -1 }).provider(NOVA)).not.toThrow();
  });
});

describe('good traffic settings', () => {
  it.each([
    undefined,
    {},
    { quota: 'adaptive' },
    { quota: {} },
    { quota: { requestsPerMinute: 60, tokensPerMinute: undefined } },
    { quota: { 'amazon.*': { requestsPerMinute: 60 }, '*': { tokensPerDay: 1e6 } } },
    { maxConcurrency: Number.POSITIVE_INFINITY, maxQueue: 0, queueTimeoutMs: 0 },
    { retry: true, breaker: false },
    { retry: { maxAttempts: 2 }, breaker: { failures: 1, openMs: 1 } },
    { failover: [{ region: 'us-west-2' }, { modelId: `us.${NOVA}` }] },
    { failover: [] },
    { onEvent: () => {} },
  ])('%j', async traffic => {
    expect((await open(traffic).ask()).text).toBe('Yes.');
  });
});

describe('traffic: off', () => {
  it('sends every call at once, and a refusal comes out', async () => {
    const local = createLocalBedrock({ quotas: { requestsPerMinute: 5 } });
    const provider = createBedrock({ ...local.settings, traffic: 'off' });
    const calls = Array.from({ length: 20 }, () =>
      generateText({ model: provider(NOVA), prompt: 'Hello', maxRetries: 0 }).catch(error => error),
    );
    const errors = (await Promise.all(calls)).filter(outcome => outcome instanceof Error);
    expect(errors).toHaveLength(15);
    expect(errors[0]).toMatchObject({ code: 'ThrottlingException', isRetryable: true });
    expect(local.requests).toHaveLength(20);
  });

  it('moves nothing', async () => {
    const local = createLocalBedrock({ faults: [{ error: { name: 'ServiceUnavailableException' } }] });
    const provider = createBedrock({ ...local.settings, traffic: 'off' });
    const model = provider(NOVA, { failover: [{ modelId: `us.${NOVA}` }] });
    await errorOf(generateText({ model, prompt: 'Hello', maxRetries: 0 }));
    expect(local.requests.map(({ modelId }) => modelId)).toEqual([NOVA]);
  });
});
