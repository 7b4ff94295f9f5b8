/** What is true of every image model of every family, as tests through the package's door. */
import type { ImageModelV4CallOptions, JSONObject } from '@ai-sdk/provider';
import { type BedrockImageModelOptions, createBedrock, type ModelFamily } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import { imageCall, pngFile, sizeOf } from '../support/pictures.ts';
import { errorOf } from '../support/replies.ts';

export interface ImageFacts {
  readonly family: ModelFamily;
  readonly baseModel: string;
  /** The least that the model works with. */
  readonly prompt?: string;
  readonly files?: number;
  /** Whether it is another call without its files. */
  readonly filesMayLack?: boolean;
  readonly mask?: boolean;
  readonly options?: BedrockImageModelOptions;
  /** The size that the call above gives. */
  readonly size: string;
  readonly seeds?: readonly [min: number, max: number];
  /** The seed in the body. */
  readonly seedIn?: (body: JSONObject) => unknown;
  readonly imagesPerCall: number;
}

export function describeImages(facts: ImageFacts): void {
  const { family, baseModel, seeds, seedIn = body => body['seed'], imagesPerCall } = facts;

  const door = (modelId = baseModel, baseModelSetting?: string) => {
    // Strict: a member that the model does not have fails the call.
    const local = createLocalBedrock({ strict: true, models: () => true });
    const provider = createBedrock({ ...local.settings, families: [family] });
    return { local, model: provider.imageModel(modelId, { baseModel: baseModelSetting }) };
  };

  const call = async (more: Partial<ImageModelV4CallOptions> = {}): Promise<ImageModelV4CallOptions> => ({
    ...imageCall,
    prompt: facts.prompt,
    files:
      facts.files === undefined
        ? undefined
        : await Promise.all(Array.from({ length: facts.files }, () => pngFile())),
    mask: facts.mask ? await pngFile() : undefined,
    providerOptions: { bedrock: { ...facts.options } },
    ...more,
  });

  describe(`${baseModel}${facts.options?.taskType ? ` ${facts.options.taskType}` : ''}`, () => {
    it('makes an image, the same for the same call', async () => {
      const { local, model } = door();
      const { images, warnings, response } = await model.doGenerate(await call());
      const again = await model.doGenerate(await call());
      expect([...images].map(sizeOf)).toEqual([facts.size]);
      expect(again.images).toEqual(images);
      expect(warnings).toEqual([]);
      expect(response).toMatchObject({ modelId: baseModel, timestamp: expect.any(Date) });
      expect(local.requests.map(({ operation, status }) => [operation, status])).toEqual([
        ['InvokeModel', 200],
        ['InvokeModel', 200],
      ]);
    });

    it('says whether it takes files and masks, also behind a profile and an ARN', async () => {
      const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123def456';
      const supports = {
        supportsFileInputs: door().model.supportsFileInputs,
        supportsMaskInputs: door().model.supportsMaskInputs,
      };
      expect(supports.supportsFileInputs || facts.files === undefined).toBe(true);
      expect(supports.supportsMaskInputs || facts.mask === undefined).toBe(true);
      expect(door(`us.${baseModel}`).model).toMatchObject(supports);
      expect(door(arn, baseModel).model).toMatchObject(supports);
    });

    it('sends the same body behind a profile', async () => {
      const { local, model } = door(`us.${baseModel}`);
      await model.doGenerate(await call());
      const plain = door();
      await plain.model.doGenerate(await call());
      expect(local.requests[0]?.body).toEqual(plain.local.requests[0]?.body);
      expect(local.requests[0]?.path).toBe(`/model/us.${encodeURIComponent(baseModel)}/invoke`);
    });

    it('makes several images in as few calls as it can', async () => {
      const { local, model } = door();
      const n = imagesPerCall + 2;
      const seed = seeds === undefined ? undefined : 1;
      const { images } = await model.doGenerate(await call({ n, seed }));
      expect(images).toHaveLength(n);
      expect(local.requests).toHaveLength(Math.ceil(n / imagesPerCall));
      if (seeds !== undefined) expect(new Set(images.map(String)).size).toBe(n);
    });

    it('warns of an option that is not its own', async () => {
      // No model takes all of these.
      const { model } = door();
      const providerOptions = { bedrock: { ...facts.options, mergeStyle: 'SEAMLESS', steps: 20 } };
      const { warnings } = await model.doGenerate(await call({ providerOptions }));
      const features = warnings.flatMap(warning => (warning.type === 'unsupported' ? warning.feature : []));
      expect(features.length).toBeGreaterThan(0);
      expect(['providerOptions.bedrock.mergeStyle', 'providerOptions.bedrock.steps']).toEqual(
        expect.arrayContaining(features),
      );
    });

    if (seeds !== undefined)
      it('sends every seed of its range, 0 too, and refuses the next', async () => {
        const { local, model } = door();
        const [min, max] = seeds;
        await model.doGenerate(await call({ seed: min }));
        await model.doGenerate(await call({ seed: max }));
        expect(local.requests.map(({ body }) => seedIn(body as JSONObject))).toEqual([min, max]);
        for (const seed of [min - 1, max + 1, 0.5]) {
          const error = await errorOf(model.doGenerate(await call({ seed })));
          expect(error).toMatchObject({ argument: 'seed', message: expect.stringContaining(`got ${seed}`) });
        }
        expect(local.requests).toHaveLength(2);
      });

    if (seeds === undefined)
      it('warns that it has no seed', async () => {
        const { warnings } = await door().model.doGenerate(await call({ seed: 1 }));
        expect(warnings).toMatchObject([{ type: 'unsupported', feature: 'seed' }]);
      });

    if (facts.prompt !== undefined && facts.files === undefined)
      it('needs a prompt', async () => {
        for (const prompt of [undefined, '']) {
          const error = await errorOf(door().model.doGenerate(await call({ prompt })));
          expect(error).toMatchObject({ argument: 'prompt' });
        }
      });

    if (facts.files !== undefined)
      it('needs its images, and takes no more', async () => {
        const { local, model } = door();
        const many = await Promise.all(Array.from({ length: 6 }, () => pngFile()));
        for (const files of facts.filesMayLack ? [many] : [[], many]) {
          const error = await errorOf(model.doGenerate(await call({ files })));
          expect(error).toMatchObject({
            argument: 'files',
            message: expect.stringMatching(new RegExp(`got ${files.length}\\.$`)),
          });
        }
        expect(local.requests).toEqual([]);
      });

    if (facts.prompt !== undefined)
      it('refuses a prompt that is longer than any model reads', async () => {
        const error = await errorOf(door().model.doGenerate(await call({ prompt: 'x'.repeat(10_001) })));
        expect(error).toMatchObject({
          argument: 'prompt',
          message: expect.stringMatching(/at most \d+ characters, got 10001/),
        });
      });
  });
}
