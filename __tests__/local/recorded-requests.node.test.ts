import { describe, expect, it } from 'vitest';
import { isKnownModel } from '../../src/local/models.ts';
import { converseRulesError } from '../../src/local/validation/converse-rules.ts';
import { converseShape, converseStreamShape } from '../../src/local/validation/converse-shapes.ts';
import { serviceError } from '../../src/local/validation/service-words.ts';
import { compare } from '../../src/local/validation/shape.ts';
import { listShared, readSharedJson, sharedDataMissing } from '../support/shared-data.ts';

interface Exchange {
  request: { path: string; body: unknown };
  response: { status: number };
}

/** Requests that AWS accepted and the local Bedrock refuses, each for a reason. */
const REFUSED: Readonly<Record<string, string>> = {
  // The recording says the format as a media type; AWS's documentation and SDKs do not have it.
  'Converse/us.amazon.nova-pro-v1-0__pydantic-ai__test-video-url-input-1.json':
    "at 'messages.1.member.content.2.member.video.format'",
  // Two user messages in a row: some models take them, Claude's refusal is the documented rule.
  'ConverseStream/amazon.titan-text-express-v1__openllmetry__test-guardrail-converse-stream.json':
    'must alternate between user and assistant',
};

const accepted = (sharedDataMissing ? [] : ['Converse', 'ConverseStream'])
  .flatMap(operation => listShared(`recorded/${operation}`))
  .map(path => ({ name: path.slice('recorded/'.length), exchange: readSharedJson<Exchange>(path) }))
  // A few recordings have lost their body to redaction.
  .filter(({ exchange }) => exchange.response.status === 200 && typeof exchange.request.body === 'object');

describe.skipIf(sharedDataMissing)(
  `requests that AWS accepted${sharedDataMissing ? `: ${sharedDataMissing}` : ''}`,
  () => {
    it('are many', () => expect(accepted.length).toBeGreaterThan(200));

    it.each(accepted)('$name is accepted here', ({ name, exchange }) => {
      const body = exchange.request.body as Parameters<typeof compare>[1];
      const modelId = decodeURIComponent(exchange.request.path.split('/')[2] ?? '');
      const findings = compare(name.startsWith('ConverseStream') ? converseStreamShape : converseShape, body);
      const error = serviceError(findings) ?? converseRulesError(body as object, modelId);
      const reason = REFUSED[name];
      if (reason === undefined) expect(error?.message).toBeUndefined();
      else expect(error?.message).toContain(reason);
      expect(findings.unknownMembers).toEqual([]);
    });

    it.each([
      ...new Set(
        accepted.map(({ exchange }) => decodeURIComponent(exchange.request.path.split('/')[2] ?? '')),
      ),
    ])('the model %s exists', modelId => expect(isKnownModel(modelId)).toBe(true));
  },
);
