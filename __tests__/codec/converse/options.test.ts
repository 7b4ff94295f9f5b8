import { InvalidArgumentError, type JSONObject, type SharedV4ProviderOptions } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import type {
  BedrockFilePartOptions,
  BedrockLanguageModelOptions,
  BedrockSystemMessageOptions,
  BedrockTextPartOptions,
  BedrockToolOptions,
  BedrockToolResultContentOptions,
} from '../../../src/codec/converse/options.ts';
import { functionTool, planOf, user } from '../../support/converse-plan.ts';

function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (InvalidArgumentError.isInstance(error)) return error.message;
    throw error;
  }
  return 'no error';
}

const withOptions = (bedrock: JSONObject) => messageOf(() => planOf({ providerOptions: { bedrock } }));

describe('a wrong option is an error that names it', () => {
  it.each<[string, JSONObject, string]>([
    [
      'a word',
      { serviceTier: 'fast' },
      'serviceTier: expected one of "default", "priority", "flex", "reserved", got "fast"',
    ],
    ['null', { performanceConfig: null }, 'performanceConfig: expected object, got null'],
    ['a type', { anthropicBeta: 'x' }, 'anthropicBeta: expected array, got "x"'],
    [
      'a nested word',
      { guardrailConfig: { trace: 'on' } },
      'guardrailConfig.trace: expected one of "enabled", "disabled", "enabled_full", got "on"',
    ],
    [
      'a nested member that is misspelled',
      { guardrailConfig: { guardrailID: 'g' } },
      'guardrailConfig: unknown member "guardrailID"; expected "guardrailIdentifier", "guardrailVersion", "trace", "streamProcessingMode"',
    ],
    [
      'one of several forms',
      { promptCaching: true },
      'promptCaching: expected "auto", "off" or { ttl: "5m" | "1h" }, got true',
    ],
    ['an entry', { promptVariables: { a: 1 } }, 'promptVariables.a: expected a string or { text }, got 1'],
    [
      'a label',
      { requestMetadata: { team: 'a!' } },
      'requestMetadata.team: may only hold letters, digits, white space and : _ @ $ # = / + , - .',
    ],
    [
      'a label’s key',
      { requestMetadata: { 'a!': '' } },
      'requestMetadata.a!: the key may only hold letters, digits, white space and : _ @ $ # = / + , - .',
    ],
    [
      'an item',
      { additionalModelResponseFieldPaths: ['/a', ''] },
      'additionalModelResponseFieldPaths[1]: Too small: expected string to have >=1 characters, got ""',
    ],
  ])('%s', (_, options, message) => {
    expect(withOptions(options)).toBe(`providerOptions.bedrock.${message}`);
  });

  it('too many paths', () => {
    const additionalModelResponseFieldPaths = Array.from({ length: 11 }, (_, index) => `/${index}`);
    expect(withOptions({ additionalModelResponseFieldPaths })).toBe(
      'providerOptions.bedrock.additionalModelResponseFieldPaths: Too big: expected array to have <=10 items, got an array of 11',
    );
  });

  it('too many labels', () => {
    const requestMetadata = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, 'v']));
    expect(withOptions({ requestMetadata })).toBe(
      'providerOptions.bedrock.requestMetadata: expected at most 16 entries',
    );
  });

  it('a long value is not repeated in the message, as it may be anything', () => {
    expect(withOptions({ serviceTier: 'x'.repeat(100) })).toMatch(/got a string$/);
  });

  it('names the message and part that carry it', () => {
    const prompt = [
      { role: 'system' as const, content: 'S' },
      {
        role: 'user' as const,
        content: [
          { type: 'text' as const, text: 'a' },
          {
            type: 'text' as const,
            text: 'b',
            providerOptions: { amazonBedrock: { cachePoint: { ttl: '2h' } } },
          },
        ],
      },
    ];
    expect(messageOf(() => planOf({ prompt }))).toBe(
      'prompt[1].content[1].providerOptions.amazonBedrock.cachePoint: ' +
        'expected true or { type: "default", ttl?: "5m" | "1h" }, got an object',
    );
  });

  it('names the message that carries it', () => {
    const prompt = [
      { role: 'system' as const, content: 'S', providerOptions: { bedrock: { cachePoint: 'yes' } } },
    ];
    expect(messageOf(() => planOf({ prompt }))).toMatch(
      /^prompt\[0\]\.providerOptions\.bedrock\.cachePoint: /,
    );
  });

  it('names the tool that carries it', () => {
    const tool = functionTool('look', { providerOptions: { bedrock: { cachePoint: 1 } } });
    expect(messageOf(() => planOf({ tools: [tool] }))).toMatch(
      /^tools\.look\.providerOptions\.bedrock\.cachePoint: /,
    );
  });

  it('checks the account of an S3 bucket', () => {
    const file = {
      type: 'file' as const,
      mediaType: 'image/png',
      data: { type: 'url' as const, url: new URL('s3://bucket/a.png') },
      providerOptions: { bedrock: { bucketOwner: '12' } },
    };
    expect(messageOf(() => planOf({ prompt: [{ role: 'user', content: [file] }] }))).toBe(
      'prompt[0].content[0].providerOptions.bedrock.bucketOwner: expected an AWS account id of 12 digits',
    );
  });
});

describe('where options are read', () => {
  it('members of other features pass', () => {
    expect(withOptions({ priority: 3, queueTimeoutMs: 'soon' })).toBe('no error');
  });

  it('options under the official provider’s name count', () => {
    const { body } = planOf({ providerOptions: { amazonBedrock: { serviceTier: 'flex' } } });
    expect(body.serviceTier).toEqual({ type: 'flex' });
  });

  it('`bedrock` wins over `amazonBedrock` as a whole', () => {
    const { body } = planOf({
      providerOptions: { bedrock: {}, amazonBedrock: { serviceTier: 'flex' } },
    });
    expect(body.serviceTier).toBeUndefined();
  });

  it('options of other providers say nothing', () => {
    const { body } = planOf({
      prompt: user('Hi'),
      providerOptions: { anthropic: { serviceTier: 'flex' } },
    });
    expect(body).toEqual({ messages: [{ role: 'user', content: [{ text: 'Hi' }] }] });
  });

  it('the types fit into the SDK’s provider options', () => {
    const all: SharedV4ProviderOptions[] = [
      {
        bedrock: {
          serviceTier: 'flex',
          reasoningConfig: { type: 'adaptive' },
        } satisfies BedrockLanguageModelOptions,
      },
      { bedrock: { cachePoint: true, toolAddition: [{ name: 'a' }] } satisfies BedrockSystemMessageOptions },
      { bedrock: { guardContent: true } satisfies BedrockTextPartOptions },
      { bedrock: { citations: { enabled: true } } satisfies BedrockFilePartOptions },
      { bedrock: { cachePoint: { ttl: '1h' } } satisfies BedrockToolOptions },
      { bedrock: { json: { a: 1 } } satisfies BedrockToolResultContentOptions },
    ];
    const typed: BedrockLanguageModelOptions = { guardrailConfig: { trace: 'enabled' } };
    const viaVariable: SharedV4ProviderOptions = { bedrock: typed };
    expect([...all, viaVariable]).toHaveLength(7);
  });
});
