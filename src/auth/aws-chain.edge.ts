import { LoadSettingError } from '@ai-sdk/provider';
import { type AwsChain, noIdentity } from './aws-chain.ts';

const SOURCES =
  'This runtime is not Node, so there are no profiles, SSO sessions, web identities, or container and instance ' +
  'roles: set apiKey or credentials, or one of those variables.';

/** Runtimes without files, processes and sockets have none of these sources. */
export const awsChain: AwsChain = {
  load: async () => {
    throw noIdentity(SOURCES);
  },
  loadProfile: async () => {
    throw new LoadSettingError({ message: `The profile setting cannot be used here. ${SOURCES}` });
  },
  regionOf: async () => undefined,
};
