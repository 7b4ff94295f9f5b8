import type { ModelFamily } from '../codec/family.ts';
import { chatDefaults } from './defaults.ts';
import { takesNo } from './media.ts';
import { noReasoning } from './reasoning.ts';
import { nowhere } from './sampling.ts';

/**
 * TwelveLabs Pegasus: one video and one question about it. AWS serves it through InvokeModel only.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-pegasus.html
 */
export const twelvelabs: ModelFamily = {
  name: 'twelvelabs',
  matches: baseModel => baseModel.startsWith('twelvelabs.'),
  embedding: (baseModel = 'twelvelabs.marengo-embed-3-0-v1:0') =>
    baseModel.includes('marengo-embed')
      ? {
          maxValuesPerRequest: 1,
          load: async () => (await import('./twelvelabs-embedding.ts')).marengoEmbedding(baseModel),
        }
      : undefined,
  invokeChat: (baseModel = '') => (baseModel.includes('marengo') ? undefined : pegasusChat),
  chat: () => ({
    ...chatDefaults,
    sampling: {
      ...chatDefaults.sampling,
      topP: nowhere('Pegasus takes no topP.'),
      topK: nowhere('Pegasus takes no topK.'),
      seed: nowhere('Pegasus has no seed.'),
      presencePenalty: nowhere('Pegasus has no penalties.'),
      frequencyPenalty: nowhere('Pegasus has no penalties.'),
      stopSequences: nowhere('Pegasus takes no stop sequences.'),
    },
    reasoning: noReasoning('Pegasus does not reason.'),
    structuredOutput: [],
    tools: { ...chatDefaults.tools, unsupported: 'Pegasus takes no tools.', choices: [] },
    content: {
      ...chatDefaults.content,
      system: false,
      refuses: takesNo('image', 'document', 'audio'),
      reasoningReplay: 'never',
    },
  }),
};

const pegasusChat = {
  insteadOfConverse: 'always' as const,
  load: async () => (await import('./twelvelabs-chat.ts')).pegasusChat,
};
