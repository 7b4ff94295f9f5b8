/** Documents in the order in which they answer a question. */
import { rerank } from 'ai';
import { type BedrockRerankingModelOptions, createBedrock } from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';

const bedrock = createBedrock(createLocalBedrock().settings);

const { rerankedDocuments } = await rerank({
  model: bedrock.rerankingModel('cohere.rerank-v3-5:0'),
  query: 'When was the bridge opened?',
  documents: [
    'Bread needs flour, water and yeast.',
    'The bridge was opened in 1932.',
    'Trains cross the bridge every ten minutes.',
  ],
  topN: 2,
});
console.log(rerankedDocuments);

// Objects, through agent-runtime, which reads them as they are.
const { ranking } = await rerank({
  model: bedrock.rerankingModel('amazon.rerank-v1:0'),
  query: 'Who has paid?',
  documents: [
    { from: 'Ann', text: 'See you on Friday.' },
    { from: 'Bob', text: 'I have paid the bill.' },
  ],
  providerOptions: {
    bedrock: { service: 'bedrock-agent-runtime' } satisfies BedrockRerankingModelOptions,
  },
});
for (const { score, document } of ranking) console.log(score.toFixed(2), document.from);
