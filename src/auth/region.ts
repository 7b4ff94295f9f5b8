import {
  type BedrockProviderSettings,
  hasRegion,
  resolveNamedRegion,
  resolveRegion,
} from '../settings/settings.ts';

/**
 * The Region of a call as `resolveRegion` has it, with that of the profile where nothing else names one: only
 * then files are read.
 * @throws LoadSettingError when there is none, or when it is no Region name
 */
export async function findRegion(
  settings: Pick<BedrockProviderSettings, 'region' | 'profile'>,
  override?: string | undefined,
): Promise<string> {
  return lookUpRegion(settings, override);
}

/** The same, at once where no file has to be read for it. */
export function lookUpRegion(
  settings: Pick<BedrockProviderSettings, 'region' | 'profile'>,
  override?: string | undefined,
): string | Promise<string> {
  return hasRegion(settings, override)
    ? resolveRegion(settings, override)
    : findNamedRegion(settings, override).then(({ region }) => region);
}

/** The same, with where it is from in words. */
export async function findNamedRegion(
  settings: Pick<BedrockProviderSettings, 'region' | 'profile'>,
  override?: string | undefined,
): Promise<{ readonly region: string; readonly source: string }> {
  if (hasRegion(settings, override)) return resolveNamedRegion(settings, override);
  const { awsChain } = await import('#aws-chain');
  return resolveNamedRegion(settings, override, await awsChain.regionOf(settings.profile ?? undefined));
}
