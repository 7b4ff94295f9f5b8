/**
 * Verification of Signature Version 4, step by step as AWS describes how a signature is made. It shares no
 * code with the signer of this package, so that one checks the other.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { AwsError } from '../aws-error.ts';

export interface LocalCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** When set, requests must carry this token too. */
  readonly sessionToken?: string | undefined;
}

export interface SignedRequest {
  readonly method: string;
  /** As on the wire: path percent-encoded, query as sent. */
  readonly url: URL;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
}

export interface Expectations {
  readonly credentials: readonly LocalCredentials[];
  readonly region: string;
  readonly service: string;
  readonly now: Date;
}

interface Authorization {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const encoder = new TextEncoder();

/**
 * @returns the credentials that signed the request
 * @throws AwsError as AWS words it, when the signature, its scope, its time or its key is wrong
 */
export async function verifySignature(
  request: SignedRequest,
  authorizationHeader: string,
  expected: Expectations,
): Promise<LocalCredentials> {
  const authorization = parseAuthorization(authorizationHeader);
  const timestamp = request.headers.get('x-amz-date') ?? '';
  const sessionToken = request.headers.get('x-amz-security-token') ?? undefined;
  const credentials = findCredentials(authorization, sessionToken, expected.credentials);
  checkScope(authorization, timestamp, expected);
  checkTime(timestamp, expected);
  const canonicalRequest = createCanonicalRequest(request, authorization, await payloadHash(request));
  await checkSignature(authorization, { timestamp, canonicalRequest, credentials });
  return credentials;
}

/**
 * Verifies a URL that carries its signature.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 * @returns the credentials that signed it
 * @throws AwsError as above, and AccessDenied when it has expired
 */
export async function verifyPresigned(
  request: SignedRequest,
  expected: Expectations,
): Promise<LocalCredentials> {
  const { searchParams } = request.url;
  const parameter = (name: string) => searchParams.get(`X-Amz-${name}`) ?? undefined;
  const timestamp = parameter('Date') ?? '';
  const seconds = Number(parameter('Expires') ?? Number.NaN);
  if (!(Number.isInteger(seconds) && seconds >= 1 && seconds <= 604_800)) {
    throw incomplete('X-Amz-Expires must be a whole number from 1 to 604800.');
  }
  const authorization = readAuthorization({
    credential: parameter('Credential'),
    signedHeaders: parameter('SignedHeaders'),
    signature: parameter('Signature'),
  });
  const credentials = findCredentials(authorization, parameter('Security-Token'), expected.credentials);
  checkScope(authorization, timestamp, expected);
  const signedAt = parseTimestamp(timestamp) ?? Number.NaN;
  if (!(signedAt + seconds * 1000 > expected.now.getTime())) {
    throw new AwsError('AccessDenied', 'Request has expired', { status: 403 });
  }
  const url = new URL(request.url);
  url.searchParams.delete('X-Amz-Signature');
  const canonicalRequest = createCanonicalRequest({ ...request, url }, authorization, 'UNSIGNED-PAYLOAD');
  await checkSignature(authorization, { timestamp, canonicalRequest, credentials });
  return credentials;
}

interface Signing {
  readonly timestamp: string;
  readonly canonicalRequest: string;
  readonly credentials: LocalCredentials;
}

async function checkSignature(
  authorization: Authorization,
  { timestamp, canonicalRequest, credentials }: Signing,
): Promise<void> {
  const scope = [authorization.date, authorization.region, authorization.service, 'aws4_request'].join('/');
  const stringToSign = [ALGORITHM, timestamp, scope, await sha256Hex(canonicalRequest)].join('\n');
  const key = await deriveSigningKey(credentials.secretAccessKey, scope);
  // `verify` compares in constant time.
  const isValid = await crypto.subtle.verify(
    'HMAC',
    await importKey(key, 'verify'),
    fromHex(authorization.signature),
    encoder.encode(stringToSign),
  );
  if (!isValid) {
    throw new AwsError(
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    );
  }
}

/* ------------------------------------------------------------ authorization */

function parseAuthorization(header: string): Authorization {
  const parameters = new Map(
    header
      .slice(ALGORITHM.length)
      .split(',')
      .map(part => {
        const [name = '', ...value] = part.trim().split('=');
        return [name, value.join('=')] as const;
      }),
  );
  const missing = ['Credential', 'SignedHeaders', 'Signature'].filter(name => !parameters.get(name));
  if (missing.length > 0) {
    throw incomplete(missing.map(name => `Authorization header requires '${name}' parameter.`).join(' '));
  }
  return readAuthorization({
    credential: parameters.get('Credential'),
    signedHeaders: parameters.get('SignedHeaders'),
    signature: parameters.get('Signature'),
  });
}

function readAuthorization(given: {
  readonly credential: string | undefined;
  readonly signedHeaders: string | undefined;
  readonly signature: string | undefined;
}): Authorization {
  const [accessKeyId = '', date = '', region = '', service = '', end] = given.credential?.split('/') ?? [];
  const signedHeaders = given.signedHeaders?.split(';') ?? [];
  const { signature = '' } = given;
  if (end !== 'aws4_request') {
    throw incomplete(
      'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.',
    );
  }
  if (!signedHeaders.includes('host') && !signedHeaders.includes(':authority')) {
    throw incomplete("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  return { accessKeyId, date, region, service, signedHeaders, signature };
}

function incomplete(message: string): AwsError {
  return new AwsError('IncompleteSignatureException', message);
}

function findCredentials(
  { accessKeyId }: Authorization,
  sessionToken: string | undefined,
  credentials: readonly LocalCredentials[],
): LocalCredentials {
  const found = credentials.find(
    candidate => candidate.accessKeyId === accessKeyId && candidate.sessionToken === sessionToken,
  );
  if (found === undefined) {
    throw new AwsError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    );
  }
  return found;
}

function checkScope(authorization: Authorization, timestamp: string, expected: Expectations): void {
  const wrong = (message: string) => new AwsError('InvalidSignatureException', message);
  if (authorization.region !== expected.region) {
    throw wrong('Credential should be scoped to a valid region.');
  }
  if (authorization.service !== expected.service) {
    throw wrong(`Credential should be scoped to correct service: '${expected.service}'.`);
  }
  if (authorization.date !== timestamp.slice(0, 8)) {
    throw wrong(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${authorization.date}' != '${timestamp.slice(0, 8)}', from '${timestamp}'.`,
    );
  }
}

const ALLOWED_SKEW_MINUTES = { s3: 15, others: 5 };

function checkTime(timestamp: string, { now, service }: Expectations): void {
  const signedAt = parseTimestamp(timestamp);
  const minutes = ALLOWED_SKEW_MINUTES[service === 's3' ? 's3' : 'others'];
  const skew = minutes * 60_000;
  const expired = (text: string) => new AwsError('InvalidSignatureException', text);
  if (signedAt === undefined) throw incomplete("Authorization header requires existence of 'X-Amz-Date'.");
  if (signedAt < now.getTime() - skew) {
    const limit = formatTimestamp(new Date(now.getTime() - skew));
    throw expired(
      `Signature expired: ${timestamp} is now earlier than ${limit} (${formatTimestamp(now)} - ${minutes} min.)`,
    );
  }
  if (signedAt > now.getTime() + skew) {
    const limit = formatTimestamp(new Date(now.getTime() + skew));
    throw expired(
      `Signature not yet current: ${timestamp} is still later than ${limit} (${formatTimestamp(now)} + ${minutes} min.)`,
    );
  }
}

function parseTimestamp(timestamp: string): number | undefined {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp) ?? [];
  const [year, month, day, hour, minute, second] = parts;
  if (second === undefined) return undefined;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function formatTimestamp(date: Date): string {
  return date.toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/* -------------------------------------------------------- canonical request */

function createCanonicalRequest(
  request: SignedRequest,
  { signedHeaders, service }: Authorization,
  hashOfPayload: string,
): string {
  return [
    request.method,
    canonicalPath(request.url.pathname, service),
    canonicalQuery(request.url.search),
    ...signedHeaders.map(name => `${name}:${canonicalHeaderValue(request, name)}`),
    '',
    signedHeaders.join(';'),
    hashOfPayload,
  ].join('\n');
}

/** Every service but S3 has the path encoded twice: what is on the wire, encoded once more. */
function canonicalPath(path: string, service: string): string {
  const asSigned = (part: string) => encode(service === 's3' ? decode(part) : part);
  return path.split('/').map(asSigned).join('/');
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function canonicalQuery(search: string): string {
  return (
    [...new URLSearchParams(search)]
      .map(([name, value]) => [encode(name), encode(value)] as const)
      // By name, then by value: sorting the pairs as text would put `a-b=` before `a=`.
      .sort(([a, x], [b, y]) => (a === b ? compareText(x, y) : compareText(a, b)))
      .map(pair => pair.join('='))
      .join('&')
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function canonicalHeaderValue({ headers, url }: SignedRequest, name: string): string {
  // HTTP/2 has the host as `:authority`, which no `Headers` holds; and a request that never crossed a network
  // has it in the URL only.
  const isHost = name === 'host' || name === ':authority';
  const value = headers.get(isHost ? 'host' : name) ?? (isHost ? url.host : '');
  return value.trim().replace(/ +/g, ' ');
}

/** The hash that a client claims is worth nothing: the body's own one counts, but for bodies not hashed at all. */
async function payloadHash({ headers, body }: SignedRequest): Promise<string> {
  const claimed = headers.get('x-amz-content-sha256') ?? '';
  return /^(UNSIGNED-PAYLOAD|STREAMING-.+)$/.test(claimed) ? claimed : sha256Hex(body);
}

/** As RFC 3986 has it: `encodeURIComponent` leaves five characters out. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/* ------------------------------------------------------------------- crypto */

async function deriveSigningKey(secretAccessKey: string, scope: string): Promise<Uint8Array<ArrayBuffer>> {
  let key = encoder.encode(`AWS4${secretAccessKey}`);
  for (const step of scope.split('/')) {
    const signed = await crypto.subtle.sign('HMAC', await importKey(key, 'sign'), encoder.encode(step));
    key = new Uint8Array(signed);
  }
  return key;
}

function importKey(
  bytes: Uint8Array<ArrayBuffer>,
  usage: 'sign' | 'verify',
): ReturnType<typeof crypto.subtle.importKey> {
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, [usage]);
}

async function sha256Hex(data: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = typeof data === 'string' ? encoder.encode(data) : data;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('');
}

function fromHex(text: string): Uint8Array<ArrayBuffer> {
  const pairs = text.match(/[0-9a-f]{2}/g) ?? [];
  return Uint8Array.from(pairs, pair => Number.parseInt(pair, 16));
}
