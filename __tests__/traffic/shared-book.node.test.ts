import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { InvalidArgumentError } from '@ai-sdk/provider';
import fc from 'fast-check';
import { Cluster, Redis } from 'ioredis';
import { createClient, createClientPool, createCluster } from 'redis';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Cost, LocalBook, RESOURCES } from '../../src/traffic/book.ts';
import type { RedisClient } from '../../src/traffic/redis-client.ts';
import { SharedBook, type SharedBookOptions } from '../../src/traffic/shared-book.ts';
import { SHARED_SCRIPT } from '../../src/traffic/shared-script.ts';
import { RedisServer, redisMissing } from '../support/redis-server.ts';
import type { Order, Outcome } from './sharing-process.ts';

const skipped = redisMissing ? ` (skipped: ${redisMissing})` : '';
const one: Cost = { requests: 1, tokens: 0 };

describe.skipIf(redisMissing)(`the shared book${skipped}`, () => {
  let server: RedisServer;
  let redis: Redis;

  beforeAll(async () => {
    server = await RedisServer.start();
    redis = new Redis({ port: server.port, retryStrategy: () => 50, maxRetriesPerRequest: 1 });
    redis.on('error', () => {});
  });

  afterEach(() => redis.flushall());

  afterAll(async () => {
    redis.disconnect();
    await server.end();
  });

  interface Told {
    readonly state: 'down' | 'up';
    readonly error?: unknown;
  }

  function newBook(client: RedisClient = redis, options: Partial<SharedBookOptions> = {}) {
    const told: Told[] = [];
    const book = new SharedBook({
      client,
      namespace: 'test',
      key: 'model',
      tokensPerDay: undefined,
      onStore: (state, error) => told.push({ state, error }),
      ...options,
    });
    return { book, told };
  }

  /** Books whose store has a clock that the test sets, in milliseconds. */
  function clocked() {
    const clock = { now: 1_700_000_000_000 };
    const script = SHARED_SCRIPT.replace("redis.call('TIME')", '{ 0, ARGV[#ARGV] * 1000 }');
    expect(script).not.toBe(SHARED_SCRIPT);
    const client = {
      call: (_command: string, _digest: string, ...args: string[]) =>
        redis.call('EVAL', script, ...args, clock.now) as Promise<unknown>,
    };
    return { clock, client };
  }

  async function allOfOneTickIsTold(): Promise<void> {
    await sleep(0);
    await redis.ping();
  }

  describe('through the client of the application', () => {
    const address = () => ({ port: server.port, host: '127.0.0.1' });
    const clients: Record<string, () => Promise<{ client: RedisClient; end: () => unknown }>> = {
      'Redis of ioredis': async () => {
        const client = new Redis(address());
        return { client, end: () => client.disconnect() };
      },
      'Redis of ioredis with a key prefix': async () => {
        const client = new Redis({ ...address(), keyPrefix: 'app:' });
        return { client, end: () => client.disconnect() };
      },
      'createClient of redis': async () => {
        const client = createClient({ socket: address() });
        await client.connect();
        return { client, end: () => client.close() };
      },
      'createClient of redis with RESP 3': async () => {
        const client = createClient({ socket: address(), RESP: 3 });
        await client.connect();
        return { client, end: () => client.close() };
      },
      'createClientPool of redis': async () => {
        const client = createClientPool({ socket: address() });
        await client.connect();
        return { client, end: () => client.close() };
      },
    };

    it.each(Object.keys(clients))('%s takes, waits and gives back', async name => {
      const { client, end } = await (clients[name] as (typeof clients)[string])();
      onTestFinished(async () => void (await end()));
      const { book, told } = newBook(client);
      book.limit('requests', { rate: 0.0001, capacity: 2 }, 0);
      expect(await book.ask(one, 0)).toBe(0);
      expect(await book.ask(one, 0)).toBe(0);
      expect(await book.ask(one, 0)).toBe(250);
      book.giveBack(one, performance.now());
      expect(await book.ask(one, 0)).toBe(0);
      expect(book.buckets.requests.taken).toBe(2);
      expect(told).toEqual([]);
    });

    it('works with the clusters of both packages', async () => {
      const node = await RedisServer.start('--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1');
      onTestFinished(() => node.end());
      const admin = new Redis({ port: node.port });
      await admin.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
      while (!String(await admin.cluster('INFO')).includes('cluster_state:ok')) await sleep(50);
      admin.disconnect();
      const a = new Cluster([{ port: node.port, host: '127.0.0.1' }]);
      const b = createCluster({ rootNodes: [{ socket: { port: node.port, host: '127.0.0.1' } }] });
      await b.connect();
      onTestFinished(async () => {
        a.disconnect();
        await b.close();
      });
      const books = [newBook(a), newBook(b)] as const;
      for (const { book } of books) book.limit('requests', { rate: 0.0001, capacity: 2 }, 0);
      expect(await books[0].book.ask(one, 0)).toBe(0);
      expect(await books[1].book.ask(one, 0)).toBe(0);
      expect(await books[0].book.ask(one, 0)).toBe(250);
      expect(books.map(({ told }) => told)).toEqual([[], []]);
    });

    it.each([
      ['nothing', null, 'null'],
      ['an address', 'redis://user:hunter2@host', 'a value of type string'],
      ['a client that is not there yet', Promise.resolve(), 'a promise of one; await it'],
      ['another object', new Map(), 'an object of class Map'],
    ])('says what it takes when it is given %s', (_name, client, got) => {
      const make = () => newBook(client as never);
      expect(make).toThrow(InvalidArgumentError);
      expect(make).toThrow(/^traffic\.share: takes .*ioredis.*createClient.*redis/);
      expect(make).toThrow(`Got ${got}.`);
      expect(make).not.toThrow('hunter2');
    });

    it('takes answers that are bytes', async () => {
      const bytes = { call: (...args: [string]) => redis.callBuffer(...args) };
      const { book, told } = newBook(bytes);
      expect(await book.ask(one, 0)).toBe(0);
      expect(told).toEqual([]);
    });

    it('asks in one round trip, and takes along what was given back', async () => {
      const commands: string[][] = [];
      const client = {
        call: (...args: [string]) => {
          commands.push(args);
          return redis.call(...args);
        },
      };
      const { book } = newBook(client);
      await book.ask(one, 0);
      commands.length = 0;
      book.giveBack(one, performance.now());
      book.giveBack({ requests: 0, tokens: -5 }, performance.now());
      await book.ask({ requests: 1, tokens: 7 }, 0);
      await allOfOneTickIsTold();
      expect(commands.map(([name, , , , ...args]) => [name, ...args.toSpliced(1, 1)])).toEqual([
        ['EVALSHA', 'ask', '1', '7', '-1', '5'],
      ]);
      expect(book.buckets.tokens.taken).toBe(12);
    });

    it('puts its script back where the store has forgotten it', async () => {
      const { book, told } = newBook();
      await book.ask(one, 0);
      await redis.script('FLUSH');
      expect(await book.ask(one, 0)).toBe(0);
      expect(book.buckets.requests.taken).toBe(2);
      expect(told).toEqual([]);
    });
  });

  describe('the sums', () => {
    const amount = fc.double({ min: 0, max: 30, noNaN: true });
    const cost = fc.record({ requests: fc.constantFrom(0, 1, 1, 1, 2), tokens: amount });
    const operation = fc.oneof(
      { weight: 5, arbitrary: fc.record({ type: fc.constant('ask'), cost }) },
      { weight: 2, arbitrary: fc.record({ type: fc.constant('giveBack'), cost }) },
      { weight: 1, arbitrary: fc.record({ type: fc.constant('overdraw'), cost }) },
      { weight: 4, arbitrary: fc.record({ type: fc.constant('pass'), ms: fc.nat(1000) }) },
      {
        weight: 1,
        arbitrary: fc.record({
          type: fc.constant('limit'),
          resource: fc.constantFrom(...RESOURCES),
          factor: fc.double({ min: 0.5, max: 1.4, noNaN: true }),
          capacity: fc.double({ min: 1, max: 50, noNaN: true }),
          level: fc.option(fc.double({ min: -10, max: 60, noNaN: true }), { nil: undefined }),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ type: fc.constant('open up'), resource: fc.constantFrom(...RESOURCES) }),
      },
    ) as fc.Arbitrary<Operation>;

    type Operation =
      | { readonly type: 'ask' | 'giveBack' | 'overdraw'; readonly cost: Cost }
      | { readonly type: 'pass'; readonly ms: number }
      | {
          readonly type: 'limit';
          readonly resource: (typeof RESOURCES)[number];
          readonly factor: number;
          readonly capacity: number;
          readonly level: number | undefined;
        }
      | { readonly type: 'open up'; readonly resource: (typeof RESOURCES)[number] };

    it('are those of the book of one process', async () => {
      const tokensPerDay = fc.constantFrom(undefined, 100, 1000);
      const operations = fc.array(operation, { minLength: 20, maxLength: 80 });
      let waits = 0;
      await fc.assert(
        fc.asyncProperty(tokensPerDay, operations, async (tokensPerDay, operations) => {
          await redis.flushall();
          const { clock, client } = clocked();
          const { book: shared, told } = newBook(client, { tokensPerDay });
          const local = new LocalBook(clock.now, tokensPerDay);
          const both = [shared, local];
          for (const book of both) {
            book.limit('requests', { rate: 0.002, capacity: 3 }, clock.now);
            book.limit('tokens', { rate: 0.02, capacity: 40 }, clock.now);
          }
          await shared.ask({ requests: 0, tokens: 0 }, clock.now);
          for (const operation of operations) {
            switch (operation.type) {
              case 'ask': {
                const wait = local.ask(operation.cost, clock.now);
                const answer = await shared.ask(operation.cost, clock.now);
                if (wait === Number.POSITIVE_INFINITY || wait === 0) expect(answer).toBe(wait);
                else expect(answer).toBeCloseTo(Math.min(wait, 250), 4);
                if (wait > 0) waits += 1;
                break;
              }
              case 'giveBack':
                for (const book of both) book.giveBack(operation.cost, clock.now);
                break;
              case 'overdraw': {
                const { requests, tokens } = operation.cost;
                for (const book of both) book.giveBack({ requests: -requests, tokens: -tokens }, clock.now);
                break;
              }
              case 'pass':
                clock.now += operation.ms;
                break;
              case 'limit': {
                const { resource, factor, capacity, level } = operation;
                const rate = (local.buckets[resource].rate || 0.01) * factor;
                // Sooner after another, a refusal would be taken for the same.
                clock.now += 501;
                const quota = { rate, capacity, ...(level !== undefined && { level }) };
                for (const book of both) book.limit(resource, quota, clock.now);
                break;
              }
              case 'open up':
                // After a refusal, only when there was none for a minute.
                clock.now += 60_001;
                for (const book of both) book.limit(operation.resource, { rate: 0, capacity: 0 }, clock.now);
                break;
            }
            await allOfOneTickIsTold();
          }
          await shared.ask({ requests: 0, tokens: 0 }, clock.now);
          local.ask({ requests: 0, tokens: 0 }, clock.now);
          for (const resource of RESOURCES) {
            const expected = local.buckets[resource];
            const seen = shared.buckets[resource];
            expect(seen.rate).toBeCloseTo(expected.rate, 9);
            expect(seen.capacity).toBeCloseTo(expected.capacity, 9);
            expect(seen.taken).toBeCloseTo(expected.taken, 6);
            if (expected.at === clock.now) expect(seen.granted).toBeCloseTo(expected.granted, 6);
          }
          expect(told).toEqual([]);
        }),
        { numRuns: 60 },
      );
      // The sequences do run into the quotas.
      expect(waits).toBeGreaterThan(50);
    });

    it('keep all digits of numbers', async () => {
      const { book } = newBook();
      const rate = 123456789.12345679;
      book.limit('tokens', { rate, capacity: rate * 1000 }, 0);
      await book.ask({ requests: 1, tokens: 0.1 + 0.2 }, 0);
      expect(book.buckets.tokens.rate).toBe(rate);
      expect(book.buckets.tokens.taken).toBe(0.1 + 0.2);
    });

    it('say when there are no tokens left for today', async () => {
      const { book } = newBook(redis, { tokensPerDay: 100 });
      expect(await book.ask({ requests: 1, tokens: 80 }, 0)).toBe(0);
      expect(await book.ask({ requests: 1, tokens: 80 }, 0)).toBe(Number.POSITIVE_INFINITY);
      const other = newBook(redis, { tokensPerDay: 100 });
      expect(await other.book.ask({ requests: 1, tokens: 80 }, 0)).toBe(Number.POSITIVE_INFINITY);
      expect(await other.book.ask({ requests: 1, tokens: 10 }, 0)).toBe(0);
    });

    it('stand still, and do not wait, when the clock of the store is set back', async () => {
      const { clock, client } = clocked();
      const { book } = newBook(client);
      book.limit('requests', { rate: 0.01, capacity: 1 }, 0);
      expect(await book.ask(one, 0)).toBe(0);
      clock.now -= 3_600_000;
      expect(await book.ask(one, 0)).toBe(100);
      clock.now += 100;
      expect(await book.ask(one, 0)).toBe(0);
    });
  });

  describe('turns', () => {
    function threeBooks() {
      const { clock, client } = clocked();
      const [a, b, c] = [newBook(client).book, newBook(client).book, newBook(client).book] as const;
      for (const book of [a, b, c]) book.limit('requests', { rate: 0.01, capacity: 3 }, 0);
      return { clock, a, b, c };
    }

    it('go to the process that asked in vain first', async () => {
      const { clock, a, b } = threeBooks();
      await a.ask({ requests: 3, tokens: 0 }, 0);
      expect(await a.ask(one, 0)).toBe(100);
      clock.now += 50;
      // What the older one wants is waited for too.
      expect(await b.ask(one, 0)).toBe(150);
      clock.now += 50;
      expect(await b.ask(one, 0)).toBe(100);
      expect(await a.ask(one, 0)).toBe(0);
      expect(await a.ask(one, 0)).toBe(200);
      clock.now += 100;
      expect(await b.ask(one, 0)).toBe(0);
    });

    it('are passed on by who leaves', async () => {
      const { clock, a, b } = threeBooks();
      await a.ask({ requests: 3, tokens: 0 }, 0);
      await a.ask(one, 0);
      a.leave();
      clock.now += 100;
      expect(await b.ask(one, 0)).toBe(0);
    });

    it('are lost by who is silent for five seconds', async () => {
      const { clock, a, b, c } = threeBooks();
      await a.ask({ requests: 3, tokens: 0 }, 0);
      const all = { requests: 3, tokens: 0 };
      await a.ask(all, 0);
      clock.now += 4000;
      await b.ask(one, 0);
      clock.now += 999;
      expect(await c.ask(one, 0)).toBeGreaterThan(0);
      clock.now += 2;
      expect(await c.ask(one, 0)).toBe(0);
      expect(await redis.hlen('bedrock:test:model')).toBe(4);
      // It is as if it came now.
      await b.ask(one, 0);
      expect(await c.ask(all, 0)).toBeGreaterThan(0);
      expect(await a.ask(all, 0)).toBe(250);
      clock.now += 200;
      expect(await c.ask(one, 0)).toBe(0);
    });

    it('do not starve a process that wants more than the bucket holds', async () => {
      const { clock, a, b } = threeBooks();
      await a.ask(one, 0);
      expect(await a.ask({ requests: 10, tokens: 0 }, 0)).toBe(100);
      clock.now += 1;
      expect(await b.ask(one, 0)).toBeCloseTo(199);
      clock.now += 99;
      expect(await b.ask(one, 0)).toBe(100);
      expect(await a.ask({ requests: 10, tokens: 0 }, 0)).toBe(0);
      expect(a.buckets.requests.granted - a.buckets.requests.taken).toBe(-7);
    });
  });

  describe('limits', () => {
    it('that are set by every process at its start leave alone what is left', async () => {
      const quota = { rate: 0.0001, capacity: 10 };
      const [a, b] = [newBook().book, newBook().book];
      a.limit('requests', quota, 0);
      await a.ask({ requests: 8, tokens: 0 }, 0);
      b.limit('requests', quota, 0);
      expect(await b.ask({ requests: 8, tokens: 0 }, 0)).toBe(250);
      expect(b.buckets.requests.taken).toBe(8);
    });

    it('that are learned hold for the others, also for those that start later', async () => {
      const quota = { rate: 1, capacity: 10 };
      const [a, b, late] = [newBook().book, newBook().book, newBook().book];
      for (const book of [a, b, late]) book.limit('requests', quota, 0);
      await a.ask(one, 0);
      await b.ask(one, 0);
      a.limit('requests', { rate: 0.5, capacity: 5, level: 0 }, 0);
      expect(a.buckets.requests.rate).toBe(0.5);
      await b.ask(one, 0);
      expect(b.buckets.requests).toMatchObject({ rate: 0.5, capacity: 5 });
      await late.ask(one, 0);
      expect(late.buckets.requests).toMatchObject({ rate: 0.5, capacity: 5 });
    });

    it('that a newer setting changes are changed for all', async () => {
      const [a, b] = [newBook().book, newBook().book];
      a.limit('requests', { rate: 1, capacity: 10 }, 0);
      await a.ask(one, 0);
      b.limit('requests', { rate: 3, capacity: 30 }, 0);
      await b.ask(one, 0);
      await a.ask(one, 0);
      expect(a.buckets.requests).toMatchObject({ rate: 3, capacity: 30 });
    });

    it('are raised once when four processes raise them at once', async () => {
      const books = Array.from({ length: 4 }, () => newBook().book);
      for (const book of books) book.limit('requests', { rate: 1, capacity: 1000 }, 0);
      for (const book of books) await book.ask(one, 0);
      const raise = async () => {
        for (const book of books) {
          const { rate } = book.buckets.requests;
          book.limit('requests', { rate: rate * 1.1, capacity: 1000 }, 0);
        }
        await redis.ping();
        for (const book of books) await book.ask(one, 0);
        return books.map(({ buckets }) => Number(buckets.requests.rate.toFixed(6)));
      };
      expect(await raise()).toEqual([1.1, 1.1, 1.1, 1.1]);
      expect(await raise()).toEqual([1.21, 1.21, 1.21, 1.21]);
    });

    it('are lowered by whoever is refused', async () => {
      const [a, b] = [newBook().book, newBook().book];
      for (const book of [a, b]) await book.ask(one, 0);
      a.limit('requests', { rate: 1, capacity: 1000, level: 0 }, 0);
      b.limit('requests', { rate: 0.5, capacity: 500, level: 0 }, 0);
      await a.ask(one, 0);
      expect(a.buckets.requests).toMatchObject({ rate: 0.5, capacity: 500 });
    });

    it('are halved at most by one refusal', async () => {
      const { book } = newBook();
      book.limit('requests', { rate: 1, capacity: 1000 }, 0);
      await book.ask(one, 0);
      book.limit('requests', { rate: 0.001, capacity: 1, level: 0 }, 0);
      expect(book.buckets.requests).toMatchObject({ rate: 0.5, capacity: 500 });
      await book.ask(one, 0);
      expect(book.buckets.requests).toMatchObject({ rate: 0.5, capacity: 500 });
    });

    it('that are known are lowered once by the refusals of one moment', async () => {
      const { clock, client } = clocked();
      const [a, b] = [newBook(client).book, newBook(client).book];
      for (const book of [a, b]) {
        book.limit('requests', { rate: 1, capacity: 1000 }, 0);
        await book.ask(one, 0);
      }
      const refuse = async (book: SharedBook, rate: number) => {
        book.limit('requests', { rate, capacity: 1000 * rate, level: 0 }, 0);
        await redis.ping();
        await book.ask(one, 0);
        return book.buckets.requests.rate;
      };
      expect(await refuse(a, 0.9)).toBe(0.9);
      clock.now += 400;
      expect(await refuse(b, 0.6)).toBe(0.9);
      clock.now += 101;
      expect(await refuse(a, 0.8)).toBe(0.8);
    });

    it('hold for a call that was asked for before, and not answered yet', async () => {
      const { book } = newBook();
      await book.ask(one, 0);
      const asked = book.ask(one, 0);
      book.limit('requests', { rate: 0.000001, capacity: 10, level: 0 }, 0);
      expect(await asked).toBe(250);
      expect(book.buckets.requests.taken).toBe(1);
    });

    it('are not lifted while somebody was refused in the last minute', async () => {
      const { clock, client } = clocked();
      const [a, b] = [newBook(client).book, newBook(client).book];
      for (const book of [a, b]) await book.ask(one, 0);
      a.limit('requests', { rate: 1, capacity: 1000, level: 0 }, 0);
      await b.ask(one, 0);
      const lift = async () => {
        b.limit('requests', { rate: 0, capacity: 0 }, 0);
        await redis.ping();
        await a.ask(one, 0);
        return a.buckets.requests.rate;
      };
      expect(await lift()).toBe(1);
      expect(await lift()).toBe(1);
      clock.now += 60_001;
      expect(await lift()).toBe(0);
    });

    it('count what was given back before them as there already', async () => {
      const { book } = newBook();
      book.limit('requests', { rate: 0.000001, capacity: 10 }, 0);
      await book.ask(one, 0);
      book.giveBack(one, performance.now());
      book.limit('requests', { rate: 0.000001, capacity: 10, level: 0 }, 0);
      expect(await book.ask(one, 0)).toBe(250);
    });
  });

  describe('what is kept', () => {
    it('goes after minutes of silence, or a day where there are tokens per day', async () => {
      await newBook().book.ask(one, 0);
      const minutes = await redis.pttl('bedrock:test:model');
      expect(minutes).toBeGreaterThan(9 * 60_000);
      expect(minutes).toBeLessThanOrEqual(10 * 60_000);
      await newBook(redis, { key: 'daily', tokensPerDay: 100 }).book.ask(one, 0);
      const day = await redis.pttl('bedrock:test:daily');
      expect(day).toBeGreaterThan(23 * 3_600_000);
      expect(day).toBeLessThanOrEqual(24 * 3_600_000);
    });

    it('is made anew, as last seen, when the store has lost it', async () => {
      const [a, b] = [newBook(), newBook()];
      for (const { book } of [a, b]) {
        book.limit('requests', { rate: 0.000001, capacity: 10 }, 0);
        await book.ask({ requests: 3, tokens: 0 }, 0);
      }
      await redis.flushall();
      expect(await b.book.ask({ requests: 3, tokens: 0 }, 0)).toBe(0);
      expect(await a.book.ask({ requests: 3, tokens: 0 }, 0)).toBe(250);
      expect(a.book.buckets.requests.taken).toBe(9);
      expect([...a.told, ...b.told]).toEqual([]);
    });

    it('is kept when a refund comes for a book that the store has lost', async () => {
      const { book, told } = newBook();
      book.limit('requests', { rate: 0.000001, capacity: 10 }, 0);
      await book.ask({ requests: 9, tokens: 0 }, 0);
      await redis.flushall();
      book.giveBack({ requests: 5, tokens: 0 }, performance.now());
      await allOfOneTickIsTold();
      expect(await book.ask(one, 0)).toBe(0);
      expect(book.buckets.requests.taken).toBe(5);
      expect(told).toEqual([]);
    });

    it('is one key for each namespace and quota', async () => {
      await newBook().book.ask(one, 0);
      await newBook(redis, { namespace: 'other' }).book.ask(one, 0);
      expect((await redis.keys('*')).sort()).toEqual(['bedrock:other:model', 'bedrock:test:model']);
    });
  });

  describe('without the store', () => {
    const quota = { rate: 0.000001, capacity: 10 };

    it('goes on from what was last known, says so once, and comes back', async () => {
      const { book, told } = newBook(redis, { retryMs: 20 });
      book.limit('requests', quota, 0);
      await book.ask({ requests: 4, tokens: 0 }, 0);
      await server.kill();
      expect(await book.ask({ requests: 4, tokens: 0 }, performance.now())).toBe(0);
      expect(await book.ask({ requests: 4, tokens: 0 }, performance.now())).toBeGreaterThan(250);
      book.giveBack(one, performance.now());
      book.leave();
      expect(told.map(({ state }) => state)).toEqual(['down']);
      expect(told[0]?.error).toBeInstanceOf(Error);
      await server.startAgain();
      await until(async () => {
        await book.ask({ requests: 10, tokens: 0 }, performance.now());
        return told.length > 1;
      });
      expect(told.map(({ state }) => state)).toEqual(['down', 'up']);
      expect(await book.ask({ requests: 3, tokens: 0 }, performance.now())).toBe(0);
      expect(await redis.hget('bedrock:test:model', 'requests')).toMatch(/^\S+ 10 10 /);
    });

    it('tells the store afterwards what was taken meanwhile', async () => {
      const flaky = breakable();
      const { book, told } = newBook(flaky.client, { retryMs: 0 });
      const other = newBook().book;
      for (const each of [book, other]) each.limit('requests', quota, 0);
      await book.ask(one, 0);
      flaky.fail();
      for (let count = 0; count < 3; count += 1) await book.ask(one, performance.now());
      flaky.mend();
      expect(await other.ask(one, 0)).toBe(0);
      expect(other.buckets.requests.taken).toBe(2);
      await until(async () => {
        await book.ask({ requests: 100, tokens: 0 }, performance.now());
        return told.length > 1;
      });
      book.leave();
      expect(await other.ask(one, 0)).toBe(0);
      expect(other.buckets.requests.taken).toBe(6);
    });

    it('brings back no more debt than the bucket of Bedrock can have had', async () => {
      const flaky = breakable();
      const { book, told } = newBook(flaky.client, { retryMs: 0 });
      const other = newBook().book;
      for (const each of [book, other]) each.limit('requests', quota, 0);
      await book.ask(one, 0);
      await other.ask({ requests: 7, tokens: 0 }, 0);
      flaky.fail();
      for (let count = 0; count < 9; count += 1) await book.ask(one, performance.now());
      flaky.mend();
      await until(async () => {
        await book.ask({ requests: 100, tokens: 0 }, performance.now());
        return told.length > 1;
      });
      const { granted, taken } = book.buckets.requests;
      expect(granted - taken).toBeCloseTo(0, 3);
    });

    it('gives a refund to the store that could not be told', async () => {
      const flaky = breakable();
      const { book, told } = newBook(flaky.client, { retryMs: 0 });
      book.limit('requests', quota, 0);
      await book.ask({ requests: 10, tokens: 0 }, 0);
      flaky.fail();
      book.giveBack({ requests: 4, tokens: 0 }, performance.now());
      await until(async () => told.length === 1);
      flaky.mend();
      await until(async () => {
        await book.ask({ requests: 100, tokens: 0 }, performance.now());
        return told.length > 1;
      });
      expect(await book.ask({ requests: 4, tokens: 0 }, 0)).toBe(0);
      expect(book.buckets.requests.taken).toBe(10);
    });

    it('does not wait for a store that is slow, and gives back what it took too late', async () => {
      const slow = newBook(redis, { patienceMs: 100, retryMs: 0 });
      slow.book.limit('requests', quota, 0);
      await slow.book.ask(one, 0);
      server.pause();
      onTestFinished(() => server.goOn());
      expect(await slow.book.ask(one, 0)).toBe(0);
      expect(slow.told).toHaveLength(1);
      expect(String(slow.told[0]?.error)).toContain('no answer within 100 ms');
      server.goOn();
      await until(async () => {
        await slow.book.ask({ requests: 100, tokens: 0 }, performance.now());
        return slow.told.length > 1;
      });
      await slow.book.ask({ requests: 0, tokens: 0 }, 0);
      await allOfOneTickIsTold();
      await slow.book.ask({ requests: 0, tokens: 0 }, 0);
      expect(slow.book.buckets.requests.taken).toBe(2);
    });

    it('does not take a process that is busy itself for a store that is slow', async () => {
      const { book, told } = newBook(redis, { patienceMs: 50 });
      await book.ask(one, 0);
      const asked = book.ask(one, 0);
      const end = performance.now() + 200;
      while (performance.now() < end);
      expect(await asked).toBe(0);
      expect(told).toEqual([]);
    });

    it.each<[string, unknown]>([
      ['nothing', null],
      ['a number', 0],
      ['another text', 'OK'],
      ['an object', {}],
      ['too few numbers', '0 1 2'],
      ['what is no number', '0 x x x x 1 0 0 0 0 1 0 0 0 0 1'],
      ['infinity', '0 Infinity 1 1 1 1 0 0 0 0 1 0 0 0 0 1'],
      ['that it has no book, whatever is done', 'absent'],
    ])('takes an answer of %s as none', async (_name, reply) => {
      const { book, told } = newBook({ call: async () => reply });
      book.limit('requests', { rate: 0.000001, capacity: 1 }, 0);
      expect(await book.ask(one, performance.now())).toBe(0);
      expect(await book.ask(one, performance.now())).toBeGreaterThan(0);
      expect(told.map(({ state }) => state)).toEqual(['down']);
      expect(String(told[0]?.error)).toContain('traffic.share');
    });

    it('goes on when the client throws, and when the key holds something else', async () => {
      const throwing = newBook({
        call: () => {
          throw new Error('closed');
        },
      });
      expect(await throwing.book.ask(one, 0)).toBe(0);
      expect(throwing.told).toEqual([{ state: 'down', error: new Error('closed') }]);
      await redis.set('bedrock:test:model', 'mine');
      const { book, told } = newBook();
      expect(await book.ask(one, 0)).toBe(0);
      expect(String(told[0]?.error)).toContain('WRONGTYPE');
      expect(await redis.get('bedrock:test:model')).toBe('mine');
    });

    it('lets no garbage in', async () => {
      const { book, told } = newBook();
      await book.ask(one, 0);
      book.giveBack({ requests: Number.NaN, tokens: 0 }, performance.now());
      await until(async () => told.length > 0);
      expect(String(told[0]?.error)).toContain('not a number');
      const other = newBook().book;
      await other.ask(one, 0);
      expect(other.buckets.requests.taken).toBe(2);
    });

    /** A client between which and the store the line can be cut. */
    function breakable() {
      let isBroken = false;
      return {
        client: {
          call: (...args: [string]) =>
            isBroken ? Promise.reject(new Error('the line is cut')) : redis.call(...args),
        },
        fail: () => {
          isBroken = true;
        },
        mend: () => {
          isBroken = false;
        },
      };
    }
  });

  describe('several processes', () => {
    const RATE = 0.08;
    const CAPACITY = 20;
    const TOKENS = 100;

    /** Answers 429 when the requests, or the tokens (reserved, and half of them given back at the end), are used up. */
    async function quotaServer(resource: 'requests' | 'tokens') {
      const unit = resource === 'requests' ? 1 : TOKENS;
      const book = new LocalBook(performance.now(), undefined);
      book.limit(resource, { rate: RATE * unit, capacity: CAPACITY * unit }, performance.now());
      const counts = { granted: 0, refused: 0, firstAt: 0, lastAt: 0 };
      const http = createServer(async (_request, response) => {
        const now = performance.now();
        if (counts.firstAt === 0) counts.firstAt = now;
        counts.lastAt = now;
        if (book.ask({ requests: 1, tokens: TOKENS }, now) > 0) {
          counts.refused += 1;
          response.writeHead(429).end();
          return;
        }
        counts.granted += 1;
        await sleep(20);
        book.giveBack({ requests: 0, tokens: TOKENS / 2 }, performance.now());
        response.writeHead(200).end();
      });
      http.listen(0, '127.0.0.1');
      await once(http, 'listening');
      onTestFinished(() => {
        http.closeAllConnections();
        http.close();
      });
      return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, counts };
    }

    async function runProcesses(order: Omit<Order, 'package'>, meanwhile?: () => Promise<void>) {
      const path = fileURLToPath(new URL('./sharing-process.ts', import.meta.url));
      const packages = ['ioredis', 'redis', 'ioredis', 'redis'] as const;
      const processes = packages.map(name =>
        fork(path, [JSON.stringify({ ...order, package: name })], { execArgv: [] }),
      );
      onTestFinished(() => {
        for (const child of processes) child.kill();
      });
      await Promise.all(processes.map(child => once(child, 'message')));
      const outcomes = processes.map(async child => (await once(child, 'message'))[0] as Outcome);
      for (const child of processes) child.send('go');
      await meanwhile?.();
      return Promise.all(outcomes);
    }

    const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

    it.each(['requests', 'tokens'] as const)(
      'stay together within one quota of %s, and use it',
      async resource => {
        const { url, counts } = await quotaServer(resource);
        const unit = resource === 'requests' ? 1 : TOKENS;
        const outcomes = await runProcesses({
          storePort: server.port,
          url,
          known: { [resource]: { rate: RATE * unit, capacity: CAPACITY * unit } },
          resource,
          tokens: TOKENS,
          forMs: 6000,
        });
        const elapsed = counts.lastAt - counts.firstAt;
        // Of the tokens that a call reserves, half come back.
        const quota = (CAPACITY + RATE * elapsed) * (resource === 'requests' ? 1 : 2);
        const { granted, refused } = counts;
        const share = outcomes.map(({ succeeded }) => succeeded);
        console.info(
          `4 processes, one quota of ${resource}: ${granted} calls in ${(elapsed / 1000).toFixed(1)} s ` +
            `(${share.join(' + ')}), ${((granted / quota) * 100).toFixed(1)} % of the quota, ` +
            `${((refused / (granted + refused)) * 100).toFixed(2)} % refused`,
        );
        expect(outcomes.flatMap(({ failures, store }) => [...failures, ...store])).toEqual([]);
        expect(sum(share)).toBe(granted);
        expect(granted).toBeLessThanOrEqual(quota);
        expect(granted).toBeGreaterThan(quota * 0.6);
        expect(refused).toBeLessThan(granted * 0.05);
        // All have their share.
        expect(Math.min(...share)).toBeGreaterThan(granted / 10);
      },
    );

    it('go on when the store is killed and started again, and share again', async () => {
      const { url, counts } = await quotaServer('requests');
      const outcomes = await runProcesses(
        {
          storePort: server.port,
          url,
          known: { requests: { rate: RATE, capacity: CAPACITY } },
          resource: 'requests',
          tokens: TOKENS,
          forMs: 8000,
        },
        async () => {
          await sleep(1500);
          await server.kill();
          await sleep(1000);
          await server.startAgain();
        },
      );
      console.info(`with the store away for a second: ${counts.granted} calls, ${counts.refused} refused`);
      expect(outcomes.flatMap(({ failures }) => failures)).toEqual([]);
      // On a busy machine one may lose it once more, and one may have begun too late to lose it.
      const told = outcomes.filter(({ store }) => store.length > 0);
      expect(told).not.toEqual([]);
      for (const { store } of told) expect([store[0], store.at(-1)]).toEqual(['down', 'up']);
      expect(sum(outcomes.map(({ succeeded }) => succeeded))).toBe(counts.granted);
      await redis.ping();
    });
  });
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 1000; attempt += 1) {
    if (await condition()) return;
    await sleep(10);
  }
  throw new Error('it never came to be');
}
