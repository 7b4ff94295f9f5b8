/** Text this long may be a file in base64. */
const FILE_LENGTH = 64 * 1024;

/** Bodies this long are worth being encoded only once, where the signature and `fetch` each would do it. */
const LONG = 16 * 1024;

/** Stands for a file. As JSON writes it, so that only a text that holds the same control characters looks like it. */
const MARK = '\u0001file\u0001';
const MARK_IN_JSON: string = JSON.stringify(MARK).slice(1, -1);

const encoder = new TextEncoder();

/**
 * The JSON of a request; a long one as bytes, because fetch and signature would each encode the text.
 *
 * Files in base64 are put in as they are: `JSON.stringify` would look at each of their letters for what it must escape,
 * which for megabytes of images is most of what a call costs.
 * @param hasFiles whether files may stand in the body
 */
export function encodeBody(body: object, hasFiles: boolean): string | Uint8Array<ArrayBuffer> {
  return (hasFiles ? withFiles(body) : undefined) ?? encodeText(JSON.stringify(body));
}

function encodeText(text: string): string | Uint8Array<ArrayBuffer> {
  return text.length < LONG ? text : encoder.encode(text);
}

/** @returns undefined where no file is in it that is worth it */
function withFiles(body: object): Uint8Array<ArrayBuffer> | undefined {
  const files: string[] = [];
  const text = JSON.stringify(body, (_, member: unknown) => {
    if (!isFile(member)) return member;
    files.push(member);
    return MARK;
  });
  const pieces = text.split(MARK_IN_JSON);
  return files.length > 0 && pieces.length === files.length + 1 ? join(pieces, files) : undefined;
}

/**
 * Text that needs no escape. Control characters other than line breaks would need one, and are not looked for: they
 * make JSON that Bedrock refuses, as it refuses a file that is no base64; they cannot end the string they stand in.
 */
function isFile(member: unknown): member is string {
  return (
    typeof member === 'string' &&
    member.length >= FILE_LENGTH &&
    ['"', '\\', '\n', '\r'].every(special => !member.includes(special))
  );
}

/** @returns undefined where a file is not ASCII, and so not base64 */
function join(pieces: readonly string[], files: readonly string[]): Uint8Array<ArrayBuffer> | undefined {
  const encoded = pieces.map(piece => encoder.encode(piece));
  const length = [...encoded, ...files].reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const [index, piece] of encoded.entries()) {
    bytes.set(piece, offset);
    offset += piece.length;
    const file = files[index] ?? '';
    const { read, written } = encoder.encodeInto(file, bytes.subarray(offset, offset + file.length));
    if (read !== file.length || written !== file.length) return undefined;
    offset += written;
  }
  return bytes;
}
