import type { LocalCredentials } from './auth/sigv4.ts';
import { invalid } from './check-options.ts';
import { controlRoutes } from './control.ts';
import type { LocalExchange } from './exchange.ts';
import { Episodes, type LocalEpisodes } from './faults/episodes.ts';
import { FaultRules, type LocalFaultRule } from './faults/fault-rules.ts';
import { createGuardrails, type LocalGuardrail } from './guardrails/guardrails.ts';
import { createHttpHandler } from './http.ts';
import { JobStore } from './jobs.ts';
import { createKnowledgeBases, type LocalDocument } from './knowledge-bases/knowledge-bases.ts';
import { isKnownModel } from './models.ts';
import { STS_PATH } from './operations/sts.ts';
import type { LocalCounters } from './quotas/account.ts';
import { Metrics } from './quotas/metrics.ts';
import type { LocalQuotas } from './quotas/quota.ts';
import { Quotas } from './quotas/quotas.ts';
import type { LocalDelay, LocalReply, LocalRequest, LocalResponder } from './reply/reply.ts';
import { type LoggedRequest, RequestLog } from './request-log.ts';
import { PromptCache } from './responder/usage.ts';
import { ObjectStore } from './s3/objects.ts';
import { S3_PATH } from './s3/serve.ts';

/** Accepted when no `credentials` and no `apiKeys` are given. They open nothing but a local Bedrock. */
export const LOCAL_CREDENTIALS: Readonly<Record<'accessKeyId' | 'secretAccessKey', string>> = {
  accessKeyId: 'LOCALBEDROCK',
  secretAccessKey: 'local-bedrock-secret-access-key',
};
export const LOCAL_API_KEY = 'local-bedrock-api-key';

export interface LocalBedrockOptions {
  /**
   * Keys that may sign requests (SigV4).
   * @default LOCAL_CREDENTIALS, unless `apiKeys` is given
   */
  credentials?: LocalCredentials | readonly LocalCredentials[] | undefined;
  /**
   * API keys that may come as bearer tokens.
   * @default LOCAL_API_KEY, unless `credentials` is given
   */
  apiKeys?: readonly string[] | undefined;
  /**
   * `off` lets everybody in.
   * @default 'verify'
   */
  authentication?: 'verify' | 'off' | undefined;
  /**
   * The region that signatures must be scoped to. Requests to a host of AWS's, which reach the server through
   * `fetch`, must be scoped to that host's region instead.
   * @default 'us-east-1'
   */
  region?: string | undefined;
  /**
   * Which model ids exist; others are answered with a ResourceNotFoundException.
   * @default ids that look like those of a provider on Bedrock, with or without a geography's prefix, and ARNs
   */
  models?: readonly string[] | ((modelId: string) => boolean) | undefined;
  /**
   * Milliseconds before the first and between further events, so that a demo looks like a stream. A number is
   * for both.
   * @default 0
   */
  delayMs?: LocalDelay | undefined;
  /**
   * Refuses members that the operation does not have, which AWS ignores; they are in the log in any case.
   * @default false
   */
  strict?: boolean | undefined;
  /**
   * What callers may use: requests and tokens per second, minute and day, for all models or by model. A call
   * beyond that is answered with a ThrottlingException.
   * @default no limits
   */
  quotas?: LocalQuotas | undefined;
  /**
   * Calls that fail or whose streams are spoiled, by chance or by number.
   * @default none
   */
  faults?: readonly LocalFaultRule[] | undefined;
  /**
   * Times in which models are answered with a ServiceUnavailableException.
   * @default none
   */
  unavailable?: LocalEpisodes | undefined;
  /**
   * A whole number: the same one gives the same chance in `faults` and `unavailable`.
   * @default 0
   */
  seed?: number | undefined;
  /**
   * Guardrails by id, for ApplyGuardrail and for the `guardrailConfig` of a Converse call. Every version is the same.
   * @default none: a `guardrailConfig` is accepted and not applied
   */
  guardrails?: Readonly<Record<string, LocalGuardrail>> | undefined;
  /** Knowledge bases by id, each with its documents. */
  knowledgeBases?: Readonly<Record<string, readonly LocalDocument[]>> | undefined;
  /** Application inference profiles: the id of each, and the id of the model behind it. */
  inferenceProfiles?: Readonly<Record<string, string>> | undefined;
  /**
   * Milliseconds that an asynchronous job takes, by the clock.
   * @default 1000
   */
  jobMs?: number | undefined;
  /**
   * Which buckets exist in the S3 endpoint; others are NoSuchBucket.
   * @default all
   */
  buckets?: readonly string[] | undefined;
  /** A script for answers. What it leaves undefined comes from the built-in responder. */
  respond?: LocalResponder | undefined;
  /** Told of each request when its reply is over: sent, broken off, or left by its caller. For a log; must not throw. */
  onRequest?: ((request: LoggedRequest) => void) | undefined;
  /**
   * Told of each request that an operation of Bedrock answered, with its whole reply, which is kept in memory until then.
   * For recordings; must not throw.
   */
  onExchange?: ((exchange: LocalExchange) => void) | undefined;
}

export interface LocalBedrock {
  /** Handles a request in this process, without a network. Takes the place of the global `fetch`. */
  readonly fetch: typeof globalThis.fetch;

  /**
   * Serves HTTP/1.1 and, without TLS, HTTP/2 on one port. Node only.
   * @param port default 0: any free port
   * @param host default `127.0.0.1`: this machine only
   * @throws Error when the port is taken
   */
  listen(port?: number, host?: string): Promise<ListeningBedrock>;

  /** Answers that the next requests get, first come first served, before `respond` is asked. */
  enqueue(...replies: readonly LocalReply[]): void;

  /** The last requests, oldest first: at most 1,000 of them, with at most 64 MiB of bodies. */
  readonly requests: readonly LoggedRequest[];

  /** Other quotas from now on. Limits start full, but for what open calls hold; undefined lifts them. */
  setQuotas(quotas: LocalQuotas | undefined): void;

  /**
   * Other faults from now on, in place of those before.
   * @param seed default: as before
   */
  setFaults(rules: readonly LocalFaultRule[], seed?: number): void;

  /** Other episodes, whose times count from now on; undefined ends them. */
  setUnavailable(episodes: LocalEpisodes | undefined): void;

  /** What became of the calls to each model that has a quota, by its id as called. */
  counters(): Record<string, LocalCounters>;
  counters(modelId: string): LocalCounters;

  /**
   * As if just started, with the settings that are in force: forgets requests, queued replies, cached prompts, jobs, the
   * objects of S3 and counters, fills the quotas up, and begins faults and episodes anew.
   */
  reset(): void;

  /** For `createBedrock(…)`: region, keys and `fetch`. */
  readonly settings: LocalSettings & { readonly fetch: typeof globalThis.fetch };

  /** Region and keys as environment variables. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface ListeningBedrock {
  /** E.g. `http://127.0.0.1:4321`. */
  readonly url: string;
  readonly port: number;
  /** For `createBedrock(…)`: region, keys, `baseURL` and the endpoints of S3 and STS. */
  readonly settings: LocalSettings & {
    readonly baseURL: string;
    readonly endpoints: { readonly s3: string; readonly sts: string };
  };
  /** Also has the variable that sends AWS's SDKs and command line here. */
  readonly environment: Readonly<Record<string, string>>;
  /** Stops listening and breaks open connections. */
  close(): Promise<void>;
}

export interface LocalSettings {
  readonly region: string;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  readonly apiKey?: string;
}

/**
 * A Bedrock on your own machine, for development, tests and demos: AWS's routes, event-stream frames,
 * signatures, validation and errors, with answers from a script or from a built-in responder.
 *
 *     const local = createLocalBedrock({ respond: () => 'Hello!' });
 *     const bedrock = createBedrock(local.settings);
 *
 * @throws InvalidArgumentError for options that make no sense
 */
export function createLocalBedrock(options: LocalBedrockOptions = {}): LocalBedrock {
  checkOptions(options);
  const { region = 'us-east-1', delayMs = 0, strict = false, respond, jobMs = 1000, buckets } = options;
  const identities = resolveIdentities(options);
  const log = new RequestLog(options.onRequest);
  const cache = new PromptCache();
  const quotas = new Quotas(options.quotas);
  const metrics = new Metrics();
  const faults = new FaultRules(options.faults, options.seed);
  const episodes = new Episodes(options.unavailable, options.seed);
  const objects = new ObjectStore();
  const jobs = new JobStore(objects, { region, jobMs });
  let queue: LocalReply[] = [];
  const reset = () => {
    log.clear();
    cache.clear();
    jobs.clear();
    objects.clear();
    queue = [];
    for (const part of [quotas, metrics, faults, episodes]) part.reset();
  };

  const handle = createHttpHandler({
    log,
    control: controlRoutes({ quotas, faults, episodes, log, reset }),
    objects,
    onExchange: options.onExchange,
    authentication: options.authentication === 'off' ? undefined : { ...identities, region },
    backend: {
      strict,
      delayMs,
      cache,
      quotas,
      metrics,
      episodes,
      faults,
      jobs,
      bucketExists: bucket => buckets?.includes(bucket) ?? true,
      region,
      guardrails: createGuardrails(options.guardrails),
      knowledgeBases: createKnowledgeBases(options.knowledgeBases),
      inferenceProfiles: options.inferenceProfiles ?? {},
      modelExists: modelTest(options.models),
      models: typeof options.models === 'object' ? options.models : undefined,
      script: async (request: LocalRequest) => queue.shift() ?? (await respond?.(request)),
    },
  });

  const settings: LocalSettings = { region, ...identitySettings(identities) };
  const environment = toEnvironment(settings);
  const localFetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    return Promise.race([handle(request), abortOf(request.signal)]);
  };
  return {
    fetch: localFetch,
    async listen(port, host) {
      // Only here: the module and what it imports need Node.
      const { startListening } = await import('./listen.ts');
      const { url, ...listening } = await startListening(handle, port, host);
      return {
        ...listening,
        url,
        settings: { ...settings, baseURL: url, endpoints: { s3: url + S3_PATH, sts: url + STS_PATH } },
        environment: {
          ...environment,
          AWS_ENDPOINT_URL_BEDROCK: url,
          AWS_ENDPOINT_URL_BEDROCK_RUNTIME: url,
          AWS_ENDPOINT_URL_BEDROCK_AGENT_RUNTIME: url,
          AWS_ENDPOINT_URL_SERVICE_QUOTAS: url,
          AWS_ENDPOINT_URL_CLOUDWATCH: url,
          AWS_ENDPOINT_URL_BEDROCK_MANTLE: url,
          AWS_ENDPOINT_URL_S3: url + S3_PATH,
          AWS_ENDPOINT_URL_STS: url + STS_PATH,
        },
      };
    },
    enqueue(...replies) {
      queue.push(...replies);
    },
    get requests() {
      return log.entries;
    },
    setQuotas: settings => quotas.set(settings),
    counters: quotas.counters.bind(quotas) as LocalBedrock['counters'],
    setFaults: (rules, seed) => faults.set(rules, seed),
    setUnavailable: settings => episodes.set(settings),
    reset,
    settings: { ...settings, fetch: localFetch },
    environment,
  };
}

function checkOptions({ authentication, delayMs = 0, jobMs = 0, region }: LocalBedrockOptions): void {
  if (authentication !== undefined && authentication !== 'verify' && authentication !== 'off') {
    throw invalid('authentication', `'verify' or 'off', not ${JSON.stringify(authentication)}.`);
  }
  const waits =
    typeof delayMs === 'number' ? [delayMs] : [delayMs.firstByte ?? 0, delayMs.betweenEvents ?? 0];
  if (!waits.every(wait => Number.isFinite(wait) && wait >= 0)) {
    throw invalid('delayMs', 'milliseconds, a number from 0 on.');
  }
  if (!(Number.isFinite(jobMs) && jobMs >= 0)) throw invalid('jobMs', 'milliseconds, a number from 0 on.');
  if (region !== undefined && !/^[a-z]{2}(?:-[a-z]+)+-\d+$/.test(region)) {
    throw invalid('region', `a region of AWS's, e.g. 'us-east-1', not ${JSON.stringify(region)}.`);
  }
}

interface Identities {
  readonly credentials: readonly LocalCredentials[];
  readonly apiKeys: readonly string[];
}

function resolveIdentities({ credentials, apiKeys }: LocalBedrockOptions): Identities {
  if (credentials === undefined && apiKeys === undefined) {
    return { credentials: [LOCAL_CREDENTIALS], apiKeys: [LOCAL_API_KEY] };
  }
  return { credentials: [credentials ?? []].flat(), apiKeys: apiKeys ?? [] };
}

/** The first of the keys; API keys only where there is nothing to sign with. */
function identitySettings({
  credentials: [first],
  apiKeys: [apiKey],
}: Identities): Omit<LocalSettings, 'region'> {
  if (first === undefined) return apiKey === undefined ? {} : { apiKey };
  const { accessKeyId, secretAccessKey, sessionToken } = first;
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

function toEnvironment(settings: LocalSettings): Record<string, string> {
  const variables = {
    AWS_REGION: settings.region,
    // AWS's SDK for Python reads this one only.
    AWS_DEFAULT_REGION: settings.region,
    AWS_ACCESS_KEY_ID: settings.accessKeyId,
    AWS_SECRET_ACCESS_KEY: settings.secretAccessKey,
    AWS_SESSION_TOKEN: settings.sessionToken,
    AWS_BEARER_TOKEN_BEDROCK: settings.apiKey,
  };
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function modelTest(models: LocalBedrockOptions['models']): (modelId: string) => boolean {
  if (models === undefined) return isKnownModel;
  return typeof models === 'function' ? models : modelId => models.includes(modelId);
}

/** Rejects when the caller aborts, as `fetch` does, also while a script is still thinking. */
function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
