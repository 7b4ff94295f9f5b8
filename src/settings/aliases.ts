import { InvalidArgumentError, LoadSettingError } from '@ai-sdk/provider';
import { ALIASES } from '../catalog/aliases.ts';
import type { BedrockProviderSettings } from './settings.ts';

/** What a name stands for. */
export interface NamedModel {
  /** What to show: the id, or the name in the built-in table. */
  readonly modelId: string;
  /** A model id, a profile id or an ARN. */
  readonly id: string;
  /** Whether it is from the built-in table, so that the Region decides by which profile the model is called. */
  readonly isBuiltIn: boolean;
}

/**
 * Reads a model id that may be a name: the user's own first, then the built-in ones. A name may stand for another.
 * @param aliases of the provider; off where it is undefined or false
 * @returns the id itself where it is no name
 * @throws InvalidArgumentError for aliases that are none, and for names that stand for each other
 * @throws LoadSettingError for the name `default` when nothing is named so
 */
export function resolveAlias(modelId: string, aliases: BedrockProviderSettings['aliases']): NamedModel {
  if (aliases === undefined || aliases === false) return { modelId, id: modelId, isBuiltIn: false };
  const own = aliases === true ? {} : checkAliases(aliases);
  const seen: string[] = [];
  let id = modelId;
  while (Object.hasOwn(own, id)) {
    if (seen.includes(id)) {
      throw invalid('aliases', `${[...seen, id].join(' -> ')} leads nowhere; name a model in the end`);
    }
    seen.push(id);
    id = own[id] as string;
  }
  const builtIn = Object.hasOwn(ALIASES, id) ? ALIASES[id] : undefined;
  if (builtIn !== undefined) return { modelId: id, id: builtIn, isBuiltIn: true };
  if (id === 'default') throw noDefault();
  return { modelId: id, id, isBuiltIn: false };
}

function checkAliases(aliases: unknown): Readonly<Record<string, string>> {
  if (typeof aliases !== 'object' || aliases === null || Array.isArray(aliases)) {
    throw invalid(
      'aliases',
      `expected true, false or an object of names and model ids, got ${typeof aliases}`,
    );
  }
  for (const [name, id] of Object.entries(aliases)) {
    if (typeof id === 'string' && id !== '') continue;
    throw invalid(`aliases.${name}`, `expected a model id or another name, got ${JSON.stringify(id)}`);
  }
  return aliases as Readonly<Record<string, string>>;
}

function noDefault(): LoadSettingError {
  return new LoadSettingError({
    message:
      'No model is named default. Set aliases (e.g. createBedrock({ aliases: { default: "nova-lite" } })) or, with ' +
      'createBedrock.fromEnv(), the environment variable BEDROCK_DEFAULT_MODEL.',
  });
}

function invalid(argument: string, problem: string): InvalidArgumentError {
  return new InvalidArgumentError({ argument, message: `${argument}: ${problem}.` });
}
