import type { ModelFamily } from '../codec/family.ts';
import { takesNo } from './media.ts';
import { openWeight, reasoningConfigWord } from './open-weight.ts';
import { openAIBody } from './openai-body.ts';
import { noReasoning } from './reasoning.ts';

/** NVIDIA's Nemotron. */
export const nvidia: ModelFamily = {
  name: 'nvidia',
  matches: baseModel => baseModel.startsWith('nvidia.'),
  invokeChat: () => openAIBody(),
  chat: (baseModel = '') => ({
    ...openWeight,
    reasoning: /nemotron-nano-(?:9|12)b/.test(baseModel)
      ? noReasoning('Nemotron reasons from Nemotron 3 on.')
      : reasoningConfigWord(['low', 'medium', 'high']),
    content: {
      ...openWeight.content,
      refuses: TEXT_ONLY.test(baseModel) ? takesNo('image', 'video', 'audio') : {},
    },
  }),
};

const TEXT_ONLY = /nemotron-(?:nano-9b|nano-3-30b|super-3-120b)/;
