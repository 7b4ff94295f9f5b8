/** The request bodies of knowledge bases. A test walks the AWS SDK's own schemas beside them. */
import {
  blob,
  document,
  enumeration,
  float,
  integer,
  list,
  map,
  type Shape,
  type StructureShape,
  string,
  structure,
  union,
} from '../validation/shape.ts';

const text = string();
const id = string({ min: 1 });
const modelFields = map(string(), document);

const selectedFields = list(structure({ fieldName: text }, ['fieldName']));
const reranking = structure(
  {
    type: enumeration(['BEDROCK_RERANKING_MODEL']),
    bedrockRerankingConfiguration: structure(
      {
        modelConfiguration: structure({ modelArn: id, additionalModelRequestFields: modelFields }, [
          'modelArn',
        ]),
        numberOfRerankedResults: integer({ min: 1 }),
        metadataConfiguration: structure(
          {
            selectionMode: enumeration(['SELECTIVE', 'ALL']),
            selectiveModeConfiguration: union('RerankingMetadataSelectiveModeConfiguration', {
              fieldsToInclude: selectedFields,
              fieldsToExclude: selectedFields,
            }),
          },
          ['selectionMode'],
        ),
      },
      ['modelConfiguration'],
    ),
  },
  ['type'],
);

/** Filters hold filters; `filter.ts` looks into them. */
const filter: Shape = document;
const numberOfResults = integer({ min: 1 });

const retrievalConfiguration = structure({
  vectorSearchConfiguration: structure({
    numberOfResults,
    overrideSearchType: enumeration(['HYBRID', 'SEMANTIC']),
    filter,
    rerankingConfiguration: reranking,
    implicitFilterConfiguration: structure(
      {
        metadataAttributes: list(
          structure(
            {
              key: text,
              type: enumeration(['STRING', 'NUMBER', 'BOOLEAN', 'STRING_LIST']),
              description: text,
            },
            ['key', 'type', 'description'],
          ),
        ),
        modelArn: id,
      },
      ['metadataAttributes', 'modelArn'],
    ),
  }),
  managedSearchConfiguration: structure({
    numberOfResults,
    filter,
    rerankingModelType: enumeration(['CUSTOM', 'MANAGED', 'NONE']),
    rerankingConfiguration: reranking,
  }),
});

const guardrail = structure({ guardrailId: id, guardrailVersion: id }, ['guardrailId', 'guardrailVersion']);
const userContext = structure({ userId: id }, ['userId']);

export const retrieveShape: StructureShape = structure(
  {
    retrievalQuery: structure({
      type: enumeration(['TEXT', 'IMAGE']),
      text,
      image: structure(
        { format: enumeration(['png', 'jpeg', 'gif', 'webp']), inlineContent: blob({ min: 1 }) },
        ['format', 'inlineContent'],
      ),
    }),
    retrievalConfiguration,
    guardrailConfiguration: guardrail,
    nextToken: id,
    userContext,
  },
  ['retrievalQuery'],
);

const promptTemplate = structure({ textPromptTemplate: text });
const inferenceConfig = structure({
  textInferenceConfig: structure({
    temperature: float({ min: 0, max: 1 }),
    topP: float({ min: 0, max: 1 }),
    maxTokens: integer({ min: 0 }),
    stopSequences: list(text, { max: 4 }),
  }),
});
const performanceConfig = structure({ latency: enumeration(['standard', 'optimized']) });

const generationConfiguration = structure({
  promptTemplate,
  guardrailConfiguration: guardrail,
  inferenceConfig,
  additionalModelRequestFields: modelFields,
  performanceConfig,
});

export const generateShape: StructureShape = structure(
  {
    sessionId: id,
    input: structure({ text }, ['text']),
    retrieveAndGenerateConfiguration: structure(
      {
        type: enumeration(['KNOWLEDGE_BASE', 'EXTERNAL_SOURCES']),
        knowledgeBaseConfiguration: structure(
          {
            knowledgeBaseId: id,
            modelArn: id,
            retrievalConfiguration,
            generationConfiguration,
            orchestrationConfiguration: structure({
              promptTemplate,
              inferenceConfig,
              additionalModelRequestFields: modelFields,
              queryTransformationConfiguration: structure({ type: enumeration(['QUERY_DECOMPOSITION']) }, [
                'type',
              ]),
              performanceConfig,
            }),
          },
          ['knowledgeBaseId', 'modelArn'],
        ),
        externalSourcesConfiguration: structure(
          {
            modelArn: id,
            sources: list(
              structure(
                {
                  sourceType: enumeration(['S3', 'BYTE_CONTENT']),
                  s3Location: structure({ uri: id }, ['uri']),
                  byteContent: structure({ identifier: id, contentType: id, data: blob({ min: 1 }) }, [
                    'identifier',
                    'contentType',
                    'data',
                  ]),
                },
                ['sourceType'],
              ),
            ),
            generationConfiguration,
          },
          ['modelArn', 'sources'],
        ),
      },
      ['type'],
    ),
    sessionConfiguration: structure({ kmsKeyArn: id }, ['kmsKeyArn']),
    userContext,
  },
  ['input'],
);
