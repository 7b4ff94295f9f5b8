/**
 * An S3 endpoint for what asynchronous jobs make: GetObject with ranges, HeadObject, PutObject, HeadBucket and
 * ListObjectsV2, by signature or by URLs that carry one.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
import type { AuthenticationRules, AuthenticationScheme } from '../auth/authenticate.ts';
import { type SignedRequest, verifyPresigned, verifySignature } from '../auth/sigv4.ts';
import { AwsError } from '../aws-error.ts';
import type { HttpOptions } from '../http.ts';
import { type LoggedRequest, publicHeaders, publicPath } from '../request-log.ts';
import type { ObjectStore, StoredObject } from './objects.ts';
import { errorXml, listingXml } from './xml.ts';

/** Where the buckets are, so that their names are no routes of Bedrock. */
export const S3_PATH = '/_s3';

export interface S3Address {
  readonly bucket: string;
  /** Empty for the bucket itself. */
  readonly key: string;
  /** Of the host, where it is AWS's. */
  readonly region: string | undefined;
}

/** Requests that are handed over in the process may keep AWS's host name. */
const AWS_HOST = /^(?:(.+)\.)?s3(?:-fips)?(?:\.dualstack)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

/** Undefined for requests that are none of S3's. */
export function s3Address(request: Request): S3Address | undefined {
  const url = new URL(request.url);
  const host = request.headers.get('host') ?? url.host;
  const [isAws, ofHost, region] = AWS_HOST.exec(host) ?? [];
  if (isAws === undefined && !url.pathname.startsWith(`${S3_PATH}/`)) return undefined;
  const path = isAws === undefined ? url.pathname.slice(S3_PATH.length + 1) : url.pathname.slice(1);
  if (ofHost !== undefined) return { bucket: ofHost, key: decode(path), region };
  const slash = path.indexOf('/');
  const [bucket, key] = slash === -1 ? [path, ''] : [path.slice(0, slash), path.slice(slash + 1)];
  return { bucket: decode(bucket), key: decode(key), region };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

interface S3Call {
  readonly address: S3Address;
  readonly url: URL;
  readonly headers: Headers;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly objects: ObjectStore;
}

export async function serveS3(request: Request, address: S3Address, options: HttpOptions): Promise<Response> {
  const { log, objects, backend, authentication } = options;
  const url = new URL(request.url);
  const { method, headers } = request;
  const bytes = new Uint8Array(await request.arrayBuffer());
  const requestId = crypto.randomUUID();
  const operation = operationOf(method, address, url);
  const entry: LoggedRequest = {
    requestId,
    receivedAt: new Date(),
    method,
    path: publicPath(url),
    headers: publicHeaders(headers),
    operation: operation?.name,
    unknownMembers: [],
  };
  log.add(entry, bytes.length);
  const finish = (response: Response) => {
    response.headers.set('x-amz-request-id', requestId);
    response.headers.set('date', new Date().toUTCString());
    entry.status = response.status;
    log.end(entry);
    return response;
  };
  try {
    if (authentication !== undefined) {
      const signed = { method, url, headers, body: bytes };
      entry.authentication = await authenticateS3(signed, address, authentication);
    }
    if (!backend.bucketExists(address.bucket))
      throw s3Error('NoSuchBucket', 'The specified bucket does not exist');
    if (operation === undefined) {
      throw s3Error(
        'NotImplemented',
        'A header or query you provided implies functionality that is not implemented',
      );
    }
    // Jobs write when somebody looks: their time may be over since.
    backend.jobs.settle();
    return finish(operation.handle({ address, url, headers, bytes, objects }));
  } catch (error) {
    const failure = toS3Error(error);
    entry.error = failure.name;
    const body = errorXml({
      code: failure.name,
      message: failure.message,
      resource: url.pathname,
      requestId,
    });
    return finish(
      new Response(method === 'HEAD' ? null : body, {
        status: failure.status,
        headers: { 'content-type': 'application/xml', ...failure.headers },
      }),
    );
  }
}

/* -------------------------------------------------------------- operations */

interface S3Operation {
  readonly name: string;
  readonly handle: (call: S3Call) => Response;
}

function operationOf(method: string, { key }: S3Address, { searchParams }: URL): S3Operation | undefined {
  if (key === '') {
    if (method === 'HEAD') return headBucket;
    return method === 'GET' && searchParams.get('list-type') === '2' ? listObjects : undefined;
  }
  switch (method) {
    case 'GET':
      return getObject;
    case 'HEAD':
      return headObject;
    case 'PUT':
      return putObject;
    default:
      return undefined;
  }
}

const headBucket: S3Operation = { name: 'HeadBucket', handle: () => new Response(null) };

const getObject: S3Operation = {
  name: 'GetObject',
  handle: ({ address, headers, objects }) => {
    const object = findObject(address, objects);
    const range = readRange(headers.get('range'), object.bytes.length);
    if (range === undefined) {
      return new Response(object.bytes, { headers: objectHeaders(object, object.bytes.length) });
    }
    const [start, end] = range;
    const part = object.bytes.slice(start, end + 1);
    return new Response(part, {
      status: 206,
      headers: {
        ...objectHeaders(object, part.length),
        'content-range': `bytes ${start}-${end}/${object.bytes.length}`,
      },
    });
  },
};

const headObject: S3Operation = {
  name: 'HeadObject',
  handle: ({ address, objects }) => {
    const object = findObject(address, objects);
    return new Response(null, { headers: objectHeaders(object, object.bytes.length) });
  },
};

const putObject: S3Operation = {
  name: 'PutObject',
  handle: ({ address: { bucket, key }, headers, bytes, objects }) => {
    if (headers.get('x-amz-content-sha256')?.startsWith('STREAMING-')) {
      throw s3Error(
        'NotImplemented',
        'The local S3 takes no bodies in signed chunks: send the bytes as a whole.',
      );
    }
    const type = headers.get('content-type') ?? 'binary/octet-stream';
    const { etag } = objects.put(bucket, key, bytes, type);
    return new Response(null, { headers: { etag, 'content-length': '0' } });
  },
};

const MAX_KEYS = 1000;

const listObjects: S3Operation = {
  name: 'ListObjectsV2',
  handle: ({ address: { bucket }, url: { searchParams }, objects }) => {
    const parameter = (name: string) => searchParams.get(name) ?? undefined;
    const prefix = parameter('prefix') ?? '';
    const delimiter = parameter('delimiter') || undefined;
    const maxKeys = Math.min(MAX_KEYS, readCount(parameter('max-keys')));
    const token = parameter('continuation-token');
    const after = token === undefined ? (parameter('start-after') ?? '') : decodeURIComponent(token);
    const rows = rowsOf(objects.list(bucket, prefix), prefix, delimiter).filter(({ name }) => name > after);
    const page = rows.slice(0, maxKeys);
    const last = page.at(-1)?.name;
    const xml = listingXml({
      bucket,
      prefix,
      delimiter,
      maxKeys,
      objects: page.flatMap(({ object }) => object ?? []),
      commonPrefixes: page.flatMap(({ name, object }) => (object === undefined ? [name] : [])),
      continuationToken: token,
      // What comes after it; opaque to callers.
      nextToken: rows.length > page.length && last !== undefined ? encodeURIComponent(last) : undefined,
    });
    return new Response(xml, { headers: { 'content-type': 'application/xml' } });
  },
};

interface Row {
  readonly name: string;
  /** Absent: what the keys have in common up to the delimiter. */
  readonly object?: StoredObject;
}

function rowsOf(objects: readonly StoredObject[], prefix: string, delimiter: string | undefined): Row[] {
  const rows = new Map<string, Row>();
  for (const object of objects) {
    const end = delimiter === undefined ? -1 : object.key.indexOf(delimiter, prefix.length);
    const name = end === -1 ? object.key : object.key.slice(0, end + (delimiter?.length ?? 0));
    rows.set(name, end === -1 ? { name, object } : { name });
  }
  return [...rows.values()];
}

function readCount(text: string | undefined): number {
  const count = text === undefined ? MAX_KEYS : Number(text);
  if (Number.isInteger(count) && count >= 0) return count;
  throw s3Error('InvalidArgument', 'Provided max-keys not an integer or within integer range');
}

function findObject({ bucket, key }: S3Address, objects: ObjectStore): StoredObject {
  const object = objects.get(bucket, key);
  if (object === undefined) throw s3Error('NoSuchKey', 'The specified key does not exist.');
  return object;
}

function objectHeaders(
  { contentType, etag, lastModified }: StoredObject,
  length: number,
): Record<string, string> {
  return {
    'content-type': contentType,
    'content-length': String(length),
    'accept-ranges': 'bytes',
    etag,
    'last-modified': lastModified.toUTCString(),
  };
}

/** The first and the last byte; undefined for the whole, also where the header is none. */
function readRange(header: string | null, length: number): readonly [number, number] | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, length - Number(last)) : Number(first);
  const end = first === '' || last === '' ? length - 1 : Math.min(Number(last), length - 1);
  if (start > end || start >= length) {
    throw s3Error('InvalidRange', 'The requested range is not satisfiable', {
      'content-range': `bytes */${length}`,
    });
  }
  return [start, end];
}

/* ---------------------------------------------------------- authentication */

async function authenticateS3(
  request: SignedRequest,
  { region }: S3Address,
  rules: AuthenticationRules,
): Promise<AuthenticationScheme> {
  const expected = {
    credentials: rules.credentials,
    region: region ?? rules.region,
    service: 's3',
    now: new Date(),
  };
  const header = request.headers.get('authorization');
  if (header === null) {
    if (!request.url.searchParams.has('X-Amz-Signature')) throw s3Error('AccessDenied', 'Access Denied');
    await verifyPresigned(request, expected);
    return 'presigned';
  }
  if (!header.startsWith('AWS4-HMAC-SHA256')) {
    throw s3Error('InvalidArgument', 'Unsupported Authorization Type');
  }
  if (!request.headers.has('x-amz-content-sha256')) {
    throw s3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  }
  await verifySignature(request, header, expected);
  return 'sigv4';
}

/* ------------------------------------------------------------------- errors */

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const STATUS: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  AuthorizationHeaderMalformed: 400,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NotImplemented: 501,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
};

function s3Error(code: string, message: string, headers?: Readonly<Record<string, string>>): AwsError {
  return new AwsError(code, message, { status: STATUS[code], headers });
}

/** The verifier of signatures speaks as Bedrock does. */
function toS3Error(error: unknown): AwsError {
  if (!(error instanceof AwsError)) {
    return s3Error('InternalError', error instanceof Error ? error.message : String(error));
  }
  switch (error.name) {
    case 'UnrecognizedClientException':
      return s3Error(
        'InvalidAccessKeyId',
        'The AWS Access Key Id you provided does not exist in our records.',
      );
    case 'IncompleteSignatureException':
      return s3Error('AuthorizationHeaderMalformed', error.message);
    case 'InvalidSignatureException':
      if (/^Signature (?:expired|not yet)/.test(error.message)) {
        return s3Error(
          'RequestTimeTooSkewed',
          'The difference between the request time and the current time is too large.',
        );
      }
      return s3Error(
        /scoped|scope does not/.test(error.message)
          ? 'AuthorizationHeaderMalformed'
          : 'SignatureDoesNotMatch',
        error.message,
      );
    default:
      return error;
  }
}
