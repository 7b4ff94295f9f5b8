import type { AmazonBedrockImageModelOptions } from '@ai-sdk/amazon-bedrock';
import { type ImageModelV4CallOptions, InvalidArgumentError, type JSONObject } from '@ai-sdk/provider';
import { createProviderRegistry, generateImage } from 'ai';
import { BedrockError, type BedrockImageModelOptions, createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock, LOCAL_API_KEY } from 'bedrock-ai-provider/local';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { imageCall, pngFile, sizeOf } from '../support/pictures.ts';
import { errorOf, jsonResponse } from '../support/replies.ts';

const CANVAS = 'amazon.nova-canvas-v1:0';
const TITAN = 'amazon.titan-image-generator-v2:0';
const SD35 = 'stability.sd3-5-large-v1:0';
const CORE = 'stability.stable-image-core-v1:1';
const XL = 'stability.stable-diffusion-xl-v1';
const PNG = 'iVBORw0KGgo=';

/** A model whose calls are answered in turn, and the bodies that it sent. */
function modelAnswering(modelId: string, ...replies: readonly unknown[]) {
  const sent: JSONObject[] = [];
  const bedrock = createBedrock({
    region: 'us-west-2',
    apiKey: 'key',
    fetch: async (_, init) => {
      const body = init?.body;
      sent.push(JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array)));
      return jsonResponse(replies[sent.length - 1]);
    },
  });
  return { model: bedrock.imageModel(modelId), sent };
}

const drawn = (more: Partial<ImageModelV4CallOptions> = {}): ImageModelV4CallOptions => ({
  ...imageCall,
  prompt: 'A lighthouse',
  ...more,
});

describe('generateImage of the AI SDK', () => {
  it.each([CANVAS, `us.${SD35}`])('draws with %s, through the provider and a registry', async modelId => {
    const bedrock = createBedrock(createLocalBedrock().settings);
    const registry = createProviderRegistry({ bedrock });
    for (const model of [
      bedrock.imageModel(modelId),
      bedrock.image(modelId),
      registry.imageModel(`bedrock:${modelId}`),
    ]) {
      const { image, warnings } = await generateImage({ model, prompt: 'A lighthouse', seed: 0 });
      expect(image.mediaType).toBe('image/png');
      expect(sizeOf(image.uint8Array)).toBe('1024x1024');
      expect(warnings).toEqual([]);
    }
  });

  it('edits an image with a mask', async () => {
    const local = createLocalBedrock({ strict: true });
    const model = createBedrock(local.settings).imageModel('us.stability.stable-image-inpaint-v1:0');
    const file = await pngFile(128, 80);
    const data = file.type === 'file' ? file.data : '';
    const { image } = await generateImage({ model, prompt: { text: 'A cat', images: [data], mask: data } });
    expect(sizeOf(image.uint8Array)).toBe('128x80');
  });

  it('makes different images of one seed, with what the model says of each', async () => {
    const local = createLocalBedrock();
    const model = createBedrock(local.settings).imageModel(CORE);
    const { images, providerMetadata } = await generateImage({ model, prompt: 'A cat', n: 3, seed: 5 });
    expect(new Set(images.map(({ base64 }) => base64)).size).toBe(3);
    expect(providerMetadata['bedrock']).toEqual({ images: [{ seed: 5 }, { seed: 6 }, { seed: 7 }] });
  });

  it('works with an API key', async () => {
    const local = createLocalBedrock();
    const bedrock = createBedrock({ region: 'us-east-1', apiKey: LOCAL_API_KEY, fetch: local.fetch });
    await generateImage({ model: bedrock.imageModel(CANVAS), prompt: 'A cat', size: '320x320' });
    expect(local.requests).toMatchObject([{ authentication: 'bearer', status: 200 }]);
  });

  it('is tried again when it is throttled, and not when it is filtered', async () => {
    const local = createLocalBedrock();
    local.enqueue({ error: { name: 'ThrottlingException', headers: { 'retry-after-ms': '1' } } });
    local.enqueue(Response.json({ finish_reasons: ['Filter reason: prompt'] }));
    const model = createBedrock(local.settings).imageModel(SD35);
    const error = await errorOf(generateImage({ model, prompt: 'A cat' }));
    expect(local.requests).toHaveLength(2);
    expect(String(error)).toContain('ContentFiltered: Filter reason: prompt.');
  });
});

describe('the bodies of an image model', () => {
  it.each<[string, string, Partial<ImageModelV4CallOptions>, JSONObject]>([
    [
      'text to image of Nova Canvas',
      CANVAS,
      {
        n: 2,
        size: '1280x720',
        seed: 0,
        providerOptions: {
          amazonBedrock: {
            quality: 'premium',
            cfgScale: 6.5,
            negativeText: 'people',
            style: 'DESIGN_SKETCH',
          },
        },
      },
      {
        taskType: 'TEXT_IMAGE',
        textToImageParams: { text: 'A lighthouse', negativeText: 'people', style: 'DESIGN_SKETCH' },
        imageGenerationConfig: {
          numberOfImages: 2,
          width: 1280,
          height: 720,
          quality: 'premium',
          cfgScale: 6.5,
          seed: 0,
        },
      },
    ],
    [
      'colors',
      TITAN,
      { providerOptions: { bedrock: { colors: ['#ff9900'] } } },
      {
        taskType: 'COLOR_GUIDED_GENERATION',
        colorGuidedGenerationParams: { text: 'A lighthouse', colors: ['#ff9900'] },
        imageGenerationConfig: { numberOfImages: 1 },
      },
    ],
    [
      'a ratio of Stability AI',
      SD35,
      { aspectRatio: '32:18', seed: 0, providerOptions: { bedrock: { outputFormat: 'webp' } } },
      { prompt: 'A lighthouse', aspect_ratio: '16:9', seed: 0, output_format: 'webp' },
    ],
    [
      'Stable Diffusion XL',
      XL,
      {
        size: '1152x896',
        seed: 0,
        providerOptions: {
          bedrock: {
            negativePrompt: 'people',
            cfgScale: 7,
            steps: 30,
            stylePreset: 'anime',
            sampler: 'DDIM',
          },
        },
      },
      {
        text_prompts: [{ text: 'A lighthouse' }, { text: 'people', weight: -1 }],
        width: 1152,
        height: 896,
        seed: 0,
        cfg_scale: 7,
        steps: 30,
        style_preset: 'anime',
        sampler: 'DDIM',
      },
    ],
  ])('are those of %s', async (_, modelId, options, body) => {
    const { model, sent } = modelAnswering(modelId, {
      images: [PNG],
      artifacts: [{ base64: PNG, finishReason: 'SUCCESS' }],
    });
    await model.doGenerate(drawn(options));
    expect(sent).toEqual([body]);
  });

  const files = [{ type: 'file' as const, mediaType: 'image/png', data: PNG }];
  const mask = { type: 'file' as const, mediaType: 'image/png', data: 'iVBORw0KGgoM' };

  it.each<[string, string, Partial<ImageModelV4CallOptions>, JSONObject]>([
    [
      'IMAGE_VARIATION from files alone',
      CANVAS,
      { files },
      {
        taskType: 'IMAGE_VARIATION',
        imageVariationParams: { text: 'A lighthouse', images: [PNG] },
        imageGenerationConfig: { numberOfImages: 1 },
      },
    ],
    [
      'INPAINTING from a mask',
      CANVAS,
      { files, mask, prompt: undefined },
      {
        taskType: 'INPAINTING',
        inPaintingParams: { image: PNG, maskImage: mask.data },
        imageGenerationConfig: { numberOfImages: 1 },
      },
    ],
    [
      'OUTPAINTING from its mode',
      CANVAS,
      { files, providerOptions: { bedrock: { maskPrompt: 'the dog', outPaintingMode: 'DEFAULT' } } },
      {
        taskType: 'OUTPAINTING',
        outPaintingParams: {
          text: 'A lighthouse',
          image: PNG,
          maskPrompt: 'the dog',
          outPaintingMode: 'DEFAULT',
        },
        imageGenerationConfig: { numberOfImages: 1 },
      },
    ],
    [
      'TEXT_IMAGE from a control mode',
      TITAN,
      { files, providerOptions: { bedrock: { controlMode: 'CANNY_EDGE' } } },
      {
        taskType: 'TEXT_IMAGE',
        textToImageParams: { text: 'A lighthouse', conditionImage: PNG, controlMode: 'CANNY_EDGE' },
        imageGenerationConfig: { numberOfImages: 1 },
      },
    ],
    [
      'VIRTUAL_TRY_ON with a mask of the caller',
      CANVAS,
      {
        files: [...files, ...files],
        mask,
        prompt: undefined,
        providerOptions: {
          bedrock: {
            taskType: 'VIRTUAL_TRY_ON',
            mergeStyle: 'BALANCED',
            maskExclusions: { preserveFace: 'ON' },
          },
        },
      },
      {
        taskType: 'VIRTUAL_TRY_ON',
        virtualTryOnParams: {
          sourceImage: PNG,
          referenceImage: PNG,
          maskType: 'IMAGE',
          imageBasedMask: { maskImage: mask.data },
          mergeStyle: 'BALANCED',
          maskExclusions: { preserveFace: 'ON' },
        },
        imageGenerationConfig: { numberOfImages: 1 },
      },
    ],
    [
      'image to image',
      SD35,
      { files, providerOptions: { bedrock: { strength: 0 } } },
      { prompt: 'A lighthouse', mode: 'image-to-image', image: PNG, strength: 0 },
    ],
    [
      'a mask of Stable Diffusion XL',
      XL,
      { files, mask, providerOptions: { bedrock: { strength: 0.5, maskSource: 'MASK_IMAGE_BLACK' } } },
      {
        text_prompts: [{ text: 'A lighthouse' }],
        init_image: PNG,
        mask_source: 'MASK_IMAGE_BLACK',
        mask_image: mask.data,
        image_strength: 0.5,
      },
    ],
  ])('are those of %s', async (_, modelId, options, body) => {
    const { model, sent } = modelAnswering(modelId, {
      images: [PNG],
      artifacts: [{ base64: PNG, finishReason: 'SUCCESS' }],
    });
    const { warnings } = await model.doGenerate(drawn(options));
    expect(sent).toEqual([body]);
    expect(warnings).toEqual([]);
  });

  it('take bytes and base64 alike', async () => {
    const { model, sent } = modelAnswering(CANVAS, { images: [PNG] }, { images: [PNG] });
    const data = Uint8Array.from(atob(PNG), character => character.charCodeAt(0));
    await model.doGenerate(drawn({ files }));
    await model.doGenerate(drawn({ files: [{ type: 'file', mediaType: 'image/png', data }] }));
    expect(sent[0]).toEqual(sent[1]);
  });

  it('have the members that the caller adds', async () => {
    const { model, sent } = modelAnswering(XL, { artifacts: [{ base64: PNG, finishReason: 'SUCCESS' }] });
    const additionalModelRequestFields = { extras: { tiling: true } };
    const { warnings } = await model.doGenerate(
      drawn({ providerOptions: { bedrock: { additionalModelRequestFields } } }),
    );
    expect(sent).toEqual([{ text_prompts: [{ text: 'A lighthouse' }], ...additionalModelRequestFields }]);
    expect(warnings).toEqual([]);
  });

  it('move the seed on from call to call, and begin anew behind the last', async () => {
    const reply = { images: [PNG] };
    const canvas = modelAnswering(CANVAS, reply, reply, reply);
    await canvas.model.doGenerate(drawn({ n: 11, seed: 2_147_483_640 }));
    const configs = canvas.sent.map(({ imageGenerationConfig }) => imageGenerationConfig);
    expect(configs).toEqual([
      { numberOfImages: 5, seed: 2_147_483_640 },
      { numberOfImages: 5, seed: 2_147_483_645 },
      { numberOfImages: 1, seed: 3 },
    ]);
  });
});

describe('the shape of an image', () => {
  it.each([
    ['1:1', '1024x1024'],
    ['16:9', '1280x720'],
    ['9:16', '720x1280'],
    ['3:2', '1248x832'],
    ['21:9', '1568x672'],
    ['4:1', '2048x512'],
  ] as const)('%s is %s for Nova Canvas', async (aspectRatio, size) => {
    const model = createBedrock(createLocalBedrock({ strict: true }).settings).imageModel(CANVAS);
    const { images, warnings } = await model.doGenerate(drawn({ aspectRatio }));
    expect([sizeOf(images[0] ?? ''), warnings]).toEqual([size, []]);
  });

  it.each([
    [CANVAS, { aspectRatio: '1.91:1' }, '1408x736', 'no size of exactly 1.91:1; 1408x736 is near'],
    [TITAN, { aspectRatio: '16:9' }, '1152x640', 'no images of 16:9; 1152:640 is the nearest'],
    [XL, { aspectRatio: '4:3' }, '1152x896', 'no images of 4:3; 1152:896 is the nearest'],
    [SD35, { size: '1920x1080' }, '1344x768', 'the ratio of the size was sent'],
  ] as const)('of %s is near to %j, with a warning', async (modelId, options, size, details) => {
    const model = createBedrock(createLocalBedrock({ strict: true }).settings).imageModel(modelId);
    const { images, warnings } = await model.doGenerate(drawn(options));
    expect(sizeOf(images[0] ?? '')).toBe(size);
    expect(warnings).toMatchObject([
      { type: 'compatibility', feature: Object.keys(options)[0], details: expect.stringContaining(details) },
    ]);
  });

  it.each([
    [CANVAS, { size: '300x1024' }, 'size', 'sides of 320 to 4096 pixels, multiples of 16'],
    [CANVAS, { size: '1000x1000' }, 'size', 'got 1000x1000'],
    [CANVAS, { size: '4096x1024' }, 'size', 'less than 4194304 pixels'],
    [CANVAS, { size: '320x1600' }, 'size', '1:4 to 4:1'],
    [CANVAS, { aspectRatio: '5:1' }, 'aspectRatio', '1:4 to 4:1, got 5:1'],
    [TITAN, { size: '1000x1000' }, 'size', '1024x1024, 768x768, 512x512'],
    [XL, { size: '512x512' }, 'size', '1024x1024, 1152x896'],
    [CORE, { aspectRatio: '4:1' }, 'aspectRatio', '1:1, 16:9, 21:9, 2:3, 3:2, 4:5, 5:4, 9:16, 9:21, got 4:1'],
    [CORE, { size: '1024' as '1024x1024' }, 'size', 'two numbers like 1024x1024, got "1024"'],
    [CORE, { aspectRatio: '16:0' }, 'aspectRatio', 'two numbers like 16:9, got "16:0"'],
  ] as const)('is refused before a request: %s with %j', async (modelId, options, argument, message) => {
    const { model, sent } = modelAnswering(modelId);
    const error = await errorOf(model.doGenerate(drawn(options)));
    expect(InvalidArgumentError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ argument, message: expect.stringContaining(message) });
    expect(sent).toEqual([]);
  });

  it.each([
    [CANVAS, 'aspectRatio'],
    [CORE, 'size'],
  ])('of %s comes from one of size and aspectRatio, and not from %s', async (modelId, feature) => {
    const { model } = modelAnswering(modelId, { images: [PNG] });
    const { warnings } = await model.doGenerate(drawn({ size: '1280x720', aspectRatio: '16:9' }));
    expect(warnings).toMatchObject([{ type: 'unsupported', feature }]);
  });

  it('is that of the image which is edited', async () => {
    const { model, sent } = modelAnswering('stability.stable-image-erase-object-v1:0', { images: [PNG] });
    const { warnings } = await model.doGenerate({
      ...imageCall,
      files: [await pngFile()],
      size: '64x64',
      aspectRatio: '1:1',
    });
    expect(warnings).toMatchObject([{ feature: 'size' }, { feature: 'aspectRatio' }]);
    expect(Object.keys(sent[0] ?? {})).toEqual(['image']);
  });
});

describe('wrong input to an image model', () => {
  const files = [{ type: 'file' as const, mediaType: 'image/png', data: PNG }];
  const options = (bedrock: JSONObject) => ({ providerOptions: { bedrock } });

  it.each<[string, string, Partial<ImageModelV4CallOptions>, string]>([
    ['n', CANVAS, { n: 0 }, 'whole number from 1 on, got 0'],
    ['n', CANVAS, { n: 1.5 }, 'got 1.5'],
    ['prompt', CANVAS, { prompt: undefined }, 'needs a prompt'],
    ['prompt', TITAN, { prompt: 'x'.repeat(513) }, 'at most 512 characters, got 513'],
    ['files', CORE, { files }, 'no images to work from, got 1'],
    ['mask', CORE, { mask: files[0] as (typeof files)[0] }, 'takes no mask'],
    ['mask', XL, { mask: files[0] as (typeof files)[0] }, 'with an image only'],
    ['mask', CANVAS, { files, ...options({ taskType: 'INPAINTING' }) }, 'needs either a mask or'],
    [
      'mask',
      CANVAS,
      { files: [...files, ...files], ...options({ taskType: 'VIRTUAL_TRY_ON' }) },
      'exactly one',
    ],
    [
      'files[0]',
      CANVAS,
      { files: [{ type: 'file', mediaType: 'image/gif', data: 'R0lGODlh' }] },
      'takes image/png, image/jpeg, got image/gif',
    ],
    ['files[0]', CANVAS, { files: [{ type: 'url', url: 'https://example.com/a.png' }] }, 'not by URL'],
    ['providerOptions.bedrock.taskType', CANVAS, options({ taskType: 'DRAW' }), '"TEXT_IMAGE", '],
    [
      'providerOptions.bedrock.taskType',
      'amazon.titan-image-generator-v1',
      options({ taskType: 'VIRTUAL_TRY_ON' }),
      'takes TEXT_IMAGE, INPAINTING, OUTPAINTING, IMAGE_VARIATION',
    ],
    ['providerOptions.bedrock.cfgScale', CANVAS, options({ cfgScale: 11 }), 'takes 1.1 to 10, got 11'],
    ['providerOptions.bedrock.cfgScale', XL, options({ cfgScale: 36 }), 'takes 0 to 35, got 36'],
    [
      'providerOptions.bedrock.quality',
      CANVAS,
      options({ quality: 'best' }),
      '"standard", "premium", got "best"',
    ],
    [
      'providerOptions.bedrock.colors[1]',
      CANVAS,
      options({ colors: ['#000000', 'red'] }),
      'a color like #ff9900',
    ],
    ['providerOptions.bedrock.outputFormat', CORE, options({ outputFormat: 'webp' }), 'jpeg, png, got webp'],
    ['providerOptions.bedrock.strength', SD35, { files }, 'needs it with an image'],
    [
      'providerOptions.bedrock.searchPrompt',
      'stability.stable-image-search-replace-v1:0',
      { files },
      'Search and replace needs it',
    ],
    [
      'providerOptions.bedrock.left',
      'stability.stable-outpaint-v1:0',
      { files, ...options({ left: 0 }) },
      'left, right, up or down',
    ],
    [
      'providerOptions.bedrock.creativity',
      'stability.stable-creative-upscale-v1:0',
      { files, ...options({ creativity: 0.6 }) },
      'takes 0.1 to 0.5, got 0.6',
    ],
    [
      'providerOptions.bedrock.garmentBasedMask',
      CANVAS,
      options({ garmentBasedMask: { garmentClass: 'SHOES', shape: 'DEFAULT' } }),
      'unknown member "shape"',
    ],
  ])(
    'is an error that names %s of %s before a request is sent',
    async (argument, modelId, given, message) => {
      const { model, sent } = modelAnswering(modelId);
      const error = await errorOf(model.doGenerate(drawn(given)));
      expect(InvalidArgumentError.isInstance(error)).toBe(true);
      expect(error).toMatchObject({ argument, message: expect.stringContaining(message) });
      expect(sent).toEqual([]);
    },
  );
});

describe('what a filter holds back', () => {
  it.each([
    [CANVAS, { images: [], error: 'All of the generated images have been blocked by our content filters.' }],
    [SD35, { finish_reasons: ['Filter reason: output image'] }],
    [SD35, { seeds: [1], finish_reasons: ['Filter reason: prompt'], images: [''] }],
    [XL, { result: 'success', artifacts: [{ seed: 1, base64: PNG, finishReason: 'CONTENT_FILTERED' }] }],
  ])('is an error when there is nothing else: %s', async (modelId, reply) => {
    const error = await errorOf(modelAnswering(modelId, reply).model.doGenerate(drawn()));
    expect(BedrockError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ code: 'ContentFiltered', isRetryable: false });
    expect(String(error)).toMatch(/blocked by our content filters|Filter reason: \w+|CONTENT_FILTERED/);
  });

  it.each([
    [SD35, { finish_reasons: ['Inference error'] }],
    [XL, { artifacts: [{ finishReason: 'ERROR' }] }],
  ])('is told from a failure of the model: %s', async (modelId, reply) => {
    const error = await errorOf(modelAnswering(modelId, reply).model.doGenerate(drawn()));
    expect(error).toMatchObject({ code: 'ModelErrorException', message: expect.stringMatching(/error/i) });
  });

  it('is a warning when there are other images', async () => {
    const blocked = 'Some of the generated images have been blocked by our content filters.';
    const canvas = modelAnswering(CANVAS, { images: [PNG], error: blocked });
    const { images, warnings } = await canvas.model.doGenerate(drawn({ n: 2 }));
    expect(images).toEqual([PNG]);
    expect(warnings).toEqual([
      { type: 'other', message: `There are fewer images than asked for: ${blocked}` },
    ]);

    const stable = modelAnswering(
      SD35,
      { seeds: [1], finish_reasons: [null], images: [PNG] },
      { finish_reasons: ['Filter reason: output image'] },
    );
    const result = await stable.model.doGenerate(drawn({ n: 2 }));
    expect(result.images).toEqual([PNG]);
    expect(result.warnings).toMatchObject([{ message: expect.stringContaining('Filter reason') }]);
    expect(result.providerMetadata).toEqual({ bedrock: { images: [{ seed: 1 }] } });
  });

  it.each([{}, { images: [] }, { images: 'none' }, { images: [null], error: null }])(
    'is not what a reply without images means: %j',
    async reply => {
      const error = await errorOf(modelAnswering(CANVAS, reply).model.doGenerate(drawn()));
      expect(error).toMatchObject({ code: 'InvalidReply' });
    },
  );
});

describe('an image model', () => {
  it('takes the options of the official package, as far as types can tell', () => {
    expectTypeOf<Required<AmazonBedrockImageModelOptions>>().toExtend<BedrockImageModelOptions>();
  });

  it('hands out the mask of a try-on', async () => {
    const { model } = modelAnswering(CANVAS, { images: [PNG], maskImage: 'bWFzaw==', error: null });
    const { providerMetadata } = await model.doGenerate(drawn());
    expect(providerMetadata).toEqual({ bedrock: { images: [{ maskImage: 'bWFzaw==' }] } });
  });

  it('says when the reply was made', async () => {
    const { model } = modelAnswering(CANVAS, { images: [PNG] });
    const { response } = await model.doGenerate(drawn());
    expect(response).toMatchObject({
      timestamp: new Date('2026-08-19T14:36:11Z'),
      modelId: CANVAS,
      headers: { 'x-amzn-requestid': '46d2eeeb-6008-434b-8270-93d4b27e2a56' },
    });
  });

  it('stops when it is aborted', async () => {
    const { model, sent } = modelAnswering(CORE);
    const abortSignal = AbortSignal.abort();
    const error = await errorOf(model.doGenerate(drawn({ n: 6, abortSignal })));
    expect(error).toMatchObject({ name: 'AbortError' });
    expect(sent).toEqual([]);
  });
});
