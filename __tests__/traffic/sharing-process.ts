/** One of several processes that share a quota: calls as much as its gate lets it, and says what became of it. */
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import type { Quota, Resource } from '../../src/traffic/book.ts';
import { Gate } from '../../src/traffic/gate.ts';
import type { RedisClient } from '../../src/traffic/redis-client.ts';
import { SharedBook } from '../../src/traffic/shared-book.ts';

export interface Order {
  readonly package: 'ioredis' | 'redis';
  readonly storePort: number;
  readonly url: string;
  readonly known: Partial<Record<Resource, Quota>>;
  /** Which quota is the one that is used up. */
  readonly resource: Resource;
  readonly tokens: number;
  readonly forMs: number;
}

export interface Outcome {
  readonly succeeded: number;
  readonly throttled: number;
  readonly failures: readonly string[];
  readonly store: readonly string[];
}

async function run(order: Order): Promise<Outcome> {
  const { client, close } = await connect(order);
  const store: string[] = [];
  const onStore = (state: string) => store.push(state);
  const book = new SharedBook({ client, namespace: 'test', key: 'model', tokensPerDay: undefined, onStore });
  const gate = new Gate({
    modelId: 'model',
    book,
    known: order.known,
    maxConcurrency: 50,
    maxQueue: 1000,
    onLearned: () => {},
  });
  process.send?.('ready');
  await new Promise(resolve => process.once('message', resolve));

  let succeeded = 0;
  let throttled = 0;
  const failures: string[] = [];
  const end = performance.now() + order.forMs;
  const cost = { requests: 1, tokens: order.tokens };
  const caller = async () => {
    let since = performance.now();
    while (performance.now() < end) {
      const entrant = { cost, priority: 'normal', since, until: end + 20_000, onQueued: () => {} } as const;
      const pass = await gate.enter({ ...entrant, abortSignal: undefined });
      const { status } = await fetch(order.url, { method: 'POST' });
      if (status === 429) {
        throttled += 1;
        pass.refused({ resource: order.resource, retryAfterMs: undefined }, undefined);
      } else {
        succeeded += 1;
        pass.settle({ requests: 1, tokens: order.tokens / 2 });
        since = performance.now();
      }
    }
  };
  const callers = Array.from({ length: 20 }, () =>
    caller().catch((error: unknown) => failures.push(String(error))),
  );
  await Promise.all(callers);
  await close();
  return { succeeded, throttled, failures, store };
}

async function connect({ package: name, storePort }: Order) {
  if (name === 'ioredis') {
    const client: RedisClient & Redis = new Redis({ port: storePort, retryStrategy: () => 100 });
    client.on('error', () => {});
    return { client, close: () => client.quit() };
  }
  const client = createClient({ socket: { port: storePort, host: '127.0.0.1', reconnectStrategy: 100 } });
  client.on('error', () => {});
  await client.connect();
  return { client, close: () => client.close() };
}

process.send?.(await run(JSON.parse(process.argv[2] as string) as Order));
process.disconnect();
