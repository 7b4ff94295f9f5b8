/** Who calls: what is known of the identity here, and what AWS says of it. */
import type { Identity } from '../auth/identity.ts';
import type { IdentityKind } from '../auth/origin.ts';
import { textOf } from '../auth/sts-xml.ts';
import type { ModelContext } from '../models/model-context.ts';
import { notWhatItShouldBe, readWholeText } from '../models/reply-json.ts';
import type { OperationOptions } from './call.ts';

/** Who calls, without secrets. */
export interface BedrockIdentity {
  readonly kind: IdentityKind;
  /** Where it comes from in words, e.g. `the environment variable AWS_BEARER_TOKEN_BEDROCK`. */
  readonly source: string;
  /** The first and the last four characters, e.g. `AKIA…WXYZ`; undefined for API keys. */
  readonly accessKeyId: string | undefined;
  /** Whether the keys come with a session token, and so end. */
  readonly isTemporary: boolean;
  /** When they end, as far as they say so. */
  readonly expiration: Date | undefined;
  /** Whether new ones are got by themselves when they end. */
  readonly renews: boolean;
  /** Of API keys: short-term ones end within 12 hours and work in one Region. Undefined where the key does not tell. */
  readonly apiKeyType: 'short-term' | 'long-term' | undefined;
  /** The Region that a short-term API key works in. */
  readonly apiKeyRegion: string | undefined;
}

/** See `BedrockOperations.getIdentity`. */
export async function getIdentity({ identify }: ModelContext): Promise<BedrockIdentity> {
  const identity = await identify();
  const { origin } = identity.type === 'bearer' ? identity : identity.keys;
  return { ...origin, ...(identity.type === 'bearer' ? apiKeyFacts(identity) : keyFacts(identity)) };
}

type Facts = Omit<BedrockIdentity, 'kind' | 'source' | 'renews'>;

function keyFacts({ keys }: Identity & { type: 'keys' }): Facts {
  const { accessKeyId, sessionToken, expiration } = keys;
  return {
    accessKeyId: shorten(accessKeyId),
    isTemporary: sessionToken !== undefined,
    expiration,
    apiKeyType: undefined,
    apiKeyRegion: undefined,
  };
}

function shorten(accessKeyId: string): string {
  return accessKeyId.length < 12
    ? `${accessKeyId.slice(0, 2)}…`
    : `${accessKeyId.slice(0, 4)}…${accessKeyId.slice(-4)}`;
}

/**
 * A short-term key is a presigned URL in base64 behind a word, so it says when it ends; the session that it was made
 * with may end before.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_bedrock.html
 */
function apiKeyFacts({ token }: Identity & { type: 'bearer' }): Facts {
  const shared = {
    accessKeyId: undefined,
    isTemporary: false,
    expiration: undefined,
    apiKeyRegion: undefined,
  };
  const encoded = /^bedrock-api-key-(.+)$/.exec(token)?.[1];
  if (encoded === undefined) {
    return { ...shared, apiKeyType: token.startsWith('ABSK') ? 'long-term' : undefined };
  }
  const query = new URLSearchParams(decodeBase64(encoded).split('?')[1]);
  const signedAt = (query.get('X-Amz-Date') ?? '').replace(
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
    '$1-$2-$3T$4:$5:$6Z',
  );
  const end = Date.parse(signedAt) + Number(query.get('X-Amz-Expires') ?? Number.NaN) * 1000;
  return {
    ...shared,
    isTemporary: true,
    expiration: Number.isNaN(end) ? undefined : new Date(end),
    apiKeyType: 'short-term',
    apiKeyRegion: query.get('X-Amz-Credential')?.split('/')[2],
  };
}

function decodeBase64(encoded: string): string {
  try {
    return atob(encoded);
  } catch {
    return '';
  }
}

/** Who AWS takes the caller for. */
export interface CallerIdentity {
  /** 12 digits. */
  readonly account: string;
  /** Of the user, or of the session of the role. */
  readonly arn: string;
  /** AWS's own id of it. */
  readonly userId: string;
}

/** See `BedrockOperations.getCallerIdentity`. */
export async function getCallerIdentity(
  { send }: ModelContext,
  { region, headers, abortSignal }: OperationOptions,
): Promise<CallerIdentity> {
  const reply = await send({
    service: 'sts',
    method: 'POST',
    path: '/',
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    region,
    abortSignal,
  });
  const text = await readWholeText(reply);
  const [account, arn, userId] = ['Account', 'Arn', 'UserId'].map(tag => textOf(text, tag));
  if (account === undefined || arn === undefined || userId === undefined) {
    throw notWhatItShouldBe('the answer of GetCallerIdentity', reply, text);
  }
  return { account, arn, userId };
}
