import type { LocalExchange, LoggedRequest } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import { ask, openServer, say } from './support.ts';

describe('the request log', () => {
  it('tells what arrived and what became of it', async () => {
    const server = openServer();
    await ask(server, 'converse', say('Hi'));
    expect(server.requests).toEqual([
      {
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        receivedAt: expect.any(Date),
        method: 'POST',
        path: '/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse',
        headers: expect.objectContaining({ 'content-type': 'application/json' }),
        operation: 'Converse',
        modelId: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
        body: say('Hi'),
        unknownMembers: [],
        status: 200,
        durationMs: expect.any(Number),
      },
    ]);
  });

  it('tells of each request once, when its reply is over', async () => {
    const told: LoggedRequest[] = [];
    const server = openServer({ onRequest: request => told.push(request) });
    const reply = await ask(server, 'converse-stream', say('Hi'));
    expect(told).toEqual([]);
    await reply.arrayBuffer();
    expect(told).toMatchObject([
      { status: 200, stream: { ended: 'complete' }, durationMs: expect.any(Number) },
    ]);
    await ask(server, 'converse', {});
    await (await ask(server, 'converse-stream', say('Hi'))).body?.cancel();
    expect(told.slice(1)).toMatchObject([{ status: 400 }, { status: 200, stream: { ended: 'canceled' } }]);
    expect(told).toEqual(server.requests);
  });

  it('hands whole replies over, and none that broke off', async () => {
    const told: LocalExchange[] = [];
    const server = openServer({ onExchange: exchange => told.push(exchange) });
    const reply = await ask(server, 'converse-stream', say('Hi'));
    expect(told).toEqual([]);
    const bytes = new Uint8Array(await reply.arrayBuffer());
    expect(told).toMatchObject([
      { body: bytes, headers: { 'content-type': 'application/vnd.amazon.eventstream' } },
    ]);
    expect(told[0]?.request).toBe(server.requests[0]);
    server.enqueue({ fault: { kind: 'cut', at: 2, reset: true } });
    const broken = await ask(server, 'converse-stream', say('Hi'));
    await expect(broken.arrayBuffer()).rejects.toThrow();
    await (await ask(server, 'converse-stream', say('Hi'))).body?.cancel();
    expect(told).toHaveLength(1);
    expect(server.requests.map(({ stream }) => stream?.ended)).toEqual(['complete', 'fault', 'canceled']);
  });

  it('keeps the last thousand requests', async () => {
    const server = openServer({ respond: () => 'x' });
    for (let call = 0; call < 1005; call++) await ask(server, 'converse', say(String(call)));
    expect(server.requests).toHaveLength(1000);
    expect(server.requests[0]?.body).toEqual(say('5'));
  });

  it('keeps no more than 64 MiB of bodies', async () => {
    const server = openServer({ respond: () => 'x' });
    const big = say('x'.repeat(20 * 1024 * 1024));
    for (let call = 0; call < 4; call++) await ask(server, 'converse', big);
    expect(server.requests).toHaveLength(3);
  });

  it('leaves a list that somebody holds as it was', async () => {
    const server = openServer();
    await ask(server, 'converse', say('Hi'));
    const { requests } = server;
    server.reset();
    expect([requests.length, server.requests.length]).toEqual([1, 0]);
  });
});
