/** From the bytes of a stream to its parts. */
import { Agent, request } from 'node:http';
import type { LanguageModelV4, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { type Contestant, type Figure, type FigureGroup, measuring } from './figure.ts';
import { crumbs, cut, join, streamReply } from './fixtures/chunks.ts';
import { Random } from './fixtures/random.ts';
import type { StreamBody } from './fixtures/stream-body.ts';
import { floorReader, floorStream } from './floor/parts.ts';
import { Gathered } from './gathered.ts';
import { type LoopbackReader, loopbackReaders } from './loopback.ts';
import { MODEL_ID, officialWith, oursWith, type Reply, readers } from './readers.ts';
import { ServerProcess } from './server-process.ts';
import { type BodyName, bodies, CHUNK_BYTES } from './stream-bodies.ts';

type Chunks = readonly Uint8Array<ArrayBuffer>[];

const frames = ({ frames }: StreamBody): Chunks => frames;
const pieces =
  (size: number) =>
  ({ frames }: StreamBody): Chunks =>
    cut(join(frames), () => size);

export const stream: FigureGroup = {
  name: 'stream',
  figures: [
    inProcess('frames', 'stream, one frame per chunk', 'long', frames, 1.4),
    inProcess('16k', 'stream, 16 KiB chunks', 'long', pieces(CHUNK_BYTES), 1.7),
    inProcess('1m', 'stream, 1 MiB chunks', 'long', pieces(2 ** 20), 1.7),
    inProcess(
      'crumbs',
      'stream in 1-7 byte pieces',
      'short',
      body => crumbs(join(body.frames), new Random(8)),
      1.3,
    ),
    inProcess('tool', 'one 8 MiB tool input in 16 KiB chunks', 'bigTool', pieces(CHUNK_BYTES), 1.3),
    {
      name: 'loopback',
      title: 'stream over loopback HTTP',
      baseline: 'floor',
      metrics: [{ of: 'wall', compared: 'ratio', unit: 'ms', atMost: 2 }],
      contestants: {
        ...Object.fromEntries(
          Object.entries(loopbackReaders).map(([name, reader]) => [name, () => overLoopback(reader)]),
        ),
        floor: floorOverLoopback,
      },
    },
    throughStreamText('streamText', 'through streamText, 16 KiB chunks', pieces(CHUNK_BYTES), {
      baseline: 'free provider',
      atMost: 1.15,
    }),
    throughStreamText('streamText-frames', 'through streamText, one frame per chunk', frames, {
      baseline: 'floor+RS',
    }),
  ],
};

/** The bytes come from memory, by a `fetch` of our own. */
function inProcess(
  name: string,
  title: string,
  bodyName: BodyName,
  toChunks: (body: StreamBody) => Chunks,
  atMost: number,
): Figure {
  const contestants = Object.entries(readers).map(([contestant, readerOf]) => {
    const start = async (): Promise<Contestant> => {
      const body = bodies[bodyName]();
      const chunks = toChunks(body);
      const reader = await readerOf(() => streamReply(chunks));
      return measuring(reader, gathered => gathered.expect(body));
    };
    return [contestant, start] as const;
  });
  return {
    name,
    title,
    baseline: 'floor+RS',
    metrics: [{ of: 'wall', compared: 'ratio', unit: 'ms', atMost }],
    contestants: Object.fromEntries(contestants),
  };
}

/* ----------------------------------------------------------------- loopback */

/** A server for each contestant, which is idle when it is not that one's turn. */
async function overLoopback(readerAt: LoopbackReader): Promise<Contestant> {
  const server = await ServerProcess.start('stream-server.ts', 'long' satisfies BodyName);
  const body = bodies.long();
  const reader = await readerAt(server.urls, () => new Gathered());
  return measuring(reader, gathered => gathered.expect(body), server.close);
}

/** Node's HTTP client hands chunks to a callback: there is no cheaper way to get at them. */
function floorOverLoopback(): Promise<Contestant> {
  const agent = new Agent({ keepAlive: true });
  return overLoopback(async ({ http1: url }, start) => async () => {
    const gathered = start();
    const reader = floorReader(part => gathered.part(part));
    await new Promise<void>((resolve, reject) => {
      request(url, { method: 'POST', agent }, response => {
        response.on('data', chunk => reader.push(chunk));
        response.on('end', resolve);
        response.on('error', reject);
      })
        .on('error', reject)
        .end('{}');
    });
    reader.end();
    return gathered;
  });
}

/* --------------------------------------------------------------- streamText */

/**
 * What wall time a provider adds to `streamText`, which has much to do for every part itself.
 *
 * Where wall time matters, bytes come from a socket in pieces of many frames, as fast as they are read: the target is
 * for those. With a chunk for every frame each part waits for a `ReadableStream` of its own below that of the
 * provider: the floor pays as much for that as everybody, and a provider without bytes nothing, so that it says
 * little of a provider, and is compared with the floor.
 */
function throughStreamText(
  name: string,
  title: string,
  toChunks: (body: StreamBody) => Chunks,
  { baseline, atMost }: { baseline: string; atMost?: number },
): Figure {
  const reading = (modelOf: (reply: Reply) => Promise<LanguageModelV4>) => async () => {
    const chunks = toChunks(bodies.text());
    return readStreamText(await modelOf(() => streamReply(chunks)));
  };
  return {
    name,
    title,
    baseline,
    metrics: [{ of: 'wall', compared: 'ratio', unit: 'ms', atMost }],
    contestants: {
      'free provider': async () => readStreamText(freeProvider()),
      'floor+RS': reading(async reply => floorModel(() => floorStream(bodyOf(reply())))),
      ours: reading(async reply => (await oursWith({ fetch: async () => reply() })).languageModel(MODEL_ID)),
      official: reading(async reply =>
        (await officialWith({ fetch: async () => reply() })).languageModel(MODEL_ID),
      ),
    },
  };
}

async function readStreamText(model: LanguageModelV4): Promise<Contestant> {
  const { streamText } = await import('ai');
  const body = bodies.text();
  const run = async (): Promise<Gathered> => {
    const gathered = new Gathered();
    const { fullStream } = streamText({ model, prompt: 'Good morning. How are you today?' });
    for await (const part of fullStream) {
      switch (part.type) {
        case 'text-delta':
          gathered.part({ type: 'text-delta', id: part.id, delta: part.text });
          break;
        case 'finish':
          gathered.outputTokens = part.totalUsage.outputTokens;
          gathered.finishReason = part.rawFinishReason;
          break;
        case 'error':
          throw part.error;
      }
    }
    return gathered;
  };
  return measuring(run, gathered => gathered.expect(body));
}

/** Has all parts before it is asked, and hands them out one by one. */
function freeProvider(): LanguageModelV4 {
  const parts: LanguageModelV4StreamPart[] = [];
  const reader = floorReader(part => parts.push(part));
  for (const frame of bodies.text().frames) reader.push(frame);
  const streamOf = () => {
    let next = 0;
    return new ReadableStream<LanguageModelV4StreamPart>({
      pull(controller) {
        const part = parts[next++];
        if (part === undefined) controller.close();
        else controller.enqueue(part);
      },
    });
  };
  return floorModel(streamOf);
}

/** Makes nothing of the request. */
function floorModel(streamOf: () => ReadableStream<LanguageModelV4StreamPart>): LanguageModelV4 {
  return {
    specificationVersion: 'v4',
    provider: 'floor',
    modelId: 'floor',
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error('It only streams.')),
    doStream: async () => ({ stream: streamOf() }),
  };
}

function bodyOf({ body }: Response): ReadableStream<Uint8Array> {
  if (body === null) throw new Error('The reply has no body.');
  return body;
}
