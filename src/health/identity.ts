import type { BedrockIdentity } from '../operations/identity.ts';
import type { BedrockProvider } from '../provider.ts';
import { failed, skipped } from './failed.ts';
import type { ExpiryCheck, IdentityCheck } from './report.ts';
import type { RunCheck } from './time-limit.ts';

export interface Who {
  readonly identity: IdentityCheck;
  readonly expiry: ExpiryCheck;
  /** Undefined where there is no identity. */
  readonly facts: BedrockIdentity | undefined;
}

export async function checkIdentity(bedrock: BedrockProvider, run: RunCheck): Promise<Who> {
  try {
    const facts = await run(() => bedrock.getIdentity());
    return { identity: describe(facts), expiry: checkExpiry(facts, Date.now()), facts };
  } catch (error) {
    return { identity: failed(error), expiry: skipped('There is no identity.'), facts: undefined };
  }
}

const KINDS: Readonly<Record<BedrockIdentity['kind'], string>> = {
  'api-key': 'Bedrock API key',
  keys: 'AWS keys',
  function: 'AWS keys of a function',
  sso: 'AWS keys of IAM Identity Center (SSO)',
  login: 'AWS keys of aws login',
  process: 'AWS keys of a process',
  role: 'AWS keys of a role',
  'web-identity': 'AWS keys of a role for a web identity',
  container: "AWS keys of the container's role",
  instance: "AWS keys of the instance's role",
};

function describe({ kind, source, accessKeyId, apiKeyType }: BedrockIdentity): IdentityCheck {
  const what = apiKeyType === undefined ? KINDS[kind] : `${apiKeyType} ${KINDS[kind]}`;
  return {
    status: 'ok',
    message: `${what}${accessKeyId === undefined ? '' : ` ${accessKeyId}`}, from ${source}`,
    kind,
    source,
    accessKeyId,
    apiKeyType,
  };
}

/** A short-term API key is a signature for one Region. */
export function withKeyRegion({ identity, facts }: Who, region: string | undefined): IdentityCheck {
  const { apiKeyRegion } = facts ?? {};
  if (apiKeyRegion === undefined || region === undefined || apiKeyRegion === region) return identity;
  return {
    ...identity,
    status: 'warning',
    message: `${identity.message}, made for ${apiKeyRegion} and used in ${region}`,
    advice: `Call ${apiKeyRegion}, or make a key for ${region}: short-term API keys work in one Region.`,
  };
}

/* ---------------------------------------------------------------- expiry */

/** Time to get new ones by hand. */
const SOON_MS = 15 * 60_000;

function checkExpiry(facts: BedrockIdentity, now: number): ExpiryCheck {
  const { expiration, renews, isTemporary, kind, apiKeyType } = facts;
  const shared = { expiration: expiration?.toISOString(), renews };
  if (expiration === undefined) {
    const isUnknown = kind === 'api-key' || (isTemporary && !renews);
    if (isUnknown) return { status: 'unknown', message: unknownEnd(apiKeyType), ...shared };
    return { status: 'ok', message: renews ? 'Renewed by itself' : 'Keys without an end', ...shared };
  }
  const left = expiration.getTime() - now;
  const when = `${left < 0 ? 'Ended' : 'Ends'} at ${expiration.toISOString()} (${span(left)})`;
  if (renews) return { status: 'ok', message: `${when}, and is renewed by itself`, ...shared };
  if (left > SOON_MS) return { status: 'ok', message: when, ...shared };
  return {
    status: left <= 0 ? 'failed' : 'warning',
    message: when,
    advice:
      apiKeyType === undefined
        ? 'Get new temporary credentials, or set profile or credentials, which are renewed when they end.'
        : 'Make a new API key, or set apiKey to a function that does.',
    code: left <= 0 ? 'Expired' : undefined,
    ...shared,
  };
}

function unknownEnd(apiKeyType: BedrockIdentity['apiKeyType']): string {
  return apiKeyType === 'long-term'
    ? 'The IAM console shows when a long-term API key ends; the key does not tell'
    : 'Temporary, and it does not tell when it ends';
}

function span(milliseconds: number): string {
  const minutes = Math.round(Math.abs(milliseconds) / 60_000);
  const hours = Math.floor(minutes / 60);
  const length =
    hours >= 48
      ? `${Math.round(hours / 24)} days`
      : hours > 0
        ? `${hours} h ${minutes % 60} min`
        : `${minutes} min`;
  return milliseconds < 0 ? `${length} ago` : `in ${length}`;
}
