import type { AnthropicProvider } from '@ai-sdk/anthropic';
import type { LanguageModelV4, ProviderV4 } from '@ai-sdk/provider';
import { createModelContext } from '../models/model-context.ts';
import { resolveModel } from '../models/resolved-model.ts';
import { createAnthropicModel } from './anthropic-model.ts';
import { anthropicTools } from './anthropic-tools.ts';
import { noOtherModels } from './no-other-models.ts';
import { checkChoice, type PeerModelSettings, type PeerProviderSettings } from './settings.ts';

/**
 * Settings of `createBedrockAnthropic`: those of `createBedrock`, and `service`.
 * - `bedrock-runtime` (default): InvokeModel and InvokeModelWithResponseStream
 * - `bedrock-mantle`: `/anthropic/v1/messages`, for models that are only there
 */
export type BedrockAnthropicProviderSettings = PeerProviderSettings;

/** Settings of one model: those of `bedrock(…)`, and `service`. */
export type BedrockAnthropicModelSettings = PeerModelSettings;

/**
 * Claude through Anthropic's own Messages API, with what `@ai-sdk/anthropic` makes of it. None of the methods needs
 * `this`.
 */
export interface BedrockAnthropicProvider extends ProviderV4 {
  /**
   * A model by its id, profile id or ARN. `languageModel`, `chat` and `messages` are the same. Options of
   * `@ai-sdk/anthropic` go into `providerOptions.anthropic`.
   * @throws NoSuchModelError for a model that is not Anthropic's
   * @throws InvalidArgumentError when the id is empty or the settings contradict it
   */
  (modelId: string, settings?: BedrockAnthropicModelSettings): LanguageModelV4;
  languageModel(modelId: string, settings?: BedrockAnthropicModelSettings): LanguageModelV4;
  chat(modelId: string, settings?: BedrockAnthropicModelSettings): LanguageModelV4;
  messages(modelId: string, settings?: BedrockAnthropicModelSettings): LanguageModelV4;

  /**
   * The tools of `@ai-sdk/anthropic`. Which of them Bedrock has is for Bedrock to say: those that the caller runs, and
   * tool search.
   */
  readonly tools: AnthropicProvider['tools'];

  /** @throws NoSuchModelError */
  textEmbeddingModel(modelId: string): never;
}

/**
 * Makes a provider. Needs the package `@ai-sdk/anthropic`, which is loaded at the first call.
 *
 * @example
 * const anthropic = createBedrockAnthropic({ region: 'us-east-1' });
 * const { text } = await generateText({
 *   model: anthropic('us.anthropic.claude-sonnet-4-5-20250929-v1:0'),
 *   prompt: 'Why is the sky blue?',
 *   providerOptions: { anthropic: { thinking: { type: 'enabled', budgetTokens: 2000 } } },
 * });
 */
export function createBedrockAnthropic(
  settings: BedrockAnthropicProviderSettings = {},
): BedrockAnthropicProvider {
  const context = createModelContext(settings);

  const languageModel = (
    modelId: string,
    { service, ...modelSettings }: BedrockAnthropicModelSettings = {},
  ): LanguageModelV4 =>
    createAnthropicModel(
      resolveModel(modelId, modelSettings, settings),
      context,
      checkChoice('service', service ?? settings.service) ?? 'bedrock-runtime',
    );

  function provider(modelId: string, modelSettings?: BedrockAnthropicModelSettings): LanguageModelV4 {
    if (new.target) {
      throw new TypeError('A Bedrock Anthropic provider is a function: call it without `new`.');
    }
    return languageModel(modelId, modelSettings);
  }

  return Object.assign(provider, {
    specificationVersion: 'v4' as const,
    languageModel,
    chat: languageModel,
    messages: languageModel,
    tools: anthropicTools,
    ...noOtherModels,
  });
}

/** A provider with settings from the environment only. */
export const bedrockAnthropic: BedrockAnthropicProvider = createBedrockAnthropic();
