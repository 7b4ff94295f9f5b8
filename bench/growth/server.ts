/**
 * A program: streams replies, and counts how much of them was taken. Started by `server-process.ts`, and ends with it.
 * The beginning of the path says what is wanted: `/parts/1000000` a reply of that length; `/together/500` a reply of 100
 * parts as soon as 500 requests are there. GET `/taken` says how many bytes have left this process since it was asked last.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { repeatedChunks } from './repeated-body.ts';

const CHUNK_BYTES = 16 * 1024;
const SMALL_CHUNK_BYTES = 4 * 1024;
const PARTS_TOGETHER = 100;
const BACKLOG = 4096;
const HEADERS = {
  'content-type': 'application/vnd.amazon.eventstream',
  'x-amzn-requestid': '46d2eeeb-6008-434b-8270-93d4b27e2a56',
};

let taken = 0;
let waiting: ServerResponse[] = [];

const server = createServer(async (request, response) => {
  const [, what, count] = (request.url ?? '').split('/');
  switch (what) {
    case 'taken':
      response.end(String(taken));
      taken = 0;
      return;
    case 'parts':
      await drain(request);
      return stream(response, repeatedChunks(Number(count), CHUNK_BYTES));
    case 'together': {
      await drain(request);
      waiting.push(response);
      if (waiting.length < Number(count)) return;
      const all = waiting;
      waiting = [];
      for (const one of all) stream(one, repeatedChunks(PARTS_TOGETHER, SMALL_CHUNK_BYTES));
    }
  }
});
// Clients are idle between two iterations, for longer than five seconds.
server.keepAliveTimeout = 120_000;
server.listen({ port: 0, host: '127.0.0.1', backlog: BACKLOG });
await once(server, 'listening');
process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
process.on('disconnect', () => process.exit());

async function drain(request: IncomingMessage): Promise<void> {
  request.resume();
  await once(request, 'end');
}

/** The next chunk is written when the system has taken the last one: what is counted is in no buffer of this process. */
async function stream(response: ServerResponse, chunks: Iterable<Uint8Array>): Promise<void> {
  let isGone = false;
  response.on('close', () => {
    isGone = true;
  });
  response.writeHead(200, HEADERS);
  for (const chunk of chunks) {
    await new Promise<void>(resolve => {
      response.write(chunk, () => resolve());
    });
    if (isGone) return;
    taken += chunk.length;
    // The others' turn.
    await nextTurn();
  }
  response.end();
}
