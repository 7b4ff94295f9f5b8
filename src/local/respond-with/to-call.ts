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
  LanguageModelV4ToolChoice,
  LanguageModelV4ToolResultOutput,
  LanguageModelV4ToolResultPart,
} from '@ai-sdk/provider';
import { mediaTypeOf } from '../../codec/converse/media-types.ts';
import type {
  AudioBlock,
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
import { member } from '../responder/structured.ts';
import { type CallMemory, fromSignature } from './call-memory.ts';

/**
 * What other models have no word for is left out: cache points, the settings of single models but for reasoning and
 * top-k, service tiers, guardrails.
 * @throws AwsError ValidationException for tools that Bedrock itself would run
 */
export function toCallOptions(
  request: ConverseRequest,
  memory: CallMemory,
  signal: AbortSignal,
): LanguageModelV4CallOptions {
  const { inferenceConfig = {}, toolConfig, outputConfig, additionalModelRequestFields: fields } = request;
  const options: OrUndefined<LanguageModelV4CallOptions> = {
    prompt: toPrompt(request, memory),
    maxOutputTokens: inferenceConfig.maxTokens,
    temperature: inferenceConfig.temperature,
    topP: inferenceConfig.topP,
    stopSequences: inferenceConfig.stopSequences,
    topK: topKOf(fields),
    reasoning: reasoningOf(fields, outputConfig),
    responseFormat: responseFormatOf(outputConfig),
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
  const toolNames = new Map(
    messages.flatMap(({ content }) =>
      content.flatMap(block =>
        'toolUse' in block ? [[block.toolUse.toolUseId, block.toolUse.name] as const] : [],
      ),
    ),
  );
  return [
    ...(text === '' ? [] : [{ role: 'system' as const, content: text }]),
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
      const content = message.content.flatMap(block => toAssistantParts(block, memory));
      return content.length === 0 ? [] : [{ role: 'assistant', content }];
    }
    case 'user': {
      // Results of tools are a message of their own, before what the user says to them.
      const results = message.content.flatMap(block =>
        'toolResult' in block ? [toToolResult(block.toolResult, memory, toolNames)] : [],
      );
      const content = message.content.flatMap(toUserParts);
      return [
        ...(results.length === 0 ? [] : [{ role: 'tool' as const, content: results }]),
        ...(content.length === 0 ? [] : [{ role: 'user' as const, content }]),
      ];
    }
  }
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
  if ('citationsContent' in block) {
    const text = (block.citationsContent.content ?? []).map(part => part.text).join('');
    return text === '' ? [] : [{ type: 'text', text }];
  }
  return toUserParts(block);
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
  return tools.flatMap((tool): LanguageModelV4FunctionTool[] => {
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

function responseFormatOf(config: OutputConfig | undefined): LanguageModelV4CallOptions['responseFormat'] {
  const jsonSchema = config?.textFormat?.structure.jsonSchema;
  if (jsonSchema === undefined) return undefined;
  const { schema, name, description } = jsonSchema;
  return {
    type: 'json',
    schema: parseSchema(schema),
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
  };
}

function parseSchema(schema: string): JSONSchema7 {
  try {
    return JSON.parse(schema);
  } catch {
    throw validationError('The schema of outputConfig.textFormat is not valid JSON.');
  }
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
