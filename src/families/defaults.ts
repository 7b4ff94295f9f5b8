import type { ChatTraits } from '../codec/family.ts';
import { noReasoning } from './reasoning.ts';
import { inferenceConfig, nowhere } from './sampling.ts';

const UNKNOWN_PLACE =
  'Converse has no field for it, and where this model takes it is not known. ' +
  'Set it under its own name in providerOptions.bedrock.additionalModelRequestFields.';

/**
 * The rules of a model of which nothing is known: what Converse takes for every model is sent, and what only
 * some models take is left out with a warning. Families, also users' own, spread it and say what differs.
 *
 * @example
 * const mine: ModelFamily = {
 *   name: 'acme',
 *   matches: baseModel => baseModel.startsWith('acme.'),
 *   chat: () => ({ ...chatDefaults, structuredOutput: [{ mode: 'native' }] }),
 * };
 */
export const chatDefaults: ChatTraits = {
  sampling: {
    temperature: inferenceConfig.zeroToOne,
    topP: inferenceConfig.zeroToOne,
    topK: nowhere(UNKNOWN_PLACE),
    seed: nowhere(UNKNOWN_PLACE),
    presencePenalty: nowhere(UNKNOWN_PLACE),
    frequencyPenalty: nowhere(UNKNOWN_PLACE),
    stopSequences: inferenceConfig.any,
  },
  samplingConflicts: [],
  reasoning: noReasoning(
    'It is not known whether and how this model reasons. Name the model behind the id in the `family` or ' +
      '`baseModel` model setting, or send its own fields in ' +
      'providerOptions.bedrock.additionalModelRequestFields.',
  ),
  structuredOutput: [{ mode: 'tool' }],
  tools: { choices: ['any', 'tool'], strict: false, streaming: true, systemTools: [] },
  content: {
    refuses: {},
    toolResultMedia: [],
    systemBetweenTurns: false,
    system: true,
    reasoningReplay: 'signed',
  },
  responseFieldPaths: [],
  // What AWS's cards of the smaller models have.
  maxOutputTokens: 8_192,
  outputBurndown: 1,
};
