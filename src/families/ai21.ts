import type { ChatTraits, ContentTraits, ModelFamily } from '../codec/family.ts';
import { chatDefaults } from './defaults.ts';
import { takesNo } from './media.ts';
import { openAIBody } from './openai-body.ts';
import { noReasoning } from './reasoning.ts';
import { field, nestedField, nowhere } from './sampling.ts';

/** AI21's Jamba, and Jurassic-2 before it. */
export const ai21: ModelFamily = {
  name: 'ai21',
  matches: baseModel => baseModel.startsWith('ai21.'),
  chat: (baseModel = '') => {
    if (isJurassic(baseModel)) return jurassic;
    if (baseModel.includes('jamba-instruct')) return jambaInstruct;
    return baseModel.includes('jamba-1-5') ? { ...jamba, content: textOnly } : jamba;
  },
  invokeChat: (baseModel = '') => (isJurassic(baseModel) ? jurassicPrompt : openAIBody()),
};

function isJurassic(baseModel: string): boolean {
  return baseModel.includes('j2-');
}

const jurassicPrompt = {
  // Converse takes one user message of it, and no conversation.
  insteadOfConverse: 'always' as const,
  load: async () => (await import('./ai21-jurassic.ts')).jurassicPrompt,
};

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-jamba.html */
const jamba: ChatTraits = {
  ...chatDefaults,
  sampling: {
    ...chatDefaults.sampling,
    topK: nowhere('Jamba takes no topK.'),
    seed: nowhere('Jamba has no seed.'),
    presencePenalty: field('presence_penalty', [-2, 2]),
    frequencyPenalty: field('frequency_penalty', [-2, 2]),
  },
  reasoning: noReasoning('Jamba does not reason.'),
  structuredOutput: [],
  tools: {
    ...chatDefaults.tools,
    choices: [],
    choiceReason: 'Jamba chooses by itself whether to call a tool.',
  },
  content: { ...chatDefaults.content, reasoningReplay: 'never' },
};

const textOnly: ContentTraits = { ...jamba.content, refuses: takesNo('image', 'video', 'audio') };

const jambaInstruct: ChatTraits = {
  ...jamba,
  tools: { ...jamba.tools, unsupported: 'Jamba-Instruct takes no tools.' },
  content: { ...jamba.content, refuses: takesNo('image', 'document', 'video', 'audio') },
};

/**
 * One user message, no streaming.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-jurassic2.html
 */
const jurassic: ChatTraits = {
  ...jambaInstruct,
  sampling: {
    ...jamba.sampling,
    topK: nowhere('Jurassic-2 takes no topK.'),
    seed: nowhere('Jurassic-2 has no seed.'),
    presencePenalty: nestedField(scale => ({ presencePenalty: { scale } }), [0, 5]),
    frequencyPenalty: nestedField(scale => ({ frequencyPenalty: { scale } }), [0, 500]),
  },
  reasoning: noReasoning('Jurassic-2 does not reason.'),
  tools: { ...jamba.tools, unsupported: 'Jurassic-2 takes no tools.' },
  content: { ...jambaInstruct.content, system: false },
};
