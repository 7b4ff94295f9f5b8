/** What calls reserve and take, against the books of the local Bedrock. */
import { embed, generateImage, generateText, streamText } from 'ai';
import type { LocalAnswer, LocalBedrockOptions, LocalCounters } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import {
  CLAUDE,
  failureOf,
  NOVA,
  openWorld,
  pass,
  TITAN,
  until,
  useVirtualTime,
  type World,
} from './support.ts';

useVirtualTime();

const usage = (inputTokens: number, outputTokens: number, more = {}): LocalAnswer => ({
  content: [{ text: 'One two three four five.' }],
  usage: { inputTokens, outputTokens, ...more },
});

const open = (options: LocalBedrockOptions = {}) => openWorld({}, { quotas: {}, ...options });

/** A request that the built-in responder answers at some length. */
const QUESTION = 'What do you know of the sea? '.repeat(40);

const ask = ({ bedrock }: World, modelId = NOVA) =>
  generateText({ model: bedrock(modelId), prompt: QUESTION, maxOutputTokens: 500, maxRetries: 0 });

const stream = ({ bedrock }: World, modelId = NOVA, abortSignal?: AbortSignal) =>
  streamText({
    model: bedrock(modelId),
    prompt: QUESTION,
    maxOutputTokens: 500,
    maxRetries: 0,
    onError: () => {},
    ...(abortSignal && { abortSignal }),
  });

const settledTokens = (world: World) => world.told('settled').reduce((sum, { tokens }) => sum + tokens, 0);

/** Enough calls that the estimate of the input of this request is right. */
async function calibrate(world: World, modelId = NOVA): Promise<void> {
  for (let count = 0; count < 40; count += 1) await until(ask(world, modelId));
}

describe('what a call takes', () => {
  it.each([
    ['whole', (world: World, modelId: string) => ask(world, modelId)],
    ['streamed', (world: World, modelId: string) => stream(world, modelId).consumeStream()],
  ])('when it is %s, is input, cache writes, and output with its burndown', async (_, call) => {
    const more = { cacheReadInputTokens: 1_000, cacheWriteInputTokens: 30 };
    const world = open({ respond: () => usage(100, 40, more) });
    await until(Promise.resolve(call(world, NOVA)));
    await until(Promise.resolve(call(world, CLAUDE)));
    expect(world.told('settled')).toMatchObject([
      { modelId: NOVA, outcome: 'complete', measured: true, tokens: 100 + 30 + 40 },
      { modelId: CLAUDE, outcome: 'complete', measured: true, tokens: 100 + 30 + 40 * 5 },
    ]);
    expect(world.local.counters(NOVA).settledTokens).toBe(170);
    expect(world.local.counters(CLAUDE).settledTokens).toBe(330);
  });

  it('counts output as the setting says', async () => {
    const world = openWorld({ quota: { outputBurndown: 7 } }, { respond: () => usage(10, 10) });
    await until(ask(world));
    expect(world.told('settled')).toMatchObject([{ tokens: 80 }]);
  });

  it('as an embedding is its input', async () => {
    const world = open();
    await until(embed({ model: world.bedrock.embeddingModel(TITAN), value: 'A text of some words.' }));
    expect(world.told('settled')).toMatchObject([{ measured: true, outcome: 'complete' }]);
    expect(settledTokens(world)).toBe(world.local.counters(TITAN).settledTokens);
    expect(settledTokens(world)).toBeGreaterThan(0);
  });

  it('as an image is a request: nobody counts its tokens', async () => {
    const world = open();
    const model = world.bedrock.imageModel('amazon.nova-canvas-v1:0');
    await until(generateImage({ model, prompt: 'A cat', size: '512x512' }));
    expect(world.told('settled')).toMatchObject([{ measured: false, outcome: 'complete' }]);
  });

  it('is what was made until then, when the caller leaves a stream', async () => {
    const world = open({ delayMs: 50 });
    await calibrate(world);
    const [ours, theirs] = [settledTokens(world), world.local.counters(NOVA).settledTokens];
    const controller = new AbortController();
    const { textStream } = stream(world, NOVA, controller.signal);
    const reader = textStream.getReader();
    for (let count = 0; count < 3; count += 1) await until(reader.read());
    controller.abort(new Error('the user left'));
    await pass(100);
    expect(world.told('settled').at(-1)).toMatchObject({ outcome: 'aborted', measured: false });
    const difference = settledTokens(world) - ours - (world.local.counters(NOVA).settledTokens - theirs);
    // One word may be on its way, and both sides round up.
    expect(Math.abs(difference)).toBeLessThanOrEqual(4);
    expect(settledTokens(world) - ours).toBeGreaterThan(200);
  });

  it('is the input, when the caller leaves before the reply begins', async () => {
    const world = open();
    await calibrate(world);
    const [ours, theirs] = [settledTokens(world), world.local.counters(NOVA).settledTokens];
    world.local.setFaults([{ stallReplyMs: 60_000 }]);
    const controller = new AbortController();
    const call = failureOf(
      generateText({ model: world.bedrock(NOVA), prompt: QUESTION, abortSignal: controller.signal }),
    );
    await pass(200);
    controller.abort(new Error('the user left'));
    await call;
    const difference = settledTokens(world) - ours - (world.local.counters(NOVA).settledTokens - theirs);
    expect(Math.abs(difference)).toBeLessThanOrEqual(2);
    expect(settledTokens(world) - ours).toBeGreaterThan(200);
  });

  it.each([1, 2, 6])('is what was made until then, when the stream is cut at frame %i', async at => {
    const world = open();
    await calibrate(world);
    const [ours, theirs] = [settledTokens(world), world.local.counters(NOVA).settledTokens];
    world.local.setFaults([{ fault: { kind: 'cut', at } }]);
    await until(Promise.resolve(stream(world).consumeStream()));
    expect(world.told('settled').at(-1)).toMatchObject({ outcome: 'failed', measured: false });
    const difference = settledTokens(world) - ours - (world.local.counters(NOVA).settledTokens - theirs);
    expect(Math.abs(difference)).toBeLessThanOrEqual(2);
    expect(settledTokens(world) - ours).toBeGreaterThan(200);
  });

  it.each(['ServiceUnavailableException', 'InternalServerException', 'ValidationException'])(
    'is nothing when Bedrock answers with a %s',
    async name => {
      const world = open({ faults: [{ error: { name } }] });
      await failureOf(ask(world));
      expect(world.told('settled')).toMatchObject([{ outcome: 'failed', tokens: 0, measured: false }]);
      expect(world.local.counters(NOVA)).toMatchObject({
        settledTokens: 0,
        reservedTokens: 0,
        releasedCalls: 1,
      });
    },
  );

  it('is told with the time that the call took', async () => {
    const world = open({ delayMs: 500 });
    await until(ask(world));
    const [settled] = world.told('settled');
    expect(settled?.durationMs).toBeGreaterThanOrEqual(500);
    expect(settled?.durationMs).toBeLessThan(700);
  });
});

describe('what a call reserves', () => {
  it('becomes what Bedrock reserves, the longer the model is used', async () => {
    const during: LocalCounters[] = [];
    const world: World = open({
      respond: () => {
        during.push(world.local.counters(NOVA));
        return undefined;
      },
    });
    await calibrate(world);
    const theirs = during.at(-1)?.reservedTokens ?? 0;
    expect(theirs).toBeGreaterThan(700);
    expect(Math.abs((world.told('sent').at(-1)?.reservedTokens ?? 0) - theirs)).toBeLessThanOrEqual(2);
  });

  it.each([0.5, 3])('learns from what Bedrock counts, here %d times what was estimated', async factor => {
    const world = open({ respond: () => usage(Math.round(290 * factor), 5) });
    await until(ask(world));
    const first = world.told('sent')[0]?.reservedTokens ?? 0;
    expect(first - 500).toBeGreaterThan(250);
    expect(first - 500).toBeLessThan(350);
    await calibrate(world);
    const last = world.told('sent').at(-1)?.reservedTokens ?? 0;
    expect(last - 500).toBeGreaterThan(290 * factor * 0.95);
    expect(last - 500).toBeLessThan(290 * factor * 1.1);
  });

  it('counts images and documents by what they cost, not by their bytes', async () => {
    const world = open();
    const data = new Uint8Array(300_000);
    data.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    await until(
      generateText({
        model: world.bedrock(NOVA),
        maxOutputTokens: 100,
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'Look' },
              { type: 'file', mediaType: 'image/png', data },
            ],
          },
        ],
      }),
    );
    const reserved = world.told('sent')[0]?.reservedTokens ?? 0;
    expect(reserved).toBeGreaterThan(1_000);
    expect(reserved).toBeLessThan(3_000);
  });

  it('is all that the model can write where the call sets no limit, which is told once per model', async () => {
    const world = open();
    for (const modelId of [CLAUDE, CLAUDE, NOVA]) {
      await until(generateText({ model: world.bedrock(modelId), prompt: 'Hello' }));
    }
    const unbounded = world.told('unbounded');
    expect(unbounded.map(({ modelId }) => modelId)).toEqual([CLAUDE, NOVA]);
    expect(unbounded[0]?.reservedTokens).toBe(64_000);
    expect(world.told('sent')[0]?.reservedTokens).toBeGreaterThan(64_000);
  });

  it('is not told where a limit is set, nor for models that write no text', async () => {
    const world = open();
    await until(ask(world));
    await until(embed({ model: world.bedrock.embeddingModel(TITAN), value: 'Hello' }));
    expect(world.told('unbounded')).toEqual([]);
  });

  it('is given back, whatever becomes of the call', async () => {
    const world = openWorld({ quota: { tokensPerMinute: 1_200 } }, { respond: () => usage(1, 1) });
    const start = performance.now();
    const faults = [
      undefined,
      'InternalServerException',
      'ValidationException',
      'ServiceUnavailableException',
    ];
    for (const name of faults) {
      // Together they would need three times what there is.
      world.local.setFaults(name === undefined ? [] : [{ error: { name } }]);
      await until(ask(world).catch(() => {}));
    }
    world.local.setFaults([]);
    await pass(2_000, 100);
    await until(ask(world));
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
