import type { Catalog } from '../catalog/catalog.ts';
import type { CatalogQuery } from '../catalog/query.ts';
import type { CatalogModel } from '../catalog/types.ts';
import type { CheapestModel, CheapestQuery } from './cheapest.ts';

/** What is known of the models on Bedrock; loaded at the first look. */
export interface BedrockCatalog {
  /**
   * The models that fit, in no order of merit; without a query all that have not ended.
   * @throws InvalidArgumentError for members and values that a query does not have
   * @example
   * await bedrock.catalog.find({ needs: ['tools', 'image-input'], region: 'eu-west-1' });
   */
  find(query?: CatalogQuery): Promise<CatalogModel[]>;

  /**
   * One model, by its id, the id of a profile, or an ARN that tells it.
   * @throws InvalidArgumentError for what can be no id
   */
  get(modelId: string): Promise<CatalogModel | undefined>;

  /**
   * The cheapest model that fits, with the id to call it by; undefined where none has a known price.
   * @throws LoadSettingError where no Region is named
   * @example
   * const cheapest = await bedrock.catalog.cheapest({ needs: ['tools', 'image-input'], region: 'us-east-1' });
   * if (cheapest) await generateText({ model: bedrock(cheapest.modelId), prompt });
   */
  cheapest(query?: CheapestQuery): Promise<CheapestModel | undefined>;
}

/** @param findRegion the Region of calls that name none */
export function lazyCatalog(
  loadCatalog: () => Promise<Catalog>,
  findRegion: () => Promise<string>,
): BedrockCatalog {
  return {
    find: async query => (await loadCatalog()).find(query),
    get: async modelId => (await loadCatalog()).get(modelId),
    async cheapest(query = {}) {
      const [catalog, { cheapestIn }] = await Promise.all([loadCatalog(), import('./pricing.ts')]);
      return cheapestIn(catalog, { ...query, region: query.region ?? (await findRegion()) });
    },
  };
}
