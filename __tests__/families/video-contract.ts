/** What is true of every video model of every family, as tests through the package's door. */
import type {
  JSONObject,
  Experimental_VideoModelV4CallOptions as VideoModelV4CallOptions,
} from '@ai-sdk/provider';
import { type BedrockVideoModelOptions, createBedrock, type ModelFamily } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';
import { describe, expect, it } from 'vitest';
import { errorOf } from '../support/replies.ts';
import { bytesIn, mp4Facts, pictureFile, startVideo, statusOf } from '../support/videos.ts';

export interface VideoFacts {
  readonly family: ModelFamily;
  readonly baseModel: string;
  /** The least that the model works with. */
  readonly call: Partial<VideoModelV4CallOptions>;
  readonly options?: BedrockVideoModelOptions;
  /** Of the video that the call above makes. */
  readonly made: { readonly width: number; readonly height: number; readonly seconds: number };
  readonly files: readonly string[];
  readonly seeds?: readonly [min: number, max: number];
  /** The seed in the body. */
  readonly seedIn?: (body: JSONObject) => unknown;
  /** Characters of the prompt; absent: it has none. */
  readonly maxPrompt?: number;
  readonly durations: { readonly taken: readonly number[]; readonly refused: readonly number[] };
  /** Sides of an image that the call takes and of one that it does not; absent: it takes none. */
  readonly image?: {
    readonly taken: readonly [number, number];
    readonly refused: readonly [number, number];
  };
}

const LOCATION = { s3Uri: 's3://my-bucket/videos/' };

interface StartBody extends JSONObject {
  modelId: string;
  modelInput: JSONObject;
  outputDataConfig: JSONObject;
}

export function describeVideos(facts: VideoFacts): void {
  const { family, baseModel, seeds, seedIn = body => body['seed'], image } = facts;

  const door = (modelId = baseModel, baseModelSetting?: string) => {
    // Strict: a member that the model does not have fails the call.
    const local = createLocalBedrock({ strict: true, models: () => true, jobMs: 0 });
    const provider = createBedrock({ ...local.settings, families: [family], outputLocation: LOCATION });
    const bodies = () =>
      local.requests
        .filter(({ operation }) => operation === 'StartAsyncInvoke')
        .map(({ body }) => body as StartBody);
    return { local, bodies, model: provider.videoModel(modelId, { baseModel: baseModelSetting }) };
  };

  const call = (more: Partial<VideoModelV4CallOptions> = {}): Partial<VideoModelV4CallOptions> => ({
    ...facts.call,
    providerOptions: { bedrock: { ...facts.options } },
    ...more,
  });

  const refusal = async (more: Partial<VideoModelV4CallOptions>) => {
    const { local, model } = door();
    const error = await errorOf(startVideo(model, call(more)));
    expect(local.requests).toEqual([]);
    return error;
  };

  describe(`${baseModel}${facts.options?.taskType ? ` ${facts.options.taskType}` : ''}`, () => {
    it('makes a video, the same for the same call', async () => {
      const { local, model } = door();
      const started = await startVideo(model, call());
      expect(started.warnings).toEqual([]);
      const status = await statusOf(model, started.operation);
      expect(mp4Facts(bytesIn(status))).toMatchObject({ ...facts.made, frames: facts.made.seconds * 24 });
      const again = await startVideo(model, call());
      expect(again.operation).not.toEqual(started.operation);
      expect(bytesIn(await statusOf(model, again.operation))).toEqual(bytesIn(status));
      expect(local.requests.map(({ operation, status }) => [operation, status])).toEqual(
        Array.from({ length: 2 }, () => [
          ['StartAsyncInvoke', 200],
          ['GetAsyncInvoke', 200],
          ['GetObject', 200],
        ]).flat(),
      );
    });

    it('writes its files into a folder of its own', async () => {
      const local = createLocalBedrock({ authentication: 'off', jobMs: 0 });
      const provider = createBedrock({ ...local.settings, families: [family], outputLocation: LOCATION });
      await startVideo(provider.videoModel(baseModel), call());
      const list = await local.fetch(
        'https://my-bucket.s3.us-east-1.amazonaws.com/?list-type=2&prefix=videos/',
      );
      const keys = [...(await list.text()).matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) => key);
      expect(keys.map(key => key?.replace(/^videos\/[a-z0-9]{12}\//, '')).toSorted()).toEqual(facts.files);
    });

    it('sends the same body behind an ARN', async () => {
      const arn = 'arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc123def456';
      const { bodies, model } = door(arn, baseModel);
      await startVideo(model, call());
      const plain = door();
      await startVideo(plain.model, call());
      expect(bodies()[0]?.modelInput).toEqual(plain.bodies()[0]?.modelInput);
      expect(bodies()[0]?.modelId).toBe(arn);
    });

    it('makes several videos in several jobs, which differ where the model has a seed', async () => {
      const { bodies, model } = door();
      const { operation } = await startVideo(model, call({ n: 3 }));
      expect(bodies()).toHaveLength(3);
      const used = bodies().map(({ modelInput }) => seedIn(modelInput));
      expect(new Set(used).size).toBe(seeds === undefined ? 1 : 3);
      const status = await statusOf(model, operation);
      expect(status).toMatchObject({ status: 'completed', videos: [{}, {}, {}], warnings: [] });
    });

    it('warns of what no model takes', async () => {
      const inputReferences = [await pictureFile()];
      const { warnings } = await startVideo(door().model, call({ generateAudio: true, inputReferences }));
      expect(warnings).toMatchObject([
        { type: 'unsupported', feature: 'inputReferences' },
        { type: 'unsupported', feature: 'generateAudio' },
      ]);
      expect((await startVideo(door().model, call({ generateAudio: false }))).warnings).toEqual([]);
    });

    it('warns of the options of other models', async () => {
      // No model takes both.
      const options = { loop: true, taskType: 'TEXT_VIDEO' as const, ...facts.options };
      const { warnings } = await startVideo(door().model, call({ providerOptions: { bedrock: options } }));
      expect(warnings).toHaveLength(1);
      expect(['providerOptions.bedrock.loop', 'providerOptions.bedrock.taskType']).toContain(
        warnings.map(warning => 'feature' in warning && warning.feature)[0],
      );
    });

    it.each([0, -1, 1.5, Number.NaN])('refuses %s videos', async n => {
      expect(await refusal({ n })).toMatchObject({ argument: 'n' });
    });

    it.each(facts.durations.taken)('takes %s seconds', async duration => {
      const { model } = door();
      const { operation } = await startVideo(model, call({ duration }));
      expect(mp4Facts(bytesIn(await statusOf(model, operation))).seconds).toBe(duration);
    });

    it.each(facts.durations.refused)('refuses %s seconds', async duration => {
      expect(await refusal({ duration })).toMatchObject({
        argument: 'duration',
        message: expect.stringMatching(new RegExp(`got ${duration}\\.$|shots`)),
      });
    });

    it.each<[Partial<VideoModelV4CallOptions>, string]>([
      [{ aspectRatio: '5:1' }, 'aspectRatio'],
      [{ aspectRatio: '16/9' as '16:9' }, 'aspectRatio'],
      [{ resolution: '640x480' }, 'resolution'],
      [{ resolution: '1280' as '1280x1280' }, 'resolution'],
    ])('refuses %j', async (more, argument) => {
      expect(await refusal(more)).toMatchObject({
        argument,
        message: expect.stringMatching(/got "?[^.]+\.$/),
      });
    });

    if (seeds !== undefined)
      it('sends every seed of its range, 0 too, and refuses the next', async () => {
        const { bodies, model } = door();
        const [min, max] = seeds;
        await startVideo(model, call({ seed: min }));
        await startVideo(model, call({ seed: max }));
        expect(bodies().map(({ modelInput }) => seedIn(modelInput))).toEqual([min, max]);
        for (const seed of [min - 1, max + 1, 0.5]) {
          expect(await refusal({ seed })).toMatchObject({
            argument: 'seed',
            message: expect.stringContaining(`got ${seed}`),
          });
        }
      });

    if (seeds === undefined)
      it('warns that it has no seed', async () => {
        const { warnings } = await startVideo(door().model, call({ seed: 1 }));
        expect(warnings).toMatchObject([{ type: 'unsupported', feature: 'seed' }]);
      });

    const { maxPrompt } = facts;
    if (maxPrompt !== undefined)
      it('needs a prompt, which is not too long', async () => {
        for (const prompt of [undefined, '', 'x'.repeat(maxPrompt + 1)]) {
          expect(await refusal({ prompt })).toMatchObject({
            argument: 'prompt',
            message: expect.stringContaining(`1 to ${maxPrompt} characters, got ${prompt?.length ?? 0}`),
          });
        }
        const { model } = door();
        await startVideo(model, call({ prompt: 'x'.repeat(maxPrompt) }));
      });

    if (image !== undefined)
      it('begins with an image of the right size and kind', async () => {
        const { model } = door();
        const { warnings } = await startVideo(model, call({ image: await pictureFile(...image.taken) }));
        expect(warnings).toEqual([]);
        expect(await refusal({ image: await pictureFile(...image.refused) })).toMatchObject({
          argument: 'image',
          message: expect.stringContaining(`got ${image.refused.join('x')}`),
        });
        const gif = Uint8Array.from('GIF89a', character => character.charCodeAt(0));
        expect(await refusal({ image: { type: 'file', mediaType: 'image/png', data: gif } })).toMatchObject({
          argument: 'image',
          message: expect.stringContaining('got gif'),
        });
        expect(await refusal({ image: { type: 'url', url: 'https://example.com/a.png' } })).toMatchObject({
          argument: 'image',
          message: expect.stringContaining('download other URLs first'),
        });
      });

    if (image === undefined)
      it('takes no image of the call', async () => {
        expect(await refusal({ image: await pictureFile() })).toMatchObject({ argument: 'image' });
      });
  });
}
