import { readEnvironment } from '../settings/settings.ts';

/**
 * The model of commands that are not told one: `BEDROCK_DEFAULT_MODEL`, else one that can be called from most Regions
 * without a form to fill in, sees images, uses tools and reasons.
 */
export function defaultModel(): string {
  return readEnvironment('BEDROCK_DEFAULT_MODEL') ?? 'global.amazon.nova-2-lite-v1:0';
}
