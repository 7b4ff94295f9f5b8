import type { ModelFamily } from '../codec/family.ts';
import { takesNo } from './media.ts';
import { openWeight } from './open-weight.ts';
import { openAIBody } from './openai-body.ts';
import { effortReasoning, type ReasoningRule, switchedReasoning } from './reasoning.ts';

/** Moonshot AI's Kimi, under both names that its maker has on Bedrock. */
export const moonshot: ModelFamily = {
  name: 'moonshot',
  matches: baseModel => /^moonshot(?:ai)?\./.test(baseModel),
  invokeChat: () => openAIBody(),
  chat: (baseModel = '') => ({
    ...openWeight,
    reasoning: baseModel.includes('kimi-k2') ? k2Reasoning(baseModel) : k3Reasoning,
    maxOutputTokens: 16_000,
    content: {
      ...openWeight.content,
      refuses: baseModel.includes('k2-thinking') ? takesNo('image', 'video', 'audio') : {},
    },
  }),
};

function k2Reasoning(baseModel: string): ReasoningRule {
  return switchedReasoning({
    on: { thinking: { type: 'enabled' } },
    off: { thinking: { type: 'disabled' } },
    byDefault: baseModel.includes('thinking'),
  });
}

/**
 * Kimi K3 and later; the switch of K2 is taken and ignored. It caches by itself and refuses every cache point.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-card-moonshot-ai-kimi-k3.html
 */
const k3Reasoning = effortReasoning({
  levels: ['low', 'medium', 'high', 'xhigh', 'max'],
  on: effort => ({ reasoning: { effort } }),
  off: { reasoning: { effort: 'none' } },
  byDefault: true,
});
