/** What grows, and the work that is done at each size. */
import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { cut } from '../fixtures/chunks.ts';
import { imagePrompt, longHistory } from '../fixtures/prompts.ts';
import { CHUNK_BYTES } from '../stream-bodies.ts';
import { type ContestantName, modelOf, readAll } from './models.ts';
import { Checker, repeatedBytes, repeatedChunks } from './repeated-body.ts';
import { StreamServer } from './server-process.ts';

/** @throws where what comes of it is wrong */
export type Work = () => Promise<void>;

export interface Growth {
  readonly name: string;
  readonly title: string;
  /** What a size counts. */
  readonly of: string;
  /** From small to large. */
  readonly sizes: readonly number[];
  /** Of the slope of CPU time over size, where both have logarithmic scales. */
  readonly atMost: number;
  /** Called in the process of the contestant, at its beginning. */
  prepare(contestant: ContestantName): Promise<Prepared>;
}

export interface Prepared {
  workOf(size: number): Promise<Work>;
  close?(): void;
}

const KIB = 1024;
const MIB = 2 ** 20;
const SEED = 8;
const LINEAR = 1.15;
const PARTS_IN_CHUNKS = 10_000;
const PARTS_TOGETHER = 100;

export const growths: readonly Growth[] = [
  {
    name: 'stream-length',
    title: 'Stream length',
    of: 'parts',
    sizes: [1_000, 10_000, 100_000, 1_000_000],
    atMost: LINEAR,
    prepare: async contestant => ({
      workOf: async parts => reading(contestant, parts, () => repeatedChunks(parts, CHUNK_BYTES)),
    }),
  },
  {
    name: 'chunk-size',
    title: 'Chunk size',
    of: 'bytes a chunk',
    sizes: [64, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB],
    // The stream stays the same: what a chunk costs then grows as its size does.
    atMost: LINEAR - 1,
    prepare: async contestant => {
      const bytes = repeatedBytes(PARTS_IN_CHUNKS);
      return {
        workOf: async size => {
          const chunks = cut(bytes, () => size);
          return reading(contestant, PARTS_IN_CHUNKS, () => chunks);
        },
      };
    },
  },
  {
    name: 'history',
    title: 'Messages in the prompt',
    of: 'messages',
    sizes: [10, 100, 1_000, 10_000],
    atMost: LINEAR,
    prepare: async contestant => ({
      workOf: messages => requesting(contestant, longHistory(SEED, messages)),
    }),
  },
  {
    name: 'image-size',
    title: 'Image in the prompt',
    of: 'bytes',
    sizes: [64 * KIB, 256 * KIB, MIB, 4 * MIB, 16 * MIB],
    atMost: LINEAR,
    prepare: async contestant => ({
      workOf: bytes => requesting(contestant, imagePrompt(SEED, bytes)),
    }),
  },
  {
    name: 'concurrency',
    title: 'Streams at once',
    of: 'streams',
    sizes: [1, 10, 100, 500, 2_000],
    atMost: LINEAR,
    prepare: async contestant => {
      const server = await StreamServer.start();
      return {
        workOf: streams => readingTogether(contestant, server.url, streams),
        close: () => server.close(),
      };
    },
  },
];

/** One stream, whose bytes are in this process. */
async function reading(
  contestant: ContestantName,
  parts: number,
  chunksOf: () => Iterable<Uint8Array<ArrayBuffer>>,
): Promise<Work> {
  const model = await modelOf(contestant);
  const headers = { 'content-type': 'application/vnd.amazon.eventstream' };
  return async () => {
    globalThis.fetch = async () => new Response(pulledFrom(chunksOf()), { headers });
    const checker = new Checker();
    await readAll(model, part => checker.take(part));
    checker.expect(parts);
  };
}

/** A chunk for every pull, as sockets give them. */
function pulledFrom(chunks: Iterable<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const iterator = chunks[Symbol.iterator]();
  return new ReadableStream(
    {
      pull(controller) {
        const { done, value } = iterator.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    },
    { highWaterMark: 0 },
  );
}

/** One request that is signed and goes nowhere. */
async function requesting(contestant: ContestantName, options: LanguageModelV4CallOptions): Promise<Work> {
  const model = await modelOf(contestant);
  let sent: unknown;
  globalThis.fetch = async (_, init) => {
    sent = init?.body;
    return Response.json(REPLY);
  };
  const work = async () => {
    const { finishReason } = await model.doGenerate(options);
    if (finishReason.raw !== 'end_turn') throw new Error(`It finished with ${finishReason.raw}.`);
  };
  // Once is enough: the same options make the same body.
  await work();
  expectSent(typeof sent === 'string' ? sent : Buffer.from(sent as Uint8Array).toString(), options);
  return work;
}

const REPLY = {
  output: { message: { role: 'assistant', content: [{ text: 'Fine, thank you.' }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 10, outputTokens: 4, totalTokens: 14 },
  metrics: { latencyMs: 1 },
};

/** @throws where a message or the picture is not in the body */
function expectSent(body: string, { prompt }: LanguageModelV4CallOptions): void {
  const { messages } = JSON.parse(body) as { messages: { content: SentBlock[] }[] };
  const sent = messages.flatMap(({ content }) =>
    content.map(({ text, image }) => text ?? image?.source.bytes),
  );
  const wanted = prompt.flatMap(message =>
    message.role === 'user' || message.role === 'assistant' ? message.content.map(wantedOf) : [],
  );
  if (sent.length !== wanted.length || sent.some((one, index) => one !== wanted[index])) {
    throw new Error(`Of ${wanted.length} blocks that should be sent, ${sent.length} came, or others.`);
  }
}

interface SentBlock {
  readonly text?: string;
  readonly image?: { readonly source: { readonly bytes: string } };
}

function wantedOf(content: object): string {
  const { text, data } = content as { text?: string; data?: { data: Uint8Array } };
  return text ?? Buffer.from(data?.data ?? []).toString('base64');
}

/** Streams of 100 parts over sockets; none begins before the last request is there. */
async function readingTogether(contestant: ContestantName, url: string, streams: number): Promise<Work> {
  const model = await modelOf(contestant, `${url}/together/${streams}`);
  const readOne = async () => {
    const checker = new Checker();
    await readAll(model, part => checker.take(part));
    checker.expect(PARTS_TOGETHER);
  };
  return async () => {
    await Promise.all(Array.from({ length: streams }, readOne));
  };
}
