import { EventStreamCodec } from '@smithy/eventstream-codec';
import { describe, expect, it } from 'vitest';
import { crumbs, cut, join } from '../../bench/fixtures/chunks.ts';
import { imagePrompt, longHistory, manyTools } from '../../bench/fixtures/prompts.ts';
import { Random } from '../../bench/fixtures/random.ts';
import { SIGNATURE, type StreamPlan, streamBody, TOOL_NAME } from '../../bench/fixtures/stream-body.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const smithy = new EventStreamCodec(
  input => (typeof input === 'string' ? input : decoder.decode(input)),
  text => encoder.encode(text),
);

const plan: StreamPlan = { seed: 1, reasoningDeltas: 7, textDeltas: 50, toolInputPieces: [20, 1, 300, 2] };

/** Decoded by AWS's own codec, which verifies the checksums. */
function eventsOf(frames: readonly Uint8Array[]) {
  return frames.map(frame => {
    const { headers, body } = smithy.decode(frame);
    expect(headers[':message-type']?.value).toBe('event');
    return { type: headers[':event-type']?.value, payload: JSON.parse(decoder.decode(body)) };
  });
}

describe('stream bodies', () => {
  it('are the same bytes for the same seed, and others for another', () => {
    const bytes = join(streamBody(plan).frames);
    expect(join(streamBody(plan).frames)).toEqual(bytes);
    expect(join(streamBody({ ...plan, seed: 2 }).frames)).not.toEqual(bytes);
  });

  it('have as many events as planned, in the order of ConverseStream', () => {
    const types = eventsOf(streamBody(plan).frames).map(({ type }) => type);
    const deltas = (count: number) => Array(count).fill('contentBlockDelta');
    expect(types).toEqual([
      'messageStart',
      ...deltas(7 + 1), // The signature is one more.
      'contentBlockStop',
      ...deltas(50),
      'contentBlockStop',
      'contentBlockStart',
      ...deltas(4),
      'contentBlockStop',
      'messageStop',
      'metadata',
    ]);
  });

  it('say what they hold', () => {
    const body = streamBody(plan);
    const events = eventsOf(body.frames);
    const deltas = events.flatMap(({ payload }) => payload.delta ?? []);
    const joined = (read: (delta: (typeof deltas)[number]) => string | undefined) =>
      deltas.map(delta => read(delta) ?? '').join('');
    expect(joined(delta => delta.text)).toBe(body.text);
    expect(joined(delta => delta.reasoningContent?.text)).toBe(body.reasoning);
    expect(joined(delta => delta.reasoningContent?.signature)).toBe(SIGNATURE);
    expect(joined(delta => delta.toolUse?.input)).toBe(body.toolInput);
    expect(body.deltas).toBe(7 + 50 + 4);
    expect(events.flatMap(({ payload }) => payload.start?.toolUse.name ?? [])).toEqual([TOOL_NAME]);
    expect(events.at(-1)?.payload.usage.outputTokens).toBe(body.outputTokens);
    expect(events.at(-2)?.payload.stopReason).toBe('tool_use');
  });

  it('have tool input that is JSON, in pieces of the lengths that were asked for', () => {
    const { frames, toolInput } = streamBody(plan);
    const pieces = eventsOf(frames).flatMap(({ payload }) => payload.delta?.toolUse?.input ?? []);
    expect(pieces.map(({ length }: string) => length)).toEqual(plan.toolInputPieces);
    expect(JSON.parse(toolInput)).toEqual({ content: expect.any(String) });
  });

  it('have no tool call without pieces of its input, and then end the turn', () => {
    const body = streamBody({ ...plan, toolInputPieces: [] });
    const events = eventsOf(body.frames);
    expect(events.filter(({ type }) => type === 'contentBlockStart')).toEqual([]);
    expect(events.at(-2)?.payload.stopReason).toBe('end_turn');
    expect(body.toolInput).toBe('');
  });

  it('hold characters of more than one byte, and no empty delta', () => {
    const { text, frames } = streamBody({ ...plan, textDeltas: 500 });
    expect(encoder.encode(text).length).toBeGreaterThan(text.length);
    expect(eventsOf(frames).filter(({ payload }) => payload.delta?.text === '')).toEqual([]);
  });
});

describe('chunks', () => {
  const bytes = join(streamBody(plan).frames);

  it('come to the whole when joined', () => {
    expect(join(cut(bytes, () => 1000))).toEqual(bytes);
    expect(join(crumbs(bytes, new Random(3)))).toEqual(bytes);
  });

  it('are crumbs of one to seven bytes', () => {
    // The last one is what is left.
    const lengths = crumbs(bytes, new Random(3))
      .slice(0, -1)
      .map(({ length }) => length);
    expect([...new Set(lengths)].sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('prompts', () => {
  it('have as many messages as asked for, from user to user by turns', () => {
    const roles = longHistory(1, 200).prompt.map(({ role }) => role);
    expect(roles.filter(role => role !== 'system').length).toBe(201);
    expect(roles.slice(1)).toEqual(
      roles.slice(1).map((_, index) => (index % 2 === 0 ? 'user' : 'assistant')),
    );
    expect(roles.at(-1)).toBe('user');
  });

  it('have as many tools as asked for', () => {
    expect(new Set(manyTools(1, 50).tools?.map(({ name }) => name)).size).toBe(50);
  });

  it('have a picture of as many bytes as asked for', () => {
    const [message] = imagePrompt(1, 1000).prompt;
    expect(message?.content[1]).toMatchObject({
      mediaType: 'image/png',
      data: { data: { byteLength: 1000 } },
    });
  });

  it('are the same for the same seed', () => {
    expect(longHistory(5)).toEqual(longHistory(5));
    expect(manyTools(5)).toEqual(manyTools(5));
    expect(imagePrompt(5, 1000)).toEqual(imagePrompt(5, 1000));
  });
});
