import type { ModelFamily } from '../codec/family.ts';
import { takesNo } from './media.ts';
import { openWeight } from './open-weight.ts';
import { openAIBody } from './openai-body.ts';
import { noReasoning } from './reasoning.ts';

/** Google's Gemma. */
export const google: ModelFamily = {
  name: 'google',
  matches: baseModel => baseModel.startsWith('google.'),
  // Gemma 4 is served otherwise.
  invokeChat: (baseModel = 'gemma-3-') => (baseModel.includes('gemma-3-') ? openAIBody() : undefined),
  // Gemma 3 is served where all the others are.
  openAI: (baseModel = '') => ({
    api: 'chat',
    mantlePrefix: baseModel.includes('gemma-3-') ? '/v1' : '/openai/v1',
  }),
  chat: (baseModel = '') => {
    // The smallest Gemma 3 is not among the models for which AWS enforces schemas.
    const constrained = !baseModel.includes('gemma-3-4b');
    return {
      ...openWeight,
      reasoning: noReasoning('Gemma in Converse does not reason.'),
      structuredOutput: constrained ? openWeight.structuredOutput : [{ mode: 'tool' }],
      tools: { ...openWeight.tools, strict: constrained },
      content: {
        ...openWeight.content,
        refuses: baseModel.includes('gemma-3-') ? takesNo('video', 'audio') : {},
      },
    };
  },
};
