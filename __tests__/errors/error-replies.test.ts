import type { LanguageModelV4, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { APICallError } from '@ai-sdk/provider';
import { generateText } from 'ai';
import { type BedrockError, createBedrock } from 'bedrock-ai-provider';
import {
  createLocalBedrock,
  type LocalBedrock,
  type LocalReply,
  type StreamFault,
} from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import { classifyError, ERROR_NAMES } from '../../src/errors.ts';
import { errorOf, hello, readParts } from '../support/replies.ts';
import { expectProtocol } from '../support/stream-protocol.ts';

/** Ours have no place where AWS could say them. */
const ours = [
  'CallTimeout',
  'ConnectTimeout',
  'ContentFiltered',
  'CorruptStream',
  'IdleTimeout',
  'IncompleteMessage',
  'InvalidReply',
  'JobFailed',
  'NetworkError',
  'Redirect',
  'TruncatedStream',
];
const awsNames = ERROR_NAMES.filter(name => !ours.includes(name));
const text = 'What AWS says';

/** A model whose next call is answered with `reply`, by a server that asks for an API key. */
function answering(reply: LocalReply): { model: LanguageModelV4; local: LocalBedrock } {
  const local = createLocalBedrock({ apiKeys: ['local-key'] });
  local.enqueue(reply);
  return { model: createBedrock({ ...local.settings, traffic: 'off' })('amazon.nova-lite-v1:0'), local };
}

interface Outcome {
  error: BedrockError;
  /** Of a stream that had begun. */
  parts?: LanguageModelV4StreamPart[];
}

const failure = (name: string, status: number | undefined) => ({ error: { name, message: text, status } });
const faulty = (fault: StreamFault): LocalReply => ({ content: [{ text: 'one two three' }], fault });

async function generate(reply: LocalReply): Promise<Outcome> {
  const { model, local } = answering(reply);
  const error = (await errorOf(model.doGenerate(hello))) as BedrockError;
  expect(local.requests).toHaveLength(1);
  return { error };
}

async function rejected(reply: LocalReply): Promise<Outcome> {
  return { error: (await errorOf(answering(reply).model.doStream(hello))) as BedrockError };
}

async function begun(reply: LocalReply): Promise<Outcome> {
  const { stream } = await answering(reply).model.doStream(hello);
  const parts = await readParts(stream);
  expectProtocol(parts);
  const error = parts.find(part => part.type === 'error')?.error as BedrockError;
  return { error, parts };
}

/** Every place where AWS can say an error. Frame 0 is the start of the message, frame 1 the first content. */
const places: Record<string, (name: string, status: number | undefined) => Promise<Outcome>> = {
  'the reply to doGenerate': (name, status) => generate(failure(name, status)),
  'the reply to doStream': (name, status) => rejected(failure(name, status)),
  'an exception at the start': name => rejected(faulty({ kind: 'exception', at: 0, name, message: text })),
  'an exception before content': name => rejected(faulty({ kind: 'exception', at: 1, name, message: text })),
  'an exception after content': name => begun(faulty({ kind: 'exception', at: 3, name, message: text })),
  'an error frame before content': code => rejected(faulty({ kind: 'error', at: 1, code, message: text })),
  'an error frame after content': code => begun(faulty({ kind: 'error', at: 3, code, message: text })),
};

const rows = Object.keys(places).flatMap(place => awsNames.map(name => ({ place, name })));

describe('an error of AWS', () => {
  it('has a name in the table', () => {
    expect(awsNames.length).toBeGreaterThan(35);
    expect(awsNames.length + ours.length).toBe(ERROR_NAMES.length);
  });

  it.each(rows)('$name in $place is named, judged and advised on alike', async ({ place, name }) => {
    const { statusCode, isRetryable, advice, retryAfterMs } = classifyError({ name, message: text });
    const { error, parts } = await (places[place] as (typeof places)[string])(name, statusCode);
    expect(APICallError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ code: name, statusCode, isRetryable, advice, retryAfterMs });
    expect(error.message).toBe(`${name}: ${text}.${advice === undefined ? '' : ` ${advice}`}`);
    expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(error.url).toContain('/model/amazon.nova-lite-v1%3A0/');
    if (parts === undefined) return;
    expect(parts).toContainEqual(expect.objectContaining({ type: 'text-delta' }));
    expect(parts.at(-1)).toMatchObject({ finishReason: { unified: 'error', raw: name } });
  });
});

const statuses = [400, 401, 403, 404, 408, 409, 413, 424, 429, 500, 502, 503, 504, 529];

describe('an error that the table does not have', () => {
  it.each(statuses)('with the status %i is judged by it', async status => {
    const { error } = await generate(failure('BrandNewException', status));
    expect(error).toMatchObject({
      code: 'BrandNewException',
      statusCode: status,
      isRetryable: [408, 409, 429].includes(status) || status >= 500,
    });
  });

  it.each(statuses)('with the status %i and no name is an HttpError', async status => {
    const { error } = await rejected(new Response('<html>down</html>', { status }));
    expect(error).toMatchObject({
      code: 'HttpError',
      statusCode: status,
      isRetryable: [408, 409, 429].includes(status) || status >= 500,
    });
    expect(error.message).toContain('<html>down</html>');
  });

  it('is not retried as an exception of a stream, and is as an error frame', async () => {
    const exception = faulty({ kind: 'exception', at: 1, name: 'BrandNewException', message: text });
    expect((await rejected(exception)).error).toMatchObject({
      code: 'BrandNewException',
      isRetryable: false,
    });
    const frame = faulty({ kind: 'error', at: 1, code: 'BrandNewError', message: text });
    expect((await rejected(frame)).error).toMatchObject({ code: 'BrandNewError', isRetryable: true });
  });
});

describe('a status that a service gives a name of its own', () => {
  it.each([
    ['ModelNotReadyException', 424, true],
    ['ConflictException', 409, false],
    ['ServiceQuotaExceededException', 402, false],
    ['ThrottlingException', 400, true],
  ])('%s is %i and retryable %s', async (name, status, isRetryable) => {
    const { error } = await generate(failure(name, status));
    expect(error).toMatchObject({ code: name, statusCode: status, isRetryable });
  });
});

describe('the status that the model itself gave', () => {
  const modelError = (originalStatusCode: number) =>
    new Response(JSON.stringify({ message: text, originalStatusCode, resourceName: 'm' }), {
      status: 424,
      headers: { 'x-amzn-errortype': 'ModelErrorException' },
    });

  it.each([
    [400, false],
    [404, false],
    [429, true],
    [500, true],
    [503, true],
  ])('%i makes a ModelErrorException retryable: %s', async (original, isRetryable) => {
    for (const outcome of [await generate(modelError(original)), await rejected(modelError(original))]) {
      expect(outcome.error).toMatchObject({ code: 'ModelErrorException', statusCode: 424, isRetryable });
    }
  });
});

describe('the wait before another try', () => {
  const throttled = (headers: Record<string, string>) => ({
    error: { name: 'ThrottlingException', message: text, headers },
  });

  it.each<[Record<string, string>, number, Record<string, string>]>([
    [{ 'x-amz-retry-after': '1500' }, 1500, { 'retry-after-ms': '1500' }],
    [{ 'X-Amz-Retry-After': '1500', 'Retry-After': '9' }, 1500, { 'retry-after-ms': '1500' }],
    [{ 'Retry-After': '2' }, 2000, { 'retry-after': '2', 'retry-after-ms': '2000' }],
    [{ 'Retry-After-Ms': '250' }, 250, { 'retry-after-ms': '250' }],
  ])('that the reply asks for in %j is passed on to the AI SDK', async (headers, retryAfterMs, passedOn) => {
    const { error } = await rejected(throttled(headers));
    expect(error.retryAfterMs).toBe(retryAfterMs);
    expect(error.responseHeaders).toMatchObject(passedOn);
  });

  // Without the hint the AI SDK waits two seconds.
  it('is what the AI SDK waits', { timeout: 1500 }, async () => {
    const { model, local } = answering(throttled({ 'x-amz-retry-after': '1' }));
    local.enqueue('Hello again');
    expect((await generateText({ model, prompt: 'Hello' })).text).toBe('Hello again');
    expect(local.requests.map(({ status }) => status)).toEqual([429, 200]);
  });

  it('may be asked for as a date', async () => {
    const date = new Date(Date.now() + 30_000).toUTCString();
    const { error } = await rejected(throttled({ 'Retry-After': date }));
    expect(error.retryAfterMs).toBeGreaterThan(20_000);
    expect(error.retryAfterMs).toBeLessThanOrEqual(30_000);
  });

  it.each(['soon', '-5', ''])('is left to the AI SDK when the reply says %j', async value => {
    const { error } = await rejected(throttled({ 'x-amz-retry-after': value }));
    expect(error.retryAfterMs).toBeUndefined();
    expect(error.responseHeaders).not.toHaveProperty('retry-after-ms');
  });

  it('is not passed on where another try is of no use', async () => {
    const error = { name: 'ValidationException', message: text, headers: { 'x-amz-retry-after': '5' } };
    expect((await rejected({ error })).error.retryAfterMs).toBeUndefined();
  });

  it('comes from the table for a model that is being loaded', async () => {
    for (const { error } of [
      await rejected({ error: { name: 'ModelNotReadyException' } }),
      await rejected(faulty({ kind: 'exception', at: 1, name: 'ModelNotReadyException' })),
    ]) {
      expect(error.responseHeaders).toMatchObject({ 'retry-after-ms': '15000' });
    }
  });
});
