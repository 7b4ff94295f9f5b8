/** The AI SDK's call options as the body and headers of InvokeModel, by way of Converse. */
import type { JSONObject, SharedV4Warning } from '@ai-sdk/provider';
import { mergeFields } from '../converse/json-object.ts';
import type { RequestFacts } from '../converse/request-facts.ts';
import { type ConverseRequestInput, toConverseRequest } from '../converse/to-request.ts';
import type {
  ContentBlock,
  ConverseRequest,
  GuardContentBlock,
  SystemContentBlock,
} from '../converse/wire.ts';
import type { ChatTraits } from '../family.ts';
import type { BodyContext, InvokeChatTraits, OwnRequest } from './chat.ts';

export interface InvokePlan {
  /** What the body says, in Converse's shape. */
  readonly request: ConverseRequest;
  readonly body: JSONObject;
  /** Whether files stand in the body, in base64. */
  readonly hasFiles: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly warnings: SharedV4Warning[];
  readonly facts: RequestFacts;
}

export interface InvokeRequestInput extends Omit<ConverseRequestInput, 'traits' | 'address'> {
  /** Of `invokeRules`. */
  readonly traits: ChatTraits;
  readonly invoke: InvokeChatTraits;
  /** Random letters and digits; asked for where a guardrail is to check parts of the prompt. */
  readonly randomTag: () => string;
}

/** The rules of a model in its own body. */
export function invokeRules(converse: ChatTraits, invoke: InvokeChatTraits): ChatTraits {
  const own = invoke.rules(converse);
  // The reply comes whole, so that there are no members to ask for, and what streams streams with tools.
  return { ...own, tools: { ...own.tools, streaming: true }, responseFieldPaths: [] };
}

/**
 * @throws InvalidArgumentError for a provider option with a value it does not take
 * @throws UnsupportedFunctionalityError for a file that the model, or its own body, cannot take
 */
export function toInvokeRequest(input: InvokeRequestInput): InvokePlan {
  const { invoke, options, traits, familyName, defaults } = input;
  const stream = input.stream && invoke.streaming !== false;
  const {
    body: converse,
    hasFiles,
    warnings,
    facts,
  } = toConverseRequest({
    options,
    traits,
    familyName,
    address: 'model',
    stream,
    defaults,
  });
  const request = withLimit(converse, invoke.defaultMaxTokens);
  const context = bodyContext(stream, warnings);
  warnOfServiceMembers(request, context);
  const tag = guardTag(request, input.randomTag);
  const body = mergeFields(
    { ...invoke.toBody(withoutGuards(request, tag, context), context), ...guardrailMember(request, tag) },
    request.additionalModelRequestFields ?? {},
  );
  return { request, body, hasFiles, headers: toHeaders(request, stream), warnings, facts };
}

function withLimit(request: ConverseRequest, maxTokens: number | undefined): ConverseRequest {
  if (maxTokens === undefined || request.inferenceConfig?.maxTokens !== undefined) return request;
  return { ...request, inferenceConfig: { maxTokens, ...request.inferenceConfig } };
}

function bodyContext(stream: boolean, warnings: SharedV4Warning[]): BodyContext {
  const warn = (warning: SharedV4Warning): void => {
    const text = JSON.stringify(warning);
    if (!warnings.some(given => JSON.stringify(given) === text)) warnings.push(warning);
  };
  return {
    stream,
    compatibility: (feature, details) => warn({ type: 'compatibility', feature, details }),
    unsupported: (feature, details) => warn({ type: 'unsupported', feature, details }),
  };
}

function warnOfServiceMembers(request: ConverseRequest, context: BodyContext): void {
  if (request.additionalModelResponseFieldPaths !== undefined) {
    context.unsupported(
      'additionalModelResponseFieldPaths',
      'InvokeModel gives the model’s own reply whole: in `response.body`, and in the raw chunks of a stream.',
    );
  }
  if (request.promptVariables !== undefined) {
    context.unsupported('promptVariables', 'InvokeModel knows no prompts of Prompt management.');
  }
}

/* ----------------------------------------------------------------- headers */

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html */
function toHeaders(request: ConverseRequest, stream: boolean): Record<string, string> {
  const { guardrailConfig, performanceConfig, serviceTier, requestMetadata } = request;
  const headers = {
    [stream ? 'X-Amzn-Bedrock-Accept' : 'Accept']: 'application/json',
    'X-Amzn-Bedrock-GuardrailIdentifier': guardrailConfig?.guardrailIdentifier,
    'X-Amzn-Bedrock-GuardrailVersion': guardrailConfig?.guardrailVersion,
    'X-Amzn-Bedrock-Trace': guardrailConfig?.trace?.toUpperCase(),
    'X-Amzn-Bedrock-PerformanceConfig-Latency': performanceConfig?.latency,
    'X-Amzn-Bedrock-Service-Tier': serviceTier?.type,
    'X-Amzn-Bedrock-Request-Metadata': requestMetadata && asciiJson(requestMetadata),
  };
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
}

/** Headers are ASCII, and metadata may hold any white space. */
function asciiJson(value: object): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/* --------------------------------------------------------------- guardrails */

/** https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-tagging.html */
const MAX_TAG = 20;

function guardTag(request: ConverseRequest, randomTag: () => string): string | undefined {
  const blocks = [...(request.system ?? []), ...(request.messages ?? []).flatMap(({ content }) => content)];
  if (request.guardrailConfig === undefined || !blocks.some(block => 'guardContent' in block))
    return undefined;
  return randomTag()
    .replace(/[^a-zA-Z0-9]/g, '')
    .slice(0, MAX_TAG);
}

/** The member that only calls with a guardrail may have. */
function guardrailMember({ guardrailConfig }: ConverseRequest, tagSuffix: string | undefined): JSONObject {
  const mode = guardrailConfig?.streamProcessingMode;
  const member = {
    ...(tagSuffix !== undefined && { tagSuffix }),
    ...(mode !== undefined && { streamProcessingMode: mode === 'async' ? 'ASYNCHRONOUS' : 'SYNCHRONOUS' }),
  };
  return Object.keys(member).length === 0 ? {} : { 'amazon-bedrock-guardrailConfig': member };
}

/** Guarded content as what the model sees, with tags around text for the guardrail. */
function withoutGuards(
  { system, messages, inferenceConfig, toolConfig, outputConfig }: ConverseRequest,
  tag: string | undefined,
  context: BodyContext,
): OwnRequest {
  const plain = <Block extends ContentBlock | SystemContentBlock>(block: Block): Block =>
    'guardContent' in block ? (unguarded(block.guardContent, tag, context) as Block) : block;
  return {
    ...(system && { system: system.map(plain) }),
    ...(messages && {
      messages: messages.map(({ role, content }) => ({ role, content: content.map(plain) })),
    }),
    ...(inferenceConfig && { inferenceConfig }),
    ...(toolConfig && { toolConfig }),
    ...(outputConfig && { outputConfig }),
  };
}

function unguarded(content: GuardContentBlock, tag: string | undefined, context: BodyContext): ContentBlock {
  if ('image' in content) {
    context.unsupported('guardContent', 'InvokeModel marks text for a guardrail, not images.');
    return { image: content.image };
  }
  const { text, qualifiers } = content.text;
  if (qualifiers !== undefined) {
    context.unsupported('guardContentQualifiers', 'InvokeModel marks text for a guardrail, and not as what.');
  }
  if (tag === undefined) return { text };
  const name = `amazon-bedrock-guardrails-guardContent_${tag}`;
  return { text: `<${name}>${text}</${name}>` };
}
