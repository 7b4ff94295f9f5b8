/**
 * Token counts by a simple estimate: four characters of text are a token, and so are 600 bytes of an image, a
 * document, a video or a sound. A call or a message costs nothing of its own.
 *
 * Cache points are accounted as Bedrock does: what lies before a point is written to the cache the first time
 * and read from it later, as long as the model and everything before the point are the same.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
 */
import type {
  CachePoint,
  ConverseRequest,
  ReplyContentBlock,
  TokenUsage,
} from '../../codec/converse/wire.ts';
import { EMPTY_HASH, hash } from '../hash.ts';

export const CHARACTERS_PER_TOKEN = 4;
const MEDIA_BYTES_PER_TOKEN = 600;

/** A prefix shorter than this is not cached: the minimum of most Claude models. */
export const MIN_CACHED_TOKENS = 1024;

export function estimateTokens(value: unknown): number {
  return tokensOfSize(sizeOf(value));
}

/** The input tokens of a request; the same that its usage says, with what is cached. */
export function countPrompt(request: ConverseRequest): number {
  return readPrompt(request, '').total;
}

/** For what comes in pieces: only their sum is rounded. */
export interface Size {
  characters: number;
  mediaBytes: number;
}

export function sizeOf(value: unknown): Size {
  return measure(value, undefined);
}

export function addSize(total: Size, size: Size): void {
  total.characters += size.characters;
  total.mediaBytes += size.mediaBytes;
}

export function tokensOfSize({ characters, mediaBytes }: Size): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN + mediaBytes / MEDIA_BYTES_PER_TOKEN);
}

function measure(value: unknown, key: string | undefined): Size {
  if (typeof value === 'string') {
    return key === 'bytes'
      ? { characters: 0, mediaBytes: value.length * 0.75 }
      : { characters: value.length, mediaBytes: 0 };
  }
  if (typeof value !== 'object' || value === null) return { characters: String(value).length, mediaBytes: 0 };
  const total: Size = { characters: 0, mediaBytes: 0 };
  for (const [name, member] of Object.entries(value)) {
    // The names of Converse's own members are not text that a model reads, those of a tool's arguments are.
    if (member === undefined || UNCOUNTED.has(name)) continue;
    addSize(total, measure(member, name));
  }
  return total;
}

const UNCOUNTED: ReadonlySet<string> = new Set([
  'toolUseId',
  'signature',
  'cachePoint',
  'role',
  'format',
  'status',
]);

/* ------------------------------------------------------------------ caching */

interface CachedPrefix {
  readonly lifetimeMs: number;
  expiresAt: number;
}

const LIFETIME_MS: Readonly<Record<string, number>> = { '5m': 5 * 60_000, '1h': 60 * 60_000 };
const MAX_PREFIXES = 10_000;

/** The prefixes that a server has cached. */
export class PromptCache {
  readonly #prefixes = new Map<string, CachedPrefix>();

  /** What a call is going to read in all, and how much of it from the cache. Changes nothing. */
  estimateInput(request: ConverseRequest, modelId: string): { total: number; read: number } {
    const { boundaries, points, total } = readPrompt(request, modelId);
    const found = this.#longestPrefix(boundaries.slice(0, points.at(-1)?.boundary ?? 0), Date.now());
    return { total, read: found?.tokens ?? 0 };
  }

  /** Counts a call, and remembers the prefixes that it writes. */
  countUsage(request: ConverseRequest, modelId: string, content: readonly ReplyContentBlock[]): TokenUsage {
    const { boundaries, points, total } = readPrompt(request, modelId);
    const now = Date.now();
    const lastPoint = points.at(-1)?.boundary ?? 0;
    const read = this.#read(boundaries.slice(0, lastPoint), now);
    const written = points.flatMap(point => {
      const boundary = boundaries[point.boundary - 1];
      const isNew = boundary !== undefined && boundary.tokens > read && boundary.tokens >= MIN_CACHED_TOKENS;
      return isNew ? [{ ...boundary, ttl: point.ttl }] : [];
    });
    for (const { key, ttl } of written) this.#write(key, LIFETIME_MS[ttl] ?? 0, now);
    return toUsage(total, read, written, Math.max(1, estimateTokens(content)));
  }

  clear(): void {
    this.#prefixes.clear();
  }

  #longestPrefix(boundaries: readonly Boundary[], now: number): Boundary | undefined {
    return boundaries.findLast(({ key }) => (this.#prefixes.get(key)?.expiresAt ?? 0) > now);
  }

  #read(boundaries: readonly Boundary[], now: number): number {
    const found = this.#longestPrefix(boundaries, now);
    const prefix = found === undefined ? undefined : this.#prefixes.get(found.key);
    // A read keeps the prefix alive for its lifetime again.
    if (prefix !== undefined) prefix.expiresAt = now + prefix.lifetimeMs;
    return found?.tokens ?? 0;
  }

  #write(key: string, lifetimeMs: number, now: number): void {
    if (this.#prefixes.size >= MAX_PREFIXES) this.#prefixes.clear();
    this.#prefixes.set(key, { lifetimeMs, expiresAt: now + lifetimeMs });
  }
}

/** The end of a block: what came up to here, as a key and in tokens. */
interface Boundary {
  readonly key: string;
  readonly tokens: number;
}

interface Prompt {
  readonly boundaries: readonly Boundary[];
  /** `boundary`: how many blocks lie before the point. */
  readonly points: readonly { readonly boundary: number; readonly ttl: '5m' | '1h' }[];
  readonly total: number;
}

/** In the order in which Bedrock caches: tools, system, messages. */
function readPrompt({ toolConfig, system, messages }: ConverseRequest, modelId: string): Prompt {
  const blocks: readonly (object | { cachePoint: CachePoint })[] = [
    ...(toolConfig?.tools ?? []),
    ...(system ?? []),
    ...(messages ?? []).flatMap(({ content }) => content),
  ];
  const boundaries: Boundary[] = [];
  const points: { boundary: number; ttl: '5m' | '1h' }[] = [];
  const hasPoints = blocks.some(block => 'cachePoint' in block);
  let state = hash(modelId, EMPTY_HASH);
  let total = 0;
  for (const block of blocks) {
    if ('cachePoint' in block) {
      points.push({ boundary: boundaries.length, ttl: block.cachePoint.ttl ?? '5m' });
      continue;
    }
    total += estimateTokens(block);
    // Keys are of use to requests with cache points only, and media are long.
    if (hasPoints) state = hash(JSON.stringify(block), state);
    boundaries.push({ key: state.join(), tokens: total });
  }
  return { boundaries, points, total };
}

function toUsage(
  total: number,
  read: number,
  written: readonly { tokens: number; ttl: '5m' | '1h' }[],
  outputTokens: number,
): TokenUsage {
  const details = (['1h', '5m'] as const).flatMap(ttl => {
    const inputTokens = written.reduce((sum, point, index) => {
      const before = written[index - 1]?.tokens ?? read;
      return point.ttl === ttl ? sum + point.tokens - before : sum;
    }, 0);
    return inputTokens > 0 ? [{ ttl, inputTokens }] : [];
  });
  const write = (written.at(-1)?.tokens ?? read) - read;
  const inputTokens = total - read - write;
  return {
    inputTokens,
    outputTokens,
    totalTokens: total + outputTokens,
    cacheReadInputTokens: read,
    cacheWriteInputTokens: write,
    ...(details.length > 0 && { cacheDetails: details }),
  };
}
