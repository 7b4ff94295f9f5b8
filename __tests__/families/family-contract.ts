/**
 * What is true of every family's rules, as tests. What the rules make of calls is in `family-calls.ts`; models
 * and families are in `family-models.ts`.
 */
import type { JSONObject, SharedV4Warning } from '@ai-sdk/provider';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ChatTraits,
  type ReasoningConfig,
  type ReasoningLevel,
  type ReasoningPlan,
  type ReasoningRequest,
  SAMPLING_OPTIONS,
} from '../../src/codec/family.ts';
import { findFamily } from '../../src/families/index.ts';
import type { FamilyFacts } from './family-models.ts';

export const REASONING_LEVELS: readonly ReasoningLevel[] = [
  'none',
  'minimal',
  'low',
  'medium',
  'high',
  'xhigh',
  'max',
];

const CONFIGS: ReadonlyArray<ReasoningConfig | undefined> = [
  undefined,
  {},
  { type: 'enabled' },
  { type: 'enabled', budgetTokens: 2000 },
  { type: 'adaptive', maxReasoningEffort: 'low', display: 'summarized' },
  { type: 'between_tools' },
  { type: 'disabled', maxReasoningEffort: 'max' },
  { budgetTokens: 1 },
  { maxReasoningEffort: 'high' },
  { display: 'omitted' },
];

const WISHES: readonly ReasoningRequest[] = [undefined, ...REASONING_LEVELS].flatMap(level =>
  CONFIGS.flatMap(config =>
    [undefined, 1, 4096, 1_000_000].map(maxOutputTokens => deepFreeze({ level, config, maxOutputTokens })),
  ),
);

/** A whole sentence, as a person reads it in a warning. */
export const SENTENCE: RegExp = /^[A-Z"`].*[.]$/s;

/** Models of a family that have the same rules in all or in part, of which one stands for all. */
export interface RuleSet {
  readonly title: string;
  /** Undefined: only the family is known. */
  readonly baseModel: string | undefined;
  readonly traits: ChatTraits;
}

/** @param part what must be the same, as text: everything, if nothing is given */
export function ruleSets(
  { family, models, future }: FamilyFacts,
  part: (traits: ChatTraits) => string = visible,
): RuleSet[] {
  const sets = new Map<string, { baseModel: string | undefined; traits: ChatTraits; others: number }>();
  for (const baseModel of [...models, ...Object.keys(future), undefined]) {
    const traits = family.chat(baseModel);
    const set = sets.get(part(traits));
    if (set === undefined) sets.set(part(traits), { baseModel, traits, others: 0 });
    else set.others += 1;
  }
  return [...sets.values()].map(({ baseModel, traits, others }) => ({
    title: `${baseModel ?? `an unknown ${family.name}`}${others > 0 ? ` and ${others} more` : ''}`,
    baseModel,
    traits,
  }));
}

export function describeFamily(facts: FamilyFacts): void {
  const { family, models, future } = facts;
  const named = [...models, ...Object.keys(future)];

  describe(`the family ${family.name}`, () => {
    it('has a name in lower case', () => {
      expect(family.name).toMatch(/^[a-z][a-z0-9]*$/);
    });

    it.each(named)('claims %s', model => {
      expect(family.matches(model)).toBe(true);
      expect(findFamily({ baseModel: model, extra: [family] })).toBe(family);
    });

    it.each(named)('gives %s the same rules whenever it is asked', model => {
      expect(visible(family.chat(model))).toBe(visible(family.chat(model)));
    });

    it.each(Object.entries(future))(
      'gives %s, which does not exist yet, the rules of %s',
      (model, newest) => {
        expect(JSON.parse(visible(family.chat(model)))).toEqual(JSON.parse(visible(family.chat(newest))));
      },
    );

    for (const { title, traits } of ruleSets(facts)) {
      describe(title, () => describeRules(traits));
    }
  });
}

function describeRules(traits: ChatTraits): void {
  it('has a rule for every sampling option', () => {
    for (const option of SAMPLING_OPTIONS) checkSamplingRule(traits, option);
    for (const { keep, drop, reason } of traits.samplingConflicts) {
      expect(keep).not.toBe(drop);
      expect(reason).toMatch(SENTENCE);
    }
  });

  it('has a plan for every wish to reason, and changes nothing for it', () => {
    for (const wish of WISHES) checkPlan(traits.reasoning(wish), wish);
  });

  it('sends nothing about reasoning when nothing is asked', () => {
    const { fields, effort, warnings } = traits.reasoning({
      level: undefined,
      config: undefined,
      maxOutputTokens: 100,
    });
    expect({ fields, effort, warnings }).toEqual({ fields: undefined, effort: undefined, warnings: [] });
  });

  it('reasons when asked for a level, or says that it does not', () => {
    for (const level of REASONING_LEVELS.filter(level => level !== 'none')) {
      const plan = traits.reasoning({ level, config: undefined, maxOutputTokens: undefined });
      expect(plan.active || plan.warnings.some(({ type }) => type === 'unsupported')).toBe(true);
    }
  });

  it('stops reasoning for the level none, or says that it does not', () => {
    const plan = traits.reasoning({ level: 'none', config: undefined, maxOutputTokens: undefined });
    expect(!plan.active || plan.warnings.length > 0).toBe(true);
  });

  it('has tool rules that do not contradict each other', () => {
    checkTools(traits);
  });

  it('has ways to hold an answer to a schema that the rest of its rules allow', () => {
    const modes = traits.structuredOutput.map(({ mode }) => mode);
    expect(modes).toEqual([...new Set(modes)]);
    if (modes.includes('tool')) expect(traits.tools.choices).not.toEqual([]);
  });

  it('has content rules with a sentence for every kind of media that it refuses', () => {
    for (const sentence of Object.values(traits.content.refuses)) expect(sentence).toMatch(SENTENCE);
    if (traits.content.refusesPrefill !== undefined) {
      expect(traits.content.refusesPrefill).toMatch(SENTENCE);
    }
  });

  it('has cache rules that can be kept, if it has any', () => {
    if (traits.promptCache === undefined) return;
    expect(traits.promptCache.places).not.toEqual([]);
    expect(traits.promptCache.minTokens).toBeGreaterThan(0);
    expect(traits.promptCache.ttls).toContain('5m');
  });

  it('asks for at most ten members of the reply, by JSON pointer', () => {
    expect(traits.responseFieldPaths.length).toBeLessThanOrEqual(10);
    for (const path of traits.responseFieldPaths) expect(path).toMatch(/^(\/[^/]+)+$/);
  });
}

/** The parts of the rules that can be compared: data, and what the functions answer. */
function visible(traits: ChatTraits): string {
  return JSON.stringify([visibleButReasoning(traits), WISHES.map(wish => traits.reasoning(wish))]);
}

export function visibleButReasoning(traits: ChatTraits): string {
  return JSON.stringify({
    ...traits,
    callId: traits.tools.callId?.('toolu_bdrk_01'),
    betas: traits.betas?.(['b']),
    topK: traits.sampling.topK.to === 'additionalModelRequestFields' && traits.sampling.topK.fields(1),
    minTokens: String(traits.promptCache?.minTokens),
  });
}

function checkSamplingRule(traits: ChatTraits, option: (typeof SAMPLING_OPTIONS)[number]): void {
  const rule = traits.sampling[option];
  if (rule.to === 'nowhere') {
    expect(rule.reason).toMatch(SENTENCE);
    return;
  }
  if (rule.range !== undefined) expect(rule.range[0]).toBeLessThan(rule.range[1]);
  if (rule.to === 'additionalModelRequestFields') {
    const fields = rule.fields(0.5);
    expectJson(fields);
    expect(JSON.stringify(fields)).toContain('0.5');
  }
}

/** Few expectations: the plans are many. */
function checkPlan(plan: ReasoningPlan, wish: ReasoningRequest): void {
  if (plan.fields !== undefined) {
    expect(Object.keys(plan.fields).length).toBeGreaterThan(0);
    expectJson(plan.fields);
  }
  for (const warning of plan.warnings) checkWarning(warning);
  const sentences = [...Object.values(plan.drops ?? {}), plan.refusesForcedTool, plan.refusesPrefill];
  expect(sentences.filter(sentence => sentence !== undefined && !SENTENCE.test(sentence))).toEqual([]);
  const budget = budgetOf(plan.fields);
  const given = wish.maxOutputTokens ?? 4096;
  if (budget === undefined) {
    expect(plan.extraMaxTokens).toBeUndefined();
  } else {
    const extra = plan.extraMaxTokens ?? Number.NaN;
    expect({ budget, extra, fits: budget >= 1024 && extra >= 0 && budget < given + extra }).toMatchObject({
      fits: true,
    });
  }
}

function budgetOf(fields: JSONObject | undefined): number | undefined {
  const thinking = fields?.['thinking'] as JSONObject | undefined;
  return thinking?.['budget_tokens'] as number | undefined;
}

function checkWarning(warning: SharedV4Warning): void {
  expect(warning.type).toMatch(/^(?:unsupported|compatibility)$/);
  if (warning.type !== 'unsupported' && warning.type !== 'compatibility') return;
  expect(warning.feature).toMatch(/^reasoning/);
  expect(warning.details).toBeTruthy();
}

function checkTools({ tools, content }: ChatTraits): void {
  expect(tools.choices).toEqual([...new Set(tools.choices)]);
  if (tools.unsupported !== undefined) {
    expect(tools.unsupported).toMatch(SENTENCE);
    expect({ choices: tools.choices, strict: tools.strict, systemTools: tools.systemTools }).toEqual({
      choices: [],
      strict: false,
      systemTools: [],
    });
    // Without tools, their earlier results are text, which stands beside anything.
    expect(content.besideToolResult).toBeUndefined();
  } else if (tools.choices.length < 2) {
    expect(tools.choiceReason).toMatch(SENTENCE);
  }
  for (const name of tools.systemTools) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
  if (tools.callId !== undefined) checkCallId(tools.callId);
}

function checkCallId(callId: (id: string) => string): void {
  // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolUseBlock.html
  const valid = /^[a-zA-Z0-9_.:-]{1,64}$/;
  fc.assert(
    fc.property(fc.oneof(idOf('grapheme'), idOf('binary-ascii')), id => {
      const shaped = callId(id);
      return valid.test(shaped) && callId(id) === shaped && callId(shaped) === shaped;
    }),
  );
}

const idOf = (unit: 'grapheme' | 'binary-ascii') => fc.string({ minLength: 1, unit });

function expectJson(value: JSONObject): void {
  expect(JSON.parse(JSON.stringify(value))).toEqual(value);
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) deepFreeze(member);
    Object.freeze(value);
  }
  return value;
}
