/** Whether the account may call a model, without calling it. */
import type { CatalogModel } from '../catalog/types.ts';
import { BedrockError } from '../errors.ts';
import type { FoundationModel, InferenceProfile, ModelAvailability } from '../operations/models.ts';
import type { BedrockProvider } from '../provider.ts';
import { type ModelRef, parseModelRef } from '../settings/model-ref.ts';
import { failed, tellsNothing } from './failed.ts';
import type { HealthCheck } from './report.ts';
import type { RunCheck } from './time-limit.ts';

/** What the Region lists; undefined where the identity may not ask. */
export interface Listing {
  readonly models: readonly FoundationModel[] | undefined;
  readonly profiles: readonly InferenceProfile[] | undefined;
}

interface Subject {
  readonly modelId: string;
  /** What the catalog knows of it. */
  readonly model: CatalogModel | undefined;
  readonly listing: () => Promise<Listing>;
}

export async function checkAccess(
  bedrock: BedrockProvider,
  run: RunCheck,
  { modelId, model, listing }: Subject,
): Promise<HealthCheck> {
  try {
    const baseModel = await findBaseModel(bedrock, run, modelId);
    if (baseModel === undefined) {
      return { status: 'unknown', message: 'AWS tells it of foundation models and their profiles only' };
    }
    const availability = await run(abortSignal =>
      bedrock.getModelAvailability(baseModel, { abortSignal }),
    ).catch((error: unknown) => {
      if (isDenied(error)) return undefined;
      throw error;
    });
    if (availability !== undefined && !availability.available) return notAvailable(availability);
    const ref = parseModelRef(modelId);
    const named: ModelRef = ref.baseModel === undefined ? { ...ref, baseModel, address: 'unknown-arn' } : ref;
    const byListing = checkListing(named, await listing());
    if (byListing.status === 'failed') return byListing;
    if (availability === undefined) return byListing;
    return (
      endOfLife(model, new Date().toISOString().slice(0, 10)) ?? {
        status: 'ok',
        message: 'The account may call it',
      }
    );
  } catch (error) {
    const check = failed(error);
    if (isDenied(error)) return { ...check, status: 'unknown' };
    if (tellsNothing(error)) return { ...check, status: 'unknown', message: `Not known: ${check.message}` };
    return check;
  }
}

/** Also of an alias, and of an application inference profile, for which AWS is asked. */
async function findBaseModel(
  bedrock: BedrockProvider,
  run: RunCheck,
  modelId: string,
): Promise<string | undefined> {
  const { baseModel, address } = parseModelRef(modelId);
  const isAskedFor = address === 'application-inference-profile-arn' || address === 'model';
  if (baseModel !== undefined || !isAskedFor) return baseModel;
  return (await run(abortSignal => bedrock.resolveModel(modelId, { abortSignal }))).baseModel;
}

/** The identity may not ask this; it may still call. API keys that AWS does not know are refused in the same name. */
function isDenied(error: unknown): boolean {
  return (
    BedrockError.isInstance(error) &&
    error.code === 'AccessDeniedException' &&
    !/api key|bearer token/i.test(error.message)
  );
}

/* ---------------------------------------------------------- availability */

function notAvailable(availability: ModelAvailability): HealthCheck {
  const { agreementAvailability, authorizationStatus, entitlementAvailability, regionAvailability } =
    availability;
  const missing = [
    regionAvailability !== 'AVAILABLE' && {
      what: 'the Region does not offer it',
      advice: 'Call it in another Region, or through an inference profile that leads to one.',
    },
    authorizationStatus !== 'AUTHORIZED' && {
      what: 'the account is not authorized',
      advice: 'Ask for access in the Bedrock console, and check the policies of the organization.',
    },
    agreementAvailability?.status !== 'AVAILABLE' && {
      what: `the agreement with its provider is ${agreementAvailability?.status ?? 'missing'}`,
      advice:
        'Open the model in the model catalog of the Bedrock console and accept its terms, which needs ' +
        'aws-marketplace:Subscribe; it takes some minutes.',
    },
    entitlementAvailability !== 'AVAILABLE' && {
      what: 'the account is not entitled to it',
      advice: 'Open the model in the model catalog of the Bedrock console and ask for access.',
    },
  ].filter(part => part !== false);
  return {
    status: 'failed',
    code: 'ModelNotAvailable',
    message: `Not available: ${missing.map(({ what }) => what).join(', ')}`,
    advice: missing[0]?.advice,
  };
}

/* --------------------------------------------------------------- listing */

/** Whether the Region lists what is called, and by which ids it may be. */
function checkListing({ id, address, baseModel, geography }: ModelRef, listing: Listing): HealthCheck {
  const { models, profiles } = listing;
  const model = models?.find(({ modelId }) => modelId === baseModel);
  const ids = (profiles ?? [])
    .filter(profile => profile.baseModel === baseModel)
    .map(({ inferenceProfileId }) => inferenceProfileId);
  if (geography !== undefined && profiles !== undefined && baseModel !== undefined) {
    if (!profiles.some(({ inferenceProfileId }) => inferenceProfileId === `${geography}.${baseModel}`)) {
      return notListed(`The Region has no inference profile ${geography}.${baseModel}`, [
        ...(isOnDemand(model) && baseModel !== undefined ? [baseModel] : []),
        ...ids,
      ]);
    }
  } else if (address === 'model' && model !== undefined && !isOnDemand(model) && ids.length > 0) {
    return notListed(`${id} is called through an inference profile only`, ids);
  }
  if (models === undefined) {
    return {
      status: 'unknown',
      message: 'Not known: the identity may not ask for it',
      advice:
        'Nothing needs to be done; bedrock:GetFoundationModelAvailability and bedrock:ListFoundationModels would tell.',
    };
  }
  // Some models are served before they are listed.
  return model === undefined
    ? { status: 'unknown', message: 'Not known: the Region does not list it' }
    : { status: 'unknown', message: 'The Region has it; whether the account may call it is not known' };
}

function isOnDemand(model: FoundationModel | undefined): boolean {
  return model?.inferenceTypesSupported?.includes('ON_DEMAND') ?? false;
}

function notListed(message: string, ids: readonly string[]): HealthCheck {
  return {
    status: 'failed',
    code: 'ModelNotListed',
    message,
    advice: ids.length === 0 ? 'Call it in another Region.' : `Call ${ids.join(' or ')}.`,
  };
}

/* --------------------------------------------------------------- catalog */

/** @param today `YYYY-MM-DD` */
function endOfLife(model: CatalogModel | undefined, today: string): HealthCheck | undefined {
  if (model?.status !== 'LEGACY' && model?.status !== 'EOL') return undefined;
  const { endOfLife: end, successor } = model;
  return {
    status: 'warning',
    message: `The account may call it; it is legacy${end === undefined ? '' : `, and ${end < today ? 'should have ended' : 'ends'} on ${end}`}`,
    advice: successor === undefined ? undefined : `Move on to ${successor}.`,
  };
}
