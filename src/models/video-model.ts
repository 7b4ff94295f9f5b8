import type {
  Experimental_VideoModelV4 as VideoModelV4,
  Experimental_VideoModelV4CallOptions as VideoModelV4CallOptions,
  Experimental_VideoModelV4OperationStartResult as VideoModelV4OperationStartResult,
  Experimental_VideoModelV4OperationStatusResult as VideoModelV4OperationStatusResult,
} from '@ai-sdk/provider';
import { WORKFLOW_DESERIALIZE, WORKFLOW_SERIALIZE } from '@ai-sdk/provider-utils';
import { load } from '../codec/later.ts';
import { meterVideo } from './metered.ts';
import type { ModelContext } from './model-context.ts';
import { noSuchModel } from './no-such-model.ts';
import { once } from './once.ts';
import type { ResolvedModel } from './resolved-model.ts';
import { deserializeModel, type SerializedModel, serializeModel } from './serialized-model.ts';
import { limitTime } from './time-limit.ts';
import type { VideoMaker } from './video-maker.ts';

/**
 * A video model behind StartAsyncInvoke.
 * @throws NoSuchModelError when the model is not known to make videos
 */
export function createVideoModel(model: ResolvedModel, context: ModelContext): VideoModelV4 {
  return new VideoModel(model, context);
}

/** How it makes videos is loaded when it is first asked. */
class VideoModel implements VideoModelV4 {
  readonly specificationVersion = 'v4';
  readonly provider = 'bedrock.video';
  readonly modelId: string;
  /**
   * There is no limit: one `doStart` starts as many jobs as it takes. Left to the AI SDK, they would all have the
   * same seed and so make the same video.
   */
  readonly maxVideosPerCall: number = Number.MAX_SAFE_INTEGER;

  readonly #model: ResolvedModel;
  readonly #context: ModelContext;
  readonly #maker: () => Promise<VideoMaker>;

  /** Called by the Workflow SDK. */
  static [WORKFLOW_SERIALIZE](model: VideoModel): SerializedModel {
    return serializeModel(model.#model, model.#context);
  }

  /** Called by the Workflow SDK. */
  static [WORKFLOW_DESERIALIZE](serialized: SerializedModel): VideoModel {
    return new VideoModel(...deserializeModel(serialized));
  }

  constructor(model: ResolvedModel, context: ModelContext) {
    const rules = model.family.video?.(model.ref.baseModel);
    if (rules === undefined) throw noSuchModel(model, 'videoModel', 'make videos');
    this.modelId = model.modelId;
    this.#model = model;
    this.#context = context;
    this.#maker = once(async () => {
      const [{ VideoMaker }, traits] = await Promise.all([import('./video-maker.ts'), load(rules)]);
      return new VideoMaker(model, context, traits);
    });
    limitTime(this, model, context);
    meterVideo(this, model, context);
  }

  async doStart(options: VideoModelV4CallOptions): Promise<VideoModelV4OperationStartResult> {
    const maker = await this.#maker();
    return maker.start(options);
  }

  async doStatus(options: Parameters<VideoMaker['status']>[0]): Promise<VideoModelV4OperationStatusResult> {
    const maker = await this.#maker();
    return maker.status(options);
  }
}
