/** A request in Converse's shape as a call of an AI SDK model. */
import type {
  JSONObject,
  JSONSchema7,
  JSONValue,
  LanguageModelV4CallOptions,
  LanguageModelV4FilePart,
  LanguageModelV4FunctionTool,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4TextPart,
  LanguageModelV4ToolChoice,
  LanguageModelV4ToolResultOutput,
  LanguageModelV4ToolResultPart,
  SharedV4ProviderOptions,
} from '@ai-sdk/provider';
import { mediaTypeOf } from '../../codec/converse/media-types.ts';
import type {
  AudioBlock,
  CachePoint,
  ContentBlock,
  ConverseRequest,
  DocumentBlock,
  ImageBlock,
  Message,
  OutputConfig,
  SearchResultBlock,
  Tool,
  ToolChoice,
  ToolResultBlock,
  ToolResultContent,
  VideoBlock,
} from '../../codec/converse/wire.ts';
import { validationError } from '../aws-error.ts';
import { isObject } from '../json-schema-check.ts';
import { declaredSchema, member } from '../responder/structured.ts';
import { type CallMemory, fromSignature } from './call-memory.ts';

/**
 * What other models have no word for is left out: the settings of single models but for reasoning, top-k, seed and
 * penalties, service tiers, guardrails.
 * @throws AwsError ValidationException for tools that Bedrock itself would run
 */
export function toCallOptions(
  request: ConverseRequest,
  memory: CallMemory,
  signal: AbortSignal,
): LanguageModelV4CallOptions {
  const { inferenceConfig = {}, toolConfig, outputConfig, additionalModelRequestFields: fields } = request;
  const numberOf = (name: string) => {
    const value = member(fields, name);
    return typeof value === 'number' ? value : undefined;
  };
  const options: OrUndefined<LanguageModelV4CallOptions> = {
    prompt: toPrompt(request, memory),
    maxOutputTokens: inferenceConfig.maxTokens,
    temperature: inferenceConfig.temperature,
    topP: inferenceConfig.topP,
    stopSequences: inferenceConfig.stopSequences,
    topK: topKOf(fields),
    seed: numberOf('seed'),
    presencePenalty: numberOf('presence_penalty'),
    frequencyPenalty: numberOf('frequency_penalty'),
    reasoning: reasoningOf(fields, outputConfig),
    responseFormat: responseFormatOf(request),
    ...(toolConfig && { tools: toTools(toolConfig.tools), toolChoice: toToolChoice(toolConfig.toolChoice) }),
    abortSignal: signal,
  };
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as LanguageModelV4CallOptions;
}

type OrUndefined<T> = { [name in keyof T]: T[name] | undefined };

/* ---------------------------------------------------------------- prompt */

function toPrompt(
  { system = [], messages = [] }: ConverseRequest,
  memory: CallMemory,
): LanguageModelV4Prompt {
  const text = textOf(system);
  const point = system.find(block => 'cachePoint' in block);
  const toolNames = new Map(
    messages.flatMap(({ content }) =>
      content.flatMap(block =>
        'toolUse' in block ? [[block.toolUse.toolUseId, block.toolUse.name] as const] : [],
      ),
    ),
  );
  return [
    ...(text === ''
      ? []
      : [{ role: 'system' as const, content: text, ...(point && cacheOptions(point.cachePoint)) }]),
    ...messages.flatMap(message => toMessages(message, memory, toolNames)),
  ];
}

type ToolNames = ReadonlyMap<string, string>;

function toMessages(message: Message, memory: CallMemory, toolNames: ToolNames): LanguageModelV4Message[] {
  switch (message.role) {
    case 'system': {
      const content = textOf(message.content);
      return content === '' ? [] : [{ role: 'system', content }];
    }
    case 'assistant': {
      const content = withCachePoints(message.content, block => toAssistantParts(block, memory));
      return content.length === 0 ? [] : [{ role: 'assistant', content }];
    }
    case 'user': {
      // Results of tools are a message of their own, before what the user says to them.
      const parts = withCachePoints<UserPart | LanguageModelV4ToolResultPart>(message.content, block =>
        'toolResult' in block ? [toToolResult(block.toolResult, memory, toolNames)] : toUserParts(block),
      );
      const results = parts.filter(part => part.type === 'tool-result');
      const content = parts.filter(part => part.type !== 'tool-result');
      return [
        ...(results.length === 0 ? [] : [{ role: 'tool' as const, content: results }]),
        ...(content.length === 0 ? [] : [{ role: 'user' as const, content }]),
      ];
    }
  }
}

/** A cache point belongs to the part before it, for the providers that have any. */
function withCachePoints<Part extends { providerOptions?: SharedV4ProviderOptions }>(
  blocks: readonly ContentBlock[],
  toParts: (block: ContentBlock) => Part[],
): Part[] {
  const parts: Part[] = [];
  for (const block of blocks) {
    if (!('cachePoint' in block)) parts.push(...toParts(block));
    const last = parts.pop();
    if (last === undefined) continue;
    parts.push('cachePoint' in block ? { ...last, ...cacheOptions(block.cachePoint, last) } : last);
  }
  return parts;
}

/** As `@ai-sdk/anthropic` and we take them. */
function cacheOptions(
  { ttl }: CachePoint,
  { providerOptions = {} }: { providerOptions?: SharedV4ProviderOptions } = {},
): { providerOptions: SharedV4ProviderOptions } {
  const lifetime = ttl === undefined ? {} : { ttl };
  const { anthropic, bedrock } = providerOptions;
  return {
    providerOptions: {
      ...providerOptions,
      anthropic: { ...anthropic, cacheControl: { type: 'ephemeral', ...lifetime } },
      bedrock: { ...bedrock, cachePoint: { type: 'default', ...lifetime } },
    },
  };
}

function textOf(blocks: readonly object[]): string {
  return blocks
    .flatMap(block => toUserParts(block as ContentBlock))
    .flatMap(part => (part.type === 'text' ? [part.text] : []))
    .join('\n');
}

type UserPart = Extract<LanguageModelV4Message, { role: 'user' }>['content'][number];
type AssistantPart = Extract<LanguageModelV4Message, { role: 'assistant' }>['content'][number];

function toUserParts(block: ContentBlock): UserPart[] {
  if ('text' in block) return [{ type: 'text', text: block.text }];
  if ('image' in block) return [toFile('image', block.image)];
  if ('document' in block) return toDocument(block.document);
  if ('video' in block) return [toFile('video', block.video)];
  if ('audio' in block) return [toFile('audio', block.audio)];
  if ('searchResult' in block) return [{ type: 'text', text: toText(block.searchResult) }];
  if ('guardContent' in block) {
    const { guardContent } = block;
    return 'text' in guardContent
      ? [{ type: 'text', text: guardContent.text.text }]
      : [toFile('image', guardContent.image)];
  }
  return [];
}

function toAssistantParts(block: ContentBlock, memory: CallMemory): AssistantPart[] {
  if ('toolUse' in block) {
    // What Bedrock ran itself has no meaning elsewhere.
    if (block.toolUse.type === 'server_tool_use') return [];
    const { toolUseId, name, input } = block.toolUse;
    const { id, providerOptions } = memory.recall(toolUseId);
    return [
      {
        type: 'tool-call',
        toolCallId: id,
        toolName: name,
        input,
        ...(providerOptions && { providerOptions }),
      },
    ];
  }
  if ('reasoningContent' in block) {
    // Redacted reasoning of other models can be read by none.
    if (!('reasoningText' in block.reasoningContent)) return [];
    const { text, signature } = block.reasoningContent.reasoningText;
    const providerOptions = fromSignature(signature);
    return [{ type: 'reasoning', text, ...(providerOptions && { providerOptions }) }];
  }
  if ('text' in block) return [toAssistantText(block.text, memory)];
  if ('citationsContent' in block) {
    const text = (block.citationsContent.content ?? []).map(part => part.text).join('');
    return text === '' ? [] : [toAssistantText(text, memory)];
  }
  return toUserParts(block);
}

function toAssistantText(text: string, memory: CallMemory): LanguageModelV4TextPart {
  const providerOptions = memory.recallText(text);
  return { type: 'text', text, ...(providerOptions && { providerOptions }) };
}

/* ----------------------------------------------------------------- media */

function toFile(
  kind: 'image' | 'video' | 'audio' | 'document',
  { format, source }: Pick<ImageBlock | VideoBlock | AudioBlock, 'format' | 'source'> | FileDocument,
): LanguageModelV4FilePart {
  return {
    type: 'file',
    mediaType: mediaTypeOf(kind, format),
    data:
      'bytes' in source
        ? { type: 'data', data: source.bytes }
        : { type: 'url', url: new URL(source.s3Location.uri) },
  };
}

type FileDocument = Pick<DocumentBlock, 'format'> & { source: ImageBlock['source'] };

function toDocument({ name, format, source, context }: DocumentBlock): UserPart[] {
  const before: UserPart[] = context === undefined ? [] : [{ type: 'text', text: context }];
  if ('bytes' in source || 's3Location' in source) {
    return [...before, { ...toFile('document', { format, source }), filename: name }];
  }
  const text = 'text' in source ? source.text : source.content.map(part => part.text).join('\n');
  const mediaType = mediaTypeOf('document', format ?? 'txt');
  return [...before, { type: 'file', filename: name, mediaType, data: { type: 'text', text } }];
}

function toText({ title, source, content }: SearchResultBlock): string {
  return [`${title} (${source})`, ...content.map(({ text }) => text)].join('\n');
}

/* ----------------------------------------------------------------- tools */

function toToolResult(
  result: ToolResultBlock,
  memory: CallMemory,
  toolNames: ToolNames,
): LanguageModelV4ToolResultPart {
  const { toolUseId, content, status } = result;
  return {
    type: 'tool-result',
    toolCallId: memory.recall(toolUseId).id,
    toolName: toolNames.get(toolUseId) ?? 'unknown',
    output: toOutput(content, status === 'error'),
  };
}

function toOutput(content: readonly ToolResultContent[], isError: boolean): LanguageModelV4ToolResultOutput {
  const [only] = content;
  if (content.length === 1 && only !== undefined) {
    if ('json' in only) return { type: isError ? 'error-json' : 'json', value: only.json };
    if ('text' in only) return { type: isError ? 'error-text' : 'text', value: only.text };
  }
  const parts = content.flatMap(part =>
    toUserParts('json' in part ? { text: JSON.stringify(part.json) } : part),
  );
  if (!isError) return { type: 'content', value: parts };
  return {
    type: 'error-text',
    value: parts.flatMap(part => (part.type === 'text' ? [part.text] : [])).join('\n'),
  };
}

function toTools(tools: readonly Tool[]): LanguageModelV4FunctionTool[] {
  return tools.flatMap((tool, index): LanguageModelV4FunctionTool[] => {
    const next = tools[index + 1];
    if ('systemTool' in tool) {
      throw validationError(`This model has no system tools, such as ${tool.systemTool.name}.`);
    }
    if (!('toolSpec' in tool)) return [];
    const { name, description, inputSchema, strict } = tool.toolSpec;
    return [
      {
        type: 'function',
        name,
        inputSchema: inputSchema.json as JSONSchema7,
        ...(description !== undefined && { description }),
        ...(strict !== undefined && { strict }),
        ...(next !== undefined && 'cachePoint' in next && cacheOptions(next.cachePoint)),
      },
    ];
  });
}

function toToolChoice(choice: ToolChoice | undefined): LanguageModelV4ToolChoice | undefined {
  if (choice === undefined) return undefined;
  if ('tool' in choice) return { type: 'tool', toolName: choice.tool.name };
  return { type: 'any' in choice ? 'required' : 'auto' };
}

/* -------------------------------------------------------------- settings */

/** Wherever the body of a model says it. */
function responseFormatOf(request: ConverseRequest): LanguageModelV4CallOptions['responseFormat'] {
  const { name, description, schema: text } = request.outputConfig?.textFormat?.structure.jsonSchema ?? {};
  const schema = declaredSchema(request);
  if (isObject(schema)) {
    return {
      type: 'json',
      schema,
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
    };
  }
  if (text !== undefined)
    throw validationError('The schema of outputConfig.textFormat is not a JSON schema.');
  const format = member(request.additionalModelRequestFields, 'response_format', 'type');
  return format === 'json_object' ? { type: 'json' } : undefined;
}

function topKOf(fields: JSONObject | undefined): number | undefined {
  const found = [
    member(fields, 'top_k'),
    member(fields, 'topK'),
    member(fields, 'k'),
    member(fields, 'inferenceConfig', 'topK'),
  ].find(value => typeof value === 'number');
  return found as number | undefined;
}

type Reasoning = NonNullable<LanguageModelV4CallOptions['reasoning']>;

const EFFORTS: readonly string[] = [
  'none',
  'minimal',
  'low',
  'medium',
  'high',
  'xhigh',
  'max',
] satisfies Reasoning[];

/** In whichever of the models' own ways a request asks for it. */
function reasoningOf(
  fields: JSONObject | undefined,
  config: OutputConfig | undefined,
): Reasoning | undefined {
  const effort = [
    config?.effort,
    member(fields, 'output_config', 'effort'),
    member(fields, 'reasoning_effort'),
    member(fields, 'reasoning_config'),
    member(fields, 'reasoningConfig', 'maxReasoningEffort'),
  ].find(value => typeof value === 'string' && EFFORTS.includes(value));
  const thinking =
    member(fields, 'thinking') ?? member(fields, 'reasoning_config') ?? member(fields, 'reasoningConfig');
  const type = member({ thinking: thinking ?? null }, 'thinking', 'type');
  if (type === 'disabled') return 'none';
  if (effort !== undefined) return effort as Reasoning;
  if (type === undefined) return undefined;
  return ofBudget(member({ thinking: thinking ?? null }, 'thinking', 'budget_tokens'));
}

/** Tokens as an effort: budgets start at 1,024, and more than 16,000 is for hard problems. */
function ofBudget(budget: JSONValue | undefined): Reasoning {
  if (typeof budget !== 'number') return 'medium';
  if (budget < 4000) return 'low';
  return budget <= 16_000 ? 'medium' : 'high';
}
