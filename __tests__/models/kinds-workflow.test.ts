import type { ImageModelV4, RerankingModelV4 } from '@ai-sdk/provider';
import { WORKFLOW_DESERIALIZE, WORKFLOW_SERIALIZE } from '@ai-sdk/provider-utils';
import { createBedrock } from 'bedrock-ai-provider';
import { describe, expect, it } from 'vitest';

interface Serializable<Model> {
  [WORKFLOW_SERIALIZE](model: Model): unknown;
  [WORKFLOW_DESERIALIZE](data: unknown): Model;
}

/** As the Workflow SDK does: through a store that keeps text. */
function throughWorkflow<Model extends object>(model: Model): [data: string, model: Model] {
  const kind = model.constructor as unknown as Serializable<Model>;
  const data = JSON.stringify(kind[WORKFLOW_SERIALIZE](model));
  return [data, kind[WORKFLOW_DESERIALIZE](JSON.parse(data))];
}

describe('models that go through a workflow', () => {
  const bedrock = createBedrock({ region: 'eu-west-1', apiKey: 'secret-key' });

  it.each<[string, ImageModelV4 | RerankingModelV4]>([
    ['bedrock.image', bedrock.imageModel('amazon.nova-canvas-v1:0', { inferenceProfile: 'us' })],
    ['bedrock.reranking', bedrock.rerankingModel('cohere.rerank-v3-5:0', { region: 'us-west-2' })],
  ])('%s keep what they are, without secrets', (provider, model) => {
    const [data, back] = throughWorkflow(model);
    expect(back).toMatchObject({ specificationVersion: 'v4', provider, modelId: model.modelId });
    expect(back.constructor).toBe(model.constructor);
    expect(data).not.toContain('secret-key');
    expect(data).toContain('eu-west-1');
  });
});
