import type { LanguageModelV4, ProviderV4 } from '@ai-sdk/provider';
import type { OpenAITraits } from '../codec/peers.ts';
import { openAITraits } from '../families/index.ts';
import { createModelContext } from '../models/model-context.ts';
import { type ResolvedModel, resolveModel } from '../models/resolved-model.ts';
import type { ModelRef } from '../settings/model-ref.ts';
import { listMantleModels, type MantleModel } from './mantle-models.ts';
import { noOtherModels } from './no-other-models.ts';
import { createChatModel, createResponsesModel, type OpenAIPlace } from './openai-model.ts';
import {
  type BedrockInferenceService,
  checkChoice,
  type PeerModelSettings,
  type PeerProviderSettings,
} from './settings.ts';

/**
 * Settings of `createBedrockOpenAI`: those of `createBedrock`, and `service`. Without it, ids of profiles, ids with a
 * version (`…-1:0`) and ARNs are called at `bedrock-runtime`, which alone knows them, and all others at
 * `bedrock-mantle`.
 */
export type BedrockOpenAIProviderSettings = PeerProviderSettings;

/** Settings of one model: those of `bedrock(…)`, `service`, and `mantlePrefix`. */
export type BedrockOpenAIModelSettings = PeerModelSettings & {
  /**
   * What goes before `/chat/completions` and `/responses` on `bedrock-mantle`, which answers "model … isn't supported
   * on this route" to the wrong one.
   * @default as the model's family says: `/openai/v1` for GPT, Grok and Gemma 4, else `/v1`
   */
  readonly mantlePrefix?: '/v1' | '/openai/v1' | undefined;
};

/** Models through OpenAI's APIs, with what `@ai-sdk/openai` makes of them. None of the methods needs `this`. */
export interface BedrockOpenAIProvider extends ProviderV4 {
  /**
   * A model through the API that serves it best: Responses for GPT, Chat Completions for all others. The same as
   * `languageModel`. Options of `@ai-sdk/openai` go into `providerOptions.openai`.
   * @param modelId e.g. `openai.gpt-oss-120b`, `us.openai.gpt-5.6-luna`, or an ARN
   * @throws InvalidArgumentError when the id is empty or the settings contradict it
   */
  (modelId: string, settings?: BedrockOpenAIModelSettings): LanguageModelV4;
  languageModel(modelId: string, settings?: BedrockOpenAIModelSettings): LanguageModelV4;

  /** A model through Chat Completions. */
  chat(modelId: string, settings?: BedrockOpenAIModelSettings): LanguageModelV4;

  /** A model through Responses. */
  responses(modelId: string, settings?: BedrockOpenAIModelSettings): LanguageModelV4;

  /**
   * The models that `bedrock-mantle` has for the caller in the provider's Region. Needs no other package.
   * @throws BedrockError and what else calls throw
   */
  listModels(options?: { abortSignal?: AbortSignal | undefined }): Promise<MantleModel[]>;

  /** @throws NoSuchModelError */
  textEmbeddingModel(modelId: string): never;
}

/**
 * Makes a provider. Needs the package `@ai-sdk/openai`, which is loaded at the first call.
 *
 * @example
 * const openai = createBedrockOpenAI({ region: 'us-east-1' });
 * const { text } = await generateText({ model: openai('openai.gpt-5.5'), prompt: 'Why is the sky blue?' });
 */
export function createBedrockOpenAI(settings: BedrockOpenAIProviderSettings = {}): BedrockOpenAIProvider {
  const context = createModelContext(settings);

  const resolve = (modelId: string, modelSettings: BedrockOpenAIModelSettings = {}) => {
    const { service, mantlePrefix, ...others } = modelSettings;
    const model = resolveModel(modelId, others, settings);
    const traits = openAITraits({ family: model.family, baseModel: model.ref.baseModel });
    const place: OpenAIPlace = {
      service: checkChoice('service', service ?? settings.service) ?? serviceOf(model.ref),
      mantlePrefix: checkChoice('mantlePrefix', mantlePrefix, PREFIXES) ?? traits.mantlePrefix,
    };
    return { model, place, traits };
  };
  const create = (
    api: OpenAITraits['api'],
    { model, place }: { model: ResolvedModel; place: OpenAIPlace },
  ): LanguageModelV4 =>
    api === 'chat' ? createChatModel(model, context, place) : createResponsesModel(model, context, place);

  const chat = (modelId: string, modelSettings?: BedrockOpenAIModelSettings) =>
    create('chat', resolve(modelId, modelSettings));
  const responses = (modelId: string, modelSettings?: BedrockOpenAIModelSettings) =>
    create('responses', resolve(modelId, modelSettings));
  const languageModel = (modelId: string, modelSettings?: BedrockOpenAIModelSettings) => {
    const resolved = resolve(modelId, modelSettings);
    return create(resolved.traits.api, resolved);
  };

  function provider(modelId: string, modelSettings?: BedrockOpenAIModelSettings): LanguageModelV4 {
    if (new.target) {
      throw new TypeError('A Bedrock OpenAI provider is a function: call it without `new`.');
    }
    return languageModel(modelId, modelSettings);
  }

  return Object.assign(provider, {
    specificationVersion: 'v4' as const,
    languageModel,
    chat,
    responses,
    listModels: (options: { abortSignal?: AbortSignal | undefined } = {}) =>
      listMantleModels(context, options),
    ...noOtherModels,
  });
}

/** A provider with settings from the environment only. */
export const bedrockOpenAI: BedrockOpenAIProvider = createBedrockOpenAI();

const PREFIXES: readonly unknown[] = ['/v1', '/openai/v1'];

/** Mantle has names for models and no versions, profiles and ARNs of them. */
function serviceOf({ id, address }: ModelRef): BedrockInferenceService {
  return address === 'model' && !/:\d+$/.test(id) ? 'bedrock-mantle' : 'bedrock-runtime';
}
