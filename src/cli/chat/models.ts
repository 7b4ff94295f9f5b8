/** Which model a word means, and which ones there are. */
import type { Catalog } from '../../catalog/catalog.ts';
import type { CatalogModel } from '../../catalog/types.ts';
import { waysTo } from '../../cost/cheapest.ts';
import { resolveAlias } from '../../settings/aliases.ts';
import { readEnvironmentSettings } from '../../settings/environment.ts';
import { UsageError } from '../failure.ts';
import { matchesWords, nearIds } from '../search-models.ts';

const MOST_NEAR = 5;

export interface ChosenModel {
  /** As it is called. */
  readonly id: string;
  /** Undefined where the catalog does not know it, or an ARN does not tell it. */
  readonly model: CatalogModel | undefined;
  /** What to say about it. */
  readonly note?: string | undefined;
}

export interface ModelPlace {
  readonly catalog: Catalog;
  readonly region: string | undefined;
}

/** What a name (`claude-sonnet`, or one of `BEDROCK_ALIASES`) stands for; docs/environment.md has the order of the ways. */
function idOf(name: string, { catalog, region }: ModelPlace): string {
  const { id, isBuiltIn } = resolveAlias(name, readEnvironmentSettings().aliases);
  const model = isBuiltIn && region !== undefined ? catalog.get(id) : undefined;
  if (model === undefined || region === undefined) return id;
  const ways = waysTo(model, region);
  return (ways.find(({ reach }) => reach === 'geo') ?? ways[0])?.modelId ?? id;
}

/**
 * AWS has models that the catalog does not know yet, so what may be an id is taken for one.
 * @throws UsageError for other words, and for models that do not chat
 */
export function chooseModel(name: string, place: ModelPlace): ChosenModel {
  const word = idOf(name, place);
  const model = place.catalog.get(word);
  if (model !== undefined) {
    if (model.kind === 'text') return { id: word, model };
    throw new UsageError(`${word} is a model of the kind ${model.kind}; chat takes models that write text.`);
  }
  const near = nearModels(word, place);
  const advice = near.length === 0 ? 'bedrock-ai models lists them.' : `Near it: ${near.join(', ')}`;
  if (!/^[\w-]+\.[\w.:-]+$|[:/]/.test(word)) {
    throw new UsageError(`There is no model ${JSON.stringify(word)}. ${advice}`);
  }
  if (word.startsWith('arn:')) return { id: word, model };
  return {
    id: word,
    model,
    note: `The catalog (of ${place.catalog.asOf}) does not know ${word}. ${advice}`,
  };
}

export interface OfferedModel {
  /** The id to call it by from the Region: the nearest way. */
  readonly id: string;
  readonly model: CatalogModel;
}

/** Models that chat and can be called from the Region; all of them where none is named. The newest come first. */
export function offeredModels({ catalog, region }: ModelPlace): OfferedModel[] {
  return catalog
    .find({ kind: 'text', endpoint: 'bedrock-runtime' })
    .flatMap(model => {
      const ways = region === undefined ? anyWayTo(model) : waysTo(model, region);
      return ways[0] === undefined ? [] : [{ id: ways[0].modelId, model }];
    })
    .sort((one, other) => (other.model.launched ?? '').localeCompare(one.model.launched ?? ''));
}

function anyWayTo({ id, regions, profiles }: CatalogModel): { readonly modelId: string }[] {
  return [
    ...(regions.length > 0 ? [{ modelId: id }] : []),
    ...profiles.map(profile => ({ modelId: profile.id })),
  ];
}

/** Ids of models that the word may mean, or that look like it. */
export function nearModels(word: string, place: ModelPlace): string[] {
  const offered = offeredModels(place);
  const meant = offered.filter(({ model }) => matchesWords(model, word)).map(({ id }) => id);
  if (meant.length > 0) return meant.slice(0, MOST_NEAR);
  const ids = new Map(offered.map(({ id, model }) => [model.id, id]));
  return nearIds(
    offered.map(({ model }) => model),
    word,
  ).flatMap(near => ids.get(near) ?? []);
}
