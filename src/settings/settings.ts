import { LoadSettingError } from '@ai-sdk/provider';
import type { FetchFunction } from '@ai-sdk/provider-utils';
import type { BedrockLanguageModelOptions } from '../codec/converse/options.ts';
import type { ModelFamily } from '../codec/family.ts';

/** Keys of an AWS identity, in the shape of the AWS SDK's credential providers. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Comes with temporary keys, which do not work without it. */
  readonly sessionToken?: string | undefined;
  /** When temporary keys end. */
  readonly expiration?: Date | undefined;
}

type HeaderRecord = Readonly<Record<string, string | undefined>>;

/**
 * Settings of `createBedrock`. Nothing is read, checked or loaded before the first call.
 *
 * Who calls is decided in this order, and explicit settings always beat the environment: `apiKey`,
 * `credentialProvider`, `accessKeyId` with `secretAccessKey`, `AWS_BEARER_TOKEN_BEDROCK`,
 * `AWS_ACCESS_KEY_ID` with `AWS_SECRET_ACCESS_KEY` (and `AWS_SESSION_TOKEN`).
 */
export interface BedrockProviderSettings {
  /**
   * AWS Region that the calls go to, e.g. `us-east-1`. A model's own `region` setting and the Region of an
   * ARN win over it.
   * @default the environment variable `AWS_REGION`, else `AWS_DEFAULT_REGION`
   */
  readonly region?: string | undefined;

  /**
   * Bedrock API key, sent as a bearer token instead of a SigV4 signature. A function is asked before every
   * call, for short-term keys that rotate.
   * @default the environment variable `AWS_BEARER_TOKEN_BEDROCK`, when no other identity is set here
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html
   */
  readonly apiKey?: string | (() => string | PromiseLike<string>) | undefined;

  /**
   * Access key id; needs `secretAccessKey`.
   * @default the environment variable `AWS_ACCESS_KEY_ID`
   */
  readonly accessKeyId?: string | undefined;

  /**
   * Secret of `accessKeyId`.
   * @default the environment variable `AWS_SECRET_ACCESS_KEY`
   */
  readonly secretAccessKey?: string | undefined;

  /**
   * Session token of temporary keys. Only used with `accessKeyId` and `secretAccessKey`; keys given here are
   * never mixed with the environment's `AWS_SESSION_TOKEN`.
   */
  readonly sessionToken?: string | undefined;

  /**
   * Gives the keys; beats `accessKeyId` and `secretAccessKey`. The result is kept until one minute before
   * its `expiration`, or for five minutes where it names none. One refresh serves all waiting calls.
   * @example
   * import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
   * createBedrock({ credentialProvider: fromNodeProviderChain() });
   */
  readonly credentialProvider?: (() => AwsCredentials | PromiseLike<AwsCredentials>) | undefined;

  /**
   * URL that replaces `https://{service}.{region}.{suffix}` for all services, e.g. of a gateway, a VPC
   * endpoint or a local server; may have a path. Plain `http:` is allowed. With an API key and a base URL, no
   * region is needed.
   * @default the environment variable `AWS_ENDPOINT_URL_<SERVICE>` (e.g. `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`),
   * else `AWS_ENDPOINT_URL`, as in AWS's SDKs; else the public endpoint of the service in the region
   */
  readonly baseURL?: string | undefined;

  /**
   * Headers for every request, or a function that gives them before each. Headers of a single call win by
   * name, except that user agents are joined.
   *
   * Headers that belong to the identity (`authorization`, `x-amz-date`, `x-amz-security-token`,
   * `x-amz-content-sha256`) or to the connection (`host`, `content-length`, …) are left out, so that
   * forwarded headers cannot break a signature. For a gateway with a key of its own, set `apiKey`.
   */
  readonly headers?: HeaderRecord | (() => HeaderRecord | PromiseLike<HeaderRecord>) | undefined;

  /**
   * Sends the requests, e.g. to log them or to answer them in tests. It gets them signed: a change of URL,
   * method, body or signed headers makes AWS refuse them.
   * @default `globalThis.fetch`, looked up at each call
   */
  readonly fetch?: FetchFunction | undefined;

  /**
   * Makes ids for parts that Bedrock leaves without one.
   * @default `generateId` of `@ai-sdk/provider-utils`
   */
  readonly generateId?: (() => string) | undefined;

  /**
   * Where cache points are placed for calls that do not say so themselves; see the provider option of the same
   * name.
   * @default 'off'
   */
  readonly promptCaching?: BedrockLanguageModelOptions['promptCaching'];

  /**
   * How structured output is enforced for calls that do not say so themselves; see the provider option of the
   * same name.
   * @default 'auto'
   */
  readonly structuredOutputMode?: BedrockLanguageModelOptions['structuredOutputMode'];

  /** Model families of your own; they are asked before the built-in ones. */
  readonly families?: readonly ModelFamily[] | undefined;
}

/** Settings of one model: the second argument of a model factory. */
export interface BedrockModelSettings {
  /**
   * Name of the model's family, where the id does not tell it, e.g. for the ARN of an application inference
   * profile.
   */
  readonly family?: string | undefined;

  /** The official provider's name for `family`. */
  readonly modelFamily?: string | undefined;

  /**
   * The model behind an id that does not tell it, e.g. `amazon.nova-lite-v1:0`. More exact than `family`:
   * rules of the single model are known too.
   */
  readonly baseModel?: string | undefined;

  /**
   * Inference profile to call the model through: a geography (`us`, `eu`, `global` …), put before the model
   * id, or the id or ARN of a profile, which is then called while the rules of the model stay.
   * @example
   * bedrock('amazon.nova-lite-v1:0', { inferenceProfile: 'eu' }); // calls eu.amazon.nova-lite-v1:0
   */
  readonly inferenceProfile?: string | undefined;

  /**
   * Region of this model's calls.
   * @default the Region in the ARN, where the model is given as one, else the provider's `region`
   */
  readonly region?: string | undefined;
}

/**
 * An environment variable; undefined where it is unset, blank, or where the runtime has no environment.
 * Read at call time only, and only when no setting decides.
 */
export function readEnvironment(name: string): string | undefined {
  const value = typeof process === 'undefined' ? undefined : process.env?.[name];
  return value === undefined || value.trim() === '' ? undefined : value;
}

/**
 * The Region a call goes to: `override` (of a model or an ARN), the `region` setting, `AWS_REGION`,
 * `AWS_DEFAULT_REGION`.
 * @throws LoadSettingError when there is none, or when it is no Region name
 */
export function resolveRegion(
  settings: Pick<BedrockProviderSettings, 'region'>,
  override?: string | undefined,
): string {
  if (override != null) return checkRegion(override, 'The region of the model');
  if (settings.region != null) return checkRegion(settings.region, 'The region setting');
  for (const variable of ['AWS_REGION', 'AWS_DEFAULT_REGION']) {
    const value = readEnvironment(variable);
    if (value !== undefined) return checkRegion(value, `The environment variable ${variable}`);
  }
  throw new LoadSettingError({
    message:
      'No AWS Region. Set region (e.g. createBedrock({ region: "us-east-1" })) or one of the environment ' +
      'variables AWS_REGION and AWS_DEFAULT_REGION.',
  });
}

/** The Region becomes part of a host name: anything but one DNS label could send the call elsewhere. */
function checkRegion(region: string, source: string): string {
  if (typeof region === 'string' && /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(region)) return region;
  throw new LoadSettingError({
    message:
      `${source} is ${JSON.stringify(region)}, which is no AWS Region. Regions have lower-case letters, ` +
      'digits and hyphens only, e.g. us-east-1.',
  });
}
