/** `traffic.share` through the public door: two providers, one quota. */
import { generateText } from 'ai';
import { createBedrock, type TrafficEvent, type TrafficSettings } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisServer, redisMissing } from '../support/redis-server.ts';

const MODEL = 'amazon.nova-micro-v1:0';
const skipped = redisMissing ? ` (skipped: ${redisMissing})` : '';

describe.skipIf(redisMissing)(`traffic.share${skipped}`, () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.end());

  function providerOf(local: ReturnType<typeof createLocalBedrock>, traffic: TrafficSettings) {
    const events: TrafficEvent[] = [];
    const onEvent = (event: TrafficEvent) => events.push(event);
    return { bedrock: createBedrock({ ...local.settings, traffic: { ...traffic, onEvent } }), events };
  }

  it('keeps two providers within one quota, through clients of both packages', async () => {
    const ioredis = new Redis({ port: server.port });
    const redis = createClient({ url: `redis://127.0.0.1:${server.port}` });
    await redis.connect();
    const local = createLocalBedrock({ quotas: { requestsPerSecond: 40 } });
    const quota = { requestsPerSecond: 40 };
    const namespace = 'account-1';
    const { bedrock: one } = providerOf(local, { quota, share: { client: ioredis, namespace } });
    const { bedrock: other } = providerOf(local, { quota, share: { client: redis, namespace } });
    const calls = Array.from({ length: 120 }, (_, index) =>
      generateText({ model: (index % 2 ? one : other)(MODEL), prompt: 'Hi', maxOutputTokens: 10 }),
    );
    expect(await Promise.all(calls)).toHaveLength(120);
    const { admitted, throttled } = local.counters(MODEL) ?? { admitted: 0, throttled: { requests: 0 } };
    expect(admitted).toBe(120);
    // Two books would have sent 80 at once, where there is room for 40.
    expect(throttled.requests).toBeLessThan(20);
    expect(await ioredis.keys('*')).toEqual([`bedrock:account-1:us-east-1/in-region/${MODEL}`]);
    ioredis.disconnect();
    redis.destroy();
  });

  it('takes a client alone, and goes on when its store is not there', async () => {
    const away = new Redis({
      port: 1,
      lazyConnect: true,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
    });
    away.on('error', () => {});
    const { bedrock, events } = providerOf(createLocalBedrock(), { share: away });
    const { text } = await generateText({ model: bedrock(MODEL), prompt: 'Hi', maxOutputTokens: 10 });
    expect(text).not.toBe('');
    expect(events.filter(({ type }) => type === 'store-down')).toHaveLength(1);
    away.disconnect();
  });

  it('lets calls that come at once go out as far as the quota goes, where none may wait', async () => {
    const client = new Redis({ port: server.port });
    const share = { client, namespace: 'nobody-waits' };
    const { bedrock } = providerOf(createLocalBedrock(), {
      quota: { requestsPerMinute: 10 },
      maxQueue: 0,
      share,
    });
    const ask = () => generateText({ model: bedrock(MODEL), prompt: 'Hi', maxOutputTokens: 10 });
    expect(await Promise.all([1, 2, 3, 4, 5, 6].map(ask))).toHaveLength(6);
    const outcomes = await Promise.allSettled([1, 2, 3, 4, 5, 6].map(ask));
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...Array(4).fill('fulfilled'),
      ...Array(2).fill('rejected'),
    ]);
    expect(outcomes[5]).toMatchObject({ reason: { name: 'AI_BedrockQueueFullError', queued: 0 } });
    client.disconnect();
  });

  it('refuses what is no client, by name', async () => {
    const { bedrock } = providerOf(createLocalBedrock(), { share: { url: 'redis://' } as never });
    const call = generateText({ model: bedrock(MODEL), prompt: 'Hi' });
    await expect(call).rejects.toThrow(/traffic\.share: takes a connected client of Redis or Valkey/);
  });
});
