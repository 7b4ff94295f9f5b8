import type { ChatTraits, ContentTraits, ModelFamily } from '../codec/family.ts';
import { chatDefaults } from './defaults.ts';
import { takesNo } from './media.ts';
import { openWeight } from './open-weight.ts';
import { openAIBody } from './openai-body.ts';
import { noReasoning } from './reasoning.ts';
import { field, nowhere } from './sampling.ts';

/** Writer's Palmyra. */
export const writer: ModelFamily = {
  name: 'writer',
  matches: baseModel => baseModel.startsWith('writer.'),
  // Palmyra's own default is 16 tokens.
  invokeChat: () => openAIBody({ defaultMaxTokens: 8192 }),
  chat: (baseModel = '') => {
    if (baseModel.includes('vision')) return vision;
    return /palmyra-x[45]/.test(baseModel) ? { ...palmyra, content: textOnly } : palmyra;
  },
};

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-palmyra-x5.html */
const palmyra: ChatTraits = {
  ...chatDefaults,
  sampling: {
    ...chatDefaults.sampling,
    topK: nowhere('Palmyra takes no topK.'),
    seed: field('seed'),
    presencePenalty: field('presence_penalty', [-2, 2]),
    frequencyPenalty: field('frequency_penalty', [-2, 2]),
  },
  reasoning: noReasoning('How much Palmyra reasons cannot be set.'),
  structuredOutput: [],
  // Tools in Converse, none in ConverseStream; "This model doesn't support the status field."
  tools: {
    ...chatDefaults.tools,
    choices: [],
    choiceReason: 'Palmyra chooses by itself whether to call a tool.',
    streaming: false,
    resultStatus: false,
  },
  content: {
    ...chatDefaults.content,
    // "Conversation blocks and tool result blocks cannot be provided in the same turn."
    besideToolResult: [],
    reasoningReplay: 'never',
  },
};

const textOnly: ContentTraits = { ...palmyra.content, refuses: takesNo('image', 'video', 'audio') };

const vision: ChatTraits = {
  ...openWeight,
  structuredOutput: [],
  tools: { ...openWeight.tools, unsupported: 'Palmyra Vision takes no tools.', choices: [], strict: false },
};
