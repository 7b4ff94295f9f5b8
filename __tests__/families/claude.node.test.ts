import { describe, expect, it } from 'vitest';
import type { ReasoningConfig, ReasoningLevel } from '../../src/codec/family.ts';
import { claude } from '../../src/families/claude.ts';
import { modelsOf } from './family-models.ts';

const V2 = 'anthropic.claude-v2:1';
const HAIKU_3 = 'anthropic.claude-3-haiku-20240307-v1:0';
const HAIKU_3_5 = 'anthropic.claude-3-5-haiku-20241022-v1:0';
const SONNET_3_5 = 'anthropic.claude-3-5-sonnet-20240620-v1:0';
const SONNET_3_5_V2 = 'anthropic.claude-3-5-sonnet-20241022-v2:0';
const SONNET_3_7 = 'anthropic.claude-3-7-sonnet-20250219-v1:0';
const SONNET_4 = 'anthropic.claude-sonnet-4-20250514-v1:0';
const OPUS_4_1 = 'anthropic.claude-opus-4-1-20250805-v1:0';
const SONNET_4_5 = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const HAIKU_4_5 = 'anthropic.claude-haiku-4-5-20251001-v1:0';
const OPUS_4_5 = 'anthropic.claude-opus-4-5-20251101-v1:0';
const OPUS_4_6 = 'anthropic.claude-opus-4-6-v1';
const SONNET_4_6 = 'anthropic.claude-sonnet-4-6';
const OPUS_4_7 = 'anthropic.claude-opus-4-7';
const OPUS_4_8 = 'anthropic.claude-opus-4-8';
const SONNET_5 = 'anthropic.claude-sonnet-5';
const OPUS_5 = 'anthropic.claude-opus-5';
const FABLE_5 = 'anthropic.claude-fable-5';
const FABLE_5_1 = 'anthropic.claude-fable-5-1';
const MYTHOS = 'anthropic.claude-mythos-preview';
const HAIKU_5_5 = 'anthropic.claude-haiku-5-5';
const SONNET_5_5 = 'anthropic.claude-sonnet-5-5';
const OPUS_5_5 = 'anthropic.claude-opus-5-5';

const MODELS = modelsOf(claude);

function plan(model: string, level?: ReasoningLevel, config?: ReasoningConfig, maxOutputTokens?: number) {
  return claude.chat(model).reasoning({ level, config, maxOutputTokens });
}

/** The models of the list that the property holds for; all others must not have it. */
function expectExactly(models: readonly string[], holds: (model: string) => boolean): void {
  expect(MODELS.filter(holds)).toEqual(models);
}

describe('Claude and sampling', () => {
  it('takes no temperature, topP and topK from Opus 4.7 on', () => {
    expectExactly(
      [OPUS_4_7, OPUS_4_8, SONNET_5, OPUS_5, FABLE_5, FABLE_5_1, MYTHOS, HAIKU_5_5, SONNET_5_5, OPUS_5_5],
      model => {
        const { temperature, topP, topK } = claude.chat(model).sampling;
        return [temperature, topP, topK].every(({ to }) => to === 'nowhere');
      },
    );
  });

  it('takes topK up to 500 under the name top_k', () => {
    expect(claude.chat(SONNET_4_5).sampling.topK).toMatchObject({ range: [0, 500] });
    const rule = claude.chat(SONNET_4_5).sampling.topK;
    expect(rule.to === 'additionalModelRequestFields' && rule.fields(20)).toEqual({ top_k: 20 });
  });

  it('takes temperature or topP, not both, from Opus 4.1 on', () => {
    const both = (model: string) => claude.chat(model).samplingConflicts.length === 0;
    expect(MODELS.filter(both)).toEqual(MODELS.slice(0, MODELS.indexOf(OPUS_4_1)));
    expect(claude.chat(SONNET_4_5).samplingConflicts).toMatchObject([{ keep: 'temperature', drop: 'topP' }]);
  });
});

describe('Claude and reasoning', () => {
  it.each<[string, string, ReasoningLevel, unknown]>([
    ['Sonnet 4.5 thinks with a budget', SONNET_4_5, 'high', { type: 'enabled', budget_tokens: 38_400 }],
    ['Opus 4.1 has a smaller budget', OPUS_4_1, 'high', { type: 'enabled', budget_tokens: 19_200 }],
    ['Sonnet 3.7 has the least budget', SONNET_3_7, 'minimal', { type: 'enabled', budget_tokens: 1280 }],
    ['Opus 4.5 thinks with a budget', OPUS_4_5, 'low', { type: 'enabled', budget_tokens: 6400 }],
    ['Opus 4.6 thinks adaptively', OPUS_4_6, 'high', { type: 'adaptive' }],
    ['Opus 4.7 thinks adaptively', OPUS_4_7, 'low', { type: 'adaptive' }],
    ['Sonnet 5 thinks adaptively', SONNET_5, 'max', { type: 'adaptive' }],
    ['Opus 5.5 thinks adaptively', OPUS_5_5, 'medium', { type: 'adaptive' }],
    ['Opus 4.5 is kept from thinking by saying nothing', OPUS_4_5, 'none', undefined],
    ['Sonnet 4.6 is kept from thinking by saying nothing', SONNET_4_6, 'none', undefined],
    ['Opus 4.8 is kept from thinking by saying nothing', OPUS_4_8, 'none', undefined],
    ['Sonnet 5 is told not to think', SONNET_5, 'none', { type: 'disabled' }],
    ['Opus 5 is told not to think', OPUS_5, 'none', { type: 'disabled' }],
    ['Haiku 5.5 is told not to think', HAIKU_5_5, 'none', { type: 'disabled' }],
    ['Sonnet 5.5 thinks between tools at least', SONNET_5_5, 'none', { type: 'between_tools' }],
    ['Opus 5.5 thinks always', OPUS_5_5, 'none', { type: 'adaptive' }],
    ['Fable 5 thinks always', FABLE_5, 'none', { type: 'adaptive' }],
    ['Mythos thinks always', MYTHOS, 'none', { type: 'adaptive' }],
  ])('%s', (_, model, level, thinking) => {
    expect(plan(model, level).fields?.['thinking']).toEqual(thinking);
  });

  it.each<[string, string, ReasoningLevel, string, boolean]>([
    ['minimal is low on Opus 5', OPUS_5, 'minimal', 'low', true],
    ['medium is medium on Opus 4.6', OPUS_4_6, 'medium', 'medium', false],
    ['xhigh is high on Sonnet 4.6, which has no xhigh', SONNET_4_6, 'xhigh', 'high', true],
    ['max is max on Opus 4.6', OPUS_4_6, 'max', 'max', false],
    ['xhigh is xhigh on Opus 4.7', OPUS_4_7, 'xhigh', 'xhigh', false],
    ['none is low on Opus 5.5, which always thinks', OPUS_5_5, 'none', 'low', true],
  ])('the effort %s', (_, model, level, effort, rounded) => {
    const { fields, warnings } = plan(model, level);
    expect(fields?.['output_config']).toEqual({ effort });
    expect(warnings.map(({ type }) => type)).toEqual(rounded ? ['compatibility'] : []);
  });

  it('names the asked and the used level when it rounds', () => {
    const [warning] = plan(SONNET_4_6, 'xhigh').warnings;
    expect(warning).toMatchObject({ feature: 'reasoning', details: expect.stringMatching(/xhigh.*high/) });
  });

  it('does not reason before Claude 3.7, and says so', () => {
    expectExactly(MODELS.slice(0, MODELS.indexOf(SONNET_3_7)), model => !plan(model, 'high').active);
    expect(plan(HAIKU_3, 'high').warnings).toMatchObject([{ type: 'unsupported', feature: 'reasoning' }]);
    expect(plan(HAIKU_3, 'none').warnings).toEqual([]);
  });

  it('thinks by default from Claude 5 on', () => {
    expect(MODELS.filter(model => plan(model).active)).toEqual(MODELS.slice(MODELS.indexOf(SONNET_5)));
  });

  it('drops sampling, forced tools and prefill while it thinks', () => {
    for (const model of [SONNET_4_5, OPUS_4_6, OPUS_5_5]) {
      const { drops, refusesForcedTool, refusesPrefill } = plan(model, 'low');
      expect(Object.keys(drops ?? {})).toEqual(['temperature', 'topP', 'topK']);
      expect(refusesForcedTool).toBeTruthy();
      expect(refusesPrefill).toBeTruthy();
    }
  });

  it('leaves the answer the tokens that the caller asked for', () => {
    expect(plan(SONNET_4_5, 'high', undefined, 10_000)).toMatchObject({
      fields: { thinking: { budget_tokens: 38_400 } },
      extraMaxTokens: 38_400,
    });
  });

  it('takes a budget of a level from what the answer leaves of the model’s limit', () => {
    expect(plan(OPUS_4_1, 'max', undefined, 20_000)).toMatchObject({
      fields: { thinking: { budget_tokens: 12_000 } },
      extraMaxTokens: 12_000,
    });
  });

  it('keeps the least budget when the answer may take the whole limit', () => {
    expect(plan(OPUS_4_1, 'high', undefined, 32_000)).toMatchObject({
      fields: { thinking: { budget_tokens: 1024 } },
      extraMaxTokens: 0,
    });
  });
});

describe('Claude and explicit reasoning options', () => {
  it('takes a budget as it is given', () => {
    expect(plan(SONNET_4_5, undefined, { type: 'enabled', budgetTokens: 5000 }, 1000)).toMatchObject({
      active: true,
      fields: { thinking: { type: 'enabled', budget_tokens: 5000 } },
      extraMaxTokens: 5000,
      warnings: [],
    });
  });

  it('prefers the budget of the options to that of the level', () => {
    const { fields } = plan(SONNET_4_5, 'max', { budgetTokens: 3000 });
    expect(fields).toEqual({ thinking: { type: 'enabled', budget_tokens: 3000 } });
  });

  it('raises a budget to 1024 tokens, with a warning', () => {
    expect(plan(SONNET_4_5, undefined, { budgetTokens: 10 })).toMatchObject({
      fields: { thinking: { budget_tokens: 1024 } },
      warnings: [{ type: 'compatibility', details: expect.stringContaining('1024') }],
    });
  });

  it('takes a budget on 4.6 too, and an effort beside it', () => {
    const config = { type: 'enabled', budgetTokens: 4000, maxReasoningEffort: 'max' } as const;
    expect(plan(OPUS_4_6, undefined, config).fields).toEqual({
      thinking: { type: 'enabled', budget_tokens: 4000 },
      output_config: { effort: 'max' },
    });
  });

  it('thinks adaptively where a budget is refused, with a warning', () => {
    expect(plan(OPUS_5, undefined, { type: 'enabled', budgetTokens: 4000 })).toMatchObject({
      fields: { thinking: { type: 'adaptive' } },
      warnings: [{ type: 'compatibility', details: expect.stringContaining('4000') }],
    });
  });

  it('takes a budget where adaptive thinking is refused, with a warning', () => {
    expect(plan(HAIKU_4_5, undefined, { type: 'adaptive', maxReasoningEffort: 'low' })).toMatchObject({
      fields: { thinking: { type: 'enabled', budget_tokens: 6400 } },
      warnings: [{ type: 'compatibility' }, { type: 'compatibility' }],
    });
  });

  it('passes an effort that it does not know, for models to come', () => {
    const { fields, warnings } = plan(OPUS_5_5, undefined, { type: 'adaptive', maxReasoningEffort: 'ultra' });
    expect(fields).toEqual({ thinking: { type: 'adaptive' }, output_config: { effort: 'ultra' } });
    expect(warnings).toEqual([]);
  });

  it('prefers the effort of the options to the level', () => {
    expect(plan(OPUS_5, 'low', { maxReasoningEffort: 'high' }).fields).toEqual({
      thinking: { type: 'adaptive' },
      output_config: { effort: 'high' },
    });
  });

  it('takes an effort alone without touching thinking', () => {
    expect(plan(OPUS_4_7, undefined, { maxReasoningEffort: 'medium' })).toEqual({
      active: false,
      fields: { output_config: { effort: 'medium' } },
      warnings: [],
    });
  });

  it('opens the effort of Opus 4.5 with its beta', () => {
    expect(plan(OPUS_4_5, undefined, { maxReasoningEffort: 'medium' }).fields).toEqual({
      output_config: { effort: 'medium' },
      anthropic_beta: ['effort-2025-11-24'],
    });
  });

  it('asks for summaries when told to show its thinking', () => {
    const thinking = { type: 'adaptive', display: 'summarized' };
    expect(plan(OPUS_4_7, 'high', { display: 'summarized' }).fields).toMatchObject({ thinking });
    expect(plan(OPUS_5_5, undefined, { display: 'summarized' }).fields).toEqual({ thinking });
  });

  it('says that there is nothing to show when it does not think', () => {
    expect(plan(OPUS_4_7, undefined, { display: 'summarized' })).toMatchObject({
      active: false,
      warnings: [{ type: 'unsupported', feature: 'reasoningConfig.display' }],
    });
  });

  it('prefers disabled to a level', () => {
    expect(plan(OPUS_5, 'max', { type: 'disabled' })).toEqual({
      active: false,
      fields: { thinking: { type: 'disabled' } },
      warnings: [],
    });
  });

  it('lowers the effort to high where thinking is off, with a warning', () => {
    expect(plan(OPUS_5, undefined, { type: 'disabled', maxReasoningEffort: 'max' })).toMatchObject({
      fields: { thinking: { type: 'disabled' }, output_config: { effort: 'high' } },
      warnings: [{ type: 'compatibility' }],
    });
    expect(plan(SONNET_5_5, undefined, { type: 'between_tools', maxReasoningEffort: 'xhigh' })).toMatchObject(
      {
        fields: { thinking: { type: 'between_tools' }, output_config: { effort: 'high' } },
        warnings: [{ type: 'compatibility' }],
      },
    );
  });

  it('thinks adaptively where there is no thinking between tools, with a warning', () => {
    expect(plan(OPUS_5_5, undefined, { type: 'between_tools' })).toMatchObject({
      fields: { thinking: { type: 'adaptive' } },
      warnings: [{ type: 'compatibility' }],
    });
  });
});

describe('a Claude of which only the family is known', () => {
  const traits = claude.chat(undefined);

  it('gets all that the caller says and some current model takes', () => {
    expect(traits.sampling.temperature.to).toBe('inferenceConfig');
    expect(traits.tools.choices).toEqual(['any', 'tool']);
    const config = { type: 'enabled', budgetTokens: 3000 } as const;
    const request = { level: undefined, config, maxOutputTokens: undefined };
    expect(traits.reasoning(request).fields).toEqual({ thinking: { type: 'enabled', budget_tokens: 3000 } });
  });

  it('thinks adaptively for a level', () => {
    const request = { level: 'high', config: undefined, maxOutputTokens: undefined } as const;
    expect(traits.reasoning(request).fields).toMatchObject({ thinking: { type: 'adaptive' } });
  });
});

describe('Claude and structured output', () => {
  it.each<[string, string, string[]]>([
    ['Claude 3', HAIKU_3, ['tool']],
    ['Opus 4.1', OPUS_4_1, ['tool']],
    ['Sonnet 4.5', SONNET_4_5, ['native', 'tool']],
    ['Opus 4.5', OPUS_4_5, ['native', 'tool']],
    ['Haiku 4.5, which refuses the format in some accounts,', HAIKU_4_5, ['tool', 'native']],
    ['Sonnet 4.6, which overruns with the format,', SONNET_4_6, ['tool', 'native']],
    ['Opus 4.6', OPUS_4_6, ['native', 'tool']],
    ['Opus 4.7', OPUS_4_7, ['tool']],
    ['Opus 4.8', OPUS_4_8, ['tool']],
    ['Sonnet 5, which came with a refusal,', SONNET_5, ['tool', 'native']],
    ['Opus 5', OPUS_5, ['native', 'tool']],
    ['Sonnet 5.5', SONNET_5_5, ['native']],
    ['Fable 5', FABLE_5, ['native', 'tool']],
    ['Fable 5.1', FABLE_5_1, ['native']],
    ['Opus 5.5', OPUS_5_5, ['native']],
    ['Haiku 5.5', HAIKU_5_5, ['tool']],
    ['Claude 2', V2, []],
  ])('of %s goes by what it takes', (_, model, modes) => {
    expect(claude.chat(model).structuredOutput.map(({ mode }) => mode)).toEqual(modes);
  });
});

describe('Claude and tools', () => {
  it('takes strict tools in 4.5 and 4.6, in Opus 5 and in Fable 5', () => {
    expectExactly(
      [SONNET_4_5, HAIKU_4_5, OPUS_4_5, OPUS_4_6, SONNET_4_6, OPUS_5, FABLE_5],
      model => claude.chat(model).tools.strict,
    );
  });

  it('is never made to call a tool from Opus 5.5, Sonnet 5.5, Fable 5.1 and Mythos on', () => {
    expectExactly([FABLE_5_1, MYTHOS, SONNET_5_5, OPUS_5_5], model => {
      const { choices, unsupported } = claude.chat(model).tools;
      return choices.length === 0 && unsupported === undefined;
    });
  });

  it('takes no tools before Claude 3', () => {
    expectExactly(
      ['anthropic.claude-instant-v1', V2],
      model => claude.chat(model).tools.unsupported !== undefined,
    );
  });

  const providerTool = (id: string, args: Record<string, unknown> = {}) =>
    claude.chat(SONNET_4_5).tools.providerTools?.tool({ id, args });

  it('takes the computer tool with its size on the wire’s terms, and the beta', () => {
    const args = { displayWidthPx: 1024, displayHeightPx: 768, displayNumber: undefined, enableZoom: true };
    expect(providerTool('anthropic.computer_20251124', args)).toEqual({
      name: 'computer',
      fields: {
        tools: [
          {
            type: 'computer_20251124',
            name: 'computer',
            display_width_px: 1024,
            display_height_px: 768,
            enable_zoom: true,
          },
        ],
        anthropic_beta: ['computer-use-2025-11-24'],
      },
    });
  });

  it.each([
    ['anthropic.computer_20241022', 'computer', 'computer-use-2024-10-22'],
    ['anthropic.computer_20250124', 'computer', 'computer-use-2025-01-24'],
    ['anthropic.bash_20241022', 'bash', 'computer-use-2024-10-22'],
    ['anthropic.bash_20250124', 'bash', 'computer-use-2025-01-24'],
    ['anthropic.text_editor_20241022', 'str_replace_editor', 'computer-use-2024-10-22'],
    ['anthropic.text_editor_20250124', 'str_replace_editor', 'computer-use-2025-01-24'],
    ['anthropic.text_editor_20250429', 'str_replace_based_edit_tool', 'computer-use-2025-01-24'],
    ['anthropic.memory_20250818', 'memory', 'context-management-2025-06-27'],
  ])('takes %s as %s with the beta %s', (id, name, beta) => {
    expect(providerTool(id)).toEqual({
      name,
      fields: { tools: [{ type: id.slice('anthropic.'.length), name }], anthropic_beta: [beta] },
    });
  });

  it('takes the newest text editor without a beta', () => {
    expect(providerTool('anthropic.text_editor_20250728', { maxCharacters: 100 })?.fields).toEqual({
      tools: [{ type: 'text_editor_20250728', name: 'str_replace_based_edit_tool', max_characters: 100 }],
    });
  });

  it.each([
    'anthropic.web_search_20250305',
    'anthropic.code_execution_20250825',
    'anthropic.toString',
    'openai.web_search',
    'bash_20250124',
  ])('does not take %s', id => {
    expect(providerTool(id)).toBeUndefined();
  });

  it('forces a provider tool in its own words', () => {
    const traits = claude.chat(SONNET_4_5).tools.providerTools;
    expect(traits?.choice('any')).toEqual({ tool_choice: { type: 'any' } });
    expect(traits?.choice({ name: 'bash' })).toEqual({ tool_choice: { type: 'tool', name: 'bash' } });
  });
});

describe('Claude and content', () => {
  it('does not continue an assistant message from 4.6 on', () => {
    expect(MODELS.filter(model => claude.chat(model).content.refusesPrefill !== undefined)).toEqual(
      MODELS.slice(MODELS.indexOf(OPUS_4_6)),
    );
  });

  it('takes a system message between turns from Opus 4.8 on, but not in Sonnet 5', () => {
    expectExactly(
      [OPUS_4_8, OPUS_5, FABLE_5, FABLE_5_1, MYTHOS, HAIKU_5_5, SONNET_5_5, OPUS_5_5],
      model => claude.chat(model).content.systemBetweenTurns,
    );
  });

  it('takes images from Claude 3 on, but for 3.5 Haiku', () => {
    expectExactly(
      ['anthropic.claude-instant-v1', V2, HAIKU_3_5],
      model => claude.chat(model).content.refuses.image !== undefined,
    );
  });
});

describe('Claude and prompt caching', () => {
  it.each<[string, string, number | undefined, string[] | undefined]>([
    ['3 Haiku', HAIKU_3, undefined, undefined],
    ['3.5 Sonnet', SONNET_3_5, undefined, undefined],
    ['3.5 Sonnet v2', SONNET_3_5_V2, 1024, ['5m']],
    ['3.5 Haiku', HAIKU_3_5, 2048, ['5m']],
    ['3.7 Sonnet', SONNET_3_7, 1024, ['5m']],
    ['Sonnet 4', SONNET_4, 1024, ['5m']],
    ['Opus 4.1', OPUS_4_1, 1024, ['5m']],
    ['Sonnet 4.5', SONNET_4_5, 1024, ['5m', '1h']],
    ['Haiku 4.5', HAIKU_4_5, 4096, ['5m', '1h']],
    ['Opus 4.5', OPUS_4_5, 4096, ['5m', '1h']],
    ['Opus 4.6', OPUS_4_6, 4096, ['5m', '1h']],
    ['Sonnet 4.6', SONNET_4_6, 1024, ['5m', '1h']],
    ['Opus 4.7', OPUS_4_7, 4096, ['5m', '1h']],
    ['Opus 4.8', OPUS_4_8, 1024, ['5m', '1h']],
    ['Sonnet 5', SONNET_5, 1024, ['5m', '1h']],
    ['Opus 5', OPUS_5, 512, ['5m', '1h']],
    ['Fable 5', FABLE_5, 512, ['5m', '1h']],
    ['Sonnet 5.5', SONNET_5_5, 512, ['5m', '1h']],
    ['Opus 5.5', OPUS_5_5, 512, ['5m', '1h']],
  ])('of %s follows the AWS table', (_, model, minTokens, ttls) => {
    const { promptCache } = claude.chat(model);
    expect([promptCache?.minTokens, promptCache?.ttls]).toEqual([minTokens, ttls]);
  });
});
