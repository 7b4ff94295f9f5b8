/**
 * What gives identities on AWS, on loopback: STS, the portal of IAM Identity Center, the metadata service of
 * EC2 and the credential endpoint of containers. AWS's own libraries talk to them.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSts, type TestKeys, type TestSts } from './sts.ts';

export interface IdentityServers {
  readonly url: string;
  readonly sts: TestSts;
  /** Access tokens of IAM Identity Center, and the keys of `<account>/<role>` that each may get. */
  readonly ssoSessions: Map<string, Readonly<Record<string, TestKeys>>>;
  /** The keys of an EC2 instance; without them the machine has no role. */
  instanceKeys: TestKeys | undefined;
  /** The keys of a container, and the token it has to show. */
  container: { keys: TestKeys; token: string } | undefined;
  /** Replies to be given instead, by the path they are for; the key is the start of the path. */
  readonly broken: Map<string, { status: number; body: string }>;
  /** Paths of all requests so far. */
  readonly requests: string[];
  /** The variables that send AWS's libraries here. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const HOUR = 3_600_000;

export async function startIdentityServers(): Promise<IdentityServers> {
  const sts = createSts();
  const requests: string[] = [];
  const broken = new Map<string, { status: number; body: string }>();

  const handle = async (request: Request): Promise<Response> => {
    const { pathname, searchParams } = new URL(request.url);
    requests.push(pathname);
    for (const [path, { status, body }] of broken) {
      if (pathname.startsWith(path)) return new Response(body, { status });
    }
    if (pathname.startsWith('/sts')) return sts.handle(request);
    if (pathname === '/sso/federation/credentials') return ssoReply(request.headers, searchParams);
    if (pathname.startsWith('/latest/')) return instanceReply(request, pathname);
    if (pathname === '/container') return containerReply(request.headers);
    return new Response('', { status: 404 });
  };

  const ssoReply = (headers: Headers, query: URLSearchParams): Response => {
    const session = servers.ssoSessions.get(headers.get('x-amz-sso_bearer_token') ?? '');
    if (session === undefined) {
      return Response.json(
        { message: 'Session token not found or invalid' },
        { status: 401, headers: { 'x-amzn-errortype': 'UnauthorizedException' } },
      );
    }
    const keys = session[`${query.get('account_id')}/${query.get('role_name')}`];
    if (keys === undefined) {
      return Response.json(
        { message: 'No access' },
        { status: 403, headers: { 'x-amzn-errortype': 'ForbiddenException' } },
      );
    }
    return Response.json({ roleCredentials: { ...keys, expiration: Date.now() + HOUR } });
  };

  /** Version 2 only: every request needs a token that was got with a PUT. */
  const instanceReply = (request: Request, pathname: string): Response => {
    if (pathname === '/latest/api/token') {
      const isPut = request.method === 'PUT' && request.headers.has('x-aws-ec2-metadata-token-ttl-seconds');
      return isPut ? new Response('metadata-token') : new Response('', { status: 405 });
    }
    if (request.headers.get('x-aws-ec2-metadata-token') !== 'metadata-token') {
      return new Response('', { status: 401 });
    }
    const path = '/latest/meta-data/iam/security-credentials/';
    if (servers.instanceKeys === undefined || !pathname.startsWith(path)) {
      return new Response('', { status: 404 });
    }
    return pathname === path ? new Response('instance-role') : metadataReply(servers.instanceKeys);
  };

  const containerReply = (headers: Headers): Response => {
    const { container } = servers;
    if (container === undefined || headers.get('authorization') !== container.token) {
      return Response.json({ Code: 'AccessDenied', Message: 'the token is wrong' }, { status: 403 });
    }
    return metadataReply(container.keys);
  };

  const server = createServer(async (incoming, outgoing) => {
    const response = await handle(await toRequest(incoming));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const servers: IdentityServers = {
    url,
    sts,
    ssoSessions: new Map(),
    instanceKeys: undefined,
    container: undefined,
    broken,
    requests,
    environment: {
      AWS_ENDPOINT_URL_STS: `${url}/sts`,
      AWS_ENDPOINT_URL_SSO: `${url}/sso`,
      AWS_ENDPOINT_URL_SSO_OIDC: `${url}/sso-oidc`,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: url,
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return servers;
}

function metadataReply({ accessKeyId, secretAccessKey, sessionToken }: TestKeys): Response {
  return Response.json({
    Code: 'Success',
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Token: sessionToken,
    Expiration: new Date(Date.now() + HOUR).toISOString(),
  });
}

async function toRequest(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const method = incoming.method ?? 'GET';
  return new Request(`http://${incoming.headers.host}${incoming.url}`, {
    method,
    headers: Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]),
    ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
  });
}
