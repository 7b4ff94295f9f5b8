/** Calls that cannot go where they should go elsewhere, before their first content, and say so. */
import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { embed, embedMany, generateImage, generateText, type ModelMessage, rerank, streamText } from 'ai';
import { BedrockError, type BedrockProviderSettings, type TrafficSettings } from 'bedrock-ai-provider';
import type { LocalFaultRule } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import {
  CLAUDE,
  failureOf,
  NOVA,
  openRegions,
  pass,
  type Regions,
  TITAN,
  until,
  useVirtualTime,
} from './support.ts';

useVirtualTime();

const WEST = { region: 'us-west-2' };
const unavailable: LocalFaultRule = { error: { name: 'ServiceUnavailableException' } };

const open = (traffic: TrafficSettings = {}, settings: BedrockProviderSettings = {}) =>
  openRegions({ failover: [WEST], ...traffic }, { respond: () => 'Yes.' }, settings);

/** The agent runtime takes no API keys. */
const SIGNED = { apiKey: undefined, accessKeyId: 'KEY', secretAccessKey: 'secret' };

const ask = ({ bedrock }: Regions, modelId = NOVA) =>
  generateText({ model: bedrock(modelId), prompt: 'Hello', maxOutputTokens: 10, maxRetries: 0 });

const servedBy = (result: { providerMetadata?: Record<string, unknown> | undefined }) =>
  (result.providerMetadata?.['bedrock'] as { servedBy?: object } | undefined)?.servedBy;

describe('a call that fails', () => {
  it.each<[string, LocalFaultRule]>([
    ['for lack of capacity', unavailable],
    ['for an error of Bedrock', { error: { name: 'InternalServerException' } }],
    ['because the model is still loaded', { error: { name: 'ModelNotReadyException' } }],
    [
      'for the quota of a day',
      { error: { name: 'ThrottlingException', message: 'Too many tokens per day, please wait.' } },
    ],
  ])('%s goes to the next target', async (_, rule) => {
    const world = open();
    world.east.setFaults([rule]);
    const result = await until(ask(world));
    expect(result.text).toBe('Yes.');
    expect(world.visits).toEqual([`east ${NOVA}`, `west ${NOVA}`]);
    expect(servedBy(result)).toEqual({
      modelId: NOVA,
      region: 'us-west-2',
      reason: rule.error?.name,
    });
  });

  it('because its host cannot be reached goes to the next target', async () => {
    const world = open();
    world.cutOff.add('east');
    expect(servedBy(await until(ask(world)))).toMatchObject({ reason: 'NetworkError' });
  });

  it('stays where it is for all that is the fault of the caller', async () => {
    const world = open();
    world.east.setFaults([{ error: { name: 'ValidationException', message: 'No.' } }]);
    expect(await failureOf(ask(world))).toMatchObject({ code: 'ValidationException' });
    expect(world.visits).toEqual([`east ${NOVA}`]);
  });

  it('stays where it is when time ran out, because the work may have been done', async () => {
    const world = open();
    world.east.setFaults([{ error: { name: 'ModelTimeoutException' } }]);
    expect(await failureOf(ask(world))).toMatchObject({ code: 'ModelTimeoutException', isRetryable: true });
    expect(world.visits).toEqual([`east ${NOVA}`]);
  });

  it('stays where it is when it is aborted', async () => {
    const world = open();
    world.east.setFaults([{ stallReplyMs: 60_000 }]);
    const controller = new AbortController();
    const call = generateText({
      model: world.bedrock(NOVA),
      prompt: 'Hello',
      abortSignal: controller.signal,
    });
    const error = failureOf(call);
    await pass(100);
    controller.abort(new Error('the user left'));
    expect(await error).toMatchObject({ message: 'the user left' });
    expect(world.visits).toEqual([`east ${NOVA}`]);
  });

  it('tries each target once, in their order, and fails with the last error', async () => {
    const targets = [{ modelId: `us.${NOVA}` }, WEST];
    const world = open({ failover: targets });
    world.east.setFaults([unavailable]);
    world.west.setFaults([{ error: { name: 'InternalServerException' } }]);
    const error = await failureOf(ask(world));
    expect(world.visits).toEqual([`east ${NOVA}`, `east us.${NOVA}`, `west ${NOVA}`]);
    expect(error).toMatchObject({ code: 'InternalServerException', isRetryable: true });
  });

  it('says nothing of a target when it went where it should', async () => {
    expect(servedBy(await until(ask(open())))).toBeUndefined();
  });
});

describe('a call that would wait', () => {
  it('goes where it need not', async () => {
    const world = open({ quota: { requestsPerMinute: 10 } });
    const results = await until(Promise.all(Array.from({ length: 20 }, () => ask(world))));
    expect(world.visits.filter(visit => visit.startsWith('east'))).toHaveLength(10);
    expect(results.map(servedBy).filter(Boolean)).toEqual(
      Array(10).fill({ modelId: NOVA, region: 'us-west-2', reason: 'quota' }),
    );
    expect(world.told('moved')).toHaveLength(10);
    expect(world.told('moved')[0]).toMatchObject({
      region: 'us-west-2',
      from: { modelId: NOVA, region: 'us-east-1' },
      error: undefined,
    });
  });

  it('waits where it should go when the wait is short', async () => {
    const world = open({ quota: { requestsPerSecond: 2 } });
    await until(Promise.all([ask(world), ask(world), ask(world)]));
    expect(world.visits).toEqual(Array(3).fill(`east ${NOVA}`));
  });

  it('does not wait for a target that lacks capacity, however short the wait', async () => {
    const world = open({ breaker: false });
    await until(Promise.all([ask(world), ask(world), ask(world)]));
    world.east.setFaults([{ ...unavailable, times: 1 }]);
    await until(ask(world));
    const before = performance.now();
    await until(ask(world));
    expect(world.visits.slice(-3)).toEqual([`east ${NOVA}`, `west ${NOVA}`, `west ${NOVA}`]);
    expect(performance.now() - before).toBeLessThan(500);
  });

  it('for a retry-after goes elsewhere', async () => {
    const world = open();
    const error = {
      name: 'ThrottlingException',
      message: 'Too many requests',
      headers: { 'retry-after': '30' },
    };
    world.east.setFaults([{ error, times: 1 }]);
    const result = await until(ask(world));
    expect(world.visits).toEqual([`east ${NOVA}`, `west ${NOVA}`]);
    expect(servedBy(result)).toMatchObject({ reason: 'ThrottlingException' });
    // Also when the quota that was learned has long had room again.
    await pass(15_000, 500);
    await until(ask(world));
    expect(world.visits.at(-1)).toBe(`west ${NOVA}`);
  });

  it('goes to the first target again when there is room, though nobody went there meanwhile', async () => {
    const world = open({ quota: { [NOVA]: { tokensPerMinute: 600 } } });
    // Far more than was reserved: a debt of a minute.
    world.east.enqueue({ content: [{ text: 'Yes.' }], usage: { inputTokens: 10, outputTokens: 1_190 } });
    await until(ask(world));
    await until(ask(world));
    await pass(90_000, 1_000);
    await until(ask(world));
    expect(world.visits).toEqual([`east ${NOVA}`, `west ${NOVA}`, `east ${NOVA}`]);
  });

  it('in a line that is full goes elsewhere', async () => {
    const world = open({ quota: { requestsPerSecond: 1 }, maxQueue: 0 });
    await until(Promise.all([ask(world), ask(world)]));
    expect(world.visits.toSorted()).toEqual([`east ${NOVA}`, `west ${NOVA}`]);
  });
});

describe('a stream', () => {
  it('moves when it fails before its first content', async () => {
    const world = open();
    world.east.enqueue({ content: [{ text: 'Yes.' }], fault: { kind: 'cut', at: 1 } });
    const result = streamText({ model: world.bedrock(NOVA), prompt: 'Hello', maxRetries: 0 });
    expect(await until(Promise.resolve(result.text))).toBe('Yes.');
    expect(world.visits).toEqual([`east ${NOVA}`, `west ${NOVA}`]);
    expect(servedBy({ providerMetadata: await result.providerMetadata })).toEqual({
      modelId: NOVA,
      region: 'us-west-2',
      reason: 'IncompleteMessage',
    });
  });

  it('moves when an exception comes before its first content', async () => {
    const world = open();
    const fault = { kind: 'exception', at: 0, name: 'serviceUnavailableException' } as const;
    world.east.enqueue({ content: [{ text: 'Yes.' }], fault });
    const result = streamText({ model: world.bedrock(NOVA), prompt: 'Hello', maxRetries: 0 });
    expect(await until(Promise.resolve(result.text))).toBe('Yes.');
    expect(world.visits).toHaveLength(2);
  });

  it('stays where it is after its first content', async () => {
    const world = open();
    world.east.enqueue({ content: [{ text: 'One two three.' }], fault: { kind: 'cut', at: 3 } });
    const { stream } = await until(
      Promise.resolve(
        world.bedrock(NOVA).doStream({
          prompt: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
        }),
      ),
    );
    const parts: LanguageModelV4StreamPart[] = [];
    const reader = stream.getReader();
    for (let read = await until(reader.read()); !read.done; read = await until(reader.read())) {
      parts.push(read.value);
    }
    const error = parts.find(part => part.type === 'error')?.error;
    expect(BedrockError.isInstance(error)).toBe(true);
    expect(world.visits).toEqual([`east ${NOVA}`]);
  });
});

describe('targets', () => {
  it('may be another model, in its own words', async () => {
    const world = open({ failover: [{ modelId: CLAUDE, region: 'us-west-2' }] });
    world.east.setFaults([unavailable]);
    const result = await until(
      generateText({ model: world.bedrock(NOVA), prompt: 'Hello', topK: 7, maxOutputTokens: 10 }),
    );
    expect(servedBy(result)).toMatchObject({ modelId: CLAUDE, region: 'us-west-2' });
    // Where Claude takes it; Nova takes it elsewhere.
    expect(world.west.requests[0]?.body).toMatchObject({ additionalModelRequestFields: { top_k: 7 } });
  });

  it('of the model setting take the place of those of the provider', async () => {
    const world = open({ failover: [{ modelId: CLAUDE }] });
    world.east.setFaults([unavailable]);
    const model = world.bedrock(NOVA, { failover: [WEST] });
    await until(generateText({ model, prompt: 'Hello' }));
    expect(world.visits).toEqual([`east ${NOVA}`, `west ${NOVA}`]);
  });

  it('may be none for a model', async () => {
    const world = open();
    world.east.setFaults([unavailable]);
    const model = world.bedrock(NOVA, { failover: [] });
    await failureOf(generateText({ model, prompt: 'Hello', maxRetries: 0 }));
    expect(world.visits).toEqual([`east ${NOVA}`]);
  });

  it('that share a quota keep their own names', async () => {
    const profile = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc';
    const world = open({ failover: [{ modelId: profile }] });
    world.east.setFaults([{ ...unavailable, times: 1 }]);
    const model = world.bedrock(NOVA);
    const result = await until(generateText({ model, prompt: 'Hello', maxRetries: 0 }));
    expect(world.visits).toEqual([`east ${NOVA}`, `east ${profile}`]);
    expect(servedBy(result)).toMatchObject({ modelId: profile });
    expect(world.told('moved')).toMatchObject([{ modelId: profile, from: { modelId: NOVA } }]);
  });

  it('are checked before anything is sent', async () => {
    const world = open();
    const model = world.bedrock(NOVA, { failover: [{ regoin: 'us-west-2' } as never] });
    expect(await failureOf(generateText({ model, prompt: 'Hello' }))).toMatchObject({
      argument: 'failover[0].regoin',
      message: 'failover[0].regoin: there is no such setting; expected one of region, modelId.',
    });
    expect(world.visits).toEqual([]);
  });
});

describe('other kinds of models', () => {
  it('embed elsewhere, and say so', async () => {
    const world = open();
    world.east.setFaults([unavailable]);
    const model = world.bedrock.embeddingModel(TITAN);
    const one = await until(embed({ model, value: 'Hello', maxRetries: 0 }));
    expect(servedBy(one)).toEqual({
      modelId: TITAN,
      region: 'us-west-2',
      reason: 'ServiceUnavailableException',
    });
    const many = await until(embedMany({ model, values: ['a', 'b', 'c'], maxRetries: 0 }));
    expect(servedBy(many)).toMatchObject({ region: 'us-west-2' });
    expect(many.embeddings).toHaveLength(3);
  });

  it('never embed with another model', async () => {
    const world = open({ failover: [{ modelId: 'cohere.embed-v4:0' }] });
    world.east.setFaults([unavailable]);
    const model = world.bedrock.embeddingModel(TITAN);
    await failureOf(embed({ model, value: 'Hello', maxRetries: 0 }));
    expect(world.visits).toEqual([`east ${TITAN}`]);
  });

  it('make images elsewhere, and say so', async () => {
    const world = open();
    world.east.setFaults([unavailable]);
    const model = world.bedrock.imageModel('amazon.nova-canvas-v1:0');
    const result = await until(generateImage({ model, prompt: 'A cat', size: '512x512', maxRetries: 0 }));
    expect(result.images).toHaveLength(1);
    // Of what is not about a single image, `generateImage` keeps nothing here.
    expect(result.providerMetadata).toMatchObject({
      bedrock: { images: [{ servedBy: { region: 'us-west-2', reason: 'ServiceUnavailableException' } }] },
    });
  });

  it.each(['bedrock-runtime', 'bedrock-agent-runtime'])(
    'rerank elsewhere through %s, and say so',
    async service => {
      const world = open({}, SIGNED);
      world.east.setFaults([unavailable]);
      const result = await until(
        rerank({
          model: world.bedrock.rerankingModel('cohere.rerank-v3-5:0'),
          documents: ['a cat', 'a dog'],
          query: 'dog',
          maxRetries: 0,
          providerOptions: { bedrock: { service } },
        }),
      );
      expect(result.ranking).toHaveLength(2);
      expect(servedBy(result)).toMatchObject({ region: 'us-west-2' });
    },
  );
});

describe('a conversation', () => {
  const cached = { bedrock: { cachePoint: true } };
  const turns = (count: number, about: string, system: string): ModelMessage[] => [
    { role: 'system', content: system, providerOptions: cached },
    ...Array.from({ length: count }, (_, index): ModelMessage[] => [
      ...(index === 0 ? [] : [{ role: 'assistant', content: 'Yes.' } as const]),
      { role: 'user', content: `Question ${index} of ${about}` },
    ]).flat(),
  ];
  const say = ({ bedrock }: Regions, count: number, about = 'cats', system = 'Be kind.') =>
    generateText({
      model: bedrock(CLAUDE),
      messages: turns(count, about, system),
      maxOutputTokens: 10,
      maxRetries: 0,
      allowSystemInMessages: true,
    });

  it('with a cached prompt stays where it was moved to, while the cache is warm', async () => {
    const world = open();
    world.east.setFaults([{ ...unavailable, times: 1 }]);
    await until(say(world, 1));
    const second = await until(say(world, 2));
    expect(servedBy(second)).toMatchObject({ region: 'us-west-2', reason: 'prompt-cache' });
    await until(say(world, 3));
    expect(world.visits.map(visit => visit.split(' ')[0])).toEqual(['east', 'west', 'west', 'west']);
    await pass(301_000, 5_000);
    expect(servedBy(await until(say(world, 4)))).toBeUndefined();
  });

  it('takes no other conversation along, however long the prompt is that they have in common', async () => {
    const system = 'Be kind. '.repeat(1_000);
    const world = open();
    world.east.setFaults([{ ...unavailable, times: 1 }]);
    await until(say(world, 1, 'cats', system));
    await pass(2_000, 100);
    expect(servedBy(await until(say(world, 1, 'dogs', system)))).toBeUndefined();
    expect(servedBy(await until(say(world, 2, 'cats', system)))).toMatchObject({ region: 'us-west-2' });
  });

  it('without one goes to the first target again at once', async () => {
    const world = open();
    world.east.setFaults([{ ...unavailable, times: 1 }]);
    await until(ask(world));
    await pass(2_000, 100);
    expect(servedBy(await until(ask(world)))).toBeUndefined();
  });

  it('leaves the place it was moved to when that fails', async () => {
    const world = open();
    world.east.setFaults([{ ...unavailable, times: 1 }]);
    await until(say(world, 1));
    await pass(2_000, 100);
    world.west.setFaults([unavailable]);
    expect(servedBy(await until(say(world, 2)))).toBeUndefined();
  });

  it('with a cached prompt waits longer for its place than another call', async () => {
    const world = open({ quota: { requestsPerMinute: 20 } });
    await until(Promise.all(Array.from({ length: 20 }, () => ask(world, CLAUDE))));
    expect(world.visits.every(visit => visit.startsWith('east'))).toBe(true);
    // Three seconds until there is room.
    await until(Promise.all([say(world, 1), ask(world, CLAUDE)]));
    expect(world.west.requests.map(({ body }) => JSON.stringify(body).includes('cachePoint'))).toEqual([
      false,
    ]);
  });
});
