import { generateText } from 'ai';
import { BedrockError } from 'bedrock-ai-provider';
import { createLocalBedrock, type StreamFault } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import { errorOf, hello, readParts } from '../support/replies.ts';
import { expectProtocol } from '../support/stream-protocol.ts';
import { doors } from './doors.ts';

/** Faults, with the code and the finish that they end in. Other APIs have other names for the same errors. */
const faults: readonly [fault: StreamFault, code: RegExp, isRetryable: boolean, unified: string][] = [
  [
    { kind: 'exception', at: 0, name: 'throttlingException' },
    /^(ThrottlingException|rate_limit_\w+)$/,
    true,
    'error',
  ],
  [
    { kind: 'exception', at: 0, name: 'validationException' },
    /^(ValidationException|invalid_request_error)$/,
    false,
    'error',
  ],
  [
    { kind: 'error', at: 0, code: 'internalServerException' },
    /^(InternalServerException|(?:api|server)_error)$/,
    true,
    'error',
  ],
  [{ kind: 'cut', at: 0 }, /^IncompleteMessage$/, true, 'interrupted'],
  [{ kind: 'cut', at: 0, bytes: 25 }, /^(TruncatedStream|IncompleteMessage)$/, true, 'interrupted'],
  [{ kind: 'corrupt', at: 0 }, /^CorruptStream$/, true, 'error'],
];

describe.each(doors)('$name', ({ open }) => {
  const local = createLocalBedrock();
  // A refusal for a quota would be waited out: traffic.test.ts has that.
  const settings = { ...local.settings, traffic: 'off' } as const;
  const model = open({ ...settings, idleTimeoutMs: 50 });
  const text = 'One two three four five six seven eight nine ten';

  describe.each(faults)('with the fault %o', (fault, code, isRetryable, unified) => {
    it('rejects before the first content, so that the AI SDK can try again', async () => {
      local.enqueue({ fault, content: [{ text }] });
      const error = await errorOf(model.doStream(hello));
      expect(BedrockError.isInstance(error)).toBe(true);
      expect(error).toMatchObject({ code: expect.stringMatching(code), isRetryable });
    });

    it('ends with an error and a finish that says so behind content, and keeps what has come', async () => {
      local.enqueue({ fault: { ...fault, at: 9 }, content: [{ text }] });
      const { stream } = await model.doStream(hello);
      const parts = await readParts(stream);
      expectProtocol(parts);
      const [error, finish] = parts.slice(-2);
      if (error?.type !== 'error' || finish?.type !== 'finish') throw new Error('no error or no finish');
      expect(BedrockError.isInstance(error.error)).toBe(true);
      expect(error.error).toMatchObject({
        code: expect.stringMatching(code),
        isRetryable,
        requestId: local.requests.at(-1)?.requestId,
      });
      expect(finish.finishReason.unified).toBe(unified);
      const deltas = parts.flatMap(part => (part.type === 'text-delta' ? [part.delta] : []));
      expect(deltas.join('')).toMatch(/^One two three four five/);
    });
  });

  it('leaves a tool call out that was cut off, for it will never have a result', async () => {
    const input = { city: 'Oslo and a few more words so that it comes in many pieces' };
    const content = [{ text: 'I look.' }, { toolUse: { toolUseId: 'tooluse_1', name: 'weather', input } }];
    local.enqueue({ fault: { kind: 'cut', at: 14 }, content, chunkSize: 4 });
    const tools = [{ type: 'function' as const, name: 'weather', inputSchema: { type: 'object' as const } }];
    const parts = await readParts((await model.doStream({ ...hello, tools })).stream);
    expectProtocol(parts);
    expect(parts.some(part => part.type === 'tool-input-start')).toBe(true);
    expect(parts.some(part => part.type === 'tool-call')).toBe(false);
    expect(parts.at(-1)).toMatchObject({
      finishReason: { unified: 'interrupted', raw: 'IncompleteMessage' },
    });
  });

  it('notices silence', async () => {
    local.enqueue({ fault: { kind: 'stall', at: 12 }, content: [{ text }] });
    const parts = await readParts((await model.doStream(hello)).stream);
    expectProtocol(parts);
    expect(parts.at(-2)).toMatchObject({ type: 'error', error: { code: 'IdleTimeout', isRetryable: true } });
  });

  it('gives error replies their name, status, request id, retryability and advice', async () => {
    const error = { name: 'ThrottlingException', message: 'Too many requests.' };
    for (const method of ['doGenerate', 'doStream'] as const) {
      local.enqueue({ error });
      const thrown = await errorOf(model[method](hello));
      expect(BedrockError.isInstance(thrown)).toBe(true);
      expect(thrown).toMatchObject({
        statusCode: 429,
        isRetryable: true,
        message: expect.stringContaining(
          'Too many requests. A quota of requests or tokens per minute is used up',
        ),
        requestId: local.requests.at(-1)?.requestId,
      });
    }
  });

  it('is tried again by the AI SDK', async () => {
    const headers = { 'retry-after-ms': '1' };
    local.enqueue({ error: { name: 'ServiceUnavailableException', headers } }, 'Here I am.');
    expect((await generateText({ model, prompt: 'Hello' })).text).toBe('Here I am.');
  });

  it('keeps the error of a connection that is refused, with its advice', async () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const refusing = open({
      ...settings,
      fetch: async () => {
        throw new TypeError('fetch failed', { cause });
      },
    });
    const error = await errorOf(refusing.doGenerate(hello));
    expect(BedrockError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ code: 'NetworkError', isRetryable: true, advice: expect.any(String) });
  });

  it.each(['doGenerate', 'doStream'] as const)(
    'says of a page of a proxy that it is none of Bedrock (%s)',
    async method => {
      local.enqueue(new Response('<html>Welcome</html>', { headers: { 'content-type': 'text/html' } }));
      const error = await errorOf(model[method](hello));
      expect(error).toMatchObject({ code: 'InvalidReply', message: expect.stringContaining('Welcome') });
    },
  );

  it('says of JSON that the package cannot read that the reply is not valid', async () => {
    local.enqueue(Response.json({ what: 'is this' }));
    const error = await errorOf(model.doGenerate(hello));
    expect(BedrockError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ code: 'InvalidReply', cause: expect.any(Error) });
  });

  it('lets mistakes of the caller through as they are', async () => {
    const signal = AbortSignal.abort(new DOMException('enough', 'AbortError'));
    expect(await errorOf(model.doGenerate({ ...hello, abortSignal: signal }))).toBe(signal.reason);
  });

  it('shows no key in errors', async () => {
    const server = createLocalBedrock({ apiKeys: ['another-key-of-the-server'] });
    const wrong = open({ ...server.settings, apiKey: 'my-very-secret-api-key' });
    const error = await errorOf(wrong.doGenerate(hello));
    expect(error).toMatchObject({ statusCode: 403, isRetryable: false, advice: expect.any(String) });
    expect(JSON.stringify({ ...(error as object) }) + String(error)).not.toContain('my-very-secret');
  });
});
