import { InvalidArgumentError } from '@ai-sdk/provider';
import { readEnvironment } from './settings.ts';

/** The endpoint families of Bedrock; each has its own host. */
export type BedrockService = 'bedrock-runtime' | 'bedrock-agent-runtime' | 'bedrock' | 'bedrock-mantle';

/** A group of Regions with accounts, ARNs and host names of its own. */
export interface Partition {
  /** As in ARNs, e.g. `aws`, `aws-cn`. */
  readonly name: string;
  readonly dnsSuffix: string;
}

const COMMERCIAL: Partition = { name: 'aws', dnsSuffix: 'amazonaws.com' };

/** @see https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
const PARTITIONS: ReadonlyArray<readonly [regionPrefix: string, partition: Partition]> = [
  ['cn-', { name: 'aws-cn', dnsSuffix: 'amazonaws.com.cn' }],
  ['us-gov-', { name: 'aws-us-gov', dnsSuffix: 'amazonaws.com' }],
  ['us-iso-', { name: 'aws-iso', dnsSuffix: 'c2s.ic.gov' }],
  ['us-isob-', { name: 'aws-iso-b', dnsSuffix: 'sc2s.sgov.gov' }],
  ['eu-isoe-', { name: 'aws-iso-e', dnsSuffix: 'cloud.adc-e.uk' }],
  ['us-isof-', { name: 'aws-iso-f', dnsSuffix: 'csp.hci.ic.gov' }],
  ['eusc-', { name: 'aws-eusc', dnsSuffix: 'amazonaws.eu' }],
];

/** Regions that AWS adds to a known partition need no change here. */
export function partitionOf(region: string): Partition {
  return PARTITIONS.find(([prefix]) => region.startsWith(prefix))?.[1] ?? COMMERCIAL;
}

/**
 * Where a service is reached: an origin, or the base URL, without a slash at its end.
 * @param region asked only when no base URL is set here or in the environment
 * @throws InvalidArgumentError when the base URL cannot be one
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function resolveEndpoint({
  service,
  region,
  baseURL,
}: {
  service: BedrockService;
  region: () => string;
  baseURL?: string | undefined;
}): string {
  if (baseURL != null) return checkBaseURL(baseURL, 'The baseURL setting');
  for (const variable of [`AWS_ENDPOINT_URL_${SERVICE_IDS[service]}`, 'AWS_ENDPOINT_URL']) {
    const value = readEnvironment(variable);
    if (value !== undefined) return checkBaseURL(value, `The environment variable ${variable}`);
  }
  const name = region();
  return service === 'bedrock-mantle'
    ? `https://bedrock-mantle.${name}.api.aws`
    : `https://${service}.${name}.${partitionOf(name).dnsSuffix}`;
}

/** The service name in a SigV4 credential scope, which is not always the one in the host name. */
export function signingName(service: BedrockService): string {
  return service === 'bedrock-mantle' ? 'bedrock-mantle' : 'bedrock';
}

/** How AWS's SDKs spell the services in `AWS_ENDPOINT_URL_…`. */
const SERVICE_IDS: Readonly<Record<BedrockService, string>> = {
  'bedrock-runtime': 'BEDROCK_RUNTIME',
  'bedrock-agent-runtime': 'BEDROCK_AGENT_RUNTIME',
  bedrock: 'BEDROCK',
  'bedrock-mantle': 'BEDROCK_MANTLE',
};

/** The value is kept out of the messages: base URLs of gateways can hold keys. */
function checkBaseURL(baseURL: string, source: string): string {
  const url = URL.canParse(baseURL) ? new URL(baseURL) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw invalidBaseURL(
      source,
      'must be an absolute http or https URL, e.g. https://gateway.example.com/bedrock',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw invalidBaseURL(source, 'must not hold a user name or password; set apiKey or headers instead');
  }
  if (url.search !== '' || url.hash !== '') {
    throw invalidBaseURL(
      source,
      'must not have a query or fragment, because the path of each operation follows it',
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function invalidBaseURL(source: string, rule: string): InvalidArgumentError {
  return new InvalidArgumentError({ argument: 'baseURL', message: `${source} ${rule}.` });
}
