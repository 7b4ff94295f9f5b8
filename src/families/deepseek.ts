import type { ChatTraits, ContentTraits, ModelFamily } from '../codec/family.ts';
import { takesNo } from './media.ts';
import { noStopSequences, openWeight } from './open-weight.ts';
import { openAIBody } from './openai-body.ts';
import { effortReasoning, fixedReasoning } from './reasoning.ts';

/** DeepSeek R1, which reasons in every call, and V3, which does on demand. */
export const deepseek: ModelFamily = {
  name: 'deepseek',
  matches: baseModel => baseModel.startsWith('deepseek.'),
  chat: (baseModel = '') => {
    if (baseModel.includes('.r1')) return r1;
    return /\.v3/.test(baseModel) ? { ...v3, content: textOnly } : v3;
  },
  invokeChat: (baseModel = '') => (baseModel.includes('.r1') ? r1Prompt : openAIBody()),
};

const r1Prompt = { load: async () => (await import('./deepseek-prompt.ts')).deepseekPrompt };

const textOnly: ContentTraits = { ...openWeight.content, refuses: takesNo('image', 'video', 'audio') };

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-deepseek.html */
const r1: ChatTraits = {
  ...openWeight,
  reasoning: fixedReasoning,
  structuredOutput: [],
  content: textOnly,
  tools: { ...openWeight.tools, unsupported: 'DeepSeek-R1 takes no tools.', choices: [], strict: false },
};

const v3: ChatTraits = {
  ...openWeight,
  sampling: { ...openWeight.sampling, stopSequences: noStopSequences },
  reasoning: effortReasoning({
    levels: ['low', 'medium', 'high'],
    on: effort => ({ reasoning_config: effort }),
    off: {},
    byDefault: false,
    clashes: () => ({ refusesForcedTool: 'DeepSeek calls no tool when it is made to while it reasons.' }),
  }),
  // https://github.com/langchain-ai/langchain-aws/pull/1261 measured it: a named tool is accepted, and ignored.
  tools: {
    ...openWeight.tools,
    choices: ['any'],
    choiceReason: 'DeepSeek can be made to call some tool, not a certain one.',
  },
};
