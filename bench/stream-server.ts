/** A program: answers every POST with one body, as fast as it can. */
import { cut, join } from './fixtures/chunks.ts';
import { serve } from './serve.ts';
import { type BodyName, bodies, CHUNK_BYTES } from './stream-bodies.ts';

const body = bodies[process.argv[2] as BodyName]();
const chunks = cut(join(body.frames), () => CHUNK_BYTES);
const headers = {
  'content-type': 'application/vnd.amazon.eventstream',
  'x-amzn-requestid': '46d2eeeb-6008-434b-8270-93d4b27e2a56',
};

await serve(async response => {
  response.writeHead(200, headers);
  for (const chunk of chunks) {
    if (!response.write(chunk)) await new Promise(resolve => response.once('drain', resolve));
  }
  response.end();
});
