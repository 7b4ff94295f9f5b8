/** Which models a setting is for. */

/**
 * A model id as called, e.g. `us.anthropic.claude-sonnet-4-5-20250929-v1:0`, or the beginning of ids and a `*`,
 * e.g. `us.anthropic.*`. `*` alone is every model.
 */
export type ModelPattern = string;

/** @returns the problem; undefined when there is none */
export function patternProblem(pattern: unknown): string | undefined {
  const isPattern = typeof pattern === 'string' && /^[^*]+\*?$|^\*$/.test(pattern);
  if (isPattern) return undefined;
  return `a model id, or the beginning of one with * at its end, not ${JSON.stringify(pattern)}.`;
}

export function matchesPattern(pattern: ModelPattern, modelId: string): boolean {
  return pattern.endsWith('*') ? modelId.startsWith(pattern.slice(0, -1)) : modelId === pattern;
}
