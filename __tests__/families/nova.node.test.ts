import { describe, expect, it } from 'vitest';
import type { ReasoningConfig, ReasoningLevel } from '../../src/codec/family.ts';
import { nova } from '../../src/families/nova.ts';

const MICRO = 'amazon.nova-micro-v1:0';
const LITE = 'amazon.nova-lite-v1:0';
const PRO = 'amazon.nova-pro-v1:0';
const PREMIER = 'amazon.nova-premier-v1:0';
const NOVA_2_LITE = 'amazon.nova-2-lite-v1:0';

function plan(model: string, level?: ReasoningLevel, config?: ReasoningConfig) {
  return nova.chat(model).reasoning({ level, config, maxOutputTokens: undefined });
}

describe('Nova', () => {
  it('takes topK up to 128 inside inferenceConfig, and Nova 2 up to 100', () => {
    const rule = nova.chat(PRO).sampling.topK;
    expect(rule).toMatchObject({ range: [0, 128] });
    expect(nova.chat(NOVA_2_LITE).sampling.topK).toMatchObject({ range: [1, 100] });
    expect(rule.to === 'additionalModelRequestFields' && rule.fields(20)).toEqual({
      inferenceConfig: { topK: 20 },
    });
  });

  it.each<[ReasoningLevel, unknown, boolean]>([
    ['none', { type: 'disabled' }, false],
    ['minimal', { type: 'enabled', maxReasoningEffort: 'low' }, true],
    ['low', { type: 'enabled', maxReasoningEffort: 'low' }, false],
    ['medium', { type: 'enabled', maxReasoningEffort: 'medium' }, false],
    ['high', { type: 'enabled', maxReasoningEffort: 'high' }, false],
    ['xhigh', { type: 'enabled', maxReasoningEffort: 'high' }, true],
    ['max', { type: 'enabled', maxReasoningEffort: 'high' }, true],
  ])('2 takes the level %s', (level, reasoningConfig, rounded) => {
    const { fields, warnings } = plan(NOVA_2_LITE, level);
    expect(fields).toEqual({ reasoningConfig });
    expect(warnings.map(({ type }) => type)).toEqual(rounded ? ['compatibility'] : []);
  });

  it('2 drops sampling and the token limit at high effort only', () => {
    const high = plan(NOVA_2_LITE, 'high');
    expect(Object.keys(high.drops ?? {})).toEqual(['temperature', 'topP', 'topK']);
    expect(high.dropsMaxTokens).toBeTruthy();
    expect(plan(NOVA_2_LITE, 'medium')).toMatchObject({ active: true });
    expect(plan(NOVA_2_LITE, 'medium').drops).toBeUndefined();
  });

  it('2 reasons with medium effort when none is named', () => {
    expect(plan(NOVA_2_LITE, undefined, { type: 'enabled' }).fields).toEqual({
      reasoningConfig: { type: 'enabled', maxReasoningEffort: 'medium' },
    });
  });

  it('2 says that it has no budget and no adaptive mode', () => {
    const { warnings } = plan(NOVA_2_LITE, 'low', { type: 'adaptive', budgetTokens: 5000 });
    expect(warnings).toMatchObject([
      { type: 'compatibility', feature: 'reasoning' },
      { type: 'unsupported', feature: 'reasoningConfig.budgetTokens' },
    ]);
  });

  it('1 does not reason', () => {
    for (const model of [MICRO, LITE, PRO, PREMIER]) {
      expect(plan(model, 'high')).toMatchObject({ active: false, warnings: [{ type: 'unsupported' }] });
    }
  });

  it.each<[string, string[]]>([
    [LITE, []],
    [PREMIER, ['nova_grounding']],
    [NOVA_2_LITE, ['nova_grounding', 'nova_code_interpreter']],
  ])('%s has the system tools %j', (model, systemTools) => {
    expect(nova.chat(model).tools.systemTools).toEqual(systemTools);
  });

  it('Micro takes text only', () => {
    expect(Object.keys(nova.chat(MICRO).content.refuses)).toEqual(['image', 'document', 'video', 'audio']);
    expect(Object.keys(nova.chat(PRO).content.refuses)).toEqual(['audio']);
  });

  it('caches system and messages for five minutes, and no tools', () => {
    expect(nova.chat(LITE).promptCache).toEqual({
      places: ['system', 'messages'],
      minTokens: 1000,
      ttls: ['5m'],
    });
  });
});
