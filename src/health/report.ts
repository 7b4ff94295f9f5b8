/** The shape of a health report. Stable: members are added, and none is renamed or gets another meaning. */
import type { IdentityKind } from '../auth/origin.ts';
import type { CatalogKind } from '../catalog/types.ts';

/**
 * `ok`; `warning`: works, and should be looked at; `failed`; `unknown`: asked, and it could not be told; `skipped`: not
 * asked, because something else is missing or nobody wanted it.
 */
export type HealthStatus = 'ok' | 'warning' | 'failed' | 'unknown' | 'skipped';

export interface HealthCheck {
  readonly status: HealthStatus;
  /** What was found, in words for people. The words may change. */
  readonly message: string;
  /** What to do next, where that is known. */
  readonly advice?: string | undefined;
  /** AWS's name of the error, or ours, e.g. `AccessDeniedException`, `NetworkError`, `Timeout`. */
  readonly code?: string | undefined;
  /** HTTP status of the error. */
  readonly statusCode?: number | undefined;
  /** To quote to AWS support. */
  readonly requestId?: string | undefined;
}

/** The Region of the calls. */
export interface RegionCheck extends HealthCheck {
  readonly region?: string | undefined;
  /** In words, e.g. `the environment variable AWS_REGION`. */
  readonly source?: string | undefined;
}

/** Whose keys are used, and where they come from. */
export interface IdentityCheck extends HealthCheck {
  readonly kind?: IdentityKind | undefined;
  /** In words, e.g. `the profile work (AWS_PROFILE)`. */
  readonly source?: string | undefined;
  /** Shortened, e.g. `AKIA…WXYZ`. */
  readonly accessKeyId?: string | undefined;
  readonly apiKeyType?: 'short-term' | 'long-term' | undefined;
}

/** When the credentials end. */
export interface ExpiryCheck extends HealthCheck {
  /** ISO 8601. */
  readonly expiration?: string | undefined;
  /** Whether new ones are got by themselves. */
  readonly renews?: boolean | undefined;
}

/** Who AWS takes the caller for. API keys do not tell. */
export interface CallerCheck extends HealthCheck {
  readonly account?: string | undefined;
  readonly arn?: string | undefined;
}

/** Whether `bedrock-runtime` answers. */
export interface EndpointCheck extends HealthCheck {
  /** Scheme and host. */
  readonly url?: string | undefined;
  /** In words, where the URL is not AWS's public endpoint. */
  readonly source?: string | undefined;
  readonly httpStatus?: number | undefined;
  readonly latencyMs?: number | undefined;
  /** How far the request came. */
  readonly failedAt?: 'dns' | 'connect' | 'tls' | 'request' | undefined;
  /** The proxy that the environment names. `isUsedByNode`: whether `NODE_USE_ENV_PROXY` is 1. */
  readonly proxy?:
    | { readonly variable: string; readonly host: string; readonly isUsedByNode: boolean }
    | undefined;
}

/** How far this machine's clock is off. */
export interface ClockCheck extends HealthCheck {
  /** Milliseconds that the clock of the endpoint is ahead, to half a second. */
  readonly skewMs?: number | undefined;
}

/** A call that asks for one token, or embeds one word. */
export interface ModelCallCheck extends HealthCheck {
  /** Milliseconds until the end of the answer. */
  readonly latencyMs?: number | undefined;
  /** Milliseconds until the first content; of chat models only. */
  readonly timeToFirstTokenMs?: number | undefined;
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
}

export interface ModelHealth {
  /** As it was given. */
  readonly modelId: string;
  readonly kind: CatalogKind;
  /** Whether the account may call it, without a call. */
  readonly access: HealthCheck;
  readonly call: ModelCallCheck;
}

export interface HealthReport {
  /** No check has failed. Warnings and what is not known do not count. */
  readonly ok: boolean;
  /** ISO 8601. */
  readonly checkedAt: string;
  readonly durationMs: number;
  readonly region: RegionCheck;
  readonly identity: IdentityCheck;
  readonly expiry: ExpiryCheck;
  readonly caller: CallerCheck;
  readonly endpoint: EndpointCheck;
  readonly clock: ClockCheck;
  /** In the order in which they were given. */
  readonly models: readonly ModelHealth[];
}
