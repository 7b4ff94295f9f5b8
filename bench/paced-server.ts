/** A program: answers every POST with tokens at a pace, each of which says when it was sent. */
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeFrame } from '../src/codec/event-stream/frame.ts';
import { serve } from './serve.ts';

const PACE_MS = 2;
const tokens = Number(process.argv[2]);
const encoder = new TextEncoder();

function frame(type: string, payload: object): Uint8Array {
  const headers = { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' };
  return encodeFrame(headers, encoder.encode(JSON.stringify(payload)));
}

await serve(async response => {
  response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
  response.write(frame('messageStart', { role: 'assistant' }));
  for (let left = tokens; left > 0; left--) {
    await sleep(PACE_MS);
    // All processes of a machine read the same clock.
    const delta = { text: String(process.hrtime.bigint()) };
    response.write(frame('contentBlockDelta', { contentBlockIndex: 0, delta }));
  }
  response.write(frame('contentBlockStop', { contentBlockIndex: 0 }));
  response.write(frame('messageStop', { stopReason: 'end_turn' }));
  const usage = { inputTokens: 10, outputTokens: tokens, totalTokens: 10 + tokens };
  response.end(frame('metadata', { usage, metrics: { latencyMs: tokens * PACE_MS } }));
});
