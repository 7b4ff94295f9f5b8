/** The parts of an AI SDK model's stream as the events of ConverseStream. */
import type {
  LanguageModelV4FinishReason,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
  LanguageModelV4ToolCall,
  LanguageModelV4Usage,
  SharedV4ProviderMetadata,
} from '@ai-sdk/provider';
import { convertUint8ArrayToBase64 } from '@ai-sdk/provider-utils';
import type {
  ContentBlockDelta,
  ContentBlockStart,
  ConverseRequest,
  TokenUsage,
} from '../../codec/converse/wire.ts';
import { IMAGE_FORMATS } from '../../codec/converse/wire.ts';
import { AwsError } from '../aws-error.ts';
import type { LocalStreamEvent } from '../reply/reply.ts';
import { addSize, countPrompt, type Size, sizeOf, tokensOfSize } from '../responder/usage.ts';
import { type CallMemory, toSignature } from './call-memory.ts';
import { toAwsFailure } from './failure.ts';

/** A block that is being told. */
interface OpenBlock {
  readonly index: number;
  readonly kind: 'text' | 'reasoning' | 'tool' | 'file';
  /** Of reasoning: what its parts have brought so far. */
  metadata: SharedV4ProviderMetadata;
  hasDeltas: boolean;
}

/**
 * Sources, files other than images, and what the model's provider ran itself have no place in Converse and are left out.
 * @throws AwsError for an error part, and for a stream without an end
 */
export async function* toEvents(
  parts: AsyncIterable<LanguageModelV4StreamPart> | Iterable<LanguageModelV4StreamPart>,
  request: ConverseRequest,
  memory: CallMemory,
): AsyncGenerator<LocalStreamEvent> {
  const startedAt = Date.now();
  const teller = new Teller(memory);
  let hasStarted = false;
  for await (const part of parts) {
    if (part.type === 'error') throw toAwsFailure(part.error);
    if (part.type === 'finish' && part.finishReason.unified === 'error') {
      throw new AwsError('ModelErrorException', 'The model ended with an error that it did not name.');
    }
    const events = [...teller.tell(part)];
    if (!hasStarted && (events.length > 0 || part.type === 'finish')) {
      hasStarted = true;
      yield { messageStart: { role: 'assistant' } };
    }
    yield* events;
    if (part.type !== 'finish') continue;
    yield* teller.closeAll();
    yield { messageStop: { stopReason: toStopReason(part.finishReason, teller.hasCalls) } };
    const usage = toUsage(part.usage, request, teller.size);
    yield { metadata: { usage, metrics: { latencyMs: Date.now() - startedAt } } };
    return;
  }
  throw new AwsError('ModelStreamErrorException', 'The stream of the model ended without its last part.');
}

class Teller {
  readonly size: Size = { characters: 0, mediaBytes: 0 };
  hasCalls = false;
  readonly #memory: CallMemory;
  readonly #open = new Map<string, OpenBlock>();
  #nextIndex = 0;

  constructor(memory: CallMemory) {
    this.#memory = memory;
  }

  *tell(part: LanguageModelV4StreamPart): Generator<LocalStreamEvent> {
    switch (part.type) {
      case 'text-delta':
        if (part.delta === '') return;
        yield this.#delta(this.#blockOf('text', part.id), { text: part.delta });
        return;
      case 'text-end':
        yield* this.#close(key('text', part.id));
        return;
      case 'reasoning-start':
      case 'reasoning-delta':
      case 'reasoning-end':
        yield* this.#reasoning(part);
        return;
      case 'tool-input-start':
        if (part.providerExecuted === true) return;
        yield this.#startCall(part.id, part.toolName);
        return;
      case 'tool-input-delta': {
        const block = this.#open.get(key('tool', part.id));
        if (block !== undefined && part.delta !== '') {
          yield this.#delta(block, { toolUse: { input: part.delta } });
        }
        return;
      }
      case 'tool-call':
        if (part.providerExecuted !== true) yield* this.#call(part);
        return;
      case 'file':
        yield* this.#file(part);
        return;
      default:
    }
  }

  *closeAll(): Generator<LocalStreamEvent> {
    for (const id of [...this.#open.keys()]) yield* this.#close(id);
  }

  #blockOf(kind: OpenBlock['kind'], id: string): OpenBlock {
    const known = this.#open.get(key(kind, id));
    if (known !== undefined) return known;
    const block: OpenBlock = { index: this.#nextIndex++, kind, metadata: {}, hasDeltas: false };
    this.#open.set(key(kind, id), block);
    return block;
  }

  #delta(block: OpenBlock, delta: ContentBlockDelta): LocalStreamEvent {
    block.hasDeltas = true;
    addSize(this.size, sizeOf(delta));
    return { contentBlockDelta: { contentBlockIndex: block.index, delta } };
  }

  /** A signature comes last, with all that the parts of the block have brought. */
  *#reasoning(
    part: Extract<
      LanguageModelV4StreamPart,
      { type: 'reasoning-start' | 'reasoning-delta' | 'reasoning-end' }
    >,
  ): Generator<LocalStreamEvent> {
    const { providerMetadata } = part;
    const text = part.type === 'reasoning-delta' ? part.delta : '';
    // A block of which nothing is known but its start is none.
    if (text !== '' || providerMetadata !== undefined) {
      const block = this.#blockOf('reasoning', part.id);
      merge(block, providerMetadata);
      if (text !== '') yield this.#delta(block, { reasoningContent: { text } });
    }
    if (part.type === 'reasoning-end') yield* this.#close(key('reasoning', part.id));
  }

  #startCall(id: string, name: string): LocalStreamEvent {
    const { index } = this.#blockOf('tool', id);
    this.hasCalls = true;
    return blockStart(index, { toolUse: { toolUseId: this.#memory.remember(id), name } });
  }

  /** The whole call, after its input has come in deltas or without any. */
  *#call({
    toolCallId,
    toolName,
    input,
    providerMetadata,
  }: LanguageModelV4ToolCall): Generator<LocalStreamEvent> {
    if (!this.#open.has(key('tool', toolCallId))) yield this.#startCall(toolCallId, toolName);
    if (providerMetadata !== undefined) this.#memory.remember(toolCallId, providerMetadata);
    const block = this.#blockOf('tool', toolCallId);
    if (!block.hasDeltas)
      yield this.#delta(block, { toolUse: { input: input.trim() === '' ? '{}' : input } });
    yield* this.#close(key('tool', toolCallId));
  }

  *#file(part: Extract<LanguageModelV4StreamPart, { type: 'file' }>): Generator<LocalStreamEvent> {
    const format = IMAGE_FORMATS.find(one => part.mediaType === `image/${one}`);
    if (format === undefined || part.data.type !== 'data') return;
    const { data } = part.data;
    const bytes = typeof data === 'string' ? data : convertUint8ArrayToBase64(data);
    const id = `file ${this.#nextIndex}`;
    const block = this.#blockOf('file', id);
    yield blockStart(block.index, { image: { format } });
    yield this.#delta(block, { image: { source: { bytes } } });
    yield* this.#close(key('file', id));
  }

  *#close(id: string): Generator<LocalStreamEvent> {
    const block = this.#open.get(id);
    if (block === undefined) return;
    this.#open.delete(id);
    const signature = toSignature(block.metadata);
    if (signature !== undefined) {
      // Not counted: the model did not write it.
      const delta = { reasoningContent: { signature } };
      yield { contentBlockDelta: { contentBlockIndex: block.index, delta } };
    }
    yield { contentBlockStop: { contentBlockIndex: block.index } };
  }
}

/** Texts, reasoning and calls number their ids for themselves. */
function key(kind: OpenBlock['kind'], id: string): string {
  return `${kind} ${id}`;
}

function blockStart(contentBlockIndex: number, start: ContentBlockStart): LocalStreamEvent {
  return { contentBlockStart: { contentBlockIndex, start } };
}

function merge(block: OpenBlock, metadata: SharedV4ProviderMetadata = {}): void {
  for (const [provider, members] of Object.entries(metadata)) {
    block.metadata = { ...block.metadata, [provider]: { ...block.metadata[provider], ...members } };
  }
}

/* ------------------------------------------------------------- the end */

/** Stop reasons that models of Bedrock name themselves. */
const CONVERSE_REASONS: ReadonlySet<string> = new Set([
  'content_filtered',
  'end_turn',
  'guardrail_intervened',
  'malformed_model_output',
  'malformed_tool_use',
  'max_tokens',
  'model_context_window_exceeded',
  'stop_sequence',
]);

function toStopReason({ unified, raw }: LanguageModelV4FinishReason, hasCalls: boolean): string {
  // What the provider says: some say `stop` although they call tools.
  if (hasCalls && (unified === 'tool-calls' || unified === 'stop' || unified === 'other')) return 'tool_use';
  if (raw !== undefined && CONVERSE_REASONS.has(raw)) return raw;
  switch (unified) {
    case 'length':
      return 'max_tokens';
    case 'content-filter':
      return 'content_filtered';
    default:
      return 'end_turn';
  }
}

/** Estimated, as for scripts, where the model does not tell. */
function toUsage(
  { inputTokens, outputTokens }: LanguageModelV4Usage,
  request: ConverseRequest,
  size: Size,
): TokenUsage {
  const { cacheRead = 0, cacheWrite = 0 } = inputTokens;
  const prompt = inputTokens.total ?? countPrompt(request);
  const input = inputTokens.noCache ?? Math.max(0, prompt - cacheRead - cacheWrite);
  const output = outputTokens.total ?? tokensOfSize(size);
  return {
    inputTokens: input,
    outputTokens: output,
    totalTokens: input + cacheRead + cacheWrite + output,
    cacheReadInputTokens: cacheRead,
    cacheWriteInputTokens: cacheWrite,
    ...(outputTokens.reasoning !== undefined && { reasoningTokens: outputTokens.reasoning }),
  };
}

/* ----------------------------------------------------------- whole replies */

/** A whole reply as the stream that tells it, so that there is one way to read both. */
export function* toParts({
  content,
  finishReason,
  usage,
}: LanguageModelV4GenerateResult): Generator<LanguageModelV4StreamPart> {
  for (const [index, part] of content.entries()) {
    const id = String(index);
    switch (part.type) {
      case 'text':
        yield { type: 'text-delta', id, delta: part.text };
        yield { type: 'text-end', id };
        break;
      case 'reasoning': {
        const { text, providerMetadata } = part;
        yield { type: 'reasoning-delta', id, delta: text, ...(providerMetadata && { providerMetadata }) };
        yield { type: 'reasoning-end', id };
        break;
      }
      case 'tool-call':
      case 'file':
        yield part;
        break;
      default:
    }
  }
  yield { type: 'finish', finishReason, usage };
}
