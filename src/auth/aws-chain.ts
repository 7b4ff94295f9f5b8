import { LoadAPIKeyError } from '@ai-sdk/provider';
import type { BedrockProviderSettings } from '../settings/settings.ts';
import type { KnownKeys } from './origin.ts';

/**
 * AWS's own sources of identities, which need files, processes and sockets. `#aws-chain` is the module of the
 * runtime, `aws-chain.node.ts` or `aws-chain.edge.ts`; it is imported only when it is asked.
 */
export interface AwsChain {
  /**
   * What AWS's default chain finds after the environment's keys: the profile, web identity, container, instance.
   * @throws LoadAPIKeyError when nothing is set up, CredentialsError when what is set up fails
   */
  readonly load: (options: ChainOptions) => Promise<KnownKeys>;

  /** Keys of one profile and of nothing else. @throws CredentialsError */
  readonly loadProfile: (profile: string, options: ChainOptions) => Promise<KnownKeys>;

  /** The `region` of a profile; of the one that the environment names when there is no name. */
  readonly regionOf: (profile: string | undefined) => Promise<string | undefined>;
}

/** `region` is that of the settings, for calls of STS that no profile names a region for. */
export type ChainOptions = Pick<BedrockProviderSettings, 'region' | 'mfaCodeProvider'>;

/** There is no identity anywhere. `findings` are sentences about the sources of the runtime. */
export function noIdentity(findings: string, cause?: unknown): LoadAPIKeyError {
  const error = new LoadAPIKeyError({
    message:
      'No AWS credentials. Looked at the settings apiKey, credentials, credentialProvider, accessKeyId with ' +
      'secretAccessKey, and profile; at the environment variables AWS_BEARER_TOKEN_BEDROCK, and ' +
      `AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY. ${findings}`,
  });
  return cause === undefined ? error : Object.assign(error, { cause });
}
