/** What AWS says of the models, beside the catalog. */
import { type Catalog, createCatalog } from '../../catalog/catalog.ts';
import type { CatalogEntry, CatalogKind, CatalogModality, CatalogProfile } from '../../catalog/types.ts';
import { BedrockError } from '../../errors.ts';
import { concurrently } from '../../models/concurrently.ts';
import type { FoundationModel, InferenceProfile, ModelAvailability } from '../../operations/models.ts';
import type { BedrockProvider } from '../../provider.ts';
import { describeFailure } from '../failure.ts';
import type { AccountFacts } from './listing.ts';

export interface LiveCatalog {
  /** With AWS's word where it has one, and with the models that only AWS lists. */
  readonly catalog: Catalog;
  readonly unknownIds: ReadonlySet<string>;
  /** By the id of the model. */
  accountOf(id: string): AccountFacts;
}

/** @throws BedrockError and what else calls reject with: without the listings there is nothing to tell */
export async function liveCatalog(
  bedrock: BedrockProvider,
  known: Catalog,
  region: string,
): Promise<LiveCatalog> {
  const [models, profiles] = await Promise.all([
    bedrock.listModels({ region }),
    bedrock.listInferenceProfiles({ region }),
  ]);
  // Context lengths of one model are listed one by one, e.g. `…-v1:0:200k`.
  const byId = new Map(models.flatMap(model => entryOf(model, known, region)));
  const profilesOf = (id: string, type: string) =>
    profiles.filter(profile => profile.baseModel === id && profile.type === type);
  const ended = known.models.map(({ id, status }): CatalogEntry => ({ id, status }));
  const unknownIds = new Set([...byId.keys()].filter(id => known.get(id) === undefined));
  const entries = [...byId].map(([id, entry]) => {
    const listed = profilesOf(id, 'SYSTEM_DEFINED').map(profile => toProfile(profile, region));
    return { ...entry, profiles: mergeProfiles(known.get(id)?.profiles ?? [], listed, region) };
  });
  const isListed = (id: string) => byId.has(id);
  return {
    catalog: createCatalog([...ended.filter(({ id }) => !isListed(id)), ...entries]),
    unknownIds,
    accountOf: id => ({
      listed: isListed(id),
      applicationProfiles: profilesOf(id, 'APPLICATION').map(profile => profile.inferenceProfileArn),
    }),
  };
}

/** AWS's word on a model; its Region is added to those of the catalog, or taken from them. */
function entryOf(listed: FoundationModel, known: Catalog, region: string): [string, CatalogEntry][] {
  const id = listed.modelId.replace(/^([^:]*:[^:]*):.*$/, '$1');
  const model = known.get(id);
  const isOnDemand = listed.inferenceTypesSupported?.includes('ON_DEMAND') ?? true;
  const others = (model?.regions ?? []).filter(name => name !== region);
  const { status, endOfLifeTime } = listed.modelLifecycle ?? {};
  const entry: CatalogEntry = {
    id,
    ...(status !== undefined && { status: status === 'LEGACY' ? ('LEGACY' as const) : ('ACTIVE' as const) }),
    ...(endOfLifeTime !== undefined && { endOfLife: endOfLifeTime.slice(0, 10) }),
    regions: isOnDemand ? [...others, region] : others,
  };
  return [[id, model === undefined ? { ...factsOf(listed), ...entry } : entry]];
}

/** All that AWS says of a model that the catalog does not know. */
function factsOf({
  modelName,
  providerName,
  inputModalities,
  outputModalities,
  responseStreamingSupported,
}: FoundationModel): Partial<CatalogEntry> {
  const input = modalitiesOf(inputModalities);
  const output = modalitiesOf(outputModalities);
  return {
    ...(modelName !== undefined && { name: modelName }),
    vendor: providerName ?? '',
    kind: kindOf(output),
    input,
    output,
    capabilities: responseStreamingSupported ? ['streaming'] : [],
  };
}

function modalitiesOf(words: readonly string[] = []): CatalogModality[] {
  return words.map(word => (word === 'SPEECH' ? 'audio' : (word.toLowerCase() as CatalogModality)));
}

function kindOf(output: readonly CatalogModality[]): CatalogKind {
  const kinds: readonly CatalogKind[] = ['embedding', 'image', 'video'];
  return kinds.find(kind => (output as readonly string[]).includes(kind)) ?? 'text';
}

function toProfile({ inferenceProfileId }: InferenceProfile, region: string): CatalogProfile {
  const geography = inferenceProfileId.slice(0, inferenceProfileId.indexOf('.'));
  return { id: inferenceProfileId, geography, sourceRegions: [region] };
}

/** For this Region AWS's list counts, for all others the catalog's. */
function mergeProfiles(
  known: readonly CatalogProfile[],
  listed: readonly CatalogProfile[],
  region: string,
): CatalogProfile[] {
  const kept = known.map(profile => {
    const sources = (profile.sourceRegions ?? []).filter(name => name !== region);
    const isListed = listed.some(({ id }) => id === profile.id);
    return { ...profile, sourceRegions: isListed ? [...sources, region] : sources };
  });
  return [...kept, ...listed.filter(({ id }) => known.every(profile => profile.id !== id))];
}

/* ------------------------------------------------------------ availability */

export type Availability = Pick<AccountFacts, 'available' | 'missing'>;

/**
 * Whether the account may call each of the models, as far as AWS tells.
 * @returns by id, and what AWS said where it did not tell; after a refusal no more is asked
 */
export async function availabilityOf(
  bedrock: BedrockProvider,
  ids: readonly string[],
  region: string,
): Promise<{ byId: ReadonlyMap<string, Availability>; problem: string | undefined }> {
  let problem: string | undefined;
  const answers = await concurrently(ids, undefined, async (id, abortSignal) => {
    if (problem !== undefined) return undefined;
    try {
      const availability = await bedrock.getModelAvailability(id, { region, abortSignal });
      return [id, toAvailability(availability)] as const;
    } catch (error) {
      if (!BedrockError.isInstance(error)) throw error;
      // A model that AWS does not offer here is an answer, and no reason to stop.
      if (error.statusCode === 400 || error.statusCode === 404) {
        if (error.code !== 'AccessDeniedException') return undefined;
      }
      problem ??= describeFailure(error).sentence;
      return undefined;
    }
  });
  return { byId: new Map(answers.filter(answer => answer !== undefined)), problem };
}

function toAvailability({
  available,
  agreementAvailability,
  authorizationStatus,
  entitlementAvailability,
  regionAvailability,
}: ModelAvailability): Availability {
  if (available) return { available };
  const parts: readonly [string, string | undefined, string][] = [
    ['authorization', authorizationStatus, 'AUTHORIZED'],
    ['agreement', agreementAvailability?.status, 'AVAILABLE'],
    ['entitlement', entitlementAvailability, 'AVAILABLE'],
    ['Region', regionAvailability, 'AVAILABLE'],
  ];
  return { available, missing: parts.flatMap(([name, status, good]) => (status === good ? [] : name)) };
}
