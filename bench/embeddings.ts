/** 2,000 embeddings of a model that takes one text in a request. */
import type { EmbeddingModelV4 } from '@ai-sdk/provider';
import { type Contestant, type FigureGroup, measuring, type Sample } from './figure.ts';
import { texts, vectorOf } from './fixtures/embeddings.ts';
import { API_KEY, awsSdkAt, officialWith, oursWith } from './readers.ts';
import type { ServerUrls } from './serve.ts';
import { ServerProcess } from './server-process.ts';

const MODEL_ID = 'amazon.titan-embed-text-v2:0';
const values = texts(2_000);

type Embedded = readonly (readonly number[])[];
type Embed = () => Promise<Embedded>;

export const embeddings: FigureGroup = {
  name: 'embeddings',
  figures: [
    {
      name: 'many',
      title: '2,000 Titan embeddings through embedMany',
      baseline: 'floor',
      metrics: [
        { of: 'cpu', compared: 'ratio', unit: 'ms', atMost: 1.25 },
        { of: 'sockets', compared: 'value', unit: 'sockets', atMost: 150 },
      ],
      contestants: {
        floor: () => contestant(async ({ http1: url }) => throughEmbedMany(floorModel(url))),
        ours: () =>
          contestant(async ({ http1: url }) =>
            throughEmbedMany((await oursWith({ baseURL: url })).embeddingModel(MODEL_ID)),
          ),
        official: () =>
          contestant(async ({ http1: url }) =>
            throughEmbedMany((await officialWith({ baseURL: url })).embeddingModel(MODEL_ID)),
          ),
        'AWS SDK': () => contestant(({ http2: url }) => throughAwsSdk(url)),
      },
      rounds: 3,
      turnMs: 0,
    },
  ],
};

/** Every iteration opens its sockets anew. */
async function contestant(embedOf: (urls: ServerUrls) => Promise<Embed>): Promise<Contestant> {
  const server = await ServerProcess.start('embeddings-server.ts');
  const check = async (embedded: Embedded): Promise<Sample> => {
    if (embedded.length !== values.length) throw new Error(`${embedded.length} embeddings came.`);
    for (const [index, vector] of embedded.entries()) expectVector(vector, values[index] as string);
    return { sockets: await server.countSockets() };
  };
  return measuring(await embedOf(server.urls), check, server.close);
}

function expectVector(vector: readonly number[], text: string): void {
  const expected = vectorOf(text);
  const isSame = vector.length === expected.length && vector.every((value, at) => value === expected[at]);
  if (!isSame) throw new Error(`It is not the embedding of '${text}'.`);
}

async function throughEmbedMany(model: EmbeddingModelV4): Promise<Embed> {
  const { embedMany } = await import('ai');
  return async () => (await embedMany({ model, values })).embeddings;
}

/** Whoever has no `embedMany` begins all calls at once, as that does. */
async function throughAwsSdk(endpoint: string): Promise<Embed> {
  const { InvokeModelCommand } = await import('@aws-sdk/client-bedrock-runtime');
  const client = await awsSdkAt(endpoint);
  const embed = async (inputText: string): Promise<number[]> => {
    const { body } = await client.send(
      new InvokeModelCommand({
        modelId: MODEL_ID,
        contentType: 'application/json',
        body: JSON.stringify({ inputText }),
      }),
    );
    return JSON.parse(body.transformToString()).embedding;
  };
  return () => Promise.all(values.map(embed));
}

/* -------------------------------------------------------------------- floor */

const FLOOR_AT_A_TIME = 100;

/** `fetch` and `JSON.parse`, as many at a time as keep the server busy. */
function floorModel(url: string): EmbeddingModelV4 {
  const slots = new Slots(FLOOR_AT_A_TIME);
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${API_KEY}` };
  return {
    specificationVersion: 'v4',
    provider: 'floor',
    modelId: MODEL_ID,
    maxEmbeddingsPerCall: 1,
    supportsParallelCalls: true,
    async doEmbed({ values: [inputText] }) {
      await slots.take();
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ inputText }) });
      const { embedding, inputTextTokenCount } = JSON.parse(await response.text());
      slots.free();
      return { embeddings: [embedding], usage: { tokens: inputTextTokenCount }, warnings: [] };
    },
  };
}

class Slots {
  #left: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#left = count;
  }

  take(): Promise<void> | undefined {
    if (this.#left === 0) return new Promise(resolve => this.#waiting.push(resolve));
    this.#left -= 1;
    return undefined;
  }

  free(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#left += 1;
    else next();
  }
}
