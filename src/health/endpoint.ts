import { LoadSettingError } from '@ai-sdk/provider';
import type { BedrockProvider } from '../provider.ts';
import type { EndpointProbe } from '../transport/probe.ts';
import { failed, skipped } from './failed.ts';
import type { ClockCheck, EndpointCheck, RegionCheck } from './report.ts';

export interface Place {
  readonly region: RegionCheck;
  readonly endpoint: EndpointCheck;
  readonly clock: ClockCheck;
  /** Undefined where it is not known which endpoint to ask. */
  readonly facts: EndpointProbe | undefined;
}

export async function checkEndpoint(
  bedrock: BedrockProvider,
  options: { readonly timeoutMs: number; readonly abortSignal: AbortSignal | undefined },
): Promise<Place> {
  try {
    const facts = await bedrock.probeEndpoint(options);
    return {
      region: describeRegion(facts),
      endpoint: describeEndpoint(facts),
      clock: checkClock(facts),
      facts,
    };
  } catch (error) {
    options.abortSignal?.throwIfAborted();
    return { ...misconfigured(error), clock: skipped('No answer to compare with.'), facts: undefined };
  }
}

/** Nothing was sent: a Region is missing or wrong, or a URL is. */
function misconfigured(error: unknown): Pick<Place, 'region' | 'endpoint'> {
  const check = failed(error);
  return LoadSettingError.isInstance(error) && /region/i.test(error.message)
    ? { region: check, endpoint: skipped('It is not known in which Region.') }
    : { region: skipped('It was not looked for, because the endpoint is set wrongly.'), endpoint: check };
}

function describeRegion({ region, url }: EndpointProbe): RegionCheck {
  if (region === undefined) {
    return {
      status: 'unknown',
      message: `None is set; ${new URL(url).host} is called without one, with which only API keys work`,
    };
  }
  const { name, source } = region;
  return { status: 'ok', message: `${name}, from ${source}`, region: name, source };
}

/* -------------------------------------------------------------- endpoint */

const STAGES: Readonly<Record<NonNullable<EndpointProbe['failedAt']>, string>> = {
  dns: 'Its name is not found',
  connect: 'No connection',
  tls: 'No encrypted connection',
  request: 'No answer',
};

function describeEndpoint(facts: EndpointProbe): EndpointCheck {
  const { url, source, status, latencyMs, failedAt, proxy, error } = facts;
  const shared = { url, source, httpStatus: status, latencyMs, failedAt, proxy };
  const place = source === undefined ? url : `${url} (${source})`;
  if (error !== undefined || status === undefined) {
    const check = failed(error);
    const stage = STAGES[failedAt ?? 'request'] + (source === undefined ? '' : ` at ${source}`);
    return { ...check, ...shared, message: `${stage}. ${check.message}`, advice: adviceFor(facts) };
  }
  // Bedrock answers 403 or 404 to a request without an identity; these are of gateways and proxies.
  if (status >= 500 || status === 407) {
    return {
      status: 'failed',
      message: `${place} answers ${status}`,
      advice: 'What answers is not well, or is a proxy that lets nothing pass: check the proxy and baseURL.',
      ...shared,
    };
  }
  return { status: 'ok', message: `${place} answers, in ${latencyMs} ms${proxyNote(facts)}`, ...shared };
}

function adviceFor({ proxy, error, source }: EndpointProbe): string | undefined {
  if (proxy !== undefined && !proxy.isUsedByNode) {
    return `${proxy.variable} names the proxy ${proxy.host}, which Node's fetch uses with NODE_USE_ENV_PROXY=1 only.`;
  }
  if (proxy !== undefined) return `Check the proxy ${proxy.host} (${proxy.variable}).`;
  if (error?.code === 'ConnectTimeout')
    return 'Check the network, firewalls and proxies: what is sent may be dropped.';
  return source === undefined ? error?.advice : `Check ${source}, and that what it names is up.`;
}

function proxyNote({ proxy }: EndpointProbe): string {
  return proxy?.isUsedByNode ? `, through the proxy ${proxy.host}` : '';
}

/* ----------------------------------------------------------------- clock */

/** AWS refuses signatures that are five minutes off; the provider then signs again with the time of AWS. */
const NOTICED_MS = 60_000;

function checkClock({ clockSkewMs, url, error }: EndpointProbe): ClockCheck {
  const { host } = new URL(url);
  if (error !== undefined) return skipped('No answer to compare with.');
  if (clockSkewMs === undefined) return { status: 'unknown', message: `${host} does not tell its time` };
  const skewMs = clockSkewMs;
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const side = skewMs > 0 ? 'behind' : 'ahead of';
  const message =
    seconds <= 1 ? `The same as that of ${host}` : `This machine is ${seconds} s ${side} ${host}`;
  if (Math.abs(skewMs) < NOTICED_MS) return { status: 'ok', message, skewMs };
  return {
    status: 'warning',
    message,
    advice:
      'Set the clock. AWS refuses signatures that are five minutes off, so each process loses its first call.',
    skewMs,
  };
}
