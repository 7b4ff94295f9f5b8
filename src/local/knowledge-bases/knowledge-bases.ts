/** Documents that are given at the start, cut into chunks and found by the words that they share with a question. */
import { InvalidArgumentError, type JSONObject } from '@ai-sdk/provider';
import { AwsError } from '../aws-error.ts';
import { rank } from '../invoke/reranking.ts';
import { sentencesOf } from '../words.ts';
import { matchesFilter } from './filter.ts';

/** A document of a knowledge base: a text, or one with where it is from and what is known of it. */
export type LocalDocument =
  | string
  | {
      text: string;
      /** `s3://…`, a web address, or an id of your own. */
      source?: string | undefined;
      /** What filters look at. */
      metadata?: JSONObject | undefined;
    };

export interface Chunk {
  readonly text: string;
  readonly location: JSONObject;
  readonly metadata: JSONObject;
}

export interface ScoredChunk {
  readonly chunk: Chunk;
  /** From 0 to 1. */
  readonly score: number;
}

export interface LocalKnowledgeBases {
  /**
   * Chunks that have a word of the question, the nearest first.
   * @throws AwsError when there is no such knowledge base
   */
  search(id: string, question: string, filter: JSONObject | undefined): readonly ScoredChunk[];
}

/** @throws InvalidArgumentError for ids that no knowledge base has */
export function createKnowledgeBases(
  given: Readonly<Record<string, readonly LocalDocument[]>> = {},
): LocalKnowledgeBases {
  const wrong = Object.keys(given).find(id => !/^[0-9A-Za-z]+$/.test(id));
  if (wrong !== undefined) {
    throw new InvalidArgumentError({
      argument: 'knowledgeBases',
      message: `knowledgeBases of createLocalBedrock: ${JSON.stringify(wrong)} has more than letters and digits.`,
    });
  }
  const bases = new Map(Object.entries(given).map(([id, documents]) => [id, documents.flatMap(toChunks)]));
  return {
    search(id, question, filter) {
      const chunks = bases.get(id);
      if (chunks === undefined) {
        throw new AwsError('ResourceNotFoundException', `Knowledge Base with id ${id} does not exist.`);
      }
      return searchChunks(
        chunks.filter(({ metadata }) => filter === undefined || matchesFilter(filter, metadata)),
        question,
      );
    },
  };
}

export function searchChunks(chunks: readonly Chunk[], question: string): ScoredChunk[] {
  return rank(
    question,
    chunks.map(({ text }) => text),
  ).flatMap(({ index, score }) => {
    const chunk = chunks[index];
    // What no word is shared with has the score of nothing.
    return chunk === undefined || score <= 0.01 ? [] : [{ chunk, score }];
  });
}

const CHUNK_LENGTH = 400;

/** Whole sentences, as many as go into a chunk. */
export function toChunks(document: LocalDocument, index: number): Chunk[] {
  const { text, source, metadata = {} } = typeof document === 'string' ? { text: document } : document;
  const place = source ?? `document-${index + 1}`;
  const chunks: string[] = [];
  for (const { text: sentence } of sentencesOf(text)) {
    const last = chunks.at(-1);
    if (last !== undefined && last.length + sentence.length < CHUNK_LENGTH) {
      chunks[chunks.length - 1] = `${last} ${sentence}`;
    } else chunks.push(sentence);
  }
  return chunks.map(chunk => ({
    text: chunk,
    location: toLocation(place),
    metadata: { 'x-amz-bedrock-kb-source-uri': place, ...metadata },
  }));
}

function toLocation(source: string): JSONObject {
  if (source.startsWith('s3://')) return { type: 'S3', s3Location: { uri: source } };
  if (/^https?:/.test(source)) return { type: 'WEB', webLocation: { url: source } };
  return { type: 'CUSTOM', customDocumentLocation: { id: source } };
}
