import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LocalEpisodes, LocalFaultRule, LocalQuotas } from '../../src/local/index.ts';
import { LOCAL_API_KEY, LOCAL_CREDENTIALS, type LocalCounters } from '../../src/local/index.ts';

export interface ServerOptions {
  readonly region?: string | undefined;
  /** Milliseconds before a reply, and between the events of a stream. */
  readonly delayMs?: { readonly firstByte?: number; readonly betweenEvents?: number } | undefined;
  /** What every chat is answered with; else the built-in responder's words. */
  readonly text?: string | undefined;
}

/** `down`: nobody listens any more, until `up`. `ran`: asks for the calls whose model ran. */
export type ToServer = 'down' | 'up' | 'ran';
export type FromServer =
  | { readonly type: 'listening'; readonly url: string }
  | { readonly type: 'done' }
  | { readonly type: 'ran'; readonly calls: readonly number[] };

/** Numbers a call, so that the server can say whether its model ran. */
export const CALL_HEADER = 'x-call';

export const REGION = 'us-east-1';

/** A local Bedrock in another process, set and read through its control routes. */
export class LocalServer {
  readonly url: string;
  readonly #process: ChildProcess;

  constructor(url: string, process: ChildProcess) {
    this.url = url;
    this.#process = process;
  }

  /** For `createBedrock`, and under the same names for the official provider. */
  get settings(): { region: string; accessKeyId: string; secretAccessKey: string; baseURL: string } {
    return { region: REGION, ...LOCAL_CREDENTIALS, baseURL: this.url };
  }

  /** As if just started: buckets are full, counters zero. */
  async reset(quotas: LocalQuotas | null): Promise<void> {
    await this.#control('PUT', 'quotas', quotas);
    await this.setUnavailable(null);
    await this.setFaults([]);
    await this.#control('POST', 'reset');
  }

  async setFaults(faults: readonly LocalFaultRule[], seed = 0): Promise<void> {
    await this.#control('PUT', 'faults', { faults, seed });
  }

  async setUnavailable(episodes: LocalEpisodes | null): Promise<void> {
    await this.#control('PUT', 'unavailable', episodes);
  }

  /** By model id. */
  async counters(): Promise<Record<string, LocalCounters>> {
    return (await this.#control('GET', 'counters')) as Record<string, LocalCounters>;
  }

  async countersOf(modelId: string): Promise<LocalCounters> {
    const counters = (await this.counters())[modelId];
    if (counters === undefined) throw new Error(`No call of ${modelId} has arrived.`);
    return counters;
  }

  async tell(command: 'down' | 'up'): Promise<void> {
    await this.#ask(command);
  }

  /** The calls, by their `CALL_HEADER`, that were let in and did not fail before the model ran. */
  async ran(): Promise<readonly number[]> {
    const answer = await this.#ask('ran');
    return answer.type === 'ran' ? answer.calls : [];
  }

  async close(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const gone = once(this.#process, 'exit');
    this.#process.disconnect();
    await gone;
  }

  async #ask(command: ToServer): Promise<FromServer> {
    const answer = once(this.#process, 'message');
    this.#process.send(command);
    return (await answer)[0];
  }

  async #control(method: 'GET' | 'PUT' | 'POST', name: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.url}/_local/${name}`, {
      method,
      // A connection of its own: those that are kept alive belong to what is measured.
      headers: { authorization: `Bearer ${LOCAL_API_KEY}`, connection: 'close' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${name}: ${JSON.stringify(answer)}`);
    return answer;
  }
}

export async function startLocalServer(options: ServerOptions = {}): Promise<LocalServer> {
  const program = fileURLToPath(new URL('local-bedrock.ts', import.meta.url));
  const child = fork(program, [JSON.stringify(options)], { execArgv: [] });
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`The local Bedrock ended with ${code} before it listened.`);
  });
  const [message] = (await Promise.race([once(child, 'message'), failed])) as [FromServer];
  failed.catch(() => {});
  if (message.type !== 'listening') throw new Error('The local Bedrock did not say where it listens.');
  return new LocalServer(message.url, child);
}
