/**
 * What is true of every family, as tests. A family's own test file calls `describeFamily` with its models and
 * adds the facts that are its own.
 */
import type { JSONObject, JSONValue, SharedV4Warning } from '@ai-sdk/provider';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ChatTraits,
  type ModelFamily,
  type ReasoningConfig,
  type ReasoningLevel,
  type ReasoningPlan,
  type ReasoningRequest,
  SAMPLING_OPTIONS,
} from '../../src/codec/family.ts';
import { findFamily } from '../../src/families/index.ts';

interface FamilyFacts {
  /** Base models of the family, of every kind of rules that it has. */
  readonly models: readonly string[];
  /** Models that AWS does not have yet: the family claims them and gives them its newest model's rules. */
  readonly future: { readonly [model: string]: string };
}

const REASONING_LEVELS: readonly ReasoningLevel[] = [
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
    [undefined, 1, 4096, 1_000_000].map(maxOutputTokens => ({ level, config, maxOutputTokens })),
  ),
);

const SENTENCE = /^[A-Z"`].*[.]$/s;

export function describeFamily(family: ModelFamily, { models, future }: FamilyFacts): void {
  const named = [...models, ...Object.keys(future)];

  describe(`the family ${family.name}`, () => {
    it('has a name in lower case', () => {
      expect(family.name).toMatch(/^[a-z][a-z0-9]*$/);
    });

    it.each(named)('claims %s', model => {
      expect(family.matches(model)).toBe(true);
      expect(findFamily({ baseModel: model }).name).toBe(family.name);
    });

    it.each(Object.entries(future))(
      'gives %s, which does not exist yet, the rules of %s',
      (model, newest) => {
        expect(visible(family.chat(model))).toEqual(visible(family.chat(newest)));
      },
    );

    describe.each([...named, undefined])('%s', model => {
      const traits = family.chat(model);

      it('has the same rules whenever it is asked', () => {
        expect(visible(family.chat(model))).toEqual(visible(traits));
      });

      it('has a rule for every sampling option', () => {
        for (const option of SAMPLING_OPTIONS) checkSamplingRule(traits, option);
        for (const { keep, drop, reason } of traits.samplingConflicts) {
          expect(keep).not.toBe(drop);
          expect(reason).toMatch(SENTENCE);
        }
      });

      it('has a plan for every wish to reason, and changes nothing for it', () => {
        for (const wish of WISHES) checkPlan(traits.reasoning(deepFreeze(wish)), wish);
      });

      it('plans the same for the same wish', () => {
        for (const wish of WISHES) expect(traits.reasoning(wish)).toEqual(traits.reasoning(wish));
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
    });
  });
}

/** The parts of the rules that can be compared: data, and what the functions answer. */
function visible(traits: ChatTraits): JSONValue {
  return JSON.parse(
    JSON.stringify({
      ...traits,
      plans: WISHES.map(wish => traits.reasoning(wish)),
      callId: traits.tools.callId?.('toolu_bdrk_01'),
      minTokens: String(traits.promptCache?.minTokens),
    }),
  );
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

function checkPlan(plan: ReasoningPlan, wish: ReasoningRequest): void {
  expectJson(plan.fields ?? {});
  if (plan.fields !== undefined) expect(plan.fields).not.toEqual({});
  for (const warning of plan.warnings) checkWarning(warning);
  for (const sentence of Object.values(plan.drops ?? {})) expect(sentence).toMatch(SENTENCE);
  const budget = budgetOf(plan.fields);
  if (budget === undefined) {
    expect(plan.extraMaxTokens).toBeUndefined();
    return;
  }
  const extra = plan.extraMaxTokens ?? Number.NaN;
  expect(budget).toBeGreaterThanOrEqual(1024);
  expect(extra).toBeGreaterThanOrEqual(0);
  expect(budget).toBeLessThan((wish.maxOutputTokens ?? 4096) + extra);
}

function budgetOf(fields: JSONObject | undefined): number | undefined {
  const thinking = fields?.['thinking'] as JSONObject | undefined;
  return thinking?.['budget_tokens'] as number | undefined;
}

function checkWarning(warning: SharedV4Warning): void {
  expect(['unsupported', 'compatibility']).toContain(warning.type);
  if (warning.type !== 'unsupported' && warning.type !== 'compatibility') return;
  expect(warning.feature).toMatch(/^reasoning/);
  expect(warning.details).toBeTruthy();
}

function checkTools({ tools }: ChatTraits): void {
  expect(tools.choices).toEqual([...new Set(tools.choices)]);
  if (tools.unsupported !== undefined) {
    expect(tools.unsupported).toMatch(SENTENCE);
    expect({ choices: tools.choices, strict: tools.strict, systemTools: tools.systemTools }).toEqual({
      choices: [],
      strict: false,
      systemTools: [],
    });
  } else if (tools.choices.length < 2) {
    expect(tools.choiceReason).toMatch(SENTENCE);
  }
  for (const name of tools.systemTools) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
  if (tools.callId !== undefined) checkCallId(tools.callId);
}

function checkCallId(callId: (id: string) => string): void {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'binary' }), id => {
      const shaped = callId(id);
      // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolUseBlock.html
      expect(shaped).toMatch(/^[a-zA-Z0-9_.:-]{1,64}$/);
      expect(callId(id)).toBe(shaped);
      expect(callId(shaped)).toBe(shaped);
    }),
  );
}

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
