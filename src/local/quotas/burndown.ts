/**
 * How many tokens of quota a token of output costs. Quotas may say otherwise (`burndown`).
 *
 * AWS's page has the factor 5; 10 and 15 of the newer generations are quoted from it in public repositories.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/quotas-token-burndown.html
 */
const CLAUDE_BURNDOWN: readonly { readonly from: number; readonly factor: number }[] = [
  { from: 5, factor: 10 },
  { from: 4.8, factor: 15 },
  { from: 0, factor: 5 },
];

/** `4.8` of `anthropic.claude-opus-4-8`, `4` of `claude-sonnet-4-20250514`: a date is no generation. */
const CLAUDE_GENERATION = /anthropic\.claude-(?:[a-z]+-)?v?(\d{1,2})(?:[-.:](\d)(?!\d))?/;

/** @param modelId as called; an ARN that names no model costs what most models do */
export function defaultBurndown(modelId: string): number {
  if (!modelId.includes('anthropic.claude-')) return 1;
  const [, major = '0', minor = '0'] = CLAUDE_GENERATION.exec(modelId) ?? [];
  const generation = Number(`${major}.${minor}`);
  return CLAUDE_BURNDOWN.find(({ from }) => generation >= from)?.factor ?? 1;
}
