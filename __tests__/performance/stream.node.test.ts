/** What reading a stream costs, counted: a habit that makes it slow fails here on any machine. */
import { createHook } from 'node:async_hooks';
import type { LanguageModelV4 } from '@ai-sdk/provider';
import { createBedrock } from 'bedrock-ai-provider';
import { afterEach, describe, expect, it } from 'vitest';
import { crumbs, cut, join, streamReply } from '../../bench/fixtures/chunks.ts';
import { smallRequest } from '../../bench/fixtures/prompts.ts';
import { Random } from '../../bench/fixtures/random.ts';
import { type StreamBody, streamBody } from '../../bench/fixtures/stream-body.ts';
import { Gathered } from '../../bench/gathered.ts';
import { stopWatching, watch, watchConstructor, withoutTurn } from './counting.ts';

const MIB = 2 ** 20;
type Chunks = readonly Uint8Array<ArrayBuffer>[];

/** Thoughts, text and a tool call: about 0.3 MB. */
const chat: StreamBody = streamBody({
  seed: 8,
  reasoningDeltas: 150,
  textDeltas: 1_200,
  toolInputPieces: Array.from({ length: 150 }, (_, index) => 5 + (index % 20)),
});
/** One frame that is longer than all before it together. */
const bigTool: StreamBody = streamBody({
  seed: 8,
  reasoningDeltas: 0,
  textDeltas: 3,
  toolInputPieces: [8 * MIB],
});

afterEach(stopWatching);

const bytesOf = ({ frames }: StreamBody) => frames.reduce((sum, frame) => sum + frame.length, 0);
const pieces =
  (size: number) =>
  ({ frames }: StreamBody): Chunks =>
    cut(join(frames), () => size);

const waysToCut: Record<string, (body: StreamBody) => Chunks> = {
  'one frame per chunk': ({ frames }) => frames,
  '16 KiB chunks': pieces(16 * 1024),
  'one chunk': pieces(MIB),
  'pieces of 1 to 7 bytes': ({ frames }) => crumbs(join(frames), new Random(8)),
};

/** Of one stream, read to its end. */
class Costs {
  bytesCopied = 0;
  parses = 0;
  decodes = 0;
  promises = 0;
  readableStreams = 0;
  transformStreams = 0;
  /** Reads of any stream: of the bytes and of the parts. */
  reads = 0;

  watch(): void {
    const typedArray = Object.getPrototypeOf(Uint8Array.prototype);
    watch(typedArray, 'set', ({ args: [source] }) => this.#copied(source));
    watch(typedArray, 'slice', ({ result }) => this.#copied(result));
    watch(typedArray, 'copyWithin', ({ self }) => this.#copied(self));
    watch(ArrayBuffer.prototype, 'slice', ({ result }) => this.#copied(result));
    watch(Buffer, 'concat', ({ result }) => this.#copied(result));
    watch(Buffer.prototype, 'copy', ({ self }) => this.#copied(self));
    watch(Uint8Array, 'from', ({ result }) => this.#copied(result));
    // Of a buffer both make a view, and copy nothing.
    watch(Buffer, 'from', ({ args: [source] }) => {
      if (!(source instanceof ArrayBuffer)) this.#copied(source);
    });
    watchConstructor('Uint8Array', ([source]) => {
      if (!(source instanceof ArrayBuffer)) this.#copied(source);
    });
    watch(JSON, 'parse', () => {
      this.parses += 1;
    });
    watch(TextDecoder.prototype, 'decode', () => {
      this.decodes += 1;
    });
    watch(ReadableStreamDefaultReader.prototype, 'read', () => {
      this.reads += 1;
    });
    watchConstructor('ReadableStream', () => {
      this.readableStreams += 1;
    });
    watchConstructor('TransformStream', () => {
      this.transformStreams += 1;
    });
  }

  #copied(source: unknown): void {
    this.bytesCopied += sizeOf(source);
  }
}

function sizeOf(bytes: unknown): number {
  if (ArrayBuffer.isView(bytes) || bytes instanceof ArrayBuffer) return bytes.byteLength;
  return Array.isArray(bytes) || typeof bytes === 'string' ? bytes.length : 0;
}

/** What the second stream of a provider costs; the first may load what is loaded once. */
async function costsOf(body: StreamBody, chunks: Chunks): Promise<Costs & { parts: number }> {
  const replies = [streamReply(chunks), streamReply(chunks)];
  const fetch = async () => replies.shift() as Response;
  const model = createBedrock({ region: 'us-east-1', apiKey: 'test-key', fetch })(
    'anthropic.claude-sonnet-4-5-20250929-v1:0',
  );
  await read(model, body);
  const costs = new Costs();
  const hook = createHook({
    init: (_, type) => {
      if (type === 'PROMISE') costs.promises += 1;
    },
  });
  costs.watch();
  hook.enable();
  try {
    const parts = await withoutTurn(() => read(model, body));
    return Object.assign(costs, { parts });
  } finally {
    hook.disable();
    stopWatching();
  }
}

/** @returns how many parts came */
async function read(model: LanguageModelV4, body: StreamBody): Promise<number> {
  const { stream } = await model.doStream(smallRequest());
  const gathered = new Gathered();
  const reader = stream.getReader();
  for (let parts = 0; ; parts++) {
    const { done, value } = await reader.read();
    if (done) {
      gathered.expect(body);
      return parts;
    }
    gathered.part(value);
  }
}

describe('bytes copied for each byte that came', () => {
  it.each([
    // Only the headers of the first frame of each kind.
    ['one frame per chunk', 0.01],
    ['one chunk', 0.01],
    // Only frames that two chunks share.
    ['16 KiB chunks', 0.05],
    ['pieces of 1 to 7 bytes', 1.01],
  ])('with %s are at most %d', async (name, most) => {
    const { bytesCopied } = await costsOf(chat, (waysToCut[name] as (typeof waysToCut)[string])(chat));
    expect(bytesCopied / bytesOf(chat)).toBeLessThanOrEqual(most);
  });

  it('of a frame of 8 MiB in 16 KiB chunks are at most 1.01: its length is known when it begins', async () => {
    const { bytesCopied } = await costsOf(bigTool, pieces(16 * 1024)(bigTool));
    expect(bytesCopied / bytesOf(bigTool)).toBeLessThanOrEqual(1.01);
  });
});

describe.each(Object.entries(waysToCut))('a stream in %s', (_, toChunks) => {
  it('is parsed once for each event', async () => {
    const { parses } = await costsOf(chat, toChunks(chat));
    expect(parses).toBe(chat.frames.length);
  });

  it('is decoded once for each event; the headers of an earlier stream are known', async () => {
    const { decodes } = await costsOf(chat, toChunks(chat));
    expect(decodes).toBe(chat.frames.length);
  });

  it('goes through one ReadableStream and no TransformStream', async () => {
    const { readableStreams, transformStreams, reads, parts } = await costsOf(chat, toChunks(chat));
    expect({ readableStreams, transformStreams }).toEqual({ readableStreams: 1, transformStreams: 0 });
    // Both have an end, which is read too.
    expect(reads).toBe(parts + 1 + toChunks(chat).length + 1);
  });

  it('has few promises for each chunk, and for each part none but those of its reader', async () => {
    const { promises, parts } = await costsOf(chat, toChunks(chat));
    expect(promises).toBeLessThanOrEqual(2.5 * parts + 9 * toChunks(chat).length);
  });
});
