/** What a model of the AI SDK answers, as the events of ConverseStream. */
import type {
  JSONObject,
  JSONValue,
  LanguageModelV4Citation,
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4GenerateResult,
  LanguageModelV4Source,
  LanguageModelV4StreamPart,
  LanguageModelV4ToolCall,
  LanguageModelV4Usage,
  SharedV4ProviderMetadata,
} from '@ai-sdk/provider';
import { convertUint8ArrayToBase64 } from '@ai-sdk/provider-utils';
import { resolveMedia } from '../../codec/converse/media-types.ts';
import type {
  Citation,
  ContentBlockDelta,
  ContentBlockStart,
  ConverseRequest,
  TokenUsage,
} from '../../codec/converse/wire.ts';
import { AwsError } from '../aws-error.ts';
import { isObject } from '../json-schema-check.ts';
import type { LocalStreamEvent } from '../reply/reply.ts';
import { addSize, countPrompt, type Size, sizeOf, tokensOfSize } from '../responder/usage.ts';
import { fieldsAskedFor } from '../responder.ts';
import { type CallMemory, toSignature } from './call-memory.ts';
import { toAwsFailure } from './failure.ts';

/** One content block. Bedrock tells one after the other, models of the AI SDK several at once. */
interface Block {
  readonly kind: 'text' | 'reasoning' | 'tool' | 'other';
  start?: ContentBlockStart | undefined;
  readonly deltas: ContentBlockDelta[];
  isEnded: boolean;
  /** Its place in the answer, when it has begun. */
  index?: number;
  /** Text as far as it has come. */
  text: string;
  metadata?: SharedV4ProviderMetadata | undefined;
}

/**
 * The events of an answer, one block after the other. What the model's provider ran itself, and files other than images
 * and sounds, have no place in Converse and are left out.
 * @throws AwsError for an error part, for a stream without an end, and for calls whose input is no JSON
 */
export async function* toEvents(
  parts: AsyncIterable<LanguageModelV4StreamPart> | Iterable<LanguageModelV4StreamPart>,
  request: ConverseRequest,
  memory: CallMemory,
): AsyncGenerator<LocalStreamEvent> {
  const writer = new EventWriter(request, memory);
  let hasStarted = false;
  for await (const part of parts) {
    for (const event of writer.read(part)) {
      if (!hasStarted) yield { messageStart: { role: 'assistant' } };
      hasStarted = true;
      yield event;
    }
    if (part.type === 'finish') return;
  }
  throw new AwsError('ModelStreamErrorException', 'The stream of the model ended without its last part.');
}

/** A whole answer as the parts of a stream, so that one reader reads both. */
export function* toParts({
  content,
  finishReason,
  usage,
  providerMetadata,
}: LanguageModelV4GenerateResult): Generator<LanguageModelV4StreamPart> {
  for (const [index, part] of content.entries()) yield* contentParts(part, String(index));
  yield { type: 'finish', finishReason, usage, ...(providerMetadata && { providerMetadata }) };
}

function* contentParts(part: LanguageModelV4Content, id: string): Generator<LanguageModelV4StreamPart> {
  const { providerMetadata: metadata } = part;
  const rest = metadata === undefined ? {} : { providerMetadata: metadata };
  switch (part.type) {
    case 'text':
      yield { type: 'text-start', id };
      yield { type: 'text-delta', id, delta: part.text };
      yield { type: 'text-end', id, ...rest, ...(part.citations && { citations: part.citations }) };
      return;
    case 'reasoning':
      yield { type: 'reasoning-start', id };
      yield { type: 'reasoning-delta', id, delta: part.text };
      yield { type: 'reasoning-end', id, ...rest };
      return;
    default:
      yield part;
  }
}

class EventWriter {
  readonly #request: ConverseRequest;
  readonly #memory: CallMemory;
  readonly #startedAt = Date.now();
  /** Blocks that have begun and are not told to the end; only the first of them is being told. */
  readonly #queue: Block[] = [];
  readonly #open = new Map<string, Block>();
  /** Sources that no text has cited. */
  readonly #sources = new Map<string, LanguageModelV4Source>();
  readonly #output: Size = { characters: 0, mediaBytes: 0 };
  #blocks = 0;
  #callsTools = false;

  constructor(request: ConverseRequest, memory: CallMemory) {
    this.#request = request;
    this.#memory = memory;
  }

  *read(part: LanguageModelV4StreamPart): Generator<LocalStreamEvent> {
    switch (part.type) {
      case 'text-start':
      case 'reasoning-start':
        this.#openBlock(part.id, part.type === 'text-start' ? 'text' : 'reasoning', part.providerMetadata);
        break;
      case 'text-delta':
        this.#deltaOf(part.id, 'text', part.delta, { text: part.delta }, part.providerMetadata);
        break;
      case 'reasoning-delta':
        this.#deltaOf(
          part.id,
          'reasoning',
          part.delta,
          { reasoningContent: { text: part.delta } },
          part.providerMetadata,
        );
        break;
      case 'text-end':
        this.#endText(part);
        break;
      case 'reasoning-end':
        this.#endReasoning(part.id, part.providerMetadata);
        break;
      case 'tool-input-start':
        if (part.providerExecuted !== true) this.#startCall(part);
        break;
      case 'tool-input-delta':
        this.#callInput(part);
        break;
      case 'tool-input-end':
        this.#endCallInput(part.id);
        break;
      case 'tool-call':
        if (part.providerExecuted !== true) this.#endCall(part);
        break;
      case 'file':
        this.#file(part);
        break;
      case 'source':
        this.#sources.set(part.id, part);
        break;
      case 'error':
        throw toAwsFailure(part.error);
      case 'finish':
        yield* this.#finish(part);
        return;
      default:
      // The rest is about the stream and not of the answer, or has no place in Bedrock's.
    }
    yield* this.#tell();
  }

  /* ------------------------------------------------------------------ blocks */

  #push(block: Pick<Block, 'kind'> & Partial<Block>): Block {
    const last = this.#queue.at(-1);
    // A block of text that is left open (some providers end it with the answer) ends where the next begins.
    if (last !== undefined && (last.kind === 'text' || last.kind === 'reasoning')) this.#end(last);
    const pushed: Block = { deltas: [], isEnded: false, text: '', ...block };
    this.#queue.push(pushed);
    return pushed;
  }

  #end(block: Block): void {
    if (block.isEnded) return;
    block.isEnded = true;
    if (block.kind === 'text') this.#memory.rememberText(block.text, block.metadata);
    if (block.kind === 'reasoning') block.deltas.push(...this.#proofOf(block));
  }

  #openBlock(id: string, kind: 'text' | 'reasoning', metadata: SharedV4ProviderMetadata | undefined): Block {
    const block = this.#push({ kind, metadata });
    this.#open.set(`${kind} ${id}`, block);
    return block;
  }

  #deltaOf(
    id: string,
    kind: 'text' | 'reasoning',
    text: string,
    delta: ContentBlockDelta,
    metadata: SharedV4ProviderMetadata | undefined,
  ): void {
    const known = this.#open.get(`${kind} ${id}`);
    const block = known === undefined || known.isEnded ? this.#openBlock(id, kind, metadata) : known;
    merge(block, metadata);
    if (text === '') return;
    block.text += text;
    block.deltas.push(delta);
  }

  #endText({
    id,
    citations = [],
    providerMetadata,
  }: Extract<LanguageModelV4StreamPart, { type: 'text-end' }>) {
    const told = citationsOf(providerMetadata) ?? citations.map(toCitation);
    for (const { source } of citations) this.#sources.delete(source.id);
    let block = this.#open.get(`text ${id}`);
    if (told.length > 0 && (block === undefined || block.isEnded)) {
      block = this.#openBlock(id, 'text', providerMetadata);
    }
    if (block === undefined) return;
    merge(block, providerMetadata);
    block.deltas.push(...told.map(citation => ({ citation })));
    this.#end(block);
  }

  #endReasoning(id: string, metadata: SharedV4ProviderMetadata | undefined): void {
    const block = this.#open.get(`reasoning ${id}`);
    if (block === undefined || block.isEnded) return;
    merge(block, metadata);
    this.#end(block);
  }

  /** What the provider wants to see again of its reasoning, in the place of a signature. */
  #proofOf({ text, metadata }: Block): ContentBlockDelta[] {
    const signature = toSignature(metadata);
    if (signature === undefined) return [];
    // Without a text the block has still to be one.
    const blank = text === '' ? [{ reasoningContent: { text: '' } }] : [];
    return [...blank, { reasoningContent: { signature } }];
  }

  /* ------------------------------------------------------------------- calls */

  #startCall({
    id,
    toolName,
    inputEncoding,
  }: Extract<LanguageModelV4StreamPart, { type: 'tool-input-start' }>): void {
    const block = this.#pushCall(id, toolName);
    // Input that does not come as JSON is told when it is whole.
    this.#open.set(`${inputEncoding === 'text' ? 'text-call' : 'call'} ${id}`, block);
  }

  #pushCall(id: string, name: string): Block {
    this.#callsTools = true;
    return this.#push({ kind: 'tool', start: { toolUse: { toolUseId: this.#memory.remember(id), name } } });
  }

  #callInput({ id, delta }: Extract<LanguageModelV4StreamPart, { type: 'tool-input-delta' }>): void {
    const block = this.#open.get(`call ${id}`);
    if (block === undefined || delta === '') return;
    block.text += delta;
    block.deltas.push({ toolUse: { input: delta } });
  }

  #endCallInput(id: string): void {
    const block = this.#open.get(`call ${id}`);
    if (block !== undefined && block.text !== '') block.isEnded = true;
  }

  #endCall({ toolCallId, toolName, input, providerMetadata }: LanguageModelV4ToolCall): void {
    const block =
      this.#open.get(`call ${toolCallId}`) ??
      this.#open.get(`text-call ${toolCallId}`) ??
      this.#pushCall(toolCallId, toolName);
    if (providerMetadata !== undefined) this.#memory.remember(toolCallId, providerMetadata);
    if (block.text === '') block.deltas.push({ toolUse: { input: wholeInput(input, toolName) } });
    block.isEnded = true;
  }

  /* ------------------------------------------------------------------- files */

  #file(part: Extract<LanguageModelV4StreamPart, { type: 'file' }>): void {
    const media = resolveMedia(part);
    if (part.data.type !== 'data' || (media?.kind !== 'image' && media?.kind !== 'audio')) return;
    const { data } = part.data;
    const bytes = typeof data === 'string' ? data : convertUint8ArrayToBase64(data);
    const { kind, format } = media;
    this.#push({
      kind: 'other',
      start: { [kind]: { format } },
      deltas: [{ [kind]: { source: { bytes } } }],
      isEnded: true,
    });
  }

  /* ----------------------------------------------------------------- the end */

  *#finish({
    finishReason,
    usage,
    providerMetadata,
  }: Extract<LanguageModelV4StreamPart, { type: 'finish' }>): Generator<LocalStreamEvent> {
    if (finishReason.unified === 'interrupted') {
      throw new AwsError('ModelStreamErrorException', 'The answer of the model was interrupted.');
    }
    if (finishReason.unified === 'error') {
      throw new AwsError('ModelErrorException', 'The model ended with an error that it did not name.');
    }
    if (this.#sources.size > 0) {
      const deltas = [...this.#sources.values()].map(source => ({ citation: toCitation({ source }) }));
      this.#push({ kind: 'other', deltas, isEnded: true });
    }
    for (const block of this.#queue) this.#end(block);
    yield* this.#tell();
    const stopReason = toStopReason(finishReason, this.#callsTools);
    const stopSequence = memberOf(providerMetadata, 'stopSequence') ?? null;
    yield {
      messageStop: {
        stopReason,
        ...fieldsAskedFor(this.#request, { stop_reason: stopReason, stop_sequence: stopSequence }),
      },
    };
    yield {
      metadata: { metrics: { latencyMs: Date.now() - this.#startedAt }, usage: this.#usageOf(usage) },
    };
  }

  /** Estimated, as for scripts, where the model does not tell. */
  #usageOf({ inputTokens, outputTokens }: LanguageModelV4Usage): TokenUsage {
    const { cacheRead = 0, cacheWrite = 0 } = inputTokens;
    const prompt = inputTokens.total ?? countPrompt(this.#request);
    const input = inputTokens.noCache ?? Math.max(0, prompt - cacheRead - cacheWrite);
    const output = outputTokens.total ?? tokensOfSize(this.#output);
    return {
      inputTokens: input,
      outputTokens: output,
      totalTokens: input + cacheRead + cacheWrite + output,
      cacheReadInputTokens: cacheRead,
      cacheWriteInputTokens: cacheWrite,
      ...(outputTokens.reasoning !== undefined && { reasoningTokens: outputTokens.reasoning }),
    };
  }

  /** Tells what can be told: the first block as far as it has come, and the next ones when it has ended. */
  *#tell(): Generator<LocalStreamEvent> {
    for (let block = this.#queue[0]; block !== undefined; block = this.#queue[0]) {
      yield* this.#tellBlock(block);
      if (!block.isEnded) return;
      if (block.index !== undefined) yield { contentBlockStop: { contentBlockIndex: block.index } };
      this.#queue.shift();
    }
  }

  *#tellBlock(block: Block): Generator<LocalStreamEvent> {
    const { start } = block;
    // A text without a word is no block.
    if (start === undefined && block.deltas.length === 0) return;
    block.index ??= this.#blocks++;
    const contentBlockIndex = block.index;
    if (start !== undefined) yield { contentBlockStart: { contentBlockIndex, start } };
    block.start = undefined;
    for (const delta of block.deltas.splice(0)) {
      addSize(this.#output, sizeOf(delta));
      yield { contentBlockDelta: { contentBlockIndex, delta } };
    }
  }
}

/* -------------------------------------------------------------------- details */

function merge(block: Block, metadata: SharedV4ProviderMetadata = {}): void {
  for (const [provider, members] of Object.entries(metadata)) {
    block.metadata = { ...block.metadata, [provider]: { ...block.metadata?.[provider], ...members } };
  }
}

/** @throws AwsError for what is no JSON, which no client could read */
function wholeInput(input: string, toolName: string): string {
  if (input.trim() === '') return '{}';
  try {
    JSON.parse(input);
    return input;
  } catch {
    throw new AwsError('ModelErrorException', `The model called the tool ${toolName} with broken JSON.`);
  }
}

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

/** A text of any provider's metadata. */
function memberOf(metadata: SharedV4ProviderMetadata | undefined, name: string): string | undefined {
  const values = Object.values(metadata ?? {}).map(members =>
    isObject(members) ? members[name] : undefined,
  );
  return values.find((value): value is string => typeof value === 'string' && value !== '');
}

/** Those of a model of Bedrock, as it gave them. */
function citationsOf(metadata: SharedV4ProviderMetadata | undefined): Citation[] | undefined {
  const citations: JSONValue | undefined = metadata?.['bedrock']?.['citations'];
  return Array.isArray(citations) ? (citations.filter(isObject) as JSONObject[] as Citation[]) : undefined;
}

function toCitation({ source, citedText }: LanguageModelV4Citation): Citation {
  return {
    ...(source.title !== undefined && { title: source.title }),
    ...(citedText !== undefined && { sourceContent: [{ text: citedText }] }),
    ...(source.sourceType === 'url'
      ? { location: { web: { url: source.url, domain: domainOf(source.url) } } }
      : source.filename !== undefined && { source: source.filename }),
  };
}

function domainOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}
