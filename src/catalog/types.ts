/** The catalog's words: what is known of a model, and what it costs. Types only. */

/** What a model is for. `speech` models talk over a bidirectional stream. */
export type CatalogKind = 'text' | 'embedding' | 'image' | 'rerank' | 'video' | 'speech';

export type CatalogModality = 'text' | 'image' | 'document' | 'video' | 'audio' | 'embedding' | 'ranking';

/** What a model can do, where a source says so. What is not there is not known, which mostly means no. */
export type CatalogCapability =
  | 'tools'
  | 'tool-choice'
  | 'reasoning'
  | 'prompt-caching'
  | 'structured-output'
  | 'streaming'
  | 'computer-use';

/** What a query asks for: a capability, or something that goes in or comes out. */
export type CatalogNeed = CatalogCapability | `${CatalogModality}-input` | `${CatalogModality}-output`;

/**
 * `ACTIVE` and `LEGACY` as AWS lists them; `PREVIEW`; `EOL`: the end-of-life date is over; `UNLISTED`: in none of the
 * current listings.
 */
export type CatalogStatus = 'ACTIVE' | 'LEGACY' | 'PREVIEW' | 'EOL' | 'UNLISTED';

export type CatalogTier = 'standard' | 'batch' | 'priority' | 'flex';

/**
 * What is paid for. Tokens are priced per million, everything else per piece: `image` that is made, `inputImage`,
 * `videoSecond` that is made, `inputVideoSecond`, `inputAudioSecond`, `textRequest`, and `query` (up to 100 documents
 * of a reranking).
 */
export type CatalogRate =
  | 'input'
  | 'output'
  | 'cacheRead'
  | 'cacheWrite'
  | 'cacheWrite1h'
  | 'image'
  | 'inputImage'
  | 'videoSecond'
  | 'inputVideoSecond'
  | 'inputAudioSecond'
  | 'textRequest'
  | 'query';

/** Prices that hold together: the conditions, and the rates in USD. */
export interface CatalogPrice {
  /** `global`: through global profiles. `regional`: through plain ids and geographic profiles, which cost the same. */
  readonly scope: 'regional' | 'global';
  /**
   * Regions that are called. Left out: every Region of the partition `aws` that no other price of the model names.
   */
  readonly regions?: readonly string[] | undefined;
  /** @default 'standard' */
  readonly tier?: CatalogTier | undefined;
  /** Holds for whole requests whose prompt (with what is cached) has more tokens than this. */
  readonly abovePromptTokens?: number | undefined;
  /** Quality or size that costs differently, e.g. `premium-large`; left out: all. */
  readonly variant?: string | undefined;
  /** First day on which it holds, `YYYY-MM-DD` (UTC). Left out: ever since. */
  readonly from?: string | undefined;
  /** Decimal numbers in USD, written out so that they stay exact, e.g. `{ input: '3.3', output: '16.5' }`. */
  readonly rates: { readonly [Rate in CatalogRate]?: string };
  /** Whose figure it is: a key of the catalog's `sources`. @default 'user' */
  readonly source?: string | undefined;
}

/** A system inference profile. */
export interface CatalogProfile {
  /** E.g. `us.amazon.nova-lite-v1:0`. */
  readonly id: string;
  /** E.g. `us`, `global`. */
  readonly geography: string;
  /** Regions that it can be called from; undefined where only its id is known. */
  readonly sourceRegions?: readonly string[] | undefined;
  /** Regions that answer; undefined where they are not known, as for `global`. */
  readonly destinationRegions?: readonly string[] | undefined;
}

/** What is known of one model. */
export interface CatalogModel {
  /** Without geography, e.g. `amazon.nova-lite-v1:0`. */
  readonly id: string;
  readonly name: string;
  /** Who made it, e.g. `Amazon`. */
  readonly vendor: string;
  readonly kind: CatalogKind;
  /** Name of the model family, for the model setting `family`. */
  readonly family?: string | undefined;
  readonly status: CatalogStatus;
  /** `YYYY-MM-DD` or `YYYY-MM`. */
  readonly launched?: string | undefined;
  /** `YYYY-MM-DD`, also of days to come. */
  readonly endOfLife?: string | undefined;
  /** What to call in its place, where it is not active. */
  readonly successor?: string | undefined;
  /** Tokens. */
  readonly contextWindow?: number | undefined;
  readonly maxOutputTokens?: number | undefined;
  /** Fewest tokens that the prompt cache takes. */
  readonly minCacheTokens?: number | undefined;
  readonly embeddingDimensions?: readonly number[] | undefined;
  readonly input: readonly CatalogModality[];
  readonly output: readonly CatalogModality[];
  readonly capabilities: readonly CatalogCapability[];
  /** E.g. `Converse`, `Invoke`, `Chat Completions`. */
  readonly apis: readonly string[];
  readonly endpoints: ReadonlyArray<'bedrock-runtime' | 'bedrock-mantle' | (string & {})>;
  /** E.g. `standard`, `priority`, `flex`, `reserved`. */
  readonly serviceTiers: readonly string[];
  /** Regions where it can be called by its own id. */
  readonly regions: readonly string[];
  /** Regions where bedrock-mantle has it. */
  readonly mantleRegions: readonly string[];
  readonly profiles: readonly CatalogProfile[];
  readonly prices: readonly CatalogPrice[];
  /** Where the facts are from: keys of the catalog's `sources`. */
  readonly sources: readonly string[];
  /** Day of the facts, `YYYY-MM-DD`. */
  readonly asOf: string;
}

/**
 * What a user knows better, or adds. Each member takes the place of the one in the catalog, `prices` as a whole.
 * @example
 * createBedrock({ catalog: [{ id: 'amazon.nova-lite-v1:0', prices: [{ scope: 'regional', rates: { input: '0.05' } }] }] });
 */
export type CatalogEntry = { readonly id: string } & Partial<Omit<CatalogModel, 'id'>>;

/** Where facts are from, and of which day. */
export interface CatalogSource {
  readonly what: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
}
