import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { spawn as spawnInTerminal } from '@lydell/node-pty';

/** `npm test` builds the package first, so the tests run what users install. */
export const program: string = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

export interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

export interface RunOptions {
  /** What comes in by stdin, which is closed then. */
  readonly input?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly cwd?: string | undefined;
}

/** `bedrock-ai …args`, run as a process whose input and output are pipes. */
export async function runCli(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const { input = '', env, cwd } = options;
  const child = spawn(process.execPath, [program, ...args], { env: environment(env), cwd });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', chunk => (text.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', chunk => (text.stderr += chunk));
  const code = await new Promise<number | null>(resolve => child.once('close', resolve));
  return { ...text, code };
}

export interface PersonOptions extends Omit<RunOptions, 'input'> {
  /** Width of the terminal. @default 100 */
  readonly cols?: number | undefined;
  /** A shell in the place of the program. */
  readonly shell?: string | undefined;
}

/** A person at a terminal: types, and reads what is on the screen. */
export class Person {
  #seen = '';
  readonly #terminal: ReturnType<typeof spawnInTerminal>;
  readonly #exit: Promise<number>;
  readonly #changes = new Set<() => void>();

  /** Starts `bedrock-ai …args` in a pseudo-terminal. */
  constructor(args: readonly string[], { env, cwd, shell, cols = 100 }: PersonOptions = {}) {
    const [file, words] = shell === undefined ? [process.execPath, [program, ...args]] : [shell, [...args]];
    this.#terminal = spawnInTerminal(file, words, {
      name: 'xterm-256color',
      cols,
      rows: 40,
      env: environment({ NO_COLOR: undefined, CI: undefined, ...env }),
      ...(cwd !== undefined && { cwd }),
    });
    this.#terminal.onData(data => {
      this.#seen += data;
      for (const changed of this.#changes) changed();
    });
    this.#exit = new Promise(resolve => this.#terminal.onExit(({ exitCode }) => resolve(exitCode)));
  }

  /** All that was written, with its colors. */
  get raw(): string {
    return this.#seen;
  }

  /** The same as a person reads it. */
  get screen(): string {
    return stripVTControlCharacters(this.#seen).replaceAll('\r\n', '\n');
  }

  /** Types keys, e.g. `hello\r`, or `\x03` for Ctrl-C. */
  type(keys: string): void {
    this.#terminal.write(keys);
  }

  /** Waits until what was written since the last call matches. @returns the match */
  async sees(pattern: RegExp): Promise<RegExpMatchArray> {
    for (;;) {
      const match = this.screen.slice(this.#read).match(pattern);
      if (match?.index !== undefined) {
        this.#read += match.index + match[0].length;
        return match;
      }
      await this.#change();
    }
  }

  #read = 0;

  #change(): Promise<void> {
    return new Promise(resolve => {
      const changed = () => {
        this.#changes.delete(changed);
        resolve();
      };
      this.#changes.add(changed);
    });
  }

  /** @returns the exit code, once the program has ended */
  exit(): Promise<number> {
    return this.#exit;
  }

  kill(): void {
    try {
      this.#terminal.kill();
    } catch {
      // It has ended.
    }
  }
}

function environment(changes: RunOptions['env'] = {}): Record<string, string> {
  const { FORCE_COLOR: _, ...inherited } = process.env;
  const entries = Object.entries({ ...inherited, ...changes });
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
