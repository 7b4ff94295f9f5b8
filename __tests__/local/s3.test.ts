import { createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock, LOCAL_CREDENTIALS, type LocalBedrock } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import { createSigner, presignUrl } from '../../src/auth/sigv4.ts';
import { startVideo, statusOf } from '../support/videos.ts';
import { openServer } from './support.ts';

const HOST = 'https://my-bucket.s3.us-east-1.amazonaws.com';
const sign = createSigner();

const scope = (more: Partial<Parameters<typeof presignUrl>[2]> = {}) => ({
  credentials: LOCAL_CREDENTIALS,
  service: 's3',
  region: 'us-east-1',
  date: new Date(),
  ...more,
});

async function put(server: LocalBedrock, key: string, body = 'Hello!', type = 'text/plain'): Promise<string> {
  const url = `${HOST}/${key}`;
  const headers = { 'content-type': type };
  const proof = await sign({ method: 'PUT', url, headers, body }, scope());
  const reply = await server.fetch(url, { method: 'PUT', headers: { ...headers, ...proof }, body });
  expect(reply.status).toBe(200);
  return url;
}

async function signedGet(
  server: LocalBedrock,
  url: string,
  more: Parameters<typeof scope>[0] = {},
  method = 'GET',
) {
  const proof = await sign({ method, url, headers: {}, body: undefined }, scope(more));
  return server.fetch(url, { method, headers: proof });
}

/** Status, code and message of an error of S3. */
async function s3FailureOf(response: Response): Promise<[number, string | undefined, string | undefined]> {
  const text = await response.text();
  const member = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  expect(response.headers.get('content-type')).toBe('application/xml');
  expect(member('RequestId')).toBe(response.headers.get('x-amz-request-id'));
  return [response.status, member('Code'), member('Message')];
}

describe('the S3 endpoint', () => {
  it('keeps what is put', async () => {
    const server = createLocalBedrock();
    const url = await put(server, 'a%20b/%C3%BC%2B%281%29.txt');
    const reply = await signedGet(server, url);
    expect(await reply.text()).toBe('Hello!');
    const { headers } = reply;
    expect(['content-type', 'content-length', 'accept-ranges'].map(name => headers.get(name))).toEqual([
      'text/plain',
      '6',
      'bytes',
    ]);
    expect(headers.get('etag')).toMatch(/^"[0-9a-f]{32}"$/);
    expect(Date.parse(headers.get('last-modified') ?? '')).not.toBeNaN();
    const head = await signedGet(server, url, {}, 'HEAD');
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '6', '']);
    expect(server.requests.map(({ operation, status }) => [operation, status])).toEqual([
      ['PutObject', 200],
      ['GetObject', 200],
      ['HeadObject', 200],
    ]);
  });

  it('has the same objects under the host of AWS, in its path, and under the path of the server', async () => {
    const server = openServer();
    await server.fetch(`${HOST}/a.txt`, { method: 'PUT', body: 'one' });
    for (const url of [
      'https://s3.us-east-1.amazonaws.com/my-bucket/a.txt',
      'https://my-bucket.s3-fips.us-east-1.amazonaws.com/a.txt',
      'https://my-bucket.s3.dualstack.us-east-1.amazonaws.com/a.txt',
      'http://localhost:8080/_s3/my-bucket/a.txt',
    ]) {
      expect(await (await server.fetch(url)).text()).toBe('one');
    }
    // Nothing else is S3's: not even a bucket of the name of a route.
    const reply = await server.fetch('http://localhost:8080/my-bucket/a.txt');
    expect(reply.headers.get('x-amzn-errortype')).toContain('UnknownOperationException');
  });

  it.each([
    ['bytes=0-1', 'He', 'bytes 0-1/6'],
    ['bytes=4-', 'o!', 'bytes 4-5/6'],
    ['bytes=-2', 'o!', 'bytes 4-5/6'],
    ['bytes=2-100', 'llo!', 'bytes 2-5/6'],
  ])('gives the range %s', async (range, text, contentRange) => {
    const server = openServer();
    await server.fetch(`${HOST}/a.txt`, { method: 'PUT', body: 'Hello!' });
    const reply = await server.fetch(`${HOST}/a.txt`, { headers: { range } });
    expect([reply.status, reply.headers.get('content-range'), await reply.text()]).toEqual([
      206,
      contentRange,
      text,
    ]);
  });

  it.each(['bytes=6-', 'bytes=3-2'])('has no range %s', async range => {
    const server = openServer();
    await server.fetch(`${HOST}/a.txt`, { method: 'PUT', body: 'Hello!' });
    const reply = await server.fetch(`${HOST}/a.txt`, { headers: { range } });
    expect(reply.headers.get('content-range')).toBe('bytes */6');
    expect(await s3FailureOf(reply)).toEqual([416, 'InvalidRange', expect.any(String)]);
  });

  it.each<[string, RequestInit, string, number, string]>([
    ['an object that is not there', {}, '/nothing', 404, 'NoSuchKey'],
    ['a bucket that is not there', {}, '/../other/a', 404, 'NoSuchBucket'],
    ['an operation that it has not', { method: 'DELETE' }, '/a', 501, 'NotImplemented'],
    ['a key that is not encoded well', {}, '/%zz', 404, 'NoSuchKey'],
    ['another list', {}, '/?versions', 501, 'NotImplemented'],
    ['a count that is none', {}, '/?list-type=2&max-keys=many', 400, 'InvalidArgument'],
  ])('answers %s with an error in XML', async (_, init, path, status, code) => {
    const server = openServer({ buckets: ['my-bucket'] });
    const url = path.startsWith('/../') ? 'https://other.s3.us-east-1.amazonaws.com/a' : HOST + path;
    expect(await s3FailureOf(await server.fetch(url, init))).toEqual([status, code, expect.any(String)]);
    expect(server.requests.at(-1)).toMatchObject({ status, error: code });
  });

  it('answers HEAD without a body, also where it fails', async () => {
    const reply = await openServer().fetch(`${HOST}/nothing`, { method: 'HEAD' });
    expect([reply.status, await reply.text()]).toEqual([404, '']);
    expect((await openServer().fetch(HOST, { method: 'HEAD' })).status).toBe(200);
  });

  it('lists keys by prefix, by folder and page by page', async () => {
    const server = openServer();
    for (const key of ['a.txt', 'b/1.txt', 'b/2.txt', 'c/d/3.txt', 'c&d.txt']) {
      await server.fetch(`${HOST}/${encodeURIComponent(key).replaceAll('%2F', '/')}`, {
        method: 'PUT',
        body: key,
      });
    }
    const list = async (query: string) => {
      const xml = await (await server.fetch(`${HOST}/?list-type=2${query}`)).text();
      const all = (name: string) =>
        [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, one]) => one);
      return { keys: all('Key'), prefixes: all('Prefix').slice(1), token: all('NextContinuationToken')[0] };
    };
    expect((await list('')).keys).toEqual(['a.txt', 'b/1.txt', 'b/2.txt', 'c&amp;d.txt', 'c/d/3.txt']);
    expect((await list('&prefix=b/')).keys).toEqual(['b/1.txt', 'b/2.txt']);
    expect(await list('&delimiter=/')).toMatchObject({
      keys: ['a.txt', 'c&amp;d.txt'],
      prefixes: ['b/', 'c/'],
    });
    expect((await list('&start-after=b/1.txt&max-keys=1')).keys).toEqual(['b/2.txt']);
    const first = await list('&delimiter=/&max-keys=2');
    expect(first).toMatchObject({ keys: ['a.txt'], prefixes: ['b/'] });
    const second = await list(`&delimiter=/&continuation-token=${encodeURIComponent(first.token ?? '')}`);
    expect(second).toEqual({ keys: ['c&amp;d.txt'], prefixes: ['c/'], token: undefined });
  });
});

describe('who may read', () => {
  const opened = async () => {
    const server = createLocalBedrock();
    return { server, url: await put(server, 'a.txt') };
  };

  it('is who has a URL with a signature, until it expires', async () => {
    const { server, url } = await opened();
    const hour = 3600;
    const presigned = await presignUrl(url, hour, scope());
    expect(await (await server.fetch(presigned)).text()).toBe('Hello!');
    expect(server.requests.at(-1)).toMatchObject({ authentication: 'presigned', status: 200 });
    const old = await presignUrl(url, hour, scope({ date: new Date(Date.now() - (hour + 5) * 1000) }));
    expect(await s3FailureOf(await server.fetch(old))).toEqual([403, 'AccessDenied', 'Request has expired']);
  });

  it('does not see signatures in the log', async () => {
    const { server, url } = await opened();
    const credentials = { ...LOCAL_CREDENTIALS, sessionToken: 'secret-session-token' };
    const presigned = await presignUrl(url, 60, scope({ credentials }));
    await server.fetch(presigned);
    const { path } = server.requests.at(-1) ?? {};
    expect(path).toContain('X-Amz-Expires=60');
    expect(path).not.toContain('secret-session-token');
    expect(path).not.toContain(new URL(presigned).searchParams.get('X-Amz-Signature'));
  });

  it.each<[string, (url: URL) => void, string]>([
    [
      'another object',
      url => {
        url.pathname = '/b.txt';
      },
      'SignatureDoesNotMatch',
    ],
    ['another time', url => url.searchParams.set('X-Amz-Expires', '61'), 'SignatureDoesNotMatch'],
    ['no time', url => url.searchParams.delete('X-Amz-Expires'), 'AuthorizationHeaderMalformed'],
    ['years', url => url.searchParams.set('X-Amz-Expires', '604801'), 'AuthorizationHeaderMalformed'],
    [
      'another key',
      url => url.searchParams.set('X-Amz-Credential', 'OTHER/20260101/us-east-1/s3/aws4_request'),
      'InvalidAccessKeyId',
    ],
    ['no signature', url => url.searchParams.delete('X-Amz-Signature'), 'AccessDenied'],
  ])('is nobody who changes the URL to %s', async (_, change, code) => {
    const { server, url } = await opened();
    const presigned = new URL(await presignUrl(url, 60, scope()));
    change(presigned);
    expect((await s3FailureOf(await server.fetch(presigned)))[1]).toBe(code);
  });

  it.each<[string, Parameters<typeof scope>[0], number, string]>([
    [
      'another secret',
      { credentials: { ...LOCAL_CREDENTIALS, secretAccessKey: 'x' } },
      403,
      'SignatureDoesNotMatch',
    ],
    ['another key', { credentials: { accessKeyId: 'X', secretAccessKey: 'x' } }, 403, 'InvalidAccessKeyId'],
    ['another Region', { region: 'eu-west-1' }, 400, 'AuthorizationHeaderMalformed'],
    ['an old clock', { date: new Date(Date.now() - 20 * 60_000) }, 403, 'RequestTimeTooSkewed'],
  ])('is nobody with %s', async (_, more, status, code) => {
    const { server, url } = await opened();
    expect((await s3FailureOf(await signedGet(server, url, more))).slice(0, 2)).toEqual([status, code]);
  });

  it('is nobody with a signature for Bedrock, whose paths are encoded twice', async () => {
    const server = createLocalBedrock();
    const url = await put(server, 'a%20b.txt');
    const reply = await signedGet(server, url, { service: 'bedrock' });
    // Without the header that only S3 has.
    expect(await s3FailureOf(reply)).toEqual([
      400,
      'InvalidRequest',
      expect.stringContaining('x-amz-content-sha256'),
    ]);
  });

  it('is nobody with an API key, or with nothing', async () => {
    const { server, url } = await opened();
    const bearer = await server.fetch(url, { headers: { authorization: 'Bearer local-bedrock-api-key' } });
    expect(await s3FailureOf(bearer)).toEqual([400, 'InvalidArgument', 'Unsupported Authorization Type']);
    expect((await s3FailureOf(await server.fetch(url)))[1]).toBe('AccessDenied');
  });

  it('is everybody where nobody is asked', async () => {
    const server = openServer();
    await server.fetch(`${HOST}/a.txt`, { method: 'PUT', body: 'one' });
    expect((await server.fetch(`${HOST}/a.txt`)).status).toBe(200);
  });

  it('needs the session token of temporary keys, in URLs too', async () => {
    const credentials = { ...LOCAL_CREDENTIALS, sessionToken: 'token+/=' };
    const local = createLocalBedrock({ credentials, jobMs: 0 });
    const outputLocation = { s3Uri: 's3://my-bucket' };
    const model = createBedrock({ ...local.settings, outputLocation }).videoModel('luma.ray-v2:0');
    const { operation } = await startVideo(model, {
      prompt: 'A cat',
      providerOptions: { bedrock: { output: 'url' } },
    });
    const status = await statusOf(model, operation);
    const [video] = status.status === 'completed' ? status.videos : [];
    const url = new URL(video?.type === 'url' ? video.url : '');
    expect((await local.fetch(url)).status).toBe(200);
    url.searchParams.delete('X-Amz-Security-Token');
    expect((await s3FailureOf(await local.fetch(url)))[1]).toBe('InvalidAccessKeyId');
  });
});
