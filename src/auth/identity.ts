import { LoadSettingError } from '@ai-sdk/provider';
import { CredentialsError } from '../errors.ts';
import { type AwsCredentialsProvider, readEnvironment } from '../settings/settings.ts';
import type { SigningTools } from './assumed-role.ts';
import type { Clock } from './clock.ts';
import type { IdentitySettings } from './identity-settings.ts';
import { cached, type KeySource, uncached } from './key-source.ts';
import { checkKeys, checkSecret, isSameKeys } from './keys.ts';
import { type IdentityOrigin, type KnownKeys, kindOfAwsKeys } from './origin.ts';
import { withoutSecrets } from './safe-error.ts';

export type Identity =
  | { readonly type: 'bearer'; readonly token: string; readonly origin: IdentityOrigin }
  | { readonly type: 'keys'; readonly keys: KnownKeys };

export interface IdentitySource {
  /**
   * Finds out who calls, at each call anew.
   * @throws LoadAPIKeyError when there is no identity, LoadSettingError when one is incomplete or malformed,
   * CredentialsError when a source failed
   */
  readonly identify: () => Promise<Identity>;
  /** Reads anew what AWS has refused. @returns whether there is another identity now */
  readonly renew: (refused: Identity) => Promise<boolean>;
}

/**
 * The order is that of `BedrockProviderSettings`: explicit settings first, and no half of an identity is ever
 * completed from the environment.
 */
export function createIdentitySource(settings: IdentitySettings, tools: SigningTools): IdentitySource {
  const { apiKey, roleArn } = settings;
  const { now } = tools.clock;
  const explicit = explicitSource(settings, now);
  const own = explicit ?? ambientSource(settings, now);
  const source = roleArn == null ? own : roleSource({ ...settings, roleArn }, own, tools);

  const identify = async (): Promise<Identity> => {
    checkCombination(settings);
    if (apiKey != null) {
      const origin = apiKeyOrigin('the apiKey setting', typeof apiKey === 'function');
      const token =
        typeof apiKey === 'function' ? await askApiKey(apiKey) : checkSecret(apiKey, 'The apiKey setting');
      return { type: 'bearer', token, origin };
    }
    // An API key cannot assume a role.
    const ambientKey = explicit === undefined && roleArn == null ? ambientApiKey() : undefined;
    if (ambientKey !== undefined) {
      const origin = apiKeyOrigin(`the environment variable ${API_KEY_VARIABLE}`, false);
      return { type: 'bearer', token: ambientKey, origin };
    }
    return { type: 'keys', keys: await source.get() };
  };

  return {
    identify,
    renew: async refused => {
      if (refused.type === 'keys') source.drop(refused.keys);
      return !isSame(await identify(), refused);
    },
  };
}

/** What assumes roles is loaded only where one is set. */
function roleSource(
  settings: IdentitySettings & { readonly roleArn: string },
  own: KeySource,
  tools: SigningTools,
): KeySource {
  return cached(async () => {
    const { keysOfRole } = await import('./assumed-role.ts');
    return keysOfRole(settings, own, tools);
  }, tools.clock.now);
}

function isSame(one: Identity, other: Identity): boolean {
  if (one.type === 'bearer') return other.type === 'bearer' && other.token === one.token;
  return other.type === 'keys' && isSameKeys(one.keys, other.keys);
}

/** What was set and would silently have no effect. */
function checkCombination({ apiKey, roleArn, roleSessionName, externalId }: IdentitySettings): void {
  if (roleArn != null && apiKey != null) {
    throw new LoadSettingError({
      message:
        'The settings apiKey and roleArn exclude each other: an API key cannot assume a role. Leave one out.',
    });
  }
  if (roleArn == null && (roleSessionName != null || externalId != null)) {
    throw new LoadSettingError({ message: 'The settings roleSessionName and externalId need roleArn.' });
  }
}

/* -------------------------------------------------------------- explicit */

function apiKeyOrigin(source: string, renews: boolean): IdentityOrigin {
  return { kind: 'api-key', source, renews };
}

async function askApiKey(apiKey: () => string | PromiseLike<string>): Promise<string> {
  let key: string;
  try {
    key = await apiKey();
  } catch (error) {
    throw new CredentialsError('apiKey', withoutSecrets(error));
  }
  return checkSecret(key, 'The result of the apiKey function');
}

function explicitSource(settings: IdentitySettings, now: Clock['now']): KeySource | undefined {
  const { credentials, credentialProvider, accessKeyId, secretAccessKey, sessionToken, profile } = settings;
  if (typeof credentials === 'function') {
    return cached(again => ask('credentials', credentials, again), now);
  }
  if (credentials != null) {
    const origin = keysOrigin('the credentials setting');
    return uncached(() => ({
      ...checkKeys(credentials, member => `The ${member} of the credentials setting`),
      origin,
    }));
  }
  if (credentialProvider != null) {
    return cached(again => ask('credentialProvider', credentialProvider, again), now);
  }
  if (accessKeyId != null || secretAccessKey != null || sessionToken != null) {
    return uncached(() => settingsKeys(settings));
  }
  if (profile != null) return cached(() => loadProfile(profile, settings), now);
  return undefined;
}

async function ask(
  setting: 'credentials' | 'credentialProvider',
  provider: AwsCredentialsProvider,
  again: boolean,
): Promise<KnownKeys> {
  // The types leave the argument out, because every provider takes other options.
  const refresh: (options?: { forceRefresh: true }) => ReturnType<AwsCredentialsProvider> = provider;
  let given: Awaited<ReturnType<AwsCredentialsProvider>> | null | undefined;
  try {
    // AWS's own providers keep keys without an expiration for ever, unless they are told not to.
    given = again ? await refresh({ forceRefresh: true }) : await refresh();
  } catch (error) {
    throw new CredentialsError(setting, withoutSecrets(error));
  }
  const keys = checkKeys(given ?? {}, member => `The ${member} of the ${setting} result`);
  const kind = kindOfAwsKeys(given ?? {}) ?? 'function';
  return { ...keys, origin: { kind, source: `the ${setting} setting`, renews: true } };
}

function settingsKeys({ accessKeyId, secretAccessKey, sessionToken }: IdentitySettings): KnownKeys {
  if (accessKeyId == null || secretAccessKey == null) {
    throw new LoadSettingError({
      message:
        'The settings accessKeyId and secretAccessKey belong together, and sessionToken needs both: ' +
        `${accessKeyId == null ? 'accessKeyId' : 'secretAccessKey'} is missing. ` +
        'It is not taken from the environment, which may hold the keys of somebody else.',
    });
  }
  return {
    ...checkKeys({ accessKeyId, secretAccessKey, sessionToken }, member => `The ${member} setting`),
    origin: keysOrigin('the accessKeyId setting'),
  };
}

async function loadProfile(profile: string, options: IdentitySettings): Promise<KnownKeys> {
  // AWS's library would take the profile of the environment in place of an empty name.
  if (typeof profile !== 'string' || profile === '') {
    throw new LoadSettingError({ message: 'The profile setting must be the name of a profile.' });
  }
  const { awsChain } = await import('#aws-chain');
  const keys = await awsChain.loadProfile(profile, options);
  const { origin } = keys;
  return { ...checkKeys(keys, member => `The ${member} of the profile ${profile}`), origin };
}

function keysOrigin(source: string): IdentityOrigin {
  return { kind: 'keys', source, renews: false };
}

/* --------------------------------------------------------------- ambient */

const API_KEY_VARIABLE = 'AWS_BEARER_TOKEN_BEDROCK';

function ambientApiKey(): string | undefined {
  const key = readEnvironment(API_KEY_VARIABLE);
  return key === undefined ? undefined : checkSecret(key, `The environment variable ${API_KEY_VARIABLE}`);
}

/** The keys of the environment need no library; the chain is loaded when there are none. */
function ambientSource(settings: IdentitySettings, now: Clock['now']): KeySource {
  const chain = cached(async () => {
    const { awsChain } = await import('#aws-chain');
    const keys = await awsChain.load(settings);
    const { origin } = keys;
    return { ...checkKeys(keys, member => `The ${member} from AWS's chain`), origin };
  }, now);
  return { get: async () => environmentKeys() ?? chain.get(), drop: chain.drop };
}

const KEY_VARIABLES = {
  accessKeyId: 'AWS_ACCESS_KEY_ID',
  secretAccessKey: 'AWS_SECRET_ACCESS_KEY',
  sessionToken: 'AWS_SESSION_TOKEN',
} as const;

function environmentKeys(): KnownKeys | undefined {
  const accessKeyId = readEnvironment(KEY_VARIABLES.accessKeyId);
  const secretAccessKey = readEnvironment(KEY_VARIABLES.secretAccessKey);
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined;
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new LoadSettingError({
      message:
        'The environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY belong together: ' +
        `${accessKeyId === undefined ? 'AWS_ACCESS_KEY_ID' : 'AWS_SECRET_ACCESS_KEY'} is missing.`,
    });
  }
  const sessionToken = readEnvironment(KEY_VARIABLES.sessionToken);
  const keys = checkKeys(
    { accessKeyId, secretAccessKey, sessionToken },
    member => `The environment variable ${KEY_VARIABLES[member as keyof typeof KEY_VARIABLES]}`,
  );
  return { ...keys, origin: keysOrigin('the environment variable AWS_ACCESS_KEY_ID') };
}
