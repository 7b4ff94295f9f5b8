import type { ModelFamily } from '../codec/family.ts';
import { chatDefaults } from './defaults.ts';
import { takesNo } from './media.ts';
import { noReasoning } from './reasoning.ts';
import { nowhere } from './sampling.ts';
import { titanEmbedding } from './titan-embedding.ts';
import { titanImage } from './titan-image.ts';
import { titanText } from './titan-text.ts';

/**
 * Amazon Titan: text in, text out.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-text.html
 */
export const titan: ModelFamily = {
  name: 'titan',
  matches: baseModel => baseModel.startsWith('amazon.titan-'),
  embedding: titanEmbedding,
  image: titanImage,
  invokeChat: (baseModel = '') => (/embed|image/.test(baseModel) ? undefined : titanText(baseModel)),
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
