/** What the programs in `…-server.ts` have in common. They are started by `server-process.ts`, and end with it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';

/** The AWS SDK speaks HTTP/2 to Bedrock, everybody else HTTP/1.1. */
export interface ServerUrls {
  readonly http1: string;
  readonly http2: string;
}

/** Tells whoever started the process where it listens, and how many sockets were opened when that is asked. */
export async function serve(answer: (response: ServerResponse, body: string) => unknown): Promise<void> {
  const open = new Set<Socket>();
  let opened = 0;
  const accept = (socket: Socket) => {
    opened += 1;
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  };
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => answer(response, Buffer.concat(chunks).toString()));
  };
  const http2 = createHttp2Server(listener as never).on('connection', accept);
  const http1 = createServer(listener).on('connection', accept);
  // Its clients take turns, and each is idle for longer than five seconds.
  http1.keepAliveTimeout = 120_000;
  process.on('message', () => {
    process.send?.(opened);
    opened = 0;
    for (const socket of open) socket.destroy();
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ http1: await listen(http1), http2: await listen(http2) } satisfies ServerUrls);
}

async function listen(server: NetServer): Promise<string> {
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 });
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
