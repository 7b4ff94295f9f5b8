/**
 * How many tokens a request will be counted as, before Bedrock says so. Rough: what is wrong by the same factor every
 * time is put right by `Calibration`.
 */

export const CHARACTERS_PER_TOKEN = 4;
/** What Claude takes for an image of the largest size that it does not scale down. */
const TOKENS_PER_IMAGE = 1_600;
/** A page of a PDF has some 50 kB and 2,000 tokens. */
const BYTES_PER_DOCUMENT_TOKEN = 25;
/** A second of video has some 100 kB and 290 tokens at one frame a second. */
const BYTES_PER_RECORDING_TOKEN = 350;
/** Text this long without a blank is a file in base64, wherever it stands. */
const FILE_LENGTH = 4_000;

/** @param body a request as JSON, of Converse or of a model's own kind */
export function estimateInput(body: unknown): number {
  return Math.ceil(measure(body, undefined));
}

type FileKind = 'image' | 'document' | 'video' | 'audio';

/** @param kind of the file that holds the value, if one does */
function measure(value: unknown, kind: FileKind | undefined): number {
  if (typeof value === 'string') return measureText(value, kind);
  if (typeof value !== 'object' || value === null) return 1;
  let sum = 0;
  if (Array.isArray(value)) {
    for (const item of value) sum += measure(item, kind);
    return sum;
  }
  for (const key in value) {
    const member = (value as Record<string, unknown>)[key];
    if (member !== undefined) sum += measure(member, kindOf(key, kind));
  }
  return sum;
}

/** Of what a member holds. */
function kindOf(name: string, kindAround: FileKind | undefined): FileKind | undefined {
  switch (name) {
    case 'image':
    case 'document':
    case 'video':
    case 'audio':
      return name;
    // They hold what the member around them is named for.
    case 'source':
    case 'bytes':
    case 'data':
      return kindAround;
    default:
      return undefined;
  }
}

function measureText(text: string, kind: FileKind | undefined): number {
  const isFile = kind !== undefined || (text.length > FILE_LENGTH && !/\s/.test(text.slice(0, 1_000)));
  if (!isFile) return text.length / CHARACTERS_PER_TOKEN;
  // Formats, media types and the like.
  if (text.length < 100) return 0;
  const bytes = text.length * 0.75;
  switch (kind) {
    case 'document':
      return bytes / BYTES_PER_DOCUMENT_TOKEN;
    case 'video':
    case 'audio':
      return bytes / BYTES_PER_RECORDING_TOKEN;
    default:
      return TOKENS_PER_IMAGE;
  }
}

/** By how much the estimate of one model is wrong, learned from what Bedrock counted. */
export class Calibration {
  #factor = 1;

  apply(estimate: number): number {
    return Math.ceil(estimate * this.#factor);
  }

  learn(estimate: number, counted: number): void {
    if (estimate <= 0 || counted <= 0) return;
    const factor = Math.min(LARGEST_FACTOR, Math.max(SMALLEST_FACTOR, counted / estimate));
    // Up at once and down slowly: a reservation that is too small is refused, one that is too large only waits.
    this.#factor += (factor - this.#factor) * (factor > this.#factor ? 0.5 : 0.1);
  }
}

const SMALLEST_FACTOR = 0.2;
const LARGEST_FACTOR = 8;
