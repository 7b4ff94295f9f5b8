/** STS in this process: AssumeRole with its signature verified, and AssumeRoleWithWebIdentity. */

import { verifySignature } from '../../src/local/auth/sigv4.ts';
import { AwsError } from '../../src/local/aws-error.ts';

export interface TestKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface TestRole {
  readonly keys: TestKeys;
  /** Who may assume it: access key ids, or a web identity token. */
  readonly trusts: readonly string[];
  readonly externalId?: string;
  /** The device and the code it shows at the moment. */
  readonly mfa?: { readonly serial: string; readonly code: string };
  /** Milliseconds; an hour when absent. */
  readonly lifetime?: number;
}

export interface TestSts {
  /** By ARN. */
  readonly roles: Map<string, TestRole>;
  /** Keys that may sign requests. */
  readonly callers: Array<{
    accessKeyId: string;
    secretAccessKey: string;
    sessionToken?: string | undefined;
  }>;
  /** The parameters of all requests so far. */
  readonly calls: Array<Readonly<Record<string, string>>>;
  /** The Region that signatures must be scoped to. */
  region: string;
  handle(request: Request): Promise<Response>;
}

export function createSts(): TestSts {
  const sts: TestSts = {
    roles: new Map(),
    callers: [],
    calls: [],
    region: 'us-east-1',
    async handle(request) {
      const body = new Uint8Array(await request.arrayBuffer());
      const parameters = Object.fromEntries(new URLSearchParams(new TextDecoder().decode(body)));
      sts.calls.push(parameters);
      try {
        return await answer(request, body, parameters);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return refuse(error);
      }
    },
  };

  async function answer(
    request: Request,
    body: Uint8Array<ArrayBuffer>,
    parameters: Readonly<Record<string, string>>,
  ): Promise<Response> {
    const { Action: action = '', RoleArn: arn = '', WebIdentityToken: token } = parameters;
    const caller = action === 'AssumeRole' ? await verify(request, body) : token;
    const role = sts.roles.get(arn);
    if (role === undefined || !role.trusts.includes(caller ?? '') || !isMet(role, parameters)) {
      throw new AwsError(
        'AccessDenied',
        `User: ${action === 'AssumeRole' ? caller : 'web identity'} is not authorized to perform: sts:${action} on resource: ${arn}`,
      );
    }
    return new Response(credentialsXml(action, arn, role), { headers: { 'content-type': 'text/xml' } });
  }

  async function verify(request: Request, body: Uint8Array<ArrayBuffer>): Promise<string> {
    const { method, url, headers } = request;
    const { accessKeyId } = await verifySignature(
      { method, url: new URL(url), headers, body },
      headers.get('authorization') ?? '',
      { credentials: sts.callers, region: sts.region, service: 'sts', now: new Date() },
    );
    return accessKeyId;
  }

  return sts;
}

function isMet({ externalId, mfa }: TestRole, parameters: Readonly<Record<string, string>>): boolean {
  if (parameters['ExternalId'] !== externalId) return false;
  return parameters['SerialNumber'] === mfa?.serial && parameters['TokenCode'] === mfa?.code;
}

/** The codes of STS, which speaks an older protocol, differ from Bedrock's. */
const CODES: Readonly<Record<string, string>> = {
  ExpiredTokenException: 'ExpiredToken',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  UnrecognizedClientException: 'InvalidClientTokenId',
};

function refuse({ name, message }: AwsError): Response {
  const code = CODES[name] ?? name;
  return new Response(
    `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>` +
      `<Code>${code}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
    { status: 403, headers: { 'content-type': 'text/xml', date: new Date().toUTCString() } },
  );
}

function credentialsXml(action: string, arn: string, { keys, lifetime = 3_600_000 }: TestRole): string {
  const expiration = new Date(Date.now() + lifetime).toISOString();
  return (
    `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>` +
    `<AssumedRoleUser><AssumedRoleId>AROA:session</AssumedRoleId><Arn>${arn}/session</Arn></AssumedRoleUser>` +
    `<Credentials><AccessKeyId>${keys.accessKeyId}</AccessKeyId>` +
    `<SecretAccessKey>${escapeXml(keys.secretAccessKey)}</SecretAccessKey>` +
    `<SessionToken>${escapeXml(keys.sessionToken)}</SessionToken>` +
    `<Expiration>${expiration}</Expiration></Credentials>` +
    `</${action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${action}Response>`
  );
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
