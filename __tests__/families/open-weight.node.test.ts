/** The families that Bedrock serves behind one OpenAI-shaped runtime. */
import { describe, expect, it } from 'vitest';
import type { ReasoningLevel } from '../../src/codec/family.ts';
import { findFamily } from '../../src/families/index.ts';

describe('open-weight models', () => {
  const traits = (model: string) => findFamily({ baseModel: model }).chat(model);
  const plan = (model: string, level: ReasoningLevel) =>
    traits(model).reasoning({ level, config: undefined, maxOutputTokens: undefined });

  it.each<[string, ReasoningLevel, unknown]>([
    ['deepseek.v3-v1:0', 'medium', { reasoning_config: 'medium' }],
    ['deepseek.v3.2', 'max', { reasoning_config: 'high' }],
    ['deepseek.v3.2', 'none', undefined],
    ['qwen.qwen3-32b-v1:0', 'high', { reasoning_config: 'high' }],
    ['qwen.qwen3-32b-v1:0', 'medium', { reasoning_config: 'low' }],
    ['zai.glm-4.7', 'low', { reasoning_config: 'low' }],
    ['zai.glm-5', 'none', undefined],
    ['zai.glm-5.3', 'medium', { reasoning_effort: 'low' }],
    ['zai.glm-5.3', 'none', { reasoning_effort: 'low' }],
    ['nvidia.nemotron-nano-3-30b', 'high', { reasoning_config: 'high' }],
    ['moonshot.kimi-k2-thinking', 'none', { thinking: { type: 'disabled' } }],
    ['moonshotai.kimi-k2.5', 'high', { thinking: { type: 'enabled' } }],
    ['moonshotai.kimi-k3', 'max', { reasoning: { effort: 'max' } }],
    ['moonshotai.kimi-k3', 'minimal', { reasoning: { effort: 'low' } }],
    ['moonshotai.kimi-k3', 'none', { reasoning: { effort: 'none' } }],
  ])('%s takes the level %s in its own way', (model, level, fields) => {
    expect(plan(model, level).fields).toEqual(fields);
  });

  it.each([
    'qwen.qwen3-coder-next',
    'qwen.qwen3-235b-a22b-2507-v1:0',
    'google.gemma-3-27b-it',
    'nvidia.nemotron-nano-9b-v2',
  ])('%s does not reason', model => {
    expect(plan(model, 'low')).toMatchObject({ active: false, warnings: [{ type: 'unsupported' }] });
  });

  it.each(['deepseek.r1-v1:0', 'minimax.minimax-m2'])('%s reasons in every call', model => {
    expect(plan(model, 'high')).toMatchObject({ active: true, warnings: [{ type: 'unsupported' }] });
    expect(plan(model, 'none')).toMatchObject({ active: true, warnings: [{ type: 'compatibility' }] });
    expect(plan(model, 'none').fields).toBeUndefined();
  });

  it('takes no stop sequences in Qwen, GLM and DeepSeek V3', () => {
    const refusing = [
      'deepseek.r1-v1:0',
      'deepseek.v3.2',
      'google.gemma-3-27b-it',
      'minimax.minimax-m2',
      'qwen.qwen3-vl-235b-a22b',
      'zai.glm-5',
    ].filter(model => traits(model).sampling.stopSequences.to === 'nowhere');
    expect(refusing).toEqual(['deepseek.v3.2', 'qwen.qwen3-vl-235b-a22b', 'zai.glm-5']);
  });

  it('says that Kimi K2 knows no degrees', () => {
    expect(plan('moonshotai.kimi-k2.5', 'low').warnings).toMatchObject([
      { type: 'compatibility', details: expect.stringContaining('"low"') },
    ]);
  });

  it.each<[string, string[]]>([
    ['deepseek.v3.2', ['native', 'tool']],
    ['deepseek.r1-v1:0', []],
    ['google.gemma-3-27b-it', ['native', 'tool']],
    ['google.gemma-3-4b-it', ['tool']],
    ['minimax.minimax-m2', ['native', 'tool']],
    ['minimax.minimax-m2.5', ['tool']],
    ['qwen.qwen3-32b-v1:0', ['native', 'tool']],
    ['zai.glm-5', ['native', 'tool']],
  ])('%s is held to a schema', (model, modes) => {
    expect(traits(model).structuredOutput.map(({ mode }) => mode)).toEqual(modes);
  });

  it('takes no certain tool in DeepSeek, and none by force while it reasons', () => {
    expect(traits('deepseek.v3.2').tools.choices).toEqual(['any']);
    expect(plan('deepseek.v3.2', 'high').refusesForcedTool).toBeTruthy();
    expect(plan('deepseek.v3.2', 'none').refusesForcedTool).toBeUndefined();
  });

  it('sees where AWS lists images', () => {
    const models = ['qwen.qwen3-vl-235b-a22b', 'nvidia.nemotron-nano-12b-v2', 'moonshotai.kimi-k2.5'];
    for (const model of models) expect(traits(model).content.refuses.image).toBeUndefined();
    expect(traits('qwen.qwen3-32b-v1:0').content.refuses.image).toBeDefined();
  });
});
