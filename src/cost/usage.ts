/** What a request used, in the words of the AI SDK or in ours, as quantities with a price each. */
import type { JSONObject, LanguageModelV4Usage } from '@ai-sdk/provider';
import type { CatalogRate } from '../catalog/types.ts';

/** Quantities as they are billed. What is undefined was not used, or is not known. */
export interface BilledUsage {
  /** Without what is read from or written to the cache. */
  readonly inputTokens?: number | undefined;
  /** With reasoning. */
  readonly outputTokens?: number | undefined;
  readonly cacheReadTokens?: number | undefined;
  /** Written for five minutes. */
  readonly cacheWriteTokens?: number | undefined;
  /** Written for one hour. */
  readonly cacheWrite1hTokens?: number | undefined;
  /** Images that were made. */
  readonly images?: number | undefined;
  /** Images that were embedded. */
  readonly inputImages?: number | undefined;
  /** Seconds of video that were made. */
  readonly videoSeconds?: number | undefined;
  readonly inputVideoSeconds?: number | undefined;
  readonly inputAudioSeconds?: number | undefined;
  /** Texts that were embedded, for models that are priced by the text. */
  readonly textRequests?: number | undefined;
  /** Of a reranking: one for each 100 documents begun. */
  readonly queries?: number | undefined;
}

/** `result.usage` of `generateText` and the like, as far as it counts here. */
export interface SdkUsage {
  readonly inputTokens: number | undefined;
  readonly inputTokenDetails: {
    readonly noCacheTokens: number | undefined;
    readonly cacheReadTokens: number | undefined;
    readonly cacheWriteTokens: number | undefined;
  };
  readonly outputTokens: number | undefined;
  readonly raw?: JSONObject | undefined;
}

/** `result.usage` of `embed` and `embedMany`. */
export interface SdkEmbeddingUsage {
  readonly tokens: number;
}

/** The usage of a result of the AI SDK, of a model, or quantities of one's own. */
export type CostUsage = BilledUsage | LanguageModelV4Usage | SdkUsage | SdkEmbeddingUsage;

export type Quantities = { readonly [Rate in CatalogRate]?: number | undefined };

export function quantitiesOf(usage: CostUsage): Quantities {
  if ('tokens' in usage) return { input: usage.tokens };
  if ('inputTokenDetails' in usage) return ofSdk(usage);
  if ('inputTokens' in usage && typeof usage.inputTokens === 'object') {
    return ofModel(usage as LanguageModelV4Usage);
  }
  return ofBilled(usage as BilledUsage);
}

function ofBilled(usage: BilledUsage): Quantities {
  return {
    input: usage.inputTokens,
    output: usage.outputTokens,
    cacheRead: usage.cacheReadTokens,
    cacheWrite: usage.cacheWriteTokens,
    cacheWrite1h: usage.cacheWrite1hTokens,
    image: usage.images,
    inputImage: usage.inputImages,
    videoSecond: usage.videoSeconds,
    inputVideoSecond: usage.inputVideoSeconds,
    inputAudioSecond: usage.inputAudioSeconds,
    textRequest: usage.textRequests,
    query: usage.queries,
  };
}

function ofSdk({ inputTokens, inputTokenDetails, outputTokens, raw }: SdkUsage): Quantities {
  const { noCacheTokens, cacheReadTokens, cacheWriteTokens } = inputTokenDetails;
  return tokens(inputTokens, noCacheTokens, cacheReadTokens, cacheWriteTokens, outputTokens, raw);
}

function ofModel({ inputTokens, outputTokens, raw }: LanguageModelV4Usage): Quantities {
  const { total, noCache, cacheRead, cacheWrite } = inputTokens;
  return tokens(total, noCache, cacheRead, cacheWrite, outputTokens.total, raw);
}

function tokens(
  total: number | undefined,
  noCache: number | undefined,
  cacheRead: number | undefined,
  cacheWrite: number | undefined,
  output: number | undefined,
  raw: JSONObject | undefined,
): Quantities {
  const input = noCache ?? (total === undefined ? undefined : total - (cacheRead ?? 0) - (cacheWrite ?? 0));
  // A reply that was cut off does not say what it used, and half of a usage has no price.
  if (input === undefined || output === undefined) return {};
  const cacheWrite1h = Math.min(writtenForAnHour(raw), cacheWrite ?? 0);
  return {
    input,
    output,
    cacheRead,
    cacheWrite: cacheWrite === undefined ? undefined : cacheWrite - cacheWrite1h,
    cacheWrite1h,
  };
}

/** Converse has `cacheDetails`, the Messages API `cache_creation`. What says nothing was written for five minutes. */
function writtenForAnHour(raw: JSONObject | undefined): number {
  const details = raw?.['cacheDetails'];
  if (Array.isArray(details)) {
    return details.reduce<number>((sum, detail) => {
      const { ttl, inputTokens } = (detail ?? {}) as JSONObject;
      return sum + (ttl === '1h' ? countOf(inputTokens) : 0);
    }, 0);
  }
  const creation = raw?.['cache_creation'];
  if (typeof creation !== 'object' || creation === null || Array.isArray(creation)) return 0;
  return countOf((creation as JSONObject)['ephemeral_1h_input_tokens']);
}

function countOf(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value : 0;
}
