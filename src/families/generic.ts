import type { ModelFamily } from '../codec/family.ts';
import { chatDefaults } from './defaults.ts';
import { openAIBody } from './openai-body.ts';
import { foreignOptionWarnings, type ReasoningRule, reasoningWish } from './reasoning.ts';

/**
 * Every model that no other family claims: imported and custom models, SageMaker endpoints, prompt routers,
 * ARNs that do not tell the model, makers that came to Bedrock later than this release.
 */
export const generic: ModelFamily = {
  name: 'generic',
  matches: () => true,
  chat: () => ({
    ...chatDefaults,
    reasoning,
    // The caller's own cache points pass, since many an opaque ARN is a Claude or a Nova; whether placing more
    // would pay is not known.
    promptCache: {
      places: ['system', 'messages', 'tools'],
      minTokens: Number.POSITIVE_INFINITY,
      ttls: ['5m', '1h'],
    },
  }),
  // The body that imported models of every make take, and most makers that came late.
  invokeChat: () => openAIBody(),
  // Its body for InvokeModel is not known, and Rerank has one body for all models.
  reranking: () => ({}),
};

/** Converse has a member for effort: a caller who names one has it sent, whatever the model makes of it. */
const reasoning: ReasoningRule = request => {
  const effort = request.config?.maxReasoningEffort;
  if (effort === undefined || reasoningWish(request) === 'off') return chatDefaults.reasoning(request);
  return {
    active: true,
    effort,
    warnings: foreignOptionWarnings(request.config, ['budgetTokens', 'display']),
  };
};
