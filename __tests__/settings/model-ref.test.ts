import { InvalidArgumentError } from '@ai-sdk/provider';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyModelSettings,
  encodePathLabel,
  encodeRfc3986,
  type ModelRef,
  parseModelRef,
} from '../../src/settings/model-ref.ts';
import type { BedrockModelSettings } from '../../src/settings/settings.ts';

const account = 'arn:aws:bedrock:eu-west-1:123456789012:';

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('parseModelRef', () => {
  it.each([
    'anthropic.claude-sonnet-4-5-20250929-v1:0',
    'amazon.nova-lite-v1:0',
    'minimax.minimax-m2.5',
    'deepseek.v3.2',
    'moonshotai.kimi-k2.5',
    'zai.glm-4.7-flash',
    'openai.gpt-5.6-luna',
    'ai21.jamba-1-5-large-v1:0',
    'newvendor.some-model',
  ])('takes %s for a base model', id => {
    expect(parseModelRef(id)).toEqual({ id, address: 'model', baseModel: id });
  });

  it.each([
    ['us.anthropic.claude-opus-4-6-v1', 'us', 'anthropic.claude-opus-4-6-v1'],
    ['us-gov.openai.gpt-oss-20b-1:0', 'us-gov', 'openai.gpt-oss-20b-1:0'],
    ['global.xai.grok-4.6', 'global', 'xai.grok-4.6'],
    ['eu.deepseek.v3.2', 'eu', 'deepseek.v3.2'],
    ['eu.new-vendor.model', 'eu', 'new-vendor.model'],
    // Geographies that nobody has seen yet.
    ['kr.anthropic.claude-opus-4-6-v1', 'kr', 'anthropic.claude-opus-4-6-v1'],
    ['latam.amazon.nova-lite-v1:0', 'latam', 'amazon.nova-lite-v1:0'],
    ['xx.ai21.jamba-1-5-mini-v1:0', 'xx', 'ai21.jamba-1-5-mini-v1:0'],
  ])('takes %s for an inference profile', (id, geography, baseModel) => {
    expect(parseModelRef(id)).toEqual({ id, address: 'inference-profile', geography, baseModel });
  });

  it.each([
    ['anthropic.claude-3-haiku-20240307-v1:0:200k', 'anthropic.claude-3-haiku-20240307-v1:0'],
    ['anthropic.claude-v2:1:18k', 'anthropic.claude-v2:1'],
    ['amazon.nova-lite-v1:0:24k', 'amazon.nova-lite-v1:0'],
    ['us.amazon.nova-premier-v1:0:mm', 'amazon.nova-premier-v1:0'],
  ])('keeps the context length in the id %s and not in the base model', (id, baseModel) => {
    expect(parseModelRef(id)).toMatchObject({ id, baseModel });
  });

  it.each(['my-provisioned-model', 'abcdefghijkl', 'us', 'arn'])('does not guess what %s is', id => {
    expect(parseModelRef(id)).toEqual({ id, address: 'model' });
  });

  it.each([
    [
      'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0',
      { address: 'foundation-model-arn', baseModel: 'amazon.nova-lite-v1:0' },
    ],
    [
      'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0:24k',
      { address: 'foundation-model-arn', baseModel: 'amazon.nova-lite-v1:0' },
    ],
    [
      `${account}inference-profile/eu.anthropic.claude-sonnet-4-20250514-v1:0`,
      {
        address: 'inference-profile-arn',
        geography: 'eu',
        baseModel: 'anthropic.claude-sonnet-4-20250514-v1:0',
      },
    ],
    [
      `${account}custom-model/amazon.nova-lite-v1:0:300k/abcdefghijkl`,
      { address: 'custom-model-arn', baseModel: 'amazon.nova-lite-v1:0' },
    ],
  ])('reads the base model out of %s', (id, expected) => {
    const { address, geography, baseModel } = parseModelRef(id);
    expect({ address, geography, baseModel }).toEqual({ geography: undefined, ...expected });
  });

  it.each([
    [`${account}application-inference-profile/abcdefghijkl`, 'application-inference-profile-arn'],
    [`${account}inference-profile/abcdefghijkl`, 'inference-profile-arn'],
    [`${account}provisioned-model/abcdefghijkl`, 'provisioned-model-arn'],
    [`${account}custom-model/imported/abcdefghijkl`, 'custom-model-arn'],
    [`${account}custom-model-deployment/abcdefghijkl`, 'custom-model-deployment-arn'],
    [`${account}imported-model/abcdefghijkl`, 'imported-model-arn'],
    [`${account}prompt/ABCDEFGHIJ:3`, 'prompt-arn'],
    [`${account}prompt-router/my.router:1`, 'prompt-router-arn'],
    [`${account}default-prompt-router/anthropic.claude:1`, 'prompt-router-arn'],
    ['arn:aws:sagemaker:us-east-1:123456789012:endpoint/my-endpoint', 'sagemaker-endpoint-arn'],
    [`${account}something-new/us.amazon.nova-lite-v1:0`, 'unknown-arn'],
    [`${account}nothing-but-a-name`, 'unknown-arn'],
    ['arn:aws:lambda:us-east-1:123456789012:prompt/x', 'unknown-arn'],
    [`${account}constructor/x`, 'unknown-arn'],
  ])('sees no base model in %s', (id, address) => {
    const ref = parseModelRef(id);
    expect(ref).toMatchObject({ id, address });
    expect(ref.baseModel).toBeUndefined();
    expect(ref.geography).toBeUndefined();
  });

  it('takes an ARN apart', () => {
    const id = 'arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:prompt/ABCDEFGHIJ:3';
    expect(parseModelRef(id).arn).toEqual({
      partition: 'aws-us-gov',
      service: 'bedrock',
      region: 'us-gov-west-1',
      accountId: '123456789012',
      resource: 'prompt/ABCDEFGHIJ:3',
    });
  });

  it.each([
    '',
    ' ',
    '\t\n',
    ' amazon.nova-lite-v1:0',
    'amazon.nova-lite-v1:0\n',
    'amazon.nova lite',
    'modèle',
    '.',
    '..',
  ])('refuses %j', id => {
    const error = errorOf(() => parseModelRef(id));
    expect(InvalidArgumentError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ argument: 'modelId' });
  });

  it.each([undefined, null, 42, {}])('refuses %j, which is no string', id => {
    const error = errorOf(() => parseModelRef(id as never));
    expect(InvalidArgumentError.isInstance(error)).toBe(true);
    expect((error as Error).message).toContain('must be a string');
  });

  it.each(['arn:aws:bedrock:us-east-1', 'arn:', 'arn:aws:bedrock:us-east-1:123456789012:'])(
    'refuses the incomplete ARN %s',
    id => {
      expect((errorOf(() => parseModelRef(id)) as Error).message).toContain('whole ARN');
    },
  );

  it('takes any visible characters without changing the id', () => {
    const ids = fc.stringMatching(/^[\x21-\x7e]{1,60}$/).filter(id => !/^(arn:.*|\.\.?)$/.test(id));
    fc.assert(
      fc.property(ids, id => {
        const { id: kept, baseModel, geography } = parseModelRef(id);
        expect(kept).toBe(id);
        if (baseModel !== undefined)
          expect(id.startsWith(geography ? `${geography}.${baseModel}` : baseModel)).toBe(true);
      }),
    );
  });
});

describe('applyModelSettings', () => {
  const apply = (id: string, settings: BedrockModelSettings) =>
    applyModelSettings(parseModelRef(id), settings);
  const profileArn = `${account}application-inference-profile/abcdefghijkl`;

  it('changes nothing without settings', () => {
    const ref: ModelRef = parseModelRef('amazon.nova-lite-v1:0');
    expect(applyModelSettings(ref, {})).toEqual({ ref });
  });

  it('puts a geography before a plain model id', () => {
    expect(apply('amazon.nova-lite-v1:0', { inferenceProfile: 'eu' }).ref).toEqual({
      id: 'eu.amazon.nova-lite-v1:0',
      address: 'inference-profile',
      geography: 'eu',
      baseModel: 'amazon.nova-lite-v1:0',
    });
  });

  it('takes a geography that nobody has seen yet', () => {
    const { ref } = apply('new-vendor.model', { inferenceProfile: 'latam' });
    expect(ref).toMatchObject({
      id: 'latam.new-vendor.model',
      geography: 'latam',
      baseModel: 'new-vendor.model',
    });
  });

  it('leaves an id alone that has the geography already', () => {
    expect(apply('eu.amazon.nova-lite-v1:0', { inferenceProfile: 'eu' }).ref.id).toBe(
      'eu.amazon.nova-lite-v1:0',
    );
  });

  it('calls a profile ARN while the model stays the base model, in the Region of the ARN', () => {
    const { ref, region } = apply('amazon.nova-lite-v1:0', { inferenceProfile: profileArn });
    expect(ref).toMatchObject({
      id: profileArn,
      address: 'application-inference-profile-arn',
      baseModel: 'amazon.nova-lite-v1:0',
      arn: { region: 'eu-west-1' },
    });
    expect(region).toBe('eu-west-1');
  });

  it('calls the bare id of an application inference profile', () => {
    const { ref } = apply('amazon.nova-lite-v1:0', { inferenceProfile: 'abcdefghijkl' });
    expect(ref).toEqual({ id: 'abcdefghijkl', address: 'model', baseModel: 'amazon.nova-lite-v1:0' });
  });

  it('gives an opaque ARN its base model', () => {
    const { ref } = apply(profileArn, { baseModel: 'eu.amazon.nova-lite-v1:0' });
    expect(ref).toMatchObject({ id: profileArn, baseModel: 'amazon.nova-lite-v1:0' });
  });

  it('gives the Region of the setting before that of the ARN', () => {
    expect(apply(profileArn, { region: 'us-east-1' }).region).toBe('us-east-1');
  });

  it('gives no Region for an ARN that has none', () => {
    expect(apply('arn:aws:bedrock:::foundation-model/amazon.nova-lite-v1:0', {}).region).toBeUndefined();
  });

  it.each<[BedrockModelSettings, string | undefined]>([
    [{}, undefined],
    [{ family: 'mistral' }, 'mistral'],
    [{ modelFamily: 'anthropic' }, 'claude'],
    [{ modelFamily: 'mistral' }, 'mistral'],
    [{ family: 'claude', modelFamily: 'anthropic' }, 'claude'],
  ])('reads the family of %j', (settings, familyName) => {
    expect(apply(profileArn, settings).familyName).toBe(familyName);
  });

  it.each<[string, BedrockModelSettings, string]>([
    ['amazon.nova-lite-v1:0', { baseModel: 'amazon.nova-pro-v1:0' }, 'baseModel'],
    ['amazon.nova-lite-v1:0', { baseModel: '' }, 'baseModel'],
    [profileArn, { baseModel: 'no-vendor' }, 'baseModel'],
    [profileArn, { baseModel: profileArn }, 'baseModel'],
    ['us.amazon.nova-lite-v1:0', { inferenceProfile: 'eu' }, 'inferenceProfile'],
    [profileArn, { inferenceProfile: 'eu' }, 'inferenceProfile'],
    ['my-provisioned-model', { inferenceProfile: 'eu' }, 'inferenceProfile'],
    ['us.amazon.nova-lite-v1:0', { inferenceProfile: profileArn }, 'inferenceProfile'],
    ['amazon.nova-lite-v1:0', { inferenceProfile: 'us.amazon.nova-pro-v1:0' }, 'inferenceProfile'],
    ['amazon.nova-lite-v1:0', { inferenceProfile: ' ' }, 'inferenceProfile'],
    [profileArn, { family: 'mistral', modelFamily: 'anthropic' }, 'modelFamily'],
  ])('refuses %s with %j and names the setting', (id, settings, argument) => {
    const error = errorOf(() => apply(id, settings));
    expect(InvalidArgumentError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ argument });
  });
});

describe('encodePathLabel', () => {
  it('encodes the whole ARN as one segment', () => {
    expect(encodePathLabel('arn:aws:bedrock:eu-west-1:1:application-inference-profile/ab')).toBe(
      'arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Aapplication-inference-profile%2Fab',
    );
  });

  it('leaves only the unreserved characters of RFC 3986', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: 'binary' }).filter(label => !/^\.\.?$/.test(label)),
        label => {
          const encoded = encodePathLabel(label);
          expect(encoded).toMatch(/^(?:[\w.~-]|%[0-9A-F]{2})+$/);
          expect(decodeURIComponent(encoded)).toBe(label);
          // URLs normalize paths; a label must come out of that as it went in.
          expect(new URL(`https://host/model/${encoded}/converse`).pathname).toBe(
            `/model/${encoded}/converse`,
          );
        },
      ),
    );
  });

  it.each(['', '.', '..'])('refuses %j, which would vanish from the path', label => {
    expect(InvalidArgumentError.isInstance(errorOf(() => encodePathLabel(label)))).toBe(true);
  });

  it('replaces half a surrogate pair instead of failing', () => {
    expect(encodeRfc3986('a\ud800')).toBe('a%EF%BF%BD');
  });
});
