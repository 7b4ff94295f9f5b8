/**
 * Knowledge bases: what documents say to a question, and answers made of it.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/knowledge-base.html
 */
import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import { convertUint8ArrayToBase64 } from '@ai-sdk/provider-utils';
import { z } from 'zod/v4';
import { findRegion } from '../auth/region.ts';
import { checkOptions, invalidArgument } from '../codec/provider-options.ts';
import type { ModelContext } from '../models/model-context.ts';
import { partitionOf } from '../settings/endpoints.ts';
import { encodePathLabel, parseModelRef } from '../settings/model-ref.ts';
import { callOperation, type OperationOptions, sendOperation, splitOptions } from './call.ts';
import { openEventStream, type StreamEvent } from './event-stream.ts';

/* ----------------------------------------------------------------- options */

/**
 * AWS's filter of metadata, e.g. `{ equals: { key: 'year', value: 2026 } }`, joined by `andAll` and `orAll`.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_RetrievalFilter.html
 */
export type RetrievalFilter =
  | {
      readonly [operator in FilterOperator]?: { readonly key: string; readonly value: JSONValue };
    }
  | { readonly andAll: readonly RetrievalFilter[] }
  | { readonly orAll: readonly RetrievalFilter[] };

type FilterOperator =
  | 'equals'
  | 'notEquals'
  | 'greaterThan'
  | 'greaterThanOrEquals'
  | 'lessThan'
  | 'lessThanOrEquals'
  | 'in'
  | 'notIn'
  | 'startsWith'
  | 'listContains'
  | 'stringContains';

export interface RetrievalOptions {
  /**
   * How many results at most, for a question or a page.
   * @default AWS's, which is 5
   */
  readonly numberOfResults?: number | undefined;
  /**
   * Whether words are searched for beside meanings.
   * @default AWS decides by the vector store
   */
  readonly searchType?: 'HYBRID' | 'SEMANTIC' | undefined;
  readonly filter?: RetrievalFilter | undefined;
  /**
   * AWS's own configuration, in place of the three options above: reranking, implicit filters, managed search.
   * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_KnowledgeBaseRetrievalConfiguration.html
   */
  readonly retrievalConfiguration?: JSONObject | undefined;
}

interface KnowledgeBaseGuardrail {
  readonly guardrailIdentifier: string;
  readonly guardrailVersion: string;
}

export interface RetrieveOptions extends OperationOptions, RetrievalOptions {
  readonly knowledgeBaseId: string;
  /** A question, or an image for knowledge bases that hold images. */
  readonly query:
    | string
    | {
        readonly image: {
          readonly format: 'png' | 'jpeg' | 'gif' | 'webp';
          readonly bytes: Uint8Array | string;
        };
      };
  readonly guardrail?: KnowledgeBaseGuardrail | undefined;
  /** Of the reply before, for the next results. */
  readonly nextToken?: string | undefined;
  /** For knowledge bases that give each user only what the user may see. */
  readonly userId?: string | undefined;
}

/** A document to answer from, beside or instead of a knowledge base. */
export type ExternalSource =
  | { readonly s3Uri: string }
  | {
      /** A name for the document. */
      readonly identifier: string;
      /** E.g. `application/pdf`. */
      readonly contentType: string;
      /** The bytes, or base64. */
      readonly data: Uint8Array | string;
    };

export interface RetrieveAndGenerateOptions extends OperationOptions, RetrievalOptions {
  /** The question. */
  readonly input: string;
  /** The model that writes the answer: an id, an id of an inference profile, or an ARN. */
  readonly modelId: string;
  /** What to answer from; else `sources`. */
  readonly knowledgeBaseId?: string | undefined;
  /** Documents to answer from, in place of a knowledge base. */
  readonly sources?: readonly ExternalSource[] | undefined;
  /** The prompt of the model, with `$search_results$` where they are to stand. */
  readonly promptTemplate?: string | undefined;
  readonly maxOutputTokens?: number | undefined;
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly stopSequences?: readonly string[] | undefined;
  readonly additionalModelRequestFields?: JSONObject | undefined;
  readonly guardrail?: KnowledgeBaseGuardrail | undefined;
  /**
   * Takes questions that hold several apart before they are searched for. Knowledge bases only.
   * @default false
   */
  readonly decomposeQuery?: boolean | undefined;
  /** Of the reply before, to go on with its conversation. */
  readonly sessionId?: string | undefined;
  /** The key that encrypts the session. */
  readonly kmsKeyArn?: string | undefined;
  readonly userId?: string | undefined;
}

const guardrailSchema = z
  .strictObject({ guardrailIdentifier: z.string().min(1), guardrailVersion: z.string().min(1) })
  .optional();
const json = z.record(z.string(), z.json());
const knowledgeBaseId = z
  .string()
  .regex(/^[0-9A-Za-z]+$/, 'expected the id of a knowledge base, which has letters and digits only');
const bytes = z.union([z.base64(), z.instanceof(Uint8Array)], 'expected bytes or base64');

const retrievalMembers = {
  numberOfResults: z.int().min(1).optional(),
  searchType: z.enum(['HYBRID', 'SEMANTIC']).optional(),
  filter: json.optional(),
  retrievalConfiguration: json.optional(),
};

const retrieveSchema = z.strictObject({
  ...retrievalMembers,
  knowledgeBaseId,
  query: z.union(
    [
      z.string().min(1),
      z.strictObject({
        image: z.strictObject({ format: z.enum(['png', 'jpeg', 'gif', 'webp']), bytes }),
      }),
    ],
    'expected a question, or { image: { format, bytes } }',
  ),
  guardrail: guardrailSchema,
  nextToken: z.string().min(1).optional(),
  userId: z.string().min(1).optional(),
});

const generateSchema = z.strictObject({
  ...retrievalMembers,
  input: z.string().min(1),
  modelId: z.string().min(1),
  knowledgeBaseId: knowledgeBaseId.optional(),
  sources: z
    .array(
      z.union(
        [
          z.strictObject({ s3Uri: z.string().regex(/^s3:\/\//) }),
          z.strictObject({ identifier: z.string().min(1), contentType: z.string().min(1), data: bytes }),
        ],
        'expected { s3Uri } or { identifier, contentType, data }',
      ),
    )
    .min(1)
    .optional(),
  promptTemplate: z.string().min(1).optional(),
  maxOutputTokens: z.int().min(1).optional(),
  temperature: z.number().min(0).max(1).optional(),
  topP: z.number().min(0).max(1).optional(),
  stopSequences: z.array(z.string()).max(4).optional(),
  additionalModelRequestFields: json.optional(),
  guardrail: guardrailSchema,
  decomposeQuery: z.boolean().optional(),
  sessionId: z.string().min(1).optional(),
  kmsKeyArn: z.string().min(1).optional(),
  userId: z.string().min(1).optional(),
});

/* ----------------------------------------------------------------- replies */

/** A piece of a document, as AWS has it, with the two things that are most asked for in front. */
export interface RetrievedReference {
  /** Its words, where it has any: of a text, or what is said of a picture, sound or film. */
  readonly text: string | undefined;
  /** Where it is from: an `s3://` or web address, or the id of a document of one's own. */
  readonly source: string | undefined;
  readonly content?: JSONObject;
  readonly location?: JSONObject;
  readonly metadata?: JSONObject;
}

export interface RetrievedResult extends RetrievedReference {
  /** How near it is to the question; the scale is the vector store's. */
  readonly score?: number;
  readonly documentId?: string;
}

export interface Retrieval {
  /** The nearest first. */
  readonly results: readonly RetrievedResult[];
  readonly guardrailAction?: 'INTERVENED' | 'NONE' | (string & {});
  /** Where there are more results. */
  readonly nextToken?: string;
}

export interface KnowledgeBaseCitation {
  /** The part of the answer, and where it begins and ends in it. */
  readonly text: string | undefined;
  readonly span?: { readonly start?: number; readonly end?: number };
  /** What the part is taken from. */
  readonly references: readonly RetrievedReference[];
}

export interface GeneratedAnswer {
  readonly text: string;
  readonly citations: readonly KnowledgeBaseCitation[];
  /** For the next question of the same conversation. */
  readonly sessionId: string;
  readonly guardrailAction?: 'INTERVENED' | 'NONE' | (string & {});
}

export type GeneratedAnswerPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'citation'; readonly citation: KnowledgeBaseCitation }
  | { readonly type: 'guardrail'; readonly action: 'INTERVENED' | 'NONE' | (string & {}) };

export interface GeneratedAnswerStream {
  readonly sessionId: string | undefined;
  /** Ends with a `BedrockError` where the answer breaks off. */
  readonly stream: ReadableStream<GeneratedAnswerPart>;
}

/* -------------------------------------------------------------- operations */

interface WireReference {
  readonly content?: JSONObject;
  readonly location?: JSONObject;
  readonly metadata?: JSONObject;
}

/** See `BedrockOperations.retrieve`. */
export async function retrieve(context: ModelContext, options: RetrieveOptions): Promise<Retrieval> {
  const { own, shared } = splitOptions(options);
  checkOptions(retrieveSchema, own as Checked, () => 'retrieve');
  const { query, guardrail, nextToken, userId } = own;
  const configuration = retrievalConfiguration(own, 'retrieve');
  const reply = await callOperation<{
    retrievalResults: ReadonlyArray<WireReference & { score?: number; documentId?: string }>;
    guardrailAction?: string | null;
    nextToken?: string | null;
  }>(
    context,
    {
      service: 'bedrock-agent-runtime',
      path: `/knowledgebases/${encodePathLabel(own.knowledgeBaseId)}/retrieve`,
      body: {
        retrievalQuery: toQuery(query),
        ...(configuration && { retrievalConfiguration: configuration }),
        ...(guardrail && { guardrailConfiguration: toGuardrail(guardrail) }),
        ...(nextToken !== undefined && { nextToken }),
        ...(userId !== undefined && { userContext: { userId } }),
      },
    },
    shared,
    ({ retrievalResults }) => Array.isArray(retrievalResults),
  );
  return {
    results: reply.retrievalResults.map(result => ({ ...result, ...readable(result) })),
    ...(reply.guardrailAction && { guardrailAction: reply.guardrailAction }),
    ...(reply.nextToken && { nextToken: reply.nextToken }),
  };
}

/** See `BedrockOperations.retrieveAndGenerate`. */
export async function retrieveAndGenerate(
  context: ModelContext,
  options: RetrieveAndGenerateOptions,
): Promise<GeneratedAnswer> {
  const { body, shared } = await toGenerateRequest(context, options, 'retrieveAndGenerate');
  const reply = await callOperation<{
    output: { text: string };
    citations?: readonly WireCitation[] | null;
    sessionId: string;
    guardrailAction?: string | null;
  }>(
    context,
    { service: 'bedrock-agent-runtime', path: '/retrieveAndGenerate', body, modelId: options.modelId },
    shared,
    ({ output }) => typeof output?.text === 'string',
  );
  const { output, citations, sessionId, guardrailAction } = reply;
  return {
    text: output.text,
    citations: (citations ?? []).map(toCitation),
    sessionId,
    ...(guardrailAction && { guardrailAction }),
  };
}

/** See `BedrockOperations.retrieveAndGenerateStream`. */
export async function retrieveAndGenerateStream(
  context: ModelContext,
  options: RetrieveAndGenerateOptions,
): Promise<GeneratedAnswerStream> {
  const { body, shared } = await toGenerateRequest(context, options, 'retrieveAndGenerateStream');
  const reply = await sendOperation(
    context,
    {
      service: 'bedrock-agent-runtime',
      path: '/retrieveAndGenerateStream',
      body,
      modelId: options.modelId,
      streams: true,
    },
    shared,
  );
  return {
    sessionId: reply.headers['x-amzn-bedrock-knowledge-base-session-id'],
    stream: await openEventStream(reply, toParts),
  };
}

/* ---------------------------------------------------------------- requests */

type Checked = Parameters<typeof checkOptions>[1];

function toQuery(query: RetrieveOptions['query']): JSONObject {
  if (typeof query === 'string') return { text: query };
  const { format, bytes } = query.image;
  return { type: 'IMAGE', image: { format, inlineContent: toBase64(bytes) } };
}

function toBase64(bytes: Uint8Array | string): string {
  return typeof bytes === 'string' ? bytes : convertUint8ArrayToBase64(bytes);
}

function toGuardrail({ guardrailIdentifier, guardrailVersion }: KnowledgeBaseGuardrail): JSONObject {
  return { guardrailId: guardrailIdentifier, guardrailVersion };
}

function retrievalConfiguration(
  { numberOfResults, searchType, filter, retrievalConfiguration: whole }: RetrievalOptions,
  operation: string,
): JSONObject | undefined {
  const search = {
    ...(numberOfResults !== undefined && { numberOfResults }),
    ...(searchType !== undefined && { overrideSearchType: searchType }),
    ...(filter !== undefined && { filter: filter as JSONObject }),
  };
  if (Object.keys(search).length === 0) return whole;
  if (whole === undefined) return { vectorSearchConfiguration: search };
  throw invalidArgument(
    `${operation}.retrievalConfiguration`,
    'takes the place of numberOfResults, searchType and filter; give them inside of it',
  );
}

async function toGenerateRequest(
  context: ModelContext,
  options: RetrieveAndGenerateOptions,
  operation: string,
): Promise<{ body: JSONObject; shared: OperationOptions }> {
  const { own, shared } = splitOptions(options);
  checkOptions(generateSchema, own as object as Checked, () => operation);
  const { input, sessionId, kmsKeyArn, userId } = own;
  const modelArn = await modelArnOf(own.modelId, context, shared);
  return {
    shared,
    body: {
      input: { text: input },
      retrieveAndGenerateConfiguration: toConfiguration(own, modelArn, operation),
      ...(sessionId !== undefined && { sessionId }),
      ...(kmsKeyArn !== undefined && { sessionConfiguration: { kmsKeyArn } }),
      ...(userId !== undefined && { userContext: { userId } }),
    },
  };
}

/** Models are named by their ARN; profiles go as they are. */
async function modelArnOf(
  modelId: string,
  { settings }: ModelContext,
  { region }: OperationOptions,
): Promise<string> {
  const { address, baseModel } = parseModelRef(modelId);
  if (address !== 'model' || baseModel === undefined) return modelId;
  const calledFrom = await findRegion(settings, region);
  return `arn:${partitionOf(calledFrom).name}:bedrock:${calledFrom}::foundation-model/${modelId}`;
}

function toConfiguration(
  own: Omit<RetrieveAndGenerateOptions, keyof OperationOptions>,
  modelArn: string,
  operation: string,
): JSONObject {
  const { knowledgeBaseId, sources, decomposeQuery } = own;
  const retrieval = retrievalConfiguration(own, operation);
  const generationConfiguration = toGeneration(own);
  const generation = Object.keys(generationConfiguration).length > 0 && { generationConfiguration };
  if (sources !== undefined && knowledgeBaseId === undefined) {
    if (retrieval !== undefined || decomposeQuery) {
      throw invalidArgument(
        `${operation}.sources`,
        'are read as they are; retrieval has options for knowledge bases only',
      );
    }
    return {
      type: 'EXTERNAL_SOURCES',
      externalSourcesConfiguration: { modelArn, sources: sources.map(toSource), ...generation },
    };
  }
  if (sources !== undefined || knowledgeBaseId === undefined) {
    throw invalidArgument(`${operation}.knowledgeBaseId`, 'give knowledgeBaseId or sources, one of them');
  }
  return {
    type: 'KNOWLEDGE_BASE',
    knowledgeBaseConfiguration: {
      knowledgeBaseId,
      modelArn,
      ...(retrieval && { retrievalConfiguration: retrieval }),
      ...generation,
      ...(decomposeQuery && {
        orchestrationConfiguration: { queryTransformationConfiguration: { type: 'QUERY_DECOMPOSITION' } },
      }),
    },
  };
}

function toGeneration({
  promptTemplate,
  maxOutputTokens,
  temperature,
  topP,
  stopSequences,
  additionalModelRequestFields,
  guardrail,
}: Omit<RetrieveAndGenerateOptions, keyof OperationOptions>): JSONObject {
  const inference = {
    ...(maxOutputTokens !== undefined && { maxTokens: maxOutputTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(stopSequences && { stopSequences: [...stopSequences] }),
  };
  return {
    ...(promptTemplate !== undefined && { promptTemplate: { textPromptTemplate: promptTemplate } }),
    ...(Object.keys(inference).length > 0 && { inferenceConfig: { textInferenceConfig: inference } }),
    ...(additionalModelRequestFields && { additionalModelRequestFields }),
    ...(guardrail && { guardrailConfiguration: toGuardrail(guardrail) }),
  };
}

function toSource(source: ExternalSource): JSONObject {
  if ('s3Uri' in source) return { sourceType: 'S3', s3Location: { uri: source.s3Uri } };
  const { identifier, contentType, data } = source;
  return { sourceType: 'BYTE_CONTENT', byteContent: { identifier, contentType, data: toBase64(data) } };
}

/* ----------------------------------------------------------------- reading */

interface WireCitation {
  readonly generatedResponsePart?: {
    readonly textResponsePart?: { readonly text?: string; readonly span?: { start?: number; end?: number } };
  };
  readonly retrievedReferences?: readonly WireReference[] | null;
}

function toCitation({ generatedResponsePart, retrievedReferences }: WireCitation): KnowledgeBaseCitation {
  const { text, span } = generatedResponsePart?.textResponsePart ?? {};
  return {
    text,
    ...(span && { span }),
    references: (retrievedReferences ?? []).map(reference => ({ ...reference, ...readable(reference) })),
  };
}

/** Events of the stream; those that AWS adds are passed over. */
function toParts({ type, payload }: StreamEvent): GeneratedAnswerPart[] {
  const event = payload as { text?: string; action?: string; citation?: WireCitation } & WireCitation;
  switch (type) {
    case 'output':
      return event.text === undefined ? [] : [{ type: 'text', text: event.text }];
    case 'citation':
      // AWS's first form of the event had both inside of `citation`, and may send that still.
      return [
        {
          type: 'citation',
          citation: toCitation(event.generatedResponsePart ? event : (event.citation ?? event)),
        },
      ];
    case 'guardrail':
      return event.action === undefined ? [] : [{ type: 'guardrail', action: event.action }];
    default:
      return [];
  }
}

function readable({ content, location }: WireReference): Pick<RetrievedReference, 'text' | 'source'> {
  return { text: textOf(content), source: sourceOf(location) };
}

function textOf(content: JSONObject = {}): string | undefined {
  const { text, audio, video, row } = content as {
    text?: string;
    audio?: { transcription?: string };
    video?: { summary?: string };
    row?: ReadonlyArray<{ columnName?: string; columnValue?: string }>;
  };
  const ofRow = row?.map(({ columnName, columnValue }) => `${columnName}: ${columnValue}`).join('\n');
  return text ?? audio?.transcription ?? video?.summary ?? ofRow;
}

/** A location has one member beside its type, and that has one: `uri`, `url`, `id` or `query`. */
function sourceOf(location: JSONObject = {}): string | undefined {
  for (const place of Object.values(location)) {
    if (typeof place !== 'object' || place === null) continue;
    const found = Object.values(place).find(value => typeof value === 'string');
    if (found !== undefined) return found as string;
  }
  return undefined;
}
