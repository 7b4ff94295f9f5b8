import { LoadSettingError } from '@ai-sdk/provider';
import { findRegion } from '../auth/region.ts';
import { hasRegion } from '../settings/settings.ts';
import type { GlobalOptions } from './options.ts';
import { note } from './output.ts';

const DEFAULT_REGION = 'us-east-1';

/**
 * The Region of the options, the environment or the profile; for commands that need none to work, the one that has
 * most models.
 * @throws LoadSettingError for what can be no Region
 */
export async function regionOrDefault({ region, profile, local }: GlobalOptions): Promise<string> {
  if (local && region === undefined) return DEFAULT_REGION;
  if (hasRegion({ region })) return findRegion({ region });
  try {
    return await findRegion({ profile });
  } catch (error) {
    if (!LoadSettingError.isInstance(error)) throw error;
    note(`No AWS Region is set, so this is ${DEFAULT_REGION}; --region chooses another one.`);
    return DEFAULT_REGION;
  }
}
