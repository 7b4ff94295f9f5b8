import type { ModelFamily } from '../codec/family.ts';
import { takesNo } from './media.ts';
import { noStopSequences, openWeight, reasoningConfigWord } from './open-weight.ts';
import { openAIBody } from './openai-body.ts';
import { effortReasoning } from './reasoning.ts';

/** Z.AI's GLM. */
export const zai: ModelFamily = {
  name: 'zai',
  matches: baseModel => baseModel.startsWith('zai.'),
  // GLM 4.6 is served otherwise.
  invokeChat: (baseModel = '') => (baseModel.includes('glm-4.6') ? undefined : openAIBody()),
  chat: (baseModel = '') => ({
    ...openWeight,
    sampling: { ...openWeight.sampling, stopSequences: noStopSequences },
    reasoning: FIRST.test(baseModel) ? reasoningConfigWord(['low', 'medium', 'high']) : alwaysReasoning,
    content: {
      ...openWeight.content,
      refuses: FIRST.test(baseModel) ? takesNo('image', 'video', 'audio') : {},
    },
  }),
};

const FIRST = /glm-(?:4\.[67]|5$)/;

/**
 * From GLM 5.3 on.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-card-zai-glm-5-3.html
 */
const alwaysReasoning = effortReasoning({
  levels: ['low', 'high', 'max'],
  defaultLevel: 'high',
  on: effort => ({ reasoning_effort: effort }),
  byDefault: true,
});
