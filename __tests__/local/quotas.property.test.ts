import type { LocalBedrock, LocalReply, LocalRequest, StreamFault } from 'bedrock-ai-provider/local';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ask, decodeFrames, openServer, type Route } from './support.ts';

const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const NOVA = 'amazon.nova-lite-v1:0';

type Ending =
  | { is: 'read' | 'error' | 'thrown' | 'left while thinking' }
  | { is: 'canceled' | 'left'; afterReads: number }
  | { is: 'spoiled'; fault: StreamFault };

interface Plan {
  modelId: string;
  route: Route;
  maxTokens: number;
  words: number;
  usage: { inputTokens: number; outputTokens: number; cacheWriteInputTokens: number };
  ending: Ending;
  /** Time that passes before the call. */
  pauseMs: number;
  /** Whether the next call starts while this one may be open. */
  overlaps: boolean;
}

const frame = fc.nat(12);
const ending: fc.Arbitrary<Ending> = fc.oneof(
  fc.record({ is: fc.constantFrom('read', 'error', 'thrown', 'left while thinking') }),
  fc.record({ is: fc.constantFrom('canceled', 'left'), afterReads: frame }),
  fc.record({
    is: fc.constant('spoiled'),
    fault: fc.oneof(
      fc.record({ kind: fc.constant('cut'), at: frame, bytes: fc.nat(30), reset: fc.boolean() }),
      fc.record({ kind: fc.constant('exception'), at: frame, name: fc.constant('throttlingException') }),
      fc.record({ kind: fc.constant('error'), at: frame, code: fc.constant('InternalFailure') }),
      fc.record({
        kind: fc.constant('slow'),
        at: frame,
        bytes: fc.integer({ min: 50, max: 200 }),
        ms: fc.constant(0),
      }),
    ),
  }),
);

const anyPlan: fc.Arbitrary<Plan> = fc
  .record({
    modelId: fc.constantFrom(CLAUDE, NOVA),
    route: fc.constantFrom<Route>('converse', 'converse-stream', 'invoke', 'invoke-with-response-stream'),
    maxTokens: fc.integer({ min: 1, max: 400 }),
    words: fc.nat(5),
    usage: fc.record({
      inputTokens: fc.nat(300),
      outputTokens: fc.integer({ min: 1, max: 300 }),
      cacheWriteInputTokens: fc.nat(50),
    }),
    ending,
    pauseMs: fc.nat(20_000),
    overlaps: fc.boolean(),
  })
  // InvokeModel is for Claude.
  .map(plan => (plan.route.startsWith('invoke') ? { ...plan, modelId: CLAUDE } : plan));

/** Sixteen characters, four tokens, that tell the script which call this is. */
const label = (index: number) => `This is call ${String(index).padStart(3, '0')}`;
const INPUT_TOKENS = 4;

function bodyOf({ route, maxTokens }: Plan, index: number): unknown {
  const text = label(index);
  if (!route.startsWith('invoke')) {
    return { messages: [{ role: 'user', content: [{ text }] }], inferenceConfig: { maxTokens } };
  }
  const messages = [{ role: 'user', content: text }];
  return { anthropic_version: 'bedrock-2023-05-31', max_tokens: maxTokens, messages };
}

/** A call as its caller sees it. */
interface Seen {
  status: number | undefined;
  bytes: Uint8Array;
}

async function run(server: LocalBedrock, plan: Plan, index: number, leave: AbortController): Promise<Seen> {
  const chunks: Uint8Array[] = [];
  let status: number | undefined;
  try {
    const response = await ask(server, plan.route, bodyOf(plan, index), {
      modelId: plan.modelId,
      signal: leave.signal,
    });
    status = response.status;
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const { ending: end } = plan;
    const most = 'afterReads' in end ? end.afterReads : Number.POSITIVE_INFINITY;
    while (chunks.length < most) {
      const { done, value } = await reader.read();
      if (done) return { status, bytes: concat(chunks) };
      chunks.push(value);
    }
    if (end.is === 'canceled') await reader.cancel();
    else leave.abort(new Error('Gone.'));
  } catch {
    // The caller left, or the connection broke.
  }
  return { status, bytes: concat(chunks) };
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(chunks.flatMap(chunk => [...chunk]));
}

/** What the call should cost, told from what its caller got. */
function costOf({ modelId, route, usage, ending: end }: Plan, { status, bytes }: Seen): number {
  const burndown = modelId === CLAUDE ? 5 : 1;
  if (end.is === 'left while thinking') return status === undefined ? INPUT_TOKENS : 0;
  if (status !== 200) return 0;
  const input = usage.inputTokens + usage.cacheWriteInputTokens;
  const events = route.endsWith('stream') ? eventsIn(bytes) : ['metadata'];
  const isWhole = events.some(event => /^metadata|"message_stop"/.test(event));
  const text = events.map(event => /"text":"([^"]*)"/.exec(event)?.[1] ?? '').join('');
  return input + burndown * (isWhole ? usage.outputTokens : Math.ceil(text.length / 4));
}

/** The whole frames, as text. */
function eventsIn(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer);
  let end = 0;
  while (end + 4 <= bytes.length && end + view.getUint32(end) <= bytes.length) end += view.getUint32(end);
  return decodeFrames(bytes.subarray(0, end)).map(({ headers, payload }) => {
    const json = payload?.bytes === undefined ? JSON.stringify(payload) : atob(payload.bytes);
    return `${headers[':event-type']} ${json}`;
  });
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('quotas', () => {
  it('hold nothing in the end, and have charged the sum of what the calls cost', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyPlan, { minLength: 1, maxLength: 12 }), async plans => {
        const callers = plans.map(() => new AbortController());
        const respond = ({ converse }: LocalRequest): LocalReply | Promise<never> => {
          const question = JSON.stringify(converse.messages);
          const index = plans.findIndex((_, at) => question.includes(label(at)));
          const { ending: end, words, usage } = plans[index] as Plan;
          if (end.is === 'error') return { error: { name: 'ThrottlingException' } };
          if (end.is === 'thrown') throw new Error('Broken.');
          if (end.is === 'left while thinking') {
            callers[index]?.abort(new Error('Gone.'));
            return new Promise<never>(() => {});
          }
          const content = [{ text: 'word '.repeat(words) }];
          return { content, usage, ...(end.is === 'spoiled' && { fault: end.fault }) };
        };
        const server = openServer({
          quotas: { requestsPerMinute: 30, tokensPerMinute: 3000, tokensPerDay: 20_000 },
          respond,
        });
        const runs: Promise<Seen>[] = [];
        for (const [index, plan] of plans.entries()) {
          vi.setSystemTime(Date.now() + plan.pauseMs);
          runs.push(run(server, plan, index, callers[index] as AbortController));
          if (!plan.overlaps) await runs.at(-1);
        }
        const seen = await Promise.all(runs);
        for (const [modelId, counters] of Object.entries(server.counters())) {
          const costs = plans.map((plan, at) =>
            plan.modelId === modelId ? costOf(plan, seen[at] as Seen) : 0,
          );
          const settledTokens = costs.reduce((sum, cost) => sum + cost, 0);
          expect(counters).toMatchObject({ active: 0, reservedTokens: 0, settledTokens });
          expect(counters.admitted).toBe(counters.settledCalls + counters.releasedCalls);
          expect(counters.levels.tokens).toBeLessThanOrEqual(3000);
          expect(counters.levels.day).toBe(20_000 - settledTokens);
        }
      }),
    );
  });
});
