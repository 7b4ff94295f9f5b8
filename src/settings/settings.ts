import { LoadSettingError } from '@ai-sdk/provider';
import type { FetchFunction } from '@ai-sdk/provider-utils';
import type { CatalogEntry } from '../catalog/types.ts';
import type { BedrockLanguageModelOptions } from '../codec/converse/options.ts';
import type { ModelFamily } from '../codec/family.ts';
import type { BedrockOutputLocation } from '../codec/invoke/output-location.ts';
import type { CostTracker } from '../cost/tracker.ts';
import type { BedrockLogLevel, BedrockLogOptions } from '../log/settings.ts';
import type { FailoverTarget, TrafficSettings } from '../traffic/settings.ts';

/** Keys of an AWS identity, in the shape of the AWS SDK's credential providers. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Comes with temporary keys, which do not work without it. */
  readonly sessionToken?: string | undefined;
  /** When temporary keys end. */
  readonly expiration?: Date | undefined;
}

/**
 * Gives keys when they are needed, as the AWS SDK's credential providers do. It is asked again with
 * `{ forceRefresh: true }`, at which AWS's own providers forget what they have kept.
 */
export type AwsCredentialsProvider = () => AwsCredentials | PromiseLike<AwsCredentials>;

/** A record, or what `new Headers` takes and is. */
type HeaderRecord = Readonly<Record<string, string | undefined>> | Iterable<readonly [string, string]>;

/**
 * Settings of `createBedrock`. Nothing is read, checked or loaded before the first call.
 *
 * Who calls is decided in this order, and explicit settings always beat the environment: `apiKey`,
 * `credentials`, `credentialProvider`, `accessKeyId` with `secretAccessKey`, `profile`; then
 * `AWS_BEARER_TOKEN_BEDROCK`, `AWS_ACCESS_KEY_ID` with `AWS_SECRET_ACCESS_KEY` (and `AWS_SESSION_TOKEN`), and
 * on Node what AWS's own chain finds: `AWS_PROFILE` or the default profile, web identity, container and
 * instance roles. A `roleArn` is assumed with the keys found so; API keys of the environment are passed over.
 */
export interface BedrockProviderSettings {
  /**
   * AWS Region that the calls go to, e.g. `us-east-1`. A model's own `region` setting and the Region of an
   * ARN win over it.
   * @default the environment variable `AWS_REGION`, else `AWS_DEFAULT_REGION`, else, on Node, the `region` of
   * the profile in AWS's config file
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
   * Keys, or a function that gives them, in the shape of the AWS SDK: what its clients take as `credentials`
   * fits here. The result of a function is kept until one minute before its `expiration`, or for five minutes
   * where it names none, and asked for anew when AWS refuses the keys. One refresh serves all waiting calls.
   * @example
   * import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
   * createBedrock({ credentials: fromTemporaryCredentials({ params: { RoleArn: '…' } }) });
   */
  readonly credentials?: AwsCredentials | AwsCredentialsProvider | undefined;

  /**
   * The official provider's name for `credentials` that are a function.
   */
  readonly credentialProvider?: AwsCredentialsProvider | undefined;

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
   * Profile of AWS's shared config and credentials files, of any kind: keys, SSO, a role, `credential_process`
   * … Node only. Nothing but this profile is tried. Also the profile whose `region` is the default one.
   * @default the environment variable `AWS_PROFILE`, else `default`, as one step of AWS's chain
   * @see https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
   */
  readonly profile?: string | undefined;

  /**
   * Asked for the code of the MFA device whose serial number or ARN it gets, when a profile has `mfa_serial`.
   */
  readonly mfaCodeProvider?: ((mfaSerial: string) => Promise<string>) | undefined;

  /**
   * ARN of a role to assume (`sts:AssumeRole`) with the keys that the other settings, the environment or AWS's
   * chain give, e.g. to call Bedrock in the account of a tenant. Its keys are kept and refreshed, so keep one
   * provider per role. STS is called in `region` by `fetch`. Cannot be combined with `apiKey`.
   */
  readonly roleArn?: string | undefined;

  /**
   * Name of the session of `roleArn`, which CloudTrail shows.
   * @default 'bedrock-ai-provider'
   */
  readonly roleSessionName?: string | undefined;

  /** External id that the trust policy of `roleArn` asks for. */
  readonly externalId?: string | undefined;

  /**
   * URL that replaces `https://{service}.{region}.{suffix}` for all services of Bedrock, e.g. of a gateway, a
   * VPC endpoint or a local server; may have a path. Plain `http:` is allowed. With an API key and a base URL,
   * no region is needed. `endpoints` has URLs for single services, also for S3 and STS.
   * @default the environment variable `AWS_ENDPOINT_URL_<SERVICE>` (e.g. `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`),
   * else `AWS_ENDPOINT_URL`, as in AWS's SDKs; else the public endpoint of the service in the region
   */
  readonly baseURL?: string | undefined;

  /**
   * URLs that replace the public endpoints of single services; each wins over `baseURL`.
   * @example
   * // Two interface VPC endpoints.
   * createBedrock({
   *   region: 'us-east-1',
   *   endpoints: {
   *     runtime: 'https://vpce-1a2b-3c4d.bedrock-runtime.us-east-1.vpce.amazonaws.com',
   *     agentRuntime: 'https://vpce-5e6f-7a8b.bedrock-agent-runtime.us-east-1.vpce.amazonaws.com',
   *   },
   * });
   */
  readonly endpoints?: BedrockEndpoints | undefined;

  /**
   * Calls the endpoints whose cryptography is validated by FIPS 140. Not every Region has them. A URL of your
   * own (`baseURL`, `endpoints`, `AWS_ENDPOINT_URL…`) and FIPS exclude each other.
   * @default the environment variable `AWS_USE_FIPS_ENDPOINT` (`true` or `false`), else false
   */
  readonly useFipsEndpoint?: boolean | undefined;

  /**
   * Calls the endpoints that are reached by IPv4 and IPv6, under other host names. A URL of your own
   * (`baseURL`, `endpoints`, `AWS_ENDPOINT_URL…`) and dual stack exclude each other.
   * @default the environment variable `AWS_USE_DUALSTACK_ENDPOINT` (`true` or `false`), else false
   */
  readonly useDualstackEndpoint?: boolean | undefined;

  /**
   * Milliseconds that the reply of a streaming call may take to begin: to connect, to send the request, and
   * for Bedrock to answer with a status and headers. Then the connection is closed and the call fails with a
   * retryable `BedrockError` of the code `ConnectTimeout`. 0 waits for ever.
   *
   * Calls that do not stream are not limited, because Bedrock answers them only when the whole reply is there;
   * use the AI SDK's `timeout` for them.
   * @default 300_000
   */
  readonly connectTimeoutMs?: number | undefined;

  /**
   * Milliseconds of silence after which a reply counts as lost: from its headers to its first byte, and from
   * byte to byte. Time in which nobody reads the stream does not count. Then the connection is closed and the
   * stream ends with a retryable `BedrockError` of the code `IdleTimeout`. 0 waits for ever.
   *
   * Models that think may be silent for minutes. Node's own `fetch` gives up after 300 seconds of silence,
   * whatever is set here.
   * @default 300_000
   */
  readonly idleTimeoutMs?: number | undefined;

  /**
   * Milliseconds that a call of a model may take in all: from the call to the end of its answer, also of a stream, with
   * waits for quotas, retries and failover. Then it fails with a `BedrockError` of the code `CallTimeout`, which the
   * AI SDK does not try again. 0 is no limit. The steps of an agent and the requests of a video are calls each.
   * @default no limit of this package; the AI SDK's `timeout` limits single calls of its functions
   */
  readonly timeoutMs?: number | undefined;

  /**
   * Headers for every request to Bedrock, or a function that gives them before each. Headers of a single call win by
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

  /**
   * How calls are paced, tried again and moved elsewhere; `'off'` sends every call at once.
   * @default calls are paced by what is learned from refusals, and nothing else
   * @see docs/traffic.md
   */
  readonly traffic?: TrafficSettings | 'off' | undefined;

  /**
   * Where asynchronous jobs (videos, `jobs.start`) put what they make, for calls that do not say so themselves.
   * @example
   * createBedrock({ outputLocation: { s3Uri: 's3://my-bucket/videos/' } });
   */
  readonly outputLocation?: BedrockOutputLocation | undefined;

  /**
   * Short names that can be given in the place of model ids, for all kinds of models. `true`: those of the built-in
   * table, e.g. `claude-sonnet`; an object: names of your own as well, which win, and stand for ids, ARNs or other
   * names. A built-in name is called through the profile that reaches the model from the Region of the call.
   * @default false: ids are taken as they are; `createBedrock.fromEnv` has true
   * @example
   * const bedrock = createBedrock({ aliases: { fast: 'nova-lite', ours: 'arn:aws:bedrock:…' } });
   * bedrock('fast');
   * @see docs/environment.md
   */
  readonly aliases?: boolean | Readonly<Record<string, string>> | undefined;

  /**
   * Writes a line for what happens to calls: at `error` those that failed, at `info` also tokens and cost of each, at
   * `debug` also requests, attempts and waits. Without secrets, prompts and answers.
   * @default 'silent'
   * @see docs/environment.md
   */
  readonly log?: BedrockLogLevel | BedrockLogOptions | undefined;

  /** Model families of your own; they are asked before the built-in ones. */
  readonly families?: readonly ModelFamily[] | undefined;

  /**
   * Models and prices that the catalog does not know, or knows less well, e.g. prices that you have agreed on. Each
   * member of an entry takes the place of the catalog's own, `prices` as a whole.
   * @example
   * createBedrock({
   *   catalog: [
   *     { id: 'amazon.nova-pro-v1:0', prices: [{ scope: 'regional', rates: { input: '0.7', output: '2.8' } }] },
   *   ],
   * });
   * @see docs/catalog.md
   */
  readonly catalog?: readonly CatalogEntry[] | undefined;

  /**
   * Puts what a call cost into `providerMetadata.bedrock.cost` of its result.
   * @default false
   * @see docs/cost.md
   */
  readonly cost?: boolean | undefined;

  /**
   * Adds up what calls cost, and stops them at a budget: `createCostTracker` of `bedrock-ai-provider/cost`.
   * @see docs/cost.md
   */
  readonly costTracker?: CostTracker | undefined;
}

/** URLs by service; the rules of `baseURL` apply to each. */
export interface BedrockEndpoints {
  /** `bedrock-runtime`: chat, embeddings, images, async invocations. */
  readonly runtime?: string | undefined;
  /** `bedrock-agent-runtime`: reranking, knowledge bases. */
  readonly agentRuntime?: string | undefined;
  /** `bedrock`: the control plane, e.g. lists of models and profiles. */
  readonly control?: string | undefined;
  readonly mantle?: string | undefined;
  /** `servicequotas`, for `traffic.quota: 'service-quotas'`. */
  readonly serviceQuotas?: string | undefined;
  /** `monitoring`, for the use of quotas that `bedrock-ai quota` shows. */
  readonly cloudWatch?: string | undefined;
  /** `s3`: what asynchronous jobs have made. Buckets are the first part of the path. */
  readonly s3?: string | undefined;
  readonly sts?: string | undefined;
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

  /** Where calls of this model go when they cannot go there, in place of the provider's `traffic.failover`. */
  readonly failover?: readonly FailoverTarget[] | undefined;
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
 * `AWS_DEFAULT_REGION`, `ofProfile`.
 * @param ofProfile the `region` in AWS's config file, which is read only where `hasRegion` is false
 * @throws LoadSettingError when there is none, or when it is no Region name
 */
export function resolveRegion(
  settings: Pick<BedrockProviderSettings, 'region'>,
  override?: string | undefined,
  ofProfile?: string | undefined,
): string {
  return checkedRegion(settings, override, ofProfile)[0];
}

/** The same, with where it is from in words, e.g. `the environment variable AWS_REGION`. */
export function resolveNamedRegion(
  settings: Pick<BedrockProviderSettings, 'region'>,
  override?: string | undefined,
  ofProfile?: string | undefined,
): { readonly region: string; readonly source: string } {
  const [region, source] = checkedRegion(settings, override, ofProfile);
  return { region, source: source.replace('The ', 'the ') };
}

function checkedRegion(
  settings: Pick<BedrockProviderSettings, 'region'>,
  override: string | undefined,
  ofProfile: string | undefined,
): readonly [region: string, source: string] {
  const [region, source] = namedRegion(settings, override) ?? [ofProfile, 'The region of the profile'];
  if (region !== undefined) return [checkRegion(region, source), source];
  throw new LoadSettingError({
    message:
      'No AWS Region. Set region (e.g. createBedrock({ region: "us-east-1" })), one of the environment ' +
      'variables AWS_REGION and AWS_DEFAULT_REGION or, on Node, the region of the profile in ~/.aws/config.',
  });
}

/** Whether a setting or the environment names a Region, right or wrong. */
export function hasRegion(
  settings: Pick<BedrockProviderSettings, 'region'>,
  override?: string | undefined,
): boolean {
  return namedRegion(settings, override) !== undefined;
}

function namedRegion(
  settings: Pick<BedrockProviderSettings, 'region'>,
  override: string | undefined,
): readonly [region: string, source: string] | undefined {
  if (override != null) return [override, 'The region of the model'];
  if (settings.region != null) return [settings.region, 'The region setting'];
  for (const variable of ['AWS_REGION', 'AWS_DEFAULT_REGION']) {
    const value = readEnvironment(variable);
    if (value !== undefined) return [value, `The environment variable ${variable}`];
  }
  return undefined;
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
