import type { ModelFamily } from '../codec/family.ts';
import { noChat } from './no-chat.ts';

/**
 * Amazon Rerank.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/rerank-supported.html
 */
export const amazonrerank: ModelFamily = {
  name: 'amazonrerank',
  matches: baseModel => baseModel.startsWith('amazon.rerank-'),
  chat: noChat('Amazon Rerank ranks documents: use rerankingModel'),
  reranking: () => ({
    invoke: {
      // AWS documents no limit for InvokeModel; this is the one of the Rerank operation.
      maxDocuments: 1000,
      documentText: document => JSON.stringify(document),
      toBody: ({ query, documents, topN }) => ({
        query,
        documents: [...documents],
        ...(topN !== undefined && { top_n: topN }),
      }),
    },
  }),
};
