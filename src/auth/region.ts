import { type BedrockProviderSettings, hasRegion, resolveRegion } from '../settings/settings.ts';

/**
 * The Region of a call as `resolveRegion` has it, with that of the profile where nothing else names one: only
 * then files are read.
 * @throws LoadSettingError when there is none, or when it is no Region name
 */
export async function findRegion(
  settings: Pick<BedrockProviderSettings, 'region' | 'profile'>,
  override?: string | undefined,
): Promise<string> {
  if (hasRegion(settings, override)) return resolveRegion(settings, override);
  const { awsChain } = await import('#aws-chain');
  return resolveRegion(settings, override, await awsChain.regionOf(settings.profile ?? undefined));
}
