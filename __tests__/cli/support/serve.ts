import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

export interface ServeOutput {
  readonly url: string;
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly unset: readonly string[];
}

/** `bedrock-ai serve --json …args` as a process, on a free port unless they name one. */
export class ServeProcess {
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | null>;
  readonly #changes = new Set<() => void>();
  stdout = '';
  stderr = '';

  constructor(
    args: readonly string[] = [],
    options: { cwd?: string; env?: Record<string, string | undefined> } = {},
  ) {
    const { cwd, env } = options;
    const port = args.includes('--port') ? [] : ['--port', '0'];
    this.#child = spawn(process.execPath, [program, 'serve', ...port, ...args], {
      cwd,
      env: { ...process.env, ...env },
    });
    for (const name of ['stdout', 'stderr'] as const) {
      this.#child[name]?.setEncoding('utf8').on('data', chunk => {
        this[name] += chunk;
        this.#changed();
      });
    }
    this.#exit = new Promise(resolve =>
      this.#child.once('close', code => {
        resolve(code);
        this.#changed();
      }),
    );
  }

  #changed(): void {
    for (const changed of this.#changes) changed();
  }

  /** Waits until what has been written so far matches. */
  async writes(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpMatchArray> {
    for (;;) {
      const match = this[stream].match(pattern);
      if (match !== null) return match;
      if (this.#child.exitCode !== null) throw new Error(`serve has ended: ${this.stderr}`);
      await new Promise<void>(resolve => {
        const changed = () => {
          this.#changes.delete(changed);
          resolve();
        };
        this.#changes.add(changed);
      });
    }
  }

  /** With `--json`: once it listens. */
  async listening(): Promise<ServeOutput> {
    const [json] = await this.writes('stdout', /^\{[\s\S]*^\}$/m);
    return JSON.parse(json);
  }

  /** @returns the exit code */
  stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    this.#child.kill(signal);
    return this.#exit;
  }

  exit(): Promise<number | null> {
    return this.#exit;
  }
}
