/** Search by meaning: texts, an image, and embeddings that take less room. */
import { cosineSimilarity, embed, embedMany } from 'ai';
import {
  type BedrockEmbeddingMetadata,
  type BedrockEmbeddingModelOptions,
  createBedrock,
} from 'bedrock-ai-provider';
import { createLocalBedrock } from 'bedrock-ai-provider/local';

const bedrock = createBedrock(createLocalBedrock().settings);
const model = bedrock.embeddingModel('us.cohere.embed-v4:0');

const values = [
  'The bridge was opened in 1932.',
  'Bread needs flour, water and yeast.',
  'Trains cross the bridge every ten minutes.',
];
const documents = await embedMany({
  model,
  values,
  dimensions: 512,
  providerOptions: { bedrock: { inputType: 'search_document' } satisfies BedrockEmbeddingModelOptions },
});

const question = await embed({
  model,
  value: 'When was the bridge opened?',
  dimensions: 512,
  providerOptions: { bedrock: { inputType: 'search_query' } satisfies BedrockEmbeddingModelOptions },
});
const scores = documents.embeddings.map(embedding => cosineSimilarity(embedding, question.embedding));
console.log('found:', values[scores.indexOf(Math.max(...scores))]);
console.log('tokens:', documents.usage.tokens + question.usage.tokens);

// An image and a text in one embedding, and an image alone.
const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const pictures = await embedMany({
  model,
  values: ['A white pixel', ''],
  providerOptions: {
    bedrock: { files: [{ data: png }, { data: png }] } satisfies BedrockEmbeddingModelOptions,
  },
});
console.log('images:', pictures.embeddings.map(({ length }) => length).join(', '));

// The same embedding as numbers of a byte and as bits.
const small = await embedMany({
  model,
  values,
  providerOptions: {
    bedrock: { embeddingTypes: ['int8', 'ubinary'] } satisfies BedrockEmbeddingModelOptions,
  },
});
const metadata = small.providerMetadata?.['bedrock'] as BedrockEmbeddingMetadata | undefined;
const bits = metadata?.['values[2]']?.embeddingsByType?.ubinary ?? [];
console.log('bytes:', small.embeddings[2]?.length, 'bits:', bits.length * 8);
