/** A target that is down is left alone, and tried from time to time. */
import { generateText } from 'ai';
import { type BreakerOptions, type FailoverTarget, TargetDownError } from 'bedrock-ai-provider';
import type { LocalFaultRule } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import {
  failureOf,
  NOVA,
  openRegions,
  openWorld,
  pass,
  settle,
  until,
  useVirtualTime,
  type World,
} from './support.ts';

useVirtualTime();

const failing: LocalFaultRule = { error: { name: 'InternalServerException' } };

const open = (breaker: boolean | BreakerOptions | undefined, faults: readonly LocalFaultRule[] = [failing]) =>
  openWorld(breaker === undefined ? {} : { breaker }, { respond: () => 'Yes.', faults });

const ask = ({ bedrock }: Pick<World, 'bedrock'>, abortSignal?: AbortSignal) =>
  generateText({
    model: bedrock(NOVA),
    prompt: 'Hello',
    maxOutputTokens: 10,
    maxRetries: 0,
    ...(abortSignal && { abortSignal }),
  });

async function fail(world: Pick<World, 'bedrock'>, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) await failureOf(ask(world));
}

describe('a breaker', () => {
  it('opens after so many failures in a row, and then nothing is sent', async () => {
    const world = open({ failures: 3, openMs: 5_000 });
    await fail(world, 3);
    const error = await failureOf(ask(world));
    expect(TargetDownError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ cause: { code: 'InternalServerException' } });
    expect((error as TargetDownError).retryAfterMs).toBeGreaterThan(4_500);
    expect((error as TargetDownError).retryAfterMs).toBeLessThanOrEqual(5_000);
    expect(String(error)).toMatch(/another 5 s \(traffic\.breaker\)/);
    expect(world.local.requests).toHaveLength(3);
    expect(world.told('opened')).toMatchObject([{ modelId: NOVA, region: 'us-east-1', forMs: 5_000 }]);
  });

  it('stays closed when a call succeeds in between', async () => {
    const world = open({ failures: 3 }, [{ ...failing, every: 1, times: 2 }]);
    await fail(world, 2);
    await until(ask(world));
    world.local.setFaults([{ ...failing, times: 2 }]);
    await fail(world, 2);
    await until(ask(world));
    expect(world.told('opened')).toEqual([]);
  });

  it('lets one call through after a while, and closes when that succeeds', async () => {
    const world = open({ failures: 2, openMs: 5_000 });
    await fail(world, 2);
    world.local.setFaults([]);
    await pass(5_000, 100);
    await until(ask(world));
    expect(world.told('opened', 'closed').map(({ type }) => type)).toEqual(['opened', 'closed']);
    await until(Promise.all([ask(world), ask(world), ask(world)]));
  });

  it('lets only one try it', async () => {
    const world = open({ failures: 2, openMs: 5_000 });
    await fail(world, 2);
    world.local.setFaults([{ stallReplyMs: 1_000 }]);
    await pass(5_000, 100);
    const first = ask(world);
    await settle();
    expect(TargetDownError.isInstance(await failureOf(ask(world)))).toBe(true);
    await until(first);
    expect(world.local.requests).toHaveLength(3);
  });

  it('lets another one try it when that one does not come back', async () => {
    const world = open({ failures: 2, openMs: 5_000 });
    await fail(world, 2);
    world.local.setFaults([{ stallReplyMs: 3_600_000, times: 1 }]);
    await pass(5_000, 100);
    const controller = new AbortController();
    const lost = failureOf(ask(world, controller.signal));
    await pass(5_100, 100);
    await until(ask(world));
    expect(world.told('closed')).toHaveLength(1);
    controller.abort(new Error('enough'));
    await lost;
  });

  it('lets another one try it when that one is aborted', async () => {
    const world = open({ failures: 2, openMs: 5_000 });
    await fail(world, 2);
    world.local.setFaults([{ stallReplyMs: 3_600_000, times: 1 }]);
    await pass(5_000, 100);
    const controller = new AbortController();
    const aborted = failureOf(ask(world, controller.signal));
    await pass(100);
    controller.abort(new Error('enough'));
    await aborted;
    await pass(5_000, 100);
    await until(ask(world));
  });

  it('stays open twice as long each time, up to two minutes', async () => {
    const world = open({ failures: 1, openMs: 20_000 });
    await fail(world, 1);
    for (const wait of [20_000, 40_000, 80_000, 120_000]) {
      await pass(wait, 1_000);
      await fail(world, 1);
    }
    expect(world.told('opened').map(({ forMs }) => forMs)).toEqual([
      20_000, 40_000, 80_000, 120_000, 120_000,
    ]);
    expect(world.local.requests).toHaveLength(5);
  });

  it('begins with the first time again when it has been closed', async () => {
    const world = open({ failures: 1, openMs: 10_000 });
    await fail(world, 1);
    await pass(10_000, 500);
    await fail(world, 1);
    world.local.setFaults([]);
    await pass(20_000, 500);
    await until(ask(world));
    world.local.setFaults([failing]);
    await fail(world, 1);
    expect(world.told('opened').map(({ forMs }) => forMs)).toEqual([10_000, 20_000, 10_000]);
  });

  it('opens after five failures for ten seconds where nothing is set', async () => {
    const world = open(true);
    await fail(world, 6);
    expect(world.local.requests).toHaveLength(5);
    expect(world.told('opened')).toMatchObject([{ forMs: 10_000 }]);
  });

  it('of one model does not stop calls of others', async () => {
    const world = open({ failures: 1 }, [{ ...failing, models: NOVA }]);
    await fail(world, 1);
    const other = generateText({ model: world.bedrock('meta.llama3-70b-instruct-v1:0'), prompt: 'Hello' });
    expect((await until(other)).text).toBe('Yes.');
  });
});

describe('a breaker is not opened', () => {
  it.each(['ValidationException', 'AccessDeniedException', 'ResourceNotFoundException'])(
    'by %s',
    async name => {
      const world = open({ failures: 1 }, [{ error: { name } }]);
      await fail(world, 5);
      expect(world.local.requests).toHaveLength(5);
      expect(world.told('opened')).toEqual([]);
    },
  );

  it('by refusals for a quota', async () => {
    const throttle = { error: { name: 'ThrottlingException', message: 'Too many requests' }, times: 3 };
    const world = open({ failures: 1 }, [throttle]);
    await until(ask(world));
    expect(world.told('opened')).toEqual([]);
  });

  it('by aborts', async () => {
    const world = open({ failures: 1 }, [{ stallReplyMs: 60_000, times: 2 }]);
    for (let count = 0; count < 2; count += 1) {
      const controller = new AbortController();
      const error = failureOf(ask(world, controller.signal));
      await pass(100);
      controller.abort(new Error('the user left'));
      await error;
    }
    expect((await until(ask(world))).text).toBe('Yes.');
    expect(world.told('opened')).toEqual([]);
  });

  it('where there is one target and nothing is set, or where it is off', async () => {
    for (const world of [open(undefined), open(false)]) {
      await fail(world, 8);
      expect(world.local.requests).toHaveLength(8);
    }
  });
});

describe('a breaker before one of several targets', () => {
  it('is on where nothing is set, and calls go to the next target without asking the first', async () => {
    const world = openRegions({ failover: [{ region: 'us-west-2' }] }, { respond: () => 'Yes.' });
    world.east.setFaults([failing]);
    for (let count = 0; count < 5; count += 1) await until(ask(world));
    const result = await until(ask(world));
    expect(world.visits.filter(visit => visit.startsWith('east'))).toHaveLength(5);
    expect(result.providerMetadata?.['bedrock']).toMatchObject({
      servedBy: { modelId: NOVA, region: 'us-west-2', reason: 'InternalServerException' },
    });
    expect(world.told('moved').at(-1)).toMatchObject({
      region: 'us-west-2',
      from: { region: 'us-east-1' },
      error: { code: 'InternalServerException' },
    });
    world.east.setFaults([]);
    await pass(10_000, 500);
    const back = await until(ask(world));
    expect(back.providerMetadata?.['bedrock']).not.toHaveProperty('servedBy');
    expect(world.told('closed')).toMatchObject([{ region: 'us-east-1' }]);
  });

  it('is on for the calls that may go there, and for no others, whichever comes first', async () => {
    for (const first of [false, true]) {
      const world = openRegions({}, { respond: () => 'Yes.' });
      world.east.setFaults([failing]);
      const askAt = (failover: FailoverTarget[]) =>
        generateText({ model: world.bedrock(NOVA, { failover }), prompt: 'Hello', maxRetries: 0 });
      const alone = () => failureOf(askAt([]));
      if (first) await alone();
      for (let count = 0; count < 5; count += 1) await until(askAt([{ region: 'us-west-2' }]));
      const easterly = () => world.visits.filter(visit => visit.startsWith('east')).length;
      const before = easterly();
      await until(askAt([{ region: 'us-west-2' }]));
      expect(easterly()).toBe(before);
      expect(await alone()).toMatchObject({ code: 'InternalServerException' });
      expect(easterly()).toBe(before + 1);
    }
  });

  it('fails calls when all targets are down', async () => {
    const world = openRegions({ failover: [{ region: 'us-west-2' }], breaker: { failures: 1 } });
    for (const server of [world.east, world.west]) server.setFaults([failing]);
    await fail(world, 1);
    const error = await failureOf(ask(world));
    expect(TargetDownError.isInstance(error)).toBe(true);
    expect((error as TargetDownError).retryAfterMs).toBeGreaterThan(0);
    expect(world.visits).toHaveLength(2);
  });
});
