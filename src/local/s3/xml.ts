/** Replies of S3, which speaks XML. */
import type { StoredObject } from './objects.ts';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** A tree: names of elements, with text or elements in them. A list repeats the element. */
type Content = string | number | boolean | Elements;
interface Elements {
  readonly [name: string]: Content | readonly Content[] | undefined;
}

export function errorXml(error: {
  code: string;
  message: string;
  resource: string;
  requestId: string;
}): string {
  const { code, message, resource, requestId } = error;
  const members = {
    Code: code,
    Message: message,
    Resource: resource,
    RequestId: requestId,
    HostId: requestId,
  };
  return DECLARATION + write({ Error: members });
}

export interface Listing {
  readonly bucket: string;
  readonly prefix: string;
  readonly delimiter: string | undefined;
  readonly maxKeys: number;
  readonly objects: readonly StoredObject[];
  readonly commonPrefixes: readonly string[];
  readonly continuationToken: string | undefined;
  readonly nextToken: string | undefined;
}

export function listingXml(listing: Listing): string {
  const { bucket, prefix, delimiter, maxKeys, objects, commonPrefixes, continuationToken, nextToken } =
    listing;
  const content = write({
    Name: bucket,
    Prefix: prefix,
    Delimiter: delimiter,
    MaxKeys: maxKeys,
    KeyCount: objects.length + commonPrefixes.length,
    IsTruncated: nextToken !== undefined,
    ContinuationToken: continuationToken,
    NextContinuationToken: nextToken,
    Contents: objects.map(({ key, lastModified, etag, bytes }) => ({
      Key: key,
      LastModified: lastModified.toISOString(),
      ETag: etag,
      Size: bytes.length,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: commonPrefixes.map(one => ({ Prefix: one })),
  });
  return `${DECLARATION}<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</ListBucketResult>`;
}

function write(elements: Elements): string {
  return Object.entries(elements)
    .flatMap(([name, content]) =>
      [content ?? []]
        .flat()
        .map(one => `<${name}>${isElements(one) ? write(one) : escapeText(one)}</${name}>`),
    )
    .join('');
}

function isElements(content: Content): content is Elements {
  return typeof content === 'object';
}

function escapeText(text: string | number | boolean): string {
  const names: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' };
  return String(text).replace(/[&<>"]/g, character => `&${names[character]};`);
}
