import type { ModelFamily } from '../codec/family.ts';
import { takesNo } from './media.ts';
import { openWeight, reasoningConfigWord } from './open-weight.ts';

/** Z.AI's GLM. */
export const zai: ModelFamily = {
  name: 'zai',
  matches: baseModel => baseModel.startsWith('zai.'),
  chat: (baseModel = '') => ({
    ...openWeight,
    reasoning: reasoningConfigWord(['low', 'medium', 'high']),
    content: {
      ...openWeight.content,
      refuses: /glm-(?:4\.[67]|5$)/.test(baseModel) ? takesNo('image', 'video', 'audio') : {},
    },
  }),
};
