import type { AwsCredentials } from '../settings/settings.ts';

/**
 * How somebody proves who calls: `keys` that do not change, or keys that come from a `function` of the settings, IAM
 * Identity Center (`sso`), `aws login`, a `process`, a `role` that was assumed with other keys or with a web identity, a
 * `container` or an `instance`.
 */
export type IdentityKind =
  | 'api-key'
  | 'keys'
  | 'function'
  | 'sso'
  | 'login'
  | 'process'
  | 'role'
  | 'web-identity'
  | 'container'
  | 'instance';

export interface IdentityOrigin {
  readonly kind: IdentityKind;
  /** In words, e.g. `the environment variable AWS_BEARER_TOKEN_BEDROCK`. */
  readonly source: string;
  /** Whether there is somebody to ask for new ones when they end. */
  readonly renews: boolean;
}

/** Keys that know where they come from. */
export interface KnownKeys extends AwsCredentials {
  readonly origin: IdentityOrigin;
}

/** What AWS's credential libraries note in `$source` of the keys that they give; the first that is there decides. */
const FEATURES: ReadonlyArray<readonly [feature: RegExp, kind: IdentityKind]> = [
  [/_WEB_ID_TOKEN$/, 'web-identity'],
  [/^CREDENTIALS_(PROFILE_SOURCE_PROFILE|PROFILE_NAMED_PROVIDER|STS_ASSUME_ROLE)$/, 'role'],
  [/^CREDENTIALS_(PROFILE_)?SSO(_LEGACY)?$/, 'sso'],
  [/^CREDENTIALS_(PROFILE_)?LOGIN$/, 'login'],
  [/^CREDENTIALS_(PROFILE_)?PROCESS$/, 'process'],
  [/^CREDENTIALS_HTTP$/, 'container'],
  [/^CREDENTIALS_IMDS$/, 'instance'],
  [/^CREDENTIALS_(PROFILE|ENV_VARS)$/, 'keys'],
];

/** The kind of keys that a library of AWS gave; undefined where it does not say. */
export function kindOfAwsKeys(keys: object): IdentityKind | undefined {
  const { $source: source } = keys as { $source?: unknown };
  const features = typeof source === 'object' && source !== null ? Object.keys(source) : [];
  return FEATURES.find(([pattern]) => features.some(feature => pattern.test(feature)))?.[1];
}
