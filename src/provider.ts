import {
  type EmbeddingModelV4,
  type ImageModelV4,
  type LanguageModelV4,
  NoSuchModelError,
  type ProviderV4,
} from '@ai-sdk/provider';
import { generateId } from '@ai-sdk/provider-utils';
import { createAuthenticator } from './auth/authenticator.ts';
import { findFamily } from './families/index.ts';
import { ConverseModel } from './models/converse-model.ts';
import type { ResolvedModel } from './models/resolved-model.ts';
import { applyModelSettings, parseModelRef } from './settings/model-ref.ts';
import type { BedrockModelSettings, BedrockProviderSettings } from './settings/settings.ts';
import { type BedrockTools, tools } from './tools/index.ts';
import { createTransport } from './transport/transport.ts';

/**
 * Amazon Bedrock for the AI SDK. Call it with a model id, a profile id or an ARN, or use the methods; none of
 * them needs `this`, so they may be passed around.
 */
export interface BedrockProvider extends ProviderV4 {
  /** The same as `languageModel`. */
  (modelId: string, settings?: BedrockModelSettings): LanguageModelV4;

  /**
   * A chat model through Converse.
   * @param modelId e.g. `us.anthropic.claude-sonnet-4-5-20250929-v1:0`, or an ARN
   * @throws InvalidArgumentError when the id is empty or the settings contradict it
   */
  languageModel(modelId: string, settings?: BedrockModelSettings): LanguageModelV4;

  /** Not there yet. @throws NoSuchModelError always */
  embeddingModel(modelId: string): EmbeddingModelV4;

  /** Not there yet. @throws NoSuchModelError always */
  imageModel(modelId: string): ImageModelV4;

  /** Tools of Anthropic that the caller runs, and tools that Bedrock runs itself. */
  readonly tools: BedrockTools;
}

/**
 * Makes a provider. Nothing is read from the environment, and nothing is thrown for missing settings, before
 * the first call.
 *
 * @example
 * const bedrock = createBedrock({ region: 'us-east-1' });
 * const { text } = await generateText({
 *   model: bedrock('us.anthropic.claude-sonnet-4-5-20250929-v1:0'),
 *   prompt: 'Why is the sky blue?',
 * });
 */
export function createBedrock(settings: BedrockProviderSettings = {}): BedrockProvider {
  const context = {
    send: createTransport({ settings, authenticate: createAuthenticator(settings) }),
    generateId: settings.generateId ?? generateId,
    defaults: settings,
  };

  const languageModel = (modelId: string, modelSettings: BedrockModelSettings = {}): LanguageModelV4 =>
    new ConverseModel(resolveModel(modelId, modelSettings, settings), context);

  function provider(modelId: string, modelSettings?: BedrockModelSettings): LanguageModelV4 {
    if (new.target) {
      throw new TypeError('A Bedrock provider is a function: call it without `new`.');
    }
    return languageModel(modelId, modelSettings);
  }

  return Object.assign(provider, {
    specificationVersion: 'v4' as const,
    languageModel,
    embeddingModel: noSuchModel('embeddingModel'),
    imageModel: noSuchModel('imageModel'),
    tools,
  });
}

/** A provider with settings from the environment only. */
export const bedrock: BedrockProvider = createBedrock();

function resolveModel(
  modelId: string,
  modelSettings: BedrockModelSettings,
  settings: BedrockProviderSettings,
): ResolvedModel {
  const { ref, familyName, region } = applyModelSettings(parseModelRef(modelId), modelSettings);
  return {
    modelId,
    ref,
    family: findFamily({ baseModel: ref.baseModel, familyName, extra: settings.families }),
    region,
  };
}

function noSuchModel(modelType: 'embeddingModel' | 'imageModel'): (modelId: string) => never {
  return modelId => {
    throw new NoSuchModelError({ modelId, modelType });
  };
}
