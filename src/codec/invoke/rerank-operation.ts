/**
 * The request of agent-runtime's Rerank operation.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_Rerank.html
 */
import { InvalidArgumentError, type JSONObject, type RerankingModelV4CallOptions } from '@ai-sdk/provider';

/** Of one request. */
export const MAX_RERANK_SOURCES = 1000;

/** Characters of the query, and of a document that is a text. */
const MAX_TEXT = 32_000;

export interface RerankRequest {
  readonly query: string;
  readonly documents: RerankingModelV4CallOptions['documents'];
  readonly topN: number | undefined;
  readonly modelArn: string;
  readonly fields: JSONObject | undefined;
  readonly nextToken: string | undefined;
}

export function toRerankRequest({
  query,
  documents,
  topN,
  modelArn,
  fields,
  nextToken,
}: RerankRequest): JSONObject {
  return {
    queries: [{ type: 'TEXT', textQuery: { text: query } }],
    sources: documents.values.map(document => ({
      type: 'INLINE',
      inlineDocumentSource:
        typeof document === 'string'
          ? { type: 'TEXT', textDocument: { text: document } }
          : { type: 'JSON', jsonDocument: document },
    })),
    rerankingConfiguration: {
      type: 'BEDROCK_RERANKING_MODEL',
      bedrockRerankingConfiguration: {
        ...(topN !== undefined && { numberOfResults: topN }),
        modelConfiguration: { modelArn, ...(fields && { additionalModelRequestFields: fields }) },
      },
    },
    ...(nextToken !== undefined && { nextToken }),
  };
}

/** @throws InvalidArgumentError for a text that is empty or longer than the operation takes */
export function checkRerankTexts(query: string, documents: RerankingModelV4CallOptions['documents']): void {
  checkText('query', query);
  if (documents.type !== 'text') return;
  for (const [index, text] of documents.values.entries()) checkText(`documents[${index}]`, text);
}

function checkText(argument: string, { length }: string): void {
  if (length >= 1 && length <= MAX_TEXT) return;
  throw new InvalidArgumentError({
    argument,
    message: `${argument}: bedrock-agent-runtime takes 1 to ${MAX_TEXT} characters, got ${length}.`,
  });
}
