import { embeddingModels } from './embedding.ts';
import { imageModels } from './images.ts';
import type { LocalModel } from './local-model.ts';
import { rerankingModel } from './reranking.ts';

/** Every model that does not chat; the first that claims a request answers it. */
export const localModels: readonly LocalModel[] = [...embeddingModels, ...imageModels, rerankingModel];
