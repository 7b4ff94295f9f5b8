/**
 * A whole reply of Converse, replayed as the events a stream would have brought, through the same reader.
 */
import type {
  JSONValue,
  LanguageModelV4Content,
  LanguageModelV4StreamPart,
  SharedV4ProviderMetadata,
} from '@ai-sdk/provider';
import type { FinishPart, ReplyReader } from './from-events.ts';
import type {
  ContentBlockDelta,
  ContentBlockStart,
  ConverseResponse,
  ConverseStreamEvents,
  ReplyContentBlock,
} from './wire.ts';

export function replayResponse(response: ConverseResponse, reader: ReplyReader): FinishPart {
  replayContent(response, (type, payload) => reader.read(type, payload));
  const { output: _, stopReason, additionalModelResponseFields, ...metadata } = response;
  reader.read('messageStop', { stopReason, additionalModelResponseFields });
  reader.read('metadata', metadata);
  return reader.finish();
}

type BlockEvent = 'contentBlockStart' | 'contentBlockDelta' | 'contentBlockStop';

/** The blocks of a whole reply as the events of a stream. */
export function replayContent(
  { output }: Pick<ConverseResponse, 'output'>,
  emit: (type: BlockEvent, payload: ConverseStreamEvents[BlockEvent]) => void,
): void {
  output?.message?.content?.forEach((block, contentBlockIndex) => {
    if (block == null) return;
    const { start, deltas } = toEvents(block);
    if (start !== undefined) emit('contentBlockStart', { contentBlockIndex, start });
    for (const delta of deltas) emit('contentBlockDelta', { contentBlockIndex, delta });
    emit('contentBlockStop', { contentBlockIndex });
  });
}

function toEvents(block: ReplyContentBlock): { start?: ContentBlockStart; deltas: ContentBlockDelta[] } {
  const { text, toolUse, toolResult, reasoningContent, citationsContent } = block;
  if (text != null) return { deltas: [{ text }] };
  if (toolUse != null) {
    const { input, ...start } = toolUse;
    return { start: { toolUse: start }, deltas: [{ toolUse: { input: toolInput(input) } }] };
  }
  if (toolResult != null) {
    const { content = [], ...start } = toolResult;
    return { start: { toolResult: start }, deltas: [{ toolResult: content }] };
  }
  if (reasoningContent != null) {
    const { reasoningText, ...rest } = reasoningContent;
    return { deltas: [{ reasoningContent: { ...reasoningText, ...rest } }] };
  }
  if (citationsContent != null) {
    const { content = [], citations = [] } = citationsContent;
    return { deltas: [...content, ...citations.map(citation => ({ citation }))] };
  }
  // Media have the same members in a stream. Anything else is younger than this package.
  return { deltas: [block as ContentBlockDelta] };
}

/** A stream brings the input as JSON text; no input at all is an empty object in both. */
function toolInput(input: JSONValue | undefined): string {
  return input === undefined || input === null ? '' : JSON.stringify(input);
}

/** Gathers a reply's parts into the content of `doGenerate`. */
export class ContentCollector {
  readonly content: LanguageModelV4Content[] = [];
  modelId: string | undefined;

  /** Text and reasoning blocks by kind and id. */
  readonly #blocks = new Map<string, { text: string }>();

  add(part: LanguageModelV4StreamPart): void {
    switch (part.type) {
      case 'text-start':
        return this.#start('text', part.id);
      case 'reasoning-start':
        return this.#start('reasoning', part.id);
      case 'text-delta':
        return this.#append('text', part.id, part.delta);
      case 'reasoning-delta':
        return this.#append('reasoning', part.id, part.delta);
      case 'text-end':
        return this.#end('text', part.id, part.providerMetadata, part.citations);
      case 'reasoning-end':
        return this.#end('reasoning', part.id, part.providerMetadata);
      case 'tool-call':
      case 'tool-result':
      case 'tool-approval-request':
      case 'custom':
      case 'file':
      case 'reasoning-file':
      case 'source':
        this.content.push(part);
        return;
      case 'response-metadata':
        this.modelId = part.modelId ?? this.modelId;
        return;
      // The finish is returned by `replayResponse`; the others only streams have.
      case 'tool-input-start':
      case 'tool-input-delta':
      case 'tool-input-end':
      case 'stream-start':
      case 'finish':
      case 'ping':
      case 'raw':
      case 'error':
        return;
    }
  }

  #start(type: 'text' | 'reasoning', id: string): void {
    const block = { type, text: '' };
    this.content.push(block);
    this.#blocks.set(`${type} ${id}`, block);
  }

  #append(type: 'text' | 'reasoning', id: string, delta: string): void {
    const block = this.#blocks.get(`${type} ${id}`);
    if (block !== undefined) block.text += delta;
  }

  #end(
    type: 'text' | 'reasoning',
    id: string,
    providerMetadata: SharedV4ProviderMetadata | undefined,
    citations?: unknown[] | undefined,
  ): void {
    const block = this.#blocks.get(`${type} ${id}`);
    if (block === undefined) return;
    Object.assign(block, citations && { citations }, providerMetadata && { providerMetadata });
  }
}
