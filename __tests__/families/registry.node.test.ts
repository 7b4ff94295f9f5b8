import { InvalidArgumentError } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import type { ModelFamily } from '../../src/codec/family.ts';
import { chatDefaults } from '../../src/families/defaults.ts';
import { families, findFamily } from '../../src/families/index.ts';

const mine: ModelFamily = {
  name: 'acme',
  matches: baseModel => baseModel.startsWith('anthropic.claude-opus') || baseModel.startsWith('acme.'),
  chat: () => chatDefaults,
};

describe('the registry', () => {
  it('has every name once, and generic last', () => {
    const names = families.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
    expect(names.at(-1)).toBe('generic');
  });

  it.each([
    ['ai21.jamba-3-large-v1:0', 'ai21'],
    ['amazon.nova-4-max-v1:0', 'nova'],
    ['amazon.rerank-v9:0', 'amazonrerank'],
    ['amazon.titan-text-next-v1', 'titan'],
    ['anthropic.claude-opus-9', 'claude'],
    ['cohere.command-a-v1:0', 'cohere'],
    ['deepseek.v5', 'deepseek'],
    ['google.gemma-9-1b', 'google'],
    ['luma.ray-v9:0', 'luma'],
    ['meta.llama6-1t-instruct-v1:0', 'llama'],
    ['minimax.minimax-m7', 'minimax'],
    ['mistral.mistral-huge-2801-v1:0', 'mistral'],
    ['moonshot.kimi-k9', 'moonshot'],
    ['moonshotai.kimi-k9', 'moonshot'],
    ['nvidia.nemotron-giga-9', 'nvidia'],
    ['openai.gpt-11', 'openai'],
    ['qwen.qwen9-1b', 'qwen'],
    ['stability.sd9-huge-v1:0', 'stability'],
    ['twelvelabs.pegasus-9-v1:0', 'twelvelabs'],
    ['writer.palmyra-x9-v1:0', 'writer'],
    ['xai.grok-9', 'xai'],
    ['zai.glm-9', 'zai'],
    ['somebody.new-model-v1', 'generic'],
  ])('gives %s, which does not exist yet, to %s', (baseModel, name) => {
    expect(findFamily({ baseModel }).name).toBe(name);
  });

  it('gives a model that is not known to generic', () => {
    expect(findFamily({}).name).toBe('generic');
  });

  it('finds a family by its name, whatever the model', () => {
    expect(findFamily({ familyName: 'nova', baseModel: 'anthropic.claude-opus-5' }).name).toBe('nova');
    expect(findFamily({ familyName: 'claude' }).name).toBe('claude');
  });

  it('asks the families of the user first', () => {
    expect(findFamily({ baseModel: 'anthropic.claude-opus-5', extra: [mine] })).toBe(mine);
    expect(findFamily({ baseModel: 'anthropic.claude-sonnet-5', extra: [mine] }).name).toBe('claude');
    expect(findFamily({ familyName: 'acme', extra: [mine] })).toBe(mine);
  });

  it('lets a family of the user take the place of one of ours', () => {
    const nova: ModelFamily = { ...mine, name: 'nova', matches: () => false };
    expect(findFamily({ familyName: 'nova', extra: [nova] })).toBe(nova);
    expect(findFamily({ baseModel: 'amazon.nova-lite-v1:0', extra: [nova] })).not.toBe(nova);
  });

  it('names the known families, also the user’s, when there is none of a name', () => {
    const find = () => findFamily({ familyName: 'clod', extra: [mine] });
    expect(find).toThrow(InvalidArgumentError);
    expect(find).toThrow(/"clod".*acme.*claude.*nova.*generic/);
  });
});
