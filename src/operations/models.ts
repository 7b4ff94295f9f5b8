/** What models and inference profiles there are: look-ups in the control plane. */
import { z } from 'zod/v4';
import { checkOptions, invalidArgument } from '../codec/provider-options.ts';
import type { ModelContext } from '../models/model-context.ts';
import { resolveAlias } from '../settings/aliases.ts';
import { encodePathLabel, parseModelRef } from '../settings/model-ref.ts';
import type { BedrockModelSettings } from '../settings/settings.ts';
import { callOperation, type OperationOptions, splitOptions } from './call.ts';

type Checked = Parameters<typeof checkOptions>[1];

/* ------------------------------------------------------------------ models */

export interface ListModelsOptions extends OperationOptions {
  /** E.g. `Anthropic`. */
  readonly byProvider?: string | undefined;
  readonly byOutputModality?: 'TEXT' | 'IMAGE' | 'EMBEDDING' | undefined;
  /** `ON_DEMAND` models are called by their own id; most others through inference profiles. */
  readonly byInferenceType?: 'ON_DEMAND' | 'PROVISIONED' | undefined;
  readonly byCustomizationType?: 'FINE_TUNING' | 'CONTINUED_PRE_TRAINING' | 'DISTILLATION' | undefined;
}

/** AWS's summary of a model; what it adds tomorrow is there as well. */
export interface FoundationModel {
  readonly modelArn: string;
  readonly modelId: string;
  readonly modelName?: string;
  readonly providerName?: string;
  readonly inputModalities?: readonly string[];
  readonly outputModalities?: readonly string[];
  readonly responseStreamingSupported?: boolean | null;
  readonly customizationsSupported?: readonly string[];
  readonly inferenceTypesSupported?: readonly string[];
  readonly modelLifecycle?: {
    readonly status?: 'ACTIVE' | 'LEGACY' | (string & {});
    /** ISO 8601. */
    readonly startOfLifeTime?: string;
    readonly legacyTime?: string;
    readonly publicExtendedAccessTime?: string;
    readonly endOfLifeTime?: string;
  };
}

const listModelsSchema = z.strictObject({
  byProvider: z
    .string()
    .regex(/^[A-Za-z0-9- ]{1,63}$/, 'expected the name of a provider, e.g. "Anthropic"')
    .optional(),
  byOutputModality: z.enum(['TEXT', 'IMAGE', 'EMBEDDING']).optional(),
  byInferenceType: z.enum(['ON_DEMAND', 'PROVISIONED']).optional(),
  byCustomizationType: z.enum(['FINE_TUNING', 'CONTINUED_PRE_TRAINING', 'DISTILLATION']).optional(),
});

/** See `BedrockOperations.listModels`. */
export async function listModels(
  context: ModelContext,
  options: ListModelsOptions,
): Promise<readonly FoundationModel[]> {
  const { own, shared } = splitOptions(options);
  const query = checkOptions(listModelsSchema, own as Checked, () => 'listModels');
  const { modelSummaries } = await callOperation<{ modelSummaries: readonly FoundationModel[] }>(
    context,
    { service: 'bedrock', path: '/foundation-models', query: given(query) },
    shared,
    reply => Array.isArray(reply.modelSummaries),
  );
  return modelSummaries;
}

/** Whether this account may call a model in this Region. */
export interface ModelAvailability {
  /** All four of the others say yes. */
  readonly available: boolean;
  readonly modelId: string;
  /** Of the agreement that some providers ask for. */
  readonly agreementAvailability: {
    readonly status?: 'AVAILABLE' | 'PENDING' | 'NOT_AVAILABLE' | 'ERROR' | (string & {});
    readonly errorMessage?: string;
  };
  readonly authorizationStatus: 'AUTHORIZED' | 'NOT_AUTHORIZED' | (string & {});
  readonly entitlementAvailability: 'AVAILABLE' | 'NOT_AVAILABLE' | (string & {});
  readonly regionAvailability: 'AVAILABLE' | 'NOT_AVAILABLE' | (string & {});
}

/** See `BedrockOperations.getModelAvailability`. */
export async function getModelAvailability(
  context: ModelContext,
  modelId: string,
  options: OperationOptions,
): Promise<ModelAvailability> {
  const ref = parseModelRef(resolveAlias(modelId, context.settings.aliases).id);
  if (ref.baseModel === undefined) {
    throw invalidArgument(
      'modelId',
      `${JSON.stringify(modelId)} does not tell its model; ask for the model's own id, e.g. amazon.nova-lite-v1:0`,
    );
  }
  const reply = await callOperation<Omit<ModelAvailability, 'available'>>(
    context,
    {
      service: 'bedrock',
      path: `/foundation-model-availability/${encodePathLabel(ref.baseModel)}`,
      modelId: ref.baseModel,
    },
    { ...options, region: options.region ?? (ref.arn?.region || undefined) },
    ({ authorizationStatus }) => typeof authorizationStatus === 'string',
  );
  const { agreementAvailability, authorizationStatus, entitlementAvailability, regionAvailability } = reply;
  const available =
    authorizationStatus === 'AUTHORIZED' &&
    [agreementAvailability?.status, entitlementAvailability, regionAvailability].every(
      status => status === 'AVAILABLE',
    );
  return { ...reply, available };
}

/* ---------------------------------------------------------------- profiles */

export interface ListInferenceProfilesOptions extends OperationOptions {
  /**
   * AWS's own profiles, or those of the account (`APPLICATION`).
   * @default both
   */
  readonly type?: 'SYSTEM_DEFINED' | 'APPLICATION' | undefined;
}

export interface InferenceProfile {
  readonly inferenceProfileId: string;
  readonly inferenceProfileArn: string;
  readonly inferenceProfileName?: string;
  readonly description?: string;
  readonly type?: 'SYSTEM_DEFINED' | 'APPLICATION' | (string & {});
  readonly status?: 'ACTIVE' | (string & {});
  /** One per Region that calls may be sent to. */
  readonly models: ReadonlyArray<{ readonly modelArn?: string }>;
  /** ISO 8601. */
  readonly createdAt?: string;
  readonly updatedAt?: string;
  /** The model behind it, for the model setting of the same name; undefined if there are several. */
  readonly baseModel: string | undefined;
}

const listProfilesSchema = z.strictObject({ type: z.enum(['SYSTEM_DEFINED', 'APPLICATION']).optional() });

/** As many as AWS takes. */
const PAGE_SIZE = '1000';

type ProfileReply = Omit<InferenceProfile, 'baseModel'>;

/** See `BedrockOperations.listInferenceProfiles`. */
export async function listInferenceProfiles(
  context: ModelContext,
  options: ListInferenceProfilesOptions,
): Promise<readonly InferenceProfile[]> {
  const { own, shared } = splitOptions(options);
  const { type } = checkOptions(listProfilesSchema, own as Checked, () => 'listInferenceProfiles');
  const profiles: InferenceProfile[] = [];
  for (let nextToken: string | undefined; ; ) {
    const query = given({ type, maxResults: PAGE_SIZE, nextToken });
    const page = await callOperation<{
      inferenceProfileSummaries: readonly ProfileReply[];
      nextToken?: string | null;
    }>(context, { service: 'bedrock', path: '/inference-profiles', query }, shared, reply =>
      Array.isArray(reply.inferenceProfileSummaries),
    );
    profiles.push(...page.inferenceProfileSummaries.map(withBaseModel));
    // The same token once more would go round for ever.
    if (!page.nextToken || page.nextToken === nextToken) return profiles;
    nextToken = page.nextToken;
  }
}

/** See `BedrockOperations.getInferenceProfile`. */
export async function getInferenceProfile(
  context: ModelContext,
  profile: string,
  options: OperationOptions,
): Promise<InferenceProfile> {
  const { arn } = parseModelRef(profile);
  const reply = await callOperation<ProfileReply>(
    context,
    { service: 'bedrock', path: `/inference-profiles/${encodePathLabel(profile)}`, modelId: profile },
    { ...options, region: options.region ?? (arn?.region || undefined) },
    ({ models }) => Array.isArray(models),
  );
  return withBaseModel(reply);
}

function withBaseModel(profile: ProfileReply): InferenceProfile {
  const baseModels = new Set(
    (profile.models ?? []).flatMap(({ modelArn }) =>
      modelArn === undefined ? [] : [parseModelRef(modelArn).baseModel],
    ),
  );
  const [baseModel] = baseModels;
  return { ...profile, baseModel: baseModels.size === 1 ? baseModel : undefined };
}

/* ----------------------------------------------------------- resolve a model */

/** See `BedrockOperations.resolveModel`. */
export async function resolveModel(
  context: ModelContext,
  modelId: string,
  options: OperationOptions,
): Promise<BedrockModelSettings & { readonly baseModel: string }> {
  const { id } = resolveAlias(modelId, context.settings.aliases);
  const ref = parseModelRef(id);
  const { region } = options;
  const settings = region === undefined ? {} : { region };
  if (ref.baseModel !== undefined) return { ...settings, baseModel: ref.baseModel };
  if (ref.address !== 'application-inference-profile-arn' && ref.address !== 'model') {
    throw invalidArgument(
      'modelId',
      `only application inference profiles are resolved, and ${JSON.stringify(modelId)} is none; ` +
        'set baseModel or family yourself',
    );
  }
  const { baseModel } = await getInferenceProfile(context, id, options);
  if (baseModel !== undefined) return { ...settings, baseModel };
  throw invalidArgument(
    'modelId',
    `there is not one model behind ${JSON.stringify(modelId)}; set baseModel yourself`,
  );
}

function given(query: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
