/**
 * The Node listener. Imported only by `listen()`, so that everything else runs on edge runtimes.
 *
 * It does not use `@hono/node-server`, which writes the text of an error into a body that breaks off, and
 * ends it properly: a stream that lies.
 */
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { constants, createServer as createHttp2Server, type Http2ServerResponse } from 'node:http2';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { FetchHandler } from './http.ts';

export interface Listening {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

export async function startListening(handle: FetchHandler, port = 0, host = '127.0.0.1'): Promise<Listening> {
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    // Nothing is left to say to a caller who is gone, or whose stream is to break.
    answer(handle, incoming, outgoing).catch(() => breakOff(outgoing));
  };
  const http1 = createHttpServer(listener);
  // The classes of HTTP/2 have all that is used here of HTTP/1.1's, though they are no subclasses.
  const http2 = createHttp2Server(listener as never);
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    chooseProtocol(socket, isHttp2 => (isHttp2 ? http2 : http1).emit('connection', socket));
  });
  await listenOn(server, port, host);
  const { port: actualPort } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`,
    port: actualPort,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/**
 * The AWS SDK for JavaScript speaks HTTP/2 to Bedrock, without TLS too; most others speak HTTP/1.1. The first
 * bytes tell them apart: HTTP/2 begins with `PRI`, which is no method.
 */
function chooseProtocol(socket: Socket, choose: (isHttp2: boolean) => void): void {
  socket.once('data', first => {
    socket.pause();
    socket.unshift(first);
    choose(first.toString('latin1', 0, 3) === 'PRI');
    // The server attaches its reader in this turn; only then may bytes flow again.
    process.nextTick(() => socket.resume());
  });
}

function listenOn(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE'
          ? `Port ${port} on ${host} is in use. Choose another one, or 0 for any free port.`
          : `The local Bedrock cannot listen on port ${port} of ${host}: ${error.message}`;
      reject(new Error(reason, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
}

/* -------------------------------------------------------- Node's HTTP as fetch */

async function answer(
  handle: FetchHandler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () =>
    gone.abort(new DOMException('The caller closed the connection.', 'AbortError')),
  );
  const response = await handle(await toRequest(incoming, gone.signal));
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body !== null) await pipe(response.body, outgoing, gone.signal);
  outgoing.end();
}

function breakOff(outgoing: ServerResponse | Http2ServerResponse): void {
  // Without a code of its own, HTTP/2 takes it for the end.
  if ('stream' in outgoing) outgoing.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else outgoing.destroy();
}

async function toRequest(incoming: IncomingMessage, signal: AbortSignal): Promise<Request> {
  const headers = new Headers();
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
    const [name = '', value = ''] = incoming.rawHeaders.slice(i, i + 2);
    // HTTP/2 has the method, the path and the host among the headers.
    if (!name.startsWith(':')) headers.append(name, value);
  }
  const host = headers.get('host') ?? incoming.headers[':authority'] ?? 'localhost';
  const { method = 'GET', url = '/' } = incoming;
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const body = method === 'GET' || method === 'HEAD' ? null : Buffer.concat(chunks);
  return new Request(new URL(`http://${host}${url}`), { method, headers, body, signal });
}

/** Takes the next chunk when the last one has gone out, which is the back-pressure. */
async function pipe(
  body: ReadableStream<Uint8Array>,
  outgoing: ServerResponse,
  gone: AbortSignal,
): Promise<void> {
  const reader = body.getReader();
  // A caller may leave between two chunks, when nobody waits who would notice.
  gone.addEventListener('abort', () => reader.cancel(gone.reason).catch(() => {}), { once: true });
  outgoing.flushHeaders();
  for (let next = await reader.read(); next.done !== true; next = await reader.read()) {
    await send(next.value, outgoing, gone);
  }
}

/** Waits until the system has the bytes: a connection that breaks behind them must not take them with it. */
function send(chunk: Uint8Array, outgoing: ServerResponse, gone: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(gone.reason);
    gone.addEventListener('abort', leave, { once: true });
    outgoing.write(chunk, error => {
      gone.removeEventListener('abort', leave);
      if (error) reject(error);
      else resolve();
    });
  });
}
