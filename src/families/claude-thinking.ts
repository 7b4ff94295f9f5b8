/**
 * How each Claude takes the wish for reasoning: by budget, adaptively, not at all.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-adaptive-thinking.html
 * @see https://platform.claude.com/docs/en/build-with-claude/effort
 */
import type { JSONObject, SharedV4Warning } from '@ai-sdk/provider';
import { mapReasoningToProviderBudget } from '@ai-sdk/provider-utils';
import type { ReasoningLevel, ReasoningPlan, ReasoningRequest } from '../codec/family.ts';
import { type ClaudeModel, isFrom, maxOutputTokens } from './claude-model.ts';
import {
  compatibleReasoning,
  type EffortLevel,
  foreignOptionWarnings,
  nearestEffort,
  noReasoning,
  type ReasoningRule,
  reasoningWish,
} from './reasoning.ts';

interface ThinkingRules {
  /** Whether `enabled` with a budget is taken, and whether `adaptive` is. */
  readonly budget: boolean;
  readonly adaptive: boolean;
  /** Whether the model thinks when the request says nothing. */
  readonly byDefault: boolean;
  /** How thinking is kept off: by saying nothing, by a type of `thinking`, or not at all. */
  readonly off: 'omit' | 'disabled' | 'between_tools' | undefined;
  readonly efforts: readonly EffortLevel[];
}

const ALL_EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'] as const;

const BUDGET: ThinkingRules = { budget: true, adaptive: false, byDefault: false, off: 'omit', efforts: [] };
const ADAPTIVE: ThinkingRules = {
  budget: false,
  adaptive: true,
  byDefault: true,
  off: undefined,
  efforts: ALL_EFFORTS,
};

/** Newest first. What is newer than all, and tiers not known yet, think always. */
function thinkingRules(model: ClaudeModel): ThinkingRules | undefined {
  if (isFrom(505, model, 'sonnet')) return { ...ADAPTIVE, off: 'between_tools' };
  if (isFrom(500, model, 'haiku')) return { ...ADAPTIVE, off: 'disabled' };
  if (isFrom(500, model, 'opus', 'sonnet') && !isFrom(505, model)) return { ...ADAPTIVE, off: 'disabled' };
  if (isFrom(500, model)) return ADAPTIVE;
  if (isFrom(407, model)) return { ...ADAPTIVE, byDefault: false, off: 'omit' };
  if (isFrom(406, model)) {
    return { ...BUDGET, adaptive: true, efforts: ['low', 'medium', 'high', 'max'] };
  }
  if (isFrom(405, model, 'opus')) return { ...BUDGET, efforts: ['low', 'medium', 'high'] };
  return isFrom(307, model) ? BUDGET : undefined;
}

const CLASH = 'Claude does not take it while it thinks.';

/** What every call with thinking switched on refuses. */
const CLASHES: Partial<ReasoningPlan> = {
  drops: { temperature: CLASH, topP: CLASH, topK: CLASH },
  refusesForcedTool: 'Claude cannot be made to call a tool while it thinks.',
  refusesPrefill: 'Claude does not continue an assistant message while it thinks.',
};

export function claudeReasoning(model: ClaudeModel): ReasoningRule {
  const rules = thinkingRules(model);
  if (rules === undefined) return noReasoning('Claude reasons from Claude 3.7 Sonnet on.');
  return request => {
    if (isEffortOnly(request) && rules.efforts.length > 0) return effortOnly(rules, request);
    switch (thinkingWish(rules, request)) {
      case undefined:
        return { active: rules.byDefault, warnings: foreignOptionWarnings(request.config, ['display']) };
      case 'off':
        return withoutThinking(rules, request);
      case 'on':
        return wantsBudget(rules, request)
          ? budgetThinking(rules, request, maxOutputTokens(model))
          : adaptiveThinking(rules, request);
    }
  };
}

/** Who says only how thinking is shown wants it as the model does it anyway. */
function thinkingWish(rules: ThinkingRules, request: ReasoningRequest): 'on' | 'off' | undefined {
  const shown = rules.byDefault && request.config?.display !== undefined;
  return reasoningWish(request) ?? (shown ? 'on' : undefined);
}

/** Effort shapes the whole answer, with or without thinking: alone, it leaves thinking as it is. */
function isEffortOnly({ level, config }: ReasoningRequest): boolean {
  return (
    level === undefined &&
    config?.maxReasoningEffort !== undefined &&
    config.type === undefined &&
    config.budgetTokens === undefined &&
    config.display === undefined
  );
}

function effortOnly(rules: ThinkingRules, { config }: ReasoningRequest): ReasoningPlan {
  return {
    active: rules.byDefault,
    fields: effortFields(rules, config?.maxReasoningEffort),
    warnings: [],
  };
}

function effortFields(rules: ThinkingRules, effort: string | undefined): JSONObject {
  if (effort === undefined) return {};
  // Opus 4.5 alone needs the beta: it has no adaptive thinking, and yet effort.
  return { output_config: { effort }, ...(!rules.adaptive && { anthropic_beta: ['effort-2025-11-24'] }) };
}

/* -------------------------------------------------------------- adaptive */

function adaptiveThinking(rules: ThinkingRules, { level, config }: ReasoningRequest): ReasoningPlan {
  if (config?.type === 'between_tools' && rules.off === 'between_tools') {
    return betweenTools(rules, config.maxReasoningEffort, []);
  }
  const warnings: SharedV4Warning[] =
    config?.type === 'between_tools'
      ? [compatibleReasoning('This Claude has no thinking between tools only; it thinks adaptively.')]
      : [];
  if (config?.budgetTokens !== undefined) {
    warnings.push(
      compatibleReasoning(
        `This Claude takes no thinking budget; instead of ${config.budgetTokens} tokens it thinks adaptively.`,
      ),
    );
  }
  const effort =
    config?.maxReasoningEffort ??
    (level === undefined || level === 'none' ? undefined : nearestEffort(level, rules.efforts, warnings));
  return adaptivePlan(rules, effort, config?.display, warnings);
}

function adaptivePlan(
  rules: ThinkingRules,
  effort: string | undefined,
  display: string | undefined,
  warnings: SharedV4Warning[],
): ReasoningPlan {
  return {
    active: true,
    fields: {
      thinking: { type: 'adaptive', ...(display !== undefined && { display }) },
      ...effortFields(rules, effort),
    },
    ...CLASHES,
    warnings,
  };
}

/* ------------------------------------------------------------------- off */

function withoutThinking(rules: ThinkingRules, { config }: ReasoningRequest): ReasoningPlan {
  if (rules.off === undefined) {
    const lowest = config?.maxReasoningEffort ?? 'low';
    const detail = `This Claude always thinks; instead of not at all, it does so with effort "${lowest}".`;
    return adaptivePlan(rules, lowest, config?.display, [compatibleReasoning(detail)]);
  }
  const warnings: SharedV4Warning[] = [];
  const effort = rules.efforts.length > 0 ? effortBelow(config?.maxReasoningEffort, warnings) : undefined;
  if (rules.off === 'between_tools') {
    const detail = 'This Claude cannot stop thinking; it thinks between tool calls only.';
    return betweenTools(rules, effort, [compatibleReasoning(detail), ...warnings]);
  }
  const fields = {
    ...(rules.off === 'disabled' && { thinking: { type: 'disabled' } }),
    ...effortFields(rules, effort),
  };
  return { active: false, ...(Object.keys(fields).length > 0 && { fields }), warnings };
}

/** The lowest thinking there is on Sonnet 5.5. */
function betweenTools(
  rules: ThinkingRules,
  effort: string | undefined,
  warnings: SharedV4Warning[],
): ReasoningPlan {
  const lowered = effortBelow(effort, warnings);
  return {
    active: true,
    fields: { thinking: { type: 'between_tools' }, ...effortFields(rules, lowered) },
    ...CLASHES,
    warnings,
  };
}

/**
 * Without thinking, effort above `high` is an error.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_OutputConfig.html
 */
function effortBelow(effort: string | undefined, warnings: SharedV4Warning[]): string | undefined {
  if (effort !== 'xhigh' && effort !== 'max') return effort;
  warnings.push(compatibleReasoning(`Without full thinking, effort "${effort}" is lowered to "high".`));
  return 'high';
}

/* ---------------------------------------------------------------- budget */

const MIN_BUDGET = 1024;
/** The answer's share where the caller set no `maxOutputTokens`; the codec adds the budget to the same number. */
const DEFAULT_ANSWER = 4096;

function wantsBudget(rules: ThinkingRules, { config }: ReasoningRequest): boolean {
  if (!rules.budget) return false;
  return !rules.adaptive || config?.budgetTokens !== undefined;
}

/**
 * A level is a share of the model's output limit, as the AI SDK does it for all providers (minimal 2 %, low 10 %,
 * medium 30 %, high 60 %, xhigh 90 %, max 95 %), but leaves the answer the tokens that the caller asked for.
 */
function budgetThinking(rules: ThinkingRules, request: ReasoningRequest, limit: number): ReasoningPlan {
  const { config, maxOutputTokens: answer = DEFAULT_ANSWER } = request;
  const warnings = foreignOptionWarnings(config, ['display']);
  if (config?.type === 'adaptive' || config?.type === 'between_tools') {
    warnings.push(compatibleReasoning('This Claude takes a thinking budget instead of adaptive thinking.'));
  }
  const budget = explicitBudget(config?.budgetTokens, warnings) ?? budgetOfLevel(request, limit, answer);
  if (config?.maxReasoningEffort !== undefined && !rules.adaptive) {
    const detail = `This Claude takes a thinking budget, here of ${budget} tokens, and no effort level beside it.`;
    warnings.push(compatibleReasoning(detail));
  }
  return {
    active: true,
    fields: {
      thinking: { type: 'enabled', budget_tokens: budget },
      ...(rules.adaptive && effortFields(rules, config?.maxReasoningEffort)),
    },
    extraMaxTokens: roomFor(budget, answer, limit),
    ...CLASHES,
    warnings,
  };
}

function explicitBudget(budget: number | undefined, warnings: SharedV4Warning[]): number | undefined {
  if (budget === undefined || budget >= MIN_BUDGET) return budget;
  warnings.push(
    compatibleReasoning(`A thinking budget of ${budget} tokens is raised to the least, ${MIN_BUDGET}.`),
  );
  return MIN_BUDGET;
}

function budgetOfLevel({ level, config }: ReasoningRequest, limit: number, answer: number): number {
  const asked = config?.maxReasoningEffort ?? level;
  return mapReasoningToProviderBudget({
    reasoning: isLevel(asked) ? asked : 'medium',
    maxOutputTokens: limit,
    maxReasoningBudget: Math.max(limit - answer, MIN_BUDGET),
    minReasoningBudget: MIN_BUDGET,
    warnings: [],
  });
}

function isLevel(word: string | undefined): word is Exclude<ReasoningLevel, 'none'> {
  return word === 'minimal' || ALL_EFFORTS.some(level => level === word);
}

/** Budget and answer together must stay within the model's limit, and above the budget. */
function roomFor(budget: number, answer: number, limit: number): number {
  const total = budget < limit ? Math.min(budget + answer, limit) : budget + answer;
  return Math.max(0, total - answer);
}
