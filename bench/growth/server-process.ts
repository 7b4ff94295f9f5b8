import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** `server.ts` in a process of its own, so that its work and memory are not counted as a contestant's. */
export class StreamServer {
  readonly url: string;
  readonly #child: ChildProcess;

  static async start(): Promise<StreamServer> {
    const child = fork(fileURLToPath(new URL('server.ts', import.meta.url)), { execArgv: [] });
    const [url] = (await once(child, 'message')) as [string];
    return new StreamServer(child, url);
  }

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  /** Bytes that were taken from it since this was asked last. */
  async taken(): Promise<number> {
    return Number(await (await fetch(`${this.url}/taken`)).text());
  }

  close(): void {
    this.#child.disconnect();
  }
}
