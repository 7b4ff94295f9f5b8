/** Someone who switches has embeddings in a store: the same calls must ask for the same vectors. */
import { readFileSync } from 'node:fs';
import { type AmazonBedrockEmbeddingModelOptions, createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { type BedrockEmbeddingModelOptions, createBedrock } from 'bedrock-ai-provider';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { jsonResponse } from '../support/replies.ts';

/** What both packages send for a call, and the embedding that they read from the reply. */
async function sideBySide(modelId: string, options: AmazonBedrockEmbeddingModelOptions, reply: object) {
  const sent: { url: string; body: Record<string, unknown> }[] = [];
  const settings = {
    region: 'us-east-1',
    apiKey: 'key',
    fetch: async (url: unknown, init?: { body?: unknown }) => {
      sent.push({ url: String(url), body: JSON.parse(String(init?.body)) });
      return jsonResponse(reply);
    },
  };
  const embeddings: unknown[] = [];
  for (const provider of [createAmazonBedrock(settings), createBedrock(settings)]) {
    const result = await provider
      .embeddingModel(modelId)
      .doEmbed({ values: ['Hello'], providerOptions: { amazonBedrock: options } });
    embeddings.push(result.embeddings, result.usage?.tokens);
  }
  const [theirs, ours] = sent;
  return { theirs, ours, embeddings };
}

const titan = { embedding: [1, 2], inputTextTokenCount: 3 };
const nova = { embeddings: [{ embeddingType: 'TEXT', embedding: [1, 2] }], inputTokenCount: 3 };

describe('an embedding call of the official package', () => {
  it.each([
    ['amazon.titan-embed-text-v1', {}, titan],
    ['amazon.titan-embed-text-v2:0', {}, titan],
    ['amazon.titan-embed-text-v2:0', { dimensions: 256, normalize: false }, titan],
    ['cohere.embed-english-v3', {}, { embeddings: [[1, 2]] }],
    [
      'cohere.embed-multilingual-v3',
      { inputType: 'search_document', truncate: 'END' },
      { embeddings: [[1, 2]] },
    ],
    ['amazon.nova-2-multimodal-embeddings-v1:0', {}, nova],
    [
      'amazon.nova-2-multimodal-embeddings-v1:0',
      { embeddingDimension: 384, embeddingPurpose: 'TEXT_RETRIEVAL', truncate: 'START' },
      nova,
    ],
  ] as const)('sends the same here: %s %j', async (modelId, options, reply) => {
    const { theirs, ours, embeddings } = await sideBySide(modelId, options, reply);
    expect(ours).toEqual(theirs);
    expect(embeddings[2]).toEqual(embeddings[0]);
  });

  it('names the type and the words of Cohere v4 here', async () => {
    const { theirs, ours } = await sideBySide(
      'us.cohere.embed-v4:0',
      { outputDimension: 512, truncate: 'END' },
      { embeddings: { float: [[1, 2]] } },
    );
    expect(ours).toEqual({
      url: theirs?.url,
      // The service knows LEFT and RIGHT only.
      body: { ...theirs?.body, truncate: 'RIGHT', embedding_types: ['float'] },
    });
  });

  it('has its options here', () => {
    expectTypeOf<AmazonBedrockEmbeddingModelOptions>().toExtend<BedrockEmbeddingModelOptions>();
  });

  it('has its methods in the document', () => {
    const document = readFileSync(new URL('../../docs/migrating.md', import.meta.url), 'utf8');
    const bedrock = createBedrock();
    for (const name of ['embeddingModel', 'embedding', 'textEmbedding', 'textEmbeddingModel'] as const) {
      expect(bedrock[name]).toBe(bedrock.embeddingModel);
      expect(document).toContain(`\`${name}\``);
    }
  });
});
