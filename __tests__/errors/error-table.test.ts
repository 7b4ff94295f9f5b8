import { APICallError } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import { BedrockError, type BedrockErrorOptions, CredentialsError, classifyError } from '../../src/errors.ts';
import { inferenceProfileIds } from '../../src/settings/geographies.ts';
import { call, samples } from './samples.ts';

describe('the error table', () => {
  it.each([
    ['ThrottlingException', 429, true],
    ['ModelNotReadyException', 429, true],
    ['ServiceUnavailableException', 503, true],
    ['InternalServerException', 500, true],
    ['ModelTimeoutException', 408, true],
    ['ModelStreamErrorException', 424, true],
    ['ModelErrorException', 424, false],
    ['ValidationException', 400, false],
    ['AccessDeniedException', 403, false],
    ['ResourceNotFoundException', 404, false],
    ['ServiceQuotaExceededException', 400, false],
    ['ConflictException', 400, false],
    ['ExpiredTokenException', 403, false],
    ['UnrecognizedClientException', 403, false],
    ['InvalidSignatureException', 403, false],
    ['RequestEntityTooLargeException', 413, false],
    ['overloaded_error', 529, true],
    ['TruncatedStream', undefined, true],
    ['CorruptStream', undefined, true],
    ['IncompleteMessage', undefined, true],
    ['IdleTimeout', undefined, true],
    ['CallTimeout', undefined, false],
    ['ConnectTimeout', undefined, true],
    ['ContentFiltered', undefined, false],
    ['NetworkError', undefined, true],
    ['InvalidReply', undefined, false],
    ['JobFailed', undefined, false],
    ['NoSuchKey', 404, false],
    ['NoSuchBucket', 404, false],
    ['AccessDenied', 403, false],
    ['PermanentRedirect', 301, false],
    ['SlowDown', 503, true],
    ['InternalError', 500, true],
    ['Redirect', undefined, false],
  ])('gives %s the status %s and retryable %s', (name, statusCode, isRetryable) => {
    expect(classifyError({ name, message: '' })).toMatchObject({ code: name, statusCode, isRetryable });
  });

  it.each(['throttlingException', 'THROTTLINGEXCEPTION', 'ThrottlingException'])(
    'knows %s in any case and reports the name as AWS documents it',
    name => {
      expect(classifyError({ name, message: '' }).code).toBe('ThrottlingException');
    },
  );

  it('prefers the status of the reply, because services give the same exception different ones', () => {
    const error = classifyError({ name: 'ModelNotReadyException', message: '', status: 424 });
    expect(error).toMatchObject({ statusCode: 424, isRetryable: true });
  });

  it.each([
    [400, false],
    [404, false],
    [408, true],
    [424, false],
    [429, true],
    [500, true],
    [529, true],
  ])('judges an unknown name with status %i by the status', (status, isRetryable) => {
    const error = classifyError({ name: 'somethingNewException', message: '', status });
    expect(error).toMatchObject({ code: 'SomethingNewException', statusCode: status, isRetryable });
  });

  it('does not retry an unknown exception of a stream', () => {
    expect(classifyError({ name: 'somethingNewException', message: '' }).isRetryable).toBe(false);
  });

  it('calls a reply without a name HttpError', () => {
    expect(classifyError({ name: undefined, message: 'page', status: 502 })).toMatchObject({
      code: 'HttpError',
      isRetryable: true,
    });
  });

  it.each([
    ['ModelErrorException', 500, true],
    ['ModelErrorException', 429, true],
    ['ModelErrorException', 400, false],
    ['ModelStreamErrorException', 503, true],
    ['ModelStreamErrorException', 400, false],
  ])('retries %s by the original status %i: %s', (name, originalStatus, isRetryable) => {
    expect(classifyError({ name, message: '', originalStatus }).isRetryable).toBe(isRetryable);
  });

  it('ignores an original status where the exception does not pass one on', () => {
    expect(classifyError({ name: 'ThrottlingException', message: '', originalStatus: 400 }).isRetryable).toBe(
      true,
    );
  });

  it.each(samples)('advises on $name: $message', ({ name, message, status, retryable = false, advice }) => {
    const facts = { ...call, profileIds: inferenceProfileIds(call.modelId, call.region) };
    expect(classifyError({ name, message, status, facts })).toMatchObject({
      code: name,
      isRetryable: retryable,
      advice,
    });
  });

  it.each<[string, string, number, RegExp]>([
    [
      'ValidationException',
      'Invocation of x with on-demand throughput isn’t supported.',
      400,
      /put a geography/,
    ],
    [
      'ValidationException',
      'The provided model identifier is invalid.',
      400,
      /the Region offers the model.*us\./,
    ],
    [
      'ResourceNotFoundException',
      'This model version has reached the end of its life.',
      404,
      /^The model is/,
    ],
    ['AccessDeniedException', 'with an explicit deny in a service control policy', 403, /forbids it\./],
    ['ExpiredTokenException', 'The security token included in the request is expired', 403, /aws sso login/],
    ['UnrecognizedClientException', 'The security token is invalid.', 403, /does not know these credentials/],
    [
      'InvalidSignatureException',
      'The request signature we calculated does not match',
      403,
      /secret access key/,
    ],
    ['AccessDeniedException', 'Access to the KMS key is denied', 403, /kms:Decrypt and kms:GenerateDataKey/],
    ['RequestEntityTooLargeException', '', 413, /s3:\/\//],
  ])('advises on %s "%s" where nothing is known of the call', (name, message, status, advice) => {
    expect(classifyError({ name, message, status }).advice).toMatch(advice);
  });

  it('names no profile in a Region that has none', () => {
    const message = 'The provided model identifier is invalid.';
    const facts = { modelId: 'amazon.nova-lite-v1:0', region: 'cn-north-1', profileIds: [] };
    const { advice } = classifyError({ name: 'ValidationException', message, status: 400, facts });
    expect(advice).toContain('cn-north-1 offers');
    expect(advice).not.toContain('may be reached');
  });

  it('hints at a longer wait for a model that is being loaded, unless it is not worth waiting', () => {
    expect(classifyError({ name: 'ModelNotReadyException', message: '' }).retryAfterMs).toBe(15_000);
    const message = 'Too many tokens per day';
    expect(classifyError({ name: 'ModelNotReadyException', message }).retryAfterMs).toBeUndefined();
  });

  it('advises on a payload that is too large even when a proxy answers without a name', () => {
    expect(classifyError({ name: undefined, message: '', status: 413 }).advice).toMatch(/s3:\/\//);
  });

  it('does not take words that a validation message echoes from the request for a policy failure', () => {
    const message = 'The tool name marketplace_api key_kms is not valid';
    expect(classifyError({ name: 'ValidationException', message, status: 400 }).advice).toBeUndefined();
  });
});

describe('BedrockError', () => {
  const options: BedrockErrorOptions = {
    message: 'ThrottlingException: slow down.',
    url: 'https://example.com/',
    requestBodyValues: {},
    code: 'ThrottlingException',
    isRetryable: true,
    statusCode: 429,
    requestId: 'r-1',
  };

  it('is an APICallError that the AI SDK recognizes', () => {
    const error = new BedrockError(options);
    expect(APICallError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      isRetryable: true,
      statusCode: 429,
      code: 'ThrottlingException',
      requestId: 'r-1',
    });
  });

  it('is told from other errors by its marker', () => {
    expect(BedrockError.isInstance(new BedrockError(options))).toBe(true);
    expect(BedrockError.isInstance(new APICallError({ message: '', url: '', requestBodyValues: {} }))).toBe(
      false,
    );
    expect(BedrockError.isInstance(undefined)).toBe(false);
  });
});

describe('CredentialsError', () => {
  it('names the setting and keeps the cause', () => {
    const cause = new Error('vault is sealed');
    const error = new CredentialsError('credentialProvider', cause);
    expect(error).toMatchObject({ cause, setting: 'credentialProvider' });
    expect(error.message).toBe('The credentialProvider setting gave no credentials: vault is sealed');
    expect(CredentialsError.isInstance(error)).toBe(true);
    expect(BedrockError.isInstance(error)).toBe(false);
  });
});
