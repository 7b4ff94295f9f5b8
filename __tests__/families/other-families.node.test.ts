/** Families with few rules of their own. */
import { describe, expect, it } from 'vitest';
import { ai21 } from '../../src/families/ai21.ts';
import { cohere } from '../../src/families/cohere.ts';
import { generic } from '../../src/families/generic.ts';
import { titan } from '../../src/families/titan.ts';
import { twelvelabs } from '../../src/families/twelvelabs.ts';
import { writer } from '../../src/families/writer.ts';
import { xai } from '../../src/families/xai.ts';

const JAMBA = 'ai21.jamba-1-5-large-v1:0';
const COMMAND_R = 'cohere.command-r-plus-v1:0';
const PALMYRA = 'writer.palmyra-x5-v1:0';

describe('families with few rules of their own', () => {
  it.each([
    ['Jamba', ai21, JAMBA, { presence_penalty: 1 }],
    ['Jurassic-2', ai21, 'ai21.j2-mid-v1', { presencePenalty: { scale: 1 } }],
    ['Command R', cohere, COMMAND_R, { presence_penalty: 1 }],
    ['Palmyra', writer, PALMYRA, { presence_penalty: 1 }],
  ] as const)('%s takes the presence penalty under its own name', (_, family, model, fields) => {
    const rule = family.chat(model).sampling.presencePenalty;
    expect(rule.to === 'additionalModelRequestFields' && rule.fields(1)).toEqual(fields);
  });

  it('Command R takes topK as k, a seed, and a topP short of one', () => {
    const { topK, topP, seed } = cohere.chat(COMMAND_R).sampling;
    expect(topP).toEqual({ to: 'inferenceConfig', range: [0.01, 0.99] });
    expect(topK.to === 'additionalModelRequestFields' && topK.fields(3)).toEqual({ k: 3 });
    expect(seed.to === 'additionalModelRequestFields' && seed.fields(4)).toEqual({ seed: 4 });
  });

  it.each([
    [titan, 'amazon.titan-text-express-v1'],
    [ai21, 'ai21.j2-ultra-v1'],
    [cohere, 'cohere.command-text-v14'],
    [twelvelabs, 'twelvelabs.pegasus-1-2-v1:0'],
  ])('there is no system prompt and no tool in %o %s', (family, model) => {
    const { content, tools } = family.chat(model);
    expect(content.system).toBe(false);
    expect(tools.unsupported).toBeTruthy();
  });

  it('Palmyra takes tools only where nothing is streamed, and no status of their results', () => {
    const { streaming, resultStatus, unsupported } = writer.chat(PALMYRA).tools;
    expect({ streaming, resultStatus, unsupported }).toEqual({
      streaming: false,
      resultStatus: false,
      unsupported: undefined,
    });
  });

  it('Grok always reasons', () => {
    const reasoning = xai.chat('xai.grok-4.6').reasoning;
    const none = reasoning({ level: 'none', config: undefined, maxOutputTokens: undefined });
    expect(none).toMatchObject({ active: true, fields: { reasoning: { effort: 'low' } } });
    const max = reasoning({ level: 'max', config: undefined, maxOutputTokens: undefined });
    expect(max.fields).toEqual({ reasoning: { effort: 'xhigh' } });
  });

  it('an unknown model keeps the caller’s cache points, and gets none automatically', () => {
    expect(generic.chat(undefined).promptCache?.minTokens).toBe(Number.POSITIVE_INFINITY);
  });

  it('an unknown model points to the settings that make it known', () => {
    const { warnings } = generic
      .chat(undefined)
      .reasoning({ level: 'high', config: undefined, maxOutputTokens: undefined });
    expect(warnings).toMatchObject([{ type: 'unsupported', details: expect.stringContaining('`family`') }]);
  });
});
