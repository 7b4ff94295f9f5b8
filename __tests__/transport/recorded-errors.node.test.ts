import { describe, expect, it } from 'vitest';
import { errorFromReply } from '../../src/transport/api-error.ts';
import { listShared, readSharedJson, sharedDataMissing } from '../support/shared-data.ts';

interface Exchange {
  response: { status: number; headers?: Record<string, string>; body?: { message?: string } };
}

const operations = [
  'Converse',
  'ConverseStream',
  'InvokeModel',
  'InvokeModelWithResponseStream',
  'CountTokens',
];

const errors = sharedDataMissing
  ? []
  : operations
      .flatMap(operation => listShared(`recorded/${operation}`))
      .map(path => ({ path, ...readSharedJson<Exchange>(path) }))
      .filter(({ response }) => response.status >= 300);

describe.skipIf(sharedDataMissing)(
  `recorded error replies${sharedDataMissing ? ` (${sharedDataMissing})` : ''}`,
  () => {
    it('are there', () => {
      expect(errors.length).toBeGreaterThan(10);
    });

    it.each(errors)(
      '$path is named, told and judged',
      async ({ response: { status, headers = {}, body } }) => {
        const reply = new Response(JSON.stringify(body), { status, headers });
        const error = await errorFromReply(
          reply,
          { url: 'https://example.com/', requestBodyValues: {} },
          { idleTimeoutMs: 0 },
        );
        const name = headers['x-amzn-errortype']?.split(':')[0] ?? 'HttpError';
        expect(error).toMatchObject({ code: name, statusCode: status, isRetryable: status === 503 });
        expect(error.message).toContain(body?.message);
        expect(error.requestId).toBe(headers['x-amzn-requestid']);
      },
    );
  },
);
