import type {
  ImageModelV4,
  RerankingModelV4,
  Experimental_VideoModelV4 as VideoModelV4,
} from '@ai-sdk/provider';
import { WORKFLOW_DESERIALIZE, WORKFLOW_SERIALIZE } from '@ai-sdk/provider-utils';
import { createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { describe, expect, it, vi } from 'vitest';
import { startVideo, statusOf } from '../support/videos.ts';

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

  it.each<[string, ImageModelV4 | RerankingModelV4 | VideoModelV4]>([
    ['bedrock.image', bedrock.imageModel('amazon.nova-canvas-v1:0', { inferenceProfile: 'us' })],
    ['bedrock.reranking', bedrock.rerankingModel('cohere.rerank-v3-5:0', { region: 'us-west-2' })],
    ['bedrock.video', bedrock.videoModel('luma.ray-v2:0')],
  ])('%s keep what they are, without secrets', (provider, model) => {
    const [data, back] = throughWorkflow(model);
    expect(back).toMatchObject({ specificationVersion: 'v4', provider, modelId: model.modelId });
    expect(back.constructor).toBe(model.constructor);
    expect(data).not.toContain('secret-key');
    expect(data).toContain('eu-west-1');
  });

  it('start a video in one step and fetch it in another', async () => {
    const local = createLocalBedrock({ jobMs: 0 });
    for (const [name, value] of Object.entries(local.environment)) vi.stubEnv(name, value);
    vi.stubGlobal('fetch', local.fetch);
    try {
      const first = createBedrock({ outputLocation: { s3Uri: 's3://my-bucket' } }).videoModel(
        'luma.ray-v2:0',
      );
      const [stored, second] = throughWorkflow(first);
      expect(stored).toContain('s3://my-bucket');
      const { operation } = await startVideo(second, { prompt: 'A cat' });
      const [, third] = throughWorkflow(second);
      const status = await statusOf(third, JSON.parse(JSON.stringify(operation)));
      expect(status).toMatchObject({
        status: 'completed',
        videos: [{ type: 'binary', mediaType: 'video/mp4' }],
      });
    } finally {
      vi.unstubAllEnvs();
      vi.unstubAllGlobals();
    }
  });
});
