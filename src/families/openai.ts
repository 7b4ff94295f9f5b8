import type { ChatTraits, ModelFamily } from '../codec/family.ts';
import { constrainedSchema } from './constrained-schema.ts';
import { chatDefaults } from './defaults.ts';
import { takesNo } from './media.ts';
import { openAIBody } from './openai-body.ts';
import { effortReasoning } from './reasoning.ts';
import { field, nowhere } from './sampling.ts';

/** OpenAI's models in Converse: the open-weight gpt-oss, and GPT from 5.6 on. */
export const openai: ModelFamily = {
  name: 'openai',
  matches: baseModel => baseModel.startsWith('openai.'),
  // GPT has another language in InvokeModel's place. The imports of which only the family is known are gpt-oss.
  invokeChat: (baseModel = 'gpt-oss') =>
    baseModel.includes('gpt-oss') ? openAIBody({ insteadOfConverse: 'imported' }) : undefined,
  chat: (baseModel = '') => (baseModel.includes('gpt-oss') ? gptOss : gpt(baseModel)),
  // GPT is served by Responses, and under OpenAI's own route; gpt-oss by both APIs, where all the others are.
  openAI: (baseModel = '') =>
    baseModel.includes('gpt-oss')
      ? { api: 'chat', mantlePrefix: '/v1', reasons: true }
      : { api: 'responses', mantlePrefix: '/openai/v1' },
};

const NOT_IN_CONVERSE = 'OpenAI models do not take it in Converse.';

const base: ChatTraits = {
  ...chatDefaults,
  sampling: {
    ...chatDefaults.sampling,
    topK: nowhere('OpenAI models take no topK.'),
    presencePenalty: nowhere(NOT_IN_CONVERSE),
    frequencyPenalty: nowhere(NOT_IN_CONVERSE),
    stopSequences: nowhere(NOT_IN_CONVERSE),
  },
};

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-openai.html */
const gptOss: ChatTraits = {
  ...base,
  maxOutputTokens: 16_384,
  sampling: { ...base.sampling, seed: field('seed') },
  // `none` and `minimal` are refused, and a `reasoning` object is taken and ignored.
  reasoning: effortReasoning({
    levels: ['low', 'medium', 'high'],
    on: effort => ({ reasoning_effort: effort }),
    byDefault: true,
  }),
  structuredOutput: [{ mode: 'tool' }, { mode: 'native', ...constrainedSchema }],
  content: {
    ...base.content,
    refuses: takesNo('image', 'video', 'audio'),
    reasoningReplay: 'never',
  },
};

function gpt(baseModel: string): ChatTraits {
  return {
    ...base,
    maxOutputTokens: 128_000,
    sampling: {
      ...base.sampling,
      temperature: nowhere(NOT_IN_CONVERSE),
      topP: nowhere(NOT_IN_CONVERSE),
      seed: nowhere(NOT_IN_CONVERSE),
    },
    reasoning: effortReasoning({
      levels: ['low', 'medium', 'high', 'xhigh', 'max'],
      on: effort => ({ reasoning: { effort } }),
      ...(canStopReasoning(baseModel) && { off: { reasoning: { effort: 'none' } } }),
      byDefault: true,
    }),
    structuredOutput: takesOutputFormat(baseModel)
      ? [{ mode: 'native', ...constrainedSchema }, { mode: 'tool' }]
      : [{ mode: 'tool' }],
    content: { ...base.content, refuses: /gpt-[56]/.test(baseModel) ? takesNo('video', 'audio') : {} },
  };
}

/** Measured of GPT-6: https://github.com/anomalyco/models.dev/pull/6593. GPT-5 is known not to. */
function takesOutputFormat(baseModel: string): boolean {
  return !baseModel.includes('gpt-5');
}

/** GPT-5 and the smaller GPT-6 take the effort `none`; GPT-6 Astra and GPT-6.1 answer it with an error. */
function canStopReasoning(baseModel: string): boolean {
  return /gpt-5|gpt-6-(?:luna|sol)/.test(baseModel);
}
