import type { ContentTraits, ModelFamily, ToolTraits } from '../codec/family.ts';
import { chatDefaults } from './defaults.ts';
import { takesNo } from './media.ts';
import { noReasoning } from './reasoning.ts';
import { nowhere } from './sampling.ts';

/**
 * Meta's Llama. Bedrock builds its prompts from a template, also those with tools.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-meta.html
 */
export const llama: ModelFamily = {
  name: 'llama',
  matches: baseModel => baseModel.startsWith('meta.'),
  invokeChat: (baseModel = '') => ({
    load: async () => (await import('./llama-prompt.ts')).llamaPrompt(baseModel),
  }),
  chat: baseModel => ({
    ...chatDefaults,
    sampling: {
      ...chatDefaults.sampling,
      topK: nowhere('Llama on Bedrock takes no topK.'),
      seed: nowhere('Llama on Bedrock has no seed.'),
      presencePenalty: nowhere('Llama on Bedrock has no penalties.'),
      frequencyPenalty: nowhere('Llama on Bedrock has no penalties.'),
    },
    reasoning: noReasoning('Llama does not reason.'),
    // Neither an output format nor a forced tool is served.
    structuredOutput: [],
    tools: toolTraits(baseModel),
    content: contentTraits(baseModel),
  }),
};

/** Llama 2 and 3, and the small models of 3.2. */
const WITHOUT_TOOLS = /llama2|llama3-\d+b|llama3-2-[13]b/;
const TEXT_ONLY = /llama2|llama3-\d+b|llama3-1|llama3-2-[13]b|llama3-3/;

/** https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html */
function toolTraits(baseModel = ''): ToolTraits {
  return {
    ...chatDefaults.tools,
    ...(WITHOUT_TOOLS.test(baseModel) && { unsupported: 'This Llama takes no tools.' }),
    choices: [],
    choiceReason: 'Llama chooses by itself whether to call a tool.',
    streaming: false,
  };
}

function refusedMedia(baseModel: string): ContentTraits['refuses'] {
  if (TEXT_ONLY.test(baseModel)) return takesNo('image', 'video', 'audio');
  return /llama[34]/.test(baseModel) ? takesNo('video', 'audio') : {};
}

function contentTraits(baseModel = ''): ContentTraits {
  return {
    ...chatDefaults.content,
    refuses: refusedMedia(baseModel),
    toolResultMedia: ['image', 'document'],
    // "Conversation blocks and tool result blocks cannot be provided in the same turn."
    ...(!WITHOUT_TOOLS.test(baseModel) && { besideToolResult: [] }),
    reasoningReplay: 'never',
  };
}
