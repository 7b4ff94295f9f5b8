import { describe, expect, it } from 'vitest';
import type { CallFacts } from '../../src/errors.ts';
import {
  errorFromReply,
  errorFromStreamError,
  errorFromStreamException,
  networkError,
  streamError,
} from '../../src/transport/api-error.ts';
import { redactorOf } from '../../src/transport/redact.ts';

const facts: CallFacts = {
  url: 'https://bedrock-runtime.us-east-1.amazonaws.com/model/x/converse-stream',
  requestBodyValues: { messages: [] },
  responseHeaders: { 'x-amzn-requestid': 'r-1' },
};

const options = { idleTimeoutMs: 0 };
const sending = (key: string): CallFacts => ({ ...facts, redact: redactorOf({ 'x-api-key': key }) });

const reply = (
  body: string | ReadableStream<Uint8Array> | null,
  status: number,
  headers: Record<string, string> = {},
) => errorFromReply(new Response(body, { status, headers }), facts, options);

describe('an error reply', () => {
  it.each<[string, string, Record<string, string>]>([
    [
      'the header, before the body',
      '{"code":"ModelErrorException","__type":"x"}',
      { 'x-amzn-errortype': 'ThrottlingException' },
    ],
    [
      'the header, without what follows a colon',
      '{}',
      { 'x-amzn-errortype': 'ThrottlingException:http://internal.amazon.com/coral/com.amazon.bedrock/' },
    ],
    ['the header, without what follows a comma', '{}', { 'x-amzn-errortype': 'ThrottlingException,x' }],
    ['the header, in any case', '{}', { 'X-Amzn-ErrorType': 'throttlingexception' }],
    ['code, before __type', '{"code":"ThrottlingException","__type":"ValidationException"}', {}],
    ['__type, without its namespace', '{"__type":"com.amazon.coral.availability#ThrottlingException"}', {}],
    ['__type beside a code that is a number', '{"code":429,"__type":"ThrottlingException"}', {}],
    ['the error of an OpenAI-shaped body', '{"error":{"code":null,"type":"ThrottlingException"}}', {}],
  ])('is named by %s', async (_, body, headers) => {
    expect((await reply(body, 429, headers)).code).toBe('ThrottlingException');
  });

  it.each<[string, string]>([
    ['message', '{"message":"Slow down"}'],
    ['Message', '{"Message":"Slow down"}'],
    ['error.message', '{"type":"error","error":{"type":"overloaded_error","message":"Slow down"}}'],
    ['error', '{"error":"Slow down"}'],
  ])('takes its text from %s', async (_, body) => {
    expect((await reply(body, 503)).message).toContain('Slow down.');
  });

  it('says name, text and advice', async () => {
    const error = await reply('{"message":"The provided model identifier is invalid."}', 400, {
      'x-amzn-errortype': 'ValidationException',
    });
    expect(error.message).toBe(
      `ValidationException: The provided model identifier is invalid. ${error.advice}`,
    );
    expect(error.advice).toMatch(/^Check the id/);
  });

  it('understands the answer to an operation that the host does not know', async () => {
    const body = '{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}';
    expect(await reply(body, 404)).toMatchObject({ code: 'UnknownOperationException', isRetryable: false });
  });

  it('is retried by the original status that the model gave', async () => {
    const body = '{"message":"The system encountered an error","originalStatusCode":500}';
    const headers = { 'x-amzn-errortype': 'ModelErrorException' };
    expect((await reply(body, 424, headers)).isRetryable).toBe(true);
    expect((await reply(body.replace('500', '400'), 424, headers)).isRetryable).toBe(false);
  });

  it('keeps the body, its value, the headers and the request id', async () => {
    const error = await reply('{"message":"No","resourceName":"m"}', 404, { 'x-amzn-requestid': 'r-2' });
    expect(error).toMatchObject({
      responseBody: '{"message":"No","resourceName":"m"}',
      data: { message: 'No', resourceName: 'm' },
      responseHeaders: { 'x-amzn-requestid': 'r-2' },
      requestId: 'r-2',
    });
  });

  it('knows the request id by its other name', async () => {
    expect((await reply('{}', 500, { 'x-amz-request-id': 'r-3' })).requestId).toBe('r-3');
  });

  it('shows status, host and first bytes of a page that a proxy answers', async () => {
    const page = `<html>\n  <head><title>502 Bad Gateway</title></head>\n<body>${'x'.repeat(5000)}</body></html>`;
    const error = await errorFromReply(
      new Response(page, { status: 502, statusText: 'Bad Gateway' }),
      facts,
      options,
    );
    expect(error.message).toContain(
      'HTTP 502 Bad Gateway from bedrock-runtime.us-east-1.amazonaws.com: <html> <head><title>502 Bad Gateway</title>',
    );
    expect(error.message.length).toBeLessThan(400);
    expect(error).toMatchObject({
      code: 'HttpError',
      statusCode: 502,
      isRetryable: true,
      responseBody: page,
    });
  });

  it.each([null, '', ' \n'])('says that the body is empty when it is %j', async body => {
    const error = await reply(body, 503, { 'x-amzn-errortype': 'ServiceUnavailableException' });
    expect(error.message).toContain('ServiceUnavailableException: HTTP 503 from bedrock-runtime');
    expect(error.message).toContain('with an empty body.');
  });

  it.each(['[]', '"text"', 'null', '42', '{"unknown":1}'])(
    'shows a JSON body of another shape: %s',
    async body => {
      expect((await reply(body, 400)).message).toContain(`: ${body}.`);
    },
  );

  it('reads no more of an endless body than an error may hold', async () => {
    let pulled = 0;
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(1024).fill(0x78));
      },
      cancel() {
        cancelled = true;
      },
    });
    const error = await reply(body, 500);
    expect(error.responseBody).toHaveLength(64 * 1024);
    expect(pulled).toBeLessThan(70);
    expect(cancelled).toBe(true);
  });

  it('keeps what came of a body that breaks off', async () => {
    let sent = false;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent) return controller.error(new TypeError('terminated'));
        sent = true;
        controller.enqueue(new TextEncoder().encode('{"mess'));
      },
    });
    expect(await reply(body, 500)).toMatchObject({ statusCode: 500, responseBody: '{"mess' });
  });

  it('joins characters that were cut between chunks', async () => {
    const bytes = new TextEncoder().encode('{"message":"é"}');
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    expect((await reply(body, 500)).message).toContain('é');
  });

  it('does not repeat secrets that the server repeats', async () => {
    const token = 'FwoGZXIvYXdzEXAMPLE/token+with/slashes==';
    const body = JSON.stringify({ message: `x-amz-security-token:${token}` });
    const escaped = body.replaceAll('/', '\\/');
    const ofOtherLanguages = body.replaceAll('+', '\\u002B').replaceAll('=', '\\u003d');
    const page = body.replaceAll('/', '&#x2F;').replaceAll('+', '%2B');
    for (const text of [body, escaped, ofOtherLanguages, page]) {
      const response = new Response(text, { status: 403, headers: { 'x-echo': token } });
      const error = await errorFromReply(response, sending(token), options);
      expect(JSON.stringify([error, error.message])).not.toContain('EXAMPLE');
      expect(error.message).toContain('x-amz-security-token:[redacted]');
    }
  });

  it('leaves words alone that a very short key happens to be', async () => {
    const response = new Response('{"message":"a test failed"}', { status: 400 });
    expect((await errorFromReply(response, sending('test'), options)).message).toContain('a test failed');
  });

  it('is a redirect even where the browser hides where to', async () => {
    const hidden = Object.create(Response.error(), { type: { value: 'opaqueredirect' } }) as Response;
    Object.defineProperties(hidden, {
      status: { value: 0 },
      body: { value: null },
      headers: { value: new Headers() },
    });
    expect(await errorFromReply(hidden, facts, options)).toMatchObject({
      code: 'Redirect',
      statusCode: undefined,
    });
  });
});

describe('an exception inside a stream', () => {
  it('is classified as the same exception of a reply', async () => {
    const inStream = errorFromStreamException({
      name: 'throttlingException',
      payload: { message: 'Too many tokens' },
      facts,
    });
    const ofReply = await reply('{"message":"Too many tokens"}', 429, {
      'x-amzn-errortype': 'ThrottlingException',
    });
    const properties = ['code', 'statusCode', 'isRetryable', 'advice', 'message'] as const;
    for (const property of properties) expect(inStream[property]).toBe(ofReply[property]);
  });

  it('keeps payload, url, request and request id', () => {
    const payload = { message: 'No' };
    expect(errorFromStreamException({ name: 'validationException', payload, facts })).toMatchObject({
      data: payload,
      url: facts.url,
      requestBodyValues: facts.requestBodyValues,
      requestId: 'r-1',
    });
  });

  it('tells what the model itself said', () => {
    const payload = { message: 'Model error', originalMessage: 'out of memory', originalStatusCode: 500 };
    const error = errorFromStreamException({ name: 'modelStreamErrorException', payload, facts });
    expect(error.message).toBe('ModelStreamErrorException: Model error (out of memory).');
  });

  it.each([undefined, null, {}, 'text', 42])('stands without a reason when its payload is %j', payload => {
    const error = errorFromStreamException({ name: 'internalServerException', payload, facts });
    expect(error.message).toContain('InternalServerException: AWS gave no reason.');
  });

  it('that nobody knows keeps its name and is not retried', () => {
    const error = errorFromStreamException({ name: 'somethingNewException', payload: {}, facts });
    expect(error).toMatchObject({ code: 'SomethingNewException', isRetryable: false });
  });
});

describe('an error message inside a stream', () => {
  it.each<[string | undefined, string, boolean, number | undefined]>([
    ['ThrottlingException', 'ThrottlingException', true, 429],
    ['ValidationException', 'ValidationException', false, 400],
    ['InternalError', 'InternalError', true, 500],
    ['SomethingBroke', 'SomethingBroke', true, undefined],
    ['500', 'HttpError', true, 500],
    ['400', 'HttpError', false, 400],
    [undefined, 'InternalFailure', true, 500],
    ['', 'InternalFailure', true, 500],
  ])('with the code %j is %s', (code, expected, isRetryable, statusCode) => {
    const error = errorFromStreamError({ code, message: 'broken', facts });
    expect(error).toMatchObject({ code: expected, isRetryable, statusCode });
    expect(error.message).toContain('broken.');
  });

  it('without a message says so', () => {
    expect(errorFromStreamError({ code: 'InternalError', message: undefined, facts }).message).toContain(
      'no reason',
    );
  });
});

describe('our own failures', () => {
  it.each(['CorruptStream', 'IdleTimeout', 'IncompleteMessage', 'NetworkError', 'TruncatedStream'] as const)(
    '%s can be retried and keeps its cause',
    code => {
      const cause = new Error('why');
      expect(streamError(code, 'It broke', facts, cause)).toMatchObject({ code, isRetryable: true, cause });
    },
  );

  it('name, say and advise', () => {
    const error = streamError('TruncatedStream', 'The stream ended inside a frame', facts);
    expect(error.message).toBe(`TruncatedStream: The stream ended inside a frame. ${error.advice}`);
  });

  it('survive a cause that is its own cause', () => {
    const cause = new Error('loop');
    cause.cause = cause;
    expect(networkError(cause, facts).message).toContain('loop');
  });
});
