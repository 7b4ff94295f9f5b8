/** What Bedrock does that has no interface in the AI SDK. Each group is loaded when it is first called. */
import type { ModelContext } from '../models/model-context.ts';
import type { BedrockModelSettings } from '../settings/settings.ts';
import type { EndpointProbe, ProbeOptions } from '../transport/probe.ts';
import type { OperationOptions } from './call.ts';
import type { CountTokensOptions, TokenCount } from './count-tokens.ts';
import type {
  AppliedGuardrail,
  ApplyGuardrailOptions,
  GuardrailChecks,
  GuardrailChecksOptions,
} from './guardrails.ts';
import type { BedrockIdentity, CallerIdentity } from './identity.ts';
import type {
  GeneratedAnswer,
  GeneratedAnswerStream,
  Retrieval,
  RetrieveAndGenerateOptions,
  RetrieveOptions,
} from './knowledge-bases.ts';
import type {
  FoundationModel,
  InferenceProfile,
  ListInferenceProfilesOptions,
  ListModelsOptions,
  ModelAvailability,
} from './models.ts';

/**
 * Every operation takes `region`, `headers` and `abortSignal`, and rejects with a `BedrockError` when AWS refuses, with
 * an `InvalidArgumentError` for an option with a value that it does not take, before anything is sent.
 */
export interface BedrockOperations {
  /**
   * How many input tokens a call will have, before it is made. Takes what `generateText` takes. Counted free of charge
   * by CountTokens, for the model behind a profile; where that does not count for the model, by bedrock-mantle; else
   * estimated, and `source` and a warning say so.
   * @param modelId as for a chat model
   * @throws BedrockError also for an id that AWS does not know
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/count-tokens.html
   * @example
   * const { tokens, source } = await bedrock.countTokens('us.anthropic.claude-sonnet-4-5-20250929-v1:0', {
   *   prompt: 'Why is the sky blue?',
   *   tools,
   * });
   */
  countTokens(modelId: string, options: CountTokensOptions): Promise<TokenCount>;

  /**
   * Checks a text or an image with a guardrail, without calling a model.
   * `guardrailMiddleware` of `bedrock-ai-provider/middleware` does it around any model.
   * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ApplyGuardrail.html
   * @example
   * const { outcome, outputs } = await bedrock.applyGuardrail({
   *   guardrailIdentifier: 'gr123', guardrailVersion: '1', source: 'INPUT', content: text,
   * });
   */
  applyGuardrail(options: ApplyGuardrailOptions): Promise<AppliedGuardrail>;

  /**
   * Scores messages for harmful content, prompt attacks and private data, without a guardrail.
   * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeGuardrailChecks.html
   */
  invokeGuardrailChecks(options: GuardrailChecksOptions): Promise<GuardrailChecks>;

  /**
   * The models of the Region.
   * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html
   */
  listModels(options?: ListModelsOptions): Promise<readonly FoundationModel[]>;

  /**
   * Whether the account may call a model in the Region, and if not, what is missing.
   * @param modelId a model's id, or an id, ARN or alias that tells it
   * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetFoundationModelAvailability.html
   */
  getModelAvailability(modelId: string, options?: OperationOptions): Promise<ModelAvailability>;

  /**
   * The inference profiles that can be called from the Region, on as many pages as there are.
   * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListInferenceProfiles.html
   */
  listInferenceProfiles(options?: ListInferenceProfilesOptions): Promise<readonly InferenceProfile[]>;

  /**
   * One inference profile, with the model behind it.
   * @param profile an id or ARN
   * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetInferenceProfile.html
   */
  getInferenceProfile(profile: string, options?: OperationOptions): Promise<InferenceProfile>;

  /**
   * Finds out what model is behind an application inference profile, whose ARN does not tell, and so which rules hold
   * for it. Nothing is sent for an id that tells its model.
   * @returns settings for the second argument of `bedrock(…)`
   * @throws InvalidArgumentError for ARNs of other kinds
   * @example
   * const model = bedrock(arn, await bedrock.resolveModel(arn));
   */
  resolveModel(
    modelId: string,
    options?: OperationOptions,
  ): Promise<BedrockModelSettings & { readonly baseModel: string }>;

  /**
   * Who calls and where that comes from, without secrets. Nothing is sent to Bedrock; what gives the identity may be
   * asked for it.
   * @throws LoadAPIKeyError where there is no identity, LoadSettingError for half of one, CredentialsError when what
   * should give it fails
   */
  getIdentity(): Promise<BedrockIdentity>;

  /**
   * Who AWS takes the caller for. Needs no permission. Takes AWS credentials and no API keys.
   * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
   */
  getCallerIdentity(options?: OperationOptions): Promise<CallerIdentity>;

  /**
   * Whether the `bedrock-runtime` endpoint of the calls answers, by one request that proves no identity and costs
   * nothing. That none answers is a result, and no error.
   * @throws LoadSettingError where nothing names a Region
   */
  probeEndpoint(options?: ProbeOptions): Promise<EndpointProbe>;

  /**
   * What a knowledge base holds on a question. Takes AWS credentials and no API keys, like the next two.
   * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_Retrieve.html
   */
  retrieve(options: RetrieveOptions): Promise<Retrieval>;

  /**
   * An answer from a knowledge base or from documents, with what it is taken from.
   * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_RetrieveAndGenerate.html
   */
  retrieveAndGenerate(options: RetrieveAndGenerateOptions): Promise<GeneratedAnswer>;

  /**
   * The same as a stream of texts and citations.
   * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_RetrieveAndGenerateStream.html
   */
  retrieveAndGenerateStream(options: RetrieveAndGenerateOptions): Promise<GeneratedAnswerStream>;
}

export function createOperations(context: ModelContext): BedrockOperations {
  return {
    countTokens: async (modelId, options) =>
      (await import('./count-tokens.ts')).countTokens(context, modelId, options),
    applyGuardrail: async options => (await import('./guardrails.ts')).applyGuardrail(context, options),
    invokeGuardrailChecks: async options =>
      (await import('./guardrails.ts')).invokeGuardrailChecks(context, options),
    listModels: async (options = {}) => (await import('./models.ts')).listModels(context, options),
    getModelAvailability: async (modelId, options = {}) =>
      (await import('./models.ts')).getModelAvailability(context, modelId, options),
    listInferenceProfiles: async (options = {}) =>
      (await import('./models.ts')).listInferenceProfiles(context, options),
    getInferenceProfile: async (profile, options = {}) =>
      (await import('./models.ts')).getInferenceProfile(context, profile, options),
    resolveModel: async (modelId, options = {}) =>
      (await import('./models.ts')).resolveModel(context, modelId, options),
    getIdentity: async () => (await import('./identity.ts')).getIdentity(context),
    getCallerIdentity: async (options = {}) =>
      (await import('./identity.ts')).getCallerIdentity(context, options),
    probeEndpoint: async (options = {}) =>
      (await import('../transport/probe.ts')).probeEndpoint(context.settings, options),
    retrieve: async options => (await import('./knowledge-bases.ts')).retrieve(context, options),
    retrieveAndGenerate: async options =>
      (await import('./knowledge-bases.ts')).retrieveAndGenerate(context, options),
    retrieveAndGenerateStream: async options =>
      (await import('./knowledge-bases.ts')).retrieveAndGenerateStream(context, options),
  };
}
