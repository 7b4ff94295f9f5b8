/** How many connections calls take that come one after the other. Those at once: `__tests__/models/embedding.node.test.ts`. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LanguageModelV4 } from '@ai-sdk/provider';
import { createBedrock } from 'bedrock-ai-provider';
import { describe, expect, it } from 'vitest';
import { smallRequest } from '../../bench/fixtures/prompts.ts';
import { streamBody } from '../../bench/fixtures/stream-body.ts';
import { answer } from '../auth/calls.ts';

const { frames } = streamBody({ seed: 8, reasoningDeltas: 3, textDeltas: 10, toolInputPieces: [30] });

const replyWhole: RequestListener = (_, response) => {
  void answer()
    .text()
    .then(text => response.setHeader('content-type', 'application/json').end(text));
};
const replyInFrames: RequestListener = (_, response) => {
  response.setHeader('content-type', 'application/vnd.amazon.eventstream');
  for (const frame of frames) response.write(frame);
  response.end();
};
const refuse: RequestListener = (_, response) => {
  response.writeHead(400, { 'content-type': 'application/json', 'x-amzn-errortype': 'ValidationException' });
  response.end('{"message":"No."}');
};

/**
 * Node's fetch opens a second one for a call in the very turn of the event loop in which the reply before it came to
 * its end, because the connection of that is free a little later.
 */
const MOST = 2;

/** Connections that a server saw of 50 calls, each made when the one before was over. */
async function socketsOf(
  listener: RequestListener,
  call: (model: LanguageModelV4) => PromiseLike<unknown>,
): Promise<number> {
  let sockets = 0;
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    request.resume().on('end', () => listener(request, response));
  });
  // However slow the machine is, none is closed between two calls.
  server.keepAliveTimeout = 300_000;
  server.on('connection', () => {
    sockets += 1;
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  try {
    const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const model = createBedrock({ region: 'us-east-1', apiKey: 'test-key', baseURL })(
      'amazon.nova-lite-v1:0',
    );
    for (let calls = 0; calls < 50; calls++) await call(model);
    expect(requests).toBe(50);
    return sockets;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('50 calls one after the other share their connections', () => {
  it('when their replies come whole', async () => {
    expect(await socketsOf(replyWhole, model => model.doGenerate(smallRequest()))).toBeLessThanOrEqual(MOST);
  });

  it('when they stream', async () => {
    const read = async (model: LanguageModelV4) => {
      const { stream } = await model.doStream(smallRequest());
      for await (const part of stream) expect(part.type).not.toBe('error');
    };
    expect(await socketsOf(replyInFrames, read)).toBeLessThanOrEqual(MOST);
  });

  it('when they are refused', async () => {
    const call = (model: LanguageModelV4) => expect(model.doGenerate(smallRequest())).rejects.toThrow('No.');
    expect(await socketsOf(refuse, call)).toBeLessThanOrEqual(MOST);
  });
});
