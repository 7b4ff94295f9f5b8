import type { ChatTraits, ModelFamily } from '../codec/family.ts';
import { chatDefaults } from './defaults.ts';
import { takesNo } from './media.ts';
import { noReasoning } from './reasoning.ts';
import { field, nowhere } from './sampling.ts';

/** Cohere's Command models. */
export const cohere: ModelFamily = {
  name: 'cohere',
  matches: baseModel => baseModel.startsWith('cohere.'),
  chat: (baseModel = '') => {
    if (/command-(light-)?text/.test(baseModel)) return command(baseModel.includes('light'));
    return baseModel.includes('command-r-') ? commandR : { ...commandR, content: base.content };
  },
};

const base: ChatTraits = {
  ...chatDefaults,
  reasoning: noReasoning('Command does not reason.'),
  structuredOutput: [],
  content: { ...chatDefaults.content, reasoningReplay: 'never' },
};

const TEXT_ONLY = takesNo('image', 'video', 'audio');

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-cohere-command-r-plus.html */
const commandR: ChatTraits = {
  ...base,
  sampling: {
    ...base.sampling,
    topK: field('k', [0, 500]),
    seed: field('seed'),
    presencePenalty: field('presence_penalty', [0, 1]),
    frequencyPenalty: field('frequency_penalty', [0, 1]),
  },
  tools: {
    ...base.tools,
    choices: [],
    choiceReason: 'Command chooses by itself whether to call a tool.',
  },
  content: { ...base.content, refuses: TEXT_ONLY },
};

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-cohere-command.html */
function command(light: boolean): ChatTraits {
  return {
    ...base,
    sampling: {
      ...base.sampling,
      topK: field('k', [0, 500]),
      seed: nowhere('Command has no seed.'),
      presencePenalty: nowhere('Command has no penalties.'),
      frequencyPenalty: nowhere('Command has no penalties.'),
    },
    tools: { ...base.tools, unsupported: 'Command Text takes no tools.', choices: [] },
    content: {
      ...base.content,
      system: false,
      refuses: light ? takesNo('image', 'document', 'video', 'audio') : TEXT_ONLY,
    },
  };
}
