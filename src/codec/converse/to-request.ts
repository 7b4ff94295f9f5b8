/** The AI SDK's call options as the body of Converse and ConverseStream. */
import type { JSONObject, LanguageModelV4CallOptions, SharedV4Warning } from '@ai-sdk/provider';
import type { ChatTraits, ReasoningPlan } from '../family.ts';
import { ownOptions } from '../provider-options.ts';
import { mergeFields } from './json-object.ts';
import type { BedrockGuardrailConfig, BedrockLanguageModelOptions } from './options.ts';
import { placeCachePoints, settleCachePoints } from './prompt-cache.ts';
import { type CallDefaults, readOptions } from './read-options.ts';
import { RequestContext } from './request-context.ts';
import type { RequestFacts } from './request-facts.ts';
import { planSampling, type SamplingPlan } from './sampling.ts';
import { planStructuredOutput, type StructuredOutputPlan } from './structured-output.ts';
import { toMessages } from './to-messages.ts';
import {
  declareTools,
  forcedToolRefusal,
  forcesTool,
  historyTools,
  planTools,
  type ToolPlan,
} from './to-tools.ts';
import type { ContentBlock, ConverseRequest, Tool, ToolResultContent } from './wire.ts';

export interface ConverseRequestInput {
  readonly options: LanguageModelV4CallOptions;
  readonly traits: ChatTraits;
  /** For warnings. */
  readonly familyName: string;
  /**
   * What the model id names. A prompt of Prompt management (`prompt-arn`) must not be sent a system prompt,
   * tools, inference settings or fields of the model: they are left out with warnings.
   */
  readonly address: 'prompt-arn' | (string & {});
  /** Whether the caller streams. */
  readonly stream: boolean;
  /** From the settings, where the call's own options say nothing. */
  readonly defaults?: CallDefaults | undefined;
}

export interface ConversePlan {
  readonly body: ConverseRequest;
  /** Whether files stand in the body, in base64. */
  readonly hasFiles: boolean;
  readonly warnings: SharedV4Warning[];
  readonly facts: RequestFacts;
}

/**
 * @throws InvalidArgumentError for a provider option with a value it does not take
 * @throws UnsupportedFunctionalityError for a file that Bedrock or the model cannot take
 */
export function toConverseRequest(input: ConverseRequestInput): ConversePlan {
  const { options, traits } = input;
  const context = new RequestContext(traits, input.familyName, input.address === 'prompt-arn');
  const own = readOptions('call', options.providerOptions, () => '') ?? {};
  warnOfMembers(options, context);
  const reasoning = planReasoning(options, own, context);
  declareTools(options, context);
  const structured = planStructuredOutput(
    options.responseFormat,
    own.structuredOutputMode ?? input.defaults?.structuredOutputMode ?? 'auto',
    forcedToolRefusal(options, reasoning, context),
    context,
  );
  const jsonTool = structured?.mode === 'tool' && !forcesTool(options) ? structured.tool : undefined;
  const toolPlan = planTools(options, jsonTool, reasoning, context);
  const instruction = structured?.mode === 'instruction' ? structured.instruction : undefined;
  const { system, messages } = toMessages(options.prompt, instruction, context);
  const tools = historyTools(toolPlan, context);
  const sampling = planSampling(options, reasoning, context);

  const body: ConverseRequest = {};
  if (messages.length > 0) body.messages = messages;
  if (system.length > 0) body.system = system;
  if (tools.length > 0) body.toolConfig = { tools };
  if (body.toolConfig && toolPlan.choice !== undefined) body.toolConfig.toolChoice = toolPlan.choice;
  if (sampling.inferenceConfig !== undefined) body.inferenceConfig = sampling.inferenceConfig;
  addModelFields(body, { reasoning, structured, toolPlan, sampling }, own, context);
  if (context.promptResource) dropPromptMembers(body, context);
  addOutputConfig(body, reasoning, structured);
  addServiceOptions(body, own, input);
  if (context.cachePoints > 0) settleCachePoints(body, context);
  placeCachePoints(body, own.promptCaching ?? input.defaults?.promptCaching, traits.promptCache);

  const facts: RequestFacts = {
    toolNames: context.toolNames.toCaller,
    serverTools: serverToolNames(tools),
    jsonTool: jsonTool?.name,
    structuredOutput: structured?.mode,
    ...citable(body, context),
  };
  return { body, hasFiles: context.hasFiles, warnings: context.warnings, facts };
}

/** Members of the request that are made of the call's options, and which. */
const MEMBERS = {
  inferenceConfig: 'temperature, maxOutputTokens and the like',
  messages: 'the prompt',
  outputConfig: 'the structured output that the call asks for',
  system: 'system messages',
  toolConfig: 'tools and toolChoice',
} as const;

/** Other packages copy what they do not know into the body, so that callers may expect it. */
function warnOfMembers({ providerOptions }: LanguageModelV4CallOptions, context: RequestContext): void {
  const own = ownOptions(providerOptions);
  if (own === undefined) return;
  for (const [member, source] of Object.entries(MEMBERS)) {
    if (own[member] === undefined) continue;
    context.unsupported(
      `providerOptions.bedrock.${member}`,
      `This member of the request is made of ${source}; the option was left out.`,
    );
  }
}

function planReasoning(
  { reasoning: level, maxOutputTokens }: LanguageModelV4CallOptions,
  { reasoningConfig: config }: BedrockLanguageModelOptions,
  context: RequestContext,
): ReasoningPlan {
  const plan = context.traits.reasoning({
    level: level === 'provider-default' ? undefined : level,
    config,
    maxOutputTokens,
  });
  context.warnings.push(...plan.warnings);
  context.refusesPrefill ??= plan.refusesPrefill;
  return plan;
}

/* ------------------------------------------------------------------ members */

interface Plans {
  readonly reasoning: ReasoningPlan;
  readonly structured: StructuredOutputPlan | undefined;
  readonly toolPlan: ToolPlan;
  readonly sampling: SamplingPlan;
}

/** The caller's own fields come last: they win. */
function addModelFields(
  body: ConverseRequest,
  { reasoning, structured, toolPlan, sampling }: Plans,
  own: BedrockLanguageModelOptions,
  context: RequestContext,
): void {
  const layers = [
    ...sampling.fields,
    reasoning.fields,
    structured?.mode === 'family' ? structured.fields : undefined,
    ...toolPlan.fields,
    betaFields(own.anthropicBeta, context),
    own.additionalModelRequestFields,
  ];
  let fields: JSONObject = {};
  for (const layer of layers) {
    if (layer !== undefined) fields = mergeFields(fields, layer);
  }
  if (Object.keys(fields).length > 0) body.additionalModelRequestFields = fields;
}

function betaFields(betas: string[] | undefined, context: RequestContext): JSONObject | undefined {
  if (betas === undefined || betas.length === 0) return undefined;
  if (context.traits.betas !== undefined) return context.traits.betas(betas);
  context.unsupported('anthropicBeta', `Models of the family "${context.familyName}" know no beta flags.`);
  return undefined;
}

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html (description) */
function dropPromptMembers(body: ConverseRequest, context: RequestContext): void {
  for (const member of ['inferenceConfig', 'additionalModelRequestFields'] as const) {
    if (body[member] === undefined) continue;
    delete body[member];
    context.unsupported(member, 'A prompt of Prompt management brings its own; the settings were left out.');
  }
}

function addOutputConfig(
  body: ConverseRequest,
  { effort }: ReasoningPlan,
  structured: StructuredOutputPlan | undefined,
): void {
  if (structured?.mode === 'native') body.outputConfig = { textFormat: structured.textFormat };
  if (effort !== undefined) body.outputConfig = { ...body.outputConfig, effort };
}

/** Members that say how the service is to handle the call, as the caller gives them. */
function addServiceOptions(
  body: ConverseRequest,
  own: BedrockLanguageModelOptions,
  { traits, stream }: ConverseRequestInput,
): void {
  const { guardrailConfig, performanceConfig, promptVariables, requestMetadata, serviceTier } = own;
  const paths = responseFieldPaths(own.additionalModelResponseFieldPaths, traits);
  if (paths.length > 0) body.additionalModelResponseFieldPaths = paths;
  if (guardrailConfig !== undefined) {
    // Models that do not stream with tools are called with Converse, which does not know the stream's member.
    const streams = stream && (traits.tools.streaming || body.toolConfig === undefined);
    body.guardrailConfig = guardrail(guardrailConfig, streams);
  }
  if (performanceConfig !== undefined) body.performanceConfig = performanceConfig;
  if (serviceTier !== undefined) body.serviceTier = { type: serviceTier };
  // The service refuses an empty map.
  if (requestMetadata !== undefined && Object.keys(requestMetadata).length > 0) {
    body.requestMetadata = requestMetadata;
  }
  if (promptVariables !== undefined) {
    body.promptVariables = Object.fromEntries(
      Object.entries(promptVariables).map(([name, value]) => [
        name,
        typeof value === 'string' ? { text: value } : value,
      ]),
    );
  }
}

function guardrail(
  config: BedrockGuardrailConfig,
  stream: boolean,
): NonNullable<ConverseRequest['guardrailConfig']> {
  if (stream) return config;
  const { streamProcessingMode: _, ...rest } = config;
  return rest;
}

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
const MAX_RESPONSE_FIELD_PATHS = 10;

function responseFieldPaths(
  paths: string[] | undefined,
  { responseFieldPaths: family }: ChatTraits,
): string[] {
  if (paths === undefined) return [...family];
  return [...new Set([...paths, ...family])].slice(0, MAX_RESPONSE_FIELD_PATHS);
}

/* -------------------------------------------------------------------- facts */

function serverToolNames(tools: readonly Tool[]): Set<string> {
  return new Set(tools.filter(tool => 'systemTool' in tool).map(({ systemTool }) => systemTool.name));
}

/** What citations point at by index, in the order in which it stands in the request. */
function citable(
  { messages = [] }: ConverseRequest,
  { documentFacts, hasSearchResults }: RequestContext,
): Pick<RequestFacts, 'documents' | 'searchResults'> {
  if (documentFacts.size === 0 && !hasSearchResults) return { documents: [], searchResults: [] };
  const blocks: Array<ContentBlock | ToolResultContent> = messages.flatMap(({ content }) =>
    content.flatMap<ContentBlock | ToolResultContent>(block =>
      'toolResult' in block ? block.toolResult.content : [block],
    ),
  );
  return {
    documents: blocks.flatMap(block =>
      'document' in block ? (documentFacts.get(block.document) ?? []) : [],
    ),
    searchResults: blocks.flatMap(block =>
      'searchResult' in block ? { title: block.searchResult.title, source: block.searchResult.source } : [],
    ),
  };
}
