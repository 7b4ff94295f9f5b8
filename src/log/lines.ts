/**
 * What becomes a line of the log. No headers and no bodies: the first hold secrets, the second what people wrote. Of a
 * URL the host and the path are shown, because a query may hold a signature.
 */
import { isAbortError } from '@ai-sdk/provider-utils';
import { BedrockError } from '../errors.ts';
import type { TrafficEvent, TrafficTarget } from '../traffic/events.ts';
import type { Log, LogFields } from './log.ts';

/* ---------------------------------------------------------------- requests */

/** A request that went out, until it has its reply. */
export interface RequestLines {
  replied(status: number, headers: Readonly<Record<string, string>>): void;
  /** It had another reply than a good one, or none. */
  failed(error: unknown): void;
}

/** To be called when the request goes out. */
export function logRequest(
  log: Log,
  { method, url, body }: { method: string; url: string; body: string | Uint8Array | undefined },
): RequestLines {
  const { host, pathname: path } = new URL(url);
  const since = performance.now();
  log.write('debug', 'request', { method, host, path, bytes: bytesOf(body) });
  const reply = (fields: LogFields) =>
    log.write('debug', 'reply', { method, host, path, ...fields, ms: msSince(since) });
  return {
    replied: (status, headers) => reply({ status, requestId: headers['x-amzn-requestid'] }),
    failed: error => reply(reasonOf(error)),
  };
}

function bytesOf(body: string | Uint8Array | undefined): number {
  if (body === undefined) return 0;
  return typeof body === 'string' ? new TextEncoder().encode(body).length : body.length;
}

/* ------------------------------------------------------------------- calls */

/** A call of a model, which may take several requests. */
export interface CallLines {
  /** `used`: tokens and other things that are paid for, and the cost. */
  ended(fields: LogFields & { readonly model: string; readonly outcome: string }): void;
  /** @param model as it is called, as far as that is known */
  failed(error: unknown, model: string): void;
}

/** To be called when the call begins. */
export function logCall(log: Log, kind: string): CallLines {
  const since = performance.now();
  return {
    ended: fields => log.write('info', 'call', { kind, ...fields, ms: msSince(since) }),
    failed(error, model) {
      const ms = msSince(since);
      if (isAbortError(error)) return log.write('info', 'call', { kind, model, outcome: 'aborted', ms });
      log.write('error', 'failed', { kind, model, ...reasonOf(error), ms, message: messageOf(error) });
    },
  };
}

/* ----------------------------------------------------------------- traffic */

export function logTraffic(log: Log, event: TrafficEvent): void {
  if (!log.shows('info')) return;
  const call = 'callId' in event ? { call: event.callId } : {};
  const facts: LogFields = { ...call, model: event.modelId, region: event.region };
  const write = (level: 'info' | 'debug', fields: LogFields) =>
    log.write(level, event.type, { ...facts, ...fields });
  switch (event.type) {
    case 'queued':
      return write('debug', { priority: event.priority, ahead: event.ahead });
    case 'sent': {
      const { attempt, waitedMs, reservedTokens } = event;
      return write('debug', { attempt, waitedMs: Math.round(waitedMs), reservedTokens });
    }
    case 'throttled':
      return write('info', { resource: event.resource, final: event.final });
    case 'retried':
      return write('info', {
        attempt: event.attempt,
        waitMs: Math.round(event.delayMs),
        ...reasonOf(event.error),
      });
    case 'moved':
      return write('info', { from: nameOf(event.from), ...reasonOf(event.error) });
    case 'settled': {
      const { outcome, tokens, measured, durationMs } = event;
      return write('debug', { outcome, quotaTokens: tokens, measured, ms: Math.round(durationMs) });
    }
    case 'unbounded':
      return write('debug', { reservedTokens: event.reservedTokens });
    case 'learned':
      return write('debug', {
        requestsPerMinute: event.requestsPerMinute,
        tokensPerMinute: event.tokensPerMinute,
      });
    case 'opened':
      return write('info', { forMs: Math.round(event.forMs), ...reasonOf(event.error) });
    case 'quotas-unknown':
    case 'store-down':
      return write('info', { ...reasonOf(event.error), message: messageOf(event.error) });
    case 'closed':
    case 'store-up':
      return write('info', {});
  }
}

function nameOf({ modelId, region }: TrafficTarget): string {
  return region === undefined ? modelId : `${modelId}@${region}`;
}

/* ------------------------------------------------------------------ errors */

function reasonOf(error: unknown): LogFields {
  if (error === undefined) return {};
  if (!BedrockError.isInstance(error)) return { error: error instanceof Error ? error.name : typeof error };
  const { statusCode: status, code: name, isRetryable: retryable, requestId } = error;
  return { status, error: name, retryable, requestId };
}

/** With the advice, which is its last sentence. */
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function msSince(since: number): number {
  return Math.round(performance.now() - since);
}
