/** Tells Claude models apart by what their ids say, so that ids not known yet get the newest rules. */
export interface ClaudeModel {
  /** `opus`, `sonnet`, `haiku`, `fable`, `mythos`; `text` for the models before Claude 3. */
  readonly tier: string;
  /** Major version times 100 plus minor version: 405 for Claude 4.5. */
  readonly release: number;
}

/** What an id is taken for that has a form not known yet. */
const NEWEST: ClaudeModel = { tier: 'opus', release: Number.POSITIVE_INFINITY };

/**
 * What no id at all is taken for (an ARN of which only the family is known). Of the current models Sonnet 4.6
 * takes the most: sampling, forced tools, budgets and adaptive thinking. So the least of what the caller says is
 * lost, and the service decides.
 */
const UNTOLD: ClaudeModel = { tier: 'sonnet', release: 406 };

/**
 * @param baseModel all forms there have been: `anthropic.claude-v2:1`, `…claude-instant-v1`,
 * `…claude-3-5-sonnet-20241022-v2:0`, `…claude-opus-4-1-20250805-v1:0`, `…claude-opus-4-6-v1`,
 * `…claude-sonnet-5-5`, `…claude-mythos-preview`
 */
export function parseClaudeModel(baseModel: string | undefined): ClaudeModel {
  if (baseModel === undefined) return UNTOLD;
  const name = /claude-(.*)/.exec(baseModel)?.[1];
  if (name === undefined) return NEWEST;
  if (/^(?:instant|v\d)/.test(name)) return { tier: 'text', release: 200 };
  // Versions have one or two digits; eight are a date.
  const versionFirst = /^(\d{1,2})(?:-(\d{1,2}))?-([a-z]+)/.exec(name);
  if (versionFirst) return model(versionFirst[3], versionFirst[1], versionFirst[2]);
  const tierFirst = /^([a-z]+)-(\d{1,2})(?:-(\d{1,2}))?(?!\d)/.exec(name);
  if (tierFirst) return model(tierFirst[1], tierFirst[2], tierFirst[3]);
  return { tier: /^[a-z]+/.exec(name)?.[0] ?? NEWEST.tier, release: NEWEST.release };
}

/** Tiers whose versions go with the generations; the first version of a new tier is no Claude 1. */
const TIERS = ['opus', 'sonnet', 'haiku', 'fable', 'mythos'];

function model(tier = '', major = '', minor = '0'): ClaudeModel {
  const release = TIERS.includes(tier) ? Number(major) * 100 + Number(minor) : NEWEST.release;
  return { tier, release };
}

/** Whether a model is of one of the tiers (any, when none is given) and of this release or a later one. */
export function isFrom(release: number, { tier, release: actual }: ClaudeModel, ...tiers: string[]): boolean {
  return actual >= release && (tiers.length === 0 || tiers.includes(tier));
}

/**
 * The model's own limit of `max_tokens`, which thinking and answer share.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html (the cards of the models)
 */
export function maxOutputTokens(model: ClaudeModel): number {
  if (isFrom(500, model) && model.tier !== 'haiku') return 128_000;
  if (isFrom(406, model, 'opus')) return 128_000;
  if (isFrom(400, model, 'opus') && !isFrom(405, model)) return 32_000;
  if (isFrom(307, model)) return 64_000;
  return model.release === 300 ? 4_096 : 8_192;
}

/**
 * Tokens of the quota that a token of output takes. What is newer than all is taken for like the newest.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/quotas-token-burndown.html
 */
export function outputBurndown(model: ClaudeModel): number {
  if (isFrom(500, model)) return 10;
  return isFrom(408, model) ? 15 : 5;
}
