/** Whatever becomes of calls: in the end none runs, none waits, and nothing is reserved. */
import { generateText } from 'ai';
import type { LocalReply, LocalResponder } from 'bedrock-ai-provider/local';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { NOVA, openWorld, pass, until, useVirtualTime, type World } from './support.ts';

useVirtualTime();

const TEXT = 'One two three four five six.';

/** What happens to a call, by its prompt. */
const REPLIES: Readonly<Record<string, LocalReply | undefined>> = {
  good: { content: [{ text: TEXT }] },
  cut: { content: [{ text: TEXT }], fault: { kind: 'cut', at: 4 } },
  'cut at once': { content: [{ text: TEXT }], fault: { kind: 'cut', at: 0 } },
  'broken in a frame': { content: [{ text: TEXT }], fault: { kind: 'cut', at: 3, bytes: 10 } },
  corrupt: { content: [{ text: TEXT }], fault: { kind: 'corrupt', at: 3 } },
  exception: {
    content: [{ text: TEXT }],
    fault: { kind: 'exception', at: 4, name: 'internalServerException' },
  },
  'exception at once': {
    content: [{ text: TEXT }],
    fault: { kind: 'exception', at: 0, name: 'serviceUnavailableException' },
  },
  unavailable: { error: { name: 'ServiceUnavailableException' } },
  wrong: { error: { name: 'InternalServerException' } },
  refused: { error: { name: 'ValidationException' } },
};

interface Step {
  readonly outcome: string;
  readonly isStream: boolean;
  readonly priority: 'high' | 'normal' | 'low';
  readonly abortAfterMs: number | undefined;
  readonly queueTimeoutMs: number;
  /** Parts after which the reader cancels the stream. */
  readonly readParts: number | undefined;
  readonly startsAfterMs: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  outcome: fc.constantFrom(...Object.keys(REPLIES)),
  isStream: fc.boolean(),
  priority: fc.constantFrom('high', 'normal', 'low'),
  abortAfterMs: fc.option(fc.integer({ min: 0, max: 1_500 }), { nil: undefined, freq: 3 }),
  queueTimeoutMs: fc.constantFrom(0, 700, 300_000),
  readParts: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined, freq: 3 }),
  startsAfterMs: fc.constantFrom(0, 0, 0, 100),
});

const respond: LocalResponder = ({ converse }) => {
  const [content] = converse.messages?.[0]?.content ?? [];
  return content !== undefined && 'text' in content ? REPLIES[content.text ?? ''] : undefined;
};

async function call({ bedrock }: World, one: Step): Promise<void> {
  const controller = new AbortController();
  const { priority, queueTimeoutMs, abortAfterMs, readParts } = one;
  if (abortAfterMs !== undefined)
    setTimeout(() => controller.abort(new Error('the user left')), abortAfterMs);
  const options = {
    model: bedrock(NOVA),
    prompt: one.outcome,
    maxOutputTokens: 20,
    maxRetries: 0,
    abortSignal: controller.signal,
    providerOptions: { bedrock: { priority, queueTimeoutMs } },
  };
  if (!one.isStream) {
    await generateText(options).catch(() => {});
    return;
  }
  const { model, prompt: text, ...others } = options;
  try {
    const { stream } = await model.doStream({
      ...others,
      prompt: [{ role: 'user', content: [{ type: 'text', text }] }],
    });
    const reader = stream.getReader();
    for (let parts = 0; !(await reader.read()).done; parts += 1) {
      if (parts === readParts) return await reader.cancel();
    }
  } catch {
    // It fails as it is told to.
  }
}

describe('any mix of calls', () => {
  it('leaves nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 15 }),
        fc.record({
          maxConcurrency: fc.constantFrom(1, 3, 100),
          maxQueue: fc.constantFrom(2, 100),
          retry: fc.boolean(),
          isLimited: fc.boolean(),
        }),
        async (steps, { isLimited, ...traffic }) => {
          const quotas = isLimited ? { requestsPerSecond: 4, tokensPerSecond: 200 } : {};
          const world = openWorld({ ...traffic, breaker: false }, { quotas, delayMs: 30, respond });
          const calls: Promise<void>[] = [];
          for (const one of steps) {
            calls.push(call(world, one));
            if (one.startsAfterMs > 0) await pass(one.startsAfterMs, 50);
          }
          await until(Promise.all(calls), { stepMs: 50 });
          await pass(3_000, 500);

          // Every call that went out has come to its end, and once.
          const ends = world.told('settled', 'throttled').map(({ callId }) => callId);
          expect(ends.toSorted()).toEqual(
            world
              .told('sent')
              .map(({ callId }) => callId)
              .toSorted(),
          );
          expect(world.local.counters(NOVA)).toMatchObject({ active: 0, reservedTokens: 0 });
          expect(world.told('settled').every(({ tokens }) => tokens >= 0)).toBe(true);
          // Nobody waits, and no place is taken.
          world.local.setQuotas(undefined);
          await pass(65_000, 5_000);
          const again = await until(
            generateText({
              model: world.bedrock(NOVA),
              prompt: 'good',
              maxOutputTokens: 20,
              maxRetries: 0,
              providerOptions: { bedrock: { priority: 'low', queueTimeoutMs: 50 } },
            }),
          );
          expect(again.text).toBe(TEXT);
          await pass(100, 50);
          expect(vi.getTimerCount()).toBe(0);
        },
      ),
      { numRuns: 25 },
    );
  });
});
