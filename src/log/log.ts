import { InvalidArgumentError } from '@ai-sdk/provider';
import { type BedrockLogLevel, type BedrockLogOptions, LOG_LEVELS } from './settings.ts';

type LineLevel = Exclude<BedrockLogLevel, 'silent'>;
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * @param setting not checked before the first line
 * @returns undefined where nothing is to be logged, so that it costs nothing
 */
export function createLog(setting: BedrockLogLevel | BedrockLogOptions | undefined): Log | undefined {
  const level = typeof setting === 'object' && setting !== null ? setting.level : setting;
  return setting == null || level === 'silent' ? undefined : new Log(setting);
}

/** Writes lines: ISO time, `bedrock`, level, what happened, and then `name=value` for each fact. */
export class Log {
  readonly #setting: BedrockLogLevel | BedrockLogOptions;
  #rank: number | undefined;
  #write: NonNullable<BedrockLogOptions['write']> = writeToConsole;

  constructor(setting: BedrockLogLevel | BedrockLogOptions) {
    this.#setting = setting;
  }

  /** @throws InvalidArgumentError for a wrong setting */
  shows(level: LineLevel): boolean {
    this.#rank ??= this.#open();
    return LOG_LEVELS.indexOf(level) <= this.#rank;
  }

  /** Facts that are undefined are left out. */
  write(level: LineLevel, event: string, fields: LogFields): void {
    if (!this.shows(level)) return;
    const facts = Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${textOf(value)}`],
    );
    try {
      this.#write([new Date().toISOString(), 'bedrock', level, event, ...facts].join(' '), level);
    } catch {
      // A log that fails must not take the call along.
    }
  }

  #open(): number {
    const { level = 'info', write, ...others } = optionsOf(this.#setting);
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) {
      throw invalid(`log.${unknown}`, 'there is no such setting; expected one of level, write');
    }
    const rank = LOG_LEVELS.indexOf(level);
    if (rank < 0) {
      throw invalid('log', `expected one of ${LOG_LEVELS.join(', ')}, got ${JSON.stringify(level)}`);
    }
    if (write !== undefined && typeof write !== 'function') {
      throw invalid('log.write', `expected a function, got ${typeof write}`);
    }
    if (write !== undefined) this.#write = write;
    return rank;
  }
}

function optionsOf(setting: BedrockLogLevel | BedrockLogOptions): BedrockLogOptions {
  return typeof setting === 'object' ? setting : { level: setting };
}

/** Quoted where a reader could not tell where it ends. One line in any case: neither breaks nor colors get through. */
function textOf(value: string | number | boolean): string {
  if (typeof value !== 'string' || /^[\w.:/@%+,~-]+$/.test(value)) return String(value);
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Not stdout, which belongs to the program. */
function writeToConsole(line: string, level: LineLevel): void {
  if (typeof process === 'object' && typeof process.stderr?.write === 'function') {
    process.stderr.write(`${line}\n`);
  } else {
    console[level](line);
  }
}

function invalid(argument: string, problem: string): InvalidArgumentError {
  return new InvalidArgumentError({ argument, message: `${argument}: ${problem}.` });
}
