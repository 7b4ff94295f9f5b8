/**
 * Rerank of bedrock-agent-runtime.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_Rerank.html
 */
import type { JSONObject } from '@ai-sdk/provider';
import { AwsError, replyHeaders, validationError } from '../aws-error.ts';
import { rank } from '../invoke/reranking.ts';
import { serviceError } from '../validation/service-words.ts';
import {
  compare,
  document,
  enumeration,
  integer,
  list,
  map,
  type StructureShape,
  string,
  structure,
} from '../validation/shape.ts';
import { checkModel, noteUnknownMembers, scripted } from './answer.ts';
import { type Operation, readJson } from './operation.ts';

const text = structure({ text: string({ min: 1, max: 32_000 }) });

const MODEL_ARN =
  '^(arn:aws(-[^:]+)?:(bedrock|sagemaker):[a-z0-9-]{1,20}:([0-9]{12})?:([a-z-]+/)?)?([a-z0-9.-]{1,63}){0,2}(([:][a-z0-9-]{1,63}){0,2})?(/[a-z0-9]{1,12})?$';

const source = structure(
  {
    type: enumeration(['INLINE']),
    inlineDocumentSource: structure(
      { type: enumeration(['TEXT', 'JSON']), textDocument: text, jsonDocument: document },
      ['type'],
    ),
  },
  ['type', 'inlineDocumentSource'],
);

export const rerankShape: StructureShape = structure(
  {
    queries: list(structure({ type: enumeration(['TEXT']), textQuery: text }, ['type', 'textQuery']), {
      min: 1,
      max: 1,
    }),
    sources: list(source, { min: 1, max: 1000 }),
    rerankingConfiguration: structure(
      {
        type: enumeration(['BEDROCK_RERANKING_MODEL']),
        bedrockRerankingConfiguration: structure(
          {
            numberOfResults: integer({ min: 1, max: 1000 }),
            modelConfiguration: structure(
              {
                modelArn: string({ min: 1, max: 2048 }, MODEL_ARN),
                additionalModelRequestFields: map(string({ min: 1, max: 100 }), document),
              },
              ['modelArn'],
            ),
          },
          ['modelConfiguration'],
        ),
      },
      ['type', 'bedrockRerankingConfiguration'],
    ),
    nextToken: string({ min: 1, max: 2048 }, '^\\S*$'),
  },
  ['queries', 'sources', 'rerankingConfiguration'],
);

interface RerankRequest {
  readonly queries: readonly [{ readonly textQuery: { readonly text?: string } }];
  readonly sources: readonly {
    readonly inlineDocumentSource: {
      readonly textDocument?: { readonly text?: string };
      readonly jsonDocument?: JSONObject;
    };
  }[];
  readonly rerankingConfiguration: {
    readonly bedrockRerankingConfiguration: {
      readonly numberOfResults?: number;
      readonly modelConfiguration: { readonly modelArn: string };
    };
  };
}

export const rerank: Operation = {
  name: 'Rerank',
  method: 'POST',
  path: '/rerank',
  async handle(call, backend) {
    if (call.entry.authentication === 'bearer') {
      // https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-reference.html
      throw new AwsError('AccessDeniedException', 'API keys cannot be used with this operation.');
    }
    const body = readJson(call);
    const findings = compare(rerankShape, body);
    const shapeError = serviceError(findings);
    if (shapeError !== undefined) throw shapeError;
    noteUnknownMembers(findings, call, backend);
    // The shape has just been compared.
    const { queries, sources, rerankingConfiguration } = body as unknown as RerankRequest;
    const { numberOfResults, modelConfiguration } = rerankingConfiguration.bedrockRerankingConfiguration;
    const modelId = modelConfiguration.modelArn;
    call.entry.modelId = modelId;
    checkModel({ ...call, modelId }, backend);
    const response = await scripted({ ...call, modelId }, backend, body);
    if (response !== undefined) return response;
    const results = rank(queries[0].textQuery.text ?? '', sources.map(textOf)).slice(0, numberOfResults);
    return Response.json(
      { results: results.map(({ index, score }) => ({ index, relevanceScore: score })) },
      { headers: replyHeaders(call.requestId) },
    );
  },
};

function textOf({ inlineDocumentSource }: RerankRequest['sources'][number]): string {
  const { textDocument, jsonDocument } = inlineDocumentSource;
  if (textDocument?.text !== undefined) return textDocument.text;
  if (jsonDocument !== undefined) return JSON.stringify(jsonDocument);
  throw validationError('The source has neither a textDocument nor a jsonDocument.');
}
