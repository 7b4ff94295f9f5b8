/**
 * Requests that AWS answered with 200, turned back into the calls of the AI SDK that would make them: what the
 * package sends for those calls must be the same request.
 */
import type {
  JSONObject,
  JSONValue,
  LanguageModelV4CallOptions,
  LanguageModelV4FilePart,
  LanguageModelV4Prompt,
  LanguageModelV4ToolResultPart,
} from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import type {
  BytesOrS3,
  ContentBlock,
  ConverseRequest,
  DocumentBlock,
  Message,
  SystemContentBlock,
  ToolResultBlock,
  ToolResultContent,
} from '../../src/codec/converse/wire.ts';
import { jsonResponse, modelAnswering } from '../support/replies.ts';
import { listShared, readSharedJson, sharedDataMissing } from '../support/shared-data.ts';

interface Exchange {
  request: { path: string; body: ConverseRequest };
  response: { status: number };
}

const accepted = (sharedDataMissing ? [] : ['Converse', 'ConverseStream'])
  .flatMap(operation => listShared(`recorded/${operation}`))
  .map(path => ({ name: path.slice('recorded/'.length), exchange: readSharedJson<Exchange>(path) }))
  // A few recordings have lost their body to redaction.
  .filter(({ exchange }) => exchange.response.status === 200 && typeof exchange.request.body === 'object');

describe.skipIf(sharedDataMissing)(
  `requests that AWS accepted${sharedDataMissing ? `: ${sharedDataMissing}` : ''}`,
  () => {
    it('are many', () => expect(accepted.length).toBeGreaterThan(200));

    it.each(accepted.map(({ name, exchange }) => [name, exchange] as const))(
      '%s is what we would send',
      async (_, { request: { path, body } }) => {
        const modelId = decodeURIComponent(path.split('/')[2] ?? '');
        const { model, sent } = modelAnswering(() => jsonResponse({}), { modelId });
        await model.doGenerate(toCall(body));
        const ours = sent[0]?.body as ConverseRequest;
        expect(comparable(ours, body)).toEqual(comparable(body, body));
      },
    );
  },
);

/**
 * What the request says, without what is the package's to choose.
 * @param recorded the recorded request of the two that are compared
 */
function comparable(body: ConverseRequest, recorded: ConverseRequest): unknown {
  const { additionalModelResponseFieldPaths: _, inferenceConfig, messages, outputConfig, ...rest } = body;
  return withoutSilence({
    ...rest,
    inferenceConfig: comparableSettings(inferenceConfig, recorded),
    messages: neighborsJoined(messages),
    // The schema in it is adapted to what the decoder takes.
    format: outputConfig?.textFormat?.type,
  });
}

/** While Claude thinks, the package sends no temperature, not even that of 1, and always a limit above the budget. */
function comparableSettings(
  { maxTokens, temperature, ...rest }: NonNullable<ConverseRequest['inferenceConfig']> = {},
  { inferenceConfig, additionalModelRequestFields }: ConverseRequest,
): object {
  const thinks = additionalModelRequestFields?.['thinking'] !== undefined;
  return {
    ...rest,
    maxTokens: thinks && inferenceConfig?.maxTokens === undefined ? undefined : maxTokens,
    temperature: thinks && temperature === 1 ? undefined : temperature,
  };
}

/** Bedrock's roles alternate; some models let that pass. */
function neighborsJoined(messages: readonly Message[] = []): Message[] {
  const joined: Message[] = [];
  for (const { role, content } of messages) {
    const last = joined.at(-1);
    if (last?.role === role) last.content = [...last.content, ...content];
    else joined.push({ role, content });
  }
  return joined;
}

/** Members that say nothing go, and names and ids that are the package's to shape become plain. */
function withoutSilence(body: object): unknown {
  const ids: string[] = [];
  const json = JSON.stringify(body, (key, value) => {
    if (Array.isArray(value))
      return value.length === 0 ? undefined : value.filter(block => !isBlankText(block));
    switch (key) {
      case 'toolUseId':
        if (!ids.includes(value)) ids.push(value);
        return ids.indexOf(value);
      case 'name':
        return typeof value === 'string' ? value.replaceAll('_', '-') : value;
      case 'format':
        // One recording says the format of a video as its media type.
        return typeof value === 'string' ? value.replace(/^video\//, '') : value;
      case '$schema':
        return undefined;
      case 'status':
        return value === 'success' ? undefined : value;
      case 'strict':
        return value === false ? undefined : value;
      case 'toolChoice':
        return value.auto === undefined ? value : undefined;
      case 'inferenceConfig':
      case 'additionalModelRequestFields':
        return Object.values(value).every(member => member === undefined) ? undefined : value;
      default:
        return value;
    }
  });
  return JSON.parse(json);
}

function isBlankText(block: { text?: unknown }): boolean {
  return typeof block === 'object' && typeof block.text === 'string' && !/\S/.test(block.text);
}

/* ------------------------------------------------------ back into a call */

function toCall(body: ConverseRequest): LanguageModelV4CallOptions {
  const { inferenceConfig = {}, toolConfig, outputConfig } = body;
  const { guardrailConfig, performanceConfig, serviceTier, requestMetadata } = body;
  const { maxTokens, ...sampling } = inferenceConfig;
  const own = ownFields(body.additionalModelRequestFields ?? {});
  const choice = toolConfig?.toolChoice;
  const format = outputConfig?.textFormat?.structure.jsonSchema;
  const maxOutputTokens = maxTokens === undefined ? undefined : maxTokens - (own.budget ?? 0);
  return JSON.parse(
    JSON.stringify({
      prompt: toPrompt(body),
      ...sampling,
      ...own.options,
      maxOutputTokens,
      tools: toolConfig?.tools.flatMap((tool, index) => {
        if ('systemTool' in tool) {
          return {
            type: 'provider',
            id: `bedrock.${tool.systemTool.name}`,
            name: tool.systemTool.name,
            args: {},
          };
        }
        if (!('toolSpec' in tool)) return [];
        const { inputSchema, ...spec } = tool.toolSpec;
        const next = toolConfig.tools[index + 1];
        const cachePoint = next && 'cachePoint' in next ? next.cachePoint : undefined;
        return {
          type: 'function',
          ...spec,
          inputSchema: inputSchema.json,
          providerOptions: { bedrock: { cachePoint } },
        };
      }),
      toolChoice:
        choice && 'any' in choice
          ? { type: 'required' }
          : choice && 'tool' in choice
            ? { type: 'tool', toolName: choice.tool.name }
            : undefined,
      responseFormat: format && { type: 'json', ...format, schema: JSON.parse(format.schema) },
      providerOptions: {
        bedrock: {
          ...own.bedrock,
          guardrailConfig,
          performanceConfig,
          serviceTier: serviceTier?.type,
          requestMetadata,
          structuredOutputMode: format && 'native',
        },
      },
    }),
  );
}

/** The model's own fields as the options that stand for them. */
function ownFields(fields: JSONObject): {
  options: JSONObject;
  bedrock: JSONObject;
  budget?: number | undefined;
} {
  const { top_k, thinking, output_config, reasoning_effort, reasoning_config, reasoningConfig, ...rest } =
    fields as Record<string, JSONValue & JSONObject>;
  const topK = top_k ?? (rest['inferenceConfig'] as JSONObject | undefined)?.['topK'];
  if (topK !== undefined) delete rest['inferenceConfig'];
  const level = reasoning_effort ?? reasoningConfig?.['maxReasoningEffort'] ?? reasoning_config;
  const budget = thinking?.['budget_tokens'];
  return {
    options: { ...(topK !== undefined && { topK }), ...(typeof level === 'string' && { reasoning: level }) },
    bedrock: {
      ...(thinking && {
        reasoningConfig: {
          type: thinking['type'],
          budgetTokens: budget,
          maxReasoningEffort: output_config?.['effort'],
        },
      }),
      additionalModelRequestFields: {
        ...rest,
        ...(typeof level === 'object' && { reasoning_config: level }),
      },
    },
    budget: typeof budget === 'number' ? budget : undefined,
  };
}

function toPrompt({ system = [], messages = [] }: ConverseRequest): LanguageModelV4Prompt {
  return [
    ...withCachePoints(system, systemMessage),
    ...messages.flatMap(toMessages),
  ] as LanguageModelV4Prompt;
}

function systemMessage(block: SystemContentBlock): object {
  return 'guardContent' in block
    ? { role: 'system', content: guarded(block), providerOptions: { bedrock: { guardContent: true } } }
    : { role: 'system', content: 'text' in block ? block.text : '' };
}

function guarded({ guardContent }: Extract<ContentBlock, { guardContent: unknown }>): string {
  return 'text' in guardContent ? guardContent.text.text : '';
}

function toMessages({ role, content }: Message): object[] {
  if (role === 'assistant') return [{ role, content: withCachePoints(content, assistantPart) }];
  const results = content.filter(block => 'toolResult' in block);
  const others = content.filter(block => !('toolResult' in block));
  return [
    ...(results.length > 0 ? [{ role: 'tool', content: withCachePoints(results, toolPart) }] : []),
    ...(others.length > 0 ? [{ role: 'user', content: withCachePoints(others, userPart) }] : []),
  ];
}

/** A cache point is an option of what stands before it. */
function withCachePoints<Block extends object>(
  blocks: readonly Block[],
  convert: (block: Exclude<Block, { cachePoint: unknown }>) => object,
): object[] {
  const parts: Array<{ providerOptions?: { bedrock?: object } }> = [];
  for (const block of blocks) {
    const last = parts.at(-1);
    if (!('cachePoint' in block)) parts.push(convert(block as Exclude<Block, { cachePoint: unknown }>));
    else if (last) {
      last.providerOptions = { bedrock: { ...last.providerOptions?.bedrock, cachePoint: block.cachePoint } };
    }
  }
  return parts;
}

function userPart(block: ContentBlock): object {
  if ('text' in block) return { type: 'text', text: block.text };
  if ('guardContent' in block) {
    const { qualifiers } = 'text' in block.guardContent ? block.guardContent.text : {};
    return {
      type: 'text',
      text: guarded(block),
      providerOptions: { bedrock: { guardContent: true, guardContentQualifiers: qualifiers } },
    };
  }
  if ('searchResult' in block) {
    const { content, ...searchResult } = block.searchResult;
    return { type: 'text', text: content[0]?.text, providerOptions: { bedrock: { searchResult } } };
  }
  return filePart(block as ToolResultContent);
}

function assistantPart(block: ContentBlock): object {
  if ('text' in block) return { type: 'text', text: block.text };
  if ('toolUse' in block) {
    const { toolUseId, name, input } = block.toolUse;
    return { type: 'tool-call', toolCallId: toolUseId, toolName: name, input };
  }
  if ('reasoningContent' in block) {
    const { reasoningContent } = block;
    return 'redactedContent' in reasoningContent
      ? reasoningPart('', { redactedData: reasoningContent.redactedContent })
      : reasoningPart(reasoningContent.reasoningText.text, {
          signature: reasoningContent.reasoningText.signature,
        });
  }
  if ('citationsContent' in block) {
    const { content = [], citations } = block.citationsContent;
    const text = content.map(part => part.text).join('');
    return { type: 'text', text, providerOptions: { bedrock: { citations } } };
  }
  throw new Error(`No part for ${Object.keys(block)}`);
}

function reasoningPart(text: string, bedrock: object): object {
  return { type: 'reasoning', text, providerOptions: { bedrock } };
}

function toolPart(block: ContentBlock): object {
  const { toolUseId, content, status } = (block as { toolResult: ToolResultBlock }).toolResult;
  return { type: 'tool-result', toolCallId: toolUseId, toolName: 'tool', output: toOutput(content, status) };
}

function toOutput(
  content: ToolResultContent[],
  status: string | undefined,
): LanguageModelV4ToolResultPart['output'] {
  const [only, ...others] = content;
  const failed = status === 'error';
  if (only && others.length === 0 && 'text' in only)
    return { type: failed ? 'error-text' : 'text', value: only.text };
  if (only && others.length === 0 && 'json' in only)
    return { type: failed ? 'error-json' : 'json', value: only.json };
  return {
    type: 'content',
    value: content.map(part => {
      if ('text' in part) return { type: 'text' as const, text: part.text };
      if (!('searchResult' in part)) return filePart(part);
      const searchResult = part.searchResult as unknown as JSONObject;
      return { type: 'custom' as const, providerOptions: { bedrock: { searchResult } } };
    }),
  };
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  txt: 'text/plain',
  md: 'text/markdown',
  html: 'text/html',
  csv: 'text/csv',
};

function filePart(block: ToolResultContent): LanguageModelV4FilePart {
  if ('image' in block) return file(`image/${block.image.format}`, block.image.source);
  if ('video' in block) return file(`video/${block.video.format.replace('video/', '')}`, block.video.source);
  if ('document' in block) return documentPart(block.document);
  throw new Error(`No file for ${Object.keys(block)}`);
}

function documentPart({
  format = 'txt',
  name,
  source,
  citations,
  context,
}: DocumentBlock): LanguageModelV4FilePart {
  const bedrock = { name, citations, context } as unknown as JSONObject;
  const part = file(MEDIA_TYPES[format] ?? format, source as BytesOrS3);
  if ('text' in source) part.data = { type: 'text', text: source.text };
  if ('content' in source) bedrock['chunks'] = source.content.map(({ text }) => text);
  return { ...part, providerOptions: { bedrock } };
}

function file(mediaType: string, source: BytesOrS3): LanguageModelV4FilePart {
  if ('bytes' in source) return { type: 'file', mediaType, data: { type: 'data', data: source.bytes } };
  return {
    type: 'file',
    mediaType,
    data: { type: 'reference', reference: { bedrock: source.s3Location?.uri ?? '' } },
  };
}
