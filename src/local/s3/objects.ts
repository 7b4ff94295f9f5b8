/** The objects of all buckets, in memory. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  readonly lastModified: Date;
  /** With its quotes. Not the MD5 that S3 has for most objects: no runtime has one in common. */
  readonly etag: string;
}

export class ObjectStore {
  readonly #buckets = new Map<string, Map<string, StoredObject>>();

  put(bucket: string, key: string, bytes: Uint8Array<ArrayBuffer>, contentType: string): StoredObject {
    const objects = this.#buckets.get(bucket) ?? new Map<string, StoredObject>();
    this.#buckets.set(bucket, objects);
    const object = { key, bytes, contentType, lastModified: new Date(), etag: etagOf(bytes) };
    objects.set(key, object);
    return object;
  }

  get(bucket: string, key: string): StoredObject | undefined {
    return this.#buckets.get(bucket)?.get(key);
  }

  /** In the order of their keys. */
  list(bucket: string, prefix: string): StoredObject[] {
    return [...(this.#buckets.get(bucket)?.values() ?? [])]
      .filter(({ key }) => key.startsWith(prefix))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  clear(): void {
    this.#buckets.clear();
  }
}

/** FNV-1a over the bytes, from four starting points. */
function etagOf(bytes: Uint8Array): string {
  const parts = [0, 1, 2, 3].map(start => {
    let hash = 0x811c9dc5 ^ start;
    for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
    return (hash >>> 0).toString(16).padStart(8, '0');
  });
  return `"${parts.join('')}"`;
}
