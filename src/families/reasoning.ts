/**
 * The ways in which families other than Claude take the wish for reasoning. Levels are rounded as the AI SDK
 * rounds them for all its providers: to the next lower level that exists, else to the next higher one.
 */
import type { JSONObject, SharedV4Warning } from '@ai-sdk/provider';
import { mapReasoningToProviderEffort } from '@ai-sdk/provider-utils';
import type { ReasoningLevel, ReasoningPlan, ReasoningRequest } from '../codec/family.ts';

export type ReasoningRule = (request: ReasoningRequest) => ReasoningPlan;
export type EffortLevel = Exclude<ReasoningLevel, 'none'>;

/** What the caller asks for; undefined when it is left to the model. Options of the call beat the level. */
export function reasoningWish({ level, config }: ReasoningRequest): 'on' | 'off' | undefined {
  if (config?.type !== undefined) return config.type === 'disabled' ? 'off' : 'on';
  if (config?.budgetTokens !== undefined || config?.maxReasoningEffort !== undefined) return 'on';
  if (level === undefined) return undefined;
  return level === 'none' ? 'off' : 'on';
}

export function unsupportedReasoning(details: string): SharedV4Warning {
  return { type: 'unsupported', feature: 'reasoning', details };
}

export function compatibleReasoning(details: string): SharedV4Warning {
  return { type: 'compatibility', feature: 'reasoning', details };
}

/** The nearest of `levels`, with a warning in `warnings` where that is not what was asked for. */
export function nearestEffort(
  level: ReasoningLevel,
  levels: readonly EffortLevel[],
  warnings: SharedV4Warning[],
): string | undefined {
  const effortMap = Object.fromEntries(levels.map(known => [known, known]));
  return mapReasoningToProviderEffort({ reasoning: level, effortMap, warnings });
}

/** @param reason a whole sentence: why nothing is sent */
export function noReasoning(reason: string): ReasoningRule {
  return request => ({
    active: false,
    warnings: reasoningWish(request) === 'on' ? [unsupportedReasoning(reason)] : [],
  });
}

/** The model reasons in every call, and nothing in the request changes that. */
export const fixedReasoning: ReasoningRule = request => {
  const wish = reasoningWish(request);
  return { active: true, warnings: wish === undefined ? [] : [fixedReasoningWarning(wish)] };
};

function fixedReasoningWarning(wish: 'on' | 'off'): SharedV4Warning {
  return wish === 'off'
    ? compatibleReasoning('This model reasons in every call; it cannot be switched off.')
    : unsupportedReasoning('This model reasons in every call; how much cannot be set.');
}

/** Reasoning that is on or off and knows no degrees. */
export function switchedReasoning(rules: {
  readonly on: JSONObject;
  readonly off: JSONObject;
  readonly byDefault: boolean;
}): ReasoningRule {
  return request => {
    const wish = reasoningWish(request);
    if (wish === undefined) return { active: rules.byDefault, warnings: [] };
    if (wish === 'off') return { active: false, fields: rules.off, warnings: [] };
    return { active: true, fields: rules.on, warnings: degreeWarnings(request) };
  };
}

function degreeWarnings({ level, config }: ReasoningRequest): SharedV4Warning[] {
  const asked = config?.maxReasoningEffort ?? (config === undefined ? level : undefined);
  return [
    ...(asked === undefined
      ? []
      : [compatibleReasoning(`This model knows reasoning on or off only; "${asked}" switches it on.`)]),
    ...modeWarnings(config),
    ...foreignOptionWarnings(config, ['budgetTokens', 'display']),
  ];
}

interface EffortRules {
  /** The levels that the model takes, in its own words, which are the AI SDK's. */
  readonly levels: readonly EffortLevel[];
  /** The effort of a caller who asks for reasoning and names no level. */
  readonly defaultLevel?: EffortLevel;
  readonly on: (effort: string) => JSONObject;
  /** Request fields that switch it off; absent when it cannot be. */
  readonly off?: JSONObject;
  /** Whether the model reasons when the request says nothing. */
  readonly byDefault: boolean;
  /** What else reasoning of this effort changes in the request. */
  readonly clashes?: (effort: string) => Partial<ReasoningPlan>;
}

/** Reasoning by a word for how hard to think. */
export function effortReasoning(rules: EffortRules): ReasoningRule {
  return request => {
    const wish = reasoningWish(request);
    if (wish === undefined) return { active: rules.byDefault, warnings: [] };
    if (wish === 'off' && rules.off !== undefined) {
      return { active: false, ...(Object.keys(rules.off).length > 0 && { fields: rules.off }), warnings: [] };
    }
    const warnings = [
      ...modeWarnings(request.config),
      ...foreignOptionWarnings(request.config, ['budgetTokens', 'display']),
    ];
    const effort = wish === 'off' ? lowestEffort(rules, warnings) : askedEffort(rules, request, warnings);
    return { active: true, fields: rules.on(effort), ...rules.clashes?.(effort), warnings };
  };
}

function askedEffort(rules: EffortRules, { level, config }: ReasoningRequest, warnings: SharedV4Warning[]) {
  if (config?.maxReasoningEffort !== undefined) return config.maxReasoningEffort;
  const fallback = rules.defaultLevel ?? 'medium';
  if (level === undefined || level === 'none') return fallback;
  return nearestEffort(level, rules.levels, warnings) ?? fallback;
}

function lowestEffort({ levels }: EffortRules, warnings: SharedV4Warning[]): string {
  return nearestEffort('none', levels, warnings) ?? 'low';
}

/** The modes of thinking that only Claude has. */
function modeWarnings(config: ReasoningRequest['config']): SharedV4Warning[] {
  const type = config?.type;
  return type === 'adaptive' || type === 'between_tools'
    ? [compatibleReasoning(`This model has no mode "${type}" of reasoning; it is switched on.`)]
    : [];
}

const OPTION_REASONS = {
  budgetTokens: 'This model takes no token budget for reasoning.',
  maxReasoningEffort: 'This model takes no effort level for reasoning.',
  display: 'This model has no choice of how reasoning is shown.',
} as const;

/** Warnings for options of `reasoningConfig` that mean nothing to the model. */
export function foreignOptionWarnings(
  config: ReasoningRequest['config'],
  options: readonly (keyof typeof OPTION_REASONS)[],
): SharedV4Warning[] {
  return options
    .filter(option => config?.[option] !== undefined)
    .map(option => ({
      type: 'unsupported',
      feature: `reasoningConfig.${option}`,
      details: OPTION_REASONS[option],
    }));
}
