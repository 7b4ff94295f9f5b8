/** `embedMany` of 600 texts where 60 requests a second are allowed; the model takes one text in a request. */
import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { type EmbeddingModel, embedMany } from 'ai';
import { createBedrock } from '../../src/index.ts';
import { type Burst, burst } from './burst.ts';
import { startLocalServer } from './server.ts';
import type { Row } from './table.ts';

const MODEL_ID = 'amazon.titan-embed-text-v2:0';
const TEXTS = 600;
const PER_SECOND = 60;
const IDEAL_MS = ((TEXTS - PER_SECOND) / PER_SECOND) * 1000;

export async function measureEmbeddings(): Promise<Row[]> {
  const server = await startLocalServer();
  const { settings } = server;
  const known = createBedrock({ ...settings, traffic: { quota: { requestsPerSecond: PER_SECOND } } });
  const contestants: readonly Pick<Burst, 'contestant' | 'run' | 'target'>[] = [
    {
      contestant: 'ours, known quota',
      run: embedAll(known.embeddingModel(MODEL_ID)),
      target: { refused: 2, makespan: 1.1 },
    },
    {
      contestant: 'ours, default',
      run: embedAll(createBedrock(settings).embeddingModel(MODEL_ID)),
      target: { refused: 10, makespan: 1.35 },
    },
    {
      contestant: '@ai-sdk/amazon-bedrock',
      run: embedAll(createAmazonBedrock(settings).embeddingModel(MODEL_ID)),
    },
  ];
  const rows: Row[] = [];
  for (const contestant of contestants) {
    rows.push(
      await burst({
        measure: 'embedMany of 600 at 60/s',
        server,
        modelId: MODEL_ID,
        quotas: { requestsPerSecond: PER_SECOND },
        idealMs: IDEAL_MS,
        calls: TEXTS,
        ...contestant,
      }),
    );
  }
  await server.close();
  return rows;
}

/** It fails as a whole: whoever loses one text has none. */
function embedAll(model: EmbeddingModel): (abortSignal: AbortSignal) => Promise<number> {
  const values = Array.from({ length: TEXTS }, (_, index) => `Text number ${index} of many.`);
  return async abortSignal => {
    const embedded = await embedMany({ model, values, abortSignal }).catch(() => undefined);
    return embedded?.embeddings.length ?? 0;
  };
}
