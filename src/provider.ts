import type {
  EmbeddingModelV4,
  ImageModelV4,
  LanguageModelV4,
  ProviderV4,
  RerankingModelV4,
  Experimental_VideoModelV4 as VideoModelV4,
} from '@ai-sdk/provider';
import { findRegion } from './auth/region.ts';
import type {
  KnownChatModelId,
  KnownEmbeddingModelId,
  KnownImageModelId,
  KnownRerankingModelId,
  KnownVideoModelId,
} from './catalog/model-ids.ts';
import { type BedrockCatalog, lazyCatalog } from './cost/lazy-catalog.ts';
import { isServedByInvokeModelOnly } from './models/chat-requests.ts';
import { createConverseModel } from './models/converse-model.ts';
import { createEmbeddingModel } from './models/embedding-model.ts';
import { createImageModel } from './models/image-model.ts';
import { createInvokeChatModel } from './models/invoke-chat-model.ts';
import { createModelContext } from './models/model-context.ts';
import { createRerankingModel } from './models/reranking-model.ts';
import { resolveModel } from './models/resolved-model.ts';
import { createVideoModel } from './models/video-model.ts';
import { type BedrockJobs, createJobs } from './operations/async-jobs.ts';
import { type BedrockOperations, createOperations } from './operations/index.ts';
import { withEnvironment } from './settings/environment.ts';
import type { BedrockModelSettings, BedrockProviderSettings } from './settings/settings.ts';
import { type BedrockTools, tools } from './tools/index.ts';

/** Ids of models of a kind and their profiles, for completion; any other id and ARN fits as well. */
export type BedrockChatModelId = KnownChatModelId | (string & {});
export type BedrockEmbeddingModelId = KnownEmbeddingModelId | (string & {});
export type BedrockImageModelId = KnownImageModelId | (string & {});
export type BedrockRerankingModelId = KnownRerankingModelId | (string & {});
export type BedrockVideoModelId = KnownVideoModelId | (string & {});

/**
 * Amazon Bedrock for the AI SDK. Call it with a model id, a profile id or an ARN, or use the methods; none of
 * them needs `this`, so they may be passed around.
 */
export interface BedrockProvider extends ProviderV4, BedrockOperations {
  /** The same as `languageModel`. */
  (modelId: BedrockChatModelId, settings?: BedrockModelSettings): LanguageModelV4;

  /**
   * A chat model through Converse; through InvokeModel where Converse does not serve it.
   * @param modelId e.g. `us.anthropic.claude-sonnet-4-5-20250929-v1:0`, or an ARN
   * @throws InvalidArgumentError when the id is empty or the settings contradict it
   */
  languageModel(modelId: BedrockChatModelId, settings?: BedrockModelSettings): LanguageModelV4;

  /**
   * A chat model in its own language, through InvokeModel: for what Converse has no member for, e.g. a beta of the
   * model's maker, and for imported models.
   * @param modelId e.g. `meta.llama3-70b-instruct-v1:0`, or an ARN with `family` or `baseModel` set
   * @throws NoSuchModelError when the model is not known to chat this way
   */
  invokeModel(modelId: BedrockChatModelId, settings?: BedrockModelSettings): LanguageModelV4;

  /**
   * A model that turns texts, and for some models images and other media, into vectors. `embedding`,
   * `textEmbedding` and `textEmbeddingModel` are the same.
   * @param modelId e.g. `amazon.titan-embed-text-v2:0`, `cohere.embed-v4:0`, or an ARN
   * @throws NoSuchModelError when the model is not known to embed
   */
  embeddingModel(modelId: BedrockEmbeddingModelId, settings?: BedrockModelSettings): EmbeddingModelV4;
  embedding(modelId: BedrockEmbeddingModelId, settings?: BedrockModelSettings): EmbeddingModelV4;
  textEmbedding(modelId: BedrockEmbeddingModelId, settings?: BedrockModelSettings): EmbeddingModelV4;
  textEmbeddingModel(modelId: BedrockEmbeddingModelId, settings?: BedrockModelSettings): EmbeddingModelV4;

  /**
   * A model that makes or edits images. `image` is the same.
   * @param modelId e.g. `amazon.nova-canvas-v1:0`, `us.stability.stable-image-inpaint-v1:0`, or an ARN
   * @throws NoSuchModelError when the model is not known to make images
   */
  imageModel(modelId: BedrockImageModelId, settings?: BedrockModelSettings): ImageModelV4;
  image(modelId: BedrockImageModelId, settings?: BedrockModelSettings): ImageModelV4;

  /**
   * A model that orders documents by how well they answer a query. `reranking` is the same.
   * @param modelId e.g. `cohere.rerank-v3-5:0`, `amazon.rerank-v1:0`, or an ARN
   * @throws NoSuchModelError when the model is known not to rerank
   */
  rerankingModel(modelId: BedrockRerankingModelId, settings?: BedrockModelSettings): RerankingModelV4;
  reranking(modelId: BedrockRerankingModelId, settings?: BedrockModelSettings): RerankingModelV4;

  /**
   * A model that makes videos, in jobs that take minutes and write into S3. `video` is the same.
   * @param modelId e.g. `amazon.nova-reel-v1:1`, `luma.ray-v2:0`, or an ARN
   * @throws NoSuchModelError when the model is not known to make videos
   */
  videoModel(modelId: BedrockVideoModelId, settings?: BedrockModelSettings): VideoModelV4;
  video(modelId: BedrockVideoModelId, settings?: BedrockModelSettings): VideoModelV4;

  /** Asynchronous jobs of any model: start, get, list. */
  readonly jobs: BedrockJobs;

  /** Tools of Anthropic that the caller runs, and tools that Bedrock runs itself. */
  readonly tools: BedrockTools;

  /** What is known of the models on Bedrock: limits, Regions, profiles, prices, ends of life. */
  readonly catalog: BedrockCatalog;
}

/** Makes providers. */
export interface CreateBedrock {
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
  (settings?: BedrockProviderSettings): BedrockProvider;

  /**
   * Makes a provider whose defaults are the variables of this package, read now: `BEDROCK_DEFAULT_MODEL`,
   * `BEDROCK_ALIASES`, `BEDROCK_LOG_LEVEL`, `BEDROCK_MAX_RETRIES`, `BEDROCK_TIMEOUT_MS`. The built-in aliases are on.
   * @param settings win over the variables
   * @throws LoadSettingError for a variable with a wrong value
   * @see docs/environment.md
   *
   * @example
   * const bedrock = createBedrock.fromEnv({ region: 'us-east-1' });
   * const { text } = await generateText({ model: bedrock('default'), prompt: 'Why is the sky blue?' });
   */
  fromEnv(settings?: BedrockProviderSettings): BedrockProvider;
}

export const createBedrock: CreateBedrock = Object.assign(create, {
  fromEnv: (settings?: BedrockProviderSettings) => create(withEnvironment(settings)),
});

function create(settings: BedrockProviderSettings = {}): BedrockProvider {
  const context = createModelContext(settings);

  const languageModel = (modelId: string, modelSettings: BedrockModelSettings = {}): LanguageModelV4 => {
    const model = resolveModel(modelId, modelSettings, settings);
    return isServedByInvokeModelOnly(model)
      ? createInvokeChatModel(model, context)
      : createConverseModel(model, context);
  };

  const invokeModel = (modelId: string, modelSettings: BedrockModelSettings = {}): LanguageModelV4 =>
    createInvokeChatModel(resolveModel(modelId, modelSettings, settings), context);

  const embeddingModel = (modelId: string, modelSettings: BedrockModelSettings = {}): EmbeddingModelV4 =>
    createEmbeddingModel(resolveModel(modelId, modelSettings, settings), context);

  const imageModel = (modelId: string, modelSettings: BedrockModelSettings = {}): ImageModelV4 =>
    createImageModel(resolveModel(modelId, modelSettings, settings), context);

  const rerankingModel = (modelId: string, modelSettings: BedrockModelSettings = {}): RerankingModelV4 =>
    createRerankingModel(resolveModel(modelId, modelSettings, settings), context);

  const videoModel = (modelId: string, modelSettings: BedrockModelSettings = {}): VideoModelV4 =>
    createVideoModel(resolveModel(modelId, modelSettings, settings), context);

  function provider(modelId: string, modelSettings?: BedrockModelSettings): LanguageModelV4 {
    if (new.target) {
      throw new TypeError('A Bedrock provider is a function: call it without `new`.');
    }
    return languageModel(modelId, modelSettings);
  }

  return Object.assign(provider, {
    specificationVersion: 'v4' as const,
    languageModel,
    invokeModel,
    embeddingModel,
    embedding: embeddingModel,
    textEmbedding: embeddingModel,
    textEmbeddingModel: embeddingModel,
    imageModel,
    image: imageModel,
    rerankingModel,
    reranking: rerankingModel,
    videoModel,
    video: videoModel,
    jobs: createJobs(context),
    tools,
    catalog: lazyCatalog(context.loadCatalog, () => findRegion(settings)),
    ...createOperations(context),
  });
}

/** A provider with settings from the environment only. */
export const bedrock: BedrockProvider = createBedrock();
