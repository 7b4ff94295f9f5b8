import { NoSuchModelError } from '@ai-sdk/provider';

const none =
  (modelType: NoSuchModelError['modelType']) =>
  (modelId: string): never => {
    throw new NoSuchModelError({ modelId, modelType });
  };

/** What the interface of a provider asks for and this API has not. */
export const noOtherModels: Readonly<
  Record<'embeddingModel' | 'textEmbeddingModel' | 'imageModel', (modelId: string) => never>
> = {
  embeddingModel: none('embeddingModel'),
  textEmbeddingModel: none('embeddingModel'),
  imageModel: none('imageModel'),
};
