/** How long a part waits: the first of a stream, and every one when tokens come at a pace. */
import { type Contestant, type FigureGroup, measuring, type Sample } from './figure.ts';
import { Gathered } from './gathered.ts';
import { type LoopbackReader, loopbackReaders } from './loopback.ts';
import { median } from './median.ts';
import { ServerProcess } from './server-process.ts';
import { type BodyName, bodies } from './stream-bodies.ts';

const TOKENS = 150;

export const latency: FigureGroup = {
  name: 'latency',
  figures: [
    {
      name: 'first',
      title: "first part after the floor's, loopback",
      baseline: 'floor',
      metrics: [{ of: 'first', compared: 'difference', unit: 'ms', atMost: 0.2 }],
      contestants: contestants(untilFirstPart),
    },
    {
      name: 'token',
      title: 'added delay per token, paced stream',
      baseline: 'floor',
      metrics: [{ of: 'delay', compared: 'difference', unit: 'µs', atMost: 30 }],
      contestants: contestants(delayOfTokens),
      turnMs: 0,
    },
  ],
};

function contestants(start: (readerAt: LoopbackReader) => Promise<Contestant>) {
  const entries = Object.entries(loopbackReaders).map(
    ([name, readerAt]) => [name, () => start(readerAt)] as const,
  );
  return Object.fromEntries(entries);
}

/* --------------------------------------------------------------- first part */

async function untilFirstPart(readerAt: LoopbackReader): Promise<Contestant> {
  const server = await ServerProcess.start('stream-server.ts', 'tiny' satisfies BodyName);
  const body = bodies.tiny();
  const reader = await readerAt(server.urls, () => new UntilFirst());
  const check = (gathered: UntilFirst): Sample => {
    gathered.expect(body);
    return { first: gathered.first };
  };
  return measuring(reader, check, server.close);
}

class UntilFirst extends Gathered {
  /** Milliseconds from the call. */
  first = Number.NaN;
  readonly #calledAt = performance.now();

  protected override onDelta(): void {
    if (Number.isNaN(this.first)) this.first = performance.now() - this.#calledAt;
  }
}

/* ------------------------------------------------------------ delay of tokens */

async function delayOfTokens(readerAt: LoopbackReader): Promise<Contestant> {
  const server = await ServerProcess.start('paced-server.ts', String(TOKENS));
  const reader = await readerAt(server.urls, () => new Delays());
  const check = (gathered: Delays): Sample => {
    const { delays, outputTokens, finishReason } = gathered;
    if (delays.length !== TOKENS) throw new Error(`${delays.length} tokens came instead of ${TOKENS}.`);
    if (outputTokens !== TOKENS || finishReason !== 'end_turn')
      throw new Error('The end of the stream is missing.');
    return { delay: median(delays) };
  };
  return measuring(reader, check, server.close);
}

class Delays extends Gathered {
  /** Microseconds from when the server sent a token, which is what its text says. */
  readonly delays: number[] = [];

  protected override onDelta(sentAt: string): void {
    this.delays.push(Number(process.hrtime.bigint() - BigInt(sentAt)) / 1000);
  }
}
