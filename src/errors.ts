import { AISDKError, APICallError } from '@ai-sdk/provider';

const bedrockErrorMarker = Symbol.for('bedrock-ai-provider.BedrockError');
const credentialsErrorMarker = Symbol.for('bedrock-ai-provider.CredentialsError');

/** Replaces secrets by `[redacted]`. */
export type Redact = (content: string) => string;

/** What a call was, for the error that ends it. */
export interface CallFacts {
  readonly url: string;
  readonly requestBodyValues: unknown;
  /** Lower-case names. */
  readonly responseHeaders?: Record<string, string> | undefined;
  /** What the model was called by. */
  readonly modelId?: string | undefined;
  /** Where the call went, as far as it was needed to know. */
  readonly region?: string | undefined;
  /** What its headers prove an identity with must not show in the error although a reply may repeat it. */
  readonly redact?: Redact | undefined;
}

export interface BedrockErrorOptions extends Omit<CallFacts, 'modelId' | 'region' | 'redact'> {
  readonly message: string;
  readonly code: string;
  readonly isRetryable: boolean;
  readonly requestId?: string | undefined;
  readonly advice?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly statusCode?: number | undefined;
  readonly responseBody?: string | undefined;
  readonly data?: unknown;
  readonly cause?: unknown;
}

/**
 * A call to Bedrock failed: an error reply, an exception inside a stream, a stream that broke off, or a
 * connection that did. It is an `APICallError`, so the AI SDK retries it when `isRetryable` says so.
 *
 * It is not thrown for wrong options or prompts (`InvalidArgumentError`, `UnsupportedFunctionalityError`),
 * nor for missing settings (`LoadSettingError`, `LoadAPIKeyError`, `CredentialsError`), nor when the caller
 * aborts.
 */
export class BedrockError extends APICallError {
  /** AWS's exception name, e.g. `ThrottlingException`, or a name of ours, e.g. `TruncatedStream`. Stable. */
  readonly code: string;
  /** AWS's request id, to quote to AWS support. */
  readonly requestId: string | undefined;
  /** What to do next, where that is known. Also the last sentence of `message`. */
  readonly advice: string | undefined;
  /**
   * Milliseconds to wait before another try, where AWS or the kind of the error says so. The AI SDK reads it
   * from `responseHeaders` (`retry-after-ms`, `retry-after`).
   */
  readonly retryAfterMs: number | undefined;

  constructor(options: BedrockErrorOptions) {
    const { statusCode, responseHeaders, responseBody, code, requestId, advice, retryAfterMs, ...rest } =
      options;
    super({
      ...rest,
      ...(statusCode !== undefined && { statusCode }),
      ...(responseHeaders !== undefined && { responseHeaders }),
      ...(responseBody !== undefined && { responseBody }),
    });
    this.code = code;
    this.requestId = requestId;
    this.advice = advice;
    this.retryAfterMs = retryAfterMs;
    mark(this, bedrockErrorMarker);
  }

  static override isInstance(error: unknown): error is BedrockError {
    return isMarked(error, bedrockErrorMarker);
  }
}

/**
 * What should have given an identity failed: a function of the settings, a profile, AWS's chain, or a role that
 * could not be assumed. `cause` is the error of that source. Nothing was sent to Bedrock.
 */
export class CredentialsError extends AISDKError {
  /** The setting that failed, e.g. `credentialProvider`; undefined for AWS's chain. */
  readonly setting: string | undefined;
  /** What to do next, where that is known. Also the last sentence of `message`. */
  readonly advice: string | undefined;

  /**
   * @param details.source in place of "The … setting" in the message
   * @param details.reason in place of the message of `cause`
   */
  constructor(
    setting: string | undefined,
    cause: unknown,
    details: { source?: string; reason?: string; advice?: string | undefined } = {},
  ) {
    const { source = `The ${setting} setting`, advice } = details;
    const reason = details.reason ?? (cause instanceof Error ? cause.message : String(cause));
    const sentence = `${source} gave no credentials: ${reason}`;
    super({
      name: 'AI_CredentialsError',
      message: advice === undefined ? sentence : `${sentence.replace(/\.?$/, '.')} ${advice}`,
      cause,
    });
    this.setting = setting;
    this.advice = advice;
    mark(this, credentialsErrorMarker);
  }

  static override isInstance(error: unknown): error is CredentialsError {
    return isMarked(error, credentialsErrorMarker);
  }
}

/** `instanceof` fails where two copies of the package meet; a registered symbol does not. */
function mark(error: object, marker: symbol): void {
  Object.defineProperty(error, marker, { value: true });
}

function isMarked(error: unknown, marker: symbol): boolean {
  return typeof error === 'object' && error !== null && marker in error;
}

/* ------------------------------------------------------------- the table */

interface ErrorRule {
  /** Documented HTTP status, for errors inside a stream, which have none of their own. */
  readonly status?: number;
  readonly retryable: boolean;
  /** The model's own status, where the error carries it, decides about retrying. */
  readonly originalStatusDecides?: true;
  /** When another try is worth it, for errors that last longer than the AI SDK's first pauses. */
  readonly retryAfterMs?: number;
  readonly advice?: string;
}

const THROTTLED: ErrorRule = {
  status: 429,
  retryable: true,
  advice:
    'A quota of requests or tokens per minute is used up: call less often, set maxOutputTokens (it is taken ' +
    'from the quota when a call starts), or use a cross-Region inference profile.',
};
const UNAVAILABLE: ErrorRule = {
  status: 503,
  retryable: true,
  advice:
    'Bedrock lacks capacity for this model at the moment; a cross-Region inference profile or another Region may ' +
    'have some.',
};
const FAILED: ErrorRule = {
  status: 500,
  retryable: true,
  advice: 'Something failed inside AWS; if it goes on, give the request id to AWS support.',
};
const DENIED: ErrorRule = {
  status: 403,
  retryable: false,
  advice:
    'Allow the identity this action on the model and on its inference profile (bedrock:InvokeModel, and ' +
    'bedrock:InvokeModelWithResponseStream for streams).',
};
const EXPIRED: ErrorRule = {
  status: 403,
  retryable: false,
  advice:
    'Get new temporary credentials (with SSO: aws sso login), or set profile or credentials, which are renewed ' +
    'when they end.',
};
const UNKNOWN_KEY: ErrorRule = {
  status: 403,
  retryable: false,
  advice:
    'AWS does not know these credentials: check the access key id or API key, that temporary keys come with ' +
    'their session token, and that the Region belongs to the partition of the account.',
};
const BAD_SIGNATURE: ErrorRule = {
  status: 403,
  retryable: false,
  advice: 'Check the secret access key, and that no proxy or custom fetch changes the request.',
};
const CLOCK_SKEW: ErrorRule = {
  status: 403,
  retryable: false,
  advice: 'The clock of this machine differs from that of AWS by minutes: set it.',
};
const TOO_LARGE: ErrorRule = {
  status: 413,
  retryable: false,
  advice:
    'The request is larger than Bedrock takes: make images, documents and videos smaller, or give them as s3:// URLs.',
};
const WRONG_HOST: ErrorRule = {
  status: 404,
  retryable: false,
  advice: 'What answered does not know this operation: check baseURL and the Region.',
};
const UNAUTHENTICATED: ErrorRule = {
  status: 403,
  retryable: false,
  advice:
    'What answered got no proof of identity, or does not know this operation: check proxies, baseURL and the Region.',
};
const CALLERS_FAULT: ErrorRule = { status: 400, retryable: false };
const OTHER_BUCKET_REGION: ErrorRule = {
  status: 301,
  retryable: false,
  advice: 'The bucket is in another Region than the call: set the region to that of the bucket.',
};
const HELD_BACK = 'Change the prompt, the images or the seed.';

/**
 * Every error by its name: AWS's exceptions, those of OpenAI's and Anthropic's APIs (in small letters) and, below
 * them, the failures that nobody names.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html
 */
const ERROR_RULES = {
  /** S3. */
  AccessDenied: {
    status: 403,
    retryable: false,
    advice:
      'Allow the identity s3:GetObject on the object, and kms:Decrypt where it is encrypted with a key of its own. ' +
      'Without s3:ListBucket, S3 says the same of an object that is not there.',
  },
  AccessDeniedException: DENIED,
  /** S3. */
  AuthorizationHeaderMalformed: { ...OTHER_BUCKET_REGION, status: 400 },
  api_error: FAILED,
  authentication_error: { ...UNKNOWN_KEY, status: 401 },
  BadGatewayException: { status: 502, retryable: true },
  ConflictException: CALLERS_FAULT,
  DependencyFailedException: { status: 424, retryable: false },
  ExpiredToken: EXPIRED,
  ExpiredTokenException: EXPIRED,
  IncompleteSignature: { ...BAD_SIGNATURE, status: 400 },
  IncompleteSignatureException: { ...BAD_SIGNATURE, status: 400 },
  /** S3. */
  InternalError: FAILED,
  InternalFailure: FAILED,
  InternalServerError: FAILED,
  InternalServerException: FAILED,
  invalid_request_error: CALLERS_FAULT,
  /** S3. */
  InvalidAccessKeyId: UNKNOWN_KEY,
  InvalidClientTokenId: UNKNOWN_KEY,
  InvalidSignatureException: BAD_SIGNATURE,
  /** S3. */
  InvalidToken: UNKNOWN_KEY,
  MissingAuthenticationToken: UNAUTHENTICATED,
  MissingAuthenticationTokenException: UNAUTHENTICATED,
  ModelErrorException: { status: 424, retryable: false, originalStatusDecides: true },
  ModelNotReadyException: {
    status: 429,
    retryable: true,
    retryAfterMs: 15_000,
    advice: 'The model is still being loaded; try again in a minute.',
  },
  ModelStreamErrorException: { status: 424, retryable: true, originalStatusDecides: true },
  ModelTimeoutException: {
    status: 408,
    retryable: true,
    advice:
      'The model took too long: ask for less output or send a shorter prompt. The call may have been billed.',
  },
  not_found_error: {
    status: 404,
    retryable: false,
    advice:
      'Check the model id, and that the endpoint (service) and its route serve the model in this Region.',
  },
  /** S3. */
  NoSuchBucket: {
    status: 404,
    retryable: false,
    advice: 'Check the name of the bucket, and that it was not deleted.',
  },
  /** S3. */
  NoSuchKey: {
    status: 404,
    retryable: false,
    advice:
      'The object was moved or deleted, or the model writes its output under another name: list the bucket.',
  },
  NotAuthorized: DENIED,
  OptInRequired: DENIED,
  overloaded_error: { ...UNAVAILABLE, status: 529 },
  /** S3. */
  PermanentRedirect: OTHER_BUCKET_REGION,
  permission_error: DENIED,
  rate_limit_error: THROTTLED,
  rate_limit_exceeded: THROTTLED,
  request_too_large: TOO_LARGE,
  RequestEntityTooLargeException: TOO_LARGE,
  RequestExpired: CLOCK_SKEW,
  RequestLimitExceeded: THROTTLED,
  RequestTimeoutException: { status: 408, retryable: true },
  RequestTimeTooSkewed: CLOCK_SKEW,
  ResourceNotFoundException: {
    status: 404,
    retryable: false,
    advice: 'Check the id or ARN, and that it exists in this account and Region.',
  },
  SerializationException: CALLERS_FAULT,
  server_error: FAILED,
  ServiceQuotaExceededException: {
    status: 400,
    retryable: false,
    advice: 'A quota of the account is used up; Service Quotas in the AWS console shows and raises it.',
  },
  ServiceUnavailable: UNAVAILABLE,
  ServiceUnavailableException: UNAVAILABLE,
  SignatureDoesNotMatch: BAD_SIGNATURE,
  /** S3. */
  SlowDown: { status: 503, retryable: true, advice: 'S3 asks to be called less often.' },
  Throttling: THROTTLED,
  ThrottlingException: THROTTLED,
  TooManyRequestsException: THROTTLED,
  UnknownOperationException: WRONG_HOST,
  UnrecognizedClientException: UNKNOWN_KEY,
  ValidationException: CALLERS_FAULT,

  /** A call was not over within `timeoutMs`, with all its waits and retries. */
  CallTimeout: {
    retryable: false,
    advice: 'Raise timeoutMs (BEDROCK_TIMEOUT_MS), or ask for less. The call may have been billed.',
  },
  /** The reply of a streaming call did not begin within `connectTimeoutMs`. */
  ConnectTimeout: {
    retryable: true,
    advice: 'Check the network, or raise connectTimeoutMs. The call may have been billed.',
  },
  /** A content filter of the model held everything back that it made, in a reply with a good status. */
  ContentFiltered: { retryable: false, advice: HELD_BACK },
  /** The bytes of a stream fail their checksum or make no frames. */
  CorruptStream: { retryable: true, advice: 'The bytes were changed on their way: check proxies.' },
  /** Silence for longer than `idleTimeoutMs`. */
  IdleTimeout: {
    retryable: true,
    advice:
      'The connection may be half-open. For models that think for longer, raise idleTimeoutMs; Node needs a fetch ' +
      'that waits longer than 300 seconds, too.',
  },
  /** The stream ended well formed but before the model said that it stopped. */
  IncompleteMessage: { retryable: true, advice: 'The answer is not complete.' },
  /** A reply with a good status whose body is not what the operation answers. */
  InvalidReply: { retryable: false, advice: 'What answered may not be Bedrock: check baseURL and proxies.' },
  /** An asynchronous job ended without a result. */
  JobFailed: { retryable: false, advice: 'Start the job anew; asking again for this one changes nothing.' },
  /** No reply at all. */
  NetworkError: {
    retryable: true,
    advice: 'Check the network, the proxy settings, and that the Region in the host name offers Bedrock.',
  },
  /** A redirect. */
  Redirect: {
    retryable: false,
    advice:
      'Redirects are not followed, because they would take the credentials to another host: check baseURL.',
  },
  /** The stream ended inside a frame. */
  TruncatedStream: { retryable: true, advice: 'The connection broke before the answer was complete.' },
} as const satisfies Record<string, ErrorRule>;

/** Names of failures that we notice ourselves. */
export type StreamErrorCode =
  | 'CallTimeout'
  | 'ConnectTimeout'
  | 'ContentFiltered'
  | 'CorruptStream'
  | 'IdleTimeout'
  | 'IncompleteMessage'
  | 'InvalidReply'
  | 'JobFailed'
  | 'NetworkError'
  | 'TruncatedStream';

/** The code of an error reply that has no name, e.g. a proxy's page. */
export const UNNAMED_ERROR = 'HttpError';

/** Every name that the table has. */
export const ERROR_NAMES: readonly string[] = Object.keys(ERROR_RULES);

/** What an advice can name. */
export interface AdviceFacts {
  readonly modelId?: string | undefined;
  readonly region?: string | undefined;
  /** Ids of inference profiles through which the model may be reached from the Region, other than `modelId`. */
  readonly profileIds?: readonly string[] | undefined;
  /** What to call in place of a retired model, as it can be reached from the Region. */
  readonly successor?: string | undefined;
}

interface MessageRule {
  readonly message: RegExp;
  /** Only for this status: words that a request may hold are echoed by other errors. */
  readonly status?: number;
  readonly retryable?: boolean;
  readonly advice: string | ((facts: AdviceFacts, message: string) => string) | undefined;
}

/**
 * What a message tells beyond the name of the error; the first that matches wins. AWS uses the same name for
 * failures that need quite different remedies.
 */
const MESSAGE_RULES: ReadonlyArray<MessageRule> = [
  {
    message: /too many tokens per day/i,
    retryable: false,
    advice:
      'The daily token quota of the account is used up, or is zero because the account is new: raise it in Service ' +
      'Quotas, or call another model or Region.',
  },
  {
    message: /on-demand throughput/i,
    advice: facts =>
      'Call the model through an inference profile: ' +
      (otherIds(facts) ??
        'put a geography before the id (us., eu., global. …), or set the model setting inferenceProfile.'),
  },
  {
    message: /provided model identifier/i,
    advice: facts =>
      `Check the id, and that ${facts.region ?? 'the Region'} offers the model; many models are reached only ` +
      `through an inference profile: ${otherIds(facts) ?? 'e.g. us.<model id>.'}`,
  },
  {
    message: /guardrail identifier or version/i,
    advice: ({ region = 'the Region that is called' }) =>
      `Guardrails belong to a Region: check that this one and its version exist in ${region}.`,
  },
  {
    message: /isn.t supported on this route/i,
    advice:
      'Mantle serves the model under its other route: set the model setting mantlePrefix to /v1 or /openai/v1.',
  },
  {
    message: /end of its life/i,
    advice: ({ modelId = 'The model', successor }) =>
      successor === undefined
        ? `${modelId} is retired; ` +
          'https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html names its successor.'
        : `${modelId} is retired; ${successor} takes its place.`,
  },
  {
    message: /marked by provider as legacy/i,
    advice: 'A legacy model is closed to accounts that have not called it lately: use its successor.',
  },
  {
    message: /use case (details|form)/i,
    advice: 'Submit the use case form in the Bedrock console once per account, then wait about 15 minutes.',
  },
  {
    message: /payment.instrument/i,
    status: 403,
    advice:
      'AWS Marketplace, through which the model is subscribed to, refuses the payment method of the account: ' +
      'set a valid one in the Billing console, then wait some minutes.',
  },
  {
    message: /marketplace/i,
    status: 403,
    advice:
      'The model is subscribed to through AWS Marketplace at its first call, which needs ' +
      'aws-marketplace:Subscribe and aws-marketplace:ViewSubscriptions, and takes some minutes.',
  },
  {
    message: /unsupported countries/i,
    advice: 'The provider of the model does not offer it where the account or the caller is.',
  },
  {
    message: /access to the model/i,
    advice: ({ region = 'the Region' }) =>
      `Enable the model for this account in ${region} in the Bedrock console (Model access), and check the id.`,
  },
  {
    message: /^operation not allowed|account is not authorized to (invoke|perform) this/i,
    advice:
      'AWS has not cleared this account for the model or the operation: check the model access in this Region, ' +
      'and open a case with AWS support.',
  },
  { message: /blocked by our content filters/i, advice: HELD_BACK },
  { message: /service control policy/i, status: 403, advice: forbiddenByOrganization },
  { message: /not authorized to perform: \S/i, status: 403, advice: missingPermission },
  {
    message: /\bkms\b/i,
    status: 403,
    advice: 'Allow the identity kms:Decrypt and kms:GenerateDataKey on the key.',
  },
  {
    message: /api key|bearer token/i,
    status: 403,
    advice: 'Check apiKey or AWS_BEARER_TOKEN_BEDROCK: the key may be cut off, revoked or expired.',
  },
  {
    message: /signature (expired|not yet current)/i,
    advice: CLOCK_SKEW.advice,
  },
  {
    message: /credential should be scoped/i,
    advice:
      'The URL that was called belongs to another Region or service than the signature: check region, baseURL and ' +
      'endpoints.',
  },
  {
    message: /token included in the request is expired/i,
    advice: EXPIRED.advice,
  },
  {
    message: /(input|prompt) is too long/i,
    advice: "The prompt is longer than the model's context window: shorten it.",
  },
  {
    message: /length less than or equal to \d{7,}|exceeds \d+ MB/i,
    status: 400,
    advice: TOO_LARGE.advice,
  },
  {
    message: /getaddrinfo (ENOTFOUND|EAI_AGAIN)/,
    advice:
      'The name of the host is not known: check the network, and that the Region is right and has this endpoint. ' +
      'FIPS and dual-stack endpoints exist only in some Regions.',
  },
  {
    message: /headers timeout error/i,
    advice:
      "Node's fetch waits 300 seconds for a reply: stream long answers, or set a fetch that waits longer. The call " +
      'may have been billed.',
  },
];

function otherIds({ region, profileIds = [] }: AdviceFacts): string | undefined {
  if (region === undefined || profileIds.length === 0) return undefined;
  return `from ${region} the model may be reached as ${profileIds.join(' or ')}.`;
}

/** IAM says which action on which resource, and which kind of policy forbids it. */
function missingPermission(_: AdviceFacts, message: string): string {
  const what = deniedAction(message);
  const [, policy] = / explicit deny in (?:an? )?([\w -]*\w)/i.exec(message) ?? [];
  if (policy !== undefined) return `The ${policy} forbids ${what}: take it out of there.`;
  const profiles = /bedrock:Invoke/i.test(what)
    ? ' An inference profile needs it on itself and on the model in each of its Regions.'
    : '';
  return `Allow the identity ${what}.${profiles}`;
}

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html */
function forbiddenByOrganization(facts: AdviceFacts, message: string): string {
  const others = otherIds(facts);
  return (
    `A policy of the organization forbids ${deniedAction(message)}. Geographic inference profiles need all their ` +
    'destination Regions allowed, global ones aws:RequestedRegion "unspecified"' +
    (others === undefined ? '.' : `; ${others}`)
  );
}

function deniedAction(message: string): string {
  const [, action = 'it', resource] =
    /not authorized to perform: ([\w:*-]+)(?: on resource: (\S*[^\s.,;]))?/i.exec(message) ?? [];
  return resource === undefined ? action : `${action} on ${resource}`;
}

interface ErrorDescription {
  /** As the server or stream names the error, in any case; undefined when it does not. */
  readonly name: string | undefined;
  readonly message: string;
  /** HTTP status of an error reply; undefined inside a stream. */
  readonly status?: number | undefined;
  /** The status that the model itself gave, in errors that pass it on. */
  readonly originalStatus?: number | undefined;
  /**
   * Whether to retry an error that has neither a row in the table nor a status to judge by.
   * @default false
   */
  readonly unknownIsRetryable?: boolean | undefined;
  readonly facts?: AdviceFacts | undefined;
}

interface ErrorClass {
  readonly code: string;
  readonly statusCode: number | undefined;
  readonly isRetryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly advice: string | undefined;
}

const canonicalNames: ReadonlyMap<string, keyof typeof ERROR_RULES> = new Map(
  (Object.keys(ERROR_RULES) as Array<keyof typeof ERROR_RULES>).map(name => [name.toLowerCase(), name]),
);

/** Looks an error up in the table. HTTP replies and stream exceptions go through here alike. */
export function classifyError(error: ErrorDescription): ErrorClass {
  const { name, message, status, originalStatus } = error;
  const known = name === undefined ? undefined : canonicalNames.get(name.toLowerCase());
  const rule: ErrorRule = known === undefined ? unknownError(error) : ERROR_RULES[known];
  const statusCode = status ?? rule.status;
  const byMessage = MESSAGE_RULES.find(
    candidate => candidate.message.test(message) && (candidate.status ?? statusCode) === statusCode,
  );
  const byOriginal =
    rule.originalStatusDecides && originalStatus !== undefined ? isTransient(originalStatus) : undefined;
  const isRetryable = byMessage?.retryable ?? byOriginal ?? rule.retryable;
  const advice = byMessage?.advice ?? rule.advice;
  return {
    code: known ?? (name === undefined ? UNNAMED_ERROR : upperCamel(name)),
    statusCode,
    isRetryable,
    retryAfterMs: isRetryable ? rule.retryAfterMs : undefined,
    advice: typeof advice === 'function' ? advice(error.facts ?? {}, message) : advice,
  };
}

function unknownError({ status, unknownIsRetryable = false }: ErrorDescription): ErrorRule {
  if (status === undefined) return { retryable: unknownIsRetryable };
  return status === 413 ? TOO_LARGE : { retryable: isTransient(status) };
}

/** Statuses that another try may change, as the AI SDK judges them. */
function isTransient(status: number): boolean {
  return status === 408 || status === 409 || status === 429 || status >= 500;
}

/** Streams spell exception names with a small first letter. Names like `rate_limit_error` stay. */
function upperCamel(name: string): string {
  return name.includes('_') ? name : name.charAt(0).toUpperCase() + name.slice(1);
}
