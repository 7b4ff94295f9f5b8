/** What a user meets, as a process against the local Bedrock: what is printed, and the exit code. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HealthReport } from 'bedrock-ai-provider/health';
import { createLocalBedrock, type ListeningBedrock, LOCAL_API_KEY } from 'bedrock-ai-provider/local';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Person, type Run, runCli } from './support/cli.ts';

const NOVA = 'amazon.nova-lite-v1:0';
const models = [NOVA, `us.${NOVA}`, 'amazon.titan-embed-text-v2:0', 'cohere.rerank-v3-5:0'];
const local = createLocalBedrock({ models });
let listening: ListeningBedrock;
const opened: Server[] = [];

beforeAll(async () => {
  listening = await local.listen();
});
afterEach(() => {
  local.reset();
  local.setFaults([]);
});
afterAll(async () => {
  for (const server of opened) {
    server.closeAllConnections();
    server.close();
  }
  await listening.close();
});

/** Nothing of the machine's own, then what the test says. */
function environment(changes: Readonly<Record<string, string | undefined>> = {}) {
  const own = Object.keys(process.env).filter(name => /^(AWS_|BEDROCK_|.*_PROXY$)/i.test(name));
  return {
    ...Object.fromEntries(own.map(name => [name, undefined])),
    AWS_CONFIG_FILE: '/no-such-config',
    AWS_SHARED_CREDENTIALS_FILE: '/no-such-credentials',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...listening.environment,
    ...changes,
  };
}

function health(
  args: readonly string[],
  changes?: Readonly<Record<string, string | undefined>>,
): Promise<Run> {
  return runCli(['health', ...args], { env: environment(changes) });
}

/** The line of a check, and what is indented below it. */
function checkOf({ stdout }: Run, name: string): string {
  const lines = stdout.split('\n');
  const start = lines.findIndex(line => line.slice(11).startsWith(`${name} `));
  const length = lines.slice(start + 1).findIndex(line => !line.startsWith(' '));
  return lines.slice(start, start + 1 + length).join('\n');
}

const noKeys = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
/** Nobody listens there. */
const REFUSED = 'http://127.0.0.1:9';

/** A server in front of the local Bedrock whose replies are changed. */
async function inFront(change: (reply: Response) => Response | Promise<Response>): Promise<string> {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [
      name,
      String(value),
    ]);
    const request = new Request(`http://${incoming.headers.host}${incoming.url}`, {
      method: incoming.method ?? 'GET',
      headers,
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    const reply = await change(await local.fetch(request));
    outgoing.sendDate = false;
    outgoing.writeHead(reply.status, Object.fromEntries(reply.headers));
    outgoing.end(Buffer.from(await reply.arrayBuffer()));
  });
  opened.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const allAt = (url: string) => ({
  AWS_ENDPOINT_URL_BEDROCK: url,
  AWS_ENDPOINT_URL_BEDROCK_RUNTIME: url,
  AWS_ENDPOINT_URL_STS: `${url}/_sts`,
});

describe('bedrock-ai health', () => {
  it('goes down a list, and ends with 0 when all is well', async () => {
    const run = await health([NOVA]);
    expect(checkOf(run, 'Region')).toBe(
      '✓ ok       Region   us-east-1, from the environment variable AWS_REGION',
    );
    expect(checkOf(run, 'Identity')).toContain(
      'AWS keys LOCA…ROCK, from the environment variable AWS_ACCESS_KEY_ID',
    );
    expect(checkOf(run, 'Caller')).toContain('arn:aws:iam::123456789012:user/local (account 123456789012)');
    expect(checkOf(run, 'Endpoint')).toContain('the environment variable AWS_ENDPOINT_URL_BEDROCK_RUNTIME');
    expect(checkOf(run, 'Call')).toMatch(/✓ ok {7}Call {5}Answered in \d+ ms, first token after \d+ ms/);
    expect(run.stdout).toMatch(/All is well\.\n$/);
    expect(run.stderr).toBe('');
    expect(run.code).toBe(0);
  });

  it('needs no account with --local, and takes the default model', async () => {
    const { stdout, code } = await runCli(['health', '--local'], {
      env: environment({ ...noKeys, AWS_REGION: undefined }),
    });
    expect(stdout).toContain('us-east-1, from the local Bedrock');
    expect(stdout).toMatch(/^\S+ \(text\)\n✓ ok {7}Access/m);
    expect(code).toBe(0);
  });

  it('takes the model of BEDROCK_DEFAULT_MODEL', async () => {
    expect((await health([], { BEDROCK_DEFAULT_MODEL: `us.${NOVA}` })).stdout).toContain(`us.${NOVA} (text)`);
  });

  it('prints the report of the library as JSON, and nothing else', async () => {
    const { stdout, stderr, code } = await health([NOVA, 'cohere.rerank-v3-5:0', '--json']);
    const report: HealthReport = JSON.parse(stdout);
    expect(report).toMatchObject({ ok: true, region: { region: 'us-east-1' } });
    expect(report.models.map(({ modelId, kind, call }) => [modelId, kind, call.status])).toEqual([
      [NOVA, 'text', 'ok'],
      ['cohere.rerank-v3-5:0', 'rerank', 'skipped'],
    ]);
    expect([stderr, code]).toEqual(['', 0]);
  });

  it('says what failed in JSON too, and ends with 1', async () => {
    const { stdout, code } = await health([NOVA, '--json'], noKeys);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, identity: { status: 'failed' } });
    expect(code).toBe(1);
  });

  it('embeds with an embedding model, and calls none of the other kinds', async () => {
    const { stdout } = await health(['amazon.titan-embed-text-v2:0', 'cohere.rerank-v3-5:0']);
    expect(stdout).toMatch(/Call {5}Embedded a word in \d+ ms/);
    expect(stdout).toContain('Models of the kind rerank are not called; only the access is checked.');
  });

  it('asks each model once', async () => {
    await health([NOVA, NOVA]);
    expect(local.requests.filter(({ operation }) => operation === 'ConverseStream')).toHaveLength(1);
  });

  it('prints its help', async () => {
    const { stdout, code } = await runCli(['health', '--help']);
    expect(stdout).toContain('Exit codes: 0 nothing has failed, 1 something has.');
    expect(code).toBe(0);
  });
});

describe('bedrock-ai health finds', () => {
  it('that there are no credentials', async () => {
    const run = await health([NOVA], noKeys);
    expect(checkOf(run, 'Identity')).toMatch(/^✗ failed[^\n]*No AWS credentials\.[\s\S]*→ [^\n]*AWS_PROFILE/);
    expect(checkOf(run, 'Endpoint')).toMatch(/^✓ ok/);
    expect(checkOf(run, 'Call')).toMatch(/^- skipped/);
    expect(run.stdout).toMatch(/Something has failed\.\n$/);
    expect(run.code).toBe(1);
  });

  it('half of a pair of keys', async () => {
    const run = await health([NOVA], { AWS_SECRET_ACCESS_KEY: undefined });
    expect(checkOf(run, 'Identity')).toContain('AWS_SECRET_ACCESS_KEY is missing');
    expect(run.code).toBe(1);
  });

  it('a wrong secret', async () => {
    const run = await health([NOVA], { AWS_SECRET_ACCESS_KEY: 'a-wrong-secret' });
    expect(checkOf(run, 'Caller')).toMatch(
      /^✗ failed[^\n]*SignatureDoesNotMatch \(403\): [\s\S]*→ Check the secret access key/,
    );
    expect(checkOf(run, 'Call')).toMatch(/InvalidSignatureException \(403\)[\s\S]*request id /);
    expect(run.stdout + run.stderr).not.toContain('a-wrong-secret');
    expect(run.code).toBe(1);
  });

  it('an expired token', async () => {
    const expired = () =>
      Response.json(
        { message: 'The security token included in the request is expired' },
        { status: 403, headers: { 'x-amzn-errortype': 'ExpiredTokenException' } },
      );
    const url = await inFront(reply => (reply.status === 404 ? reply : expired()));
    const run = await health([NOVA], { ...allAt(url), AWS_SESSION_TOKEN: 'the-token' });
    expect(checkOf(run, 'Expiry')).toMatch(/^\? unknown/);
    expect(checkOf(run, 'Caller')).toMatch(
      /^✗ failed[^\n]*ExpiredTokenException[\s\S]*→ [^\n]*aws sso login/,
    );
    expect(run.stdout).not.toContain('the-token');
    expect(run.code).toBe(1);
  });

  it('that no Region is set, and how to set one here', async () => {
    const run = await health([NOVA], {
      AWS_REGION: undefined,
      AWS_DEFAULT_REGION: undefined,
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: undefined,
    });
    expect(checkOf(run, 'Region')).toMatch(/^✗ failed[^\n]*No AWS Region\. Set --region/);
    expect(checkOf(run, 'Endpoint')).toMatch(/^- skipped[^\n]*It is not known in which Region/);
    expect(run.code).toBe(1);
  });

  it('that a Region is none', async () => {
    const run = await runCli(['--region', 'US East', 'health', NOVA], {
      env: environment({ AWS_ENDPOINT_URL_BEDROCK_RUNTIME: undefined }),
    });
    expect(checkOf(run, 'Region')).toContain('"US East", which is no AWS Region');
    expect(run.code).toBe(1);
  });

  it('an endpoint that is not there', async () => {
    const run = await health([NOVA], { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: REFUSED });
    expect(checkOf(run, 'Endpoint')).toMatch(
      /^✗ failed[^\n]*(No connection|No answer) at the environment variable/,
    );
    expect(checkOf(run, 'Clock')).toMatch(/^- skipped/);
    expect(checkOf(run, 'Access')).toMatch(/^✓ ok/);
    expect(checkOf(run, 'Call')).toMatch(/^- skipped[^\n]*cannot be reached/);
    expect(run.code).toBe(1);
  });

  it('that Node does not use the proxy', async () => {
    const run = await health([NOVA], {
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: REFUSED,
      HTTP_PROXY: 'http://user:password@proxy.example:3128',
      NODE_USE_ENV_PROXY: undefined,
    });
    expect(checkOf(run, 'Endpoint')).toContain('→ HTTP_PROXY names the proxy proxy.example:3128');
    expect(run.stdout).not.toContain('password');
  });

  it('that a model is not enabled', async () => {
    const run = await health(['amazon.nova-pro-v1:0']);
    expect(checkOf(run, 'Access')).toMatch(/^✗ failed[^\n]*the account is not authorized[\s\S]*→ /);
    expect(checkOf(run, 'Call')).toMatch(/^✗ failed/);
    expect(run.code).toBe(1);
  });

  it('that AWS denies access to a model', async () => {
    local.setFaults([
      {
        error: {
          name: 'AccessDeniedException',
          message: "You don't have access to the model with the specified model ID.",
        },
      },
    ]);
    const run = await health([NOVA]);
    expect(checkOf(run, 'Call')).toMatch(
      /AccessDeniedException \(403\)[\s\S]*→ Enable the model for this account/,
    );
    expect(run.code).toBe(1);
  });

  it('a typing error in a model id', async () => {
    const run = await health(['amazon.nova-lte-v1:0']);
    expect(checkOf(run, 'Access')).toMatch(/^✗ failed[\s\S]*→ Did you mean amazon\.nova-lite-v1:0/);
    expect(run.code).toBe(1);
  });

  it('what cannot be an id at all', async () => {
    const run = await health(['arn:aws:bedrock']);
    expect(checkOf(run, 'Access')).toContain('is not a whole ARN');
    expect(run.code).toBe(1);
  });

  it('that a model is throttled, at once', async () => {
    local.setFaults([{ error: { name: 'ThrottlingException', message: 'Too many requests.' } }]);
    const run = await health([NOVA]);
    expect(checkOf(run, 'Call')).toMatch(
      /ThrottlingException \(429\): Too many requests\.[\s\S]*→ A quota of requests/,
    );
    expect(run.code).toBe(1);
  });

  it('a clock that is wrong', async () => {
    const url = await inFront(reply => {
      const headers = new Headers(reply.headers);
      headers.set('date', new Date(Date.now() + 600_000).toUTCString());
      return new Response(reply.body, { status: reply.status, headers });
    });
    const run = await health([NOVA], allAt(url));
    expect(checkOf(run, 'Clock')).toMatch(
      /^! warning[^\n]*This machine is (599|600|601) s behind[\s\S]*→ Set the clock/,
    );
    expect(run.stdout).toMatch(/All works; see the warnings\.\n$/);
    expect(run.code).toBe(0);
  });

  it('an API key, whose owner AWS does not tell', async () => {
    const run = await health([NOVA], { ...noKeys, AWS_BEARER_TOKEN_BEDROCK: LOCAL_API_KEY });
    expect(checkOf(run, 'Identity')).toContain(
      'Bedrock API key, from the environment variable AWS_BEARER_TOKEN_BEDROCK',
    );
    expect(checkOf(run, 'Caller')).toMatch(/^\? unknown[^\n]*STS takes none/);
    expect(run.stdout).not.toContain(LOCAL_API_KEY);
    expect(run.code).toBe(0);
  });

  it('an API key that is wrong', async () => {
    const run = await health([NOVA], { ...noKeys, AWS_BEARER_TOKEN_BEDROCK: 'ABSKwrong' });
    expect(checkOf(run, 'Call')).toMatch(/→ Check apiKey or AWS_BEARER_TOKEN_BEDROCK/);
    expect(run.code).toBe(1);
  });

  it('that a profile does not exist', async () => {
    const run = await runCli(['--profile', 'nobody', 'health', NOVA], { env: environment() });
    expect(checkOf(run, 'Identity')).toMatch(
      /The profile nobody gave no credentials: there is no such profile/,
    );
    expect(run.code).toBe(1);
  });
});

describe('bedrock-ai health in a terminal', () => {
  it('has colors and breaks lines between words', async () => {
    const person = new Person(['health', NOVA], { env: environment(noKeys) });
    await person.sees(/Something has failed\./);
    expect(await person.exit()).toBe(1);
    expect(person.raw).toContain('\x1b[31m');
    expect(Math.max(...person.screen.split('\n').map(line => line.length))).toBeLessThanOrEqual(100);
    expect(person.screen).toMatch(/✗ failed {3}Identity No AWS credentials\.[^\n]*\n {20}\S/);
  });

  it('has no colors where NO_COLOR says so', async () => {
    const person = new Person(['health', NOVA], { env: environment({ NO_COLOR: '1' }) });
    await person.sees(/All is well\./);
    await person.exit();
    expect(person.raw).not.toContain('\x1b[32m');
  });
});
