import { describe, expect, it } from 'vitest';
import { listedModels } from '../../src/local/listing.ts';
import { isKnownModel } from '../../src/local/models.ts';
import { readSharedJson, sharedDataMissing } from '../support/shared-data.ts';

interface ModelFacts {
  name: string;
  provider: string;
  lifecycle: { status: string };
  inference?: { onDemandRegions?: string[]; profiles?: Record<string, object>; mantleApis?: string[] };
}

const facts = sharedDataMissing
  ? {}
  : readSharedJson<{ models: Record<string, ModelFacts> }>('bedrock-models.json').models;

describe("the local Bedrock's listing", () => {
  it('holds only ids that the server takes, also through each profile', () => {
    const ids = listedModels().flatMap(({ id, geographies }) => [
      id,
      ...geographies.map(geography => `${geography}.${id}`),
    ]);
    expect(ids.length).toBeGreaterThan(200);
    expect(ids.filter(id => !isKnownModel(id))).toEqual([]);
  });

  it('holds every model once, with something to call it by', () => {
    const models = listedModels();
    expect(new Set(models.map(({ id }) => id)).size).toBe(models.length);
    for (const model of models) {
      expect(model.isOnDemand || model.geographies.length > 0, model.id).toBe(true);
      expect(
        model.input.concat(model.output).filter(word => !/^(text|image|video|speech|embedding)$/.test(word)),
      ).toEqual([]);
    }
  });

  describe.skipIf(sharedDataMissing)(
    `and the facts${sharedDataMissing ? `: ${sharedDataMissing}` : ''}`,
    () => {
      it.each(listedModels().map(model => [model.id, model] as const))('agree on %s', (id, model) => {
        const { name, provider, lifecycle, inference = {} } = facts[id] as ModelFacts;
        expect(model).toMatchObject({
          name,
          provider,
          isLegacy: lifecycle.status === 'LEGACY',
          isOnDemand: (inference.onDemandRegions ?? []).length > 0,
          isCountedOnMantle: inference.mantleApis?.includes('messages') ?? false,
        });
        const profiles = Object.keys(inference.profiles ?? {});
        for (const geography of model.geographies) expect(profiles).toContain(`${geography}.${id}`);
      });
    },
  );
});
