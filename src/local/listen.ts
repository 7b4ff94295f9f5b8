/** The Node listener. Imported only by `listen()`, so that everything else runs on edge runtimes. */
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { FetchHandler } from './http.ts';

export interface Listening {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

export async function startListening(handle: FetchHandler, port = 0, host = '127.0.0.1'): Promise<Listening> {
  const listener = getRequestListener(handle, { overrideGlobalObjects: false });
  const http1 = createHttpServer(listener);
  const http2 = createHttp2Server(listener);
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // A caller that goes away is no fault of the server's.
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
 * byte tells them apart: HTTP/2 begins with `PRI`, and no method that Bedrock serves but PUT begins with P and
 * goes on so.
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
