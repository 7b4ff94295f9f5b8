/** Servers in processes of their own, so that their work is not counted as that of who is measured. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ServerUrls } from './serve.ts';

const CLOSING_MS = 100;

export class ServerProcess {
  readonly urls: ServerUrls;
  readonly #child: ChildProcess;

  /** @param program a file beside this one that calls `serve` */
  static async start(program: string, ...args: readonly string[]): Promise<ServerProcess> {
    const child = fork(fileURLToPath(new URL(program, import.meta.url)), args, { execArgv: [] });
    const [urls] = (await once(child, 'message')) as [ServerUrls];
    return new ServerProcess(child, urls);
  }

  private constructor(child: ChildProcess, urls: ServerUrls) {
    this.#child = child;
    this.urls = urls;
  }

  /** Sockets that were opened since this was asked last; closes them all. */
  async countSockets(): Promise<number> {
    const answer = once(this.#child, 'message');
    this.#child.send('count');
    const [sockets] = (await answer) as [number];
    // Until the client has noticed: a call on a socket that is being closed would fail, or be made twice.
    await sleep(CLOSING_MS);
    return sockets;
  }

  readonly close = async (): Promise<void> => this.#child.disconnect();
}
