import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { LanguageModelV4, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { type BedrockError, type BedrockProviderSettings, createBedrock } from 'bedrock-ai-provider';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { errorOf, eventFrame, hello, readParts, stopEvents, textEvents } from '../support/replies.ts';
import { expectProtocol } from '../support/stream-protocol.ts';

const cleanups: Array<() => void> = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

interface Endpoint {
  url: string;
  /** The connections that are open at the moment. */
  sockets: Set<Socket>;
  /** How many there have been. */
  connected: () => number;
}

async function listen(server: Server): Promise<Endpoint> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', socket => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, sockets, connected: () => connections };
}

const serve = (listener: RequestListener) => listen(createServer(listener));

function modelAt({ url }: Endpoint, settings: BedrockProviderSettings = {}): LanguageModelV4 {
  const provider = createBedrock({
    region: 'us-east-1',
    apiKey: 'test-key',
    baseURL: url,
    traffic: 'off',
    ...settings,
  });
  return provider('amazon.nova-lite-v1:0');
}

const begun = textEvents('Hello').slice(0, 2).map(eventFrame);
const rest = [['contentBlockStop', { contentBlockIndex: 0 }] as const, ...stopEvents].map(eventFrame);

function beginStream(response: ServerResponse, frames: readonly Uint8Array[]): void {
  response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
  response.flushHeaders();
  for (const frame of frames) response.write(frame);
}

async function partsOf(model: LanguageModelV4): Promise<LanguageModelV4StreamPart[]> {
  const { stream } = await model.doStream(hello);
  const parts = await readParts(stream);
  expectProtocol(parts);
  return parts;
}

const failureOf = (parts: LanguageModelV4StreamPart[]) =>
  parts.find(part => part.type === 'error')?.error as BedrockError;

/** Without the end that a limit or an abort makes, the default limits would keep the sockets for minutes. */
const allClosed = ({ sockets, connected }: Endpoint) =>
  vi.waitFor(() => {
    expect(connected()).toBeGreaterThan(0);
    expect(sockets.size).toBe(0);
  });

describe('a connection that is dropped', () => {
  it('after content ends the stream as interrupted', async () => {
    const server = await serve((request, response) => {
      beginStream(response, begun);
      setTimeout(() => request.socket.destroy(), 20);
    });
    const parts = await partsOf(modelAt(server));
    expect(failureOf(parts)).toMatchObject({ code: 'NetworkError', isRetryable: true });
    expect(parts).toContainEqual({ type: 'text-delta', id: '0', delta: 'Hello' });
    expect(parts.at(-1)).toMatchObject({ finishReason: { unified: 'interrupted', raw: 'NetworkError' } });
  });

  it('before content rejects', async () => {
    const server = await serve((request, response) => {
      beginStream(response, begun.slice(0, 1));
      setTimeout(() => request.socket.destroy(), 20);
    });
    expect(await errorOf(modelAt(server).doStream(hello))).toMatchObject({
      code: 'NetworkError',
      isRetryable: true,
    });
  });
});

describe('a connection that goes silent', () => {
  const idle = { idleTimeoutMs: 100 };

  it('after content ends the stream as interrupted and is closed', async () => {
    const server = await serve((_, response) => beginStream(response, begun));
    const parts = await partsOf(modelAt(server, idle));
    expect(failureOf(parts)).toMatchObject({ code: 'IdleTimeout', isRetryable: true });
    expect(failureOf(parts).message).toContain('Nothing came for 100 ms.');
    expect(parts).toContainEqual({ type: 'text-delta', id: '0', delta: 'Hello' });
    expect(parts.at(-1)).toMatchObject({ finishReason: { unified: 'interrupted', raw: 'IdleTimeout' } });
    await allClosed(server);
  });

  it('inside a frame ends the stream as interrupted', async () => {
    const cut = begun[1]?.subarray(0, 20) as Uint8Array;
    const server = await serve((_, response) => beginStream(response, [...begun, cut]));
    expect(failureOf(await partsOf(modelAt(server, idle)))).toMatchObject({ code: 'IdleTimeout' });
  });

  it.each([
    ['after the headers', []],
    ['before content', begun.slice(0, 1)],
  ])('%s rejects and is closed', async (_, frames) => {
    const server = await serve((__, response) => beginStream(response, frames));
    const error = await errorOf(modelAt(server, idle).doStream(hello));
    expect(error).toMatchObject({ code: 'IdleTimeout', isRetryable: true });
    await allClosed(server);
  });

  it('in a whole reply rejects and is closed', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"output":');
    });
    const error = await errorOf(modelAt(server, idle).doGenerate(hello));
    expect(error).toMatchObject({ code: 'IdleTimeout', isRetryable: true });
    await allClosed(server);
  });

  it('in an error reply leaves the error that it had begun to tell', async () => {
    const server = await serve((_, response) => {
      response.writeHead(429, { 'x-amzn-errortype': 'ThrottlingException' });
      response.write('{"message":"Too many');
    });
    const error = await errorOf(modelAt(server, idle).doStream(hello));
    expect(error).toMatchObject({ code: 'ThrottlingException', responseBody: '{"message":"Too many' });
    await allClosed(server);
  });

  it('because nobody reads is not given up', async () => {
    const server = await serve((_, response) => {
      beginStream(response, begun);
      setTimeout(() => response.end(Buffer.concat(rest)), 20);
    });
    const { stream } = await modelAt(server, { idleTimeoutMs: 200 }).doStream(hello);
    await new Promise(resolve => setTimeout(resolve, 500));
    expect((await readParts(stream)).at(-1)).toMatchObject({ finishReason: { unified: 'stop' } });
  });

  it('keeps no process alive', async () => {
    const server = await serve((_, response) => beginStream(response, begun));
    const setTimer = vi.spyOn(globalThis, 'setTimeout');
    const limits = { connectTimeoutMs: 123_456, idleTimeoutMs: 123_456 };
    const { stream } = await modelAt(server, limits).doStream(hello);
    const ours = setTimer.mock.results.filter((_, index) => setTimer.mock.calls[index]?.[1] === 123_456);
    setTimer.mockRestore();
    expect(ours).toHaveLength(2);
    for (const { value } of ours) expect(value.hasRef()).toBe(false);
    await stream.cancel();
  });
});

describe('a host that takes the connection and never answers', () => {
  it('ends in a retryable error, and the connection is closed', async () => {
    const host = await listen(createTcpServer(socket => socket.resume()));
    const error = await errorOf(modelAt(host, { connectTimeoutMs: 100 }).doStream(hello));
    expect(error).toMatchObject({ code: 'ConnectTimeout', isRetryable: true });
    expect((error as Error).message).toContain(`No reply from ${new URL(host.url).host} within 100 ms.`);
    await allClosed(host);
  });
});

describe('abort frees the socket', () => {
  const aborting = () => {
    const controller = new AbortController();
    return { controller, options: { ...hello, abortSignal: controller.signal } };
  };

  it.each(['doGenerate', 'doStream'] as const)('while %s waits for a reply', async method => {
    const { controller, options } = aborting();
    const server = await serve(() => controller.abort());
    expect(await errorOf(modelAt(server)[method](options))).toMatchObject({ name: 'AbortError' });
    await allClosed(server);
  });

  it('while doStream waits for content', async () => {
    const { controller, options } = aborting();
    const server = await serve((_, response) => {
      beginStream(response, begun.slice(0, 1));
      setTimeout(() => controller.abort(), 20);
    });
    expect(await errorOf(modelAt(server).doStream(options))).toMatchObject({ name: 'AbortError' });
    await allClosed(server);
  });

  it('while a whole reply is read, with the reason of the caller', async () => {
    const { controller, options } = aborting();
    const reason = new Error('user left');
    const server = await serve((_, response) => {
      response.writeHead(200);
      response.write('{"output":');
      setTimeout(() => controller.abort(reason), 20);
    });
    expect(await errorOf(modelAt(server).doGenerate(options))).toBe(reason);
    await allClosed(server);
  });

  it('in the middle of a stream, with the reason of the caller', async () => {
    const { controller, options } = aborting();
    const reason = new Error('user left');
    const server = await serve((_, response) => beginStream(response, begun));
    const { stream } = await modelAt(server).doStream(options);
    const reading = errorOf(readParts(stream));
    setTimeout(() => controller.abort(reason), 20);
    expect(await reading).toBe(reason);
    await allClosed(server);
  });

  it('of a stream that nobody reads', async () => {
    const { controller, options } = aborting();
    const server = await serve((_, response) => beginStream(response, begun));
    await modelAt(server).doStream(options);
    expect(server.sockets.size).toBe(1);
    controller.abort();
    await allClosed(server);
  });

  it('as a canceled stream does', async () => {
    const server = await serve((_, response) => beginStream(response, begun));
    const { stream } = await modelAt(server).doStream(hello);
    expect(server.sockets.size).toBe(1);
    await stream.cancel();
    await allClosed(server);
  });

  it('as a stream does that is canceled while it is read', async () => {
    const server = await serve((_, response) => beginStream(response, begun));
    const { stream } = await modelAt(server).doStream(hello);
    const reader = stream.getReader();
    while ((await reader.read()).value?.type !== 'text-delta');
    const reading = reader.read();
    await reader.cancel();
    expect(await reading).toEqual({ done: true, value: undefined });
    await allClosed(server);
  });

  it('of ten streams at once', async () => {
    const { controller, options } = aborting();
    const server = await serve((_, response) => beginStream(response, begun));
    const model = modelAt(server);
    const results = await Promise.all(Array.from({ length: 10 }, () => model.doStream(options)));
    const outcomes = results.map(({ stream }) => errorOf(readParts(stream)));
    expect(server.sockets.size).toBe(10);
    controller.abort();
    for (const error of await Promise.all(outcomes)) expect(error).toMatchObject({ name: 'AbortError' });
    await allClosed(server);
  });
});
