/** Many streams at once. */
import { type Contestant, type FigureGroup, measuring, type Sample } from './figure.ts';
import { Gathered } from './gathered.ts';
import { type LoopbackReader, loopbackReaders } from './loopback.ts';
import { ServerProcess } from './server-process.ts';
import { type BodyName, bodies } from './stream-bodies.ts';

const STREAMS = 500;

const contestants = Object.fromEntries(
  Object.entries(loopbackReaders).map(([name, readerAt]) => [name, () => atOnce(readerAt)] as const),
);

export const concurrency: FigureGroup = {
  name: 'concurrency',
  figures: [
    {
      name: 'wall',
      title: '500 streams at once',
      baseline: 'floor',
      metrics: [{ of: 'wall', compared: 'ratio', unit: 'ms', atMost: 1.5 }],
      contestants,
      rounds: 3,
      turnMs: 0,
    },
    {
      name: 'memory',
      title: '500 streams at once, peak RSS over floor',
      baseline: 'floor',
      metrics: [{ of: 'peak', compared: 'difference', unit: 'MiB', atMost: 60 }],
      contestants,
      rounds: 3,
      isFresh: true,
    },
  ],
};

async function atOnce(readerAt: LoopbackReader): Promise<Contestant> {
  const server = await ServerProcess.start('stream-server.ts', 'answer' satisfies BodyName);
  const body = bodies.answer();
  const reader = await readerAt(server.urls, () => new Gathered());
  const check = (all: readonly Gathered[]): Sample => {
    for (const gathered of all) gathered.expect(body);
    // In KiB, of the whole life of the process.
    return { peak: process.resourceUsage().maxRSS / 1024 };
  };
  return measuring(() => Promise.all(Array.from({ length: STREAMS }, reader)), check, server.close);
}
