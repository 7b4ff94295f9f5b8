import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = ['redis-server', 'valkey-server'].find(runs);

/** Tests that need a real store skip with this reason where there is none. */
export const redisMissing: string | false =
  program === undefined ? 'needs redis-server or valkey-server on the PATH, where there is none' : false;

function runs(name: string): boolean {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A real server of its own, on a free loopback port, that keeps nothing when it ends. */
export class RedisServer {
  readonly port: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'bedrock-redis-'));
  readonly #settings: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, settings: readonly string[]) {
    this.port = port;
    this.#settings = settings;
  }

  static async start(...settings: string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), settings);
    await server.startAgain();
    return server;
  }

  async startAgain(): Promise<void> {
    const settings = ['--port', `${this.port}`, '--bind', '127.0.0.1', '--dir', this.#folder];
    const child = spawn(
      program as string,
      [...settings, '--save', '', '--appendonly', 'no', ...this.#settings],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    this.#process = child;
    let log = '';
    for await (const text of child.stdout.iterator({ destroyOnReturn: false })) {
      log += text;
      if (log.includes('eady to accept connections')) break;
    }
    if (!log.includes('eady to accept connections')) throw new Error(`${program} did not start:\n${log}`);
    child.stdout.resume();
  }

  /** It takes connections and commands, and answers nothing until it goes on. */
  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  goOn(): void {
    this.#process?.kill('SIGCONT');
  }

  /** At once, with what it holds lost. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async end(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
