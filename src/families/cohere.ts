import type { JSONValue } from '@ai-sdk/provider';
import type { ChatTraits, ModelFamily } from '../codec/family.ts';
import type { RerankingTraits } from '../codec/invoke/reranking.ts';
import { commandR, commandText } from './cohere-chat.ts';
import { cohereEmbedding } from './cohere-embedding.ts';
import { chatDefaults } from './defaults.ts';
import { takesNo } from './media.ts';
import { noReasoning } from './reasoning.ts';
import { field, nowhere } from './sampling.ts';

/** Cohere's models: Command chats, Rerank reranks. */
export const cohere: ModelFamily = {
  name: 'cohere',
  matches: baseModel => baseModel.startsWith('cohere.'),
  embedding: cohereEmbedding,
  chat: (baseModel = '') => {
    if (/command-(light-)?text/.test(baseModel)) return command(baseModel.includes('light'));
    return baseModel.includes('command-r-') ? commandRTraits : { ...commandRTraits, content: base.content };
  },
  invokeChat: (baseModel = '') => {
    if (/command-(light-)?text/.test(baseModel)) return commandText;
    return /embed|rerank/.test(baseModel) ? undefined : commandR;
  },
  reranking: (baseModel = 'cohere.rerank-') => (baseModel.includes('rerank') ? rerank : undefined),
};

const base: ChatTraits = {
  ...chatDefaults,
  reasoning: noReasoning('Command does not reason.'),
  structuredOutput: [],
  content: { ...chatDefaults.content, reasoningReplay: 'never' },
};

const TEXT_ONLY = takesNo('image', 'video', 'audio');

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-cohere-command-r-plus.html */
const commandRTraits: ChatTraits = {
  ...base,
  sampling: {
    ...base.sampling,
    topP: { to: 'inferenceConfig', range: [0.01, 0.99] },
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

/** https://docs.cohere.com/v2/reference/rerank */
const rerank: RerankingTraits = {
  invoke: {
    maxDocuments: 1000,
    // Cohere asks for YAML. Lines and quoted strings are both YAML.
    documentText: document =>
      Object.entries(document)
        .map(([name, value]) => `${name}: ${isLine(value) ? value : JSON.stringify(value)}`)
        .join('\n'),
    toBody: ({ query, documents, topN }) => ({
      api_version: 2,
      query,
      documents: [...documents],
      ...(topN !== undefined && { top_n: topN }),
    }),
  },
};

function isLine(value: JSONValue | undefined): boolean {
  return typeof value === 'string' && /^[\p{L}\p{N}](?:(?!: | #)[^\n\r])*$/u.test(value);
}
