/** Where a person types: lines, or several lines as one message. */
import { createInterface, type Interface, type Key } from 'node:readline';
import { Writable } from 'node:stream';
import { readEnvironment } from '../../settings/settings.ts';
import { paint } from '../output.ts';

const PROMPT = '> ';
const CONTINUED = '… ';
/** The terminal says where a paste begins and ends. @see https://invisible-island.net/xterm/ctlseqs/ctlseqs.html */
const BRACKETED_PASTE = { on: '\x1b[?2004h', off: '\x1b[?2004l' };

export interface LineInputOptions {
  /** For the tab key. @returns what fits, and the part of the line that it replaces */
  readonly complete: (line: string) => [fits: string[], part: string];
  /** Ctrl-C, or the end of the input, while nobody waits for a message. */
  readonly onStop: () => void;
}

/**
 * A line that ends with a backslash goes on in the next one; so do the lines of a paste. What is typed while an answer
 * is written is not shown, but kept.
 */
export class LineInput {
  readonly #options: LineInputOptions;
  readonly #screen = new Screen();
  #readline: Interface | undefined;
  #history: string[] = [];
  /** Of a message that is not complete. */
  #lines: string[] = [];
  /** Messages that nobody has waited for yet. */
  #queue: string[] = [];
  #waiting: ((message: string | undefined) => void) | undefined;
  #isPasting = false;
  #isLeaving = false;
  #isOver = false;

  constructor(options: LineInputOptions) {
    this.#options = options;
    process.stdout.on('resize', this.#resized);
    process.stdin.on('keypress', this.#keyPressed);
    this.resume();
  }

  /** @returns undefined when the person leaves */
  next(): Promise<string | undefined> {
    if (this.#isOver) return Promise.resolve(undefined);
    const message = this.#queue.shift();
    if (message !== undefined) {
      process.stdout.write(`${paint('cyan', PROMPT)}${message.replaceAll('\n', `\n${CONTINUED}`)}\n`);
      return Promise.resolve(message);
    }
    return new Promise(resolve => {
      this.#waiting = resolve;
      this.#screen.isMuted = false;
      this.#prompt();
    });
  }

  /** Leaves the terminal to somebody else. */
  suspend(): void {
    const readline = this.#readline;
    this.#readline = undefined;
    readline?.close();
    if (hasPaste()) process.stdout.write(BRACKETED_PASTE.off);
  }

  resume(): void {
    const readline = createInterface({
      input: process.stdin,
      output: this.#screen,
      terminal: true,
      history: this.#history,
      removeHistoryDuplicates: true,
      completer: this.#options.complete,
    });
    this.#readline = readline;
    readline.on('line', line => this.#add(line));
    readline.on('history', history => {
      this.#history = history;
    });
    readline.on('SIGINT', () => this.#interrupt());
    readline.on('close', () => {
      if (this.#readline === readline) this.#leave();
    });
    if (hasPaste()) process.stdout.write(BRACKETED_PASTE.on);
  }

  close(): void {
    this.#isOver = true;
    process.stdout.off('resize', this.#resized);
    process.stdin.off('keypress', this.#keyPressed);
    this.suspend();
  }

  readonly #resized = (): void => {
    this.#screen.emit('resize');
  };

  readonly #keyPressed = (_: string | undefined, { name, ctrl }: Key): void => {
    if (name === 'paste-start') this.#isPasting = true;
    else if (name === 'paste-end') this.#isPasting = false;
    if (!(ctrl && name === 'c')) this.#isLeaving = false;
  };

  #prompt(): void {
    const isFirst = this.#lines.length === 0;
    this.#readline?.setPrompt(paint('cyan', isFirst ? PROMPT : CONTINUED));
    this.#readline?.prompt(true);
  }

  #add(line: string): void {
    if (this.#isPasting || line.endsWith('\\')) {
      this.#lines.push(this.#isPasting ? line : line.slice(0, -1));
      if (this.#waiting !== undefined) this.#prompt();
      return;
    }
    const message = [...this.#lines, line].join('\n');
    this.#lines = [];
    if (message.trim() !== '') this.#deliver(message);
    else if (this.#waiting !== undefined) this.#prompt();
  }

  #deliver(message: string): void {
    if (this.#waiting === undefined) this.#queue.push(message);
    else this.#resolve(message);
  }

  #resolve(message: string | undefined): void {
    const resolve = this.#waiting;
    this.#waiting = undefined;
    this.#screen.isMuted = true;
    resolve?.(message);
  }

  #interrupt(): void {
    if (this.#waiting === undefined) {
      this.#queue = [];
      this.#options.onStop();
      return;
    }
    const isEmpty = this.#readline?.line === '' && this.#lines.length === 0;
    if (isEmpty && this.#isLeaving) return this.#readline?.close();
    this.#isLeaving = isEmpty;
    this.#lines = [];
    this.#readline?.write(null, { ctrl: true, name: 'e' });
    this.#readline?.write(null, { ctrl: true, name: 'u' });
    process.stdout.write(isEmpty ? `\n${paint('dim', 'Ctrl-C again leaves, and so does Ctrl-D.')}\n` : '');
    this.#prompt();
  }

  #leave(): void {
    this.#isOver = true;
    if (this.#waiting === undefined) this.#options.onStop();
    else process.stdout.write('\n');
    this.#resolve(undefined);
  }
}

/** The terminal, as far as it shows what is typed. */
class Screen extends Writable {
  isMuted = true;

  get columns(): number {
    return process.stdout.columns;
  }

  override _write(chunk: Uint8Array | string, _: BufferEncoding, done: () => void): void {
    if (!this.isMuted) process.stdout.write(chunk);
    done();
  }
}

function hasPaste(): boolean {
  return readEnvironment('TERM') !== 'dumb';
}
