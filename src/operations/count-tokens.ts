import {
  InvalidArgumentError,
  type LanguageModelV4CallOptions,
  type SharedV4ProviderOptions,
  type SharedV4Warning,
} from '@ai-sdk/provider';
import { type CountedRequest, estimateTokens } from '../codec/converse/estimate-tokens.ts';
import { readDefaults } from '../codec/converse/read-options.ts';
import { toConverseRequest } from '../codec/converse/to-request.ts';
import { BedrockError } from '../errors.ts';
import type { ModelContext } from '../models/model-context.ts';
import { type ResolvedModel, resolveModel } from '../models/resolved-model.ts';
import { encodePathLabel } from '../settings/model-ref.ts';
import type { BedrockModelSettings } from '../settings/settings.ts';
import { callOperation, type OperationOptions } from './call.ts';
import {
  type BedrockPromptMessage,
  type CallToolChoice,
  type PromptInput,
  type PromptTools,
  toPrompt,
  toToolChoice,
  toTools,
} from './to-prompt.ts';

/** What `generateText` takes, as far as it counts; and the settings of the model. */
export interface CountTokensOptions extends OperationOptions, BedrockModelSettings {
  /** The system prompt. `system` is the same. */
  readonly instructions?: PromptInput['instructions'];
  readonly system?: PromptInput['system'];
  /** A text, or messages. */
  readonly prompt?: string | readonly BedrockPromptMessage[] | undefined;
  /**
   * Messages of `generateText` or of a model's prompt. Files are given by their bytes or in S3: unlike
   * `generateText`, this downloads nothing.
   */
  readonly messages?: readonly BedrockPromptMessage[] | undefined;
  /** The `tools` of `generateText`, or those that a model or a middleware gets. */
  readonly tools?: PromptTools | undefined;
  readonly toolChoice?: CallToolChoice | undefined;
  readonly reasoning?: LanguageModelV4CallOptions['reasoning'];
  readonly providerOptions?: SharedV4ProviderOptions | undefined;
}

export interface TokenCount {
  /** Input tokens. */
  readonly tokens: number;
  /**
   * Who counted: `service` is CountTokens, whose count is the one that is billed; `mantle` is Anthropic's
   * `count_tokens` on bedrock-mantle; `estimate` is a guess from the number of characters and the sizes of files.
   */
  readonly source: 'service' | 'mantle' | 'estimate';
  /** What the tokens were counted for, e.g. the model behind a profile. */
  readonly modelId: string;
  /** What the request leaves out of the prompt, and why a count is an estimate. */
  readonly warnings: readonly SharedV4Warning[];
}

/** See `BedrockOperations.countTokens`. */
export async function countTokens(
  context: ModelContext,
  modelId: string,
  options: CountTokensOptions,
): Promise<TokenCount> {
  const model = resolveModel(modelId, options, context.settings);
  const { request, warnings } = await toRequest(model, context, options);
  // Profiles and ARNs are refused whatever is behind them, so the model itself is asked for.
  const counted = model.ref.baseModel ?? model.ref.id;
  try {
    const tokens = await countByService(counted, request, model, context, options);
    return { tokens, source: 'service', modelId: counted, warnings };
  } catch (error) {
    if (!saysNotForThisModel(error)) throw error;
    return await countOtherwise(error, { counted, request, warnings, model, context, options });
  }
}

interface Counting {
  readonly counted: string;
  readonly request: CountedRequest;
  readonly warnings: readonly SharedV4Warning[];
  readonly model: ResolvedModel;
  readonly context: ModelContext;
  readonly options: CountTokensOptions;
}

/** The request that Converse would get; CountTokens takes four members of it. */
async function toRequest(
  model: ResolvedModel,
  context: ModelContext,
  options: CountTokensOptions,
): Promise<{ request: CountedRequest; warnings: readonly SharedV4Warning[] }> {
  const { toolChoice, reasoning, providerOptions } = options;
  const tools = await toTools(options.tools);
  const choice = toToolChoice(toolChoice);
  const { body, warnings } = toConverseRequest({
    options: {
      prompt: toPrompt(options),
      ...(tools && { tools }),
      ...(choice && { toolChoice: choice }),
      ...(reasoning !== undefined && { reasoning }),
      ...(providerOptions && { providerOptions }),
    },
    traits: model.family.chat(model.ref.baseModel),
    familyName: model.family.name,
    address: model.ref.address,
    stream: false,
    defaults: readDefaults(context.settings),
  });
  const { messages, system, toolConfig, additionalModelRequestFields } = body;
  return {
    request: {
      ...(messages && { messages }),
      ...(system && { system }),
      ...(toolConfig && { toolConfig }),
      ...(additionalModelRequestFields && { additionalModelRequestFields }),
    },
    warnings,
  };
}

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html */
async function countByService(
  counted: string,
  request: CountedRequest,
  { region }: ResolvedModel,
  context: ModelContext,
  options: CountTokensOptions,
): Promise<number> {
  const { inputTokens } = await callOperation<{ inputTokens: number }>(
    context,
    {
      service: 'bedrock-runtime',
      path: `/model/${encodePathLabel(counted)}/count-tokens`,
      modelId: counted,
      body: { input: { converse: request } },
    },
    { ...options, region },
    reply => isCount(reply.inputTokens),
  );
  return inputTokens;
}

/**
 * Whether CountTokens is not for this model, or not in this Region, or not of what stands in AWS's place. Some of the
 * same messages come for an id with a typing error, which `countOtherwise` finds out.
 */
function saysNotForThisModel(error: unknown): error is BedrockError {
  if (!BedrockError.isInstance(error)) return false;
  if (error.code === 'UnknownOperationException') return true;
  return (
    // Not by its name: gateways leave out the header that tells it.
    error.statusCode === 400 &&
    /support counting tokens|provided model identifier|on-demand throughput|count.?tokens.*(not|n't) support/i.test(
      error.message,
    )
  );
}

async function countOtherwise(refusal: BedrockError, counting: Counting): Promise<TokenCount> {
  const { counted, request, warnings, model } = counting;
  const body = await model.family.countBody?.(request);
  const onMantle = body === undefined ? undefined : await countOnMantle(body, counting);
  if (typeof onMantle === 'number') {
    return { tokens: onMantle, source: 'mantle', modelId: counted, warnings };
  }
  // Nobody knows an id that the caller wrote so: it is likelier wrong than new.
  const isUnknown = /provided model identifier/i.test(refusal.message);
  if (isUnknown && counted === model.modelId) throw refusal;
  const why = [refusal, onMantle].flatMap(error => (error === undefined ? [] : [error.message])).join(' ');
  return {
    tokens: estimateTokens(request),
    source: 'estimate',
    modelId: counted,
    warnings: [...warnings, { type: 'other', message: `The tokens are estimated, not counted: ${why}` }],
  };
}

/**
 * @returns the error where Mantle does not count for this model either, or cannot be called from here
 * @throws BedrockError for what another try may change
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/count-tokens.html
 */
async function countOnMantle(
  body: object,
  { counted, model, context, options }: Counting,
): Promise<number | Error> {
  try {
    const { input_tokens } = await callOperation<{ input_tokens: number }>(
      context,
      {
        service: 'bedrock-mantle',
        path: '/anthropic/v1/messages/count_tokens',
        modelId: counted,
        body: { model: counted, ...body },
      },
      {
        ...options,
        region: model.region,
        headers: { 'anthropic-version': '2023-06-01', ...options.headers },
      },
      reply => isCount(reply.input_tokens),
    );
    return input_tokens;
  } catch (error) {
    if (hasNoEndpoint(error) || (BedrockError.isInstance(error) && !error.isRetryable)) return error;
    throw error;
  }
}

/** Not every Region has a Mantle, and none has one for FIPS. */
function hasNoEndpoint(error: unknown): error is Error {
  if (InvalidArgumentError.isInstance(error)) return error.argument === 'useFipsEndpoint';
  return BedrockError.isInstance(error) && error.code === 'NetworkError';
}

function isCount(tokens: unknown): boolean {
  return typeof tokens === 'number' && tokens >= 0;
}
