/** Embeddings over real HTTP, beside AWS's own client, and replies that AWS gave. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BedrockRuntimeClient, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import { cosineSimilarity, embed, embedMany } from 'ai';
import { createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock, type ListeningBedrock, LOCAL_CREDENTIALS } from 'bedrock-ai-provider/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embeddingFacts } from '../families/embedding-models.ts';
import { ask, openServer } from '../local/support.ts';
import { listShared, readSharedJson, sharedDataMissing } from '../support/shared-data.ts';

const local = createLocalBedrock({ strict: true });
let listening: ListeningBedrock;
let client: BedrockRuntimeClient;

beforeAll(async () => {
  listening = await local.listen();
  client = new BedrockRuntimeClient({
    endpoint: listening.url,
    region: 'us-east-1',
    credentials: LOCAL_CREDENTIALS,
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  await listening.close();
});

describe.each(embeddingFacts)('$modelId over HTTP', ({ modelId, body, dimensions }) => {
  it('finds the text that a question is about', async () => {
    const model = createBedrock(listening.settings).embeddingModel(modelId);
    const values = [
      'Bread needs flour, water and yeast.',
      'The bridge was opened in 1932.',
      'Trains leave at noon.',
    ];
    const { embeddings, usage } = await embedMany({ model, values });
    const question = await embed({ model, value: 'When was the bridge opened?' });
    const scores = embeddings.map(embedding => cosineSimilarity(embedding, question.embedding));
    expect(scores.indexOf(Math.max(...scores))).toBe(1);
    expect(usage.tokens).toBeGreaterThan(0);
    expect(question.usage.tokens).toBeGreaterThan(0);
  });

  it("gives AWS's client the same embedding", async () => {
    const { embedding } = await embed({
      model: createBedrock(listening.settings).embeddingModel(modelId),
      value: 'Hello',
    });
    const reply = await client.send(new InvokeModelCommand({ modelId, body: JSON.stringify(body) }));
    const text = new TextDecoder().decode(reply.body);
    expect(embedding).toHaveLength(dimensions.default);
    expect(text).toContain(JSON.stringify(embedding));
    expect(reply.contentType).toBe('application/json');
  });
});

describe('2,000 values of a model that takes one in a request', () => {
  it('open few sockets', async () => {
    let sockets = 0;
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        response.setHeader('content-type', 'application/json');
        setTimeout(() => response.end('{"embedding":[1,2],"inputTextTokenCount":3}'), 5);
      });
    });
    server.on('connection', () => {
      sockets += 1;
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const bedrock = createBedrock({
        region: 'us-east-1',
        apiKey: 'test-key',
        baseURL: `http://127.0.0.1:${port}`,
      });
      const model = bedrock.embeddingModel('amazon.titan-embed-text-v2:0');
      const values = Array.from({ length: 2_000 }, (_, index) => `text ${index}`);
      const { embeddings, usage } = await embedMany({ model, values, maxRetries: 0 });
      expect(embeddings).toHaveLength(2_000);
      expect(usage.tokens).toBe(6_000);
      expect(sockets).toBeLessThanOrEqual(150);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

interface Recording {
  modelId: string;
  request: { body: Record<string, unknown> };
  response: { status: number; headers: Record<string, string>; body: Record<string, unknown> };
}

/** Recordings that a client's tests changed. */
const CHANGED = new Set(['recorded/InvokeModel/cohere.embed-english-v3__req-llm__embed-basic.json']);

const recordings = (sharedDataMissing ? [] : listShared('recorded/InvokeModel'))
  .filter(path => path.includes('embed') && !CHANGED.has(path))
  .map(path => ({ path, ...readSharedJson<Recording>(path) }));

/** The options that lead to a recorded request. */
function optionsOf(body: Record<string, unknown>) {
  const { embeddingPurpose, embeddingDimension } = (body['singleEmbeddingParams'] ?? {}) as Record<
    string,
    string
  >;
  const options = {
    dimensions: body['dimensions'] ?? body['output_dimension'] ?? embeddingDimension,
    normalize: body['normalize'],
    inputType: body['input_type'],
    truncate: body['truncate'],
    maxTokens: body['max_tokens'],
    embeddingPurpose,
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Record<
    string,
    string | number
  >;
}

function valuesOf(body: Record<string, unknown>): string[] {
  const { text } = (body['singleEmbeddingParams'] ?? {}) as { text?: { value: string } };
  return (body['texts'] as string[] | undefined) ?? [text?.value ?? String(body['inputText'])];
}

function embeddingsOf({ embedding, embeddings }: Record<string, unknown>): unknown {
  if (embedding !== undefined) return [embedding];
  if (!Array.isArray(embeddings)) return (embeddings as { float: unknown }).float;
  return embeddings.map((one: unknown) =>
    Array.isArray(one) ? one : (one as { embedding: unknown }).embedding,
  );
}

describe.skipIf(sharedDataMissing)(
  `recorded embeddings${sharedDataMissing ? `: ${sharedDataMissing}` : ''}`,
  () => {
    it('are all here', () => expect(recordings).toHaveLength(9));

    it.each(recordings)(
      '$path: the same request, and its reply is read',
      async ({ modelId, request, response }) => {
        const sent: unknown[] = [];
        const bedrock = createBedrock({
          region: 'us-east-1',
          apiKey: 'key',
          fetch: async (_, init) => {
            sent.push(JSON.parse(String(init?.body)));
            return new Response(JSON.stringify(response.body), response);
          },
        });
        const model = bedrock.embeddingModel(modelId, modelId.startsWith('arn:') ? { family: 'titan' } : {});
        const { embeddings, usage } = await model.doEmbed({
          values: valuesOf(request.body),
          providerOptions: { bedrock: optionsOf(request.body) },
        });
        expect(embeddings).toEqual(embeddingsOf(response.body));
        expect(usage?.tokens).toBe(Number(response.headers['x-amzn-bedrock-input-token-count']));
        expect(sent).toEqual([expect.objectContaining(request.body)]);
      },
    );

    it.each(recordings)(
      '$path: the local Bedrock answers in the same shape',
      async ({ modelId, request, response }) => {
        const reply = await ask(openServer({ strict: true }), 'invoke', request.body, { modelId });
        expect(reply.status).toBe(200);
        expect(shapeOf(await reply.json())).toEqual(shapeOf(response.body));
      },
    );
  },
);

interface Catalog {
  models: Record<string, { kind?: string; inference?: { profiles?: Record<string, unknown> } }>;
}

const catalog: Catalog = sharedDataMissing ? { models: {} } : readSharedJson('bedrock-models.json');
const knownIds = Object.entries(catalog.models)
  .filter(([, { kind }]) => kind === 'embedding')
  .flatMap(([id, { inference }]) => [id, ...Object.keys(inference?.profiles ?? {})]);

describe.skipIf(sharedDataMissing)(
  `embedding models that AWS lists${sharedDataMissing ? `: ${sharedDataMissing}` : ''}`,
  () => {
    it('are many', () => expect(knownIds.length).toBeGreaterThan(15));

    it.each(knownIds)('%s embeds', async modelId => {
      const model = createBedrock(listening.settings).embeddingModel(modelId);
      const { embeddings, warnings } = await model.doEmbed({ values: ['Hello'] });
      expect({ count: embeddings.length, warnings }).toEqual({ count: 1, warnings: [] });
    });
  },
);

/** Numbers by what they are, and lists of numbers by their length. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return typeof value[0] === 'number' ? value.length : value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, shapeOf(member)] as const)
      .sort(([a], [b]) => a.localeCompare(b)),
  );
}
