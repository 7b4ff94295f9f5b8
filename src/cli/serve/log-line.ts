/** One line for each request. */
import type { LoggedRequest } from '../../local/index.ts';
import type { Paint } from '../output.ts';

/**
 * `12:03:04  200  ConverseStream  us.anthropic.claude-sonnet-4-5  1.2 s  34 frames`; a terminal has it in colors.
 * An error has its name, and a stream that did not end well says how.
 */
export function logLine(request: LoggedRequest, paint: Paint): string {
  const { receivedAt, operation, method, path, modelId, status, error, durationMs = 0, stream } = request;
  const isGood =
    status !== undefined && status < 400 && (stream === undefined || stream.ended === 'complete');
  const parts = [
    paint('dim', receivedAt.toTimeString().slice(0, 8)),
    paint(isGood ? 'green' : isOurs(status) ? 'red' : 'yellow', String(status ?? '–––')),
    paint('bold', plain(operation ?? `${method} ${path}`)),
    modelId && plain(modelId),
    error && paint(isOurs(status) ? 'red' : 'yellow', plain(error)),
    paint('dim', duration(durationMs)),
    stream && paint('dim', `${stream.framesSent} frame${stream.framesSent === 1 ? '' : 's'}`),
    stream?.ended === 'fault' ? paint('red', 'spoiled') : undefined,
    status === undefined || stream?.ended === 'canceled' ? paint('yellow', 'left by its caller') : undefined,
  ];
  return parts.filter(Boolean).join('  ');
}

function isOurs(status = 0): boolean {
  return status >= 500;
}

function duration(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** What callers choose must not move the cursor or begin lines. */
function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}
