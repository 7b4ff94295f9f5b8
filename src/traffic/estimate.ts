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
  return Math.ceil(measure(body, ''));
}

function measure(value: unknown, name: string): number {
  if (typeof value === 'string') return measureText(value, name);
  if (typeof value !== 'object' || value === null) return 1;
  let sum = 0;
  if (Array.isArray(value)) {
    for (const item of value) sum += measure(item, name);
    return sum;
  }
  for (const key in value) {
    const member = (value as Record<string, unknown>)[key];
    // `source`, `bytes` and `data` hold what the member around them is named for.
    if (member !== undefined) sum += measure(member, WRAPPERS.has(key) ? name : key);
  }
  return sum;
}

const WRAPPERS: ReadonlySet<string> = new Set(['source', 'bytes', 'data']);

function measureText(text: string, name: string): number {
  const isFile = FILES.has(name) || (text.length > FILE_LENGTH && !/\s/.test(text.slice(0, 1_000)));
  if (!isFile) return text.length / CHARACTERS_PER_TOKEN;
  // Formats, media types and the like.
  if (text.length < 100) return 0;
  const bytes = text.length * 0.75;
  if (name === 'document') return bytes / BYTES_PER_DOCUMENT_TOKEN;
  return RECORDINGS.has(name) ? bytes / BYTES_PER_RECORDING_TOKEN : TOKENS_PER_IMAGE;
}

const RECORDINGS: ReadonlySet<string> = new Set(['video', 'audio']);
const FILES: ReadonlySet<string> = new Set(['image', 'document', ...RECORDINGS]);

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
