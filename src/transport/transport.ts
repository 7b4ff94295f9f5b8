import { AISDKError, InvalidArgumentError, LoadSettingError } from '@ai-sdk/provider';
import { isAbortError } from '@ai-sdk/provider-utils';
import type { Authenticate, AuthenticatedRequest } from '../auth/authenticator.ts';
import { lookUpRegion } from '../auth/region.ts';
import { BedrockError, type CallFacts } from '../errors.ts';
import { logRequest } from '../log/lines.ts';
import type { Log } from '../log/log.ts';
import {
  type AwsService,
  acceptsApiKeys,
  bucketEndpoint,
  configuredEndpoint,
  publicEndpoint,
  signingName,
} from '../settings/endpoints.ts';
import { encodeRfc3986 } from '../settings/model-ref.ts';
import type { BedrockProviderSettings } from '../settings/settings.ts';
import { VERSION } from '../version.ts';
import { errorFromReply, networkError, streamError } from './api-error.ts';
import { redactorOf } from './redact.ts';
import { startTimer, timeLimit } from './silence.ts';

/** Headers as callers give them: a record, or what `new Headers` takes and is. */
type GivenHeaders = Readonly<Record<string, string | undefined>> | Iterable<readonly [string, string]>;

/** A request before it is signed. Paths are given percent-encoded and start with a slash. */
export interface TransportCall {
  readonly service: AwsService;
  /** The bucket of a call of S3; `path` is that of the object. */
  readonly bucket?: string | undefined;
  /** Where the call goes; the provider's region when absent. */
  readonly region?: string | undefined;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly headers?: GivenHeaders | undefined;
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined;
  /** The body as a value, shown in errors as `requestBodyValues`. */
  readonly bodyValues?: unknown;
  /** The id or ARN that the call is for, so that errors can advise on it. */
  readonly modelId?: string | undefined;
  /** Whether the reply is a stream: it begins long before it ends, so `connectTimeoutMs` applies. */
  readonly streams?: boolean | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/** A reply with a 2xx status; every other reply is thrown as a `BedrockError`. */
export interface TransportReply {
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Record<string, string>;
  /** The body is still unread. */
  readonly response: Response;
  /** For the errors of whoever reads the body. */
  readonly call: CallFacts;
  /** How long the body may be silent, for its `SilenceTimer`. */
  readonly idleTimeoutMs: number;
  /** Aborted when the caller does, or when the connection was given up. */
  readonly signal: AbortSignal;
  /** Lets go of the caller's abort signal; to be called when the body has been read or canceled. */
  readonly release: () => void;
}

/** Sends one request. Traffic policies wrap a `Send` in another. */
export type Send = (call: TransportCall) => Promise<TransportReply>;

/**
 * A URL that carries a signature for so many seconds, for somebody else to GET. Nothing is sent.
 * @throws LoadSettingError where the identity is an API key, and what else authentication throws
 */
export type Presign = (call: TransportCall, expiresInSeconds: number) => Promise<string>;

type TransportSettings = Pick<
  BedrockProviderSettings,
  | 'region'
  | 'profile'
  | 'baseURL'
  | 'endpoints'
  | 'useFipsEndpoint'
  | 'useDualstackEndpoint'
  | 'connectTimeoutMs'
  | 'idleTimeoutMs'
  | 'headers'
  | 'fetch'
>;

const USER_AGENT = `ai-sdk-bedrock-ai-provider/${VERSION}`;

/**
 * Headers of the connection and not of the request. Forwarded from an incoming request they would belong to
 * another body and host, and fetch refuses some of them.
 */
const CONNECTION_HEADERS = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * The only caller of fetch. A `Send` of it resolves with a 2xx reply, and rejects with
 * - BedrockError for every other reply, and when there is none
 * - the reason of the abort signal, or fetch's own AbortError, unchanged
 * - InvalidArgumentError, LoadSettingError, LoadAPIKeyError or CredentialsError before anything is sent
 *
 * Sends once more when AWS refuses keys of which there are newer ones, or a signature for its time.
 */
export function createTransport({
  settings,
  authenticate,
  log,
}: TransportParts & { log?: Log | undefined }): Send {
  return async call => {
    call.abortSignal?.throwIfAborted();
    const aborting = follow(call.abortSignal);
    try {
      return await send(call, aborting);
    } catch (error) {
      aborting.release();
      throw error;
    }
  };

  async function send(call: TransportCall, { signal, abort, release }: Following): Promise<TransportReply> {
    const idleTimeoutMs = timeLimit('idleTimeoutMs', settings);
    const connectTimeoutMs = call.streams ? timeLimit('connectTimeoutMs', settings) : 0;
    // Where nothing can abort, nothing needs to be raced.
    const callersSignal = call.abortSignal === undefined ? undefined : signal;
    const connectSignal = connectTimeoutMs === 0 ? callersSignal : signal;
    const region = regionOf(call, settings);

    for (let isLast = false; ; isLast = true) {
      const { url, headers, learnFrom } = await untilAborted(
        prepare(call, region.find, { settings, authenticate }),
        callersSignal,
      );
      const facts: CallFacts = {
        url,
        requestBodyValues: call.bodyValues,
        modelId: call.modelId,
        region: region.found(),
        redact: redactorOf(headers),
      };
      const lines = log?.shows('debug')
        ? logRequest(log, { method: call.method, url, body: call.body })
        : undefined;
      const stopTimer = startTimer(connectTimeoutMs, () => abort(connectTimeout(connectTimeoutMs, facts)));
      let response: Response;
      try {
        response = await untilAborted(connect(call, { url, headers, signal }), connectSignal);
      } catch (cause) {
        const error = BedrockError.isInstance(signal.reason)
          ? signal.reason
          : connectError(cause, signal, facts);
        lines?.failed(error);
        throw error;
      } finally {
        stopTimer();
      }
      if (response.ok) {
        const replyHeaders = Object.fromEntries(response.headers);
        lines?.replied(response.status, replyHeaders);
        return {
          url,
          headers: replyHeaders,
          response,
          call: { ...facts, responseHeaders: replyHeaders },
          idleTimeoutMs,
          signal,
          release,
        };
      }
      const error = await errorFromReply(response, facts, { idleTimeoutMs, signal });
      lines?.failed(error);
      signal.throwIfAborted();
      const { code, message, responseHeaders } = error;
      const refusal = { code, message, date: responseHeaders?.['date'] };
      if (isLast || !(await untilAborted(learnFrom(refusal), callersSignal))) throw error;
    }
  }

  function connect(
    { method, body }: TransportCall,
    { url, headers, signal }: { url: string; headers: Record<string, string>; signal: AbortSignal },
  ): Promise<Response> {
    // Looked up now, because instrumentation replaces the global after this module is loaded.
    const fetch = settings.fetch ?? globalThis.fetch;
    return fetch(url, {
      method,
      headers,
      ...(body !== undefined && { body }),
      signal,
      // A redirect would take the credentials along. Edge runtimes know `manual` but not `error`.
      redirect: 'manual',
    });
  }
}

export function createPresigner({ settings, authenticate }: TransportParts): Presign {
  return async (call, expiresInSeconds) => {
    const region = regionOf(call, settings);
    const { url } = await prepare(call, region.find, { settings, authenticate, expiresInSeconds });
    return url;
  };
}

interface TransportParts {
  readonly settings: TransportSettings;
  readonly authenticate: Authenticate;
}

/** Address, headers and proof of identity of a request. */
async function prepare(
  call: TransportCall,
  region: () => string | Promise<string>,
  { settings, authenticate, expiresInSeconds }: TransportParts & { readonly expiresInSeconds?: number },
): Promise<AuthenticatedRequest> {
  const { service, method, body } = call;
  const configured = configuredEndpoint(service, settings);
  const endpoint = configured ?? publicEndpoint(service, await region(), settings);
  // Headers for a gateway before Bedrock are none of the business of S3 and STS, and may hold its key.
  const setting = isOtherService(service) ? undefined : settings.headers;
  const authenticated = await authenticate({
    method,
    url: addressOf(call, endpoint, configured === undefined),
    headers: headersOf(typeof setting === 'function' ? await setting() : setting, call),
    body,
    signingName: signingName(service),
    region,
    expiresInSeconds,
  });
  // No gateway takes Bedrock's keys in the place of S3 and STS.
  if (configured === undefined || isOtherService(service)) checkProof(service, authenticated.headers);
  return authenticated;
}

/** Services that the base URL and what goes with it is not for. */
function isOtherService(service: AwsService): boolean {
  return service === 's3' || service === 'sts';
}

function addressOf({ bucket, path, query }: TransportCall, endpoint: string, isPublic: boolean): string {
  const host = bucket === undefined ? endpoint : bucketEndpoint(bucket, endpoint, isPublic);
  return host + path + queryOf(query);
}

/**
 * The Region of a call. Looks it up once: it may come from a file, and a call needs it more than once.
 */
function regionOf(
  { region: ofCall }: TransportCall,
  settings: TransportSettings,
): { find: () => string | Promise<string>; found: () => string | undefined } {
  let region: string | Promise<string> | undefined;
  let found: string | undefined;
  const keep = (value: string) => {
    found = value;
    return value;
  };
  return {
    find: () => {
      if (region === undefined) {
        const looked = lookUpRegion(settings, ofCall);
        region = typeof looked === 'string' ? keep(looked) : looked.then(keep);
      }
      return region;
    },
    found: () => found,
  };
}

/** AWS would answer with an error that says nothing of API keys. */
function checkProof(service: AwsService, { authorization }: Record<string, string>): void {
  if (acceptsApiKeys(service) || !authorization?.startsWith('Bearer ')) return;
  throw new LoadSettingError({
    message:
      `${service} takes no Bedrock API keys, and apiKey or AWS_BEARER_TOKEN_BEDROCK gave one. Use AWS credentials ` +
      'instead, e.g. the profile or credentials setting' +
      (service === 's3' ? ", or leave what the job makes in S3 (the option output: 's3')." : '.'),
  });
}

function queryOf(query: TransportCall['query']): string {
  if (query === undefined) return '';
  const pairs = Object.entries(query).map(
    ([name, value]) => `${encodeRfc3986(name)}=${encodeRfc3986(value)}`,
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/* --------------------------------------------------------------- headers */

function headersOf(
  ofSetting: GivenHeaders | undefined,
  { headers: ofCall, body }: TransportCall,
): Record<string, string> {
  const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  let userAgents = '';
  for (const given of [ofSetting, ofCall]) {
    for (const [givenName, givenValue] of pairsOf(given)) {
      const name = givenName.toLowerCase();
      if (givenValue == null || CONNECTION_HEADERS.has(name)) continue;
      const value = checkHeader(name, givenValue);
      if (name === 'user-agent') userAgents += `${value} `;
      else headers[name] = value;
    }
  }
  headers['user-agent'] = userAgents + USER_AGENT;
  return headers;
}

/** A `Headers` has no members of its own, so what looks like a record would be empty. */
function pairsOf(headers: GivenHeaders | null | undefined): Iterable<readonly [string, string | undefined]> {
  if (headers == null) return [];
  return Symbol.iterator in headers ? headers : Object.entries(headers);
}

/** Fetch would fail with a TypeError that looks like a broken connection. The value may be a secret. */
function checkHeader(name: string, value: unknown): string {
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) {
    throw new InvalidArgumentError({
      argument: 'headers',
      message: `headers: ${JSON.stringify(name)} is no header name.`,
    });
  }
  const trimmed = typeof value === 'string' ? value.trim() : undefined;
  if (trimmed !== undefined && /^[\t\x20-\x7e\x80-\xff]*$/.test(trimmed)) return trimmed;
  throw new InvalidArgumentError({
    argument: `headers.${name}`,
    message: `headers: the value of ${JSON.stringify(name)} must be one line of ASCII or Latin-1 text.`,
  });
}

/* ------------------------------------------------------------ connection */

interface Following {
  readonly signal: AbortSignal;
  readonly abort: (reason: unknown) => void;
  readonly release: () => void;
}

function connectError(error: unknown, signal: AbortSignal, facts: CallFacts): unknown {
  return signal.aborted || isAbortError(error) || AISDKError.isInstance(error)
    ? error
    : networkError(error, facts);
}

function connectTimeout(limitMs: number, facts: CallFacts): BedrockError {
  const { host } = new URL(facts.url);
  return streamError('ConnectTimeout', `No reply from ${host} within ${limitMs} ms`, facts);
}

/**
 * A signal that aborts when the caller's does and when `abort` is called. `AbortSignal.any` would do, but
 * nothing takes its listeners from a signal that lives as long as the process.
 */
export function follow(callers: AbortSignal | undefined): Following {
  const controller = new AbortController();
  const abort = (reason: unknown) => controller.abort(reason);
  const pass = () => abort(callers?.reason);
  callers?.addEventListener('abort', pass);
  return {
    signal: controller.signal,
    abort,
    release: () => callers?.removeEventListener('abort', pass),
  };
}

/** Functions of the settings, for headers, credentials and fetch, may take long and know nothing of the signal. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return signal === undefined ? work : raced(work, signal);
}

async function raced<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop);
  });
  if (signal.aborted) stop();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
