/**
 * GetCallerIdentity of STS, which speaks forms and XML.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
import { AwsError, replyHeaders } from '../aws-error.ts';
import type { Operation } from './operation.ts';

/** Where STS is, so that its one path is none of Bedrock's. */
export const STS_PATH = '/_sts';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
const ACCOUNT = '123456789012';

/** Requests that are handed over in the process may keep AWS's host name. */
export function isStsRequest(request: Request): boolean {
  const url = new URL(request.url);
  const host = request.headers.get('host') ?? url.host;
  return (
    url.pathname.replace(/\/$/, '') === STS_PATH ||
    /^sts(?:-fips)?\.(?:[a-z0-9-]+\.)?(?:amazonaws|api\.aws)\b/.test(host)
  );
}

export const getCallerIdentity: Operation = {
  name: 'GetCallerIdentity',
  method: 'POST',
  path: `${STS_PATH}/`,
  services: ['sts'],
  async handle(call) {
    if (call.headers.get('authorization')?.startsWith('Bearer ')) {
      throw new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token');
    }
    const action = new URLSearchParams(new TextDecoder().decode(call.bytes)).get('Action') ?? '';
    if (action !== 'GetCallerIdentity') {
      throw new AwsError('InvalidAction', `Could not find operation ${action} for version 2011-06-15`);
    }
    const result = `<Arn>arn:aws:iam::${ACCOUNT}:user/local</Arn><UserId>AIDALOCALBEDROCK</UserId><Account>${ACCOUNT}</Account>`;
    return xml(
      `<GetCallerIdentityResponse xmlns="${NAMESPACE}"><GetCallerIdentityResult>${result}</GetCallerIdentityResult>` +
        `<ResponseMetadata><RequestId>${call.requestId}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
      200,
      call.requestId,
    );
  },
  failure({ name, message, status }, requestId) {
    return xml(
      `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${CODES[name] ?? name}</Code>` +
        `<Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
      status,
      requestId,
    );
  },
};

/** The codes of STS, which speaks an older protocol, differ from Bedrock's. */
const CODES: Readonly<Record<string, string>> = {
  ExpiredTokenException: 'ExpiredToken',
  IncompleteSignatureException: 'IncompleteSignature',
  InternalServerException: 'InternalFailure',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  UnrecognizedClientException: 'InvalidClientTokenId',
};

function xml(text: string, status: number, requestId: string): Response {
  return new Response(text, { status, headers: { ...replyHeaders(requestId), 'content-type': 'text/xml' } });
}

function escapeXml(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt' };
  return text.replace(/[&<>]/g, character => `&${names[character]};`);
}
