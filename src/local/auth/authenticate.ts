/** Decides whether a request may come in: by a bearer API key or by a signature. */
import { AwsError } from '../aws-error.ts';
import { type LocalCredentials, type SignedRequest, verifySignature } from './sigv4.ts';

export interface AuthenticationRules {
  readonly credentials: readonly LocalCredentials[];
  readonly apiKeys: readonly string[];
  /** The region that signatures must name, unless the request's host names one. */
  readonly region: string;
}

/** `presigned`: by a signature in the URL. */
export type AuthenticationScheme = 'sigv4' | 'bearer' | 'presigned';

/**
 * @param services that a signature may be for, where the request's host does not say which
 * @throws AwsError with status 403
 */
export async function authenticate(
  request: SignedRequest,
  rules: AuthenticationRules,
  services: readonly string[] = ['bedrock'],
): Promise<AuthenticationScheme> {
  const header = request.headers.get('authorization') ?? '';
  if (/^bearer /i.test(header)) {
    await checkApiKey(header.slice('bearer '.length).trim(), rules.apiKeys);
    return 'bearer';
  }
  if (!header.startsWith('AWS4-HMAC-SHA256')) {
    throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const host = hostOf(request);
  await verifySignature(request, header, {
    credentials: rules.credentials,
    region: host?.region ?? rules.region,
    service: host?.service ?? chosenService(header, services),
    now: new Date(),
  });
  return 'sigv4';
}

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html */
async function checkApiKey(apiKey: string, apiKeys: readonly string[]): Promise<void> {
  const given = await digest(apiKey);
  const known = await Promise.all(apiKeys.map(digest));
  // Every key is compared, and as digests of one length, so that time tells nothing about them.
  const matches = known.filter(key => key === given).length;
  if (matches === 0) {
    throw new AwsError(
      'AccessDeniedException',
      'Authentication failed: Please make sure your API Key is valid.',
      {
        messageKey: 'Message',
      },
    );
  }
}

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return new Uint8Array(bytes).join();
}

/** Requests that are handed over in the process keep AWS's host name, which says the region and the service. */
function hostOf({ headers, url }: SignedRequest): { region: string; service: string } | undefined {
  const host = headers.get('host') ?? url.host;
  const [, name, region] =
    /^(servicequotas|monitoring|sts|bedrock(?:-mantle|(?:-agent)?-runtime)?)(?:-fips)?\.([a-z]{2}(?:-[a-z]+)+-\d+)\./.exec(
      host,
    ) ?? [];
  if (region === undefined) return undefined;
  return { region, service: OWN_NAMES.has(name ?? '') ? (name as string) : 'bedrock' };
}

/** Services whose name in the host is the one in signatures; the others are all `bedrock`. */
const OWN_NAMES: ReadonlySet<string> = new Set(['bedrock-mantle', 'servicequotas', 'monitoring', 'sts']);

/** The one that the signature names, where it may. */
function chosenService(header: string, services: readonly string[]): string {
  const [, named = ''] = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(header) ?? [];
  return services.includes(named) ? named : (services[0] ?? 'bedrock');
}
