import { LoadSettingError } from '@ai-sdk/provider';
import { CredentialsError } from '../errors.ts';
import { configuredEndpoint, publicEndpoint } from '../settings/endpoints.ts';
import type { AwsCredentials } from '../settings/settings.ts';
import type { Clock } from './clock.ts';
import type { IdentitySettings } from './identity-settings.ts';
import type { KeySource } from './key-source.ts';
import { checkKeys, isSameKeys } from './keys.ts';
import type { IdentityOrigin, KnownKeys } from './origin.ts';
import { refusedPart } from './refusal.ts';
import { findRegion } from './region.ts';
import type { Sign } from './sigv4.ts';
import { textOf } from './sts-xml.ts';

type RoleSettings = IdentitySettings & { readonly roleArn: string };

/** What signs and times all requests of a provider. */
export interface SigningTools {
  readonly clock: Clock;
  readonly sign: Sign;
}

/** STS answers within a second. All calls wait for the answer, so it must not take for ever. */
const TIMEOUT_MS = 10_000;

/**
 * The keys of a role, got from STS with the keys of another identity. Needs nothing of Node.
 * @throws CredentialsError when STS does not give them, LoadSettingError for an ARN that is none
 */
export async function keysOfRole(
  settings: RoleSettings,
  own: KeySource,
  tools: SigningTools,
): Promise<KnownKeys> {
  checkRoleArn(settings.roleArn);
  const keys = await own.get();
  const origin = roleOrigin(settings, keys.origin);
  try {
    return { ...(await assumeRole(settings, keys, tools)), origin };
  } catch (error) {
    const second = error instanceof StsRefusal ? await keysForRetry(error, keys, own, tools) : undefined;
    if (second === undefined) throw failure(settings, error);
    const assumed = await assumeRole(settings, second, tools).catch(again => {
      throw failure(settings, again);
    });
    return { ...assumed, origin };
  }
}

function roleOrigin({ roleArn }: RoleSettings, own: IdentityOrigin): IdentityOrigin {
  const source = `the roleArn setting (${roleArn}), assumed with the keys of ${own.source}`;
  return { kind: 'role', source, renews: true };
}

function checkRoleArn(roleArn: string): void {
  if (typeof roleArn === 'string' && /^arn:[\w-]+:iam::\d{12}:role\/\S+$/.test(roleArn)) return;
  throw new LoadSettingError({
    message:
      `The roleArn setting is ${JSON.stringify(roleArn)}, which is no ARN of a role, e.g. ` +
      'arn:aws:iam::111122223333:role/bedrock.',
  });
}

/** STS may refuse the keys or the time of a request, as Bedrock may. */
async function keysForRetry(
  refusal: StsRefusal,
  keys: KnownKeys,
  own: KeySource,
  { clock }: SigningTools,
): Promise<KnownKeys | undefined> {
  switch (refusedPart(refusal)) {
    case 'keys': {
      own.drop(keys);
      const fresh = await own.get();
      return isSameKeys(fresh, keys) ? undefined : fresh;
    }
    case 'time':
      return clock.correct(refusal.signedAt, refusal.date) ? keys : undefined;
    case undefined:
      return undefined;
  }
}

function failure({ roleArn }: RoleSettings, error: unknown): unknown {
  // Of the Region, the endpoint: they say what is wrong themselves.
  if (!(error instanceof StsFailure)) return error;
  const denied = error instanceof StsRefusal && error.code === 'AccessDenied';
  return new CredentialsError('roleArn', error, {
    source: `The role ${roleArn}`,
    ...(denied && {
      advice:
        "The role's trust policy must allow the caller (and its external id, if it asks for one), and the caller's " +
        'own policy sts:AssumeRole on the role.',
    }),
  });
}

/** The role could not be assumed; becomes the cause of a CredentialsError. */
class StsFailure extends Error {
  override name = 'StsError';
}

/** An error reply of STS. */
class StsRefusal extends StsFailure {
  readonly code: string;
  /** The `date` header. */
  readonly date: string | undefined;
  readonly signedAt: number;

  constructor(code: string, message: string, date: string | undefined, signedAt: number) {
    super(`${code}: ${message}`);
    this.code = code;
    this.date = date;
    this.signedAt = signedAt;
  }
}

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
async function assumeRole(
  settings: RoleSettings,
  keys: AwsCredentials,
  { clock, sign }: SigningTools,
): Promise<AwsCredentials> {
  const region = await findRegion(settings);
  const url = `${configuredEndpoint('sts', settings) ?? publicEndpoint('sts', region, settings)}/`;
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: settings.roleArn,
    RoleSessionName: settings.roleSessionName ?? 'bedrock-ai-provider',
    ...(settings.externalId != null && { ExternalId: settings.externalId }),
  }).toString();
  const signedAt = clock.now();
  const signature = await sign(
    { method: 'POST', url, headers, body },
    { credentials: keys, service: 'sts', region, date: new Date(signedAt) },
  );
  const { ok, status, date, text } = await post(settings.fetch, url, { ...headers, ...signature }, body);
  const read = (tag: string) => textOf(text, tag);
  if (!ok) {
    const message = withoutToken(read('Message') ?? 'no reason given', keys);
    throw new StsRefusal(read('Code') ?? `HTTP ${status}`, message, date, signedAt);
  }
  return checkKeys(
    {
      accessKeyId: read('AccessKeyId'),
      secretAccessKey: read('SecretAccessKey'),
      sessionToken: read('SessionToken'),
      expiration: read('Expiration'),
    },
    member => `The ${member} of the reply of STS at ${new URL(url).host}`,
  );
}

async function post(
  fetchSetting: IdentitySettings['fetch'],
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<{ ok: boolean; status: number; date: string | undefined; text: string }> {
  const fetch = fetchSetting ?? globalThis.fetch;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
    const { ok, status } = response;
    return { ok, status, date: response.headers.get('date') ?? undefined, text: await response.text() };
  } catch (error) {
    const { cause, message } = error as { cause?: { message?: string }; message?: string };
    throw new StsFailure(`no reply from ${new URL(url).host}: ${cause?.message || message}`);
  }
}

/** STS answers a wrong signature with the request as it understood it, session token and all. */
function withoutToken(message: string, { sessionToken }: AwsCredentials): string {
  return sessionToken === undefined ? message : message.replaceAll(sessionToken, '[redacted]');
}
