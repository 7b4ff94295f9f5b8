import { NoSuchModelError } from '@ai-sdk/provider';
import { chatDefaults, createBedrock, type ModelFamily } from 'bedrock-ai-provider';
import { describe, expect, it } from 'vitest';
import { families } from '../../src/families/index.ts';
import { luma } from '../../src/families/luma.ts';
import { nova } from '../../src/families/nova.ts';
import { describeVideos, type VideoFacts } from './video-contract.ts';

const HD = { width: 1280, height: 720 };
const STATUS = 'video-generation-status.json';
const reel: Pick<VideoFacts, 'family' | 'seeds' | 'seedIn'> = {
  family: nova,
  seeds: [0, 2_147_483_646],
  seedIn: body => (body['videoGenerationConfig'] as { seed?: number }).seed,
};
const oneShot: Omit<VideoFacts, 'baseModel'> = {
  ...reel,
  call: { prompt: 'A lighthouse', fps: 24, resolution: '1280x720', aspectRatio: '16:9' },
  made: { ...HD, seconds: 6 },
  files: ['manifest.json', 'output.mp4', STATUS],
  maxPrompt: 512,
  durations: { taken: [6], refused: [5, 12.5] },
  image: { taken: [1280, 720], refused: [1280, 721] },
};

describeVideos({ ...oneShot, baseModel: 'amazon.nova-reel-v1:0' });
describeVideos({ ...oneShot, baseModel: 'amazon.nova-reel-v1:1' });
describeVideos({
  ...reel,
  baseModel: 'amazon.nova-reel-v1:1',
  options: { taskType: 'MULTI_SHOT_AUTOMATED' },
  call: { prompt: 'A day in the mountains', duration: 12 },
  made: { ...HD, seconds: 12 },
  files: ['manifest.json', 'output.mp4', 'shot_0001.mp4', 'shot_0002.mp4', STATUS],
  maxPrompt: 4000,
  durations: { taken: [18], refused: [6, 13, 126] },
});
describeVideos({
  ...reel,
  baseModel: 'amazon.nova-reel-v1:1',
  options: {
    taskType: 'MULTI_SHOT_MANUAL',
    shots: [{ text: 'A harbor at dawn', image: 's3://my-bucket/harbor.jpg' }, { text: 'A boat leaves' }],
  },
  call: {},
  made: { ...HD, seconds: 12 },
  files: ['manifest.json', 'output.mp4', 'shot_0001.mp4', 'shot_0002.mp4', STATUS],
  durations: { taken: [12], refused: [6, 18] },
});
describeVideos({
  family: luma,
  baseModel: 'luma.ray-v2:0',
  call: { prompt: 'A tiger walks in snow' },
  made: { ...HD, seconds: 5 },
  files: ['output.mp4'],
  maxPrompt: 5000,
  durations: { taken: [5, 9], refused: [6, 0] },
  image: { taken: [512, 4096], refused: [511, 512] },
});

describe('the registry', () => {
  it('has the families that make videos', () => {
    expect(families.filter(({ video }) => video !== undefined).map(({ name }) => name)).toEqual([
      'luma',
      'nova',
    ]);
  });

  it.each(['amazon.nova-lite-v1:0', 'anthropic.claude-sonnet-4-5', 'somebody.new-model'])(
    'knows that %s makes none',
    modelId => {
      expect(() => createBedrock().videoModel(modelId)).toThrow(NoSuchModelError);
      expect(() => createBedrock().video(modelId)).toThrow(/is not known to make videos/);
    },
  );

  it('asks for the model behind an ARN that does not tell it', () => {
    const arn = 'arn:aws:bedrock:us-west-2:123456789012:provisioned-model/abc123def456';
    expect(() => createBedrock().videoModel(arn)).toThrow(/baseModel/);
    expect(createBedrock().videoModel(arn, { family: 'luma' })).toMatchObject({ provider: 'bedrock.video' });
    expect(createBedrock().videoModel(arn, { family: 'nova' })).toMatchObject({ modelId: arn });
  });

  it('says which call reaches a model that does not chat', () => {
    expect(() => createBedrock()('luma.ray-v2:0')).toThrow(/use videoModel/);
  });

  it('takes a family of the caller', () => {
    const mine: ModelFamily = {
      name: 'acme',
      matches: baseModel => baseModel.startsWith('acme.'),
      chat: () => chatDefaults,
      video: () => ({
        plan: () => ({ warnings: [], body: () => ({}) }),
        file: 'film.mp4',
        mediaType: 'video/mp4',
      }),
    };
    expect(createBedrock({ families: [mine] }).videoModel('acme.film-1')).toMatchObject({
      modelId: 'acme.film-1',
    });
  });
});
