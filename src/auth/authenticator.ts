import { createIdentitySource, type IdentitySettings } from './credentials.ts';
import { createSigner } from './sigv4.ts';

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
  readonly region: () => string;
}

/** Gives the headers to send, or throws as `createIdentitySource` says. */
export type Authenticate = (request: UnauthenticatedRequest) => Promise<Record<string, string>>;

/** Only the authenticator may set these. */
const IDENTITY_HEADERS = ['authorization', 'x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256'];

/** The one place that decides between a bearer key and a signature. */
export function createAuthenticator(settings: IdentitySettings): Authenticate {
  const identify = createIdentitySource(settings);
  const sign = createSigner();
  return async ({ method, url, body, signingName, region, headers: given }) => {
    const headers = { ...given };
    for (const name of IDENTITY_HEADERS) delete headers[name];
    const identity = await identify();
    if (identity.type === 'bearer') return { ...headers, authorization: `Bearer ${identity.token}` };
    const signature = await sign(
      { method, url, headers: signedHeaders(headers), body },
      { credentials: identity.credentials, service: signingName, region: region(), date: new Date() },
    );
    return { ...headers, ...signature };
  };
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
