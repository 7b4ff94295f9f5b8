import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

export interface RedisServer {
  readonly port: number;
  close(): Promise<void>;
}

/** @returns undefined where the machine has no `redis-server` */
export async function startRedisServer(): Promise<RedisServer | undefined> {
  const port = await freePort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] });
  if (!(await isReady(child))) return undefined;
  return {
    port,
    async close() {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
}

async function isReady(child: ChildProcess): Promise<boolean> {
  const failed = Promise.race([once(child, 'error'), once(child, 'exit')]).then(
    () => false,
    () => false,
  );
  return Promise.race([saysReady(child), failed]);
}

async function saysReady({ stdout }: ChildProcess): Promise<boolean> {
  if (stdout === null) return false;
  const lines = createInterface(stdout);
  return new Promise(resolve => {
    lines.on('line', line => {
      if (line.includes('Ready to accept connections')) resolve(true);
    });
  });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('There is no free port.');
  return address.port;
}
