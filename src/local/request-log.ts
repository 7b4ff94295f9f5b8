import type { JSONValue } from '@ai-sdk/provider';
import type { AuthenticationScheme } from './auth/authenticate.ts';

/** What arrived, and what became of it. The object is filled in as the request goes on. */
export interface LoggedRequest {
  /** Also the reply's `x-amzn-requestid`. */
  readonly requestId: string;
  readonly receivedAt: Date;
  readonly method: string;
  /** As on the wire, percent-encoded, with the query, but for signatures and tokens in it. */
  readonly path: string;
  /** Lower-case names, without credentials, signatures and tokens. */
  readonly headers: Readonly<Record<string, string>>;
  /** AWS's name, e.g. `ConverseStream`; undefined when no route matched. */
  operation?: string | undefined;
  /** As the caller meant it: decoded. */
  modelId?: string | undefined;
  /** How the caller was recognized; undefined when it was not, or was not asked. */
  authentication?: AuthenticationScheme | undefined;
  /** The parsed body; undefined when it was empty or no JSON. */
  body?: JSONValue | undefined;
  /** Members that the operation does not have, e.g. `inferenceConfig.topK`. AWS ignores them. */
  unknownMembers: readonly string[];
  /** The reply's status; undefined until there is one, and where the caller left before. */
  status?: number | undefined;
  /** The exception's name, when the reply was an error. */
  error?: string | undefined;
  /** Set for event streams. */
  stream?: { framesSent: number; ended?: 'complete' | 'fault' | 'canceled' | undefined } | undefined;
  /** Milliseconds from its arrival to the end of its reply, or until its caller left; undefined until then. */
  durationMs?: number | undefined;
}

/** The last thousand requests, and not more than 64 MiB of bodies. */
const MAX_REQUESTS = 1000;
const MAX_BODY_BYTES = 64 * 1024 * 1024;

export class RequestLog {
  #entries: LoggedRequest[] = [];
  #sizes: number[] = [];
  #bytes = 0;
  readonly #onEnd: (entry: LoggedRequest) => void;

  /** @param onEnd told of each request when its reply is over */
  constructor(onEnd: (entry: LoggedRequest) => void = () => {}) {
    this.#onEnd = onEnd;
  }

  get entries(): readonly LoggedRequest[] {
    return this.#entries;
  }

  add(entry: LoggedRequest, bodyBytes: number): void {
    this.#entries.push(entry);
    this.#sizes.push(bodyBytes);
    this.#bytes += bodyBytes;
    while (
      this.#entries.length > MAX_REQUESTS ||
      (this.#bytes > MAX_BODY_BYTES && this.#entries.length > 1)
    ) {
      this.#entries.shift();
      this.#bytes -= this.#sizes.shift() ?? 0;
    }
  }

  /** The reply to the request is over. */
  end(entry: LoggedRequest): void {
    if (entry.durationMs !== undefined) return;
    entry.durationMs = Date.now() - entry.receivedAt.getTime();
    this.#onEnd(entry);
  }

  clear(): void {
    // New arrays, so that a list that a caller holds stays as it was.
    this.#entries = [];
    this.#sizes = [];
    this.#bytes = 0;
  }
}

const SECRET_HEADERS: ReadonlySet<string> = new Set(['authorization', 'x-amz-security-token', 'cookie']);

export function publicPath({ pathname, search }: URL): string {
  return pathname + search.replace(/([?&]X-Amz-(?:Signature|Security-Token)=)[^&]*/gi, '$1');
}

export function publicHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => !SECRET_HEADERS.has(name)));
}
