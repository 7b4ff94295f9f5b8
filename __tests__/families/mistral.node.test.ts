import { describe, expect, it } from 'vitest';
import { mistral, nineCharacterId } from '../../src/families/mistral.ts';

const SEVEN_B = 'mistral.mistral-7b-instruct-v0:2';
const MIXTRAL = 'mistral.mixtral-8x7b-instruct-v0:1';
const LARGE_2402 = 'mistral.mistral-large-2402-v1:0';
const LARGE_2407 = 'mistral.mistral-large-2407-v1:0';
const SMALL_2402 = 'mistral.mistral-small-2402-v1:0';
const PIXTRAL = 'mistral.pixtral-large-2502-v1:0';
const LARGE_3 = 'mistral.mistral-large-3-675b-instruct';
const MINISTRAL = 'mistral.ministral-3-8b-instruct';
const MAGISTRAL = 'mistral.magistral-small-2509';
const DEVSTRAL = 'mistral.devstral-2-123b';
const VOXTRAL = 'mistral.voxtral-small-24b-2507';

describe('Mistral', () => {
  it('keeps a call id of nine letters and digits', () => {
    expect(nineCharacterId('getPhoto1')).toBe('getPhoto1');
  });

  it('gives near ids different call ids', () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => nineCharacterId(`call_${index}`));
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9]{9}$/);
  });

  it.each<[string, string, { system: boolean; tools: boolean; streaming: boolean; choices: string[] }]>([
    ['7B', SEVEN_B, { system: false, tools: false, streaming: true, choices: [] }],
    ['Mixtral', MIXTRAL, { system: false, tools: false, streaming: true, choices: [] }],
    ['Large 24.02', LARGE_2402, { system: true, tools: true, streaming: false, choices: ['any'] }],
    ['Large 24.07', LARGE_2407, { system: true, tools: true, streaming: false, choices: ['any'] }],
    ['Small 24.02', SMALL_2402, { system: true, tools: true, streaming: false, choices: [] }],
    ['Pixtral Large', PIXTRAL, { system: true, tools: true, streaming: false, choices: [] }],
    ['Large 3', LARGE_3, { system: true, tools: true, streaming: true, choices: ['any', 'tool'] }],
    ['Devstral', DEVSTRAL, { system: true, tools: true, streaming: true, choices: ['any', 'tool'] }],
  ])('%s takes tools and a system prompt as AWS says', (_, model, expected) => {
    const { tools, content } = mistral.chat(model);
    expect({
      system: content.system,
      tools: tools.unsupported === undefined,
      streaming: tools.streaming,
      choices: tools.choices,
    }).toEqual(expected);
  });

  it('wants a tool result alone in its message, with no image in it', () => {
    for (const model of [PIXTRAL, LARGE_3]) {
      const { besideToolResult, toolResultMedia } = mistral.chat(model).content;
      expect([besideToolResult, toolResultMedia]).toEqual([[], ['document']]);
    }
  });

  it('reasons in Magistral only', () => {
    const request = { level: 'high', config: undefined, maxOutputTokens: undefined } as const;
    expect(mistral.chat(MAGISTRAL).reasoning(request).fields).toEqual({ reasoning_config: 'high' });
    expect(mistral.chat(MINISTRAL).reasoning(request)).toMatchObject({
      active: false,
      warnings: [{ type: 'unsupported', feature: 'reasoning' }],
    });
  });

  it('hears in Voxtral and sees in Pixtral and Mistral Large 3', () => {
    expect(mistral.chat(VOXTRAL).content.refuses.audio).toBeUndefined();
    expect(mistral.chat(PIXTRAL).content.refuses.image).toBeUndefined();
    expect(mistral.chat(LARGE_3).content.refuses.image).toBeUndefined();
    expect(mistral.chat(LARGE_2402).content.refuses.image).toBeDefined();
  });

  it.each<[string, string, string[]]>([
    ['7B', SEVEN_B, []],
    ['Large 24.07', LARGE_2407, ['tool']],
    ['Pixtral', PIXTRAL, []],
    ['Ministral', MINISTRAL, ['native', 'tool']],
  ])('is held to a schema in %s', (_, model, modes) => {
    expect(mistral.chat(model).structuredOutput.map(({ mode }) => mode)).toEqual(modes);
  });

  it('takes topK in the text-completion models only', () => {
    const rule = mistral.chat(SEVEN_B).sampling.topK;
    expect(rule.to === 'additionalModelRequestFields' && rule.fields(50)).toEqual({ top_k: 50 });
    expect(mistral.chat(LARGE_2407).sampling.topK.to).toBe('nowhere');
  });
});
