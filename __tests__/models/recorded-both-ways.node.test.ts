import { describe, expect, it } from 'vitest';
import { contentOf } from '../support/collect.ts';
import {
  type Event,
  eventFrame,
  hello,
  jsonResponse,
  modelAnswering,
  readParts,
  streamResponse,
} from '../support/replies.ts';
import { listShared, readSharedJson, sharedDataMissing } from '../support/shared-data.ts';

/** A block of a whole reply: one member, as Bedrock recorded it. */
type Block = Record<string, never> & {
  text?: string;
  toolUse?: { input: unknown };
  toolResult?: { content: unknown };
  reasoningContent?: { reasoningText?: object };
  citationsContent?: { content?: object[]; citations?: object[] };
};
interface Body {
  output: { message: { role: string; content: Block[] } };
  stopReason: string;
  additionalModelResponseFields?: unknown;
}
interface Recording {
  response: {
    body?: Partial<Body>;
    eventStream?: { events: Array<{ name: string; payload: Record<string, unknown> }> };
  };
}

const recordings = (operation: string) =>
  (sharedDataMissing ? [] : listShared(`recorded/${operation}`)).map(
    path => [path, readSharedJson<Recording>(path).response] as const,
  );
const whole = recordings('Converse').filter(([, { body }]) => body?.output !== undefined);
const streamed = recordings('ConverseStream').filter(([, { eventStream }]) => eventStream !== undefined);

/** A whole reply as the stream that Bedrock would have sent. */
function toEvents({ output, stopReason, additionalModelResponseFields, ...metadata }: Body): Event[] {
  const blocks = output.message.content.flatMap((block, contentBlockIndex): Event[] => {
    const { start, deltas } = toDeltas(block);
    return [
      ...(start ? [['contentBlockStart', { contentBlockIndex, start }] as const] : []),
      ...deltas.map((delta): Event => ['contentBlockDelta', { contentBlockIndex, delta }]),
      ['contentBlockStop', { contentBlockIndex }],
    ];
  });
  return [
    ['messageStart', { role: output.message.role }],
    ...blocks,
    ['messageStop', { stopReason, additionalModelResponseFields }],
    ['metadata', metadata],
  ];
}

function toDeltas(block: Block): { start?: object; deltas: object[] } {
  if (block.toolUse) {
    const { input, ...toolUse } = block.toolUse;
    return { start: { toolUse }, deltas: [{ toolUse: { input: JSON.stringify(input) } }] };
  }
  if (block.toolResult) {
    const { content, ...toolResult } = block.toolResult;
    return { start: { toolResult }, deltas: [{ toolResult: content }] };
  }
  if (block.reasoningContent) {
    const { reasoningText, ...rest } = block.reasoningContent;
    return { deltas: [{ reasoningContent: { ...reasoningText, ...rest } }] };
  }
  if (block.citationsContent) {
    const { content = [], citations = [] } = block.citationsContent;
    return { deltas: [...content, ...citations.map(citation => ({ citation }))] };
  }
  return { deltas: [block] };
}

/** A recorded stream as the reply that Converse would have given. */
function toBody(events: ReadonlyArray<{ name: string; payload: Record<string, unknown> }>): object {
  const blocks = new Map<number, Record<string, unknown>[]>();
  let end: Record<string, unknown> = {};
  for (const { name, payload } of events) {
    const {
      contentBlockIndex: index = 0,
      start,
      delta,
      p: _,
      ...rest
    } = payload as {
      contentBlockIndex?: number;
      start?: Record<string, unknown>;
      delta?: Record<string, unknown>;
      p?: string;
    };
    const pieces = blocks.get(index) ?? [];
    if (name === 'contentBlockStart' || name === 'contentBlockDelta') blocks.set(index, pieces);
    if (start && Object.keys(start).length > 0) pieces.push({ start });
    if (delta) pieces.push(delta);
    if (name === 'messageStop' || name === 'metadata') end = { ...end, ...rest };
  }
  const content = [...blocks.keys()].sort((a, b) => a - b).map(index => toBlock(blocks.get(index) ?? []));
  return { ...end, output: { message: { role: 'assistant', content } } };
}

function toBlock(pieces: ReadonlyArray<Record<string, unknown>>): object {
  // biome-ignore lint/suspicious/noExplicitAny: pieces are recorded JSON of every kind.
  const all = pieces as any[];
  const start = all.find(piece => piece.start)?.start;
  const text = all.map(piece => piece.text ?? '').join('');
  const citations = all.flatMap(piece => piece.citation ?? []);
  if (start?.toolUse) {
    const input = all.map(piece => piece.toolUse?.input ?? '').join('') || '{}';
    return { toolUse: { ...start.toolUse, input: JSON.parse(input) } };
  }
  if (start?.toolResult) {
    return { toolResult: { ...start.toolResult, content: all.flatMap(piece => piece.toolResult ?? []) } };
  }
  const reasoning = all.flatMap(piece => piece.reasoningContent ?? []);
  if (reasoning.length > 0) {
    const signature = reasoning.map(piece => piece.signature ?? '').join('');
    const reasoningText = { text: reasoning.map(piece => piece.text ?? '').join('') };
    return { reasoningContent: { reasoningText: { ...reasoningText, ...(signature && { signature }) } } };
  }
  return citations.length > 0 ? { citationsContent: { content: [{ text }], citations } } : { text };
}

function counting(): () => string {
  let count = 0;
  return () => `id-${count++}`;
}

const modelOf = (response: () => Response) =>
  modelAnswering(response, { provider: { generateId: counting() } }).model;

async function expectSame(body: object, events: readonly Event[]): Promise<void> {
  const generated = await modelOf(() => jsonResponse(body)).doGenerate(hello);
  const { stream } = await modelOf(() => streamResponse(events.map(eventFrame))).doStream(hello);
  const parts = await readParts(stream);
  // Tool input is JSON text: a stream keeps the model's own spacing, which a whole reply does not have.
  const normal = (content: ReturnType<typeof contentOf>) =>
    content.map(part => (part.type === 'tool-call' ? { ...part, input: JSON.parse(part.input) } : part));
  // A block that holds nothing is a block in one form and none in the other, and sources come when they are cited,
  // which in a stream can be before the text.
  const blocks = (content: ReturnType<typeof contentOf>) =>
    normal(content).filter(part => part.type !== 'source' && (part.type !== 'text' || part.text !== ''));
  const sources = (content: ReturnType<typeof contentOf>) => content.filter(part => part.type === 'source');
  expect(blocks(contentOf(parts))).toEqual(blocks(generated.content));
  expect(sources(contentOf(parts))).toEqual(sources(generated.content));
  const finish = parts.at(-1);
  if (finish?.type !== 'finish') throw new Error('The stream has no finish.');
  expect(finish.finishReason).toEqual(generated.finishReason);
  expect(finish.usage).toEqual(generated.usage);
  expect(finish.providerMetadata).toEqual(generated.providerMetadata);
}

describe.skipIf(sharedDataMissing)(`recorded replies, read both ways (skipped: ${sharedDataMissing})`, () => {
  it.each(whole)('%s', async (_, { body }) => {
    await expectSame(body as Body, toEvents(body as Body));
  });

  it.each(streamed)('%s', async (_, { eventStream }) => {
    const events = eventStream?.events ?? [];
    await expectSame(
      toBody(events),
      events.map(({ name, payload }): Event => [name, payload]),
    );
  });

  it('are all here', () => {
    expect([whole.length, streamed.length]).toEqual([212, 61]);
  });
});
