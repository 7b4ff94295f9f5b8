import { SignatureV4 } from '@smithy/signature-v4';
import { createLocalBedrock, type LocalBedrock, type LocalCredentials } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import { failureOf, MODEL, say } from './support.ts';

/** A hash for AWS's signer that every runtime has. */
class Sha256 {
  readonly #key: Uint8Array<ArrayBuffer> | undefined;
  #data = new Uint8Array(0);

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#key = secret === undefined ? undefined : toBytes(secret);
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#data = Uint8Array.from([...this.#data, ...toBytes(data)]);
  }

  async digest(): Promise<Uint8Array> {
    if (this.#key === undefined) return new Uint8Array(await crypto.subtle.digest('SHA-256', this.#data));
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    const key = await crypto.subtle.importKey('raw', this.#key, algorithm, false, ['sign']);
    return new Uint8Array(await crypto.subtle.sign('HMAC', key, this.#data));
  }

  reset(): void {
    this.#data = new Uint8Array(0);
  }
}

function toBytes(data: string | ArrayBuffer | ArrayBufferView): Uint8Array<ArrayBuffer> {
  if (typeof data === 'string') return new TextEncoder().encode(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice()
    : new Uint8Array(data);
}

const keys: LocalCredentials = { accessKeyId: 'KEYONE', secretAccessKey: 'secret-one' };
const body = JSON.stringify(say('Hello'));

interface Signing {
  credentials?: LocalCredentials;
  region?: string;
  service?: string;
  date?: Date;
  path?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
}

interface SignedRequest {
  url: string;
  init: { method: string; headers: Record<string, string>; body: string };
}

/** A request signed by AWS's own signer. */
async function signed(signing: Signing = {}): Promise<SignedRequest> {
  const hostname = `bedrock-runtime.us-east-1.amazonaws.com`;
  const path = signing.path ?? `/model/${encodeURIComponent(MODEL)}/converse`;
  const { credentials = keys } = signing;
  const signer = new SignatureV4({
    credentials: { ...credentials, sessionToken: credentials.sessionToken as string },
    region: signing.region ?? 'us-east-1',
    service: signing.service ?? 'bedrock',
    sha256: Sha256,
  });
  const request = await signer.sign(
    {
      method: 'POST',
      protocol: 'https:',
      hostname,
      path,
      query: signing.query ?? {},
      headers: { host: hostname, 'content-type': 'application/json', ...signing.headers },
      body,
    },
    signing.date ? { signingDate: signing.date } : {},
  );
  const query = new URLSearchParams(signing.query).toString();
  return {
    url: `https://${hostname}${path}${query === '' ? '' : `?${query}`}`,
    init: { method: 'POST', headers: { ...request.headers }, body },
  };
}

const server = () => createLocalBedrock({ credentials: keys, apiKeys: ['key-a', 'key-b'] });

async function send(local: LocalBedrock, { url, init }: SignedRequest): Promise<Response> {
  return local.fetch(url, init);
}

const minutesFromNow = (minutes: number) => new Date(Date.now() + minutes * 60_000);

describe('signatures', () => {
  it('lets a request in that AWS’s signer has signed', async () => {
    expect((await send(server(), await signed())).status).toBe(200);
  });

  it.each([
    'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6',
    'anthropic.claude-3-5-haiku-20241022-v1:0',
    `arn:aws:bedrock:us-east-1:123456789012:imported-model/it's(a)model*`,
  ])('verifies the path of %s', async modelId => {
    const path = `/model/${encodeURIComponent(modelId)}/converse`;
    expect((await send(server(), await signed({ path }))).status).toBe(200);
  });

  it('verifies a path whose colon was sent as it is', async () => {
    expect((await send(server(), await signed({ path: `/model/${MODEL}/converse` }))).status).toBe(200);
  });

  it('verifies a query, whatever its order and characters', async () => {
    const query = { b: '2 x', a: 'ä/+', 'a-b': '', A: '~*' };
    expect((await send(server(), await signed({ query }))).status).toBe(200);
  });

  it('verifies headers with more space than they need', async () => {
    const headers = { 'x-amz-meta': 'a   b', 'x-other': '  c ' };
    expect((await send(server(), await signed({ headers }))).status).toBe(200);
  });

  it('accepts a session token that belongs to the keys, and no other', async () => {
    const credentials = { ...keys, sessionToken: 'token' };
    const local = createLocalBedrock({ credentials: [credentials] });
    expect((await send(local, await signed({ credentials }))).status).toBe(200);
    for (const wrong of [keys, { ...keys, sessionToken: 'other' }]) {
      const response = await send(local, await signed({ credentials: wrong }));
      expect(await failureOf(response)).toEqual([
        403,
        'UnrecognizedClientException',
        'The security token included in the request is invalid.',
      ]);
    }
  });

  it('asks the region of the host that the request goes to', async () => {
    const request = await signed({ region: 'us-east-1' });
    const url = request.url.replace('us-east-1', 'eu-west-1');
    const init = { ...request.init, headers: { ...request.init.headers, host: new URL(url).host } };
    const response = await server().fetch(url, init);
    expect(await failureOf(response)).toEqual([
      403,
      'InvalidSignatureException',
      'Credential should be scoped to a valid region.',
    ]);
  });

  it('refuses a signature for another service', async () => {
    const response = await send(server(), await signed({ service: 'bedrock-runtime' }));
    expect(await failureOf(response)).toEqual([
      403,
      'InvalidSignatureException',
      "Credential should be scoped to correct service: 'bedrock'.",
    ]);
  });

  it.each([
    ['old', -6, /^Signature expired: \d{8}T\d{6}Z is now earlier than .* \(.* - 5 min\.\)$/],
    ['early', 6, /^Signature not yet current: \d{8}T\d{6}Z is still later than .* \(.* \+ 5 min\.\)$/],
  ])('refuses a signature that is too %s', async (_, minutes, message) => {
    const response = await send(server(), await signed({ date: minutesFromNow(minutes) }));
    expect(await failureOf(response)).toEqual([
      403,
      'InvalidSignatureException',
      expect.stringMatching(message),
    ]);
  });

  it('forgives a clock that is a few minutes off', async () => {
    for (const minutes of [-4, 4]) {
      expect((await send(server(), await signed({ date: minutesFromNow(minutes) }))).status).toBe(200);
    }
  });

  it.each<[string, (request: SignedRequest) => SignedRequest]>([
    ['body', ({ url, init }) => ({ url, init: { ...init, body: JSON.stringify(say('Hallo')) } })],
    ['path', ({ url, init }) => ({ url: url.replace('sonnet', 'opus'), init })],
    ['query', ({ url, init }) => ({ url: `${url}?x=1`, init })],
    ['signed header', r => withHeader(r, 'content-type', 'text/plain')],
    [
      'signature',
      r =>
        withHeader(
          r,
          'authorization',
          (r.init.headers['authorization'] ?? '').replace(/.$/, d => (d === '0' ? '1' : '0')),
        ),
    ],
    [
      'claimed body hash',
      r => withHeader({ ...r, init: { ...r.init, body: '{}' } }, 'x-amz-content-sha256', '0'.repeat(64)),
    ],
  ])('refuses a request whose %s was changed on the way', async (_, tamper) => {
    const request = await signed();
    const tampered = tamper(request);
    expect(tampered).not.toEqual(request);
    expect(await failureOf(await send(server(), tampered))).toEqual([
      403,
      'InvalidSignatureException',
      expect.stringMatching(
        /^The request signature we calculated does not match the signature you provided\./,
      ),
    ]);
  });

  it('says what is missing from an Authorization header', async () => {
    const header = 'AWS4-HMAC-SHA256 Credential=KEYONE/20260101/us-east-1/bedrock/aws4_request';
    const response = await send(server(), withHeader(await signed(), 'authorization', header));
    expect(await failureOf(response)).toEqual([
      403,
      'IncompleteSignatureException',
      "Authorization header requires 'SignedHeaders' parameter. Authorization header requires 'Signature' parameter.",
    ]);
  });

  it('asks for some authentication', async () => {
    const { url, init } = await signed();
    const { authorization: _, ...headers } = init.headers;
    const response = await server().fetch(url, { ...init, headers });
    expect(await failureOf(response)).toEqual([
      403,
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
    ]);
    expect(response.headers.get('x-amzn-errortype')).toBe(
      'MissingAuthenticationTokenException:http://internal.amazon.com/coral/com.amazon.coral.service/',
    );
  });
});

function withHeader({ url, init }: SignedRequest, name: string, value: string): SignedRequest {
  return { url, init: { ...init, headers: { ...init.headers, [name]: value } } };
}

describe('API keys', () => {
  const withKey = (key: string) => ({
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body,
  });
  const url = `https://bedrock-runtime.us-east-1.amazonaws.com/model/${MODEL}/converse`;

  it('lets each of the keys in', async () => {
    const local = server();
    for (const key of ['key-a', 'key-b']) expect((await local.fetch(url, withKey(key))).status).toBe(200);
    expect(local.requests.map(({ authentication }) => authentication)).toEqual(['bearer', 'bearer']);
  });

  it('refuses others, with the message in a capital letter as Bedrock has it', async () => {
    const response = await server().fetch(url, withKey('key-c'));
    expect(response.status).toBe(403);
    expect(response.headers.get('x-amzn-errortype')).toMatch(/^AccessDeniedException:/);
    expect(await response.json()).toEqual({
      Message: 'Authentication failed: Please make sure your API Key is valid.',
    });
  });
});

describe('settings', () => {
  it('accepts its documented keys when it is given none', async () => {
    const local = createLocalBedrock();
    const { accessKeyId = '', secretAccessKey = '' } = local.settings;
    const request = await signed({ credentials: { accessKeyId, secretAccessKey } });
    expect((await send(local, request)).status).toBe(200);
  });

  it('does not accept the documented keys when it is given others', async () => {
    const { accessKeyId = '', secretAccessKey = '' } = createLocalBedrock().settings;
    const request = await signed({ credentials: { accessKeyId, secretAccessKey } });
    expect((await send(server(), request)).status).toBe(403);
  });

  it('gives an API key where there is nothing to sign with', () => {
    const { settings, environment } = createLocalBedrock({ apiKeys: ['only'], region: 'eu-west-1' });
    expect(settings).toMatchObject({ region: 'eu-west-1', apiKey: 'only' });
    expect(environment).toEqual({
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_BEARER_TOKEN_BEDROCK: 'only',
    });
  });

  it('keeps secrets out of the log', async () => {
    const credentials = { ...keys, sessionToken: 'secret-token' };
    const local = createLocalBedrock({ credentials });
    const request = await signed({ credentials });
    await send(local, request);
    const logged = JSON.stringify(local.requests);
    expect(logged).toContain('x-amz-date');
    expect(logged).not.toContain('secret-token');
    expect(logged).not.toContain(request.init.headers['authorization']?.slice(-64));
  });

  it('lets everybody in with authentication off', async () => {
    const local = createLocalBedrock({ authentication: 'off' });
    const { url, init } = await signed();
    const { authorization: _, ...headers } = init.headers;
    expect((await local.fetch(url, { ...init, headers })).status).toBe(200);
  });

  it.each([
    [{ authentication: 'maybe' as 'off' }, "authentication of createLocalBedrock: 'verify' or 'off'"],
    [{ delayMs: -1 }, 'delayMs of createLocalBedrock: milliseconds'],
    [{ delayMs: { betweenEvents: Number.NaN } }, 'delayMs of createLocalBedrock: milliseconds'],
    [{ region: 'Virginia' }, 'region of createLocalBedrock: a region'],
  ])('refuses %o', (options, message) => {
    expect(() => createLocalBedrock(options)).toThrow(message);
  });
});
