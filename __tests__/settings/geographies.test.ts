import { describe, expect, it } from 'vitest';
import { inferenceProfileIds } from '../../src/settings/geographies.ts';

const model = 'anthropic.claude-opus-4-8';

describe('inferenceProfileIds', () => {
  it.each([
    ['us-east-1', ['us', 'global']],
    ['us-west-2', ['us', 'global']],
    ['ca-central-1', ['ca', 'us', 'global']],
    ['eu-west-3', ['eu', 'global']],
    ['il-central-1', ['eu', 'global']],
    ['ap-northeast-1', ['jp', 'apac', 'global']],
    ['ap-northeast-2', ['apac', 'global']],
    ['ap-southeast-2', ['au', 'apac', 'global']],
    ['ap-south-1', ['in', 'apac', 'global']],
    ['sa-east-1', ['global']],
    ['us-gov-west-1', ['us-gov']],
    ['cn-north-1', []],
    ['us-iso-east-1', []],
  ])('in %s have the geographies %j', (region, geographies) => {
    expect(inferenceProfileIds(model, region)).toEqual(geographies.map(name => `${name}.${model}`));
  });

  it.each([
    `eu.${model}`,
    `arn:aws:bedrock:us-east-1::foundation-model/${model}`,
    `arn:aws:bedrock:us-east-1:123456789012:inference-profile/eu.${model}`,
  ])('are of the model behind %s', modelId => {
    expect(inferenceProfileIds(modelId, 'us-east-1')).toEqual([`us.${model}`, `global.${model}`]);
  });

  it('are not known of an ARN that does not tell its model', () => {
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123def456';
    expect(inferenceProfileIds(arn, 'us-east-1')).toEqual([]);
  });
});
