/**
 * The one place where the content of a reply is read. A stream's events go through it as they come, a whole
 * reply is replayed through it (`from-response.ts`), so the two cannot drift.
 *
 * The order of parts follows the AI SDK's stream protocol: every block is started before its deltas and
 * ended before the finish, tool calls come after their input, `finish` is last and comes once.
 */
import type {
  JSONObject,
  JSONValue,
  LanguageModelV4FinishReason,
  LanguageModelV4StreamPart,
  SharedV4ProviderMetadata,
} from '@ai-sdk/provider';
import type { MediaKind } from '../family.ts';
import { joinBase64 } from './base64.ts';
import { CitationReader } from './citations.ts';
import { mediaKindOf, mediaTypeOf } from './media-types.ts';
import { finishReason, replyMetadata, toUsage } from './metadata.ts';
import type { RequestFacts } from './request-facts.ts';
import type {
  Citation,
  ContentBlockDelta,
  ContentBlockStart,
  ConverseStreamEvents,
  ReplyMediaBlock,
  ReplyMetadata,
  ReplyToolResultContent,
} from './wire.ts';

type Emit = (part: LanguageModelV4StreamPart) => void;
export type FinishPart = Extract<LanguageModelV4StreamPart, { type: 'finish' }>;

/** A content block whose end has not come yet. */
type OpenBlock =
  | { kind: 'text'; id: string; length: number; citations: Citation[] }
  | { kind: 'reasoning'; id: string; signature: string; redacted: string[] }
  | { kind: 'tool-call'; id: string; toolName: string; input: string; server: ServerTool | undefined }
  | { kind: 'json-answer'; id: string; length: number }
  /** Text beside a forced JSON tool: whether it is the answer is known only when that tool is called or not. */
  | { kind: 'held-text'; text: string }
  | {
      kind: 'tool-result';
      toolUseId: string;
      status?: string;
      type?: string;
      content: ReplyToolResultContent[];
    }
  | { kind: 'media'; member: MediaKind; bytes: string[]; rest: Omit<ReplyMediaBlock, 'source'> }
  | { kind: 'citations'; citations: Citation[] }
  | { kind: 'unknown'; start: JSONObject; deltas: JSONValue[] };

interface ServerTool {
  /** The caller did not declare the tool, so the SDK must not look for it. */
  readonly dynamic: boolean;
}

export class ReplyReader {
  readonly #facts: RequestFacts;
  readonly #generateId: () => string;
  readonly #emit: Emit;
  readonly #citations: CitationReader;

  readonly #open = new Map<number, OpenBlock>();
  readonly #toolCallIds = new Set<string>();
  /** By Bedrock's id of the call. */
  readonly #serverCalls = new Map<string, { toolCallId: string; toolName: string } & ServerTool>();

  #held: string[] = [];
  #jsonAnswered = false;
  #callsTools = false;
  #blocks = 0;
  #stopReason: string | undefined;
  #stopped = false;
  #cutShort = false;
  #metadata: ReplyMetadata = {};
  #additionalFields: JSONValue | undefined;

  constructor(facts: RequestFacts, generateId: () => string, emit: Emit) {
    this.#facts = facts;
    this.#generateId = generateId;
    this.#emit = emit;
    this.#citations = new CitationReader(facts, generateId, emit);
  }

  /** Whether `messageStop` has come: without it the reply is not whole, however the connection ended. */
  get stopped(): boolean {
    return this.#stopped;
  }

  read<Type extends keyof ConverseStreamEvents>(type: Type | (string & {}), payload: unknown): void {
    // A reply is outside our control: members are read as optional, and unknown ones pass.
    switch (type) {
      case 'contentBlockDelta':
        return this.#delta(payload as ConverseStreamEvents['contentBlockDelta']);
      case 'contentBlockStart':
        return this.#start(payload as ConverseStreamEvents['contentBlockStart']);
      case 'contentBlockStop':
        return this.#stop((payload as ConverseStreamEvents['contentBlockStop']).contentBlockIndex ?? 0);
      case 'messageStop':
        return this.#messageStop(payload as ConverseStreamEvents['messageStop']);
      case 'metadata':
        return this.#readMetadata(payload as ConverseStreamEvents['metadata']);
      default:
        // `messageStart` says only the role, and `initial-response` nothing. Events of a later API version
        // are in the raw chunks for whoever wants them.
        return;
    }
  }

  /**
   * Ends the reply: what is open is closed, then comes `finish`.
   * @param reason replaces the reply's own stop reason, where the reply was cut short
   */
  finish(reason?: LanguageModelV4FinishReason): FinishPart {
    this.#cutShort = reason !== undefined;
    this.#closeAll();
    const finish: FinishPart = {
      type: 'finish',
      finishReason: reason ?? finishReason(this.#stopReason, this.#callsTools),
      usage: toUsage(this.#metadata.usage, this.#additionalFields),
      providerMetadata: { bedrock: replyMetadata(this.#facts, this.#metadata, this.#additionalFields) },
    };
    this.#emit(finish);
    return finish;
  }

  /* ------------------------------------------------------------- events */

  #start({ contentBlockIndex: index = 0, start }: ConverseStreamEvents['contentBlockStart']): void {
    this.#stop(index);
    if (start?.toolUse) this.#startToolCall(index, start.toolUse);
    else if (start?.toolResult) this.#startToolResult(index, start.toolResult);
    else if (start != null && Object.keys(start).length > 0) {
      const member = mediaKindOf(start);
      if (member === undefined) {
        this.#open.set(index, { kind: 'unknown', start: start as JSONObject, deltas: [] });
      } else this.#media(index, member, start[member] ?? {});
    }
    // `start: {}` announces a text or reasoning block; its first delta says which.
  }

  #delta({ contentBlockIndex: index = 0, delta }: ConverseStreamEvents['contentBlockDelta']): void {
    // Members that are null count as absent.
    if (delta == null) return;
    if (delta.text != null) this.#text(index, delta.text);
    else if (delta.reasoningContent != null) this.#reasoning(index, delta.reasoningContent);
    else if (delta.toolUse != null) this.#toolInput(index, inputText(delta.toolUse.input));
    else if (delta.citation != null) this.#citation(index, delta.citation);
    else if (delta.toolResult != null) this.#toolResult(index, delta.toolResult);
    else if (delta.searchResult != null) this.#searchResult(index, delta.searchResult);
    else {
      const member = mediaKindOf(delta);
      if (member === undefined) this.#unknown(index, delta as JSONObject);
      else this.#media(index, member, delta[member] ?? {});
    }
  }

  #messageStop({ stopReason, additionalModelResponseFields }: ConverseStreamEvents['messageStop']): void {
    this.#closeAll();
    this.#stopped = true;
    this.#stopReason = stopReason;
    if (additionalModelResponseFields !== undefined && additionalModelResponseFields !== null) {
      this.#additionalFields = additionalModelResponseFields;
    }
  }

  #readMetadata(metadata: ReplyMetadata & { p?: unknown }): void {
    this.#metadata = metadata;
    // A prompt router says only here which model answered.
    const invoked = metadata.trace?.promptRouter?.invokedModelId;
    if (typeof invoked === 'string') this.#emit({ type: 'response-metadata', modelId: invoked });
  }

  /* ------------------------------------------------------ text and JSON */

  #text(index: number, text: string): void {
    let block = this.#open.get(index);
    if (block?.kind !== 'text' && block?.kind !== 'held-text') {
      // Some models begin with an empty delta, also where no text follows.
      if (text === '') return;
      // A citation may come before the text it belongs to.
      const citations = block?.kind === 'citations' ? block.citations : [];
      if (block?.kind !== 'citations') this.#stop(index);
      block =
        this.#facts.jsonTool === undefined ? this.#startText(citations) : { kind: 'held-text', text: '' };
      this.#open.set(index, block);
    }
    if (block.kind === 'held-text') {
      block.text += text;
      return;
    }
    block.length += text.length;
    // Models send empty deltas; they say nothing and cost a part each.
    if (text !== '') this.#emit({ type: 'text-delta', id: block.id, delta: text });
  }

  #startText(citations: Citation[]): Extract<OpenBlock, { kind: 'text' }> {
    const id = this.#nextId();
    this.#emit({ type: 'text-start', id });
    return { kind: 'text', id, length: 0, citations };
  }

  /** Ids of text and reasoning blocks count up: Bedrock's own indexes may be missing or used twice. */
  #nextId(): string {
    return String(this.#blocks++);
  }

  /** Text that was held back beside a forced JSON tool turned out to be the answer, or talk around it. */
  #releaseHeldText(kind: 'text' | 'reasoning'): void {
    const texts = this.#held;
    this.#held = [];
    for (const delta of texts) {
      const id = this.#nextId();
      this.#emit({ type: `${kind}-start`, id });
      this.#emit({ type: `${kind}-delta`, id, delta });
      this.#emit({ type: `${kind}-end`, id });
    }
  }

  /* ---------------------------------------------------------- reasoning */

  #reasoning(index: number, delta: NonNullable<ContentBlockDelta['reasoningContent']>): void {
    let block = this.#open.get(index);
    if (block?.kind !== 'reasoning') {
      this.#stop(index);
      block = { kind: 'reasoning', id: this.#nextId(), signature: '', redacted: [] };
      this.#open.set(index, block);
      this.#emit({ type: 'reasoning-start', id: block.id });
    }
    if (delta.text) this.#emit({ type: 'reasoning-delta', id: block.id, delta: delta.text });
    if (delta.signature) block.signature += delta.signature;
    if (delta.redactedContent) block.redacted.push(delta.redactedContent);
  }

  /* --------------------------------------------------------- tool calls */

  #startToolCall(index: number, start: NonNullable<ContentBlockStart['toolUse']>): void {
    const wireName = start.name ?? '';
    if (wireName === this.#facts.jsonTool) {
      this.#jsonAnswered = true;
      this.#releaseHeldText('reasoning');
      const id = this.#nextId();
      this.#open.set(index, { kind: 'json-answer', id, length: 0 });
      this.#emit({ type: 'text-start', id });
      return;
    }
    this.#releaseHeldText(this.#jsonAnswered ? 'reasoning' : 'text');
    const toolName = this.#facts.toolNames.get(wireName) ?? wireName;
    const id = this.#uniqueToolCallId(start.toolUseId);
    const server = this.#isServerTool(start) ? { dynamic: !this.#facts.toolNames.has(wireName) } : undefined;
    if (server) this.#serverCalls.set(start.toolUseId ?? id, { toolCallId: id, toolName, ...server });
    else this.#callsTools = true;
    this.#open.set(index, { kind: 'tool-call', id, toolName, input: '', server });
    this.#emit({ type: 'tool-input-start', id, toolName, ...serverFlags(server) });
  }

  #isServerTool({ type, name = '' }: NonNullable<ContentBlockStart['toolUse']>): boolean {
    // Real replies of Nova sometimes leave the type out, so the name counts as well.
    return type === 'server_tool_use' || this.#facts.serverTools.has(name);
  }

  /** A model that gives two calls one id would have the SDK run the tool twice for one of them. */
  #uniqueToolCallId(given: string | undefined): string {
    let id = given || this.#generateId();
    for (let copy = 2; this.#toolCallIds.has(id); copy++) id = `${given}-${copy}`;
    this.#toolCallIds.add(id);
    return id;
  }

  #toolInput(index: number, delta: string): void {
    const block = this.#open.get(index);
    if (block?.kind === 'json-answer') {
      block.length += delta.length;
      if (delta !== '') this.#emit({ type: 'text-delta', id: block.id, delta });
    } else if (block?.kind === 'tool-call') {
      block.input += delta;
      if (delta !== '') this.#emit({ type: 'tool-input-delta', id: block.id, delta });
    } else {
      this.#unknown(index, { toolUse: { input: delta } });
    }
  }

  #endToolCall({ id, toolName, input, server }: Extract<OpenBlock, { kind: 'tool-call' }>): void {
    this.#emit({ type: 'tool-input-end', id });
    // A call that the model did not finish is none: in the history it would wait for a result for ever.
    if (this.#cutShort) return;
    // A tool without arguments streams no input at all.
    this.#emit({ type: 'tool-call', toolCallId: id, toolName, input: input || '{}', ...serverFlags(server) });
  }

  /* ------------------------------------------------- server tool results */

  #startToolResult(index: number, start: NonNullable<ContentBlockStart['toolResult']>): void {
    const { toolUseId = '', status, type } = start;
    this.#open.set(index, {
      kind: 'tool-result',
      toolUseId,
      ...(status === undefined ? {} : { status }),
      ...(type === undefined ? {} : { type }),
      content: [],
    });
  }

  #toolResult(index: number, deltas: NonNullable<ContentBlockDelta['toolResult']>): void {
    const block = this.#open.get(index);
    if (block?.kind !== 'tool-result') return this.#unknown(index, { toolResult: deltas as JSONValue });
    for (const delta of deltas) {
      const last = block.content.at(-1);
      // Text comes in pieces, everything else whole.
      if (delta.text !== undefined && last?.text !== undefined) last.text += delta.text;
      else block.content.push({ ...delta });
    }
  }

  #endToolResult({ toolUseId, status, type, content }: Extract<OpenBlock, { kind: 'tool-result' }>): void {
    const call = this.#serverCalls.get(toolUseId);
    // The block as Bedrock gave it, so that the next request can send it back unchanged.
    const result: JSONObject = {
      content: content as JSONObject[],
      ...(status === undefined ? {} : { status }),
      ...(type === undefined ? {} : { type }),
    };
    if (call === undefined) {
      // The SDK takes no result without its call.
      this.#custom('unknown', { start: { toolResult: { toolUseId } }, deltas: [{ toolResult: result }] });
      return;
    }
    this.#emit({
      type: 'tool-result',
      toolCallId: call.toolCallId,
      toolName: call.toolName,
      result,
      ...(status === 'error' ? { isError: true } : {}),
      ...(call.dynamic ? { dynamic: true } : {}),
    });
  }

  /* -------------------------------------------------------------- media */

  #media(index: number, member: MediaKind, { source, ...rest }: ReplyMediaBlock): void {
    let block = this.#open.get(index);
    if (block?.kind !== 'media') {
      this.#stop(index);
      block = { kind: 'media', member, bytes: [], rest: {} };
      this.#open.set(index, block);
    }
    // A failed image has a source all the same, with nothing in it.
    if (source?.bytes) block.bytes.push(source.bytes);
    else if (source !== undefined && source.bytes === undefined) Object.assign(block.rest, { source });
    Object.assign(block.rest, rest);
  }

  #endMedia({ member, bytes, rest }: Extract<OpenBlock, { kind: 'media' }>): void {
    const { format, name, ...others } = rest;
    if (bytes.length > 0) {
      this.#emit({
        type: 'file',
        mediaType: mediaTypeOf(member, format),
        data: { type: 'data', data: joinBase64(bytes) },
        // Documents have one, and the next request needs it.
        ...(name === undefined ? {} : { providerMetadata: { bedrock: { name } } }),
      });
    }
    // An error in place of the image, or an S3 address that the SDK cannot download.
    if (Object.keys(others).length > 0) this.#custom(member, { [member]: rest as JSONObject });
  }

  /* ---------------------------------------------------------- citations */

  #citation(index: number, citation: Citation): void {
    const block = this.#open.get(index);
    if (block?.kind === 'text' || block?.kind === 'citations') {
      block.citations.push(citation);
    } else if (block?.kind !== 'held-text') {
      this.#stop(index);
      this.#open.set(index, { kind: 'citations', citations: [citation] });
    }
    this.#citations.source(citation);
  }

  #endText({ id, length, citations }: Extract<OpenBlock, { kind: 'text' }>): void {
    if (citations.length === 0) return this.#emit({ type: 'text-end', id });
    this.#emit({
      type: 'text-end',
      id,
      citations: citations.map(citation => this.#citations.read(citation, length)),
      // For the next request, which sends the block back as Bedrock gave it.
      providerMetadata: { bedrock: { citations: citations as JSONValue } },
    });
  }

  #searchResult(index: number, searchResult: JSONObject): void {
    this.#stop(index);
    this.#custom('searchResult', { searchResult });
  }

  /* ------------------------------------------------------------ closing */

  #stop(index: number): void {
    const block = this.#open.get(index);
    if (block === undefined) return;
    this.#open.delete(index);
    switch (block.kind) {
      case 'text':
        return this.#endText(block);
      case 'reasoning':
        return this.#emit({ type: 'reasoning-end', id: block.id, ...reasoningMetadata(block) });
      case 'tool-call':
        return this.#endToolCall(block);
      case 'json-answer':
        if (block.length === 0 && !this.#cutShort) {
          this.#emit({ type: 'text-delta', id: block.id, delta: '{}' });
        }
        return this.#emit({ type: 'text-end', id: block.id });
      case 'held-text':
        this.#held.push(block.text);
        if (this.#jsonAnswered) this.#releaseHeldText('reasoning');
        return;
      case 'tool-result':
        return this.#endToolResult(block);
      case 'media':
        return this.#endMedia(block);
      case 'citations':
        // Nova cites in a block of its own behind the text.
        return this.#custom('citations', { citationsContent: { citations: block.citations as JSONValue } });
      case 'unknown':
        return this.#custom('unknown', { start: block.start, deltas: block.deltas });
    }
  }

  #closeAll(): void {
    for (const index of [...this.#open.keys()]) this.#stop(index);
    this.#releaseHeldText(this.#jsonAnswered ? 'reasoning' : 'text');
  }

  #unknown(index: number, delta: JSONObject): void {
    const block = this.#open.get(index);
    if (block?.kind === 'unknown') {
      block.deltas.push(delta);
    } else {
      this.#stop(index);
      this.#open.set(index, { kind: 'unknown', start: {}, deltas: [delta] });
    }
  }

  /** A block that the AI SDK has no part for; its metadata brings it back in the next prompt. */
  #custom(kind: string, block: JSONObject): void {
    this.#emit({ type: 'custom', kind: `bedrock.${kind}`, providerMetadata: { bedrock: { block } } });
  }
}

/** Pieces of JSON text; some gateways send the value itself. */
function inputText(input: unknown): string {
  if (input == null) return '';
  return typeof input === 'string' ? input : JSON.stringify(input);
}

function serverFlags(server: ServerTool | undefined): { providerExecuted?: true; dynamic?: true } {
  if (server === undefined) return {};
  return server.dynamic ? { providerExecuted: true, dynamic: true } : { providerExecuted: true };
}

function reasoningMetadata({ signature, redacted }: Extract<OpenBlock, { kind: 'reasoning' }>): {
  providerMetadata?: SharedV4ProviderMetadata;
} {
  if (signature === '' && redacted.length === 0) return {};
  return {
    providerMetadata: {
      bedrock: {
        ...(signature === '' ? {} : { signature }),
        ...(redacted.length === 0 ? {} : { redactedData: joinBase64(redacted) }),
      },
    },
  };
}
