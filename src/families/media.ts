import type { ContentTraits, MediaKind } from '../codec/family.ts';

const SENTENCES: Readonly<Record<MediaKind, string>> = {
  image: 'This model takes no images.',
  document: 'This model takes no documents.',
  video: 'This model takes no video.',
  audio: 'This model takes no audio.',
};

/** `refuses` of a model; only for kinds that the model surely does not take, since the caller gets an error. */
export function takesNo(...kinds: readonly MediaKind[]): ContentTraits['refuses'] {
  return Object.fromEntries(kinds.map(kind => [kind, SENTENCES[kind]]));
}
