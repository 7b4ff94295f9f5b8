import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { createBedrock } from 'bedrock-ai-provider';
import { describe, expect, it } from 'vitest';
import { crumbs, cut, join } from '../../bench/fixtures/chunks.ts';
import { smallRequest } from '../../bench/fixtures/prompts.ts';
import { Random } from '../../bench/fixtures/random.ts';
import { streamBody } from '../../bench/fixtures/stream-body.ts';
import { floorReader, floorStream } from '../../bench/floor/parts.ts';
import { Gathered } from '../../bench/gathered.ts';
import { byteStream, streamResponse } from '../support/replies.ts';

const body = streamBody({ seed: 4, reasoningDeltas: 9, textDeltas: 60, toolInputPieces: [50, 3_000, 7] });
const bytes = join(body.frames);

const cuts = {
  'a frame a chunk': body.frames,
  'all at once': [bytes],
  crumbs: crumbs(bytes, new Random(4)),
  '11 bytes': cut(bytes, () => 11),
  '12 bytes': cut(bytes, () => 12),
  '1,000 bytes': cut(bytes, () => 1_000),
};

function readByFloor(chunks: readonly Uint8Array[]): LanguageModelV4StreamPart[] {
  const parts: LanguageModelV4StreamPart[] = [];
  const reader = floorReader(part => parts.push(part));
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return parts;
}

async function allOf<Part>(stream: ReadableStream<Part>): Promise<Part[]> {
  const parts: Part[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

function gather(parts: readonly LanguageModelV4StreamPart[]): Gathered {
  const gathered = new Gathered();
  for (const part of parts) gathered.part(part);
  return gathered;
}

describe('the floor that streams are compared with', () => {
  it.each(Object.entries(cuts))('loses nothing: %s', (_, chunks) => {
    gather(readByFloor(chunks)).expect(body);
  });

  it.each(Object.entries(cuts))('loses nothing behind a stream: %s', async (_, chunks) => {
    const parts = await allOf(floorStream(byteStream(chunks)));
    expect(parts).toEqual(readByFloor([bytes]));
  });

  it('makes the parts that ours makes', async () => {
    const fetch = async () => streamResponse(body.frames);
    const bedrock = createBedrock({ region: 'us-east-1', apiKey: 'any', fetch });
    const model = bedrock('anthropic.claude-sonnet-4-5-20250929-v1:0');
    const { stream } = await model.doStream(smallRequest());
    const ours = (await allOf(stream)).filter(
      ({ type }) => type !== 'stream-start' && type !== 'response-metadata',
    );
    expect(ours).toMatchObject(
      readByFloor([bytes])
        .slice(0, -1)
        .concat([{ type: 'finish' } as never]),
    );
  });

  it.each([3, 9, 20, 150, bytes.length - 2])('verifies checksums: byte %i is wrong', at => {
    const wrong = bytes.slice();
    wrong[at] = (wrong[at] as number) ^ 1;
    expect(() => readByFloor([wrong])).toThrow();
  });

  it('notices an end inside a frame', () => {
    expect(() => readByFloor([bytes.subarray(0, -1)])).toThrow('The stream ends inside a frame.');
  });
});

describe('what is gathered from a stream', () => {
  it.each(['text-delta', 'reasoning-delta', 'tool-input-delta', 'finish'])('is wrong without a %s', type => {
    const parts = readByFloor([bytes]);
    parts.splice(
      parts.findIndex(part => part.type === type),
      1,
    );
    expect(() => gather(parts).expect(body)).toThrow();
  });

  it('says where a character is wrong', () => {
    const other = { ...body, text: `${body.text.slice(0, 20)}#${body.text.slice(21)}` };
    expect(() => gather(readByFloor([bytes])).expect(other)).toThrow(/differs from the 20th on/);
  });
});
