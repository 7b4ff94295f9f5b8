import { type BedrockProviderSettings, hasRegion, resolveNamedRegion } from '../settings/settings.ts';

/**
 * The Region of a call as `resolveRegion` has it, with that of the profile where nothing else names one: only
 * then files are read.
 * @throws LoadSettingError when there is none, or when it is no Region name
 */
export async function findRegion(
  settings: Pick<BedrockProviderSettings, 'region' | 'profile'>,
  override?: string | undefined,
): Promise<string> {
  return (await findNamedRegion(settings, override)).region;
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
