import type { ModelFamily } from '../codec/family.ts';
import { chatDefaults } from './defaults.ts';
import { takesNo } from './media.ts';
import { noReasoning } from './reasoning.ts';
import { nowhere } from './sampling.ts';

/**
 * Amazon Titan: text in, text out.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-text.html
 */
export const titan: ModelFamily = {
  name: 'titan',
  matches: baseModel => baseModel.startsWith('amazon.titan-'),
  embedding: (baseModel = 'amazon.titan-embed-text-v2:0') =>
    baseModel.includes('titan-embed-')
      ? {
          maxValuesPerRequest: 1,
          load: async () => (await import('./titan-embedding.ts')).titanEmbedding(baseModel),
        }
      : undefined,
  image: (baseModel = 'amazon.titan-image-generator-v2:0') =>
    baseModel.includes('image-generator')
      ? {
          files: true,
          mask: true,
          load: async () => (await import('./titan-image.ts')).titanImage(baseModel),
        }
      : undefined,
  invokeChat: (baseModel = '') =>
    /embed|image/.test(baseModel)
      ? undefined
      : { load: async () => (await import('./titan-text.ts')).titanText(baseModel) },
  chat: (baseModel = '') => ({
    ...chatDefaults,
    sampling: {
      ...chatDefaults.sampling,
      topK: nowhere('Titan takes no topK.'),
      seed: nowhere('Titan Text has no seed.'),
      presencePenalty: nowhere('Titan has no penalties.'),
      frequencyPenalty: nowhere('Titan has no penalties.'),
    },
    reasoning: noReasoning('Titan does not reason.'),
    structuredOutput: [],
    tools: { ...chatDefaults.tools, unsupported: 'Titan takes no tools.', choices: [] },
    content: {
      ...chatDefaults.content,
      system: false,
      refuses: baseModel.includes('premier')
        ? takesNo('image', 'document', 'video', 'audio')
        : takesNo('image', 'video', 'audio'),
      reasoningReplay: 'never',
    },
  }),
};
