import { describe, expect, it } from 'vitest';
import { converseRequestFaults, serviceModelMissing } from './aws-schema.ts';

const user = (...content: object[]) => ({ messages: [{ role: 'user', content }] });

describe('the check against AWS schemas', () => {
  it('accepts a plain request', () => {
    expect(converseRequestFaults({ ...user({ text: 'Hi' }), inferenceConfig: { maxTokens: 5 } })).toEqual([]);
  });

  it.each([
    ['an unknown member', { ...user({ text: 'Hi' }), toolchoice: {} }, '.toolchoice: not a member'],
    ['a wrong type', user({ text: 1 }), '.messages[0].content[0].text: expected a string'],
    ['a missing member', user({ image: { format: 'png' } }), '.messages[0].content[0].image: lacks source'],
    [
      'two members of a union',
      user({ text: 'a', cachePoint: { type: 'default' } }),
      '.messages[0].content[0]: a union with 2 members (text, cachePoint)',
    ],
    ['an empty union', user({}), '.messages[0].content[0]: a union with 0 members ()'],
    [
      'a value outside an enum',
      user({ cachePoint: { type: 'default', ttl: '2h' } }),
      '.messages[0].content[0].cachePoint.ttl: "2h" is not in the enum',
    ],
    [
      'bytes that are not base64',
      user({ image: { format: 'png', source: { bytes: 'a' } } }),
      '.messages[0].content[0].image.source.bytes: expected base64',
    ],
    ['a list that is none', { messages: {} }, '.messages: expected a list'],
    [
      'a wrong type in a list of strings',
      { ...user({ text: 'Hi' }), inferenceConfig: { stopSequences: [1] } },
      '.inferenceConfig.stopSequences[0]: expected a string',
    ],
    ['a map with wrong values', { requestMetadata: { team: 1 } }, '.requestMetadata.team: expected a string'],
  ])('finds %s', (_, body, fault) => {
    expect(converseRequestFaults(body)).toContain(fault);
  });

  it('knows the stream operation’s own member', () => {
    const body = { guardrailConfig: { streamProcessingMode: 'async' } };
    expect(converseRequestFaults(body, 'ConverseStream')).toEqual([]);
    expect(converseRequestFaults(body, 'Converse')).toEqual([
      '.guardrailConfig.streamProcessingMode: not a member',
    ]);
  });

  it.skipIf(serviceModelMissing)('checks lengths, ranges and patterns with the service model', () => {
    const body = {
      ...user({ toolUse: { toolUseId: 'a b', name: 'x'.repeat(65), input: {} } }),
      inferenceConfig: { maxTokens: 0 },
    };
    expect(converseRequestFaults(body)).toEqual([
      '.messages[0].content[0].toolUse.toolUseId: "a b" does not match [a-zA-Z0-9_.:-]+',
      '.messages[0].content[0].toolUse.name: 65 is more than 64',
      '.inferenceConfig.maxTokens: 0 is less than 1',
    ]);
  });
});
