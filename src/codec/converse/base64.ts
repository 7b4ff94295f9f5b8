import { convertBase64ToUint8Array, convertUint8ArrayToBase64 } from '@ai-sdk/provider-utils';

/**
 * Joins blobs that came in pieces, each base64 of its own: as bytes, because a piece that ends in padding
 * would make the joined text invalid.
 */
export function joinBase64(pieces: readonly string[]): string {
  if (pieces.length === 1) return pieces[0] as string;
  const chunks = pieces.map(piece => convertBase64ToUint8Array(piece));
  const joined = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.length;
  }
  return convertUint8ArrayToBase64(joined);
}
