/** Four processes with one quota between them, which they share through Redis. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { burst } from './burst.ts';
import { type RedisServer, startRedisServer } from './redis-server.ts';
import { type LocalServer, startLocalServer } from './server.ts';
import type { Row } from './table.ts';

const MODEL_ID = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const PROCESSES = 4;
const CALLS_EACH = 100;
const CALLS = PROCESSES * CALLS_EACH;
const PER_SECOND = 40;
const IDEAL_MS = ((CALLS - PER_SECOND) / PER_SECOND) * 1000;

const MEASURE = '4 processes, 400 chats at 40/s';

export interface SharerOptions {
  readonly settings: LocalServer['settings'];
  readonly redisPort: number;
  readonly modelId: string;
  readonly calls: number;
  readonly requestsPerSecond: number;
}

export type FromSharer = { readonly type: 'ready' } | { readonly type: 'done'; readonly completed: number };

export async function measureShared(): Promise<Row[]> {
  if (!existsSync(new URL('../../src/traffic/shared-book.ts', import.meta.url))) {
    return [notRun('there is no shared book')];
  }
  const redis = await startRedisServer();
  if (redis === undefined) return [notRun('there is no redis-server')];
  const server = await startLocalServer({ text: 'Fine, thank you.', delayMs: { firstByte: 30 } });
  const processes = await Promise.all(Array.from({ length: PROCESSES }, () => startSharer(server, redis)));
  const { results, ...row } = await burst({
    measure: MEASURE,
    contestant: 'ours, shared book',
    server,
    modelId: MODEL_ID,
    quotas: { requestsPerSecond: PER_SECOND },
    idealMs: IDEAL_MS,
    calls: CALLS,
    run: () => runAll(processes),
    target: { refused: 2, makespan: 1 / 0.9 },
  });
  await Promise.all([server.close(), ...processes.map(end)]);
  await redis.close();
  const throughput = results.map(({ value }) => ({
    value: 100 / value,
    unit: '% of quota' as const,
    atLeast: 90,
  }));
  return [{ ...row, results: throughput }];
}

function notRun(why: string): Row {
  return { measure: MEASURE, contestant: 'ours, shared book', results: [], notRun: `not run: ${why}` };
}

async function startSharer({ settings }: LocalServer, { port }: RedisServer): Promise<ChildProcess> {
  const options: SharerOptions = {
    settings,
    redisPort: port,
    modelId: MODEL_ID,
    calls: CALLS_EACH,
    requestsPerSecond: PER_SECOND,
  };
  const program = fileURLToPath(new URL('sharing-process.ts', import.meta.url));
  const child = fork(program, [JSON.stringify(options)], { execArgv: [] });
  await once(child, 'message');
  return child;
}

async function runAll(processes: readonly ChildProcess[]): Promise<number> {
  const outcomes = await Promise.all(
    processes.map(async child => {
      const answer = once(child, 'message');
      child.send('go');
      const [message] = (await answer) as [FromSharer];
      return message.type === 'done' ? message.completed : 0;
    }),
  );
  return outcomes.reduce((sum, completed) => sum + completed, 0);
}

async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.disconnect();
  await gone;
}
