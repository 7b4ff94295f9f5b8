import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { BedrockError } from 'bedrock-ai-provider';
import { describe, expect, it, vi } from 'vitest';
import { encodeFrame } from '../../src/codec/event-stream/frame.ts';
import {
  errorFrame,
  errorOf,
  eventFrame,
  exceptionFrame,
  hello,
  jsonResponse,
  modelAnswering,
  partsOf,
  readParts,
  stopEvents,
  streamResponse,
  textEvents,
} from '../support/replies.ts';
import { expectProtocol } from '../support/stream-protocol.ts';

const begun = textEvents('Hello').slice(0, 2).map(eventFrame);
/** A citation becomes a source, which needs an id. */
const citation = { citation: { title: 'A', location: { web: { url: 'https://example.com/' } } } };
const whole = [...textEvents('Hello'), ...stopEvents].map(eventFrame);

/** The error part of a stream that begins well and then goes on with these frames. */
async function errorAfterContent(frames: readonly Uint8Array[]) {
  const parts = await partsOf([...begun, ...frames]);
  expectProtocol(parts);
  const error = parts.find(part => part.type === 'error')?.error;
  const finish = parts.at(-1) as Extract<LanguageModelV4StreamPart, { type: 'finish' }>;
  return { error: error as BedrockError, finish, parts };
}

describe('a stream that fails before its first content', () => {
  it('rejects doStream, so that the AI SDK can try again', async () => {
    const frames = [
      begun[0] as Uint8Array,
      exceptionFrame('throttlingException', { message: 'Too many tokens' }),
    ];
    const error = await errorOf(partsOf(frames));
    expect(BedrockError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ code: 'ThrottlingException', statusCode: 429, isRetryable: true });
  });

  it('rejects on an error message as well as on an exception', async () => {
    const error = await errorOf(partsOf([errorFrame('InternalError', 'broken')]));
    expect(error).toMatchObject({ message: expect.stringContaining('broken') });
    expect(BedrockError.isInstance(error)).toBe(true);
  });

  it('rejects when the stream is empty', async () => {
    expect(await errorOf(partsOf([]))).toMatchObject({ code: 'IncompleteMessage' });
  });

  it('rejects on bytes that are no event stream', async () => {
    const page = new TextEncoder().encode('<html><body>502 Bad Gateway</body></html>');
    expect(await errorOf(partsOf([page]))).toMatchObject({ code: 'CorruptStream' });
  });
});

describe('a reply with status 200 that is no stream', () => {
  const answering = (body: string | Uint8Array<ArrayBuffer>, contentType: string) =>
    modelAnswering(() => new Response(body, { headers: { 'content-type': contentType } })).model;

  it.each([
    ['text/html', '<html>Please sign in</html>'],
    ['TEXT/plain; charset=utf-8', 'Please sign in'],
    ['application/xhtml+xml', '<html>Please sign in</html>'],
    ['application/json', '{"message":"Please sign in"}'],
    ['application/problem+json', '{"title":"Please sign in"}'],
  ])('but %s rejects with status and first bytes, and is not retried', async (contentType, body) => {
    const error = await errorOf(answering(body, contentType).doStream(hello));
    expect(BedrockError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      code: 'InvalidReply',
      isRetryable: false,
      message: expect.stringMatching(/answered 200 .*not an event stream.*Please sign in/),
    });
  });

  it.each(['application/octet-stream', 'application/vnd.amazon.eventstream', 'binary/octet-stream'])(
    'is one where it is called %s',
    async contentType => {
      const bytes = Uint8Array.from(whole.flatMap(frame => [...frame]));
      const { stream } = await answering(bytes, contentType).doStream(hello);
      expect((await readParts(stream)).at(-1)).toMatchObject({ finishReason: { unified: 'stop' } });
    },
  );

  it('lets go of the signal of the caller', async () => {
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, 'removeEventListener');
    await errorOf(answering('<html>', 'text/html').doStream({ ...hello, abortSignal: signal }));
    expect(removed.mock.calls.filter(([type]) => type === 'abort').length).toBeGreaterThan(0);
  });
});

/** Makes the reader of a reply throw where it needs an id. */
const cause = new TypeError('no ids today');
const generateId = () => {
  throw cause;
};

describe('a whole reply that cannot be read', () => {
  const block = { citationsContent: { content: [{ text: 'Hi' }], citations: [citation.citation] } };
  const answer = () => jsonResponse({ output: { message: { content: [block] } }, stopReason: 'end_turn' });
  const tools = [{ type: 'function' as const, name: 'look', inputSchema: { type: 'object' as const } }];

  it.each([
    ['doGenerate', 'anthropic.claude-sonnet-4-5-20250929-v1:0'],
    // Streams no tools, so that its whole reply is replayed.
    ['doStream', 'us.meta.llama3-3-70b-instruct-v1:0'],
  ] as const)('rejects %s with an InvalidReply that has its cause', async (method, modelId) => {
    const { model } = modelAnswering(answer, { modelId, provider: { generateId } });
    const error = await errorOf(model[method]({ ...hello, tools }));
    expect(BedrockError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ code: 'InvalidReply', isRetryable: false, cause });
  });
});

describe('a stream that fails after content', () => {
  it.each([
    ['internalServerException', 500, true],
    ['modelStreamErrorException', 424, true],
    ['validationException', 400, false],
    ['throttlingException', 429, true],
    ['serviceUnavailableException', 503, true],
    ['modelTimeoutException', 408, true],
  ])('turns %s into an error part with status %i', async (name, statusCode, isRetryable) => {
    const { error, finish } = await errorAfterContent([exceptionFrame(name, { message: 'why' })]);
    expect(error).toMatchObject({ statusCode, isRetryable, message: expect.stringContaining('why') });
    expect(error.code.toLowerCase()).toBe(name.toLowerCase());
    expect(finish.finishReason.unified).toBe('error');
  });

  it('turns an exception that it does not know into an error part', async () => {
    const { error } = await errorAfterContent([exceptionFrame('brandNewException', { message: 'why' })]);
    expect(error.message).toContain('why');
  });

  it('turns an error message into an error part', async () => {
    const { error, finish } = await errorAfterContent([errorFrame('SomethingBad', 'why')]);
    expect(error.message).toContain('why');
    expect(finish.finishReason.unified).toBe('error');
  });

  it.each([
    ['nothing of its input', []],
    ['a part of its input', ['{"city":']],
    ['input that looks whole', ['{"city":"Oslo"}']],
  ])(
    'leaves a tool call that was cut off behind %s out, for it will never have a result',
    async (_, inputs) => {
      const start = { toolUse: { toolUseId: 'tooluse_1', name: 'weather' } };
      const { parts } = await errorAfterContent([
        eventFrame(['contentBlockStart', { contentBlockIndex: 1, start }]),
        ...inputs.map(input =>
          eventFrame(['contentBlockDelta', { contentBlockIndex: 1, delta: { toolUse: { input } } }]),
        ),
      ]);
      expect(parts.some(part => part.type === 'tool-input-end')).toBe(true);
      expect(parts.some(part => part.type === 'tool-call')).toBe(false);
    },
  );

  it('keeps what had come before', async () => {
    const { parts } = await errorAfterContent([exceptionFrame('throttlingException', { message: 'why' })]);
    expect(parts).toContainEqual({ type: 'text-delta', id: '0', delta: 'Hello' });
  });

  it('says interrupted when the stream ends at a frame boundary without a message stop', async () => {
    const { error, finish } = await errorAfterContent([]);
    expect(error.code).toBe('IncompleteMessage');
    expect(finish.finishReason).toEqual({ unified: 'interrupted', raw: 'IncompleteMessage' });
  });

  it('never finishes normally when the stream is cut at any byte', async () => {
    const bytes = Uint8Array.from(whole.flatMap(frame => [...frame]));
    const metadataStart = bytes.length - (whole.at(-1)?.length ?? 0);
    for (let length = 0; length < metadataStart; length += 1) {
      const { model } = modelAnswering(() => streamResponse([bytes.subarray(0, length)]));
      const outcome = await model.doStream(hello).then(
        ({ stream }) => readParts(stream),
        (error: unknown) => error,
      );
      if (!Array.isArray(outcome)) {
        expect(BedrockError.isInstance(outcome), `cut at ${length}`).toBe(true);
        continue;
      }
      expectProtocol(outcome);
      expect(outcome.at(-1).finishReason.unified, `cut at ${length}`).toBe('interrupted');
      expect(
        outcome.some(part => part.type === 'error'),
        `cut at ${length}`,
      ).toBe(true);
    }
  });

  it('says corrupt when a checksum is wrong', async () => {
    const frame = eventFrame(textEvents('more')[1] as never).slice();
    frame[frame.length - 10] = (frame[frame.length - 10] as number) ^ 1;
    const { error, finish } = await errorAfterContent([frame]);
    expect(error.code).toBe('CorruptStream');
    expect(finish.finishReason.unified).toBe('error');
  });

  it('says corrupt when an event is not JSON', async () => {
    const headers = { ':message-type': 'event', ':event-type': 'contentBlockDelta' };
    const { error } = await errorAfterContent([encodeFrame(headers, new TextEncoder().encode('not JSON'))]);
    expect(error.code).toBe('CorruptStream');
  });

  it.each<[string, object]>([
    ['contentBlockStart', { contentBlockIndex: 1, start: { toolUse: 7, toolResult: null } }],
    ['contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent: null, citation: 7, text: {} } }],
    ['contentBlockDelta', { contentBlockIndex: 0, delta: { toolResult: [null] } }],
    ['contentBlockDelta', { contentBlockIndex: 0, delta: { image: { source: { bytes: 7 } } } }],
    ['contentBlockDelta', { contentBlockIndex: 0, delta: null }],
    ['metadata', { usage: null }],
    ['metadata', { usage: 7, trace: 7 }],
  ])('never says that the connection broke for an event of another shape: %s %j', async (type, payload) => {
    const parts = await partsOf([...begun, ...[[type, payload] as const, ...stopEvents].map(eventFrame)]);
    const error = parts.find(part => part.type === 'error')?.error as BedrockError | undefined;
    expect(parts.at(-1)?.type).toBe('finish');
    if (error === undefined) return;
    expect(error).toMatchObject({ code: 'CorruptStream', cause: expect.any(Error) });
    expect(parts.at(-1)).toMatchObject({ finishReason: { unified: 'error', raw: 'CorruptStream' } });
  });

  it('says corrupt, with the cause, when the reader of events fails', async () => {
    const { model } = modelAnswering(
      () =>
        streamResponse(
          [...textEvents('Hello'), ['contentBlockDelta', { contentBlockIndex: 1, delta: citation }] as const]
            .concat(stopEvents)
            .map(eventFrame),
        ),
      { provider: { generateId } },
    );
    const { stream } = await model.doStream(hello);
    const parts = await readParts(stream);
    const error = parts.find(part => part.type === 'error')?.error;
    expect(error).toMatchObject({ code: 'CorruptStream', cause, message: expect.stringContaining('no ids') });
    expect(parts.at(-1)).toMatchObject({ finishReason: { unified: 'error', raw: 'CorruptStream' } });
  });

  it('reads an exception whose payload is not JSON', async () => {
    const { error } = await errorAfterContent([exceptionFrame('throttlingException', 'slow down')]);
    expect(error).toMatchObject({
      code: 'ThrottlingException',
      message: expect.stringContaining('slow down'),
    });
  });

  it('says that the connection broke when it did', async () => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const frame = begun[sent++];
        if (frame) controller.enqueue(frame);
        else controller.error(new TypeError('terminated'));
      },
    });
    const { model } = modelAnswering(() => streamResponse(body));
    const { stream } = await model.doStream(hello);
    const parts = await readParts(stream);
    expectProtocol(parts);
    expect(parts.find(part => part.type === 'error')?.error).toMatchObject({
      code: 'NetworkError',
      isRetryable: true,
    });
    expect(parts.at(-1)).toMatchObject({ finishReason: { unified: 'interrupted' } });
  });

  /** A body of these frames that then fails, or stays open where there is no failure. */
  const failing = (frames: readonly Uint8Array[], failure?: Error) => {
    const left = [...frames];
    return new ReadableStream<Uint8Array>({
      pull(controller) {
        const frame = left.shift();
        if (frame) controller.enqueue(frame);
        else if (failure) controller.error(failure);
      },
    });
  };

  it('says that nothing came for too long', async () => {
    const { model } = modelAnswering(() => streamResponse(failing(begun)), {
      provider: { idleTimeoutMs: 30 },
    });
    const { stream } = await model.doStream(hello);
    const parts = await readParts(stream);
    expectProtocol(parts);
    expect(parts.find(part => part.type === 'error')?.error).toMatchObject({
      code: 'IdleTimeout',
      isRetryable: true,
      requestId: expect.any(String),
    });
    expect(parts.at(-1)).toMatchObject({ finishReason: { unified: 'interrupted', raw: 'IdleTimeout' } });
  });

  it('says the same when the limit was that of the fetch of Node', async () => {
    const cause = Object.assign(new Error('Body Timeout Error'), { code: 'UND_ERR_BODY_TIMEOUT' });
    const failure = new TypeError('terminated', { cause });
    const { model } = modelAnswering(() => streamResponse(failing(begun, failure)));
    const { stream } = await model.doStream(hello);
    const parts = await readParts(stream);
    expect(parts.find(part => part.type === 'error')?.error).toMatchObject({ code: 'IdleTimeout' });
    expect(parts.at(-1)).toMatchObject({ finishReason: { unified: 'interrupted' } });
  });

  it('frees the socket', async () => {
    let cancelled = false;
    const frames = [...begun, exceptionFrame('throttlingException', { message: 'why' })];
    const body = new ReadableStream<Uint8Array>({
      start: controller => {
        for (const frame of frames) controller.enqueue(frame);
      },
      cancel: () => {
        cancelled = true;
      },
    });
    const { model } = modelAnswering(() => streamResponse(body));
    const { stream } = await model.doStream(hello);
    await readParts(stream);
    expect(cancelled).toBe(true);
  });

  it('shows no secret in the error', async () => {
    const { error } = await errorAfterContent([exceptionFrame('throttlingException', { message: 'why' })]);
    expect(JSON.stringify({ ...error }) + String(error)).not.toContain('test-key');
  });
});
