import { InvalidArgumentError, LoadSettingError } from '@ai-sdk/provider';
import { encodeRfc3986 } from './model-ref.ts';
import { type BedrockEndpoints, type BedrockProviderSettings, readEnvironment } from './settings.ts';

/** The endpoint families of Bedrock; each has its own host. */
export type BedrockService = 'bedrock-runtime' | 'bedrock-agent-runtime' | 'bedrock' | 'bedrock-mantle';

export type AwsService = BedrockService | 'servicequotas' | 'monitoring' | 's3' | 'sts';

type EndpointSettings = Pick<
  BedrockProviderSettings,
  'baseURL' | 'endpoints' | 'useFipsEndpoint' | 'useDualstackEndpoint'
>;

interface ServiceFacts {
  readonly setting: keyof BedrockEndpoints;
  /** How AWS's SDKs spell the service in `AWS_ENDPOINT_URL_…`. */
  readonly id: string;
  /** The service in a SigV4 credential scope, which is not always the one in the host name. */
  readonly signingName: string;
  /** Whether it takes Bedrock API keys. */
  readonly apiKeys: boolean;
}

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-reference.html for where API keys work */
const SERVICES: Readonly<Record<AwsService, ServiceFacts>> = {
  'bedrock-runtime': { setting: 'runtime', id: 'BEDROCK_RUNTIME', signingName: 'bedrock', apiKeys: true },
  'bedrock-agent-runtime': {
    setting: 'agentRuntime',
    id: 'BEDROCK_AGENT_RUNTIME',
    signingName: 'bedrock',
    apiKeys: false,
  },
  bedrock: { setting: 'control', id: 'BEDROCK', signingName: 'bedrock', apiKeys: true },
  'bedrock-mantle': {
    setting: 'mantle',
    id: 'BEDROCK_MANTLE',
    signingName: 'bedrock-mantle',
    apiKeys: true,
  },
  servicequotas: {
    setting: 'serviceQuotas',
    id: 'SERVICE_QUOTAS',
    signingName: 'servicequotas',
    apiKeys: false,
  },
  monitoring: { setting: 'cloudWatch', id: 'CLOUDWATCH', signingName: 'monitoring', apiKeys: false },
  s3: { setting: 's3', id: 'S3', signingName: 's3', apiKeys: false },
  sts: { setting: 'sts', id: 'STS', signingName: 'sts', apiKeys: false },
};

export function signingName(service: AwsService): string {
  return SERVICES[service].signingName;
}

/** Whether AWS's endpoint of the service takes Bedrock API keys. A gateway in its place may. */
export function acceptsApiKeys(service: AwsService): boolean {
  return SERVICES[service].apiKeys;
}

/* ------------------------------------------------------------ partitions */

/** A group of Regions with accounts, ARNs and host names of its own. */
export interface Partition {
  /** As in ARNs, e.g. `aws`, `aws-cn`. */
  readonly name: string;
  readonly dnsSuffix: string;
  readonly dualStackDnsSuffix: string;
}

const COMMERCIAL: Partition = { name: 'aws', dnsSuffix: 'amazonaws.com', dualStackDnsSuffix: 'api.aws' };

/** @see https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
const PARTITIONS: ReadonlyArray<
  readonly [regionPrefix: string, name: string, dnsSuffix: string, dualStackDnsSuffix: string]
> = [
  ['cn-', 'aws-cn', 'amazonaws.com.cn', 'api.amazonwebservices.com.cn'],
  ['us-gov-', 'aws-us-gov', 'amazonaws.com', 'api.aws'],
  ['us-iso-', 'aws-iso', 'c2s.ic.gov', 'api.aws.ic.gov'],
  ['us-isob-', 'aws-iso-b', 'sc2s.sgov.gov', 'api.aws.scloud'],
  ['eu-isoe-', 'aws-iso-e', 'cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'],
  ['us-isof-', 'aws-iso-f', 'csp.hci.ic.gov', 'api.aws.hci.ic.gov'],
  ['eusc-', 'aws-eusc', 'amazonaws.eu', 'api.amazonwebservices.eu'],
];

/** Regions that AWS adds to a known partition need no change here. */
export function partitionOf(region: string): Partition {
  const row = PARTITIONS.find(([prefix]) => region.startsWith(prefix));
  if (row === undefined) return COMMERCIAL;
  const [, name, dnsSuffix, dualStackDnsSuffix] = row;
  return { name, dnsSuffix, dualStackDnsSuffix };
}

/* ------------------------------------------------------------- endpoints */

/**
 * The URL that the user has put in the place of a service's public endpoint, without a slash at its end:
 * `endpoints`, `baseURL` (for the services of Bedrock), `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_ENDPOINT_URL`.
 * @throws InvalidArgumentError when it cannot be one, or when FIPS or dual stack is asked for too: what is
 * behind the URL decides about them
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function configuredEndpoint(service: AwsService, settings: EndpointSettings): string | undefined {
  const configured = findConfigured(service, settings);
  if (configured === undefined) return undefined;
  for (const [option, variable, name] of VARIANTS) {
    if (!isWanted(option, variable, settings)) continue;
    throw new InvalidArgumentError({
      argument: option,
      message:
        `${configured.source} and ${name} exclude each other, because the URL already says which endpoint is ` +
        `called. Leave the URL out, or set ${option} to false.`,
    });
  }
  const { url: given } = configured;
  const last = lastRight.get(settings);
  if (last !== undefined && last.given === given) return last.url;
  const url = checkUrl(given, configured);
  lastRight.set(settings, { given, url });
  return url;
}

/** The URL that each provider has found right last: it calls the same one thousands of times. */
const lastRight = new WeakMap<EndpointSettings, { readonly given: string; readonly url: string }>();

/** Where the URL of `configuredEndpoint` is from, in words; undefined for the public endpoint. */
export function endpointSource(service: AwsService, settings: EndpointSettings): string | undefined {
  return findConfigured(service, settings)?.source.replace('The ', 'the ');
}

/** Whether a host is one of AWS's own, also of a VPC endpoint. */
export function isAwsHost(host: string): boolean {
  const suffixes = [
    COMMERCIAL.dnsSuffix,
    COMMERCIAL.dualStackDnsSuffix,
    ...PARTITIONS.flatMap(row => row.slice(2)),
  ];
  return suffixes.some(suffix => host.endsWith(`.${suffix}`));
}

/**
 * The public endpoint of a service in a Region, as AWS's endpoint rules say.
 * @throws InvalidArgumentError when AWS has no such endpoint
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html
 */
export function publicEndpoint(service: AwsService, region: string, settings: EndpointSettings): string {
  const [fips, dualStack] = VARIANTS.map(([option, variable]) => isWanted(option, variable, settings));
  const { name, dnsSuffix, dualStackDnsSuffix } = partitionOf(region);
  const host = fips ? `${service}-fips` : service;
  switch (service) {
    case 'bedrock-mantle':
      if (fips) {
        throw new InvalidArgumentError({
          argument: 'useFipsEndpoint',
          message: 'useFipsEndpoint: AWS has no FIPS endpoint for bedrock-mantle.',
        });
      }
      // Its only endpoints are the dual-stack ones.
      return `https://${host}.${region}.${dualStackDnsSuffix}`;
    case 's3':
      return `https://${host}${dualStack ? '.dualstack' : ''}.${region}.${dnsSuffix}`;
    case 'sts':
    case 'monitoring':
      // In GovCloud the ordinary endpoints are the FIPS ones, except for dual stack.
      if (name === 'aws-us-gov' && !dualStack) return `https://${service}.${region}.${dnsSuffix}`;
      break;
    default:
      break;
  }
  return `https://${host}.${region}.${dualStack ? dualStackDnsSuffix : dnsSuffix}`;
}

/**
 * The URL of a bucket. Buckets with dots are part of the path, because the certificates of S3 do not cover their
 * host names, and so are all behind a URL of the user's own.
 * @param endpoint of S3
 * @param isPublic whether it is AWS's
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export function bucketEndpoint(bucket: string, endpoint: string, isPublic: boolean): string {
  return isPublic && /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(bucket)
    ? endpoint.replace('://', `://${bucket}.`)
    : `${endpoint}/${encodeRfc3986(bucket)}`;
}

/**
 * Checks the URLs of the settings before anything is called.
 * @throws InvalidArgumentError for the first that cannot be one
 */
export function checkEndpointSettings({ endpoints, baseURL }: EndpointSettings): void {
  checkNames(endpoints);
  const given = [
    ...Object.entries(endpoints ?? {}).map(([name, url]) => [`endpoints.${name}`, url] as const),
  ];
  for (const [argument, url] of [...given, ['baseURL', baseURL] as const]) {
    if (url != null) checkUrl(url, { argument, source: `The ${argument} setting` });
  }
}

const VARIANTS = [
  ['useFipsEndpoint', 'AWS_USE_FIPS_ENDPOINT', 'FIPS'],
  ['useDualstackEndpoint', 'AWS_USE_DUALSTACK_ENDPOINT', 'dual stack'],
] as const;

type Variant = (typeof VARIANTS)[number];

function isWanted(option: Variant[0], variable: Variant[1], settings: EndpointSettings): boolean {
  const setting = settings[option];
  if (setting != null) {
    if (typeof setting === 'boolean') return setting;
    throw new InvalidArgumentError({ argument: option, message: `${option} must be true or false.` });
  }
  return readBoolean(variable);
}

/** AWS's SDKs take no other words, and a typing error must not switch FIPS off. */
function readBoolean(variable: string): boolean {
  const value = readEnvironment(variable)?.trim().toLowerCase();
  if (value === undefined || value === 'false') return false;
  if (value === 'true') return true;
  throw new LoadSettingError({
    message: `The environment variable ${variable} must be true or false, and is ${JSON.stringify(value)}.`,
  });
}

interface ConfiguredUrl {
  readonly url: string;
  /** The argument of an error. */
  readonly argument: string;
  /** The words of an error. */
  readonly source: string;
}

function findConfigured(
  service: AwsService,
  { endpoints, baseURL }: EndpointSettings,
): ConfiguredUrl | undefined {
  const { setting, id } = SERVICES[service];
  checkNames(endpoints);
  const ofService = endpoints?.[setting];
  if (ofService != null) {
    const argument = `endpoints.${setting}`;
    return { url: ofService, argument, source: `The ${argument} setting` };
  }
  if (baseURL != null && service !== 's3' && service !== 'sts') {
    return { url: baseURL, argument: 'baseURL', source: 'The baseURL setting' };
  }
  if (readBoolean('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS')) return undefined;
  for (const argument of [`AWS_ENDPOINT_URL_${id}`, 'AWS_ENDPOINT_URL']) {
    const url = readEnvironment(argument);
    if (url !== undefined) return { url, argument, source: `The environment variable ${argument}` };
  }
  return undefined;
}

/** A misspelled service would be called at AWS's endpoint instead of the user's own. */
function checkNames(endpoints: EndpointSettings['endpoints']): void {
  if (endpoints == null) return;
  const names = Object.values(SERVICES).map(({ setting }) => setting as string);
  const unknown = Object.keys(endpoints).find(name => !names.includes(name));
  if (unknown === undefined) return;
  throw new InvalidArgumentError({
    argument: 'endpoints',
    message: `endpoints: ${JSON.stringify(unknown)} is no service; there are ${names.join(', ')}.`,
  });
}

/** The value is kept out of the messages: URLs of gateways can hold keys. */
function checkUrl(given: string, { source, argument }: Omit<ConfiguredUrl, 'url'>): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const fail = (rule: string) => new InvalidArgumentError({ argument, message: `${source} ${rule}.` });
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw fail('must be an absolute http or https URL, e.g. https://gateway.example.com/bedrock');
  }
  if (url.username !== '' || url.password !== '') {
    throw fail('must not hold a user name or password; set apiKey or headers instead');
  }
  if (url.search !== '' || url.hash !== '') {
    throw fail('must not have a query or fragment, because the path of each operation follows it');
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
