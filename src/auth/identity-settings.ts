import type { BedrockProviderSettings } from '../settings/settings.ts';

/** The settings that say who calls, and how STS is reached. */
export type IdentitySettings = Pick<
  BedrockProviderSettings,
  | 'apiKey'
  | 'credentials'
  | 'credentialProvider'
  | 'accessKeyId'
  | 'secretAccessKey'
  | 'sessionToken'
  | 'profile'
  | 'mfaCodeProvider'
  | 'roleArn'
  | 'roleSessionName'
  | 'externalId'
  | 'region'
  | 'endpoints'
  | 'useFipsEndpoint'
  | 'useDualstackEndpoint'
  | 'fetch'
>;
