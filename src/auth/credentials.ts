import { LoadAPIKeyError, LoadSettingError } from '@ai-sdk/provider';
import { CredentialsError } from '../errors.ts';
import { type AwsCredentials, type BedrockProviderSettings, readEnvironment } from '../settings/settings.ts';

/** The settings that say who calls. */
export type IdentitySettings = Pick<
  BedrockProviderSettings,
  'apiKey' | 'accessKeyId' | 'secretAccessKey' | 'sessionToken' | 'credentialProvider'
>;

type Identity =
  | { readonly type: 'bearer'; readonly token: string }
  | { readonly type: 'keys'; readonly credentials: AwsCredentials };

/** Keys are renewed this long before they end, so that none ends on its way to AWS. */
const EXPIRY_MARGIN_MS = 60_000;
/** How long keys without an expiration are kept: whatever gives them may have rotated them. */
const DEFAULT_LIFETIME_MS = 5 * 60_000;

/**
 * Finds out who calls, at each call anew. The order is that of `BedrockProviderSettings`: explicit settings
 * first, and no half of an identity is ever completed from the environment.
 *
 * The function it gives throws LoadAPIKeyError when there is no identity, LoadSettingError when one is
 * incomplete or malformed, CredentialsError when a function of the settings failed.
 */
export function createIdentitySource(settings: IdentitySettings): () => Promise<Identity> {
  const { apiKey, credentialProvider } = settings;
  const provided = credentialProvider == null ? undefined : cacheUntilExpiry(() => ask(credentialProvider));
  return async () => {
    if (apiKey != null) return { type: 'bearer', token: await loadApiKey(apiKey) };
    if (provided !== undefined) return { type: 'keys', credentials: await provided() };
    return explicitKeys(settings) ?? ambientToken() ?? ambientKeys() ?? noIdentity();
  };
}

async function loadApiKey(apiKey: NonNullable<IdentitySettings['apiKey']>): Promise<string> {
  if (typeof apiKey !== 'function') return checkSecret(apiKey, 'The apiKey setting');
  let key: string;
  try {
    key = await apiKey();
  } catch (cause) {
    throw new CredentialsError('apiKey', cause);
  }
  return checkSecret(key, 'The result of the apiKey function');
}

async function ask(
  credentialProvider: NonNullable<IdentitySettings['credentialProvider']>,
): Promise<AwsCredentials> {
  let given: Partial<AwsCredentials> | undefined;
  try {
    given = await credentialProvider();
  } catch (cause) {
    throw new CredentialsError('credentialProvider', cause);
  }
  const source = 'of the credentialProvider result';
  return {
    ...keys({
      accessKeyId: [given?.accessKeyId, `The accessKeyId ${source}`],
      secretAccessKey: [given?.secretAccessKey, `The secretAccessKey ${source}`],
      sessionToken: [given?.sessionToken, `The sessionToken ${source}`],
    }),
    expiration: checkExpiration(given?.expiration),
  };
}

/** Keeps credentials while they are good; all callers that wait for new ones wait for the same. */
function cacheUntilExpiry(load: () => Promise<AwsCredentials>): () => Promise<AwsCredentials> {
  let kept: { credentials: AwsCredentials; until: number } | undefined;
  let pending: Promise<AwsCredentials> | undefined;

  const refresh = async () => {
    const credentials = await load();
    const until = credentials.expiration
      ? credentials.expiration.getTime() - EXPIRY_MARGIN_MS
      : Date.now() + DEFAULT_LIFETIME_MS;
    kept = { credentials, until };
    return credentials;
  };

  return () => {
    if (kept !== undefined && Date.now() < kept.until) return Promise.resolve(kept.credentials);
    pending ??= refresh().finally(() => {
      pending = undefined;
    });
    return pending;
  };
}

function explicitKeys({
  accessKeyId,
  secretAccessKey,
  sessionToken,
}: IdentitySettings): Identity | undefined {
  if (accessKeyId == null && secretAccessKey == null && sessionToken == null) return undefined;
  if (accessKeyId == null || secretAccessKey == null) {
    throw new LoadSettingError({
      message:
        'The settings accessKeyId and secretAccessKey belong together, and sessionToken needs both: ' +
        `${accessKeyId == null ? 'accessKeyId' : 'secretAccessKey'} is missing. ` +
        'It is not taken from the environment, which may hold the keys of somebody else.',
    });
  }
  return {
    type: 'keys',
    credentials: keys({
      accessKeyId: [accessKeyId, 'The accessKeyId setting'],
      secretAccessKey: [secretAccessKey, 'The secretAccessKey setting'],
      sessionToken: [sessionToken, 'The sessionToken setting'],
    }),
  };
}

function ambientToken(): Identity | undefined {
  const token = readEnvironment('AWS_BEARER_TOKEN_BEDROCK');
  if (token === undefined) return undefined;
  return { type: 'bearer', token: checkSecret(token, 'The environment variable AWS_BEARER_TOKEN_BEDROCK') };
}

function ambientKeys(): Identity | undefined {
  const accessKeyId = readEnvironment('AWS_ACCESS_KEY_ID');
  const secretAccessKey = readEnvironment('AWS_SECRET_ACCESS_KEY');
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined;
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new LoadSettingError({
      message:
        'The environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY belong together: ' +
        `${accessKeyId === undefined ? 'AWS_ACCESS_KEY_ID' : 'AWS_SECRET_ACCESS_KEY'} is missing.`,
    });
  }
  return {
    type: 'keys',
    credentials: keys({
      accessKeyId: [accessKeyId, 'The environment variable AWS_ACCESS_KEY_ID'],
      secretAccessKey: [secretAccessKey, 'The environment variable AWS_SECRET_ACCESS_KEY'],
      sessionToken: [readEnvironment('AWS_SESSION_TOKEN'), 'The environment variable AWS_SESSION_TOKEN'],
    }),
  };
}

function noIdentity(): never {
  throw new LoadAPIKeyError({
    message:
      'No AWS credentials. Looked at the settings apiKey, credentialProvider, accessKeyId and ' +
      'secretAccessKey, and at the environment variables AWS_BEARER_TOKEN_BEDROCK, AWS_ACCESS_KEY_ID and ' +
      'AWS_SECRET_ACCESS_KEY.',
  });
}

type Sourced = readonly [value: string | undefined, source: string];

function keys(given: {
  accessKeyId: Sourced;
  secretAccessKey: Sourced;
  sessionToken: Sourced;
}): AwsCredentials {
  return {
    accessKeyId: checkSecret(...given.accessKeyId),
    secretAccessKey: checkSecret(...given.secretAccessKey),
    sessionToken: given.sessionToken[0] == null ? undefined : checkSecret(...given.sessionToken),
  };
}

/** Says what is wrong with a secret and never what the secret is. */
function checkSecret(value: string | undefined, source: string): string {
  if (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) return value;
  const problem =
    typeof value !== 'string'
      ? 'is not a string'
      : value === ''
        ? 'is empty'
        : 'has white space, a line break or another character that no key has';
  throw new LoadSettingError({ message: `${source} ${problem}.` });
}

function checkExpiration(expiration: Date | undefined): Date | undefined {
  if (expiration == null) return undefined;
  const date = new Date(expiration);
  if (!Number.isNaN(date.getTime())) return date;
  throw new LoadSettingError({ message: 'The expiration of the credentialProvider result is not a Date.' });
}
