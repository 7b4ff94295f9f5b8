/** The parts of user and assistant messages as content blocks. */
import type {
  JSONObject,
  JSONValue,
  LanguageModelV4CustomPart,
  LanguageModelV4FilePart,
  LanguageModelV4Message,
  LanguageModelV4ReasoningPart,
  LanguageModelV4TextPart,
  LanguageModelV4ToolCallPart,
  LanguageModelV4ToolResultPart,
} from '@ai-sdk/provider';
import { ownOptions } from '../provider-options.ts';
import { isJsonObject } from './json-object.ts';
import { mediaKindOf, resolveMedia } from './media-types.ts';
import type { BedrockGuardContentOptions } from './options.ts';
import { pushCachePoint } from './prompt-cache.ts';
import { readOptions } from './read-options.ts';
import type { RequestContext } from './request-context.ts';
import { toCitation, toCitationsContent } from './to-citations.ts';
import { toMediaBlock } from './to-media.ts';
import { toServerToolResult } from './to-tool-result.ts';
import type { ContentBlock, GuardContentBlock } from './wire.ts';

type UserPart = Extract<LanguageModelV4Message, { role: 'user' }>['content'][number];
type AssistantPart = Extract<LanguageModelV4Message, { role: 'assistant' }>['content'][number];

/* -------------------------------------------------------------------- user */

export function pushUserPart(blocks: ContentBlock[], part: UserPart, context: RequestContext): void {
  switch (part.type) {
    case 'text':
      return pushUserText(blocks, part, context);
    case 'file':
      return pushUserFile(blocks, part, context);
  }
}

function pushUserText(blocks: ContentBlock[], part: LanguageModelV4TextPart, context: RequestContext): void {
  const { text } = part;
  const options = readOptions('text', part.providerOptions, context.where);
  // The service refuses blank text.
  if (/\S/.test(text)) {
    const { searchResult } = options ?? {};
    if (searchResult !== undefined) {
      context.hasSearchResults = true;
      blocks.push({ searchResult: { ...searchResult, content: [{ text }] } });
    } else {
      blocks.push(guardedText(text, options) ?? { text });
    }
  }
  pushCachePoint(blocks, options?.cachePoint, 'messages', context);
}

/** Text that is marked for the guardrail; undefined where it is not. */
export function guardedText(
  text: string,
  options: BedrockGuardContentOptions | undefined,
): { guardContent: GuardContentBlock } | undefined {
  const qualifiers = options?.guardContentQualifiers;
  if (!options?.guardContent && qualifiers === undefined) return undefined;
  return { guardContent: { text: qualifiers === undefined ? { text } : { text, qualifiers } } };
}

function pushUserFile(blocks: ContentBlock[], part: LanguageModelV4FilePart, context: RequestContext): void {
  const options = readOptions('file', part.providerOptions, context.where);
  const block = toMediaBlock(part, options, context);
  if (block !== undefined) blocks.push(options?.guardContent ? guardedFile(block, context) : block);
  pushCachePoint(blocks, options?.cachePoint, 'messages', context);
}

function guardedFile(block: ContentBlock, context: RequestContext): ContentBlock {
  if ('image' in block && 'bytes' in block.image.source) {
    const { format, source } = block.image;
    if (format === 'png' || format === 'jpeg') {
      return { guardContent: { image: { format, source: { bytes: source.bytes } } } };
    }
  }
  context.unsupported(
    'guardContent',
    'A guardrail checks PNG and JPEG images given as bytes, and text; another file was sent without the mark.',
  );
  return block;
}

/* --------------------------------------------------------------- assistant */

/** @param files takes the files that may not stand in an assistant message */
export function pushAssistantPart(
  blocks: ContentBlock[],
  files: ContentBlock[],
  part: AssistantPart,
  context: RequestContext,
): void {
  switch (part.type) {
    case 'text':
      pushAssistantText(blocks, part, context);
      break;
    case 'reasoning':
      // No cache point may stand behind reasoning.
      return pushReasoning(blocks, part, context);
    case 'file':
      pushAssistantFile(blocks, files, part, context);
      break;
    case 'reasoning-file':
      context.unsupported('reasoning files', 'Bedrock takes no files in reasoning; they were left out.');
      return;
    case 'custom':
      return pushCustom(blocks, files, part, context);
    case 'tool-call':
      pushToolCall(blocks, part, context);
      break;
    case 'tool-result':
      pushServerToolResult(blocks, part, context);
      break;
  }
  const options = readOptions('message', part.providerOptions, context.where);
  pushCachePoint(blocks, options?.cachePoint, 'messages', context);
}

function pushAssistantText(
  blocks: ContentBlock[],
  { text, providerOptions }: LanguageModelV4TextPart,
  { traits }: RequestContext,
): void {
  if (!/\S/.test(text)) {
    // See `dropBlankText`, which decides when it is known what follows.
    if (isReasoning(blocks.at(-1))) blocks.push({ text });
    return;
  }
  const citations = ownOptions(providerOptions)?.['citations'];
  if (Array.isArray(citations) && citations.length > 0 && traits.content.citationsReplay !== false) {
    blocks.push({ citationsContent: { content: [{ text }], citations: citations.flatMap(toCitation) } });
  } else {
    blocks.push({ text });
  }
}

/**
 * The service refuses blank text, and models write it between other blocks. Only between two blocks of reasoning
 * does it stay: without it they would be neighbors, and count as changed.
 */
export function dropBlankText(blocks: readonly ContentBlock[]): ContentBlock[] {
  return blocks.filter(
    (block, index) => !('text' in block) || /\S/.test(block.text) || isReasoning(blocks[index + 1]),
  );
}

export function isReasoning(block: ContentBlock | undefined): boolean {
  return block !== undefined && 'reasoningContent' in block;
}

/**
 * Reasoning comes back with the signature that proves it unchanged. Without one it is left out where the model
 * would refuse it; no warning, because histories are full of it and the model does not miss it.
 */
function pushReasoning(
  blocks: ContentBlock[],
  { text, providerOptions }: LanguageModelV4ReasoningPart,
  { traits }: RequestContext,
): void {
  const replay = traits.content.reasoningReplay;
  if (replay === 'never') return;
  const { signature, ...metadata } = ownOptions(providerOptions) ?? {};
  // The second is the name in histories of the official provider.
  const redacted = metadata['redactedData'] ?? metadata['redactedContent'];
  if (typeof redacted === 'string' && redacted !== '') {
    blocks.push({ reasoningContent: { redactedContent: redacted } });
  }
  if (typeof signature === 'string' && signature !== '') {
    // The signature covers the text to the last blank, and stands for text that was not shown at all.
    blocks.push({ reasoningContent: { reasoningText: { text, signature } } });
  } else if (replay === 'always' && /\S/.test(text)) {
    blocks.push({ reasoningContent: { reasoningText: { text } } });
  }
}

/** A file that a model made, e.g. an image. What cannot be sent back must not end the conversation. */
function pushAssistantFile(
  blocks: ContentBlock[],
  files: ContentBlock[],
  part: LanguageModelV4FilePart,
  context: RequestContext,
): void {
  const media = resolveMedia(part);
  const fits = media !== undefined && context.traits.content.refuses[media.kind] === undefined;
  const sendable =
    part.data.type === 'data' || (part.data.type === 'url' && part.data.url.protocol === 's3:');
  if (!fits || !sendable) {
    context.unsupported('assistant files', `A file of type ${part.mediaType} in an answer was left out.`);
    return;
  }
  // The name of a document came with it.
  const block = toMediaBlock(part, readOptions('file', part.providerOptions, context.where), context);
  if (block !== undefined) (staysWithAssistant(block, context) ? blocks : files).push(block);
}

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html (content) */
function staysWithAssistant(block: object, { traits }: RequestContext): boolean {
  const kind = mediaKindOf(block);
  return kind === undefined || traits.content.assistantMedia?.includes(kind) === true;
}

/**
 * Blocks that the AI SDK has no part for come back as Bedrock gave them. Other providers' custom parts, and
 * blocks of a reply that were no whole content block (`bedrock.unknown`, an image that failed), say nothing
 * to the model.
 */
function pushCustom(
  blocks: ContentBlock[],
  files: ContentBlock[],
  { kind, providerOptions }: LanguageModelV4CustomPart,
  context: RequestContext,
): void {
  const block = ownOptions(providerOptions)?.['block'];
  if (!kind.startsWith('bedrock.') || !isJsonObject(block)) return;
  const [[member, value] = [], ...others] = Object.entries(block);
  if (member === undefined || others.length > 0 || !isJsonObject(value)) return;
  if (member === 'citationsContent') blocks.push({ citationsContent: toCitationsContent(value) });
  else if ((member !== 'image' && member !== 'audio') || isJsonObject(value['source'])) {
    // Whatever it is, the service made it.
    const target = staysWithAssistant(block, context) ? blocks : files;
    target.push(block as unknown as ContentBlock);
  }
}

function pushToolCall(
  blocks: ContentBlock[],
  part: LanguageModelV4ToolCallPart,
  context: RequestContext,
): void {
  const { tools } = context.traits;
  const input = toolInput(part.input);
  if (part.providerExecuted) {
    if (!usesServerTool(part, context)) return;
    const name = context.toolNames.wire(part.toolName);
    const toolUseId = context.callIds.forCall(part.toolCallId);
    blocks.push({ toolUse: { toolUseId, name, input, type: 'server_tool_use' } });
  } else if (tools.unsupported !== undefined) {
    context.compatibility('tool history', `${tools.unsupported} Earlier calls and results are sent as text.`);
    blocks.push({ text: `Called the tool "${part.toolName}" with ${JSON.stringify(input)}` });
  } else {
    const name = context.toolNames.wire(part.toolName);
    context.calledTools.add(name);
    blocks.push({ toolUse: { toolUseId: context.callIds.forCall(part.toolCallId), name, input } });
  }
}

function pushServerToolResult(
  blocks: ContentBlock[],
  part: LanguageModelV4ToolResultPart,
  context: RequestContext,
): void {
  if (usesServerTool(part, context)) blocks.push(toServerToolResult(part, context));
}

/** Takes note of a server tool in the history; false for those of other providers and models. */
function usesServerTool({ toolName }: { toolName: string }, context: RequestContext): boolean {
  const name = context.toolNames.wire(toolName);
  if (context.traits.tools.systemTools.includes(name)) {
    context.calledTools.add(name);
    return true;
  }
  context.unsupported(
    'server tool history',
    `The model has no server tool "${toolName}"; its earlier calls and results were left out.`,
  );
  return false;
}

/** A call that the model got wrong may have any input, and the service takes objects only. */
function toolInput(input: unknown): JSONObject {
  if (isJsonObject(input)) return input;
  if (input === undefined || input === null || input === '') return {};
  if (typeof input === 'string') {
    try {
      const parsed: unknown = JSON.parse(input);
      if (isJsonObject(parsed)) return parsed;
    } catch {
      // Not JSON: sent as it is, below.
    }
  }
  return { input: input as JSONValue };
}
