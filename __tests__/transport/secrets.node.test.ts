import { afterEach, describe, expect, it, vi } from 'vitest';
import { createAuthenticator } from '../../src/auth/authenticator.ts';
import type { BedrockProviderSettings } from '../../src/settings/settings.ts';
import { createTransport, type TransportCall } from '../../src/transport/transport.ts';
import { stubAwsEnvironment } from '../auth/environment.ts';
import { everythingOf } from './everything-of.ts';
import { errorOf } from './recording-fetch.ts';

afterEach(() => vi.unstubAllEnvs());

const mark = (source: string) => `SECRET-of-${source}/+==`;

/** Every place a secret can come from, with all its secrets marked. */
const sources: Record<
  string,
  { settings: BedrockProviderSettings; environment?: Parameters<typeof stubAwsEnvironment>[0] }
> = {
  'an apiKey': { settings: { apiKey: mark('apiKey') } },
  'an apiKey function': { settings: { apiKey: async () => mark('apiKey') } },
  keys: {
    settings: {
      accessKeyId: 'SETTINGKEY',
      secretAccessKey: mark('secretAccessKey'),
      sessionToken: mark('sessionToken'),
    },
  },
  'a credentialProvider': {
    settings: {
      credentialProvider: async () => ({
        accessKeyId: 'PROVIDEDKEY',
        secretAccessKey: mark('credentialProvider'),
        sessionToken: mark('credentialProvider-session'),
      }),
    },
  },
  'a bearer token of the environment': {
    settings: {},
    environment: { AWS_BEARER_TOKEN_BEDROCK: mark('environment-token') },
  },
  'keys of the environment': {
    settings: {},
    environment: {
      AWS_ACCESS_KEY_ID: 'AMBIENTKEY',
      AWS_SECRET_ACCESS_KEY: mark('environment-secret'),
      AWS_SESSION_TOKEN: mark('environment-session'),
    },
  },
};

/** A server that answers with everything it was sent, as AWS does for wrong signatures. */
const echo =
  (status: number): typeof fetch =>
  async (url, init) => {
    const sent = JSON.stringify({ url: String(url), headers: init?.headers });
    return new Response(JSON.stringify({ message: sent }), {
      status,
      headers: { 'x-echo': sent, ...(status < 400 && { location: 'https://other.example/' }) },
    });
  };

/** Every way a call can fail once it has its credentials. */
const failures: Record<
  string,
  { fetch: typeof fetch; settings?: BedrockProviderSettings; call?: Partial<TransportCall> }
> = {
  'a reply with status 400': { fetch: echo(400) },
  'a reply with status 403': { fetch: echo(403) },
  'a reply with status 429': { fetch: echo(429) },
  'a reply with status 503': { fetch: echo(503) },
  'a redirect': { fetch: echo(307) },
  'a page': {
    fetch: async (_, init) =>
      new Response(`<p>${new Headers(init?.headers).get('authorization')}`, { status: 502 }),
  },
  'a broken connection': { fetch: async () => Promise.reject(new TypeError('fetch failed')) },
  'a missing Region': { fetch: echo(200), settings: { region: undefined } },
  'a wrong Region': { fetch: echo(200), settings: { region: 'no region' } },
  'a wrong base URL': { fetch: echo(200), settings: { baseURL: `https://u:${mark('baseURL')}@host/` } },
  'a wrong URL of a service': {
    fetch: echo(200),
    settings: { endpoints: { runtime: `https://gateway.example.com/?key=${mark('endpoints')}` } },
  },
  'a reply that does not begin': {
    fetch: () => new Promise(() => {}),
    settings: { connectTimeoutMs: 5 },
    call: { streams: true },
  },
  'a wrong header': { fetch: echo(200), settings: { headers: { 'x-key': `${mark('header')}\u0000` } } },
  'an abort': { fetch: echo(200), call: { abortSignal: AbortSignal.abort() } },
};

const combinations = Object.keys(sources).flatMap(source =>
  Object.keys(failures).map(failure => ({ source, failure })),
);

describe('secrets', () => {
  it.each(combinations)('of $source do not show in the error of $failure', async ({ source, failure }) => {
    const { settings, environment } = sources[source] as (typeof sources)[string];
    const { fetch, settings: more, call } = failures[failure] as (typeof failures)[string];
    stubAwsEnvironment(environment);
    const all: BedrockProviderSettings = { region: 'us-east-1', fetch, ...settings, ...more };
    const send = createTransport({ settings: all, authenticate: createAuthenticator(all) });
    const error = await errorOf(
      send({ service: 'bedrock-runtime', method: 'POST', path: '/model/x/converse', body: '{}', ...call }),
    );
    const shown = everythingOf(error);
    expect(shown).not.toContain('SECRET-of');
    expect(shown).not.toMatch(/Signature=[0-9a-f]{64}/);
  });

  it('do show where nothing hides them, so that the tests above can fail', () => {
    expect(everythingOf(new Error('x', { cause: { key: mark('test') } }))).toContain('SECRET-of');
  });
});
