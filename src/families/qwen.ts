import type { ModelFamily } from '../codec/family.ts';
import { takesNo } from './media.ts';
import { noStopSequences, openWeight, reasoningConfigWord } from './open-weight.ts';
import { openAIBody } from './openai-body.ts';
import { noReasoning } from './reasoning.ts';

/** Alibaba's Qwen. */
export const qwen: ModelFamily = {
  name: 'qwen',
  matches: baseModel => baseModel.startsWith('qwen.'),
  // Converse does not serve imports of Qwen 2.5: https://docs.aws.amazon.com/bedrock/latest/userguide/invoke-imported-model.html
  invokeChat: () => openAIBody({ insteadOfConverse: 'imported' }),
  chat: (baseModel = '') => ({
    ...openWeight,
    sampling: { ...openWeight.sampling, stopSequences: noStopSequences },
    reasoning: WITHOUT_REASONING.test(baseModel)
      ? noReasoning('This Qwen does not reason.')
      : reasoningConfigWord(['low', 'high']),
    content: {
      ...openWeight.content,
      refuses: TEXT_ONLY.test(baseModel) ? takesNo('image', 'video', 'audio') : {},
    },
  }),
};

/** The coders, and the instruct release of the big Qwen3. */
const WITHOUT_REASONING = /qwen3-coder|qwen3-235b/;
const TEXT_ONLY = /qwen3-(?:coder|235b|32b|next)/;
