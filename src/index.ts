export type { CatalogQuery } from './catalog/query.ts';
export type {
  CatalogCapability,
  CatalogEntry,
  CatalogKind,
  CatalogModality,
  CatalogModel,
  CatalogNeed,
  CatalogPrice,
  CatalogProfile,
  CatalogRate,
  CatalogStatus,
  CatalogTier,
} from './catalog/types.ts';
export type {
  BedrockCachePoint,
  BedrockFilePartOptions,
  BedrockGuardContentOptions,
  BedrockGuardrailConfig,
  BedrockLanguageModelOptions,
  BedrockMessageOptions,
  BedrockReasoningConfig,
  BedrockSystemMessageOptions,
  BedrockTextPartOptions,
  BedrockToolOptions,
  BedrockToolReference,
  BedrockToolResultContentOptions,
} from './codec/converse/options.ts';
export type {
  BedrockGuardrailAssessment,
  BedrockGuardrailTrace,
  BedrockLanguageModelMetadata,
  BedrockTrace,
} from './codec/converse/provider-metadata.ts';
export type {
  ChatTraits,
  ContentTraits,
  MediaKind,
  ModelFamily,
  PromptCacheTraits,
  ProviderToolPlan,
  ProviderToolTraits,
  ReasoningLevel,
  ReasoningPlan,
  ReasoningRequest,
  SamplingConflict,
  SamplingOption,
  SamplingRule,
  SchemaTraits,
  StructuredOutputMode,
  ToolTraits,
} from './codec/family.ts';
export type { BodyContext, InvokeChatTraits, OwnReplyReader, OwnRequest } from './codec/invoke/chat.ts';
export type {
  EmbeddedValue,
  EmbeddingFile,
  EmbeddingFileTraits,
  EmbeddingInput,
  EmbeddingReply,
  EmbeddingSettings,
  EmbeddingTraits,
} from './codec/invoke/embedding.ts';
export type {
  BedrockEmbeddedValueMetadata,
  BedrockEmbeddingFile,
  BedrockEmbeddingMetadata,
  BedrockEmbeddingModelOptions,
  BedrockEmbeddingType,
} from './codec/invoke/embedding-options.ts';
export type {
  GeneratedImage,
  ImageFailure,
  ImagePlan,
  ImageReply,
  ImageRequest,
  ImageTraits,
  Sides,
} from './codec/invoke/image.ts';
export type {
  BedrockImageMetadata,
  BedrockImageModelMetadata,
  BedrockImageModelOptions,
} from './codec/invoke/image-options.ts';
export type { BedrockOutputLocation } from './codec/invoke/output-location.ts';
export type { ReplyWriter } from './codec/invoke/reply-writer.ts';
export type { RerankingBody, RerankingRequest, RerankingTraits } from './codec/invoke/reranking.ts';
export type { BedrockRerankingModelOptions } from './codec/invoke/reranking-options.ts';
export type {
  VideoFamilyOptions,
  VideoImage,
  VideoPlan,
  VideoRequest,
  VideoTraits,
} from './codec/invoke/video.ts';
export type {
  BedrockVideoMetadata,
  BedrockVideoModelMetadata,
  BedrockVideoModelOptions,
} from './codec/invoke/video-options.ts';
export type { Later } from './codec/later.ts';
export type { BedrockTrafficOptions } from './codec/traffic-options.ts';
export type { CheapestModel, CheapestQuery } from './cost/cheapest.ts';
export type { Cost, CostPart, KnownCost, UnknownCost } from './cost/cost.ts';
export type { BedrockCatalog } from './cost/lazy-catalog.ts';
export type { CostTracker } from './cost/tracker.ts';
export { BedrockError, CredentialsError } from './errors.ts';
export { chatDefaults } from './families/defaults.ts';
export type { BedrockLogLevel, BedrockLogOptions } from './log/settings.ts';
export type { BedrockJob, BedrockJobCall } from './models/async-invoke.ts';
export type { BedrockVideoOperation } from './models/video-maker.ts';
export type {
  BedrockJobList,
  BedrockJobListOptions,
  BedrockJobRequest,
  BedrockJobs,
} from './operations/async-jobs.ts';
export type { OperationOptions } from './operations/call.ts';
export type { CountTokensOptions, TokenCount } from './operations/count-tokens.ts';
export type {
  AppliedGuardrail,
  ApplyGuardrailOptions,
  GuardrailChecks,
  GuardrailChecksMessage,
  GuardrailChecksOptions,
  GuardrailContent,
} from './operations/guardrails.ts';
export type { BedrockIdentity, CallerIdentity } from './operations/identity.ts';
export type { BedrockOperations } from './operations/index.ts';
export type {
  ExternalSource,
  GeneratedAnswer,
  GeneratedAnswerPart,
  GeneratedAnswerStream,
  KnowledgeBaseCitation,
  Retrieval,
  RetrievalFilter,
  RetrieveAndGenerateOptions,
  RetrievedReference,
  RetrievedResult,
  RetrieveOptions,
} from './operations/knowledge-bases.ts';
export type {
  FoundationModel,
  InferenceProfile,
  ListInferenceProfilesOptions,
  ListModelsOptions,
  ModelAvailability,
} from './operations/models.ts';
export type { BedrockPromptMessage, PromptTool, PromptTools } from './operations/to-prompt.ts';
export {
  type BedrockChatModelId,
  type BedrockEmbeddingModelId,
  type BedrockImageModelId,
  type BedrockProvider,
  type BedrockRerankingModelId,
  type BedrockVideoModelId,
  bedrock,
  type CreateBedrock,
  createBedrock,
} from './provider.ts';
export type {
  AwsCredentials,
  AwsCredentialsProvider,
  BedrockEndpoints,
  BedrockModelSettings,
  BedrockProviderSettings,
} from './settings/settings.ts';
export type { BedrockTools } from './tools/index.ts';
export type { BreakerOptions } from './traffic/breaker.ts';
export type { TrafficEvent, TrafficTarget } from './traffic/events.ts';
export type { RedisClient } from './traffic/redis-client.ts';
export type { RetryOptions } from './traffic/retry.ts';
export type { FailoverTarget, TrafficQuota, TrafficSettings } from './traffic/settings.ts';
export {
  QueueFullError,
  QueueTimeoutError,
  QuotaExceededError,
  TargetDownError,
} from './traffic/traffic-errors.ts';
export type { EndpointProbe, ProbeOptions } from './transport/probe.ts';
export { VERSION } from './version.ts';
