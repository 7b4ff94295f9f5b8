import { InvalidArgumentError } from '@ai-sdk/provider';
import { findRegion } from '../auth/region.ts';
import type { CatalogModel, CatalogProfile } from '../catalog/types.ts';
import { inferenceProfileIds } from '../settings/geographies.ts';
import { parseModelRef } from '../settings/model-ref.ts';
import type { ModelContext } from './model-context.ts';
import type { ResolvedModel } from './resolved-model.ts';

/**
 * A model of the built-in aliases as it is called from the Region of the call; the catalog knows how. Every other
 * model is called as it is named.
 * @throws InvalidArgumentError when the catalog knows no way to the model from there
 * @throws LoadSettingError when there is no Region
 */
export async function placeModel(model: ResolvedModel, context: ModelContext): Promise<ResolvedModel> {
  const { baseModel } = model.ref;
  if (!model.isByAlias || baseModel === undefined) return model;
  const [catalog, region] = await Promise.all([
    context.loadCatalog(),
    findRegion(context.settings, model.region),
  ]);
  const entry = catalog.get(baseModel);
  const id = entry && nearestId(entry, region);
  if (id === undefined) throw notThere(model.modelId, baseModel, region);
  let placed = lastPlaced.get(model);
  if (placed?.modelId !== id) {
    placed = { ...model, modelId: id, ref: parseModelRef(id), isByAlias: false };
    lastPlaced.set(model, placed);
  }
  return placed;
}

/** The same object for the same id, because what is known of a model is kept by it. */
const lastPlaced = new WeakMap<ResolvedModel, ResolvedModel>();

/**
 * The id by which a model is best called from a Region:
 * 1. through the profile of the smallest geography: it costs the same as the model's own id and has more capacity,
 *    and many models have no other way
 * 2. by its own id
 * 3. through the global profile
 * 4. through a profile that is there, but of which the catalog does not know from where it can be called
 */
export function nearestId({ id, regions, profiles }: CatalogModel, region: string): string | undefined {
  const known = profiles
    .filter(({ sourceRegions }) => sourceRegions?.includes(region))
    .toSorted((one, other) => sizeOf(one) - sizeOf(other));
  const geographic = known.find(({ geography }) => geography !== 'global');
  if (geographic !== undefined) return geographic.id;
  if (regions.includes(region)) return id;
  const [global] = known;
  if (global !== undefined) return global.id;
  const likely = inferenceProfileIds(id, region);
  return profiles.find(profile => profile.sourceRegions === undefined && likely.includes(profile.id))?.id;
}

function sizeOf({ destinationRegions }: CatalogProfile): number {
  return destinationRegions?.length ?? Number.POSITIVE_INFINITY;
}

function notThere(alias: string, baseModel: string, region: string): InvalidArgumentError {
  return new InvalidArgumentError({
    argument: 'modelId',
    message:
      `modelId: ${alias} stands for ${baseModel}, to which the catalog knows no way from ${region}. Call another ` +
      `Region, or say by which id it is called: aliases: { '${alias}': '…' }.`,
  });
}
