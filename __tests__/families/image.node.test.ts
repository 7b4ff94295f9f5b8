import { NoSuchModelError } from '@ai-sdk/provider';
import { chatDefaults, createBedrock, type ModelFamily } from 'bedrock-ai-provider';
import { describe, expect, it } from 'vitest';
import { families } from '../../src/families/index.ts';
import { nova } from '../../src/families/nova.ts';
import { stability } from '../../src/families/stability.ts';
import { titan } from '../../src/families/titan.ts';
import { describeImages, type ImageFacts } from './image-contract.ts';

const taskSeeds = [0, 2_147_483_646] as const;
const taskSeed: ImageFacts['seedIn'] = body => (body['imageGenerationConfig'] as { seed?: number }).seed;
const taskModel = { seeds: taskSeeds, seedIn: taskSeed, imagesPerCall: 5 } as const;

const canvas: Pick<ImageFacts, 'family' | 'baseModel'> = {
  family: nova,
  baseModel: 'amazon.nova-canvas-v1:0',
};
const titan1: Pick<ImageFacts, 'family' | 'baseModel'> = {
  family: titan,
  baseModel: 'amazon.titan-image-generator-v1',
};
const titan2: Pick<ImageFacts, 'family' | 'baseModel'> = {
  family: titan,
  baseModel: 'amazon.titan-image-generator-v2:0',
};
const PLAIN = { prompt: 'A lighthouse', size: '1024x1024' } as const;
const EDIT = { files: 1, size: '96x64' } as const;

for (const model of [canvas, titan1, titan2]) {
  describeImages({ ...model, ...taskModel, ...PLAIN });
  describeImages({
    ...model,
    ...taskModel,
    size: '1024x1024',
    files: 1,
    options: { taskType: 'IMAGE_VARIATION', similarityStrength: 0.5 },
  });
  describeImages({
    ...model,
    ...taskModel,
    ...EDIT,
    options: { taskType: 'INPAINTING', maskPrompt: 'the dog' },
  });
  describeImages({
    ...model,
    ...taskModel,
    ...EDIT,
    prompt: 'A garden',
    mask: true,
    options: { taskType: 'OUTPAINTING', outPaintingMode: 'PRECISE' },
  });
}
for (const model of [canvas, titan2]) {
  describeImages({
    ...model,
    ...taskModel,
    ...PLAIN,
    files: 1,
    filesMayLack: true,
    options: { taskType: 'TEXT_IMAGE', controlMode: 'SEGMENTATION', controlStrength: 0.4 },
  });
  describeImages({
    ...model,
    ...taskModel,
    ...PLAIN,
    options: { taskType: 'COLOR_GUIDED_GENERATION', colors: ['#ff9900', '#00AAFF'] },
  });
  describeImages({ ...model, ...EDIT, imagesPerCall: 1, options: { taskType: 'BACKGROUND_REMOVAL' } });
}
describeImages({
  ...canvas,
  ...taskModel,
  files: 2,
  size: '96x64',
  options: { taskType: 'VIRTUAL_TRY_ON', garmentBasedMask: { garmentClass: 'UPPER_BODY' } },
});

const draws = { family: stability, ...PLAIN, imagesPerCall: 1 } as const;
const edits = { family: stability, ...EDIT, imagesPerCall: 1, seeds: [0, 4_294_967_294] } as const;
describeImages({ ...draws, baseModel: 'stability.sd3-large-v1:0', seeds: [0, 4_294_967_294] });
describeImages({ ...draws, baseModel: 'stability.sd3-5-large-v1:0', seeds: [0, 4_294_967_294] });
describeImages({
  ...edits,
  baseModel: 'stability.sd3-5-large-v1:0',
  prompt: 'Night',
  filesMayLack: true,
  options: { strength: 0.6 },
});
describeImages({ ...draws, baseModel: 'stability.sd4-huge-v1:0', seeds: [0, 4_294_967_294] });
describeImages({ ...draws, baseModel: 'stability.stable-image-ultra-v1:1', seeds: [0, 4_294_967_295] });
describeImages({ ...draws, baseModel: 'stability.stable-image-core-v1:0', seeds: [0, 4_294_967_295] });
describeImages({ ...draws, baseModel: 'stability.stable-diffusion-xl-v1', seeds: [0, 4_294_967_295] });
describeImages({ ...draws, baseModel: 'stability.stable-diffusion-xl-v0', seeds: [0, 4_294_967_295] });

const services: Readonly<Record<string, Partial<ImageFacts>>> = {
  'stable-creative-upscale': { prompt: 'Sharp', size: '384x256', options: { creativity: 0.1 } },
  'stable-conservative-upscale': { prompt: 'Sharp', size: '384x256', options: { creativity: 0.5 } },
  'stable-image-inpaint': { prompt: 'A red car', mask: true, options: { growMask: 0 } },
  'stable-outpaint': { size: '396x64', options: { left: 100, right: 200, up: 0, creativity: 1 } },
  'stable-image-search-recolor': { prompt: 'Yellow', options: { selectPrompt: 'jacket' } },
  'stable-image-search-replace': { prompt: 'A dog', options: { searchPrompt: 'cat' } },
  'stable-image-erase-object': { mask: true, options: { growMask: 20 } },
  'stable-image-control-sketch': { prompt: 'A castle', options: { controlStrength: 0 } },
  'stable-image-control-structure': { prompt: 'A castle', options: { controlStrength: 1 } },
  'stable-image-style-guide': { prompt: 'A harbor', size: '1024x1024', options: { fidelity: 0.5 } },
  'stable-style-transfer': {
    files: 2,
    options: { compositionFidelity: 0, styleStrength: 1, changeStrength: 0.1, negativePrompt: 'Fog' },
  },
};
for (const [name, facts] of Object.entries(services)) {
  describeImages({ ...edits, ...facts, baseModel: `stability.${name}-v1:0` });
}
for (const [name, size] of [
  ['stable-fast-upscale', '384x256'],
  ['stable-image-remove-background', '96x64'],
] as const) {
  describeImages({ ...EDIT, family: stability, imagesPerCall: 1, size, baseModel: `stability.${name}-v1:0` });
}

/** What a user may write. */
const acme: ModelFamily = {
  name: 'acme',
  matches: baseModel => baseModel.includes('acme'),
  chat: () => chatDefaults,
  image: () => stability.image?.('stability.sd3-5-large-v1:0'),
};
describeImages({ ...draws, family: acme, baseModel: 'stability.acme-v1', seeds: [0, 4_294_967_294] });

describe('the image rules of the families', () => {
  it('are tested for every family that has some', () => {
    expect(families.filter(({ image }) => image !== undefined)).toEqual([nova, stability, titan]);
  });

  it.each(['amazon.nova-lite-v1:0', 'amazon.titan-embed-text-v2:0', 'anthropic.claude-opus-4-8'])(
    'say at once that %s makes no images',
    modelId => {
      expect(() => createBedrock().imageModel(modelId)).toThrow(NoSuchModelError);
      expect(() => createBedrock().imageModel(modelId)).toThrow(`${modelId} is not known to make images`);
    },
  );

  it('ask for the model of an ARN that does not tell it', () => {
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123def456';
    const { imageModel } = createBedrock();
    expect(() => imageModel(arn)).toThrow('does not tell its model');
    for (const family of ['nova', 'titan', 'stability']) {
      expect(imageModel(arn, { family })).toMatchObject({ modelId: arn, supportsFileInputs: true });
    }
  });
});
