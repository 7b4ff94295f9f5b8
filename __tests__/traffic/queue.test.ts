/** Calls that wait: whose turn it is, for how long, how many, and how they leave. */

import { InvalidArgumentError } from '@ai-sdk/provider';
import { embed, embedMany, generateText, streamText } from 'ai';
import { QueueFullError, QueueTimeoutError, type TrafficSettings } from 'bedrock-ai-provider';
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

type Priority = 'high' | 'normal' | 'low';

interface AskOptions {
  readonly priority?: Priority;
  readonly queueTimeoutMs?: number;
  readonly abortSignal?: AbortSignal;
}

const open = (traffic: TrafficSettings, options: LocalBedrockOptions = {}) =>
  openWorld(traffic, { delayMs: 100, respond: () => 'Yes.', ...options });

/** A call whose prompt is its name. */
function ask({ bedrock }: World, name: string, { abortSignal, ...options }: AskOptions = {}) {
  return generateText({
    model: bedrock(NOVA),
    prompt: name,
    maxOutputTokens: 10,
    maxRetries: 0,
    ...(abortSignal && { abortSignal }),
    providerOptions: { bedrock: { ...options } },
  });
}

/** The prompts of the requests that came, in their order. */
const namesOf = ({ local }: World) =>
  local.requests.map(({ body }) => {
    const { messages } = body as { messages: { content: { text: string }[] }[] };
    return messages[0]?.content[0]?.text;
  });

const oneASecond = { quota: { requestsPerSecond: 1 } };

describe('the order of calls that wait', () => {
  it('is that in which they came', async () => {
    const world = open(oneASecond);
    await until(Promise.all(['a', 'b', 'c', 'd'].map(name => ask(world, name))));
    expect(namesOf(world)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is by priority first', async () => {
    const world = open(oneASecond);
    const calls = [
      ask(world, 'first'),
      ask(world, 'low', { priority: 'low' }),
      ask(world, 'normal 1'),
      ask(world, 'high 1', { priority: 'high' }),
      ask(world, 'normal 2', { priority: 'normal' }),
      ask(world, 'high 2', { priority: 'high' }),
    ];
    await until(Promise.all(calls));
    expect(namesOf(world)).toEqual(['first', 'high 1', 'high 2', 'normal 1', 'normal 2', 'low']);
  });

  it('lets one of low priority through in the end, however many others come', async () => {
    const world = open(oneASecond);
    const calls: Promise<unknown>[] = [ask(world, 'first'), ask(world, 'low', { priority: 'low' })];
    for (let second = 0; second < 80; second += 1) {
      calls.push(ask(world, `normal ${second}`));
      await pass(1_000, 500);
    }
    const place = namesOf(world).indexOf('low');
    expect(place).toBeGreaterThan(40);
    expect(place).toBeLessThan(50);
    await until(Promise.all(calls), { stepMs: 200 });
  });

  it('is kept by a call that was refused and waits again', async () => {
    const world = open(
      { maxConcurrency: 1 },
      { faults: [{ error: { name: 'ThrottlingException', message: 'Too many requests' }, times: 1 }] },
    );
    const calls: Promise<unknown>[] = [];
    for (const name of ['a', 'b', 'c']) {
      calls.push(ask(world, name));
      await pass(1);
    }
    await until(Promise.all(calls));
    expect(namesOf(world)).toEqual(['a', 'a', 'b', 'c']);
  });

  it('can be set for embeddings, too', async () => {
    const world = open(oneASecond);
    const model = world.bedrock.embeddingModel(TITAN);
    const embedding = (value: string, priority: Priority) =>
      embed({ model, value, maxRetries: 0, providerOptions: { bedrock: { priority } } });
    await until(
      Promise.all([embedding('first', 'normal'), embedding('low', 'low'), embedding('high', 'high')]),
    );
    expect(world.local.requests.map(({ body }) => (body as { inputText: string }).inputText)).toEqual([
      'first',
      'high',
      'low',
    ]);
  });

  it('is told with the number of calls ahead', async () => {
    const world = open(oneASecond);
    const calls = ['a', 'b', 'c'].map(name => ask(world, name));
    const high = ask(world, 'd', { priority: 'high' });
    await until(Promise.all([...calls, high]));
    expect(world.told('queued').map(({ priority, ahead }) => [priority, ahead])).toEqual([
      ['normal', 0],
      ['normal', 1],
      ['high', 2],
    ]);
  });
});

describe('the options of a call', () => {
  it.each([
    [{ priority: 'urgent' }, 'providerOptions.bedrock.priority', '"high", "normal", "low", got "urgent"'],
    [{ queueTimeoutMs: -1 }, 'providerOptions.bedrock.queueTimeoutMs', 'a number from 0 on, got -1'],
    [{ queueTimeoutMs: '5' }, 'providerOptions.bedrock.queueTimeoutMs', 'a number from 0 on, got "5"'],
  ])('are refused where they make no sense: %j', async (options, argument, problem) => {
    const world = open({});
    const error = await failureOf(ask(world, 'x', options as AskOptions));
    expect(InvalidArgumentError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ argument });
    expect(String(error)).toContain(problem);
    expect(world.local.requests).toEqual([]);
  });

  it('are read under the name of the official provider, too', async () => {
    const world = open({});
    const call = generateText({
      model: world.bedrock(NOVA),
      prompt: 'x',
      providerOptions: { amazonBedrock: { priority: 'urgent' } },
    });
    expect(await failureOf(call)).toMatchObject({ argument: 'providerOptions.amazonBedrock.priority' });
  });

  it('are not sent to Bedrock', async () => {
    const world = open({}, { strict: true });
    await until(ask(world, 'x', { priority: 'high', queueTimeoutMs: 1_000 }));
    expect(JSON.stringify(world.local.requests[0]?.body)).not.toMatch(/priority|queueTimeout/);
  });
});

describe('a call whose turn does not come', () => {
  it('fails after the time that it sets itself', async () => {
    const world = open(oneASecond);
    const calls = ['a', 'b', 'c'].map(name => ask(world, name));
    const start = performance.now();
    const error = await failureOf(ask(world, 'late', { queueTimeoutMs: 1_500 }));
    expect(QueueTimeoutError.isInstance(error)).toBe(true);
    expect(performance.now() - start).toBeLessThan(1_600);
    expect((error as QueueTimeoutError).waitedMs).toBeGreaterThanOrEqual(1_490);
    expect(String(error)).toContain(NOVA);
    await until(Promise.all(calls));
    expect(namesOf(world)).toEqual(['a', 'b', 'c']);
  });

  it('fails after the time that the provider sets, unless it sets another one', async () => {
    const world = open({ ...oneASecond, queueTimeoutMs: 500 });
    const first = ask(world, 'a');
    const patient = [ask(world, 'b', { queueTimeoutMs: 10_000 }), ask(world, 'c', { queueTimeoutMs: 0 })];
    const error = await failureOf(ask(world, 'd'));
    expect(QueueTimeoutError.isInstance(error)).toBe(true);
    await until(Promise.all([first, ...patient]));
  });

  it('waits five minutes where nobody sets a time', async () => {
    const world = open({ quota: { requestsPerMinute: 0.1 } });
    await until(ask(world, 'a'));
    const start = performance.now();
    const error = await failureOf(ask(world, 'b'), { stepMs: 1_000 });
    expect(QueueTimeoutError.isInstance(error)).toBe(true);
    expect(Math.round((performance.now() - start) / 1_000)).toBe(300);
  });

  it('has the refusal as its cause after which it waited again', async () => {
    const world = open(
      {},
      { faults: [{ error: { name: 'ThrottlingException', message: 'Too many requests' } }] },
    );
    const error = await failureOf(ask(world, 'a', { queueTimeoutMs: 2_000 }));
    expect(QueueTimeoutError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ cause: { code: 'ThrottlingException' } });
  });
});

describe('a line that is full', () => {
  it('refuses the next call at once', async () => {
    const world = open({ ...oneASecond, maxQueue: 2 });
    const calls = ['a', 'b', 'c'].map(name => ask(world, name));
    await settle();
    const start = performance.now();
    const error = await failureOf(ask(world, 'd'));
    expect(QueueFullError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ queued: 2, message: expect.stringContaining('maxQueue') });
    expect(performance.now() - start).toBeLessThan(50);
    await until(Promise.all(calls));
    expect(namesOf(world)).toEqual(['a', 'b', 'c']);
  });

  it('lets nobody wait where it has no places', async () => {
    const world = open({ ...oneASecond, maxQueue: 0 });
    const first = ask(world, 'a');
    await settle();
    expect(await failureOf(ask(world, 'b'))).toMatchObject({ queued: 0 });
    await until(first);
  });

  it('is that of one model: others have their own', async () => {
    const world = open({ ...oneASecond, maxQueue: 1 });
    const calls = ['a', 'b'].map(name => ask(world, name));
    const other = generateText({ model: world.bedrock('meta.llama3-70b-instruct-v1:0'), prompt: 'c' });
    await until(Promise.all([...calls, other]));
  });
});

describe('the calls of embedMany', () => {
  const texts = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);
  const textsOf = ({ local }: World) =>
    local.requests.map(({ body }) => (body as { inputText: string }).inputText);

  it('let those of a higher priority go first, all of them', async () => {
    const world = open({ maxConcurrency: 1 });
    const model = world.bedrock.embeddingModel(TITAN);
    const low = { bedrock: { priority: 'low' } };
    const bulk = embedMany({ model, values: texts(30), providerOptions: low });
    await settle();
    await until(Promise.all([bulk, embed({ model, value: 'at once' })]));
    expect(textsOf(world).indexOf('at once')).toBe(1);
  });

  it('fail where the settings let so many not wait', async () => {
    const world = open({ ...oneASecond, maxQueue: 5 });
    const model = world.bedrock.embeddingModel(TITAN);
    const error = await failureOf(embedMany({ model, values: texts(20) }));
    expect(error).toMatchObject({ name: 'AI_BedrockQueueFullError', queued: 5 });
  });

  it('wait for longer than others by default', async () => {
    const world = open({ quota: { requestsPerMinute: 6 } });
    const model = world.bedrock.embeddingModel(TITAN);
    const start = performance.now();
    await until(embedMany({ model, values: texts(60) }), { stepMs: 1_000, limitMs: 1_000_000 });
    // Six in the first moment, then one in ten seconds.
    expect(performance.now() - start).toBeGreaterThan(500_000);
    expect(textsOf(world)).toHaveLength(60);
  });

  it('can be more than other calls that wait by default', async () => {
    const world = providerOf({}, () => new Promise(() => {}));
    const model = world.bedrock.embeddingModel(TITAN);
    const controller = new AbortController();
    const outcomes = texts(10_100).map(async value => {
      try {
        return await model.doEmbed({ values: [value], abortSignal: controller.signal });
      } catch (error) {
        return error;
      }
    });
    await settle();
    controller.abort('enough');
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['enough']));
  });
});

describe('a call that is aborted while it waits', () => {
  const reason = new Error('the user left');

  it('rejects with the reason, and nothing is sent', async () => {
    const world = open(oneASecond);
    const first = ask(world, 'a');
    const controller = new AbortController();
    const second = failureOf(ask(world, 'b', { abortSignal: controller.signal }));
    await pass(100);
    controller.abort(reason);
    expect(await second).toBe(reason);
    await until(first);
    await pass(5_000, 100);
    expect(namesOf(world)).toEqual(['a']);
  });

  it('gives its place to the next', async () => {
    const world = open({ ...oneASecond, maxQueue: 1 });
    const first = ask(world, 'a');
    const controller = new AbortController();
    const second = failureOf(ask(world, 'b', { abortSignal: controller.signal }));
    await settle();
    controller.abort(reason);
    await second;
    const third = ask(world, 'c');
    const start = performance.now();
    await until(Promise.all([first, third]));
    expect(performance.now() - start).toBeLessThan(1_300);
    expect(namesOf(world)).toEqual(['a', 'c']);
  });

  it('leaves from the middle, and the others keep their order', async () => {
    const world = open(oneASecond);
    const controller = new AbortController();
    const signals = [undefined, undefined, controller.signal, undefined];
    const calls = ['a', 'b', 'c', 'd'].map((name, index) => {
      const abortSignal = signals[index];
      return ask(world, name, abortSignal ? { abortSignal } : {}).catch(error => error);
    });
    const start = performance.now();
    await pass(200);
    controller.abort(reason);
    expect((await until(Promise.all(calls)))[2]).toBe(reason);
    expect(namesOf(world)).toEqual(['a', 'b', 'd']);
    // Its turn is not kept for it.
    expect(performance.now() - start).toBeLessThan(2_500);
  });

  it('was never there where the signal has aborted before', async () => {
    const world = open({});
    const error = await failureOf(ask(world, 'a', { abortSignal: AbortSignal.abort(reason) }));
    expect(error).toBe(reason);
    expect(world.events).toEqual([]);
  });
});

describe('maxConcurrency', () => {
  it('lets so many run at once', async () => {
    let running = 0;
    let most = 0;
    const world = open(
      { maxConcurrency: 3 },
      {
        delayMs: 0,
        respond: async () => {
          running += 1;
          most = Math.max(most, running);
          await new Promise(resolve => setTimeout(resolve, 100));
          running -= 1;
          return 'Yes.';
        },
      },
    );
    await until(Promise.all(Array.from({ length: 10 }, (_, index) => ask(world, String(index)))));
    expect(most).toBe(3);
  });

  it('counts a stream until it has been read', async () => {
    const world = open({ maxConcurrency: 1 });
    const model = world.bedrock(NOVA);
    const { stream } = await until(
      Promise.resolve(model.doStream({ prompt: [{ role: 'user', content: [{ type: 'text', text: 'a' }] }] })),
    );
    const second = ask(world, 'b');
    await pass(2_000, 100);
    expect(namesOf(world)).toEqual(['a']);
    const reader = stream.getReader();
    const read = (async () => {
      while (!(await reader.read()).done);
    })();
    await until(Promise.all([read, second]));
    expect(namesOf(world)).toEqual(['a', 'b']);
  });

  it('is free again when a stream is canceled', async () => {
    const world = open({ maxConcurrency: 1 });
    const controller = new AbortController();
    const { textStream } = streamText({
      model: world.bedrock(NOVA),
      prompt: 'a',
      abortSignal: controller.signal,
      onError: () => {},
    });
    const reader = textStream.getReader();
    await until(reader.read());
    controller.abort(new Error('the user left'));
    await until(ask(world, 'b'));
    expect(namesOf(world)).toEqual(['a', 'b']);
  });
});
