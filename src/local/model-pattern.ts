/** Which models a setting is for. */
import type { Member } from './check-options.ts';

/**
 * A model id as called, e.g. `us.anthropic.claude-sonnet-4-5-20250929-v1:0`, or the beginning of ids and a `*`,
 * e.g. `us.anthropic.*`. `*` alone is every model.
 */
export type ModelPattern = string;

export const modelPattern: Member = {
  what: 'a model id, or the beginning of one with * at its end',
  allows: value => typeof value === 'string' && /^[^*]+\*?$|^\*$/.test(value),
};

export function matchesPattern(pattern: ModelPattern, modelId: string): boolean {
  return pattern.endsWith('*') ? modelId.startsWith(pattern.slice(0, -1)) : modelId === pattern;
}
