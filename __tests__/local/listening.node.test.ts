import { connect as connectHttp2, constants } from 'node:http2';
import { connect } from 'node:net';
import {
  createLocalBedrock,
  type ListeningBedrock,
  type LocalBedrockOptions,
} from 'bedrock-ai-provider/local';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeFrames, MODEL, say } from './support.ts';

const opened: ListeningBedrock[] = [];

async function open(options: LocalBedrockOptions = {}) {
  const local = createLocalBedrock({ authentication: 'off', ...options });
  const listening = await local.listen();
  opened.push(listening);
  const post = (route: string, init: RequestInit = {}) =>
    fetch(`${listening.url}/model/${encodeURIComponent(MODEL)}/${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(say('Hello')),
      ...init,
    });
  return { local, listening, post };
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map(listening => listening.close()));
});

describe('listen', () => {
  it('takes a free port of this machine, and says where', async () => {
    const { listening } = await open();
    expect(listening.url).toBe(`http://127.0.0.1:${listening.port}`);
    expect(listening.settings).toMatchObject({
      region: 'us-east-1',
      baseURL: listening.url,
      accessKeyId: 'LOCALBEDROCK',
    });
    expect(listening.environment).toEqual({
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'LOCALBEDROCK',
      AWS_SECRET_ACCESS_KEY: 'local-bedrock-secret-access-key',
      AWS_ENDPOINT_URL_BEDROCK: listening.url,
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: listening.url,
      AWS_ENDPOINT_URL_BEDROCK_AGENT_RUNTIME: listening.url,
      AWS_ENDPOINT_URL_CLOUDWATCH: listening.url,
      AWS_ENDPOINT_URL_SERVICE_QUOTAS: listening.url,
      AWS_ENDPOINT_URL_BEDROCK_MANTLE: listening.url,
      AWS_ENDPOINT_URL_S3: `${listening.url}/_s3`,
      AWS_ENDPOINT_URL_STS: `${listening.url}/_sts`,
    });
  });

  it('says that a port is in use', async () => {
    const { listening } = await open();
    await expect(createLocalBedrock().listen(listening.port)).rejects.toThrow(
      `Port ${listening.port} on 127.0.0.1 is in use. Choose another one, or 0 for any free port.`,
    );
  });

  it('says why it cannot listen elsewhere', async () => {
    await expect(createLocalBedrock().listen(0, '192.0.2.1')).rejects.toThrow(
      /cannot listen on port 0 of 192\.0\.2\.1: .*EADDRNOTAVAIL/,
    );
  });

  it('sends events as they come, not at the end', async () => {
    let release = () => {};
    const released = new Promise<void>(resolve => {
      release = resolve;
    });
    async function* events() {
      yield { messageStart: { role: 'assistant' } };
      await released;
      yield { messageStop: { stopReason: 'end_turn' } };
    }
    const { post } = await open({ respond: () => ({ events: events() }) });
    const response = await post('converse-stream');
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const first = await reader.read();
    expect(decodeFrames(first.value as Uint8Array).map(({ headers }) => headers[':event-type'])).toEqual([
      'messageStart',
    ]);
    release();
    const second = await reader.read();
    expect(decodeFrames(second.value as Uint8Array).map(({ headers }) => headers[':event-type'])).toEqual([
      'messageStop',
    ]);
  });

  it('stops working when the caller goes away', async () => {
    const { local, post } = await open({ respond: () => ({ fault: { kind: 'stall', at: 1 } }) });
    const controller = new AbortController();
    const response = await post('converse-stream', { signal: controller.signal });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    controller.abort();
    await expect.poll(() => local.requests[0]?.stream?.ended).toBe('canceled');
  });

  it.each(['stream', 'session'] as const)(
    'gives back what a call holds when its caller closes the HTTP/2 %s',
    async closed => {
      const { local, listening } = await open({
        quotas: {},
        faults: [{ fault: { kind: 'stall', at: 3 } }],
      });
      const session = connectHttp2(listening.url);
      const stream = session.request({ ':method': 'POST', ':path': `/model/${MODEL}/converse-stream` });
      stream.on('error', () => {});
      stream.end(JSON.stringify(say('Hello')));
      stream.resume();
      await expect.poll(() => local.requests[0]?.stream?.framesSent).toBe(3);
      expect(local.counters(MODEL)).toMatchObject({ active: 1, settledCalls: 0 });
      if (closed === 'stream') stream.close(constants.NGHTTP2_CANCEL);
      else session.destroy();
      await expect
        .poll(() => local.counters(MODEL))
        .toMatchObject({ active: 0, reservedTokens: 0, settledCalls: 1 });
      session.destroy();
    },
  );

  it('tells a script that the caller is gone', async () => {
    let signal: AbortSignal | undefined;
    const { post } = await open({
      respond: request => {
        signal = request.signal;
        return new Promise(() => {});
      },
    });
    const controller = new AbortController();
    const call = post('converse', { signal: controller.signal });
    await expect.poll(() => signal).toBeDefined();
    controller.abort();
    await expect(call).rejects.toThrow();
    await expect.poll(() => signal?.aborted).toBe(true);
  });

  it('holds back when the caller reads slowly', async () => {
    let made = 0;
    async function* events() {
      for (; made < 2000; made++) {
        yield { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'x'.repeat(100_000) } } };
      }
    }
    const { listening } = await open({ respond: () => ({ events: events() }) });
    const body = JSON.stringify(say('Hello'));
    const socket = connect(listening.port, '127.0.0.1');
    socket.pause();
    socket.write(
      `POST /model/${encodeURIComponent(MODEL)}/converse-stream HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await expect.poll(() => made).toBeGreaterThan(0);
    let before = -1;
    await expect
      .poll(
        () => {
          const isStill = made === before;
          before = made;
          return isStill;
        },
        { interval: 100 },
      )
      .toBe(true);
    // 200 MB would have been made without back-pressure.
    expect(made).toBeLessThan(1000);
    socket.destroy();
  });

  it('breaks the connection when a script says so', async () => {
    const { post } = await open({ respond: () => ({ fault: { kind: 'cut', at: 2, reset: true } }) });
    const response = await post('converse-stream');
    await expect(response.arrayBuffer()).rejects.toThrow();
  });

  it('closes while connections are open', async () => {
    const { listening, post } = await open({ respond: () => ({ fault: { kind: 'stall', at: 1 } }) });
    const response = await post('converse-stream');
    const read = response.arrayBuffer().then(
      () => 'read',
      () => 'broken',
    );
    await listening.close();
    expect(await read).toBe('broken');
    await expect(post('converse')).rejects.toThrow();
  });

  it('serves many callers at once', async () => {
    const { local, post } = await open({ delayMs: 1 });
    const statuses = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const response = await post('converse-stream');
        await response.arrayBuffer();
        return response.status;
      }),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(local.requests.every(({ stream }) => stream?.ended === 'complete')).toBe(true);
  });

  it('leaves the global Request and Response alone', async () => {
    const before = [globalThis.Request, globalThis.Response];
    await open();
    expect([globalThis.Request, globalThis.Response]).toEqual(before);
  });
});
