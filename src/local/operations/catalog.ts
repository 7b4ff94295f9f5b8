/** Listings of the control plane. */
import { AwsError, replyHeaders, validationError } from '../aws-error.ts';
import { hash } from '../hash.ts';
import { geographiesOf, type ListedModel, listedModels } from '../listing.ts';
import type { Backend, Call, Operation } from './operation.ts';

const json = (body: object, { requestId }: Call) => Response.json(body, { headers: replyHeaders(requestId) });

/* ------------------------------------------------------------------ models */

const FILTERS = {
  byProvider: undefined,
  byOutputModality: ['TEXT', 'IMAGE', 'EMBEDDING'],
  byInferenceType: ['ON_DEMAND', 'PROVISIONED'],
  byCustomizationType: ['FINE_TUNING', 'CONTINUED_PRE_TRAINING', 'DISTILLATION'],
} as const;

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html */
export const listFoundationModels: Operation = {
  name: 'ListFoundationModels',
  method: 'GET',
  path: '/foundation-models',
  async handle(call, { region }) {
    const [provider, output, inference, customization] = Object.entries(FILTERS).map(([name, values]) =>
      enumParameter(call, name, values),
    );
    const modelSummaries = listedModels()
      .map(model => toSummary(model, region))
      .filter(
        summary =>
          (provider === undefined || summary.providerName.toLowerCase() === provider.toLowerCase()) &&
          (output === undefined || summary.outputModalities.includes(output)) &&
          (inference === undefined || summary.inferenceTypesSupported.includes(inference)) &&
          // None of the models here can be customized.
          customization === undefined,
      );
    return json({ modelSummaries }, call);
  },
};

function toSummary(model: ListedModel, region: string) {
  const upper = (words: readonly string[]) => words.map(word => word.toUpperCase());
  const chats = model.output.includes('text') && !model.id.includes('rerank');
  return {
    modelArn: modelArn(model.id, region),
    modelId: model.id,
    modelName: model.name,
    providerName: model.provider,
    inputModalities: upper(model.input),
    outputModalities: upper(model.output),
    responseStreamingSupported: chats,
    customizationsSupported: [] as string[],
    inferenceTypesSupported: [
      ...(model.isOnDemand ? ['ON_DEMAND'] : []),
      ...(model.geographies.length > 0 ? ['INFERENCE_PROFILE'] : []),
    ],
    modelLifecycle: { status: model.isLegacy ? 'LEGACY' : 'ACTIVE' },
  };
}

function modelArn(id: string, region: string): string {
  return `arn:aws:bedrock:${region}::foundation-model/${id}`;
}

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetFoundationModelAvailability.html */
export const getFoundationModelAvailability: Operation = {
  name: 'GetFoundationModelAvailability',
  method: 'GET',
  path: '/foundation-model-availability/:modelId',
  async handle(call, backend) {
    const { modelId } = call;
    const isListed = listedModels().some(({ id }) => id === modelId);
    if (!isListed && !backend.modelExists(modelId)) {
      throw validationError('The provided model identifier is invalid.');
    }
    const available = backend.modelExists(modelId);
    return json(
      {
        modelId,
        agreementAvailability: { status: available ? 'AVAILABLE' : 'NOT_AVAILABLE' },
        authorizationStatus: available ? 'AUTHORIZED' : 'NOT_AUTHORIZED',
        entitlementAvailability: available ? 'AVAILABLE' : 'NOT_AVAILABLE',
        regionAvailability: 'AVAILABLE',
      },
      call,
    );
  },
};

/* ---------------------------------------------------------------- profiles */

const ACCOUNT = '123456789012';
/** Fixed, so that the same server always says the same. */
const CREATED = '2026-08-22T00:00:00Z';

function profiles({ region, inferenceProfiles }: Backend) {
  return [...systemProfiles(region), ...applicationProfiles(inferenceProfiles, region)];
}

function systemProfiles(region: string) {
  const callable = geographiesOf(region);
  return listedModels().flatMap(({ id, name, geographies }) =>
    geographies
      .filter(geography => callable.includes(geography))
      .map(geography => ({
        inferenceProfileName: `${geography.toUpperCase()} ${name}`,
        description: `Routes requests to ${name} in ${geography}.`,
        inferenceProfileArn: `arn:aws:bedrock:${region}:${ACCOUNT}:inference-profile/${geography}.${id}`,
        inferenceProfileId: `${geography}.${id}`,
        models: [{ modelArn: modelArn(id, region) }],
        status: 'ACTIVE',
        type: 'SYSTEM_DEFINED',
        createdAt: CREATED,
        updatedAt: CREATED,
      })),
  );
}

function applicationProfiles(given: Backend['inferenceProfiles'], region: string) {
  return Object.entries(given).map(([id, model]) => ({
    inferenceProfileName: id,
    inferenceProfileArn: `arn:aws:bedrock:${region}:${ACCOUNT}:application-inference-profile/${id}`,
    inferenceProfileId: id,
    models: [{ modelArn: modelArn(model, region) }],
    status: 'ACTIVE',
    type: 'APPLICATION',
    createdAt: CREATED,
    updatedAt: CREATED,
  }));
}

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListInferenceProfiles.html */
export const listInferenceProfiles: Operation = {
  name: 'ListInferenceProfiles',
  method: 'GET',
  path: '/inference-profiles',
  async handle(call, backend) {
    const type = enumParameter(call, 'type', ['SYSTEM_DEFINED', 'APPLICATION']);
    const found = profiles(backend).filter(profile => type === undefined || profile.type === type);
    const { page, nextToken } = pageOf(found, call, 100);
    return json({ inferenceProfileSummaries: page, ...(nextToken && { nextToken }) }, call);
  },
};

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetInferenceProfile.html */
export const getInferenceProfile: Operation = {
  name: 'GetInferenceProfile',
  method: 'GET',
  path: '/inference-profiles/:profile',
  async handle(call, backend) {
    const { profile = '' } = call.params;
    const id = profile.slice(profile.lastIndexOf('/') + 1);
    const found = profiles(backend).find(one => one.inferenceProfileId === id);
    if (found !== undefined) return json(found, call);
    throw new AwsError('ResourceNotFoundException', 'The requested inference profile could not be found.');
  },
};

/* ------------------------------------------------------------------ queries */

function enumParameter(
  { query }: Call,
  name: string,
  values: readonly string[] | undefined,
): string | undefined {
  const value = query.get(name) ?? undefined;
  if (value === undefined || values === undefined || values.includes(value)) return value;
  throw validationError(
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must satisfy enum value set: [${values.join(', ')}]`,
  );
}

/** Tokens are tied to nothing but the place in the list, and look as if they meant nothing. */
export function pageOf<Item>(
  items: readonly Item[],
  { query }: Pick<Call, 'query'>,
  defaultSize: number,
): { page: readonly Item[]; nextToken: string | undefined } {
  const size = Number(query.get('maxResults') ?? defaultSize);
  if (!Number.isInteger(size) || size < 1 || size > 1000) {
    throw validationError('maxResults must be a number from 1 to 1000.');
  }
  const start = placeOf(query.get('nextToken') ?? undefined, items.length);
  const end = start + size;
  return { page: items.slice(start, end), nextToken: end < items.length ? tokenOf(end) : undefined };
}

function tokenOf(place: number): string {
  return `${hash(String(place)).join('')}.${place}`;
}

function placeOf(token: string | undefined, count: number): number {
  if (token === undefined) return 0;
  const place = Number(token.split('.')[1]);
  if (Number.isInteger(place) && place > 0 && place < count && tokenOf(place) === token) return place;
  throw validationError('The pagination token is invalid.');
}
