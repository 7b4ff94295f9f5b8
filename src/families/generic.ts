import type { ModelFamily } from '../codec/family.ts';
import { chatDefaults } from './defaults.ts';

/**
 * Every model that no other family claims: imported and custom models, SageMaker endpoints, prompt routers,
 * ARNs that do not tell the model, makers that came to Bedrock later than this release.
 */
export const generic: ModelFamily = {
  name: 'generic',
  matches: () => true,
  chat: () => ({
    ...chatDefaults,
    // The caller's own cache points pass, since many an opaque ARN is a Claude or a Nova; whether placing more
    // would pay is not known.
    promptCache: {
      places: ['system', 'messages', 'tools'],
      minTokens: Number.POSITIVE_INFINITY,
      ttls: ['5m', '1h'],
    },
  }),
};
