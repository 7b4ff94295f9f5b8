import type { ModelFamily } from '../codec/family.ts';
import { takesNo } from './media.ts';
import { openWeight } from './open-weight.ts';
import { openAIBody } from './openai-body.ts';
import { fixedReasoning } from './reasoning.ts';

/** MiniMax M2. */
export const minimax: ModelFamily = {
  name: 'minimax',
  matches: baseModel => baseModel.startsWith('minimax.'),
  invokeChat: () => openAIBody(),
  chat: (baseModel = '') => {
    // Schemas are enforced for M2, not for M2.1 and M2.5.
    const constrained = /minimax-m2$/.test(baseModel);
    return {
      ...openWeight,
      reasoning: fixedReasoning,
      structuredOutput: constrained ? openWeight.structuredOutput : [{ mode: 'tool' }],
      tools: { ...openWeight.tools, strict: constrained },
      content: {
        ...openWeight.content,
        refuses: /minimax-m2/.test(baseModel) ? takesNo('image', 'video', 'audio') : {},
      },
    };
  },
};
