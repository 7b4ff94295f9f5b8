import type { JSONValue } from '@ai-sdk/provider';
import type { ChatTraits, ModelFamily } from '../codec/family.ts';
import type { RerankingTraits } from '../codec/invoke/reranking.ts';
import { chatDefaults } from './defaults.ts';
import { takesNo } from './media.ts';
import { noReasoning } from './reasoning.ts';
import { field, nowhere } from './sampling.ts';

/** Cohere's models: Command chats, Rerank reranks. */
export const cohere: ModelFamily = {
  name: 'cohere',
  matches: baseModel => baseModel.startsWith('cohere.'),
  embedding: (baseModel = 'cohere.embed-v4:0') =>
    baseModel.includes('.embed-') ? cohereEmbedding(baseModel) : undefined,
  chat: (baseModel = '') => {
    if (isCommandText(baseModel)) return command(baseModel.includes('light'));
    return baseModel.includes('command-r-') ? commandRTraits : { ...commandRTraits, content: base.content };
  },
  invokeChat: (baseModel = '') => {
    if (isCommandText(baseModel)) return commandText;
    return /embed|rerank/.test(baseModel) ? undefined : commandR;
  },
  reranking: (baseModel = 'cohere.rerank-') => (baseModel.includes('rerank') ? rerank : undefined),
};

function isCommandText(baseModel: string): boolean {
  return /command-(light-)?text/.test(baseModel);
}

const commandText = {
  // "Converse and ConverseStream have limited support": of one user message.
  insteadOfConverse: 'always' as const,
  load: async () => (await import('./cohere-chat.ts')).commandText,
};
const commandR = { load: async () => (await import('./cohere-chat.ts')).commandR };

function cohereEmbedding(baseModel: string) {
  const isV3 = /embed-[a-z]+-v3/.test(baseModel);
  return {
    maxValuesPerRequest: 96,
    ...(!isV3 && { maxBytesPerRequest: 20_000_000 }),
    load: async () => {
      const { embedV3, embedV4 } = await import('./cohere-embedding.ts');
      return isV3 ? embedV3 : embedV4;
    },
  };
}

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
