/** The replies that the stream figures read. Every process makes them anew, and they come out the same. */
import { type StreamBody, streamBody } from './fixtures/stream-body.ts';

export const CHUNK_BYTES: number = 16 * 1024;
const MIB = 2 ** 20;

export type BodyName = 'long' | 'short' | 'answer' | 'tiny' | 'text' | 'bigTool';

export const bodies: Readonly<Record<BodyName, () => StreamBody>> = {
  /** About 2 MB. */
  long: () => chat(10_000),
  /** About 0.3 MB. */
  short: () => chat(1_500),
  /** As long as most are: about 60 kB. */
  answer: () => chat(300),
  /** Two or three kB, which come at once. */
  tiny: () => streamBody({ seed: 8, reasoningDeltas: 0, textDeltas: 10, toolInputPieces: [] }),
  /** Text only, so that `streamText` has no tool to look for. */
  text: () => streamBody({ seed: 8, reasoningDeltas: 0, textDeltas: 5_000, toolInputPieces: [] }),
  /** One frame, longer than any buffer that has grown before. */
  bigTool: () => streamBody({ seed: 8, reasoningDeltas: 0, textDeltas: 3, toolInputPieces: [8 * MIB] }),
};

/** A tenth of it is thought, a tenth is the input of a tool call. */
function chat(deltas: number): StreamBody {
  const tenth = deltas / 10;
  return streamBody({
    seed: 8,
    reasoningDeltas: tenth,
    textDeltas: deltas - 2 * tenth,
    toolInputPieces: Array.from({ length: tenth }, (_, index) => 5 + (index % 20)),
  });
}
