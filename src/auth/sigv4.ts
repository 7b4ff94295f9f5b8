import type { AwsCredentials } from '../settings/settings.ts';
import { signerOfRuntime } from './signer.ts';

/** What a signature covers. Header names are lower case, `host` is taken from the URL. */
export interface SignedParts {
  readonly method: string;
  /** As it goes on the wire, percent-encoded. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
}

export interface SigningScope {
  readonly credentials: AwsCredentials;
  /** The signing name, e.g. `bedrock`. */
  readonly service: string;
  readonly region: string;
  readonly date: Date;
}

/** Gives the headers that carry the signature, to be added to the request. */
export type Sign = (parts: SignedParts, scope: SigningScope) => Promise<Record<string, string>>;

/** One key per day, Region, service and secret: a process with more than this is rotating its keys. */
const MAX_KEYS = 64;

/**
 * Signs requests by AWS Signature Version 4.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function createSigner(): Sign {
  const keys = new Map<string, ArrayBuffer>();
  return async ({ method, url, headers, body }, { credentials, service, region, date }) => {
    if (keys.size >= MAX_KEYS) keys.clear();
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    const signer = new (signerOfRuntime())({
      method,
      url,
      headers,
      body: body ?? null,
      accessKeyId,
      secretAccessKey,
      ...(sessionToken !== undefined && { sessionToken }),
      service,
      region,
      datetime: formatTime(date),
      cache: keys,
      // The caller chooses what is signed; aws4fetch would leave out content-type.
      allHeaders: true,
    });
    // S3 wants to be told that the bytes are not hashed; the signer has put it among the headers that it signs.
    const contentHash = service === 's3' ? signer.headers.get('x-amz-content-sha256') : null;
    return {
      'x-amz-date': signer.datetime,
      ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
      ...(contentHash !== null && { 'x-amz-content-sha256': contentHash }),
      authorization: await signer.authHeader(),
    };
  };
}

/**
 * A URL that carries its signature, so that whoever has it may GET it until it expires. For S3.
 * @param expiresInSeconds 1 to 604,800
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export async function presignUrl(
  url: string,
  expiresInSeconds: number,
  { credentials, service, region, date }: SigningScope,
): Promise<string> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const expiring = new URL(url);
  expiring.searchParams.set('X-Amz-Expires', String(expiresInSeconds));
  const signer = new (signerOfRuntime())({
    method: 'GET',
    url: expiring.href,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    service,
    region,
    datetime: formatTime(date),
    signQuery: true,
  });
  return (await signer.sign()).url.href;
}

function formatTime(date: Date): string {
  return date.toISOString().replace(/[:-]|\.\d{3}/g, '');
}
