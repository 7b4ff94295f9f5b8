import { checkEndpointSettings } from '../settings/endpoints.ts';
import type { BedrockModelSettings, BedrockProviderSettings } from '../settings/settings.ts';
import { createModelContext, type ModelContext } from './model-context.ts';
import { type ResolvedModel, resolveModel } from './resolved-model.ts';

/**
 * A model as it goes from one step of a workflow to the next, which may store it: plain JSON, without secrets
 * and functions.
 */
export interface SerializedModel {
  readonly modelId: string;
  readonly modelSettings: BedrockModelSettings;
  readonly providerSettings: BedrockProviderSettings;
}

/**
 * Which settings go along. Secrets must not be stored and functions cannot be: the step that runs the model
 * finds an identity in its own environment. Headers may hold keys. An external id is no secret, says AWS.
 */
const GOES_ALONG: Readonly<Record<keyof BedrockProviderSettings, boolean>> = {
  region: true,
  apiKey: false,
  credentials: false,
  credentialProvider: false,
  accessKeyId: false,
  secretAccessKey: false,
  sessionToken: false,
  profile: true,
  mfaCodeProvider: false,
  roleArn: true,
  roleSessionName: true,
  externalId: true,
  baseURL: true,
  endpoints: true,
  useFipsEndpoint: true,
  useDualstackEndpoint: true,
  connectTimeoutMs: true,
  idleTimeoutMs: true,
  timeoutMs: true,
  headers: false,
  fetch: false,
  generateId: false,
  promptCaching: true,
  structuredOutputMode: true,
  outputLocation: true,
  aliases: true,
  // Without its function: the step writes where it runs.
  log: true,
  // Without its functions and clients.
  traffic: true,
  families: false,
  catalog: true,
  cost: true,
  costTracker: false,
};

/** @throws InvalidArgumentError for URLs that calls would refuse, because they may hold a password */
export function serializeModel(
  { modelId, settings }: ResolvedModel,
  { settings: providerSettings }: ModelContext,
): SerializedModel {
  checkEndpointSettings(providerSettings);
  const along = Object.entries({ ...providerSettings, traffic: plainTraffic(providerSettings) }).filter(
    ([name]) => Object.hasOwn(GOES_ALONG, name) && GOES_ALONG[name as keyof BedrockProviderSettings],
  );
  // Drops what is undefined, which not every store of workflows takes.
  return JSON.parse(
    JSON.stringify({ modelId, modelSettings: settings, providerSettings: Object.fromEntries(along) }),
  );
}

/** A client of Redis holds its password. */
function plainTraffic({ traffic }: BedrockProviderSettings): BedrockProviderSettings['traffic'] {
  if (typeof traffic !== 'object' || traffic === null) return traffic;
  const { share: _share, onEvent: _onEvent, ...plain } = traffic;
  return plain;
}

export function deserializeModel({
  modelId,
  modelSettings,
  providerSettings,
}: SerializedModel): [model: ResolvedModel, context: ModelContext] {
  return [resolveModel(modelId, modelSettings, providerSettings), createModelContext(providerSettings)];
}
