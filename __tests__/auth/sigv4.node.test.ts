import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSigner, presignUrl, type SignedParts, type SigningScope } from '../../src/auth/sigv4.ts';
import { encodePathLabel, encodeRfc3986 } from '../../src/settings/model-ref.ts';
import { readSharedJson, sharedDataMissing } from '../support/shared-data.ts';

const sign = createSigner();
const skipped = sharedDataMissing ? ` (${sharedDataMissing})` : '';

interface BedrockCase {
  name: string;
  service: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  timestamp: string;
  request: { method: string; url: string; headers: Record<string, string>; body: string };
  expected: { headers: Record<string, string> };
}

interface SuiteCase {
  name: string;
  context: {
    credentials: { access_key_id: string; secret_access_key: string; token?: string };
    region: string;
    service: string;
    timestamp: string;
    normalize: boolean;
  };
  request: string;
  header: { signedRequest: string };
}

describe.skipIf(sharedDataMissing)(`the signer, on requests that botocore signed${skipped}`, () => {
  const { cases } = sharedDataMissing
    ? { cases: [] }
    : readSharedJson<{ cases: BedrockCase[] }>('sigv4/bedrock-requests.json');

  it.each(cases)('gives the same headers for $name', async ({ request, expected, ...scope }) => {
    const headers = await sign(request, { ...scope, date: new Date(scope.timestamp) });
    expect(headers).toEqual(expected.headers);
  });
});

/** Cases of AWS's suite that no request of this package can be. */
const NOT_OURS: ReadonlyArray<readonly [name: RegExp, reason: string]> = [
  [/-unnormalized$/, 'fetch normalizes every path before it sends it'],
  [/^get-header-value-multiline$/, 'fetch refuses header values of several lines'],
  [
    /^get-(space|utf8)/,
    'the path is given percent-encoded, and Bedrock encodes it once more than this suite',
  ],
  [/^post-sts-header-after$/, 'a session token is always signed'],
];

describe.skipIf(sharedDataMissing)(`the signer, on AWS's test suite${skipped}`, () => {
  const { cases } = sharedDataMissing
    ? { cases: [] }
    : readSharedJson<{ cases: SuiteCase[] }>('sigv4/aws-sigv4-test-suite.json');
  const reasonOf = (name: string) => NOT_OURS.find(([pattern]) => pattern.test(name))?.[1];
  const signedByUs = new Set(['authorization', 'x-amz-date', 'x-amz-security-token', 'host']);

  it.each(cases.filter(({ name }) => reasonOf(name) === undefined))('signs $name', async suite => {
    const { headers, ...request } = parseRequest(suite.header.signedRequest);
    const given = Object.entries(headers).filter(([name]) => !signedByUs.has(name));
    const { credentials, region, service, timestamp } = suite.context;
    const signed = await sign(
      { ...request, headers: Object.fromEntries(given) },
      {
        credentials: {
          accessKeyId: credentials.access_key_id,
          secretAccessKey: credentials.secret_access_key,
          sessionToken: credentials.token,
        },
        region,
        service,
        date: new Date(timestamp),
      },
    );
    expect(signed['authorization']).toBe(headers['authorization']);
  });

  for (const { name } of cases.filter(suite => reasonOf(suite.name) !== undefined)) {
    it.skip(`signs ${name}: ${reasonOf(name)}`, () => {});
  }
});

function parseRequest(text: string) {
  const [head = '', body = ''] = text.split('\n\n');
  const [requestLine = '', ...lines] = head.split('\n');
  const [, method = '', target = ''] = /^(\S+) (.*) HTTP\/1\.1$/.exec(requestLine) ?? [];
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase();
    const value = line.slice(line.indexOf(':') + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  return { method, url: `https://${headers['host']}${target}`, headers, body: body || undefined };
}

/* ------------------------------------------------- against the AWS SDK's signer */

class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array);
  }
  update(data: Uint8Array) {
    this.#hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.#hash.digest());
  }
  reset() {}
}

async function signLikeTheSdk(
  { method, url, headers, body }: SignedParts,
  { credentials, region, service, date }: SigningScope,
): Promise<string | undefined> {
  const { hostname, host, pathname, search } = new URL(url);
  const query = Object.fromEntries(new URLSearchParams(search));
  const { sessionToken, ...keys } = credentials;
  const signer = new SignatureV4({
    credentials: { ...keys, ...(sessionToken !== undefined && { sessionToken }) } as never,
    region,
    service,
    sha256: Sha256 as never,
    applyChecksum: false,
  });
  const signed = await signer.sign(
    {
      method,
      protocol: 'https:',
      hostname,
      path: pathname,
      query,
      headers: { ...headers, host },
      body,
    },
    { signingDate: date },
  );
  return signed.headers['authorization'];
}

const visible = fc.stringMatching(/^[!-~]{1,40}$/);
/** Of any script, with blanks, quotes, slashes and colons more often than by chance. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
  fc.string({ unit: fc.constantFrom(...' /:+%&=?#\'"()*!~.-é語😀'), minLength: 1, maxLength: 30 }),
);
const label = fc
  .oneof(
    anyText,
    fc.constantFrom(
      'amazon.nova-lite-v1:0',
      'arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abcdefghijkl',
    ),
  )
  .filter(text => text !== '.' && text !== '..');
const path = fc
  .tuple(
    fc.constantFrom('/model', '/async-invoke', '/gateway//bedrock/model', ''),
    label,
    fc.constantFrom('/converse', '', '/'),
  )
  .map(([before, id, after]) => `${before}/${encodePathLabel(id)}${after}`);
const query = fc.dictionary(anyText, fc.oneof(anyText, fc.constant('')), { maxKeys: 4 }).map(pairs =>
  Object.entries(pairs)
    // The SDK leaves the one out of signatures, and cannot hold the other in its plain objects.
    .filter(([name]) => name.toLowerCase() !== 'x-amz-signature' && name !== '__proto__')
    .map(([name, value]) => `${encodeRfc3986(name)}=${encodeRfc3986(value)}`)
    .join('&'),
);
const headers = fc.dictionary(
  fc.constantFrom(
    'accept',
    'content-type',
    'x-amzn-bedrock-accept',
    'x-amzn-bedrock-guardrailidentifier',
    'x-amzn-bedrock-request-metadata',
  ),
  fc.stringMatching(/^[ \t]{0,3}[!-~]{1,9}(?:[ \t]{1,4}[!-~]{1,9}){0,3}[ \t]{0,3}$/),
);
const body = fc.oneof(
  fc.constant(undefined),
  fc.json(),
  fc.string({ unit: 'binary' }),
  fc.uint8Array().map(bytes => Uint8Array.from(bytes)),
);
const request: fc.Arbitrary<SignedParts> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
  url: fc
    .tuple(path, query)
    .map(([where, what]) => `https://bedrock-runtime.us-east-1.amazonaws.com${where}${what && `?${what}`}`),
  headers,
  body,
});
const scope: fc.Arbitrary<SigningScope> = fc.record({
  credentials: fc.record({
    accessKeyId: visible,
    secretAccessKey: visible,
    sessionToken: fc.option(visible, { nil: undefined }),
  }),
  service: fc.constantFrom('bedrock', 'bedrock-mantle'),
  region: fc.constantFrom('us-east-1', 'eu-central-1', 'cn-north-1'),
  date: fc.date({ min: new Date('2024-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
});

describe('the signer', () => {
  it('gives the signature of the AWS SDK for any request to Bedrock', async () => {
    await fc.assert(
      fc.asyncProperty(request, scope, async (parts, how) => {
        const { authorization } = await sign(parts, how);
        expect(authorization).toBe(await signLikeTheSdk(parts, how));
      }),
      { numRuns: 2000 },
    );
  }, 30_000);
});

/* ------------------------------------------------------------------- for S3 */

/** Not like the path of other services, that of S3 is encoded once. */
function s3Signer({ credentials, region }: SigningScope): SignatureV4 {
  return new SignatureV4({
    credentials: credentials as never,
    region,
    service: 's3',
    sha256: Sha256 as never,
    uriEscapePath: false,
    applyChecksum: false,
  });
}

const s3Scope = fc.record({
  credentials: fc.record({
    accessKeyId: fc.stringMatching(/^[A-Z0-9]{16,20}$/),
    secretAccessKey: visible,
    sessionToken: fc.option(visible, { nil: undefined }),
  }),
  service: fc.constant('s3'),
  region: fc.constantFrom('us-east-1', 'eu-west-3', 'cn-north-1'),
  date: fc.date({ min: new Date('2020-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }),
});
/** As the package writes them: slashes part a key, and everything else in it is encoded. */
const s3Url = fc
  .array(anyText, { minLength: 1, maxLength: 3 })
  .map(parts => parts.join('/').split('/'))
  .filter(parts => !parts.some(part => part === '.' || part === '..'))
  .map(parts => `https://my-bucket.s3.us-east-1.amazonaws.com/${parts.map(encodeRfc3986).join('/')}`);

describe('signatures for S3', () => {
  it("are those of the AWS SDK's signer, for keys of any script", async () => {
    await fc.assert(
      fc.asyncProperty(s3Url, s3Scope, async (url, scope) => {
        const ours = await sign({ method: 'GET', url, headers: {}, body: undefined }, scope);
        const { hostname, pathname } = new URL(url);
        const headers = { host: hostname, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
        const request = { method: 'GET', protocol: 'https:', hostname, path: pathname, headers };
        const theirs = await s3Signer(scope).sign(request, { signingDate: scope.date });
        expect(ours['x-amz-content-sha256']).toBe('UNSIGNED-PAYLOAD');
        expect(ours['authorization']).toBe(theirs.headers['authorization']);
      }),
    );
  });

  it("are in URLs as the AWS SDK's presigner puts them", async () => {
    await fc.assert(
      fc.asyncProperty(s3Url, s3Scope, fc.integer({ min: 1, max: 604_800 }), async (url, scope, seconds) => {
        const ours = new URL(await presignUrl(url, seconds, scope));
        const { hostname, pathname } = new URL(url);
        const headers = { host: hostname, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
        const theirs = await s3Signer(scope).presign(
          { method: 'GET', protocol: 'https:', hostname, path: pathname, headers },
          {
            signingDate: scope.date,
            expiresIn: seconds,
            unsignableHeaders: new Set(['x-amz-content-sha256']),
            unhoistableHeaders: new Set(['x-amz-content-sha256']),
          },
        );
        expect(ours.pathname).toBe(pathname);
        const sorted = (query: object) => Object.fromEntries(Object.entries(query).toSorted());
        const { 'X-Amz-Content-Sha256': _, ...query } = theirs.query ?? {};
        expect(sorted(Object.fromEntries(ours.searchParams))).toEqual(sorted(query));
      }),
    );
  });
});
