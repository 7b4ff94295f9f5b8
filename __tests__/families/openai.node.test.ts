import { describe, expect, it } from 'vitest';
import type { ReasoningLevel } from '../../src/codec/family.ts';
import { openai } from '../../src/families/openai.ts';

const OSS_20B = 'openai.gpt-oss-20b-1:0';
const SAFEGUARD = 'openai.gpt-oss-safeguard-120b';
const GPT_5_6 = 'openai.gpt-5.6-sol';
const GPT_6_LUNA = 'openai.gpt-6-luna';
const GPT_6_ASTRA = 'openai.gpt-6-astra';

describe('OpenAI’s models', () => {
  const fields = (model: string, level: ReasoningLevel) =>
    openai.chat(model).reasoning({ level, config: undefined, maxOutputTokens: undefined }).fields;

  it.each<[string, ReasoningLevel, unknown]>([
    [OSS_20B, 'medium', { reasoning_effort: 'medium' }],
    [OSS_20B, 'xhigh', { reasoning_effort: 'high' }],
    [OSS_20B, 'none', { reasoning_effort: 'low' }],
    [SAFEGUARD, 'high', { reasoning_effort: 'high' }],
    [GPT_5_6, 'xhigh', { reasoning: { effort: 'xhigh' } }],
    [GPT_5_6, 'minimal', { reasoning: { effort: 'low' } }],
    [GPT_5_6, 'none', { reasoning: { effort: 'none' } }],
    [GPT_6_LUNA, 'none', { reasoning: { effort: 'none' } }],
    [GPT_6_ASTRA, 'none', { reasoning: { effort: 'low' } }],
    ['openai.gpt-6.1-sol', 'none', { reasoning: { effort: 'low' } }],
    ['openai.gpt-7', 'max', { reasoning: { effort: 'max' } }],
  ])('%s takes the level %s in its own way', (model, level, expected) => {
    expect(fields(model, level)).toEqual(expected);
  });

  it.each<[string, string[]]>([
    [OSS_20B, ['topK', 'presencePenalty', 'frequencyPenalty', 'stopSequences']],
    [
      GPT_5_6,
      ['temperature', 'topP', 'topK', 'seed', 'presencePenalty', 'frequencyPenalty', 'stopSequences'],
    ],
  ])('%s takes no %j', (model, options) => {
    const rules = Object.entries(openai.chat(model).sampling);
    expect(rules.filter(([, { to }]) => to === 'nowhere').map(([option]) => option)).toEqual(options);
  });

  it('can be made to call a certain tool', () => {
    for (const model of [OSS_20B, GPT_5_6]) expect(openai.chat(model).tools.choices).toEqual(['any', 'tool']);
  });

  it.each<[string, string[]]>([
    [OSS_20B, ['tool', 'native']],
    [GPT_5_6, ['tool']],
    [GPT_6_ASTRA, ['native', 'tool']],
    ['openai.gpt-7', ['native', 'tool']],
  ])('%s is held to a schema', (model, modes) => {
    expect(openai.chat(model).structuredOutput.map(({ mode }) => mode)).toEqual(modes);
  });

  it('see images in GPT and not in gpt-oss', () => {
    expect(openai.chat(GPT_5_6).content.refuses.image).toBeUndefined();
    expect(openai.chat(OSS_20B).content.refuses.image).toBeDefined();
  });
});
