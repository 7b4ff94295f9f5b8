/** From the fewest lines to the most. */
export const LOG_LEVELS = ['silent', 'error', 'info', 'debug'] as const;

/**
 * - `silent`: nothing
 * - `error`: calls that failed, with what to do next
 * - `info`: also every call with its tokens and cost, and what is out of the ordinary: refusals, retries, moves
 * - `debug`: also every request and reply, attempts and waits
 */
export type BedrockLogLevel = (typeof LOG_LEVELS)[number];

export interface BedrockLogOptions {
  /** @default 'info' */
  readonly level?: BedrockLogLevel | undefined;
  /**
   * Takes a line, without a line break. What it throws is ignored.
   * @default to stderr where there is one, else to the console
   */
  readonly write?: ((line: string, level: Exclude<BedrockLogLevel, 'silent'>) => void) | undefined;
}
