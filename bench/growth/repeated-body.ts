/** A reply as long as it takes, of which no more is in memory than its first thousand deltas: all others are the same. */
import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { cut, join } from '../fixtures/chunks.ts';
import { streamBody } from '../fixtures/stream-body.ts';
import { floorReader } from '../floor/parts.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const DELTAS = 1_000;
const body = streamBody({ seed: 8, reasoningDeltas: 0, textDeltas: DELTAS, toolInputPieces: [] });
const [start, ...others] = body.frames as [Bytes, ...Bytes[]];
const deltas = others.slice(0, DELTAS);
const end = join(others.slice(DELTAS));
const texts: readonly string[] = textsOf(deltas);

/** Of one delta. */
export const MEAN_BYTES: number = join(deltas).length / DELTAS;

/** In chunks of a size; the last of each thousand deltas is shorter. */
export function* repeatedChunks(parts: number, chunkBytes: number): Generator<Bytes> {
  const thousand = cut(join(deltas), () => chunkBytes);
  yield start;
  for (let left = parts; left >= DELTAS; left -= DELTAS) yield* thousand;
  yield* cut(join(deltas.slice(0, parts % DELTAS)), () => chunkBytes);
  yield end;
}

export function repeatedBytes(parts: number): Bytes {
  return join([...repeatedChunks(parts, Number.POSITIVE_INFINITY)]);
}

/** Compares each part with what was sent when it comes, and keeps none. */
export class Checker {
  parts = 0;
  #finishReason: string | undefined;

  /** @throws where it is not the one that was sent */
  take(part: LanguageModelV4StreamPart): void {
    switch (part.type) {
      case 'text-delta':
        if (part.delta !== texts[this.parts % DELTAS])
          throw new Error(`Delta ${this.parts} is '${part.delta}'.`);
        this.parts += 1;
        break;
      case 'finish':
        this.#finishReason = part.finishReason.raw;
        break;
      case 'error':
        throw part.error;
    }
  }

  /** @throws where a part is missing, or the end */
  expect(parts: number): void {
    if (this.parts !== parts) throw new Error(`${this.parts} deltas came instead of ${parts}.`);
    if (this.#finishReason !== 'end_turn') throw new Error(`It finished with ${this.#finishReason}.`);
  }
}

function textsOf(frames: readonly Bytes[]): string[] {
  const found: string[] = [];
  const reader = floorReader(part => {
    if (part.type === 'text-delta') found.push(part.delta);
  });
  for (const frame of frames) reader.push(frame);
  if (found.join('') !== body.text) throw new Error('The deltas are not where they were taken from.');
  return found;
}
