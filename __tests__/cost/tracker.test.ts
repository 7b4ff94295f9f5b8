import { InvalidArgumentError } from '@ai-sdk/provider';
import { embed, generateImage, generateText, rerank, streamText } from 'ai';
import { createBedrock } from 'bedrock-ai-provider';
import {
  BudgetExceededError,
  type CostBudget,
  type CostRecord,
  type CostStore,
  type CostWarning,
  costOf,
  createCostTracker,
  keyValueStore,
  memoryStore,
} from 'bedrock-ai-provider/cost';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorOf, hello, jsonResponse, modelAnswering, readParts } from '../support/replies.ts';

const SONNET = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';

const today = () => new Date().toISOString();
const dollars = (usd: number, modelId = 'amazon.rerank-v1:0') =>
  costOf({ queries: Math.round(usd * 1000) }, modelId, { region: 'us-east-1' });

function record(members: Partial<CostRecord> = {}): CostRecord {
  return {
    at: today(),
    modelId: 'amazon.rerank-v1:0',
    kind: 'reranking',
    outcome: 'complete',
    tags: {},
    cost: dollars(1),
    ...members,
  };
}

const unknown = costOf({ queries: 1 }, 'acme.rocket');

function open(options: Parameters<typeof createCostTracker>[0] = {}) {
  const store = memoryStore();
  const warnings: CostWarning[] = [];
  const costTracker = createCostTracker({ store, onWarning: warning => warnings.push(warning), ...options });
  const local = createLocalBedrock();
  return { store, warnings, costTracker, local, bedrock: createBedrock({ ...local.settings, costTracker }) };
}

describe('sums of a tracker', () => {
  it('are by model, by tag and by day', async () => {
    const { costTracker } = open();
    await costTracker.record(
      record({ at: '2026-08-21T23:59:59.999Z', tags: { tenant: 'acme', env: 'test' } }),
    );
    await costTracker.record(record({ at: '2026-08-22T00:00:00.000Z', tags: { tenant: 'acme' } }));
    await costTracker.record(
      record({
        at: '2026-08-22T12:00:00.000Z',
        modelId: 'other',
        tags: { tenant: 'zoo' },
        cost: dollars(0.5),
      }),
    );
    expect(await costTracker.summary()).toEqual({
      total: { usd: 2.5, amount: '2.5', calls: 3, unknown: 0 },
      byModel: {
        'amazon.rerank-v1:0': { usd: 2, amount: '2', calls: 2, unknown: 0 },
        other: { usd: 0.5, amount: '0.5', calls: 1, unknown: 0 },
      },
      byTag: {
        tenant: {
          acme: { usd: 2, amount: '2', calls: 2, unknown: 0 },
          zoo: { usd: 0.5, amount: '0.5', calls: 1, unknown: 0 },
        },
        env: { test: { usd: 1, amount: '1', calls: 1, unknown: 0 } },
      },
      byDay: {
        '2026-08-21': { usd: 1, amount: '1', calls: 1, unknown: 0 },
        '2026-08-22': { usd: 1.5, amount: '1.5', calls: 2, unknown: 0 },
      },
    });
  });

  it('can be of some days', async () => {
    const { costTracker } = open();
    for (const day of ['2026-07-31', '2026-08-01', '2026-08-02'])
      await costTracker.record(record({ at: `${day}T10:00:00.000Z` }));
    const calls = async (days: object) => (await costTracker.summary(days)).total.calls;
    expect(await calls({ from: '2026-08-01' })).toBe(2);
    expect(await calls({ to: '2026-08-01' })).toBe(2);
    expect(await calls({ from: '2026-08-01', to: '2026-08-01' })).toBe(1);
  });

  it('count calls whose cost is not known, and have no amount for them', async () => {
    const { costTracker } = open();
    await costTracker.record(record());
    await costTracker.record(record({ cost: unknown }));
    expect((await costTracker.summary()).total).toEqual({ usd: 1, amount: '1', calls: 2, unknown: 1 });
  });

  it('are exact, however many small ones there are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(1000), { maxLength: 40 }), async tokens => {
        const costTracker = createCostTracker();
        const cost = (count: number) =>
          costOf({ tokens: count }, 'amazon.titan-embed-text-v2:0', { region: 'us-east-1' });
        for (const count of tokens) await costTracker.record(record({ cost: cost(count) }));
        const all = tokens.reduce((sum, count) => sum + count, 0);
        expect((await costTracker.summary()).total.amount).toBe(cost(all).amount);
      }),
    );
  });

  it('take any text as a tag and a model', async () => {
    const { costTracker } = open();
    await costTracker.record(record({ modelId: '__proto__x', tags: { 'a"b': '["total"]' } }));
    const { byTag, byModel, total } = await costTracker.summary();
    expect(byTag).toMatchObject({ 'a"b': { '["total"]': { calls: 1 } } });
    expect(byModel).toMatchObject({ __proto__x: { calls: 1 } });
    expect(total.calls).toBe(1);
  });
});

describe('calls of every kind', () => {
  it('are recorded with what they cost and their tags', async () => {
    const { bedrock, store, costTracker } = open();
    const providerOptions = { bedrock: { requestMetadata: { tenant: 'acme' } } };
    await generateText({ model: bedrock(SONNET), prompt: 'Hello', providerOptions });
    await streamText({ model: bedrock(SONNET), prompt: 'Hello', providerOptions }).consumeStream();
    await embed({
      model: bedrock.embeddingModel('amazon.titan-embed-text-v2:0'),
      value: 'A',
      providerOptions,
    });
    await generateImage({
      model: bedrock.imageModel('amazon.nova-canvas-v1:0'),
      prompt: 'A',
      providerOptions,
    });
    await rerank({
      model: bedrock.rerankingModel('amazon.rerank-v1:0'),
      query: 'A',
      documents: ['A'],
      providerOptions,
    });
    await costTracker.flush();
    expect(store.records.map(({ kind, outcome, cost }) => [kind, outcome, cost.known])).toEqual([
      ['chat', 'complete', true],
      ['chat', 'complete', true],
      ['embedding', 'complete', true],
      ['image', 'complete', true],
      ['reranking', 'complete', true],
    ]);
    expect((await costTracker.summary()).byTag['tenant']?.['acme']?.calls).toBe(5);
  });

  it('leave results as they are where nobody asked to see the cost', async () => {
    const { bedrock } = open();
    const { providerMetadata } = await generateText({ model: bedrock(SONNET), prompt: 'Hello' });
    expect(providerMetadata?.['bedrock']).not.toHaveProperty('cost');
  });

  it('are not recorded when they fail', async () => {
    const { costTracker, store } = open();
    const headers = { 'x-amzn-errortype': 'ValidationException' };
    const { model } = modelAnswering(() => jsonResponse({ message: 'no' }, { status: 400, headers }), {
      provider: { costTracker },
    });
    await errorOf(model.doGenerate(hello));
    await errorOf(model.doStream(hello));
    await costTracker.flush();
    expect(store.records).toEqual([]);
  });
});

describe('a stream that is aborted', () => {
  const long = {
    prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Tell me of the sea.' }] }],
  };

  it('is recorded by what had come until then, when its reader cancels', async () => {
    const { bedrock, store, costTracker } = open();
    const { stream } = await bedrock(SONNET).doStream(long);
    const reader = stream.getReader();
    for (let count = 0; count < 5; count++) await reader.read();
    await reader.cancel();
    await costTracker.flush();
    expect(store.records).toMatchObject([{ outcome: 'aborted', cost: { known: true, estimated: true } }]);
    expect(store.records[0]?.cost.usd).toBeGreaterThan(0);
  });

  it('is recorded when its signal aborts', async () => {
    const { bedrock, store, costTracker } = open();
    const controller = new AbortController();
    const { stream } = await bedrock(SONNET).doStream({ ...long, abortSignal: controller.signal });
    const reader = stream.getReader();
    await reader.read();
    controller.abort();
    await errorOf(
      (async () => {
        while (!(await reader.read()).done);
      })(),
    );
    await costTracker.flush();
    expect(store.records).toMatchObject([{ outcome: 'aborted', cost: { estimated: true } }]);
  });

  it('is recorded once', async () => {
    const { bedrock, store, costTracker } = open();
    const { stream } = await bedrock(SONNET).doStream(long);
    const [one, two] = stream.tee();
    await Promise.all([readParts(one), readParts(two)]);
    await stream.cancel().catch(() => {});
    await costTracker.flush();
    expect(store.records.map(({ outcome }) => outcome)).toEqual(['complete']);
  });
});

describe('a budget', () => {
  it('stops calls of every kind before they are sent, once it is spent', async () => {
    const { bedrock, local, costTracker } = open({ budget: 1 });
    await costTracker.record(record());
    const calls = [
      bedrock(SONNET).doGenerate(hello),
      bedrock(SONNET).doStream(hello),
      bedrock.embeddingModel('amazon.titan-embed-text-v2:0').doEmbed({ values: ['A'] }),
      bedrock
        .rerankingModel('amazon.rerank-v1:0')
        .doRerank({ query: 'A', documents: { type: 'text', values: ['A'] } }),
    ];
    for (const call of calls) {
      const error = await errorOf(call);
      expect(BudgetExceededError.isInstance(error)).toBe(true);
      expect(error).toMatchObject({
        spentUsd: 1,
        budgetUsd: 1,
        message: expect.stringMatching(/budget of \$1 is spent/),
      });
    }
    expect(local.requests).toEqual([]);
  });

  it('is not tried again by the AI SDK', async () => {
    const { bedrock, costTracker } = open({ budget: 1 });
    await costTracker.record(record());
    const error = await errorOf(generateText({ model: bedrock(SONNET), prompt: 'Hello' }));
    expect(BudgetExceededError.isInstance(error)).toBe(true);
  });

  it('lets calls through below it, and stops them at it', async () => {
    const { costTracker } = open({ budget: { usd: 2 } });
    const check = () => costTracker.check({ modelId: SONNET });
    await costTracker.record(record({ cost: dollars(1.999) }));
    await check();
    await costTracker.record(record({ cost: dollars(0.001) }));
    expect(BudgetExceededError.isInstance(await errorOf(check()))).toBe(true);
  });

  it.each<[CostBudget['per'], string, boolean]>([
    ['day', new Date(Date.now() - 86_400_000).toISOString(), false],
    ['month', new Date(Date.now() - 32 * 86_400_000).toISOString(), false],
    ['total', '2020-01-01T00:00:00.000Z', true],
    ['day', today(), true],
    ['month', today(), true],
  ])('per %s holds what was spent at %s against it: %s', async (per, at, stops) => {
    const { costTracker } = open({ budget: { usd: 1, per } });
    await costTracker.record(record({ at }));
    const outcome = await costTracker
      .check({ modelId: SONNET })
      .then(() => false, BudgetExceededError.isInstance);
    expect(outcome).toBe(stops);
  });

  it('warns once, at the share that it is told', async () => {
    const { costTracker, warnings } = open({ budget: { usd: 10, warnAt: 0.25 } });
    for (const usd of [2.4, 0.1, 1, 1]) await costTracker.record(record({ cost: dollars(usd) }));
    expect(warnings).toEqual([
      {
        type: 'budget',
        spentUsd: 2.5,
        budgetUsd: 10,
        message: '$2.5 of the budget of $10 (total) is spent.',
      },
    ]);
  });

  it('warns once for each model that it cannot see the cost of', async () => {
    const { costTracker, warnings } = open({ budget: 10 });
    for (const modelId of ['a', 'a', 'b']) await costTracker.record(record({ modelId, cost: unknown }));
    expect(warnings.map(warning => warning.type === 'unknown-cost' && warning.modelId)).toEqual(['a', 'b']);
  });

  it.each<[number | CostBudget, RegExp]>([
    [0, /budget\.usd: expected a number of US dollars above 0, got 0/],
    [{ usd: Number.NaN }, /budget\.usd/],
    [{ usd: 1, per: 'week' as never }, /budget\.per: expected one of "total", "month", "day", got "week"/],
    [{ usd: 1, warnAt: 2 }, /budget\.warnAt: .* got 2/],
  ])('%j is none', (budget, message) => {
    expect(() => createCostTracker({ budget })).toThrow(InvalidArgumentError);
    expect(() => createCostTracker({ budget })).toThrow(message);
  });
});

describe('a store', () => {
  it('counts from the beginning with what is in it', async () => {
    const store = memoryStore();
    await createCostTracker({ store }).record(record({ cost: dollars(3) }));
    const next = createCostTracker({ store, budget: 3 });
    expect(BudgetExceededError.isInstance(await errorOf(next.check({ modelId: SONNET })))).toBe(true);
    expect((await next.summary()).total).toMatchObject({ usd: 3, calls: 1 });
  });

  it('that cannot be written harms no call, and is warned of', async () => {
    const full: CostStore = { append: () => Promise.reject(new Error('The disk is full')), read: () => [] };
    const { bedrock, costTracker, warnings } = open({ store: full });
    await generateText({ model: bedrock(SONNET), prompt: 'Hello' });
    await costTracker.flush();
    expect(warnings).toMatchObject([
      { type: 'store', message: 'The cost of a call could not be kept: The disk is full' },
    ]);
    expect((await costTracker.summary()).total.calls).toBe(1);
  });

  it('that cannot be read stops calls where there is a budget, and is tried again', async () => {
    let isDown = true;
    const store: CostStore = {
      append() {},
      read: () => (isDown ? Promise.reject(new Error('No connection')) : []),
    };
    const { costTracker } = open({ store, budget: 1 });
    expect(await errorOf(costTracker.check({ modelId: SONNET }))).toMatchObject({ message: 'No connection' });
    isDown = false;
    await costTracker.check({ modelId: SONNET });
  });

  it('that cannot be read stops no call where there is none', async () => {
    const store: CostStore = { append() {}, read: () => Promise.reject(new Error('No connection')) };
    const { bedrock, costTracker, warnings } = open({ store });
    await generateText({ model: bedrock(SONNET), prompt: 'Hello' });
    await costTracker.flush();
    expect(warnings).toMatchObject([
      { type: 'store', message: expect.stringContaining('could not be read: No connection') },
    ]);
  });
});

describe('a driver of unstorage', () => {
  /** The members that drivers have, over a map; a storage gives what was JSON as an object. */
  function driver({ parses = false } = {}) {
    const items = new Map<string, string>([['other:key', 'not ours']]);
    return {
      items,
      getItem: async (key: string) =>
        parses ? JSON.parse(items.get(key) ?? 'null') : (items.get(key) ?? null),
      setItem: async (key: string, value: string) => {
        items.set(key, value);
      },
      getKeys: async () => [...items.keys()],
    };
  }

  it.each([false, true])(
    'keeps records, the oldest first, whether or not it parses them (%s)',
    async parses => {
      const store = keyValueStore(driver({ parses }), 'costs');
      const records = ['2026-08-22T10:00:00.000Z', '2026-08-21T10:00:00.000Z'].map(at => record({ at }));
      for (const each of records) await store.append(each);
      expect(await store.read()).toEqual(records.toReversed());
    },
  );

  it('gets keys of its own, apart from those of others', async () => {
    const { items, ...rest } = driver();
    const store = keyValueStore(rest);
    await Promise.all([store.append(record()), store.append(record())]);
    expect([...items.keys()].filter(key => key.startsWith('bedrock-cost:'))).toHaveLength(2);
    expect(await store.read()).toHaveLength(2);
  });

  it('that cannot write is none', () => {
    expect(() => keyValueStore({ getItem: () => null, getKeys: () => [] })).toThrow(
      /driver: it has no setItem/,
    );
  });
});
