import type { CatalogCapability, CatalogKind, CatalogModality, CatalogNeed, CatalogStatus } from './types.ts';

/** What a model must have; what is left out does not matter. */
export interface CatalogQuery {
  readonly kind?: CatalogKind | undefined;
  /** Name of the model family, as in the model setting `family`. */
  readonly family?: string | undefined;
  /** E.g. `Amazon`; upper and lower case are the same. */
  readonly vendor?: string | undefined;
  /** All of them, e.g. `['tools', 'image-input']`. */
  readonly needs?: readonly CatalogNeed[] | undefined;
  /** Can be called there, in whatever way. */
  readonly region?: string | undefined;
  /** Has a profile of this geography, e.g. `us`, `global`. */
  readonly geography?: string | undefined;
  /** @default ACTIVE, LEGACY and PREVIEW */
  readonly status?: CatalogStatus | readonly CatalogStatus[] | undefined;
  readonly minContextWindow?: number | undefined;
  /** `bedrock-runtime` or `bedrock-mantle`. */
  readonly endpoint?: string | undefined;
  /** E.g. `flex`. */
  readonly serviceTier?: string | undefined;
  /** Words of the id, the name or the vendor. */
  readonly search?: string | undefined;
}

/* ------------------------------------------- the words that a query may have */

export const KINDS: readonly CatalogKind[] = ['text', 'embedding', 'image', 'rerank', 'video', 'speech'];

export const STATUSES: readonly CatalogStatus[] = ['ACTIVE', 'LEGACY', 'PREVIEW', 'EOL', 'UNLISTED'];

export const CAPABILITIES: readonly CatalogCapability[] = [
  'tools',
  'tool-choice',
  'reasoning',
  'prompt-caching',
  'structured-output',
  'streaming',
  'computer-use',
];

const MODALITIES: readonly CatalogModality[] = [
  'text',
  'image',
  'document',
  'video',
  'audio',
  'embedding',
  'ranking',
];

export const NEEDS: readonly CatalogNeed[] = [
  ...CAPABILITIES,
  ...MODALITIES.map(modality => `${modality}-input` as const),
  ...MODALITIES.map(modality => `${modality}-output` as const),
];
