/** A program: answers every POST with one body, as fast as it can. Started by `stream.ts`, and ends with it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { cut, join } from './fixtures/chunks.ts';
import { type BodyName, bodies, CHUNK_BYTES } from './stream-bodies.ts';

export interface StreamServerUrls {
  readonly http1: string;
  readonly http2: string;
}

const body = bodies[process.argv[2] as BodyName]();
const chunks = cut(join(body.frames), () => CHUNK_BYTES);
const headers = {
  'content-type': 'application/vnd.amazon.eventstream',
  'x-amzn-requestid': '46d2eeeb-6008-434b-8270-93d4b27e2a56',
};

const answer = (request: IncomingMessage, response: ServerResponse) => {
  request.resume();
  request.on('end', async () => {
    response.writeHead(200, headers);
    for (const chunk of chunks) {
      if (!response.write(chunk)) await new Promise(resolve => response.once('drain', resolve));
    }
    response.end();
  });
};

// The AWS SDK speaks HTTP/2 to Bedrock, everybody else HTTP/1.1.
const http2 = createHttp2Server(answer as never);
const http1 = createServer(answer);
// Its clients take turns, and each is idle for longer than five seconds.
http1.keepAliveTimeout = 120_000;
process.send?.({ http1: await listen(http1), http2: await listen(http2) } satisfies StreamServerUrls);
process.on('disconnect', () => process.exit());

async function listen(server: NetServer): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
