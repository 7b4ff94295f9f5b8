import type { JSONObject, JSONValue, LanguageModelV4ToolResultPart } from '@ai-sdk/provider';
import { ownOptions } from '../provider-options.ts';
import { isJsonObject } from './json-object.ts';
import type { BedrockCachePoint } from './options.ts';
import { readOptions } from './read-options.ts';
import type { RequestContext } from './request-context.ts';
import { type MediaBlock, toMediaBlock } from './to-media.ts';
import type { ContentBlock, SearchResultBlock, ToolResultBlock, ToolResultContent } from './wire.ts';

type Output = LanguageModelV4ToolResultPart['output'];
type ContentItem = Extract<Output, { type: 'content' }>['value'][number];

export interface ToolResultBlocks {
  /** Stands at the start of the user message, as the service asks of results. */
  readonly result: ContentBlock[];
  /** Files that the model does not take inside a result; they stand behind all results. */
  readonly files: ContentBlock[];
  /** The caller's cache point, to stand behind the result. */
  readonly cachePoint: BedrockCachePoint | undefined;
}

/** The result of a tool that the caller ran. */
export function toToolResult(part: LanguageModelV4ToolResultPart, context: RequestContext): ToolResultBlocks {
  const reader = new OutputReader(context);
  reader.read(part.output);
  const cachePoint =
    readOptions('message', part.providerOptions, context.where)?.cachePoint ?? reader.cachePoint;
  const name = context.toolNames.wire(part.toolName);
  const moved = reader.files.length > 0;
  const files = moved ? [{ text: `From the result of the tool "${name}":` }, ...reader.files] : [];
  const content = orPlaceholder(
    reader.content,
    moved ? 'The result follows below.' : 'The tool returned nothing.',
  );
  if (context.traits.tools.unsupported !== undefined) {
    const text = `Result of the tool "${name}"${reader.isError ? ' (an error)' : ''}:`;
    return { result: [{ text }, ...content.map(asContentBlock)], files, cachePoint };
  }
  const toolResult: ToolResultBlock = { toolUseId: context.callIds.forResult(part.toolCallId), content };
  // Success is the service's default.
  if (reader.isError && context.traits.tools.resultStatus !== false) toolResult.status = 'error';
  else if (reader.isError) content.unshift({ text: 'The tool failed:' });
  context.calledTools.add(name);
  return { result: [{ toolResult }], files, cachePoint };
}

/** The result of a tool that Bedrock ran, which belongs into the assistant's own message. */
export function toServerToolResult(
  part: LanguageModelV4ToolResultPart,
  context: RequestContext,
): { toolResult: ToolResultBlock } {
  const given = ownOptions(part.providerOptions);
  const whole = replayedBlock(part.output);
  const reader = new OutputReader(context);
  if (whole === undefined) reader.read(part.output);
  else reader.readBlocks(whole['content'] as JSONValue[]);
  const toolResult: ToolResultBlock = {
    toolUseId: context.callIds.forResult(part.toolCallId),
    content: orPlaceholder(reader.content, 'The tool returned nothing.'),
  };
  const status = whole?.['status'] ?? (reader.isError ? 'error' : undefined);
  if (status === 'success' || status === 'error') toolResult.status = status;
  const type = given?.['type'] ?? whole?.['type'];
  if (typeof type === 'string') toolResult.type = type;
  return { toolResult };
}

/** The block as the reply brought it, or as the text that UI messages keep of a failed one. */
function replayedBlock(output: Output): JSONObject | undefined {
  const value = 'value' in output ? output.value : undefined;
  const block: unknown = typeof value === 'string' ? parseOrUndefined(value) : value;
  return isJsonObject(block) && Array.isArray(block['content']) ? block : undefined;
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Gathers what an output says, in the service's terms. */
class OutputReader {
  readonly content: ToolResultContent[] = [];
  readonly files: MediaBlock[] = [];
  isError = false;
  cachePoint: BedrockCachePoint | undefined;

  readonly #context: RequestContext;

  constructor(context: RequestContext) {
    this.#context = context;
  }

  read(output: Output): void {
    switch (output.type) {
      case 'text':
        return this.#text(output.value);
      case 'json':
        return this.#json(output.value);
      case 'error-text':
        this.isError = true;
        return this.#text(output.value);
      case 'error-json':
        this.isError = true;
        return this.#json(output.value);
      case 'execution-denied':
        this.isError = true;
        return this.#text(output.reason || 'The user did not allow this call.');
      case 'content':
        for (const item of output.value) this.#item(item);
        return;
    }
  }

  /** Blocks as a reply brought them. */
  readBlocks(blocks: readonly JSONValue[]): void {
    for (const block of blocks) {
      if (!isJsonObject(block)) continue;
      if (typeof block['text'] === 'string') this.#text(block['text']);
      else if (block['json'] !== undefined) this.#json(block['json']);
      // The service made the block: only its kind is looked at.
      else if (isOtherContent(block)) this.content.push(block);
    }
  }

  #item(item: ContentItem): void {
    switch (item.type) {
      case 'text':
        this.#text(item.text);
        this.cachePoint ??= readOptions('message', item.providerOptions, this.#context.where)?.cachePoint;
        return;
      case 'file': {
        const options = readOptions('file', item.providerOptions, this.#context.where);
        this.cachePoint ??= options?.cachePoint;
        const block = toMediaBlock(item, options, this.#context);
        if (block !== undefined) this.#file(block);
        return;
      }
      case 'custom':
        return this.#custom(item);
    }
  }

  #text(text: string): void {
    // The service refuses blank text.
    if (/\S/.test(text)) this.content.push({ text });
  }

  /** The service takes objects only as `json`: anything else is a 400 that says «Provide a json object». */
  #json(value: JSONValue): void {
    if (isJsonObject(value)) this.content.push({ json: value });
    else this.#text(typeof value === 'string' ? value : JSON.stringify(value));
  }

  #file(block: MediaBlock): void {
    const media =
      this.#context.traits.tools.unsupported === undefined && this.#context.traits.content.toolResultMedia;
    if (media && 'image' in block && media.includes('image')) this.content.push(block);
    else if (media && 'document' in block && media.includes('document')) this.content.push(block);
    else if (media && 'video' in block && media.includes('video')) this.content.push(block);
    // Converse has no audio in tool results at all.
    else this.files.push(block);
  }

  #custom(item: Extract<ContentItem, { type: 'custom' }>): void {
    const options = readOptions('toolResultContent', item.providerOptions, this.#context.where);
    this.cachePoint ??= options?.cachePoint;
    if (options?.searchResult !== undefined) {
      const searchResult: SearchResultBlock = options.searchResult;
      this.#context.hasSearchResults = true;
      this.content.push({ searchResult });
    } else if (options?.json !== undefined) {
      this.content.push({ json: options.json });
    } else {
      this.#context.unsupported(
        'custom tool result content',
        'Bedrock takes custom content with `providerOptions.bedrock.searchResult` or `.json`; other was left out.',
      );
    }
  }
}

function isOtherContent(block: object): block is ToolResultContent {
  const [member = '', ...others] = Object.keys(block);
  return others.length === 0 && ['image', 'document', 'video', 'searchResult'].includes(member);
}

/** An empty result is not the same to every family; this is. */
function orPlaceholder(content: ToolResultContent[], text: string): ToolResultContent[] {
  return content.length > 0 ? content : [{ text }];
}

/** For models without tools: only `json` is not a content block of a message as well. */
function asContentBlock(content: ToolResultContent): ContentBlock {
  return 'json' in content ? { text: JSON.stringify(content.json) } : content;
}
