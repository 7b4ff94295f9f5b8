import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAuthenticator } from '../../src/auth/authenticator.ts';
import type { BedrockProviderSettings } from '../../src/settings/settings.ts';
import { createTransport, type TransportCall } from '../../src/transport/transport.ts';
import { stubAwsEnvironment } from '../auth/environment.ts';
import { errorOf } from './recording-fetch.ts';

const closing: Array<() => void> = [];

beforeEach(() => stubAwsEnvironment());
afterEach(() => {
  vi.unstubAllEnvs();
  for (const close of closing.splice(0)) close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const call: TransportCall = {
  service: 'bedrock-runtime',
  method: 'POST',
  path: '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ax%2Fy/converse',
  body: '{"text":"héllo"}',
};
const send = (
  baseURL: string,
  parts: Partial<TransportCall> = {},
  settings: BedrockProviderSettings = {},
) => {
  const all: BedrockProviderSettings = {
    region: 'us-east-1',
    accessKeyId: 'SETTINGKEY',
    secretAccessKey: 'setting-secret',
    baseURL,
    ...settings,
  };
  return createTransport({ settings: all, authenticate: createAuthenticator(all) })({ ...call, ...parts });
};

describe('over real sockets', () => {
  it('path, headers and body arrive as they were signed', async () => {
    let seen: { url: string | undefined; headers: IncomingMessage['headers']; body: string } | undefined;
    const origin = await serve(async (request, response) => {
      seen = { url: request.url, headers: request.headers, body: await bodyOf(request) };
      response.end('{}');
    });
    await send(origin, { headers: { 'user-agent': 'ai/7' } });
    expect(seen).toMatchObject({
      url: '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ax%2Fy/converse',
      body: '{"text":"héllo"}',
      headers: {
        host: new URL(origin).host,
        'content-type': 'application/json',
        'user-agent': expect.stringMatching(/^ai\/7 ai-sdk-bedrock-ai-provider\/\S+$/),
        authorization: expect.stringContaining('Credential=SETTINGKEY/'),
      },
    });
  });

  it('all headers of an incoming request can be passed on', async () => {
    const origin = await serve((request, response) => response.end(JSON.stringify(request.headers)));
    const incoming = {
      host: 'my-app.example.com',
      connection: 'keep-alive',
      'keep-alive': 'timeout=5',
      'content-length': '3',
      'transfer-encoding': 'chunked',
      upgrade: 'websocket',
      expect: '100-continue',
      te: 'trailers',
      cookie: 'a=b',
    };
    const { response } = await send(origin, { headers: incoming });
    expect(await response.json()).toMatchObject({ host: new URL(origin).host, cookie: 'a=b' });
  });

  it('a redirect to another host is not followed', async () => {
    let followed = 0;
    const thief = await serve((_, response) => {
      followed++;
      response.end('{}');
    });
    const origin = await serve((_, response) =>
      response.writeHead(307, { location: `${thief}/collect` }).end(),
    );
    const error = await errorOf(send(origin));
    expect(error).toMatchObject({ code: 'Redirect', statusCode: 307 });
    expect(error.message).toContain(`redirects to ${new URL(thief).host}`);
    expect(followed).toBe(0);
  });

  it('a refused connection is a retryable error', async () => {
    const origin = await serve(() => {});
    for (const close of closing.splice(0)) close();
    const error = await errorOf(send(origin));
    expect(error).toMatchObject({ code: 'NetworkError', isRetryable: true });
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('a server that hangs up without a reply is a retryable error', async () => {
    const origin = await serve(request => request.socket.destroy());
    expect(await errorOf(send(origin))).toMatchObject({ code: 'NetworkError', isRetryable: true });
  });

  it('abort rejects with an AbortError and closes the connection', async () => {
    let closed = () => {};
    const connectionClosed = new Promise<void>(resolve => {
      closed = resolve;
    });
    const controller = new AbortController();
    const origin = await serve(request => {
      request.socket.on('close', () => closed());
      controller.abort();
    });
    const error = await errorOf(send(origin, { abortSignal: controller.signal }));
    expect(error.name).toBe('AbortError');
    await connectionClosed;
  });

  it('abort while an error body is read rejects with the reason of the caller', async () => {
    const controller = new AbortController();
    const reason = new Error('user left');
    const origin = await serve((_, response) => {
      response.writeHead(500);
      response.write('{"message":');
      setTimeout(() => controller.abort(reason), 5);
    });
    expect(await errorOf(send(origin, { abortSignal: controller.signal }))).toBe(reason);
  });
});
