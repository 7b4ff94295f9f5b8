/** Whether the endpoint of the calls is there at all: one request without an identity. */
import { findNamedRegion } from '../auth/region.ts';
import { BedrockError } from '../errors.ts';
import { configuredEndpoint, endpointSource, publicEndpoint } from '../settings/endpoints.ts';
import { type BedrockProviderSettings, hasRegion, readEnvironment } from '../settings/settings.ts';
import { networkError, streamError } from './api-error.ts';

export interface EndpointProbe {
  /** Scheme and host, e.g. `https://bedrock-runtime.us-east-1.amazonaws.com`. */
  readonly url: string;
  /** Where the URL is from in words, e.g. `the baseURL setting`; undefined for AWS's public endpoint. */
  readonly source: string | undefined;
  /** Undefined where a URL of your own is called and nothing names a Region. */
  readonly region: { readonly name: string; readonly source: string } | undefined;
  /** Of the answer, which is an error: the request proves no identity. Undefined where none came. */
  readonly status: number | undefined;
  /** Milliseconds until the answer, with the time to connect. */
  readonly latencyMs: number | undefined;
  /** Milliseconds that the clock there is ahead of this one, to half a second; undefined where it does not tell. */
  readonly clockSkewMs: number | undefined;
  /** Why no answer came. */
  readonly error: BedrockError | undefined;
  /** How far the request came. */
  readonly failedAt: 'dns' | 'connect' | 'tls' | 'request' | undefined;
  /** The proxy that the environment names for the URL. */
  readonly proxy:
    | { readonly variable: string; readonly host: string; readonly isUsedByNode: boolean }
    | undefined;
}

export interface ProbeOptions {
  /**
   * Milliseconds that the answer may take.
   * @default 10_000
   */
  readonly timeoutMs?: number | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * @throws LoadSettingError where nothing says which endpoint to call, InvalidArgumentError for a wrong URL, and the
 * reason of `abortSignal`
 */
export async function probeEndpoint(
  settings: BedrockProviderSettings,
  { timeoutMs = 10_000, abortSignal }: ProbeOptions,
): Promise<EndpointProbe> {
  const configured = configuredEndpoint('bedrock-runtime', settings);
  const region = await regionFor(configured, settings);
  const endpoint = configured ?? publicEndpoint('bedrock-runtime', region?.region ?? '', settings);
  const { origin, host } = new URL(endpoint);
  const facts = { url: origin, requestBodyValues: undefined, region: region?.region };
  const timeout = () => streamError('ConnectTimeout', `No reply from ${host} within ${timeoutMs} ms`, facts);
  const outcome = await ask(`${endpoint}/`, settings, { timeoutMs, timeout, abortSignal }).catch(error => {
    abortSignal?.throwIfAborted();
    return {
      ...NO_ANSWER,
      error: BedrockError.isInstance(error) ? error : networkError(error, facts),
      failedAt: stageOf(error),
    };
  });
  return {
    url: origin,
    source: endpointSource('bedrock-runtime', settings),
    region: region && { name: region.region, source: region.source },
    proxy: proxyFor(origin),
    ...outcome,
  };
}

type Outcome = Omit<EndpointProbe, 'url' | 'source' | 'region' | 'proxy'>;

const NO_ANSWER = { status: undefined, latencyMs: undefined, clockSkewMs: undefined };

interface Patience {
  readonly timeoutMs: number;
  readonly timeout: () => BedrockError;
  readonly abortSignal: AbortSignal | undefined;
}

async function ask(
  url: string,
  settings: BedrockProviderSettings,
  { timeoutMs, timeout, abortSignal }: Patience,
): Promise<Outcome> {
  const controller = new AbortController();
  const { signal } = controller;
  const abort = () => controller.abort(abortSignal?.reason);
  abortSignal?.addEventListener('abort', abort);
  if (abortSignal?.aborted) abort();
  const timer = setTimeout(() => controller.abort(timeout()), timeoutMs);
  // A fetch of the settings may know nothing of signals.
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  try {
    signal.throwIfAborted();
    const fetch = settings.fetch ?? globalThis.fetch;
    const startedAt = Date.now();
    const response = await Promise.race([fetch(url, { redirect: 'manual', signal }), ended]);
    const answeredAt = Date.now();
    await response.body?.cancel();
    return {
      status: response.status,
      latencyMs: answeredAt - startedAt,
      clockSkewMs: skewOf(response.headers.get('date'), (startedAt + answeredAt) / 2),
      error: undefined,
      failedAt: undefined,
    };
  } finally {
    clearTimeout(timer);
    abortSignal?.removeEventListener('abort', abort);
  }
}

/** With a URL of the user's own, calls with an API key need no Region. */
async function regionFor(configured: string | undefined, settings: BedrockProviderSettings) {
  if (configured === undefined || hasRegion(settings)) return findNamedRegion(settings);
  return findNamedRegion(settings).catch(() => undefined);
}

/** The header has whole seconds, cut off. */
function skewOf(date: string | null, now: number): number | undefined {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? undefined : Math.round(time + 500 - now);
}

const STAGES: ReadonlyArray<readonly [code: RegExp, stage: EndpointProbe['failedAt']]> = [
  [/^(ENOTFOUND|EAI_\w+)$/, 'dns'],
  [/^(ECONN\w+|ENET\w+|EHOST\w+|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/, 'connect'],
  [/CERT|SSL|TLS|UNABLE_TO_\w+|EPROTO|SELF_SIGNED/, 'tls'],
];

/** Fetch hides the code in causes of causes. */
function stageOf(error: unknown): EndpointProbe['failedAt'] {
  let current = error;
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth++) {
    const { code, cause, errors } = current as {
      code?: unknown;
      cause?: unknown;
      errors?: readonly unknown[];
    };
    const stage = STAGES.find(([pattern]) => pattern.test(String(code ?? '')))?.[1];
    if (stage !== undefined) return stage;
    current = cause ?? errors?.[0];
  }
  return 'request';
}

/**
 * Without the user name and password that its URL may have.
 * @see https://nodejs.org/api/cli.html#node_use_env_proxy1
 */
function proxyFor(origin: string): EndpointProbe['proxy'] {
  const { protocol, hostname } = new URL(origin);
  const name = protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const variable = [name.toLowerCase(), name].find(one => readEnvironment(one) !== undefined);
  if (variable === undefined || isExempt(hostname)) return undefined;
  const url = readEnvironment(variable) ?? '';
  return {
    variable,
    host: URL.canParse(url) ? new URL(url).host : 'no URL',
    isUsedByNode: readEnvironment('NODE_USE_ENV_PROXY') === '1',
  };
}

function isExempt(hostname: string): boolean {
  const list = readEnvironment('no_proxy') ?? readEnvironment('NO_PROXY') ?? '';
  return list
    .split(/[\s,]+/)
    .map(entry => entry.replace(/^\*?\./, ''))
    .some(entry => entry !== '' && (entry === '*' || hostname === entry || hostname.endsWith(`.${entry}`)));
}
