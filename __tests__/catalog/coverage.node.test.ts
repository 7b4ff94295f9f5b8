import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DATA_FILE, dataText, IDS_FILE, idsText } from '../../scripts/catalog-files.ts';
import { catalogData } from '../../src/catalog/data.ts';
import { readModels } from '../../src/catalog/read-data.ts';
import { families } from '../../src/families/index.ts';
import { readSharedJson, sharedDataMissing } from '../support/shared-data.ts';

interface Facts {
  lifecycle: { status: string; eolDate?: string };
  limits?: { contextWindow?: number };
  inference?: {
    onDemandRegions?: string[];
    profiles?: Record<string, { sourceRegions?: string[]; destinationRegions?: string[] }>;
  };
}

const facts = sharedDataMissing
  ? {}
  : readSharedJson<{ models: Record<string, Facts> }>('bedrock-models.json').models;
const models = new Map(readModels(catalogData).map(model => [model.id, model]));

describe.skipIf(sharedDataMissing)(
  `what is known of models on Bedrock (skipped: ${sharedDataMissing})`,
  () => {
    it('has every id that the sources have', () => {
      expect(Object.keys(facts).filter(id => !models.has(id))).toEqual([]);
    });

    it('has their lives, context windows, Regions and profiles as the sources have them', () => {
      for (const [id, { lifecycle, limits, inference = {} }] of Object.entries(facts)) {
        const model = models.get(id);
        expect(model).toMatchObject({ status: lifecycle.status });
        expect(model?.endOfLife).toBe(lifecycle.eolDate);
        expect(model?.contextWindow).toBe(limits?.contextWindow);
        expect(model?.regions).toEqual((inference.onDemandRegions ?? []).toSorted());
        const profiles = Object.entries(inference.profiles ?? {});
        expect(model?.profiles.map(profile => profile.id)).toEqual(profiles.map(([name]) => name));
        for (const [index, [, { sourceRegions, destinationRegions }]] of profiles.entries()) {
          expect(model?.profiles[index]?.sourceRegions).toEqual(sourceRegions?.toSorted());
          expect(model?.profiles[index]?.destinationRegions).toEqual(destinationRegions?.toSorted());
        }
      }
    });

    it('has prices of all models that can be called, but for these', () => {
      const unpriced = [...models.values()].filter(
        ({ prices, status }) => prices.length === 0 && status === 'ACTIVE',
      );
      expect(unpriced.map(({ id }) => id).toSorted()).toEqual([
        'anthropic.claude-haiku-4-5',
        'luma.ray-v2:0',
        'openai.gpt-5.4-2026-03-05',
        'openai.gpt-5.5-2026-04-23',
      ]);
    });
  },
);

describe('the catalog', () => {
  it('names families that there are', () => {
    const names = new Set(families.map(({ name }) => name));
    for (const { family } of models.values()) if (family !== undefined) expect(names).toContain(family);
  });

  it('is written as its scripts write it, the names of its models as well', () => {
    expect(readFileSync(DATA_FILE, 'utf8')).toBe(dataText(catalogData));
    expect(readFileSync(IDS_FILE, 'utf8')).toBe(idsText([...models.values()]));
  });

  it('is small', () => {
    expect(statSync(DATA_FILE).size).toBeLessThan(150_000);
  });
});
