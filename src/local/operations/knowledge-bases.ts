/**
 * Retrieve, RetrieveAndGenerate and its stream, over documents given at the start.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_Retrieve.html
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_RetrieveAndGenerate.html
 */
import type { JSONObject } from '@ai-sdk/provider';
import { AwsError, replyHeaders, validationError } from '../aws-error.ts';
import { assess } from '../guardrails/guardrails.ts';
import { type Chunk, type ScoredChunk, searchChunks, toChunks } from '../knowledge-bases/knowledge-bases.ts';
import type { WireEvent } from '../reply/faults.ts';
import { streamBody } from '../reply/stream-body.ts';
import { DISCLAIMER } from '../responder/plain-text.ts';
import { serviceError } from '../validation/service-words.ts';
import { compare, type StructureShape } from '../validation/shape.ts';
import { contentWords, overlap, sentencesOf } from '../words.ts';
import { checkModel, noteUnknownMembers, scripted, scriptedFreely } from './answer.ts';
import { pageOf } from './catalog.ts';
import { generateShape, retrieveShape } from './knowledge-base-shapes.ts';
import { type Backend, type Call, type Operation, readJson } from './operation.ts';

interface Guardrail {
  readonly guardrailId: string;
  readonly guardrailVersion: string;
}

interface Retrieval {
  readonly vectorSearchConfiguration?: { readonly numberOfResults?: number; readonly filter?: JSONObject };
  readonly managedSearchConfiguration?: { readonly numberOfResults?: number; readonly filter?: JSONObject };
}

interface RetrieveRequest {
  readonly retrievalQuery: { readonly text?: string };
  readonly retrievalConfiguration?: Retrieval;
  readonly guardrailConfiguration?: Guardrail;
  readonly nextToken?: string;
}

const DEFAULT_RESULTS = 5;

export const retrieve: Operation = {
  name: 'Retrieve',
  method: 'POST',
  path: '/knowledgebases/:knowledgeBaseId/retrieve',
  async handle(call, backend) {
    const body = readChecked(retrieveShape, call, backend);
    const response = await scriptedFreely(call, backend, body);
    if (response !== undefined) return response;
    const request = body as unknown as RetrieveRequest;
    const { text } = request.retrievalQuery;
    if (text === undefined) throw validationError('The local Bedrock finds texts by texts only.');
    const headers = replyHeaders(call.requestId);
    if (isBlocked(text, request.guardrailConfiguration, backend)) {
      return Response.json({ retrievalResults: [], guardrailAction: 'INTERVENED' }, { headers });
    }
    const { numberOfResults = DEFAULT_RESULTS, filter } = searchOf(request.retrievalConfiguration);
    const found = backend.knowledgeBases.search(call.params['knowledgeBaseId'] ?? '', text, filter);
    const query = new URLSearchParams({ maxResults: String(numberOfResults) });
    if (request.nextToken !== undefined) query.set('nextToken', request.nextToken);
    const { page, nextToken } = pageOf(found, { query }, DEFAULT_RESULTS);
    return Response.json(
      {
        retrievalResults: page.map(({ chunk, score }) => ({ ...toReference(chunk), score })),
        ...(request.guardrailConfiguration && { guardrailAction: 'NONE' }),
        ...(nextToken && { nextToken }),
      },
      { headers },
    );
  },
};

function readChecked(shape: StructureShape, call: Call, backend: Backend) {
  if (call.entry.authentication === 'bearer') {
    // https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-reference.html
    throw new AwsError('AccessDeniedException', 'API keys cannot be used with this operation.');
  }
  const body = readJson(call);
  const findings = compare(shape, body);
  const shapeError = serviceError(findings);
  if (shapeError !== undefined) throw shapeError;
  noteUnknownMembers(findings, call, backend);
  return body;
}

function searchOf({ vectorSearchConfiguration, managedSearchConfiguration }: Retrieval = {}) {
  return vectorSearchConfiguration ?? managedSearchConfiguration ?? {};
}

function toReference({ text, location, metadata }: Chunk): JSONObject {
  return { content: { type: 'TEXT', text }, location, metadata };
}

function isBlocked(text: string, guardrail: Guardrail | undefined, { guardrails }: Backend): boolean {
  if (guardrail === undefined || guardrails === undefined) return false;
  const found = guardrails.find(guardrail.guardrailId);
  return assess(found, [text], { version: guardrail.guardrailVersion }).blocks;
}

/* ---------------------------------------------------------------- generate */

interface Generation {
  readonly modelArn: string;
  readonly generationConfiguration?: { readonly guardrailConfiguration?: Guardrail };
}

interface GenerateRequest {
  readonly sessionId?: string;
  readonly input: { readonly text: string };
  readonly retrieveAndGenerateConfiguration?: {
    readonly type: 'KNOWLEDGE_BASE' | 'EXTERNAL_SOURCES';
    readonly knowledgeBaseConfiguration?: Generation & {
      readonly knowledgeBaseId: string;
      readonly retrievalConfiguration?: Retrieval;
    };
    readonly externalSourcesConfiguration?: Generation & { readonly sources: readonly ExternalSource[] };
  };
}

interface ExternalSource {
  readonly s3Location?: { readonly uri: string };
  readonly byteContent?: { readonly identifier: string; readonly contentType: string; readonly data: string };
}

interface Answer {
  readonly sessionId: string;
  readonly guardrailAction: 'INTERVENED' | 'NONE' | undefined;
  /** The answer in parts, each with the chunks that it is taken from. */
  readonly parts: readonly { readonly text: string; readonly from: readonly Chunk[] }[];
}

export const retrieveAndGenerate: Operation = {
  name: 'RetrieveAndGenerate',
  method: 'POST',
  path: '/retrieveAndGenerate',
  async handle(call, backend) {
    const answer = await answerOf(call, backend);
    if (answer instanceof Response || 'status' in answer) return answer as Response;
    const { sessionId, guardrailAction, parts } = answer;
    return Response.json(
      {
        sessionId,
        output: { text: parts.map(({ text }) => text).join('') },
        citations: toCitations(parts),
        ...(guardrailAction && { guardrailAction }),
      },
      { headers: replyHeaders(call.requestId) },
    );
  },
};

export const retrieveAndGenerateStream: Operation = {
  name: 'RetrieveAndGenerateStream',
  method: 'POST',
  path: '/retrieveAndGenerateStream',
  async handle(call, backend) {
    const answer = await answerOf(call, backend);
    if (answer instanceof Response || 'status' in answer) return answer as Response;
    const { signal, entry, charge, ended } = call;
    const options = { delayMs: backend.delayMs, fault: undefined, signal, entry, charge, ended };
    return new Response(streamBody(toEvents(answer), options), {
      headers: {
        'content-type': 'application/vnd.amazon.eventstream',
        'x-amzn-bedrock-knowledge-base-session-id': answer.sessionId,
        ...replyHeaders(call.requestId),
      },
    });
  },
};

async function answerOf(call: Call, backend: Backend): Promise<Answer | Response> {
  const body = readChecked(generateShape, call, backend);
  const request = body as unknown as GenerateRequest;
  const { knowledgeBaseConfiguration: base, externalSourcesConfiguration: external } =
    request.retrieveAndGenerateConfiguration ?? {};
  const generation = base ?? external;
  if (generation === undefined) {
    throw validationError(
      'The request has neither a knowledgeBaseConfiguration nor an externalSourcesConfiguration.',
    );
  }
  const named = { ...call, modelId: generation.modelArn };
  call.entry.modelId = generation.modelArn;
  checkModel(named, backend);
  const response = await scripted(named, backend, body);
  if (response !== undefined) return response;

  const question = request.input.text;
  const sessionId = request.sessionId ?? crypto.randomUUID();
  const guardrail = generation.generationConfiguration?.guardrailConfiguration;
  const guardrailAction = guardrail === undefined ? undefined : ('NONE' as const);
  if (guardrail !== undefined && isBlocked(question, guardrail, backend)) {
    const text = blockedMessage(question, guardrail, backend);
    return { sessionId, guardrailAction: 'INTERVENED', parts: [{ text, from: [] }] };
  }
  const { numberOfResults = DEFAULT_RESULTS, filter } = searchOf(base?.retrievalConfiguration);
  const found =
    base === undefined
      ? searchChunks((external?.sources ?? []).flatMap(toSourceChunks), question)
      : backend.knowledgeBases.search(base.knowledgeBaseId, question, filter);
  return { sessionId, guardrailAction, parts: toAnswer(found.slice(0, numberOfResults), question) };
}

function blockedMessage(
  text: string,
  { guardrailId, guardrailVersion }: Guardrail,
  backend: Backend,
): string {
  const found = backend.guardrails?.find(guardrailId);
  return found === undefined ? '' : (assess(found, [text], { version: guardrailVersion }).outputs[0] ?? '');
}

function toSourceChunks({ byteContent, s3Location }: ExternalSource, index: number): Chunk[] {
  if (byteContent === undefined) {
    throw validationError(
      `The local Bedrock does not read ${s3Location?.uri ?? 'a source without content'}.`,
    );
  }
  if (!/^text\//.test(byteContent.contentType)) {
    throw validationError(`The local Bedrock reads texts only, and ${byteContent.identifier} is none.`);
  }
  const bytes = Uint8Array.from(atob(byteContent.data), char => char.charCodeAt(0));
  return toChunks({ text: new TextDecoder().decode(bytes), source: byteContent.identifier }, index);
}

const MAX_QUOTES = 2;

/** AWS's own words when nothing is found. */
const NOTHING_FOUND = 'Sorry, I am unable to assist you with this request.';

/** Quotes of the sentences that share most words with the question, each with its chunk. */
function toAnswer(found: readonly ScoredChunk[], question: string): Answer['parts'] {
  const words = contentWords(question);
  const quotes = found
    .map(({ chunk }) => ({ chunk, sentence: bestSentence(chunk.text, words) }))
    .slice(0, MAX_QUOTES);
  if (quotes.length === 0) return [{ text: NOTHING_FOUND, from: [] }];
  return quotes.map(({ chunk, sentence }, index) => ({
    text: index === 0 ? `${DISCLAIMER} The documents say: ${sentence}` : ` ${sentence}`,
    from: [chunk],
  }));
}

function bestSentence(text: string, words: readonly string[]): string {
  const scored = sentencesOf(text).map(sentence => ({ sentence, score: overlap(words, sentence.text) }));
  return scored.toSorted((a, b) => b.score - a.score)[0]?.sentence.text ?? text;
}

function toCitations(parts: Answer['parts']): JSONObject[] {
  let start = 0;
  return parts.map(({ text, from }) => {
    // AWS's ends are those of the last character.
    const span = { start, end: start + text.length - 1 };
    start += text.length;
    return {
      generatedResponsePart: { textResponsePart: { text, span } },
      retrievedReferences: from.map(toReference),
    };
  });
}

function* toEvents({ parts, guardrailAction }: Answer): Generator<WireEvent> {
  for (const [index, citation] of toCitations(parts).entries()) {
    for (const text of parts[index]?.text.match(/\s*\S+\s*$|\s*\S+/g) ?? [])
      yield { type: 'output', payload: { text } };
    yield { type: 'citation', payload: { citation, ...citation } };
  }
  if (guardrailAction !== undefined) yield { type: 'guardrail', payload: { action: guardrailAction } };
}
