/** A program: answers every POST with one body, as fast as it can. Started by `startStreamServer`, and ends with it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cut, join } from './fixtures/chunks.ts';
import { type BodyName, bodies, CHUNK_BYTES } from './stream-bodies.ts';

const body = bodies[process.argv[2] as BodyName]();
const chunks = cut(join(body.frames), () => CHUNK_BYTES);
const headers = {
  'content-type': 'application/vnd.amazon.eventstream',
  'x-amzn-requestid': '46d2eeeb-6008-434b-8270-93d4b27e2a56',
};

const server = createServer((request, response) => {
  request.resume();
  request.on('end', async () => {
    response.writeHead(200, headers);
    for (const chunk of chunks) {
      if (!response.write(chunk)) await new Promise(resolve => response.once('drain', resolve));
    }
    response.end();
  });
});
// Its clients take turns, and each is idle for longer than five seconds.
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.on('disconnect', () => process.exit());
