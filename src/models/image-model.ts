import type { ImageModelV4, ImageModelV4CallOptions, ImageModelV4Result } from '@ai-sdk/provider';
import { WORKFLOW_DESERIALIZE, WORKFLOW_SERIALIZE } from '@ai-sdk/provider-utils';
import { load } from '../codec/later.ts';
import type { ImageGenerator } from './image-generator.ts';
import { meterImage } from './metered.ts';
import type { ModelContext } from './model-context.ts';
import { noSuchModel } from './no-such-model.ts';
import { once } from './once.ts';
import type { ResolvedModel } from './resolved-model.ts';
import { deserializeModel, type SerializedModel, serializeModel } from './serialized-model.ts';
import { limitTime } from './time-limit.ts';

/**
 * An image model behind InvokeModel.
 * @throws NoSuchModelError when the model is not known to make images
 */
export function createImageModel(model: ResolvedModel, context: ModelContext): ImageModelV4 {
  return new ImageModel(model, context);
}

/** How it makes images is loaded when it is first asked. */
class ImageModel implements ImageModelV4 {
  readonly specificationVersion = 'v4';
  readonly provider = 'bedrock.image';
  readonly modelId: string;
  /**
   * There is no limit: one `doGenerate` makes as many calls as it takes. Left to the AI SDK, they would all
   * have the same seed and so make the same image, and would all run at once.
   */
  readonly maxImagesPerCall: number = Number.MAX_SAFE_INTEGER;
  readonly supportsFileInputs: boolean;
  readonly supportsMaskInputs: boolean;

  readonly #model: ResolvedModel;
  readonly #context: ModelContext;
  readonly #generator: () => Promise<ImageGenerator>;

  /** Called by the Workflow SDK. */
  static [WORKFLOW_SERIALIZE](model: ImageModel): SerializedModel {
    return serializeModel(model.#model, model.#context);
  }

  /** Called by the Workflow SDK. */
  static [WORKFLOW_DESERIALIZE](serialized: SerializedModel): ImageModel {
    return new ImageModel(...deserializeModel(serialized));
  }

  constructor(model: ResolvedModel, context: ModelContext) {
    const rules = model.family.image?.(model.ref.baseModel);
    if (rules === undefined) throw noSuchModel(model, 'imageModel', 'make images');
    this.modelId = model.modelId;
    this.supportsFileInputs = rules.files;
    this.supportsMaskInputs = rules.mask;
    this.#model = model;
    this.#context = context;
    this.#generator = once(async () => {
      const [{ ImageGenerator }, traits] = await Promise.all([import('./image-generator.ts'), load(rules)]);
      return new ImageGenerator(model, context, traits);
    });
    limitTime(this, model, context);
    meterImage(this, model, context);
  }

  async doGenerate(options: ImageModelV4CallOptions): Promise<ImageModelV4Result> {
    const generator = await this.#generator();
    return generator.generate(options);
  }
}
