import type { LocalBedrock, StreamFault } from 'bedrock-ai-provider/local';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ask, decodeFrames, openServer, say } from './support.ts';

const hello = say('Hello');
const open = (fault: StreamFault) =>
  openServer({ respond: () => ({ content: [{ text: 'One two three' }], fault }) });
const bytesOf = async (server: LocalBedrock) =>
  new Uint8Array(await (await ask(server, 'converse-stream', hello)).arrayBuffer());
/** The frames of the unspoiled stream: start, three words, stop, stop, metadata. */
const types = [
  'messageStart',
  ...Array(3).fill('contentBlockDelta'),
  'contentBlockStop',
  'messageStop',
  'metadata',
];
const typesOf = (bytes: Uint8Array) => decodeFrames(bytes).map(({ headers }) => headers[':event-type']);

describe('faults', () => {
  it('put an exception in the place of an event, and end there', async () => {
    const frames = decodeFrames(
      await bytesOf(open({ kind: 'exception', at: 2, name: 'ThrottlingException', message: 'Slow down.' })),
    );
    expect(frames).toHaveLength(3);
    expect(frames[2]).toEqual({
      headers: {
        ':message-type': 'exception',
        ':exception-type': 'throttlingException',
        ':content-type': 'application/json',
      },
      payload: { message: 'Slow down.' },
    });
  });

  it('put an exception behind the last event when the stream is shorter', async () => {
    const frames = decodeFrames(
      await bytesOf(open({ kind: 'exception', at: 99, name: 'modelStreamErrorException' })),
    );
    expect(frames).toHaveLength(types.length + 1);
    expect(frames.at(-1)?.headers[':exception-type']).toBe('modelStreamErrorException');
  });

  it('put an exception before the first event', async () => {
    const frames = decodeFrames(
      await bytesOf(open({ kind: 'exception', at: 0, name: 'validationException' })),
    );
    expect(frames.map(({ headers }) => headers[':exception-type'])).toEqual(['validationException']);
  });

  it('put an error message in the place of an event', async () => {
    const frames = decodeFrames(
      await bytesOf(open({ kind: 'error', at: 1, code: 'InternalFailure', message: 'Oh.' })),
    );
    expect(frames[1]).toEqual({
      headers: { ':message-type': 'error', ':error-code': 'InternalFailure', ':error-message': 'Oh.' },
      payload: undefined,
    });
    expect(frames).toHaveLength(2);
  });

  it('cut the stream between frames', async () => {
    expect(typesOf(await bytesOf(open({ kind: 'cut', at: 3 })))).toEqual(types.slice(0, 3));
  });

  it('cut the stream inside a frame', async () => {
    const whole = await bytesOf(open({ kind: 'cut', at: 3 }));
    const server = open({ kind: 'cut', at: 3, bytes: 20 });
    const cut = await bytesOf(server);
    expect(cut.length).toBe(whole.length + 20);
    expect(cut.subarray(0, whole.length)).toEqual(whole);
    expect(server.requests[0]?.stream).toEqual({ framesSent: 3, ended: 'fault' });
  });

  it('break the connection', async () => {
    const server = open({ kind: 'cut', at: 3, reset: true });
    const response = await ask(server, 'converse-stream', hello);
    await expect(response.arrayBuffer()).rejects.toThrow();
    expect(server.requests[0]?.stream).toEqual({ framesSent: 3, ended: 'fault' });
  });

  it('make one checksum wrong and go on', async () => {
    const bytes = await bytesOf(open({ kind: 'corrupt', at: 1 }));
    const good = await bytesOf(open({ kind: 'cut', at: 1 }));
    const length = new DataView(bytes.buffer).getUint32(good.length);
    const spoiled = bytes.slice(good.length, good.length + length);
    expect(() => decodeFrames(spoiled)).toThrow(/checksum/);
    expect(typesOf(bytes.slice(0, good.length))).toEqual(types.slice(0, 1));
    expect(typesOf(bytes.slice(good.length + length))).toEqual(types.slice(2));
  });

  it('stall for a while and go on', async () => {
    const server = open({ kind: 'stall', at: 2, ms: 1 });
    expect(typesOf(await bytesOf(server))).toEqual(types);
    expect(server.requests[0]?.stream?.ended).toBe('fault');
  });

  it('stall until the caller leaves', async () => {
    const server = open({ kind: 'stall', at: 2 });
    const controller = new AbortController();
    const response = await ask(server, 'converse-stream', hello, { signal: controller.signal });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    for (let frame = 0; frame < 2; frame++) expect((await reader.read()).done).toBe(false);
    const stalled = reader.read();
    controller.abort(new Error('Gone.'));
    await expect(stalled).rejects.toThrow('Gone.');
    expect(server.requests[0]?.stream).toEqual({ framesSent: 2, ended: 'canceled' });
  });

  it('spoil the answer of the built-in responder when the script gives none', async () => {
    const server = openServer({ respond: () => ({ fault: { kind: 'cut', at: 1 } }) });
    expect(typesOf(await bytesOf(server))).toEqual(['messageStart']);
  });

  it('leave whole replies alone', async () => {
    expect((await ask(open({ kind: 'cut', at: 0 }), 'converse', hello)).status).toBe(200);
  });
});

describe('callers who leave', () => {
  const endless = () => {
    const seen = { made: 0, closed: false };
    async function* events() {
      try {
        yield { messageStart: { role: 'assistant' } };
        for (;;) {
          seen.made++;
          yield { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'on and ' } } };
        }
      } finally {
        seen.closed = true;
      }
    }
    return { seen, server: openServer({ respond: () => ({ events: events() }) }) };
  };

  it('find that nothing is made that they did not ask for', async () => {
    const { seen, server } = endless();
    const response = await ask(server, 'converse-stream', hello);
    expect(seen.made).toBe(0);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    for (let read = 0; read < 4; read++) await reader.read();
    expect(seen.made).toBe(3);
    await reader.cancel();
  });

  it('end the script by canceling the body', async () => {
    const { seen, server } = endless();
    const response = await ask(server, 'converse-stream', hello);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    await reader.cancel();
    await Promise.resolve();
    expect(server.requests[0]?.stream).toEqual({ framesSent: 1, ended: 'canceled' });
    await expect.poll(() => seen.closed).toBe(true);
  });

  it('abort while the script is thinking', async () => {
    const controller = new AbortController();
    let seen: AbortSignal | undefined;
    const server = openServer({
      respond: ({ signal }) => {
        seen = signal;
        controller.abort(new Error('Enough.'));
        return new Promise(() => {});
      },
    });
    await expect(ask(server, 'converse', hello, { signal: controller.signal })).rejects.toThrow('Enough.');
    expect(seen?.aborted).toBe(true);
  });

  it('abort before anything happens', async () => {
    const server = openServer();
    await expect(
      ask(server, 'converse', hello, { signal: AbortSignal.abort(new Error('Never.')) }),
    ).rejects.toThrow('Never.');
    expect(server.requests).toEqual([]);
  });

  it('do not wait for a delay', async () => {
    const controller = new AbortController();
    const server = openServer({ delayMs: { firstByte: 60_000 } });
    const response = await ask(server, 'converse-stream', hello, { signal: controller.signal });
    const read = response.arrayBuffer();
    controller.abort(new Error('Impatient.'));
    await expect(read).rejects.toThrow('Impatient.');
  });
});

describe('delays', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('come before the first and between further events', async () => {
    const server = openServer({ respond: () => 'a b c', delayMs: { firstByte: 1000, betweenEvents: 100 } });
    const response = await ask(server, 'converse-stream', hello);
    vi.useFakeTimers();
    const read = response.arrayBuffer();
    const framesAfter = async (ms: number) => {
      await vi.advanceTimersByTimeAsync(ms);
      return server.requests[0]?.stream?.framesSent;
    };
    expect(await framesAfter(999)).toBe(0);
    expect(await framesAfter(1)).toBe(1);
    expect(await framesAfter(99)).toBe(1);
    expect(await framesAfter(1)).toBe(2);
    expect(await framesAfter(5 * 100)).toBe(types.length);
    await read;
  });

  it('come before a whole reply', async () => {
    const server = openServer({ respond: () => 'a', delayMs: 1000 });
    vi.useFakeTimers();
    const call = ask(server, 'converse', hello);
    await vi.advanceTimersByTimeAsync(999);
    expect(server.requests[0]?.status).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect((await call).status).toBe(200);
  });

  it('are overridden by the reply', async () => {
    const server = openServer({ respond: () => ({ content: [{ text: 'a' }], delayMs: 0 }), delayMs: 60_000 });
    expect((await ask(server, 'converse', hello)).status).toBe(200);
  });
});
