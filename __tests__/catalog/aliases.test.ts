/** The built-in aliases against the catalog. */
import { createBedrock } from 'bedrock-ai-provider';
import { describe, expect, it } from 'vitest';
import { ALIASES } from '../../src/catalog/aliases.ts';
import { createCatalog } from '../../src/catalog/catalog.ts';
import type { CatalogKind } from '../../src/catalog/types.ts';
import { nearestId } from '../../src/models/placed-model.ts';

const catalog = createCatalog();
const aliases = Object.entries(ALIASES);
const modelOf = (id: string) => {
  const model = catalog.get(id);
  if (model === undefined) throw new Error(`${id} is not in the catalog.`);
  return model;
};

/** Lines of their own whose ids have all the words of another. */
const otherLines = /safeguard/;

/** What belongs to the line of an alias: every word of the name begins a word of the ids of its line. */
function inLine(alias: string, id: string): boolean {
  const words = id.split(/[^a-z0-9]/);
  const isThere = (word: string) => words.some(ofId => ofId.startsWith(word));
  return alias.split('-').every(isThere) && !otherLines.test(id);
}

describe.each(aliases)('the alias %s', (alias, id) => {
  it('stands for an active model that bedrock-runtime serves', () => {
    expect(modelOf(id)).toMatchObject({
      id,
      status: 'ACTIVE',
      endpoints: expect.arrayContaining(['bedrock-runtime']),
    });
  });

  it('stands for the newest of its line', () => {
    const { kind, launched = '' } = modelOf(id);
    const newer = catalog.models.filter(
      model =>
        model.kind === kind &&
        model.status === 'ACTIVE' &&
        model.endpoints.includes('bedrock-runtime') &&
        inLine(alias, model.id) &&
        (model.launched ?? '') > launched,
    );
    expect(inLine(alias, id)).toBe(true);
    expect(newer.map(model => model.id)).toEqual([]);
  });

  it('can be called from somewhere', () => {
    const { regions, profiles } = modelOf(id);
    const places = [...regions, ...profiles.flatMap(({ sourceRegions = [] }) => sourceRegions)];
    expect(places.filter(region => nearestId(modelOf(id), region) === undefined)).toEqual([]);
    expect(places).not.toEqual([]);
  });

  it('makes a model of its kind', () => {
    const bedrock = createBedrock({ aliases: true });
    const factories: Partial<Record<CatalogKind, (name: string) => { modelId: string }>> = {
      text: bedrock.languageModel,
      embedding: bedrock.embeddingModel,
      image: bedrock.imageModel,
      rerank: bedrock.rerankingModel,
      video: bedrock.videoModel,
    };
    expect(factories[modelOf(id).kind]?.(alias)).toMatchObject({ modelId: alias });
  });
});

describe('the table of aliases', () => {
  it('has no name that is a model id, nor one that the shape of an id would hide', () => {
    expect(aliases.filter(([name]) => !/^[a-z0-9-]+$/.test(name))).toEqual([]);
  });
});

describe('the nearest id', () => {
  it.each([
    [
      'through the geography of the Region',
      'anthropic.claude-sonnet-5',
      'us-east-2',
      'us.anthropic.claude-sonnet-5',
    ],
    [
      'through the geography before its own id',
      'anthropic.claude-sonnet-5',
      'eu-west-1',
      'eu.anthropic.claude-sonnet-5',
    ],
    ['through the smallest geography', 'amazon.nova-lite-v1:0', 'ca-central-1', 'ca.amazon.nova-lite-v1:0'],
    [
      'by its own id where no geography reaches it',
      'amazon.titan-embed-text-v2:0',
      'us-east-1',
      'amazon.titan-embed-text-v2:0',
    ],
    [
      'through the global profile last',
      'anthropic.claude-sonnet-5',
      'sa-east-1',
      'global.anthropic.claude-sonnet-5',
    ],
    ['through a likely profile', 'openai.gpt-oss-20b-1:0', 'us-gov-east-1', 'us-gov.openai.gpt-oss-20b-1:0'],
    ['not at all', 'luma.ray-v2:0', 'eu-west-1', undefined],
  ])('goes %s: %s from %s', (_, id, region, expected) => {
    expect(nearestId(modelOf(id), region)).toBe(expected);
  });
});
