/** What the contract suite of embeddings runs over: a line for every model with rules of its own. */
import type { BedrockEmbeddingType, MediaKind } from 'bedrock-ai-provider';

export interface EmbeddingFacts {
  readonly modelId: string;
  /** Other ids with the same rules, some of which AWS does not have yet. */
  readonly alike: readonly string[];
  /** How many values one request takes. */
  readonly perRequest: number;
  /** The body for the value `Hello`. */
  readonly body: object;
  readonly dimensions: { readonly default: number; readonly choice: readonly number[] };
  readonly types: readonly BedrockEmbeddingType[];
  /** Options other than those above that the model takes, with a value and what the body then has. */
  readonly takes: Readonly<Record<string, readonly [value: string | number | boolean, body: object]>>;
  /** The body for an image alone; undefined for models of text. */
  readonly image?: object;
  /** The body for the value `Hello` with an image; undefined where that is impossible. */
  readonly textAndImage?: object;
  /** Kinds of files that the model takes. */
  readonly files: readonly MediaKind[];
}

/** One white pixel. */
export const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const PNG_URL = `data:image/png;base64,${PNG}`;

const allTypes: readonly BedrockEmbeddingType[] = ['float', 'int8', 'uint8', 'binary', 'ubinary'];

export const embeddingFacts: readonly EmbeddingFacts[] = [
  {
    modelId: 'amazon.titan-embed-text-v1',
    alike: ['amazon.titan-embed-g1-text-02'],
    perRequest: 1,
    body: { inputText: 'Hello' },
    dimensions: { default: 1536, choice: [] },
    types: ['float'],
    takes: {},
    files: [],
  },
  {
    modelId: 'amazon.titan-embed-text-v2:0',
    alike: [
      'amazon.titan-embed-text-v3:0',
      'arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0',
    ],
    perRequest: 1,
    body: { inputText: 'Hello' },
    dimensions: { default: 1024, choice: [256, 512, 1024] },
    types: ['float', 'binary'],
    takes: { normalize: [false, { normalize: false }] },
    files: [],
  },
  {
    modelId: 'amazon.titan-embed-image-v1',
    alike: ['amazon.titan-embed-image-v1:0', 'amazon.titan-embed-image-v2:0'],
    perRequest: 1,
    body: { inputText: 'Hello' },
    dimensions: { default: 1024, choice: [256, 384, 1024] },
    types: ['float'],
    takes: {},
    image: { inputImage: PNG },
    textAndImage: { inputText: 'Hello', inputImage: PNG },
    files: ['image'],
  },
  {
    modelId: 'cohere.embed-english-v3',
    alike: ['cohere.embed-multilingual-v3'],
    perRequest: 96,
    body: { texts: ['Hello'], input_type: 'search_query' },
    dimensions: { default: 1024, choice: [] },
    types: allTypes,
    takes: {
      inputType: ['clustering', { input_type: 'clustering' }],
      truncate: ['START', { truncate: 'START' }],
    },
    image: { images: [PNG_URL], input_type: 'image' },
    files: ['image'],
  },
  {
    modelId: 'cohere.embed-v4:0',
    alike: ['us.cohere.embed-v4:0', 'global.cohere.embed-v4:0', 'cohere.embed-v5:0'],
    perRequest: 96,
    body: { texts: ['Hello'], input_type: 'search_query', embedding_types: ['float'] },
    dimensions: { default: 1536, choice: [256, 512, 1024, 1536] },
    types: allTypes,
    takes: {
      inputType: ['search_document', { input_type: 'search_document' }],
      maxTokens: [128, { max_tokens: 128 }],
      truncate: ['START', { truncate: 'LEFT' }],
    },
    image: {
      inputs: [{ content: [{ type: 'image_url', image_url: { url: PNG_URL } }] }],
      input_type: 'search_query',
      embedding_types: ['float'],
    },
    textAndImage: {
      inputs: [
        {
          content: [
            { type: 'text', text: 'Hello' },
            { type: 'image_url', image_url: { url: PNG_URL } },
          ],
        },
      ],
      input_type: 'search_query',
      embedding_types: ['float'],
    },
    files: ['image'],
  },
  {
    modelId: 'amazon.nova-2-multimodal-embeddings-v1:0',
    alike: ['us.amazon.nova-3-multimodal-embeddings-v1:0'],
    perRequest: 1,
    body: {
      taskType: 'SINGLE_EMBEDDING',
      singleEmbeddingParams: {
        embeddingPurpose: 'GENERIC_INDEX',
        embeddingDimension: 1024,
        text: { truncationMode: 'END', value: 'Hello' },
      },
    },
    dimensions: { default: 1024, choice: [256, 384, 1024, 3072] },
    types: ['float'],
    takes: {
      embeddingPurpose: [
        'CLUSTERING',
        {
          singleEmbeddingParams: {
            embeddingPurpose: 'CLUSTERING',
            embeddingDimension: 1024,
            text: { truncationMode: 'END', value: 'Hello' },
          },
        },
      ],
      truncate: [
        'LEFT',
        {
          singleEmbeddingParams: {
            embeddingPurpose: 'GENERIC_INDEX',
            embeddingDimension: 1024,
            text: { truncationMode: 'START', value: 'Hello' },
          },
        },
      ],
    },
    image: {
      taskType: 'SINGLE_EMBEDDING',
      singleEmbeddingParams: {
        embeddingPurpose: 'GENERIC_INDEX',
        embeddingDimension: 1024,
        image: { format: 'png', source: { bytes: PNG } },
      },
    },
    files: ['image', 'audio', 'video'],
  },
  {
    modelId: 'us.twelvelabs.marengo-embed-2-7-v1:0',
    alike: ['eu.twelvelabs.marengo-embed-2-7-v1:0'],
    perRequest: 1,
    body: { inputType: 'text', inputText: 'Hello' },
    dimensions: { default: 1024, choice: [] },
    types: ['float'],
    takes: { truncate: ['NONE', { textTruncate: 'none' }] },
    image: { inputType: 'image', mediaSource: { base64String: PNG } },
    files: ['image'],
  },
  {
    modelId: 'twelvelabs.marengo-embed-3-0-v1:0',
    alike: ['eu.twelvelabs.marengo-embed-3-0-v1:0', 'twelvelabs.marengo-embed-4-0-v1:0'],
    perRequest: 1,
    body: { inputType: 'text', text: { inputText: 'Hello' } },
    dimensions: { default: 512, choice: [] },
    types: ['float'],
    takes: {},
    image: { inputType: 'image', image: { mediaSource: { base64String: PNG } } },
    textAndImage: {
      inputType: 'text_image',
      text_image: { inputText: 'Hello', mediaSource: { base64String: PNG } },
    },
    files: ['image'],
  },
];
