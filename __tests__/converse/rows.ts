/**
 * Every field of Converse and ConverseStream, where callers reach it, and whether they can. The tests of the rows,
 * the check against AWS's schemas and the table in `docs/converse.md` all read this list: a row without a test or
 * a line in the docs fails, and so does a member of AWS's schemas that no test sends or is sent.
 */

export interface Row {
  /** As AWS writes it; alternatives in braces. */
  readonly field: string;
  /** Where it is in the AI SDK, or in `providerOptions.bedrock` (`options` for short). Markdown. */
  readonly reach: string;
  /** Why Bedrock or the AI SDK forbids it; absent where it works. Markdown. */
  readonly forbidden?: string;
}

const request: readonly Row[] = [
  { field: 'modelId', reach: '`bedrock(id)`: a model id, an inference profile, or any ARN' },
  { field: 'messages', reach: '`messages`, `prompt`' },
  { field: 'system', reach: '`instructions`; left out where there are none' },
  { field: 'system[].text', reach: '`instructions`' },
  { field: 'system[].cachePoint{type, ttl}', reach: '`options.cachePoint` on a system message' },
  {
    field: 'system[].guardContent.text{text, qualifiers}',
    reach: '`options.guardContent`, `options.guardContentQualifiers` on a system message',
  },
  {
    field: 'system[].guardContent.image{format, source.bytes}',
    reach: 'an image with `options.guardContent` in a user message',
    forbidden: 'A system message of the AI SDK is text.',
  },
  {
    field: 'inferenceConfig{maxTokens, temperature, topP, stopSequences}',
    reach: '`maxOutputTokens`, `temperature`, `topP`, `stopSequences`; clamped to what the model takes',
  },
  {
    field: 'inferenceConfig.topK',
    reach: '`topK`: sent in `additionalModelRequestFields`, where the model takes it',
    forbidden: 'Converse has no such member.',
  },
  {
    field: 'seed, presencePenalty, frequencyPenalty',
    reach:
      '`seed`, `presencePenalty`, `frequencyPenalty`: sent in `additionalModelRequestFields`, where the model takes them',
    forbidden: 'Converse has no such members.',
  },
  {
    field: 'toolConfig.tools[].toolSpec{name, description, inputSchema.json}',
    reach: '`tools`; names are made valid and mapped back',
  },
  { field: 'toolConfig.tools[].toolSpec.strict', reach: '`strict` of a tool' },
  {
    field: 'toolConfig.tools[].toolSpec input examples',
    reach:
      '`inputExamples` of a tool: a warning; `addToolInputExamplesMiddleware` puts them into the description',
    forbidden: 'Converse has no such member.',
  },
  {
    field: 'toolConfig.tools[].systemTool{name}',
    reach: '`bedrock.tools.novaGrounding()`, `bedrock.tools.novaCodeInterpreter()`',
  },
  { field: 'toolConfig.tools[].cachePoint{type, ttl}', reach: '`options.cachePoint` on a tool' },
  {
    field: 'toolConfig.toolChoice{auto, any, tool}',
    reach: '`toolChoice`; `auto` is the default and not sent, `none` leaves the tools out',
  },
  {
    field: 'additionalModelRequestFields.tools (tools of Anthropic)',
    reach: '`bedrock.tools.computer_20250124({ … })` and the like, with their arguments and betas',
  },
  {
    field: 'guardrailConfig{guardrailIdentifier, guardrailVersion, trace}',
    reach: '`options.guardrailConfig`',
  },
  {
    field: 'guardrailConfig.streamProcessingMode',
    reach: '`options.guardrailConfig.streamProcessingMode`; sent by streams only',
  },
  { field: 'additionalModelRequestFields', reach: '`options.additionalModelRequestFields`' },
  { field: 'promptVariables{name: {text}}', reach: '`options.promptVariables`' },
  {
    field: 'additionalModelResponseFieldPaths',
    reach: '`options.additionalModelResponseFieldPaths`, added to those that the model’s family asks for',
  },
  { field: 'requestMetadata{key: value}', reach: '`options.requestMetadata`' },
  { field: 'performanceConfig.latency', reach: '`options.performanceConfig`' },
  { field: 'serviceTier.type', reach: '`options.serviceTier`' },
  {
    field: 'outputConfig.textFormat{type, structure.jsonSchema{schema, name, description}}',
    reach:
      '`output: Output.object({ … })` and the like, on models that have it; `options.structuredOutputMode`',
  },
  {
    field: 'outputConfig.effort',
    reach:
      '`options.reasoningConfig.maxReasoningEffort` on models that no family knows; known ones get it under their own name (Claude: `output_config.effort`)',
  },
  {
    field: 'anthropicBeta (top level)',
    reach: '`options.anthropicBeta`: sent as `additionalModelRequestFields.anthropic_beta`',
    forbidden: 'Converse has no such member.',
  },
];

const content: readonly Row[] = [
  { field: 'role user, assistant', reach: 'the role of a message; tool messages become user messages' },
  {
    field: 'role system',
    reach:
      'a system message between turns (`allowSystemInMessages: true`); user text on models that refuse it',
  },
  {
    field: 'toolAddition{tool{type, name, serverName}}, toolRemoval{tool}',
    reach: '`options.toolAddition`, `options.toolRemoval` on a system message between turns',
  },
  { field: 'text', reach: 'text parts; blank ones are left out' },
  { field: 'image{format, source.bytes}', reach: 'a file part with an image type' },
  { field: 'image.source.s3Location.uri', reach: 'a file part with an `s3://` URL' },
  {
    field: 's3Location.bucketOwner (image, video, document, audio)',
    reach: '`options.bucketOwner` on the file part',
  },
  {
    field: 'image.error, audio.error{message}',
    reach: 'a custom part `bedrock.image` or `bedrock.audio` of the reply; not sent back',
  },
  { field: 'document{name, format, source.bytes}', reach: 'a file part with a document or text type' },
  { field: 'document.name', reach: '`filename` or `options.name`; made valid, and unique in the request' },
  { field: 'document.source.text', reach: 'a file part with `data: { type: "text", text }`' },
  { field: 'document.source.content[{text}]', reach: '`options.chunks` on the file part' },
  { field: 'document.source.s3Location', reach: 'a file part with an `s3://` URL' },
  { field: 'document.context', reach: '`options.context` on the file part' },
  { field: 'document.citations.enabled', reach: '`options.citations` on the file part' },
  { field: 'video{format, source{bytes, s3Location}}', reach: 'a file part with a video type' },
  { field: 'audio{format, source{bytes, s3Location}}', reach: 'a file part with an audio type' },
  {
    field: 'guardContent.text{text, qualifiers}',
    reach: '`options.guardContent`, `options.guardContentQualifiers` on a text part',
  },
  {
    field: 'guardContent.image{format png, jpeg}',
    reach: '`options.guardContent` on an image; other files are sent unmarked, with a warning',
  },
  {
    field: 'cachePoint{type, ttl} in messages',
    reach:
      '`options.cachePoint` on a message, a part or a tool result; `options.promptCaching: "auto"` on the call',
  },
  {
    field: 'reasoningContent.reasoningText{text, signature}',
    reach: 'reasoning parts of earlier turns, where the model takes them back',
  },
  { field: 'reasoningContent.redactedContent', reach: 'reasoning parts with `options.redactedData`' },
  {
    field: 'reasoningContent.redactedReasoning.data',
    reach: '`options.redactedData` of histories of the official provider: sent as `redactedContent`',
    forbidden: 'The API has no such member.',
  },
  { field: 'toolUse{toolUseId, name, input}', reach: 'tool calls of earlier turns' },
  { field: 'toolUse.type', reach: 'provider-executed tool calls of earlier turns' },
  { field: 'toolResult{toolUseId, content[]}', reach: 'tool results' },
  { field: 'toolResult.status', reach: 'error outputs and denied calls' },
  { field: 'toolResult.type', reach: 'results of server tools, sent back in the assistant message' },
  {
    field: 'toolResult.content[]{text, image, document, video}',
    reach:
      'tool output of type `text` or `content`; files that the model refuses there follow in the user message',
  },
  {
    field: 'toolResult.content[].json',
    reach: 'tool output of type `json` that is an object; a custom item with `options.json`',
  },
  {
    field: 'toolResult.content[].searchResult',
    reach: 'a custom item with `options.searchResult` in tool output of type `content`',
  },
  {
    field: 'searchResult{source, title, content[{text}], citations.enabled}',
    reach: '`options.searchResult` on a text part',
  },
  {
    field: 'citationsContent{content[], citations[]}',
    reach: 'text parts of earlier turns, which carry their citations in `options.citations`',
  },
  {
    field: 'assistant file and custom parts',
    reach:
      'files and `bedrock.*` custom parts of earlier turns, sent back as the blocks they came from; files go to the user’s next message where a family takes them only there',
  },
  {
    field: 'assistant reasoning-file parts',
    reach: 'a warning',
    forbidden: 'Bedrock has no files in reasoning.',
  },
  {
    field: 'tool history without active tools',
    reach: 'the called tools are declared as out of use, so that the history stays whole',
  },
  {
    field: 'tool-approval-response parts',
    reach: 'handled by the AI SDK; a denied call is a tool result with `status: "error"`',
    forbidden: 'Bedrock asks for no approvals.',
  },
];

const response: readonly Row[] = [
  {
    field: 'output.message.role',
    reach: 'none: always the assistant',
    forbidden: 'A reply of the AI SDK has no role.',
  },
  { field: 'content[].text', reach: 'text' },
  {
    field: 'content[].reasoningContent{reasoningText, redactedContent}',
    reach: 'reasoning, with `signature` or `redactedData` in its metadata',
  },
  { field: 'content[].toolUse{toolUseId, name, input}', reach: 'tool call' },
  { field: 'content[].toolUse.type', reach: '`providerExecuted` of the tool call' },
  {
    field: 'content[].toolResult',
    reach: 'provider-executed tool result; its output is the block as it came',
  },
  { field: 'content[].citationsContent.content[].text', reach: 'text' },
  {
    field: 'content[].citationsContent.citations[]{title, source, sourceContent[].text}',
    reach: 'sources; `citations` of the text part at model level; in full in its `metadata.citations`',
  },
  {
    field: 'citation.location{web, documentChar, documentPage, documentChunk, searchResultLocation}',
    reach: 'source of type `url` or `document`, with the citation in `metadata.citation`',
  },
  {
    field: 'content[].image{format, source}',
    reach: 'file; an object in S3 is a custom part `bedrock.image`',
  },
  { field: 'content[].audio, video, document', reach: 'file, or a custom part `bedrock.<kind>`' },
  { field: 'content[].searchResult', reach: 'custom part `bedrock.searchResult`' },
  { field: 'content[] of an unknown kind', reach: 'custom part `bedrock.unknown`' },
  { field: 'stopReason', reach: '`finishReason`, `rawFinishReason`' },
  {
    field: 'usage{inputTokens, outputTokens, cacheReadInputTokens, cacheWriteInputTokens}',
    reach: '`usage`; its input total counts cached tokens in',
  },
  { field: 'usage.totalTokens', reach: '`usage.raw.totalTokens`; the AI SDK adds up its own' },
  { field: 'usage.serverToolUsage and other unmodelled members', reach: '`usage.raw`' },
  { field: 'usage.cacheDetails[]{ttl, inputTokens}', reach: '`metadata.usage.cacheDetails`' },
  {
    field: 'reasoning tokens',
    reach: '`usage.outputTokenDetails.reasoningTokens`, where the model’s own reply counts them',
  },
  { field: 'metrics.latencyMs', reach: '`metadata.metrics.latencyMs`' },
  {
    field: 'additionalModelResponseFields',
    reach: '`metadata.additionalModelResponseFields`; the stop sequence in `metadata.stopSequence`',
  },
  {
    field: 'trace.guardrail{modelOutput[], inputAssessment{}, outputAssessments{}, actionReason}',
    reach: '`metadata.trace.guardrail`, typed as `BedrockGuardrailTrace`',
  },
  {
    field:
      'trace.guardrail assessment{topicPolicy, contentPolicy, wordPolicy, sensitiveInformationPolicy, contextualGroundingPolicy, automatedReasoningPolicy, invocationMetrics, appliedGuardrailDetails}',
    reach: 'the same, typed as `BedrockGuardrailAssessment`',
  },
  {
    field: 'trace.promptRouter.invokedModelId',
    reach: '`response.modelId`, and `metadata.trace.promptRouter`',
  },
  {
    field: 'performanceConfig.latency, serviceTier.type',
    reach: '`metadata.performanceConfig`, `metadata.serviceTier`',
  },
  { field: 'URL of the request', reach: '`request.url` at model level' },
  { field: 'body and headers of the reply', reach: '`response.body`, `response.headers`' },
];

const stream: readonly Row[] = [
  {
    field: 'messageStart.role',
    reach: 'none: always the assistant',
    forbidden: 'A reply of the AI SDK has no role.',
  },
  { field: 'contentBlockStart.start.toolUse{toolUseId, name}', reach: '`tool-input-start`' },
  { field: 'contentBlockStart.start.toolUse.type', reach: '`providerExecuted` of the tool call' },
  {
    field: 'contentBlockStart.start.toolResult{toolUseId, type, status}',
    reach: 'provider-executed `tool-result`',
  },
  { field: 'contentBlockStart.start.image{format}', reach: 'media type of the `file`' },
  { field: 'contentBlockDelta.delta.text', reach: '`text-delta`' },
  { field: 'contentBlockDelta.delta.toolUse.input', reach: '`tool-input-delta`, then `tool-call`' },
  {
    field: 'contentBlockDelta.delta.reasoningContent{text, signature}',
    reach: '`reasoning-delta`; the signature in the metadata of `reasoning-end`',
  },
  {
    field: 'contentBlockDelta.delta.reasoningContent.redactedContent',
    reach: '`redactedData` in the metadata of `reasoning-end`, its chunks joined as bytes',
  },
  {
    field: 'contentBlockDelta.delta.citation{title, source, sourceContent[].text, location}',
    reach: '`source`, and `citations` of `text-end`',
  },
  { field: 'contentBlockDelta.delta.toolResult[]{text, json}', reach: 'output of the `tool-result`' },
  {
    field: 'contentBlockDelta.delta.image{source, error}',
    reach: '`file`, its chunks joined as bytes; an error is a custom part `bedrock.image`',
  },
  { field: 'contentBlockStop', reach: '`text-end`, `reasoning-end`, `tool-input-end`' },
  {
    field: 'messageStop{stopReason, additionalModelResponseFields}',
    reach: '`finishReason` and metadata of `finish`',
  },
  {
    field: 'metadata{usage, trace, performanceConfig, serviceTier}',
    reach: '`usage` and metadata of `finish`; before or behind `messageStop`',
  },
  { field: 'metadata.metrics.latencyMs', reach: '`metadata.metrics.latencyMs` of `finish`' },
  {
    field:
      'exceptions{internalServerException, modelStreamErrorException, validationException, throttlingException, serviceUnavailableException}',
    reach:
      'a rejected call before the first content, so that the AI SDK can retry; later an `error` part and finish reason `error`',
  },
  {
    field: 'end without messageStop',
    reach: 'an `error` part and finish reason `interrupted`',
  },
  { field: ':message-type error', reach: 'an `error` part and finish reason `error`' },
  { field: 'unknown events', reach: 'passed over; in the raw chunks' },
  { field: 'raw chunks', reach: '`raw` parts, with `include: { rawChunks: true }`' },
];

const behavior: readonly Row[] = [
  {
    field: 'reasoning xhigh, max',
    reach: '`reasoning`: the nearest level that the model has, with a warning where it is another one',
  },
  { field: 'reasoning none', reach: '`reasoning: "none"` switches off what reasons by itself' },
  {
    field: 'reasoning of open-weight models',
    reach: '`reasoning` in the model’s own field (`reasoning_config`, `reasoning_effort` …)',
  },
  {
    field: 'error replies',
    reach:
      '`BedrockError` (an `APICallError`) with the exception’s name, AWS’s words, the request id and whether to retry',
  },
  {
    field: 'explicit credentials beside AWS_BEARER_TOKEN_BEDROCK',
    reach: 'settings of `createBedrock` win over the environment',
  },
  { field: 'AWS_DEFAULT_REGION', reach: 'the region, where neither setting nor `AWS_REGION` names one' },
];

/** By section of the API. `behavior` is what stands in no schema and still decides whether a call works. */
export const rows: Readonly<Record<Section, readonly Row[]>> = {
  request,
  content,
  response,
  stream,
  behavior,
};

export type Section = 'request' | 'content' | 'response' | 'stream' | 'behavior';

const TITLES: Readonly<Record<Section, string>> = {
  request: 'Request, top level',
  content: 'Request, messages and content blocks',
  response: 'Reply of Converse',
  stream: 'Reply of ConverseStream',
  behavior: 'Behavior',
};

/** The tables of `docs/converse.md`. */
export function tablesOfRows(): string {
  return (Object.keys(rows) as Section[]).map(tableOf).join('\n\n');
}

function tableOf(section: Section): string {
  const lines = rows[section].map(
    ({ field, reach, forbidden }) =>
      `| \`${field}\` | ${forbidden === undefined ? 'yes' : `no: ${forbidden}`} | ${reach} |`,
  );
  const head = ['| field | | where |', '|---|---|---|'];
  return [`### ${TITLES[section]}`, '', ...head, ...lines].join('\n');
}
