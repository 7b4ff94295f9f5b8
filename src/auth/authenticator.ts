import { createClock } from './clock.ts';
import { createIdentitySource, type IdentitySource } from './identity.ts';
import type { IdentitySettings } from './identity-settings.ts';
import { type Refusal, refusedPart } from './refusal.ts';
import { createSigner, presignUrl } from './sigv4.ts';

/** A request that lacks nothing but its proof of identity. */
export interface UnauthenticatedRequest {
  readonly method: string;
  /** As it goes on the wire, percent-encoded. */
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
  readonly signingName: string;
  /** Asked only when a signature needs it: a bearer key is good in every Region. */
  readonly region: () => string | Promise<string>;
  /**
   * Where set, the URL is to carry the signature for so many seconds, and no headers. Without effect on a
   * bearer key, which no URL can carry.
   */
  readonly expiresInSeconds?: number | undefined;
}

export interface AuthenticatedRequest {
  /** The URL to call: the one given, or one with a signature. */
  readonly url: string;
  /** All headers to send. */
  readonly headers: Record<string, string>;
  /**
   * Learns from the error reply to this request: reads keys anew that AWS does not take, corrects the clock.
   * @param refusal with the `date` header of the reply
   * @returns whether the request may succeed when it is authenticated and sent once more
   * @throws as authentication does, when there are no new keys
   */
  readonly learnFrom: (refusal: Refusal & { readonly date: string | undefined }) => Promise<boolean>;
}

/** Throws as `createIdentitySource` says. */
export type Authenticate = (request: UnauthenticatedRequest) => Promise<AuthenticatedRequest>;

/** Also tells who it proves, without a request. */
export type Authenticator = Authenticate & Pick<IdentitySource, 'identify'>;

/** Only the authenticator may set these. */
const IDENTITY_HEADERS = ['authorization', 'x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256'];

/** The one place that decides between a bearer key and a signature. */
export function createAuthenticator(settings: IdentitySettings): Authenticator {
  const clock = createClock();
  const sign = createSigner();
  const source = createIdentitySource(settings, { clock, sign });

  const authenticate: Authenticate = async ({
    method,
    url,
    body,
    signingName,
    region,
    headers: given,
    expiresInSeconds,
  }) => {
    const headers = { ...given };
    for (const name of IDENTITY_HEADERS) if (name in headers) delete headers[name];
    const identity = await source.identify();
    const signedAt = clock.now();
    const learnFrom: AuthenticatedRequest['learnFrom'] = async refusal => {
      switch (refusedPart(refusal)) {
        case 'keys':
          return source.renew(identity);
        case 'time':
          return clock.correct(signedAt, refusal.date);
        case undefined:
          return false;
      }
    };
    if (identity.type === 'bearer') {
      headers['authorization'] = `Bearer ${identity.token}`;
      return { url, headers, learnFrom };
    }
    const scope = {
      credentials: identity.keys,
      service: signingName,
      region: await region(),
      date: new Date(signedAt),
    };
    if (expiresInSeconds !== undefined) {
      return { url: await presignUrl(url, expiresInSeconds, scope), headers, learnFrom };
    }
    const proof = await sign({ method, url, headers: signedHeaders(headers), body }, scope);
    return { url, headers: { ...headers, ...proof }, learnFrom };
  };
  return Object.assign(authenticate, { identify: source.identify });
}

/**
 * AWS's own headers and the content type. Signing the caller's headers too would protect nothing that
 * Bedrock reads, and break when a proxy or a tracing library rewrites one on the way.
 */
function signedHeaders(headers: Record<string, string>): Record<string, string> {
  const signed: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name === 'content-type' || (name.startsWith('x-amz') && name !== 'x-amzn-trace-id'))
      signed[name] = value;
  }
  return signed;
}
