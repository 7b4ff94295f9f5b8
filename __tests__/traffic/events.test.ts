/** What `traffic.onEvent` is told of a call, in which order. */
import { generateText, streamText } from 'ai';
import type { TrafficSettings } from 'bedrock-ai-provider';
import type { LocalFaultRule } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import {
  failureOf,
  NOVA,
  openRegions,
  openWorld,
  pass,
  until,
  useVirtualTime,
  type World,
} from './support.ts';

useVirtualTime();

const throttle: LocalFaultRule = {
  error: { name: 'ThrottlingException', message: 'Too many requests, please wait.' },
  times: 1,
};
const failing: LocalFaultRule = { error: { name: 'InternalServerException' }, times: 1 };
const unavailable: LocalFaultRule = { error: { name: 'ServiceUnavailableException' }, times: 1 };

const ask = ({ bedrock }: Pick<World, 'bedrock'>) =>
  generateText({ model: bedrock(NOVA), prompt: 'Hello', maxOutputTokens: 10, maxRetries: 0 });

const typesOf = ({ events }: Pick<World, 'events'>) => events.map(({ type }) => type);

describe('the events of a call', () => {
  it.each<[string, TrafficSettings, LocalFaultRule[], string[]]>([
    ['that goes well', {}, [], ['sent', 'settled']],
    ['that is refused', {}, [throttle], ['sent', 'learned', 'throttled', 'queued', 'sent', 'settled']],
    ['that is tried again', { retry: true }, [failing], ['sent', 'settled', 'retried', 'sent', 'settled']],
    ['that fails', {}, [failing], ['sent', 'settled']],
    ['for which there is no capacity', {}, [unavailable], ['sent', 'settled']],
    ['that opens the breaker', { breaker: { failures: 1 } }, [failing], ['sent', 'settled', 'opened']],
  ])('%s', async (_, traffic, faults, expected) => {
    const world = openWorld(traffic, { faults });
    await until(ask(world).catch(() => {}));
    expect(typesOf(world)).toEqual(expected);
  });

  it('that waits', async () => {
    const world = openWorld({ quota: { requestsPerSecond: 1 } });
    await until(ask(world));
    world.events.length = 0;
    await until(ask(world));
    expect(typesOf(world)).toEqual(['queued', 'sent', 'settled']);
    const [queued, sent, settled] = world.events;
    expect(queued).toMatchObject({ priority: 'normal', ahead: 0, modelId: NOVA, region: 'us-east-1' });
    expect(sent).toMatchObject({ attempt: 1, callId: (queued as { callId: number }).callId });
    expect((sent as { waitedMs: number }).waitedMs).toBeGreaterThan(900);
    expect(settled).toMatchObject({ outcome: 'complete', callId: (queued as { callId: number }).callId });
  });

  it('that sets no limit of its output', async () => {
    const world = openWorld();
    await until(generateText({ model: world.bedrock(NOVA), prompt: 'Hello' }));
    expect(typesOf(world)).toEqual(['unbounded', 'sent', 'settled']);
  });

  it('that moves', async () => {
    const world = openRegions({ failover: [{ region: 'us-west-2' }] });
    world.east.setFaults([unavailable]);
    await until(ask(world));
    expect(typesOf(world)).toEqual(['sent', 'settled', 'moved', 'sent', 'settled']);
    expect(world.told('sent', 'moved').map(({ region }) => region)).toEqual([
      'us-east-1',
      'us-west-2',
      'us-west-2',
    ]);
    expect(new Set(world.told('sent', 'moved', 'settled').map(({ callId }) => callId)).size).toBe(1);
  });

  it('that streams is settled when it has been read', async () => {
    const world = openWorld({}, { delayMs: 50, respond: () => 'One two three.' });
    const { textStream } = streamText({ model: world.bedrock(NOVA), prompt: 'Hello', maxOutputTokens: 10 });
    const reader = textStream.getReader();
    await until(reader.read());
    await pass(1_000, 50);
    const before = typesOf(world);
    for (let read = await until(reader.read()); !read.done; read = await until(reader.read()));
    expect(before[0]).toBe('sent');
    expect(typesOf(world)).toEqual(['sent', 'settled']);
  });

  it('that is aborted', async () => {
    const world = openWorld({}, { faults: [{ stallReplyMs: 60_000 }] });
    const controller = new AbortController();
    const call = failureOf(
      generateText({
        model: world.bedrock(NOVA),
        prompt: 'Hello',
        maxOutputTokens: 10,
        abortSignal: controller.signal,
      }),
    );
    await pass(100);
    controller.abort(new Error('the user left'));
    await call;
    expect(typesOf(world)).toEqual(['sent', 'settled']);
    expect(world.told('settled')).toMatchObject([{ outcome: 'aborted' }]);
  });

  it('of different calls have different ids', async () => {
    const world = openWorld();
    await until(Promise.all([ask(world), ask(world), ask(world)]));
    expect(new Set(world.told('settled').map(({ callId }) => callId)).size).toBe(3);
  });
});

describe('a listener', () => {
  it('that throws does no harm', async () => {
    const world = openWorld(
      {
        retry: true,
        onEvent: () => {
          throw new Error('of the listener');
        },
      },
      { respond: () => 'Yes.', faults: [throttle, failing] },
    );
    expect((await until(ask(world))).text).toBe('Yes.');
  });

  it('is told no secret', async () => {
    const world = openWorld({ retry: true, breaker: { failures: 1 } }, { faults: [throttle, failing] });
    await until(ask(world).catch(() => {}));
    expect(world.events.length).toBeGreaterThan(4);
    const told = JSON.stringify(world.events, (_, value) =>
      value instanceof Error
        ? { ...value, message: value.message, stack: value.stack, cause: value.cause }
        : value,
    );
    expect(told).not.toMatch(/of-a-test|authorization/i);
  });

  it('is not needed', async () => {
    const world = openWorld({ onEvent: undefined }, { respond: () => 'Yes.' });
    expect((await until(ask(world))).text).toBe('Yes.');
  });
});
