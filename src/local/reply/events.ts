/** Content blocks to stream events, and back. */
import type { JSONValue } from '@ai-sdk/provider';
import type {
  ContentBlockDelta,
  ContentBlockStart,
  ConverseResponse,
  ReplyContentBlock,
  ReplyMetadata,
} from '../../codec/converse/wire.ts';
import type { LocalStreamEvent } from './reply.ts';

/** An answer with nothing left open. */
export interface CompleteAnswer extends Omit<ReplyMetadata, 'metrics'> {
  readonly content: readonly ReplyContentBlock[];
  readonly stopReason: string;
  readonly additionalModelResponseFields?: JSONValue | undefined;
  readonly chunkSize?: number | undefined;
}

/** @param startedAt of the request, in milliseconds since the epoch, for the latency */
export function* answerToEvents(answer: CompleteAnswer, startedAt: number): Generator<LocalStreamEvent> {
  yield { messageStart: { role: 'assistant' } };
  for (const [contentBlockIndex, block] of answer.content.entries()) {
    const start = blockStart(block);
    if (start !== undefined) yield { contentBlockStart: { contentBlockIndex, start } };
    for (const delta of blockDeltas(block, answer.chunkSize)) {
      yield { contentBlockDelta: { contentBlockIndex, delta } };
    }
    yield { contentBlockStop: { contentBlockIndex } };
  }
  const { additionalModelResponseFields: fields } = answer;
  const messageStop = { stopReason: answer.stopReason };
  yield {
    messageStop:
      fields === undefined ? messageStop : { ...messageStop, additionalModelResponseFields: fields },
  };
  yield { metadata: metadataOf(answer, startedAt) };
}

/** The last event's members, which a whole reply has as well. */
export function metadataOf(answer: CompleteAnswer, startedAt: number): ReplyMetadata {
  const { usage, trace, performanceConfig, serviceTier } = answer;
  return {
    metrics: { latencyMs: Date.now() - startedAt },
    ...(usage && { usage }),
    ...(trace && { trace }),
    ...(performanceConfig && { performanceConfig }),
    ...(serviceTier && { serviceTier }),
  };
}

/** Bedrock starts no text and no reasoning, only the other blocks. */
function blockStart(block: ReplyContentBlock): ContentBlockStart | undefined {
  if (block.toolUse !== undefined) {
    const { input: _, ...toolUse } = block.toolUse;
    return { toolUse };
  }
  if (block.toolResult !== undefined) {
    const { content: _, ...toolResult } = block.toolResult;
    return { toolResult };
  }
  if (block.image !== undefined) return { image: { format: block.image.format ?? 'png' } };
  if (block.audio !== undefined) return { audio: { format: block.audio.format ?? 'mp3' } };
  return undefined;
}

function blockDeltas(block: ReplyContentBlock, chunkSize: number | undefined): ContentBlockDelta[] {
  if (block.text !== undefined) return cutText(block.text, chunkSize).map(text => ({ text }));
  if (block.toolUse !== undefined) {
    const input = JSON.stringify(block.toolUse.input ?? {});
    return cutEvenly(input, chunkSize ?? 16).map(piece => ({ toolUse: { input: piece } }));
  }
  if (block.toolResult !== undefined) return [{ toolResult: block.toolResult.content ?? [] }];
  if (block.reasoningContent !== undefined) return reasoningDeltas(block.reasoningContent, chunkSize);
  if (block.citationsContent !== undefined) {
    const { citations = [], content = [] } = block.citationsContent;
    const text = content.map(part => part.text ?? '').join('');
    // The citation comes before the text that it supports.
    return [
      ...citations.map(citation => ({ citation })),
      ...cutText(text, chunkSize).map(piece => ({ text: piece })),
    ];
  }
  if (block.image !== undefined) return [{ image: withoutFormat(block.image) }];
  if (block.audio !== undefined) return [{ audio: withoutFormat(block.audio) }];
  return [];
}

function reasoningDeltas(
  { reasoningText, redactedContent }: NonNullable<ReplyContentBlock['reasoningContent']>,
  chunkSize: number | undefined,
): ContentBlockDelta[] {
  if (redactedContent !== undefined) return [{ reasoningContent: { redactedContent } }];
  const deltas: ContentBlockDelta[] = cutText(reasoningText?.text ?? '', chunkSize).map(text => ({
    reasoningContent: { text },
  }));
  if (reasoningText?.signature !== undefined) {
    deltas.push({ reasoningContent: { signature: reasoningText.signature } });
  }
  return deltas;
}

function withoutFormat<T extends { format?: string }>({ format: _, ...rest }: T): Omit<T, 'format'> {
  return rest;
}

/** At the start of words, so that every piece but the first begins with the space before its word. */
function cutText(text: string, chunkSize: number | undefined): string[] {
  return chunkSize === undefined ? (text.match(/\s*\S+(?:\s+$)?|\s+$/g) ?? []) : cutEvenly(text, chunkSize);
}

/** By code points: half a surrogate pair is not text. */
function cutEvenly(text: string, size: number): string[] {
  const points = [...text];
  const pieces: string[] = [];
  for (let start = 0; start < points.length; start += size) {
    pieces.push(points.slice(start, start + size).join(''));
  }
  return pieces;
}

/* ------------------------------------------------------------------- back */

/** Puts a stream together as Converse would have answered it. */
export async function eventsToResponse(
  events: Iterable<LocalStreamEvent> | AsyncIterable<LocalStreamEvent>,
): Promise<ConverseResponse> {
  const response: ConverseResponse = {};
  const blocks = new Map<number, BlockParts>();
  const blockAt = (index = 0): BlockParts => {
    const parts = blocks.get(index) ?? { deltas: [] };
    blocks.set(index, parts);
    return parts;
  };
  for await (const event of events) {
    const { contentBlockStart, contentBlockDelta, messageStop, metadata } = event;
    if (contentBlockStart?.start)
      blockAt(contentBlockStart.contentBlockIndex).start = contentBlockStart.start;
    if (contentBlockDelta?.delta)
      blockAt(contentBlockDelta.contentBlockIndex).deltas.push(contentBlockDelta.delta);
    Object.assign(response, messageStop, metadata);
  }
  const content = [...blocks].sort(([a], [b]) => a - b).map(([, parts]) => joinBlock(parts));
  return { output: { message: { role: 'assistant', content } }, ...response };
}

interface BlockParts {
  start?: ContentBlockStart;
  readonly deltas: ContentBlockDelta[];
}

function joinBlock({ start, deltas }: BlockParts): ReplyContentBlock {
  const text = deltas.map(delta => delta.text ?? '').join('');
  if (start?.toolUse !== undefined) {
    const input = deltas.map(delta => delta.toolUse?.input ?? '').join('');
    return { toolUse: { ...start.toolUse, input: input === '' ? {} : JSON.parse(input) } };
  }
  if (start?.toolResult !== undefined) {
    return { toolResult: { ...start.toolResult, content: deltas.flatMap(delta => delta.toolResult ?? []) } };
  }
  if (start?.image !== undefined)
    return { image: Object.assign({}, start.image, ...deltas.map(d => d.image)) };
  if (start?.audio !== undefined)
    return { audio: Object.assign({}, start.audio, ...deltas.map(d => d.audio)) };
  const reasoning = deltas.flatMap(delta => delta.reasoningContent ?? []);
  if (reasoning.length > 0) return { reasoningContent: joinReasoning(reasoning) };
  const citations = deltas.flatMap(delta => delta.citation ?? []);
  return citations.length > 0 ? { citationsContent: { content: [{ text }], citations } } : { text };
}

function joinReasoning(
  deltas: readonly NonNullable<ContentBlockDelta['reasoningContent']>[],
): NonNullable<ReplyContentBlock['reasoningContent']> {
  const redacted = deltas.find(delta => delta.redactedContent !== undefined)?.redactedContent;
  if (redacted !== undefined) return { redactedContent: redacted };
  const text = deltas.map(delta => delta.text ?? '').join('');
  const signature = deltas.find(delta => delta.signature !== undefined)?.signature;
  return { reasoningText: signature === undefined ? { text } : { text, signature } };
}
