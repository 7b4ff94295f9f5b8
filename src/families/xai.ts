import type { ModelFamily } from '../codec/family.ts';
import { chatDefaults } from './defaults.ts';
import { takesNo } from './media.ts';
import { effortReasoning } from './reasoning.ts';
import { nowhere } from './sampling.ts';

/** xAI's Grok, in Converse from 4.6 on. It reasons in every call, by default with effort `high`. */
export const xai: ModelFamily = {
  name: 'xai',
  matches: baseModel => baseModel.startsWith('xai.'),
  openAI: () => ({ api: 'chat', mantlePrefix: '/openai/v1' }),
  chat: (baseModel = '') => ({
    ...chatDefaults,
    maxOutputTokens: 16_384,
    sampling: {
      ...chatDefaults.sampling,
      topK: nowhere('Grok takes no topK.'),
      // xAI refuses them for all models that reason: https://docs.x.ai/docs/guides/reasoning
      presencePenalty: nowhere('Grok takes no penalties.'),
      frequencyPenalty: nowhere('Grok takes no penalties.'),
      stopSequences: nowhere('Grok takes no stop sequences.'),
    },
    // AWS does not say where Converse takes it: this is the place of the other closed models there.
    reasoning: effortReasoning({
      levels: ['low', 'medium', 'high', 'xhigh'],
      on: effort => ({ reasoning: { effort } }),
      byDefault: true,
    }),
    content: { ...chatDefaults.content, refuses: /grok-4/.test(baseModel) ? takesNo('video', 'audio') : {} },
  }),
};
