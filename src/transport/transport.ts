import { AISDKError, InvalidArgumentError } from '@ai-sdk/provider';
import { isAbortError } from '@ai-sdk/provider-utils';
import type { Authenticate } from '../auth/authenticator.ts';
import type { CallFacts } from '../errors.ts';
import { type BedrockService, resolveEndpoint, signingName } from '../settings/endpoints.ts';
import { encodeRfc3986 } from '../settings/model-ref.ts';
import { type BedrockProviderSettings, resolveRegion } from '../settings/settings.ts';
import { VERSION } from '../version.ts';
import { errorFromReply, networkError } from './api-error.ts';

/** A request before it is signed. Paths are given percent-encoded and start with a slash. */
export interface TransportCall {
  readonly service: BedrockService;
  /** Where the call goes; the provider's region when absent. */
  readonly region?: string | undefined;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined;
  /** The body as a value, shown in errors as `requestBodyValues`. */
  readonly bodyValues?: unknown;
  readonly abortSignal?: AbortSignal | undefined;
}

/** A reply with a 2xx status; every other reply is thrown as a `BedrockError`. */
export interface TransportReply {
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Record<string, string>;
  /** The body is still unread. */
  readonly response: Response;
}

/** Sends one request. Traffic policies wrap a `Send` in another. */
export type Send = (call: TransportCall) => Promise<TransportReply>;

type TransportSettings = Pick<BedrockProviderSettings, 'region' | 'baseURL' | 'headers' | 'fetch'>;

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
 */
export function createTransport({
  settings,
  authenticate,
}: {
  settings: TransportSettings;
  authenticate: Authenticate;
}): Send {
  return async call => {
    const { service, method, body, abortSignal } = call;
    abortSignal?.throwIfAborted();
    const region = () => resolveRegion(settings, call.region);
    const url =
      resolveEndpoint({ service, region, baseURL: settings.baseURL }) + call.path + queryOf(call.query);
    const prepare = async () => {
      const unsigned = await headersOf(settings.headers, call);
      return authenticate({
        method,
        url,
        headers: unsigned,
        body,
        signingName: signingName(service),
        region,
      });
    };
    const headers = await untilAborted(prepare(), abortSignal);

    const facts: CallFacts = { url, requestBodyValues: call.bodyValues };
    const response = await connect(settings.fetch, url, { method, headers, body, abortSignal }, facts);
    if (response.ok) return { url, headers: Object.fromEntries(response.headers), response };
    const error = await errorFromReply(response, facts, secretsOf(headers));
    abortSignal?.throwIfAborted();
    throw error;
  };
}

function queryOf(query: TransportCall['query']): string {
  const pairs = Object.entries(query ?? {}).map(
    ([name, value]) => `${encodeRfc3986(name)}=${encodeRfc3986(value)}`,
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/* --------------------------------------------------------------- headers */

async function headersOf(
  setting: BedrockProviderSettings['headers'],
  { headers: ofCall, body }: TransportCall,
): Promise<Record<string, string>> {
  const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  const ofSetting = typeof setting === 'function' ? await setting() : setting;
  const userAgents: string[] = [];
  for (const [givenName, givenValue] of [
    ...Object.entries(ofSetting ?? {}),
    ...Object.entries(ofCall ?? {}),
  ]) {
    const name = givenName.toLowerCase();
    if (givenValue == null || CONNECTION_HEADERS.has(name)) continue;
    const value = checkHeader(name, givenValue);
    if (name === 'user-agent') userAgents.push(value);
    else headers[name] = value;
  }
  headers['user-agent'] = [...userAgents, USER_AGENT].join(' ');
  return headers;
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

interface SignedRequest {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: TransportCall['body'];
  readonly abortSignal: AbortSignal | undefined;
}

async function connect(
  fetchSetting: BedrockProviderSettings['fetch'],
  url: string,
  { method, headers, body, abortSignal }: SignedRequest,
  facts: CallFacts,
): Promise<Response> {
  // Looked up now, because instrumentation replaces the global after this module is loaded.
  const fetch = fetchSetting ?? globalThis.fetch;
  try {
    return await fetch(url, {
      method,
      headers,
      ...(body !== undefined && { body }),
      ...(abortSignal !== undefined && { signal: abortSignal }),
      // A redirect would take the credentials along. Edge runtimes know `manual` but not `error`.
      redirect: 'manual',
    });
  } catch (error) {
    if (abortSignal?.aborted || isAbortError(error) || AISDKError.isInstance(error)) throw error;
    throw networkError(error, facts);
  }
}

/** Functions of the settings may take long to give headers and credentials, and know nothing of the signal. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
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

/** What a reply might repeat of the headers that prove an identity. */
function secretsOf(headers: Record<string, string>): string[] {
  const authorization = headers['authorization'] ?? '';
  return [authorization, authorization.replace(/^Bearer /, ''), headers['x-amz-security-token'] ?? ''];
}
