import type { JSONObject } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import type { ModelFamily, ReasoningRequest } from '../../src/codec/family.ts';
import { families, findFamily } from '../../src/families/index.ts';
import { readSharedJson, sharedDataMissing } from '../support/shared-data.ts';

interface KnownModel {
  readonly kind: string;
  readonly modalities?: { readonly input?: readonly string[] };
}

const specific = families.filter(({ name }) => name !== 'generic');
const claimants = (model: string): ModelFamily[] => specific.filter(family => family.matches(model));

describe.skipIf(sharedDataMissing)(`the models that AWS has (${sharedDataMissing || 'all of them'})`, () => {
  const { models } = sharedDataMissing
    ? { models: {} }
    : readSharedJson<{ models: Record<string, KnownModel> }>('bedrock-models.json');
  const all = Object.entries(models);

  it('are there', () => {
    expect(all.length).toBeGreaterThan(100);
  });

  it('have exactly one family each, if they chat', () => {
    const chat = all.filter(([, { kind }]) => kind === 'text').map(([id]) => id);
    expect(chat.filter(id => claimants(id).length !== 1)).toEqual([]);
  });

  it('have at most one family each, if they do something else', () => {
    expect(all.map(([id]) => id).filter(id => claimants(id).length > 1)).toEqual([]);
  });

  it('make videos where AWS lists them as such', () => {
    const video = all.filter(([, { kind }]) => kind === 'video').map(([id]) => id);
    expect(video.length).toBeGreaterThan(2);
    expect(video.filter(id => findFamily({ baseModel: id }).video?.(id) === undefined)).toEqual([]);
  });

  it('are not refused an image where AWS lists images as input', () => {
    const refused = all.filter(
      ([id, { kind, modalities }]) =>
        kind === 'text' &&
        modalities?.input?.includes('image') &&
        findFamily({ baseModel: id }).chat(id).content.refuses.image !== undefined,
    );
    expect(refused.map(([id]) => id)).toEqual([]);
  });

  it('are not refused video where AWS lists video as input', () => {
    const refused = all.filter(
      ([id, { kind, modalities }]) =>
        kind === 'text' &&
        modalities?.input?.includes('video') &&
        findFamily({ baseModel: id }).chat(id).content.refuses.video !== undefined,
    );
    expect(refused.map(([id]) => id)).toEqual([]);
  });
});

/** Requests that AWS answered with 200: our fields for the same wish must be the same. */
describe.skipIf(sharedDataMissing)('the fields of recorded requests', () => {
  const wish = (request: Partial<ReasoningRequest>) => (family: ModelFamily, model: string) =>
    family
      .chat(model)
      .reasoning({ level: undefined, config: undefined, maxOutputTokens: undefined, ...request }).fields;
  const topK = (value: number) => (family: ModelFamily, model: string) => {
    const rule = family.chat(model).sampling.topK;
    return rule.to === 'additionalModelRequestFields' ? rule.fields(value) : undefined;
  };

  it.each([
    [
      'anthropic.claude-3-7-sonnet-20250219-v1:0',
      'Converse/us.anthropic.claude-3-7-sonnet-20250219-v1-0__pydantic-ai__test-bedrock-anthropic-tool-with-thinking-0.json',
      wish({ config: { type: 'enabled', budgetTokens: 1024 } }),
    ],
    [
      'anthropic.claude-sonnet-4-6',
      'Converse/us.anthropic.claude-sonnet-4-6__pydantic-ai__test-bedrock-model-thinking-part-anthropic-adaptive-effort-0.json',
      wish({ level: 'high' }),
    ],
    [
      'anthropic.claude-sonnet-4-5-20250929-v1:0',
      'Converse/us.anthropic.claude-sonnet-4-5-20250929-v1-0__pydantic-ai__test-bedrock-top-k-anthropic-variant.json',
      topK(20),
    ],
    [
      'amazon.nova-2-lite-v1:0',
      'Converse/us.amazon.nova-2-lite-v1-0__ruby-llm__chat-bedrock-nova-2-reasoning-returns-reasoning-content-blocks.json',
      wish({ level: 'low' }),
    ],
    [
      'amazon.nova-lite-v1:0',
      'ConverseStream/amazon.nova-lite-v1-0__openllmetry__test-nova-converse-stream.json',
      topK(10),
    ],
    [
      'openai.gpt-oss-120b-1:0',
      'Converse/openai.gpt-oss-120b-1-0__pydantic-ai__test-bedrock-thinking-high-openai-variant.json',
      wish({ level: 'high' }),
    ],
    [
      'qwen.qwen3-32b-v1:0',
      'Converse/qwen.qwen3-32b-v1-0__pydantic-ai__test-bedrock-thinking-true-qwen-variant.json',
      wish({ level: 'high' }),
    ],
  ])('of %s are ours too', (model, file, fieldsOf) => {
    const { request } = readSharedJson<{ request: { body: { additionalModelRequestFields: JSONObject } } }>(
      `recorded/${file}`,
    );
    expect(fieldsOf(findFamily({ baseModel: model }), model)).toEqual(
      request.body.additionalModelRequestFields,
    );
  });
});
