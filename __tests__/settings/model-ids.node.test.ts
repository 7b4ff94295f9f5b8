import { describe, expect, it } from 'vitest';
import { parseModelRef } from '../../src/settings/model-ref.ts';
import { readSharedJson, sharedDataMissing } from '../support/shared-data.ts';

interface Catalog {
  inferenceProfilePrefixes: Record<string, unknown>;
  models: Record<string, { inference?: { profiles?: Record<string, unknown> } }>;
}

describe.skipIf(sharedDataMissing)(
  `the ids of AWS${sharedDataMissing ? ` (${sharedDataMissing})` : ''}`,
  () => {
    const load = () => {
      const { models, inferenceProfilePrefixes } = readSharedJson<Catalog>('bedrock-models.json');
      const profiles = Object.entries(models).flatMap(([model, { inference }]) =>
        Object.keys(inference?.profiles ?? {}).map(profile => ({ profile, model })),
      );
      return { models: Object.keys(models), geographies: Object.keys(inferenceProfilePrefixes), profiles };
    };

    it('are base models where they have no geography', () => {
      const { models } = load();
      expect(models.length).toBeGreaterThan(150);
      for (const id of models) {
        expect(parseModelRef(id)).toEqual({ id, address: 'model', baseModel: id });
        expect(parseModelRef(`arn:aws:bedrock:us-east-1::foundation-model/${id}`).baseModel).toBe(id);
      }
    });

    it('are inference profiles of their model where they have one', () => {
      const { profiles, geographies } = load();
      expect(profiles.length).toBeGreaterThan(150);
      for (const { profile, model } of profiles) {
        const geography = geographies.find(prefix => profile === `${prefix}.${model}`);
        const expected = { geography, baseModel: model };
        expect(geography).toBeDefined();
        expect(parseModelRef(profile)).toEqual({ id: profile, address: 'inference-profile', ...expected });
        const arn = `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${profile}`;
        expect(parseModelRef(arn)).toMatchObject({ address: 'inference-profile-arn', ...expected });
      }
    });

    it('are told from profiles of geographies that do not exist yet', () => {
      for (const model of load().models) {
        expect(parseModelRef(`nz.${model}`)).toMatchObject({ geography: 'nz', baseModel: model });
      }
    });
  },
);
